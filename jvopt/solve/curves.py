"""Least cost against another measure while whole-number decisions are held: a convex curve.

With decisions held, a program falls into pieces that have nothing to do with each other. Each
trades cost against the measure along a convex broken line; the curve of the whole is their
Minkowski sum, which takes the segments of all in order of their slope.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import highspy
import numpy as np

from jvopt.models.sparse import Floats, Ints
from jvopt.solve.blocks import Split, Unsolved, program, sparse
from jvopt.solve.handover import FLOWS_ALONE, Matrix, scale_of, silent
from jvopt.solve.matrices import sp

TILT = 1e-6
"""Weight of the one measure where the other is made least: no point is dominated even weakly."""
SMALL = 1e-9
"""Relative size below which differences are the solver's noise."""


@dataclass(frozen=True, slots=True)
class Facet:
    r"""What prices at a point of a piece's curve prove for all decisions.

    .. math:: w_1 c(y) + w_2 m(y) \ge a + g^T y

    Attributes
    ----------
    weight
        :math:`w_1, w_2`.
    slope, level
        g, over the decisions that the piece depends on, and a.
    """

    weight: tuple[float, float]
    slope: Floats
    level: float


@dataclass(frozen=True, slots=True)
class Curve:
    """A convex broken line, from least cost to least measure.

    Attributes
    ----------
    points : ndarray, shape (n, 2)
        Cost and measure of its corners; cost rises, the measure falls.
    decisions : ndarray
        What is held, by column of the split; nothing for the curve of a piece.
    """

    points: Floats
    decisions: Floats = field(default_factory=lambda: np.zeros(0))

    @classmethod
    def sum(cls, curves: list[Curve]) -> Curve:
        """Add curves up."""
        start = np.sum([c.points[0] for c in curves], axis=0)
        steps = np.concatenate([np.diff(c.points, axis=0) for c in curves])
        if not len(steps):
            return cls(start[None, :])
        order = np.argsort(steps[:, 0] / -steps[:, 1], kind="stable")
        return cls(np.concatenate([start[None, :], start + np.cumsum(steps[order], axis=0)]))


