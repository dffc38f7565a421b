"""The cells of a sheet as they stand, at the speed of calamine, with nothing glossed over.

calamine gives neither error cells (#N/A) nor formulas without a computed value: both look blank.
They are therefore marked in the XML before calamine reads it. It is also kept from sheets whose
last cell is so far out that their dense array would not fit into memory.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import python_calamine
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils import column_index_from_string, get_column_letter

from jvopt.core.issues import CaseError, Issue, issue
from jvopt.excel.package import Package, Sheet, broken, local_name
from jvopt.excel.plain import plain_sheet, plain_texts

MOST_CELLS = 30_000_000
"""Rows times columns up to the last filled cell, for all sheets of a workbook together."""

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_RELATIONS = f'<Relationships xmlns="{_PACKAGE}/relationships">{{}}</Relationships>'

ERROR = "\ue0e0"
"""Stands before the text of an error cell."""
FORMULA = "\ue0e1"
"""Stands for a formula without a computed value."""

_ERROR_CELL = re.compile(
    rb"""<((?:\w+:)?)c\b([^>]*?)\st=["']e["']([^>]*)(?<!/)>(.*?)</\1c>""", re.DOTALL
)
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]*)</")
_FORMULA_CELL = re.compile(
    rb"<((?:\w+:)?)c\b([^>]*)(?<!/)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v\b[^>]*>\s*</(?:\w+:)?v>)?\s*</\1c>"
)
# These run over every byte: each begins with plain letters, which re finds ten times as fast.
_UNCOMPUTED = {
    sign: re.compile(
        rb"%bf\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
        rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v\b[^>]*>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>" % sign
    )
    for sign in (b"<", b":")
}
"""Formulas without a value, by what stands before their letter."""
_ROW = re.compile(rb"""row [^>]*?r=["'](\d+)["']""")
_WIDE = re.compile(rb"""r=["'][A-Z]{2}""")
_ERRORS = (b't="e"', b"t='e'")
_HIDDEN_ROW = re.compile(
    rb"""<(?:\w+:)?row (?=[^>]*\shidden=["'](?:1|true)["'])[^>]*?\br=["'](\d+)["']"""
)
_FILLED = re.compile(
    rb"""<(?:\w+:)?c\b[^>]*?\sr=["']([A-Z]+)(\d+)["'][^>]*(?<!/)>\s*<(?:\w+:)?[vfi]"""
)


@dataclass
class Grid:
    """The cells of one sheet.

    Attributes
    ----------
    sheet
        Name of the sheet.
    rows
        Values by row and column from A1 on; blank cells are "".
    merged
        Merged ranges as first row, first column, last row, last column, counted from 0.
    marked
        Whether any cell is an error or an uncomputed formula.
    """

    sheet: str
    rows: list[list[Any]]
    merged: list[tuple[int, int, int, int]]
    marked: bool
    _xml: bytes
    _formats: Mapping[int, str]

    @cached_property
    def hidden(self) -> list[int]:
        """The numbers, from 1, of rows that are hidden or filtered away."""
        if b" hidden=" not in self._xml:
            return []
        return [int(row) for row in _HIDDEN_ROW.findall(self._xml)]

    def leaps(self, row: int, column: int) -> bool:
        """Tell whether a cell, from 0, holds the 29th of February 1900, a day that never was."""
        place = f"{get_column_letter(column + 1)}{row + 1}".encode()
        return (
            re.search(rb'<c r="%b"[^>]*>(?:<f.*?)?<v[^>]*>60(?:\.\d*)?<' % place, self._xml)
            is not None
        )

    @cached_property
    def shown(self) -> dict[tuple[int, int], str]:
        """Which cells are shown as percent ("%") or padded with zeros ("000"), by row, column."""
        if not self._formats:
            return {}
        styles = b"|".join(b"%d" % style for style in self._formats)
        cells = re.finditer(rb"""<(?:\w+:)?c\b[^>]*?\ss=["'](?:%b)["'][^>]*>""" % styles, self._xml)
        found = {}
        for cell in cells:
            place = re.search(rb"""\sr=["']([A-Z]+)(\d+)["']""", cell[0])
            style = re.search(rb"""\ss=["'](\d+)["']""", cell[0])
            if place and style:
                column = column_index_from_string(place[1].decode()) - 1
                found[int(place[2]) - 1, column] = self._formats[int(style[1])]
        return found


def read_grids(package: Package, sheets: Iterable[Sheet]) -> tuple[list[Grid], list[Issue]]:
    """Read the cells of some sheets.

    Raises
    ------
    CaseError
        The file is damaged.
    """
    issues: list[Issue] = []
    parts: dict[str, bytes] = {}
    chosen = []
    cells = 0
    for sheet in sheets:
        xml = plain_sheet(package, sheet)
        rows, columns = _extent(xml)
        cells += rows * columns
        if cells > MOST_CELLS:
            cells -= rows * columns
            last = f"{get_column_letter(columns)}{rows}"
            found = issue("sheet_too_large", value=sheet.name, last=last)
            issues.append(replace(found, sheet=sheet.name, cell=last))
            continue
        parts[sheet.name] = _marked(xml)
        chosen.append((sheet, xml))
    formats = _special_formats(package)
    try:
        book = _open(package, list(parts.values()))
        grids = []
        for number, (sheet, xml) in enumerate(chosen):
            found_sheet = book.get_sheet_by_index(number)
            values = found_sheet.to_python(skip_empty_area=False)
            merged = found_sheet.merged_cell_ranges or []
            ranges = [(a[0], a[1], b[0], b[1]) for a, b in merged]
            marked = parts[sheet.name] is not xml
            grids.append(Grid(sheet.name, values, ranges, marked, xml, formats))
    except (KeyboardInterrupt, SystemExit, CaseError, MemoryError):
        raise
    except BaseException as error:  # a panic of the reader is no Exception
        raise broken("its sheets cannot be read") from error
    return grids, issues


