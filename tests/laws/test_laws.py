"""The laws hold on random whole cases: a few of them here, 2,000 in `make test-slow`."""

from __future__ import annotations

import math
import random

import pytest

from jvopt.core.checks import check
from jvopt.core.issues import errors
from jvopt.solve import optimize
from tests.laws.books import BOOKS
from tests.laws.laws import AT_MOST, EQUAL
from tests.models.random_cases import random_case

SIZE = 20
FIRST = 500_000


def tried(law, case, seed):
    """The two costs of a law on a case; what it draws by chance goes by the seed."""
    return law(case, random.Random(f"{law.__name__} {seed}"))


def near(first: float, second: float) -> bool:
    if math.isinf(first) or math.isinf(second):
        return first == second
    return math.isclose(first, second, rel_tol=1e-6, abs_tol=1e-5)


def hold(case, seed):
    for law in AT_MOST:
        costs = tried(law, case, seed)
        if costs is not None:
            before, after = costs
            assert after <= before or near(before, after), (law.__name__, seed, costs)
    for law in EQUAL:
        costs = tried(law, case, seed)
        assert costs is None or near(*costs), (law.__name__, seed, costs)


def keep_books(case):
    if errors(check(case)):
        return
    plan = optimize(case, gap=0.0, compare=False)
    for law in BOOKS if plan.found else ():
        law(plan)


@pytest.mark.parametrize("law", [*AT_MOST, *EQUAL])
def test_a_law_holds(law):
    """On a case to which it applies."""
    for seed in range(FIRST, FIRST + 20):
        costs = tried(law, random_case(seed), seed)
        if costs is None or math.isinf(costs[0]):
            continue
        before, after = costs
        assert near(before, after) or (law in AT_MOST and after <= before), (seed, costs)
        return
    pytest.fail("the law applied to no case")


@pytest.mark.parametrize("seed", [FIRST, FIRST + 1])
def test_the_books_are_kept(seed):
    keep_books(random_case(seed))


@pytest.mark.slow
@pytest.mark.parametrize("block", range(100))
def test_laws_hold_at_length(block):
    for seed in range(FIRST + SIZE * block, FIRST + SIZE * block + SIZE):
        case = random_case(seed)
        hold(case, seed)
        keep_books(case)
