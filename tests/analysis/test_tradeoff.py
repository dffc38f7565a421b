"""Frontiers are those of a dense sweep of caps, each solved anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from jvopt.analysis.frontier import Frontier
from jvopt.analysis.measures import measured
from jvopt.core.checks import check
from jvopt.core.issues import errors
from jvopt.models import build
from jvopt.solve import blocks
from jvopt.solve.blocks import Unsolved
from jvopt.solve.curves import Curves
from jvopt.solve.handover import stack
from jvopt.solve.search import search
from jvopt.solve.twofold import Decomposed, Whole
from tests.models.random_cases import random_case

CAPS = 12
"""Caps of a sweep, between the least and the most that matters."""


def capped(matrix, weight, most, cost=None):
    """Least cost under a cap, in a program of its own."""
    row = sp.csr_matrix(weight)
    held = replace(
        matrix,
        cost=matrix.cost if cost is None else cost,
        constant=matrix.constant if cost is None else 0.0,
        start=np.append(matrix.start, matrix.start[-1] + row.nnz),
        index=np.append(matrix.index, row.indices),
        value=np.append(matrix.value, row.data),
        row_lower=np.append(matrix.row_lower, -np.inf),
        row_upper=np.append(matrix.row_upper, most),
    )
    return search(held, gap=0.0, time_limit=60)


def never() -> bool:
    return False


def agree(program, way) -> int:
    """Compare with a sweep; the number of pieces of the frontier."""
    matrix, weight = program.matrix, program.sign * program.weight
    weight = weight / max(np.abs(weight).max(), 1e-12) * max(np.median(np.abs(matrix.cost)), 1.0)
    frontier = Frontier()
    assert frontier.search(way(Curves(matrix, weight)), never)
    free = capped(matrix, weight, np.inf)
    if free.x is None:
        assert not frontier.pieces
        return 0
    least = capped(matrix, weight, np.inf, cost=weight)
    most = weight @ free.x
    span = max(most - least.objective, 0.0)
    size = max(1.0, abs(free.objective))
    assert frontier.pieces[-1].cost_low == pytest.approx(free.objective, abs=1e-6 * size)
    assert frontier.pieces[0].low == pytest.approx(least.objective, abs=1e-5 * max(1.0, span))
    for share in np.linspace(0.013, 0.987, CAPS):
        cap = least.objective + share * span
        found = capped(matrix, weight, cap)
        known = next(p for p in frontier.pieces if p.low <= cap + 1e-7 * span < p.high)
        rise = known.cost_low - known.cost_high
        slack = 1e-5 * size + (1e-5 * rise / (known.high - known.low) if rise else 0.0) * span
        assert known.at(cap) == pytest.approx(found.objective, abs=slack)
    assert all(p.proven for p in frontier.pieces if p.high - p.low > 1e-6 * max(1.0, span))
    return len(frontier.pieces)


def compare(seeds: range) -> tuple[int, int]:
    """Compare random cases by every measure; count frontiers, and those not of one point."""
    count = real = 0
    for seed in seeds:
        case = random_case(seed)
        if errors(check(case)):
            continue
        built = build(case)
        matrix = stack(built.model)
        claims = case["claims"]["claim"].tolist()
        for measure in ("co2", "local_content", "investment", "plants"):
            if measure == "local_content" and not claims:
                continue
            program = measured(built, matrix, measure, claims[0] if claims else "")
            pieces = agree(program, Whole)
            count += pieces > 0
            real += pieces > 2
            try:
                agree(program, lambda curves: Decomposed(curves, never))
            except Unsolved:
                continue
    return count, real


@pytest.fixture
def small_blocks(monkeypatch):
    """Cases of a dozen columns fall into blocks as well."""
    monkeypatch.setattr(blocks, "SMALLEST", 2)


def test_random_cases(small_blocks):
    count, real = compare(range(400, 402))
    assert count > 3
    assert real > 1


@pytest.mark.slow
@pytest.mark.parametrize("block", range(20))
def test_many_random_cases(small_blocks, block):
    compare(range(500 + 10 * block, 510 + 10 * block))
