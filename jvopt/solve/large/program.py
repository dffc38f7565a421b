r"""The program that is searched: presolved by HiGHS, with its switches found.

A *switch* is a whole column that lets others be used: a site, line, lane or mode that is open. A
*switch row* says how much it lets through, :math:`\sum_j a_j x_j \le b\,y`, with y the switch.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from jvopt.models.sparse import Flags, Floats, Ints
from jvopt.solve.handover import Matrix, hand_over

SLOW_RULES = (14, 15, 16)
"""Rules of HiGHS's presolve (`PresolveRuleType`) that take long here and find nothing: sparsify,
probing, enumeration. What they would fix, the search rules out itself."""


class Sparse:
    """A matrix by rows: those of row i are ``start[i]:start[i + 1]``."""

    def __init__(self, start: Ints, index: Ints, value: Floats, width: int) -> None:
        self.start, self.index, self.value, self.width = start, index, value, width
        self.row = np.repeat(np.arange(len(start) - 1), np.diff(start))

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.start) - 1

    def times(self, x: Floats) -> Floats:
        """Give the matrix times a column."""
        weight = self.value * x[self.index]
        done: Floats = np.bincount(self.row, weight, self.height).astype(float)
        return done

    def priced(self, price: Floats) -> Floats:
        """Give a row of prices times the matrix."""
        weight = self.value * price[self.row]
        paid: Floats = np.bincount(self.index, weight, self.width).astype(float)
        return paid

    def transposed(self) -> Sparse:
        """Give the same by columns."""
        order = np.argsort(self.index, kind="stable")
        start = np.searchsorted(self.index[order], np.arange(self.width + 1))
        return Sparse(start, self.row[order], self.value[order], self.height)

    def take(self, rows: Ints) -> tuple[Ints, Ints, Floats]:
        """Give some rows as the position of each entry's row in `rows`, its index and value."""
        count = self.start[rows + 1] - self.start[rows]
        owner = np.repeat(np.arange(len(rows)), count)
        at = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
        at += np.repeat(self.start[rows], count)
        return owner, self.index[at], self.value[at]


@dataclass(frozen=True, slots=True)
class Switches:
    """Which columns hang on which switch.

    Attributes
    ----------
    row : ndarray of int
        For each column the switch row that holds it tightest; -1 for none.
    weight : ndarray
        For each column its coefficient there.
    of_row : ndarray of int
        For each switch row its switch; -1 for other rows.
    capacity : ndarray
        For each switch row what the switch lets through.
    implied : ndarray of bool
        Switch rows that others imply.
    """

    row: Ints
    weight: Floats
    of_row: Ints
    capacity: Floats
    implied: Flags


class Program:
    """A presolved program.

    Parameters
    ----------
    matrix
        The program before; least cost.
    seconds
        Most that presolve may take; what it has not done by then stays as it was.

    Attributes
    ----------
    decided : bool
        Whether presolve alone has settled the program: there is nothing to search, or no plan.
    cost, lower, upper, whole, row_lower, row_upper, constant
        As in `jvopt.solve.handover.Matrix`; money is multiplied by `scale`.
    most : ndarray
        For each column a number that the rows allow it at most.
    rows, by_column : Sparse
        The coefficients.
    switches : Switches
    pure : ndarray of bool
        Rows that hold whole columns alone.
    """

    def __init__(self, matrix: Matrix, seconds: float = np.inf) -> None:
        self._highs, self.scale = hand_over(matrix)
        self._highs.setOptionValue("time_limit", max(seconds, 0.01))
        self._highs.setOptionValue("presolve_rule_off", sum(1 << rule for rule in SLOW_RULES))
        self._highs.presolve()
        status = self._highs.getModelPresolveStatus()
        self._reduced = status == highspy.HighsPresolveStatus.kReduced
        self.decided = not (self._reduced or status == highspy.HighsPresolveStatus.kNotReduced)
        lp = self._highs.getPresolvedLp()
        self.cost, self.constant = np.array(lp.col_cost_), float(lp.offset_)
        self.lower, self.upper = np.array(lp.col_lower_), np.array(lp.col_upper_)
        self.row_lower, self.row_upper = np.array(lp.row_lower_), np.array(lp.row_upper_)
        kinds = np.array([k != highspy.HighsVarType.kContinuous for k in lp.integrality_], bool)
        self.whole: Flags = kinds if len(kinds) else np.zeros(len(self.cost), bool)
        stored = (
            np.array(lp.a_matrix_.start_, np.int64),
            np.array(lp.a_matrix_.index_, np.int64),
            np.array(lp.a_matrix_.value_),
        )
        columns, rows = len(self.cost), len(self.row_lower)
        if lp.a_matrix_.format_ == highspy.MatrixFormat.kColwise:
            self.by_column = Sparse(*stored, rows)
            self.rows = self.by_column.transposed()
        else:
            self.rows = Sparse(*stored, columns)
            self.by_column = self.rows.transposed()
        loose = np.bincount(
            self.rows.row, weights=~self.whole[self.rows.index], minlength=self.rows.height
        )
        self.pure: Flags = loose == 0
        self.most = _most(self)
        self.switches = _switches(self)

    def __len__(self) -> int:
        return len(self.cost)

    def matrix(self, lower: Floats, upper: Floats) -> Matrix:
        """Give the program for HiGHS, with other bounds of its columns."""
        a = self.rows
        return Matrix(
            self.cost, lower, upper, self.whole, self.row_lower, self.row_upper,
            a.start, a.index, a.value, self.constant, {}, {},
        )  # fmt: skip

    def restored(self, x: Floats) -> Floats | None:
        """Give a point of the program before presolve; None where HiGHS cannot."""
        if not self._reduced:
            return x
        solution = highspy.HighsSolution()
        solution.col_value = x
        solution.value_valid = True
        if self._highs.postsolve(solution) == highspy.HighsStatus.kError:
            return None
        return np.array(self._highs.getSolution().col_value)


