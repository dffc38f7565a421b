"""Why a case is impossible: the conflict is one, nothing less is, and the change helps."""

from __future__ import annotations

import math
from importlib import import_module

import pytest

import jvopt
from jvopt.core.issues import CaseError
from jvopt.solve import optimize
from jvopt.solve.explain import Reasons
from jvopt.solve.explain.change import rounded
from tests.breadth import blocks
from tests.models.support import case, near
from tests.solve.explained import DEPOT, agrees, cells, explained
from tests.solve.impossible import impossible


def run(seeds: range) -> tuple[int, int]:
    """Explain random cases; count them, and those in whose way only whole numbers are."""
    count = whole = 0
    for seed in seeds:
        found = impossible(seed)
        if found is not None:
            agrees(found[0])
            count, whole = count + 1, whole + found[1]
    return count, whole


def test_demand_that_would_make_up_a_share_is_in_the_conflict():
    """10 of 20 are near, and 40% may be: with 15 far off, or 7 near, or 50%, there is a plan."""
    problem = case(
        products="product; P",
        sites="site; S; N; F",
        supply="site product; S P",
        lanes="origin destination distance; S N 100; S F 900",
        demand="site product quantity; N P 10; F P 10",
        limits="limit quantity within_km value; NEAR demand_within 500 0.4",
    )
    why = explained(problem)
    assert set(cells(why, "conflict")) == {
        ("demand", 1, "quantity"),
        ("demand", 2, "quantity"),
        ("limits", 1, "value"),
    }
    assert cells(why, "change") == [("limits", 1, "value", near(0.5))]
    agrees(problem)


def test_the_least_share_is_in_the_conflict():
    """Of 10 wanted at least half must be met, and no more than 4 may be bought."""
    problem = case(
        products="product; P",
        sites="site; S; M",
        supply="site product; S P",
        lanes="origin destination; S M",
        demand="site product quantity penalty least_share; M P 10 100 0.5",
        limits="limit quantity sense value; FEW bought at_most 4",
    )
    why = explained(problem)
    assert set(cells(why, "conflict")) == {
        ("demand", 1, "quantity"),
        ("demand", 1, "least_share"),
        ("limits", 1, "value"),
    }
    agrees(problem)


@pytest.mark.parametrize("block", blocks(1, of=4))
def test_random_cases(block):
    count, _ = run(range(10 * block, 10 * block + 3))
    assert count > 0


@pytest.mark.slow
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("block", range(20))
def test_many_random_cases(block):
    """More than 400 in all, a third of which have a plan but for whole numbers."""
    count, whole = run(range(1000 + 30 * block, 1030 + 30 * block))
    assert count >= 15
    assert whole >= 3


MILLION = {
    "products": "product; P; Q",
    "sites": "site; S; D; E; M",
    "supply": "site product; S P; S Q",
    "lanes": "origin destination product; S D P; D M P; S E Q; E M Q",
}


def test_far_less_than_a_millionth_is_missing():
    """Of a million all but 0.4 goes through: there is no plan, and that is said."""
    problem = case(
        **MILLION | {"lanes": "origin destination; S D; D M"},
        throughput="site capacity; D 999999.6",
        demand="site product quantity; M P 500000; M Q 500000",
    )
    assert optimize(problem, gap=0.0, compare=False).termination == "infeasible"
    why = explained(problem)
    assert cells(why, "change") == [("throughput", 1, "capacity", 1e6)]
    assert ("throughput", 1, "capacity") in cells(why, "conflict")


def test_a_cell_that_moves_by_little_beside_one_that_moves_far():
    """10 of 100 are missing of P, 0.4 of a million of Q: both are named, neither is stretched."""
    problem = case(
        **MILLION,
        throughput="site capacity; D 90; E 999999.6",
        demand="site product quantity; M P 100; M Q 1000000",
    )
    why = explained(problem)
    assert cells(why, "change") == [
        ("throughput", 1, "capacity", 100.0),
        ("throughput", 2, "capacity", 1e6),
    ]


