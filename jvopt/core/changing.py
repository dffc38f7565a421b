"""Changes of a table: some cells of one column set, multiplied or added to."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from jvopt.core.cells import parse_cell, plain_number
from jvopt.core.conditions import (
    Flags,
    Mistakes,
    Problem,
    Tables,
    columns_of,
    nothing_meant,
    parse_condition,
    rows_meant,
)
from jvopt.core.headings import choice_of, near_column, near_table
from jvopt.core.issues import errors
from jvopt.core.parse import parse_column, parse_table
from jvopt.core.phrases import Choice, Listed, Name, Percent, Phrase, Place, Rows
from jvopt.core.schema import Column, Table, Titles
from jvopt.core.tables import TABLES

_ACTIONS = ("set", "multiply", "add")


def changed(
    tables: Tables,
    table: str,
    column: str,
    value: object,
    action: str = "set",
    where: str = "",
    *,
    row: int | None = None,
) -> pd.DataFrame:
    """Give a table with some cells of one column changed.

    Parameters
    ----------
    tables
        Parsed tables of a case.
    table, column
        What changes.
    value
        The new value, factor or addend; None or "" sets to blank. Numbers and dates may be text.
    action
        ``set``, ``multiply`` or ``add``. A blank number that has a declared default is changed
        as the default; one that has none stays blank.
    where
        A condition on the rows, as described in `jvopt.core.conditions`; all rows where empty.
    row
        Row of the table ``changes`` that the change comes from, for messages.

    Returns
    -------
    DataFrame
        The table as it would be, all its columns of the kinds that `parse_tables` gives.

    Raises
    ------
    CaseError
        An unknown table or column, a condition that cannot be read or selects no row, a value
        that does not fit the column, or a change that would make the table wrong.
    """
    try:
        return _changed(tables, table, column, value, action, where)
    except Mistakes as mistakes:
        raise mistakes.as_error("changes" if row else None, row) from None


def _changed(
    tables: Tables, table: str, column: str, value: object, action: str, where: str
) -> pd.DataFrame:
    wrong: list[Problem] = []
    declared, target = _target(table, column, wrong)
    if action not in _ACTIONS:
        choices = Listed(map(Choice, _ACTIONS))
        wrong.append(Problem("action", "bad_choice", action, choices=choices))
    place = Place(table, column)
    of_text = target is not None and action != "set" and not target.numeric
    if of_text:
        wrong.append(Problem("action", "change_of_text", action, target=place))
    rows = _rows(tables, declared, where, wrong)
    new = None
    if action in _ACTIONS and not of_text:
        try:
            new = _value(target, value, action, place)
        except Mistakes as mistakes:
            wrong += mistakes.problems
    if wrong or declared is None or target is None:
        raise Mistakes(*wrong)
    frame = tables[table].copy()
    frame[column] = _applied(target, frame[column], rows, new, action, place)
    if column in declared.key or table == "settings":
        frame, issues = parse_table(declared, frame)
    else:
        frame[column], issues = parse_column(declared, target, frame[column], nan_is_blank=True)
    if errors(issues):
        first = errors(issues)[0]
        at = Rows(table, (first.row or 1,))
        raise Mistakes(
            Problem("value", "change_does_not_fit", value, target=Name(table), at=at, why=first)
        )
    return frame


def _target(table: str, column: str, wrong: list[Problem]) -> tuple[Table | None, Column | None]:
    """Give the table and the column of a change, noting what is wrong with their names."""
    declared = TABLES.get(table)
    if declared is None:
        near = near_table(table)
        known = Listed(map(Name, TABLES))
        wrong.append(
            Problem(
                "table", "change_unknown_table", table, nearest=near and Name(near), known=known
            )
        )
        return None, None
    target = declared.by_name.get(column)
    if target is None:
        near = near_column(table, column)
        wrong.append(
            Problem(
                "column",
                "change_unknown_column",
                column,
                target=Name(table),
                nearest=near and Name(table, near),
                known=columns_of(declared),
            )
        )
    return declared, target


def _rows(tables: Tables, declared: Table | None, where: str, wrong: list[Problem]) -> Flags:
    """Give the rows that a change selects, noting what is wrong with its condition."""
    try:
        if declared is None:
            parse_condition(where)
        else:
            rows = rows_meant(tables, declared, where)
            if not rows.any():
                wrong += nothing_meant(tables, declared, where)
            return rows
    except Mistakes as mistakes:
        wrong += mistakes.problems
    return np.zeros(0, bool)


def _value(column: Column | None, value: object, action: str, target: Place) -> Any:
    """Read the value of a change as the column's kind; None for blank."""
    cell = value.strip() if isinstance(value, str) else value
    if cell is None or cell == "" or (isinstance(cell, float) and cell != cell):
        if action != "set":
            raise Mistakes(Problem("value", "change_without_value", None, action=Choice(action)))
        if column is not None and column.required:
            raise Mistakes(Problem("value", "change_to_blank", None, target=target))
        return None
    if action != "set":
        # A factor or an addend may lie outside the interval of the column itself.
        column = Column("value", "number", Titles("", "", ""), "")
    if column is None:
        return None
    if isinstance(cell, str):
        cell = plain_number(cell, column.unit) if column.numeric else choice_of(column, cell)
    if action != "set" and isinstance(cell, str) and (problem := by_percent(cell, action)):
        raise Mistakes(problem)
    read, code, params = parse_cell(column, cell)
    if code:
        raise Mistakes(Problem("value", code, value, **params | _meant(params, value)))
    return read


