"""What it would cost to have, or to do without, each plant, line and mode."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from jvopt.analysis.forcing import NO_CHOICE, Element, Forcing, Question, Side, best_held
from jvopt.analysis.options import options_checked
from jvopt.analysis.outcomes import (
    PROVEN_ENDS,
    Outcome,
    cost_differences,
    no_plan,
    opening_differences,
    outcome_of,
    unproven,
)
from jvopt.analysis.study import Advance, Stopped, Study
from jvopt.core.analyses.whynot import ELEMENTS
from jvopt.core.case import Case
from jvopt.core.gaps import PROVEN
from jvopt.core.issues import CaseError, issue, nearest
from jvopt.core.phrases import Amount, Called, Percent, Phrase, some_called
from jvopt.core.report import Report
from jvopt.models.sparse import Floats
from jvopt.solve.search import Stop

SIDES: tuple[Side, ...] = ("in", "out")
Answers = dict[Question, Outcome]


@options_checked
def whynot(
    case: Case,
    *,
    only: Sequence[str] = (),
    progress: Callable[[Advance], None] | None = None,
    stop: Stop | None = None,
) -> Report:
    """Say what it would cost to force each plant, line and mode into the plan, or out of it.

    Parameters
    ----------
    case
        The case.
    only
        Kinds (plant, site, line, mode) or ids to look at; all where none is given.
    progress, stop
        See `jvopt.analysis.study.Study`.

    Returns
    -------
    Report
        Tables ``choices``, ``costs``, ``in_return``. What forcing in and out means is said in
        `jvopt.analysis.forcing.Question`; costs are against the best plan, 0 where that is on the
        side asked about.

    Raises
    ------
    CaseError
        The case has errors, or `only` names nothing that may be forced.
    """
    with Study(case, progress, stop) as study:
        try:
            best = study.base
        except Stopped:
            return study.nothing(case, "whynot")
        if best.columns is None:
            return no_plan(case, "whynot", best.termination)
        forcing = Forcing.of(study.prepared)
        chosen = _chosen(forcing.elements, only)
        base = outcome_of(best)
        asked = [Question(n, side) for n in chosen for side in SIDES]
        answers = ask(study, forcing, asked, base, best.columns)
        elements = [(n, forcing.elements[n]) for n in chosen]
        tables = {
            "choices": _choices(elements, base, answers, best.columns, case.sign),
            "costs": _told(
                elements, base, answers, lambda o, _: cost_differences(base.costs, o.costs)
            ),
            "in_return": _told(elements, base, answers, lambda o, e: _in_return(base, o, e)),
        }
        findings = _findings(case, tables["choices"], abs(base.objective))
        proven = base.proven and all(o.proven for o in answers.values())
        complete = proven and len(answers) == len(asked)
        return Report(case, "whynot", tables, findings, complete=complete)


def ask(study: Study, forcing: Forcing, asked: list[Question], base: Outcome, x: Floats) -> Answers:
    """Answer questions, by the best plan itself where that is on the side asked about.

    Returns
    -------
    dict
        Those that were answered before the stop, in the order in which they were asked.
    """
    found = {q: base for q in asked if forcing.elements[q.element].has(q.side, x)}
    todo = [q for q in asked if q not in found]
    for number, outcome in study.each(best_held, todo):
        if outcome.termination != "interrupted":
            found[todo[number]] = outcome
    return {q: found[q] for q in asked if q in found}


def regret(base: Outcome, outcome: Outcome, sign: float) -> float:
    """Give what a plan costs beyond the best one, or earns less; the solver's noise is 0."""
    extra = sign * (outcome.objective - base.objective)
    return 0.0 if abs(extra) <= PROVEN * abs(base.objective) else extra


def in_plan(element: Element, x: Floats) -> str:
    """Say whether a plan has an element."""
    if element.has("out", x):
        return "no"
    return "yes" if element.has("in", x) else "part"


def _chosen(elements: list[Element], only: Sequence[str]) -> list[int]:
    """Give the numbers of the elements of some kinds or names."""
    known = {*ELEMENTS, *(e.name for e in elements)}
    for word in only:
        if word not in known:
            near = nearest(word, known)
            raise CaseError([issue("unknown_element", None, None, "only", word, nearest=near)])
    return [n for n, e in enumerate(elements) if not only or e.kind in only or e.name in only]


