"""How much of each product there can be a use for: the bound where no capacity is stated."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jvopt.core.conditions import tags_of
from jvopt.models.network import Limit, Network
from jvopt.models.reach import site_can_open
from jvopt.models.sparse import Flags, Floats, Ints
from jvopt.models.variables import wanted


def needs(net: Network) -> Floats:
    r"""Give the most units of each product that a plan of least cost has, in all periods together.

    Nothing is thrown away, so what comes in is delivered, goes into something else or is left at
    the end:

    .. math:: N_i = \sum_{s,t} q_{sit}\,y_t + R_i + \sum_j b_{ij}\,N_j

    q is ``demand.quantity`` and :math:`b_{ij}` the largest ``recipe_inputs.quantity`` of i in a
    recipe for j. Left at the end is nothing where no row of `stock` covers i in the last period;
    else at most what such rows hold, and no more than comes in without being wanted:

    .. math:: R_i \le \sum_s \text{most}_{si}, \qquad
        R_i \le E_i = F_i + \sum_h E_h / a_{hi}

    where :math:`a_{hi}` is the least quantity of input h in a recipe for i, and F adds up, over
    all periods: ``stock.opening``, ``stock.least`` and ``stock.end_least``; ``supply.least_take``;
    ``assembly.least``; ``lines.least_load``, divided by ``assembly.capacity_used``; and what
    `limits` ask for at least: ``limits.value``, once for each group of ``for_each``, of units
    made or bought, divided by the tonnes of a unit for co2, times the demand for
    demand_within. A limit share_of_source asks for as much of other sources as brings a share
    down to v, (1 - v) / v times what is needed, or of the source itself as brings its share up to
    v in each of n groups, n v / (1 - n v) times what is needed.

    No more than :math:`N_i` is in stock anywhere, is bought or made, or leaves a site in a period:
    goods do not go in circles. Where lanes lead in a circle and something rewards it (a limit on
    co2 or demand_within at least, drawback), the bound grows by what can earn the reward.
    """
    return _forced_and_needed(net)[1]


def forced(net: Network) -> Floats:
    """Give the units of each product that the cells of a case force on it beyond what is wanted.

    The sum E of `needs`, with what limits on shares of a source add.
    """
    return _forced_and_needed(net)[0]


def _forced_and_needed(net: Network) -> tuple[Floats, Floats]:
    most, yields = _bills(net)
    demand = wanted(net)
    asked = np.zeros(len(net.products))
    np.add.at(asked, demand["product"].to_numpy(), demand["units"].to_numpy())
    room = _room_at_the_end(net)
    units = _forced(net)
    need = _with_inputs(asked + np.minimum(room, _passed_on(units, yields)), most)
    for chosen, ratio in _shares(net):
        units[chosen] += ratio * need[chosen].sum()
        need = _with_inputs(asked + np.minimum(room, _passed_on(units, yields)), most)
    return _passed_on(units, yields), need + _rounds(net, need, yields)


def _bills(net: Network) -> tuple[Floats, Floats]:
    """Give the most of each input in a unit of each output, and the units one input makes at most.

    Both are of shape (outputs, inputs).
    """
    made = net.recipes["product"].to_numpy()[net.inputs["recipe"]]
    at = (made, net.inputs["product"].to_numpy())
    quantity = net.inputs["quantity"].to_numpy()
    most = np.zeros((len(net.products), len(net.products)))
    yields = most.copy()
    np.maximum.at(most, at, quantity)
    np.maximum.at(yields, at, 1.0 / quantity)
    return most, yields


def _with_inputs(units: Floats, most: Floats) -> Floats:
    """Add what goes into the units, and into that; a tree of recipes has an end."""
    total, layer = units.copy(), units
    for _ in range(len(units)):
        layer = layer @ most
        if not layer.any():
            break
        total += layer
    return total


def _passed_on(units: Floats, yields: Floats) -> Floats:
    """Add what can be made of the units, and of that."""
    return _with_inputs(units, yields.T)


def _room_at_the_end(net: Network) -> Floats:
    """Give the most of each product that may be left when the horizon ends."""
    stock = net.stock_rows()
    stock = stock[(stock["period"] == len(net.time) - 1).to_numpy()]
    stock = stock[site_can_open(net)[stock["site"]]]
    room = np.zeros(len(net.products))
    np.add.at(room, stock["product"].to_numpy(), stock["most"].fillna(np.inf).to_numpy())
    return room


def _forced(net: Network) -> Floats:
    """Give the units of each product that are there whether or not they are wanted."""
    forced = _asked_for(net, "made", "bought") + _moved_on_request(net)
    stock = net.stock_rows()
    ends = stock["period"] == len(net.time) - 1
    held = stock["least"] + stock["end_least"].where(ends, 0.0)
    held += stock["opening"].where(stock["period"] == 0, 0.0)
    np.add.at(forced, stock["product"].to_numpy(), held.to_numpy())
    supply, covered = net.case.filled("supply"), net.over_periods("supply")
    row = covered["row"].to_numpy()
    taken = supply["least_take"].to_numpy()[row] * net.time.years[covered["period"]]
    np.add.at(forced, net.code("product", supply["product"])[row], taken)
    assembly = net.assembly
    by_recipe = assembly["least"].to_numpy() * net.time.years.sum()
    np.add.at(forced, assembly["product"].to_numpy(), by_recipe)
    loaded = assembly[(assembly["capacity_used"] > 0).to_numpy()]
    lightest = loaded.groupby(["line", "product"])["capacity_used"].min().reset_index()
    load = (net.line_value("least_load")[0] * net.time.years).sum(axis=1)
    units = load[lightest["line"]] / lightest["capacity_used"].to_numpy()
    np.add.at(forced, lightest["product"].to_numpy(), units)
    return forced


def _asked_for(net: Network, *quantities: str) -> Floats:
    """Give the units of each product that limits on some quantities ask for at least."""
    units = np.zeros(len(net.products))
    for limit in net.limits():
        if limit["sense"] != "at_least" or limit["quantity"] not in quantities:
            continue
        able = _countable(net, limit)
        each = able.groupby("product").agg(groups=("group", "nunique"), tonnes=("tonnes", "min"))
        times = len(net.time) if "period" in tags_of(limit["for_each"]) else 1
        asked = float(limit["value"]) * times * each["groups"] / each["tonnes"]
        np.add.at(units, each.index.to_numpy(np.int64), asked.to_numpy())
    return units


def _moved_on_request(net: Network) -> Floats:
    """Give the units of each product that limits may ask to be moved, wanted or not."""
    limits = net.case["limits"]
    within = (limits["quantity"] == "demand_within") & (limits["sense"] == "at_least")
    share = limits["value"][within].sum()
    return _asked_for(net, "co2") + share * wanted(net)["units"].sum()


def _shares(net: Network) -> list[tuple[Ints, float]]:
    """Give for each limit on a share of a source its products from any source, and what it adds."""
    found = []
    for limit in net.limits():
        value = float(limit["value"])
        able = _countable(net, limit) if limit["quantity"] == "share_of_source" else None
        if able is None or able.empty or not 0.0 < value < 1.0:
            continue
        # Other sources may have other products of those that the limit is about.
        every = _countable(net, limit | {"site": "", "country": ""})
        raised = min(able["group"].nunique(), int(np.ceil(1.0 / value - 1e-9)) - 1) * value
        ratio = raised / (1.0 - raised) if limit["sense"] == "at_least" else (1.0 - value) / value
        found.append((np.unique(every["product"].to_numpy(np.int64)), ratio))
    return found


def _countable(net: Network, limit: Limit) -> pd.DataFrame:
    """Give what a limit can count: ``product``, the ``group`` of for_each, ``tonnes`` of a unit."""
    quantity = limit["quantity"]
    if quantity == "made":
        able = net.assembly[["site", "product", "assembly_mode"]].assign(tonnes=1.0)
    elif quantity == "co2":
        able = net.arcs[["origin", "product"]].rename(columns={"origin": "site"})
        able = able.assign(assembly_mode="", tonnes=net.co2())
        able = able[(able["tonnes"] > 0).to_numpy()]
    else:
        supply = net.case["supply"]
        able = pd.DataFrame(
            {
                "site": net.code("site", supply["site"]),
                "product": net.code("product", supply["product"]),
                "assembly_mode": "",
                "tonnes": 1.0,
            }
        )
    sites, products = net.sites.iloc[able["site"]], net.products.iloc[able["product"]]
    said = {
        "site": sites["site"].to_numpy(),
        "country": sites["country"].to_numpy(),
        "product": products["product"].to_numpy(),
        "family": products["family"].to_numpy(),
        "assembly_mode": able["assembly_mode"].to_numpy(),
    }
    chosen = np.ones(len(able), bool)
    group, each = pd.Series("", index=able.index), tags_of(limit["for_each"])
    for name, words in said.items():
        if limit[name]:
            chosen &= np.asarray(words == limit[name], bool)
        if name in each:
            group += words + "\n"
    return able.assign(group=group)[chosen]


def _rounds(net: Network, need: Floats, yields: Floats) -> Floats:
    """Give the units of each product that may go in circles because something rewards it."""
    rewarded = _moved_on_request(net)
    if (net.case.filled("tariffs")["drawback_share"] > 0).any():
        rewarded += yields @ need  # exports that contain all inputs there are
    return np.where(_in_circles(net), rewarded, 0.0)


def _in_circles(net: Network) -> Flags:
    """Say of each product whether its lanes lead from some site back to it."""
    arcs = net.arcs
    while len(arcs):
        start = net.index(arcs.drop_duplicates(["origin", "product"]), "origin", "product")
        goes_on = start.find({"origin": arcs["destination"], "product": arcs["product"]}) >= 0
        if goes_on.all():
            break
        arcs = arcs[goes_on]
    return np.isin(np.arange(len(net.products)), arcs["product"])
