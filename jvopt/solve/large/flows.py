"""The flows that are left once whole columns are chosen: small linear programs, kept warm."""

from __future__ import annotations

from collections.abc import Callable

import highspy
import numpy as np

from jvopt.models.sparse import Floats, Ints
from jvopt.solve.handover import allow, silent
from jvopt.solve.large.covers import parts
from jvopt.solve.large.program import Program
from jvopt.solve.large.relaxation import Relaxation, filled

CHEAPEST = 6
"""Columns that each row starts with, of those that come in and of those that go out."""
SLICE = 2.0
"""Seconds of a linear program after which it is asked whether to go on."""


class Part:
    """A part of the program that hangs together once whole columns are chosen.

    It starts from few columns and takes in others by price. What is wanted may be left out at a
    forbidding cost, so that every choice has a value and a bad start still leads somewhere.

    Parameters
    ----------
    p, relaxation
        The whole program, and its relaxation.
    rows, every
        Its rows and columns of flows, as positions in the program.
    first
        The columns that it starts from, of `every`.
    forbidding
        What a unit costs that is left out, in the scaled money of the program.
    go_on
        Asked now and then; False breaks a linear program off, which then counts as without a plan.

    Attributes
    ----------
    value
        Least cost of the last choice that was solved, in scaled money; inf where there is none.
    missing
        Units left out.
    price : ndarray, shape (len(rows),)
        Dual price of each row at that choice.
    has : ndarray of bool, shape (columns of the program,)
        Which columns it has taken in.
    touches : ndarray of int
        The whole columns that its rows hang on.
    """

    def __init__(
        self,
        p: Program,
        relaxation: Relaxation,
        rows: Ints,
        every: Ints,
        first: Ints,
        forbidding: float,
        go_on: Callable[[], bool],
    ) -> None:
        self._p, self._go_on = p, go_on
        self._priced = relaxation.priced[rows]
        self._held = relaxation.held[every]
        self.rows, self.every = rows, every
        self._place = np.full(p.rows.height, -1)
        self._place[rows] = np.arange(len(rows))
        self.has = np.zeros(len(p), bool)
        self._columns = np.zeros(0, np.int64)
        self._lower, self._upper = p.row_lower[rows], p.row_upper[rows]
        highs = self._highs = silent()
        highs.setOptionValue("presolve", "off")
        highs.setOptionValue("solver", "simplex")
        count = len(rows)
        self._numbers = np.arange(count, dtype=np.int32)
        nothing = np.zeros(0, np.int32)
        highs.addRows(
            count, self._lower, self._upper, 0, np.zeros(count, np.int32), nothing, np.zeros(0)
        )
        wanted = np.flatnonzero(np.isfinite(self._lower))
        self._left_out = len(wanted)
        self._extend(
            np.full(len(wanted), forbidding), np.zeros(len(wanted)), np.full(len(wanted), np.inf),
            np.arange(len(wanted)), wanted, np.ones(len(wanted)),
        )  # fmt: skip
        self.take(first)
        inside = (self._place[p.rows.row] >= 0) & p.whole[p.rows.index]
        self._row = self._place[p.rows.row[inside]]
        self._whole, self._value = p.rows.index[inside], p.rows.value[inside]
        self.touches = np.unique(self._whole)
        owner, row, entry = p.by_column.take(every)
        mine = self._place[row] >= 0
        self._owner, self._at, self._entry = owner[mine], self._place[row[mine]], entry[mine]
        self._choice: Floats | None = None
        self.value, self.missing = 0.0, 0.0
        self.price = np.zeros(count)

    def forbid(self, cost: float) -> None:
        """Set what a unit costs that is left out."""
        count = self._left_out
        self._highs.changeColsCost(count, np.arange(count, dtype=np.int32), np.full(count, cost))
        self._choice = None

    def take(self, columns: Ints) -> int:
        """Take in columns; give how many were new."""
        p, new = self._p, columns[~self.has[columns]]
        if len(new):
            owner, row, value = p.by_column.take(new)
            keep = self._place[row] >= 0
            self._extend(
                p.cost[new], p.lower[new], p.upper[new],
                owner[keep], self._place[row[keep]], value[keep],
            )  # fmt: skip
            self._columns = np.concatenate([self._columns, new])
            self.has[new] = True
            self._choice = None
        return len(new)

    def _extend(
        self, cost: Floats, lower: Floats, upper: Floats, owner: Ints, row: Ints, value: Floats
    ) -> None:
        start = np.searchsorted(owner, np.arange(len(cost))).astype(np.int32)
        self._highs.addCols(
            len(cost), cost, lower, upper, len(row), start, row.astype(np.int32), value
        )

    def solve(self, choice: Floats) -> float:
        """Give the least cost of the flows under a choice, inf where there are none.

        Parameters
        ----------
        choice : ndarray, shape (columns of the program,)
            Values of the whole columns; others are not looked at.
        """
        mine = choice[self.touches]
        if self._choice is not None and np.array_equal(mine, self._choice):
            return self.value
        shift = np.bincount(
            self._row, weights=self._value * choice[self._whole], minlength=len(self.rows)
        )
        self._highs.changeRowsBounds(  # type: ignore[attr-defined]
            len(self.rows), self._numbers, self._lower - shift, self._upper - shift
        )
        if self._choice is not None and _far(self._choice, mine):
            self._highs.clearSolver()
        if self._run() != highspy.HighsModelStatus.kOptimal:
            self._choice = None
            self.value = np.inf
            return np.inf
        solution = self._highs.getSolution()
        self.price = np.array(solution.row_dual)
        self._x = np.array(solution.col_value)
        self.missing = float(self._x[: self._left_out].sum())
        self.value = float(self._highs.getInfo().objective_function_value)
        self._choice = mine.copy()
        return self.value

    def settle(self, choice: Floats) -> float:
        """Give the least cost under a choice over all columns: those that make it cheaper go in."""
        while True:
            value = self.solve(choice)
            if not np.isfinite(value) or not self._priced_in(choice):
                return value

    def _priced_in(self, choice: Floats) -> int:
        """Take in the columns that would make the choice cheaper; give how many."""
        every, switches = self.every, self._p.switches
        cost = self._p.cost[every]
        usable = ~self._held
        usable[self._held] = choice[switches.of_row[switches.row[every[self._held]]]] > 0.5
        cheaper = cost - self._paid(self.price) < -1e-7 * np.maximum(1.0, np.abs(cost))
        return self.take(every[cheaper & usable])

    def _paid(self, price: Floats) -> Floats:
        """Give what the rows pay for each of `every`."""
        weight = self._entry * price[self._at]
        paid: Floats = np.bincount(self._owner, weight, len(self.every)).astype(float)
        return paid

    def _run(self) -> highspy.HighsModelStatus:
        highs = self._highs
        while True:
            allow(highs, SLICE, whole=False)
            highs.run()
            status = highs.getModelStatus()
            if status != highspy.HighsModelStatus.kTimeLimit or not self._go_on():
                return status

    def cut(self) -> tuple[float, Floats]:
        r"""Give what any choice y costs here at least: a level, and a slope for each whole column.

        The relaxation at the prices of the last choice is a plane that touches the cost there,

        .. math:: v(y) \ge \sum_i \pi_i b_i + \sum_{j\,\text{free}} \min_{x_j} \bar c_j x_j
            + \sum_y y \Bigl(\sum_{r \in y} \kappa_r - \pi A_y\Bigr)

        with the knapsacks :math:`\kappa` of `Relaxation.at`: steeper, where a column is shut, than
        the cut of J. F. Benders (Numerische Mathematik 4, 1962), whose price for a shut row may be
        any that is high enough.
        """
        price = np.where(self._priced, self.price, 0.0)
        price = np.where(np.isneginf(self._lower), np.minimum(price, 0.0), price)
        price = np.where(np.isposinf(self._upper), np.maximum(price, 0.0), price)
        used = np.flatnonzero(price)
        side = np.where(price > 0, self._lower, self._upper)
        level = float(price[used] @ side[used])
        reduced: Floats = self._p.cost[self.every] - self._paid(price)
        loose = np.where(reduced > 0, self._p.lower[self.every], self._p.most[self.every])
        loose = np.where(self._held | (reduced == 0), 0.0, loose)
        level += float(reduced @ loose)
        earning = np.flatnonzero(self._held & (reduced < 0))
        cost = np.zeros(len(self._p))
        cost[self.every] = reduced
        column, units = filled(self._p, self.every[earning], reduced[earning])
        switches = self._p.switches
        switch = switches.of_row[switches.row[column]]
        slope: Floats = np.bincount(switch, cost[column] * units, len(self._p)).astype(float)
        slope -= np.bincount(self._whole, self._value * price[self._row], len(self._p))
        return level, slope

    def flows(self, x: Floats) -> None:
        """Write the flows of the last choice into a point."""
        x[self._columns] = self._x[self._left_out :]


