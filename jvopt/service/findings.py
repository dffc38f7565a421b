"""What a solving process does with a question beyond the best plan."""

from __future__ import annotations

import time
from collections.abc import Callable
from inspect import signature
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jvopt.core.language import Language, marked
from jvopt.core.report import Report
from jvopt.core.schema import Column
from jvopt.excel import Reading
from jvopt.excel.explained import told
from jvopt.excel.report_book import CONFLICTS
from jvopt.excel.result_tables import result_heading
from jvopt.excel.result_words import ResultWords
from jvopt.service.task import Findings, Step, Task

if TYPE_CHECKING:
    from jvopt.analysis.study import Advance

SHOWN = 30
"""Most rows of a table that a terminal shows."""


def report_on(
    task: Task,
    reading: Reading,
    seconds: float,
    tell: Callable[[Step], None],
    stop: Callable[[], bool],
) -> Report:
    """Answer the question of a task about the case that was read, within so many seconds.

    Raises
    ------
    CaseError
        An option does not fit the case, or a scenario spoils it.
    """
    from jvopt import analysis  # a check needs no Pyomo

    assert reading.case is not None
    end = time.monotonic() + seconds

    def forward(advance: Advance) -> None:
        done, total, taken = advance
        tell(Step("analysing", taken, done=done, total=total))

    ask = getattr(analysis, task.analysis)
    options = dict(task.options)
    if task.time_limit is not None and "time_limit" in signature(ask).parameters:
        options["time_limit"] = task.time_limit
    report: Report = ask(
        reading.case,
        **options,
        progress=forward,
        stop=lambda: stop() or time.monotonic() > end,
    )
    return report


def findings_of(report: Report, reading: Reading, seconds: float) -> Findings:
    """Make the digest of a report: its sentences, and the main columns of its first table."""
    voice = reading.titled
    base = str(report.case.setting("base_currency"))
    first = report.analysis.tables[0]
    frame = report[first.name]
    columns = [first[name] for name in report.analysis.brief]
    if first.name == CONFLICTS:
        frame = told(frame, report.case, reading, placed=True)
    said = ResultWords(report.case, reading.language).of(first, frame)
    shown = np.arange(min(len(frame), SHOWN))
    if report.analysis.spread:
        shown = np.linspace(0, len(frame) - 1, len(shown)).astype(int)
    rows = [
        [_cell(reading.language, column, said[column.name].iloc[n]) for column in columns]
        for n in shown
    ]
    return Findings(
        case_name=str(report.case.setting("case_name")),
        title=voice.say(report.analysis.title),
        sentences=report.said(reading.language, titles=True),
        complete=report.complete,
        empty=not report.answered,
        seconds=seconds,
        headings=[result_heading(column, base, reading.language) for column in columns],
        numeric=[column.numeric for column in columns],
        rows=rows,
        more=max(len(frame) - SHOWN, 0),
        spread=report.analysis.spread,
    )


def _cell(language: Language, column: Column, value: object) -> str:
    if not column.numeric:
        return str(value)
    number = float(str(value))
    if pd.isna(number):
        return ""
    if column.unit == "share":
        return marked(language, f"{number:.2%}")
    whole = column.unit or number.is_integer()
    return marked(language, f"{number:,.0f}" if whole else f"{number:,.6g}")
