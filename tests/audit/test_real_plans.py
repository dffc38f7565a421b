"""Plans of the optimizer pass, and are no dearer than the plan made by hand."""

import pandas as pd
import pytest

from jvopt.core.plan import Plan
from jvopt.core.plan_tables import PLAN_TABLES
from jvopt.solve import optimize
from jvopt.solve.audit import audit
from tests.audit import hand
from tests.models.support import case as small_case


def without_limits(case):
    return case.replace(limits=[])


def two_claims(case):
    """A second claim, by value or change of heading, that both markets support."""
    claim = {"claim": "LC", "area": "KZ", "family": "TRACTOR", "rule": "either",
             "least_share": 0.95}  # fmt: skip
    support = [{"country": c, "claim": "LC", "amount": a} for c, a in (("UZ", 900), ("KZ", 1900))]
    claims = pd.concat([case.claims, pd.DataFrame([claim])], ignore_index=True)
    incentives = pd.concat([case.incentives, pd.DataFrame(support)], ignore_index=True)
    return without_limits(case).replace(claims=claims, incentives=incentives)


def depot_in_between(case):
    """The old depot stays and takes goods on to North; North holds stock and sends some on."""
    lanes = [
        {"origin": "ALMA", "destination": "OLD", "mode": "road", "cost_per_unit": 3},
        {"origin": "OLD", "destination": "NORTH", "mode": "road", "cost_per_unit": 3,
         "distance": 90},
        {"origin": "NORTH", "destination": "TASH", "mode": "road", "cost_per_unit": 10,
         "distance": 400},
    ]  # fmt: skip
    stock = {"site": "NORTH", "product": "T", "opening": 2, "country": "CN", "holding_cost": 3}
    return without_limits(case).replace(
        lanes=pd.concat([case.lanes, pd.DataFrame(lanes)], ignore_index=True),
        stock=pd.concat([case.stock, pd.DataFrame([stock])], ignore_index=True),
    )


def most_profit(case):
    return case.with_settings(objective="profit")


@pytest.mark.parametrize(
    "change", [lambda case: case, without_limits, two_claims, depot_in_between, most_profit]
)
def test_optimal_plan_passes(change):
    case = change(hand.case())
    plan = optimize(case, gap=0.0, compare=False)
    assert plan.termination == "optimal"
    found = audit(case, plan)
    assert found.violations.to_dict("records") == []
    assert found.largest < 1e-9


def test_plan_by_hand_is_no_better():
    """The plan by hand keeps every rule, so the least cost is at most its cost."""
    best = optimize(hand.case(), gap=0.0, compare=False)
    assert best.objective <= hand.plan().objective


def with_tables(plan, **replaced):
    tables = {name: plan[name] for name in PLAN_TABLES} | replaced
    return Plan(plan.case, tables, state="succeeded", termination="optimal", found=True)


def test_two_claims_are_read_in_their_order():
    plan = optimize(two_claims(hand.case()), gap=0.0, compare=False)
    made = plan.production
    both = made["claims"] == "CT1 + LC"
    assert set(made["rules"][both]) == {"value + heading"}
    swapped = made.assign(rules=made["rules"].where(~both, "heading + value"))
    inputs = plan.inputs.replace({"rules": {"value + heading": "heading + value"}})
    found = audit(plan.case, with_tables(plan, production=swapped, inputs=inputs))
    assert set(found.violations["rule"]) == {"claims_made", "origin_rules", "origin_table"}


def test_profit_is_watched():
    plan = optimize(most_profit(hand.case()), gap=0.0, compare=False)
    summary = plan.summary
    value = summary["value"].where(summary["item"] != "objective", plan.objective * 1.001)
    found = audit(plan.case, with_tables(plan, summary=summary.assign(value=value)))
    assert set(found.violations["rule"]) == {"objective", "bound_and_gap"}


def test_making_on_a_line_that_is_not_open_is_told():
    """Even where the recipe takes none of its capacity."""
    light = small_case(
        products="product; P",
        sites="site; F; M",
        lines="line site investment; L F 50",
        recipes="recipe product; R P",
        assembly="line recipe capacity_used; L R 0",
        lanes="origin destination; F M",
        demand="site product quantity; M P 10",
    )
    plan = optimize(light, gap=0.0, compare=False)
    assert audit(light, plan).ok
    shut = plan.lines.assign(open=0.0, built=0.0)
    assert "assembly_quantities" in set(
        audit(light, with_tables(plan, lines=shut)).violations["rule"]
    )
