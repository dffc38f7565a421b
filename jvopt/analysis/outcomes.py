"""The best plan of a variant, in the form in which analyses keep and compare it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from jvopt.core.case import Case
from jvopt.core.gaps import relative_gap
from jvopt.core.issues import CaseError, errors, plainly_impossible
from jvopt.core.phrases import Listed, Phrase, some_called
from jvopt.core.plan import Termination
from jvopt.core.plan_tables import COST_KINDS
from jvopt.core.report import Report
from jvopt.models.sparse import Floats
from jvopt.solve.search import Stop
from jvopt.solve.whatif import Prepared, WhatIf

PROVEN_ENDS = ("optimal", "infeasible")
"""How a search ends that leaves nothing open."""
_NOISE = 1e-12
"""Sums in another order differ by about this share."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a variant; light enough to be sent between processes.

    Attributes
    ----------
    termination
        How its search ended.
    objective, gap
        Cost, or profit, of its best plan and the proven relative distance; NaN without a plan.
    costs : dict of float
        Discounted total of each kind of cost, and revenue (negative).
    sites, lines : DataFrame of bool
        Whether each is open, by name and period.
    tables : dict of DataFrame
        The tables of the plan that were asked for.
    audit
        Verdict on the plan where it was asked for.
    x : ndarray
        The values of the model's columns where they were asked for.
    """

    termination: Termination
    objective: float
    gap: float
    costs: dict[str, float]
    sites: pd.DataFrame
    lines: pd.DataFrame
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    audit: str = ""
    x: Floats | None = None

    @property
    def found(self) -> bool:
        """Whether there is a plan."""
        return bool(np.isfinite(self.objective))

    @property
    def proven(self) -> bool:
        """Whether the plan is proven best, or that there is none."""
        return self.termination in PROVEN_ENDS


class Variant(NamedTuple):
    """A case to solve, and the tables of its plan that are wanted."""

    case: Case
    tables: tuple[str, ...] = ()


def solved(prepared: Prepared, variant: Variant, stop: Stop) -> Outcome:
    """Find the best plan of a variant, at gap 0."""
    return outcome(prepared, variant.case, stop, variant.tables)


def outcome(
    prepared: Prepared,
    case: Case,
    stop: Stop,
    tables: tuple[str, ...] = (),
    *,
    columns: bool = False,
) -> Outcome:
    """Find the best plan of a case, at gap 0.

    Parameters
    ----------
    prepared
        Answers it.
    case
        The case; one that the checks refuse because it plainly has no plan is infeasible.
    stop
        True ends the search.
    tables
        Tables of the plan to keep; the plan is then made whole and audited.
    columns
        Whether to keep the values of the model's columns.
    """
    try:
        answer = prepared.what_if(case, gap=0.0, stop=stop)
    except CaseError as error:
        if not plainly_impossible(errors(error.issues)):
            raise
        nothing = pd.DataFrame()
        return Outcome("infeasible", np.nan, np.nan, {}, nothing, nothing)
    kept = outcome_of(answer, tables)
    return replace(kept, x=answer.columns) if columns else kept


def outcome_of(answer: WhatIf, tables: tuple[str, ...] = ()) -> Outcome:
    """Keep of an answer what analyses need; with tables the plan is made whole and audited."""
    wanted: dict[str, pd.DataFrame] = {}
    audit = ""
    if tables and answer.found:
        plan = answer.plan()
        wanted = {name: plan[name] for name in tables}
        audit = str(plan.figure("audit"))
    gap = relative_gap(answer.objective, answer.bound) if answer.found else np.nan
    return Outcome(
        answer.termination, answer.objective, gap, answer.costs, answer.sites, answer.lines,
        wanted, audit,
    )  # fmt: skip


def plants(case: Case, lines: pd.DataFrame) -> list[str]:
    """Name the sites at which a line is open in some period: one without is no plant at work."""
    opened = case["lines"]["line"].isin(ever_open(lines))
    return list(case["lines"]["site"][opened.to_numpy()].unique())


def ever_open(frame: pd.DataFrame) -> list[str]:
    """Name the sites or lines that are open in some period."""
    return [str(name) for name, is_open in frame.any(axis=1).items() if is_open]


def cost_differences(before: dict[str, float], after: dict[str, float]) -> pd.DataFrame:
    """Give the cost by kind of two plans, and what they differ by; kinds that neither has left out.

    Returns
    -------
    DataFrame
        Columns kind, before, after, difference.
    """
    kinds = [k for k in (*COST_KINDS, "revenue") if before.get(k) or after.get(k)]
    frame = pd.DataFrame(
        [(k, before.get(k, 0.0), after.get(k, 0.0)) for k in kinds],
        columns=["kind", "before", "after"],
    )
    difference = frame["after"] - frame["before"]
    noise = difference.abs() <= _NOISE * frame[["before", "after"]].abs().max(axis=1)
    return frame.assign(difference=difference.mask(noise, 0.0))


def opening_differences(before: Outcome, after: Outcome) -> pd.DataFrame:
    """Give the sites and lines that are open in one of two plans alone.

    Returns
    -------
    DataFrame
        Columns element, name, period, before, after; a row for each period.
    """
    rows = []
    for element, was, now in (("site", before.sites, after.sites),
                              ("line", before.lines, after.lines)):  # fmt: skip
        now = now.reindex(index=was.index, columns=was.columns)
        for at, period in np.argwhere(was.to_numpy(bool) != now.to_numpy(bool)):
            told = [("open" if f.iat[at, period] else "closed") for f in (was, now)]
            rows.append((element, was.index[at], was.columns[period], *told))
    return pd.DataFrame(rows, columns=["element", "name", "period", "before", "after"])


def quantity_differences(
    before: pd.DataFrame, after: pd.DataFrame, keys: list[str]
) -> pd.DataFrame:
    """Give the quantities of two tables of a plan that differ, summed over all but some columns.

    Returns
    -------
    DataFrame
        The keys, before, after, difference; largest differences first.
    """
    sums = [frame.groupby(keys, sort=False)["quantity"].sum() for frame in (before, after)]
    frame = pd.concat(sums, axis=1, keys=["before", "after"]).fillna(0.0)
    frame["difference"] = frame["after"] - frame["before"]
    moved = frame["difference"].abs() > 1e-6 * np.maximum(1.0, frame.max(axis=1))
    frame = frame[moved.to_numpy()]
    return frame.sort_values("difference", key=np.abs, ascending=False).reset_index()


def moves_of(opens: list[str], closes: list[str]) -> Listed | None:
    """Say what opens and what closes; None where nothing does."""
    said = [
        Phrase(words, names=some_called(names))
        for words, names in (("opening {names}", opens), ("closing {names}", closes))
        if names
    ]
    return Listed(said, mark="; ") if said else None


def total(outcome: Outcome, table: str, column: str) -> float:
    """Give the sum of a column of a plan's table; NaN without a plan."""
    return float(outcome.tables[table][column].sum()) if table in outcome.tables else np.nan


def unproven(names: Listed) -> list[Phrase]:
    """Say what was not proven before the end; nothing where all was."""
    return [Phrase("Not proven for want of time: {names}.", names=names)] if names.items else []


def no_plan(case: Case, analysis: str, termination: Termination) -> Report:
    """Give the report on a case that has no plan to begin with."""
    if termination == "infeasible":
        finding = Phrase("The case has no plan, so there is nothing to compare: see why first.")
    else:
        finding = Phrase("No plan of the case was found in time.")
    return Report(case, analysis, {}, [finding], complete=termination == "infeasible")
