"""Computed values of formulas, which openpyxl drops when it saves a workbook, put back."""

from __future__ import annotations

import re

FormulaValues = dict[bytes, tuple[bytes, bytes]]
"""Type and computed value of formula cells, by address."""

_CELL = re.compile(
    rb"<((?:\w+:)?)c\b([^>]*)(?<!/)>\s*(<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>))\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v\b[^>]*>([^<]*)</(?:\w+:)?v>)?\s*</\1c>"
)
_PLACE = re.compile(rb"""\sr=["']([A-Z]+\d+)["']""")
_TYPE = re.compile(rb"""\st=["'](\w+)["']""")


def formula_values(xml: bytes) -> FormulaValues:
    """Give type and computed value of every formula cell of a sheet by its address."""
    found = {}
    for cell in _CELL.finditer(xml):
        place, kind = _PLACE.search(cell[2]), _TYPE.search(cell[2])
        if place and cell[4] is not None:
            found[place[1]] = (kind[1] if kind else b"n", cell[4])
    return found


def put_back(xml: bytes, values: FormulaValues) -> bytes:
    """Put computed values into the formula cells of a saved sheet."""

    def filled(cell: re.Match[bytes]) -> bytes:
        place = _PLACE.search(cell[2])
        if place is None or place[1] not in values or cell[4]:
            return cell[0]
        kind, value = values[place[1]]
        attributes = _TYPE.sub(b"", cell[2])
        return b'<c%b t="%b">%b<v>%b</v></c>' % (attributes, kind, cell[3], value)

    return _CELL.sub(filled, xml) if values else xml
