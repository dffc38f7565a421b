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
as there are finitely many decisions.

With a tolerance a piece is proven once no plan lies below it by more than that. One program then
tests all pieces around that stay within a quarter of the tolerance above the line on which its
plans weigh the same: it looks for plans half the tolerance below that line, and may end a quarter
of it above its own least value. Where all that is known lies above that line, it does so without
the caps on cost and measure.

Close to the boxed line method of T. Perini, N. Boland, D. Pecin and M. Savelsbergh, A criterion
space method for biobjective mixed integer programming: the boxed line method, INFORMS J. on
Computing 32 (2020), 16-39.
"""

from __future__ import annotations

from collections.abc import Callable
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
    """Something that knows whether any decisions come to less than a target.

    Attributes
    ----------
    bound : float
        No decisions come to less, as far as the last answer proved.
    """

    bound: float

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


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What one program tests: from a measure up to another, and the cost where it begins."""

    low: float
    high: float
    top: float


class Frontier:
    """The least cost by measure, as far as it is known.

    Parameters
    ----------
    tolerance
        How far below it a plan may lie once it is proven, as a share of the least cost, and beyond
        its least measure, as a share of the range of the measure; 0 finds it exactly.
    told
        Called with the number of pieces that are proven, and of all.

    Attributes
    ----------
    pieces : list of Piece
        By measure, without gaps, from the least measure of any plan to infinity.
    curves : list of Curve
        What they are parts of.
    """

    def __init__(
        self, tolerance: float = 0.0, told: Callable[[int, int], None] | None = None
    ) -> None:
        self.pieces: list[Piece] = []
        self.curves: list[Curve] = []
        self._share = tolerance
        self._told = told

    def add(self, curve: Curve) -> bool:
        """Add a curve; say whether it lies below what was known anywhere."""
        number = len(self.curves)
        corners = curve.points[::-1]
        new = [Piece(a[1], b[1], a[0], b[0], number) for a, b in pairwise(corners)]
        new.append(Piece(corners[-1][1], np.inf, corners[-1][0], corners[-1][0], number))
        self.pieces = _joined(_lower(self.pieces, new))
        self.curves.append(curve)
        return any(p.curve == number for p in self.pieces)

    def prove(self, low: float, high: float) -> None:
        """Note that nothing lies below what is known between two measures."""
        found = []
        for piece in self.pieces:
            ends = [piece.low, *(m for m in (low, high) if piece.low < m < piece.high), piece.high]
            parts = [piece] if len(ends) == 2 else [piece.part(*e) for e in pairwise(ends)]
            for part in parts:
                inside = low <= part.low and part.high <= high
                found.append(replace(part, proven=part.proven or inside))
        self.pieces = _joined(found)

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
                self._tell()
                self._test(answers, piece, stop)
            self._tell()
        except Interrupted:
            return False
        return True

    def _ends(self, answers: Answers, stop: Stop) -> None:
        """Prove the least cost and the least measure."""
        while True:
            last = self.pieces[-1]
            room = self._tolerance()
            aim = Aim((1.0, TILT), (np.inf, np.inf), 0.25 * room)
            target = last.cost_low + TILT * last.low
            found = answers.better(aim, target - max(self._slack(target), 0.5 * room), stop)
            if found is None or not self.add(found):
                break
        self.prove(self.pieces[-1].low, np.inf)
        while True:
            first = self.pieces[0]
            room = self._share * self._range()
            aim = Aim((TILT, 1.0), (np.inf, np.inf), 0.25 * room)
            target = first.low + TILT * first.cost_low
            # Plans of the least measure that cost less are found with the pieces: no need here.
            slack = max(self._slack(target), 0.5 * EDGE * self._range(), 0.5 * room)
            found = answers.better(aim, target - slack, stop)
            if found is None or not self.add(found):
                return

    def _test(self, answers: Answers, piece: Piece, stop: Stop) -> None:
        """Prove a piece and what is like it around, or add a curve that lies below."""
        rise = (piece.cost_low - piece.cost_high) / (piece.high - piece.low)
        target = piece.cost_low + rise * piece.low
        room = self._tolerance()
        lowest = min(c + rise * m for p in self.pieces for c, m in _corners(p))
        if room and target - lowest <= 0.25 * room:
            # Without caps on cost and measure the program is easier, and tests all that is known.
            aim = Aim((1.0, rise), (np.inf, np.inf), 0.25 * room)
            found = answers.better(aim, lowest - 0.5 * room, stop)
            new = found is not None and self.add(found)
            # Where what was found is no news, rounding hides that nothing is below.
            self._prove_below(rise, max(answers.bound + room, -np.inf if new else target))
            return
        over = self._stretch(piece, rise, 0.25 * room)
        # Strictly below the level before it: a plan of just that cost, with less of the measure,
        # would weigh less than the piece without lying below it, and hide those that do.
        drop = max(self._slack(over.top), EDGE * (piece.cost_low - piece.cost_high), room)
        most = (over.top - drop, over.high - EDGE * self._range())
        aim = Aim((1.0, rise), most, 0.25 * room)
        found = answers.better(aim, target - max(self._slack(target), 0.5 * room), stop)
        if found is None or not self.add(found):
            self.prove(over.low, over.high)

    def _prove_below(self, rise: float, line: float) -> None:
        """Note that nothing lies below what is known where its plans weigh no more than a line."""
        for piece in list(self.pieces):
            over = [c + rise * m - line for c, m in _corners(piece)]
            if len(over) == 1 or max(over) <= 0:
                if over[0] <= 0:
                    self.prove(piece.low, piece.high)
            elif min(over) < 0:
                at = piece.low + over[0] / (over[0] - over[1]) * (piece.high - piece.low)
                self.prove(*((piece.low, at) if over[0] < 0 else (at, piece.high)))

    def _stretch(self, piece: Piece, rise: float, room: float) -> _Stretch:
        """Extend a piece as far as what is known is open, and no more than the room above a line.

        The line is that of the piece; what lies below it is not in the stretch.
        """
        base, slack = piece.cost_low + rise * piece.low, self._slack(piece.cost_low)
        low, top, high = piece.low, piece.cost_low, piece.high
        at = next(n for n, p in enumerate(self.pieces) if p.low == piece.low)
        for p in self.pieces[at + 1 :]:
            if p.proven or p.high == np.inf:
                break
            near, far = (c + rise * m - base for c, m in ((p.cost_low, p.low),
                                                          (p.cost_high, p.high)))  # fmt: skip
            if not -slack <= near <= room:
                break
            if -slack <= far <= room:
                high = p.high
                continue
            edge = room if far > room else 0.0
            high = p.low + max(0.0, (edge - near) / (far - near)) * (p.high - p.low)
            break
        for p in reversed(self.pieces[:at]):
            near, far = (c + rise * m - base for c, m in ((p.cost_high, p.high),
                                                          (p.cost_low, p.low)))  # fmt: skip
            if p.proven or not -slack <= near <= room:
                break
            if -slack <= far <= room:
                low, top = p.low, p.cost_low
                continue
            edge = room if far > room else 0.0
            low = p.high - max(0.0, (edge - near) / (far - near)) * (p.high - p.low)
            top = p.at(low)
            break
        return _Stretch(low, high, top)

    def _tell(self) -> None:
        if self._told:
            self._told(sum(p.proven for p in self.pieces), len(self.pieces))

    def _range(self) -> float:
        return self.pieces[-1].low - self.pieces[0].low

    def _tolerance(self) -> float:
        """Give the tolerance in units of cost."""
        return self._share * abs(self.pieces[-1].cost_low)

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


def _corners(piece: Piece) -> list[tuple[float, float]]:
    """Give cost and measure at the ends of a piece; the last one of all has but one."""
    ends = [(piece.cost_low, piece.low), (piece.cost_high, piece.high)]
    return ends if piece.high < np.inf else ends[:1]


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
    b = replace(b, proven=a.proven)  # what proves the upper one proves what lies below it
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
