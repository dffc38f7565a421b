"""The first sheet of a plan: what it costs, what it saves, which plants run, and how full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from jvopt.core.plan import Plan
from jvopt.core.plan_tables import COST_KINDS
from jvopt.core.tables import TABLES
from jvopt.excel import charts, look, names
from jvopt.excel.book import Book, link, put
from jvopt.excel.figures import Figures

_WIDTHS = (42, 30, 15, 15, 15)
_CHART = "G"
"""The charts begin in this column, to the right of the tables."""
_ROW_POINTS = 15.0
_ROW_CM = _ROW_POINTS * 2.54 / 72
_MOST_LINES = 30
_MOST_CONFLICTS = 200


@dataclass
class _Page:
    """The sheet and the row that comes next."""

    sheet: Worksheet
    row: int = 1

    def heading(self, words: str) -> None:
        """Write the heading of a part of the page."""
        cell = self.sheet.cell(self.row, 1, words)
        cell.font = look.font(13, bold=True, color=look.NAVY)
        self.row += 1

    def table(
        self,
        headings: Sequence[str],
        rows: Sequence[Sequence[str | float | None]],
        formats: Sequence[str],
        *,
        total: bool = False,
    ) -> tuple[int, int]:
        """Write a small table; give the rows of its headings and of its last line."""
        top = self.row
        for number, words in enumerate(headings, 1):
            cell = self.sheet.cell(top, number, words)
            cell.font = look.font(bold=True, color="FFFFFF")
            cell.fill = look.fill(look.NAVY)
            side = "left" if formats[number - 1] == "General" else "right"
            cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal=side)
        widest = max(-(-len(h) // (w - 1)) for h, w in zip(headings, _WIDTHS, strict=False))
        self.sheet.row_dimensions[top].height = 16 * max(widest, 1)
        for line in rows:
            self.row += 1
            for number, value in enumerate(line, 1):
                below = self.sheet.cell(self.row, number)
                put(below, None if isinstance(value, float) and np.isnan(value) else value)
                below.number_format = formats[number - 1]
                below.border = look.UNDERLINE
        if total:
            for number in range(1, len(headings) + 1):
                bottom = self.sheet.cell(self.row, number)
                bottom.font = look.font(bold=True)
                bottom.border = look.TOTAL
        self.row += 2
        return top, self.row - 2

    def gap_below(self, row: int) -> None:
        """Go on below a row, where a chart on the right reaches further down than the table."""
        self.row = max(self.row, row)


def add_director(book: Book, plan: Plan, tables: list[str]) -> None:
    """Add the summary of a plan.

    Parameters
    ----------
    book
        Where it goes, as the first sheet.
    plan
        The plan.
    tables
        The tables of the case that have a sheet, for links.
    """
    sheet = book.sheet(names.DIRECTOR, look.RESULT_TAB)
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.fitToHeight = 1
    # The same row height everywhere, so that charts end where they should.
    sheet.sheet_format.defaultRowHeight = _ROW_POINTS
    sheet.sheet_format.customHeight = True
    for number, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.column_dimensions[get_column_letter(len(_WIDTHS) + 1)].width = 3
    figures = Figures(plan)
    page = _Page(sheet)
    _title(page, figures)
    if plan.found:
        _tiles(page, figures)
        _costs(page, figures)
        _lines(page, figures)
        _production(page, figures)
    else:
        _conflicts(page, plan, tables)
    _messages(page, plan)


def _title(page: _Page, figures: Figures) -> None:
    sheet = page.sheet
    put(sheet.cell(1, 1), figures.name)
    sheet.cell(1, 1).font = look.font(20, bold=True, color=look.NAVY)
    sheet.row_dimensions[1].height = 30
    words, color = figures.status()
    sheet.cell(2, 1, words).font = look.font(12, bold=True, color=color)
    sheet.cell(3, 1, figures.basis()).font = look.font(color=look.QUIET)
    page.row = 5


def _tiles(page: _Page, figures: Figures) -> None:
    """Write the few figures that matter most, each in a box two columns wide."""
    sheet = page.sheet
    boxes = figures.tiles()
    starts = (1, 2, 3, 5, 8, 12)
    ends = (1, 2, 4, 7, 11, 16)
    for (label, value, form, remark), start, end in zip(boxes, starts, ends, strict=False):
        contents = ((label, 10, look.QUIET), (value, 18, look.NAVY), (remark, 9, look.QUIET))
        for down, (words, size, color) in enumerate(contents):
            row = page.row + down
            if end > start:
                sheet.merge_cells(start_row=row, start_column=start, end_row=row, end_column=end)
            cell = sheet.cell(row, start)
            put(cell, words)
            failed = label == "Audit" and value != "passed"
            cell.font = look.font(size, bold=size == 18, color=look.RED if failed else color)
            cell.alignment = Alignment(
                horizontal="left", vertical="center", wrap_text=down == 2, indent=1
            )
            if down == 1:
                cell.number_format = form
            for column in range(start, end + 1):
                sheet.cell(row, column).fill = look.fill(look.SAND)
            cell.border = look.ACCENT
    sheet.row_dimensions[page.row].height = 20
    sheet.row_dimensions[page.row + 1].height = 28
    sheet.row_dimensions[page.row + 2].height = 30
    page.row += 4


def _costs(page: _Page, figures: Figures) -> None:
    table = figures.costs()
    if table.empty:
        return
    discounted = ", discounted" if figures.rate else ""
    page.heading(f"What it costs ({figures.base}{discounted})")
    networks = {"plan": "This plan", "today": "Today's network", "no_plant": "No plant at all"}
    shown = [name for name in networks if name in table.columns]
    rows: list[list[str | float | None]] = []
    kinds = [kind for kind in table.index if kind in COST_KINDS]
    more = table["plan"] - table["today"] if "today" in shown else None
    for kind in [*kinds, "total"]:
        figures_of = [float(table[network][kind]) for network in shown]
        figures_of += [float(more[kind])] if more is not None else []
        rows.append([COST_KINDS.get(kind, "Total"), *figures_of])
    headings = ["Cost", *(networks[name] for name in shown)]
    headings += ["Plan less today"] if "today" in shown else []
    top, last = page.table(
        headings, rows, ["General", *[look.WHOLE] * (len(headings) - 1)], total=True
    )
    height = max(7.5, (last - top + 2) * _ROW_CM)
    shares = table["plan"].drop("total").abs()
    # One kind that dwarfs the others would leave nothing to see: its figure is in the table.
    dwarfs = len(kinds) > 2 and shares.iloc[0] > 2 * shares.iloc[1:].sum()
    beside = f", beside {COST_KINDS[kinds[0]].lower()}" if dwarfs else ""
    chart = charts.bars(
        page.sheet,
        f"Cost by kind{beside}",
        rows=(top, top + 2 if dwarfs else top + 1, last - 1),
        categories=1,
        values=list(range(2, 2 + len(shown))),
        axis_format=figures.axis_format(kinds[1:] if dwarfs else kinds),
    )
    charts.place(page.sheet, chart, f"{_CHART}{top - 1}", 18, height)
    page.gap_below(top + int(height / _ROW_CM) + 2)


def _height(bars: int) -> float:
    """Give the height of a chart in centimetres at which every bar keeps its label."""
    return max(5.0, 0.75 * bars + 1.8)


def _lines(page: _Page, figures: Figures) -> None:
    table = figures.lines()
    if table.empty:
        return
    total = len(table)
    table = table.head(_MOST_LINES)
    page.heading("Which lines run, and how full they are")
    headings = ["Line", "Plant", "Open", "Made", "How full"]
    rows = [
        [row["label"], row["plant"], row["open"], row["made"], row["full"]]
        for _, row in table.iterrows()
    ]
    formats = ["General", "General", "General", look.WHOLE, "0%"]
    top, last = page.table(headings, rows, formats)
    if total > len(table):
        page.row -= 1
        words = f"and {total - len(table)} more, on the sheet {names.plan_sheet('lines')}"
        page.sheet.cell(page.row, 1, words).font = look.font(color=look.QUIET)
        page.row += 2
    height = _height(last - top)
    chart = charts.bars(
        page.sheet,
        "How full the lines are",
        rows=(top, top + 1, last),
        categories=1,
        values=[5],
        axis_format="0%",
        highest=1.0,
    )
    charts.place(page.sheet, chart, f"{_CHART}{top - 1}", 18, height)
    page.gap_below(top + int(height / _ROW_CM) + 2)


def _production(page: _Page, figures: Figures) -> None:
    table = figures.production().head(_MOST_LINES)
    if table.empty:
        return
    page.heading("What each plant makes, by assembly mode (units over the horizon)")
    modes = list(table.columns)
    rows = [
        [plant, *(float(v) for v in values)]
        for plant, values in zip(table.index, table.to_numpy(), strict=True)
    ]
    top, last = page.table(["Plant", *modes], rows, ["General", *[look.WHOLE] * len(modes)])
    height = _height(last - top) + 1
    chart = charts.bars(
        page.sheet,
        "Production by plant and mode",
        rows=(top, top + 1, last),
        categories=1,
        values=list(range(2, 2 + len(modes))),
        axis_format=look.WHOLE,
        stacked=True,
    )
    charts.place(page.sheet, chart, f"{_CHART}{top - 1}", 18, height)
    page.gap_below(top + int(height / _ROW_CM) + 2)


def _conflicts(page: _Page, plan: Plan, tables: list[str]) -> None:
    """List what would have to give way, with links to the planner's own cells."""
    conflicts = plan.conflicts
    if conflicts.empty:
        return
    page.heading("What would have to give way, at the least")
    rows: list[list[str | float | None]] = []
    targets: list[tuple[str, str] | None] = []
    for row in conflicts.head(_MOST_CONFLICTS).to_dict("records"):
        table, column = str(row["table"]), str(row["column"] or "")
        where = table
        target: tuple[str, str] | None = None
        if table in tables and column in TABLES[table].by_name and row["row"] == row["row"]:
            letter = get_column_letter(TABLES[table].names.index(column) + 1)
            address = f"{letter}{int(row['row']) + 1}"
            where, target = f"{table}!{address}", (table, address)
        period = str(row["period"] or "")
        rows.append([str(row["what"]), where, period, float(row["value"]), float(row["needed"])])
        targets.append(target)
    top, _ = page.table(
        ["What", "Where", "Period", "It says", "Needed"],
        rows,
        ["General", "General", "General", "#,##0.##", "#,##0.##"],
    )
    for number, target in enumerate(targets, top + 1):
        if target:
            link(page.sheet.cell(number, 2), *target)


def _messages(page: _Page, plan: Plan) -> None:
    messages: pd.DataFrame = plan.messages
    if messages.empty:
        return
    page.heading("Worth knowing")
    shown = messages.head(12)
    for severity, place, text in zip(shown["severity"], shown["place"], shown["text"], strict=True):
        words = f"{severity}, {place}: {text}" if place else f"{severity}: {text}"
        put(page.sheet.cell(page.row, 1), words)
        page.row += 1
    if len(messages) > len(shown):
        rest = f"and {len(messages) - len(shown)} more, on the sheet {names.plan_sheet('messages')}"
        page.sheet.cell(page.row, 1, rest).font = look.font(color=look.QUIET)
        page.row += 1
