"""Random cases without a plan, and what is left of a case when one of its cells is dropped."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pandas as pd

from jvopt.core.case import Case
from jvopt.core.checks import check
from jvopt.core.issues import errors
from jvopt.models import build
from jvopt.solve.handover import Matrix, stack
from jvopt.solve.search import search
from tests.models.random_cases import random_case

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
BOUGHT_NO_MORE = (
    {"limit": "NO P", "quantity": "bought", "product": "P", "value": 0},
    {"limit": "NO Q", "quantity": "bought", "product": "Q", "value": 0},
)
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
    """Give a random case that has been made hard to meet, every second one by whole numbers."""
    rng = random.Random(seed)
    case = random_case(seed)
    # Demand that must be met, or else nearly all is possible.
    demand = case["demand"]
    must = [rng.random() < 0.8 for _ in range(len(demand))]
    case = case.replace(demand=demand.assign(penalty=demand["penalty"].mask(must)))
    harder = rng.choice(
        [_numbers, _states, _limit] if seed % 2 else [_little_money, _lots, _spread]
    )
    return harder(case, rng)


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
    return _limited(case, *BOUGHT_NO_MORE)


def _limit(case: Case, rng: random.Random) -> Case:
    return _limited(case, {"limit": "NEW", **rng.choice(LIMITS)})


def _little_money(case: Case, rng: random.Random) -> Case:
    """Less than any opening costs, where part of a line would do."""
    few = {"limit": "MONEY", "quantity": "investment", "value": rng.choice([2, 5, 10, 20])}
    lines = case["lines"].assign(now="closed", decision="free", capacity=60, investment=50)
    return _limited(case.replace(lines=lines), few, *BOUGHT_NO_MORE)


def _lots(case: Case, rng: random.Random) -> Case:
    """Lots of purchase, or loads of a line, larger than what is wanted."""
    if rng.random() < 0.5:
        supply = case["supply"].assign(
            capacity=np.nan, least_take=rng.choice([70, 90]), least_take_rule="if_used"
        )
        return case.replace(supply=supply, stock=[])
    lines = case["lines"].assign(
        decision="free", capacity=200, least_load=rng.choice([80, 100]), step_cost=np.nan
    )
    return _limited(case.replace(lines=lines, stock=[]), *BOUGHT_NO_MORE)


def _spread(case: Case, rng: random.Random) -> Case:
    """Fewer plants open than have to make something."""
    few = {"limit": "FEW", "quantity": "sites_open", "site_tag": "plant", "value": 1}
    each = rng.choice(["site", "site", "assembly_mode"])
    least = {"limit": "EACH", "quantity": "made", "sense": "at_least", "for_each": each, "value": 3}
    if each == "assembly_mode":
        few = {"limit": "FEW", "quantity": "lines_open", "value": 1}
    return _limited(case, few, least)


def _limited(case: Case, *limits: dict) -> Case:
    return case.replace(limits=pd.concat([case["limits"], pd.DataFrame(limits)]))


def feasible(case: Case) -> bool:
    """Whether a case has a plan, whatever the checks say."""
    return _solution(stack(build(case).model), whole=True)


def _solution(matrix: Matrix, *, whole: bool) -> bool:
    free = replace(matrix, cost=np.zeros(matrix.columns), whole=matrix.whole & whole)
    found = search(free, gap=1.0, time_limit=10.0)
    assert found.termination != "time_limit"
    return found.x is not None


def dropped(case: Case, table: str, row: int, column: str) -> list[Case]:
    """Give cases in which a cell is as good as not there, one of which has a plan if it may."""
    frame = case[table]
    at = row - 1
    if table == "demand":
        # Any part of what is wanted, and of much more than that.
        found = []
        for quantity in (frame["quantity"].iloc[at], HUGE, 0.0):
            other = frame.copy()
            other.loc[at, ["quantity", "least_share"]] = [quantity, 0.0]
            if column == "least_share":
                other.loc[at, "quantity"] = frame["quantity"].iloc[at]
            other.loc[at, "penalty"] = 1.0
            found.append(case.replace(demand=other))
        return found
    if table == "limits":
        return [case.replace(limits=frame.drop(index=at))]
    if column == "decision":
        return [_with(case, table, at, column, "free")]
    if column == "opening":
        stated = float(frame[column].iloc[at])
        return [_with(case, table, at, column, stated * n / 8) for n in range(8)]
    least = column in ("least_take", "least_load", "least", "end_least")
    return [_with(case, table, at, column, 0.0 if least else HUGE)]


def _with(case: Case, table: str, at: int, column: str, value: object) -> Case:
    frame = case[table].copy()
    frame.loc[at, column] = value
    return case.replace(**{table: frame})
