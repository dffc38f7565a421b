"""How sure a plan is: what is proven, which plans are nearly as good, and where it flips."""

from __future__ import annotations

from dataclasses import replace

from nicegui import ui
from nicegui.element import Element

from jvopt.core.gaps import PROVEN
from jvopt.page.aside import aside, refusals_told
from jvopt.page.levers import Range, ranges
from jvopt.page.parts import box, button, link, panel, text
from jvopt.page.reports import report_view
from jvopt.page.states import failure_words, job_name, state_pill
from jvopt.page.topics import topic_words
from jvopt.page.view import View
from jvopt.service.job import Job
from jvopt.service.orders import Order

_LOOK = 1.0
_ASKED = ("alternatives", "breakeven", "whynot")


def show(view: View) -> None:
    """Show it."""
    say = view.say
    remark = say(
        "One best plan is no decision yet: ask which plans are nearly as good, and at which values "
        "of a tariff another plan is better."
    )
    with panel(say("How sure is it?"), remark).style("grid-column: 1 / -1"):
        _proof(view)
        answers = _Answers(view)
        with box("row"):
            near = say("Plants in every plan within 1%")
            order = Order(analysis="alternatives", options={"within": 0.01}, name=near)
            button(near, lambda: answers.ask(order), icon="balance")
            why = say("What it costs to force each plant in or out")
            button(why, lambda: answers.ask(Order(analysis="whynot", name=why)), icon="rule")
            with button(say("When is another plan better?"), icon="swap_vert"), ui.menu():
                for figure in ranges(view.plan):
                    words = range_words(view, figure)
                    ui.menu_item(words, lambda f=figure, w=words: answers.ask(_order(f, w)))
        answers.lay_out()


def range_words(view: View, figure: Range) -> str:
    """Say what varies."""
    name = topic_words(view.say, figure.topic, figure.name)
    low, high = view.speaker.percent(figure.low), view.speaker.percent(figure.high)
    return view.say("{what}, from {low} to {high} of today's", what=name, low=low, high=high)


def _order(figure: Range, words: str) -> Order:
    options = {
        "change": figure.change, "low": figure.low, "high": figure.high, "action": "multiply",
    }  # fmt: skip
    return Order(analysis="breakeven", options=options, name=words)


def _proof(view: View) -> None:
    speaker, say, plan = view.speaker, view.say, view.plan
    if plan.bound != plan.bound:
        return
    if plan.gap <= PROVEN:
        text(say("It is proven that no plan is better."))
        return
    words = "The plan costs {plan}; it is proven that none can cost less than {bound}."
    if view.figures.profit:
        words = "The plan earns {plan}; it is proven that none can earn more than {bound}."
    said = say(words, plan=speaker.money(plan.objective), bound=speaker.money(plan.bound))
    text(said)


class _Answers:
    """What was asked about the plan, and what came of it."""

    def __init__(self, view: View) -> None:
        self.view, self.visit = view, view.visit
        self._drawn: dict[str, tuple[str, Element]] = {}

    def lay_out(self) -> None:
        self.place = box("stack")
        self.timer = ui.timer(_LOOK, self._look)

    async def ask(self, order: Order) -> None:
        """Ask something about the plan's case."""
        shown = self.view.shown
        asked = replace(order, language=self.visit.speaker.language)
        with refusals_told(self.visit.speaker):
            await aside(self.visit.desk.ask, shown.job.id, asked)
            self.timer.activate()
            await self._look()

    async def _look(self) -> None:
        mine = await aside(self._asked)
        for job in mine:
            if job.id not in self._drawn:
                with self.place:
                    self._drawn[job.id] = ("", box("stack tight"))
            state, place = self._drawn[job.id]
            if state != job.state:
                self._drawn[job.id] = (job.state, place)
                await self._draw(job, place)
        if all(job.ended for job in mine):
            self.timer.deactivate()

    def _asked(self) -> list[Job]:
        desk, id = self.visit.desk, self.view.shown.job.id
        jobs = (job for kind in _ASKED for job in desk.children(id, kind=kind))
        return sorted(jobs, key=lambda job: job.created)

    async def _draw(self, job: Job, place: Element) -> None:
        found = await report_view(self.visit, job) if job.ended else None
        place.clear()
        say = self.view.say
        with place, box("jv-panel").style("background:#fafbfc"):
            with box("row"):
                text(job_name(self.visit.speaker, job), tag="h2")
                state_pill(self.visit.speaker, job)
                if not job.ended:
                    ui.spinner(size="18px")
                box("grow")
                to = f"/jobs/{job.id}"
                link(say("Charts and tables") if job.ended else say("Watch"),
                     lambda: ui.navigate.to(to))  # fmt: skip
            if found is not None:
                found.sentences()
            elif why := failure_words(self.visit.speaker, job):
                text(why, "jv-note bad")
