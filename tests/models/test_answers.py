"""Cases without a best plan: what is said, and that it helps."""

from __future__ import annotations

from importlib import import_module

import pytest

from jvopt.core.case import Case
from jvopt.core.issues import CaseError, errors
from jvopt.examples import example
from jvopt.solve import optimize
from tests.api.support import long_search
from tests.models.support import case


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
        optimize(
            case(
                products="product; P",
                sites="site; S; M",
                supply="site product capacity; S P 90",
                lanes="origin destination; S M",
                demand="site product quantity; M P 100",
            )
        )
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
    module = import_module("jvopt.solve.loaded")
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
