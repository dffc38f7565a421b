"""What an analysis found: its findings in words, its charts, and all of its tables."""

from __future__ import annotations

from typing import Any

import pandas as pd
from nicegui import ui

from jvopt.core.analyses import ANALYSES, Analysis, Chart
from jvopt.core.case import Case
from jvopt.core.language import word
from jvopt.core.plan import frame_of
from jvopt.core.schema import Table
from jvopt.excel.result_tables import result_heading
from jvopt.excel.result_words import ResultWords
from jvopt.page import charts
from jvopt.page.aside import aside
from jvopt.page.downloads import offer_workbook
from jvopt.page.drawing import chart as draw
from jvopt.page.frame import Visit
from jvopt.page.parts import box, button, named, panel, text
from jvopt.page.rows import grid
from jvopt.page.states import failure_words, job_name, state_pill
from jvopt.service.job import Job

_MOST_CHARTS = 8
_LINES = 300
"""Height of a chart of lines; that of others follows from their rows."""
_MANY = 16
"""Of more bars a chart has a row of panels to itself, with room for their names."""


def drawn(
    chart: Chart, frame: pd.DataFrame, titles: dict[str, str], share: bool
) -> charts.Options | None:
    """Draw a chart as its analysis declares it; None where there is nothing to draw."""
    frame = frame.dropna(subset=list(chart.values), how="all")
    if frame.empty:
        return None
    labels = frame[chart.labels].map(_plain)
    if chart.kind == "waterfall":
        amounts = frame[chart.values[0]].to_numpy(float)
        names = [str(label) for label in labels]
        if len(names) < 3:
            return None
        steps = list(zip(names[1:-1], amounts[1:-1].tolist(), strict=True))
        return charts.waterfall(steps, names[0], names[-1], float(amounts[0]))
    if chart.kind == "lines":
        return charts.lines(
            [
                (titles[v], list(zip(labels.tolist(), frame[v].tolist(), strict=True)))
                for v in chart.values
            ],
            along=titles[chart.labels],
        )
    frame = frame.head(chart.most)
    series = [(titles[v], frame[v].tolist()) for v in chart.values]
    names = [str(label) for label in frame[chart.labels].map(_plain)]
    return charts.bars(names, series, share=share)


def _plain(label: Any) -> Any:
    """Give a whole number as such: plan 1 is not called 1.0."""
    return int(label) if isinstance(label, float) and label.is_integer() else label


class ReportView:
    """An analysis that has ended, with its tables in words.

    Parameters
    ----------
    visit, job, case, report
        Who looks, at what; the case asked about, and what was found as plain values.
    """

    def __init__(self, visit: Visit, job: Job, case: Case, report: dict[str, Any]) -> None:
        self.visit, self.report = visit, report
        self.analysis: Analysis = ANALYSES[job.kind]
        self.words = ResultWords(case, visit.speaker.language)
        self.plain = {
            t.name: frame_of(t, report["tables"].get(t.name, [])) for t in self.analysis.tables
        }

    def said(self, table: Table) -> pd.DataFrame:
        """Give a table in words."""
        return self.words.of(table, self.plain[table.name])

    def sentences(self) -> None:
        """Write the findings."""
        say = self.visit.speaker.say
        if not self.report.get("complete", True):
            words = "Not finished: what follows is what was found so far."
            text(say(words), "jv-note")
        for sentence in self.report["findings"]:
            text(str(sentence))

    def pictures(self, most: int = _MOST_CHARTS) -> None:
        """Draw the charts."""
        say = self.visit.speaker.say
        count = 0
        for chart in self.analysis.charts:
            table = self.analysis.table(chart.table)
            shown = self.said(table)
            language = self.visit.speaker.language
            titles = {c.name: result_heading(c, self.words.base, language) for c in table.columns}
            share = all(table[v].unit == "share" for v in chart.values)
            groups: list[tuple[str, pd.DataFrame]] = [("", shown)]
            if chart.apart:
                groups = [(str(key), rows) for key, rows in shown.groupby(chart.apart, sort=False)]
            for name, rows in groups:
                options = drawn(chart, rows, titles, share)
                if options is None or count >= most:
                    continue
                count += 1
                title = say(chart.title)
                css = "s6" if len(rows) <= _MANY else ""
                with panel(f"{title}: {name}" if name else title, css=css):
                    tall = _LINES if chart.kind == "lines" else 26 * len(rows) + 50
                    draw(options, f"{tall}px")

    def tables(self) -> None:
        """Show the tables that have rows."""
        filled = [t for t in self.analysis.tables if len(self.plain[t.name])]
        if not filled:
            return
        language = self.visit.speaker.language
        with ui.tabs().props("dense no-caps align=left outside-arrows mobile-arrows") as tabs:
            for table in filled:
                ui.tab(table.name, label=word(language, table.titles.en, "sheet"))
        with ui.tab_panels(tabs, value=filled[0].name, animated=False):
            for table in filled:
                with ui.tab_panel(table.name).style("padding:8px 0 0") as sheet:
                    named(sheet, word(language, table.titles.en, "sheet"))
                    frame = self.said(table)
                    grid(frame, table.columns, self.words.base, self.visit.speaker, "360px")


async def report_view(visit: Visit, job: Job) -> ReportView | None:
    """Give what a job's analysis found, None where it found nothing."""

    def read() -> tuple[Case | None, dict[str, Any] | None]:
        reading = visit.desk.reading(job.id)
        return reading.case or reading.impossible, visit.desk.report(job.id)

    case, report = await aside(read)
    if case is None or report is None:
        return None
    return ReportView(visit, job, case, report)


async def show(visit: Visit, job: Job) -> None:
    """Show the screen of an analysis that has ended."""
    say = visit.speaker.say
    analysis, name = ANALYSES[job.kind], job_name(visit.speaker, job)
    with box("row top").style("margin-bottom:14px"):
        with box("stack tight grow"):
            with box("row"):
                text(name, tag="h1")
                state_pill(visit.speaker, job)
            text(say(analysis.question), "quiet")
        if job.parent:
            to = f"/jobs/{job.parent}"
            button(say("Back to the plan"), lambda: ui.navigate.to(to), icon="arrow_back")
        button(say("Workbook"), lambda: offer_workbook(visit, job.id, name), icon="download")
    found = await report_view(visit, job)
    if found is None:
        why = failure_words(visit.speaker, job) or say("Nothing was found.")
        bad = [i["message"] for i in job.issues if i["severity"] == "error"]
        text(" ".join(bad) or why, "jv-note bad")
        return
    with box("jv-grid"):
        with panel(say("What was found")).style("grid-column: 1 / -1"):
            found.sentences()
        found.pictures()
        with panel(say("Tables")).style("grid-column: 1 / -1"):
            found.tables()
