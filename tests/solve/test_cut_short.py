"""Searches that are cut short: what has been found by then is kept."""

from __future__ import annotations

import random
import sys
import time
from types import SimpleNamespace
from unittest.mock import MagicMock

import highspy
import numpy as np
import pytest

from jvopt.core.case import Case
from jvopt.models import build
from jvopt.solve import benders, blocks, optimize
from jvopt.solve.handover import allow, silent, stack
from jvopt.solve.search import polish, search
from jvopt.solve.whatif import Prepared
from tests.api.support import long_search
from tests.models.support import case, near


@pytest.fixture
def small_blocks(monkeypatch):
    """Cases of a dozen columns fall into blocks as well."""
    monkeypatch.setattr(blocks, "SMALLEST", 2)


def depots(seed: int = 1) -> Case:
    """Eight depots to choose among, twelve markets, three products that fall into blocks."""
    rng = random.Random(seed)
    sites, markets = [f"D{n}" for n in range(8)], [f"M{n}" for n in range(12)]
    lanes = [f"{s} {m} {rng.randint(5, 60)}" for s in sites for m in markets]
    wanted = [f"{m} {p} {rng.randint(1, 5)} 90" for m in markets for p in "ABC"]
    return case(
        products="product; A; B; C",
        sites="site now decision fixed_cost\n"
        + "\n".join([f"{s} closed free {rng.randint(150, 400)}" for s in sites])
        + "\n"
        + "\n".join([f"{m} . . ." for m in markets]),
        supply="site product\n" + "\n".join(f"{s} {p}" for s in sites for p in "ABC"),
        throughput="\n".join(
            [
                "site product capacity",
                *(f"{s} {p} {rng.randint(5, 15)}" for s in sites for p in "ABC"),
            ]
        ),
        lanes="\n".join(["origin destination cost_per_unit", *lanes]),
        demand="\n".join(["site product quantity penalty", *wanted]),
    )


BEST = 2840.0
"""The least that depots come to."""


class Ended:
    """Ends a search, by the clock or as it is told to, once it has told so many plans."""

    def __init__(self, after: int) -> None:
        self.after, self.told = after, []

    def tell(self, progress) -> None:
        if progress.best is not None:
            self.told.append(progress.best)

    def stop(self) -> bool:
        return len(self.told) >= self.after

    def clock(self) -> float:
        return 1e6 if self.stop() else 0.0


@pytest.mark.parametrize("after", [1, 4])
@pytest.mark.parametrize("way", ["stop", "time"])
def test_a_decomposition_cut_short_keeps_its_best_plan(small_blocks, monkeypatch, way, after):
    """What was told is what is given, with a bound that holds, and a plan that is sound."""
    end = Ended(after)
    if way == "time":
        monkeypatch.setattr(benders, "time", SimpleNamespace(monotonic=end.clock))
    base = Prepared(depots())
    answer = base.what_if(
        base.case, gap=0.0, time_limit=60, progress=end.tell,
        stop=end.stop if way == "stop" else None,
    )  # fmt: skip
    assert answer.found
    assert answer.decomposed
    assert answer.termination == {"stop": "interrupted", "time": "time_limit"}[way]
    assert answer.objective == near(min(end.told))
    assert answer.bound <= BEST <= answer.objective
    assert answer.plan().figure("audit") == "passed"


def test_a_plan_is_kept_where_a_decomposition_gives_up(small_blocks, monkeypatch):
    """The ordinary search starts from it, and by its end nothing worse is given, nor proven."""
    monkeypatch.setattr(benders, "MOST_ROUNDS", benders.ROUNDS + 2)
    told = []
    base = Prepared(depots())
    monkeypatch.setattr(
        sys.modules["jvopt.solve.optimize"], "search",
        lambda matrix, **how: search(matrix, **how | {"time_limit": 0.0}),
    )  # fmt: skip
    answer = base.what_if(
        base.case, gap=0.0, time_limit=60,
        progress=lambda p: told.append((p.best, p.bound)) if p.best is not None else None,
    )  # fmt: skip
    assert answer.found
    assert not answer.decomposed
    assert answer.objective == near(min(best for best, _ in told))
    assert max(bound for _, bound in told if bound) <= answer.bound + 1e-6
    assert answer.bound <= BEST <= answer.objective


