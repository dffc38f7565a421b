"""The search for large networks, on small ones whose optimum is known, and on published ones."""

from __future__ import annotations

import collections
import itertools
import threading
import time
from dataclasses import replace

import numpy as np
import pytest

import jvopt
from benchmarks.published import Location, TwoStage, published
from jvopt.core.checks import check
from jvopt.core.issues import errors
from jvopt.models import build
from jvopt.solve.handover import stack
from jvopt.solve.large import flows as flowing
from jvopt.solve.large import race as racing
from jvopt.solve.large.covers import Choice, covers
from jvopt.solve.large.flows import Flows
from jvopt.solve.large.moves import Moves
from jvopt.solve.large.program import Program
from jvopt.solve.large.race import race
from jvopt.solve.large.relaxation import Relaxation, filled
from jvopt.solve.large.volume import Volume
from jvopt.solve.search import search
from tests.models.random_cases import random_case
from tests.models.support import near

HAIR = 1e-7


@pytest.fixture(autouse=True)
def small_is_large(monkeypatch):
    """Let the search run on programs of any size."""
    monkeypatch.setattr(racing, "LEAST_COLUMNS", 0)
    monkeypatch.setattr(racing, "LEAST_PRESOLVED", 1)
    monkeypatch.setattr(racing, "LEAST_HELD", 0.0)


def location(seed, houses=5, customers=7):
    random = np.random.default_rng(seed)
    demand = random.integers(5, 15, customers).astype(float)
    return Location(
        f"location {seed}",
        random.uniform(0.25, 0.6, houses) * demand.sum(),
        random.uniform(100, 400, houses),
        demand,
        random.uniform(1, 10, (houses, customers)) * demand,
    )


def two_stage(seed, plants=3, satellites=4, customers=6, products=2):
    random = np.random.default_rng(seed)
    demand = random.integers(5, 15, (customers, products)).astype(float)
    total = demand.sum(axis=0)
    return TwoStage(
        f"two stages {seed}",
        random.uniform(0.4, 0.8, (plants, products)) * total,
        random.uniform(100, 400, plants),
        random.uniform(0.3, 0.7, (satellites, products)) * total,
        random.uniform(50, 200, satellites),
        demand,
        random.uniform(1, 10, (products, plants, satellites)),
        random.uniform(1, 10, (products, satellites, customers)),
    )


def matrices(count, first=0):
    """Give programs of all kinds with their optimum, by HiGHS alone."""
    makers = (
        lambda n: location(n).case,
        lambda n: two_stage(n).case,
        lambda n: random_case(n),
    )
    found = 0
    for n in itertools.count(first):
        case = makers[n % 3](n)
        if errors(check(case)):
            continue
        matrix = stack(build(case).model)
        best = search(matrix, gap=0.0, time_limit=60)
        if best.x is None or best.termination != "optimal" or not matrix.whole.any():
            continue
        yield n, matrix, best
        found += 1
        if found == count:
            return


def no_bound_is_above_the_optimum(count, first):
    compared = 0
    for n, matrix, best in matrices(count, first):
        hair = HAIR * max(1.0, abs(best.objective))
        random = np.random.default_rng(n)
        program = Program(matrix)
        if not len(program) or not np.isfinite(program.most).all():
            continue
        relaxation = Relaxation(program)
        found = covers(program, relaxation)
        optimum = best.objective * program.scale
        choice = Choice(program, found, 1e-3 * abs(optimum), lambda: 5.0)
        good = relaxation.start(paying=True)
        volume = Volume(relaxation, good)
        volume.climb(optimum + abs(optimum), 30, lambda: True)
        for size in (0.0, 0.3):
            for price in (good, volume.price, relaxation.start(paying=False)):
                tried = relaxation.clipped(price * (1 + size * random.normal(size=len(price))))
                for choose in (None, choice):
                    bound = relaxation.at(tried, choose).bound
                    assert bound <= optimum + hair * program.scale, (n, size, choose)
        compared += 1
    assert compared >= count / 2


def test_no_bound_is_above_the_optimum():
    no_bound_is_above_the_optimum(18, 0)


