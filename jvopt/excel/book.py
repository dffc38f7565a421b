"""A workbook in the making: openpyxl lays it out, rows go in in bulk, saving is reproducible."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.child import avoid_duplicate_name
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from jvopt.excel import look
from jvopt.excel.cached import Exact, put_back
from jvopt.excel.rows import FORMULA_LIKE, Block
from jvopt.excel.zipped import Zip

Target = str | Path | BinaryIO

AUTHOR = "jvopt"
_STAMP = b"2026-01-01T00:00:00Z"
_MOST_SHOWN = 2_000
"""Most letters of a text on a page of results."""
_MANY_ROWS = 10_000
"""Longer sheets are deflated quickly rather than well."""


class NotSaved(Exception):
    """A user's workbook holds what can be read, but not be written."""


@dataclass
class Book:
    """A workbook and the rows that are joined in when it is saved.

    Attributes
    ----------
    workbook
        Its sheets, without the rows of `blocks`.
    blocks
        For each sheet its rows below the headings.
    values
        For each sheet the values that openpyxl would drop or round.
    """

    workbook: Workbook = field(default_factory=Workbook)
    blocks: dict[str, Block] = field(default_factory=dict)
    values: dict[str, Exact] = field(default_factory=dict)

    @classmethod
    def empty(cls) -> Book:
        """Start a workbook without sheets."""
        book = cls()
        book.workbook.remove(book.workbook.worksheets[0])
        book.workbook.properties.creator = AUTHOR
        return book

    def sheet(self, name: str, tab: str) -> Worksheet:
        """Add a sheet that prints in landscape, one page wide."""
        sheet: Worksheet = self.workbook.create_sheet(name)
        sheet.sheet_properties.tabColor = tab
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = 9  # A4
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_setup.fitToHeight = 0
        sheet.page_margins.left = sheet.page_margins.right = 0.4
        sheet.page_margins.top = sheet.page_margins.bottom = 0.6
        sheet.page_margins.header = sheet.page_margins.footer = 0.25
        left, right = _HeaderFooterPart(text="&A"), _HeaderFooterPart(text="&P / &N")
        sheet.oddFooter = HeaderFooterItem(left=left, right=right)
        return sheet

    def free_name(self, name: str) -> str:
        """Give the name that a sheet would get: numbered where the user has one of that name."""
        return str(avoid_duplicate_name(self.workbook.sheetnames, name))

    def show(self, sheet: Worksheet) -> None:
        """Let a sheet be the one that is seen when the workbook is opened."""
        self.workbook.active = self.workbook.sheetnames.index(sheet.title)
        for other in self.workbook.worksheets:
            other.sheet_view.tabSelected = other is sheet

    def save(self, target: Target) -> None:
        """Write the workbook; the same workbook gives the same bytes.

        Parameters
        ----------
        target
            A path, replaced if there, or a binary file.
        """
        content = self.content()
        if isinstance(target, (str, Path)):
            Path(target).write_bytes(content)
        else:
            target.write(content)

    def content(self) -> bytes:
        """Give the workbook as the bytes of its file.

        Raises
        ------
        NotSaved
            openpyxl cannot write what it has read.
        """
        laid_out, finished = io.BytesIO(), Zip()
        try:
            ExcelWriter(self.workbook, zipfile.ZipFile(laid_out, "w")).save()
        except Exception as error:  # openpyxl reads some odd files that it cannot write
            raise NotSaved from error
        parts = {
            self.workbook[name].path.lstrip("/"): block
            for name, block in self.blocks.items()
            if len(block.frame)
        }
        values = {self.workbook[name].path.lstrip("/"): v for name, v in self.values.items()}
        with zipfile.ZipFile(laid_out) as made:
            for name in made.namelist():
                part = made.read(name)
                if name == "docProps/core.xml":
                    part = re.sub(rb">\d{4}-\d\d-\d\dT[\d:]+Z<", b">%b<" % _STAMP, part)
                if name in values:
                    part = put_back(part, values[name])
                if name in parts:
                    block = parts[name]
                    quick = len(block.frame) > _MANY_ROWS
                    finished.add(name, _joined(part, block), quick=quick)
                else:
                    finished.add(name, [part])
        return finished.content()


def _joined(sheet: bytes, block: Block) -> Iterator[bytes]:
    """Give a sheet with the rows of a block, in pieces."""
    head, end, tail = sheet.partition(b"</sheetData>")
    last = f"{get_column_letter(block.frame.shape[1])}{block.last_row}".encode()
    yield re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:%b"' % last, head, count=1)
    yield from block.xml()
    yield end + tail


def printable(words: str) -> str:
    """Show control characters, which no workbook can hold, as boxes."""
    return re.sub("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]", "\u25a1", words)


def write(cell: Cell | MergedCell, value: str | float | None) -> None:
    """Write a value into a cell of openpyxl, never as a formula; control characters as boxes."""
    cell.value = printable(value) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"
        if value.startswith(FORMULA_LIKE):
            cell.quotePrefix = True


def put(cell: Cell | MergedCell, value: str | float | None) -> None:
    """Write a value onto a page for people: endless texts are cut."""
    if isinstance(value, str) and len(value) > _MOST_SHOWN:
        value = f"{value[:_MOST_SHOWN]} ..."
    write(cell, value)


def link(cell: Cell | MergedCell, sheet: str, address: str = "A1") -> None:
    """Make a filled cell lead to a cell of the same workbook."""
    cell.hyperlink = Hyperlink(ref="", location=f"{quote_sheetname(sheet)}!{address}")
    cell.font = look.font(color=look.NAVY, link=True)


def remark(words: str, author: str = AUTHOR) -> Comment:
    """Give a comment of somebody, in a box that fits its words."""
    words = printable(words)
    lines = sum(1 + len(line) // 42 for line in words.splitlines())
    return Comment(words, author, width=300, height=26 + 17 * lines)
