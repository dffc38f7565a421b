"""The decisions: what is bought, made, used, shipped, stocked, delivered, and what is open."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from jvopt.models.duty import duty, fee, incentive, price
from jvopt.models.goods import Goods
from jvopt.models.network import Network, Words, once, one_row_each
from jvopt.models.reach import Reach, arrival, at_hand, site_can_open
from jvopt.models.sparse import Array, Columns, Ints


@dataclass(frozen=True, slots=True)
class Variables:
    """All families of variables, named as in the formulas.

    Quantities are units in a period (not a year); states are 1 or 0.

    Attributes
    ----------
    buy : over site, product, period
    make : over way (assembly row under claims), period
    use : over way, goods (of an input), period
    ship : over origin, destination, mode, goods, period
    stock : over site, goods, period; units at the end of the period
    serve : over site, goods, period
    short : over site, product, period
    refund : over origin, site, mode, goods, period
    site_open, site_opened, site_closed : over site, period
    line_open, line_built, line_closed : over line, period
    line_steps : over line, period
    site_steps : over cap (row of `throughput`), period
    lane_used : over lane (row of `lanes`), period
    supply_used : over supply (row of `supply`), period
    """

    buy: Columns
    make: Columns
    use: Columns
    ship: Columns
    stock: Columns
    serve: Columns
    short: Columns
    refund: Columns
    site_open: Columns
    site_opened: Columns
    site_closed: Columns
    line_open: Columns
    line_built: Columns
    line_closed: Columns
    line_steps: Columns
    site_steps: Columns
    lane_used: Columns
    supply_used: Columns

    def families(self) -> dict[str, Columns]:
        """Give every family by name, in the order of the model."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


def declare(net: Network, goods: Goods, reach: Reach) -> Variables:
    """Declare every variable that can matter."""
    make = _make(net, goods, reach)
    ship = _ship(net, goods, reach)
    demand = wanted(net)
    return Variables(
        buy=_buy(net, goods, reach),
        make=make,
        use=_use(net, goods, reach, make),
        ship=ship,
        stock=_stock(net, goods, reach),
        serve=_serve(net, goods, reach, demand),
        short=_short(net, demand),
        refund=_refund(net, goods, ship),
        **_site_states(net),
        **_line_states(net),
        line_steps=_line_steps(net, reach),
        site_steps=_site_steps(net),
        lane_used=_lane_used(net),
        supply_used=_supply_used(net),
    )


@once
def wanted(net: Network) -> pd.DataFrame:
    """Give what is demanded in each period, with the row of `demand` that says so.

    Returns
    -------
    DataFrame
        ``site``, ``product``, ``period`` (codes), ``row``, and ``units`` wanted in the period.
    """
    demand = net.case.filled("demand")
    covered = net.over_periods("demand")
    row = covered["row"].to_numpy()
    frame = covered.assign(
        site=net.code("site", demand["site"])[row],
        product=net.code("product", demand["product"])[row],
        units=demand["quantity"].to_numpy()[row] * net.time.years[covered["period"]],
    )
    return one_row_each(frame).drop(columns="named")


@once
def bought(net: Network) -> pd.DataFrame:
    """Give what can be bought in each period, with the row of `supply` that sets its price."""
    supply = net.case.filled("supply")
    covered = net.over_periods("supply")
    row = covered["row"].to_numpy()
    site = net.code("site", supply["site"])[row]
    frame = covered.assign(
        site=site,
        product=net.code("product", supply["product"])[row],
        country=net.made_in(site, supply["country"].iloc[row]),
    )
    return one_row_each(frame).drop(columns="named")


def _buy(net: Network, goods: Goods, reach: Reach) -> Columns:
    offered = bought(net)
    pairs = zip(offered["product"], offered["country"], strict=True)
    frame = offered.assign(goods=np.array([goods.bought[pair] for pair in pairs], np.int64))
    keep = _at(reach.here & reach.wanted, frame)
    return Columns(
        net.index(frame[keep], "site", "product", "period"), doc="Units bought in the period."
    )


def _at(flags: Array, frame: pd.DataFrame) -> Array:
    where: Array = flags[frame["site"], frame["goods"], frame["period"]]
    return where


def _make(net: Network, goods: Goods, reach: Reach) -> Columns:
    count = len(net.time)
    ways = goods.made
    a = ways["assembly"].to_numpy(np.int64)
    names = [
        " ".join([line, recipe, *held])
        for line, recipe, held in zip(
            net.case["assembly"]["line"].to_numpy()[a],
            net.case["assembly"]["recipe"].to_numpy()[a],
            [
                [f"{c} by {r}" for c, r in zip(held, rules, strict=True)]
                for held, rules in zip(ways["claims"], ways["rules"], strict=True)
            ],
            strict=True,
        )
    ]
    net.names["way"] = names
    each = net.assembly.iloc[np.repeat(a, count)]
    frame = pd.DataFrame(
        {
            "way": np.repeat(np.arange(len(ways)), count),
            "period": np.tile(np.arange(count), len(ways)),
            "assembly": np.repeat(a, count),
            "line": each["line"].to_numpy(),
            "recipe": each["recipe"].to_numpy(),
            "site": each["site"].to_numpy(),
            "product": each["product"].to_numpy(),
            "goods": np.repeat(ways["goods"].to_numpy(np.int64), count),
        }
    )
    keep = _at(reach.here & reach.wanted, frame)
    keep &= (frame["period"] >= reach.line_from[frame["line"]]).to_numpy()
    keep &= _inputs_here(net, goods, reach, frame)
    return Columns(net.index(frame[keep], "way", "period"), doc="Units made in the period.")