@pytest.mark.slow
def test_no_bound_is_above_the_optimum_of_hundreds():
    no_bound_is_above_the_optimum(60, 0)
    no_bound_is_above_the_optimum(600, 1000)


def the_race_ends_at_the_optimum(count, first):
    plans = proven = 0
    for n, matrix, best in matrices(count, first):
        found = race(matrix, gap=0.0, time_limit=1.5, seed=n)
        if found is None:
            continue
        hair = HAIR * max(1.0, abs(best.objective))
        if found.x is not None:
            assert found.bound <= best.objective + hair, n
            assert found.objective >= best.objective - hair, n
            done = matrix.activity(found.x)
            slack = 1e-6 * np.maximum(1.0, np.abs(done))
            assert (done >= matrix.row_lower - slack).all()
            assert (done <= matrix.row_upper + slack).all()
            plans += 1
            if found.termination == "optimal":
                assert found.objective == near(best.objective)
                proven += 1
    assert plans >= count / 2
    assert proven > 0


def test_the_race_ends_at_the_optimum():
    the_race_ends_at_the_optimum(9, 0)


@pytest.mark.slow
def test_the_race_ends_at_the_optimum_of_many():
    the_race_ends_at_the_optimum(150, 5000)


@pytest.mark.parametrize("seed", range(4))
def test_planes_touch_the_cost_and_are_never_above_it(seed):
    """Every choice of switches of a small two-stage network, against the plane at every other."""
    program = Program(stack(build(two_stage(seed).case).model))
    relaxation = Relaxation(program)
    flows = Flows(program, relaxation, relaxation.start(paying=True), lambda: True)
    whole = np.flatnonzero(program.whole)
    costs, planes, choices = [], [], []
    for values in itertools.product((0.0, 1.0), repeat=len(whole)):
        choice = np.zeros(len(program))
        choice[whole] = values
        costs.append(flows.solve(choice) - flows.fixed(choice))
        cuts = [part.cut() for part in flows.parts]
        planes.append((sum(c[0] for c in cuts), sum(c[1] for c in cuts)))
        choices.append(choice)
    for level, slope in planes:
        reached = np.array([level + slope @ choice for choice in choices])
        assert (reached <= np.array(costs) * (1 + 1e-7) + 1e-6).all()
    for (level, slope), choice, cost in zip(planes, choices, costs, strict=True):
        assert level + slope @ choice == near(cost)


def test_flows_broken_off_have_no_cost_and_are_found_anew(monkeypatch):
    program = Program(stack(build(two_stage(0).case).model))
    relaxation = Relaxation(program)
    on = [True]
    flows = Flows(program, relaxation, relaxation.start(paying=True), lambda: on[0])
    every = np.where(program.whole, 1.0, 0.0)
    fewer = every.copy()
    fewer[np.flatnonzero(program.whole)[0]] = 0.0
    costs = [flows.solve(choice) for choice in (every, fewer)]
    assert np.isfinite(costs).all()
    on[0] = False
    with monkeypatch.context() as patched:
        patched.setattr(flowing, "SLICE", 0.0)
        assert flows.solve(every) == np.inf
    assert [flows.solve(choice) for choice in (every, fewer)] == near(costs)


@pytest.mark.parametrize("seed", range(4))
def test_moves_tell_plans_alone_from_whatever_choice_they_start(seed):
    """From one house open, too few, and with a choice put forward and turned down before."""
    matrix = stack(build(location(seed).case).model)
    best = search(matrix, gap=0.0, time_limit=60)
    program = Program(matrix)
    relaxation = Relaxation(program)
    flows = Flows(program, relaxation, relaxation.start(paying=True), lambda: True)
    whole = np.flatnonzero(program.whole)
    few, all_open = np.zeros(len(program)), np.zeros(len(program))
    few[whole[0]] = 1.0
    all_open[whole] = 1.0
    told = []
    end = time.monotonic() + 60
    asked = collections.deque([all_open])

    def go_on():
        return time.monotonic() < end and not (told and told[-1][0] < near_optimum)

    near_optimum = best.objective * program.scale * (1 + 1e-6)
    moves = Moves(program, flows, few, seed, go_on, asked)
    moves.run(lambda value, x: told.append((value, x)))
    for value, x in told:
        point = program.restored(x)
        reached = matrix.activity(point)
        assert (reached >= matrix.row_lower - 1e-6).all()
        assert (reached <= matrix.row_upper + 1e-6).all()
        assert matrix.cost @ point + matrix.constant == near(value / program.scale)
    assert told[-1][0] == near(best.objective * program.scale)


