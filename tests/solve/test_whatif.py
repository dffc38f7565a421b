"""What-ifs say what a fresh run says, and take over what a change leaves as it is."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import jvopt
from jvopt.core.case import Case
from jvopt.core.checks import check
from jvopt.core.issues import CaseError, errors
from jvopt.models import build
from jvopt.models.renew import renew
from jvopt.solve import blocks, optimize
from jvopt.solve.handover import stack
from jvopt.solve.search import search
from jvopt.solve.whatif import Prepared, WhatIf, prepare
from tests.breadth import every
from tests.models.random_cases import random_case
from tests.models.support import near
from tests.solve.variants import numbers, scaled, variant

EACH = 5
"""Variants of each random case."""


def agree(base: Prepared, case: Case) -> WhatIf:
    """A what-if and a fresh search: the same end, the same objective, and a bound below it."""
    fresh = search(stack(build(case).model), gap=0.0, time_limit=60.0)
    answer = base.what_if(case, gap=0.0)
    assert (answer.termination, answer.found) == (fresh.termination, fresh.x is not None)
    if fresh.x is not None:
        profit = case.setting("objective") == "profit"
        assert answer.objective == near(-fresh.objective if profit else fresh.objective)
        slack = 1e-9 * max(1.0, abs(answer.objective))
        assert (answer.bound - answer.objective) * (1 if profit else -1) >= -slack
    return answer


def run(seeds: range) -> tuple[int, int, int]:
    """Compare variants of random cases; count them, those rebuilt and those decomposed."""
    count = rebuilt = decomposed = 0
    for seed in seeds:
        case = sound_case(seed)
        if case is None:
            continue
        base = prepare(case)
        for n in range(EACH):
            changed = variant(case, 1000 * seed + n)
            if errors(check(changed)):
                continue
            answer = agree(base, changed)
            count += 1
            rebuilt += answer.rebuilt
            decomposed += answer.decomposed
    return count, rebuilt, decomposed


@pytest.fixture
def small_blocks(monkeypatch):
    """Cases of a dozen columns fall into blocks as well."""
    monkeypatch.setattr(blocks, "SMALLEST", 2)


def test_random_variants(small_blocks):
    count, rebuilt, decomposed = run(range(302, 303))
    assert count > 3
    assert 0 < rebuilt < count
    assert decomposed > 0


@pytest.mark.slow
@pytest.mark.parametrize("block", range(13))
def test_many_random_variants(small_blocks, block):
    """Some 30 variants a block, of which some need a model of their own."""
    count, rebuilt, decomposed = run(range(1000 + 10 * block, 1010 + 10 * block))
    assert count > 20
    assert 0 < rebuilt < count
    assert decomposed > 0


@pytest.fixture(scope="module")
def base() -> Prepared:
    """The base case."""
    return prepare(jvopt.example("kz-assembly"))


CHANGES = {
    "tariffs": ("tariffs", "ad_valorem", 1.5, "multiply", "destination = UZ"),
    "no tariffs": ("tariffs", "ad_valorem", 0, "set", ""),
    "fees": ("fees", "amount", 2, "multiply", "made_in = RU_BY"),
    "freight": ("lanes", "cost_per_tonne_km", 1.2, "multiply", "mode = rail"),
    "prices": ("supply", "unit_cost", 0.9, "multiply", 'site = "BY-MTZ"'),
    "demand": ("demand", "quantity", 0.8, "multiply", "site = KZ-10"),
    "capacity": ("lines", "capacity", 0.5, "multiply", "site = P-KOK"),
    "shut": ("sites", "decision", "closed", "set", "site = P-KOK"),
    "opened": ("sites", "decision", "open", "set", "site = P-SEM"),
    "as it is": ("sites", "decision", "stay", "set", "site = P-KAR"),
    "line": ("lines", "decision", "closed", "set", "site = P-KST-AMH"),
    "content": ("claims", "least_share", 0.4, "set", "claim = KZ_LC"),
    "discount": None,
}


def changed(base: Prepared, name: str) -> Case:
    change = CHANGES[name]
    if change is None:
        return base.case.with_settings(discount_rate=0.1)
    table, column, value, action, where = change
    return base.case.change(table, column, value, action=action, where=where)


@pytest.mark.parametrize("name", CHANGES)
def test_the_base_case_takes_new_numbers(base, name):
    assert not base.what_if(changed(base, name), gap=0.0).rebuilt


@pytest.mark.parametrize("name", ["fees", "shut"])
def test_the_base_case_agrees_and_its_plan_passes_the_audit(base, name):
    case = changed(base, name)
    answer = base.what_if(case, gap=0.0)
    base.what_if(changed(base, "demand"), gap=0.0)  # the model has moved on since
    plan = answer.plan()
    fresh = optimize(case, gap=0.0, compare=False)
    summary = plan.summary.set_index("item")["value"]
    assert answer.decomposed
    assert summary["audit"] == "passed"
    assert answer.objective == near(fresh.objective)
    assert plan.objective == near(fresh.objective)
    assert plan.termination == fresh.termination == "optimal"
    assert (plan.prices["price"] >= -1e-6).any()


def test_a_new_lane_needs_a_model_of_its_own(base):
    lanes = base.case.lanes
    fewer = base.case.replace(lanes=lanes[(lanes["mode"] == "rail").to_numpy()])
    answer = base.what_if(fewer, gap=0.0)
    assert answer.rebuilt
    assert answer.objective == near(optimize(fewer, gap=0.0, compare=False).objective)
    assert not base.what_if(base.case).rebuilt


def test_errors_are_those_of_any_case(base):
    with pytest.raises(CaseError):
        base.what_if(base.case.change("lines", "capacity", -1))
    assert base.what_if(base.case).objective == near(base.base.objective)


@pytest.mark.parametrize(("table", "column"), every(4, numbers()))
def test_no_number_is_overlooked(table, column):
    """New numbers give the very matrix that a fresh build does, cell for cell."""
    tried = 0
    for seed in range(200):
        case = sound_case(seed)
        if case is None:
            continue
        other = scaled(case, table, column, 0.8, random.Random(seed))
        if other == case or errors(check(other)):
            continue
        moved = renew(build(case, by_row=True), other)
        if moved is None:
            continue
        mine, fresh = stack(moved.model), stack(build(other, by_row=True).model)
        for name in ("cost", "lower", "upper", "row_lower", "row_upper", "index", "value"):
            np.testing.assert_allclose(getattr(mine, name), getattr(fresh, name), rtol=1e-12)
        assert mine.constant == near(fresh.constant)
        tried += 1
        if tried == 2:
            break
    assert tried


@cache
def sound_case(seed: int) -> Case | None:
    """A random case, if the checks have nothing against it."""
    case = random_case(seed)
    return None if errors(check(case)) else case


def test_a_cut_whose_priced_bound_is_gone_proves_nothing():
    """At least 5 at a price of 1 cost 5; 7 of it cost 7, and without a floor nothing is known."""
    one = blocks.sp.csr_matrix(np.ones((1, 1)))
    numbers = blocks._Numbers(
        one, np.ones(1), np.zeros(1), np.full(1, 9.0), np.full(1, 5.0), np.full(1, np.inf), one
    )
    cut = blocks.Cut(np.ones(1), np.zeros(1), 5.0)
    more = blocks._moved(cut, numbers, replace(numbers, row_lower=np.full(1, 7.0)))
    assert more is not None
    assert more.level == 7.0
    assert blocks._moved(cut, numbers, replace(numbers, row_lower=np.full(1, -np.inf))) is None
