"""A page that is laid out from top to bottom: headings, small tables, charts beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from jvopt.excel import charts, look
from jvopt.excel.book import Book, put
from jvopt.excel.cached import Exact

WIDTHS = (46, 44, 17, 17, 16, 15)
_ROW_POINTS = 15.0
_ROW_CM = _ROW_POINTS * 2.54 / 72
_CHART_CM = 18
_SPACE = 3
"""Width of the column between tables and charts."""
_CHART_COLUMNS = 7
_COLUMN = 8.43
"""How many columns a chart covers, and how wide they are when nobody says."""
_LETTER_CM = 0.27
"""What a column is at most wide for each letter of its width."""
_PRINTED_CM = 27.6, 17.4
"""What of a sheet of paper is printed on, across and down, less a little."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula, and the value that it has now."""

    text: str
    value: float


CellValue = str | float | Formula | None


@dataclass
class Page:
    """A sheet, the row that comes next, where its parts begin, and how far right it goes, in cm.

    Of each chart it knows the row at which it begins, and its height in cm.
    """

    book: Book
    sheet: Worksheet
    widths: Sequence[float]
    row: int = 1
    parts: list[int] = field(default_factory=list)
    right: float = 0.0
    charts: list[tuple[int, float]] = field(default_factory=list)

    @classmethod
    def on(cls, book: Book, name: str, widths: Sequence[float] = WIDTHS) -> Page:
        """Add a sheet that prints on one page wide, and begin at its top."""
        sheet = book.sheet(name, look.RESULT_TAB)
        sheet.sheet_view.showGridLines = False
        # The same row height everywhere, so that charts end where they should.
        sheet.sheet_format.defaultRowHeight = _ROW_POINTS
        sheet.sheet_format.customHeight = True
        for number, width in enumerate((*widths, _SPACE), 1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        return cls(book, sheet, widths)

    def title(self, words: str, *below: tuple[str, str]) -> None:
        """Write the title of the page, and lines of some colour below it."""
        put(self.sheet.cell(1, 1), words)
        self.sheet.cell(1, 1).font = look.font(20, bold=True, color=look.NAVY)
        self.sheet.row_dimensions[1].height = 30
        for row, (line, color) in enumerate(below, 2):
            put(self.sheet.cell(row, 1), line)
            self.sheet.cell(row, 1).font = look.font(12 if row == 2 else 11, color=color)
        self.row = 3 + len(below)

    def heading(self, words: str) -> None:
        """Write the heading of a part of the page."""
        cell = self.sheet.cell(self.row, 1)
        put(cell, words)
        cell.font = look.font(13, bold=True, color=look.NAVY)
        self.parts.append(self.row)
        self.row += 1

    def line(self, words: str, color: str = look.QUIET) -> None:
        """Write a line, a quiet one unless told otherwise."""
        cell = self.sheet.cell(self.row, 1)
        put(cell, words)
        cell.font = look.font(color=color)
        count = look.lines(words, sum(self.widths) + _SPACE + _CHART_COLUMNS * _COLUMN)
        if count > 1:
            across = len(self.widths) + 1 + _CHART_COLUMNS
            self.sheet.merge_cells(None, self.row, 1, self.row, across)
            cell.alignment = look.WRAP
            self.sheet.row_dimensions[self.row].height = _ROW_POINTS * count
        self.row += 1

    def right_below(self, words: str) -> None:
        """Write a line right below the table that was written last."""
        self.row -= 1
        self.line(words)
        self.row += 1

    def table(
        self,
        headings: Sequence[str],
        rows: Sequence[Sequence[CellValue]],
        formats: Sequence[str],
        *,
        total: bool = False,
    ) -> tuple[int, int]:
        """Write a small table; give the rows of its headings and of its last line."""
        top = self.row
        for number, words in enumerate(headings, 1):
            cell = self.sheet.cell(top, number)
            put(cell, words)
            cell.font = look.font(bold=True, color="FFFFFF")
            cell.fill = look.fill(look.NAVY)
            side = "left" if formats[number - 1] == "General" else "right"
            cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal=side)
        lines = [
            look.lines(words, self.sheet.column_dimensions[get_column_letter(number)].width - 1)
            for number, words in enumerate(headings, 1)
        ]
        self.sheet.row_dimensions[top].height = 16 * max(lines)
        for line in rows:
            self.row += 1
            for number, value in enumerate(line, 1):
                below = self.sheet.cell(self.row, number)
                self._fill(below, value)
                below.number_format = formats[number - 1]
                below.border = look.UNDERLINE
                below.alignment = look.TOP
                self._wrap(below, number, value)
        if total:
            for number in range(1, len(headings) + 1):
                bottom = self.sheet.cell(self.row, number)
                bottom.font = look.font(bold=True)
                bottom.border = look.TOTAL
        self.row += 2
        return top, self.row - 2

    def _wrap(self, cell: Cell | MergedCell, column: int, value: CellValue) -> None:
        """Let a text that is longer than its column go on in further lines."""
        width = self.sheet.column_dimensions[get_column_letter(column)].width
        count = 1
        if isinstance(value, str):
            # Widths count digits: Latin letters are a little narrower, Cyrillic ones are not.
            count = look.lines(value, (1.1 if value.isascii() else 1.0) * width)
        if count > 1:
            cell.alignment = look.WRAP
            height = self.sheet.row_dimensions[self.row].height or _ROW_POINTS
            self.sheet.row_dimensions[self.row].height = max(height, _ROW_POINTS * count)

    def _fill(self, cell: Cell | MergedCell, value: CellValue) -> None:
        if isinstance(value, Formula):
            cell.value = f"={value.text}"
            number = b"%r" % float(value.value)
            exact = self.book.values.setdefault(self.sheet.title, Exact())
            exact.formulas[cell.coordinate.encode()] = (b"n", number)
        else:
            put(cell, None if isinstance(value, float) and np.isnan(value) else value)

    def beside(self, chart: Any, top: int, height: float, column: str = "") -> None:
        """Put a chart to the right of the tables, or at a column, and go on below both."""
        column = column or get_column_letter(len(self.widths) + 2)
        before = (*self.widths, _SPACE)[: column_index_from_string(column) - 1]
        self.right = max(self.right, sum(before) * _LETTER_CM + _CHART_CM)
        self.charts.append((top, height))
        charts.place(self.sheet, chart, f"{column}{top}", _CHART_CM, height)
        self.row = max(self.row, top + int(height / _ROW_CM) + 3)

    def keep_parts_whole(self) -> None:
        """Print a page with charts at one size, and no part on two pages that fits on one.

        Spreadsheets heed no page breaks where a sheet is fitted to pages.
        """
        if not self.right:
            return
        across, down = _PRINTED_CM
        scale = min(1.0, across / max(self.right, sum(self.widths) * _LETTER_CM))
        self.sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=False)
        self.sheet.page_setup.scale = int(100 * scale)
        most, used = down / scale, 0.0
        for part, after in pairwise([1, *self.parts, self.row]):
            tall = self._tall(part, after)
            # Of a part that is taller than a page at least its charts are kept whole.
            drawn = [self._tall(part, at) + high for at, high in self.charts if part <= at < after]
            whole = tall if tall <= most else max(drawn, default=0.0)
            if used and used + whole > most >= whole:
                self.sheet.row_breaks.append(Break(id=part - 1))
                used = 0.0
            used = (used + tall) % most

    def _tall(self, first: int, after: int) -> float:
        """Give how high rows are, in centimetres."""
        heights = (self.sheet.row_dimensions[row].height for row in range(first, after))
        return sum(height or _ROW_POINTS for height in heights) * 2.54 / 72

    @staticmethod
    def height(lines: int) -> float:
        """Give the height in centimetres of a number of rows."""
        return lines * _ROW_CM