def test_another_search_may_take_the_last_suggestion():
    program = Program(stack(build(location(0).case).model))
    relaxation = Relaxation(program)
    flows = Flows(program, relaxation, relaxation.start(paying=True), lambda: True)
    choice = np.where(program.whole, 1.0, 0.0)
    asked = collections.deque([choice])
    moves = Moves(program, flows, choice, 0, lambda: asked.clear() is None, asked)
    assert not moves.weigh(lambda value, x: None)


def test_a_knapsack_is_filled_in_order_whatever_else_there_is():
    """The dearer of two columns first, though a far one makes their difference small."""
    program = Program(stack(build(location(1).case).model))
    held = np.flatnonzero(program.switches.row >= 0)
    reduced = -np.linspace(1.0, 1.0 + 1e-12, len(held))
    reduced[0] = -1e6
    column, units = filled(program, held, reduced)
    gain = dict(zip(held.tolist(), reduced.tolist(), strict=True))
    row = program.switches.row[column]
    worth = np.array([gain[c] for c in column.tolist()]) / program.switches.weight[column]
    assert (np.diff(row) >= 0).all()
    assert (np.diff(worth)[np.diff(row) == 0] >= 0).all()
    assert (units >= 0).all()


@pytest.mark.parametrize("seed", range(6))
def test_a_cover_holds_for_every_choice_that_has_flows(seed):
    program = Program(stack(build(two_stage(seed).case).model))
    relaxation = Relaxation(program)
    found = covers(program, relaxation)
    assert found
    flows = Flows(program, relaxation, relaxation.start(paying=True), lambda: True)
    whole = np.flatnonzero(program.whole)
    able = 0
    for values in itertools.product((0.0, 1.0), repeat=len(whole)):
        choice = np.zeros(len(program))
        choice[whole] = values
        flows.solve(choice)
        if flows.missing <= 1e-9:
            able += 1
            assert all(weight @ choice >= asked - 1e-6 for weight, asked in found)
    assert able


def test_what_cannot_be_is_said_to_be_infeasible():
    problem = location(3)
    scarce = 0.95 * problem.demand.sum() / problem.capacity.sum()
    short = replace(problem, capacity=problem.capacity * scarce)
    matrix = stack(build(short.case).model)
    found = race(matrix, gap=0.0, time_limit=20.0, seed=0)
    assert found is not None
    assert found.termination == "infeasible"
    assert found.x is None


def test_it_stops_when_asked_and_keeps_the_best_plan():
    matrix = stack(build(published("capb-5000")[0].case).model)
    seen = []
    halt = threading.Event()

    def watch(best, bound):
        seen.append((best, bound))
        if best is not None:
            halt.set()

    began = time.monotonic()
    found = race(matrix, gap=0.0, time_limit=120.0, seed=0, watch=watch, stop=halt.is_set)
    assert time.monotonic() - began < 60
    assert found.termination == "interrupted"
    assert found.x is not None
    assert found.bound <= published("capb-5000")[1] * (1 + 1e-9) <= found.objective * (1 + 2e-9)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["capa-14000", "capb-5000", "capb-8000", "capc-7250"])
def test_published_optima_are_proven(name):
    problem, best = published(name)
    plan = jvopt.optimize(problem.case, gap=1e-4, time_limit=300, compare=False)
    summary = plan.summary.set_index("item")["value"]
    assert plan.gap <= 1e-4
    assert best * (1 - 1e-9) <= plan.objective <= best * (1 + 1e-4)
    assert plan.bound <= best * (1 + 1e-9)
    assert summary["audit"] == "passed"