def test_a_verdict_that_stays_is_told_and_said(monkeypatch):
    """Where cells seem not in conflict but no plan is found either, the user is told."""
    optimizing, watched = import_module("jvopt.solve.optimize"), []
    plain = optimizing.search

    def search(matrix, *, watch=None, **options):
        watched.append(watch)
        return plain(matrix, **options)

    monkeypatch.setattr(optimizing, "search", search)
    nothing = Reasons(case(**DEPOT), True, jvopt.explain(case(**DEPOT)).conflicts, None, [])
    monkeypatch.setattr(optimizing.explaining, "find_reasons", lambda *_, **__: nothing)
    plan = optimize(case(**DEPOT, throughput="site capacity; D 90"), compare=False)
    assert plan.termination == "infeasible"
    assert plan.messages["text"].tolist() == [optimizing.ON_THE_EDGE]
    assert watched[-1] is not None


def test_capacity_and_demand():
    """100 are wanted, 90 go through: either may give way, and 10 more is the less of it."""
    why = explained(case(**DEPOT, throughput="site product capacity; S P 500; D . 90"))
    assert cells(why, "conflict") == [("demand", 1, "quantity"), ("throughput", 2, "capacity")]
    assert cells(why, "change") == [("throughput", 2, "capacity", near(100))]
    assert why.conflicts["text"].tolist() == [
        "demand at M for P: 100 units/year",
        "throughput of D: 90 units/year",
        "throughput of D: 90 units/year now, at least 100 units/year needed",
    ]


def test_no_plan_comes_with_what_would_have_to_change():
    """The same case, through `optimize`."""
    plan = optimize(
        case(**DEPOT, throughput="site product capacity; S P 500; D . 90"), gap=0.0, compare=False
    )
    assert (plan.state, plan.termination, plan.found) == ("succeeded", "infeasible", False)
    assert math.isnan(plan.objective)
    assert plan.shipments.empty
    (change,) = plan.conflicts[(plan.conflicts["part"] == "change").to_numpy()].to_dict("records")
    assert (change["table"], change["row"], change["column"]) == ("throughput", 2, "capacity")
    assert (change["value"], change["needed"]) == (90, near(100))


def test_all_rows_of_a_cell_move_together():
    """What D lets through a year is short in both years, by 10 and by 30."""
    why = explained(
        case(
            **{**DEPOT, "demand": "site product period quantity; M P A 100; M P B 120"},
            periods="period start; A 2026-01-01; B 2027-01-01",
            throughput="site capacity; D 90",
        )
    )
    assert cells(why, "change") == [("throughput", 1, "capacity", near(120))]
    assert len(cells(why, "conflict")) == 2


def test_two_conflicts_need_two_changes():
    """Either the site D is shut or the limit stands in the way; one conflict is told."""
    why = explained(
        case(
            **{**DEPOT, "sites": "site decision; S .; D closed; M ."},
            limits="limit quantity value; A bought 80",
        )
    )
    assert cells(why, "change") == [
        ("limits", 1, "value", near(100)),
        ("sites", 2, "decision", "free"),
    ]
    assert len(cells(why, "conflict")) == 2
    assert ("demand", 1, "quantity") in cells(why, "conflict")


def test_a_conflict_of_whole_numbers():
    """Purchases in lots of 120, where 100 are wanted: a part of a lot would do, and is none."""
    lots = "site product least_take least_take_rule; S P 120 if_used"
    why = explained(case(**{**DEPOT, "supply": lots}))
    assert cells(why, "conflict") == [("demand", 1, "quantity"), ("supply", 1, "least_take")]
    # To take 20 less is 1/6 of the lot; to want 20 more 1/5 of the demand, ten times as dear.
    assert cells(why, "change") == [("supply", 1, "least_take", near(100))]


def test_a_shut_line_is_set_free():
    """Line A makes 40 of 100 wanted; B stays closed. 100 through A would be 2.5 times as much."""
    why = explained(
        case(
            products="product; P",
            sites="site; F; M",
            lines="line site now capacity decision; A F open 40 stay; B F closed 60 stay",
            recipes="recipe product; R P",
            assembly="line recipe; A R; B R",
            lanes="origin destination; F M",
            demand="site product quantity; M P 100",
        )
    )
    assert cells(why, "change") == [("lines", 2, "decision", "free")]
    assert cells(why, "conflict") == [
        ("demand", 1, "quantity"),
        ("lines", 1, "capacity"),
        ("lines", 2, "decision"),
    ]


