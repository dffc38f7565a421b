"""One sheet as the raw rows of a table, with the place of every cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from openpyxl.utils import get_column_letter

from jvopt.core.changing import by_percent
from jvopt.core.headings import choice_of, column_of, column_words, plain
from jvopt.core.issues import Issue, issue, nearest
from jvopt.core.phrases import Listed, Name, Phrase, some
from jvopt.core.phrases import Unit as UnitName
from jvopt.core.schema import Column, Table
from jvopt.core.strays import stray_headings
from jvopt.core.tables import SETTING_VALUES
from jvopt.core.units import Unit, UnknownUnit, WrongUnit, read_unit
from jvopt.excel.grid import ERROR, FORMULA, Grid

HEADER_WITHIN = 10
BLANK_ROW = "\u00a0"
"""The writer marks a row whose cells are all blank with this one text."""


@dataclass
class SheetTable:
    """The rows of a table as they stand on a sheet.

    Attributes
    ----------
    table, sheet
        Which table, on which sheet.
    frame
        The raw cells, a column for each declared one that the sheet has.
    rows
        For each row of the frame its row on the sheet.
    columns
        For each column its number on the sheet, from 1.
    header
        The row of the headings; 0 where there is none.
    units
        Units of headings that differ from the declared ones, or name a currency.
    given
        Cells as they were written, of the columns that were converted or put into our words.
    headings
        What the headings say.
    issues
        What is wrong, in the user's cells.
    """

    table: str
    sheet: str
    frame: pd.DataFrame = field(default_factory=pd.DataFrame)
    rows: np.ndarray[Any, np.dtype[np.int64]] = field(default_factory=lambda: np.zeros(0, np.int64))
    columns: dict[str, int] = field(default_factory=dict)
    header: int = 0
    units: dict[str, Unit] = field(default_factory=dict)
    given: dict[str, list[Any]] = field(default_factory=dict)
    headings: list[str] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)

    def cell(self, row: int | None, column: str | None) -> str | None:
        """Give the address of a cell by its row in the table (None: the heading) and column."""
        number = self.columns.get(column or "")
        if row is None:
            return f"{get_column_letter(number)}{self.header}" if number else None
        if not 1 <= row <= len(self.rows):
            return None
        first = number or min(self.columns.values(), default=1)
        return f"{get_column_letter(first)}{self.rows[row - 1]}"

    def add(self, found: Issue, row: int, column: int) -> None:
        """Note an issue at a cell of the sheet (row and column from 1)."""
        address = f"{get_column_letter(column)}{row}"
        self.issues.append(replace(found, sheet=self.sheet, cell=address))


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
    header = _find_header(grid.rows, table)
    if header is None:
        if any(str(cell).strip() for row in grid.rows for cell in row):
            needed = [c for c in table.columns if c.required] or table.columns[:4]
            wanted = Listed(Name(table.name, c.name) for c in needed)
            found = issue("no_header", table.name, headings=wanted)
            read.issues.append(replace(found, sheet=grid.sheet, cell="A1"))
        return read
    read.header = header + 1
    _read_header(read, grid, table, currencies)
    _check_above(read, grid)
    _read_rows(read, grid, table)
    _check_merged(read, grid)
    hidden = sorted(set(grid.hidden) & set(read.rows.tolist()))
    if hidden:
        found = issue("hidden_rows", table.name, rows=some(hidden))
        read.add(found, hidden[0], min(read.columns.values()))
    return read


def _find_header(rows: Sequence[Sequence[Any]], table: Table) -> int | None:
    """Find the row with most of the table's headings among the first ten filled ones."""
    best, most, sure = None, 0, True
    filled = 0
    required = {column.name for column in table.columns if column.required}
    for number, row in enumerate(rows):
        words = [cell for cell in row if str(cell).strip()]
        if not words:
            continue
        found = [name for word in words if (name := column_of(table.name, word)[0])]
        known = len(found)
        # One heading among other words may be a title, unless it is all that the table needs and
        # does not stand in a row below once more.
        certain = known > 1 or (known > 0 and known == len(words))
        enough = certain or (required and required.issubset(found))
        if enough and (known > most or (known == most and not sure)):
            best, most, sure = number, known, certain
        filled += 1
        if filled == HEADER_WITHIN:
            break
    return best


