"""Which formulas of a workbook have another value once some of its cells have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import numpy as np
from openpyxl import Workbook
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.formula import ArrayFormula

Place = tuple[str, int, int]
"""Sheet, row and column of a cell."""
Area = tuple[str, int, int, int, int]
"""Sheet, then first row, first column, last row and last column."""

_REFERENCE = re.compile(
    r"(?:(?:'((?:[^']|'')+)'|([^'!]+))!)?"
    r"(\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?|\$?[A-Z]{1,3}:\$?[A-Z]{1,3}|\$?\d+:\$?\d+)",
    re.IGNORECASE,
)
_OTHER_FILE = re.compile(r"'?\[[1-9]\d*\]")
_ANYWHERE = ("INDIRECT(", "OFFSET(")
"""Functions whose value may come from any cell."""
_WIDENING = ("SUMIF(", "AVERAGEIF(")
"""Functions that take a range for as large as another one."""
_LAST = 2**20


def dependants(workbook: Workbook, changed: Iterable[Place]) -> set[Place]:
    """Give the formula cells that depend on some cells, directly or through others.

    A formula that is not fully understood, as one with a name or INDIRECT, is taken to depend.

    Parameters
    ----------
    workbook
        Its formulas as they are after the change.
    changed
        The cells that have another value.
    """
    users: dict[Area, list[Place]] = {}
    found: set[Place] = set()
    for place, formula in _formulas(workbook):
        areas = _areas(workbook, place[0], formula)
        if areas is None:
            found.add(place)
        for area in areas or ():
            users.setdefault(area, []).append(place)
    by_sheet: dict[str, list[Area]] = {}
    for area in users:
        by_sheet.setdefault(area[0], []).append(area)
    bounds = {sheet: np.array([a[1:] for a in areas]) for sheet, areas in by_sheet.items()}
    left = [*changed, *found]
    while left:
        sheet, row, column = left.pop()
        if sheet not in bounds:
            continue
        top, start, bottom, end = bounds[sheet].T
        within = (top <= row) & (row <= bottom) & (start <= column) & (column <= end)
        for n in np.flatnonzero(within):
            new = set(users.pop(by_sheet[sheet][n], ())) - found
            found |= new
            left += new
    return found


def _formulas(workbook: Workbook) -> Iterator[tuple[Place, object]]:
    for sheet in workbook.worksheets:
        for (row, column), cell in sheet._cells.items():
            if cell.data_type == "f":
                yield (sheet.title, row, column), cell.value


def _areas(workbook: Workbook, sheet: str, formula: object) -> set[Area] | None:
    """Give the cells that a formula reads; None where that is not certain."""
    text = formula.text if isinstance(formula, ArrayFormula) else formula
    if not isinstance(text, str) or text == "=":
        return None
    try:
        tokens = Tokenizer(text).items
    except (TokenizerError, IndexError):
        return None
    found: set[Area] = set()
    for token in tokens:
        if token.type == Token.FUNC and (
            token.value.upper().endswith(_ANYWHERE) or ":" in token.value
        ):
            return None
        if token.type != Token.OPERAND or token.subtype != Token.RANGE:
            continue
        if _OTHER_FILE.match(token.value):
            continue
        area = _area(workbook, sheet, token.value)
        if area is None:
            return None
        found.add(area)
    if found and any(token.value.upper().endswith(_WIDENING) for token in tokens):
        high = max(bottom - top for _, top, _, bottom, _ in found)
        wide = max(right - left for _, _, left, _, right in found)
        found = {
            (s, top, left, max(bottom, top + high), max(right, left + wide))
            for s, top, left, bottom, right in found
        }
    return found


def _area(workbook: Workbook, sheet: str, text: str) -> Area | None:
    reference = _REFERENCE.fullmatch(text)
    if reference is None or any(text.lower() == n.lower() for n in workbook.defined_names):
        return None
    named = reference[1].replace("''", "'") if reference[1] else reference[2]
    if named:
        titles = {title.lower(): title for title in workbook.sheetnames}
        if named.lower() not in titles:
            return None
        sheet = titles[named.lower()]
    left, top, right, bottom = range_boundaries(reference[3].upper())
    rows = sorted((int(top or 1), int(bottom or _LAST)))
    columns = sorted((int(left or 1), int(right or _LAST)))
    return (sheet, rows[0], columns[0], rows[1], columns[1])
