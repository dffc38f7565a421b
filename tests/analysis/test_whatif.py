"""Scenarios: plans compared with fresh runs, and steps that add up."""

from __future__ import annotations

from itertools import permutations

import pandas as pd
import pytest

from jvopt.analysis import breakeven, whatif
from jvopt.analysis.outcomes import Outcome
from jvopt.analysis.whatif import _finding, _Scenario
from jvopt.core.issues import CaseError
from jvopt.core.phrases import PLAIN
from tests.breadth import blocks
from tests.models.random_cases import random_case
from tests.models.support import case, fresh_objective, near
from tests.solve.variants import FACTORS, numbers

BASE = {
    "products": "product;P",
    "sites": "site country decision fixed_cost;A KZ free 100;B KZ free 400;M KZ . .",
    "supply": "site product unit_cost;A P 10;B P 5",
    "lanes": "origin destination mode cost_per_unit;A M road 1;B M road 1",
    "demand": "site product quantity;M P 50",
}
CHANGES = [
    {"table": "demand", "column": "quantity", "action": "multiply", "value": "2"},
    {"table": "supply", "column": "unit_cost", "action": "add", "value": "4",
     "where": "site = B"},
    {"table": "sites", "column": "fixed_cost", "action": "set", "value": "150",
     "where": "site = A"},
]  # fmt: skip


ONLY_A = {
    "sites": "site country decision fixed_cost;A KZ free 100;M KZ . .",
    "supply": "site product unit_cost;A P 10",
    "lanes": "origin destination mode cost_per_unit;A M road 1",
}


def with_scenarios(problem, **scenarios):
    """Add scenarios to a case: lists of changes by name."""
    rows = [
        {"scenario": name, "order": n, **change}
        for name, changes in scenarios.items()
        for n, change in enumerate(changes, 1)
    ]
    return problem.replace(scenarios=[{"scenario": s} for s in scenarios], changes=rows)


def test_plans_and_differences():
    # A: 100 + 50 (10 + 1) = 650; B: 400 + 50 (5 + 1) = 700. Twice the demand: A 1,200, B 1,000.
    problem = with_scenarios(case(**BASE), double=CHANGES[:1], all=CHANGES)
    report = whatif(problem)
    assert report.comparison["scenario"].tolist() == ["the case as it is", "double", "all"]
    # All three: A 150 + 100 (10 + 1) = 1,250; B 400 + 100 (9 + 1) = 1,400.
    assert report.comparison["objective"].tolist() == near([650.0, 1000.0, 1250.0])
    assert report.comparison["audit"].tolist() == ["passed"] * 3
    flows = report.flows[(report.flows["scenario"] == "double").to_numpy()]
    assert dict(zip(flows["origin"], flows["difference"], strict=True)) == near(
        {"A": -50.0, "B": 100.0}
    )
    openings = report.openings[(report.openings["scenario"] == "double").to_numpy()]
    told = dict(zip(openings["name"], openings["after"], strict=True))
    assert told == {"A": "closed", "B": "open"}
    costs = report.costs.groupby("scenario")["difference"].sum()
    assert costs["double"] == near(350.0)


def test_the_steps_are_averages_over_all_orders():
    problem = with_scenarios(case(**BASE), all=CHANGES)
    value = {}
    for order in permutations(range(3)):
        for made in range(4):
            chosen = frozenset(order[:made])
            if chosen not in value:
                value[chosen] = fresh_objective(problem.applied(sorted(chosen)))
    expected = [0.0, 0.0, 0.0]
    for order in permutations(range(3)):
        for made, change in enumerate(order):
            before = frozenset(order[:made])
            expected[change] += (value[before | {change}] - value[before]) / 6
    steps = whatif(problem).why["amount"].tolist()
    assert steps[1:-1] == pytest.approx(expected, abs=0.011)
    assert round(100 * steps[0]) + sum(round(100 * s) for s in steps[1:-1]) == round(
        100 * steps[-1]
    )


