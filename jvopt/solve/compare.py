"""The networks that a plan is laid beside: today's, and one without any plant."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from jvopt.core.plan_tables import COST_KINDS
from jvopt.models import Built, build
from jvopt.models.sparse import Floats
from jvopt.solve.handover import Matrix, stack
from jvopt.solve.loaded import STOPPED_SECONDS, put
from jvopt.solve.money import by_kind
from jvopt.solve.run import Run
from jvopt.solve.search import Found, search

TODAY_SECONDS = 10.0
"""Most that a search which was cut short may still take to fall back on today's network."""
COMPARE_SECONDS = (1.0, 60.0)
"""Seconds for each network that the plan is compared with: the time limit, but between these."""


def no_worse_than_today(built: Built, matrix: Matrix, found: Found) -> Found:
    """Give today's network, with its best flows, where a search that was cut short has no better.

    Where every decision is free to stay as it is, that takes a linear program.
    """
    if _decided(built) or not matrix.whole.any():
        return found
    seconds = STOPPED_SECONDS if found.termination == "interrupted" else TODAY_SECONDS
    today = search(_today(built, matrix)[1], gap=0.0, time_limit=seconds)
    if today.x is None or (found.x is not None and found.objective <= today.objective):
        return found
    return replace(found, x=today.x, objective=today.objective)


def as_is(
    built: Built,
    matrix: Matrix,
    found: Found,
    run: Run,
    *,
    compare: bool,
    gap: float,
    limit: float,
) -> pd.DataFrame:
    """Lay the plan beside today's network and beside no plant at all."""
    networks = {"plan": (found, by_kind(built))}
    least, most = COMPARE_SECONDS
    seconds = min(max(least, limit), most)
    best = {n: c.x for n, c in built.problem.v.families().items()}
    if compare:
        others = {"today": _today(built, matrix)}
        if len(built.problem.v.line_open):  # without lines there is no plant to do without
            others["no_plant"] = (built, _no_plant(built, matrix))
        for name, (model, held) in others.items():
            other = search(held, gap=gap, time_limit=seconds, stop=run.stop)
            kinds = {}
            if other.x is not None:
                put(model, held, other.x)
                kinds = by_kind(model)
            networks[name] = (other, kinds)
    for name, columns in built.problem.v.families().items():
        columns.x = best[name]
    rows: list[tuple[str, str, float, str]] = []
    reached = sum(networks["plan"][1].values())
    for name, (other, kinds) in networks.items():
        rows.append((name, "state", np.nan, other.termination))
        if not kinds:
            continue
        total = sum(kinds[k] for k in COST_KINDS)
        items = {k: v for k, v in kinds.items() if k in COST_KINDS and v}
        items["total"] = total
        if built.problem.net.case.seeks_profit:
            items |= {"revenue": -kinds["revenue"], "profit": -kinds["revenue"] - total}
        items["saving"] = sum(kinds.values()) - reached
        rows += [(name, item, value, "") for item, value in items.items()]
    return pd.DataFrame(rows, columns=["network", "item", "value", "text"])


def _today(built: Built, matrix: Matrix) -> tuple[Built, Matrix]:
    """Hold every site and line as it is now.

    What is decided to be open or closed in the plan may be neither today: the model then lacks
    flows that today's network has, or forces some on it, so that today has a model of its own.
    """
    if _decided(built):
        case = built.problem.net.case
        held = {name: case[name].assign(decision="stay") for name in ("sites", "lines")}
        built = build(case.replace(**held))
        matrix = stack(built.model)
    net, v = built.problem.net, built.problem.v
    lower, upper = matrix.lower.copy(), matrix.upper.copy()
    for columns, kind, table in (
        (v.site_open, "site", net.sites),
        (v.line_open, "line", net.lines),
    ):
        now = (table["now"] == "open").to_numpy(float)[columns.index[kind]]
        _hold(matrix, columns.name, lower, upper, now)
    for columns in (v.line_built, v.line_steps, v.site_steps):
        _hold(matrix, columns.name, lower, upper, np.zeros(len(columns)))
    return built, matrix.with_bounds(lower, upper)


def _decided(built: Built) -> bool:
    """Say whether the case itself opens or closes something."""
    case = built.problem.net.case
    decisions = (case.filled(name)["decision"] for name in ("sites", "lines"))
    return any(decision.isin(["open", "closed"]).any() for decision in decisions)


def _no_plant(built: Built, matrix: Matrix) -> Matrix:
    """Close every line, and open no plant anew: without lines it would do as a depot."""
    net, v = built.problem.net, built.problem.v
    lower, upper = matrix.lower.copy(), matrix.upper.copy()
    for columns in (v.line_open, v.line_built, v.line_steps):
        _hold(matrix, columns.name, lower, upper, np.zeros(len(columns)))
    new = np.isin(np.arange(len(net.sites)), net.lines["site"]) & (net.sites["now"] == "closed")
    shut = matrix.first_column["site_open"] + np.flatnonzero(new[v.site_open.index["site"]])
    upper[shut[lower[shut] == 0]] = 0.0
    return matrix.with_bounds(lower, upper)


def _hold(matrix: Matrix, family: str, lower: Floats, upper: Floats, value: Floats) -> None:
    at = slice(matrix.first_column[family], matrix.first_column[family] + len(value))
    lower[at] = upper[at] = value
