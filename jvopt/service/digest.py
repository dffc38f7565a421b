"""The first things to know of a plan, as plain values that need no pandas to be shown."""

from __future__ import annotations

import math

from jvopt.core.language import marked, word
from jvopt.core.plan import Plan
from jvopt.core.plan_tables import NETWORKS
from jvopt.excel import Reading
from jvopt.excel.explained import told
from jvopt.excel.figures import Figures
from jvopt.service.task import Conflict, Digest, Network, OpenLine


def digest_of(plan: Plan, reading: Reading, seconds: float) -> Digest:
    """Draw the digest of a plan from its tables.

    Parameters
    ----------
    plan
        The plan, or the answer that there is none.
    reading
        What the case was read from: it knows the planner's own cells.
    seconds
        How long it all took.
    """
    figures = Figures(plan, reading.language)
    verdict = plan.figure("audit")
    lines, running = plan["lines"], figures.running()
    return Digest(
        case_name=figures.name,
        currency=figures.base,
        profit=figures.profit,
        termination=plan.termination,
        found=plan.found,
        status=figures.status()[0],
        basis=figures.basis(),
        objective=plan.objective,
        bound=plan.bound,
        gap=plan.gap,
        seconds=seconds,
        networks=_networks(figures),
        costs=_costs(figures),
        lines=_lines(figures),
        plants_open=int(running["site"].nunique()),
        plants=int(lines["site"].nunique()),
        lines_in_all=int(lines["line"].nunique()),
        trade=_trade(figures),
        audit=verdict if isinstance(verdict, str) else "",
        conflicts=_conflicts(plan, reading),
        remarks=[] if plan.found else _remarks(plan, reading),
    )


def _networks(figures: Figures) -> list[Network]:
    plan, item = figures.plan, "profit" if figures.profit else "total"
    table = plan["as_is"]
    totals = table[(table["item"] == item).to_numpy()].set_index("network")["value"]
    states = table[(table["item"] == "state").to_numpy()].set_index("network")["text"]
    return [
        Network(_heading(figures, n), float(totals.get(n, math.nan)), str(states[n]))
        for n in _compared(plan)
        if n in states.index
    ]


def _heading(figures: Figures, network: str) -> str:
    """Name a network as within a sentence."""
    title = word(figures.language, NETWORKS[network])
    return title[0].lower() + title[1:]


def _compared(plan: Plan) -> list[str]:
    """Name the networks worth comparing with: where there are no lines, none can be closed."""
    return ["today", "no_plant"] if len(plan["lines"]) else ["today"]


def _costs(figures: Figures) -> list[tuple[str, dict[str, float]]]:
    table = figures.costs()
    networks = [n for n in ("plan", *_compared(figures.plan)) if n in table.columns]
    return [
        (
            figures.say("Total") if kind == "total" else figures.cost_title(str(kind)),
            {_heading(figures, n): float(table.loc[kind, n]) for n in networks},
        )
        for kind in table.index
    ]


def _lines(figures: Figures) -> list[OpenLine]:
    always = figures.say("throughout")
    return [
        OpenLine(
            name=str(row["own"] or row["plant"]),
            plant=str(row["plant"]),
            modes=str(row["modes"]),
            when="" if row["open"] == always else str(row["open"]),
            made=float(row["made"]),
            utilisation=float(row["full"]),
        )
        for _, row in figures.lines().iterrows()
    ]


def _trade(figures: Figures) -> str:
    """Say what goes from country to country, and from region to region, over the horizon."""
    say, language, regions = figures.say, figures.language, figures.plan["regions"]
    said = []
    for level in ("country", "region"):
        flows = regions[(regions["level"] == level).to_numpy()]
        if flows.empty:
            continue
        pairs = flows.groupby(["origin", "destination"])["units"].sum().sort_values()
        origin, destination = pairs.index[-1]
        total, most = (marked(language, f"{x:,.0f}") for x in (pairs.sum(), pairs.iloc[-1]))
        where = (
            say(" (most: {origin} to {destination}, {units})", origin=origin,
                destination=destination, units=most)
            if len(pairs) > 1
            else say(" ({origin} to {destination})", origin=origin, destination=destination)
        )  # fmt: skip
        words = "{units} units between regions"
        if level == "country":
            words = "{units} units between countries"
        said.append(say(words, units=total) + where)
    return "; ".join(said) + (say(", kits and parts included") if said else "")


def _conflicts(plan: Plan, reading: Reading) -> list[Conflict]:
    table = told(plan["conflicts"], plan.case, reading, placed=True)
    return [Conflict(*pair) for pair in zip(table["part"], table["text"], strict=True)]


def _remarks(plan: Plan, reading: Reading) -> list[str]:
    """Give the notes that the run itself made of its plan."""
    return [word(reading.language, str(text)) for text in plan.notes["text"]]
