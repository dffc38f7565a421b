"""The master problem of Benders decomposition: decisions alone, and what is known of the flows."""

from __future__ import annotations

import highspy
import numpy as np

from jvopt.models.sparse import Floats
from jvopt.solve.blocks import Block, Cut, Split, Unsolved, program
from jvopt.solve.futures import Risk
from jvopt.solve.handover import DECISIONS_ALONE, FEASIBLE, Matrix, allow, silent
from jvopt.solve.matrices import sp

_CUT_OFF = (highspy.HighsModelStatus.kTimeLimit, highspy.HighsModelStatus.kInterrupt)


class CutOff(Exception):
    """The time is up or the search was stopped; with a bound that holds all the same."""

    def __init__(self, bound: float) -> None:
        super().__init__(bound)
        self.bound = bound


class Master:
    """The problem of decisions alone, with a column for the cost of each block.

    Parameters
    ----------
    matrix, rows
        The whole program, and its coefficients.
    split, blocks
        What of it is decisions, and the blocks of flows.
    scale
        What HiGHS gets the objective multiplied by.
    risk
        What is made least where the program is several futures of one case; None for cost.

    Attributes
    ----------
    size : float
        The least size of cost that was seen, which proofs are relative to.
    unit : float
        Cost that counts as one in the columns of the blocks; 0 until there are cuts.
    """

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
        self.highs = silent(DECISIONS_ALONE)
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

    def allows(self, y: Floats) -> bool:
        """Whether decisions are within all bounds and rows that are theirs alone."""
        found = np.append(y, self.rows @ y)
        least, most = np.append(self.lower, self.row_lower), np.append(self.upper, self.row_upper)
        slack = FEASIBLE * np.maximum(1.0, np.abs(found))
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
        CutOff
            Time was up, or the search was stopped.
        Unsolved
            There are no such decisions, or HiGHS did not find them.
        """
        allow(self.highs, max(seconds, 0.01), whole=self._is_whole)
        self.highs.run()
        info = self.highs.getInfo()
        if self.highs.getModelStatus() in _CUT_OFF:
            least = info.mip_dual_bound if self._is_whole else -np.inf
            raise CutOff(least / self.scale + self.constant)
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
