"""What openpyxl would lose of a workbook if it opened and saved it."""

from __future__ import annotations

import posixpath
import re

from openpyxl.utils import range_boundaries

from jvopt.core.phrases import Phrase
from jvopt.excel.ours import is_result
from jvopt.excel.package import Package

_RELATIONS = {
    "pivotTable": "pivot tables",
    "slicer": "slicers",
    "timeline": "timelines",
    "threadedComment": "threaded comments",
    "oleObject": "embedded objects",
    "package": "embedded objects",
    "control": "form controls",
    "ctrlProp": "form controls",
    "queryTable": "data connections",
    "customProperty": "custom properties",
}
_DRAWN = {"pic": "pictures", "sp": "shapes", "cxnSp": "shapes", "graphicFrame": "charts"}
_EXTENSIONS = {
    b"sparklineGroup": "sparklines",
    b"x14:conditionalFormatting": "conditional formats of newer kinds",
    b"x14:dataValidation": "drop-downs of newer kinds",
}
_SHARED = re.compile(
    rb"""<(?:\w+:)?c\b[^>]*?\st=["']s["'][^>]*>\s*<(?:\w+:)?f\b""",
)
"""A formula whose text lies with those of other cells, which are numbered anew when saved."""
_PARTS = {
    "vbaProject.bin": "macros",
    "connections.xml": "data connections",
    "metadata.xml": "formulas that spill, or linked data types",
    "item.data": "a data model",
}
_FOLDERS = {
    "xl/chartsheets": "chart sheets",
    "xl/dialogsheets": "dialog sheets",
    "xl/macrosheets": "macros",
}
"""Where sheets lie that are no worksheets: openpyxl draws charts anew and drops the others."""

MOST_IN_AREAS = 1_000_000
"""Cells in merged areas and linked areas of a sheet: openpyxl makes each of them."""

_WIDE = {"area": "merged or linked areas of more than a million cells"}
_UNUSUAL = {"shared": "computed texts of formulas, kept in an unusual way"}
_AREA = re.compile(rb"""<(?:\w+:)?(?:mergeCell|hyperlink)\b[^>]*?\sref=["']([A-Z0-9:]+)["']""")


def losses(package: Package) -> list[Phrase]:
    """Say what would be lost, with its sheet; sheets that are made anew do not count.

    Returns
    -------
    list of Phrase
        As in "pictures on the sheet lanes"; empty where all would be kept.
    """
    found: dict[tuple[str, str], None] = {}
    for part in package.names:
        folder, name = posixpath.split(part)
        what = _PARTS.get(name) or _FOLDERS.get(folder)
        if what:
            found[what, ""] = None
    for sheet in package.sheets:
        if is_result(package, sheet):
            continue
        for _, kind, target in package.relations(sheet.part):
            kind = posixpath.basename(kind)
            lost = [_RELATIONS[kind]] if kind in _RELATIONS else []
            if kind == "drawing":
                drawn = {element.tag.rpartition("}")[2] for element in package.xml(target).iter()}
                lost = [what for sign, what in _DRAWN.items() if sign in drawn]
            found.update(dict.fromkeys((what, sheet.name) for what in lost))
        xml = package.read(sheet.part)
        lost = [what for sign, what in _EXTENSIONS.items() if sign in xml]
        if _in_areas(xml) > MOST_IN_AREAS:
            lost += _WIDE.values()
        if _SHARED.search(xml):
            lost += _UNUSUAL.values()
        found.update(dict.fromkeys((what, sheet.name) for what in lost))
    return [
        Phrase("{what} on the sheet {sheet}", what=Phrase(what), sheet=sheet)
        if sheet
        else Phrase(what)
        for what, sheet in found
    ]


def _in_areas(xml: bytes) -> int:
    """Count the cells of all merged and linked areas of a sheet."""
    count = 0
    for area in _AREA.findall(xml):
        try:
            left, top, right, bottom = range_boundaries(area.decode())
        except ValueError:  # it is no area, and openpyxl says so
            continue
        if left is None or top is None or right is None or bottom is None:  # all rows or columns
            return MOST_IN_AREAS + 1
        count += (right - left + 1) * (bottom - top + 1)
    return count
