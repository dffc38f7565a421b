"""What openpyxl drops or rounds when it saves a workbook, put back as it was in the file.

It drops the computed values of formulas, and writes numbers with 16 digits where 17 may matter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

FormulaValues = dict[bytes, tuple[bytes, bytes]]
"""Type and computed value of formula cells, by address."""

_CELL = re.compile(
    rb"<((?:\w+:)?)c\b([^>]*)(?<!/)>\s*"
    rb"(<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>(?:[^<]|<!\[CDATA\[(?s:.*?)\]\]>)*</(?:\w+:)?f>))\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v\b[^>]*>([^<]*)</(?:\w+:)?v>)?\s*</\1c>"
)
_LONG = re.compile(rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?v>(-?[\d.]{17,}(?:[eE][-+]?\d+)?)<")
_NUMBER = re.compile(rb'(<c r="([A-Z]+\d+)"[^>]*><v>)([^<]*)(</v>)')
"""A number cell as openpyxl writes it."""
_PLACE = re.compile(rb"""\sr=["']([A-Z]+\d+)["']""")
_TYPE = re.compile(rb"""\st=["'](\w+)["']""")


@dataclass
class Exact:
    """Values of a sheet as they must stand in the file.

    Attributes
    ----------
    formulas
        Of formula cells.
    numbers
        Digits of number cells that openpyxl would round, by address.
    """

    formulas: FormulaValues = field(default_factory=dict)
    numbers: dict[bytes, bytes] = field(default_factory=dict)


def exact_values(xml: bytes) -> Exact:
    """Give what openpyxl would drop or round of a sheet."""
    found = Exact()
    for cell in _CELL.finditer(xml):
        place, kind = _PLACE.search(cell[2]), _TYPE.search(cell[2])
        if place and cell[4] is not None:
            found.formulas[place[1]] = (kind[1] if kind else b"n", cell[4])
    for cell in _LONG.finditer(xml):
        place, kind = _PLACE.search(cell[1]), _TYPE.search(cell[1])
        rounded = float(b"%.16g" % float(cell[2])) != float(cell[2])
        if place and rounded and (kind is None or kind[1] == b"n"):
            found.numbers[place[1]] = cell[2]
    return found


def put_back(xml: bytes, values: Exact) -> bytes:
    """Put exact values into a saved sheet."""

    def filled(cell: re.Match[bytes]) -> bytes:
        place = _PLACE.search(cell[2])
        if place is None or place[1] not in values.formulas or cell[4]:
            return cell[0]
        kind, value = values.formulas[place[1]]
        attributes = _TYPE.sub(b"", cell[2])
        return b'<c%b t="%b">%b<v>%b</v></c>' % (attributes, kind, cell[3], value)

    def exactly(cell: re.Match[bytes]) -> bytes:
        digits = values.numbers.get(cell[2])
        if digits is None or b"%.16g" % float(digits) != cell[3]:
            return cell[0]
        return cell[1] + digits + cell[4]

    if values.formulas:
        xml = _CELL.sub(filled, xml)
    if values.numbers:
        xml = _NUMBER.sub(exactly, xml)
    return xml