def _choices(
    elements: list[tuple[int, Element]], base: Outcome, answers: Answers, x: Floats, sign: float
) -> pd.DataFrame:
    rows = []
    for n, element in elements:
        row: dict[str, object] = {
            "element": element.kind,
            "name": element.name,
            "in_plan": in_plan(element, x),
        }
        for side in SIDES:
            outcome = answers.get(Question(n, side))
            row[f"cost_{side}"] = regret(base, outcome, sign) if outcome else np.nan
            row[f"end_{side}"] = outcome.termination if outcome else "none"
        rows.append(row)
    columns = ["element", "name", "in_plan", "cost_in", "cost_out", "end_in", "end_out"]
    frame = pd.DataFrame(rows, columns=columns)
    # The closest calls first: what it costs to part from the plan.
    cost = frame["cost_in"].where(frame["in_plan"] == "no", frame["cost_out"])
    return frame.iloc[np.argsort(cost.to_numpy(float), kind="stable")].reset_index(drop=True)


def _told(
    elements: list[tuple[int, Element]],
    base: Outcome,
    answers: Answers,
    compare: Callable[[Outcome, Element], pd.DataFrame],
) -> pd.DataFrame:
    """Put the comparisons of all plans that differ from the best below each other."""
    pieces = [
        compare(answers[asked], element).assign(
            element=element.kind, name=element.name, forced=side
        )
        for n, element in elements
        for side in SIDES
        if (asked := Question(n, side)) in answers
        and answers[asked].found
        and answers[asked] is not base
    ]
    return pd.concat(pieces, ignore_index=True) if pieces else pd.DataFrame()


def _in_return(base: Outcome, outcome: Outcome, element: Element) -> pd.DataFrame:
    """Give what opens and closes beside the element itself, in which periods."""
    moved = opening_differences(base, outcome)
    own = "line" if element.kind == "line" else "site"
    moved = moved[((moved["element"] != own) | (moved["name"] != element.name)).to_numpy()]
    rows = [
        {
            "other": other,
            "other_name": name,
            "opens": ", ".join(those["period"][(those["after"] == "open").to_numpy()]),
            "closes": ", ".join(those["period"][(those["after"] == "closed").to_numpy()]),
        }
        for (other, name), those in moved.groupby(["element", "name"], sort=False)
    ]
    return pd.DataFrame(rows, columns=["other", "other_name", "opens", "closes"])


def _findings(case: Case, choices: pd.DataFrame, best: float) -> list[Phrase]:
    """Say the closest calls, what is missed most, and what cannot be forced."""
    if choices.empty:
        return [NO_CHOICE]
    found = []
    left_out = choices[(choices["in_plan"] == "no").to_numpy()].sort_values("cost_in")
    had = choices[(choices["in_plan"] != "no").to_numpy()].sort_values("cost_out")
    left_out, had = left_out.dropna(subset=["cost_in"]), had.dropna(subset=["cost_out"])
    money = str(case.setting("base_currency"))
    if len(left_out):
        found.append(
            Phrase(
                "Of what the plan does without, {name} comes closest: having it throughout "
                "worsens the plan by {amount} {currency} ({share}).",
                **_call(left_out.iloc[0], "cost_in", best, money),
            )
        )
    if len(had):
        found.append(
            Phrase(
                "Of what the plan has, {name} is missed least: doing without it worsens the plan "
                "by {amount} {currency} ({share}).",
                **_call(had.iloc[0], "cost_out", best, money),
            )
        )
    if len(had) > 1:
        found.append(
            Phrase(
                "Of what the plan has, {name} is missed most: doing without it worsens the plan "
                "by {amount} {currency} ({share}).",
                **_call(had.iloc[-1], "cost_out", best, money),
            )
        )
    barred = choices["name"][(choices["end_in"] == "infeasible").to_numpy()]
    if len(barred):
        found.append(Phrase("Cannot be had throughout: {names}.", names=some_called(barred)))
    needed = choices["name"][(choices["end_out"] == "infeasible").to_numpy()]
    if len(needed):
        found.append(Phrase("Cannot be done without: {names}.", names=some_called(needed)))
    ends = choices[["end_in", "end_out"]].isin(PROVEN_ENDS).all(axis=1)
    return found + unproven(some_called(choices["name"][~ends.to_numpy()]))


def _call(row: pd.Series[Any], cost: str, best: float, money: str) -> dict[str, object]:
    amount = float(row[cost])
    share = Percent(amount / best if best else 0.0)
    return {
        "name": Called(row["name"]),
        "amount": Amount(amount),
        "share": share,
        "currency": money,
    }
