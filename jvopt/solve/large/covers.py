"""Rows over whole columns alone: enough must be open for what is wanted."""

from __future__ import annotations

from collections.abc import Callable

import highspy
import numpy as np

from jvopt.models.sparse import Floats, Ints
from jvopt.solve.handover import allow, silent
from jvopt.solve.large.program import Program
from jvopt.solve.large.relaxation import Relaxation


def covers(p: Program, relaxation: Relaxation) -> list[tuple[Floats, float]]:
    r"""Give rows :math:`\sum_y k_y\,y \ge q` that every plan obeys.

    Rows of what is wanted are added up, for each part of the program that hangs together; each
    column in the sum is at most what its switch row lets through:

    .. math:: \sum_i \lambda_i b_i \le \sum_j (\lambda A)_j\,x_j
        \le \sum_r \max_{j \in r} \frac{(\lambda A)_j}{a_j}\,b_r\,y_r

    Then the rows in which those columns go out are added, so that what comes in takes their
    place, and so on up the stream: the total demand against the open capacity of each stage.
    """
    a, s = p.rows, p.switches
    exact = relaxation.priced & (p.row_lower == p.row_upper)
    whole = p.whole[a.index]
    odd = np.bincount(a.row, weights=(a.value < 0) | whole, minlength=a.height) > 0
    part = parts(p)
    weight = np.where(exact & (p.row_lower > 0) & ~odd, 1.0, 0.0)
    taken = weight > 0
    found = []
    while True:
        total = np.where(p.whole, 0.0, a.priced(weight))
        inside = np.zeros(len(p), np.int64) - 1
        used = weight[a.row] > 0
        inside[a.index[used]] = part[a.row[used]]
        asked = np.bincount(
            part[taken], weights=(weight * np.where(taken, p.row_lower, 0.0))[taken],
            minlength=a.height,
        )  # fmt: skip
        column = np.flatnonzero(total > 1e-9)
        loose = column[~relaxation.held[column]]
        asked -= np.bincount(
            inside[loose], weights=total[loose] * p.most[loose], minlength=a.height
        )
        held = column[relaxation.held[column]]
        through = np.zeros(a.height)
        np.maximum.at(through, s.row[held], total[held] / s.weight[held])
        rows = np.unique(s.row[held])
        for number in np.unique(inside[column]):
            mine = rows[part[rows] == number]
            if asked[number] > 0 and len(mine):
                worth = s.capacity[mine] * through[mine]
                cover = np.bincount(s.of_row[mine], weights=worth, minlength=len(p))
                found.append((np.minimum(cover, asked[number]), float(asked[number])))
        upstream = np.flatnonzero(
            (exact & (p.row_lower == 0) & ~taken)[a.row] & (a.value < 0) & (total[a.index] > 1e-9)
        )
        if not len(upstream):
            return found
        needed = np.zeros(a.height)
        np.maximum.at(needed, a.row[upstream], total[a.index[upstream]] / -a.value[upstream])
        weight, taken = weight + needed, taken | (needed > 0)


def parts(p: Program) -> Ints:
    """Give for each row the part that it belongs to: rows that continuous columns tie together."""
    a = p.rows
    tied = np.flatnonzero(~p.whole[a.index])
    row, column = a.row[tied], a.index[tied]
    part = np.arange(a.height)
    while True:
        lowest = np.full(len(p), a.height)
        np.minimum.at(lowest, column, part[row])
        joined = part.copy()
        np.minimum.at(joined, row, lowest[column])
        if np.array_equal(joined, part):
            return part
        part = joined


class Choice:
    """The small program of the whole columns alone: pure rows and covers.

    Parameters
    ----------
    slack
        A choice may cost so much more than the best; the bound that is given never does.
    seconds
        Gives the most that the next choice may take.
    """

    def __init__(
        self,
        p: Program,
        covering: list[tuple[Floats, float]],
        slack: float,
        seconds: Callable[[], float],
    ) -> None:
        self._p = p
        self._columns = np.flatnonzero(p.whole)
        highs = self._highs = silent()
        count = len(self._columns)
        self._numbers = np.arange(count, dtype=np.int32)
        self._lower, self._upper = p.lower[self._columns], p.upper[self._columns]
        highs.addVars(count, self._lower, self._upper)
        kinds = np.full(count, highspy.HighsVarType.kInteger)
        highs.changeColsIntegrality(count, self._numbers, kinds)
        place = np.full(len(p), -1)
        place[self._columns] = self._numbers
        pure = np.flatnonzero(p.pure)
        owner, index, value = p.rows.take(pure)
        for n, row in enumerate(pure):
            mine = owner == n
            self._add(p.row_lower[row], p.row_upper[row], place[index[mine]], value[mine])
        for weight, asked in covering:
            at = np.flatnonzero(weight[self._columns])
            self._add(asked, np.inf, at, weight[self._columns][at])
        highs.setOptionValue("mip_rel_gap", 0.0)
        highs.setOptionValue("mip_abs_gap", slack)
        self._seconds = seconds

    def _add(self, lower: float, upper: float, index: Ints, value: Floats) -> None:
        self._highs.addRow(lower, upper, len(index), index.astype(np.int32), value)

    def without(self, worth: Floats, column: int, value: float) -> float:
        """Give a bound on the cheapest choice that does not hold a column at a value of 0 or 1."""
        number = int(np.searchsorted(self._columns, column))
        self._highs.changeColBounds(number, 1.0 - value, 1.0 - value)
        least, _ = self(worth)
        self._highs.changeColBounds(number, self._lower[number], self._upper[number])
        return least

    def restrict(self, lower: Floats, upper: Floats) -> None:
        """Let the columns range within other bounds."""
        self._lower, self._upper = lower[self._columns], upper[self._columns]
        for number in range(len(self._columns)):
            self._highs.changeColBounds(number, self._lower[number], self._upper[number])

    def __call__(self, worth: Floats) -> tuple[float, Floats]:
        """Give a bound on the cheapest choice, and a cheap choice."""
        highs = self._highs
        highs.changeColsCost(len(self._columns), self._numbers, worth[self._columns])
        allow(highs, self._seconds(), whole=True)
        highs.run()
        info = highs.getInfo()
        y = np.zeros(len(self._p))
        y[self._columns] = by_itself = np.where(worth[self._columns] < 0, self._upper, self._lower)
        if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
            y[self._columns] = np.round(highs.getSolution().col_value)
        if highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return np.inf, y
        least = float(worth[self._columns] @ by_itself)
        return max(float(info.mip_dual_bound), least), y
