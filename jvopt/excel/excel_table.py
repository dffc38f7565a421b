"""A frame on a sheet as a real Excel table: headings with remarks, filters and sums."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from openpyxl.styles.styleable import StyleableObject
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table as ExcelTable
from openpyxl.worksheet.table import TableColumn, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from jvopt.excel import look
from jvopt.excel.book import Book, remark
from jvopt.excel.rows import Block

_SAMPLE = 300
"""Rows by which a column is made as wide as its cells need."""
_PAGE = 260.0
"""Widest table, in letters, that is shrunk to the width of a page."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a column of a table on a sheet.

    Parameters
    ----------
    words
        What the heading says.
    remark
        What its comment says.
    format
        Number format of the column.
    strong
        Whether it stands out: a column that must be filled in, or the key of a result.
    wrap
        Whether cells hold sentences, in lines of their own.
    total
        Whether the column ends with its sum.
    beside_number
        Whether its cells are words to the right of numbers, from which they keep clear.
    """

    words: str
    remark: str
    format: str
    strong: bool
    wrap: bool = False
    total: bool = False
    beside_number: bool = False


def add_table(
    book: Book,
    sheet: Worksheet,
    name: str,
    headings: list[Heading],
    frame: pd.DataFrame,
    total: str = "",
) -> None:
    """Fill a sheet with a frame as a real Excel table with filters and a frozen heading.

    Parameters
    ----------
    book, sheet
        Where it goes.
    name
        Name of the Excel table.
    headings
        One for each column of the frame.
    frame
        The cells; blanks as in `jvopt.excel.rows.Block`.
    total
        What stands before the sums, where headings ask for some.
    """
    samples = (cells for _, cells in frame.head(_SAMPLE).items())
    columns = [
        _add_column(sheet, number, heading, sample)
        for number, (heading, sample) in enumerate(zip(headings, samples, strict=True), 1)
    ]
    _fit(sheet, headings, columns)
    summed = frozenset(n for n, h in enumerate(headings) if h.total)
    block = Block(
        frame,
        [column.style_id for column in columns],
        [_quoted(sheet, column) for column in columns],
        total=total if summed else "",
        summed=summed,
        sum_styles=[
            _sum_style(sheet, h.format) if n in summed or not n else 0
            for n, h in enumerate(headings)
        ],
        heights=_heights(headings, frame),
    )
    book.blocks[sheet.title] = block
    sheet.add_table(_excel_table(_free_name(book.workbook, name), headings, block, total))


def _add_column(
    sheet: Worksheet, number: int, heading: Heading, sample: pd.Series[Any]
) -> ColumnDimension:
    """Write the heading of a column; give how its cells look."""
    cell = sheet.cell(1, number, heading.words)
    cell.fill = look.fill(look.NAVY if heading.strong else look.PALE)
    cell.font = look.font(bold=True, color="FFFFFF" if heading.strong else look.NAVY)
    cell.alignment = look.HEADER
    cell.border = look.UNDERLINE
    cell.comment = remark(heading.remark)
    column = sheet.column_dimensions[get_column_letter(number)]
    column.number_format = heading.format
    column.width = look.width(heading.words, _shown(sample))
    if heading.beside_number:
        column.alignment = look.CLEAR
    if heading.wrap:
        column.width = look.SENTENCE
        column.alignment = look.WRAP
    return column


def _shown(cells: pd.Series[Any]) -> Iterable[str]:
    """Give cells about as wide as they are shown."""
    if pd.api.types.is_float_dtype(cells):
        return [f"{value:,.10g}"[:12] for value in cells.tolist() if value == value]
    if pd.api.types.is_datetime64_any_dtype(cells):
        return ["2026-01-01"]
    return [str(cell).split("\n")[0] for cell in cells.tolist() if cell is not None]


def _fit(sheet: Worksheet, headings: list[Heading], columns: list[ColumnDimension]) -> None:
    """Keep the headings whole and in sight, also in print, and the table legible there."""
    lines = max(
        -(-len(h.words) // int(c.width - 3)) for h, c in zip(headings, columns, strict=True)
    )
    sheet.row_dimensions[1].height = 15.5 * max(2, lines)
    sheet.freeze_panes = "B2"
    sheet.print_title_rows = "1:1"
    if sum(column.width for column in columns) > _PAGE:
        # Shrunk to one page wide nobody could read it: it goes on on further pages.
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=False)
        sheet.page_setup.scale = 70
        sheet.print_title_cols = "A:A"


def _quoted(sheet: Worksheet, column: ColumnDimension) -> int:
    """Give the number of the style of a column for text that begins like a formula."""
    style = StyleableObject(sheet, copy.copy(column._style))  # type: ignore[attr-defined]
    style.quotePrefix = True
    return int(style.style_id)


def _sum_style(sheet: Worksheet, form: str) -> int:
    """Give the number of the style of a sum."""
    style = StyleableObject(sheet)
    style.number_format = form
    style.font = look.font(bold=True)
    style.border = look.TOTAL
    return int(style.style_id)


def _heights(headings: list[Heading], frame: pd.DataFrame) -> list[int]:
    """Give the heights of rows that hold sentences, in points; none where no column does."""
    wrapped = [frame.iloc[:, number] for number, h in enumerate(headings) if h.wrap]
    width = look.SENTENCE - 4
    return [
        15 * max(look.lines(str(cell), width) for cell in cells)
        for cells in zip(*wrapped, strict=True)
    ]


def _free_name(workbook: Workbook, name: str) -> str:
    """Number the name of a table where there is one: the user kept an earlier result."""
    taken = {other.lower() for tab in workbook.worksheets for other in tab.tables}
    free, number = name, 1
    while free.lower() in taken:
        number += 1
        free = f"{name}_{number}"
    return free


def _excel_table(name: str, headings: list[Heading], block: Block, total: str) -> ExcelTable:
    last_column = get_column_letter(len(headings))
    table = ExcelTable(displayName=name, name=name, ref=f"A1:{last_column}{block.last_row}")
    # Given the columns, openpyxl does not look through (and so create) every cell of the table.
    table.tableColumns = [TableColumn(id=n, name=h.words) for n, h in enumerate(headings, 1)]
    if block.summed:
        table.totalsRowCount = 1
        table.tableColumns[0].totalsRowLabel = total
        for number in block.summed:
            table.tableColumns[number].totalsRowFunction = "sum"
    table.autoFilter = AutoFilter(ref=f"A1:{last_column}{block.last_filled}")
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
    return table