def _far(here: Floats, there: Floats) -> bool:
    """Say whether two choices differ so much that the basis of the one does not help the other."""
    return bool(np.abs(there - here).sum() >= max(here.sum(), there.sum(), 1.0))


class Flows:
    """All parts of a program.

    Parameters
    ----------
    program, relaxation
        What is solved.
    price
        Good prices of the rows: they tell which columns to start with.
    go_on
        As for `Part`.
    """

    def __init__(
        self, program: Program, relaxation: Relaxation, price: Floats, go_on: Callable[[], bool]
    ) -> None:
        p = self._p = program
        a = p.rows
        loose = ~p.whole
        lasting = ~p.switches.implied & ~p.pure
        part = parts(p)
        of_column = np.full(len(p), -1)
        tied = lasting[a.row] & loose[a.index]
        of_column[a.index[tied]] = part[a.row[tied]]
        first = _cheapest(p, relaxation, price)
        self._forbidding = 10.0 * max(float(np.abs(price).max(initial=1.0)), 1.0)
        self._most_forbidding = 1e4 * self._forbidding
        self.parts = [
            Part(
                p,
                relaxation,
                np.flatnonzero(lasting & (part == number)),
                np.flatnonzero(of_column == number),
                np.flatnonzero((of_column == number) & first),
                self._forbidding,
                go_on,
            )
            for number in np.unique(of_column[of_column >= 0])
        ]
        alone = np.flatnonzero(loose & (of_column < 0))
        self._alone = np.zeros(len(p))
        self._alone[alone] = np.where(p.cost[alone] < 0, p.upper[alone], p.lower[alone])
        self._constant = p.constant + float(p.cost @ self._alone)

    @property
    def missing(self) -> float:
        """Units that the last choice leaves out; a plan leaves out none."""
        return sum(part.missing for part in self.parts)

    def forbid(self) -> bool:
        """Make it dearer to leave something out; False where that is of no use any more."""
        if self._forbidding >= self._most_forbidding:
            return False
        self._forbidding *= 10.0
        for part in self.parts:
            part.forbid(self._forbidding)
        return True

    def fixed(self, choice: Floats) -> float:
        """Give what a choice costs apart from its flows."""
        return self._constant + float(self._p.cost @ choice)

    def solve(self, choice: Floats) -> float:
        """Give the least cost of a choice over all columns."""
        return self.fixed(choice) + sum(part.settle(choice) for part in self.parts)

    def point(self, choice: Floats) -> Floats:
        """Give the point of the choice that was solved last."""
        x = np.where(self._p.whole, choice, self._alone)
        for part in self.parts:
            part.flows(x)
        return x


def _cheapest(p: Program, relaxation: Relaxation, price: Floats) -> np.ndarray:
    """Say which columns are among the cheapest of a priced row, in or out."""
    a = p.rows
    reduced = p.cost - a.priced(price)
    chosen = ~p.whole & ~relaxation.held
    for sign in (1.0, -1.0):
        entry = np.flatnonzero(relaxation.priced[a.row] & (sign * a.value > 0) & ~p.whole[a.index])
        row, column = a.row[entry], a.index[entry]
        order = np.lexsort((reduced[column], row))
        row, column = row[order], column[order]
        first = np.flatnonzero(np.diff(row, prepend=-1))
        rank = np.arange(len(row)) - np.repeat(first, np.diff(np.append(first, len(row))))
        chosen[column[rank < CHEAPEST]] = True
    return chosen