def _inputs_here(net: Network, goods: Goods, reach: Reach, frame: pd.DataFrame) -> Array:
    """Whether every input of each way can be at hand."""
    present = at_hand(net, goods, reach.here)
    pairs = frame.reset_index(drop=True).reset_index(names="n")[["n", "recipe", "site", "period"]]
    pairs = pairs.merge(net.inputs, on="recipe")
    able = np.ones(len(frame), bool)
    np.logical_and.at(able, pairs["n"], present[pairs["site"], pairs["product"], pairs["period"]])
    return able


def _use(net: Network, goods: Goods, reach: Reach, make: Columns) -> Columns:
    kinds = pd.DataFrame({"input": goods.product, "goods": np.arange(len(goods))})
    frame = make.index.frame.drop(columns=["goods"]).reset_index(names="make")
    frame = frame.merge(net.inputs.rename(columns={"product": "input"}), on="recipe")
    frame = frame.merge(kinds, on="input")
    frame = frame[reach.here[frame["site"], frame["goods"], frame["period"]]]
    return Columns(
        net.index(frame, "way", "goods", "period"), doc="Units of an input used up in the period."
    )


def _ship(net: Network, goods: Goods, reach: Reach) -> Columns:
    arcs = reach.arcs
    start, end, what = (arcs[c].to_numpy() for c in ("origin", "destination", "goods"))
    pair, period = np.nonzero(reach.here[start, what] & reach.wanted[end, what])
    frame = arcs.iloc[pair].assign(period=period)
    due = duty(net, goods, frame)
    frame = frame.assign(duty=due.unit, duty_claim=due.claim, drawback=due.drawback)
    return Columns(
        net.index(frame, "origin", "destination", "mode", "goods", "period"),
        doc="Units shipped in the period.",
    )


def _stock(net: Network, goods: Goods, reach: Reach) -> Columns:
    site, kind, period = np.nonzero(reach.stocked & reach.here)
    frame = pd.DataFrame(
        {"site": site, "goods": kind, "period": period, "product": goods.product[kind]}
    )
    frame["after"] = frame["period"] + 1
    return Columns(
        net.index(frame, "site", "goods", "period"), doc="Units in stock as the period ends."
    )


def _serve(net: Network, goods: Goods, reach: Reach, demand: pd.DataFrame) -> Columns:
    kinds = pd.DataFrame({"product": goods.product, "goods": np.arange(len(goods))})
    frame = demand[demand["units"] > 0].merge(kinds, on="product")
    frame = frame[_at(reach.here, frame)]
    frame = frame.assign(
        fee=fee(net, goods, frame),
        incentive=incentive(net, goods, frame),
        price=price(net, frame),
    )
    return Columns(net.index(frame, "site", "goods", "period"), doc="Units delivered to demand.")


def _short(net: Network, demand: pd.DataFrame) -> Columns:
    table = net.case.filled("demand")
    row = demand["row"].to_numpy()
    may = ~np.isnan(table["penalty"].to_numpy()[row])
    share = table["least_share"].to_numpy()[row]
    return Columns(
        net.index(demand[may], "site", "product", "period"),
        upper=((1 - share) * demand["units"].to_numpy())[may],
        doc="Units wanted and not delivered.",
    )


def _refund(net: Network, goods: Goods, ship: Columns) -> Columns:
    frame = ship.index.frame
    drawn_back = (net.case.filled("tariffs")["drawback_share"] > 0).any()
    frame = _refundable(net, goods, frame) if drawn_back else frame.iloc[:0]
    frame = frame.rename(columns={"destination": "site"})
    return Columns(
        net.index(frame, "origin", "site", "mode", "goods", "period"),
        doc="Units of an input on which duty is refunded.",
    )


def _refundable(net: Network, goods: Goods, ship: pd.DataFrame) -> pd.DataFrame:
    """Give dutiable lanes to a plant, from the first period in which they carry anything.

    Refunded is at the rates of the period of the refund, whether or not the lane carries then.
    """
    frame = ship[np.isin(ship["destination"], net.lines["site"])]
    frame = frame[np.isin(frame["product"], net.inputs["product"])]
    key = ["arc", "origin", "destination", "mode", "product", "goods"]
    lanes = frame.groupby(key).agg(since=("period", "min")).reset_index()
    frame = lanes.merge(pd.DataFrame({"period": np.arange(len(net.time))}), how="cross")
    frame = frame[frame["period"] >= frame["since"]]
    due = duty(net, goods, frame, asked_for="refund")
    frame = frame.assign(duty=due.unit, drawback=due.drawback)
    return frame[(frame["duty"] > 0) & (frame["drawback"] > 0)]


