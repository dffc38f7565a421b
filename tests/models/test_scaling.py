"""Costs of very different sizes: small differences still decide, and the bound is a bound."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from jvopt.solve import optimize
from jvopt.solve.search import search
from tests.models.support import bought, case, near, solved


@pytest.mark.parametrize("investment", ["1e3", "1e9", "1e12"])
def test_a_huge_cost_that_no_plan_pays_blurs_no_other(investment):
    """A million units at 0.9 instead of 1; or made for 0.1, where the line costs only 1000."""
    plan = solved(
        case(
            products="product; P",
            sites="site; F; A; B; M",
            supply="site product unit_cost; A P 1; B P 0.9",
            lines=f"line site investment; L F {investment}",
            recipes="recipe product; R P",
            assembly="line recipe unit_cost; L R 0.1",
            lanes="origin destination; F M; A M; B M",
            demand="site product quantity; M P 1000000",
        )
    )
    made_here = investment == "1e3"
    assert plan.objective == near(101_000 if made_here else 900_000)
    assert plan.bound == near(plan.objective)
    assert bought(plan, "B") == near(0 if made_here else 1_000_000)


@pytest.mark.parametrize("k", [1, 1e3, 1e6, 1e9, 1e10])
def test_many_units_of_little_worth(k):
    """10 k units for M and 12 k for N, each of 40 parts for 0.001 / k and 1 / k to make. By F:
    150 + 22 x 1.04 + 10 x 2 + 12 x 5 = 252.88; by G: 170 + 22.88 + 10 x 4 + 12 x 1 = 244.88; both
    need 320, and all are short for 22 x 20.
    """
    plan = solved(
        case(
            products="product; P; B",
            sites="""site now decision opening_cost
                     S open stay 0
                     F closed free 100
                     G closed free 130
                     M open stay 0
                     N open stay 0""",
            supply=f"site product unit_cost; S B {1e-3 / k}",
            lines=f"line site investment capacity; L F 50 {30 * k}; K G 40 {25 * k}",
            recipes="recipe product; R P",
            recipe_inputs="recipe product quantity; R B 40",
            assembly=f"line recipe unit_cost; L R {1 / k}; K R {1 / k}",
            lanes=f"""origin destination cost_per_unit
                      S F 0
                      S G 0
                      F M {2 / k}
                      F N {5 / k}
                      G M {4 / k}
                      G N {1 / k}""",
            demand=f"site product quantity penalty; M P {10 * k} {20 / k}; N P {12 * k} {20 / k}",
        )
    )
    assert plan.objective == near(244.88)


@pytest.mark.parametrize(("objective", "best"), [("cost", 10), ("profit", 20)])
@pytest.mark.parametrize("wrong", [5.0, -5.0])
def test_no_bound_beyond_the_plan_is_reported(monkeypatch, objective, best, wrong):
    """Ten units for 1 each, sold for 3. A bound of 5 more cost than the plan has is no bound."""

    def careless(*args, **options):
        found = search(*args, **options)
        return replace(found, bound=found.bound + wrong)

    monkeypatch.setattr(sys.modules["jvopt.solve.optimize"], "search", careless)
    plan = optimize(
        case(
            settings=f"objective={objective}",
            products="product; P",
            sites="site; S; M",
            supply="site product unit_cost; S P 1",
            lanes="origin destination; S M",
            demand="site product quantity price; M P 10 3",
        ),
        compare=False,
    )
    assert plan.objective == near(best)
    assert plan.figure("gap") == near(0 if wrong > 0 else 5 / best)
    assert plan.figure("audit") == "passed"
