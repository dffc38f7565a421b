"""Robust choices are those of a search through all plant sets, each tried in each future."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable

import numpy as np
import pytest

from jvopt.analysis.robust import robust
from jvopt.core.case import Case
from jvopt.core.checks import check
from jvopt.core.issues import CaseError, errors
from jvopt.models import build
from jvopt.solve.handover import stack
from jvopt.solve.search import search
from tests.models.random_cases import random_case
from tests.models.support import case as written
from tests.models.support import near
from tests.solve.variants import FACTORS, numbers

MOST_FREE = 4
"""Most yes-or-no decisions of a case of which every combination is tried."""
DECIDED = ("site_open", "line_open", "line_built", "line_steps", "site_steps")


def with_scenarios(seed: int) -> Case | None:
    """A random case without expansion, with scenarios, some of them with a probability."""
    rng = random.Random(seed)
    case = random_case(seed)
    for table in ("lines", "line_periods", "throughput"):
        if case[table].empty:
            continue
        case = case.change(table, "step_cost", None)
    columns = [(t, c) for t, c in numbers() if case[t][c].notna().any() and t != "currencies"]
    scenarios, changes = [], []
    for n in range(rng.randint(2, 3)):
        name = f"W{n}"
        scenarios.append({"scenario": name, "probability": rng.choice([None, 0.2, 0.3])})
        for order in range(rng.randint(1, 2)):
            table, column = rng.choice(columns)
            change = {"table": table, "column": column, "action": "multiply",
                      "value": str(rng.choice(FACTORS))}  # fmt: skip
            if rng.random() < 0.25:
                kind = rng.choice(["site", "line"])
                name_of = rng.choice(case[kind + "s"][kind].tolist())
                change = {"table": kind + "s", "column": "decision", "action": "set",
                          "where": f"{kind} = {name_of}",
                          "value": rng.choice(["open", "closed", "free"])}  # fmt: skip
            changes.append({"scenario": name, "order": order, **change})
    try:
        case = case.replace(scenarios=scenarios, changes=changes)
        cases = [case, *(case.scenario(s["scenario"]) for s in scenarios)]
    except CaseError:
        return None
    return None if any(errors(check(c)) for c in cases) else case


class Laid:
    """A future written down anew: its program, and its decisions by name."""

    def __init__(self, case: Case, base: Case) -> None:
        built = build(case)
        self.matrix = stack(built.model)
        self.at = {
            (family, *label): self.matrix.first_column[family] + n
            for family in DECIDED
            for n, label in enumerate(built.problem.v.families()[family].index.labels())
        }
        lines = dict(zip(case.lines["line"], case.lines["site"], strict=True))
        states = {}
        for kind in ("site", "line"):
            then, now = (c.filled(kind + "s").set_index(kind)[["now", "decision"]]
                         for c in (case, base))  # fmt: skip
            states[kind] = {k for k in then.index if not then.loc[k].equals(now.loc[k])}

        def own(label):
            if label[0] == "site_open":
                return label[1] in states["site"]
            if label[0] == "site_steps":
                return label[1].split()[0] in states["site"]
            return label[1] in states["line"] or lines[label[1]] in states["site"]

        # Other decisions follow from those that are whole numbers.
        whole = self.matrix.whole
        self.shared = {k: at for k, at in self.at.items() if whole[at] and not own(k)}

    def cost(self, plants: dict) -> float:
        lower, upper = self.matrix.lower.copy(), self.matrix.upper.copy()
        for label, at in self.shared.items():
            if label in plants:
                lower[at] = max(lower[at], plants[label])
                upper[at] = min(upper[at], plants[label])
        if (lower > upper).any():
            return np.inf
        found = search(self.matrix.with_bounds(lower, upper), gap=0.0, time_limit=60)
        return np.inf if found.x is None else found.objective


def brute(case: Case, share: np.ndarray, alpha: float) -> dict[str, float] | None:
    """The least of every measure over all plant sets; None where there are too many."""
    laid = [Laid(c, case) for c in [case, *map(case.scenario, case.scenarios["scenario"])]]
    bounds: dict = {}
    for one in laid:
        for label, at in one.shared.items():
            low, up = bounds.get(label, (0.0, 1.0))
            bounds[label] = max(low, one.matrix.lower[at]), min(up, one.matrix.upper[at])
    free = [k for k, (low, up) in bounds.items() if low < up]
    if len(free) > MOST_FREE:
        return None
    fixed = {k: low for k, (low, _) in bounds.items()}
    best = np.array([one.cost({}) for one in laid])
    if not np.isfinite(best).all():
        return None
    least = dict.fromkeys(["expected", "regret", "cvar"], np.inf)
    for values in itertools.product([0.0, 1.0], repeat=len(free)):
        plants = fixed | dict(zip(free, values, strict=True))
        costs = np.array([one.cost(plants) for one in laid])
        if not np.isfinite(costs).all():
            continue
        order = np.argsort(-costs)
        tail = np.minimum(np.cumsum(share[order]), 1 - alpha)
        tail = np.diff(np.concatenate([[0.0], tail]))
        worth = {
            "expected": share @ costs,
            "regret": (costs - best).max(),
            "cvar": tail @ costs[order] / (1 - alpha),
        }
        least = {k: min(least[k], worth[k]) for k in least}
    return least | {"perfect": share @ best}


def shares(case: Case) -> np.ndarray:
    """Probabilities as the case states them, by hand: what is left goes to the blanks."""
    given = [np.nan, *case.scenarios["probability"]]
    blank = sum(1 for p in given if np.isnan(p))
    left = 1.0 - sum(p for p in given if not np.isnan(p))
    return np.array([left / blank if np.isnan(p) else p for p in given])


MEASURES = ("expected", "regret", "cvar")


def compare(seeds: Iterable[int], cases: int, each: int = 3) -> None:
    """Compare by some measures each, in turn, until so many cases of one period have been."""
    done = 0
    for seed in seeds:
        if done == cases:
            break
        case = with_scenarios(seed)
        if case is None or len(case.periods) > 1:
            continue
        share = shares(case)
        known = brute(case, share, 0.7)
        if known is None:
            continue
        done += np.isfinite(known["expected"])
        sign = -1.0 if case.setting("objective") == "profit" else 1.0
        for measure in [MEASURES[(seed + n) % 3] for n in range(each)]:
            report = robust(case, measure=measure, alpha=0.7)
            if not np.isfinite(known["expected"]):
                assert report.plant_set.empty
                continue
            first = report.choices.iloc[0]
            assert report.complete
            assert sign * first["expected"] >= known["expected"] - 1e-6 * abs(known["expected"])
            column = {"regret": "worst_regret"}.get(measure, measure)
            factor = 1.0 if measure == "regret" else sign
            size = max(1.0, abs(known["expected"]))
            assert factor * first[column] == pytest.approx(known[measure], abs=1e-6 * size)
            worth = report.worth.set_index("item")["amount"]
            assert worth["perfect information"] == near(sign * known["perfect"])
            assert worth["expected value of perfect information"] == pytest.approx(
                known["expected"] - known["perfect"], abs=1e-6 * size
            )
            told = worth["value of the stochastic solution"]
            assert np.isnan(told) or told >= -1e-6 * size
    assert done == cases


# Lines A (fixed cost 10) and B (22) make 10 each for nothing; what is short costs 5 a unit. Wanted
# are 10, or 20 with a probability of 0.4. Cost of nothing: 50, 100; A: 10, 60; B: 22, 72; both: 32.
TWO_FUTURES = {
    "products": "product; P; X",
    "sites": "site country now decision; S KZ open stay; F KZ open stay; M KZ open stay",
    "recipes": "recipe product; R P",
    "recipe_inputs": "recipe product; R X",
    "supply": "site product unit_cost; S X 0",
    "lines": "line site now decision fixed_cost capacity; A F closed free 10 10; "
    "B F open free 22 10",
    "assembly": "line recipe unit_cost; A R 0; B R 0",
    "lanes": "origin destination cost_per_unit; S F 0; F M 0",
    "demand": "site product quantity penalty; M P 10 5",
    "scenarios": "scenario probability; high 0.4",
    "changes": "scenario order table column action value; high 1 demand quantity multiply 2",
}


@pytest.mark.parametrize(
    ("measure", "lines", "costs"),
    [
        ("expected", ["A"], [10, 60]),
        ("regret", ["A", "B"], [32, 32]),
        ("cvar", ["A", "B"], [32, 32]),
    ],
)
def test_by_hand(measure, lines, costs):
    report = robust(written(**TWO_FUTURES), measure=measure, alpha=0.7)
    opened = report.plant_set[(report.plant_set["decision"] == "open").to_numpy()]
    assert sorted(opened["name"]) == lines
    assert report.futures["objective"].tolist() == [near(c) for c in costs]
    assert report.futures["probability"].tolist() == [near(0.6), near(0.4)]
    assert report.futures["best"].tolist() == [near(10), near(32)]
    worth = report.worth.set_index("item")["amount"]
    assert worth["perfect information"] == near(0.6 * 10 + 0.4 * 32)
    assert worth["expected value of perfect information"] == near(30 - 18.8)
    # At the mean, 14 are wanted: A alone costs 30, both 32.
    assert worth["mean case"] == near(30)
    assert worth["value of the stochastic solution"] == near(0)
    assert report.complete


def test_a_future_that_shuts_a_line_leaves_the_others_their_choice():
    tables = TWO_FUTURES | {
        "changes": "scenario order table column action value where; "
        "high 1 lines decision set closed line=A"
    }
    report = robust(written(**tables))
    # 10 wanted in both; A alone: 10, and shut as it is 50. B as well as A: 32 and 22. B: 22, 22.
    assert report.futures["best"].tolist() == [near(10), near(22)]
    assert report.worth.set_index("item")["amount"]["least expected"] == near(22)
    assert "has a mean" in " ".join(report.worth["note"])
    tried = report.regrets[(report.regrets["choice"] == "best for one").to_numpy()]
    assert tried["objective"].tolist() == [near(10), near(50), near(22), near(22)]


def test_random_cases(small_blocks):
    compare([1003], 1, each=1)
    assert small_blocks


@pytest.mark.slow
@pytest.mark.parametrize("block", range(20))
def test_many_random_cases(small_blocks, block):
    compare(itertools.count(1000 + 1000 * block), 4)
    assert small_blocks