def _marked(xml: bytes) -> bytes:
    """Mark error cells and uncomputed formulas; the same object where there are none."""
    if any(sign in xml for sign in _ERRORS):
        xml = _ERROR_CELL.sub(_mark_error, xml)
    if _may_be_uncomputed(xml):
        marked, count = _FORMULA_CELL.subn(_mark_formula, xml)
        xml = marked if count and marked != xml else xml
    return xml


def _may_be_uncomputed(xml: bytes) -> bool:
    """Tell whether a formula among the cells seems to have no value."""
    first, last = xml.find(b"sheetData"), xml.rfind(b"sheetData")
    sign = b":" if xml[first - 1 : first] == b":" else b"<"
    return _UNCOMPUTED[sign].search(xml, first, last) is not None


def _mark_error(cell: re.Match[bytes]) -> bytes:
    value = _VALUE.search(cell[4])
    text = ERROR.encode() + (value[1] if value else b"#N/A")
    prefix = cell[1]
    return b'<%bc%b%b t="str"><%bv>%b</%bv></%bc>' % (
        prefix, cell[2], cell[3], prefix, text, prefix, prefix
    )  # fmt: skip


def _mark_formula(cell: re.Match[bytes]) -> bytes:
    # A formula that gave an empty text has no value either, but says that it is a text.
    if re.search(rb"""\st=["']str["']""", cell[2]):
        return cell[0]
    prefix = cell[1]
    attributes = re.sub(rb"""\st=["']\w*["']""", b"", cell[2])
    return b'<%bc%b t="str"><%bv>%b</%bv></%bc>' % (
        prefix, attributes, prefix, FORMULA.encode(), prefix, prefix
    )  # fmt: skip


def _extent(xml: bytes) -> tuple[int, int]:
    """Give how many rows and columns there are at most up to the last filled cell."""
    rows = max(map(int, _ROW.findall(xml)), default=0)
    if rows <= 200_000 and not _WIDE.search(xml):
        return rows, 26  # no need to look at every cell
    filled = _FILLED.findall(xml)
    columns = max((column_index_from_string(c.decode()) for c in {c for c, _ in filled}), default=1)
    return max((int(row) for _, row in filled), default=0), columns


def _open(package: Package, sheets: Sequence[bytes]) -> python_calamine.CalamineWorkbook:
    """Open a workbook of our own that holds what is needed for the values, and nothing else."""
    parts = {
        "sharedStrings": plain_texts(package, package.texts) if package.texts else None,
        "styles": package.read(package.styles) if package.styles else None,
    }
    relations = {
        f"xl/{kind}.xml": (f"{_KINDS}/{kind}", content)
        for kind, content in parts.items()
        if content is not None
    }
    numbers = range(1, len(sheets) + 1)
    relations |= {
        f"xl/worksheets/sheet{number}.xml": (f"{_KINDS}/worksheet", xml)
        for number, xml in zip(numbers, sheets, strict=True)
    }
    tabs = "".join(
        f'<sheet name="{n}" sheetId="{n}" r:id="xl/worksheets/sheet{n}.xml"/>' for n in numbers
    )
    book = (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_KINDS}">'
        f'<workbookPr date1904="{int(package.from_1904)}"/><sheets>{tabs}</sheets></workbook>'
    )
    related = "".join(
        f'<Relationship Id="{name}" Type="{kind}" Target="/{name}"/>'
        for name, (kind, _) in relations.items()
    )
    root = f'<Relationship Id="b" Type="{_KINDS}/officeDocument" Target="xl/workbook.xml"/>'
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{_PACKAGE}/content-types"/>')
        archive.writestr("_rels/.rels", _RELATIONS.format(root))
        archive.writestr("xl/workbook.xml", book)
        archive.writestr("xl/_rels/workbook.xml.rels", _RELATIONS.format(related))
        for name, (_, content) in relations.items():
            archive.writestr(name, content)
    made.seek(0)
    return python_calamine.load_workbook(made)


def _special_formats(package: Package) -> dict[int, str]:
    """Give the cell styles that show percent or leading zeros, by their number.

    Raises
    ------
    CaseError
        Cells without a style are shown as dates, which calamine does not see.
    """
    if package.styles is None:
        return {}
    codes = {str(number): code for number, code in BUILTIN_FORMATS.items()}
    styles = package.xml(package.styles)
    found = {}
    for element in styles.iter():
        if local_name(element) == "numFmt":
            codes[element.get("numFmtId", "0")] = element.get("formatCode", "")
    for group in (e for e in styles if local_name(e) == "cellXfs"):
        for style, element in enumerate(group):
            code = codes.get(element.get("numFmtId", "0"), "")
            if style == 0 and is_date_format(code):
                raise broken("all cells without a format of their own are shown as dates")
            code = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", code)
            if "%" in code:
                found[style] = "%"
            elif re.fullmatch("0{2,}", code.split(";")[0]):
                found[style] = code.split(";")[0]
    return found
