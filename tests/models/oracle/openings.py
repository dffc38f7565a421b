"""Open, closed, built and expanded: sites and lines of docs/rules.md."""

from __future__ import annotations

import math

from tests.models.oracle.lp import BIG
from tests.models.oracle.rates import blank


def add_openings(p, r):
    """Sites, then lines, then the steps of both."""
    r.facts, r.opening = {}, {}
    overrides = {(x["line"], x["period"]): x for x in r.t["line_periods"]}
    lines = {x["line"]: x for x in r.t["lines"]}

    def line_value(line, column, t):
        own = overrides.get((line, r.periods[t].name))
        return own[column] if own and not blank(own[column]) else lines[line][column]

    r.line_value = line_value
    for s, row in r.sites.items():
        _site(p, r, s, row)
    for line, row in lines.items():
        _line(p, r, line, row)
    for line, row in lines.items():
        costs = [line_value(line, "step_cost", t) for t in r.times]
        _steps(p, r, ("line_steps", line), ("line", line), row, row["life"], row, costs)
    for x in r.t["throughput"]:
        head = ("site_steps", x["site"], x["product"])
        life = r.sites[x["site"]]["life"]
        _steps(p, r, head, ("site", x["site"]), x, life, x, [x["step_cost"]] * len(r.times))


def _bounds(decision, now):
    fixed = {"open": 1, "closed": 0, "stay": now}.get(decision)
    return (0, 1) if fixed is None else (fixed, fixed)


def _site(p, r, s, row):
    now = 1 if row["now"] == "open" else 0
    low, high = _bounds(row["decision"], now)
    for t in r.times:
        yearly = r.money(row["fixed_cost"], row, t) * r.periods[t].years * r.d(t)
        p.add("site", s, t, cost=yearly, low=low, high=high, whole=True, choice=True)
        opening = r.one_off(row["opening_cost"], row, t, row["life"])
        closing = r.one_off(row["closing_cost"], row, t, math.nan)
        p.add("site_opened", s, t, cost=opening, high=1)
        p.add("site_closed", s, t, cost=closing, high=1)
        p.row([(1, ("site_opened", s, t)), (-1, ("site", s, t))], high=0)
        p.row([(1, ("site_closed", s, t)), (1, ("site", s, t))], high=1)
        _change(p, ("site", s), ("site_opened", s), ("site_closed", s), t, now)


def _change(p, state, opens, closes, t, now):
    """What opens was closed and is open, what closes the other way round, in full."""
    before = [(-1, (*state, t - 1))] if t else []
    was = 0 if t else now
    change = [(1, (*state, t)), *before, (-1, (*opens, t)), (1, (*closes, t))]
    p.row(change, low=was, high=was)
    p.row([(1, (*opens, t)), (-1, (*state, t))], high=0)
    p.row([(1, (*closes, t)), (1, (*state, t))], high=1)


def _line(p, r, line, row):
    now = 1 if row["now"] == "open" else 0
    low, high = _bounds(row["decision"], now)
    names = [x.name for x in r.periods]
    first = names.index(row["first_period"]) if row["first_period"] and not now else 0
    arrivals: dict[int, list[int]] = {}
    for o in r.times:
        ready = r.periods[o].offset + row["build_time"]
        after = [t for t in r.times if t >= o and r.periods[t].offset >= ready - 1e-9]
        if after and after[0] >= first:
            arrivals.setdefault(after[0], []).append(o)
    possible = 0 if now else min(arrivals, default=math.inf)
    for t in r.times:
        yearly = r.line_value(line, "fixed_cost", t)
        yearly = r.money(yearly, row, t) * r.periods[t].years * r.d(t)
        can = t >= possible
        lo, hi = (low if can else 0), (high if can else 0)
        p.add("line", line, t, cost=yearly, low=lo, high=hi, whole=True, choice=True)
        investment = r.line_value(line, "investment", t)
        charge = r.one_off(investment, row, t, row["life"])
        p.add("built", line, t, cost=charge, high=1)
        p.add("line_opened", line, t, high=1)
        p.add("line_closed", line, t, high=1)
        p.row([(1, ("line", line, t)), (-1, ("site", row["site"], t))], high=0)
        _change(p, ("line", line), ("line_opened", line), ("line_closed", line), t, now)
    useful = {o for paid in arrivals.values() for o in paid}
    for t in r.times:
        new = [(1, ("built", line, o)) for o in arrivals.get(t, [])]
        p.row([*new, (-1, ("line_opened", line, t))], low=0, high=0)
        if t not in useful:
            p.row([(1, ("built", line, t))], high=0)


def _steps(p, r, head, opened, row, life, money, costs):
    names = []
    for t in r.times:
        if blank(costs[t]):
            continue
        most = BIG if blank(row["most_steps"]) else row["most_steps"]
        charge = r.one_off(costs[t], money, t, life)
        whole = not blank(row["step_size"])
        names.append(p.add(*head, t, cost=charge, whole=whole))
        p.row([(1, names[-1]), (-most, (*opened, t))], high=0)
    if names and not blank(row["most_steps"]):
        p.row([(1, n) for n in names], high=row["most_steps"])
