"""What a setting of the levers comes to: its plan as it is found, beside the one without it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from nicegui import ui

from jvopt.page import charts
from jvopt.page.aside import aside
from jvopt.page.compare import cost_kinds
from jvopt.page.desk import Desk, Shown
from jvopt.page.levers import Row
from jvopt.page.parts import box, button, link, named, panel, pill, text
from jvopt.page.plants import open_plants
from jvopt.page.speaker import NONE
from jvopt.page.states import state_words
from jvopt.page.view import View
from jvopt.service.job import Job, Refused
from jvopt.service.orders import Order

_LOOK = 0.25
_PROOF = 1e-9
TAG = "trial"


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
        self.rows: Sequence[Row] = ()
        self._last = 0
        self._best: tuple[float, float | None] | None = None
        self._keep: set[str] = set()
        self._over: list[str] = []

    def lay_out(self) -> None:
        """Put it in its place."""
        say = self.say
        with panel(say("The best plan then")) as made:
            made.props("aria-live=polite")
            self.head = box("row").style("min-height:34px")
            self.figures = box("jv-tiles").style("margin:0")
            self.place = box("stack")
        self._draw_base()
        self.timer = ui.timer(_LOOK, self._look)

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
        share = "" if cost is None else speaker.percent((cost - base) / abs(base), 2)
        total = say("Profit") if self.view.figures.profit else say("Total cost")
        shown = [
            (total, NONE if cost is None else speaker.money(cost), self.view.base),
            (say("Against the case as it is"), change, share),
            (say("Gap"), NONE if gap is None else speaker.percent(gap, 2),
             say("proven") if gap is not None and gap <= 1e-4 else ""),
        ]  # fmt: skip
        if len(self.view.plan.case["lines"]):
            count = NONE if plants is None else speaker.number(plants)
            shown.append((say("Plants open"), count, ""))
        self.figures.clear()
        with self.figures:
            for label, value, remark in shown:
                with box("jv-tile").style("cursor:default"):
                    text(label, "t")
                    text(value, "v")
                    text(remark or "\u00a0", "r")

    async def attempt(self, rows: Sequence[Row], name: str) -> None:
        """Solve a setting."""
        desk = self.view.visit.desk
        self._overtake()
        self.rows = rows
        if not rows:
            self.job = None
            self._draw_base()
            return
        order = Order(
            changes=rows, name=name, tags=(TAG,), language=self.speaker.language, fleeting=True
        )
        try:
            self.job = (await aside(desk.ask, self.view.shown.job.id, order))[0]
        except Refused as error:
            ui.notify(f"{error.issue.message} {error.issue.hint}", type="negative")
            return
        self._last, self._best = 0, None
        self.head.clear()
        with self.head:
            ui.spinner(size="20px")
            text(name, "strong")
            self.doing = text(self.say("looking for the best plan ..."), "quiet")
        self.timer.activate()

    def _overtake(self) -> None:
        """End what is overtaken; it goes from the list unless it was kept."""
        if self.job is not None and self.job.id not in self._keep:
            self._over.append(self.job.id)

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
            self._over.remove(id)

    async def _look(self) -> None:
        await self._tidy()
        job = self.job
        if job is None:
            return
        desk = self.view.visit.desk
        events = await aside(desk.jobs.events, desk.owner, job.id, self._last)
        if self.job is not job:
            return
        over = False
        for event in events:
            self._last = event.number
            best = event.data.get("best")
            if best is not None and abs(best) < 1e300:
                self._best = (float(best), event.data.get("gap"))
            over = over or event.data.get("state") in ("succeeded", "failed", "cancelled")
        if over:
            await self._draw(job.id)
        elif events and self._best is not None:
            self._tiles(*self._best, None)
            if self._best[1] is not None and self._best[1] <= _PROOF:
                self.doing.set_content(self.say("found and proven; its details follow ..."))

    async def _draw(self, id: str) -> None:
        desk = self.view.visit.desk
        job = await aside(desk.job, id)
        shown = await aside(Desk.shown, desk, id)
        if self.job is None or self.job.id != id:
            return
        self.job = job
        self.head.clear()
        self.place.clear()
        with self.head:
            pill(*state_words(self.speaker, job))
            text(job.name, "strong")
            box("grow")
            if shown is not None and shown.plan.found:
                to = f"/jobs/{id}"
                link(self.say("The whole plan"), lambda: ui.navigate.to(to))
                root = self.view.shown.job.id
                side = f"/jobs/{root}/compare/{id}"
                link(self.say("Side by side"), lambda: ui.navigate.to(side))
                button(self.say("Keep as a scenario"), self._keep_it, icon="bookmark_add")
        if shown is None or not shown.plan.found:
            self._tiles(None, None, None)
            with self.place:
                bad = " ".join(str(i["message"]) for i in job.issues if i["severity"] == "error")
                text(bad or self.say("No plan keeps every limit then."), "jv-note bad")
            return
        plants = open_plants(shown.figures(self.speaker.language))
        self._tiles(shown.plan.objective, shown.plan.gap, len(plants))
        with self.place:
            _differences(self.view, shown)

    async def _keep_it(self) -> None:
        job = self.job
        if job is None:
            return
        say = self.say
        with ui.dialog() as dialog, box("jv-panel").style("min-width:min(460px,90vw)"):
            named(dialog, say("Keep as a scenario"))
            text(say("Keep as a scenario"), tag="h1")
            field = ui.input(say("Name"), value=job.name).props("outlined dense autofocus")
            with box("row").style("justify-content:flex-end"):
                button(say("Leave it"), lambda: dialog.submit(None))
                button(say("Keep"), lambda: dialog.submit(field.value), main=True)
        name = await dialog
        if name and name.strip():
            desk = self.view.visit.desk
            self._keep.add(job.id)
            self.job = await aside(desk.rename, job.id, name.strip()[:200])
            await self._kept_one(self.job)


def _differences(view: View, shown: Shown) -> None:
    """Show why it costs more or less, and what opens and closes."""
    both = cost_kinds(view.shown, shown)
    change = both["difference"]
    change = change[change.abs() > 1e-7 * abs(float(both["before"].sum()))]
    steps = [(view.figures.cost_title(str(k)), float(v)) for k, v in change.items()]
    say = view.say
    if len(view.plan.case["lines"]):
        text(opened(view, shown))
    options = charts.waterfall(
        steps, say("Case as it is"), say("Then"), float(both["before"].sum())
    )
    ui.echart(options).style("height:280px")


def opened(view: View, shown: Shown) -> str:
    """Say which plants open and which close against the plan without the setting."""
    say = view.say
    before = {p.site: p.name for p in open_plants(view.figures)}
    after = {p.site: p.name for p in open_plants(shown.figures(view.speaker.language))}
    said = []
    opens = [name for site, name in after.items() if site not in before]
    closes = [name for site, name in before.items() if site not in after]
    if opens:
        said.append(say("Opens: {names}.", names=", ".join(opens)))
    if closes:
        said.append(say("Closes: {names}.", names=", ".join(closes)))
    return " ".join(said) or say("The same plants stay open.")
