"""From raw cells to well-typed tables, with every bad cell reported."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from jvopt.core.cells import LARGEST, as_text, is_encodable, parse_cell, plain_number
from jvopt.core.headings import names_in_changes
from jvopt.core.issues import Issue, issue, nearest
from jvopt.core.phrases import Listed, Name, Phrase, Rows, to_write
from jvopt.core.schema import Column, Table
from jvopt.core.strays import columns_meant, stray_headings
from jvopt.core.tables import SETTING_VALUES, TABLES

RawTable = pd.DataFrame | Sequence[Mapping[str, Any]]


def parse_tables(raw: Mapping[str, RawTable]) -> tuple[dict[str, pd.DataFrame], list[Issue]]:
    """Turn raw tables into typed ones.

    Parameters
    ----------
    raw
        For each table its rows: a DataFrame, or dicts by column name.

    Returns
    -------
    tables : dict of DataFrame
        Every declared table, with all its columns, text as ``str`` ("" for blank), numbers as
        ``float64`` (NaN for blank), dates as ``datetime64[s]``. A bad cell becomes blank.
    issues : list of Issue
        What was wrong, cell by cell.
    """
    issues = [_stray_table(name) for name in raw if name not in TABLES]
    tables = {}
    for name, table in TABLES.items():
        frame, found = parse_table(table, raw.get(name))
        tables[name] = frame
        issues += found
    return tables, issues


def parse_table(table: Table, rows: RawTable | None) -> tuple[pd.DataFrame, list[Issue]]:
    """Turn the raw rows of one table into a typed frame; see `parse_tables`."""
    if rows is None:
        return _empty(table.name).copy(deep=False), []
    frame, issues = _as_frame(table, rows)
    no_rows = {found.row for found in issues if found.row is not None}
    named = {name.column for found in issues for name in columns_meant(found)}
    parsed: dict[str, pd.Series[Any]] = {}
    for column in table.columns:
        if column.name in frame.columns:
            # A DataFrame's NaN is a blank, as pandas means it; in a plain row it is a mistake.
            parsed[column.name], found = parse_column(
                table, column, frame[column.name], isinstance(rows, pd.DataFrame)
            )
            issues += [i for i in found if i.row not in no_rows]
        else:
            parsed[column.name] = _blank_column(column, len(frame))
            if column.required and len(frame) > len(no_rows) and column.name not in named:
                issues.append(
                    issue(
                        "missing_column", table.name, None, column.name, what=Phrase(column.meaning)
                    )
                )
    result = pd.DataFrame(parsed, index=range(len(frame)))
    if table.name == "settings":
        issues += _check_settings(result)
    if table.name == "changes":
        names_in_changes(result)
    bad = {(i.row, i.column) for i in issues}
    bad |= {(row, column) for row in no_rows for column in table.key}
    bad |= {(None, column) for column in named}
    return result, issues + _duplicates(table, result, bad)


def setting_value(name: str, text: str) -> tuple[Any, Issue | None]:
    """Read the text of a setting as its declared kind; the issue's row is for the caller."""
    column = SETTING_VALUES[name]
    cell = plain_number(text, column.unit) if column.numeric else text
    value, code, params = parse_cell(column, cell)
    if code:
        return column.default, issue(code, "settings", None, "value", text, **params)
    return value, None


def _check_settings(frame: pd.DataFrame) -> list[Issue]:
    found = []
    for row, (name, text) in enumerate(zip(frame["setting"], frame["value"], strict=True), 1):
        if name and text:
            problem = setting_value(name, text)[1]
            if problem:
                found.append(issue(problem.code, "settings", row, "value", text, **problem.params))
    return found


def _stray_table(name: object) -> Issue:
    near = nearest(str(name), TABLES)
    if not near:
        return issue("extra_table", None, None, None, name, renamed="")
    return issue("unknown_table", value=name, nearest=Name(near), known="")


def _as_frame(table: Table, rows: RawTable) -> tuple[pd.DataFrame, list[Issue]]:
    issues = []
    if isinstance(rows, pd.DataFrame):
        frame = rows.reset_index(drop=True)
        repeated = frame.columns.duplicated()
        issues = [
            issue(
                "duplicate_column", table.name, None, name if name in table.by_name else None, name
            )
            for name in dict.fromkeys(frame.columns[repeated])
        ]
        frame = frame.loc[:, ~repeated]
        strays = [c for c in frame.columns if c not in table.by_name]
    elif isinstance(rows, (str, bytes)) or not isinstance(rows, Sequence):
        what = Phrase("a list of rows, each an object of columns")
        return pd.DataFrame(), [issue("wrong_type", table.name, None, None, rows, what=what)]
    else:
        issues = [
            issue("wrong_type", table.name, n, None, row, what=Phrase("an object of columns"))
            for n, row in enumerate(rows, 1)
            if not isinstance(row, Mapping)
        ]
        rows = [row if isinstance(row, Mapping) else {} for row in rows] if issues else rows
        given = dict.fromkeys(key for row in rows for key in row)
        frame = pd.DataFrame(
            {
                name: pd.Series([row.get(name) for row in rows], dtype=object)
                for name in table.by_name
                if name in given
            },
            index=range(len(rows)),
        )
        strays = [name for name in given if name not in table.by_name]
    named = [(str(name), nearest(str(name), table.by_name)) for name in strays]
    return frame, [*issues, *stray_headings(table, frame.columns, named)]


