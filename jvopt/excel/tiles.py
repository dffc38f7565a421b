"""The boxes of an overview: the few figures of a plan that matter most."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from jvopt.core.gaps import PROVEN
from jvopt.core.language import NO_BREAK, marked, number, word
from jvopt.excel import look
from jvopt.excel.figures import Figures, percent

_LARGE = 1e7
"""From here on amounts are told in millions."""

About = Literal["objective", "today", "no_plant", "plants", "demand", "audit"]


@dataclass(frozen=True, slots=True)
class Tile:
    """A box of an overview.

    Parameters
    ----------
    about
        What the figure is about.
    label, value, form, remark
        What is said of it: the figure itself with its number format.
    bad
        Whether it must not be overlooked.
    """

    about: About
    label: str
    value: str | float
    form: str
    remark: str = ""
    bad: bool = False


def tiles(figures: Figures) -> list[Tile]:
    """Give the boxes of a plan."""
    return [
        _objective(figures),
        *_saving(figures, "today"),
        *_saving(figures, "no_plant"),
        *_plants(figures),
        *_demand(figures),
        *_audit(figures),
    ]


def _objective(figures: Figures) -> Tile:
    say, profit = figures.say, figures.profit
    plan = figures.plan
    remark = ""
    if plan.gap <= PROVEN:
        remark = say("proven the best" if profit else "proven the cheapest")
    elif not math.isnan(plan.bound):
        words = "no plan can cost less than {bound}"
        if profit:
            words = "no plan can earn more than {bound}"
        remark = say(words, bound=_short(figures, plan.bound))
    if plan.gap > PROVEN:
        remark += say(" (gap {gap})", gap=figures.gap())
    label = say("Profit" if profit else "Total cost")
    return Tile("objective", label, plan.objective, _format(figures, plan.objective), remark)


def _saving(figures: Figures, network: Literal["today", "no_plant"]) -> list[Tile]:
    """Tell how much better the plan is than another network, where that was looked at."""
    say, table = figures.say, figures.plan["as_is"]
    if not (table["network"] == network).any():
        return []
    if network == "today":
        label = say("Gain against today" if figures.profit else "Saving against today")
    else:
        words = "Saving against no plant at all"
        if figures.profit:
            words = "Gain against no plant at all"
        label = say(words)
    item = "profit" if figures.profit else "total"
    there, here = _of(figures, network, item), _of(figures, "plan", item)
    better = here - there if figures.profit else there - here
    if math.isnan(better):
        words = "that network was not solved"
        if _ended(figures, network) == "infeasible":
            words = "that network cannot meet every demand and limit"
        return [Tile(network, label, say("none to compare"), "General", say(words))]
    remark = ""
    if there:
        share = percent(figures.language, better / abs(there), 1)
        remark = say("{share} of {total}", share=share, total=_short(figures, there))
    return [Tile(network, label, better, _format(figures, better), remark)]


def _of(figures: Figures, network: str, item: str) -> float:
    table = figures.plan["as_is"]
    found = table["value"][((table["network"] == network) & (table["item"] == item)).to_numpy()]
    return float(found.iloc[0]) if len(found) else math.nan


def _ended(figures: Figures, network: str) -> str:
    table = figures.plan["as_is"]
    found = table["text"][((table["network"] == network) & (table["item"] == "state")).to_numpy()]
    return str(found.iloc[0]) if len(found) else ""


def _plants(figures: Figures) -> list[Tile]:
    say, lines = figures.say, figures.plan["lines"]
    if lines.empty:
        return []
    running = figures.running()
    plants, lines_run = (
        {"count": running[column].nunique(), "of": lines[column].nunique()}
        for column in ("site", "line")
    )
    remark = say("{count} of {of} lines run", **lines_run)
    return [Tile("plants", say("Plants open"), say("{count} of {of}", **plants), "General", remark)]


def _demand(figures: Figures) -> list[Tile]:
    say, service = figures.say, figures.plan["service"]
    wanted = float(service["demand"].sum()) if len(service) else 0.0
    if not wanted:
        return []
    short = float(service["short"].sum())
    remark = say("every unit")
    if short > 1e-6:
        words = "{short} of {wanted} units short"
        remark = say(words, short=round(short, 1), wanted=round(wanted, 1))
    return [Tile("demand", say("Demand met"), float(service["met"].sum()) / wanted, "0.0%", remark)]


def _audit(figures: Figures) -> list[Tile]:
    say, verdict = figures.say, figures.plan.figure("audit")
    if not isinstance(verdict, str):
        return []
    largest = figures.plan.figure("audit_largest_violation")
    remark = say("every balance, limit and cost recomputed")
    if verdict != "passed" and isinstance(largest, float):
        words = "do not rely on this plan: a figure is off by {size}"
        remark = say(words, size=f"{largest:.2g}")
    said = word(figures.language, verdict, "result")
    return [Tile("audit", say("Audit"), said, "General", remark, bad=verdict == "failed")]


def _short(figures: Figures, value: float) -> str:
    if abs(value) < _LARGE:
        return number(figures.language, round(value))
    # With its digit also where that is 0, as the amount beside it has.
    said = figures.say("{millions} M", millions=marked(figures.language, f"{value / 1e6:,.1f}"))
    return said.replace(" ", NO_BREAK)


def _format(figures: Figures, value: float) -> str:
    return look.millions(1, figures.language) if abs(value) >= _LARGE else look.WHOLE
