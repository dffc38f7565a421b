"""Random cases without a plan, and what is left of a case when one of its cells is dropped."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, lil_array

from jvopt.core.case import Case
from jvopt.core.checks import check
from jvopt.core.issues import errors
from jvopt.models import Built, build
from jvopt.solve.handover import Matrix, stack
from jvopt.solve.search import search
from tests.models.random_cases import random_case

Keep = set[tuple[str, int, str]]
"""Table, row (from 0) and column of cells that hold."""

HUGE = 1e4
"""More than random cases can have a use for."""
TIGHTER = {
    ("demand", "quantity"): 2.5,
    ("supply", "capacity"): 0.4,
    ("lines", "capacity"): 0.4,
    ("lines", "least_load"): 4.0,
    ("throughput", "capacity"): 0.4,
    ("lanes", "capacity"): 0.4,
    ("assembly", "most"): 0.4,
    ("supply", "least_take"): 4.0,
    ("stock", "end_least"): 5.0,
    ("stock", "most"): 0.3,
}
LIMITS = (
    {"quantity": "lines_open", "value": 0},
    {"quantity": "sites_open", "site_tag": "plant", "value": 0},
    {"quantity": "bought", "value": 9},
    {"quantity": "made", "value": 3},
    {"quantity": "made", "sense": "at_least", "product": "P", "value": 60},
    {"quantity": "demand_within", "sense": "at_least", "within_km": 300, "value": 0.9},
    {"quantity": "share_of_source", "site": "S1", "product": "X", "value": 0.2},
)
NO_P = {"limit": "NO P", "quantity": "bought", "product": "P", "value": 0}
"""What is wanted has to be made."""


def impossible(seed: int) -> tuple[Case, bool] | None:
    """Give a case without a plan, and whether only whole numbers are in its way.

    None where what is drawn has a plan, or the checks say already that it has none.
    """
    case = drawn(seed)
    if errors(check(case)):
        return None
    matrix = stack(build(case).model)
    if _solution(matrix, whole=True):
        return None
    return case, _solution(matrix, whole=False)


def drawn(seed: int) -> Case:
    """Give a random case that has been made hard to meet, two of three by whole numbers."""
    rng = random.Random(seed)
    case = random_case(seed)
    if seed % 3:
        return rng.choice([_little_money, _large_lots, _large_loads, _spread])(_plain(case), rng)
    # Demand that must be met, or else nearly all is possible.
    demand = case["demand"]
    must = [rng.random() < 0.8 for _ in range(len(demand))]
    case = case.replace(demand=demand.assign(penalty=demand["penalty"].mask(must)))
    return rng.choice([_numbers, _states, _limit])(case, rng)


def _plain(case: Case) -> Case:
    """Leave nothing but whole numbers in the way: trucks alone, of which a fifth must be met."""
    demand = case["demand"][(case["demand"]["product"] == "P").to_numpy()]
    lines = case["lines"].assign(
        now="closed", decision="free", capacity=200, step_size=np.nan, step_cost=np.nan,
        most_steps=np.nan, least_load=np.nan, build_time=np.nan, first_period="", investment=50,
        currency="",
    )  # fmt: skip
    return case.replace(
        demand=demand.assign(penalty=100, least_share=0.2),
        sites=case["sites"].assign(decision="free"),
        lines=lines,
        assembly=[{"line": line, "recipe": "SKD", "unit_cost": 3} for line in lines["line"]],
        **{name: [] for name in ("line_periods", "stock", "throughput", "limits")},
    )


def _numbers(case: Case, rng: random.Random) -> Case:
    """Capacities and leasts that are too tight."""
    filled = [(t, c) for t, c in TIGHTER if case[t][c].notna().any()]
    for table, column in rng.sample(filled, min(4, len(filled))):
        case = case.change(table, column, TIGHTER[table, column], action="multiply")
    return case


def _states(case: Case, rng: random.Random) -> Case:
    """Sites and lines that are shut, or must be open."""
    for table in ("sites", "lines"):
        frame = case[table].copy()
        for row in range(len(frame)):
            if rng.random() < 0.4:
                frame.loc[row, "decision"] = rng.choice(["closed", "open", "stay"])
        case = case.replace(**{table: frame})
    return _limited(case, NO_P)


def _limit(case: Case, rng: random.Random) -> Case:
    return _limited(case, {"limit": "NEW", **rng.choice(LIMITS)})


def _little_money(case: Case, rng: random.Random) -> Case:
    """Less than a line costs, where part of one would do."""
    few = {"limit": "MONEY", "quantity": "investment", "value": rng.choice([20, 30, 45])}
    return _limited(case, few, NO_P)


def _large_lots(case: Case, rng: random.Random) -> Case:
    """Purchases in lots that are larger than what is wanted."""
    supply = case["supply"].assign(
        capacity=np.nan, least_take=rng.choice([90, 120]), least_take_rule="if_used"
    )
    return case.replace(supply=supply)


def _large_loads(case: Case, rng: random.Random) -> Case:
    """Loads of a line that are larger than what is wanted."""
    lines = case["lines"].assign(least_load=rng.choice([45, 60, 80]))
    return _limited(case.replace(lines=lines), NO_P)


def _spread(case: Case, rng: random.Random) -> Case:
    """Fewer plants open than have to make something."""
    few = {"limit": "FEW", "quantity": "sites_open", "site_tag": "plant", "value": 1}
    least = {"limit": "EACH", "quantity": "made", "sense": "at_least", "product": "P",
             "for_each": "site", "value": rng.choice([1, 2, 3])}  # fmt: skip
    return _limited(case, few, least)


def _limited(case: Case, *limits: dict) -> Case:
    return case.replace(limits=pd.concat([case["limits"], pd.DataFrame(limits)]))


def _solution(matrix: Matrix, *, whole: bool) -> bool:
    free = replace(matrix, cost=np.zeros(matrix.columns), whole=matrix.whole & whole)
    found = search(free, gap=1.0, time_limit=10.0)
    assert found.termination != "time_limit"
    return found.x is not None


def feasible_with(case: Case, held: list[tuple[str, int, str]]) -> bool:
    """Whether a case has a plan in which some cells hold, and all others are as good as not there.

    What may be wanted, or on hand, is any number: there is a plan if some number has one.
    """
    keep = {(table, row - 1, column) for table, row, column in held}
    return any(
        _solution(_shares_of_any(build(eased), case, keep), whole=True)
        for eased in _without_but(case, keep)
    )


def _shares_of_any(built: Built, case: Case, keep: Keep) -> Matrix:
    """Have limits on a share of the demand count what is met of demand that may be any number.

    Where it need not be met, more of it, unmet, thins a share as far as one likes.
    """
    matrix, net, short = stack(built.model), built.problem.net, built.problem.v.short.index
    limits = {str(limit["limit"]): limit for limit in net.limits()}
    change = lil_array((matrix.rows, matrix.columns))
    for n, name in enumerate(net.names.get("within", [])):
        known, _, group = name.partition(" ") if name not in limits else (name, "", "")
        share, most = limits[known]["value"], limits[known]["sense"] == "at_most"
        for at, (row, site) in enumerate(short.frame[["row", "site"]].itertuples(index=False)):
            must = np.isnan(case["demand"]["penalty"].iloc[row])
            counts = group in ("", net.names["site"][site])
            if counts and (must or not most) and ("demand", row, "quantity") not in keep:
                column = matrix.first_column["short"] + at
                change[matrix.first_row["demand_within"] + n, column] = share
    held = csr_array((matrix.value, matrix.index, matrix.start), change.shape) + change.tocsr()
    return replace(matrix, start=held.indptr, index=held.indices, value=held.data)


def _without_but(case: Case, keep: Keep) -> list[Case]:
    """Give cases in which cells that do not hold say what is as good as nothing."""
    tables = {}
    for table, columns in GONE.items():
        frame = case[table].copy()
        for column, value in columns.items():
            # A blank number is as good as not there.
            states = isinstance(value, str)
            for row in range(len(frame)):
                stated = states or not np.isnan(frame[column].iloc[row])
                if stated and (table, row, column) not in keep:
                    frame.loc[row, column] = value
        if table == "limits":
            limits = [n for n in range(len(frame)) if (table, n, "value") in keep]
            frame = frame.iloc[limits]
        tables[table] = frame
    eased = case.replace(**tables)
    return [
        _on_hand(_wanted(eased, case, keep, wanted), case, keep, share)
        for wanted in (HUGE, None, 0.0)
        for share in ((1.0, 0.5, 0.0) if case["stock"]["opening"].gt(0).any() else (1.0,))
    ]


GONE = {
    "supply": {"capacity": HUGE, "least_take": 0.0},
    "lines": {"capacity": HUGE, "least_load": 0.0, "most_steps": np.nan, "decision": "free"},
    "line_periods": {"capacity": HUGE, "least_load": 0.0},
    "assembly": {"most": HUGE, "least": 0.0},
    "throughput": {"capacity": HUGE, "most_steps": np.nan},
    "lanes": {"capacity": HUGE},
    "stock": {"most": HUGE, "least": 0.0, "end_least": 0.0},
    "sites": {"decision": "free"},
    "limits": {},
}
"""What cells say that are as good as not there."""


def _wanted(eased: Case, case: Case, keep: Keep, wanted: float | None) -> Case:
    """Let any part be wanted of a number where the demand does not hold; None for its own."""
    demand = case["demand"].copy()
    for row in range(len(demand)):
        if ("demand", row, "least_share") not in keep:
            demand.loc[row, "least_share"] = 0.0
        if ("demand", row, "quantity") not in keep and demand["quantity"].iloc[row] > 0:
            demand.loc[row, "penalty"] = 1.0
            if wanted is not None:
                demand.loc[row, "quantity"] = wanted
    return eased.replace(demand=demand)


def _on_hand(eased: Case, case: Case, keep: Keep, share: float) -> Case:
    stock = eased["stock"].copy()
    for row in range(len(stock)):
        if ("stock", row, "opening") not in keep:
            stock.loc[row, "opening"] = share * case["stock"]["opening"].iloc[row]
    return eased.replace(stock=stock)
