"""What can be where, and what is of use there: only that becomes a variable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from jvopt.models.goods import Goods
from jvopt.models.network import Network
from jvopt.models.sparse import Flags, Ints


@dataclass(frozen=True, slots=True)
class Reach:
    """Where goods can be and are of use.

    Attributes
    ----------
    here : ndarray of bool, shape (sites, goods, periods)
        Whether the goods can be at the site.
    wanted : ndarray of bool, shape (sites, goods, periods)
        Whether they are of use there: demanded, an input of something of use, on the way, held.
    arcs : DataFrame
        Arc (row of `Network.arcs`) x goods that may move, as ``arc``, ``origin``, ``destination``,
        ``mode``, ``product``, ``goods`` (codes).
    stocked : ndarray of bool, shape (sites, goods, periods)
        Whether a row of `stock` allows it there.
    line_from : ndarray of int, shape (lines,)
        First period in which each line can be open; the number of periods where it never can.
    able : ndarray of bool, shape (sites,)
        Whether the site can be open at all.
    """

    here: Flags
    wanted: Flags
    arcs: pd.DataFrame
    stocked: Flags
    line_from: Ints
    able: Flags


def site_can_open(net: Network) -> Flags:
    """Whether a site can be open at all."""
    decision, now = net.sites["decision"], net.sites["now"]
    able: Flags = (
        decision.isin(["free", "open"]) | ((decision == "stay") & (now == "open"))
    ).to_numpy()
    return able


def arrival(net: Network) -> Ints:
    """First period in which a line can be open if paid for in each period; lines x periods.

    The number of periods stands for never.
    """
    count = len(net.time)
    ready = net.time.offset[None, :] + net.lines["build_time"].to_numpy()[:, None]
    opens = np.searchsorted(net.time.offset, ready - 1e-9, side="left")
    first = np.maximum(net.code("period", net.lines["first_period"]), 0)
    arrive: Ints = np.where(opens < first[:, None], count, np.minimum(opens, count))
    return arrive


def find_reach(net: Network, goods: Goods) -> Reach:
    r"""Follow goods forward from their sources and backward from their uses.

    .. math::
        \begin{aligned}
        \text{here}_{sgt} &= \text{source}_{sgt} \lor \bigvee_{o} \text{here}_{ogt}
        \lor \bigvee_{w} \bigwedge_{i \in w} \bigvee_{h \in i} \text{here}_{sht}
        \lor (\text{stocked}_{sg,t-1} \land \text{here}_{sg,t-1}) \\
        \text{wanted}_{sgt} &= \text{demanded}_{sgt} \lor \text{stocked}_{sgt}
        \lor \bigvee_{d} \text{wanted}_{dgt} \lor \bigvee_{w:\,g \in i \in w} \text{wanted}_{swt}
        \lor (\text{stocked}_{sgt} \land \text{wanted}_{sg,t+1})
        \end{aligned}

    both the smallest such sets, over the sites s that can be open, origins o and destinations d of
    their lanes for g, and ways w of lines at s that can be open in period t (forward those that
    make g, backward those whose inputs i include g and can be at hand). Only what is here and of
    use becomes a variable: of `ship` what is here at the origin and wanted at the destination.
    """
    count = len(net.time)
    shape = (len(net.sites), len(goods), count)
    by_product = pd.DataFrame({"product": goods.product, "goods": np.arange(len(goods))})
    arcs = net.arcs.assign(arc=np.arange(len(net.arcs))).merge(by_product, on="product")
    able = site_can_open(net)
    arcs = arcs[able[arcs["origin"]] & able[arcs["destination"]]].reset_index(drop=True)
    stocked = _stocked(net, goods, shape)
    first = line_from(net)
    site, made = net.assembly["site"].to_numpy(), goods.made
    way_site = site[made["assembly"].to_numpy(np.int64)]
    way_goods = made["goods"].to_numpy(np.int64)
    line = net.assembly["line"].to_numpy()[made["assembly"].to_numpy(np.int64)]
    runs = (np.arange(count) >= first[line][:, None]) & able[way_site][:, None]
    way, needed = _inputs_of_ways(net, made)
    family = _families(goods, len(net.products))

    here = _sources(net, goods, shape)
    here &= able[:, None, None]
    start, end, what = (arcs[c].to_numpy() for c in ("origin", "destination", "goods"))
    passed = np.zeros(shape, bool)
    while True:
        before = here.sum()
        _pass_on(here, passed, (start, what), (end, what))
        ready = runs.copy()
        np.logical_and.at(ready, way, at_hand(net, goods, here)[way_site[way], needed])
        np.logical_or.at(here, (way_site, way_goods), ready)
        for t in range(1, count):
            here[:, :, t] |= here[:, :, t - 1] & stocked[:, :, t - 1]
        if here.sum() == before:
            break

    wanted = stocked | _demanded(net, goods, shape)
    passed[:] = False
    while True:
        before = wanted.sum()
        _pass_on(wanted, passed, (end, what), (start, what))
        useful = wanted[way_site, way_goods] & ready
        for input_product in np.unique(needed):
            mine = needed == input_product
            for g in family[input_product]:
                np.logical_or.at(wanted[:, g], way_site[way[mine]], useful[way[mine]])
        for t in range(count - 2, -1, -1):
            wanted[:, :, t] |= wanted[:, :, t + 1] & stocked[:, :, t]
        if wanted.sum() == before:
            break
    return Reach(here, wanted, arcs, stocked, first, able)


def _pass_on(
    flags: Flags, passed: Flags, giver: tuple[Ints, Ints], taker: tuple[Ints, Ints]
) -> None:
    """Set what is newly set at any of its givers, in the same period; note what was passed on."""
    new = flags & ~passed
    passed |= flags
    some = np.logical_or.reduce(new, axis=2)
    pair = np.flatnonzero(some[giver])
    nth, period = np.nonzero(new[giver[0][pair], giver[1][pair]])
    flags[taker[0][pair[nth]], taker[1][pair[nth]], period] = True


def at_hand(net: Network, goods: Goods, here: Flags) -> Flags:
    """Whether any goods of a product can be at a site: sites x products x periods."""
    found = np.zeros((len(net.sites), len(net.products), len(net.time)), bool)
    for g, product in enumerate(goods.product):
        found[:, product] |= here[:, g]
    return found


def line_from(net: Network) -> Ints:
    """First period in which each line can be open, shape (lines,); their number for never."""
    decision, now = net.lines["decision"], net.lines["now"]
    count = len(net.time)
    opened = arrival(net).min(axis=1, initial=count)
    start = np.where(now == "open", 0, np.where(decision == "stay", count, opened))
    first: Ints = np.where(decision == "closed", count, start)
    return first


def _inputs_of_ways(net: Network, made: pd.DataFrame) -> tuple[Ints, Ints]:
    """Give for each input of each way to make: the way and the product needed."""
    recipe = net.assembly["recipe"].to_numpy()[made["assembly"].to_numpy(np.int64)]
    pairs = pd.DataFrame({"way": np.arange(len(made)), "recipe": recipe}).merge(
        net.inputs, on="recipe"
    )
    return pairs["way"].to_numpy(np.int64), pairs["product"].to_numpy(np.int64)


def _families(goods: Goods, products: int) -> list[Ints]:
    """Give the goods of each product."""
    return [np.flatnonzero(goods.product == p) for p in range(products)]


def _sources(net: Network, goods: Goods, shape: tuple[int, ...]) -> Flags:
    here = np.zeros(shape, bool)
    for table in ("supply", "stock"):
        frame = net.case.filled(table)
        site = net.code("site", frame["site"])
        product = net.code("product", frame["product"])
        made_in = net.made_in(site, frame["country"])
        if table == "stock":
            rows = np.flatnonzero(frame["opening"] > 0)
            periods = np.zeros(len(rows), int)
        else:
            covered = net.over_periods(table)
            rows, periods = covered["row"].to_numpy(), covered["period"].to_numpy()
        for r, t in zip(rows, periods, strict=True):
            here[site[r], goods.bought[product[r], made_in[r]], t] = True
    return here


def _stocked(net: Network, goods: Goods, shape: tuple[int, ...]) -> Flags:
    stocked = np.zeros((shape[0], len(net.products), shape[2]), bool)
    frame = net.case["stock"]
    covered = net.over_periods("stock")
    site, product = net.code("site", frame["site"]), net.code("product", frame["product"])
    row = covered["row"].to_numpy()
    stocked[site[row], product[row], covered["period"]] = True
    spread: Flags = stocked[:, goods.product] & site_can_open(net)[:, None, None]
    return spread


def _demanded(net: Network, goods: Goods, shape: tuple[int, ...]) -> Flags:
    wanted = np.zeros((shape[0], len(net.products), shape[2]), bool)
    frame = net.case["demand"]
    covered = net.over_periods("demand")
    row = covered["row"].to_numpy()
    some = (frame["quantity"].to_numpy() > 0)[row]
    site, product = net.code("site", frame["site"]), net.code("product", frame["product"])
    wanted[site[row[some]], product[row[some]], covered["period"].to_numpy()[some]] = True
    spread: Flags = wanted[:, goods.product]
    return spread