def _most(p: Program) -> Floats:
    """Give the most of each column that its rows allow, by the least that all others make.

    Three rounds of bound tightening (M. W. P. Savelsbergh, ORSA Journal on Computing 6, 1994).
    """
    a, endless = p.rows, 1e30
    most = p.upper.copy()
    up = a.value > 0
    for _ in range(3):
        high = np.minimum(most, endless)[a.index] * a.value
        low = np.maximum(p.lower, -endless)[a.index] * a.value
        least, largest = np.where(up, low, high), np.where(up, high, low)
        sum_least = np.bincount(a.row, weights=least, minlength=a.height)
        sum_largest = np.bincount(a.row, weights=largest, minlength=a.height)
        room = np.where(
            up,
            p.row_upper[a.row] - (sum_least[a.row] - least),
            p.row_lower[a.row] - (sum_largest[a.row] - largest),
        )
        allowed = np.where(np.abs(room) < endless / 1e6, room / a.value, np.inf)
        tighter = most.copy()
        np.minimum.at(tighter, a.index, np.maximum(allowed, p.lower[a.index]))
        # A hair more than the arithmetic says: these bounds must hold.
        most = np.where(p.whole, most, np.minimum(most, tighter * (1 + 1e-9)))
    return most


def _switches(p: Program) -> Switches:
    a = p.rows
    at_most = (p.row_upper == 0) & np.isneginf(p.row_lower)
    at_least = (p.row_lower == 0) & np.isposinf(p.row_upper)
    value = a.value * np.where(at_most, 1.0, np.where(at_least, -1.0, 0.0))[a.row]
    whole = p.whole[a.index]
    binary = p.whole & (p.lower >= 0) & (p.upper <= 1)
    fits = np.where(whole, (value < 0) & binary[a.index], (value > 0) & (p.lower[a.index] == 0))
    size = np.diff(a.start)
    is_switch = (np.bincount(a.row, weights=fits, minlength=a.height) == size) & (
        np.bincount(a.row, weights=whole, minlength=a.height) == 1
    ) & (size > 1)  # fmt: skip
    of_row, capacity = np.full(a.height, -1), np.zeros(a.height)
    mine = is_switch[a.row] & whole
    of_row[a.row[mine]], capacity[a.row[mine]] = a.index[mine], -value[mine]
    # Each column hangs on the row that leaves it least room.
    held = np.flatnonzero(is_switch[a.row] & ~whole)
    load = np.bincount(
        a.row[held], weights=value[held] * np.minimum(p.most, 1e15)[a.index[held]],
        minlength=a.height,
    )  # fmt: skip
    room = capacity / np.maximum(load, 1e-30)
    held = held[np.lexsort((room[a.row[held]], a.index[held]))]
    first = held[np.flatnonzero(np.diff(a.index[held], prepend=-1))]
    row, weight = np.full(len(p), -1), np.ones(len(p))
    row[a.index[first]], weight[a.index[first]] = a.row[first], value[first]
    return Switches(row, weight, of_row, capacity, _implied(p, row, weight, of_row, capacity))


def _implied(p: Program, row: Ints, weight: Floats, of_row: Ints, capacity: Floats) -> Flags:
    """Say which switch rows follow from others of the same switch, which hold all their columns."""
    a = p.rows
    entry = np.flatnonzero((of_row[a.row] >= 0) & ~p.whole[a.index])
    mine, other = a.row[entry], row[a.index[entry]]
    foreign = (mine == other) | (of_row[mine] != of_row[other])
    apart = np.bincount(mine, weights=foreign, minlength=a.height) == 0
    # What the other rows let through, counted in units of this row.
    pair, at = np.unique(mine * a.height + other, return_inverse=True)
    ratio = np.zeros(len(pair))
    np.maximum.at(ratio, at, np.abs(a.value[entry]) / weight[a.index[entry]])
    through = np.bincount(
        pair // a.height, weights=ratio * capacity[pair % a.height], minlength=a.height
    )
    implied: Flags = (of_row >= 0) & apart & (through <= capacity * (1 + 1e-9))
    return implied
