"""A case by hand, and every network of a random one with its least cost: a program of the second
model for each.
"""

from __future__ import annotations

import itertools
import math
from functools import cache

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from jvopt.core.checks import check
from jvopt.core.issues import errors
from tests.models.oracle import programme
from tests.models.random_cases import random_case

NETWORK = {
    "sites": """site now decision fixed_cost opening_cost
             S    .   .        .          .
             A    .   free     10         .
             B    closed free  10         6
             M    .   .        .          .""",
    "products": "product;K;P",
    "supply": "site product unit_cost;S K 1;S P 9",
    "recipes": "recipe product assembly_mode;SKD P SKD;CKD P CKD",
    "recipe_inputs": "recipe product;SKD K;CKD K",
    "lines": """line site now  decision fixed_cost capacity
             A1   A    open .        4          .
             A2   A    .    .        20         .
             B1   B    .    .        4          5""",
    "assembly": "line recipe unit_cost;A1 SKD 3;A2 CKD 2;B1 SKD 2",
    "lanes": "origin destination cost_per_unit;S A .;S B .;S M .;A M .;B M .",
    "demand": "site product quantity penalty;M P 10 .",
}
"""Ten units: at A for 10 + 4 + 10 x (1 + 3) = 54, or imported for 90, or see the tests."""


class Networks:
    """All settings of what is open in which period, each with its least cost.

    Parameters
    ----------
    case
        A case; cost is the negative of profit where that is its objective.
    """

    def __init__(self, case):
        self.case = case
        p = programme(case)
        self.sites = {r["site"]: r for r in case.filled("sites").to_dict("records")}
        self.lines = {r["line"]: r for r in case.filled("lines").to_dict("records")}
        mode_of = dict(zip(case.recipes["recipe"], case.recipes["assembly_mode"], strict=True))
        rows = case.assembly[["line", "recipe"]].itertuples(index=False)
        self.able = {}
        for line, recipe in rows:
            if mode_of[recipe]:
                self.able.setdefault(mode_of[recipe], set()).add(line)
        self.names = p.choices
        at = [p.index[n] for n in p.choices]
        self.low, self.high = (np.array([b[i] for i in at]) for b in (p.low, p.high))
        made = {
            mode: [i for n, i in p.index.items() if n[0] == "make" and mode_of[n[2]] == mode]
            for mode in self.able
        }
        rows = LinearConstraint(p._matrix(), [r[1] for r in p.rows], [r[2] for r in p.rows])
        ranges = [range(int(a), int(b) + 1) for a, b in zip(self.low, self.high, strict=True)]
        self.settings, costs, without = [], [], {mode: [] for mode in self.able}
        for setting in itertools.product(*ranges):
            if not self._fits(dict(zip(self.names, setting, strict=True))):
                continue
            self.settings.append(setting)
            costs.append(self._cost(p, rows, at, setting, []))
            for mode, columns in made.items():
                without[mode].append(
                    costs[-1]
                    if math.isinf(costs[-1])
                    else self._cost(p, rows, at, setting, columns)
                )
        self.open = np.array(self.settings, bool).reshape(len(self.settings), len(self.names))
        self.cost = np.array(costs)
        self.without = {mode: np.array(c) for mode, c in without.items()}
        self.best = self.cost.min(initial=math.inf)

    def _fits(self, setting):
        """A line is open only where its site is: the rest need not be looked at."""
        return all(
            setting["site", self.lines[n[1]]["site"], n[2]] >= is_open
            for n, is_open in setting.items()
            if n[0] == "line"
        )

    def _cost(self, p, rows, at, setting, shut):
        low, high = np.array(p.low), np.array(p.high)
        low[at] = high[at] = setting
        high[shut] = 0.0
        found = milp(
            np.array(p.cost), integrality=np.array(p.whole, int), bounds=Bounds(low, high),
            constraints=rows, options={"mip_rel_gap": 0.0},
        )  # fmt: skip
        return found.fun if found.status == 0 else math.inf

    def elements(self):
        """Name what is free: (kind, name)."""
        plants = {r["site"] for r in self.lines.values()}
        found = [
            ("plant" if s in plants else "site", s)
            for s, r in self.sites.items()
            if r["decision"] == "free"
        ]
        found += [("line", n) for n, r in self.lines.items() if r["decision"] == "free"]
        return found + [("mode", m) for m in self.able]

    def states(self, kind, name):
        """Give the positions of what says that an element is open, by period, where it can be."""
        groups: dict[int, list[int]] = {}
        for i, (what, who, t) in enumerate(self.names):
            mine = {
                "mode": what == "line" and who in self.able.get(name, ()),
                "line": (what, who) == ("line", name),
            }.get(kind, (what, who) == ("site", name))
            if mine and self.high[i] > 0:
                groups.setdefault(t, []).append(i)
        return list(groups.values())

    def used(self, kind, name):
        """Whether each network has an element in some period."""
        at = [i for group in self.states(kind, name) for i in group]
        return self.open[:, at].any(axis=1)

    def least(self, kind, name, side):
        """Give the least cost with an element on a side."""
        groups = self.states(kind, name)
        if side == "out" and kind == "mode":
            return self.without[name].min(initial=math.inf)
        if side == "out":
            keep = ~self.used(kind, name)
        elif not groups:
            return math.inf
        elif side == "some":
            keep = self.used(kind, name)
        else:
            keep = np.all([self.open[:, group].any(axis=1) for group in groups], axis=0)
        return self.cost[keep].min(initial=math.inf)

    def changes(self):
        """Count the openings and closings of each network, from today's on."""
        count = np.zeros(len(self.open), int)
        for kind, table in (("site", self.sites), ("line", self.lines)):
            for name, row in table.items():
                at = [i for i, n in enumerate(self.names) if n[:2] == (kind, name)]
                now = np.full((len(self.open), 1), row["now"] == "open")
                states = np.hstack([now, self.open[:, at]])
                count += (states[:, 1:] != states[:, :-1]).sum(axis=1)
        return count


@cache
def networks(seed, most_free):
    """Give the networks of a random case; None where it has errors, no plan, or too many."""
    case = random_case(seed)
    if errors(check(case)):
        return None
    p = programme(case)
    free = sum(p.low[p.index[n]] < p.high[p.index[n]] for n in p.choices)
    if not 2 <= free <= most_free:
        return None
    found = Networks(case)
    return found if math.isfinite(found.best) else None
