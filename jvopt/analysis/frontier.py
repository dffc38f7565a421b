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

With a tolerance a piece is proven once no plan lies below it by more than that, and what is within
the tolerance of the measure counts as there. First the convex shape of v is found from programs
without caps, which are far easier: each proves all that is known within the tolerance above the
line that no plan lies below, whose slope is chosen where the corners known lie furthest above the
lines before (the sandwich algorithm, G. Rote, The convergence rate of the sandwich algorithm for
approximating convex functions, Computing 48 (1992), 337-361). What is left are boxes in which v
bulges; each is tested as a whole, by the line from its one corner to the other, and so again what
is left of it.

Close to the boxed line method of T. Perini, N. Boland, D. Pecin and M. Savelsbergh, A criterion
space method for biobjective mixed integer programming: the boxed line method, INFORMS J. on
Computing 32 (2020), 16-39.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import groupby, pairwise, takewhile
from typing import Protocol

import numpy as np

from jvopt.analysis.pieces import SAME, Piece, corners_of, furthest, hull, joined, lower
from jvopt.solve.curves import TILT, Curve
from jvopt.solve.search import Stop
from jvopt.solve.twofold import Aim, Interrupted

EDGE = 1e-7
"""Distance from the end of a piece, as a share of the range, that counts as no distance."""


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
class _Stretch:
    """What one program tests: from a measure up to another, and the cost where it begins."""

    low: float
    high: float
    top: float


@dataclass(frozen=True, slots=True)
class _Box:
    """Plans from a measure up to another, and the cost that is known at both."""

    low: float
    high: float
    top: float
    least: float

    @property
    def rise(self) -> float:
        """What one less of the measure costs from its one corner to the other."""
        return (self.top - self.least) / (self.high - self.low)

    @property
    def size(self) -> float:
        """How much could change in it."""
        return (self.top - self.least) * (self.high - self.low)


_ALL = _Box(-np.inf, np.inf, np.inf, -np.inf)