@pytest.mark.parametrize("seed", blocks(1, of=3))
def test_steps_add_up_to_the_cent(seed):
    problem = random_case(seed)
    some = [(t, c) for t, c in numbers() if (problem[t][c] > 0).any()][seed::7][:3]
    changes = [
        {"table": t, "column": c, "action": "multiply", "value": str(FACTORS[1 + n % 5])}
        for n, (t, c) in enumerate(some)
    ]
    problem = with_scenarios(problem, one=changes)
    report = whatif(problem)
    if report.why.empty:
        assert not report.comparison["objective"].notna().all()
        return
    cents = [round(100 * amount) for amount in report.why["amount"]]
    assert cents[0] + sum(cents[1:-1]) == cents[-1]
    alone = fresh_objective(problem.applied(range(len(changes))))
    assert report.why["amount"].iloc[-1] == pytest.approx(alone, abs=0.006)


def test_more_than_six_changes_go_in_order():
    many = [
        {"table": "lanes", "column": "cost_per_unit", "action": "add", "value": "1"}
        for _ in range(8)
    ]
    problem = with_scenarios(case(**BASE), many=many)
    done = []
    report = whatif(problem, progress=done.append)
    assert report.why["amount"].tolist()[1:-1] == near([50.0] * 8)
    assert done[-1].done == 2 + 7  # both ends, and what lies between


def test_one_scenario_against_another():
    problem = with_scenarios(case(**BASE), one=CHANGES[:2], two=CHANGES[1:])
    report = whatif(problem, against="one")
    assert report.comparison["scenario"].tolist() == ["one", "two"]
    said = report.why["what"].tolist()
    assert said[1:-1] == ["without demand.quantity * 2", "sites[site = A].fixed_cost = 150"]
    one, two = (fresh_objective(problem.scenario(s)) for s in ("one", "two"))
    assert report.why["amount"].tolist()[1:-1] == pytest.approx(
        _shapley_of_two(problem, one, two), abs=0.011
    )


def _shapley_of_two(problem, one, two):
    """Undo the doubled demand (row 0) and raise A's fixed cost (row 3), in either order."""
    undone, both = (fresh_objective(problem.applied(rows)) for rows in ([1], [0, 1, 3]))
    first = ((undone - one) + (two - both)) / 2
    second = ((both - one) + (two - undone)) / 2
    return [first, second]


def test_a_change_made_twice_and_another_order_are_steps_as_well():
    """From A alone the 50 units cost 100 + 50 (a + 1), a being 20, 40, 23 and 26."""
    price = {"table": "supply", "column": "unit_cost"}
    twice = price | {"action": "multiply", "value": "2"}
    add = price | {"action": "add", "value": "3"}
    problem = with_scenarios(
        case(**BASE | ONLY_A),
        once=[twice], again=[twice, twice], one=[twice, add], other=[add, twice],
    )  # fmt: skip
    report = whatif(problem, scenario=["again"], against="once")
    assert report.why["what"].tolist() == ["once", "supply.unit_cost * 2", "again"]
    assert report.why["amount"].tolist() == near([1150.0, 1000.0, 2150.0])
    report = whatif(problem, scenario=["other"], against="one")
    assert report.why["what"].tolist() == ["one", "the order of the changes", "other"]
    assert report.why["amount"].tolist() == near([1300.0, 150.0, 1450.0])


def test_noise_is_no_difference():
    sites = pd.DataFrame({"Y": [True]}, index=["A"])
    outcomes = [Outcome("optimal", v, 0.0, {}, sites, sites) for v in (4e9, 4e9 + 1.3)]
    first, other = (_Scenario(n, n, o, []) for n, o in zip("ab", outcomes, strict=True))
    assert _finding(case(**BASE), first, other).said(PLAIN).startswith("b changes nothing")


def test_a_scenario_without_a_plan_is_said_to_have_none():
    impossible = [{"table": "supply", "column": "capacity", "action": "set", "value": "1"}]
    report = whatif(with_scenarios(case(**BASE), none=impossible, double=CHANGES[:1]))
    assert report.comparison["termination"].tolist() == ["optimal", "infeasible", "optimal"]
    assert "none cannot be met" in str(report)
    assert report.complete


