"""Random small cases: against brute force, against a second model, against a second solver."""

from __future__ import annotations

import math

import pyomo.environ  # noqa: F401 (registers the writer of LP files)
import pytest
from pyscipopt import Model as Scip

from jvopt.core.checks import check
from jvopt.core.issues import errors, plainly_impossible
from jvopt.models import build
from jvopt.solve import optimize
from tests.breadth import blocks
from tests.models.oracle import brute_force, optimum, programme
from tests.models.random_cases import random_case
from tests.models.support import near, solved

MOST_SETTINGS = 64


def agree(case, expected):
    """The optimum, or that there is none; the checks may be the first to say so."""
    if math.isinf(expected):
        found = errors(check(case))
        if found:
            assert plainly_impossible(found)
            return
        plan = optimize(case, gap=0.0, compare=False)
        assert plan.termination == "infeasible"
        assert not plan.found
    else:
        assert solved(case).objective == near(expected)


def enumerable(seeds, count):
    """The first cases in which few sites and lines are free."""
    found = []
    for seed in seeds:
        if len(found) == count:
            break
        p = programme(random_case(seed, simple=True))
        free = [n for n in p.choices if p.low[p.index[n]] < p.high[p.index[n]]]
        if 1 < len(free) <= math.log2(MOST_SETTINGS):
            found.append(seed)
    return found


@pytest.mark.parametrize("block", blocks(1, of=4))
def test_against_brute_force(block):
    """A linear program for each choice of open sites and lines, five cases a block."""
    for seed in enumerable(range(1000 * (block + 1), 1000 * (block + 2)), 5):
        case = random_case(seed, simple=True)
        agree(case, brute_force(case))


@pytest.mark.parametrize("block", blocks(1, of=5))
def test_against_a_second_model(block):
    """The naive programme of tests/models/oracle, ten cases a block."""
    for seed in range(10 * block, 10 * block + 10):
        case = random_case(seed)
        agree(case, optimum(case)[0])


@pytest.mark.slow
@pytest.mark.parametrize("block", range(40))
def test_against_a_second_model_at_length(block):
    for seed in range(100_000 + 25 * block, 100_000 + 25 * block + 25):
        case = random_case(seed)
        agree(case, optimum(case)[0])


def by_scip(case, folder):
    """Write our Pyomo model as an LP file with Pyomo's own writer and solve it with SCIP.

    The model minimises, so that profit has the other sign.
    """
    path = folder / "model.lp"
    build(case).model.write(str(path), io_options={"symbolic_solver_labels": False})
    scip = Scip()
    scip.hideOutput()
    scip.readProblem(str(path))
    scip.setParam("limits/gap", 0.0)
    scip.setParam("numerics/feastol", 1e-9)
    scip.optimize()
    if scip.getStatus() == "infeasible":
        return math.inf
    assert scip.getStatus() == "optimal"
    return scip.getObjVal() * (-1 if case.setting("objective") == "profit" else 1)


@pytest.mark.parametrize("block", blocks(1, of=125))
def test_against_a_second_solver(block, tmp_path):
    """SCIP on our own model, four cases a block."""
    for seed in range(500 + 4 * block, 500 + 4 * block + 4):
        case = random_case(seed)
        agree(case, by_scip(case, tmp_path))
