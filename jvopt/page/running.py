"""A job while it runs: its phases, the best plan and the bound closing in, and the way to stop."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from nicegui import background_tasks, ui

from jvopt.page import charts
from jvopt.page.aside import aside
from jvopt.page.frame import Visit
from jvopt.page.parts import box, button, pill, text
from jvopt.page.states import STATES
from jvopt.service.job import Job, JobEvent

_PHASES = ("queued", "checking", "building", "solving", "writing")
_OF_ANALYSIS = ("queued", "checking", "analysing", "writing")
_LOOK = 0.4
"""Seconds between two looks."""
_SHOWN = 400
"""Most points of a line; of more every other is left out."""


@dataclass
class Progress:
    """What was told of a run so far.

    Attributes
    ----------
    phase, since
        Where it is, and at which second of the run each phase began.
    best, bound
        Seconds and values.
    gap
        The last that was told.
    done, total
        Parts of an analysis.
    last
        Number of the last event.
    """

    phase: str = "queued"
    since: dict[str, float] = field(default_factory=dict)
    best: list[tuple[float, float]] = field(default_factory=list)
    bound: list[tuple[float, float]] = field(default_factory=list)
    gap: float | None = None
    seconds: float = 0.0
    done: int | None = None
    total: int | None = None
    last: int = 0

    def hear(self, event: JobEvent) -> None:
        """Take in what was told."""
        self.last = event.number
        data = event.data
        phase = str(data.get("state") or data.get("phase") or self.phase)
        self.seconds = float(data.get("seconds", self.seconds))
        if phase in STATES and phase != self.phase:
            self.phase = phase
        self.since.setdefault(self.phase, self.seconds)
        for name, line in (("best", self.best), ("bound", self.bound)):
            value = data.get(name)
            if value is not None and abs(value) < 1e300:
                line.append((self.seconds, float(value)))
                if len(line) > _SHOWN:
                    del line[1:-1:2]
        self.gap = data.get("gap", self.gap)
        self.done, self.total = data.get("done", self.done), data.get("total", self.total)


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
        stop = button(say("Stop and keep the best plan"), icon="stop_circle", css="danger")
        if job.kind != "plan":
            stop.set_text(say("Stop and keep what was found"))
    phases = box("jv-panel flush")
    with box("jv-grid").style("margin-top:14px"):
        with box("jv-panel s8"):
            text(say("Best plan and bound"), tag="h2")
            text(say("Where the two meet, the plan is proven to be the best."), "small quiet")
            words = (say("Best plan"), say("No plan can be better"))
            if visit.speaker.language and job.kind != "plan":
                words = (say("Done"), say("In all"))
            chart = ui.echart(charts.search([], [], words)).style("height:320px")
        with box("jv-panel s4"):
            figures = box("stack")
    limit = await _limit(visit, job)

    async def end() -> None:
        stop.disable()
        stop.set_text(say("Stopping ..."))
        await aside(visit.desk.cancel, job.id)

    stop.on_click(end)
    drawn: dict[str, Any] = {"at": time.monotonic()}

    async def look() -> None:
        jobs, owner = visit.desk.jobs, visit.desk.owner
        for event in await aside(jobs.events, owner, job.id, progress.last):
            progress.hear(event)
            drawn["at"] = time.monotonic()
        if progress.phase in ("succeeded", "failed", "cancelled"):
            timer.deactivate()
            # Not in the timer's own task, which ends with what it stands on.
            background_tasks.create(over())
            return
        ran = progress.seconds + (time.monotonic() - drawn["at"])
        state.set_content(say(STATES[progress.phase]))
        _draw_phases(visit, job, phases, progress)
        _draw_figures(visit, figures, progress, ran, limit)
        count = len(progress.best) + len(progress.bound)
        if count != drawn.get("count"):
            drawn["count"] = count
            chart.options.update(charts.search(progress.best, progress.bound, words))

    timer = ui.timer(_LOOK, look)


async def _limit(visit: Visit, job: Job) -> float | None:
    """Give the seconds that the search may take, where they are known."""

    def read() -> float | None:
        order = visit.desk.jobs.order(visit.desk.owner, job.id)
        limit, longest = order.get("time_limit"), order.get("longest")
        if limit is None and job.kind == "plan":
            case = visit.desk.reading(job.id).case
            limit = None if case is None else float(case.setting("time_limit"))
        known = [float(x) for x in (limit, longest) if x is not None]
        return min(known) if known else None

    found: float | None = await aside(read)
    return found


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
                    text(visit.speaker.say("from {time}", time=since), "s", "span")


def _draw_figures(
    visit: Visit, place: Any, progress: Progress, ran: float, limit: float | None
) -> None:
    speaker, say = visit.speaker, visit.speaker.say
    rows = []
    if progress.best:
        rows.append((say("Best plan so far"), speaker.money(progress.best[-1][1])))
    if progress.bound:
        rows.append((say("No plan can be better than"), speaker.money(progress.bound[-1][1])))
    if progress.gap is not None:
        rows.append((say("Gap"), speaker.percent(progress.gap, 2)))
    if progress.total:
        rows.append((say("Parts done"), f"{progress.done or 0} / {progress.total}"))
    rows.append((say("Running for"), speaker.span(max(ran, 0.0))))
    if limit is not None and progress.phase in ("solving", "analysing"):
        left = limit - (ran - progress.since.get(progress.phase, 0.0))
        rows.append((say("Time left to the limit"), speaker.span(max(left, 0.0))))
    if getattr(place, "jv_key", None) == rows:
        return
    place.jv_key = rows
    place.clear()
    with place:
        for label, value in rows:
            with box("stack tight").style("gap:0"):
                text(label, "small quiet")
                text(value, "num strong").style("font-size:20px")
