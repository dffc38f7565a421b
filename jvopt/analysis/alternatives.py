"""What every good plan has, what some have, what none has; and how different good plans can be."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, cast

import numpy as np
import pandas as pd

from jvopt.analysis.forcing import NO_CHOICE, Element, Forcing, Question, Side, best_held
from jvopt.analysis.nearby import Around, Near, NearPlans, near_plans
from jvopt.analysis.options import options_checked
from jvopt.analysis.outcomes import Outcome, no_plan, outcome_of, plants, unproven
from jvopt.analysis.study import Advance, Stopped, Study
from jvopt.analysis.whynot import in_plan, regret
from jvopt.core.analyses.alternatives import VERDICTS, WHAT
from jvopt.core.case import Case
from jvopt.core.gaps import PROVEN
from jvopt.core.phrases import Amount, Percent, Phrase, some_called
from jvopt.core.report import Report
from jvopt.solve.search import Stop
from jvopt.solve.whatif import Prepared, WhatIf


@options_checked
def alternatives(
    case: Case,
    *,
    within: float = 0.01,
    plans: int = 3,
    progress: Callable[[Advance], None] | None = None,
    stop: Stop | None = None,
) -> Report:
    """Say what every plan has that is nearly as good as the best, what some have, what none has.

    Parameters
    ----------
    case
        The case.
    within
        How much worse than the best a plan may be, as a share of the best objective. What is
        beyond it by no more than 1e-9 of the objective, the precision of proofs, still counts.
    plans
        How many plans to give that differ as much as can be.
    progress, stop
        See `jvopt.analysis.study.Study`.

    Returns
    -------
    Report
        Tables ``verdicts``, ``plans``, ``open``. An element counts as in a plan where that has it
        in some period; see ``some`` and ``out`` of `jvopt.analysis.forcing.Question`.

    Raises
    ------
    CaseError
        The case has errors.
    """
    with Study(case, progress, stop) as study:
        try:
            best = study.base
        except Stopped:
            return study.nothing(case, "alternatives")
        if best.columns is None:
            return no_plan(case, "alternatives", best.termination)
        near = _Near(Forcing.of(study.prepared), best, within)
        asked = near.questions()
        around = [near.around(count) for count in sorted({plans, 0}, reverse=True)]
        items: list[Question | Around] = [*asked, *around]
        answers: dict[Question, Outcome] = {}
        told = [_Told("best", near.itself())]
        proven = near.proven
        for n, result in study.each(_answer, items):
            item = items[n]
            if isinstance(item, Question):
                answers[item] = cast("Outcome", result)
                proven = proven and answers[item].proven
            else:
                what = "different" if item.count else "least change"
                found = cast("NearPlans", result)
                told += [_Told(what, plan) for plan in found.plans]
                proven = proven and found.finished
        complete = proven and study.done == study.total and not study.stopped
    told.sort(key=lambda one: WHAT.index(one.what))
    verdicts = near.verdicts(answers)
    tables = {"verdicts": verdicts, "plans": near.plans(case, told), "open": near.opened(told)}
    findings = _said(verdicts, within)
    if len(verdicts):
        findings += _of_plans(case, tables["plans"])
    return Report(case, "alternatives", tables, findings, complete=complete)


def _answer(prepared: Prepared, item: Question | Around, stop: Stop) -> Outcome | NearPlans:
    """Do one part of the work, in this process or in another."""
    if isinstance(item, Question):
        return best_held(prepared, item, stop)
    return near_plans(prepared, item, stop)


class _Told(NamedTuple):
    """A plan, and what it was looked for."""

    what: str
    plan: Near


class _Near:
    """The best plan, and what counts as nearly as good."""

    def __init__(self, forcing: Forcing, best: WhatIf, within: float) -> None:
        assert best.columns is not None
        self._forcing, self._base, self._x = forcing, outcome_of(best), best.columns
        size = abs(self._base.objective)
        self._size, self._tolerance = size, (within + PROVEN) * size

    @property
    def proven(self) -> bool:
        """Whether the best plan is proven best."""
        return self._base.proven

    def around(self, count: int) -> Around:
        """Say what to look for."""
        return Around(sum(self._base.costs.values()) + self._tolerance, self._x, count)

    def itself(self) -> Near:
        """Give the best plan as one of those to be told."""
        changes = self._forcing.changes(self._x)
        return Near(self._base, 0, 0, changes, self._base.termination)

    def questions(self) -> list[Question]:
        """Ask of each element on which the best plan does not itself have the answer."""
        sides = [self._other_side(e) for e in self._forcing.elements]
        return [
            Question(n, side)
            for n, (e, side) in enumerate(zip(self._forcing.elements, sides, strict=True))
            if not e.has(side, self._x)
        ]

    def _other_side(self, element: Element) -> Side:
        """Give the side on which the best plan is not."""
        return "some" if element.has("out", self._x) else "out"

    def verdicts(self, answers: dict[Question, Outcome]) -> pd.DataFrame:
        """Say of each element whether plans within the tolerance have it."""
        rows = []
        for n, element in enumerate(self._forcing.elements):
            side = self._other_side(element)
            outcome = self._base if element.has(side, self._x) else answers.get(Question(n, side))
            flips = np.nan
            verdict, end = "unknown", "none"
            if outcome is not None:
                flips = regret(self._base, outcome, self._forcing.sign)
                end = outcome.termination
                if flips <= self._tolerance:
                    verdict = "may"
                elif outcome.proven:
                    verdict = "must" if side == "out" else "never"
            rows.append(
                {
                    "element": element.kind,
                    "name": element.name,
                    "verdict": verdict,
                    "in_plan": in_plan(element, self._x),
                    "flips_at": flips,
                    "flips_at_share": flips / self._size if self._size else np.nan,
                    "termination": end,
                }
            )
        columns = ["element", "name", "verdict", "in_plan", "flips_at", "flips_at_share"]
        return pd.DataFrame(rows, columns=[*columns, "termination"])

    def plans(self, case: Case, told: list[_Told]) -> pd.DataFrame:
        """Lay the plans beside each other."""
        rows = []
        for n, (what, plan) in enumerate(told, 1):
            worse = regret(self._base, plan.outcome, self._forcing.sign)
            rows.append(
                {
                    "plan": n,
                    "what": what,
                    "objective": plan.outcome.objective,
                    "difference": worse,
                    "share": worse / self._size if self._size else np.nan,
                    "distance": plan.distance,
                    "most_distance": plan.most_distance,
                    "changes": plan.changes,
                    "termination": plan.termination,
                    "open": ", ".join(plants(case, plan.outcome.lines)),
                }
            )
        return pd.DataFrame(rows)

    def opened(self, told: list[_Told]) -> pd.DataFrame:
        """List what is open in each plan, of what may be open or closed."""
        rows = []
        for n, (_, plan) in enumerate(told, 1):
            for element in self._forcing.elements:
                if element.kind != "mode":
                    states = plan.outcome.lines if element.kind == "line" else plan.outcome.sites
                    is_open = states.loc[element.name].to_numpy(bool)
                    rows.append((n, element.kind, element.name, ", ".join(states.columns[is_open])))
        rows = [row for row in rows if row[-1]]
        return pd.DataFrame(rows, columns=["plan", "element", "name", "periods"])


def _said(verdicts: pd.DataFrame, within: float) -> list[Phrase]:
    """Say what is in every plan, in some, and in none."""
    if verdicts.empty:
        return [NO_CHOICE]
    share = Percent(within)
    must, may, never, unknown = (
        some_called(verdicts["name"][(verdicts["verdict"] == verdict).to_numpy()])
        for verdict in VERDICTS
    )
    found = []
    if must.items:
        words = "In every plan within {share} of the best: {names}."
        found.append(Phrase(words, share=share, names=must))
    if may.items:
        words = "In some plans within {share} of the best, not in others: {names}."
        found.append(Phrase(words, share=share, names=may))
    if never.items:
        words = "In no plan within {share} of the best: {names}."
        found.append(Phrase(words, share=share, names=never))
    if may.items and not (must.items or never.items or unknown.items):
        words = "Within {share} nothing is settled: a smaller tolerance tells more."
        found.append(Phrase(words, share=share))
    return found + unproven(unknown)


def _of_plans(case: Case, plans: pd.DataFrame) -> list[Phrase]:
    """Say of the most different plan, and of that which changes least, what they cost."""
    found = []
    money = str(case.setting("base_currency"))
    for row in plans.drop_duplicates("what").to_dict("records"):
        fields = {"amount": Amount(row["difference"]), "share": Percent(row["share"])}
        if row["what"] == "different":
            words = (
                "A plan that is worse by {amount} {currency} ({share}) differs from the best in "
                "{distance} of all plants, other sites and lines."
            )
            found.append(Phrase(words, **fields, currency=money, distance=row["distance"]))
        elif row["what"] == "least change":
            words = (
                "With as few openings and closings as {changes} a plan is worse than the best by "
                "{amount} {currency} ({share}); with fewer there is none within the tolerance."
            )
            if row["termination"] != "optimal":
                words = (
                    "With as few openings and closings as {changes} a plan is worse than the best "
                    "by {amount} {currency} ({share}); the time was too short to rule out fewer."
                )
            if not row["changes"]:
                words = (
                    "With plants and lines as they are today a plan is worse than the best by "
                    "{amount} {currency} ({share})."
                )
            found.append(Phrase(words, **fields, currency=money, changes=row["changes"]))
    return found