def test_changes_beside_the_case():
    report = whatif(case(**BASE), change=["demand.quantity * 2"])
    assert report["comparison"]["description"].tolist() == ["", "demand.quantity * 2"]
    assert '"demand.quantity * 2" costs ' in str(report)
    assert report.comparison["scenario"].tolist()[1] == "demand.quantity * 2"
    padded = whatif(case(**BASE), change=[" demand.quantity\n* 2\t"])
    assert padded.comparison["scenario"].tolist()[1] == "demand.quantity * 2"
    assert str(padded) == str(report)
    assert report.comparison["objective"].tolist() == near([650.0, 1000.0])


@pytest.mark.parametrize(
    ("asked", "code", "place"),
    [
        ({}, "no_scenarios", ("scenarios", None)),
        ({"scenario": ["dear"]}, "unknown_scenario", (None, "scenario")),
        ({"against": "dear"}, "unknown_scenario", (None, "against")),
        ({"change": ["demand"]}, "bad_change", (None, "change")),
        ({"change": ["demand.quantities * 2"]}, "change_unknown_column", (None, "change")),
        ({"change": ["Demand.Quantity + 20%"]}, "change_by_percent", (None, "change")),
    ],
)
def test_what_cannot_be_asked(asked, code, place):
    with pytest.raises(CaseError) as caught:
        whatif(case(**BASE), **asked)
    assert [(i.code, (i.table, i.column)) for i in caught.value.issues] == [(code, place)]


def test_what_cannot_be_met_counts_nothing_and_leads_on():
    scarce = BASE | {"supply": "site product unit_cost capacity;A P 10 30;B P 5 30"}
    report = whatif(case(**scarce), change=["demand.quantity * 2"])
    assert report.comparison[["sites_open", "made"]].iloc[1].isna().all()
    assert str(report) == (
        '"demand.quantity * 2" cannot be met: it leaves no plan. '
        "The analysis explain says why, for the same scenario or change."
    )


def test_lines_that_change_within_the_same_plant_are_told():
    """Ten at F: on L1 for 30 + 10 x 1 or on L2 for 10 + 10 x 2; L1 once it costs 15 in all."""
    problem = case(
        products="product;P",
        sites="site;F;M",
        lines="line site now investment;L1 F closed 30;L2 F closed 10",
        recipes="recipe product;R P",
        assembly="line recipe unit_cost;L1 R 1;L2 R 2",
        lanes="origin destination;F M",
        demand="site product quantity;M P 10",
    )
    changes = {"table": "lines", "column": "investment", "action": "set", "value": "5"}
    problem = with_scenarios(problem, cheap=[changes | {"where": "line = L1"}], alike=[])
    told = whatif(problem).said()
    assert told == [
        "cheap costs 15 USD (50%) less; the same sites are open, and of their lines: "
        "opening F: L1; closing F: L2.",
        "alike changes nothing in the total; the same sites and lines are open.",
    ]


def test_a_plant_counts_while_a_line_of_it_is_open():
    """F stays, and its line is not worth 100 to open while M buys ten at 2; at 20 it is."""
    problem = case(
        products="product;P",
        sites="site now decision;F open stay;M . .",
        lines="line site now investment;L F closed 100",
        recipes="recipe product;R P",
        assembly="line recipe unit_cost;L R 1",
        supply="site product unit_cost;M P 2",
        lanes="origin destination;F M",
        demand="site product quantity;M P 10",
    )
    dear = {"table": "supply", "column": "unit_cost", "action": "set", "value": "20"}
    report = whatif(with_scenarios(problem, dear=[dear]))
    assert report.comparison["objective"].tolist() == near([20.0, 110.0])
    assert report.comparison["sites_open"].tolist() == [0, 1]
    assert breakeven(problem, change="supply.unit_cost", low=2, high=20).intervals[
        "open"
    ].tolist() == ["", "F"]
