"""The laws: what must be true of the best plans of a case and of one that is changed a little.

Each takes a case and a source of chance, and gives the two least costs (less the revenue where
profit is sought) that it compares, or None where the case has nothing to try it on. A law's
docstring states it with the conditions under which it is true; what stands against them is taken
out of the case first.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import pandas as pd

from jvopt.core.case import Case
from jvopt.core.tables import TABLES
from tests.laws.edits import (
    blanked,
    emptied,
    halved,
    joined,
    least,
    limits_where,
    tables_of,
    twins,
    without_claims,
    without_least_loads,
    without_least_takes,
    without_steps,
)

Pair = tuple[float, float] | None
Law = Callable[[Case, random.Random], Pair]

AT_MOST: list[Law] = []
"""The second cost is at most the first."""
EQUAL: list[Law] = []
"""Both costs are the same."""


def at_most(law: Law) -> Law:
    AT_MOST.append(law)
    return law


def equal(law: Law) -> Law:
    EQUAL.append(law)
    return law


@at_most
def more_capacity_never_costs_more(case: Case, dice: random.Random) -> Pair:
    """Of any supply, line, lane, site's throughput or recipe on a line; without conditions."""
    columns = {"supply": "capacity", "lines": "capacity", "lanes": "capacity",
               "throughput": "capacity", "assembly": "most"}  # fmt: skip
    known = [(t, c, row) for t, c in columns.items()
             for row in np.flatnonzero(case[t][c].notna())]  # fmt: skip
    if not known:
        return None
    table, column, row = dice.choice(known)
    frame = case[table].copy()
    frame.loc[row, column] *= dice.choice([1.1, 2, 10])
    return least(case), least(case.replace(**{table: frame}))


@at_most
def more_supply_never_costs_more(case: Case, dice: random.Random) -> Pair:
    """A product can be bought at one site more, at any price.

    Where no limit of the kind `at least` is repeated for each of a group: a site that begins to
    sell would be one more of which it asks for something.
    """
    case = limits_where(case, lambda row: row["sense"] != "at_least" or not row["for_each"])
    sold = set(zip(case["supply"]["site"], case["supply"]["product"], strict=True))
    free = [(s, p) for s in case["sites"]["site"] for p in case["products"]["product"]
            if (s, p) not in sold]  # fmt: skip
    if not free:
        return None
    site, product = dice.choice(free)
    row = pd.DataFrame([{"site": site, "product": product, "unit_cost": dice.randint(1, 80)}])
    return least(case), least(case.replace(supply=joined(case["supply"], row)))


@at_most
def more_lanes_never_cost_more(case: Case, dice: random.Random) -> Pair:
    """From any site to any other, by a mode of its own; without conditions."""
    origin, destination = dice.sample(list(case["sites"]["site"]), 2)
    row = pd.DataFrame([{"origin": origin, "destination": destination, "mode": "new",
                         "cost_per_unit": dice.randint(0, 9), "distance": 100}])  # fmt: skip
    return least(case), least(case.replace(lanes=joined(case["lanes"], row)))


@at_most
def less_demand_never_costs_more(case: Case, dice: random.Random) -> Pair:
    """More demand never costs less.

    Where nothing asks for a quantity whatever is wanted, and nothing is paid for delivering:
    without least takes and loads, stock that is there or must be left, limits of the kind `at
    least` and on shares, incentives, drawback (a duty that rises makes it a business) and revenue.
    """
    case = without_least_loads(without_least_takes(case)).with_settings(objective="cost")
    case = blanked(emptied(case, "incentives", "stock"), tariffs="drawback_share")
    shares = ("share_of_source", "demand_within")
    case = limits_where(case, lambda r: r["sense"] != "at_least" and r["quantity"] not in shares)
    frame = case["demand"].copy()
    row = dice.randrange(len(frame))
    frame.loc[row, "quantity"] *= dice.choice([0.9, 0.5, 0.1])
    return least(case), least(case.replace(demand=frame))


@at_most
def a_lower_duty_or_fee_never_costs_more(case: Case, dice: random.Random) -> Pair:
    """A higher duty or fee never costs less.

    Without drawback: what a later and higher duty gives back may be more than was paid.
    """
    case = blanked(case, tariffs="drawback_share")
    known = [(t, c, row) for t, c in (("tariffs", "ad_valorem"), ("tariffs", "specific"),
                                      ("fees", "amount"))
             for row in np.flatnonzero(case[t][c] > 0)]  # fmt: skip
    if not known:
        return None
    table, column, row = dice.choice(known)
    frame = case[table].copy()
    frame.loc[row, column] *= dice.choice([0.9, 0.5, 0])
    return least(case), least(case.replace(**{table: frame}))


@at_most
def the_claim_of_an_origin_never_costs(case: Case, dice: random.Random) -> Pair:
    """Nobody must claim, and what is bought with a claim has the cheaper of its rates.

    Without drawback, which gives back more where more was paid.
    """
    if case["claims"].empty:
        return None
    case = blanked(case, tariffs="drawback_share")
    return least(without_claims(case)), least(case)


