"""The main job: a case in, the best plan out."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from jvopt.core.analyses.explain import SECONDS
from jvopt.core.case import Case
from jvopt.core.issues import Issue
from jvopt.core.plan import Plan, State, Termination
from jvopt.core.plan_tables import COST_KINDS
from jvopt.models import Built, build
from jvopt.models.sparse import Floats
from jvopt.solve import explain as explaining
from jvopt.solve.audit import audit
from jvopt.solve.flows import Tables, flow_tables
from jvopt.solve.handover import Matrix, stack
from jvopt.solve.large.race import race
from jvopt.solve.money import by_kind, money_tables
from jvopt.solve.policy import policy_tables
from jvopt.solve.prices import prices
from jvopt.solve.run import Limits, Run, checked, limits_of, relative_gap
from jvopt.solve.search import Found, Progress, Stop, Watch, polish, search
from jvopt.solve.trade import trade_tables

NO_PRICES = "Rounding whole numbers left no exact plan; prices are not available."
NO_TIME = "The search was stopped: its plan is kept, and prices are not available."
BY_ITSELF = (
    "The explanation had a part of the time only: asked for by itself (explain), it can be given a "
    "longer time limit."
)
ON_THE_EDGE = (
    "No plan was found, and no cells in conflict either: they leave just as much room as is "
    "needed. Loosen the tightest of them a little."
)
REMARKS = (NO_PRICES, NO_TIME, BY_ITSELF, ON_THE_EDGE, *explaining.REMARKS)
"""What a run may have to say of its plan."""

TODAY_SECONDS = 10.0
"""Most that a search which was cut short may still take to fall back on today's network."""
STOPPED_SECONDS = 5.0
"""Most that today's network, and then the prices, may take once the search was told to stop: who
told it waits, and a service ends a process that says nothing for a while."""
COMPARE_SECONDS = (1.0, 60.0)
"""Seconds for each network that the plan is compared with: the time limit, but between these."""


def optimize(
    case: Case,
    *,
    time_limit: float | None = None,
    gap: float | None = None,
    compare: bool = True,
    progress: Callable[[Progress], None] | None = None,
    stop: Stop | None = None,
    seed: int = 0,
) -> Plan:
    """Find the best plan of a case.

    Parameters
    ----------
    case
        What is asked.
    time_limit
        Seconds for the search; the setting of the case where None.
    gap
        Relative gap at which the search may end; the setting of the case where None.
    compare
        Whether to work out today's network and that without plants beside the plan.
    progress
        Called in every phase and as the search goes on.
    stop
        Asked often; True ends the search, and the best plan so far is kept.
    seed
        Of the random moves in the search for large networks; others find better plans at times.

    Returns
    -------
    Plan
        With `Plan.found` False where there is no plan; an infeasible case says in the table
        ``conflicts`` which cells cannot all hold, and which change would give a plan.

    Raises
    ------
    CaseError
        The case has errors.
    TypeError, ValueError
        What is given is no case, or a limit is out of range.
    """
    limits = limits_of(case, time_limit, gap, seed)
    run = Run(progress, stop)
    issues = checked(case, run)
    run.enter("building")
    built = build(case)
    matrix = stack(built.model)
    run.enter("solving")
    found = searched(built, run, matrix, limits)
    return finished(case, built, matrix, found, run, issues, limits, compare=compare)


def finished(
    case: Case,
    built: Built,
    matrix: Matrix,
    found: Found,
    run: Run,
    issues: list[Issue],
    limits: Limits,
    *,
    compare: bool,
) -> Plan:
    """Make the audited plan of what a search has found, or say why there is none."""
    limit, wanted_gap, _ = limits
    remarks: list[str] = []
    tables: Tables = {}
    if found.termination == "infeasible":
        run.enter("solving", "explaining")
        why = explaining.find_reasons(case, time_limit=min(limit, SECONDS), stop=run.stop)
        tables["conflicts"] = why.conflicts
        remarks += why.remarks
        if explaining.UNFINISHED & set(why.remarks):
            remarks.append(BY_ITSELF)
        if why.possible:
            # The verdict was wrong: search again, without what may have led to it.
            found = search(
                matrix, gap=wanted_gap, time_limit=limit, watch=_watch(built, run), stop=run.stop,
                presolve=False,
            )  # fmt: skip
            remarks += [ON_THE_EDGE] if found.termination == "infeasible" else []
    if found.termination in ("time_limit", "interrupted"):
        found = _no_worse_than_today(built, matrix, found)
    if found.x is not None:
        run.enter("solving")  # a sign of life
        load(built, matrix, found, tables, remarks, run.stop)
        run.enter("solving", "comparing")
        compare = compare and not (run.stop is not None and run.stop())
        tables["as_is"] = _as_is(
            built, matrix, found, run, compare=compare, gap=wanted_gap, limit=limit
        )
        run.enter("writing")
        tables |= flow_tables(built) | policy_tables(built)
        tables |= money_tables(built) | trade_tables(built)
    else:
        run.enter("writing")
    tables["messages"] = _messages(issues, remarks)
    return _summed_up(case, built, matrix, found, tables, run)


def searched(built: Built, run: Run, matrix: Matrix, limits: Limits) -> Found:
    """Search a program, and tell how far that has come."""
    watch = _watch(built, run)
    end = time.monotonic() + limits.seconds
    found = race(
        matrix, gap=limits.gap, time_limit=limits.seconds, seed=limits.seed, watch=watch,
        stop=run.stop,
    )  # fmt: skip
    if found is None:
        found = search(
            matrix, gap=limits.gap, time_limit=end - time.monotonic(), watch=watch, stop=run.stop
        )
    if found.x is not None and np.isfinite(found.bound):
        watch(found.objective, found.bound)
    return found


