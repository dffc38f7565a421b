"""The main job: a case in, the best plan out."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from jvopt.core.analyses.explain import SECONDS
from jvopt.core.case import Case
from jvopt.core.gaps import relative_gap
from jvopt.core.issues import Issue
from jvopt.core.plan import Plan, State
from jvopt.core.plan_tables import COST_KINDS
from jvopt.models import Built, build
from jvopt.solve import explain as explaining
from jvopt.solve.audit import audit
from jvopt.solve.compare import as_is, no_worse_than_today
from jvopt.solve.flows import Tables, flow_tables
from jvopt.solve.handover import Matrix, stack
from jvopt.solve.large.race import race
from jvopt.solve.loaded import NO_PRICES, NO_TIME, load
from jvopt.solve.money import by_kind, money_tables
from jvopt.solve.policy import policy_tables
from jvopt.solve.run import Limits, Run, checked, limits_of
from jvopt.solve.search import Found, Progress, Stop, search
from jvopt.solve.trade import trade_tables

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
                matrix, gap=wanted_gap, time_limit=limit, watch=run.watch_search(case),
                stop=run.stop, presolve=False,
            )  # fmt: skip
            remarks += [ON_THE_EDGE] if found.termination == "infeasible" else []
    if found.termination in ("time_limit", "interrupted"):
        found = no_worse_than_today(built, matrix, found)
    if found.x is not None:
        run.enter("solving")  # a sign of life
        load(built, matrix, found, tables, remarks, run.stop)
        run.enter("solving", "comparing")
        compare = compare and not (run.stop is not None and run.stop())
        tables["as_is"] = as_is(
            built, matrix, found, run, compare=compare, gap=wanted_gap, limit=limit
        )
        run.enter("writing")
        tables |= flow_tables(built) | policy_tables(built)
        tables |= money_tables(built) | trade_tables(built)
    else:
        run.enter("writing")
    tables["messages"] = _messages(issues, remarks)
    return _summed_up(case, built, matrix, found, tables, run)


def searched(
    built: Built, run: Run, matrix: Matrix, limits: Limits, start: Found | None = None
) -> Found:
    """Search a program, perhaps from a plan that is known, and tell how far that has come."""
    watch = run.watch_search(built.problem.net.case)
    end = time.monotonic() + limits.seconds
    found = race(
        matrix, gap=limits.gap, time_limit=limits.seconds, seed=limits.seed, watch=watch,
        stop=run.stop,
    )  # fmt: skip
    if found is None:
        found = search(
            matrix, gap=limits.gap, time_limit=end - time.monotonic(), watch=watch, stop=run.stop,
            start=None if start is None else start.x,
        )  # fmt: skip
    if start is not None and found.termination in ("time_limit", "interrupted"):
        bound = float(np.fmax(found.bound, start.bound))
        best = start if found.x is None or start.objective < found.objective else found
        found = Found(found.termination, best.x, best.objective, min(bound, best.objective))
    if found.x is not None and np.isfinite(found.bound):
        watch(found.objective, found.bound)
    return found


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
    profit = case.seeks_profit
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
