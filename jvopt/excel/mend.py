"""Mending a user's workbook from afar: its cells as they stand, and new values put into some."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openpyxl.cell import Cell, MergedCell
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from jvopt.core.cells import ambiguous
from jvopt.core.language import Language
from jvopt.core.phrases import Voice
from jvopt.excel.book import Book, NotSaved, write
from jvopt.excel.copy import NotCopied, copy_of, not_unchanged
from jvopt.excel.dependants import dependants
from jvopt.excel.grid import ERROR, FORMULA, read_grids
from jvopt.excel.package import broken, open_package
from jvopt.excel.rows import MOST_LETTERS

Edits = Mapping[tuple[str, str], str]
"""What is typed, by sheet and address."""

_NUMBER = re.compile(r"[-+]?((0|[1-9]\d*)([.,]\d+)?|[.,]\d+)([eE][-+]?\d+)?", re.ASCII)
_LOSSLESS = 15
"""Most digits that a number cell holds."""
_WHOLE = 1e15
_MOST_ROWS = 1_500
"""Sheets with more are not shown whole."""


@dataclass(frozen=True, slots=True)
class SheetCells:
    """The cells of a sheet as people see them.

    Attributes
    ----------
    sheet
        Its name.
    rows
        For each row shown its number on the sheet, and its cells from column A on.
    """

    sheet: str
    rows: list[tuple[int, list[Any]]]


def sheet_cells(content: bytes, bad: Mapping[str, set[int]]) -> list[SheetCells]:
    """Give the cells of some sheets.

    Parameters
    ----------
    content
        The workbook.
    bad
        By sheet the rows that must be shown: of a long sheet only the heading and what lies near
        them is given.

    Raises
    ------
    CaseError
        The file is no workbook.
    """
    package = open_package(content)
    grids, _ = read_grids(package, [s for s in package.sheets if s.name in bad])
    found = []
    for grid in grids:
        rows = list(enumerate(grid.rows, 1))
        if len(rows) > _MOST_ROWS:
            near = {n + d for n in bad[grid.sheet] for d in range(-2, 3)} | set(range(1, 6))
            rows = [(n, row) for n, row in rows if n in near][:_MOST_ROWS]
        found.append(SheetCells(grid.sheet, [(n, [_seen(c) for c in row]) for n, row in rows]))
    return found


def _seen(cell: Any) -> Any:
    if isinstance(cell, str):
        return "" if cell == FORMULA else cell.removeprefix(ERROR)
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell if isinstance(cell, (int, float)) else str(cell)


def mended(content: bytes, edits: Edits, language: Language) -> bytes:
    """Give the user's workbook with some cells filled anew, all else as it was.

    Formulas that depend on these cells lose their computed values: only a spreadsheet program can
    compute them anew, and until then the reader says so.

    Parameters
    ----------
    content
        The workbook.
    edits
        What was typed: a number becomes a number, unless zeros stand in front; an empty text makes
        the cell blank.
    language
        Of the reason where it cannot be saved.

    Raises
    ------
    NotCopied
        Saving would lose something of it, or of what was typed.
    CaseError
        There is no such sheet.
    """
    book = copy_of(content, language)
    changed = []
    for (name, address), text in edits.items():
        if name not in book.workbook.sheetnames:
            raise broken("the sheet {sheet} is missing from it", sheet=name)
        if len(text) > MOST_LETTERS:
            words = "A cell holds {most} letters at most; the text typed into {cell} has {count}."
            counts = {"most": float(MOST_LETTERS), "count": float(len(text))}
            raise NotCopied(Voice(language).say(words, cell=f"{name}!{address}", **counts))
        exact = book.values.get(name)
        if exact is not None:
            exact.formulas.pop(address.encode(), None)
            exact.numbers.pop(address.encode(), None)
        write(_own_cell(book.workbook[name], address), typed(text))
        changed.append((name, *coordinate_to_tuple(address)))
    for name, row, column in dependants(book.workbook, changed) if changed else ():
        _forget(book, name, row, column)
    try:
        return book.content()
    except NotSaved:
        raise not_unchanged(language) from None


def _own_cell(sheet: Worksheet, address: str) -> Cell | MergedCell:
    """Give a cell that can be filled: one that was merged away stands alone again."""
    if isinstance(sheet[address], MergedCell):
        for area in list(sheet.merged_cells.ranges):
            if address in area:
                sheet.unmerge_cells(str(area))
    cell: Cell | MergedCell = sheet[address]
    return cell


def _forget(book: Book, name: str, row: int, column: int) -> None:
    """Drop the computed value of a formula, and those that it spread over other cells."""
    sheet = book.workbook[name]
    cell = sheet.cell(row, column)
    if name in book.values:
        book.values[name].formulas.pop(cell.coordinate.encode(), None)
    spread = getattr(cell.value, "ref", "")  # of an array formula
    if ":" not in spread:
        return
    area = CellRange(spread)
    for (row, column), other in list(sheet._cells.items()):
        within = area.min_row <= row <= area.max_row and area.min_col <= column <= area.max_col
        if within and other.data_type != "f":
            other.value = "#N/A"  # until it is computed: it has no formula of its own
            other.data_type = "e"


def typed(text: str) -> str | float | None:
    """Give what somebody meant who typed a text into a cell; a text where it is not certain."""
    bare = text.strip().replace("\u00a0", "").replace("\u2212", "-")
    if not bare:
        return None
    digits = sum(letter.isdigit() for letter in bare)
    if digits <= _LOSSLESS and _NUMBER.fullmatch(bare) and not ambiguous(bare):
        value = float(bare.replace(",", "."))
        if math.isfinite(value):
            return int(value) if value.is_integer() and abs(value) < _WHOLE else value
    return text.strip()
