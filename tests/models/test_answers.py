"""Cases without a best plan: what is said, and that it helps."""

from __future__ import annotations

import math
from importlib import import_module

import pytest

from jvopt.core.case import Case
from jvopt.core.issues import CaseError, errors
from jvopt.examples import example
from jvopt.solve import optimize
from tests.api.support import long_search
from tests.models.support import case, near

DEPOT = {
    "products": "product; P",
    "sites": "site; S; D; M",
    "supply": "site product; S P",
    "lanes": "origin destination; S D; D M",
    "demand": "site product quantity; M P 100",
}


def infeasible(problem):
    plan = optimize(problem, gap=0.0, compare=False)
    assert plan.state == "succeeded"
    assert plan.termination == "infeasible"
    assert not plan.found
    assert math.isnan(plan.objective)
    assert plan.shipments.empty
    return plan


def only_change(problem):
    conflicts = infeasible(problem).conflicts
    changes = conflicts[(conflicts["part"] == "change").to_numpy()]
    assert len(changes) == 1
    found = changes.iloc[0]
    place = (found["table"], found["row"], found["column"])
    return place, found["value"], found["needed"]


def test_a_depot_that_is_ten_units_short():
    """100 are wanted, 90 go through."""
    place, value, needed = only_change(
        case(**DEPOT, throughput="site product capacity; S P 500; D . 90")
    )
    assert place == ("throughput", 2, "capacity")
    assert (value, needed) == (90, near(100))


def test_what_is_needed_is_yearly_like_the_cell():
    """Two years of 100 a year through 90 a year: 100 a year are needed."""
    place, value, needed = only_change(
        case(
            **DEPOT,
            periods="period start years; A 2026-01-01 2",
            throughput="site capacity; D 90",
        )
    )
    assert place == ("throughput", 1, "capacity")
    assert (value, needed) == (90, near(100))


def test_a_limit_that_is_too_tight():
    place, value, needed = only_change(
        case(**DEPOT, limits="limit quantity value; A bought 200; B bought 85")
    )
    assert place == ("limits", 2, "value")
    assert (value, needed) == (85, near(100))


@pytest.mark.parametrize("most", [".", "50"])
def test_a_lane_that_is_too_narrow_before_a_stock_of_any_size(most):
    """10 are wanted, 4 fit through A-W; what may be in stock at W is not in the way."""
    place, value, needed = only_change(
        case(
            products="product; P",
            sites="site decision; A .; W free; M .",
            supply="site product; A P",
            stock=f"site product most; W P {most}",
            lanes="origin destination capacity; A W 4; W M .",
            demand="site product quantity; M P 10",
        )
    )
    assert place == ("lanes", 1, "capacity")
    assert (value, needed) == (4, near(10))


def test_a_least_take_that_cannot_be_used_up():
    """120 must be bought, 100 are wanted, and nothing is thrown away."""
    place, value, needed = only_change(
        case(**{**DEPOT, "supply": "site product least_take; S P 120"})
    )
    assert place == ("supply", 1, "least_take")
    assert (value, needed) == (120, near(100))


def changes_of(problem):
    conflicts = infeasible(problem).conflicts
    found = conflicts[(conflicts["part"] == "change").to_numpy()]
    return list(found[["table", "column", "needed"]].itertuples(index=False, name=None))


@pytest.mark.parametrize("levels", ["1 3", "2 1"])
def test_a_site_that_cannot_hold_stock_is_set_free(levels):
    """E is on no lane, so nothing can be held or left there. Closed, it need not: that counts 1,
    and to take back both numbers 2.
    """
    tables = {**DEPOT, "sites": "site; S; D; M; E", "lanes": "origin destination; S D; D M"}
    stock = f"site product least end_least; E P {levels}"
    assert changes_of(case(**tables, stock=stock)) == [("sites", "decision", "free")]


@pytest.mark.parametrize("levels", ["1 3", "2 1"])
def test_stock_to_be_left_and_to_be_held_are_told_apart(levels):
    """Q cannot be had, so none can be held or left at D, which has to be open for P."""
    tables = {**DEPOT, "products": "product; P; Q"}
    stock = f"site product least end_least; D Q {levels}"
    assert sorted(changes_of(case(**tables, stock=stock))) == [
        ("stock", "end_least", near(0)),
        ("stock", "least", near(0)),
    ]


