"""Break points against a brute-force grid, hand calculations, and brackets where none are exact."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import fields, replace
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

import jvopt
from jvopt.analysis import breakeven
from jvopt.analysis.parameter import Parameter, Stretch
from jvopt.analysis.sweep import _Line, _lower
from jvopt.core.checks import check
from jvopt.core.issues import CaseError, errors
from jvopt.core.tables import TABLES
from jvopt.models import build
from jvopt.models.renew import PRICES
from jvopt.solve.handover import stack
from jvopt.solve.search import search
from tests.models.random_cases import random_case
from tests.models.support import case, fresh_objective, near


def priced_columns(problem):
    """Name the figures of a case that stand in the objective alone, with some cell filled in."""
    limits = problem["limits"]["quantity"].tolist()
    return [
        (table, column)
        for table, columns in sorted(PRICES.items())
        for column in sorted(columns)
        if TABLES[table][column].numeric
        and (problem[table][column] > 0).any()
        and column not in ("life", "relief")  # thrice a relief is more than all of the fee
        and not ("investment" in limits and column in ("investment", "opening_cost"))
    ]


def by_value(problem, table, column) -> Callable[[float], float]:
    """Give the best objective by the factor of a figure that stands in the objective alone.

    Where models of their own at 0, 1 and 3 show that only costs differ, and by as much for each
    step, costs in between follow, and plain branch and bound does the rest. Where it is otherwise,
    as where of several incentives the highest counts, every value has a model of its own.
    """
    sign = -1 if problem.setting("objective") == "profit" else 1

    def program(value: float):
        return stack(build(problem.change(table, column, value, action="multiply")).model)

    none, one, three = map(program, (0.0, 1.0, 3.0))

    def between(value: float):
        step = one.cost - none.cost, one.constant - none.constant
        cost, constant = none.cost + value * step[0], none.constant + value * step[1]
        return replace(none, cost=cost, constant=constant)

    others = [f.name for f in fields(none) if f.name not in ("cost", "constant")]
    made = program
    if all(np.array_equal(getattr(none, n), getattr(three, n)) for n in others):
        off = np.abs(between(3.0).cost - three.cost).max(initial=0.0)
        if off <= 1e-12 * np.abs(three.cost).max(initial=1.0):
            assert between(3.0).constant == near(three.constant)
            made = between
    return lambda value: sign * search(made(value), gap=0.0, time_limit=60.0).objective


def swept(seed):
    """Give a random case, a figure of it, and its break-even report with the solves it took."""
    problem = random_case(seed).with_settings(gap=0)
    table, column = random.Random(seed).choice(priced_columns(problem))
    steps = []
    report = breakeven(
        problem, change=f"{table}.{column}", low=0.0, high=3.0, action="multiply",
        progress=steps.append,
    )  # fmt: skip
    return problem, table, column, report, steps[-1].done


def against_a_grid(seed, count):
    """Compare a report with the objectives at a grid of values; give the breaks it has.

    None where there is nothing to compare: no plan at any value, or no exact break points.
    """
    problem = random_case(seed)
    if errors(check(problem)):  # plainly impossible
        assert search(stack(build(problem).model), gap=0.0, time_limit=60.0).x is None
        return None
    problem, table, column, report, solves = swept(seed)
    if report.intervals.empty:
        assert np.isnan(fresh_objective(problem))
        return None
    if any("bracketed" in finding for finding in report.said()):
        return None  # a figure that enters more than the objective in this case
    assert (report.breaks["exact"] == "exact").all()
    grid = np.linspace(0.0, 3.0, count)
    brute = np.array([*map(by_value(problem, table, column), grid)])
    ends, levels = (report.curve[name].to_numpy() for name in ("value", "objective"))
    size = np.abs(brute).max() + 1.0
    assert np.abs(np.interp(grid, ends, levels) - brute).max() <= 1e-7 * size
    # Within its step: where the grid bends the curve does, and the other way round. It also bends
    # where the plan stays and the figure counts in another way from there on.
    bends = np.flatnonzero(np.abs(np.diff(brute, 2)) > 1e-6 * size) + 1
    step = grid[1]
    turns = np.abs(np.diff(np.diff(levels) / np.diff(ends))) * step
    inner = ends[1:-1]
    for at in grid[bends]:
        assert np.abs(inner[turns > 1e-8 * size] - at).min() <= step
    for at in inner[turns > 1e-5 * size]:
        assert np.abs(grid[bends] - at).min() <= step
    assert set(report.breaks["low"]) <= set(inner)
    assert solves <= max(count / 10, 7)
    return len(report.breaks)


@pytest.mark.parametrize("seed", [2, 101, 102])
def test_break_points_are_those_of_a_grid(seed):
    assert against_a_grid(seed, 41) > 0


@pytest.mark.slow
@pytest.mark.parametrize("block", range(30))
def test_many_break_points_are_those_of_a_grid(block):
    """More than 200 in all are compared."""
    found = [against_a_grid(seed, 401) for seed in range(100 + 10 * block, 110 + 10 * block)]
    compared = [breaks for breaks in found if breaks is not None]
    assert len(compared) >= 2
    assert sum(compared) > 0


TWO_WAYS = {
    "products": "product;P",
    "sites": "site country decision fixed_cost;A KZ free 100;B KZ free 400;M KZ . .",
    "supply": "site product unit_cost;A P 10;B P 5",
    "lanes": "origin destination cost_per_unit;A M 1;B M 1",
    "demand": "site product quantity;M P 50",
}
"""From A the 50 units cost 100 + 50 (a + 1), from B 400 + 50 (5 + 1) = 700."""


def test_the_lowest_of_lines_that_meet_in_one_point():
    """Whole numbers at both ends, so that many lines meet at ends and in between, and rounding."""
    rng = np.random.default_rng(1)
    stretch = Stretch(1.0, 4.0, np.zeros(0), np.zeros(0))
    grid = np.linspace(1.0, 4.0, 301)
    for _ in range(300):
        ends = rng.integers(0, 5, (rng.integers(1, 7), 2)).astype(float)
        ends += rng.uniform(-1e-13, 1e-13, ends.shape)
        lines = [_Line(None, low, high) for low, high in ends]
        found = _lower(SimpleNamespace(sign=1.0), stretch, lines, 1e-9)
        assert [found[0].low, found[-1].high] == [1.0, 4.0]
        assert all(a.high == b.low for a, b in pairwise(found))
        assert all(a.slope > b.slope + 1e-9 for a, b in pairwise(found))
        curve = [(i.low, i.objective_low) for i in found] + [(4.0, found[-1].objective_high)]
        lowest = np.min([line.at(stretch, grid) for line in lines], axis=0)
        assert np.interp(grid, *zip(*curve, strict=True)) == pytest.approx(lowest, abs=1e-8)


def test_a_flip_worked_out_by_hand():
    # 100 + 50 (a + 1) = 700 at a = 11: until then A's price counts 50 a unit, then not at all.
    report = breakeven(case(**TWO_WAYS), change="supply[site = A].unit_cost", low=0.0, high=40.0)
    assert report.breaks["low"].tolist() == near([11.0])
    assert report.breaks["exact"].tolist() == ["exact"]
    assert report.intervals["slope"].tolist() == near([50.0, 0.0])
    changes = report.intervals[["what", "opens", "closes"]].to_numpy().tolist()
    assert changes == [["", "", ""], report.breaks.loc[0, ["what", "opens", "closes"]].tolist()]
    assert report.curve["objective"].tolist()[0] == near(150.0)
    assert report.curve["objective"].tolist()[-1] == near(700.0)


def test_profit_is_convex():
    # At a price p the 50 units earn 50 p; serving them from A costs 650: worth it from 13 on.
    tables = TWO_WAYS | {
        "demand": "site product quantity price penalty;M P 50 20 0",
        "settings": "objective=profit",
    }
    report = breakeven(case(**tables), change="demand.price", low=0.0, high=20.0)
    assert report.breaks["low"].tolist() == near([13.0])
    assert report.intervals["objective_high"].tolist() == near([0.0, 350.0])


def test_demand_is_bracketed():
    # A for few units, B for many: 100 + 11 n = 400 + 6 n at n = 60.
    report = breakeven(
        case(**TWO_WAYS), change="demand.quantity", low=10.0, high=110.0, tolerance=0.01
    )
    assert report.breaks["exact"].tolist() == ["bracketed"]
    assert report.breaks["what"].tolist() == ["plant set"]
    low, high = report.breaks[["low", "high"]].iloc[0]
    assert low <= 60.0 <= high
    assert high - low <= 1.0 + 1e-9
    assert "bracketed" in str(report)


def test_the_case_solved_by_hand():
    # Today's factor 1 is the optimum of the example's notes.
    report = breakeven(
        jvopt.example("tiny"), change="lanes.cost_per_unit", low=0.0, high=4.0, action="multiply"
    )
    now = np.interp(1.0, report.curve["value"], report.curve["objective"])
    assert now == near(3_344_000.0)


@pytest.mark.parametrize(
    ("change", "low", "high", "code", "option"),
    [
        ("supply", 0.0, 1.0, "bad_address", "change"),
        ("supply.unit_cost * 2", 0.0, 1.0, "change_as_address", "change"),
        ("supply.cost", 0.0, 1.0, "change_unknown_column", "change"),
        ("supply[site = Z].unit_cost", 0.0, 1.0, "condition_value", "change"),
        ("supply.unit_cost", 1.0, 1.0, "empty_range", "low"),
        ("supply.unit_cost", -1.0, 1.0, "too_small", "low"),
    ],
)
def test_what_cannot_be_asked(change, low, high, code, option):
    with pytest.raises(CaseError) as caught:
        breakeven(case(**TWO_WAYS), change=change, low=low, high=high)
    assert [(i.code, i.table, i.column) for i in caught.value.issues] == [(code, None, option)]


@pytest.mark.parametrize(
    ("change", "low", "told"),
    [
        ("supply[site = A].unit_cost", 20.0, ["The case itself has 10, outside of this range."]),
        (
            "supply.unit_cost",
            20.0,
            ["None of the values of the case itself (5 to 10) lies in this range."],
        ),
        ("supply.unit_cost", 8.0, []),
    ],
)
def test_a_range_that_the_case_itself_is_not_in_is_told(change, low, told):
    report = breakeven(case(**TWO_WAYS), change=change, low=low, high=30.0)
    assert [said for said in report.said("en") if said.endswith("this range.")] == told


def test_a_case_without_a_plan_says_so():
    none = case(**TWO_WAYS, limits="limit quantity sense value;few bought at_most 10")
    report = breakeven(none, change="supply.unit_cost", low=0.0, high=1.0)
    assert report.complete
    assert report.intervals.empty
    assert "no plan" in str(report)


def test_stopped_it_keeps_what_it_has():
    steps = []
    report = breakeven(
        case(**TWO_WAYS), change="supply[site = A].unit_cost", low=0.0, high=40.0,
        progress=steps.append, stop=lambda: bool(steps) and steps[-1].done >= 2,
    )  # fmt: skip
    # Both ends are known, and that their lines cross at 11; whether the best plan there is cheaper
    # than both is not.
    assert not report.complete
    assert report.breaks["low"].tolist() == near([11.0])


def test_stopped_in_a_later_stretch_it_keeps_the_first(monkeypatch):
    def in_two(parameter, low, high):
        (whole,) = plain(parameter, low, high)
        middle = 0.5 * (low + high), 0.5 * (whole.cost_low + whole.cost_high)
        return [whole._replace(high=middle[0], cost_high=middle[1]),
                whole._replace(low=middle[0], cost_low=middle[1])]  # fmt: skip

    plain = Parameter.stretches
    monkeypatch.setattr(Parameter, "stretches", in_two)

    def until(solves):
        steps = []
        return breakeven(
            case(**TWO_WAYS), change="supply[site = A].unit_cost", low=0.0, high=40.0,
            progress=steps.append, stop=lambda: bool(steps) and steps[-1].done >= solves,
        )  # fmt: skip

    # At 0, at 20, and at 11, where the lines cross: all there is to know of the first stretch.
    report = until(3)
    assert not report.complete
    assert report.intervals["high"].tolist() == near([11.0, 20.0])
    assert report.breaks["low"].tolist() == near([11.0])
    assert "Stopped before" not in str(report)
    alone = until(1)
    assert not alone.complete
    assert alone.curve.to_numpy().tolist() == [[0.0, near(150.0)]]


def test_stopped_at_its_first_look_it_keeps_what_was_seen():
    steps = []
    report = breakeven(
        case(**TWO_WAYS), change="demand.quantity", low=10.0, high=110.0,
        progress=steps.append, stop=lambda: bool(steps) and steps[-1].done >= 3,
    )  # fmt: skip
    assert not report.complete
    assert report.curve["value"].tolist() == near([10.0, 22.5, 35.0])
