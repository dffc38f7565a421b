"""What a setting of the levers comes to: its plan as it is found, beside the one without it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from nicegui import ui

from jvopt.core.gaps import PROVEN
from jvopt.page.aside import aside, refusals_told
from jvopt.page.compare import show_steps
from jvopt.page.desk import Desk, Shown
from jvopt.page.levers import Row
from jvopt.page.parts import box, button, link, named, panel, text
from jvopt.page.plants import open_plants
from jvopt.page.speaker import NONE
from jvopt.page.states import failure_words, state_pill, state_words
from jvopt.page.tried import tags_of
from jvopt.page.view import View
from jvopt.service.job import Job, Refused
from jvopt.service.orders import Order
from jvopt.service.store.tables import ENDED

_LOOK = 0.1
_PATIENCE = 120
"""Seconds in which trials that nobody looks at any more are ended and deleted."""


class Trial:
    """Solves settings one after another; what is overtaken by the next is ended.

    Parameters
    ----------
    view
        The plan of the case as it is.
    kept
        Called when a trial is to be kept.
    """

    def __init__(self, view: View, kept: Callable[[Job], Awaitable[None]]) -> None:
        self.view, self.say, self.speaker = view, view.say, view.speaker
        self._kept_one = kept
        self.job: Job | None = None
        self._setting = ""
        self._turn = 0
        self._last = 0
        self._ended = self._drawn = False
        self._best: tuple[float, float | None] | None = None
        self._keep: set[str] = set()
        self._over: set[str] = set()
        self._left = False

    def lay_out(self) -> None:
        """Put it in its place."""
        say = self.say
        with panel(say("The best plan with these changes")) as made:
            made.props("aria-live=polite")
            self.head = box("row").style("min-height:34px")
            self.figures = box("jv-tiles jv-then")
            self.place = box("stack")
        self._draw_base()
        self.timer = ui.timer(_LOOK, self._look, active=False)
        ui.context.client.on_delete(self._leave)  # once it does not come back

    def _draw_base(self) -> None:
        say = self.say
        self.head.clear()
        with self.head:
            text(say("Turn a lever, or shut a plant: the best plan then shows here."), "quiet")
        self._tiles(
            self.view.plan.objective, self.view.plan.gap, len(open_plants(self.view.figures))
        )
        self.place.clear()

    def _tiles(self, cost: float | None, gap: float | None, plants: int | None) -> None:
        say, speaker, base = self.say, self.speaker, self.view.plan.objective
        change = NONE if cost is None else speaker.money(cost - base, sign=True)
        share = "" if cost is None or not base else speaker.percent((cost - base) / abs(base), 2)
        against = say("Against the case as it is")
        if self.view.shown.changed:
            against = say("Difference")
        total = say("Profit") if self.view.figures.profit else say("Total cost")
        shown = [
            (total, NONE if cost is None else speaker.money(cost), self.view.base),
            (against, change, share),
            (say("Gap"), NONE if gap is None else speaker.gap(gap),
             say("proven") if gap is not None and gap <= PROVEN else ""),
        ]  # fmt: skip
        if len(self.view.plan.case["lines"]):
            count = NONE if plants is None else speaker.number(plants)
            shown.append((say("Plants open"), count, ""))
        self.figures.classes(remove="stale").clear()
        with self.figures:
            for label, value, remark in shown:
                with box("jv-tile").style("cursor:default"):
                    text(label, "t")
                    text(value, "v")
                    text(remark or "\u00a0", "r")

    async def attempt(self, rows: Sequence[Row], name: str) -> None:
        """Solve a setting."""
        self._turn += 1
        turn = self._turn
        if not rows:
            self._overtake()
            self.timer.activate()
            self._draw_base()
            return
        order = Order(
            changes=rows, tags=tags_of(name), language=self.speaker.language, fleeting=True
        )
        with refusals_told(self.speaker):
            job = (await aside(self.view.visit.desk.ask, self.view.shown.job.id, order))[0]
            if turn == self._turn:
                self._overtake()
                self._begin(job, name)
            else:  # another setting was asked for meanwhile
                self._over.add(job.id)
            if self._left:
                await self._leave()
            else:
                self.timer.activate()

    def _begin(self, job: Job, name: str) -> None:
        self.figures.classes("stale")  # until there is a plan of this setting
        self.job, self._setting = job, name
        self._last, self._best = 0, None
        self._ended = self._drawn = False
        self.head.clear()
        with self.head:
            ui.spinner(size="20px")
            text(name, "strong")
            self.doing = text(self.say("looking for the best plan ..."), "quiet")

    def _overtake(self) -> None:
        """End what is overtaken; it is deleted unless it was kept."""
        if self.job is not None and self.job.id not in self._keep:
            self._over.add(self.job.id)
        self.job = None

    async def _leave(self) -> None:
        """End what is still tried once nobody looks any more."""
        self._turn += 1
        self._left = True
        self._overtake()
        for _ in range(_PATIENCE):
            await self._tidy()
            if not self._over:
                return
            await asyncio.sleep(1)

    async def _tidy(self) -> None:
        desk = self.view.visit.desk
        for id in list(self._over):
            with suppress(Refused):
                job = await aside(desk.job, id)
                if not job.ended:
                    if not job.cancelling:
                        await aside(desk.cancel, id)
                    continue
                await aside(desk.delete, id)
            self._over.discard(id)

    async def _look(self) -> None:
        await self._tidy()
        job = self.job
        if job is None or self._drawn:
            if not self._over:
                self.timer.deactivate()
            return
        desk = self.view.visit.desk
        try:
            events = await aside(desk.events, job.id, self._last)
        except Refused as refused:
            if refused.status != 404:
                raise
            events = None  # somebody deleted it
        if self.job is not job:
            return
        if events is None:
            self.job = None
            self._draw_base()
            return
        for event in events:
            self._last = event.number
            best = event.data.get("best")
            if best is not None and abs(best) < 1e300:
                self._best = (float(best), event.data.get("gap"))
            self._ended |= event.data.get("state") in ENDED
        if self._ended:
            await self._draw(job.id)
        elif events and self._best is not None:
            self._tiles(*self._best, None)
            if self._best[1] is not None and self._best[1] <= PROVEN:
                self.doing.set_content(self.say("found and proven; its details follow ..."))

    async def _draw(self, id: str) -> None:
        desk = self.view.visit.desk
        job = await aside(desk.job, id)
        shown = await aside(Desk.shown, desk, id)
        if self.job is None or self.job.id != id:
            return
        self.head.clear()
        self.place.clear()
        with self.head:
            state_pill(self.speaker, job)
            text(job.name or self._setting, "strong")
            box("grow")
            if shown is not None and shown.plan.found:
                link(self.say("The whole plan"), lambda: self._go(id, f"/jobs/{id}"))
                side = f"/jobs/{self.view.shown.job.id}/compare/{id}"
                link(self.say("Side by side"), lambda: self._go(id, side))
                button(self.say("Keep as a scenario"), self._keep_it, icon="bookmark_add")
        if shown is None or not shown.plan.found:
            self._tiles(None, None, None)
            with self.place:
                text(self._why(job), "jv-note bad")
            self.job, self._drawn = job, True
            return
        plants = open_plants(shown.figures)
        self._tiles(shown.plan.objective, shown.plan.gap, len(plants))
        with self.place:
            _differences(self.view, shown)
        self.job, self._drawn = job, True

    def _why(self, job: Job) -> str:
        """Say why there is no plan."""
        bad = " ".join(str(i["message"]) for i in job.issues if i["severity"] == "error")
        if job.termination == "infeasible":
            bad = bad or self.say("No plan keeps every limit then.")
        return bad or failure_words(self.speaker, job) or state_words(self.speaker, job)[0]

    def _go(self, id: str, path: str) -> None:
        """Lead to where a trial is looked at: it is not deleted meanwhile."""
        self._keep.add(id)
        ui.navigate.to(path)

    async def _keep_it(self) -> None:
        job = self.job
        if job is None:
            return
        say = self.say
        with ui.dialog() as dialog, box("jv-panel").style("min-width:min(460px,90vw)"):
            named(dialog, say("Keep as a scenario"))
            text(say("Keep as a scenario"), tag="h1")
            field = ui.input(say("Name"), value=job.name or self._setting).props(
                "outlined dense autofocus"
            )
            with box("row").style("justify-content:flex-end"):
                button(say("Cancel"), lambda: dialog.submit(None))
                button(say("Keep"), lambda: dialog.submit(field.value), main=True)
        name = await dialog
        if name and name.strip():
            self._keep.add(job.id)
            with refusals_told(self.speaker):
                kept = await aside(self.view.visit.desk.rename, job.id, name.strip()[:200])
                await self._kept_one(kept)
                return
            self._keep.discard(job.id)


def _differences(view: View, shown: Shown) -> None:
    """Show why it costs more or less, and what opens and closes."""
    if len(view.plan.case["lines"]):
        text(opened(view, shown))
    show_steps(view, shown, view.start, view.say("With the changes"))


def opened(view: View, shown: Shown) -> str:
    """Say which plants open and which close against the plan without the setting."""
    say = view.say
    before = {p.site: p.name for p in open_plants(view.figures)}
    after = {p.site: p.name for p in open_plants(shown.figures)}
    said = []
    opens = [name for site, name in after.items() if site not in before]
    closes = [name for site, name in before.items() if site not in after]
    if opens:
        said.append(say("Opens: {names}.", names=", ".join(opens)))
    if closes:
        said.append(say("Closes: {names}.", names=", ".join(closes)))
    return " ".join(said) or say("The same plants stay open.")