def _read_header(read: SheetTable, grid: Grid, table: Table, currencies: frozenset[str]) -> None:
    strays = []
    for number, heading in enumerate(grid.rows[read.header - 1], 1):
        if str(heading).startswith((ERROR, FORMULA)):
            read.add(_marked_issue(table.name, None, None, heading), read.header, number)
            continue
        if not str(heading).strip():
            if any(str(row[number - 1]).strip() for row in grid.rows[read.header :]):
                read.add(issue("header_gap", table.name), read.header, number)
            continue
        name, unit = column_of(table.name, heading)
        if name is None:
            strays.append((number, heading))
        elif name in read.columns:
            found = issue("duplicate_column", table.name, None, name, str(heading))
            read.add(found, read.header, number)
        else:
            read.columns[name] = number
            read.headings.append(str(heading))
            if unit:
                _read_unit(read, table[name], str(heading), unit, currencies)
    named = [(str(heading), _nearly(read, heading)) for _, heading in strays]
    instead = {str(heading): _instead(read, table, number) for number, heading in strays}
    issues = stray_headings(table, read.columns, named, currencies, instead)
    for (number, _), found in zip(strays, issues, strict=True):
        read.add(found, read.header, number)


def _instead(read: SheetTable, table: Table, number: int) -> str:
    """Give the column that our sheets have between the two around a place; "" if there is none."""
    at = {place: table.names.index(name) for name, place in read.columns.items()}
    left, right = at.get(number - 1), at.get(number + 1)
    if left is None or right is None or right - left != 2:
        return ""
    return table.names[left + 1]


def _nearly(read: SheetTable, heading: object) -> str:
    """Give the column that a heading nearly spells; "" if none, or if it is there."""
    near = nearest(plain(str(heading).split("(")[0]), column_words(read.table))
    meant = column_of(read.table, near)[0] if near else None
    return meant if meant and meant not in read.columns else ""


def _read_unit(
    read: SheetTable, column: Column, heading: str, words: str, currencies: frozenset[str]
) -> None:
    number = read.columns[column.name]
    declared = UnitName(column.unit) if column.unit else Phrase("plain numbers")
    if not column.numeric:
        # A remark in parentheses after the heading of a text: nothing to convert.
        return
    try:
        unit = read_unit(words, column.unit, currencies)
    except (UnknownUnit, WrongUnit) as error:
        code = "unknown_unit" if isinstance(error, UnknownUnit) else "wrong_unit"
        found = issue(code, read.table, None, column.name, heading, unit=declared)
        read.add(found, read.header, number)
        return
    if unit.factor != 1 or unit.currencies:
        read.units[column.name] = unit


def _check_above(read: SheetTable, grid: Grid) -> None:
    """Note rows above the headings that look like data: a title fills one cell."""
    ours = [number - 1 for number in read.columns.values()]
    above = [
        row
        for row, cells in enumerate(grid.rows[: read.header - 1], 1)
        if sum(bool(str(cells[number]).strip()) for number in ours) > 1
    ]
    if above:
        read.add(issue("rows_above", read.table, rows=some(above)), above[0], min(ours) + 1)


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
            read.add(_marked_issue(read.table, row, name, cell), row, number)
            cells[place] = ""
            found[place] = True
    return found


def _marked_issue(table: str, row: int | None, column: str | None, cell: str) -> Issue:
    if cell.startswith(ERROR):
        return issue("error_cell", table, row, column, cell.removeprefix(ERROR))
    return issue("formula_without_value", table, row, column)


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
            problem = by_percent(f"{100 * value:.10g}%") if type(value) is float else None
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
