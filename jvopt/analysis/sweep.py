r"""The best plan over a range of one figure: its exact break points, or brackets of them.

Where a figure t enters the costs alone, every plan x costs :math:`c(t)^T x`, a straight line in t,
and the least of them all, the optimal cost, is concave and piecewise linear (the best profit
convex). Two lines that are best at two values and cross at t* leave two cases: either the best
plan at t* costs just as much as they do, and t* is a break point; or it is cheaper there, and its
own line is a third one to go on with on either side. Every solve thus finds a break point or a
line, so that n break points take at most 2n + 3 solves. M. J. Eisner and D. G. Severance,
Mathematical techniques for efficient record segmentation in large shared databases, Journal of the
ACM 23 (1976), 619-635.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from jvopt.analysis.parameter import Parameter, Point, Stretch
from jvopt.analysis.study import Stopped

SAME = 1e-9
"""Relative difference up to which two lines, or two costs, are one."""
FINEST_BRACKET = 1e-6
"""Narrowest bracket that is sought, as a share of the range."""
FIRST_LOOK = 9
"""Values at which a figure is looked at before changes are bracketed."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Values of the figure over which one plan, or one set of plants, is best.

    Attributes
    ----------
    low, high
        Its ends; of a bracketed one the outermost values at which it was seen.
    objective_low, objective_high
        Of the best plan there.
    first, last
        The best plans at the lowest and at the highest value where it was solved.
    """

    low: float
    high: float
    objective_low: float
    objective_high: float
    first: Point
    last: Point

    @property
    def slope(self) -> float:
        """What one more unit of the figure adds to the objective, on average."""
        if self.high == self.low:
            return float("nan")
        return (self.objective_high - self.objective_low) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class _Line:
    """What one plan costs over a stretch: at its ends, straight in between."""

    point: Point
    low: float
    high: float

    def at(self, stretch: Stretch, value: float) -> float:
        share = (value - stretch.low) / (stretch.high - stretch.low)
        return (1.0 - share) * self.low + share * self.high


def envelope(parameter: Parameter, stretches: list[Stretch]) -> list[Interval]:
    """Find every interval over which one plan is best, exactly.

    Parameters
    ----------
    parameter
        The figure.
    stretches
        Stretches of its range on which costs are straight, in order.

    Returns
    -------
    list of Interval
        Where it was stopped those of the first stretches, or what is known of single values.

    Raises
    ------
    Stopped
        Before anything was found.
    """
    found: list[Interval] = []
    for stretch in stretches:
        try:
            over = _over(parameter, stretch)
        except Stopped:
            return found or _single(parameter)
        for interval in over:
            if found and _goes_on(found[-1], interval):
                last = found.pop()
                interval = Interval(
                    last.low, interval.high, last.objective_low, interval.objective_high,
                    last.first, interval.last,
                )  # fmt: skip
            found.append(interval)
    return found


def _single(parameter: Parameter) -> list[Interval]:
    """Give what is known where there was no time for more than single values."""
    if not parameter.points:
        raise Stopped
    return [
        Interval(p.value, p.value, p.outcome.objective, p.outcome.objective, p, p)
        for p in parameter.points
    ]


def _over(parameter: Parameter, stretch: Stretch) -> list[Interval]:
    """Find the intervals of one stretch: breadth first, so that solves go side by side."""
    first, last = parameter.solve([stretch.low, stretch.high])
    if not first.outcome.found:  # nor is there a plan anywhere else: costs alone differ
        return [Interval(stretch.low, stretch.high, np.nan, np.nan, first, last)]
    lines = [_line(stretch, first), _line(stretch, last)]
    open_pairs = [(lines[0], lines[1])]
    size = max(abs(v) for line in lines for v in (line.low, line.high)) or 1.0
    while open_pairs:
        crossings = [_crossing(stretch, a, b, SAME * size) for a, b in open_pairs]
        asked = [
            (pair, at) for pair, at in zip(open_pairs, crossings, strict=True) if at is not None
        ]
        try:
            points = parameter.solve([at for _, at in asked])
        except Stopped:  # what is known so far is the lowest of fewer lines
            break
        open_pairs = []
        for ((a, b), at), point in zip(asked, points, strict=True):
            new = _line(stretch, point)
            if new.at(stretch, at) < a.at(stretch, at) - SAME * size:
                lines.append(new)
                open_pairs += [(a, new), (new, b)]
    return _lower(parameter, stretch, lines, SAME * size)


def _line(stretch: Stretch, point: Point) -> _Line:
    assert point.outcome.x is not None
    x = np.append(point.outcome.x, 1.0)
    return _Line(point, float(stretch.cost_low @ x), float(stretch.cost_high @ x))


def _crossing(stretch: Stretch, a: _Line, b: _Line, same: float) -> float | None:
    """Give the value at which line b falls below line a; None where it never clearly does."""
    ahead, behind = b.low - a.low, a.high - b.high
    if ahead <= same or behind <= same:
        return None
    return stretch.low + (stretch.high - stretch.low) * ahead / (ahead + behind)


def _lower(
    parameter: Parameter, stretch: Stretch, lines: list[_Line], same: float
) -> list[Interval]:
    """Give the intervals of the lowest of some lines, from the left.

    Of lines that meet in one point, but for rounding, the one that falls furthest goes on.
    """
    width = stretch.high - stretch.low
    little = SAME * width
    kept = [(stretch.low, min(lines, key=lambda line: line.low))]
    while True:
        start, line = kept[-1]
        crossings = []
        for other in lines:
            ahead, behind = max(other.low - line.low, 0.0), line.high - other.high
            if behind > same:
                at = stretch.low + width * ahead / (ahead + behind)
                crossings.append((max(at, start), other))
        first = min((at for at, _ in crossings), default=stretch.high)
        if first >= stretch.high - little:
            break
        meet = [other for at, other in crossings if at <= first + little]
        if first <= start + little:  # the lines met at the start already
            kept.pop()
            first = start
        kept.append((first, min(meet, key=lambda line: line.high)))
    ends = [*(start for start, _ in kept[1:]), stretch.high]
    sign = parameter.sign
    return [
        Interval(
            start, end, sign * line.at(stretch, start), sign * line.at(stretch, end),
            line.point, line.point,
        )
        for (start, line), end in zip(kept, ends, strict=True)
    ]  # fmt: skip


def _goes_on(before: Interval, after: Interval) -> bool:
    """Whether the plan of one stretch is also that of the next."""
    old, new = before.last.outcome.x, after.first.outcome.x
    if old is None or new is None:
        return old is new
    return bool(np.allclose(old, new, rtol=1e-6, atol=1e-6))


def bracketed(parameter: Parameter, low: float, high: float, tolerance: float) -> list[Interval]:
    """Find intervals with the same plants and lines open, each change of them in a bracket.

    Parameters
    ----------
    parameter
        The figure.
    low, high
        Its range.
    tolerance
        Widest bracket, as a share of the range.

    Raises
    ------
    Stopped
        Before anything was found.
    """
    widest = max(tolerance, FINEST_BRACKET) * (high - low) * (1 + 1e-9)
    wide: list[float] = np.linspace(low, high, FIRST_LOOK).tolist()
    try:
        while wide:
            parameter.solve(wide)
            wide = [
                0.5 * (a.value + b.value)
                for a, b in pairwise(parameter.points)
                if not _same_set(a, b) and b.value - a.value > widest
            ]
    except Stopped:
        if not parameter.points:
            raise
    found: list[list[Point]] = [[]]
    for point in parameter.points:
        if found[-1] and not _same_set(found[-1][-1], point):
            found.append([])
        found[-1].append(point)
    return [
        Interval(
            group[0].value, group[-1].value, group[0].outcome.objective,
            group[-1].outcome.objective, group[0], group[-1],
        )
        for group in found
    ]  # fmt: skip


def _same_set(a: Point, b: Point) -> bool:
    """Whether the same plants and lines are open, or neither value leaves a plan."""
    if a.outcome.found != b.outcome.found:
        return False
    return a.outcome.sites.equals(b.outcome.sites) and a.outcome.lines.equals(b.outcome.lines)
