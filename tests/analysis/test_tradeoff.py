"""Frontiers are those of a dense sweep of caps, each solved anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from jvopt.analysis import tradeoff
from jvopt.analysis.frontier import Frontier
from jvopt.analysis.measures import measured
from jvopt.core.checks import check
from jvopt.core.issues import errors
from jvopt.models import build
from jvopt.solve.blocks import Unsolved
from jvopt.solve.curves import Curve, Curves
from jvopt.solve.handover import stack
from jvopt.solve.search import search
from jvopt.solve.twofold import Aim, Decomposed, Whole, reaches
from tests.models.random_cases import random_case
from tests.models.support import case as written
from tests.models.support import near

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


def agree(program, way, share: float = 0.0) -> int:
    """Compare with a sweep, up to a tolerance; the number of pieces of the frontier."""
    matrix, weight = program.matrix, program.sign * program.weight
    weight = weight / max(np.abs(weight).max(), 1e-12) * max(np.median(np.abs(matrix.cost)), 1.0)
    told = []
    frontier = Frontier(share, lambda *parts: told.append(parts))
    assert frontier.search(way(Curves(matrix, weight)), never)
    free = capped(matrix, weight, np.inf)
    if free.x is None:
        assert not frontier.pieces
        return 0
    least = capped(matrix, weight, np.inf, cost=weight)
    most = weight @ free.x
    span = max(most - least.objective, 0.0)
    size = max(1.0, abs(free.objective))
    room = share * (frontier.pieces[0].cost_low - frontier.pieces[-1].cost_low)
    over = frontier.pieces[-1].cost_low - free.objective
    assert -1e-6 * size <= over <= room + 1e-6 * size
    over = frontier.pieces[0].low - least.objective
    assert -1e-5 * max(1.0, span) <= over <= (share + 1e-5) * max(1.0, span)

    def known(measure: float) -> tuple[float, float]:
        """What is known to cost least at a measure, and what rounding may make of it."""
        piece = next(p for p in frontier.pieces if p.low <= measure + 1e-7 * span < p.high)
        rise = piece.cost_low - piece.cost_high
        slack = 1e-5 * rise / (piece.high - piece.low) * span if rise else 0.0
        return piece.at(measure), 1e-5 * size + slack

    for at in np.linspace(0.013, 0.987, CAPS):
        cap = least.objective + at * span
        found = capped(matrix, weight, cap)
        if cap < frontier.pieces[0].low - 1e-7 * span:  # within the tolerance of the end
            continue
        cost, slack = known(cap)
        assert cost >= found.objective - slack
        cost, slack = known(cap + share * span)
        assert cost <= found.objective + room + slack
    assert all(p.proven for p in frontier.pieces if p.high - p.low > 1e-6 * max(1.0, span))
    assert told[-1] == (sum(p.proven for p in frontier.pieces), len(frontier.pieces))
    return len(frontier.pieces)


def compare(seeds: Iterable[int]) -> tuple[int, int, int]:
    """Compare random cases by every measure.

    Counts frontiers, those not of one point, and how often the decomposed way found such a one.
    """
    count = real = decomposed = 0
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
            agree(program, Whole, share=0.02)
            for share in (0.0, 0.02):
                try:
                    pieces = agree(program, lambda curves: Decomposed(curves, never), share)
                except Unsolved:
                    continue
                decomposed += pieces > 2
    return count, real, decomposed


# Plants F and G make 10 each, at a fixed cost of 10 and 22; 20 are wanted, what is short costs 5.
# Both: 32. F alone: 10 + 50. None: 100. G is the clean one: nothing is emitted on its lanes, one
# tonne for each unit on those of F. With G open, each unit not made at F saves a tonne for 5.
PLANTS = {
    "products": "product mass customs_value; P 1 1; X 0 1",
    "sites": "site country now decision; S KZ open stay; F KZ open free; G KZ closed free; "
    "M KZ open stay",
    "recipes": "recipe product; R P",
    "recipe_inputs": "recipe product; R X",
    "supply": "site product unit_cost; S X 0",
    "lines": "line site now decision fixed_cost capacity; A F open free 10 10; "
    "B G closed free 22 10",
    "assembly": "line recipe unit_cost; A R 0; B R 0",
    "lanes": "origin destination cost_per_unit distance co2; S F 0 1 0; S G 0 1 0; F M 0 1000 1; "
    "G M 0 1 0",
    "demand": "site product quantity penalty; M P 20 5",
}


def test_plants_by_hand():
    report = tradeoff(written(**PLANTS), measure="plants")
    assert report.complete
    assert report.frontier["kind"].tolist() == ["point"] * 3
    assert report.frontier["measure_from"].tolist() == [2, 1, 0]
    assert report.frontier["objective_from"].tolist() == [near(32), near(60), near(100)]
    assert report.plant_sets["open"].tolist() == ["F, G", "F", ""]


def test_co2_by_hand():
    report = tradeoff(written(**PLANTS), measure="co2")
    assert report.complete
    # Both plants from 10 t on, 5 for each tonne; below 8 t G alone (72) is as cheap or cheaper.
    (segment, point) = report.frontier.to_dict("records")
    assert segment["kind"] == "segment"
    assert point["kind"] == "point"
    unit = segment["measure_from"] / 10
    assert (segment["objective_from"], segment["objective_to"]) == (near(32), near(72))
    assert segment["price"] * unit == near(5)
    assert segment["measure_to"] / unit == near(2)
    assert (point["objective_from"], point["measure_from"]) == (near(72), near(0))
    # For 72 nothing needs to be emitted at all.
    assert (segment["end_from"], segment["end_to"]) == ("efficient", "excluded")


def test_options_that_it_does_not_have():
    with pytest.raises(ValueError, match="'cost', not one of co2, local_content, investment"):
        tradeoff(written(**PLANTS), measure="cost")
    with pytest.raises(ValueError, match="not from 0 to 1"):
        tradeoff(written(**PLANTS), tolerance=-0.1)
    with pytest.raises(ValueError, match="not a number"):
        tradeoff(written(**PLANTS), tolerance="little")


def test_decisions_that_were_tried_answer_again_under_wider_caps(small_blocks):
    built = build(written(**PLANTS))
    program = measured(built, stack(built.model), "co2", "")
    answers = Decomposed(Curves(program.matrix, program.weight), never)
    tight = answers.better(Aim((1.0, 1.0), (40.0, np.inf)), np.inf, never)
    wider = answers.better(Aim((1.0, 1.0), (np.inf, np.inf)), np.inf, never)
    assert tight is not None
    assert wider is not None


def test_random_cases(small_blocks):
    # In 510 and 645 a plan slipped under a cap by rounding, and HiGHS called a program infeasible.
    count, real, decomposed = compare([400, 502, 510, 645])
    assert count > 3
    assert real > 1
    assert decomposed > 0
    assert small_blocks


@pytest.mark.slow
@pytest.mark.parametrize("block", range(20))
def test_many_random_cases(small_blocks, block):
    count, real, _ = compare(range(500 + 10 * block, 510 + 10 * block))
    assert count > 5
    assert real > 1


class Known:
    """Answers from a few curves that are all there is."""

    def __init__(self, curves: list[Curve]) -> None:
        self.bound, self.curves, self.asked = -np.inf, curves, 0

    def better(self, aim: Aim, target: float, stop: object) -> Curve | None:
        worth = [reaches(curve, aim) for curve in self.curves]
        self.bound, self.asked = min(worth), self.asked + 1
        return self.curves[int(np.argmin(worth))] if self.bound < target else None


def drawn(rng: np.random.Generator) -> Curve:
    """A convex line that falls, cost and measure of each corner, the cheapest first."""
    count = rng.integers(1, 5)
    rises, widths = -np.sort(-rng.uniform(0.1, 2.0, count - 1)), rng.uniform(0.02, 0.3, count - 1)
    measure = rng.uniform(0.0, 1.0) + np.append(0.0, np.cumsum(widths))
    fallen = np.append(0.0, np.cumsum(rises * widths))
    cost = 2.0 - measure[0] + rng.uniform(0.0, 0.3) - fallen
    return Curve(np.column_stack([cost, measure])[::-1], rng.uniform(size=3))


def lowest(frontier: Frontier, measure: float) -> float:
    return next(p.at(measure) for p in frontier.pieces if p.low <= measure < p.high)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.05])
def test_the_lowest_of_curves_that_are_known(share):
    """Against all of them at many measures, below and beside within the tolerance."""
    rng = np.random.default_rng(3)
    asked = 0
    for _ in range(150):
        answers = Known([drawn(rng) for _ in range(rng.integers(1, 12))])
        frontier = Frontier(share)
        assert frontier.search(answers, never)
        asked += answers.asked
        everything = Frontier()
        for curve in answers.curves:
            everything.add(curve)
        first, last = frontier.pieces[0], frontier.pieces[-1]
        room, beside = share * (first.cost_low - last.cost_low), share * (last.low - first.low)
        for at in np.linspace(everything.pieces[0].low, 3.0, 300):
            low = lowest(everything, at)
            if at >= first.low:
                assert lowest(frontier, at) >= low - 1e-9
            if at + beside + 1e-5 >= first.low:
                assert lowest(frontier, at + beside + 1e-5) <= low + room + 1e-5
            else:
                assert share
    assert asked > 500
