"""Which rows a change means, and the change itself.

A condition is one or more comparisons joined by ``and``::

    country = KZ and family in (TRACTOR_L, TRACTOR_M) and price > 100

Operators are ``=``, ``!=``, ``<``, ``<=``, ``>``, ``>=``, ``in (...)`` and ``not in (...)``. Values
are words, numbers, dates (2026-01-31), text in double quotes where it holds spaces or signs, and
``blank``. Capitals and small letters differ. A blank cell counts as its declared default, except
for ``= blank`` itself; where there is no default it equals nothing and is neither less nor more
than anything. A column of tags equals each of its tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jvopt.core.issues import CaseError, Issue, errors, issue, nearest
from jvopt.core.parse import parse_cell, parse_column, parse_table, plain_number
from jvopt.core.phrases import Choice, Listed, Name, Phrase, Place, Rows
from jvopt.core.schema import Column, Table
from jvopt.core.tables import TABLES

Tables = Mapping[str, pd.DataFrame]
Flags = NDArray[np.bool_]

_TOKEN = re.compile(r'\s*("(?:[^"]|"")*"|<=|>=|!=|<>|==|[=<>(),]|[^\s=<>!(),"]+)')
_SAME = {"==": "=", "<>": "!="}
_OPERATORS = ("=", "!=", "<", "<=", ">", ">=")
_ACTIONS = ("set", "multiply", "add")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison of a condition.

    Attributes
    ----------
    column
        The column compared.
    operator
        One of ``= != < <= > >= in`` and ``not in``.
    values
        The values; None for ``blank``.
    """

    column: str
    operator: str
    values: tuple[str | None, ...]


class _Problem(Exception):
    """What is wrong with a change: the column of `changes`, the code, the value, the words."""

    def __init__(self, column: str, code: str, value: object, **params: object) -> None:
        self.column, self.code, self.value, self.params = column, code, value, params
        super().__init__(code)

    def as_issue(self, table: str | None, row: int | None) -> Issue:
        return issue(self.code, table, row, self.column, self.value, **self.params)


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
    except _Problem as problem:
        raise CaseError([problem.as_issue("changes" if row else None, row)]) from None


def selected(tables: Tables, table: Table, where: str) -> Flags:
    """Say for each row of a table whether a condition holds; `CaseError` if it cannot be read."""
    try:
        return _selected(tables, table, where)
    except _Problem as problem:
        raise CaseError([problem.as_issue(None, None)]) from None


def _changed(
    tables: Tables, table: str, column: str, value: object, action: str, where: str
) -> pd.DataFrame:
    declared = TABLES.get(table)
    if declared is None:
        near = nearest(table, TABLES)
        raise _Problem(
            "table",
            "change_unknown_table",
            table,
            nearest=near and Name(near),
            known=Listed(map(Name, TABLES)),
        )
    target = declared.by_name.get(column)
    if target is None:
        near = nearest(column, declared.by_name)
        raise _Problem(
            "column",
            "change_unknown_column",
            column,
            target=Name(table),
            nearest=near and Name(table, near),
            known=_columns(declared),
        )
    if action not in _ACTIONS:
        raise _Problem("action", "bad_choice", action, choices=Listed(map(Choice, _ACTIONS)))
    place = Place(table, column)
    if action != "set" and not target.numeric:
        raise _Problem("action", "change_of_text", action, target=place)
    rows = _selected(tables, declared, where)
    if not rows.any():
        raise _Problem("where", "change_of_nothing", where or None, target=Name(table))
    new = _value(target, value, action, place)
    frame = tables[table].copy()
    frame[column] = _applied(target, frame[column], rows, new, action, place)
    if column in declared.key or table == "settings":
        frame, issues = parse_table(declared, frame)
    else:
        frame[column], issues = parse_column(declared, target, frame[column], nan_is_blank=True)
    if errors(issues):
        first = errors(issues)[0]
        raise _Problem(
            "value",
            "change_does_not_fit",
            value,
            target=Name(table),
            at=Rows(table, (first.row or 1,)),
            why=first,
        )
    return frame


def _value(column: Column, value: object, action: str, target: Place) -> Any:
    """Read the value of a change as the column's kind; None for blank."""
    cell = value.strip() if isinstance(value, str) else value
    if cell is None or cell == "" or (isinstance(cell, float) and cell != cell):
        if action != "set":
            raise _Problem("value", "change_without_value", None, action=Choice(action))
        if column.required:
            raise _Problem("value", "change_to_blank", None, target=target)
        return None
    if column.numeric and isinstance(cell, str):
        cell = plain_number(cell)
    # A factor or an addend may lie outside the interval of the column itself.
    fits = Column(column.name, "number", column.titles, "") if action != "set" else column
    read, code, params = parse_cell(fits, cell)
    if code:
        raise _Problem("value", code, value, **params)
    return read


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
        raise _Problem("where", "change_of_blanks", None, target=target, action=Choice(action))
    return cells.where(~rows, old * new if action == "multiply" else old + new)


def _selected(tables: Tables, table: Table, where: str) -> Flags:
    frame = tables[table.name]
    rows = np.ones(len(frame), bool)
    for comparison in parse_condition(where):
        column = table.by_name.get(comparison.column)
        if column is None:
            near = nearest(comparison.column, table.by_name)
            raise _Problem(
                "where",
                "condition_column",
                comparison.column,
                target=Name(table.name),
                nearest=near and Name(table.name, near),
                known=_columns(table),
            )
        rows = rows & _holds(tables, table, column, frame[column.name], comparison)
    return rows


