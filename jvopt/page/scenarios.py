"""The scenarios of a case: its own, and those that were kept; any two side by side."""

from __future__ import annotations

from dataclasses import dataclass

from nicegui import ui

from jvopt.page.aside import aside, refusals_told
from jvopt.page.costs import difference
from jvopt.page.desk import MOST
from jvopt.page.parts import box, button, choose, link, panel, text
from jvopt.page.speaker import NONE
from jvopt.page.states import job_name, state_pill
from jvopt.page.tried import is_trial
from jvopt.page.view import View
from jvopt.service.job import Job
from jvopt.service.orders import Order

_LOOK = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """A scenario, with the job of its plan once there is one."""

    name: str
    description: str
    job: Job | None
    scenario: str = ""

    @property
    def open(self) -> bool:
        """Whether it is a scenario of the case that can be solved, or solved again."""
        if not self.scenario:
            return False
        return self.job is None or (self.job.ended and self.job.state != "succeeded")


class Scenarios:
    """The list of scenarios.

    Parameters
    ----------
    view
        The plan of the case as it is.
    """

    def __init__(self, view: View) -> None:
        self.view, self.say, self.speaker = view, view.say, view.speaker
        self.known: dict[str, str] = {}
        self.lines: list[Line] = []
        self.all = True
        self.pair = [view.shown.job.id, ""]
        self._seen: object = None

    async def lay_out(self) -> None:
        """Put it in its place."""
        say = self.say
        with panel(say("Scenarios"), say("Those of the case, and those that you kept")):
            if len(self.view.plan.case["scenarios"]):
                with box("row"):
                    button(say("Solve all of the case's"), self._all, icon="playlist_play")
            self.place = box("jv-scroll")
            self.compare = box("row")
        await self.look()
        ui.timer(_LOOK, self._watch)

    async def _watch(self) -> None:
        if any(line.job is not None and not line.job.ended for line in self.lines):
            await self.look()

    async def look(self) -> None:
        """Look what there is."""
        self.lines = await aside(self._found)
        seen = [(line.name, line.job and (line.job.state, line.job.id)) for line in self.lines]
        if seen != self._seen:
            self._seen = seen
            self._draw()

    def _found(self) -> list[Line]:
        desk, root = self.view.visit.desk, self.view.shown.job
        plans = desk.children(root.id, kind="plan")
        self.all = len(plans) < MOST
        jobs = [job for job in plans if not is_trial(job)]
        of: dict[str, Job] = {}
        others = []
        for job in jobs:
            if job.id not in self.known:
                order = desk.order(job.id)
                self.known[job.id] = "" if order.changes else order.scenario or ""
            scenario = self.known[job.id]
            if scenario:
                of.setdefault(scenario, job)
            else:
                others.append(job)
        scenarios = self.view.plan.case["scenarios"]
        lines = [Line(self.view.start, "", root)]
        lines += [
            Line(str(s), str(d), of.get(str(s)), str(s))
            for s, d in zip(scenarios["scenario"], scenarios["description"], strict=True)
        ]
        return lines + [Line(job_name(self.speaker, j), "", j) for j in others[::-1]]

    def _draw(self) -> None:
        say, base = self.say, self.view.plan.objective
        self.place.clear()
        with self.place, box("jv", "table"):
            result = say("Result, {currency}", currency=self.view.base)
            headings = [say("Scenario"), say("State"), result, say("Difference")]
            with box("", "thead"), box("", "tr"):
                for n, words in enumerate(headings):
                    css = {1: "wide", 2: "n", 3: "n"}.get(n, "")
                    text(words, css, "th").props("scope=col")
            with box("", "tbody"):
                for line in self.lines:
                    self._row(line, base)
        if not self.all:
            with self.place:
                words = (
                    "Only the newest {count} plans of this case are shown; the others are in the "
                    "list of jobs."
                )
                text(say(words, count=MOST), "small quiet")
        solved = {
            line.job.id: line.name for line in self.lines if line.job is not None and line.job.found
        }
        self.compare.clear()
        if len(solved) > 1:
            with self.compare:
                ids = list(solved)
                self.pair = [i if i in solved else ids[-1] for i in self.pair]
                if self.pair[0] == self.pair[1]:
                    self.pair[1] = ids[-1]
                for n, label in enumerate((say("Compare"), say("with"))):
                    text(label, "small quiet")
                    picked = choose(
                        label, solved, self.pair[n], lambda e, n=n: self._pick(n, e.value)
                    )
                    picked.style("width:230px")
                button(say("Side by side"), self._side, icon="compare_arrows", main=True)

    def _row(self, line: Line, base: float) -> None:
        speaker, job = self.speaker, line.job
        with box("", "tr"):
            with box("", "td").style("max-width:360px"):
                text(line.name, "strong")
                if line.description:
                    text(line.description, "small quiet")
                if job is not None:
                    state_pill(speaker, job, "narrow")
                self._ways(line)
            with box("wide", "td"):
                if job is not None:
                    state_pill(speaker, job)
            cost = None if job is None else job.objective
            text(NONE if cost is None else speaker.money(cost), "n", "td")
            with box("n", "td"):
                if cost is not None:
                    gain = self.view.figures.profit
                    change = difference(speaker, cost - base, gain=gain)
                    ui.html(change, sanitize=False, tag="span")

    def _ways(self, line: Line) -> None:
        """Lead from a scenario to its plan, or to solving it."""
        job = line.job
        if line.open:
            link(self.say("Solve"), lambda: self._solve([line]))
        if job is not None and job.id != self.view.shown.job.id:
            to = f"/jobs/{job.id}"
            link(self.say("The whole plan"), lambda: ui.navigate.to(to))

    def _pick(self, n: int, id: str) -> None:
        self.pair[n] = id

    def _side(self) -> None:
        ui.navigate.to(f"/jobs/{self.pair[0]}/compare/{self.pair[1]}")

    async def _all(self) -> None:
        await self._solve([line for line in self.lines if line.open])

    async def _solve(self, lines: list[Line]) -> None:
        desk = self.view.visit.desk
        orders = [
            Order(scenario=line.scenario, name=line.name, language=self.speaker.language)
            for line in lines
        ]
        if not orders:
            return
        with refusals_told(self.speaker):
            await aside(desk.ask, self.view.shown.job.id, *orders)
        await self.look()
