"""The plan's tables of money: costs by what causes them, landed cost, owners, prices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from jvopt.core.plan_tables import COST_KINDS
from jvopt.models import Built
from jvopt.models.balance import opening_stock
from jvopt.models.costs import Cost
from jvopt.models.sparse import Columns, Floats, Ints
from jvopt.models.variables import wanted
from jvopt.solve.flows import Tables, moved, named, values

PENNY = 1e-6
"""Amounts of money up to this are left out of the table of costs."""

_OF_GOODS = ("buy", "make", "ship", "stock", "serve", "short")
"""Variables whose cost sticks to the goods, or falls on their sale."""

_POOL = ["site", "goods", "period"]


def money_tables(built: Built) -> Tables:
    """Give every table of a plan that holds money.

    Parameters
    ----------
    built
        A model whose variables hold a plan.
    """
    spent = costs(built)
    return {"costs": spent, "service": service(built), "owners": owners(built, spent)}


def amount(cost: Cost, unit: Floats) -> Floats:
    """Give what each column of a part of the cost comes to."""
    return unit if cost.columns is None else unit * values(cost.columns)


def by_kind(built: Built) -> dict[str, float]:
    """Give the discounted total of each kind of cost."""
    totals = dict.fromkeys([*COST_KINDS, "revenue"], 0.0)
    for cost in built.costs:
        totals[cost.kind] += float(amount(cost, cost.discounted).sum())
    return totals


def costs(built: Built) -> pd.DataFrame:
    """Every kind of cost by period, site, destination, line and product."""
    net = built.problem.net
    key = ["site", "destination", "line", "product", "period", "levied"]
    pieces = []
    for cost in built.costs:
        paid, undiscounted = amount(cost, cost.discounted), amount(cost, cost.unit)
        some = np.flatnonzero((np.abs(paid) > PENNY) | (np.abs(undiscounted) > PENNY))
        pieces.append(
            cost.place(some).assign(
                kind=cost.kind, cost=paid[some], undiscounted=undiscounted[some]
            )
        )
    frame = pd.concat(pieces).groupby(["kind", *key], as_index=False, sort=False).sum()
    where = frame["levied"].where(frame["levied"] >= 0, frame["site"]).to_numpy(np.int64)
    site = frame["site"].to_numpy(np.int64)
    # A line's cost falls on its site; the last entry of each list is for -1, nowhere.
    return pd.DataFrame(
        {
            "kind": frame["kind"],
            **named(
                built,
                frame,
                period="period",
                site="site",
                destination="site",
                line="line",
                product="product",
            ),
            "country": np.append(net.sites["country"].to_numpy(object), "")[where],
            "owner": np.append(net.sites["owner"].to_numpy(object), "")[site],
            "cost": frame["cost"],
            "undiscounted": frame["undiscounted"],
        }
    )


def service(built: Built) -> pd.DataFrame:
    """How far demand is met, and what a delivered unit has cost along its way."""
    p = built.problem
    frame = wanted(p.net)
    frame = frame[frame["units"] > 0]
    key = ["site", "product", "period"]
    at = pd.MultiIndex.from_frame(frame[key])
    landed = unit_costs(built)
    serve = p.v.serve.index.frame.assign(met=values(p.v.serve), landed=landed)
    serve["spent"] = (serve["landed"] + serve["fee"] - serve["incentive"]) * serve["met"]
    sums = serve.groupby(key)[["met", "spent"]].sum().reindex(at, fill_value=0.0)
    met = sums["met"].to_numpy()
    short = p.v.short.index.frame.assign(short=values(p.v.short)).groupby(key)["short"].sum()
    missing = short.reindex(at, fill_value=0.0).to_numpy()
    demand = p.net.case.filled("demand")
    row, period = frame["row"].to_numpy(np.int64), frame["period"].to_numpy(np.int64)
    penalty = (demand["penalty"].fillna(0.0).to_numpy()[:, None] * p.net.worth(demand["currency"]))[
        row, period
    ]
    with np.errstate(divide="ignore", invalid="ignore"):
        average = np.where(met > 1e-9, sums["spent"].to_numpy() / met, np.nan)
    return pd.DataFrame(
        {
            **named(built, frame, site="site", product="product", period="period"),
            "demand": frame["units"].to_numpy(),
            "met": met,
            "short": missing,
            "share": met / frame["units"].to_numpy(),
            "penalty": missing * penalty,
            "landed_cost": average,
        }
    )


def unit_costs(built: Built) -> Floats:
    """Average cost of the goods at hand for each member of the family `serve`, undiscounted.

    Goods at a site in a period are one pool: what comes in brings its cost with it, what goes out
    takes the average; opening stock comes free. A line's fixed cost and investment fall on its
    load of the period, a site's on what leaves it.
    """
    p, v = built.problem, built.problem.v
    spent, (per_line, per_site) = _by_unit(built), _overheads(built)
    shape = (len(p.net.sites), len(p.goods), len(p.net.time))
    carrying, kept = np.flatnonzero(values(v.ship)), v.stock.index["after"] < shape[2]
    shipped, stocked = values(v.ship)[carrying], values(v.stock)[kept]
    start, end = (_pools(v.ship, site)[:, carrying] for site in ("origin", "destination"))
    stock = _pools(v.stock)[:, kept]
    later = stock + np.array([[0], [0], [1]])
    make, served = v.make.index, _pools(v.serve)
    load = per_line[make["line"], make["period"]]
    load = load * p.net.assembly["capacity_used"].to_numpy()[make["assembly"]]
    opening = opening_stock(p)
    quantity, bought = np.zeros(shape), np.zeros(shape)
    for pools, units, cost in (
        (opening[_POOL].to_numpy(np.int64).T, opening["units"].to_numpy(), 0.0),
        (_pools(v.buy), values(v.buy), spent["buy"]),
        (_pools(v.make), values(v.make), spent["make"] + load),
        (end, shipped, spent["ship"][carrying]),
        (later, stocked, spent["stock"][kept]),
    ):
        np.add.at(quantity, tuple(pools), units)
        np.add.at(bought, tuple(pools), cost * units)
    leaving = np.zeros(shape)
    np.add.at(leaving, tuple(served), values(v.serve))
    np.add.at(leaving, tuple(start), shipped)
    left = leaving.sum(axis=1)
    surcharge = np.divide(per_site, left, out=np.zeros_like(per_site), where=left > 1e-9)
    into = make.find({k: v.use.index[k] for k in ("way", "period")})
    unit = _averages(
        quantity,
        bought,
        [
            _Passed(start, end, shipped, surcharge[start[0], start[2]]),
            _Passed(_pools(v.use), _pools(v.make)[:, into], values(v.use), 0.0),
            _Passed(stock, later, stocked, 0.0),
        ],
    )
    found: Floats = unit[tuple(served)] + surcharge[served[0], served[2]]
    return found


class _Passed(NamedTuple):
    """Goods that go from pools into others, and bring their cost along.

    Attributes
    ----------
    start, end : ndarray of int, shape (3, n)
        Site, goods and period of the pools.
    units
        How many.
    surcharge
        What each unit costs on leaving, beyond the average of its pool.
    """

    start: Ints
    end: Ints
    units: Floats
    surcharge: Floats | float


def _pools(columns: Columns, site: str = "site") -> Ints:
    """Give site, goods and period of the pool of each column, shape (3, columns)."""
    index = columns.index
    return np.array([index[site], index["goods"], index["period"]]).astype(np.int64)


def _by_unit(built: Built) -> dict[str, Floats]:
    """Give what a unit of each column costs by itself, of the families that bring goods."""
    families = built.problem.v.families()
    spent = {name: np.zeros(len(families[name])) for name in ("buy", "make", "ship", "stock")}
    for cost in built.costs:
        if cost.columns is not None and cost.columns.name in spent:
            spent[cost.columns.name] += cost.unit
    return spent


def _averages(quantity: Floats, bought: Floats, passed: Sequence[_Passed]) -> Floats:
    """Give the average cost of a unit in each pool, shape (sites, goods, periods).

    They solve a linear system, which is iterated from the sources; flows of a least-cost plan
    hardly ever run in circles, so that few rounds settle it.

    Parameters
    ----------
    quantity
        Units that come into each pool.
    bought
        What they cost beyond the averages of the pools that they come from.
    passed
        What comes from other pools.
    """
    unit = np.zeros(quantity.shape)
    for _ in range(1000):
        money = bought.copy()
        for start, end, units, surcharge in passed:
            np.add.at(money, tuple(end), (unit[tuple(start)] + surcharge) * units)
        new = np.divide(money, quantity, out=np.zeros(quantity.shape), where=quantity > 1e-9)
        done = np.abs(new - unit).max(initial=0.0) <= 1e-9 * max(1.0, np.abs(new).max(initial=0.0))
        unit = new
        if done:
            break
    return unit


def _overheads(built: Built) -> tuple[Floats, Floats]:
    """Cost of each line for a unit of its load, and of each site in all, in each period."""
    p = built.problem
    periods = len(p.net.time)
    line, site = np.zeros((len(p.net.lines), periods)), np.zeros((len(p.net.sites), periods))
    for cost in built.costs:
        if cost.columns is not None and cost.columns.name in _OF_GOODS:
            continue
        paid = amount(cost, cost.unit)
        some = np.flatnonzero(paid)
        place = cost.place(some)
        of_line, of_site = place["line"] >= 0, (place["line"] < 0) & (place["site"] >= 0)
        for total, kind, mine in ((line, "line", of_line), (site, "site", of_site)):
            np.add.at(total, (place[kind][mine], place["period"][mine]), paid[some[mine]])
    made = moved(p.v.make)
    load = np.zeros_like(line)
    used = p.net.assembly["capacity_used"].to_numpy()[made["assembly"]]
    np.add.at(load, (made["line"], made["period"]), made["quantity"] * used)
    return np.divide(line, load, out=np.zeros_like(line), where=load > 1e-9), site


def owners(built: Built, spent: pd.DataFrame) -> pd.DataFrame:
    """Cost, revenue and units by partner."""
    p = built.problem
    owner = p.net.sites["owner"].to_numpy(object)
    names = [o for o in dict.fromkeys(owner) if o]
    serve = p.v.serve.index.frame
    price = serve["price"].fillna(0.0).to_numpy() * p.net.time.mid[serve["period"]]
    sold = pd.Series(price * values(p.v.serve)).groupby(owner[serve["site"]]).sum()
    ship, make = moved(p.v.ship), moved(p.v.make)
    cost = spent[(spent["kind"] != "revenue").to_numpy()].groupby("owner")["cost"].sum()
    made = make["quantity"].groupby(owner[make["site"].to_numpy(np.int64)]).sum()
    shipped = ship["quantity"].groupby(owner[ship["origin"].to_numpy(np.int64)]).sum()
    return pd.DataFrame(
        {
            "owner": names,
            **{
                name: column.reindex(names, fill_value=0.0).to_numpy(float)
                for name, column in (
                    ("cost", cost),
                    ("revenue", sold),
                    ("made", made),
                    ("shipped", shipped),
                )
            },
        }
    )