@equal
def a_market_split_in_two_changes_nothing(case: Case, dice: random.Random) -> Pair:
    """Half of the demand stands at a twin of the market, which every lane reaches as well.

    Where the market is open, has no stock and no limit of its own, nor have its lanes a capacity or
    a fixed cost.
    """
    market = dice.choice(sorted(set(case["demand"]["site"])))
    sites, lanes, stock = case["sites"].copy(), case["lanes"].copy(), case["stock"]
    mine = (sites["site"] == market).to_numpy()
    sites.loc[mine, ["now", "decision"]] = ["open", "stay"]
    sites.loc[mine, "fixed_cost"] = np.nan
    lanes.loc[(lanes["destination"] == market).to_numpy(), ["capacity", "fixed_cost"]] = np.nan
    case = case.replace(sites=sites, lanes=lanes, stock=stock[(stock["site"] != market).to_numpy()])
    case = limits_where(case, lambda row: row["site"] != market and "site" not in row["for_each"]
                        and row["quantity"] != "sites_open")  # fmt: skip
    demand = case["demand"]
    rows = (demand["site"] == market).to_numpy()
    demand = halved(demand, rows, "quantity")
    split = case.replace(
        demand=joined(demand, twins(demand, "site", market, "TWIN")),
        sites=joined(case["sites"], twins(case["sites"], "site", market, "TWIN")),
        lanes=joined(case["lanes"], twins(case["lanes"], "destination", market, "TWIN")),
    )
    return least(case), least(split)


@equal
def a_period_split_in_two_changes_nothing(case: Case, dice: random.Random) -> Pair:
    """The last period is told as two of half its length.

    At discount rate 0, where nothing depends on how long a period is or ties the two to each other:
    without build times, lives, stock, drawback, least takes, and limits other than on how many
    sites and lines are open.
    """
    case = case.with_settings(discount_rate=0)
    case = blanked(without_least_takes(case), lines="build_time life", sites="life",
                   tariffs="drawback_share")  # fmt: skip
    case = limits_where(emptied(case, "stock"),
                        lambda row: row["quantity"] in ("sites_open", "lines_open"))  # fmt: skip
    periods = case["periods"].copy()
    last = len(periods) - 1
    name, years = periods.loc[last, "period"], periods.loc[last, "years"]
    half = pd.Timedelta(days=round(182.5 * years))
    periods.loc[last, "years"] = years / 2
    twin = periods.loc[[last]].assign(period="HALF", start=periods.loc[last, "start"] + half)
    changed = {"periods": joined(periods, twin)}
    for table in TABLES:
        if table not in ("periods", "limits") and "period" in TABLES[table].by_name:
            changed[table] = joined(case[table], twins(case[table], "period", name, "HALF"))
    return least(case), least(case.replace(**changed))


@equal
def all_money_times_a_thousand_is_cost_times_a_thousand(case: Case, dice: random.Random) -> Pair:
    """Every column that counts in money, the price of CO2 and limits on investment; always."""
    changed = tables_of(case)
    for name, table in TABLES.items():
        for column in table.columns:
            if "money" in column.unit and name != "currencies":
                changed[name][column.name] = changed[name][column.name] * 1000
    invested = (changed["limits"]["quantity"] == "investment").to_numpy()
    changed["limits"].loc[invested, "value"] *= 1000
    larger = Case(changed).with_settings(co2_price=1000 * case.setting("co2_price"))
    return 1000 * least(case), least(larger)


@equal
def two_identical_plants_are_worth_one_of_twice_the_size(case: Case, dice: random.Random) -> Pair:
    """A plant and its twin, each with half of the capacities and of the fixed costs.

    Where no opening is involved: the plant and its lines run, without steps; without least loads,
    stock, a fixed cost of its lanes, least takes, and limits of its own, for each site or on the
    number of sites and lines.
    """
    plant = dice.choice(sorted(set(case["lines"]["site"])))
    case = _running(case, plant)
    lines = case["lines"]
    mine = list(lines["line"][(lines["site"] == plant).to_numpy()])
    changed = {
        "sites": halved(case["sites"], (case["sites"]["site"] == plant).to_numpy(), "fixed_cost"),
        "lines": halved(lines, lines["line"].isin(mine).to_numpy(), "fixed_cost", "capacity"),
    }
    for table, column, names, sizes in (
        ("line_periods", "line", mine, ("fixed_cost", "capacity")),
        ("assembly", "line", mine, ("most",)),
        ("throughput", "site", [plant], ("capacity",)),
        ("supply", "site", [plant], ("capacity",)),
        ("lanes", "origin", [plant], ("capacity",)),
        ("lanes", "destination", [plant], ("capacity",)),
    ):
        frame = changed.get(table, case[table])
        changed[table] = halved(frame, frame[column].isin(names).to_numpy(), *sizes)
    of_site = {"sites": ["site"], "lines": ["site"], "throughput": ["site"], "supply": ["site"],
               "lanes": ["origin", "destination"]}  # fmt: skip
    for table, column in [(t, c) for t, columns in of_site.items() for c in columns]:
        more = twins(changed[table], column, plant, "TWIN")
        if table == "lines":
            more = more.assign(line=more["line"] + " twin")
        changed[table] = joined(changed[table], more)
    for table in ("assembly", "line_periods"):
        for line in mine:
            more = twins(changed[table], "line", line, f"{line} twin")
            changed[table] = joined(changed[table], more)
    return least(case), least(case.replace(**changed))


def _running(case: Case, plant: str) -> Case:
    """A case in which nothing of a plant is opened, closed or counted."""
    case = without_steps(without_least_loads(without_least_takes(emptied(case, "stock"))))
    sites, lines, lanes = case["sites"].copy(), case["lines"].copy(), case["lanes"].copy()
    sites.loc[(sites["site"] == plant).to_numpy(), ["now", "decision"]] = ["open", "stay"]
    lines.loc[(lines["site"] == plant).to_numpy(), ["now", "decision"]] = ["open", "stay"]
    at_plant = (lanes["origin"] == plant) | (lanes["destination"] == plant)
    lanes.loc[at_plant.to_numpy(), "fixed_cost"] = np.nan
    lines["first_period"] = ""
    case = case.replace(sites=sites, lines=lines, lanes=lanes)
    return limits_where(case, lambda row: row["site"] != plant and "site" not in row["for_each"]
                        and row["quantity"] not in ("sites_open", "lines_open"))  # fmt: skip
