"""The row of headings of a sheet: which columns of a table stand where."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from typing import Any

from jvopt.core.cells import parse_cell
from jvopt.core.headings import choice_of, column_of, column_words, plain
from jvopt.core.issues import Issue, errors, issue, nearest
from jvopt.core.phrases import Listed, Name, Phrase, some
from jvopt.core.phrases import Unit as UnitName
from jvopt.core.schema import Column, Table
from jvopt.core.strays import MOST_NAMED, columns_meant, deleted, shown_only, stray_headings
from jvopt.core.units import UnknownUnit, WrongUnit, read_unit
from jvopt.excel.grid import ERROR, FORMULA, Grid
from jvopt.excel.sheet_table import SheetTable

HEADER_WITHIN = 10


def find_header(rows: Sequence[Sequence[Any]], table: Table) -> int | None:
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


def headings_alike(rows: Sequence[Sequence[Any]], table: Table) -> int:
    """Give how many headings of a table a sheet has, if they are those of a sheet for it; else 0.

    It has all that the table needs, and hardly any that are none.
    """
    at = find_header(rows, table)
    words = [] if at is None else [cell for cell in rows[at] if str(cell).strip()]
    known = {name for word in words if (name := column_of(table.name, word)[0])}
    needed = {column.name for column in table.columns if column.required}
    enough = len(known) >= 2 and 4 * len(known) >= 3 * len(words) and needed <= known
    return len(known) if enough else 0


def read_header(read: SheetTable, grid: Grid, table: Table, currencies: frozenset[str]) -> None:
    """Find the columns under their headings, and note headings that are none, or not there."""
    strays, unnamed = [], []
    for number, heading in enumerate(grid.rows[read.header - 1], 1):
        if str(heading).startswith((ERROR, FORMULA)):
            read.add(marked_issue(table.name, None, None, heading), read.header, number)
            continue
        if not str(heading).strip():
            unnamed.append(number)
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
    below = grid.rows[read.header :]
    unnamed = [n for n in unnamed if any(_filled(row, n) for row in below)]
    if unnamed:
        _note_unnamed(read, grid, table, unnamed)
    asked = {name.column for found in read.issues for name in columns_meant(found)}
    gone = deleted(table, read.columns, asked)
    if gone is not None and not errors(read.issues):
        read.add(gone, read.header, min(read.columns.values()))


def _note_unnamed(read: SheetTable, grid: Grid, table: Table, unnamed: Sequence[int]) -> None:
    """Note columns with values and without a heading."""
    known = read.columns.values()
    ours = [row for row in grid.rows[read.header :] if any(_filled(row, n) for n in known)]
    for number in unnamed:
        if not _merged_away(read, grid, number):
            meant = _unnamed(read, table, number, [row[number - 1] for row in ours])
            read.add(_no_heading(table, meant), read.header, number)


def _filled(row: Sequence[Any], number: int) -> bool:
    return bool(str(row[number - 1]).strip())


def _merged_away(read: SheetTable, grid: Grid, number: int) -> bool:
    """Tell whether the cell of a heading is part of a merged one, which has an issue of its own."""
    return any(
        top < read.header <= bottom + 1 and left < number <= right + 1
        for top, left, bottom, right in grid.merged
    )


def _no_heading(table: Table, meant: Sequence[Column]) -> Issue:
    if not meant:
        return issue("header_gap", table.name)
    columns = Listed(Name(table.name, column.name) for column in meant[:MOST_NAMED])
    return issue("no_heading", table.name, meant=columns)


def _unnamed(read: SheetTable, table: Table, number: int, cells: list[Any]) -> list[Column]:
    """Give the missing columns that values without a heading may be meant for."""
    if not any(str(cell).strip() for cell in cells):
        return []
    last = max(read.columns.values(), default=0)
    missing = [c for c in _missing_at(read, table, number) if not shown_only(c)]
    if number < last and _in_order(read, table):
        return missing
    # Elsewhere there may be remarks and reckonings.
    return [c for c in missing if number <= last + 1 and _alike(c, cells)]


def _instead(read: SheetTable, table: Table, number: int) -> str:
    """Give the column that our sheets have in just this place; "" if there is none, or it is read.

    That can be told where the headings around it are as far apart as on our own sheets.
    """
    left, right = _around(read, table, number)
    if right[0] - left[0] != right[1] - left[1]:
        return ""
    name = table.names[left[1] + number - left[0]]
    return "" if name in read.columns else name


def _missing_at(read: SheetTable, table: Table, number: int) -> list[Column]:
    """Give the missing columns that may stand at a place: in a sheet of another order any."""
    just = _instead(read, table, number)
    if just:
        return [table[just]]
    (_, left), (_, right) = _around(read, table, number)
    return [c for c in table.columns[left + 1 : right] if c.name not in read.columns]


def _around(read: SheetTable, table: Table, number: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Give the headings before and after a place, each by its own place and its rank among ours."""
    before, after = (0, -1), (0, len(table.columns))
    if _in_order(read, table):
        ranks = sorted((place, table.names.index(name)) for name, place in read.columns.items())
        at = bisect(ranks, (number,))
        before, after = ranks[at - 1] if at else before, ranks[at] if at < len(ranks) else after
    return before, after


def _in_order(read: SheetTable, table: Table) -> bool:
    """Tell whether the columns stand in the order of our own sheets."""
    names = sorted(read.columns, key=lambda name: read.columns[name])
    return names == [name for name in table.names if name in read.columns]


def _alike(column: Column, cells: list[Any]) -> bool:
    """Tell whether most cells hold what can be read as values of a column, or nearly."""
    filled = [cell for cell in cells if str(cell).strip()]
    if column.choices:
        filled = [choice_of(column, str(cell)) for cell in filled]
    read = [parse_cell(column, cell) for cell in filled]
    return 2 * sum(not code or bool(words.get("reading")) for _, code, words in read) > len(cells)


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


def check_above(read: SheetTable, grid: Grid) -> None:
    """Note rows above the headings that look like data: a title fills one cell."""
    ours = [number - 1 for number in read.columns.values()]
    above = [
        row
        for row, cells in enumerate(grid.rows[: read.header - 1], 1)
        if sum(bool(str(cells[number]).strip()) for number in ours) > 1
    ]
    if above:
        read.add(issue("rows_above", read.table, rows=some(above)), above[0], min(ours) + 1)


def marked_issue(table: str, row: int | None, column: str | None, cell: str) -> Issue:
    """Make the issue of an error cell, or of a formula that was never computed."""
    if cell.startswith(ERROR):
        return issue("error_cell", table, row, column, cell.removeprefix(ERROR))
    return issue("formula_without_value", table, row, column)
