"""Mending a user's workbook from afar: its cells as they stand, and new values put into some."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openpyxl.cell import MergedCell
from openpyxl.utils.cell import coordinate_to_tuple

from jvopt.core.issues import CaseError
from jvopt.core.language import Language
from jvopt.excel.book import NotSaved, put
from jvopt.excel.copy import NotCopied, copy_of, not_unchanged
from jvopt.excel.grid import ERROR, FORMULA, read_grids
from jvopt.excel.package import open_package

Edits = Mapping[tuple[str, str], str]
"""What is typed, by sheet and address."""

_NUMBER = re.compile(r"[-+]?(0|[1-9]\d*)?([.,]\d+)?([eE][-+]?\d+)?")
_LOSSLESS = 15
"""Most digits that a number cell holds."""


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


def sheet_cells(content: bytes, bad: Mapping[str, set[int]], most: int = 1500) -> list[SheetCells]:
    """Give the cells of some sheets.

    Parameters
    ----------
    content
        The workbook.
    bad
        By sheet the rows that must be shown.
    most
        Of a sheet with more rows only the heading and what lies near those rows is given.

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
        if len(rows) > most:
            near = {n + d for n in bad[grid.sheet] for d in range(-2, 3)} | set(range(1, 6))
            rows = [(n, row) for n, row in rows if n in near][:most]
        found.append(SheetCells(grid.sheet, [(n, [_seen(c) for c in row]) for n, row in rows]))
    return found


def _seen(cell: Any) -> Any:
    if isinstance(cell, str):
        return "" if cell == FORMULA else cell.removeprefix(ERROR)
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell if isinstance(cell, (int, float)) else str(cell)


def why_not(content: bytes, language: Language) -> str:
    """Say why a workbook cannot be mended from afar; an empty string where it can."""
    try:
        copy_of(content, language)
    except NotCopied as error:
        return error.why or "?"
    return ""


def mended(content: bytes, edits: Edits, language: Language) -> bytes:
    """Give the user's workbook with some cells filled anew, all else as it was.

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
        Saving would lose something of it.
    CaseError
        There is no such sheet.
    """
    book = copy_of(content, language)
    for (name, address), text in edits.items():
        if name not in book.workbook.sheetnames:
            raise CaseError([])
        sheet = book.workbook[name]
        row, column = coordinate_to_tuple(address)
        cell = sheet.cell(row, column)
        if isinstance(cell, MergedCell):
            for area in list(sheet.merged_cells.ranges):
                if address in area:
                    sheet.unmerge_cells(str(area))
            cell = sheet.cell(row, column)
        exact = book.values.get(name)
        if exact is not None:
            exact.formulas.pop(address.encode(), None)
            exact.numbers.pop(address.encode(), None)
        put(cell, typed(text))
    try:
        return book.content()
    except NotSaved:
        raise not_unchanged(language) from None


def typed(text: str) -> str | float | None:
    """Give what somebody meant who typed a text into a cell."""
    bare = text.strip().replace("\u00a0", "").replace("\u2212", "-")
    if not bare:
        return None
    digits = sum(letter.isdigit() for letter in bare)
    if digits and digits <= _LOSSLESS and _NUMBER.fullmatch(bare):
        value = float(bare.replace(",", "."))
        return int(value) if value.is_integer() else value
    return text.strip()