def _meant(params: dict[str, object], value: object) -> dict[str, object]:
    """Say which number a text seems to mean, of which a change may also be written as text."""
    reading = params.get("reading")
    if "reading" in params and re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)):
        words = (
            " If something like 1.2 was typed, the program made a date of it: give the cell the "
            "format of text, and type it again."
        )
        return {"reading": Phrase(words)}
    if not isinstance(reading, Phrase):
        return {}
    plain = {name: f"{number:.15g}" for name, number in reading.fields.items()}
    if "other" in plain:
        return {"reading": Phrase(" That is {number} or {other}.", **plain)}
    return {"reading": Phrase(" That is {number}.", **plain)}


def by_percent(text: str, action: str, *, shown: bool = False) -> Problem | None:
    """Say what to write instead of a factor or an addend in percent; None where it is none.

    Parameters
    ----------
    text, action
        The value, and what is done with it.
    shown
        Whether the cell holds a number that it shows so.
    """
    found = re.fullmatch(r"([-+]?)\s*(\d+(?:[.,]\d+)?)\s*%", text, re.ASCII)
    if found is None:
        return None
    share = float(found[2].replace(",", ".")) / 100.0
    said, less = Percent(share), found[1] == "-"
    factor = f"{1 - share if less else 1 + share:.10g}"
    if not share or (less and share >= 1):
        return None
    if less:
        more = Phrase("For {share} less write * {factor}", share=said, factor=factor)
    elif found[1] or action == "add":
        more = Phrase("For {share} more write * {factor}", share=said, factor=factor)
    else:
        words = "For {share} of it write * {part}, for {share} more * {factor}"
        more = Phrase(words, share=said, part=f"{share:.10g}", factor=factor)
    code = "change_shown_in_percent" if shown else "change_by_percent"
    return Problem("value", code, text, more=more)


def _applied(
    column: Column, cells: pd.Series[Any], rows: Flags, new: Any, action: str, target: Place
) -> pd.Series[Any]:
    if action == "set":
        blank = np.nan if column.numeric else pd.NaT if column.kind == "date" else ""
        cells = cells.copy()
        cells[rows] = blank if new is None else pd.Timestamp(new) if column.kind == "date" else new
        return cells
    old = cells if column.default is None else cells.fillna(float(column.default))
    if bool(old[rows].isna().all()):
        raise Mistakes(
            Problem("where", "change_of_blanks", None, target=target, action=Choice(action))
        )
    return cells.where(~rows, old * new if action == "multiply" else old + new)
