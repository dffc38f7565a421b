"""One sheet as the raw rows of a table, with the place of every cell."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from openpyxl.utils import get_column_letter

from jvopt.core.changing import by_percent
from jvopt.core.headings import choice_of
from jvopt.core.issues import issue
from jvopt.core.phrases import Listed, Name, some
from jvopt.core.schema import Column, Table
from jvopt.core.tables import SETTING_VALUES
from jvopt.excel.grid import ERROR, FORMULA, Grid
from jvopt.excel.header import check_above, find_header, marked_issue, read_header
from jvopt.excel.sheet_table import SheetTable

BLANK_ROW = "\u00a0"
"""The writer marks a row whose cells are all blank with this one text."""


def read_table(grid: Grid, table: Table, currencies: frozenset[str]) -> SheetTable:
    """Read the rows of a table from its sheet.

    Parameters
    ----------
    grid
        The cells of the sheet.
    table
        The table that stands there.
    currencies
        Codes of currencies of the case that headings may name.
    """
    read = SheetTable(table.name, grid.sheet)
    header = find_header(grid.rows, table)
    if header is None:
        if any(str(cell).strip() for row in grid.rows for cell in row):
            needed = [c for c in table.columns if c.required] or table.columns[:4]
            wanted = Listed(Name(table.name, c.name) for c in needed)
            found = issue("no_header", table.name, headings=wanted)
            read.issues.append(replace(found, sheet=grid.sheet, cell="A1"))
        return read
    read.header = header + 1
    read_header(read, grid, table, currencies)
    check_above(read, grid)
    _read_rows(read, grid, table)
    _check_merged(read, grid)
    hidden = sorted(set(grid.hidden) & set(read.rows.tolist()))
    if hidden:
        found = issue("hidden_rows", table.name, rows=some(hidden))
        read.add(found, hidden[0], min(read.columns.values()))
    return read


def _read_rows(read: SheetTable, grid: Grid, table: Table) -> None:
    data = grid.rows[read.header :]
    by_number = list(zip(*data, strict=True)) if data else []
    lenient = not any(column.required for column in table.columns)
    kept = np.zeros(len(data), dtype=bool)
    columns: dict[str, list[Any]] = {}
    for name, number in read.columns.items():
        cells = list(by_number[number - 1]) if data else []
        if grid.marked:
            kept |= _take_marks(read, name, number, cells)
        columns[name] = _clean(cells, lenient)
        if not kept.all():
            kept |= np.fromiter((cell is not None for cell in columns[name]), bool, len(data))
    places = np.flatnonzero(kept)
    read.rows = places + read.header + 1
    frame = {}
    for name, cells in columns.items():
        chosen = cells if len(places) == len(cells) else [cells[place] for place in places]
        kinds = set(map(type, chosen))
        meant = _as_meant(read, grid, table[name], chosen, kinds)
        numbers = table[name].numeric and kinds <= {float, type(None)}
        frame[name] = np.array(meant, dtype=np.float64 if numbers else object)
    read.frame = pd.DataFrame(frame, index=range(len(places)))
    if table.name in ("settings", "changes"):
        _names_in_cells(read)
    if table.name == "changes":
        _check_percent(read, grid)
    for number, found in enumerate(read.issues):
        if found.row is not None:  # noted by row of the sheet: now by row of the table
            row = int(np.searchsorted(places, found.row - read.header - 1)) + 1
            read.issues[number] = replace(found, row=row)


def _take_marks(
    read: SheetTable, name: str, number: int, cells: list[Any]
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Note error cells and uncomputed formulas and make them blank; say in which rows."""
    found = np.zeros(len(cells), dtype=bool)
    for place, cell in enumerate(cells):
        if isinstance(cell, str) and cell.startswith((ERROR, FORMULA)):
            row = read.header + 1 + place
            read.add(marked_issue(read.table, row, name, cell), row, number)
            cells[place] = ""
            found[place] = True
    return found


def _clean(cells: list[Any], lenient: bool) -> list[Any]:
    """Make blank cells None: empty ones and those that hold spaces alone."""
    kinds = set(map(type, cells))
    if kinds == {str}:
        # One object for each text: what follows need not fetch every cell from memory.
        known = {cell: cell if cell.strip() else None for cell in set(cells)}
        if lenient and BLANK_ROW in known:
            known[BLANK_ROW] = ""
        return list(map(known.__getitem__, cells))
    if str not in kinds:
        return cells
    return [
        (cell if cell.strip() else ("" if lenient and cell == BLANK_ROW else None))
        if type(cell) is str
        else cell
        for cell in cells
    ]


