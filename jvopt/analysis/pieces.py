"""A cost that falls with a measure, as straight pieces: the lower of two, its corners, its hull."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from jvopt.models.sparse import Floats

SAME = 1e-9
"""Relative difference of costs below which plans cost the same."""


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


def hull(corners: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Give the corners, by measure, of the lower convex hull of some that fall with the measure."""
    hull: list[tuple[float, float]] = []
    for m, c in sorted(corners):
        if hull and c >= hull[-1][1]:
            continue
        while len(hull) > 1 and (hull[-1][1] - hull[-2][1]) * (m - hull[-2][0]) >= (
            c - hull[-2][1]
        ) * (hull[-1][0] - hull[-2][0]):
            hull.pop()
        hull.append((m, c))
    return hull


def furthest(corners: Floats, lines: Floats) -> tuple[float, float]:
    """Give where, and by how much, a broken line lies furthest above some lines that fall."""
    rise, level = lines.T
    with np.errstate(divide="ignore", invalid="ignore"):
        cross = (level[:, None] - level) / (rise[:, None] - rise)
    low, high = corners[0, 0], corners[-1, 0]
    at = np.append(corners[:, 0], cross[(cross > low) & (cross < high)])
    above = np.interp(at, *corners.T) - (level - rise * at[:, None]).max(axis=1)
    return float(at[above.argmax()]), float(above.max())


def corners_of(piece: Piece) -> list[tuple[float, float]]:
    """Give cost and measure at the ends of a piece; the last one of all has but one."""
    ends = [(piece.cost_low, piece.low), (piece.cost_high, piece.high)]
    return ends if piece.high < np.inf else ends[:1]


def lower(old: list[Piece], new: list[Piece]) -> list[Piece]:
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


def joined(pieces: list[Piece]) -> list[Piece]:
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