def _watch(built: Built, run: Run) -> Watch:
    """Tell of a search, and of profit rather than of its negative."""
    sign = -1.0 if built.problem.net.case.setting("objective") == "profit" else 1.0

    def watch(best: float | None, bound: float | None) -> None:
        run.watch(None if best is None else sign * best, None if bound is None else sign * bound)

    return watch


def _no_worse_than_today(built: Built, matrix: Matrix, found: Found) -> Found:
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


def load(
    built: Built,
    matrix: Matrix,
    found: Found,
    tables: Tables,
    remarks: list[str],
    stop: Stop | None,
) -> None:
    """Put the plan into the variables: whole numbers exact, flows and prices of the LP left."""
    assert found.x is not None
    switch = np.concatenate([built.is_switch(family) for family in built.rows])
    stopped = found.termination == "interrupted"
    seconds = math.inf
    if stopped or found.termination == "time_limit":
        seconds = STOPPED_SECONDS if stopped else COMPARE_SECONDS[1]
    began = time.monotonic()
    # Once it was told to stop it would do so at once.
    polished = polish(matrix, found.x, switch, time_limit=seconds, stop=None if stopped else stop)
    if polished is None:
        late = stopped or (stop is not None and stop()) or time.monotonic() - began >= seconds
        remarks.append(NO_TIME if late else NO_PRICES)
        put(built, matrix, np.where(matrix.whole, np.round(found.x), found.x))
        return
    x, dual = polished
    put(built, matrix, x)
    tables["prices"] = prices(built, dual, matrix.first_row)


def put(built: Built, matrix: Matrix, x: Floats) -> None:
    """Put a point into the variables."""
    for name, columns in built.problem.v.families().items():
        at = matrix.first_column[name]
        columns.x = x[at : at + len(columns)]


def _as_is(
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
    profit = built.problem.net.case.setting("objective") == "profit"
    reached = sum(networks["plan"][1].values())
    for name, (other, kinds) in networks.items():
        rows.append((name, "state", np.nan, other.termination))
        if not kinds:
            continue
        total = sum(kinds[k] for k in COST_KINDS)
        items = {k: v for k, v in kinds.items() if k in COST_KINDS and v}
        items["total"] = total
        if profit:
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


def _messages(issues: list[Issue], remarks: list[str]) -> pd.DataFrame:
    rows = [("warning", i.place, i.text) for i in issues]
    rows += [("note", "", text) for text in remarks]
    return pd.DataFrame(rows, columns=["severity", "place", "text"])


def _summed_up(
    case: Case, built: Built, matrix: Matrix, found: Found, tables: Tables, run: Run
) -> Plan:
    """Make the plan with its summary, and audit it."""
    has_plan = found.x is not None
    state: State = "cancelled" if found.termination == "interrupted" else "succeeded"
    figures = _figures(case, built, found, tables) if has_plan else []

    def plan(more: list[tuple[str, object, str]]) -> Plan:
        rows = [
            ("case", case.setting("case_name"), ""),
            ("state", state, ""),
            ("termination", found.termination, ""),
            ("plan", "yes" if has_plan else "no", ""),
            *figures,
            *more,
            *((f"seconds_{phase}", round(s, 3), "s") for phase, s in run.seconds.items()),
            ("columns", matrix.columns, ""),
            ("rows", matrix.rows, ""),
            ("nonzeros", len(matrix.value), ""),
            ("whole_columns", int(matrix.whole.sum()), ""),
            ("goods", len(built.problem.goods), ""),
        ]
        summary = pd.DataFrame(rows, columns=["item", "value", "unit"]).astype({"value": object})
        return Plan(
            case,
            {**tables, "summary": summary},
            state=state,
            termination=found.termination,
            found=has_plan,
        )

    run.book()
    if not has_plan:
        return plan([])
    run.enter("writing", "auditing")
    verdict = audit(case, plan([]))
    run.book()
    return plan(
        [
            ("audit", "passed" if verdict.ok else "failed", ""),
            ("audit_largest_violation", verdict.largest, "relative"),
        ]
    )


def _figures(
    case: Case, built: Built, found: Found, tables: Tables
) -> list[tuple[str, object, str]]:
    """Give the summary's figures about the plan itself."""
    money = str(case.setting("base_currency"))
    kinds = by_kind(built)
    total = sum(kinds[k] for k in COST_KINDS)
    profit = case.setting("objective") == "profit"
    objective = -(total + kinds["revenue"]) if profit else total
    # No plan is better than the bound: what the two differ by beyond it is the solver's noise.
    bound = max(-found.bound, objective) if profit else min(found.bound, objective)
    if not np.isfinite(bound):
        bound = np.nan
    figures: list[tuple[str, object, str]] = [
        ("objective", objective, money),
        ("bound", bound, money),
        ("gap", relative_gap(objective, bound), "share"),
        ("cost", total, money),
    ]
    if profit:
        figures.append(("revenue", -kinds["revenue"], money))
    as_is = tables["as_is"]
    for network in ("today", "no_plant"):
        mine = as_is[(as_is["network"] == network) & (as_is["item"] == "saving")]
        if len(mine):
            figures.append((f"saving_against_{network}", float(mine["value"].iloc[0]), money))
    return figures


__all__ = ["Termination", "optimize", "relative_gap"]
