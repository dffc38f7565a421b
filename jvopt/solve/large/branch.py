"""Branching on what must be open or closed, with the bounds of the priced rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from jvopt.models.sparse import Floats
from jvopt.solve.large.covers import Choice
from jvopt.solve.large.relaxation import Chooser, Relaxation
from jvopt.solve.large.volume import Volume

CHUNK = 20
"""Steps of the prices between two looks at whether they still help."""
STALLED = 5e-6
"""Relative rise of the bound in a chunk below which a branch is split."""


@dataclass(frozen=True, slots=True)
class _Node:
    """A branch: bounds of the columns, its prices, and what its parent proved."""

    lower: Floats
    upper: Floats
    price: Floats
    bound: float


class Branches:
    """Branch and bound over whole columns of 0 or 1.

    Each branch starts from the prices of its parent. In it all columns whose other value no
    better plan can have are held; of those that are left it splits on the one whose other value
    is dearest, and looks at that other value first: it is soon ruled out.

    Parameters
    ----------
    relaxation, choice
        The relaxation, and its program of whole columns.
    choose
        The same program as `choice`, as `Relaxation.at` is to ask it.
    price
        Good prices of the whole program.
    cutoff
        Gives the cost at which a branch is ruled out.
    proved
        Called with each better bound on every plan.
    go_on
        Asked before each step; False ends the search.
    """

    def __init__(
        self,
        relaxation: Relaxation,
        choice: Choice,
        choose: Chooser,
        price: Floats,
        cutoff: Callable[[], float],
        proved: Callable[[float], None],
        go_on: Callable[[], bool],
    ) -> None:
        self._relaxation, self._choice, self._choose = relaxation, choice, choose
        self._cutoff, self._proved, self._go_on = cutoff, proved, go_on
        p = relaxation.program
        self._open = [_Node(p.lower.copy(), p.upper.copy(), price, -np.inf)]
        self._ruled_out = np.inf

    def run(self) -> None:
        """Branch until every plan is ruled out that is cheaper than the cutoff."""
        while self._open and self._go_on():
            node = self._open.pop()
            self._open += self._split(node)
            self._proved(min([self._ruled_out, *(n.bound for n in self._open)]))
        self._choice.restrict(self._relaxation.program.lower, self._relaxation.program.upper)

    def _split(self, node: _Node) -> list[_Node]:
        """Give the branches that a branch falls into; none where it is ruled out."""
        self._choice.restrict(node.lower, node.upper)
        volume = Volume(self._relaxation, node.price, choose=self._choose, factor=0.05)
        lower, upper = node.lower.copy(), node.upper.copy()
        while self._go_on() and volume.best.bound < self._cutoff() and not volume.tired:
            before = volume.best.bound
            volume.climb(self._cutoff(), CHUNK, self._go_on)
            if volume.best.bound - before < STALLED * abs(volume.best.bound):
                break
        bound = max(volume.best.bound, node.bound)
        if bound >= self._cutoff():
            self._ruled_out = min(self._ruled_out, bound)
            return []
        dearest, at = -np.inf, -1
        base = volume.best.bound - volume.best.least
        for column in np.flatnonzero((lower == 0) & (upper == 1) & self._relaxation.program.whole):
            if not self._go_on():
                return [_Node(lower, upper, volume.price, bound)]
            value = float(np.round(volume.best.x[column]))
            other = base + self._choice.without(volume.best.worth, int(column), value)
            if other >= self._cutoff():
                # Every plan with the other value is ruled out.
                self._ruled_out = min(self._ruled_out, other)
                lower[column] = upper[column] = value
            elif other > dearest:
                dearest, at = other, int(column)
        if at < 0:
            return self._last(lower, upper, volume, bound)
        value = float(np.round(volume.best.x[at]))
        return [
            _Node(*_held(lower, upper, at, value), volume.price, bound),
            _Node(*_held(lower, upper, at, 1.0 - value), volume.price, max(bound, dearest)),
        ]

    def _last(self, lower: Floats, upper: Floats, volume: Volume, bound: float) -> list[_Node]:
        """Settle a branch in which nothing is left to split: its bound is that of its flows."""
        self._choice.restrict(lower, upper)
        last = Volume(self._relaxation, volume.price, choose=self._choose, factor=0.05)
        while self._go_on() and last.best.bound < self._cutoff() and not last.tired:
            last.climb(self._cutoff(), CHUNK, self._go_on)
        self._ruled_out = min(self._ruled_out, max(bound, last.best.bound))
        return []


def _held(lower: Floats, upper: Floats, column: int, value: float) -> tuple[Floats, Floats]:
    lower, upper = lower.copy(), upper.copy()
    lower[column] = upper[column] = value
    return lower, upper