def _holds(
    tables: Tables, table: Table, column: Column, cells: pd.Series[Any], comparison: Comparison
) -> Flags:
    operator = comparison.operator
    blank: Flags = (cells.isna() | (cells == "")).to_numpy(bool)
    if operator in ("<", "<=", ">", ">=") and not (column.numeric or column.kind == "date"):
        raise _Problem("where", "condition_order", column.name, operator=operator)
    values = [_compared(column, v) for v in comparison.values if v is not None]
    if column.default is not None:
        default = float(column.default) if column.numeric else str(column.default)
        cells = cells.mask(blank, default)
    if not (column.numeric or column.kind in ("date", "choice")):
        _known(tables, table, column, cells, values)
    if operator in ("=", "in", "!=", "not in"):
        if column.kind == "tags":
            found = _has_tag(cells, values)
        else:
            found = cells.isin(values).to_numpy(bool)
        if None in comparison.values:
            found = found | blank
        return found if operator in ("=", "in") else ~found
    if not values:
        raise _Problem("where", "condition_order", "blank", operator=operator)
    compare = {"<": cells.lt, "<=": cells.le, ">": cells.gt, ">=": cells.ge}[operator]
    return np.asarray(compare(values[0]), bool)


def _compared(column: Column, text: str) -> Any:
    """Read a value of a condition as the kind of the column it is compared with."""
    if column.kind in ("id", "text", "tags"):
        return text
    free = Column(column.name, column.kind, column.titles, "", choices=column.choices)
    cell = plain_number(text) if column.numeric else text
    value, code, params = parse_cell(free, cell)
    if code:
        raise _Problem("where", code, text, **params)
    return pd.Timestamp(value) if column.kind == "date" else value


def _known(
    tables: Tables, table: Table, column: Column, cells: pd.Series[Any], values: list[Any]
) -> None:
    """Refuse a value that nearly spells one that occurs: it would select the wrong rows."""
    if column.kind == "tags":
        known = {tag for cell in cells.unique() for tag in tags_of(cell)}
    else:
        known = set(cells.unique())
    known |= set(referred(tables, column))
    for value in values:
        if value not in known and nearest(value, known - {""}):
            near = nearest(value, known - {""})
            raise _Problem(
                "where",
                "condition_value",
                value,
                target=Place(table.name, column.name),
                nearest=near,
            )


def _has_tag(cells: pd.Series[Any], tags: list[str]) -> Flags:
    held = {cell: bool(set(tags) & set(tags_of(cell))) for cell in cells.unique()}
    return cells.map(held).to_numpy(bool)


def tags_of(cell: str) -> list[str]:
    """Give the tags that a cell holds."""
    return [tag.strip() for tag in cell.split(",") if tag.strip()]


def referred(tables: Tables, column: Column) -> Iterator[str]:
    """Give the words that a reference may be."""
    for target in column.refers:
        name, _, key = target.partition(".")
        yield from (word for word in tables[name][key].unique() if word)


def parse_condition(text: str) -> list[Comparison]:
    """Read a condition; an empty one has no comparisons."""
    if not text.strip():
        return []
    return _Reader(text).condition()


class _Reader:
    """Reads a condition from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, int]] = []
        at = 0
        while at < len(text.rstrip()):
            found = _TOKEN.match(text, at)
            if found is None:
                at += len(text[at:]) - len(text[at:].lstrip())
                words = "a closing quote" if text[at] == '"' else "a word"
                raise self._wrong(text[at], at, words)
            token = found.group(1)
            self.tokens.append((_SAME.get(token, token), found.start(1)))
            at = found.end()
        self.next = 0

    def condition(self) -> list[Comparison]:
        found = [self._comparison()]
        while self.next < len(self.tokens):
            self._expect("and")
            found.append(self._comparison())
        return found

    def _comparison(self) -> Comparison:
        column = self._word("the name of a column")
        token, at = self._take("an operator such as =, > or in")
        operator = token.lower()
        if operator == "not":
            self._expect("in")
            operator = "not in"
        if operator in ("in", "not in"):
            self._expect("(")
            values = [self._value()]
            while self._take("a comma or )", peek=True)[0] == ",":
                self.next += 1
                values.append(self._value())
            self._expect(")")
            return Comparison(column, operator, tuple(values))
        if operator not in _OPERATORS:
            raise self._wrong(token, at, "an operator such as =, > or in")
        return Comparison(column, operator, (self._value(),))

    def _value(self) -> str | None:
        quoted = self._take("a value", peek=True)[0].startswith('"')
        word = self._word("a value")
        return None if word.lower() == "blank" and not quoted else word

    def _word(self, what: str) -> str:
        token, at = self._take(what)
        if token.startswith('"'):
            return token[1:-1].replace('""', '"')
        if token in (*_OPERATORS, "(", ")", ","):
            raise self._wrong(token, at, what)
        return token

    def _expect(self, token: str) -> None:
        found, at = self._take(repr(token))
        if found.lower() != token:
            raise self._wrong(found, at, repr(token))

    def _take(self, expected: str, *, peek: bool = False) -> tuple[str, int]:
        if self.next == len(self.tokens):
            raise self._wrong(Phrase("the end"), len(self.text), expected)
        token = self.tokens[self.next]
        self.next += not peek
        return token

    def _wrong(self, found: str | Phrase, at: int, expected: str) -> _Problem:
        return _Problem(
            "where",
            "bad_condition",
            self.text,
            found=found,
            at=at + 1,
            expected=Phrase(expected),
        )


def _columns(table: Table) -> Listed:
    return Listed(Name(table.name, column) for column in table.names)