class Frontier:
    """The least cost by measure, as far as it is known.

    Parameters
    ----------
    tolerance
        How far below or beside it a plan may lie once it is proven, as a share of its range in cost
        and in the measure; 0 finds it exactly.
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
        self.pieces = joined(lower(self.pieces, new))
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
        self.pieces = joined(found)

    def search(self, answers: Answers, stop: Stop) -> bool:
        """Search until every piece is proven; say whether that was reached before the stop."""
        try:
            for weight in ((1.0, TILT), (TILT, 1.0)):
                found = answers.better(Aim(weight, (np.inf, np.inf)), np.inf, stop)
                if found is None:
                    return True
                self.add(found)
            self._ends(answers, stop)
            if self._share:
                self._from_below(answers, stop)
                while (box := self._widest()) is not None:
                    self._tell()
                    self._near(answers, box.rise, box, stop)
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

    def _from_below(self, answers: Answers, stop: Stop) -> None:
        """Find the convex shape of what is least within the tolerance; prove what is near it."""
        lines = [(0.0, self.pieces[-1].cost_low - self._tolerance())]
        asked = set[float]()
        while True:
            corners = np.array(hull([(m, c) for p in self.pieces for c, m in corners_of(p)]))
            rises = -np.diff(corners[:, 1]) / np.diff(corners[:, 0])
            at, above = furthest(corners, np.array(lines))
            edge = max(int(np.searchsorted(corners[:, 0], at)) - 1, 0)
            if above <= 0.75 * self._tolerance() or not len(rises) or rises[edge] in asked:
                return
            self._tell()
            asked.add(rises[edge])
            self._near(answers, rises[edge], _ALL, stop)
            lines.append((rises[edge], answers.bound))

    def _near(self, answers: Answers, rise: float, box: _Box, stop: Stop) -> None:
        """Look for plans in a box below all that is known there at a slope; prove what is near."""
        lowest = min(c + rise * m for p in self._inside(box) for c, m in corners_of(p))
        room = self._tolerance()
        # A plan that costs little less than the box begins with is near enough.
        aim = Aim((1.0, rise), (box.top - room, box.high), 0.25 * room)
        found = answers.better(aim, lowest - 0.5 * room, stop)
        new = found is not None and self.add(found)
        # Where what was found is no news, rounding hides that nothing is below.
        line = max(answers.bound + room, -np.inf if new else lowest + 0.25 * room)
        self._prove_below(rise, line, box)

    def _test(self, answers: Answers, piece: Piece, stop: Stop) -> None:
        """Prove a piece and what is like it around, or add a curve that lies below."""
        rise = (piece.cost_low - piece.cost_high) / (piece.high - piece.low)
        target = piece.cost_low + rise * piece.low
        over = self._stretch(piece, rise)
        # Strictly below the level before it: a plan of just that cost, with less of the measure,
        # would weigh less than the piece without lying below it, and hide those that do.
        drop = max(self._slack(over.top), EDGE * (piece.cost_low - piece.cost_high))
        most = (over.top - drop, over.high - EDGE * self._range())
        found = answers.better(Aim((1.0, rise), most), target - self._slack(target), stop)
        if found is None or not self.add(found):
            self.prove(over.low, over.high)

    def _inside(self, box: _Box) -> list[Piece]:
        """Give what lies in a box of the pieces."""
        inside = [p for p in self.pieces if p.low < box.high and p.high > box.low]
        return [p.part(max(p.low, box.low), min(p.high, box.high)) for p in inside]

    def _prove_below(self, rise: float, line: float, box: _Box) -> None:
        """Note that nothing lies below what is known in a box where it weighs at most a line."""
        for piece in self._inside(box):
            over = [c + rise * m - line for c, m in corners_of(piece)]
            if max(over) <= 0:
                self.prove(piece.low, piece.high)
            elif min(over) < 0:
                at = piece.low + over[0] / (over[0] - over[1]) * (piece.high - piece.low)
                self.prove(*((piece.low, at) if over[0] < 0 else (at, piece.high)))

    def _widest(self) -> _Box | None:
        """Give the box in which most could still change.

        It ends before what is proven by the tolerance of the measure: what lies between is near
        enough once all before it is proven.
        """
        beside = self._share * self._range()
        boxes = []
        for open_, pieces in groupby(self.pieces[:-1], lambda p: not p.proven):
            run = list(pieces)
            low, high = run[0].low, run[-1].high
            if open_ and high - low <= beside + EDGE * self._range():
                self.prove(low, high)
            elif open_:
                least = next(p.at(high - beside) for p in run if p.high > high - beside)
                boxes.append(_Box(low, high - beside, run[0].cost_low, least))
        return max(boxes, key=lambda box: box.size, default=None)

    def _stretch(self, piece: Piece, rise: float) -> _Stretch:
        """Extend a piece as far as what is known is open, and on its line."""
        base, slack = piece.cost_low + rise * piece.low, self._slack(piece.cost_low)
        low, top, high = piece.low, piece.cost_low, piece.high

        def open_on_line(p: Piece) -> bool:
            on_line = all(abs(c + rise * m - base) <= slack for c, m in corners_of(p))
            return on_line and not p.proven and p.high < np.inf

        at = next(n for n, p in enumerate(self.pieces) if p.low == piece.low)
        for p in takewhile(open_on_line, self.pieces[at + 1 :]):
            high = p.high
        for p in takewhile(open_on_line, reversed(self.pieces[:at])):
            low, top = p.low, p.cost_low
        return _Stretch(low, high, top)

    def _tell(self) -> None:
        if self._told:
            self._told(sum(p.proven for p in self.pieces), len(self.pieces))

    def _range(self) -> float:
        return self.pieces[-1].low - self.pieces[0].low

    def _tolerance(self) -> float:
        """Give the tolerance in units of cost."""
        return self._share * (self.pieces[0].cost_low - self.pieces[-1].cost_low)

    def _slack(self, value: float) -> float:
        return SAME * max(1.0, abs(value))

    def _largest(self) -> Piece | None:
        """Give the piece over which most could still change."""
        edge = 2 * EDGE * self._range()
        open_ = [p for p in self.pieces if not p.proven and p.high - p.low > edge]
        after = {p.low: p.cost_low for p in self.pieces}

        def change(p: Piece) -> float:
            return (p.high - p.low) * (p.cost_low - min(p.cost_high, after.get(p.high, np.inf)))

        return max(open_, key=change, default=None)