LINE = {
    "products": "product; P",
    "sites": "site; F; M",
    "periods": "period start; A 2026-01-01; B 2027-01-01",
    "recipes": "recipe product; R P",
    "assembly": "line recipe; L R",
    "lanes": "origin destination; F M",
    "demand": "site product quantity; M P 10",
}


def test_the_override_of_a_line_is_named():
    """In A a least load of 80 where 10 are wanted, whatever the line itself says; in B a capacity
    of 4: it would have to move by 6, as the limit on what is bought, but by less of its size.
    """
    lines = "line site now decision least_load capacity; L F open open {} {}"
    place, value, needed = only_change(
        case(
            **LINE,
            lines=lines.format(5, "."),
            line_periods="line period least_load; L A 80",
        )
    )
    assert place == ("line_periods", 1, "least_load")
    assert (value, needed) == (80, near(10))
    place, value, needed = only_change(
        case(
            **LINE,
            lines=lines.format(".", 70),
            line_periods="line period capacity least_load; L A . 3; L B 4 .",
            supply="site product; F P",
            limits="limit quantity value; X bought 0",
        )
    )
    assert place == ("line_periods", 2, "capacity")
    assert (value, needed) == (4, near(10))


def test_the_period_that_is_short_is_named():
    plan = infeasible(
        case(
            **{**DEPOT, "demand": "site product period quantity; M P A 70; M P B 100"},
            periods="period start; A 2026-01-01; B 2027-01-01",
            throughput="site capacity; D 90",
        )
    )
    assert plan.conflicts["period"].tolist()[-1] == "B"


def test_a_cost_without_a_floor():
    """Duty on X rises from 1% to 10% in 2027, and 90% of the later duty is refunded on export. X
    may circle between CN and KZ in 2026 at 1 a time, trucks between KZ and UZ in 2027 for nothing,
    and each pair of circles is worth 9 - 1: there is no least cost.
    """
    plan = optimize(
        case(
            periods="period start; 2026 2026-01-01; 2027 2027-01-01",
            products="product customs_value; X 100; P .",
            sites="site country; S CN; F KZ; U UZ",
            supply="site product unit_cost; S X 50",
            lines="line site; L F",
            recipes="recipe product; R P",
            recipe_inputs="recipe product; R X",
            assembly="line recipe; L R",
            lanes="origin destination; S F; F S; F U; U F",
            demand="site product quantity; U P 1",
            tariffs="""product from_date ad_valorem drawback_share
                       X . 0.01 0.9
                       X 2027-01-01 0.1 0.9
                       P . 0 0""",
        ),
        gap=0.0,
        compare=False,
    )
    assert plan.termination == "unbounded"
    assert not plan.found
    assert plan.conflicts.empty


def test_more_than_can_be_bought_is_told_before_solving():
    with pytest.raises(CaseError) as caught:
        optimize(case(**{**DEPOT, "supply": "site product capacity; S P 90"}))
    assert [(i.table, i.row, i.column) for i in errors(caught.value.issues)] == [
        ("demand", 1, "quantity")
    ]


def test_a_search_that_is_cut_short_is_no_worse_than_today():
    """Today S0 is open and delivers its lot; the best plan is out of reach of any search."""
    tables = long_search()
    tables["sites"][1] |= {"now": "open"}
    lots = [row["capacity"] for row in tables["supply"] if row["site"] == "S0"]
    wanted = [row["quantity"] for row in tables["demand"]]
    today = sum(lots) + 10 * (sum(wanted) - sum(lots))
    plan = optimize(Case(tables), time_limit=0)
    assert (plan.termination, plan.found) == ("time_limit", True)
    assert plan.objective <= today * (1 + 1e-9)
    as_is = plan.as_is.set_index(["network", "item"])["value"]
    assert as_is["today", "total"] == pytest.approx(today)


def test_a_search_that_is_stopped_does_not_wait_for_prices(monkeypatch):
    module = import_module("jvopt.solve.optimize")
    monkeypatch.setattr(module, "STOPPED_SECONDS", 0.0)
    seen = []
    plan = optimize(
        example("kz-assembly"),
        progress=lambda step: seen.append(step.best),
        stop=lambda: any(best is not None for best in seen),
    )
    audit = plan.summary.set_index("item")["value"]["audit"]
    assert (plan.termination, plan.found, audit) == ("interrupted", True, "passed")
    assert plan.prices.empty
    assert module.NO_TIME in set(plan.messages["text"])
