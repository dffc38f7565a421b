"""One plant set for several futures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from jvopt.analysis.choosing import (
    Common,
    Own,
    Trial,
    chosen,
    mean_case,
    own_best,
    probabilities,
    tried,
)
from jvopt.analysis.options import options_checked
from jvopt.analysis.outcomes import no_plan
from jvopt.analysis.study import Advance, Study
from jvopt.core.analyses.whatif import AS_IT_IS
from jvopt.core.case import Case, expect_scenario
from jvopt.core.issues import CaseError, issue
from jvopt.core.phrases import Amount, Listed, Phrase
from jvopt.core.report import Report
from jvopt.models.sparse import Floats
from jvopt.solve.futures import Measure, PlantSet, cvar, expected, worst_regret
from jvopt.solve.search import Stop


@dataclass(frozen=True, slots=True)
class _Future:
    """A future with its probability and the best that could be done in it alone."""

    name: str
    case: Case
    probability: float
    own: Own


@dataclass(slots=True)
class _Set:
    """A plant set: why it is looked at, and what it costs in each future."""

    choice: str
    best_for: str
    plants: PlantSet
    costs: Floats = field(default_factory=lambda: np.zeros(0))


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
        raise CaseError([issue("no_scenarios", "scenarios")])
    with Study(case, progress, stop) as study:
        owns = dict(study.each(own_best, [c for _, c, _ in named]))
        futures = [_Future(*named[n], owns[n]) for n in sorted(owns)]
        able = [f for f in futures if f.own.plants is not None]
        proven = all(own.proven for own in owns.values())
        if len(owns) < len(named):
            return _Answer(case, futures, [], measure, alpha, None, finished=False).report()
        if not able:
            return no_plan(case, "robust", "infeasible" if proven else "time_limit")
        share = probabilities([f.probability for f in able])
        able = [_Future(f.name, f.case, p, f.own) for f, p in zip(able, share, strict=True)]
        mean = mean_case([f.case for f in able], share)
        sets, mean_proven = _sets(study, able, measure, alpha, mean)
        none = [f for f in futures if f.own.plants is None]
        answer = _Answer(case, able, sets, measure, alpha, mean, none)
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


def _measures(futures: Sequence[_Future], alpha: float) -> dict[str, Measure]:
    share = np.array([f.probability for f in futures])
    best = np.array([f.own.cost for f in futures])
    return {
        "expected": expected(share),
        "regret": worst_regret(best),
        "cvar": cvar(share, alpha),
    }


def _sets(
    study: Study, futures: Sequence[_Future], measure: str, alpha: float, mean: Case | None
) -> tuple[list[_Set], bool]:
    """Find the plant sets to be compared, the robust one first; say if the mean's is proven."""
    wanted = list(dict.fromkeys(["expected", measure]))
    measures = _measures(futures, alpha)
    common = Common([f.case for f in futures], [measures[name] for name in wanted])
    found = dict(zip(wanted, next((r for _, r in study.each(chosen, [common])), []), strict=False))
    sets = []
    for name, choice in ((measure, "robust"), ("expected", "least expected")):
        plants = found.get(name)
        if plants is not None and (choice == "robust" or name != measure):
            sets.append(_Set(choice, "", plants))
    own = next((f.own for f in futures if f.case is study.case), None)
    if mean is not None or own is None:
        own = next((r for _, r in study.each(own_best, [mean or study.case])), None)
    proven = own is not None and own.proven
    if own is not None and own.proven and own.plants is not None:
        sets.append(_Set("mean case", "", own.plants))
    sets += [_Set("best for one", f.name, f.own.plants) for f in futures if f.own.plants]
    return sets, proven


def _try(study: Study, futures: Sequence[_Future], sets: list[_Set]) -> None:
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