def ended(status, *, feasible: bool, monkeypatch):
    """A search of which HiGHS says that it ended like this, at 5, with the bound 4."""
    statuses = highspy.SolutionStatus
    info = SimpleNamespace(
        primal_solution_status=statuses.kSolutionStatusFeasible
        if feasible
        else statuses.kSolutionStatusNone,
        mip_dual_bound=4.0,
        objective_function_value=5.0,
    )
    matrix = stack(build(depots()).model)
    highs = MagicMock()
    highs.getModelStatus.return_value = status
    highs.getInfo.return_value = info
    highs.getSolution.return_value.col_value = np.zeros(matrix.columns)
    highs.modelStatusToString.return_value = "Unknown"
    monkeypatch.setattr("jvopt.solve.search.hand_over", lambda _: (highs, 0.5))
    return search(matrix, gap=0.0, time_limit=60)


@pytest.mark.parametrize(("status", "end"), [("kTimeLimit", "time_limit"),
                                             ("kInterrupt", "interrupted")])  # fmt: skip
def test_a_bound_is_kept_without_a_plan(monkeypatch, status, end):
    """HiGHS has no plan yet, but knows that none is cheaper than what it has proven."""
    status = getattr(highspy.HighsModelStatus, status)
    found = ended(status, feasible=False, monkeypatch=monkeypatch)
    assert (found.termination, found.x, found.bound) == (end, None, 8.0)


def test_a_plan_is_kept_where_highs_gives_up(monkeypatch):
    status = highspy.HighsModelStatus.kUnknown
    found = ended(status, feasible=True, monkeypatch=monkeypatch)
    assert (found.termination, found.objective, found.bound) == ("time_limit", 10.0, 8.0)
    with pytest.raises(RuntimeError, match="choose units"):
        ended(status, feasible=False, monkeypatch=monkeypatch)


def test_today_s_network_stands_in_whether_compared_or_not():
    """A plan must not depend on what it is compared with."""
    tables = long_search()
    tables["sites"][1] |= {"now": "open"}
    problem = Case(tables)
    today = optimize(problem.change("sites", "decision", "stay"), gap=0.0, compare=False)
    for compare in (True, False):  # by then HiGHS has a plan of its own, or has none
        plan = optimize(problem, time_limit=0, compare=compare)
        assert plan.objective <= today.objective * (1 + 1e-9)


def test_the_last_program_hears_a_stop():
    matrix = stack(build(depots()).model)
    x = search(matrix, gap=0.0, time_limit=60).x
    nothing = np.zeros(matrix.rows, bool)
    assert polish(matrix, x, nothing) is not None
    assert polish(matrix, x, nothing, stop=lambda: True) is None


def seconds_of_runs(highs, *, whole):
    took = []
    for _ in range(5):
        allow(highs, 0.2, whole=whole)
        began = time.monotonic()
        highs.run()
        took.append(time.monotonic() - began)
        assert highs.getModelStatus() == highspy.HighsModelStatus.kTimeLimit
    return took


def test_each_run_with_whole_numbers_has_its_own_seconds():
    """A market split of 50 goods over 5 retailers, which no solver settles soon.

    G. Cornuejols and M. Dawande, A class of hard small 0-1 programs, INFORMS Journal on Computing
    11 (1999).
    """
    draw = np.random.default_rng(0)
    every = np.arange(50, dtype=np.int32)
    highs = silent()
    highs.addVars(50, np.zeros(50), np.ones(50))
    highs.changeColsIntegrality(50, every, np.full(50, highspy.HighsVarType.kInteger))
    for _ in range(5):
        wanted = draw.integers(1, 100, 50).astype(float)
        highs.addRow(wanted.sum() // 2, wanted.sum() // 2, 50, every, wanted)
    took = seconds_of_runs(highs, whole=True)
    assert max(took) < 1.5, took  # if the time of earlier runs were added, the last would have 3.2


def test_each_run_of_a_linear_program_has_its_own_seconds():
    draw = np.random.default_rng(0)
    columns, rows = 20_000, 4000
    highs = silent()
    highs.setOptionValue("presolve", "off")
    highs.addVars(columns, np.zeros(columns), np.full(columns, 10.0))
    every = np.arange(columns, dtype=np.int32)
    highs.changeColsCost(columns, every, draw.uniform(1, 2, columns))
    for _ in range(rows):
        some = np.sort(draw.choice(columns, 40, replace=False)).astype(np.int32)
        highs.addRow(draw.uniform(5, 20), np.inf, 40, some, draw.uniform(0.5, 1.5, 40))
    took = seconds_of_runs(highs, whole=False)
    assert min(took) > 0.1, took  # a limit of 0.2 in all would be used up by the first
