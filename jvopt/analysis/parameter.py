"""A figure of a case as a parameter: the best plan at any of its values, and what it would cost."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from jvopt.analysis.outcomes import Outcome, outcome
from jvopt.analysis.study import Stopped, Study
from jvopt.core.case import Case
from jvopt.models.sparse import Floats
from jvopt.solve.handover import Matrix
from jvopt.solve.search import Stop
from jvopt.solve.whatif import Prepared

PROBES = (0.5, 0.3819660112501051, 0.7236067977499790)
"""Where between two values it is tried whether costs are straight in the figure."""
STRAIGHT = 1e-9
"""Relative distance up to which costs count as straight."""
MOST_STRETCHES = 12
"""Most stretches on which costs are straight; with more the figure is bracketed instead."""
FINEST = 1e-12
"""Width, as a share of the range, to which the ends of such a stretch are found."""


@dataclass(frozen=True, slots=True)
class Point:
    """The best plan at a value of the figure."""

    value: float
    outcome: Outcome


class Stretch(NamedTuple):
    """A stretch of values on which the cost of every column is straight, and those costs."""

    low: float
    high: float
    cost_low: Floats
    cost_high: Floats


class Parameter:
    """A figure of a case that varies.

    Parameters
    ----------
    study
        Solves; its case is that at some value.
    at
        Gives the case at a value.

    Attributes
    ----------
    points : list of Point
        Where it was solved, in the order of their values.
    cut_short : bool
        Whether some value was not solved to the end, as time was up or somebody stopped it.
    sign : float
        Of the objective in the program; see `Case.sign`.
    """

    def __init__(self, study: Study, at: Callable[[float], Case]) -> None:
        self._study, self._at = study, at
        self._known: dict[float, Point] = {}
        self._first: Matrix | None = None
        self.cut_short = False
        self.sign = study.case.sign

    @property
    def points(self) -> list[Point]:
        """Give the points at which it was solved."""
        return [self._known[value] for value in sorted(self._known)]

    def solve(self, values: Iterable[float]) -> list[Point]:
        """Solve at some values, side by side.

        Raises
        ------
        Stopped
            Not all of them were proven before the stop.
        """
        values = list(values)
        new = [v for v in dict.fromkeys(values) if v not in self._known]
        for number, found in self._study.each(_solved, [self._at(v) for v in new]):
            if found.proven:
                self._known[new[number]] = Point(new[number], found)
        if any(v not in self._known for v in values):
            self.cut_short = True
            raise Stopped
        return [self._known[v] for v in values]

    def stretches(self, low: float, high: float) -> list[Stretch]:
        """Give the stretches on which the figure moves the costs alone, and in straight lines.

        Returns
        -------
        list of Stretch
            In order; empty where the figure enters more than the objective, or bends it often.
        """
        found: list[Stretch] = []
        first, last = self._costs(low), self._costs(high)
        if first is None or last is None:
            return []
        todo = [Stretch(low, high, first, last)]
        while todo:
            stretch = todo.pop()
            straight = self._is_straight(stretch)
            if straight is None or len(found) + len(todo) > MOST_STRETCHES:
                return []
            if straight:
                found.append(stretch)
                continue
            bend = self._first_bend(stretch, FINEST * (high - low))
            if bend is None:
                return []
            todo += [stretch._replace(low=bend[0], cost_low=bend[1]),
                     stretch._replace(high=bend[0], cost_high=bend[1])]  # fmt: skip
        return found

    def _costs(self, value: float) -> Floats | None:
        """Give the costs of all columns at a value; None where other numbers change with it."""
        matrix = self._matrix(value)
        if matrix is None:
            return None
        return np.append(matrix.cost, matrix.constant)

    def _matrix(self, value: float) -> Matrix | None:
        _, matrix, rebuilt = self._study.prepared.model(self._at(value))
        if rebuilt:
            return None
        first = self._first = self._first or replace(matrix, value=matrix.value.copy())
        same = all(
            np.array_equal(getattr(matrix, name), getattr(first, name))
            for name in ("lower", "upper", "row_lower", "row_upper", "index", "value")
        )
        return matrix if same else None

    def _is_straight(self, stretch: Stretch) -> bool | None:
        for share in PROBES:
            between = self._costs(stretch.low + share * (stretch.high - stretch.low))
            if between is None:
                return None
            if not _close(between, _between(stretch, share)):
                return False
        return True

    def _first_bend(self, stretch: Stretch, finest: float) -> tuple[float, Floats] | None:
        """Find where the costs first leave the line on which they start, by halving."""
        low, high = stretch.low, stretch.high
        step = 1e-6 * (high - low)
        beyond = self._costs(low + step)
        if beyond is None:
            return None
        slope = (beyond - stretch.cost_low) / step
        while high - low > finest:
            middle = 0.5 * (low + high)
            if not low < middle < high:
                break
            costs = self._costs(middle)
            if costs is None:
                return None
            if np.allclose(costs, stretch.cost_low + slope * (middle - stretch.low), 1e-8, 1e-9):
                low = middle
            else:
                high = middle
        costs = self._costs(high)
        return None if costs is None or not high < stretch.high else (high, costs)


def _solved(prepared: Prepared, case: Case, stop: Stop) -> Outcome:
    """Solve, and keep the plan's columns."""
    return outcome(prepared, case, stop, columns=True)


def _between(stretch: Stretch, share: float) -> Floats:
    return (1.0 - share) * stretch.cost_low + share * stretch.cost_high


def _close(a: Floats, b: Floats) -> bool:
    return bool(np.allclose(a, b, rtol=STRAIGHT, atol=STRAIGHT))
