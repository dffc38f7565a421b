"""Two plans side by side, and why one costs more than the other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
from nicegui import ui

from jvopt.core.language import Language
from jvopt.core.plan_tables import COST_KINDS
from jvopt.page import two_cases
from jvopt.page.aside import aside, refusals_told
from jvopt.page.costs import difference, draw_steps
from jvopt.page.desk import Desk, Shown
from jvopt.page.frame import Visit
from jvopt.page.levers import as_text
from jvopt.page.parts import box, button, panel, table, text
from jvopt.page.plants import open_plants
from jvopt.page.reports import report_view
from jvopt.page.speaker import NONE
from jvopt.page.states import failure_words
from jvopt.page.tried import turned_in
from jvopt.page.view import View
from jvopt.service.orders import Order

_LOOK = 0.7


def cost_kinds(before: Shown, after: Shown, *, revenue: bool = False) -> pd.DataFrame:
    """Give discounted cost by kind in two plans: ``before``, ``after``, ``difference``.

    Revenue is a negative cost, and left out unless it is asked for.
    """
    sums = {
        name: shown.plan["costs"].groupby("kind", sort=False)["cost"].sum()
        for name, shown in (("before", before), ("after", after))
    }
    both = pd.DataFrame(sums).fillna(0.0)
    # One order whatever the cases: the declared one, and kinds that are not declared behind.
    both = both.loc[sorted(both.index, key=_order)]
    both = both if revenue else both.drop(index="revenue", errors="ignore")
    return both.assign(difference=both["after"] - both["before"])


def _order(kind: str) -> tuple[int, str]:
    kinds = list(COST_KINDS)
    return (kinds.index(kind), kind) if kind in COST_KINDS else (len(kinds), kind)


def show_steps(view: View, other: Shown, first: str, last: str) -> None:
    """Draw how the cost (or profit) of one plan becomes that of another, kind by kind."""
    profit = view.figures.profit
    both = cost_kinds(view.shown, other, revenue=profit) * (-1 if profit else 1)
    draw_steps(view, both["before"], both["after"], (first, last))


async def screen(visit: Visit, id: str, other: str) -> None:
    """Show two plans side by side; raises `Refused` where there is none of an id."""
    first = await aside(Desk.shown, visit.desk, id)
    second = await aside(Desk.shown, visit.desk, other)
    say = visit.speaker.say
    with visit.frame(say("Compare")):
        if first is None or second is None or not (first.plan.found and second.plan.found):
            text(say("One of the two has no plan to compare."), "jv-note bad")
            return
        with box("row top").style("margin-bottom:14px"):
            with box("stack tight grow"):
                text(say("Side by side"), tag="h1")
                _who(visit, "A", first)
                _who(visit, "B", second)
            swap = button(say("Swap"), icon="swap_horiz")
            swap.on_click(lambda: ui.navigate.to(f"/jobs/{other}/compare/{id}"))
        side_by_side(visit, first, second)


def _who(visit: Visit, letter: str, shown: Shown) -> None:
    """Say which plan a letter stands for, and lead to it."""
    with box("row").style("gap:6px"):
        text(f"{letter}:", "strong", "span")
        text(View(visit, shown).name, tag="a").props["href"] = f"/jobs/{shown.job.id}"
        text(f"({visit.speaker.day(shown.job.created)})", "quiet", "span")


def side_by_side(visit: Visit, first: Shown, second: Shown) -> None:
    """Show two plans beside each other, and first what their cases have not in common."""
    one, two = View(visit, first), View(visit, second)
    with box("jv-grid"):
        two_cases.show(visit, one, two)
        _headlines(visit, one, two)
        _why(visit, one, two)
        _kinds(visit, one, two)
        _plants(visit, one, two)


def _headlines(visit: Visit, one: View, two: View) -> None:
    say, speaker = visit.speaker.say, visit.speaker
    rows: list[list[str]] = []

    def line(label: str, what: Callable[[View], float]) -> None:
        a, b = what(one), what(two)
        sign = "+" if b - a > 0 else ""
        rows.append([label, *map(speaker.number, (a, b)), f"{sign}{speaker.number(b - a, 1)}"])

    profit = one.figures.profit
    total = say("Profit") if profit else say("Total cost")
    line(f"{total}, {one.base}", lambda v: v.plan.objective)
    rows[0][-1] = difference(speaker, two.plan.objective - one.plan.objective, gain=profit)
    line(say("Plants open"), lambda v: len(open_plants(v.figures)))
    line(say("Lines that run"), lambda v: len(v.figures.lines()))
    line(say("Units made"), lambda v: float(v.plan["production"]["quantity"].sum()))
    line(say("Demand short, units"), lambda v: float(v.plan["service"]["short"].sum()))
    gap = [speaker.gap(v.plan.gap) for v in (one, two)]
    rows.append([say("Gap"), *gap, NONE])
    with panel(say("In short"), css="s5"):
        headings = [say("Figure"), "A", "B", say("Difference")]
        table(headings, rows, numeric=[False, True, True, True], caption=say("In short"))
        _changed(one, two)


def _changed(one: View, two: View) -> None:
    """Say what each plan changed of the case: of levers, as they were turned."""
    for view in (one, two):
        rows = view.shown.order.get("changes") or []
        scenario = view.shown.order.get("scenario")
        turned = turned_in(view.shown.job)
        said = [str(scenario)] if scenario else []
        said += [turned] if turned else [as_text(row) for row in rows]
        if said and said != [view.name]:
            text(f"{view.name}: " + "; ".join(said), "small quiet")


def _kinds(visit: Visit, one: View, two: View) -> None:
    say, speaker = visit.speaker.say, visit.speaker
    both = cost_kinds(one.shown, two.shown)
    both = both[(both[["before", "after"]].abs().max(axis=1) > 0.5).to_numpy()]
    both.loc["total"] = both.sum()
    rows = []
    for kind in both.index:
        title = say("Total") if kind == "total" else one.figures.cost_title(str(kind))
        a, b, change = (float(both[c][kind]) for c in ("before", "after", "difference"))
        rows.append([title, speaker.number(a), speaker.number(b), difference(speaker, change)])

    def chosen(at: int) -> None:
        kind = str(both.index[at])
        two.open("costs", f"{rows[at][0]}: {two.name}", None if kind == "total" else {"kind": kind})

    with panel(say("Cost by kind"), css="s6"):
        headings = [f"{say('Cost')}, {one.base}", "A", "B", say("Difference")]
        table(headings, rows, numeric=[False, True, True, True], act=chosen, total=True,
              caption=say("Cost by kind"))  # fmt: skip


def _plants(visit: Visit, one: View, two: View) -> None:
    say, speaker = visit.speaker.say, visit.speaker
    made = [{p.site: p for p in open_plants(v.figures)} for v in (one, two)]
    known = [set(v.plan.case["sites"]["site"]) for v in (one, two)]
    sites = list(dict.fromkeys([*made[0], *made[1]]))
    rows = []
    for site in sites:
        a, b = made[0].get(site), made[1].get(site)
        name = (a or b).name  # type: ignore[union-attr]
        cells = [
            speaker.number(p.made) if p
            else say("closed") if site in there
            else f"{NONE} {say('not in this case')}"
            for p, there in zip((a, b), known, strict=True)
        ]  # fmt: skip
        change = (b.made if b else 0.0) - (a.made if a else 0.0)
        sign = "+" if change > 0 else ""
        moved = f"{sign}{speaker.number(change)}" if abs(change) > 0.5 else speaker.number(0)
        in_both = all(site in there for there in known)
        rows.append([name, *cells, moved if in_both else NONE])

    def chosen(at: int) -> None:
        view = two if sites[at] in made[1] else one
        view.open("production", f"{rows[at][0]}: {view.name}", {"site": sites[at]})

    with panel(say("Plants, units made"), css="s6"):
        headings = [say("Plant"), "A", "B", say("Difference")]
        table(headings, rows, numeric=[False, True, True, True], act=chosen,
              caption=say("Plants, units made"))  # fmt: skip


def _why(visit: Visit, one: View, two: View) -> None:
    """Draw the differences by kind at once, and the exact steps once they are asked for."""
    say = visit.speaker.say
    remark = say("By kind of cost, in {currency}", currency=one.base)
    with panel(say("Why it differs"), remark, css="s7"):
        place = box("stack")
        with place:
            show_steps(one, two.shown, one.name, two.name)
        exact = exact_order(one.shown, two.shown)
        if exact is None:
            return
        words = say("Exactly: which change costs what, which the plan saves by adapting")
        asked = button(words, icon="stacked_bar_chart")
        asked.on_click(lambda: _ask(visit, one.shown, exact, place, asked))


def exact_order(one: Shown, two: Shown) -> Order | None:
    """Give the order for the steps from the case as it is to what the second plan assumes.

    There are such steps only where both plans are of the same case.
    """
    rows, scenario = two.order.get("changes") or [], two.order.get("scenario")
    if one.sent != two.sent or one.changed:
        return None
    if rows and not scenario:
        return Order(analysis="whatif", options={"change": [as_text(row) for row in rows]})
    if scenario and not rows:
        return Order(analysis="whatif", options={"scenario": [str(scenario)]})
    return None


def tag_of(order: Order, language: Language) -> str:
    """Tell a question from any other, so that its answer is found again."""
    told = json.dumps([dict(order.options), language], sort_keys=True)
    return "why:" + hashlib.sha256(told.encode()).hexdigest()


async def _ask(visit: Visit, first: Shown, order: Order, place: Any, asked: ui.button) -> None:
    """Ask for the exact steps, once for the same two."""
    asked.disable()
    language = visit.speaker.language
    tag = tag_of(order, language)
    desk, root = visit.desk, first.job.id
    jobs = await aside(desk.children, root, kind="whatif", tag=tag)
    job = next((j for j in jobs if j.state == "succeeded"), None)
    if job is None:
        name = visit.speaker.say("Why it differs")
        full = replace(order, tags=[tag], language=language, name=name)
        with refusals_told(visit.speaker):
            job = (await aside(desk.ask, root, full))[0]
        if job is None:
            asked.enable()
            return
    with place:
        wait = box("row")
        with wait:
            ui.spinner(size="20px")
            text(visit.speaker.say("Solving step by step ..."), "quiet").props("role=status")
    id = job.id

    async def look() -> None:
        now = await aside(desk.job, id)
        if not now.ended:
            return
        timer.deactivate()
        found = await report_view(visit, now)
        wait.delete()
        with place:
            if found is None:
                why = failure_words(visit.speaker, now) or visit.speaker.say("Failed")
                text(why, "jv-note bad")
                return
            with box("stack"):
                found.sentences()
                with box("jv-grid"):
                    found.pictures(2)

    timer = ui.timer(_LOOK, look)
