"""The cells of a sheet as they stand, at the speed of calamine, with nothing glossed over.

calamine gives neither error cells (#N/A) nor formulas without a computed value: both look blank.
They are therefore marked in the XML before calamine reads it. It is also kept from sheets whose
last cell is so far out that their dense array would not fit into memory.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import python_calamine
from openpyxl.utils import column_index_from_string, get_column_letter

from jvopt.core.issues import CaseError, Issue, issue
from jvopt.core.phrases import Phrase
from jvopt.excel.package import Package, Sheet

MOST_CELLS = 30_000_000
"""Rows times columns up to the last filled cell, for all sheets of a workbook together."""

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
        xml = package.read(sheet.part)
        if b"<!DOCTYPE" in xml[:1000]:
            why = Phrase("the sheet {sheet} declares a document type", sheet=sheet.name)
            raise CaseError([issue("file_broken", why=why)])
        rows, columns = _extent(xml)
        cells += rows * columns
        if cells > MOST_CELLS:
            cells -= rows * columns
            last = f"{get_column_letter(columns)}{rows}"
            found = issue("sheet_too_large", value=sheet.name, last=last)
            issues.append(replace(found, sheet=sheet.name, cell=last))
            continue
        parts[sheet.part] = _marked(xml)
        chosen.append((sheet, xml))
    book = _open(package, parts)
    formats = _special_formats(package)
    grids = []
    for sheet, xml in chosen:
        try:
            found_sheet = book.get_sheet_by_name(sheet.name)
            values = found_sheet.to_python(skip_empty_area=False)
            merged = found_sheet.merged_cell_ranges or []
        except python_calamine.CalamineError as error:
            why = Phrase("the sheet {sheet} cannot be read", sheet=sheet.name)
            raise CaseError([issue("file_broken", why=why)]) from error
        ranges = [(a[0], a[1], b[0], b[1]) for a, b in merged]
        marked = parts[sheet.part] is not xml
        grids.append(Grid(sheet.name, values, ranges, marked, xml, formats))
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


def _open(package: Package, sheets: Mapping[str, bytes]) -> python_calamine.CalamineWorkbook:
    """Open what is needed for the values, unpacked and checked, and nothing else."""
    needed = ("[Content_Types].xml", "_rels/.rels", "xl/_rels/", "xl/workbook.xml")
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w", zipfile.ZIP_STORED) as archive:
        for name in package.names:
            if name in sheets:
                archive.writestr(name, sheets[name])
            elif name.startswith(needed) or name.lower().endswith(
                ("sharedstrings.xml", "styles.xml")
            ):
                archive.writestr(name, package.read(name))
    plain.seek(0)
    try:
        return python_calamine.load_workbook(plain)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of the reader is no Exception
        why = Phrase("its sheets cannot be read")
        raise CaseError([issue("file_broken", why=why)]) from error


def _special_formats(package: Package) -> dict[int, str]:
    """Give the cell styles that show percent or leading zeros, by their number."""
    part = next((name for name in package.names if name.lower().endswith("styles.xml")), None)
    if part is None:
        return {}
    codes = {9: "0%", 10: "0.00%"}
    styles = package.xml(part)
    found = {}
    for element in styles.iter():
        if element.tag.endswith("}numFmt"):
            codes[int(element.get("numFmtId", "0"))] = element.get("formatCode", "")
    for group in (e for e in styles if e.tag.endswith("}cellXfs")):
        for style, element in enumerate(group):
            code = re.sub(
                r'"[^"]*"|\\.|\[[^\]]*\]', "", codes.get(int(element.get("numFmtId", "0")), "")
            )
            if "%" in code:
                found[style] = "%"
            elif re.fullmatch("0{2,}", code.split(";")[0]):
                found[style] = code.split(";")[0]
    return found
