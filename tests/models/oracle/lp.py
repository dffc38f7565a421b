"""A linear program by names, for scipy."""

from __future__ import annotations

import itertools
import math

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_matrix

BIG = 1e4  # more than any flow of a test case


class Programme:
    """Columns and rows under names; the objective is minimised."""

    def __init__(self):
        self.index: dict[tuple, int] = {}
        self.cost: list[float] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self.whole: list[bool] = []
        self.choices: list[tuple] = []  # what brute force goes through
        self.rows: list[tuple[dict[int, float], float, float]] = []

    def add(self, *name, cost=0.0, low=0.0, high=math.inf, whole=False, choice=False):
        """Declare a variable; `choice` marks the openings that brute force enumerates."""
        assert name not in self.index, name
        self.index[name] = len(self.cost)
        self.cost.append(cost)
        self.low.append(low)
        self.high.append(high)
        self.whole.append(whole)
        if choice:
            self.choices.append(name)
        return name

    def named(self, kind, **where):
        """All variables whose name starts with `kind` and whose parts p0, p1, ... are as given."""
        wanted = {int(k[1:]) + 1: v for k, v in where.items()}
        return [
            n
            for n in self.index
            if n[0] == kind and all(n[at] == value for at, value in wanted.items())
        ]

    def row(self, terms, low=-math.inf, high=math.inf):
        """Bound a sum of (coefficient, variable); an empty sum is 0."""
        found: dict[int, float] = {}
        for coefficient, name in terms:
            found[self.index[name]] = found.get(self.index[name], 0.0) + coefficient
        self.rows.append((found, low, high))

    def _matrix(self):
        data, at, of = [], [], []
        for n, (terms, _, _) in enumerate(self.rows):
            for column, value in terms.items():
                at.append(n)
                of.append(column)
                data.append(value)
        return csr_matrix((data, (at, of)), shape=(len(self.rows), len(self.cost)))

    def solve(self):
        """Least cost and values by name; (inf, {}) where nothing is feasible.

        Whole numbers are then fixed and the rest solved again: a binary of 1e-7 would let flow
        through a closed site.
        """
        whole = np.array(self.whole)
        low, high = np.array(self.low), np.array(self.high)
        found = self._milp(whole, low, high)
        assert found.status != 3, "no floor to the cost"
        if found.x is None:
            return math.inf, {}
        low[whole] = high[whole] = np.round(found.x[whole])
        found = self._milp(np.zeros(len(whole)), low, high)
        return found.fun, dict(zip(self.index, found.x, strict=True))

    def _milp(self, whole, low, high):
        rows = LinearConstraint(
            self._matrix(), [r[1] for r in self.rows], [r[2] for r in self.rows]
        )
        return milp(
            np.array(self.cost),
            integrality=whole.astype(int),
            bounds=Bounds(low, high),
            constraints=rows,
            options={"mip_rel_gap": 0.0},
        )

    def enumerate(self):
        """Least cost over every 0/1 setting of the choices, a linear program each."""
        others = [n for n, i in self.index.items() if self.whole[i] and n not in set(self.choices)]
        assert not others, f"brute force goes through openings only: {others[:3]}"
        matrix = self._matrix()
        low = np.array([r[1] for r in self.rows])
        high = np.array([r[2] for r in self.rows])
        up, down = np.isfinite(high), np.isfinite(low)
        stacked = csr_matrix(np.vstack([matrix[up].toarray(), -matrix[down].toarray()]))
        sides = np.concatenate([high[up], -low[down]])
        at = [self.index[n] for n in self.choices]
        ranges = [range(math.ceil(self.low[i]), math.floor(self.high[i]) + 1) for i in at]
        best = math.inf
        for setting in itertools.product(*ranges):
            bounds = list(zip(self.low, self.high, strict=True))
            for i, value in zip(at, setting, strict=True):
                bounds[i] = (value, value)
            found = linprog(self.cost, A_ub=stacked, b_ub=sides, bounds=bounds)
            if found.status == 0:
                best = min(best, found.fun)
        return best
