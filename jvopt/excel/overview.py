"""The overview of a plan and its charts: cost, saving, which plants run, and how full."""

from __future__ import annotations

import numpy as np
import pandas as pd
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter, quote_sheetname

from jvopt.core.language import word
from jvopt.core.plan_tables import NETWORKS, PLAN_TABLES
from jvopt.excel import charts, look, sheet_names
from jvopt.excel.book import Book, link, put
from jvopt.excel.explained import list_conflicts
from jvopt.excel.figures import Figures
from jvopt.excel.messages import Message
from jvopt.excel.page import CellValue, Formula, Page
from jvopt.excel.read import Reading
from jvopt.excel.result_tables import is_split
from jvopt.excel.steps import waterfall
from jvopt.excel.tiles import tiles

_CHART_WIDTHS = (34, 16, 16, 16, 16)
_MOST_LINES = 30
_MOST_PAIRS = 12
_MOST_MARKETS = 20
_MOST_MESSAGES = 12


def add_overview(
    book: Book,
    figures: Figures,
    reading: Reading,
    messages: list[Message],
    *,
    linked: bool,
) -> None:
    """Add the overview of a plan and its charts.

    Parameters
    ----------
    book
        Where they go.
    figures
        The figures of the plan.
    reading
        Where the cells of the case stand, for links.
    messages
        What is worth knowing.
    linked
        Whether the case is in the workbook, so that links lead there.
    """
    say = figures.say
    page = Page.on(book, sheet_names.plan_overview(figures.language))
    warning = word(figures.language, "warning")
    warned = sum(message.severity == warning for message in messages)
    told = say("Warnings about the case: {count}; they are listed here.", count=warned)
    below = [(told, look.NAVY)] if warned else []
    page.title(figures.name, figures.status(), (figures.basis(), look.QUIET), *below)
    if warned:
        sheet = book.free_name(sheet_names.plan_sheet("messages", figures.language))
        link(page.sheet.cell(4, 1), sheet)
    if figures.plan.found:
        _tiles(page, figures)
        chart_page = Page.on(book, sheet_names.plan_charts(figures.language), _CHART_WIDTHS)
        chart_page.title(say("Charts"))
        _costs(page, chart_page, figures)
        _lines(page, figures)
        _production(page, figures)
        _trade(page, figures)
        _duty_and_fee(chart_page, figures)
        _service(chart_page, figures)
        chart_page.keep_parts_whole()
    else:
        list_conflicts(page, figures.plan["conflicts"], figures.case, reading, linked=linked)
    _messages(page, figures, messages)


def _tiles(page: Page, figures: Figures) -> None:
    """Write the few figures that matter most, each in a box."""
    sheet = page.sheet
    starts, ends = (1, 2, 3, 5, 8, 12), (1, 2, 4, 7, 11, 16)
    for tile, start, end in zip(tiles(figures), starts, ends, strict=False):
        quiet, strong = (look.RED, look.RED) if tile.bad else (look.QUIET, look.NAVY)
        contents = ((tile.label, 10, quiet), (tile.value, 18, strong), (tile.remark, 9, quiet))
        for down, (words, size, color) in enumerate(contents):
            row = page.row + down
            if end > start:
                sheet.merge_cells(start_row=row, start_column=start, end_row=row, end_column=end)
            cell = sheet.cell(row, start)
            put(cell, words)
            cell.font = look.font(size, bold=size == 18, color=color)
            cell.alignment = Alignment(
                horizontal="left", vertical="center", wrap_text=down == 2, indent=1
            )
            if down == 1:
                cell.number_format = tile.form
            for column in range(start, end + 1):
                sheet.cell(row, column).fill = look.fill(look.SAND)
            cell.border = look.ACCENT
    for down, height in enumerate((20, 28, 30)):
        sheet.row_dimensions[page.row + down].height = height
    page.row += 4


