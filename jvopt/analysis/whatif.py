"""Scenarios beside each other, and why one costs more than another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from jvopt.analysis.options import asked_in, options_checked
from jvopt.analysis.outcomes import (
    Outcome,
    Variant,
    cost_differences,
    ever_open,
    moves_of,
    no_plan,
    opening_differences,
    plants,
    quantity_differences,
    solved,
    total,
    unproven,
)
from jvopt.analysis.steps import Step, Steps, in_cents
from jvopt.analysis.study import Advance, Stopped, Study
from jvopt.core.addresses import read_change
from jvopt.core.analyses.whatif import AS_IT_IS
from jvopt.core.case import Case, rows_of
from jvopt.core.gaps import PROVEN
from jvopt.core.issues import CaseError, issue
from jvopt.core.phrases import Amount, Listed, Percent, Phrase, some
from jvopt.core.report import Report
from jvopt.solve.search import Stop

TABLES = ("production", "shipments", "service")
"""Tables of a plan that comparisons are made of."""
_LONGEST = 60
"""Most letters of the name of a scenario that is made of changes given beside the case."""


@dataclass(frozen=True, slots=True)
class _Scenario:
    """One scenario with its plan, the steps that lead to it, and what sentences call it."""

    name: str
    called: str
    outcome: Outcome
    steps: list[Step]


@options_checked
def whatif(
    case: Case,
    *,
    scenario: Sequence[str] = (),
    change: Sequence[str] = (),
    against: str | None = None,
    progress: Callable[[Advance], None] | None = None,
    stop: Stop | None = None,
) -> Report:
    """Compare scenarios of a case, and say why one costs more than another.

    Parameters
    ----------
    case
        With the tables ``scenarios`` and ``changes``.
    scenario
        Some of its scenarios; all that are on where none is given.
    change
        Changes that make one more scenario, called by their words: see `jvopt.core.addresses`.
    against
        The scenario to compare with; the case as it is where None.
    progress, stop
        See `jvopt.analysis.study.Study`.

    Returns
    -------
    Report
        Tables ``comparison``, ``why``, ``costs``, ``openings``, ``production``, ``flows``.

    Raises
    ------
    CaseError
        The case has errors, a scenario is unknown or spoils it, or a change cannot be read.
    """
    with asked_in("change", beyond=len(case["changes"])):
        case, names = _with_own(case, change, list(scenario), against)
        steps = Steps(case)
        states = [steps.state(against, "against"), *map(steps.state, names)]
        variants = [Variant(steps.case(state), TABLES) for state in states]
    if not names:
        raise CaseError(
            [issue("no_scenarios", "scenarios", more=Phrase(", or give a change beside the case"))]
        )
    with Study(variants[0].case, progress, stop) as study:
        try:
            found = dict(study.each(solved, variants))
            if 0 not in found:
                raise Stopped
            if not found[0].found:
                return no_plan(case, "whatif", found[0].termination)
            first = _Scenario(against or "", against or "", found[0], [])
            others = []
            for n, name in enumerate(names, 1):
                if n in found:
                    way = steps.explain(study, states[n], found[n], states[0], found[0])
                    own = bool(change) and n == len(names)
                    called = f'"{_in_words(change)}"' if own else name
                    others.append(_Scenario(name, called, found[n], way))
        except Stopped:
            return study.nothing(case, "whatif")
        proven = steps.proven and all(outcome.proven for outcome in found.values())
        complete = proven and not study.stopped
    return _report(case, first, others, complete=complete)


def _in_words(change: Sequence[str]) -> str:
    return "; ".join(" ".join(text.split()) for text in change)


def _with_own(
    case: Case, change: Sequence[str], names: list[str], against: str | None
) -> tuple[Case, list[str]]:
    """Give the case with the changes that were given as one more scenario, and what to compare."""
    if change:
        known, said = set(case["scenarios"]["scenario"]), _in_words(change)
        own = said if len(said) <= _LONGEST else f"{said[: _LONGEST - 3]}..."
        while own in known:
            own += "'"
        rows = [
            {"scenario": own, "order": n, **read_change(text)} for n, text in enumerate(change, 1)
        ]
        case = case.replace(
            scenarios=[*rows_of(case["scenarios"]), {"scenario": own, "description": said}],
            changes=[*rows_of(case["changes"]), *rows],
        )
        names = [*names, own]
    elif not names:
        table = case.filled("scenarios")
        names = table["scenario"][(table["active"] == "on").to_numpy()].tolist()
    return case, [name for name in dict.fromkeys(names) if name != against]


def _report(case: Case, first: _Scenario, others: list[_Scenario], *, complete: bool) -> Report:
    tables = {
        "comparison": _comparison(case, first, others),
        "why": _why(first, others),
        "costs": _told(others, lambda o: cost_differences(first.outcome.costs, o.costs)),
        "openings": _told(others, lambda o: opening_differences(first.outcome, o)),
    }
    for name, table, keys in (
        ("production", "production", ["product", "assembly_mode"]),
        ("flows", "shipments", ["origin", "destination", "mode", "product"]),
    ):
        tables[name] = _told(others, partial(_moved, first.outcome, table, keys))
    open_ends = [
        one.name or AS_IT_IS
        for one in (first, *others)
        if one.outcome.found and not one.outcome.proven
    ]
    findings = [*(_finding(case, first, other) for other in others), *unproven(some(open_ends))]
    return Report(case, "whatif", tables, findings, complete=complete)


def _moved(before: Outcome, table: str, keys: list[str], after: Outcome) -> pd.DataFrame:
    return quantity_differences(before.tables[table], after.tables[table], keys)


def _told(others: list[_Scenario], compare: Callable[[Outcome], pd.DataFrame]) -> pd.DataFrame:
    """Put the comparisons of all scenarios that have a plan below each other."""
    pieces = [compare(o.outcome).assign(scenario=o.name) for o in others if o.outcome.found]
    return pd.concat(pieces, ignore_index=True) if pieces else pd.DataFrame()


def _comparison(case: Case, first: _Scenario, others: list[_Scenario]) -> pd.DataFrame:
    described = case["scenarios"].set_index("scenario")["description"]
    rows = []
    for one in (first, *others):
        outcome, base = one.outcome, first.outcome.objective
        rows.append(
            {
                "scenario": one.name or AS_IT_IS,
                "description": described.get(one.name, ""),
                "termination": outcome.termination,
                "objective": outcome.objective,
                "difference": outcome.objective - base,
                "share": (outcome.objective - base) / abs(base) if base else float("nan"),
                "gap": outcome.gap,
                "sites_open": len(plants(case, outcome.lines)) if outcome.found else np.nan,
                "lines_open": len(ever_open(outcome.lines)) if outcome.found else np.nan,
                "made": total(outcome, "production", "quantity"),
                "short": total(outcome, "service", "short"),
                "audit": outcome.audit,
            }
        )
    return pd.DataFrame(rows)


def _why(first: _Scenario, others: list[_Scenario]) -> pd.DataFrame:
    rows = []
    for one in others:
        if not one.steps:
            continue
        start, end = first.outcome.objective, one.outcome.objective
        whole = [(first.name or AS_IT_IS, round(start, 2))]
        cents = in_cents(one.steps, start, end)
        whole += [(what, amount) for (what, _), amount in zip(one.steps, cents, strict=True)]
        whole.append((one.name, round(end, 2)))
        rows += [(one.name, n, what, amount) for n, (what, amount) in enumerate(whole)]
    return pd.DataFrame(rows, columns=["scenario", "step", "what", "amount"])


def _finding(case: Case, first: _Scenario, other: _Scenario) -> Phrase:
    """Say in a sentence what a scenario does."""
    if not other.outcome.found:
        if other.outcome.termination == "infeasible":
            words = (
                "{scenario} cannot be met: it leaves no plan. The analysis explain says why, "
                "for the same scenario or change."
            )
            return Phrase(words, scenario=other.called)
        return Phrase("{scenario} was not solved in time.", scenario=other.called)
    base, now = first.outcome.objective, other.outcome.objective
    difference = now - base
    fields = {
        "scenario": other.called,
        "amount": Amount(abs(difference)),
        "currency": str(case.setting("base_currency")),
        "share": Percent(abs(difference / base) if base else 0.0),
        "openings": _openings(first.outcome, other.outcome),
    }
    if abs(difference) <= max(0.005, PROVEN * abs(base)):
        return Phrase("{scenario} changes nothing in the total; {openings}.", **fields)
    rises = difference > 0
    if case.seeks_profit:
        words = (
            "{scenario} earns {amount} {currency} ({share}) more; {openings}."
            if rises
            else "{scenario} earns {amount} {currency} ({share}) less; {openings}."
        )
    else:
        words = (
            "{scenario} costs {amount} {currency} ({share}) more; {openings}."
            if rises
            else "{scenario} costs {amount} {currency} ({share}) less; {openings}."
        )
    return Phrase(words, **fields)


def _openings(before: Outcome, after: Outcome) -> Listed | Phrase:
    """Say which sites open and close, or else which lines."""
    if moves := _moves(ever_open(before.sites), ever_open(after.sites)):
        return moves
    if moves := _moves(ever_open(before.lines), ever_open(after.lines)):
        return Phrase("the same sites are open, and of their lines: {moves}", moves=moves)
    return Phrase("the same sites and lines are open")


def _moves(was: list[str], now: list[str]) -> Listed | None:
    return moves_of([s for s in now if s not in was], [s for s in was if s not in now])
