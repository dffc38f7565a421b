"""A search among choices: open, close and swap whatever the model calls open or closed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from jvopt.models.sparse import Floats, Ints
from jvopt.solve.large.flows import Flows
from jvopt.solve.large.program import Program

SWAPS = 600
"""Most swaps that are looked at from one choice, the most promising first."""
TRIES = 40
"""Moves that are valued, the most promising first, before a choice counts as not to be bettered."""
CUTS = 50
"""Most cuts that are kept for each part."""
SMALL = 1e-7
"""Relative change of cost that counts as none."""
NOTHING = 1e-9
"""Units left out of what is wanted that count as none."""


@dataclass
class _Cuts:
    """What is known of a part's cost: it is at least ``level + slope @ choice``."""

    level: list[float] = field(default_factory=list)
    slope: list[Floats] = field(default_factory=list)

    def add(self, cut: tuple[float, Floats], whole: Ints) -> None:
        """Keep a cut, and forget the oldest; the last is that of the choice solved last."""
        level, slope = cut
        self.level.append(level)
        self.slope.append(slope[whole])
        if len(self.level) > CUTS:
            del self.level[0], self.slope[0]

    def bounds(self, choice: Floats, flips: Ints, change: Floats) -> Floats:
        """Give for each move, a row of flips with -1 for none, what the part costs at least."""
        slope = np.array(self.slope)
        here = np.array(self.level) + slope @ choice
        step = slope * change
        step = np.concatenate([step, np.zeros((len(step), 1))], axis=1)
        least: Floats = (here[:, None] + step[:, flips].sum(axis=2)).max(axis=0)
        return least


class Moves:
    """The search from one choice to ever better ones.

    A descent by the most promising open, close or swap, each valued by its flows; the prices of
    the parts, kept as cuts, rank the moves and rule out those that cannot pay. From a choice that
    no move betters the search goes on from a shaken copy (P. Hansen and N. Mladenovic, Variable
    neighborhood search: principles and applications, European Journal of Operational Research
    130, 2001).

    Parameters
    ----------
    program, flows
        What is searched.
    choice
        Where to start: a value for each column, 0 for those that are not whole.
    seed
        Of the shakes.
    go_on
        Asked before each move; False ends the search.
    suggestions
        Choices that others think well of, the best last; they are taken out, and the search goes
        on from those that are better than where it stands.

    Attributes
    ----------
    best : float
        Least cost found; infinite while nothing was found.
    best_choice : ndarray
    """

    def __init__(
        self,
        program: Program,
        flows: Flows,
        choice: Floats,
        seed: int,
        go_on: Callable[[], bool],
        suggestions: deque[Floats],
    ) -> None:
        self._p, self._flows, self._go_on = program, flows, go_on
        self._suggestions = suggestions
        self._random = np.random.default_rng(seed)
        self._whole = np.flatnonzero(program.whole)
        self._free = np.flatnonzero((program.lower < program.upper)[self._whole])
        self._cost = program.cost[self._whole]
        self._constant = flows.fixed(np.zeros(len(program)))
        self._rules = _Rules(program, self._whole)
        self._cuts = [_Cuts() for _ in flows.parts]
        self.best, self.best_choice = np.inf, choice
        self._start(choice)

    def run(self, found: Callable[[float, Floats], None]) -> None:
        """Search until told to stop; `found` is called with each better plan and its point."""
        self.weigh(found)
        origin = self.value
        while self._go_on():
            if self.weigh(found):
                origin = self.value
            elif self._descend():
                self._tell(found)
            elif not self._complete and self._flows.forbid():
                self._start(self._choice)
                origin = self.value
            elif self._go_on() and not self._suggestions:
                if self.value > origin * (1 + SMALL) and self._random.random() > 0.2:
                    self._start(self.best_choice)
                origin = self.value
                self._shake()

    def weigh(self, found: Callable[[float, Floats], None]) -> bool:
        """Look at what is suggested; True where some of it was better than the choice at hand."""
        self._tell(found)
        better = False
        while self._go_on():
            try:
                choice = self._suggestions.pop()
            except IndexError:  # another search may have taken the last one
                break
            if self._pays(self._flows.solve(choice)):
                self._start(choice)
                self._tell(found)
                better = True
        return better

    def _tell(self, found: Callable[[float, Floats], None]) -> None:
        better = self.value + SMALL * abs(self.value) < self.best
        if better and self._complete:
            self.best, self.best_choice = self.value, self._choice
            self._flows.solve(self._choice)  # other choices may have been tried since
            found(self.value, self._flows.point(self._choice))
        elif np.isinf(self.best):
            self.best_choice = self._choice

    def _start(self, choice: Floats) -> None:
        """Stand on a choice."""
        self._choice = choice
        self.value = self._flows.solve(choice)
        self._complete = self._flows.missing <= NOTHING
        for cuts, part in zip(self._cuts, self._flows.parts, strict=True):
            cuts.add(part.cut(), self._whole)
        self._slope = self._cost + sum(cuts.slope[-1] for cuts in self._cuts)

    def _descend(self) -> bool:
        """Make one move that pays; False where none does."""
        here = self._choice[self._whole]
        flips, change = self._moves(here)
        if not len(flips):
            return False
        least = self._least(here, flips, change)
        ceiling = self.value - SMALL * abs(self.value)
        tries = 0
        for n in np.argsort(least):
            if least[n] >= ceiling or tries == TRIES or self._suggestions or not self._go_on():
                return False
            bounds = self._bounds(here, flips[[n]], change)[:, 0]
            paid = self._fixed(here, flips[[n]], change)[0]
            if paid + bounds.sum() < ceiling:
                tries += 1
                if self._tried(here, flips[n], change, bounds, paid):
                    return True
        return False

    def _tried(self, here: Floats, flip: Ints, change: Floats, bounds: Floats, paid: float) -> bool:
        """Value a move part by part, and make it if it pays."""
        there = here.copy()
        there[flip[flip >= 0]] += change[flip[flip >= 0]]
        choice = self._choice.copy()
        choice[self._whole] = there
        ceiling = self.value - SMALL * abs(self.value)
        # Parts first of which most is unknown: where the move changes most.
        for k in np.argsort([part.value for part in self._flows.parts] - bounds):
            part = self._flows.parts[k]
            bounds[k] = part.solve(choice)
            if not np.isfinite(bounds[k]):
                return False
            self._cuts[k].add(part.cut(), self._whole)
            if paid + bounds.sum() >= ceiling:
                return False
        if not self._pays(paid + bounds.sum()):
            return False
        self._start(choice)
        return True

    def _pays(self, value: float) -> bool:
        """Say whether the choice solved last is better: first comes that nothing is left out."""
        complete = self._flows.missing <= NOTHING
        return value < self.value if complete == self._complete else complete

    def _moves(self, here: Floats) -> tuple[Ints, Floats]:
        """Give the moves from a choice: flips for each, -1 for none, and what a flip changes."""
        p = self._p
        change = np.where(here < p.upper[self._whole], 1.0, -1.0)
        free = self._free
        gain = self._slope * change
        single = np.stack([free, np.full(len(free), -1)], axis=1)
        up, down = free[change[free] > 0], free[change[free] < 0]
        pair = gain[up][None, :] + gain[down][:, None]
        best = np.argsort(pair, axis=None)[:SWAPS] if pair.size else np.zeros(0, np.int64)
        row, column = np.unravel_index(best, pair.shape)
        swaps = np.stack([down[row], up[column]], axis=1)
        flips = np.concatenate([single, swaps])
        return self._rules.completed(here, flips, change, gain), change

    def _fixed(self, here: Floats, flips: Ints, change: Floats) -> Floats:
        step = np.append(self._cost * change, 0.0)
        fixed: Floats = self._constant + self._cost @ here + step[flips].sum(axis=1)
        return fixed

    def _bounds(self, here: Floats, flips: Ints, change: Floats) -> Floats:
        return np.array([cuts.bounds(here, flips, change) for cuts in self._cuts])

    def _least(self, here: Floats, flips: Ints, change: Floats) -> Floats:
        least: Floats = self._fixed(here, flips, change) + self._bounds(here, flips, change).sum(0)
        return least

    def _shake(self) -> None:
        """Make a few swaps at random, promising ones more often."""
        for _ in range(int(self._random.integers(2, 5))):
            here = self._choice[self._whole]
            flips, change = self._moves(here)
            two = flips[flips[:, 1] >= 0]
            pool = two if len(two) else flips
            if not len(pool):
                return
            # Ranks are drawn so that the first of the list come up most.
            rank = min(int(self._random.exponential(len(pool) / 4)), len(pool) - 1)
            flip = pool[rank]
            there = here.copy()
            there[flip[flip >= 0]] += change[flip[flip >= 0]]
            self._choice = self._choice.copy()
            self._choice[self._whole] = there
        self._start(self._choice)


