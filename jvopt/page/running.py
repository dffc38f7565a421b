"""A job while it runs: its phases, the best plan and the bound closing in, and the way to stop."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Coroutine
from typing import Any

from nicegui import background_tasks, ui
from nicegui.element import Element

from jvopt.page import charts
from jvopt.page.aside import aside, refusals_told
from jvopt.page.drawing import chart as draw
from jvopt.page.frame import Visit
from jvopt.page.parts import box, button, named, pill, text
from jvopt.page.states import STATES
from jvopt.page.story import Progress, told
from jvopt.service.job import Job
from jvopt.service.store.tables import ENDED

_PHASES = ("queued", "checking", "building", "solving", "writing")
_OF_ANALYSIS = ("queued", "checking", "analysing", "writing")
_LOOK = 0.4
"""Seconds between two looks."""
_STEP = 1.0
"""Seconds after which a chart is drawn anew though nothing was told."""
_HEIGHT = "clamp(280px, calc(100vh - 355px), 560px)"
_LINES = 7
"""Most lines of the story that are shown, the newest."""


def show(visit: Visit, job: Job, name: str, over: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Show a job until it has ended.

    Parameters
    ----------
    visit, job, name
        Who looks, at what, and what it is called.
    over
        Called once it has ended.
    """
    _Run(visit, job, over).lay_out(name)


class _Run:
    """A job that runs, looked at again and again."""

    def __init__(
        self, visit: Visit, job: Job, over: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        self.visit, self.job, self.over = visit, job, over
        self.speaker, self.say = visit.speaker, visit.speaker.say
        self.progress = Progress()
        self.heard = dt.datetime.now(dt.UTC)

    def lay_out(self, name: str) -> None:
        """Put everything in its place."""
        say, plan = self.say, self.job.kind == "plan"
        with box("row").style("margin-bottom:14px"):
            text(name, tag="h1")
            state = say(STATES.get(self.job.state, self.job.state))
            self.state = pill(state, "busy").props("role=status")
            box("grow")
            words = "Stop and keep the best plan" if plan else "Stop and keep what was found"
            self.stop = button(say(words), self._end, icon="stop_circle", css="danger")
        self.phases = _Place(box("jv-panel flush"))
        with box("jv-grid").style("margin-top:14px"):
            self.chart = _Chart(self.visit, self.progress) if plan else None
            with box("jv-panel s4" if plan else "jv-panel"):
                self.figures = _Place(box("jv-figures"))
                self.story = _Place(box("stack"))
        self.timer = ui.timer(_LOOK, self._look)

    async def _end(self) -> None:
        words = self.stop.text
        self.stop.disable()
        self.stop.set_text(self.say("Stopping ..."))
        with refusals_told(self.speaker):
            await aside(self.visit.desk.cancel, self.job.id)
            return
        self.stop.enable()
        self.stop.set_text(words)

    async def _look(self) -> None:
        progress = self.progress
        for event in await aside(self.visit.desk.events, self.job.id, progress.last):
            progress.hear(event)
            self.heard = event.at
        if progress.phase in ENDED:
            self.timer.deactivate()
            # Not in the timer's own task, which ends with what it stands on.
            background_tasks.create(self.over())
            return
        ran = progress.seconds + (dt.datetime.now(dt.UTC) - self.heard).total_seconds()
        self.state.set_content(self.say(STATES[progress.phase]))
        self.stop.set_visibility(progress.phase != "writing")
        self._draw_phases()
        self._draw_figures(ran)
        if self.job.kind == "plan":
            self._draw_story()
        else:
            self._draw_share()
        if self.chart is not None:
            self.chart.draw(ran)

    def _draw_phases(self) -> None:
        progress = self.progress
        names = _PHASES if self.job.kind == "plan" else _OF_ANALYSIS
        at = names.index(progress.phase) if progress.phase in names else 0
        if not self.phases.clears_for((at, len(progress.since))):
            return
        with self.phases.element, box("jv-steps", "ol"):
            for n, name in enumerate(names):
                kind = "done" if n < at else "now" if n == at else ""
                with box(f"jv-step {kind}", "li") as step:
                    text(self.say(STATES[name]), tag="span")
                    if n == at:
                        step.props("aria-current=step")
                    if n > 0 and name in progress.since:
                        since = self.speaker.span(progress.since[name])
                        text(self.say("at {time}", time=since), "s", "span")

    def _draw_figures(self, ran: float) -> None:
        progress, speaker, say = self.progress, self.speaker, self.say
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
        if not self.figures.clears_for(rows):
            return
        with self.figures.element:
            for label, value in rows:
                with box("jv-figure"):
                    text(label, "small quiet")
                    text(value, "num strong v")

    def _draw_story(self) -> None:
        """Tell what happened, the newest first."""
        say, story = self.say, self.progress.story[-_LINES:]
        if not self.story.clears_for(story):
            return
        with self.story.element:
            if not story:
                text(say("The case is read and checked; then its model is built."), "small quiet")
                return
            text(say("The search so far"), tag="h2")
            with box("jv-story", "ol"):
                for one in reversed(story):
                    with box("", "li"):
                        text(self.speaker.span(one.seconds), "small quiet num", "span")
                        text(told(self.speaker, one), tag="span")

    def _draw_share(self) -> None:
        """Show how much of an analysis is done."""
        done, total = self.progress.done or 0, self.progress.total
        if not self.story.clears_for((done, total)) or not total:
            return
        with self.story.element:
            named(ui.linear_progress(done / total, show_value=False), self.say("Parts done"))


class _Place:
    """A place that is drawn anew only where there is something else to show."""

    def __init__(self, element: Element) -> None:
        self.element = element
        self._shown: object = None

    def clears_for(self, shown: object) -> bool:
        """Clear the place for something else; False where it is what is there."""
        if shown == self._shown:
            return False
        self._shown = shown
        self.element.clear()
        return True


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
                self.chart = draw(options, _HEIGHT)
        else:
            self.chart.options.update(options)
