"""A program as a few decisions and many flows: the blocks that decisions alone hold together.

Once it is known what is open, the flows of one period and one family of products have nothing to
do with those of another. Each such block is a small linear program in which decisions stand on the
right-hand side; its prices at some decisions give a cut, a bound on what it costs at any others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from jvopt.models.sparse import Flags, Floats, Ints
from jvopt.solve.handover import FLOWS_ALONE, Matrix, silent
from jvopt.solve.matrices import connected_components, sp

SMALLEST = 20
"""Continuous columns that hang together in smaller numbers are left with the decisions."""
CUTS_KEPT = 60
"""Most cuts that a block remembers of one program."""


@dataclass(frozen=True, slots=True)
class Split:
    """Which columns and rows are decisions, and which are blocks of flows.

    Attributes
    ----------
    columns, rows : ndarray of int
        What is left when all blocks are taken away.
    blocks : list of (rows, columns)
        What hangs together when whole columns are held.
    """

    columns: Ints
    rows: Ints
    blocks: list[tuple[Ints, Ints]]

    @classmethod
    def of(cls, matrix: Matrix, held: Flags | None = None) -> Split:
        """Find the connected components of the continuous columns, apart from those `held`."""
        flows = np.flatnonzero(~(matrix.whole if held is None else matrix.whole | held))
        linked = sparse(matrix)[:, flows]
        count, label = connected_components(sp.bmat([[None, linked], [linked.T, None]]))
        of_row, of_column = label[: matrix.rows], label[matrix.rows :]
        large = np.flatnonzero(np.bincount(of_column, minlength=count) >= SMALLEST)
        return cls(
            np.setdiff1d(np.arange(matrix.columns), flows[np.isin(of_column, large)]),
            np.flatnonzero(~np.isin(of_row, large)),
            [(np.flatnonzero(of_row == k), flows[of_column == k]) for k in large],
        )


@dataclass(frozen=True, slots=True)
class Cut:
    r"""A bound on what a block costs.

    .. math:: v(y) \ge a + g^T y

    Attributes
    ----------
    price
        Prices of the block's rows that prove it.
    slope, level
        g, over the decisions that the block depends on, and a.
    """

    price: Floats
    slope: Floats
    level: float


@dataclass(frozen=True, slots=True)
class _Numbers:
    """All numbers of a block."""

    flows: sp.csr_matrix
    cost: Floats
    lower: Floats
    upper: Floats
    row_lower: Floats
    row_upper: Floats
    decisions: sp.csr_matrix

    def same_prices(self, other: _Numbers) -> bool:
        """Whether prices that are feasible for one are for the other: only rows' bounds differ."""
        mine = (self.flows.data, self.flows.indices, self.cost, self.lower, self.upper)
        theirs = (other.flows.data, other.flows.indices, other.cost, other.lower, other.upper)
        return all(np.array_equal(a, b) for a, b in zip(mine, theirs, strict=True))

    def same(self, other: _Numbers) -> bool:
        return (
            self.same_prices(other)
            and np.array_equal(self.row_lower, other.row_lower)
            and np.array_equal(self.row_upper, other.row_upper)
            and np.array_equal(self.decisions.data, other.decisions.data)
            and np.array_equal(self.decisions.indices, other.decisions.indices)
        )


class Unsolved(Exception):
    """A block has no plan at some decisions, or HiGHS did not find it."""


