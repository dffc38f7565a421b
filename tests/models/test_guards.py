"""What the tests solved by hand say they guard: nothing is left out, and nothing is idle talk.

Families that others imply change no optimum, and are guarded by none.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from jvopt.core.case import Case
from jvopt.core.plan import Plan
from jvopt.core.plan_tables import COST_KINDS
from jvopt.models import FAMILIES, Built, build
from jvopt.solve.handover import Matrix, stack
from jvopt.solve.search import search
from tests.models import hand

IMPLIED = {"open_links", "line_links"}
"""Families that tighten the bound and change no optimum."""


def hand_tests() -> Iterator[tuple[Callable[[], None], set[str]]]:
    """Give each test solved by hand, and the families and cost kinds that it guards."""
    for info in pkgutil.iter_modules(hand.__path__):
        module = importlib.import_module(f"tests.models.hand.{info.name}")
        for name, test in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("test_") and test.__module__ == module.__name__:
                marks = getattr(test, "pytestmark", [])
                yield test, {g for mark in marks if mark.name == "guards" for g in mark.args}


def test_every_family_and_every_kind_of_cost_is_guarded():
    guarded = set().union(*(guards for _, guards in hand_tests()))
    families = {family.__name__ for family in FAMILIES}
    assert guarded == families - IMPLIED | set(COST_KINDS) | {"revenue"}


def proved_by(test: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> list[Case]:
    """Run a test and give the cases that it proves or solves."""
    cases: list[Case] = []

    def listening(asked: Callable[..., Plan]) -> Callable[..., Plan]:
        def heard(problem: Case, *objective: float) -> Plan:
            cases.append(problem)
            return asked(problem, *objective)

        return heard

    with monkeypatch.context() as patch:
        for name in {"proven", "solved"} & set(test.__globals__):
            patch.setitem(test.__globals__, name, listening(test.__globals__[name]))
        test()
    return cases


def without(name: str, built: Built, matrix: Matrix) -> Matrix:
    """Free the rows of a family, or take a kind of cost off the objective."""
    if name in built.rows:
        first = matrix.first_row[name]
        freed = slice(first, first + len(built.rows[name]))
        lower, upper = matrix.row_lower.copy(), matrix.row_upper.copy()
        lower[freed], upper[freed] = -np.inf, np.inf
        return replace(matrix, row_lower=lower, row_upper=upper)
    cost, constant = matrix.cost.copy(), matrix.constant
    for part in built.costs:
        if part.kind == name and part.columns is None:
            constant -= part.discounted.sum()
        elif part.kind == name:
            first = matrix.first_column[part.columns.name]
            cost[first : first + len(part.discounted)] -= part.discounted
    return replace(matrix, cost=cost, constant=constant)


def optimum(matrix: Matrix) -> float:
    return search(matrix, gap=0.0, time_limit=30.0).objective


@pytest.mark.slow
@pytest.mark.parametrize(
    ("test", "guards"),
    [pytest.param(t, g, id=t.__name__) for t, g in hand_tests() if g],
)
def test_what_is_guarded_decides(test, guards, monkeypatch):
    """Without any one of what a test guards, the optimum of some case of it is another."""
    decided = set()
    for case in proved_by(test, monkeypatch):
        built = build(case)
        matrix = stack(built.model)
        full = optimum(matrix)
        for name in guards:
            if not np.isclose(optimum(without(name, built, matrix)), full, rtol=1e-6, atol=1e-6):
                decided.add(name)
    assert decided == guards


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_links_only_tighten(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = dict.fromkeys(IMPLIED, 0)
    for test, _ in hand_tests():
        for case in proved_by(test, monkeypatch):
            built = build(case)
            matrix = stack(built.model)
            for family in IMPLIED:
                if len(built.rows[family]):
                    seen[family] += 1
                    freed = optimum(without(family, built, matrix))
                    assert np.isclose(freed, optimum(matrix), rtol=1e-6, atol=1e-6), test.__name__
    assert all(seen.values())
