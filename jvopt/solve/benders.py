"""Benders decomposition that remembers: the fast way through many variants of one program."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace

import highspy
import numpy as np

from jvopt.core.gaps import PROVEN
from jvopt.core.plan import Termination
from jvopt.models.sparse import Flags, Floats
from jvopt.solve.blocks import Block, Cut, Split, Unsolved, program, sparse
from jvopt.solve.futures import Risk
from jvopt.solve.handover import Matrix, scale_of, silent
from jvopt.solve.matrices import sp
from jvopt.solve.search import Found, Stop, Watch, listen

ROUNDS = 4
"""Rounds on the linear relaxation before decisions must be whole."""
MOST_ROUNDS = 40
"""Rounds after which a program is held to be unsuited."""
CLOSE = 1e-3
"""Relative gap at which the linear relaxation is done with."""
STEP = 0.7
"""How far from the best point known towards the newest one cuts are sought."""

_FEASIBLE = 1e-9
_CUT_OFF = (highspy.HighsModelStatus.kTimeLimit, highspy.HighsModelStatus.kInterrupt)
_MIP = {"mip_rel_gap": 0.0, "mip_abs_gap": 0.0, "mip_heuristic_effort": 0.0,
        "mip_allow_restart": False, "mip_feasibility_tolerance": 1e-8,
        "primal_feasibility_tolerance": _FEASIBLE}  # fmt: skip


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
    """

    def __init__(self) -> None:
        self._split: Split | None = None
        self._pattern: tuple[int, int, bytes] | None = None
        self._blocks: list[Block] = []
        self._center: Floats | None = None
        self._best: Floats | None = None
        self.rounds = 0

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
            there is none by then or the program does not suit: search it in the ordinary way.
        """
        until = time.monotonic() + time_limit
        split = self._fit(matrix, None if risk is None else risk.shared)
        self.rounds = 0
        if len(split.blocks) < 2 or not matrix.whole.any():
            return None
        rows = sparse(matrix)
        scale = scale_of(matrix)
        for block in self._blocks:
            block.load(matrix, rows, split.columns, scale)
        master = _Master(matrix, rows, split, self._blocks, scale, risk)
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
        master: _Master,
        gap: float,
        until: float,
        stop: Stop | None,
        watch: Watch | None,
        most: float | None,
    ) -> Found | None:
        center = self._center
        if center is None or any(not block.cuts for block in self._blocks):
            center = master.without_flows() if center is None else center
            self._work_out(master, center, None)
        best, value = self._again(master)
        bound = -np.inf
        master.add([(k, cut) for k, block in enumerate(self._blocks) for cut in block.cuts])
        relaxed, cut_off = True, False
        while best is None or value - bound > max(PROVEN, gap) * master.size:
            self.rounds += 1
            if self.rounds > MOST_ROUNDS:
                return None
            try:
                if time.monotonic() > until or (stop and stop()):
                    raise _CutOff(bound)
                y, theta, bound = master.solve(until - time.monotonic())
            except _CutOff as cut:
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
        self, matrix: Matrix, master: _Master, best: Floats, value: float, bound: float
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

    def _again(self, master: _Master) -> tuple[Floats | None, float]:
        """Give the best decisions of the last program and their cost, where they still can be."""
        if self._best is not None and master.allows(self._best):
            with suppress(Unsolved):
                return self._best, self._work_out(master, self._best, None)
        return None, np.inf

    def _work_out(self, master: _Master, y: Floats, theta: Floats | None) -> float:
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


class _CutOff(Exception):
    """The time is up or the search was stopped; with a bound that holds all the same."""

    def __init__(self, bound: float) -> None:
        super().__init__(bound)
        self.bound = bound


class _Master:
    """The problem of decisions alone, with a column for the cost of each block."""

    def __init__(
        self,
        matrix: Matrix,
        rows: sp.csr_matrix,
        split: Split,
        blocks: list[Block],
        scale: float,
        risk: Risk | None,
    ) -> None:
        at = split.columns
        self.split, self.blocks, self.risk = split, blocks, risk
        self.size = np.inf
        if risk is not None:
            self.beside = risk.together.cost[:, at]
        self.lower, self.upper, self.cost = matrix.lower[at], matrix.upper[at], matrix.cost[at]
        self.whole = np.flatnonzero(matrix.whole[at]).astype(np.int32)
        self.constant = matrix.constant
        self.scale = scale
        self.unit = 0.0
        self.rows = rows[split.rows][:, at]
        self.row_lower, self.row_upper = matrix.row_lower[split.rows], matrix.row_upper[split.rows]
        self.highs = silent()
        count = len(blocks)
        beside = sp.csr_matrix((len(split.rows), count))
        self.highs.passModel(
            program(
                np.append(self.cost, np.zeros(count)) * self.scale,
                np.append(self.lower, np.full(count, -np.inf)),
                np.append(self.upper, np.full(count, np.inf)),
                self.row_lower,
                self.row_upper,
                sp.hstack([self.rows, beside], format="csr"),
            )
        )
        for option, value in _MIP.items():
            self.highs.setOptionValue(option, value)

    def allows(self, y: Floats) -> bool:
        """Whether decisions are within all bounds and rows that are theirs alone."""
        found = np.append(y, self.rows @ y)
        least, most = np.append(self.lower, self.row_lower), np.append(self.upper, self.row_upper)
        slack = _FEASIBLE * np.maximum(1.0, np.abs(found))
        return bool((found >= least - slack).all() and (found <= most + slack).all())

    def worth(self, y: Floats, blocks: Floats) -> float:
        """Give what decisions come to with the cost of each block, and note the least size of it.

        What is regretted is small beside the costs that it is a difference of.
        """
        if self.risk is None:
            cost = float(self.cost @ y) + self.constant + float(blocks.sum())
            self.size = min(self.size, abs(cost))
            return cost
        of = self.risk.together.future[[block.columns[0] for block in self.blocks]]
        costs = self.risk.together.constant + self.beside @ y
        np.add.at(costs, of, blocks)
        self.size = min(self.size, float(np.abs(costs).max()))
        return self.risk.measure.worth(costs)

    def without_flows(self) -> Floats:
        """Give the decisions that are cheapest by themselves."""
        self.highs.run()
        return self._solution()[: len(self.cost)]

    def add(self, cuts: list[tuple[int, Cut]]) -> None:
        """Add cuts of blocks; the first call also brings in what blocks cost."""
        if not cuts:
            return
        n, count = len(self.cost), len(self.blocks)
        if not self.unit:
            # Blocks cost some hundreds of the unit: tolerances then mean what they should.
            largest = max(abs(cut.level) for _, cut in cuts)
            self.unit = float(2.0 ** np.round(np.log2(max(largest, 1e-3) / 100.0)))
            if self.risk is None:
                at = np.arange(n, n + count, dtype=np.int32)
                self.highs.changeColsCost(count, at, np.full(count, self.unit * self.scale))
            else:
                self._weigh(self.risk)
        index, value, start, filled = [], [], [], 0
        for k, cut in cuts:
            slope = cut.slope / self.unit
            some = np.flatnonzero(np.abs(slope) > 1e-9)
            start.append(filled)
            filled += len(some) + 1
            index.append(np.append(self.blocks[k].on[some], n + k))
            value.append(np.append(-slope[some], 1.0))
        self.highs.addRows(
            len(cuts),
            np.array([cut.level for _, cut in cuts]) / self.unit,
            np.full(len(cuts), np.inf),
            filled,
            np.array(start, np.int32),
            np.concatenate(index).astype(np.int32),
            np.concatenate(value),
        )

    def _weigh(self, risk: Risk) -> None:
        """Make the risk least instead of the cost: its columns and rows in units of the blocks."""
        measure, count, n = risk.measure, len(self.blocks), len(self.cost)
        more = len(measure.weight)
        self.constant = 0.0
        self.highs.changeColsCost(n, np.arange(n, dtype=np.int32), np.zeros(n))
        none = np.zeros(0, np.int32)
        self.highs.addCols(
            more, measure.weight * self.unit * self.scale, measure.lower / self.unit,
            np.full(more, np.inf), 0, none, none, np.zeros(0),
        )  # fmt: skip
        of = risk.together.future[[block.columns[0] for block in self.blocks]]
        flows = sp.csr_matrix((np.ones(count), (of, np.arange(count))), (len(measure.most), count))
        rows = sp.hstack([self.beside / self.unit, flows, measure.beside], format="csr")
        most = (measure.most - risk.together.constant) / self.unit
        self.highs.addRows(
            len(most), np.full(len(most), -np.inf), most, rows.nnz,
            rows.indptr[:-1].astype(np.int32), rows.indices.astype(np.int32), rows.data,
        )  # fmt: skip

    def make_whole(self) -> None:
        """Ask for whole numbers from now on."""
        kinds = np.full(len(self.whole), highspy.HighsVarType.kInteger)
        self.highs.changeColsIntegrality(len(self.whole), self.whole, kinds)
        self._is_whole = True

    _is_whole = False

    def solve(self, seconds: float) -> tuple[Floats, Floats, float]:
        """Give the best decisions, what blocks are said to cost at them, and the bound.

        Raises
        ------
        _CutOff
            Time was up, or the search was stopped.
        Unsolved
            There are no such decisions, or HiGHS did not find them.
        """
        self.highs.setOptionValue("time_limit", self.highs.getRunTime() + max(seconds, 0.01))
        self.highs.run()
        info = self.highs.getInfo()
        if self.highs.getModelStatus() in _CUT_OFF:
            least = info.mip_dual_bound if self._is_whole else -np.inf
            raise _CutOff(least / self.scale + self.constant)
        found = self._solution()
        n = len(self.cost)
        y, theta = found[:n], found[n : n + len(self.blocks)] * self.unit
        bound = info.objective_function_value
        if self._is_whole:
            y[self.whole] = np.round(y[self.whole])
            bound = info.mip_dual_bound
        return y, theta, bound / self.scale + self.constant

    def _solution(self) -> Floats:
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise Unsolved
        return np.array(self.highs.getSolution().col_value)
