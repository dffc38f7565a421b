r"""The exact efficient frontier of cost against another measure, for programs with whole numbers.

Let :math:`v(e)` be the least cost of a plan whose measure is at most e. Each set of whole-number
decisions alone gives a convex broken line (`jvopt.solve.curves`), and v is the lowest of all of
these lines: broken, with jumps. It is found from below: of the lines known so far the lowest is
taken, and each of its pieces is put to the test whether any decisions come to less there. Over a
piece from :math:`(c_1, e_1)` to :math:`(c_2, e_2)`, :math:`c_1 \ge c_2`, that is one program

.. math:: \min \; c(x) + \frac{c_1 - c_2}{e_2 - e_1}\,m(x)
    \quad\text{where}\quad c(x) \le c_1,\; m(x) < e_2

If its least value is that of the piece, no plan lies below the piece, which then is part of the
frontier for good; if not, the decisions found add their line, and the search goes on. It ends
as there are finitely many decisions. Close to the boxed line method of T. Perini, N. Boland,
D. Pecin and M. Savelsbergh, A criterion space method for biobjective mixed integer programming:
the boxed line method, INFORMS J. on Computing 32 (2020), 16-39.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Protocol

import numpy as np

from jvopt.solve.curves import TILT, Curve
from jvopt.solve.search import Stop
from jvopt.solve.twofold import Aim, Interrupted

EDGE = 1e-7
"""Distance from the end of a piece, as a share of the range, that counts as no distance."""
SAME = 1e-9
"""Relative difference of costs below which plans cost the same."""


class Answers(Protocol):
    """Something that knows whether any decisions come to less than a target."""

    def better(self, aim: Aim, target: float, stop: Stop) -> Curve | None:
        """Give the curve of some that do, None if there are none."""
        ...


@dataclass(frozen=True, slots=True)
class Piece:
    """A straight piece of the least cost by measure.

    Attributes
    ----------
    low, high
        From this measure up to, not including, that one.
    cost_low, cost_high
        Cost at its ends; equal where more of the measure saves nothing.
    curve : int
        Which curve it is part of.
    proven
        Whether nothing lies below it.
    """

    low: float
    high: float
    cost_low: float
    cost_high: float
    curve: int
    proven: bool = False

    def at(self, measure: float) -> float:
        """Give the cost at a measure."""
        if self.cost_low == self.cost_high or self.high == np.inf:
            return self.cost_low
        share = (measure - self.low) / (self.high - self.low)
        return self.cost_low + share * (self.cost_high - self.cost_low)

    def part(self, low: float, high: float) -> Piece:
        """Give the part between two measures."""
        return replace(self, low=low, high=high, cost_low=self.at(low), cost_high=self.at(high))


class Frontier:
    """The least cost by measure, as far as it is known.

    Attributes
    ----------
    pieces : list of Piece
        By measure, without gaps, from the least measure of any plan to infinity.
    curves : list of Curve
        What they are parts of.
    """

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.curves: list[Curve] = []

    def add(self, curve: Curve) -> bool:
        """Add a curve; say whether it lies below what was known anywhere."""
        number = len(self.curves)
        corners = curve.points[::-1]
        new = [Piece(a[1], b[1], a[0], b[0], number) for a, b in pairwise(corners)]
        new.append(Piece(corners[-1][1], np.inf, corners[-1][0], corners[-1][0], number))
        self.pieces = _joined(_lower(self.pieces, new))
        self.curves.append(curve)
        return any(p.curve == number for p in self.pieces)

    def prove(self, piece: Piece) -> None:
        """Note that nothing lies below a piece."""
        at = next(
            n for n, p in enumerate(self.pieces) if (p.low, p.curve) == (piece.low, piece.curve)
        )
        self.pieces[at] = replace(self.pieces[at], proven=True)

    def search(self, answers: Answers, stop: Stop) -> bool:
        """Search until every piece is proven; say whether that was reached before the stop."""
        try:
            for weight in ((1.0, TILT), (TILT, 1.0)):
                found = answers.better(Aim(weight, (np.inf, np.inf)), np.inf, stop)
                if found is None:
                    return True
                self.add(found)
            self._ends(answers, stop)
            while (piece := self._largest()) is not None:
                self._test(answers, piece, stop)
        except Interrupted:
            return False
        return True

    def _ends(self, answers: Answers, stop: Stop) -> None:
        """Prove the least cost and the least measure."""
        while True:
            last = self.pieces[-1]
            aim = Aim((1.0, TILT), (np.inf, np.inf))
            target = last.cost_low + TILT * last.low
            found = answers.better(aim, target - self._slack(target), stop)
            if found is None or not self.add(found):
                break
        self.prove(self.pieces[-1])
        while True:
            first = self.pieces[0]
            aim = Aim((TILT, 1.0), (np.inf, np.inf))
            target = first.low + TILT * first.cost_low
            found = answers.better(aim, target - self._slack(target), stop)
            if found is None or not self.add(found):
                return

    def _test(self, answers: Answers, piece: Piece, stop: Stop) -> None:
        """Prove a piece, or add a curve that lies below it."""
        rise = (piece.cost_low - piece.cost_high) / (piece.high - piece.low)
        target = piece.cost_low + rise * piece.low
        # Strictly below the level before it: a plan of just that cost, with less of the measure,
        # would weigh less than the piece without lying below it, and hide those that do.
        drop = max(self._slack(piece.cost_low), EDGE * (piece.cost_low - piece.cost_high))
        aim = Aim((1.0, rise), (piece.cost_low - drop, piece.high - EDGE * self._range()))
        found = answers.better(aim, target - self._slack(target), stop)
        if found is None or not self.add(found):
            self.prove(piece)

    def _range(self) -> float:
        return self.pieces[-1].low - self.pieces[0].low

    def _slack(self, value: float) -> float:
        return SAME * max(1.0, abs(value))

    def _largest(self) -> Piece | None:
        """Give the piece over which most could still change."""
        edge = 2 * EDGE * self._range()
        open_ = [p for p in self.pieces if not p.proven and p.high - p.low > edge]
        if not open_:
            return None
        ends = [p.high for p in open_]
        after = {p.low: p.cost_low for p in self.pieces}
        return max(
            zip(open_, ends, strict=True),
            key=lambda pair: (
                (pair[0].high - pair[0].low)
                * (pair[0].cost_low - min(pair[0].cost_high, after.get(pair[1], np.inf)))
            ),
        )[0]


def _lower(old: list[Piece], new: list[Piece]) -> list[Piece]:
    """Give the lower of two costs by measure; the old one where they are the same."""
    if not old:
        return new
    grid = sorted({p.low for p in (*old, *new)})
    found: list[Piece] = []
    for low, high in zip(grid, [*grid[1:], np.inf], strict=True):
        a, b = _over(old, low), _over(new, low)
        if a is None or b is None:
            piece = a or b
            assert piece is not None
            found.append(piece.part(low, high))
            continue
        found += _lower_of(a.part(low, high), b.part(low, high))
    return found


def _over(pieces: list[Piece], measure: float) -> Piece | None:
    return next((p for p in pieces if p.low <= measure < p.high), None)


def _lower_of(a: Piece, b: Piece) -> list[Piece]:
    """Give the lower of two pieces over the same measures: one, or two that cross."""
    slack = SAME * max(1.0, abs(a.cost_low))
    left, right = b.cost_low - a.cost_low, b.cost_high - a.cost_high
    if left >= -slack and right >= -slack:
        return [a]
    if left <= slack and right <= slack:
        return [b]
    cross = a.low + (a.high - a.low) * left / (left - right)
    first, second = (a, b) if left > 0 else (b, a)
    return [first.part(a.low, cross), second.part(cross, a.high)]


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Join neighbours that are parts of one straight piece."""
    found: list[Piece] = []
    for piece in pieces:
        if piece.high <= piece.low:
            continue
        if found:
            last = found[-1]
            same = (last.curve, last.proven) == (piece.curve, piece.proven)
            if same and _straight(last, piece):
                found[-1] = replace(last, high=piece.high, cost_high=piece.cost_high)
                continue
        found.append(piece)
    return found


def _straight(a: Piece, b: Piece) -> bool:
    if b.high == np.inf or a.cost_low == a.cost_high:
        return a.cost_low == a.cost_high == b.cost_low == b.cost_high
    share = (b.low - a.low) / (b.high - a.low)
    line = a.cost_low + share * (b.cost_high - a.cost_low)
    return bool(abs(line - b.cost_low) <= SAME * max(1.0, abs(line)))