def _costs(page: Page, chart_page: Page, figures: Figures) -> None:
    """Write the cost by kind and network, each figure a formula over the tables of the plan."""
    table = figures.costs()
    if table.empty:
        return
    say = figures.say
    words = (
        "What it costs ({currency}, discounted)" if figures.rate else "What it costs ({currency})"
    )
    page.heading(say(words, currency=figures.base))
    shown = [name for name in NETWORKS if name in table.columns]
    today = "today" in shown
    kinds = [kind for kind in table.index if kind != "total"]
    top = page.row
    first, last = top + 1, top + len(kinds)
    rows: list[list[CellValue]] = []
    for row, kind in enumerate([*kinds, "total"], first):
        line: list[CellValue] = [figures.cost_title(kind) if kind != "total" else say("Total")]
        for column, network in enumerate(shown, 2):
            letter, value = get_column_letter(column), float(table[network][kind])
            if kind == "total":
                line.append(Formula(f"SUM({letter}{first}:{letter}{last})", value))
            else:
                line.append(_sum_of(page.book, figures, network, f"$A{row}", value))
        if today:
            more = float(table["plan"][kind] - table["today"][kind])
            line.append(Formula(f"B{row}-C{row}", more))
        rows.append(line)
    headings = [say("Cost"), *(say(NETWORKS[name]) for name in shown)]
    headings += [say("Plan less today")] if today else []
    formats = ["General", *[look.WHOLE] * (len(headings) - 1)]
    top, bottom = page.table(headings, rows, formats, total=True)
    kinds_only = table.drop("total")
    shares = table["plan"].drop("total").abs()
    # One kind that dwarfs the others would leave nothing to see: its figure is in the table.
    dwarfs = len(kinds) > 2 and shares.iloc[0] > 2 * shares.iloc[1:].sum()
    title = say("Cost by kind")
    if dwarfs:
        title = say("Cost by kind, beside {kind}", kind=figures.cost_title(kinds[0]).lower())
    seen = kinds_only.iloc[1:] if dwarfs else kinds_only
    chart = charts.bars(
        page.sheet,
        title,
        rows=(top, top + 2 if dwarfs else top + 1, bottom - 1),
        categories=1,
        values=list(range(2, 2 + len(shown))),
        axis_format=look.axis_format(seen, figures.language),
    )
    height = max(7.5, 0.9 * len(kinds))
    if today:
        row = chart_page.row
        stepped = _waterfall(page, chart_page, figures, table, top, Page.height(bottom - top + 2))
        # What the waterfall alone needs stands behind it.
        chart_page.beside(chart, row, height, "C" if stepped else "A")
    else:
        page.beside(chart, top - 1, height)


def _sum_of(book: Book, figures: Figures, network: str, label: str, value: float) -> CellValue:
    """Give the cost of a kind as a formula over a table of the plan, where one sheet holds it."""
    costs = network == "plan" and len(figures.plan["costs"]) > 0
    table = "costs" if costs else "as_is"
    if is_split(figures.plan[table]):
        return value
    sheet = quote_sheetname(book.free_name(sheet_names.plan_sheet(table, figures.language)))
    columns = PLAN_TABLES[table].names
    last = len(figures.plan[table]) + 1

    def cells(name: str) -> str:
        letter = get_column_letter(columns.index(name) + 1)
        return f"{sheet}!${letter}$2:${letter}${last}"

    if costs:
        return Formula(f"SUMIFS({cells('cost')},{cells('kind')},{label})", value)
    where = f'{cells("network")},"{figures.say(NETWORKS[network])}"'
    return Formula(f"SUMIFS({cells('value')},{cells('item')},{label},{where})", value)


def _waterfall(
    page: Page, data: Page, figures: Figures, table: pd.DataFrame, top: int, height: float
) -> bool:
    """Lead from today's network to the plan, kind by kind; the table stands with the charts.

    False where there is nothing between the two.
    """
    say = figures.say
    change = (table["plan"] - table["today"]).drop("total")
    change = change[change.abs() > 1e-9 * abs(float(table["today"]["total"]))]
    start, end = float(table["today"]["total"]), float(table["plan"]["total"])
    title = say("From today's network to this plan")
    labels = [say(NETWORKS["today"]), *(figures.cost_title(str(kind)) for kind in change.index)]
    labels.append(say(NETWORKS["plan"]))
    amounts = np.array([start, *change, end])
    chart, _ = waterfall(data, title, labels, amounts, say, figures.language)
    if chart is not None:
        page.beside(chart, top - 1, max(height, 7.5))
    return chart is not None


def _height(bars: int) -> float:
    """Give the height of a chart in centimetres at which every bar keeps its label."""
    return max(5.0, 0.95 * bars + 1.8)


def _lines(page: Page, figures: Figures) -> None:
    table = figures.lines()
    if table.empty:
        return
    say = figures.say
    total = len(table)
    table = table.head(_MOST_LINES)
    page.heading(say("Which lines run, what they make, and how full they are"))
    headings = ["Line", "What it makes", "Mode", "Open", "Made", "How full"]
    rows = [
        [row[c] for c in ("label", "products", "modes", "open", "made", "full")]
        for _, row in table.iterrows()
    ]
    formats = ["General"] * 4 + [look.WHOLE, "0%"]
    top, last = page.table([say(words) for words in headings], rows, formats)
    if total > len(table):
        sheet = page.book.free_name(sheet_names.plan_sheet("lines", figures.language))
        more = total - len(table)
        page.right_below(say("and {count} more, on the sheet {sheet}", count=more, sheet=sheet))
    chart = charts.bars(
        page.sheet,
        say("How full the lines are"),
        rows=(top, top + 1, last),
        categories=1,
        values=[6],
        axis_format="0%",
        highest=1.0,
    )
    page.beside(chart, top - 1, _height(last - top))