@cache
def _empty(table: str) -> pd.DataFrame:
    return pd.DataFrame({c.name: _blank_column(c, 0) for c in TABLES[table].columns})


def _blank_column(column: Column, length: int) -> pd.Series[Any]:
    if column.numeric:
        return pd.Series(np.full(length, np.nan))
    if column.kind == "date":
        return pd.Series(np.full(length, "NaT", dtype="datetime64[s]"))
    return pd.Series([""] * length, dtype="str")


def _is_blank(cell: object) -> bool:
    return cell is None or cell is pd.NaT or cell is pd.NA or (isinstance(cell, str) and not cell)


def parse_column(
    table: Table, column: Column, cells: pd.Series[Any], nan_is_blank: bool
) -> tuple[pd.Series[Any], list[Issue]]:
    """Turn the raw cells of one column into typed ones; see `parse_tables`."""
    quick = _parse_quickly(column, cells)
    if quick is not None:
        return quick, []
    values: list[Any] = []
    issues: list[Issue] = []
    nothing: Any = math.nan if column.numeric else (None if column.kind == "date" else "")
    for row, given in enumerate(cells, 1):
        cell = given.strip() if isinstance(given, str) else given
        if _is_blank(cell) or (nan_is_blank and isinstance(cell, float) and math.isnan(cell)):
            values.append(nothing)
            if column.required:
                what = to_write(column)
                issues.append(issue("missing_value", table.name, row, column.name, what=what))
            continue
        value, code, params = parse_cell(column, cell)
        if code:
            if code == "text_in_number" and "money" in column.unit and "currency" in table.by_name:
                params["unit"] = Phrase(
                    " alone; the currency goes in the column {other}",
                    other=Name(table.name, "currency"),
                )
            issues.append(issue(code, table.name, row, column.name, cell, **params))
        values.append(nothing if code else value)
    return _typed(column, values), issues


def _typed(column: Column, values: list[Any]) -> pd.Series[Any]:
    if column.numeric:
        return pd.Series(values, dtype="float64")
    if column.kind == "date":
        days = np.array(["NaT" if v is None else v.isoformat() for v in values], "datetime64[s]")
        return pd.Series(days)
    return pd.Series(values, dtype="str")


def _parse_quickly(column: Column, cells: pd.Series[Any]) -> pd.Series[Any] | None:
    """Parse a column without a bad or odd cell at once; None where each cell needs a look."""
    given = [] if cells.dtype.kind in "iuf" else cells.tolist()
    types = set(map(type, given)) if cells.dtype == object else set()
    if column.numeric:
        if not types <= {int, float, type(None)} or not (
            cells.dtype == object or cells.dtype.kind in "iuf"
        ):
            return None
        try:
            number = cells.astype("float64").reset_index(drop=True)
        except (OverflowError, ValueError):  # a whole number too large, or pandas' own blank
            return None
        blank = number.isna().to_numpy()
        if float in types and blank.sum() > given.count(None):
            return None
        good = ~(number.abs() > LARGEST)
        if column.required:
            good &= ~blank
        if column.least is not None:
            good &= ~(number < column.least)
        if column.most is not None:
            good &= ~(number > column.most)
        if column.kind == "integer":
            good &= blank | (number == np.floor(number))
        return number if bool(good.all()) else None
    if not types <= {str, type(None)} or not (
        cells.dtype == object or isinstance(cells.dtype, pd.StringDtype)
    ):
        return None
    # Words repeat much: each is read once.
    words = {word: word.strip() if isinstance(word, str) else "" for word in set(given)}
    text = set(words.values())
    if not is_encodable("".join(text)) or (column.required and "" in text):
        return None
    if column.kind not in ("id", "text"):
        read: dict[str, Any] = {"": None if column.kind == "date" else ""}
        for word in text - {""}:
            read[word], code, _ = parse_cell(column, word)
            if code:
                return None
        words = {word: read[stripped] for word, stripped in words.items()}
    return _typed(column, list(map(words.__getitem__, given)))


def _duplicates(
    table: Table, frame: pd.DataFrame, bad: set[tuple[int | None, str | None]]
) -> list[Issue]:
    if not table.key or frame.empty:
        return []
    key = list(table.key)
    if any((None, column) in bad for column in key):
        return []
    repeated = frame.duplicated(key, keep="first")
    if not repeated.any():
        return []
    first: dict[tuple[Any, ...], int] = {}
    found = []
    for row, values in enumerate(frame[key].itertuples(index=False, name=None), 1):
        if any((row, column) in bad for column in key):
            continue
        if values in first:
            named = [
                Phrase("{name} {value}", name=Name(table.name, column), value=as_text(value))
                for column, value in zip(key, values, strict=True)
                if not (value == "" or pd.isna(value))
            ]
            found.append(
                issue(
                    "duplicate_key",
                    table.name,
                    row,
                    key[0],
                    values[0] or None,
                    first=Rows(table.name, (first[values],)),
                    key=Listed(named) if named else Phrase("all blank"),
                )
            )
        first.setdefault(values, row)
    return found
