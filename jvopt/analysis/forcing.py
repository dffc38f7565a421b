"""A choice held in or held out: the best plan with a plant, line or assembly mode, or without."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from jvopt.analysis.outcomes import Outcome
from jvopt.core.gaps import relative_gap
from jvopt.core.phrases import Phrase
from jvopt.models import Built
from jvopt.models.sparse import Columns, Floats, Ints
from jvopt.solve.benders import Benders
from jvopt.solve.handover import Matrix
from jvopt.solve.loaded import put
from jvopt.solve.money import by_kind
from jvopt.solve.optimize import searched
from jvopt.solve.run import Limits, Run, limits_of
from jvopt.solve.search import Found, Stop
from jvopt.solve.whatif import Prepared, open_states

NOTHING = 1e-6
"""Units made in a mode up to which it is held to be out of a plan."""

CHANGES = ("site_opened", "site_closed", "line_built", "line_closed")
"""Families of columns that are 1 where something changes against the period before."""

NO_CHOICE = Phrase("Nothing in this case is free to be had or done without.")

Kind = Literal["plant", "site", "line", "mode"]
Side = Literal["in", "some", "out"]


@dataclass(frozen=True, slots=True)
class Element:
    """Something that a plan may have or do without.

    Attributes
    ----------
    kind
        A ``plant`` (a site with lines), any other ``site``, a ``line``, or an assembly ``mode``.
    name
        Its id; of a mode the word in ``recipes.assembly_mode``.
    states : ndarray of int
        The columns that say, where that is possible, that it is open in a period; of a mode those
        of all lines that can assemble in it.
    period : ndarray of int
        The period of each.
    held : ndarray of int
        The columns that are 0 where it is out: its states, of a mode what is made in it.
    """

    kind: Kind
    name: str
    states: Ints
    period: Ints
    held: Ints

    def has(self, side: Side, x: Floats) -> bool:
        """Whether a plan is on a side already; see `Question`."""
        if side == "out":
            return bool((x[self.held] <= NOTHING).all())
        is_open = x[self.states] > 0.5
        if side == "some":
            return bool(is_open.any())
        return bool(len(self.states)) and set(self.period[is_open]) == set(self.period)


class Question(NamedTuple):
    """An element by its number, and the side on which it is held.

    ``in``: open in every period in which it can be, as ``decision`` open would have it; of a mode,
    in each of those periods some line is open that can assemble in it. ``some``: the same in one
    period at least. ``out``: closed in every period, as ``decision`` closed would have it; of a
    mode, nothing is made in it, whichever lines are open.
    """

    element: int
    side: Side


class Forcing:
    r"""The program of a case, ready for any element to be held in or out.

    It has a further column :math:`u_e` for each element e, which says whether it is open in some
    period:

    .. math:: \text{open}_{et} \le u_e \le \sum_t \text{open}_{et}

    for plants, sites and lines; of a mode m, whose lines are L, the right-hand side alone, over
    :math:`\sum_{l \in L} \sum_t \text{open}_{lt}`. All questions are bounds of columns and rows,
    so that they differ in nothing that the decomposition remembers.

    Parameters
    ----------
    prepared
        The case.

    Attributes
    ----------
    built, matrix
        The model, and its program with the further columns and rows.
    elements : list of Element
        Sites and lines whose decision is free, and all assembly modes.
    used : ndarray of int
        The column :math:`u_e` of each.
    changing : ndarray of int
        The columns that count openings and closings.
    sign : float
        Of the objective in the program; see `Case.sign`.
    """

    def __init__(self, prepared: Prepared) -> None:
        self.built, plain, _ = prepared.model(prepared.case)
        self.sign = prepared.case.sign
        self.elements = _elements(self.built, plain)
        self.used = plain.columns + np.arange(len(self.elements))
        families = self.built.problem.v.families()
        self.changing = np.concatenate(
            [plain.first_column[name] + np.arange(len(families[name])) for name in CHANGES]
        )
        self._benders = Benders()
        self._limits = limits_of(prepared.case, None, 0.0)
        self._in_period: dict[int, Ints] = {}
        self.matrix = self._extended(plain)

    @classmethod
    def of(cls, prepared: Prepared) -> Forcing:
        """Give the program of a prepared case; it is made once."""
        if prepared not in _KNOWN:
            _KNOWN[prepared] = cls(prepared)
        return _KNOWN[prepared]

    def _extended(self, plain: Matrix) -> Matrix:
        """Add the columns of what is used, and the rows that tie them to the states."""
        possible = np.array([bool(len(e.states)) for e in self.elements])
        rows: list[tuple[Ints, Floats]] = []
        upper: list[float] = []
        for n, (element, used) in enumerate(zip(self.elements, self.used, strict=True)):
            states = element.states
            rows.append((np.append(states, used), np.append(-np.ones(len(states)), 1.0)))
            upper.append(0.0)
            if element.kind != "mode":
                rows += [(np.array([state, used]), np.array([1.0, -1.0])) for state in states]
                upper += [0.0] * len(states)
                continue
            first = len(rows)
            by_period = [states[element.period == t] for t in np.unique(element.period)]
            rows += [(columns, np.ones(len(columns))) for columns in by_period]
            upper += [np.inf] * len(by_period)
            self._in_period[n] = plain.rows + np.arange(first, len(rows))
        wide = plain.with_columns(np.zeros(len(possible)), possible.astype(float), whole=True)
        return wide.with_rows(rows, np.full(len(rows), -np.inf), np.array(upper))

    def changes(self, x: Floats) -> int:
        """Count the openings and closings of a plan, from today's network on."""
        return round(float(x[self.changing].sum()))

    def question(self, asked: Question) -> Matrix | None:
        """Give the program with an element held on a side; None where it never can be open."""
        element, matrix = self.elements[asked.element], self.matrix
        lower, upper, row_lower = matrix.lower.copy(), matrix.upper.copy(), matrix.row_lower.copy()
        if asked.side == "out":
            upper[element.held] = 0.0
        elif not len(element.states):
            return None
        elif asked.side == "some":
            lower[self.used[asked.element]] = 1.0
        elif element.kind == "mode":
            row_lower[self._in_period[asked.element]] = 1.0
        else:
            lower[element.states] = 1.0
        return replace(matrix, lower=lower, upper=upper, row_lower=row_lower)

    def search(
        self,
        matrix: Matrix,
        stop: Stop,
        *,
        benders: Benders | None = None,
        most: float | None = None,
        seconds: float = np.inf,
    ) -> Found:
        """Find the cheapest plan of a program with this one's columns first, at gap 0.

        Parameters
        ----------
        matrix
            The program.
        stop
            True ends the search.
        benders
            What remembers programs with the same rows; that of the questions if not given.
        most
            A cost that will do; see `Benders.search`. Without a decomposition the search goes on
            to the cheapest plan all the same.
        seconds
            Most seconds, if fewer than the case's time limit.
        """
        began = time.monotonic()
        benders = benders or self._benders
        seconds = min(seconds, self._limits.seconds)
        found = benders.search(matrix, gap=0.0, time_limit=seconds, stop=stop, most=most)
        if found is None:
            left = Limits(seconds - (time.monotonic() - began), 0.0, 0)
            found = searched(self.built, Run(None, stop), matrix, left, benders.start)
        return found

    def outcome(self, found: Found) -> Outcome:
        """Give what analyses keep of a plan."""
        if found.x is None:
            return no_outcome(found)
        put(self.built, self.matrix, found.x)
        costs = by_kind(self.built)
        total = sum(costs.values())
        gap = relative_gap(total, min(found.bound, total))
        sites, lines = open_states(self.built)
        objective = self.sign * total
        return Outcome(found.termination, objective, gap, costs, sites, lines)


