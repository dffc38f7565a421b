"""The work behind robust choice: futures, their own best plant sets, and common ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jvopt.analysis.outcomes import PROVEN_ENDS, outcome
from jvopt.core.case import Case
from jvopt.core.checks import check
from jvopt.core.issues import errors
from jvopt.core.plan import Termination
from jvopt.core.tables import TABLES
from jvopt.models.renew import UNREAD
from jvopt.models.sparse import Floats
from jvopt.solve.benders import Benders
from jvopt.solve.futures import Future, Measure, PlantSet, Risk, Together
from jvopt.solve.search import Stop, search
from jvopt.solve.whatif import Prepared

FOR_EVER = 1e9
"""Seconds; an analysis ends when it is done or stopped."""


@dataclass(frozen=True, slots=True)
class Own:
    """The best plan of one future by itself.

    Attributes
    ----------
    termination
        How the search ended.
    cost
        Of the best plan (the negative of its profit); NaN without one.
    plants
        Its plant set; None without a plan.
    """

    termination: Termination
    cost: float
    plants: PlantSet | None

    @property
    def proven(self) -> bool:
        """Whether the plan is proven best, or that there is none."""
        return self.termination in PROVEN_ENDS


def own_best(prepared: Prepared, case: Case, stop: Stop) -> Own:
    """Find the best plan of a future."""
    answer = outcome(prepared, case, stop, columns=True)
    if answer.x is None:
        return Own(answer.termination, np.nan, None)
    future = future_of(prepared, case)
    plants = future.read(answer.x)
    return Own(answer.termination, case.sign * answer.objective, plants)


def future_of(prepared: Prepared, case: Case) -> Future:
    """Give the program of a future, and which of its columns are the plant set."""
    built, matrix, _ = prepared.model(case)
    return Future.of(built, matrix, prepared.case)


@dataclass(frozen=True, slots=True)
class Trial:
    """A future and the plant sets to try in it."""

    case: Case
    sets: Sequence[PlantSet]


def tried(prepared: Prepared, trial: Trial, stop: Stop) -> list[float]:
    """Give what a future costs at least with each plant set: inf where it has no plan with it.

    NaN where that is not known, as the search was stopped.
    """
    future = future_of(prepared, trial.case)
    costs = []
    for plants in trial.sets:
        held = future.held(plants)
        if (held.lower > held.upper).any():
            costs.append(np.inf)
            continue
        found = search(held, gap=0.0, time_limit=FOR_EVER, stop=stop)
        sure = found.termination in ("optimal", "gap_limit") and found.x is not None
        costs.append(
            found.objective if sure else np.inf if found.termination == "infeasible" else np.nan
        )
    return costs


@dataclass(frozen=True, slots=True)
class Common:
    """Several futures, and the measures each of which is to be made least over them."""

    cases: Sequence[Case]
    measures: Sequence[Measure]


def chosen(prepared: Prepared, common: Common, stop: Stop) -> list[PlantSet | None]:
    """Give for each measure the plant set that makes it least; None where there is none."""
    futures = [future_of(prepared, case) for case in common.cases]
    together = Together.of(futures)
    benders = Benders()
    sets: list[PlantSet | None] = []
    for measure in common.measures:
        risk = Risk(together, measure)
        found = benders.search(together.matrix, gap=0.0, time_limit=FOR_EVER, stop=stop, risk=risk)
        if found is None:
            found = search(risk.written_out(), gap=0.0, time_limit=FOR_EVER, stop=stop)
        if found.x is None or found.termination not in ("optimal", "gap_limit"):
            sets.append(None)
            continue
        plants: PlantSet = {}
        for future, place in zip(futures, together.places, strict=True):
            x = future.read(found.x[place])
            plants |= {label: x[label] for label in future.shared}
        sets.append(plants)
    return sets


def probabilities(given: Sequence[float]) -> Floats:
    """Share out probabilities.

    Parameters
    ----------
    given
        The probability of each future; NaN where none is stated: what is left is shared equally.

    Returns
    -------
    ndarray
        They add up to 1: those stated are scaled where they leave no share, or too much.
    """
    found = np.array(given, float)
    blank = np.isnan(found)
    left = max(1.0 - float(found[~blank].sum()), 0.0)
    found[blank] = left / max(int(blank.sum()), 1)
    total = found.sum()
    return found / total if total > 0 else np.full(len(found), 1.0 / len(found))


def mean_case(cases: Sequence[Case], probability: Floats) -> Case | None:
    """Give the case in which every figure has its mean over the futures.

    Returns
    -------
    Case or None
        None where futures differ in more than figures: in words, rows, whole or blank numbers.
    """
    first = cases[0]
    differ: dict[str, set[str]] = {}
    for other in cases[1:]:
        for table, columns in other.differences(first).items():
            if table not in UNREAD:
                differ.setdefault(table, set()).update(columns)
    if differ.pop("settings", None) and not all(_same_settings(c, first) for c in cases):
        return None
    tables = {}
    for table, columns in differ.items():
        frames = [case[table] for case in cases]
        if any(len(frame) != len(frames[0]) for frame in frames):
            return None
        mean = frames[0]
        for column in columns:
            cells = np.array([frame[column].to_numpy() for frame in frames])
            if TABLES[table].by_name[column].kind != "number":
                return None
            blank = np.isnan(cells.astype(float))
            if (blank != blank[0]).any():
                return None
            mean = mean.assign(**{column: probability @ cells.astype(float)})
        tables[table] = mean
    case = first.replace(**tables)
    return None if errors(check(case)) else case


def _same_settings(case: Case, other: Case) -> bool:
    names = {*case["settings"]["setting"], *other["settings"]["setting"]} - {"case_name"}
    return all(case.setting(name) == other.setting(name) for name in names)