class Block:
    """One block, over many programs: what it knew of one serves the next.

    Parameters
    ----------
    rows, columns
        What it holds of the program.

    Attributes
    ----------
    on : ndarray of int
        The decisions it depends on, by position among the columns of the split.
    cuts : list of Cut
        Valid for the program that was loaded last.
    """

    def __init__(self, rows: Ints, columns: Ints) -> None:
        self.rows, self.columns = rows, columns
        self.cuts: list[Cut] = []
        self._known: list[tuple[_Numbers, list[Cut]]] = []
        self._points: list[Floats] = []
        self._loaded: _Numbers | None = None
        self._highs: Any = silent(FLOWS_ALONE)
        self._done: dict[bytes, tuple[float, Cut, Floats]] = {}

    def load(
        self, matrix: Matrix, whole_matrix: sp.csr_matrix, decisions: Ints, scale: float
    ) -> None:
        """Take the numbers of a program, and keep the cuts that still hold.

        Parameters
        ----------
        matrix, whole_matrix
            The program, and its rows as a scipy matrix.
        decisions
            The columns that are left to the decisions.
        scale
            What costs are multiplied by on their way to HiGHS.
        """
        mine = whole_matrix[self.rows]
        beside = mine[:, decisions].tocsc()
        self.on = np.flatnonzero(np.diff(beside.indptr))
        now = _Numbers(
            mine[:, self.columns].tocsr(),
            matrix.cost[self.columns],
            matrix.lower[self.columns],
            matrix.upper[self.columns],
            matrix.row_lower[self.rows],
            matrix.row_upper[self.rows],
            beside[:, self.on].tocsr(),
        )
        self._take(now, scale)
        again = next((cuts for known, cuts in self._known if known.same(now)), None)
        if again is None:
            close = next((pair for pair in self._known if pair[0].same_prices(now)), None)
            moved = [_moved(cut, close[0], now) for cut in close[1]] if close else []
            again = [cut for cut in moved if cut is not None]
            # The program that came first stays: others are mostly changes of it.
            self._known = [*self._known[:1], (now, again)]
        self.cuts = again

    def _take(self, now: _Numbers, scale: float) -> None:
        before, self._loaded, self._done = self._loaded, now, {}
        if before is not None and before.same(now):
            return
        touched = np.flatnonzero(np.diff(now.decisions.indptr))
        self._touched, self._beside = touched.astype(np.int32), now.decisions[touched]
        self._scale = scale
        basis = None if before is None else self._highs.getBasis()
        self._highs.passModel(
            program(now.cost * scale, now.lower, now.upper, now.row_lower, now.row_upper, now.flows)
        )
        if basis is not None:
            self._highs.setBasis(basis)

    def remember(self, decisions: Floats) -> None:
        """Mark decisions as worth a cut in the programs to come; of the cuts the latest stay."""
        self.cuts = self.cuts[-CUTS_KEPT:]
        if not any(np.array_equal(decisions[self.on], other[self.on]) for other in self._points):
            self._points = [*self._points[:1], decisions]

    def start(self, lower: Floats, upper: Floats) -> None:
        """Work out cuts at the remembered decisions, where none have stood the change.

        Parameters
        ----------
        lower, upper : ndarray, shape (columns of the split,)
            What decisions may be now; remembered ones are brought within.

        Raises
        ------
        Unsolved
            The block has no flows at some of them.
        """
        if not self.cuts:
            for point in self._points:
                self.solve(np.clip(point, lower, upper)[self.on], add=True)

    def solve(self, point: Floats, *, add: bool) -> tuple[float, Cut, Floats]:
        """Give the cost, a cut and the flows at some decisions.

        Parameters
        ----------
        point : ndarray, shape (len(on),)
            The decisions, those of `on` alone.
        add
            Whether to keep the cut.

        Raises
        ------
        Unsolved
            There are none.
        """
        key = point.round(9).tobytes()
        if key not in self._done:
            assert self._loaded is not None
            at, shift = self._touched, self._beside @ point
            now = self._loaded
            self._highs.changeRowsBounds(
                len(at), at, now.row_lower[at] - shift, now.row_upper[at] - shift
            )
            self._highs.run()
            if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                raise Unsolved
            solution = self._highs.getSolution()
            value = self._highs.getInfo().objective_function_value / self._scale
            price = np.array(solution.row_dual) / self._scale
            slope = -(now.decisions.T @ price)
            cut = Cut(price, slope, value - float(slope @ point))
            self._done[key] = value, cut, np.array(solution.col_value)
            if add:
                self.cuts.append(cut)
        return self._done[key]


def _moved(cut: Cut, old: _Numbers, new: _Numbers) -> Cut | None:
    """Give the cut that the same prices prove where only bounds of rows differ.

    None where a bound that has a price is gone: nothing is proven then.
    """
    side = np.where(cut.price > 0, new.row_lower, new.row_upper)
    before = np.where(cut.price > 0, old.row_lower, old.row_upper)
    if (np.isinf(side) & np.isfinite(before) & (cut.price != 0)).any():
        return None
    with np.errstate(invalid="ignore"):
        shift = np.where(cut.price > 0, new.row_lower - old.row_lower, 0.0)
        shift = np.where(cut.price < 0, new.row_upper - old.row_upper, shift)
    level = cut.level + float(cut.price @ np.where(np.isfinite(shift), shift, 0.0))
    return Cut(cut.price, -(new.decisions.T @ cut.price), level)


def sparse(matrix: Matrix) -> sp.csr_matrix:
    """Give the rows of a program as a scipy matrix."""
    shape = (matrix.rows, matrix.columns)
    return sp.csr_matrix((matrix.value, matrix.index, matrix.start), shape=shape)


def program(
    cost: Floats, lower: Floats, upper: Floats, row_lower: Floats, row_upper: Floats,
    rows: sp.csr_matrix,
) -> highspy.HighsLp:  # fmt: skip
    """Write a linear program for HiGHS."""
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(cost), len(row_lower)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, lower, upper
    lp.row_lower_, lp.row_upper_ = row_lower, row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = len(cost), len(row_lower)
    lp.a_matrix_.start_, lp.a_matrix_.index_ = rows.indptr, rows.indices
    lp.a_matrix_.value_ = rows.data
    return lp
