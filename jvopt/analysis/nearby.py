"""Plans that cost little more than the best one, and differ most from it, or least from today."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from jvopt.analysis.forcing import Element, Forcing
from jvopt.analysis.outcomes import Outcome
from jvopt.core.plan import Termination
from jvopt.models.sparse import Flags, Floats
from jvopt.solve.benders import Benders
from jvopt.solve.handover import Matrix
from jvopt.solve.search import Found, Stop
from jvopt.solve.whatif import Prepared

PLAN_SECONDS = 12.0
"""Most seconds of the search for one more plan that is as different as can be."""


class Near(NamedTuple):
    """A plan near the best.

    Attributes
    ----------
    outcome
        The plan.
    distance, most_distance
        Plants, other sites and lines that are in one plan and not in the other, of those told
        before the one it is closest to, and the proven most that this could have been.
    changes
        Openings and closings over the horizon, from today's network on.
    termination
        How its search ended: ``optimal`` where no plan differs more, or changes less.
    """

    outcome: Outcome
    distance: int
    most_distance: int
    changes: int
    termination: Termination


class NearPlans(NamedTuple):
    """Plans near the best, and whether time sufficed to find all that there are."""

    plans: list[Near]
    finished: bool


@dataclass(frozen=True, slots=True)
class Around:
    """What to look for near the best plan; sent between processes.

    Attributes
    ----------
    most
        Cost up to which a plan counts, in the sense of the program.
    columns
        The best plan, as columns of the model.
    count
        How many different plans are wanted; 0 for the one that changes least.
    """

    most: float
    columns: Floats
    count: int


def near_plans(prepared: Prepared, around: Around, stop: Stop) -> NearPlans:
    """Find plans near the best one; work for `Study.each`.

    Returns
    -------
    NearPlans
        Each as different from the best and from those before it as can be, the cheapest of those
        with the same plants, other sites and lines; or the one that changes least.
    """
    nearby = Nearby(Forcing.of(prepared), around, stop)
    return nearby.different() if around.count else nearby.least_change()


class Nearby:
    r"""The program of a case with rows for the distance to plans and for changes from today.

    With :math:`u_e` of `Forcing`, E the plants, other sites and lines, and A those in a plan, the
    distance to it is

    .. math:: d_A(u) = \sum_{e \in A} (1 - u_e) + \sum_{e \in E \setminus A} u_e

    A plan counts as different only while it has no more plants, other sites and lines, each
    counted apart, than the best plan (or than one): else idle ones, opened for nothing but the
    distance, would count as well. Largest distances and least changes are found by bisection, in
    which each step asks for a plan of so great a distance within the cost; so all is as exact as
    the searches themselves, and no row for the cost is needed.

    Parameters
    ----------
    forcing
        The program.
    around
        What to look for.
    stop
        True ends the search with what it has.
    """

    def __init__(self, forcing: Forcing, around: Around, stop: Stop) -> None:
        self._forcing, self._around, self._stop = forcing, around, stop
        self._benders = Benders()
        self._proven = True
        numbers = [n for n, e in enumerate(forcing.elements) if e.kind != "mode"]
        self._elements = [forcing.elements[n] for n in numbers]
        self._used = forcing.used[numbers]
        self._kind = np.array([e.kind for e in self._elements], object)
        self._best = _has(self._elements, around.columns)
        kinds = list(dict.fromkeys(self._kind))
        self._room = {kind: max(1, int(self._best[self._kind == kind].sum())) for kind in kinds}
        matrix = forcing.matrix
        self._far = matrix.rows + np.arange(around.count)
        changes = forcing.changing
        self._changed = matrix.rows + around.count
        rows = [(self._used, np.ones(len(self._used)))] * around.count
        rows += [(changes, np.ones(len(changes)))]
        if around.count:
            some = [self._used[self._kind == kind] for kind in kinds]
            rows += [(columns, np.ones(len(columns))) for columns in some]
        room = list(self._room.values()) if around.count else []
        upper = np.concatenate([np.full(around.count + 1, np.inf), np.array(room, float)])
        self._matrix = matrix.with_rows(rows, np.full(len(rows), -np.inf), upper)

    def different(self) -> NearPlans:
        """Find plans one after the other, each as far from all before as can be."""
        known = [self._best]
        found: list[Near] = []
        most = len(self._elements)
        while len(found) < self._around.count and not self._stop():
            near = self._farthest(known, min(most, self._reach(known)))
            if not isinstance(near, Near):
                return NearPlans(found, self._proven and near == "optimal")
            found.append(near)
            known.append(self._open_in(near.outcome))
            most = near.most_distance
        return NearPlans(found, self._proven and len(found) == self._around.count)

    def least_change(self) -> NearPlans:
        """Find the plan with the fewest openings and closings."""
        best, matrix = self._around.columns, self._forcing.matrix
        cost = float(matrix.cost[: len(best)] @ best) + matrix.constant
        known = Found("optimal", best, cost, cost)
        low, high = 0, self._forcing.changes(best)
        end: Termination = "optimal"
        step = 0
        while low < high:
            found = self._search(self._at_most(step), self._around.most)
            if self._counts(found):
                assert found.x is not None
                known, high = found, self._forcing.changes(found.x)
            elif found.termination in ("optimal", "infeasible"):
                low = step + 1
            else:
                end = found.termination
                break
            step = (low + high) // 2
        plan = self._near(self._cheapest(self._at_most(high), known), 0, 0, end)
        return NearPlans([plan], self._proven and end == "optimal")

    def _farthest(self, known: list[Flags], most: int) -> Near | Termination:
        """Find a plan as far from several as can be; without one, say how the search ended."""
        until = time.monotonic() + PLAN_SECONDS
        low, high, step = 0, most, most
        far: Found | None = None
        there = self._best
        end: Termination = "optimal"
        while low < high:
            seconds = until - time.monotonic()
            matrix = self._at_least(known, step)
            found = self._search(matrix, self._around.most, seconds=seconds)
            if self._counts(found):
                assert found.x is not None
                far, there = found, _has(self._elements, found.x)
                low = min(_apart(there, other) for other in known)
            elif found.termination in ("optimal", "infeasible"):
                high = step - 1
            else:
                end = found.termination
                break
            step = (low + high + 1) // 2
        if far is None:
            return end
        return self._near(self._cheapest(self._with(there), far), low, high, end)

    def _cheapest(self, matrix: Matrix, known: Found) -> Found:
        """Find the cheapest plan of a program, or in want of time the one that is known."""
        found = self._search(matrix)
        self._proven = self._proven and found.termination == "optimal"
        return found if self._counts(found) and found.objective <= known.objective else known

    def _near(self, found: Found, distance: int, most: int, end: Termination) -> Near:
        assert found.x is not None
        changes = self._forcing.changes(found.x)
        return Near(self._forcing.outcome(found), distance, most, changes, end)

    def _search(self, matrix: Matrix, most: float | None = None, seconds: float = np.inf) -> Found:
        return self._forcing.search(
            matrix, self._stop, benders=self._benders, most=most, seconds=seconds
        )

    def _counts(self, found: Found) -> bool:
        return found.x is not None and found.objective <= self._around.most

    def _reach(self, known: list[Flags]) -> int:
        """Give a bound on the distance to the closest of several plans."""
        reach = []
        for there in known:
            total = 0
            for kind, room in self._room.items():
                mine = there[self._kind == kind]
                total += int(mine.sum()) + min(room, int((~mine).sum()))
            reach.append(total)
        return min(reach)

    def _at_least(self, known: list[Flags], distance: int) -> Matrix:
        """Give the program of plans so far from several."""
        matrix = self._matrix
        value, lower = matrix.value.copy(), matrix.row_lower.copy()
        for n, row in enumerate(self._far):
            there = known[min(n, len(known) - 1)]
            value[matrix.start[row] : matrix.start[row + 1]] = np.where(there, -1.0, 1.0)
            lower[row] = distance - there.sum()
        return replace(matrix, value=value, row_lower=lower)

    def _at_most(self, changes: int) -> Matrix:
        """Give the program of plans with so few changes."""
        upper = self._matrix.row_upper.copy()
        upper[self._changed] = changes
        return replace(self._matrix, row_upper=upper)

    def _with(self, there: Flags) -> Matrix:
        """Give the program of plans with these plants, other sites and lines."""
        lower, upper = self._matrix.lower.copy(), self._matrix.upper.copy()
        lower[self._used] = upper[self._used] = there
        return self._matrix.with_bounds(lower, upper)

    def _open_in(self, outcome: Outcome) -> Flags:
        return np.array(
            [
                bool((outcome.lines if e.kind == "line" else outcome.sites).loc[e.name].any())
                for e in self._elements
            ],
            bool,
        )


def _has(elements: list[Element], x: Floats) -> Flags:
    """Say of each element whether a plan has it in some period."""
    return np.array([e.has("some", x) for e in elements], bool)


def _apart(one: Flags, other: Flags) -> int:
    return int((one != other).sum())
