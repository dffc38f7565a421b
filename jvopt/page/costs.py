"""What the plan costs, by kind, beside today's network and beside no plant at all."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from nicegui import events

from jvopt.core.plan_tables import NETWORKS
from jvopt.page import charts
from jvopt.page.drawing import chart
from jvopt.page.parts import Markup, box, panel, segments, table, text
from jvopt.page.speaker import Speaker
from jvopt.page.view import View


def steps_from(before: pd.Series[float], after: pd.Series[float]) -> list[tuple[str, float]]:
    """Give the kinds of cost that differ, and by how much."""
    change = after - before
    change = change[change.abs() > 1e-7 * (abs(float(before.sum())) or 1.0)]
    return [(str(kind), float(amount)) for kind, amount in change.items()]


def show(view: View) -> None:
    """Show them."""
    costs = view.figures.costs()
    if costs.empty:
        return
    _waterfall(view, costs)
    _table(view, costs)


def _waterfall(view: View, costs: pd.DataFrame) -> None:
    say = view.say
    others = [n for n in ("today", "no_plant") if n in costs.columns]
    if not others:
        _bars(view, costs)
        return
    remark = say("What rises and what falls, in {currency}", currency=view.base)
    words = "Where the gain comes from" if view.figures.profit else "Where the saving comes from"
    with panel(say(words), remark, css="s6"):

        def chosen(kind: str | None) -> None:
            if kind is None:
                view.open("as_is")
            else:
                view.open("costs", view.figures.cost_title(kind), {"kind": kind})

        def draw(network: str) -> None:
            before, after = (_parts(view, costs, name) for name in (network, "plan"))
            place.clear()
            with place:
                names = say(NETWORKS[network]), say(NETWORKS["plan"])
                draw_steps(view, before, after, names, chosen)

        if len(others) > 1:
            names = {n: say(NETWORKS[n]) for n in others}
            segments(names, others[0], lambda e: draw(e.value), say("Beside"))
        place = box()
        draw(others[0])


def _parts(view: View, costs: pd.DataFrame, network: str) -> pd.Series[float]:
    """Give what makes the total of a network: its costs, or its revenue less them."""
    parts: pd.Series[float] = costs[network].drop("total")
    if not view.figures.profit:
        return parts
    table = view.plan["as_is"]
    earned = (table["item"] == "revenue") & (table["network"] == network)
    revenue = float(table["value"][earned.to_numpy()].abs().sum())
    gains: pd.Series[float] = pd.concat([pd.Series({"revenue": revenue}), -parts])
    return gains


def draw_steps(
    view: View,
    before: pd.Series[float],
    after: pd.Series[float],
    names: tuple[str, str],
    act: Callable[[str | None], None] | None = None,
) -> None:
    """Draw how one total becomes another, by kind of cost, and revenue.

    Parameters
    ----------
    view
        The plan that is looked at.
    before, after, names
        The parts of either total by kind, and what the two are called.
    act
        Called with the kind whose bar is chosen, None for a total.
    """
    profit = view.figures.profit
    steps = steps_from(before, after)
    revenue = {"revenue": view.say("Revenue")}
    titled = [(revenue.get(kind) or view.figures.cost_title(kind), step) for kind, step in steps]
    options = charts.waterfall(titled, *names, float(before.sum()), gain=profit)
    if options is None:
        words = "The two earn the same." if profit else "The two cost the same."
        text(view.say(words))
        return

    def clicked(event: events.EChartPointClickEventArguments) -> None:
        at = event.data_index - 1
        if act is not None:
            act(steps[at][0] if 0 <= at < len(steps) else None)

    chart(options, f"{26 * len(steps) + 62}px", on_point_click=clicked)


def _bars(view: View, costs: pd.DataFrame) -> None:
    kinds = costs.drop("total")
    titles = [view.figures.cost_title(str(kind)) for kind in kinds.index]
    with panel(view.say("Cost by kind"), css="s6"):
        series = [(view.say(NETWORKS["plan"]), kinds["plan"].tolist())]
        chart(charts.bars(titles, series), "330px")


def _table(view: View, costs: pd.DataFrame) -> None:
    say, speaker = view.say, view.speaker
    shown = [name for name in NETWORKS if name in costs.columns]
    against = "today" in shown
    headings = [say("Cost"), *(say(NETWORKS[n]) for n in shown)]
    headings += [say("Plan less today")] if against else []
    rows = []
    for kind in costs.index:
        title = say("Total") if kind == "total" else view.figures.cost_title(str(kind))
        row = [title, *(speaker.number(float(costs[n][kind])) for n in shown)]
        if against:
            row.append(difference(speaker, float(costs["plan"][kind] - costs["today"][kind])))
        rows.append(row)

    def chosen(at: int) -> None:
        kind = str(costs.index[at])
        where = None if kind == "total" else {"kind": kind}
        view.open("costs", rows[at][0], where)

    words = "Discounted, in {currency}" if view.figures.rate else "In {currency}"
    with panel(say("Cost by kind"), say(words, currency=view.base), css="s6"):
        numeric = [False, *[True] * (len(headings) - 1)]
        # What differs from today says most where there is room for two columns.
        wide = range(2, len(headings) - 1) if against else ()
        table(headings, rows, numeric=numeric, act=chosen, total=True, wide=wide,
              caption=say("Cost by kind"))  # fmt: skip


def difference(speaker: Speaker, amount: float, *, gain: bool = False) -> str:
    """Give a difference in cost, or a gain, worse and better told apart by sign and colour."""
    if abs(amount) < 0.5:
        return speaker.number(0)
    sign = "+" if amount > 0 else ""
    css = "down" if (amount > 0) == gain else "up"
    return Markup(f'<span class="{css}">{sign}{speaker.number(amount)}</span>')
