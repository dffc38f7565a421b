"""What if: levers to turn, plants to open and shut, and the plan that is best then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nicegui import background_tasks, ui
from nicegui.element import Element

from jvopt.page.aside import aside
from jvopt.page.desk import Desk
from jvopt.page.frame import Visit
from jvopt.page.levers import Lever, Setting, Switch, changes, levers, switches
from jvopt.page.parts import box, button, named, panel, segments, text
from jvopt.page.plants import open_plants
from jvopt.page.scenarios import Scenarios
from jvopt.page.topics import topic_words
from jvopt.page.trial import Trial
from jvopt.page.view import View
from jvopt.service.job import Job

_WIDE = {"fee": 3.0, "duty": 3.0}
"""How far a lever goes; others go to 2."""
_PAUSE = 0.15
"""Seconds without a further move until a setting is solved."""


async def screen(visit: Visit, id: str) -> None:
    """Show the screen of a job's case; raises `Refused` where there is none."""
    shown = await aside(Desk.shown, visit.desk, id)
    say = visit.speaker.say
    with visit.frame(say("What if?")):
        if shown is None or not shown.plan.found:
            text(say("There is no plan to start from."), "jv-note bad")
            return
        background_tasks.create(visit.desk.make_ready(id))  # while the levers are looked at
        view = View(visit, shown)
        with box("row").style("margin-bottom:12px"):
            with box("stack tight grow"):
                text(say("What if?"), tag="h1")
                text(view.name, "quiet small")
            to = f"/jobs/{id}"
            button(say("Back to the plan"), lambda: ui.navigate.to(to), icon="arrow_back")
        await _Levers(view).lay_out()


class _Slider(ui.slider):
    """A slider that is drawn where it is: the echo of an older value would lose key presses."""

    LOOPBACK = False