_KNOWN: WeakKeyDictionary[Prepared, Forcing] = WeakKeyDictionary()


def no_outcome(found: Found) -> Outcome:
    """Give the outcome of a search that found no plan."""
    return Outcome(found.termination, np.nan, np.nan, {}, pd.DataFrame(), pd.DataFrame())


def best_held(prepared: Prepared, asked: Question, stop: Stop) -> Outcome:
    """Find the best plan with an element held on a side; work for `Study.each`."""
    forcing = Forcing.of(prepared)
    matrix = forcing.question(asked)
    if matrix is None:
        return no_outcome(Found("infeasible", None, np.nan, np.nan))
    return forcing.outcome(forcing.search(matrix, stop))


def _elements(built: Built, matrix: Matrix) -> list[Element]:
    """Name what the plan of a case may have or do without: plants, other sites, lines, modes."""
    net, v = built.problem.net, built.problem.v
    sites = np.flatnonzero(net.sites["decision"] == "free")
    is_plant = np.isin(sites, net.lines["site"])
    lines = np.flatnonzero(net.lines["decision"] == "free")
    found: list[Element] = []

    def add(kind: Kind, name: str, columns: Columns, among: Ints, held: Ints | None) -> None:
        key = "site" if columns is v.site_open else "line"
        at = np.flatnonzero(np.isin(columns.index[key], among))
        place = at + matrix.first_column[columns.name]
        able = matrix.upper[place] > 0
        states, period = place[able], columns.index["period"][at[able]]
        found.append(Element(kind, name, states, period, states if held is None else held))

    for s in sites[is_plant]:
        add("plant", net.names["site"][int(s)], v.site_open, np.array([s]), None)
    for s in sites[~is_plant]:
        add("site", net.names["site"][int(s)], v.site_open, np.array([s]), None)
    for n in lines:
        add("line", net.names["line"][int(n)], v.line_open, np.array([n]), None)
    mode = net.assembly["assembly_mode"].to_numpy(object)
    for word in sorted(set(mode) - {""}):
        made = np.flatnonzero(mode[v.make.index["assembly"]] == word)
        able = net.assembly["line"].to_numpy()[mode == word]
        add("mode", word, v.line_open, able, made + matrix.first_column["make"])
    return found