def _states(net: Network, kind: str, rows: Ints) -> pd.DataFrame:
    return net.each_period(kind, rows).assign(after=lambda f: f["period"] + 1)


def _site_states(net: Network) -> dict[str, Columns]:
    """States of the sites that may change; all others stay as they are now."""
    decision = net.sites["decision"].to_numpy()
    frame = _states(net, "site", np.flatnonzero(decision != "stay"))
    index = net.index(frame, "site", "period")
    chosen = decision[frame["site"]]
    return {
        "site_open": Columns(
            index,
            lower=chosen == "open",
            upper=chosen != "closed",
            whole=True,
            doc="Whether the site is open.",
        ),
        "site_opened": Columns(index, upper=1.0, doc="Whether it opens as the period starts."),
        "site_closed": Columns(index, upper=1.0, doc="Whether it closes as the period starts."),
    }


def _line_states(net: Network) -> dict[str, Columns]:
    """States of all lines."""
    lines, count = net.lines, len(net.time)
    frame = _states(net, "line", np.arange(len(lines)))
    line, period = frame["line"].to_numpy(), frame["period"].to_numpy()
    decision = lines["decision"].to_numpy()[line]
    now = (lines["now"].to_numpy() == "open")[line]
    ready = arrival(net)
    first = np.where(lines["now"] == "open", 0, ready.min(axis=1, initial=count))[line]
    stays = decision == "stay"
    upper = np.where(stays, now, (decision != "closed") & (period >= first))
    lower = np.where(stays, now, (decision == "open") & (period >= first))
    arrives = ready[line, period]
    buildable = (arrives < count) & ~stays & (decision != "closed")
    index = net.index(frame.assign(arrives=arrives), "line", "period")
    same = pd.DataFrame({"line": line, "arrives": arrives}).duplicated(keep=False).to_numpy()
    return {
        "line_open": Columns(
            index, lower=lower, upper=upper, whole=True, doc="Whether the line is open."
        ),
        "line_built": Columns(
            index, upper=buildable, whole=buildable & same, doc="Whether the line is paid for."
        ),
        "line_closed": Columns(index, upper=1.0, doc="Whether it closes as the period starts."),
    }


def _line_steps(net: Network, reach: Reach) -> Columns:
    """Steps of a line, in the periods in which they have a cost."""
    cost = net.line_value("step_cost")[0]
    frame = _states(net, "line", np.flatnonzero(reach.line_from < len(net.time)))
    frame = frame[~np.isnan(cost[frame["line"], frame["period"]])]
    lines = net.lines.iloc[frame["line"]]
    return Columns(
        net.index(frame, "line", "period"),
        upper=lines["most_steps"].fillna(np.inf),
        whole=lines["step_size"].notna(),
        doc="Expansion steps bought as the period starts.",
    )


def _site_steps(net: Network) -> Columns:
    caps = net.case.filled("throughput")
    net.names["cap"] = Words(caps[["site", "product"]])
    grows = ~np.isnan(caps["step_cost"].to_numpy())
    frame = _states(net, "cap", np.flatnonzero(grows))
    whole = ~np.isnan(caps["step_size"].to_numpy()[frame["cap"]])
    able = site_can_open(net)[net.code("site", caps["site"])]
    most = np.where(able, caps["most_steps"].fillna(np.inf), 0.0)
    return Columns(
        net.index(frame, "cap", "period"),
        upper=most[frame["cap"]],
        whole=whole,
        doc="Expansion steps bought as the period starts.",
    )


def _lane_used(net: Network) -> Columns:
    lanes = net.lane_rows
    net.names["lane"] = Words(lanes[["origin", "destination", "mode", "product", "cargo_class"]])
    frame = _states(net, "lane", np.flatnonzero((lanes["fixed_cost"] > 0).to_numpy()))
    return Columns(
        net.index(frame, "lane", "period"), upper=1.0, whole=True, doc="Whether the lane is used."
    )


def _supply_used(net: Network) -> Columns:
    supply = net.case.filled("supply")
    net.names["supply"] = Words(supply[["site", "product", "period"]])
    if_used = (supply["least_take_rule"] == "if_used") & (supply["least_take"] > 0)
    covered = net.over_periods("supply").rename(columns={"row": "supply"})
    able = site_can_open(net)[net.code("site", supply["site"])]
    frame = covered[(if_used.to_numpy() & able)[covered["supply"]]]
    return Columns(
        net.index(frame, "supply", "period"),
        upper=1.0,
        whole=True,
        doc="Whether anything is bought.",
    )
