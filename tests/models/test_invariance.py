"""Ways to write the same problem differently: the cost stays the same."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pandas as pd
import pytest

from jvopt.core.case import Case
from jvopt.core.tables import TABLES
from jvopt.solve import optimize
from tests.breadth import every
from tests.models.random_cases import random_case
from tests.models.support import case, near, solved

SEEDS = (2, 6, 22, 25)


def cost_of(problem: Case) -> float:
    plan = optimize(problem, gap=0.0, compare=False)
    assert plan.found
    assert plan.figure("audit") == "passed"
    return plan.objective


@cache
def as_written(seed: int) -> float:
    return cost_of(random_case(seed))


def tables_of(problem: Case) -> dict[str, pd.DataFrame]:
    return {name: problem[name] for name in TABLES}


@pytest.mark.parametrize("seed", every(2, zip(SEEDS)))
def test_rows_in_another_order(seed):
    """All but periods, whose rows stand in order of time."""
    tables = tables_of(random_case(seed))
    shuffled = {
        name: frame.sample(frac=1, random_state=seed).reset_index(drop=True)
        for name, frame in tables.items()
        if name != "periods"
    }
    assert cost_of(Case({**tables, **shuffled})) == near(as_written(seed))


@pytest.mark.parametrize("seed", every(2, zip(SEEDS)))
def test_another_base_currency(seed):
    """Four TENGE to the base currency: all that was in the base currency is named, rates, the
    price of CO2 and limits on investment are four times as large, and so is the cost.
    """
    problem = random_case(seed)
    tables = tables_of(problem)
    for name, frame in tables.items():
        if "currency" in frame.columns and name != "currencies":
            frame["currency"] = frame["currency"].replace("", "USD")
    rates = tables["currencies"].assign(rate=lambda x: 4 * x["rate"])
    usd = pd.DataFrame([{"currency": "USD", "rate": 4}])
    tables["currencies"] = pd.concat([rates, usd], ignore_index=True)
    invested = (tables["limits"]["quantity"] == "investment").to_numpy()
    tables["limits"].loc[invested, "value"] *= 4
    other = Case(tables).with_settings(
        base_currency="TENGE", co2_price=4 * problem.setting("co2_price")
    )
    assert cost_of(other) == near(4 * as_written(seed))


NAMES = {
    "site": {"site"},
    "product": {"product"},
    "line": {"line"},
    "recipe": {"recipe"},
    "period": {"period", "first_period"},
    "claim": {"claim"},
    "assembly_mode": {"assembly_mode"},
    "family": {"family"},
    "cargo_class": {"cargo_class"},
    "currency": {"currency"},
    "limit": {"limit"},
    "mode": {"mode"},
}
"""For each kind of name the columns that hold it."""
PLACES = {"group", "country", "area", "made_in", "origin", "destination"}
"""Columns of countries and groups; in lanes the last two hold sites."""


def renamed(problem: Case, seed: int) -> Case:
    """Give everything a new name, in another order of the alphabet."""
    rng = np.random.default_rng(seed)
    tables = tables_of(problem)

    def columns(kind):
        for name, frame in tables.items():
            for column in frame.columns:
                lane_end = name == "lanes" and column in ("origin", "destination")
                if kind == "place":
                    wanted = column in PLACES and not lane_end
                else:
                    wanted = column in NAMES[kind] or (kind == "site" and lane_end)
                if wanted:
                    yield name, column

    for kind in ("place", *NAMES):
        where = list(columns(kind))
        old = sorted({x for name, column in where for x in tables[name][column]} - {"", "USD"})
        new = [f"{kind} {n} ё'\"" for n in rng.permutation(len(old))]
        names = dict(zip(old, new, strict=True))
        for name, column in where:
            tables[name][column] = [names.get(x, x) for x in tables[name][column]]
    return Case(tables)


@pytest.mark.parametrize("seed", every(2, zip(SEEDS)))
def test_other_names(seed):
    assert cost_of(renamed(random_case(seed), seed)) == near(as_written(seed))


@pytest.mark.parametrize("seed", every(2, zip(SEEDS)))
def test_a_lane_split_in_two(seed):
    """A lane of some capacity is as good as two of half of it, told apart by their mode."""
    problem = random_case(seed)
    lanes = problem["lanes"]
    alone = ~lanes.duplicated(["origin", "destination"], keep=False)
    plain = lanes["fixed_cost"].fillna(0) == 0
    row = lanes[(alone & plain).to_numpy()].index[0]
    lanes.loc[row, "capacity"] /= 2
    twin = lanes.loc[[row]].assign(mode="another way")
    split = problem.replace(lanes=pd.concat([lanes, twin], ignore_index=True))
    assert cost_of(split) == near(as_written(seed))


@pytest.mark.parametrize("seed", every(2, zip(SEEDS)))
def test_a_case_that_went_through_json(seed):
    assert cost_of(Case(random_case(seed).to_dict())) == near(as_written(seed))


def test_twice_the_quantities_cost_twice_as_much():
    """Where nothing is fixed and nothing whole."""

    def chain(size):
        return case(
            products="product customs_value; K 50; P .",
            sites="site country; S CN; I CN; F KZ; M KZ",
            supply=f"site product unit_cost capacity; S K 30 {10 * size}; I P 90 .",
            lines=f"line site now decision capacity; L F open stay {20 * size}",
            recipes="recipe product; R P",
            recipe_inputs="recipe product; R K",
            assembly="line recipe unit_cost; L R 4",
            lanes=f"""origin destination mode cost_per_unit capacity
                      S F . 3 .; F M . 2 .
                      I M rail 5 {4 * size}; I M road 9 .""",
            demand=f"site product quantity; M P {25 * size}",
            tariffs="product ad_valorem; K 0.1",
        )

    small, large = solved(chain(1)).objective, solved(chain(2)).objective
    assert math.isclose(small, 10 * (30 + 3 + 5 + 4 + 2) + 4 * 95 + 11 * 99)
    assert large == near(2 * small)