def _with_rest(figures: Figures, table: pd.DataFrame, most: int) -> pd.DataFrame:
    """Keep the first rows of a table, and the sum of the others in a last one, if there are any."""
    if len(table) <= most:
        return table
    rest = table.iloc[most:]
    label = figures.say("and {count} more", count=len(rest))
    return pd.concat([table.head(most), rest.sum().to_frame(label).T])


def _production(page: Page, figures: Figures) -> None:
    table = _with_rest(figures, figures.production(), _MOST_LINES)
    if table.empty:
        return
    say = figures.say
    page.heading(say("What each plant makes, by assembly mode (units over the horizon)"))
    modes = list(table.columns)
    rows: list[list[CellValue]] = [
        [plant, *(float(v) for v in values)]
        for plant, values in zip(table.index, table.to_numpy(), strict=True)
    ]
    formats = ["General", *[look.WHOLE] * len(modes)]
    top, last = page.table([say("Plant"), *modes], rows, formats)
    chart = charts.bars(
        page.sheet,
        say("Production by plant and mode"),
        rows=(top, top + 1, min(last, top + _MOST_LINES)),
        categories=1,
        values=list(range(2, 2 + len(modes))),
        axis_format=look.WHOLE,
        stacked=True,
    )
    page.beside(chart, top - 1, _height(last - top) + 1)


def _trade(page: Page, figures: Figures) -> None:
    """Write what trade the plan makes between countries and between regions."""
    say = figures.say
    titles = {
        "country": say("Trade between countries over the horizon"),
        "region": say("Trade between regions over the horizon"),
    }
    for level, title in titles.items():
        table = figures.trade(level)
        if table.empty:
            continue
        page.heading(title)
        rows: list[list[CellValue]] = [
            [figures.place(pair[0]), figures.place(pair[1]), *pair[2:]]
            for pair in table.head(_MOST_PAIRS).itertuples(index=False, name=None)
        ]
        value = say("Customs value ({currency})", currency=figures.base)
        headings = [say("From"), say("To"), say("Units"), say("Tonnes"), value]
        page.table(headings, rows, ["General", "General", *[look.WHOLE] * 3])
        if len(table) > _MOST_PAIRS:
            sheet = page.book.free_name(sheet_names.plan_sheet("regions", figures.language))
            more = len(table) - _MOST_PAIRS
            page.right_below(say("and {count} more, on the sheet {sheet}", count=more, sheet=sheet))


def _duty_and_fee(page: Page, figures: Figures) -> None:
    table = figures.duty_and_fee()
    if table.empty:
        return
    title = figures.say("Duty, fee and support ({currency}, undiscounted)", currency=figures.base)
    page.heading(title)
    headings = [figures.say("Period"), *map(figures.cost_title, table.columns)]
    rows: list[list[CellValue]] = [
        [str(period), *(float(v) for v in values)]
        for period, values in zip(table.index, table.to_numpy(), strict=True)
    ]
    formats = ["General", *[look.WHOLE] * len(table.columns)]
    top, last = page.table(headings, rows, formats)
    chart = charts.bars(
        page.sheet,
        title,
        rows=(top, top + 1, last),
        categories=1,
        values=list(range(2, 2 + len(table.columns))),
        axis_format=look.axis_format(table, figures.language),
        stacked=True,
        upright=True,
    )
    page.beside(chart, top - 1, 8.5)


def _service(page: Page, figures: Figures) -> None:
    table = _with_rest(figures, figures.service(), _MOST_MARKETS)
    if table.empty:
        return
    say = figures.say
    title = say("Demand served and short (units over the horizon)")
    page.heading(title)
    rows: list[list[CellValue]] = [
        [market, float(met), float(short)]
        for market, (met, short) in zip(table.index, table.to_numpy(), strict=True)
    ]
    headings = [say("Market"), say("Served"), say("Short")]
    top, last = page.table(headings, rows, ["General", "#,##0.##", "#,##0.##"])
    # The others together would dwarf each of those that are shown: they stand in the table alone.
    chart = charts.bars(
        page.sheet,
        title,
        rows=(top, top + 1, min(last, top + _MOST_MARKETS)),
        categories=1,
        values=[2, 3],
        axis_format=look.WHOLE,
        stacked=True,
    )
    page.beside(chart, top - 1, max(7.5, 0.62 * len(table) + 2))


def _messages(page: Page, figures: Figures, messages: list[Message]) -> None:
    if not messages:
        return
    say = figures.say
    page.heading(say("Worth knowing"))
    for message in messages[:_MOST_MESSAGES]:
        place = f", {message.place}" if message.place else ""
        put(page.sheet.cell(page.row, 1), f"{message.severity}{place}: {message.text}")
        page.row += 1
    if len(messages) > _MOST_MESSAGES:
        sheet = page.book.free_name(sheet_names.plan_sheet("messages", figures.language))
        more = len(messages) - _MOST_MESSAGES
        page.line(say("and {count} more, on the sheet {sheet}", count=more, sheet=sheet))
