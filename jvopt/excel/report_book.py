"""The report of an analysis as a workbook: findings and charts first, then every table."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import pandas as pd
from openpyxl.chart import BarChart, ScatterChart
from openpyxl.utils import get_column_letter

from jvopt.core.analyses import Chart
from jvopt.core.checks import check
from jvopt.core.issues import Issue, warnings
from jvopt.core.language import Language
from jvopt.core.report import Report
from jvopt.core.schema import Table
from jvopt.excel import charts, look, sheet_names
from jvopt.excel.answering import write_in_front
from jvopt.excel.book import Book, Target, printable
from jvopt.excel.case_book import add_case_behind, filled_tables, laid_out
from jvopt.excel.collector import without_collector
from jvopt.excel.explained import list_conflicts, mark_conflicts, told
from jvopt.excel.package import Source
from jvopt.excel.page import Page
from jvopt.excel.read import Reading
from jvopt.excel.result_tables import add_result_table, result_heading
from jvopt.excel.result_words import ResultWords
from jvopt.excel.steps import waterfall

_WIDTHS = (52, 18, 15, 15, 13, 13)
_MOST_POINTS = 400
_MOST_WARNINGS = 6
CONFLICTS = "conflicts"
"""The table whose rows are cells of the case."""


@without_collector()
def write_report(
    report: Report, path: Target, language: Language = "en", issues: Iterable[Issue] | None = None
) -> None:
    """Write a report and its case as a workbook.

    Parameters
    ----------
    report
        What to write.
    path
        A path, replaced if there, or a binary file.
    language
        Language of sheets, headings and words.
    issues
        What is known of the case; it is checked where that is not given.

    Raises
    ------
    ValueError
        A table of the case has more rows, or a text more letters, than a workbook can hold.
    """
    book = Book.empty()
    reading = laid_out(report.case, filled_tables(report.case), language)
    found = check(report.case) if issues is None else issues
    add_report(book, report, replace(reading, issues=[reading.locate(i) for i in found]))
    add_case_behind(book, report.case, language)
    _mark(book, report, reading)
    book.save(path)


def write_report_answer(source: Source, report: Report, reading: Reading, path: Target) -> None:
    """Write the user's own workbook with a report in front of their sheets.

    Parameters
    ----------
    source, reading
        The user's file, and what `read_workbook` made of it.
    report
        On its case.
    path
        A path, replaced if there, or a binary file.
    """

    def add(book: Book, *, remark: str) -> None:
        add_report(book, report, reading, remark)
        _mark(book, report, reading)

    write_in_front(source, reading.language, path, add)


def add_report(book: Book, report: Report, reading: Reading, remark: str = "") -> None:
    """Add the sheets of a report to a workbook, behind those that it has.

    Parameters
    ----------
    book, report
        Where they go, and the report.
    reading
        Its language counts, and the warnings about the case.
    remark
        Why the case is not in the workbook, where it is not.
    """
    language = reading.language
    words = ResultWords(report.case, language)
    page = Page.on(book, sheet_names.report_overview(language), _WIDTHS)
    say = words.voice.say
    below = [(say(report.analysis.question), look.QUIET)]
    below.append((str(report.case.setting("case_name")), look.QUIET))
    page.title(say(report.analysis.title), *below)
    if not report.complete:
        page.heading(say("Not finished: what follows is what was found so far."))
    for sentence in report.said(language, titles=True):
        page.line(sentence, look.INK)
    if remark:
        page.line(remark)
    _warn(page, warnings(reading.issues), say)
    page.row += 1
    for chart in report.analysis.charts:
        _add_chart(page, report, chart, words)
    for table in report.analysis.tables:
        frame = report[table.name]
        if table.name == CONFLICTS:
            list_conflicts(page, frame, report.case, reading, linked=not remark)
            frame = told(frame, report.case, reading)
        if len(frame):
            sheet = sheet_names.report_sheet(table, language)
            shown = words.of(table, frame)
            add_result_table(
                book, sheet, f"result_{table.name}", table, shown, words.base, language
            )
    page.keep_parts_whole()


def _warn(page: Page, warned: list[Issue], say: Callable[..., str]) -> None:
    """Tell what is worth knowing of the case: no figure may be read without it."""
    if not warned:
        return
    page.heading(say("Worth knowing"))
    for found in warned[:_MOST_WARNINGS]:
        page.line(f"{say(found.severity)}, {found.place}: {found.text}")
    if len(warned) > _MOST_WARNINGS:
        page.line(say("and {count} more", count=len(warned) - _MOST_WARNINGS))


def _mark(book: Book, report: Report, reading: Reading) -> None:
    """Mark the cells that a report is about."""
    if CONFLICTS in {table.name for table in report.analysis.tables}:
        mark_conflicts(book, report[CONFLICTS], report.case, reading)


def _add_chart(page: Page, report: Report, chart: Chart, words: ResultWords) -> None:
    """Write what a chart shows as small tables, each with the chart beside it."""
    table = report.analysis.table(chart.table)
    frame = report[chart.table]
    if frame.empty:
        return
    title = words.voice.say(chart.title)
    shown = words.of(table, frame)
    groups = [(title, shown)]
    if chart.apart:
        groups = [
            (printable(f"{title}: {key}"), rows)
            for key, rows in shown.groupby(chart.apart, sort=False)
        ]
    for heading, rows in groups:
        _draw(page, chart, table, rows, heading, words)


def _draw(
    page: Page, chart: Chart, table: Table, frame: pd.DataFrame, title: str, words: ResultWords
) -> None:
    if chart.kind == "waterfall":
        _draw_waterfall(page, chart, frame, title, words)
        return
    frame = frame.dropna(subset=list(chart.values), how="all")
    most = _MOST_POINTS if chart.kind == "lines" else chart.most
    more = len(frame) - most
    if chart.kind == "lines" and more > 0:
        frame = frame.iloc[np.linspace(0, len(frame) - 1, most).astype(int)]
    frame = frame.head(most)
    if frame.empty:
        return
    page.heading(title)
    columns = [table[name] for name in (chart.labels, *chart.values)]
    formats = [look.result_format(column, frame[column.name]) for column in columns]
    top, last = page.table(
        [result_heading(column, words.base, words.language) for column in columns],
        [list(row) for row in frame[[c.name for c in columns]].itertuples(index=False, name=None)],
        formats,
    )
    if more > 0:
        sheet = page.book.free_name(sheet_names.report_sheet(table, words.language))
        said = words.voice.say("and {count} more, on the sheet {sheet}", count=more, sheet=sheet)
        page.right_below(said)
    axis = formats[1]
    if all(column.unit == "money" for column in columns[1:]):
        amounts = frame[list(chart.values)]
        # Lines do not start at 0: the program sets up to ten marks from the lowest to the highest.
        mark = float(np.ptp(amounts)) / 10 if chart.kind == "lines" else math.inf
        axis = look.axis_format(amounts, words.language, mark)
    values = list(range(2, 2 + len(chart.values)))
    drawn: BarChart | ScatterChart
    if chart.kind == "lines":
        drawn = charts.lines(
            page.sheet, title, rows=(top, top + 1, last), along=1, values=values,
            formats=("General", axis),
        )  # fmt: skip
        height = 9.0
    else:
        drawn = charts.bars(
            page.sheet, title, rows=(top, top + 1, last), categories=1, values=values,
            axis_format=axis,
        )  # fmt: skip
        height = max(5.0, (0.55 + 0.4 * len(values)) * len(frame) + 1.8)
    page.beside(drawn, top - 1, height, column=get_column_letter(len(columns) + 2))


def _draw_waterfall(
    page: Page, chart: Chart, frame: pd.DataFrame, title: str, words: ResultWords
) -> None:
    """Draw a first total, steps, and a last total."""
    labels, amounts = frame[chart.labels].tolist(), frame[chart.values[0]].to_numpy(float)
    drawn, top = waterfall(page, title, labels, amounts, words.voice.say, words.language)
    if drawn is not None:
        # What the chart alone needs stands behind it.
        page.beside(drawn, top - 1, max(6.0, 0.9 * len(labels) + 1.8), "C")