class _Levers:
    def __init__(self, view: View) -> None:
        self.view, self.say, self.speaker = view, view.say, view.speaker
        self.case = view.plan.case
        self.factors: dict[str, float] = {}
        self.decisions: dict[str, str] = {}
        self.sliders: list[tuple[Lever, ui.slider, Any, Any]] = []
        self.toggles: list[tuple[Switch, ui.toggle]] = []
        self.turns = 0
        self.quiet = False

    async def lay_out(self) -> None:
        with box("jv-grid"):
            with box("s4 stack"):
                self._levers()
                self._plants()
            with box("s8 stack jv-answer"):
                self.trial = Trial(self.view, self._kept)
                self.trial.lay_out()
                self.scenarios = Scenarios(self.view)
                await self.scenarios.lay_out()

    def _levers(self) -> None:
        say = self.say
        found = levers(self.case)
        with panel() as made:
            named(made, say("Levers"))
            with box("row top keep"):
                with box("stack tight grow"):
                    text(say("Levers"), tag="h2")
                    text(say("Against what the case says, in percent"), "small quiet")
                button(say("As in the case"), self._reset, icon="restart_alt")
            with box():
                for topic in dict.fromkeys(lever.topic for lever in found):
                    mine = [lever for lever in found if lever.topic == topic]
                    wide = [lever for lever in mine if not lever.name] or mine
                    for lever in wide:
                        self._lever(lever, [part for part in mine if part not in wide])

    def _lever(self, lever: Lever, parts: Sequence[Lever] = ()) -> None:
        """Put a lever, and those of its parts behind a button beside its name."""
        name = topic_words(self.say, lever.topic, self._name(lever))
        with box("jv-lever") as line:
            with box("row keep").style("gap:2px"):
                text(name)
                if parts:
                    more = self._more(lever.topic)
            amount = text(self.speaker.percent(1.0), "amt")
            most = 100 * _WIDE.get(lever.topic, 2.0)
            slider = _Slider(min=0, max=most, step=5, value=100)
            named(slider, name).props("dense")
        slider.on_value_change(lambda e: self._show(amount, line, e.value / 100))
        slider.on("change", lambda e: self._turn(lever.key, float(e.args) / 100))
        self.sliders.append((lever, slider, amount, line))
        if parts:
            with box("jv-parts") as held:
                for part in parts:
                    self._lever(part)
            _folds(more, held)

    def _more(self, topic: str) -> ui.button:
        words = self.say("{what}, part by part", what=topic_words(self.say, topic))
        made = ui.button(icon="expand_more", color=None).props("flat dense round size=sm")
        made.props["title"] = words
        return named(made, words).classes("jv-more")

    def _name(self, lever: Lever) -> str:
        """Give the part of a lever by the name that people know it by."""
        if lever.topic == "demand":
            return self.view.figures.product_names.get(lever.name, lever.name)
        if lever.topic == "exchange":
            return self.say("{base} for one {currency}", base=self.view.base, currency=lever.name)
        if lever.topic in ("purchase", "duty", "fee"):
            return self.speaker.place(lever.name)
        return lever.name

    def _show(self, amount: Any, line: Any, factor: float) -> None:
        amount.set_content(self.speaker.percent(factor))
        line.classes(add="moved") if factor != 1 else line.classes(remove="moved")

    def _decisions(self) -> dict[str, str]:
        """Give what may be decided on a plant, and how it is said."""
        say = self.say
        return {"free": say("Free"), "open": say("Open it"), "closed": say("Shut it")}

    def _plants(self) -> None:
        say, found = self.say, switches(self.case)
        if not found:
            return
        options = self._decisions()
        made = {plant.site: plant.made for plant in open_plants(self.view.figures)}
        with panel(say("Plants"), say("Free: the plan decides")):
            for switch in sorted(found, key=lambda s: -made.get(s.site, -1.0)):
                name = self.view.figures.site_names.get(switch.site, switch.site)
                count = self.speaker.number(made.get(switch.site, 0.0))
                words = say("makes {count} units", count=count) if switch.site in made else ""
                with box("row keep").style("justify-content:space-between"):
                    with box("stack tight grow").style("gap:0"):
                        text(name, "small")
                        if words:
                            text(words, "small quiet")
                    shown = options if switch.now != "stay" else {"stay": say("As now"), **options}
                    toggle = segments(
                        shown, switch.now, lambda e, s=switch: self._decide(s, e.value), name
                    )
                    self.toggles.append((switch, toggle))

    async def _turn(self, key: str, factor: float) -> None:
        if self.factors.get(key, 1.0) == factor:
            return
        self.factors[key] = factor
        self._soon()

    def _decide(self, switch: Switch, decision: str) -> None:
        if decision == switch.now:
            self.decisions.pop(switch.site, None)
        else:
            self.decisions[switch.site] = decision
        self._soon()

    def _reset(self) -> None:
        self.factors.clear()
        self.quiet = True
        for _, slider, _, _ in self.sliders:
            slider.set_value(100)
        for switch, toggle in self.toggles:
            toggle.set_value(switch.now)
        self.quiet = False
        self.decisions.clear()
        self._soon()

    def _soon(self) -> None:
        """Solve once nothing has been moved for a moment."""
        if self.quiet:
            return
        self.turns += 1
        turn = self.turns

        async def solve() -> None:
            if turn == self.turns:
                await self._solve()

        ui.timer(_PAUSE, solve, once=True)

    async def _solve(self) -> None:
        setting = Setting(dict(self.factors), dict(self.decisions))
        rows = changes(self.case, setting)
        await self.trial.attempt(rows, self._described())

    def _described(self) -> str:
        """Say what is turned, as the name of the plan."""
        parts = [
            f"{topic_words(self.say, lever.topic, self._name(lever))} {self.speaker.percent(f)}"
            for lever, *_ in self.sliders
            if (f := self.factors.get(lever.key, 1.0)) != 1
        ]
        words = self._decisions()
        parts += [
            f"{self.view.figures.site_names.get(site, site)}: {words.get(d, d).lower()}"
            for site, d in self.decisions.items()
        ]
        return "; ".join(parts)[:200]

    async def _kept(self, job: Job) -> None:
        await self.scenarios.look()


def _folds(more: ui.button, held: Element) -> None:
    """Have a button open and close what it stands for."""
    held.set_visibility(False)
    more.props("aria-expanded=false")

    def turn() -> None:
        held.set_visibility(not held.visible)
        more.props(f"aria-expanded={'true' if held.visible else 'false'}")
        more.props(f"icon={'expand_less' if held.visible else 'expand_more'}")

    more.on_click(turn)
