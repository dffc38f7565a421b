r"""The Lagrangian relaxation: rows are priced, and what hangs on a switch falls apart.

With prices :math:`\pi` of the rows, each switch is on its own: what it earns when it is on is a
continuous knapsack for each of its rows. Any prices give a bound on every plan. See M. L. Fisher,
The Lagrangian relaxation method for solving integer programming problems, Management Science 27
(1981), and for networks like ours J. E. Beasley, Lagrangean heuristics for location problems,
European Journal of Operational Research 65 (1993).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from jvopt.models.sparse import Flags, Floats, Ints
from jvopt.solve.large.program import Program


@dataclass(frozen=True, slots=True)
class Point:
    """What some prices give.

    Attributes
    ----------
    bound
        No plan costs less.
    x : ndarray
        The point that the relaxation chooses; it need not obey the priced rows.
    worth : ndarray
        For each whole column what one more of it costs, with all that it then lets through.
    least
        The part of `bound` that any choice of the whole columns costs at least.
    """

    bound: float
    x: Floats
    worth: Floats
    least: float


class Chooser(Protocol):
    """Chooses whole columns by what they cost, under rows that the relaxation leaves out."""

    def __call__(self, worth: Floats) -> tuple[float, Floats]:
        """Give a bound on the cost of any choice, and a choice for all columns."""


class Relaxation:
    """The relaxation of a program.

    Attributes
    ----------
    priced : ndarray of bool
        Rows that have a price. Those of whole columns alone have none: they are left out, or
        kept by a `Chooser`. Switch rows that hold all of their columns need none.
    """

    def __init__(self, program: Program) -> None:
        p = self.program = program
        s = p.switches
        elsewhere = (s.row[p.rows.index] != p.rows.row) & ~p.whole[p.rows.index]
        mixed = np.bincount(p.rows.row, weights=elsewhere, minlength=p.rows.height) > 0
        self.priced: Flags = ~p.pure & ~s.implied & ((s.of_row < 0) | mixed)
        self.held: Flags = s.row >= 0
        self._rest = ~self.held & ~p.whole

    def clipped(self, price: Floats) -> Floats:
        """Give the nearest prices of the right sign."""
        p = self.program
        price = np.where(np.isneginf(p.row_lower), np.minimum(price, 0.0), price)
        price = np.where(np.isposinf(p.row_upper), np.maximum(price, 0.0), price)
        return np.where(self.priced, price, 0.0)

    def at(self, price: Floats, choose: Chooser | None = None) -> Point:
        r"""Solve the relaxation.

        .. math:: z(\pi) = z_0 + \sum_i \pi_i b_i
            + \min_{y} \sum_y y \Bigl(\bar c_y + \sum_{r \in y} \kappa_r\Bigr)
            + \sum_{j\,\text{free}} \min_{x_j} \bar c_j x_j, \quad
            \kappa_r = \min\Bigl\{\sum_{j \in r} \bar c_j x_j : \sum_j a_j x_j \le b_r,\;
            0 \le x_j \le u_j\Bigr\}

        with :math:`\bar c = c - A^T\pi`, :math:`b_i` the bound that the sign of the price points
        at, r the switch rows and u the most of each column.

        Parameters
        ----------
        price
            Of each row; see `clipped`.
        choose
            Chooses the whole columns; each by itself where None.
        """
        p, s = self.program, self.program.switches
        reduced = p.cost - p.rows.priced(price)
        bound = p.constant + _times(price, np.where(price > 0, p.row_lower, p.row_upper))
        x = np.zeros(len(p))
        column = np.flatnonzero(self.held & (reduced < 0))
        column, units = filled(p, column, reduced[column])
        switch = s.of_row[s.row[column]]
        gain = np.bincount(switch, weights=reduced[column] * units, minlength=len(p))
        worth = np.where(p.whole, reduced + gain, 0.0)
        if choose is None:
            y = np.where(p.whole, np.where(worth < 0, p.upper, p.lower), 0.0)
            least = _times(worth, y)
        else:
            least, y = choose(worth)
        bound += least
        x[column] = units * y[switch]
        free = np.where(self._rest, np.where(reduced < 0, p.most, p.lower), 0.0)
        free[reduced == 0] = np.where(self._rest, p.lower, 0.0)[reduced == 0]
        bound += _times(reduced, free)
        return Point(bound, np.where(self._rest, free, np.where(p.whole, y, x)), worth, least)

    def start(self, *, paying: bool) -> Floats:
        r"""Give prices at which no column earns anything, as high as they get row by row.

        Dual ascent (D. Erlenkotter, A dual-based procedure for uncapacitated facility location,
        Operations Research 26, 1978), over all rows at once: the price of each row rises to the
        least :math:`\bar c_j / a_{ij}` over its columns, until none can rise.

        Parameters
        ----------
        paying
            Whether columns pay their share of what their switch costs, by capacity.
        """
        p, s, a = self.program, self.program.switches, self.program.rows
        cost = np.where(p.whole, 0.0, p.cost)
        if paying:
            used = np.unique(s.row[self.held])
            times = np.bincount(s.of_row[used], minlength=len(p))
            row = s.row[self.held]
            switch = s.of_row[row]
            share = np.maximum(p.cost[switch], 0.0) / times[switch] / s.capacity[row]
            cost[self.held] += s.weight[self.held] * share
        entry = np.flatnonzero(
            (a.value > 0) & (self.priced & np.isfinite(p.row_lower))[a.row] & ~p.whole[a.index]
        )
        shared = np.bincount(a.index[entry], minlength=len(p))
        part = 1.0 / (a.value[entry] * shared[a.index[entry]])
        price = np.zeros(a.height)
        for _ in range(len(p)):
            room = np.full(a.height, np.inf)
            reduced = cost - a.priced(price)
            np.minimum.at(room, a.row[entry], reduced[a.index[entry]] * part)
            rise = np.where(np.isfinite(room), np.maximum(room, 0.0), 0.0)
            if rise.max(initial=0.0) <= 1e-9 * np.abs(price).max(initial=1.0):
                break
            price += rise
        return price


def filled(p: Program, column: Ints, reduced: Floats) -> tuple[Ints, Floats]:
    """Fill the knapsack of each switch row with the columns that earn most for their room.

    Parameters
    ----------
    column
        Columns that hang on a switch, and earn something.
    reduced
        The reduced cost of each.

    Returns
    -------
    column, units
        The same columns in order, and how much of each is taken while the switch is on.
    """
    s = p.switches
    row, weight = s.row[column], s.weight[column]
    order = _by_row_and_value(row, reduced / weight)
    column, row, weight = column[order], row[order], weight[order]
    load = np.minimum(weight * p.most[column], s.capacity[row])
    first = np.flatnonzero(np.diff(row, prepend=-1))
    so_far = np.cumsum(load) - load
    before = so_far - np.repeat(so_far[first], np.diff(np.append(first, len(row))))
    units: Floats = np.clip(s.capacity[row] - before, 0.0, load) / weight
    return column, units


def _by_row_and_value(row: Ints, value: Floats) -> Ints:
    """Sort by row, then by value: in one pass where numbers have digits enough for both."""
    if not len(row):
        return row
    least = value.min()
    span = max(float(value.max() - least), 1e-300)
    order = np.argsort(row + 0.999 * ((value - least) / span))
    if ((np.diff(row[order]) == 0) & (np.diff(value[order]) < 0)).any():
        return np.lexsort((value, row))
    return order


def _times(factor: Floats, value: Floats) -> float:
    used = factor != 0
    return float(factor[used] @ value[used])
