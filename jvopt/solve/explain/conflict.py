r"""The conflict: cells that cannot all hold, though all but any one of them can.

Such a set is irreducible: an irreducible infeasible subsystem over cells, each of which may stand
behind many rows. It is found by filters [1]_ in which the cells outside the set are dropped.

* Where the linear relaxation has no solution, Farkas' lemma gives weights y of its rows that add
  up to a contradiction. Cells whose moves have no weight, :math:`\sum_r s_{rk}\,y_r = 0`, have no
  part in it, and are dropped at once [2]_.
* Where only whole numbers are in the way, the elastic filter [1]_ collects cells: of those that may
  still move, the ones that do so in a least change are held, until no plan is left.
* The deletion filter then drops one cell after the other for good, wherever the rest still has no
  plan: first in the linear relaxation, then with whole numbers.

.. [1] J. W. Chinneck, "Feasibility and Infeasibility in Optimization", Springer 2008; for whole
   numbers O. Guieu and J. W. Chinneck, "Analyzing infeasible mixed-integer and integer linear
   programs", INFORMS Journal on Computing 11 (1999), 63-77.
.. [2] J. Gleeson and J. Ryan, "Identifying minimally infeasible subsystems of inequalities", ORSA
   Journal on Computing 2 (1990), 61-63.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np

from jvopt.models.sparse import Flags, Floats
from jvopt.solve.explain.program import Program
from jvopt.solve.handover import allow, hand_over
from jvopt.solve.search import Stop, search

NO_WEIGHT = 1e-9
"""Weight of a cell in a contradiction, relative to the largest, that counts as none."""
LOOSE_GAP = 0.2
"""Relative gap at which a collected change is good enough."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Cells in conflict.

    Attributes
    ----------
    cells
        Which of the program's.
    irreducible
        Whether it is proven of each cell that without it there is a plan.
    """

    cells: Flags
    irreducible: bool


def find_conflict(program: Program, *, until: float, stop: Stop | None = None) -> Conflict | None:
    """Find cells of an infeasible case that are in conflict.

    Parameters
    ----------
    program
        The program of the case.
    until
        When to end, on the clock `time.monotonic`. Cut short, the conflict may hold more cells
        than it need.
    stop
        Asked now and then; True ends it like the clock.

    Returns
    -------
    Conflict or None
        None where time was too short to find any.
    """
    held, proven = np.ones(len(program.cells), bool), True

    def seconds() -> float:
        return 0.0 if stop is not None and stop() else until - time.monotonic()

    relaxed = _Relaxed(program)
    first = relaxed.contradiction(held, seconds())
    if first is not None:
        held = _thinned(first, lambda trial: relaxed.contradiction(trial, seconds()))
    else:
        collected = _collected(program, seconds, stop)
        if collected is None:
            return None
        held = collected

    def impossible(trial: Flags) -> Flags | None:
        nonlocal proven
        left = seconds()
        there_is = None if left <= 0 else possible(program, trial, left, stop)
        proven = proven and there_is is not None
        return trial if there_is is False else None

    held = _thinned(held, impossible)
    return Conflict(held, proven)


def possible(program: Program, held: Flags, seconds: float, stop: Stop | None) -> bool | None:
    """Say whether there is a plan when some cells hold; None where time is too short to tell."""
    until = time.monotonic() + seconds
    dropped = program.with_moves(~held, free_of_charge=True)
    # Most of what is possible is so with everything open, which leaves little to search.
    for matrix in (program.all_open(dropped), dropped):
        found = search(matrix, gap=1.0, time_limit=until - time.monotonic(), stop=stop)
        if found.x is not None:
            return True
    return False if found.termination == "infeasible" else None


def _thinned(held: Flags, contradiction: Callable[[Flags], Flags | None]) -> Flags:
    """Drop every cell without which there still is a contradiction; the deletion filter."""
    needed = np.zeros_like(held)
    while (held & ~needed).any():
        cell = int(np.flatnonzero(held & ~needed)[0])
        trial = held.copy()
        trial[cell] = False
        smaller = contradiction(trial)
        if smaller is None:
            needed[cell] = True
        else:
            held = smaller
    return held


def _collected(program: Program, seconds: Callable[[], float], stop: Stop | None) -> Flags | None:
    """Hold the cells of one least change after the other until no plan is left."""
    held = np.zeros(len(program.cells), bool)
    while seconds() > 0:
        found = search(program.with_moves(~held), gap=LOOSE_GAP, time_limit=seconds(), stop=stop)
        if found.termination == "infeasible":
            return held
        if found.x is None:
            return None
        moved = program.moved(found.x)
        if not moved[~held].any():
            return None
        held |= moved
    return None


class _Relaxed:
    """The linear relaxation, asked again and again with other cells held."""

    def __init__(self, program: Program) -> None:
        self.program = program
        matrix = program.with_moves(np.ones(len(program.cells), bool), free_of_charge=True)
        self.highs, _ = hand_over(matrix, whole=False)
        # With presolve there is no ray to read, and no basis to start from again.
        self.highs.setOptionValue("presolve", "off")
        columns = program.cells[["up", "down"]].to_numpy()
        first = columns[columns >= 0].min(initial=matrix.columns)
        moves = np.flatnonzero(matrix.index >= first)
        row = np.repeat(np.arange(matrix.rows), np.diff(matrix.start))
        self.row, self.coef = row[moves], matrix.value[moves]
        self.column, self.first = matrix.index[moves] - first, first
        self.upper, self.columns = matrix.upper[first:], matrix.columns
        self.cell = np.empty(self.columns - first, np.int64)
        for way in ("up", "down"):
            at = program.cells[way].to_numpy()
            self.cell[at[at >= 0] - first] = np.flatnonzero(at >= 0)

    def contradiction(self, held: Flags, seconds: float) -> Flags | None:
        """Give those of the cells held that contradict each other; None where they do not."""
        if seconds <= 0:
            return None
        upper = np.where(held[self.cell], 0.0, self.upper)
        at = np.arange(self.first, self.columns, dtype=np.int32)
        self.highs.changeColsBounds(len(at), at, np.zeros(len(at)), upper)
        allow(self.highs, seconds, whole=False)
        self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kInfeasible:
            return None
        _, there, ray = self.highs.getDualRay()  # type: ignore[attr-defined]
        return held & self._weighty(np.array(ray)) if there else held

    def _weighty(self, ray: Floats) -> Flags:
        weight = np.zeros(len(self.cell))
        np.add.at(weight, self.column, self.coef * ray[self.row])
        weight = np.abs(weight)
        found = np.zeros(len(self.program.cells), bool)
        found[self.cell[weight > NO_WEIGHT * weight.max(initial=0.0)]] = True
        return found
