"""A job while it runs: its phases, the best plan and the bound closing in, and the way to stop."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Coroutine
from typing import Any

from nicegui import background_tasks, ui

from jvopt.page import charts
from jvopt.page.aside import aside, refusals_told
from jvopt.page.drawing import chart
from jvopt.page.frame import Visit
from jvopt.page.parts import box, button, named, pill, text
from jvopt.page.states import STATES
from jvopt.page.story import Progress, told
from jvopt.service.job import Job

_PHASES = ("queued", "checking", "building", "solving", "writing")
_OF_ANALYSIS = ("queued", "checking", "analysing", "writing")
_LOOK = 0.4
"""Seconds between two looks."""
_STEP = 1.0
"""Seconds after which a chart is drawn anew though nothing was told."""
_HEIGHT = "clamp(280px, calc(100vh - 355px), 560px)"
_LINES = 7
"""Most lines of the story that are shown, the newest."""


async def show(
    visit: Visit, job: Job, name: str, over: Callable[[], Coroutine[Any, Any, None]]
) -> None:
    """Show a job until it has ended.

    Parameters
    ----------
    visit, job, name
        Who looks, at what, and what it is called.
    over
        Called once it has ended.
    """
    say = visit.speaker.say
    progress = Progress()
    with box("row").style("margin-bottom:14px"):
        text(name, tag="h1")
        state = pill(say(STATES.get(job.state, job.state)), "busy").props("role=status")
        box("grow")
        words = say("Stop and keep the best plan")
        if job.kind != "plan":
            words = say("Stop and keep what was found")
        stop = button(words, icon="stop_circle", css="danger")
    phases = box("jv-panel flush")
    with box("jv-grid").style("margin-top:14px"):
        chart = _Chart(visit, progress) if job.kind == "plan" else None
        with box("jv-panel s4" if chart else "jv-panel"):
            figures = box("jv-figures")
            story = box("stack")

    async def end() -> None:
        stop.disable()
        stop.set_text(say("Stopping ..."))
        with refusals_told(visit.speaker):
            await aside(visit.desk.cancel, job.id)
            return
        stop.enable()
        stop.set_text(words)

    stop.on_click(end)
    heard = dt.datetime.now(dt.UTC)

    async def look() -> None:
        nonlocal heard
        for event in await aside(visit.desk.events, job.id, progress.last):
            progress.hear(event)
            heard = event.at
        if progress.phase in ("succeeded", "failed", "cancelled"):
            timer.deactivate()
            # Not in the timer's own task, which ends with what it stands on.
            background_tasks.create(over())
            return
        ran = progress.seconds + (dt.datetime.now(dt.UTC) - heard).total_seconds()
        state.set_content(say(STATES[progress.phase]))
        stop.set_visibility(progress.phase != "writing")
        _draw_phases(visit, job, phases, progress)
        _draw_figures(visit, figures, progress, ran)
        _draw_story(visit, job, story, progress)
        if chart is not None:
            chart.draw(ran)

    timer = ui.timer(_LOOK, look)


class _Chart:
    """The best plan and the bound over time, the last of each held to now."""

    def __init__(self, visit: Visit, progress: Progress) -> None:
        say = visit.speaker.say
        self.progress = progress
        self.words = (say("Best plan"), say("No plan can be better"))
        self.drawn: tuple[int, float] = (0, 0.0)
        with box("jv-panel s8"):
            text(say("Best plan and bound"), tag="h2")
            text(say("Where the two meet, the plan is proven to be the best."), "small quiet")
            self.place = box("jv-awaited").style(f"min-height:{_HEIGHT}")
            with self.place:
                text(say("The first plan appears here."), "quiet")
        self.chart: ui.echart | None = None

    def draw(self, now: float) -> None:
        """Draw it anew where there is more of it, or time has passed."""
        best, bound = self.progress.best, self.progress.bound
        count, (before, at) = len(best) + len(bound), self.drawn
        if not count or (count == before and now - at < _STEP):
            return
        self.drawn = (count, now)
        options = charts.search(best, bound, self.words, now)
        if self.chart is None:
            self.place.clear()
            with self.place:
                self.chart = chart(options, _HEIGHT)
        else:
            self.chart.options.update(options)


def _draw_phases(visit: Visit, job: Job, place: Any, progress: Progress) -> None:
    names = _PHASES if job.kind == "plan" else _OF_ANALYSIS
    at = names.index(progress.phase) if progress.phase in names else 0
    key = (at, len(progress.since))
    if getattr(place, "jv_key", None) == key:
        return
    place.jv_key = key
    place.clear()
    with place, box("jv-steps", "ol").style("list-style:none;margin:0;padding:0"):
        for n, name in enumerate(names):
            kind = "done" if n < at else "now" if n == at else ""
            with box(f"jv-step {kind}", "li") as step:
                text(visit.speaker.say(STATES[name]), tag="span")
                if n == at:
                    step.props("aria-current=step")
                if n > 0 and name in progress.since:
                    since = visit.speaker.span(progress.since[name])
                    text(visit.speaker.say("at {time}", time=since), "s", "span")


def _draw_figures(visit: Visit, place: Any, progress: Progress, ran: float) -> None:
    speaker, say = visit.speaker, visit.speaker.say
    rows = []
    if progress.best:
        rows.append((say("Best plan so far"), speaker.money(progress.best[-1][1])))
    if progress.bound:
        rows.append((say("No plan can be better than"), speaker.money(progress.bound[-1][1])))
    if progress.gap is not None:
        rows.append((say("Gap"), speaker.gap(progress.gap)))
    if progress.total:
        rows.append((say("Parts done"), f"{progress.done or 0} / {progress.total}"))
    rows.append((say("Running for"), speaker.span(max(ran, 0.0))))
    if progress.limit is not None and progress.phase in ("solving", "analysing"):
        left = progress.limit - (ran - progress.since.get(progress.phase, 0.0))
        rows.append((say("Time left to the limit"), speaker.span(max(left, 0.0))))
    if getattr(place, "jv_key", None) == rows:
        return
    place.jv_key = rows
    place.clear()
    with place:
        for label, value in rows:
            with box("jv-figure"):
                text(label, "small quiet")
                text(value, "num strong v")


def _draw_story(visit: Visit, job: Job, place: Any, progress: Progress) -> None:
    """Tell what happened, the newest first; of an analysis show how much is done."""
    say, speaker = visit.speaker.say, visit.speaker
    key = (tuple(progress.story[-_LINES:]), progress.done, progress.total)
    if getattr(place, "jv_key", None) == key:
        return
    place.jv_key = key
    place.clear()
    with place:
        if job.kind != "plan":
            if progress.total:
                bar = ui.linear_progress((progress.done or 0) / progress.total, show_value=False)
                named(bar, say("Parts done"))
            return
        if not progress.story:
            text(say("The case is read and checked; then its model is built."), "small quiet")
            return
        text(say("The search so far"), tag="h2")
        with box("jv-story", "ol"):
            for one in reversed(progress.story[-_LINES:]):
                with box("", "li"):
                    text(speaker.span(one.seconds), "small quiet num", "span")
                    text(told(speaker, one), tag="span")
