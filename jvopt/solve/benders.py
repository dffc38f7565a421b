"""Benders decomposition that remembers: the fast way through many variants of one program."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace

import numpy as np

from jvopt.core.gaps import PROVEN
from jvopt.core.plan import Termination
from jvopt.models.sparse import Flags, Floats
from jvopt.solve.blocks import Block, Split, Unsolved, sparse
from jvopt.solve.futures import Risk
from jvopt.solve.handover import Matrix, scale_of
from jvopt.solve.master import CutOff, Master
from jvopt.solve.search import Found, Stop, Watch, listen

ROUNDS = 4
"""Rounds on the linear relaxation before decisions must be whole."""
MOST_ROUNDS = 40
"""Rounds after which a program is held to be unsuited."""
CLOSE = 1e-3
"""Relative gap at which the linear relaxation is done with."""
STEP = 0.7
"""How far from the best point known towards the newest one cuts or facets are sought."""


class Benders:
    r"""Search over many programs of the same columns and rows, each as exact as a fresh search.

    Decisions y and blocks of flows, :math:`v_k(y)` what the flows of block k cost at best:

    .. math:: \min_y \; f^T y + \sum_k \theta_k, \qquad
        \theta_k \ge a_{kc} + g_{kc}^T y \quad \forall c

    Each solution y of this master problem is worked out in the blocks, which gives a plan, and
    cuts c with :math:`v_k(y) = a_{kc} + g_{kc}^T y`, until the master's bound reaches the best
    plan. J. F. Benders, Partitioning procedures for solving mixed-variables programming problems,
    Numerische Mathematik 4 (1962), 238-252; cuts are sought between the newest point and the best
    one known (W. Ben-Ameur and J. Neto, Acceleration of cutting-plane and column generation
    algorithms, Networks 49 (2007), 3-17). Blocks remember: a block whose numbers have not changed
    keeps its cuts, one whose capacities or demand have changed moves them, and one whose prices
    have changed works them out again from the bases and decisions that served before.
    The decisions of the last best plan are the first plan of the next program where they can be.

    Attributes
    ----------
    rounds : int
        Solutions of the master problem in the last search.
    start : Found or None
        The best plan by the time the last search gave a program up, for the ordinary one to start
        from.
    """

    def __init__(self) -> None:
        self._split: Split | None = None
        self._pattern: tuple[int, int, bytes] | None = None
        self._blocks: list[Block] = []
        self._center: Floats | None = None
        self._best: Floats | None = None
        self.rounds = 0
        self.start: Found | None = None

    def search(
        self,
        matrix: Matrix,
        *,
        gap: float,
        time_limit: float,
        stop: Stop | None = None,
        watch: Watch | None = None,
        most: float | None = None,
        risk: Risk | None = None,
    ) -> Found | None:
        """Find the best point of a program.

        Parameters
        ----------
        matrix
            The program; least cost.
        gap
            Relative gap at which the search may end.
        time_limit
            Seconds.
        stop
            Asked now and then; True ends the search.
        watch
            Called with the best objective and the bound, in each round that has both.
        most
            A cost that will do: the search ends with the first plan that costs no more, or as
            infeasible once it is proven that there is none.
        risk
            Where the program is several futures of one case: what is made least instead of cost.

        Returns
        -------
        Found or None
            With the best plan so far where the time is up or the search was stopped; None where
            there is none by then or the program does not suit: search it in the ordinary way,
            from `start`.
        """
        until = time.monotonic() + time_limit
        split = self._fit(matrix, None if risk is None else risk.shared)
        self.rounds, self.start = 0, None
        if len(split.blocks) < 2 or not matrix.whole.any():
            return None
        rows = sparse(matrix)
        scale = scale_of(matrix)
        for block in self._blocks:
            block.load(matrix, rows, split.columns, scale)
        master = Master(matrix, rows, split, self._blocks, scale, risk)
        if stop is not None:
            listen(master.highs, 1.0, None, stop)
        try:
            for block in self._blocks:  # in this thread: HiGHS in several at a time can crash
                block.start(master.lower, master.upper)
            return self._iterate(matrix, master, gap, until, stop, watch, most)
        except Unsolved:
            return None

    def _fit(self, matrix: Matrix, held: Flags | None) -> Split:
        """Split a program, or take the split of the last one if that had the same pattern."""
        pattern = (
            matrix.columns,
            matrix.rows,
            matrix.whole.tobytes() + matrix.index.tobytes() + matrix.start.tobytes(),
        )
        if self._split is None or pattern != self._pattern:
            self._pattern, self._split = pattern, Split.of(matrix, held)
            self._blocks = [Block(rows, columns) for rows, columns in self._split.blocks]
            self._center = self._best = None
        return self._split

    def _iterate(
        self,
        matrix: Matrix,
        master: Master,
        gap: float,
        until: float,
        stop: Stop | None,
        watch: Watch | None,
        most: float | None,
    ) -> Found | None:
        center = master.without_flows() if self._center is None else self._center
        if self._center is None or any(not block.cuts for block in self._blocks):
            self._work_out(master, center, None)
        best, value = self._again(master)
        bound = -np.inf
        master.add([(k, cut) for k, block in enumerate(self._blocks) for cut in block.cuts])
        relaxed, cut_off = True, False
        while best is None or value - bound > max(PROVEN, gap) * master.size:
            self.rounds += 1
            if self.rounds > MOST_ROUNDS:
                if best is not None:
                    self.start = self._plan(matrix, master, best, value, bound)
                return None
            try:
                if time.monotonic() > until or (stop and stop()):
                    raise CutOff(bound)
                y, theta, bound = master.solve(until - time.monotonic())
            except CutOff as cut:
                bound, cut_off = max(bound, cut.bound), True
                break
            if watch is not None and np.isfinite(value):
                watch(value, bound)
            if most is not None and bound > most:
                return Found("infeasible", None, np.nan, np.nan)
            if relaxed:
                center = STEP * y + (1.0 - STEP) * center
                cost = self._work_out(master, center, theta)
                if cost - bound <= CLOSE * master.size or self.rounds >= ROUNDS:
                    relaxed = False
                    master.make_whole()
                continue
            cost = self._work_out(master, y, theta)
            if cost < value:
                best, value = y, cost
            if watch is not None and np.isfinite(value):
                watch(value, bound)
            if most is not None and value <= most:
                break
            center = STEP * y + (1.0 - STEP) * center
            if value - bound > max(PROVEN, gap) * master.size:
                self._work_out(master, center, theta)
        if best is None:
            return None
        found = self._plan(matrix, master, best, value, bound)
        self._center = center
        for block in self._blocks:
            block.remember(center)
        if cut_off and found.termination != "optimal":
            return replace(found, termination="interrupted" if stop and stop() else "time_limit")
        return found

    def _plan(
        self, matrix: Matrix, master: Master, best: Floats, value: float, bound: float
    ) -> Found:
        """Give the plan of the best decisions, which are remembered."""
        self._best = best
        x = np.zeros(matrix.columns)
        x[master.split.columns] = best
        for block in self._blocks:
            x[block.columns] = block.solve(best[block.on], add=False)[2]
            block.remember(best)
        end: Termination = "gap_limit"
        if value - bound <= PROVEN * max(1.0, master.size):
            end = "optimal"
        return Found(end, x, value, min(bound, value) if np.isfinite(bound) else np.nan)

    def _again(self, master: Master) -> tuple[Floats | None, float]:
        """Give the best decisions of the last program and their cost, where they still can be."""
        if self._best is not None and master.allows(self._best):
            with suppress(Unsolved):
                return self._best, self._work_out(master, self._best, None)
        return None, np.inf

    def _work_out(self, master: Master, y: Floats, theta: Floats | None) -> float:
        """Work decisions out in every block; give their cost, and the master its new cuts."""
        y = np.clip(y, master.lower, master.upper)
        worked = [block.solve(y[block.on], add=False) for block in self._blocks]
        value = np.array([value for value, _, _ in worked])
        cost = master.worth(y, value)
        over = value - (-np.inf if theta is None else theta)
        new = [(int(k), worked[k][1]) for k in np.flatnonzero(over > 0.1 * PROVEN * master.size)]
        for k, cut in new:
            self._blocks[k].cuts.append(cut)
        if theta is not None:
            master.add(new)
        return cost