def _as_meant(
    read: SheetTable, grid: Grid, column: Column, cells: list[Any], kinds: set[type]
) -> list[Any]:
    """Convert units, and give times and padded numbers as they are shown."""
    number = read.columns[column.name] - 1
    if kinds & {dt.time, dt.timedelta}:
        cells = [str(c) if isinstance(c, (dt.time, dt.timedelta)) else c for c in cells]
    if kinds & {dt.date, dt.datetime}:
        cells = [_day(grid, row - 1, number, c) for row, c in zip(read.rows, cells, strict=True)]
    if column.choices:
        return _choices(read, column, cells)
    if not column.numeric:
        if float in kinds and grid.shown:
            shown = [grid.shown.get((row - 1, number), "%") for row in read.rows]
            return [
                _padded(c, code) if type(c) is float and code != "%" else c
                for c, code in zip(cells, shown, strict=True)
            ]
        return cells
    unit = read.units.get(column.name)
    if unit is None or unit.factor == 1:
        return cells
    read.given[column.name] = cells
    # A cell formatted as percent shows 5% and holds 0.05: it is a share already.
    percent = grid.shown if column.unit == "share" else {}
    return [
        unit.convert(c) if type(c) is float and percent.get((row - 1, number)) != "%" else c
        for row, c in zip(read.rows, cells, strict=True)
    ]


def _padded(number: float, zeros: str) -> float | str:
    """Give a whole number with the zeros that its format shows in front of it."""
    return f"{int(number):0{len(zeros)}d}" if number.is_integer() else number


def _day(grid: Grid, row: int, column: int, cell: Any) -> Any:
    """Give a day as it is shown: Excel has one in 1900 that no calendar has."""
    early = isinstance(cell, dt.date) and (cell.year, cell.month, cell.day) == (1900, 2, 28)
    return "29.02.1900" if early and grid.leaps(row, column) else cell


def _choices(read: SheetTable, column: Column, cells: list[Any]) -> list[Any]:
    """Give words of drop-downs in any language as the choices that they mean."""
    meant = {cell: choice_of(column, cell) for cell in set(cells) if isinstance(cell, str)}
    if all(cell == choice for cell, choice in meant.items()):
        return cells
    read.given[column.name] = cells
    return [meant.get(cell, cell) if isinstance(cell, str) else cell for cell in cells]


def _names_in_cells(read: SheetTable) -> None:
    """Put what names a choice into our words; keep what names tables and columns, for messages."""
    frame = read.frame
    if read.table == "settings" and {"setting", "value"} <= set(frame):
        read.given["value"] = frame["value"].tolist()
        for row, setting in enumerate(frame["setting"]):
            column = SETTING_VALUES.get(str(setting))
            value = frame["value"][row]
            if column is not None and column.choices and isinstance(value, str):
                frame.loc[row, "value"] = choice_of(column, value)
    if read.table == "changes" and {"table", "column"} <= set(frame):
        read.given |= {name: frame[name].tolist() for name in ("table", "column")}


def _check_percent(read: SheetTable, grid: Grid) -> None:
    """Refuse factors that a cell shows in percent: 20% more is meant, and a fifth is held."""
    if not {"action", "value"} <= set(read.frame):
        return
    number = read.columns["value"]
    for row, action, value in zip(
        read.rows.tolist(), read.frame["action"], read.frame["value"], strict=True
    ):
        if action == "multiply" and grid.shown.get((row - 1, number - 1)) == "%":
            text = f"{100 * value:.10g}%" if type(value) is float else ""
            problem = by_percent(text, action, shown=True)
            if problem:
                read.add(problem.as_issue(read.table, row), row, number)


def _check_merged(read: SheetTable, grid: Grid) -> None:
    """Note merged cells among headings and data, and which cells of the table they leave blank."""
    for top, left, bottom, right in grid.merged:
        wide = [n for n, number in read.columns.items() if left < number <= right + 1]
        first, end = np.searchsorted(read.rows, (top + 1, bottom + 2))
        heading = top < read.header <= bottom + 1
        if not wide or (first == end and not heading):
            continue
        span = f"{get_column_letter(left + 1)}{top + 1}:{get_column_letter(right + 1)}{bottom + 1}"
        rows = range(int(first) + 1, int(end) + 1)
        lost = [
            (row, name)
            for row in rows
            for name in wide
            if (read.rows[row - 1], read.columns[name]) != (top + 1, left + 1)
        ]
        gone = heading and right > left
        found = issue("merged_cells", read.table, value=span, lost=lost, headings_lost=gone)
        read.add(found, top + 1, left + 1)