def test_what_is_needed_is_yearly_like_the_cell():
    """Two years of 100 a year through 90 a year: 100 a year are needed."""
    why = explained(
        case(
            **DEPOT,
            periods="period start years; A 2026-01-01 2",
            throughput="site capacity; D 90",
        )
    )
    assert cells(why, "change") == [("throughput", 1, "capacity", near(100))]


def test_a_limit_that_is_too_tight():
    why = explained(case(**DEPOT, limits="limit quantity value; A bought 200; B bought 85"))
    assert cells(why, "change") == [("limits", 2, "value", near(100))]
    told = why["conflicts"]["text"].tolist()
    assert "limit B (bought): at most 85 units" in told
    assert "limit B (bought): 85 units now, at least 100 units needed" in told


@pytest.mark.parametrize("most", [".", "50"])
def test_a_lane_that_is_too_narrow_before_a_stock_of_any_size(most):
    """10 are wanted, 4 fit through A-W; what may be in stock at W is not in the way."""
    why = explained(
        case(
            products="product; P",
            sites="site decision; A .; W free; M .",
            supply="site product; A P",
            stock=f"site product most; W P {most}",
            lanes="origin destination capacity; A W 4; W M .",
            demand="site product quantity; M P 10",
        )
    )
    assert cells(why, "change") == [("lanes", 1, "capacity", near(10))]


def test_a_least_take_that_cannot_be_used_up():
    """120 must be bought, 100 are wanted, and nothing is thrown away."""
    why = explained(case(**{**DEPOT, "supply": "site product least_take; S P 120"}))
    assert cells(why, "change") == [("supply", 1, "least_take", near(100))]


@pytest.mark.parametrize("levels", ["1 3", "2 1"])
def test_a_site_that_cannot_hold_stock_is_set_free(levels):
    """E is on no lane, so nothing can be held or left there. Closed, it need not: that counts 1,
    and to take back both numbers 2.
    """
    tables = {**DEPOT, "sites": "site; S; D; M; E", "lanes": "origin destination; S D; D M"}
    why = explained(case(**tables, stock=f"site product least end_least; E P {levels}"))
    assert cells(why, "change") == [("sites", 4, "decision", "free")]


@pytest.mark.parametrize("levels", ["1 3", "2 1"])
def test_stock_to_be_left_and_to_be_held_are_told_apart(levels):
    """Q cannot be had, so none can be held or left at D, which has to be open for P."""
    tables = {**DEPOT, "products": "product; P; Q"}
    why = explained(case(**tables, stock=f"site product least end_least; D Q {levels}"))
    assert sorted(cells(why, "change")) == [
        ("stock", 1, "end_least", near(0)),
        ("stock", 1, "least", near(0)),
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
    why = explained(
        case(
            **LINE,
            lines=lines.format(5, "."),
            line_periods="line period least_load; L A 80",
        )
    )
    assert cells(why, "change") == [("line_periods", 1, "least_load", near(10))]
    why = explained(
        case(
            **LINE,
            lines=lines.format(".", 70),
            line_periods="line period capacity least_load; L A . 3; L B 4 .",
            supply="site product; F P",
            limits="limit quantity value; X bought 0",
        )
    )
    assert cells(why, "change") == [("line_periods", 2, "capacity", near(10))]


def test_the_period_that_is_short_is_named():
    why = explained(
        case(
            **{**DEPOT, "demand": "site product period quantity; M P A 70; M P B 100"},
            periods="period start; A 2026-01-01; B 2027-01-01",
            throughput="site capacity; D 90",
        )
    )
    assert why.conflicts["period"].tolist()[-1] == "B"


def test_what_the_checks_refuse_is_explained_as_well():
    """The least is above the most of the same row: an error, and a conflict of the two."""
    problem = case(**{**DEPOT, "supply": "site product capacity least_take; S P 150 200"})
    with pytest.raises(CaseError):
        optimize(problem)
    why = explained(problem)
    assert ("supply", 1, "least_take") in cells(why, "conflict")


@pytest.mark.parametrize(
    ("number", "up", "expected"),
    [
        (3357.2, True, 3360),
        (3357.2, False, 3357),
        (100.00000001, True, 100),
        (0.5333333, True, 0.5334),
        (85.714, False, 85.7),
        (0.0, True, 0),
    ],
)
def test_numbers_as_planners_type_them(number, up, expected):
    """Within a thousandth, away from what is too tight."""
    assert rounded(number, 1e-3, up=up) == near(expected)
