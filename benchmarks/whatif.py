"""What-ifs of the base case at gap 0: a fresh run of each, and one prepared model for all."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd

import jvopt
from jvopt.core.case import Case

COUNT = 100
"""What-ifs measured."""
SEED = 1


def variants(case: Case, count: int, seed: int) -> list[Case]:
    """Give seeded variants of the base case: one to three changes each, of different kinds."""
    rng = np.random.default_rng(seed)
    plants = [site for site in case.sites["site"] if site.startswith("P-")]

    def scaled(case: Case, table: str, column: str, low: float, high: float, where: str) -> Case:
        factor = rng.uniform(low, high)
        return case.change(table, column, factor, action="multiply", where=where)

    def one_of(case: Case, table: str, column: str) -> str:
        return f'{column} = "{rng.choice(sorted(set(case[table][column])))}"'

    def tariffs(case: Case) -> Case:
        some = ["", one_of(case, "tariffs", "hs"), "destination = UZ", "origin = BY"]
        return scaled(case, "tariffs", "ad_valorem", 0.0, 2.0, str(rng.choice(some)))

    def fees(case: Case) -> Case:
        some = ["amount > 0", "made_in = RU_BY"]
        return scaled(case, "fees", "amount", 0.5, 2.0, str(rng.choice(some)))

    def demand(case: Case) -> Case:
        of = one_of(case, "demand", str(rng.choice(["site", "product"])))
        return scaled(case, "demand", "quantity", 0.7, 1.3, of)

    def capacities(case: Case) -> Case:
        return scaled(case, "lines", "capacity", 0.6, 1.4, f"site = {rng.choice(plants)}")

    def freight(case: Case) -> Case:
        return scaled(case, "lanes", "cost_per_tonne_km", 0.7, 1.4, one_of(case, "lanes", "mode"))

    def prices(case: Case) -> Case:
        return scaled(case, "supply", "unit_cost", 0.9, 1.1, one_of(case, "supply", "product"))

    def status(case: Case) -> Case:
        state = rng.choice(["open", "closed", "stay"])
        return case.change("sites", "decision", state, where=f"site = {rng.choice(plants)}")

    kinds = [tariffs, fees, demand, capacities, freight, prices, status]
    found = []
    for _ in range(count):
        variant = case
        for kind in rng.choice(len(kinds), size=rng.integers(1, 4), replace=False):
            variant = kinds[kind](variant)
        found.append(variant)
    return found


def run(count: int = COUNT) -> pd.DataFrame:
    """Measure each what-if both ways in turn, so that both meet the same noise; one core each."""
    case = jvopt.example("kz-assembly")
    began = time.perf_counter()
    base = jvopt.prepare(case)
    preparing = time.perf_counter() - began
    rows: dict[str, dict[str, float]] = {"fresh run": {}, "fresh run, compared": {}, "what-if": {}}
    rebuilt = decomposed = 0
    largest = 0.0
    for n, variant in enumerate(variants(case, count, SEED)):
        began = _clocks()
        answer = base.what_if(variant, gap=0.0)
        _add(rows["what-if"], answer.seconds, _clocks() - began)
        rebuilt += answer.rebuilt
        decomposed += answer.decomposed
        for name, compare in (("fresh run", False), ("fresh run, compared", True)):
            if compare and n % 10:
                continue
            began = _clocks()
            plan = jvopt.optimize(variant, gap=0.0, compare=compare)
            took = _clocks() - began
            summary = plan.summary.set_index("item")["value"]
            phases = {
                str(item).removeprefix("seconds_"): float(value)
                for item, value in summary.items()
                if str(item).startswith("seconds_")
            }
            _add(rows[name], phases, took)
            largest = max(largest, abs(answer.objective / plan.objective - 1.0))
    began = time.perf_counter()
    answer.plan()
    planning = time.perf_counter() - began
    each = pd.DataFrame(rows).T.fillna(0.0)
    table = each.div(each.pop("runs"), axis=0).rename_axis("each").reset_index()
    warm = table["each"] == "what-if"
    for column in ("total", "processor"):
        table[f"{column} ratio"] = table[column] / float(table[column][warm].iloc[0])
    for name, value in {
        "rebuilt": rebuilt,
        "decomposed": decomposed,
        "largest difference": largest,
        "preparing": preparing,
        "plan of one": planning,
    }.items():
        table[name] = np.where(warm, value, np.nan)
    return table


def _clocks() -> np.ndarray:
    """Give the time on the wall and of the processor: others may use the machine as well."""
    return np.array([time.perf_counter(), time.process_time()])


def _add(row: dict[str, float], phases: dict[str, float], took: np.ndarray) -> None:
    wall, processor = took
    for phase, seconds in {**phases, "total": wall, "processor": processor, "runs": 1.0}.items():
        row[phase] = row.get(phase, 0.0) + seconds