@dataclass(slots=True)
class _Answer:
    """What there is to report."""

    case: Case
    futures: Sequence[_Future]
    sets: list[_Set]
    measure: str
    alpha: float
    mean: Case | None
    without_plan: Sequence[_Future] = ()
    finished: bool = True

    def report(self) -> Report:
        """Put the tables and the findings together."""
        complete = self.finished and (not self.futures or bool(self.sets))
        tables = {"futures": self._futures()}
        if self.sets:
            tables |= {
                "choices": self._choices(),
                "regrets": self._regrets(),
                "plant_set": self._plant_set(),
                "worth": self._worth(),
            }
        return Report(self.case, "robust", tables, self._findings(tables), complete=complete)

    @property
    def sign(self) -> float:
        """1 for costs, -1 for profits."""
        return -1.0 if self.case.setting("objective") == "profit" else 1.0

    @property
    def robust(self) -> _Set | None:
        """The robust plant set."""
        return next((s for s in self.sets if s.choice == "robust"), None)

    @property
    def least_expected(self) -> _Set | None:
        """The plant set of least expected cost."""
        return (
            self.robust
            if self.measure == "expected"
            else next((s for s in self.sets if s.choice == "least expected"), None)
        )

    def _best(self) -> Floats:
        return np.array([f.own.cost for f in self.futures])

    def _plants(self, plants: PlantSet) -> str:
        with_lines = self.case["lines"].set_index("line")["site"]
        return ", ".join(dict.fromkeys(
            with_lines[name] for (family, name, _), value in plants.items()
            if family == "line_open" and value > 0.5 and name in with_lines
        ))  # fmt: skip

    def _futures(self) -> pd.DataFrame:
        chosen = self.robust
        costs = np.full(len(self.futures), np.nan) if chosen is None else chosen.costs
        rows = [
            (f.name, f.probability, self.sign * f.own.cost, self.sign * _finite(c),
             _finite(c - f.own.cost), self._plants(f.own.plants or {}))
            for f, c in zip(self.futures, costs, strict=True)
        ] + [(f.name, np.nan, np.nan, np.nan, np.nan, "") for f in self.without_plan]  # fmt: skip
        return pd.DataFrame(
            rows, columns=["future", "probability", "best", "objective", "regret", "open"]
        )

    def _choices(self) -> pd.DataFrame:
        measures = _measures(self.futures, self.alpha)
        rows = []
        for s in self.sets:
            value = {
                name: m.worth(s.costs) if np.isfinite(s.costs).all() else np.nan
                for name, m in measures.items()
            }
            none = [f.name for f, c in zip(self.futures, s.costs, strict=True) if np.isposinf(c)]
            rows.append(
                (s.choice, s.best_for, self.sign * value["expected"], value["regret"],
                 self.sign * value["cvar"], ", ".join(none), self._plants(s.plants))
            )  # fmt: skip
        return pd.DataFrame(
            rows,
            columns=["choice", "best_for", "expected", "worst_regret", "cvar", "no_plan", "open"],
        )

    def _regrets(self) -> pd.DataFrame:
        rows = [
            (s.choice, s.best_for, f.name, self.sign * _finite(c), _finite(c - f.own.cost),
             "infeasible" if np.isposinf(c) else "feasible")
            for s in self.sets
            for f, c in zip(self.futures, s.costs, strict=True)
            if not np.isnan(c)
        ]  # fmt: skip
        return pd.DataFrame(
            rows, columns=["choice", "best_for", "future", "objective", "regret", "plan"]
        )

    def _plant_set(self) -> pd.DataFrame:
        """List what the robust set opens, builds and expands; periods of one kind in one row."""
        if self.robust is None:
            return pd.DataFrame()
        words = {"site_open": ("site", "open"), "line_open": ("line", "open"),
                 "line_built": ("line", "built"), "line_steps": ("line", "steps"),
                 "site_steps": ("site", "steps")}  # fmt: skip
        rows = [
            (*words[family], name, value, period)
            for (family, name, period), value in self.robust.plants.items()
            if value > 1e-6
        ]
        frame = pd.DataFrame(rows, columns=["element", "decision", "name", "amount", "period"])
        key = ["element", "name", "decision", "amount"]
        together = frame.groupby(key, sort=False)["period"].agg(", ".join)
        return together.rename("periods").reset_index()

    def _worth(self) -> pd.DataFrame:
        share = np.array([f.probability for f in self.futures])
        wait = float(share @ self._best())
        rows = [("perfect information", self.sign * wait, "")]
        least, chosen = self.least_expected, self.robust
        mean = next((s for s in self.sets if s.choice == "mean case"), None)
        if chosen is not None and np.isfinite(chosen.costs).all():
            value = {
                n: m.worth(chosen.costs) for n, m in _measures(self.futures, self.alpha).items()
            }
            rows += [("worst regret", value["regret"], ""), ("cvar", self.sign * value["cvar"], "")]
        if least is not None:
            reached = float(share @ least.costs)
            rows += [
                ("least expected", self.sign * reached, ""),
                ("expected value of perfect information", reached - wait, ""),
            ]
            if mean is not None:
                how = (
                    "mean figures"
                    if self.mean
                    else "the case as it is: not all that differs has a mean"
                )
                told = float(share @ mean.costs) if np.isfinite(mean.costs).all() else np.inf
                known = _finite(told)
                rows += [
                    ("mean case", self.sign * known, how),
                    ("value of the stochastic solution", _finite(told - reached),
                     how if np.isfinite(told) else "no plan in some future"),
                ]  # fmt: skip
        return pd.DataFrame(rows, columns=["item", "amount", "note"])

    def _findings(self, tables: dict[str, pd.DataFrame]) -> list[Phrase]:
        money = str(self.case.setting("base_currency"))
        said = []
        if self.without_plan:
            for words, ended in (
                ("No plan exists in {futures}: left out.", True),
                ("No plan was found in time in {futures}: left out.", False),
            ):
                names = [
                    f.name
                    for f in self.without_plan
                    if (f.own.termination == "infeasible") == ended
                ]
                if names:
                    said.append(Phrase(words, futures=Listed(names)))
        if self.robust is None:
            if self.finished and self.sets:
                said.append(Phrase("No one plant set has a plan in every future."))
            elif not self.finished:
                said.append(Phrase("Stopped before a plant set was found."))
            return said
        worth = tables["worth"].set_index("item")["amount"]
        plants = self._plants(self.robust.plants)
        regret = float(worth.get("worst regret", np.nan))
        words = (
            "Open {plants}: that costs at most {regret} {currency} more than the best for "
            "whichever future comes."
        )
        if plants and np.isfinite(regret):
            listed = Listed(plants.split(", "))
            said.append(Phrase(words, plants=listed, regret=Amount(regret), currency=money))
        stochastic = worth.get("value of the stochastic solution", np.nan)
        if np.isfinite(stochastic):
            said.append(
                Phrase(
                    "Planning for all futures, not for the mean, saves {amount} {currency} "
                    "on average.",
                    amount=Amount(stochastic), currency=money,
                )
            )  # fmt: skip
        perfect = worth.get("expected value of perfect information", np.nan)
        if np.isfinite(perfect):
            said.append(
                Phrase(
                    "Knowing which future comes would save a further {amount} {currency} "
                    "on average.",
                    amount=Amount(perfect), currency=money,
                )
            )  # fmt: skip
        return said


def _finite(value: float) -> float:
    return value if np.isfinite(value) else np.nan
