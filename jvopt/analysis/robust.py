"""One plant set for several futures."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from jvopt.analysis.choosing import (
    Common,
    Trial,
    chosen,
    mean_case,
    own_best,
    probabilities,
    tried,
)
from jvopt.analysis.options import options_checked
from jvopt.analysis.outcomes import no_plan
from jvopt.analysis.robust_report import Answer, Choice, OneFuture, measures_of
from jvopt.analysis.study import Advance, Study
from jvopt.core.analyses.whatif import AS_IT_IS
from jvopt.core.case import Case, expect_scenario
from jvopt.core.issues import CaseError, issue
from jvopt.core.report import Report
from jvopt.solve.search import Stop


@options_checked
def robust(
    case: Case,
    *,
    scenario: Sequence[str] = (),
    measure: str = "expected",
    alpha: float = 0.8,
    base: str = "with",
    progress: Callable[[Advance], None] | None = None,
    stop: Stop | None = None,
) -> Report:
    """Choose one plant set for several futures.

    What is open, built and expanded, and when, is decided once; what is bought, made, shipped and
    stocked is decided in each future when it has come. Sites and lines that a future itself opens
    or closes, by another ``now`` or ``decision``, are as it says there.

    Parameters
    ----------
    case
        With the tables ``scenarios`` and ``changes``.
    scenario
        Some of its scenarios; all that are on where none is given.
    measure
        What is made least: ``expected`` cost, the worst ``regret``, or ``cvar``.
    alpha
        CVaR is the expected cost of the worst futures with a probability of 1 - alpha in all.
    base
        ``with`` or ``without`` the case as it is as one of the futures.
    progress, stop
        See `jvopt.analysis.study.Study`.

    Returns
    -------
    Report
        Tables ``futures``, ``choices``, ``regrets``, ``plant_set``, ``worth``.

    Raises
    ------
    CaseError
        The case has errors, or a scenario is unknown or spoils it.
    """
    named = _named(case, scenario, base)
    if not named:
        raise CaseError([issue("no_scenarios", "scenarios", more="")])
    with Study(case, progress, stop) as study:
        owns = dict(study.each(own_best, [c for _, c, _ in named]))
        futures = [OneFuture(*named[n], owns[n]) for n in sorted(owns)]
        able = [f for f in futures if f.own.plants is not None]
        proven = all(own.proven for own in owns.values())
        if len(owns) < len(named):
            return Answer(case, futures, [], measure, alpha, None, finished=False).report()
        if not able:
            return no_plan(case, "robust", "infeasible" if proven else "time_limit")
        share = probabilities([f.probability for f in able])
        able = [OneFuture(f.name, f.case, p, f.own) for f, p in zip(able, share, strict=True)]
        mean = mean_case([f.case for f in able], share)
        sets, mean_proven = _sets(study, able, measure, alpha, mean)
        none = [f for f in futures if f.own.plants is None]
        answer = Answer(case, able, sets, measure, alpha, mean, none)
        _try(study, able, sets)
        answer.finished = proven and mean_proven and not study.stopped
        return answer.report()


def _named(case: Case, scenario: Sequence[str], base: str) -> list[tuple[str, Case, float]]:
    """Give name, case and stated probability of each future."""
    table = case.filled("scenarios")
    for name in scenario:
        expect_scenario(case, name)
    on = table["scenario"].isin(list(scenario)) if scenario else table["active"] == "on"
    chance = table.set_index("scenario")["probability"]
    names = table["scenario"][on.to_numpy()].tolist()
    found = [(name, case.scenario(name), float(chance[name])) for name in names]
    if base == "with" and found:
        found.insert(0, (AS_IT_IS, case, np.nan))
    return found


def _sets(
    study: Study, futures: Sequence[OneFuture], measure: str, alpha: float, mean: Case | None
) -> tuple[list[Choice], bool]:
    """Find the plant sets to be compared, the robust one first; say if the mean's is proven."""
    wanted = list(dict.fromkeys(["expected", measure]))
    measures = measures_of(futures, alpha)
    common = Common([f.case for f in futures], [measures[name] for name in wanted])
    found = dict(zip(wanted, next((r for _, r in study.each(chosen, [common])), []), strict=False))
    sets = []
    for name, choice in ((measure, "robust"), ("expected", "least expected")):
        plants = found.get(name)
        if plants is not None and (choice == "robust" or name != measure):
            sets.append(Choice(choice, "", plants))
    own = next((f.own for f in futures if f.case is study.case), None)
    if mean is not None or own is None:
        own = next((r for _, r in study.each(own_best, [mean or study.case])), None)
    proven = own is not None and own.proven
    if own is not None and own.proven and own.plants is not None:
        sets.append(Choice("mean case", "", own.plants))
    sets += [Choice("best for one", f.name, f.own.plants) for f in futures if f.own.plants]
    return sets, proven


def _try(study: Study, futures: Sequence[OneFuture], sets: list[Choice]) -> None:
    """Try every plant set in every future; equal ones are tried once."""
    keys = [tuple(sorted(s.plants.items())) for s in sets]
    number = {key: n for n, key in enumerate(dict.fromkeys(keys))}
    distinct = [dict(key) for key in number]
    table = np.full((len(distinct), len(futures)), np.nan)
    for n, costs in study.each(tried, [Trial(f.case, distinct) for f in futures]):
        table[:, n] = costs
    for one, key in zip(sets, keys, strict=True):
        one.costs = table[number[key]]
        for n, future in enumerate(futures):
            if one.best_for == future.name:
                one.costs[n] = future.own.cost
