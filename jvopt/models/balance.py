"""Constraint families about what comes in and what goes out."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jvopt.models.cells import Cells
from jvopt.models.problem import Problem
from jvopt.models.sparse import Rows
from jvopt.models.variables import wanted


def flow_balance(p: Problem) -> Rows:
    r"""Goods that come in go out again, or are in stock.

    .. math::
        \sum_{i:\,\beta(s,i,t) = g} \text{buy}_{sit} + \sum_{w} \text{make}_{wt}
        + \sum_{o,m} \text{ship}_{osmgt} + \text{stock}_{sg,t-1}
        = \sum_{w} \text{use}_{wgt} + \sum_{d,m} \text{ship}_{sdmgt} + \text{serve}_{sgt}
        + \text{stock}_{sgt}

    for every site s, goods g and period t; :math:`\beta(s,i,t)` are the goods that the row of
    `supply` sells, by its country. Ways w to make are those of lines at s that make g, and
    :math:`\text{stock}_{sg0}` is ``stock.opening``.
    """
    v = p.v
    key = ["site", "goods", "period"]
    places = [v.buy, v.make, v.use, v.serve, v.stock]
    frames = [c.index.frame[key] for c in places] + [
        v.ship.index.frame.rename(columns={end: "site"})[key] for end in ("origin", "destination")
    ]
    later = v.stock.index.frame.assign(period=v.stock.index["after"])[key]
    frames.append(later[later["period"] < len(p.net.time)])
    opening = opening_stock(p)
    frames.append(opening[key])
    there = np.zeros(p.reach.here.shape, bool)
    for frame in frames:
        there[tuple(frame[k].to_numpy(np.int64) for k in key)] = True
    at = p.net.index(pd.DataFrame(np.argwhere(there), columns=key), *key)
    on_hand = np.zeros(len(at))
    np.add.at(on_hand, at.find({k: opening[k] for k in key}), opening["units"])
    return Rows(
        at,
        v.buy.by(at)
        + v.make.by(at)
        + v.ship.by(at, site="destination")
        + v.stock.by(at, period="after")
        - v.use.by(at)
        - v.ship.by(at, site="origin")
        - v.serve.by(at)
        - v.stock.by(at),
        equal=-on_hand,
        cells=Cells(
            "stock",
            "opening",
            opening["row"].to_numpy(np.int64),
            -1.0,
            at.find({k: opening[k] for k in key}),
        ),
    )


def opening_stock(p: Problem) -> pd.DataFrame:
    """Give the units on hand as the horizon starts: site, goods, period 0, units, row."""
    stock = p.net.stock_rows()
    stock = stock[(stock["period"] == 0) & (stock["opening"] > 0)]
    made_in = p.net.made_in(stock["site"].to_numpy(), stock["country"])
    goods = [p.goods.bought[pair] for pair in zip(stock["product"], made_in, strict=True)]
    return pd.DataFrame(
        {
            "site": stock["site"],
            "goods": np.array(goods, np.int64),
            "period": stock["period"],
            "units": stock["opening"],
            "row": stock["row"],
        }
    )


def bill_of_materials(p: Problem) -> Rows:
    r"""What is made uses up its inputs, from whichever goods of the input are at hand.

    .. math:: \sum_{g \in i} \text{use}_{wgt} = q_{wi}\,\text{make}_{wt}

    for every way to make w, input product i and period t; q is ``recipe_inputs.quantity``. Each
    set of claims and origin rules is a way of its own, so that the inputs of what is made under a
    claim stand apart.
    """
    make = p.v.make.index.frame
    frame = make[["way", "period", "recipe"]].reset_index(names="make")
    inputs = p.net.inputs.rename(columns={"product": "input"})
    frame = frame.merge(inputs, on="recipe")
    p.net.names["input"] = p.net.names["product"]
    at = p.net.index(frame, "way", "input", "period")
    return Rows(
        at,
        p.v.use.by(at) - p.v.make.pick(at["make"], np.arange(len(at)), at["quantity"]),
        equal=0.0,
    )


def demand_met(p: Problem) -> Rows:
    r"""What is wanted is delivered or short.

    .. math:: \sum_{g \in i} \text{serve}_{sgt} + \text{short}_{sit} = q_{si}\,y_t

    for every row of `demand`; q is ``demand.quantity``. Where ``demand.penalty`` is blank
    there is no shortfall, else at most :math:`1 - s` of the wanted; s is ``demand.least_share``.
    """
    frame = wanted(p.net)
    at = p.net.index(frame[frame["units"] > 0], "site", "product", "period")
    return Rows(
        at,
        p.v.serve.by(at) + p.v.short.by(at),
        equal=at["units"],
        cells=Cells("demand", "quantity", at["row"], p.net.time.years[at["period"]]),
    )


def stock_least(p: Problem) -> Rows:
    r"""At least so much is in stock as a period ends, while the site is open.

    .. math:: \sum_{g \in i} \text{stock}_{sgt} \ge \ell_{sit}\,\text{open}_{st}

    :math:`\ell` is ``stock.least``, also ``stock.end_least`` at the end of the horizon.
    """
    frame = p.net.stock_rows()
    last = frame["period"] == len(p.net.time) - 1
    least = frame["least"].where(~last, frame[["least", "end_least"]].max(axis=1))
    says = np.where(least > frame["least"], "end_least", "least")
    frame = frame.assign(units=least, says=says)[least > 0]
    at = p.net.index(frame, "site", "product", "period")
    opened, number = p.while_open(at, at["site"], at["units"])
    return Rows(
        at,
        p.v.stock.by(at) - opened,
        lower=number,
        cells=Cells("stock", at["says"], at["row"], np.ones(len(at))),
    )


def stock_most(p: Problem) -> Rows:
    r"""At most so much is in stock as a period ends, and nothing at a closed site.

    .. math:: \sum_{g \in i} \text{stock}_{sgt} \le u_{sit}\,\text{open}_{st}

    u is ``stock.most``; where it is blank and the site may close, the most that the horizon can
    have a use for, which is no cell that could give way.
    """
    frame = p.net.stock_rows()
    site, product = frame["site"].to_numpy(np.int64), frame["product"].to_numpy(np.int64)
    units = frame["most"].where(frame["most"].notna() | ~p.closable(site), p.need[product])
    frame = frame.assign(units=units)[units.notna()]
    at = p.net.index(frame.assign(binding=frame["most"].notna()), "site", "product", "period")
    opened, number = p.while_open(at, at["site"], at["units"])
    return Rows(
        at,
        p.v.stock.by(at) - opened,
        upper=number,
        cells=Cells("stock", "most", np.where(at["binding"], at["row"], -1), np.ones(len(at))),
    )
