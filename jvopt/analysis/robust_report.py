"""What is told of one plant set for several futures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from jvopt.analysis.choosing import Own
from jvopt.core.case import Case
from jvopt.core.phrases import Amount, Called, Listed, Phrase
from jvopt.core.report import Report
from jvopt.models.sparse import Floats
from jvopt.solve.futures import Measure, PlantSet, cvar, expected, worst_regret


@dataclass(frozen=True, slots=True)
class OneFuture:
    """A future with its probability and the best that could be done in it alone."""

    name: str
    case: Case
    probability: float
    own: Own


@dataclass(slots=True)
class Choice:
    """A plant set: why it is looked at, and what it costs in each future."""

    choice: str
    best_for: str
    plants: PlantSet
    costs: Floats = field(default_factory=lambda: np.zeros(0))


def measures_of(futures: Sequence[OneFuture], alpha: float) -> dict[str, Measure]:
    """Give what may be made least over some futures, by name."""
    share = np.array([f.probability for f in futures])
    best = np.array([f.own.cost for f in futures])
    return {
        "expected": expected(share),
        "regret": worst_regret(best),
        "cvar": cvar(share, alpha),
    }


@dataclass(slots=True)
class Answer:
    """What there is to report."""

    case: Case
    futures: Sequence[OneFuture]
    sets: list[Choice]
    measure: str
    alpha: float
    mean: Case | None
    without_plan: Sequence[OneFuture] = ()
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
    def robust(self) -> Choice | None:
        """The robust plant set."""
        return next((s for s in self.sets if s.choice == "robust"), None)

    @property
    def least_expected(self) -> Choice | None:
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
        chosen, sign = self.robust, self.case.sign
        costs = np.full(len(self.futures), np.nan) if chosen is None else chosen.costs
        rows = [
            (f.name, f.probability, sign * f.own.cost, sign * _finite(c),
             _finite(c - f.own.cost), self._plants(f.own.plants or {}))
            for f, c in zip(self.futures, costs, strict=True)
        ] + [(f.name, np.nan, np.nan, np.nan, np.nan, "") for f in self.without_plan]  # fmt: skip
        return pd.DataFrame(
            rows, columns=["future", "probability", "best", "objective", "regret", "open"]
        )

    def _choices(self) -> pd.DataFrame:
        measures, sign = measures_of(self.futures, self.alpha), self.case.sign
        rows = []
        for s in self.sets:
            value = {
                name: m.worth(s.costs) if np.isfinite(s.costs).all() else np.nan
                for name, m in measures.items()
            }
            none = [f.name for f, c in zip(self.futures, s.costs, strict=True) if np.isposinf(c)]
            rows.append(
                (s.choice, s.best_for, sign * value["expected"], value["regret"],
                 sign * value["cvar"], ", ".join(none), self._plants(s.plants))
            )  # fmt: skip
        return pd.DataFrame(
            rows,
            columns=["choice", "best_for", "expected", "worst_regret", "cvar", "no_plan", "open"],
        )

    def _regrets(self) -> pd.DataFrame:
        rows = [
            (s.choice, s.best_for, f.name, self.case.sign * _finite(c), _finite(c - f.own.cost),
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
        share, sign = np.array([f.probability for f in self.futures]), self.case.sign
        wait = float(share @ self._best())
        rows = [("perfect information", sign * wait, "")]
        least, chosen = self.least_expected, self.robust
        mean = next((s for s in self.sets if s.choice == "mean case"), None)
        if chosen is not None and np.isfinite(chosen.costs).all():
            value = {
                n: m.worth(chosen.costs) for n, m in measures_of(self.futures, self.alpha).items()
            }
            rows += [("worst regret", value["regret"], ""), ("cvar", sign * value["cvar"], "")]
        if least is not None:
            reached = float(share @ least.costs)
            rows += [
                ("least expected", sign * reached, ""),
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
                    ("mean case", sign * known, how),
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
            listed = Listed(map(Called, plants.split(", ")), mark="; ")
            said.append(Phrase(words, plants=listed, regret=Amount(regret), currency=money))
        words = "Planning for all futures, not for the mean, saves {amount} {currency} on average."
        said += self._saved(words, worth.get("value of the stochastic solution", np.nan))
        words = "Knowing which future comes would save a further {amount} {currency} on average."
        said += self._saved(words, worth.get("expected value of perfect information", np.nan))
        return said

    def _saved(self, words: str, amount: float) -> list[Phrase]:
        money = str(self.case.setting("base_currency"))
        return [Phrase(words, amount=Amount(amount), currency=money)] if np.isfinite(amount) else []


def _finite(value: float) -> float:
    return value if np.isfinite(value) else np.nan