class _Rules:
    """The rows of whole columns alone, which every choice must obey."""

    def __init__(self, p: Program, whole: Ints) -> None:
        rows = np.flatnonzero(p.pure)
        place = np.full(len(p), -1)
        place[whole] = np.arange(len(whole))
        owner, index, value = p.rows.take(rows)
        self._matrix = np.zeros((len(rows), len(whole)))
        self._matrix[owner, place[index]] = value
        self._lower, self._upper = p.row_lower[rows], p.row_upper[rows]

    def completed(self, here: Floats, flips: Ints, change: Floats, gain: Floats) -> Ints:
        """Keep the moves that obey every row; mend others by one more flip where that does it."""
        if not len(self._matrix):
            return flips
        step = np.concatenate([self._matrix * change, np.zeros((len(self._matrix), 1))], axis=1)
        done = (self._matrix @ here)[:, None] + step[:, flips].sum(axis=2)
        short = np.maximum(self._lower[:, None] - done, done - self._upper[:, None])
        fine = short.max(axis=0) <= 1e-6
        wide = np.concatenate([flips, np.full((len(flips), 1), -1)], axis=1)
        for n in np.flatnonzero(~fine & (flips[:, 1] < 0)):
            worst = int(short[:, n].argmax())
            able = np.flatnonzero(self._matrix[worst])
            able = able[able != flips[n, 0]]
            for other in able[np.argsort(gain[able])]:
                after = done[:, n] + step[:, other]
                if (np.maximum(self._lower - after, after - self._upper) <= 1e-6).all():
                    wide[n, 2], fine[n] = other, True
                    break
        kept: Ints = wide[fine]
        return kept