class Piece:
    """One piece: a linear program of two objectives, with decisions on its right-hand side."""

    def __init__(self, matrix: Matrix, whole: sp.csr_matrix, rows: Ints, columns: Ints,
                 decisions: Ints, measure: Floats, scale: float) -> None:  # fmt: skip
        mine = whole[rows]
        beside = mine[:, decisions]
        self.columns = columns
        self.on = np.unique(beside.indices)
        self._beside = beside[:, self.on].tocsr()
        self._ends = matrix.row_lower[rows], matrix.row_upper[rows]
        self._cost, self._measure, self._scale = matrix.cost[columns], measure[columns], scale
        self._highs: Any = silent(FLOWS_ALONE)
        self._highs.passModel(
            program(self._cost * scale, matrix.lower[columns], matrix.upper[columns], *self._ends,
                    mine[:, columns].tocsr())
        )  # fmt: skip
        self._known: dict[bytes, tuple[Curve, list[Facet]]] = {}

    @property
    def measured(self) -> bool:
        """Whether any of its columns count in the measure."""
        return bool(self._measure.any())

    def hold(self, point: Floats) -> None:
        """Hold the decisions of `on`."""
        shift = self._beside @ point
        every = np.arange(len(shift), dtype=np.int32)
        self._highs.changeRowsBounds(
            len(shift), every, self._ends[0] - shift, self._ends[1] - shift
        )

    def solve(self, point: Floats, weight: tuple[float, float]) -> tuple[Floats, Facet]:
        """Give cost and measure of the best point for some weights, and the facet there.

        Parameters
        ----------
        point : ndarray, shape (len(on),)
            The decisions, which `hold` must have been told.
        weight
            Of cost and measure.

        Raises
        ------
        Unsolved
            There is none.
        """
        mixed = weight[0] * self._cost + weight[1] * self._measure
        every = np.arange(len(self.columns), dtype=np.int32)
        self._highs.changeColsCost(len(every), every, mixed * self._scale)
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise Unsolved
        solution = self._highs.getSolution()
        x = np.array(solution.col_value)
        slope = -(self._beside.T @ (np.array(solution.row_dual) / self._scale))
        level = float(mixed @ x) - float(slope @ point)
        return np.array([self._cost @ x, self._measure @ x]), Facet(weight, slope, level)

    def curve(self, point: Floats) -> tuple[Curve, list[Facet]]:
        """Give the curve at some decisions, and a facet for each of its segments and its ends.

        Parameters
        ----------
        point : ndarray, shape (len(on),)
            The decisions, those of `on` alone.

        Returns
        -------
        curve : Curve
            Cost in the money of the program and the measure in its own unit; one point where none
            of the columns count in the measure.
        facets : list of Facet
            From the end of least cost to that of least measure.

        Raises
        ------
        Unsolved
            There are no flows at these decisions.
        """
        key = point.round(9).tobytes()
        if key not in self._known:
            if not len(self.columns):
                return Curve(np.zeros((1, 2))), []
            self.hold(point)
            first, cheap = self.solve(point, (1.0, TILT))
            if not self.measured:
                self._known[key] = Curve(first[None, :]), [cheap]
                return self._known[key]
            last, low = self.solve(point, (TILT, 1.0))
            between, facets = self._between(point, first, last)
            points = [first, *between, last] if first[1] > last[1] else [first]
            self._known[key] = Curve(np.array(points)), [cheap, *facets, low]
        return self._known[key]

    def _between(self, point: Floats, a: Floats, b: Floats) -> tuple[list[Floats], list[Facet]]:
        """Give the corners between two, and the facets of the segments that they bound."""
        size = SMALL * max(1.0, abs(a[0]), abs(a[1]))
        if a[1] - b[1] <= size or b[0] - a[0] <= size:
            return [], []
        weight = (1.0, float((b[0] - a[0]) / (a[1] - b[1])))
        found, facet = self.solve(point, weight)
        gain = (a - found) @ weight
        if gain <= 10 * size or not (b[1] < found[1] < a[1] and a[0] < found[0] < b[0]):
            return [], [facet]
        left, right = self._between(point, a, found), self._between(point, found, b)
        return [*left[0], found, *right[0]], [*left[1], *right[1]]


class Curves:
    """A program of two objectives, cut into pieces.

    Parameters
    ----------
    matrix
        The program; least cost.
    measure
        What each column adds to the other measure, of which less is better too.

    Attributes
    ----------
    split : Split
        Which columns and rows are left to decisions.
    blocks : list of Piece
        The blocks of the split.
    """

    def __init__(self, matrix: Matrix, measure: Floats) -> None:
        self.matrix, self.measure = matrix, measure
        self.split = Split.of(matrix)
        whole, scale = sparse(matrix), scale_of(matrix)
        decisions = self.split.columns
        self.blocks = [
            Piece(matrix, whole, rows, columns, decisions, measure, scale)
            for rows, columns in self.split.blocks
        ]
        self._whole = matrix.whole[decisions]
        held = decisions[self._whole]
        self._rest = Piece(matrix, whole, self.split.rows, decisions[~self._whole], held,
                           measure, scale)  # fmt: skip

    def at(self, decisions: Floats) -> Curve:
        """Give the curve of the whole program at whole-number decisions.

        Parameters
        ----------
        decisions : ndarray, shape (len(split.columns),)
            Values of the columns of the split; whole ones are rounded and held, of others those
            in blocks of their own are free again.

        Raises
        ------
        Unsolved
            There are no flows at these decisions.
        """
        held = np.round(decisions[self._whole])
        at = self.split.columns[self._whole]
        start = np.array([
            self.matrix.cost[at] @ held + self.matrix.constant, self.measure[at] @ held
        ])  # fmt: skip
        y = np.where(self._whole, np.round(decisions), decisions)
        curves = [block.curve(y[block.on])[0] for block in self.blocks]
        curves.append(self._rest.curve(held[self._rest.on])[0])
        return replace(Curve.sum([Curve(start[None, :]), *curves]), decisions=y)
