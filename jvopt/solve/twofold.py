"""Programs with two objectives: what is least under weights and caps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import highspy
import numpy as np

from jvopt.models.sparse import Floats
from jvopt.solve.benders import STEP, Benders
from jvopt.solve.blocks import Unsolved, program, sparse
from jvopt.solve.curves import TILT, Curve, Curves, Facet, Piece
from jvopt.solve.handover import DECISIONS_ALONE, Matrix, silent
from jvopt.solve.matrices import sp
from jvopt.solve.search import Found, Stop, listen, search

START = (0.03, 0.3, 1.0, 3.0, 30.0)
"""Weights of the measure at which the relaxation is worked out first."""
MOST_ROUNDS = 200
"""Solutions of the decisions alone after which a program is held to be unsuited."""
NARROWER = (1e-6, 1e-5, 1e-4)
"""Relative distances by which caps are narrowed, in turn where a plan slips through them: decisions
that are whole but for the solver's tolerance may be that far below a cap, and above it once
rounded. A cap within the tolerance of a plan can also make HiGHS 1.16 take a program for
infeasible.
"""


class Aim(NamedTuple):
    """What is made least: a weighted sum, while cost and measure stay below caps.

    Attributes
    ----------
    weight, most
        Of cost and measure.
    within
        How far above the least a search may end; what lies within that below a target may be
        overlooked.
    """

    weight: tuple[float, float]
    most: tuple[float, float]
    within: float = 0.0

    def narrowed(self, share: float) -> Aim:
        """Give the same with caps that are lower by a share of their size."""
        cost, measure = (most - share * max(1.0, abs(most)) if most < np.inf else most
                         for most in self.most)  # fmt: skip
        return self._replace(most=(cost, measure))


class Whole:
    """Answers by searching the whole program anew each time."""

    def __init__(self, curves: Curves) -> None:
        self.bound = -np.inf
        self._curves = curves
        self._benders = Benders()
        m = curves.matrix
        self._by_measure = _with_rows(m, curves.measure)
        self._by_both = _with_rows(m, curves.measure, m.cost)

    def better(self, aim: Aim, target: float, stop: Stop) -> Curve | None:
        """Give the curve of decisions that come to less than a target; None if there are none.

        Raises
        ------
        Interrupted
            It was stopped before that was known.
        """
        for share in NARROWER:
            curve = self._search(aim.narrowed(share), target, stop)
            if curve is None or not np.isfinite(aim.most[0]) or reaches(curve, aim) < target:
                return curve
        return None

    def _search(self, aim: Aim, target: float, stop: Stop) -> Curve | None:
        """Search under the cap on the measure, and then if need be under both."""
        found = self._under(self._by_measure, aim, [aim.most[1]], stop)
        self.bound = np.inf if found.x is None else found.bound
        if found.x is None or found.objective >= target:
            return None
        curve = self._curves.at(found.x[self._curves.split.columns])
        if reaches(curve, aim) < target or not np.isfinite(aim.most[0]):
            return curve
        most = [aim.most[1], aim.most[0] - self._curves.matrix.constant]
        found = self._under(self._by_both, aim, most, stop)
        self.bound = np.inf if found.x is None else found.bound
        if found.x is None or found.objective >= target:
            return None
        return self._curves.at(found.x[self._curves.split.columns])

    def _under(self, matrix: Matrix, aim: Aim, most: list[float], stop: Stop) -> Found:
        m = self._curves.matrix
        held = replace(
            matrix,
            cost=aim.weight[0] * m.cost + aim.weight[1] * self._curves.measure,
            constant=aim.weight[0] * m.constant,
            row_upper=np.append(m.row_upper, most),
        )
        # Where the measure is of decisions alone, flows still fall apart under a cap on it.
        found = self._benders.search(held, gap=0.0, time_limit=1e9, stop=stop)
        if found is None:
            found = search(held, gap=0.0, time_limit=1e9, stop=stop)
        if found.termination == "interrupted":
            raise Interrupted
        return found


def _with_rows(matrix: Matrix, *rows: Floats) -> Matrix:
    """Give the same program with further rows, which bound nothing yet."""
    some = [np.flatnonzero(row) for row in rows]
    free = np.full(len(rows), np.inf)
    return matrix.with_rows([(at, r[at]) for at, r in zip(some, rows, strict=True)], -free, free)


class Interrupted(Exception):
    """Stopped before the answer was known."""


class Decomposed:
    r"""Answers from decisions alone, and facets that say what blocks of flows cost at them.

    Benders decomposition with two columns for each block, its cost :math:`c_k` and its measure
    :math:`m_k`. Facets :math:`w_1 c_k + w_2 m_k \ge a + g^T y` hold whatever is asked, so that
    all questions about one program share them.

    Raises
    ------
    Unsolved
        Blocks have no plan at some decisions: the program does not suit.
    Interrupted
        It was stopped.
    """

    def __init__(self, curves: Curves, stop: Stop) -> None:
        if len(curves.blocks) < 2:
            raise Unsolved
        self.bound = -np.inf
        self._curves = curves
        m, at = curves.matrix, curves.split.columns
        self._cost, self._measure = m.cost[at], curves.measure[at]
        n, count = len(at), len(curves.blocks)
        flat = np.abs(m.cost).max(initial=1.0)
        self._unit = float(2.0 ** np.round(np.log2(flat))) if flat > 0 else 1.0
        own = sparse(m)[curves.split.rows][:, at]
        totals = sp.csr_matrix(np.vstack([
            np.concatenate([self._cost / self._unit, np.ones(count), np.zeros(count)]),
            np.concatenate([self._measure / self._unit, np.zeros(count), np.ones(count)]),
        ]))  # fmt: skip
        beside = sp.csr_matrix((own.shape[0], 2 * count))
        free = np.full(2 * count, np.inf)
        free[count:][[not block.measured for block in curves.blocks]] = 0.0
        self._rows = own.shape[0]
        self._highs: Any = silent(DECISIONS_ALONE)
        self._highs.passModel(program(
            np.zeros(n + 2 * count),
            np.append(m.lower[at], -free), np.append(m.upper[at], free),
            np.append(m.row_lower[curves.split.rows], [-np.inf, -np.inf]),
            np.append(m.row_upper[curves.split.rows], [np.inf, np.inf]),
            sp.vstack([sp.hstack([own, beside]), totals], format="csr"),
        ))  # fmt: skip
        listen(self._highs, 1.0, None, stop)
        self._tried: dict[bytes, Curve] = {}
        self._relax(stop)

    def better(self, aim: Aim, target: float, stop: Stop) -> Curve | None:
        """Give the curve of decisions that may come to less than a target; None if none do.

        Raises
        ------
        Interrupted
            It was stopped before that was known.
        """
        narrower, outside = iter(NARROWER), set[bytes]()
        caps = aim.narrowed(next(narrower))
        for _ in range(MOST_ROUNDS):
            if stop():
                raise Interrupted
            found = self._least(caps)
            self.bound = np.inf if found is None else found[1]
            if found is None or found[1] >= target - aim.within:
                return None
            y, _, parts = found
            if self._facets_at(y, aim, parts) >= target:
                continue
            curve, key = self._curve(y), np.round(y, 6).tobytes()
            if reaches(curve, aim) < target:
                return curve
            if key in outside:  # its facets are known, and yet it comes back
                share = next(narrower, None)
                if share is None:
                    break
                caps = aim.narrowed(share)
            outside.add(key)
        raise Unsolved

    def _curve(self, y: Floats) -> Curve:
        """Give the whole curve of decisions, and add its facets, once and for all.

        Decisions that come to less than a target may only do so outside the caps.
        """
        key = np.round(y, 6).tobytes()
        if key not in self._tried:
            self._tried[key] = self._curves.at(y)
            for block in self._curves.blocks:
                self._add([(block, f) for f in block.curve(y[block.on])[1]])
        return self._tried[key]

    def _relax(self, stop: Stop) -> None:
        """Work out facets while decisions may be fractions."""
        y = np.clip(np.zeros(len(self._cost)), *self._bounds())
        for weight in ((1.0, TILT), (TILT, 1.0), *((1.0, w) for w in START)):
            aim = Aim(weight, (np.inf, np.inf))
            self._facets_at(y, aim, None)
        for weight in ((1.0, TILT), *((1.0, w) for w in START), (TILT, 1.0)):
            aim = Aim(weight, (np.inf, np.inf))
            for _ in range(4):
                if stop():
                    break
                found = self._least(aim)
                if found is None:
                    raise Unsolved
                y = STEP * found[0] + (1.0 - STEP) * y
                self._facets_at(y, aim, None)
        whole = np.flatnonzero(self._curves.matrix.whole[self._curves.split.columns])
        kinds = np.full(len(whole), highspy.HighsVarType.kInteger)
        self._highs.changeColsIntegrality(len(whole), whole.astype(np.int32), kinds)
        self._whole = whole

    _whole = np.zeros(0, np.int64)

    def _bounds(self) -> tuple[Floats, Floats]:
        m, at = self._curves.matrix, self._curves.split.columns
        return m.lower[at], np.where(np.isfinite(m.upper[at]), m.upper[at], 1e9)

    def _least(self, aim: Aim) -> tuple[Floats, float, Floats] | None:
        """Give decisions, the bound, and what is said of the blocks; None if there are none."""
        n, count = len(self._cost), len(self._curves.blocks)
        w1, w2 = aim.weight
        cost = np.concatenate([
            (w1 * self._cost + w2 * self._measure) / self._unit,
            np.full(count, w1), np.full(count, w2),
        ])  # fmt: skip
        self._highs.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        most = np.array([aim.most[0] - self._curves.matrix.constant, aim.most[1]]) / self._unit
        at = self._rows + np.arange(2, dtype=np.int32)
        self._highs.changeRowsBounds(2, at, np.full(2, -np.inf), most)
        self._highs.setOptionValue("mip_abs_gap", aim.within / self._unit)
        self._highs.run()
        status = self._highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status == highspy.HighsModelStatus.kInterrupt:
            raise Interrupted
        if status != highspy.HighsModelStatus.kOptimal:
            raise Unsolved
        x = np.array(self._highs.getSolution().col_value)
        info = self._highs.getInfo()
        bound = info.mip_dual_bound if len(self._whole) else info.objective_function_value
        x[self._whole] = np.round(x[self._whole])
        parts = x[n:].reshape(2, count) * self._unit
        return x[:n], bound * self._unit + w1 * self._curves.matrix.constant, parts

    def _facets_at(self, y: Floats, aim: Aim, parts: Floats | None) -> float:
        """Work decisions out in every block; add what is violated, and give their worth."""
        w1, w2 = aim.weight
        total = w1 * (float(self._cost @ y) + self._curves.matrix.constant)
        total += w2 * float(self._measure @ y)
        new = []
        for k, block in enumerate(self._curves.blocks):
            point = y[block.on]
            block.hold(point)
            found, facet = block.solve(point, aim.weight)
            value = w1 * found[0] + w2 * found[1]
            total += value
            said = -np.inf if parts is None else w1 * parts[0, k] + w2 * parts[1, k]
            if value - said > 1e-10 * abs(total):
                new.append((block, facet))
        self._add(new)
        return total

    def _add(self, facets: list[tuple[Piece, Facet]]) -> None:
        n, count = len(self._cost), len(self._curves.blocks)
        number = {id(b): k for k, b in enumerate(self._curves.blocks)}
        index, value, start, filled, level = [], [], [], 0, []
        for block, facet in facets:
            k = number[id(block)]
            slope = facet.slope / self._unit
            some = np.flatnonzero(np.abs(slope) > 1e-12)
            start.append(filled)
            filled += len(some) + 2
            index.append(np.concatenate([block.on[some], [n + k, n + count + k]]))
            value.append(np.concatenate([-slope[some], facet.weight]))
            level.append(facet.level / self._unit)
        if facets:
            self._highs.addRows(
                len(facets), np.array(level), np.full(len(facets), np.inf), filled,
                np.array(start, np.int32), np.concatenate(index).astype(np.int32),
                np.concatenate(value),
            )  # fmt: skip


def reaches(curve: Curve, aim: Aim) -> float:
    """Give the least weighted sum on a curve below the caps; inf where it does not come there."""
    points = inside(curve.points, aim.most)
    return float((points @ np.array(aim.weight)).min(initial=np.inf))


def inside(points: Floats, most: tuple[float, float]) -> Floats:
    """Give the corners of the part of a curve that lies below caps of cost and measure."""
    for axis in (0, 1):
        keep = points[:, axis] <= most[axis]
        if keep.all() or not len(points):
            continue
        cut = np.flatnonzero(keep[:-1] != keep[1:])
        kept = points[keep]
        if len(cut):
            a, b = points[cut[0]], points[cut[0] + 1]
            share = (most[axis] - a[axis]) / (b[axis] - a[axis])
            edge = a + share * (b - a)
            kept = np.concatenate([kept, edge[None, :]] if keep[0] else [edge[None, :], kept])
        points = kept
    return points
