"""The plan on one screen: what a director asks, from what it costs to how sure it is."""

from __future__ import annotations

from nicegui import ui

from jvopt.core.plan_tables import PLAN_TABLES
from jvopt.excel import look
from jvopt.page import conflicts, costs, geography, goods, headline, plants, sure
from jvopt.page.desk import Shown
from jvopt.page.frame import Visit
from jvopt.page.parts import box, button, link, panel, pill, table, text
from jvopt.page.view import View

_MOST_MESSAGES = 8
_MOST_WARNINGS = 3


def show(visit: Visit, shown: Shown) -> None:
    """Show a plan, or why there is none."""
    view = View(visit, shown)
    _title(view)
    if not view.plan.found:
        conflicts.show(view)
        _messages(view)
        return
    headline.show(view)
    warned = bool((view.plan["messages"]["severity"] == "warning").any())
    with box("jv-grid"):
        if warned:  # what may be wrong with the figures stands before them
            _messages(view, "s12")
        geography.show(view)
        plants.show(view)
        costs.show(view)
        goods.show(view)
        sure.show(view)
        if not warned:
            _messages(view)
        _tables(view, "s5" if not warned and len(view.plan["messages"]) else "")


def _title(view: View) -> None:
    say, figures = view.say, view.figures
    words, color = figures.status()
    kind = {look.GREEN: "good", look.AMBER: "warn"}.get(color, "bad")
    with box("row top"):
        with box("stack tight grow"):
            with box("row"):
                text(view.name, tag="h1")
                pill(words.rstrip("."), kind)
            basis = figures.basis()
            if view.name != figures.name:
                basis = f"{figures.name}. {basis}"
            text(basis, "quiet small")
        with box("row"):
            to = f"/jobs/{view.shown.job.id}/whatif"
            if view.plan.found:
                ask = button(say("What if?"), icon="tune", main=True)
                ask.on_click(lambda: ui.navigate.to(to))
            button(say("Workbook"), view.take_workbook, icon="download")


def _messages(view: View, css: str = "s7") -> None:
    """Show what is worth knowing."""
    rows = view.frame("messages")
    if rows.empty:
        return
    with panel(view.say("Worth knowing"), css=css):
        warned = (view.plan["messages"]["severity"] == "warning").to_numpy()
        shown = rows[~warned | (warned.cumsum() <= _MOST_WARNINGS)].head(_MOST_MESSAGES)
        table(
            [view.say("Kind"), view.say("Place"), view.say("Remark")],
            [[str(cell) for cell in row] for row in shown.itertuples(index=False, name=None)],
            numeric=[False] * 3,
            caption=view.say("Worth knowing"),
        )
        if len(rows) > len(shown):
            count = len(rows) - len(shown)
            link(view.say("and {count} more", count=count), lambda: view.open("messages"))


def _tables(view: View, css: str) -> None:
    """Lead to every table of the plan."""
    remark = view.say("All that the plan says, to be sorted, filtered and taken away.")
    with panel(view.say("Every table"), remark, css=css), box("jv-chips"):
        for name in PLAN_TABLES:
            count = len(view.plan[name])
            if count:
                words = f"{view.title_of(name)} ({view.speaker.number(count)})"
                link(words, lambda name=name: view.open(name))
