"""What-ifs: many variants of one case, each as exact as a run of its own, in a fraction of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from jvopt.core.case import Case, Learnt
from jvopt.core.issues import Issue
from jvopt.core.plan import Plan, Termination
from jvopt.models import Built, build
from jvopt.models.renew import renew
from jvopt.models.sparse import Columns, Floats
from jvopt.solve.benders import Benders
from jvopt.solve.handover import Matrix, stack
from jvopt.solve.loaded import put
from jvopt.solve.money import by_kind
from jvopt.solve.optimize import finished, searched
from jvopt.solve.run import Limits, Run, checked, limits_of
from jvopt.solve.search import Found, Progress, Stop


def prepare(case: Case) -> Prepared:
    """Make a case ready for many what-ifs.

    Parameters
    ----------
    case
        The base case.

    Returns
    -------
    Prepared

    Raises
    ------
    CaseError
        The case has errors.

    Examples
    --------
    >>> import jvopt
    >>> case = jvopt.example("tiny")
    >>> base = jvopt.prepare(case)
    >>> dearer = base.what_if(case.change("lanes", "cost_per_unit", 1.2, action="multiply"))
    >>> dearer.objective >= base.what_if(case).objective
    True
    >>> dearer.plan().found  # every table of the plan, audited
    True
    """
    prepared = Prepared(case)
    _ = prepared.base
    return prepared


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The answer to a what-if.

    Attributes
    ----------
    case
        The variant.
    termination
        How the search ended, as of a `jvopt.Plan`.
    objective, bound
        Of the best plan, and on any plan; NaN where there is none.
    costs : dict of float
        Discounted total of each kind of cost, and ``revenue`` (negative); empty without a plan.
    sites, lines : DataFrame of bool
        Whether each is open, by name and period; empty without a plan.
    rebuilt
        Whether the variant needed a model of its own.
    decomposed
        Whether it was found without an ordinary branch and bound over the whole model.
    seconds : dict of float
        By phase: checking, building, solving.
    """

    case: Case
    termination: Termination
    objective: float
    bound: float
    costs: dict[str, float]
    sites: pd.DataFrame
    lines: pd.DataFrame
    rebuilt: bool
    decomposed: bool
    seconds: dict[str, float]
    _prepared: Prepared = field(repr=False)
    _found: Found = field(repr=False)
    _issues: list[Issue] = field(repr=False)
    _limits: Limits = field(repr=False)

    @property
    def found(self) -> bool:
        """Whether there is a plan."""
        return self._found.x is not None

    @property
    def columns(self) -> Floats | None:
        """The values of the model's columns, None without a plan."""
        return self._found.x

    def plan(
        self,
        *,
        compare: bool = False,
        progress: Callable[[Progress], None] | None = None,
        stop: Stop | None = None,
    ) -> Plan:
        """Give the plan with all its tables, audited; nothing is searched again.

        Parameters
        ----------
        compare
            Whether to work out today's network and that without plants beside it.
        progress, stop
            As of `jvopt.optimize`.
        """
        run = Run(progress, stop, seconds=dict(self.seconds), phase="solving")
        built, matrix, _ = self._prepared.model(self.case)
        return finished(
            self.case, built, matrix, self._found, run, self._issues, self._limits,
            compare=compare,
        )  # fmt: skip


class Prepared:
    """A case that is ready for what-ifs; see `prepare`.

    Variants that differ in prices, tariffs, fees, demand, capacities and what is open take new
    numbers into the model of the base; where goods, lanes or places differ, or a blank number
    becomes one, the variant gets a model of its own. Variants may come in any order, one at a
    time: what one teaches serves the next.

    Parameters
    ----------
    case
        The base case.

    Attributes
    ----------
    case
        The base case.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self._built: Built | None = None
        self._last: tuple[Case, Built, Matrix, bool] | None = None
        self._benders = Benders()
        self._learnt: dict[Hashable, Learnt] = {}

    @cached_property
    def base(self) -> WhatIf:
        """The answer to the base case itself."""
        return self.what_if(self.case, gap=0.0)

    def what_if(
        self,
        case: Case,
        *,
        time_limit: float | None = None,
        gap: float | None = None,
        progress: Callable[[Progress], None] | None = None,
        stop: Stop | None = None,
    ) -> WhatIf:
        """Find the best plan of a variant.

        Parameters
        ----------
        case
            The variant, mostly ``prepared.case.change(...)``; any case will do.
        time_limit, gap, progress, stop
            As of `jvopt.optimize`.

        Raises
        ------
        CaseError
            The case has errors.
        """
        limits = limits_of(case, time_limit, gap)
        run = Run(progress, stop)
        case.learnt = {**case.learnt, **self._learnt}
        issues = checked(case, run)
        self._learnt = case.learnt
        run.enter("building")
        built, matrix, rebuilt = self.model(case)
        run.enter("solving")
        began = time.monotonic()
        benders = Benders() if rebuilt else self._benders
        found = benders.search(
            matrix, gap=limits.gap, time_limit=limits.seconds, stop=stop,
            watch=run.watch_search(case),
        )  # fmt: skip
        decomposed = found is not None
        if found is None:
            left = limits._replace(seconds=limits.seconds - (time.monotonic() - began))
            found = searched(built, run, matrix, left, benders.start)
        run.book()
        costs: dict[str, float] = {}
        objective = bound = np.nan
        sites = lines = pd.DataFrame()
        if found.x is not None:
            put(built, matrix, found.x)
            costs = by_kind(built)
            sites, lines = open_states(built)
            objective, bound = sum(costs.values()), min(found.bound, sum(costs.values()))
            objective, bound = case.sign * objective, case.sign * bound
            run.watch(objective, bound if np.isfinite(bound) else None)
        return WhatIf(
            case, found.termination, objective, bound, costs, sites, lines, rebuilt, decomposed,
            run.seconds, self, found, issues, limits,
        )  # fmt: skip

    def model(self, case: Case) -> tuple[Built, Matrix, bool]:
        """Give a model of a case, stacked, and whether it had to be built anew."""
        if self._last is not None and self._last[0] is case:
            return self._last[1:]
        # While numbers change the model is nobody's: an interrupt must not leave it half changed.
        built, self._built, self._last = self._built, None, None
        if built is None:
            built = build(self.case, by_row=True)
        moved = renew(built, case)
        if moved is None:
            self._built = built
            own = build(case)
            self._last = (case, own, stack(own.model), True)
        else:
            self._built = moved
            self._last = (case, moved, stack(moved.model), False)
        return self._last[1:]


def open_states(built: Built) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Say of each site and each line whether it is open, by name and period.

    Parameters
    ----------
    built
        A model whose variables hold a plan.
    """
    net, v = built.problem.net, built.problem.v
    return (
        _open(built, v.site_open, "site", net.sites),
        _open(built, v.line_open, "line", net.lines),
    )


def _open(built: Built, columns: Columns, kind: str, table: pd.DataFrame) -> pd.DataFrame:
    """Say of each site or line whether it is open, by period; those not decided stay as now."""
    periods = built.problem.net.time.names
    state = np.repeat((table["now"] == "open").to_numpy()[:, None], len(periods), axis=1)
    assert columns.x is not None
    state[columns.index[kind], columns.index["period"]] = columns.x > 0.5
    names = list(built.problem.net.names[kind])
    return pd.DataFrame(state, index=names, columns=periods)
