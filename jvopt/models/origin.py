"""Constraint families about origin claims, and about duty that is refunded on export."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jvopt.models.problem import Problem, so_far
from jvopt.models.sparse import Index, Rows, Terms


def value_rule(p: Problem) -> Rows:
    r"""What is made under a claim has enough originating value.

    .. math:: \sum_{i} \sum_{g \in i,\; g \notin \kappa} V_{it}\,\text{use}_{wgt}
        \le (1 - s_\kappa)\,V_{jt}\,\text{make}_{wt}

    for every way w that makes product j under claim :math:`\kappa` by the rule value; V is
    ``products.customs_value``, s is ``claims.least_share``, and :math:`g \notin \kappa` are goods
    that do not hold the claim. Divided by :math:`V_{jt}` unless that is 0. It holds on average
    over a period, where customs look at a consignment.
    """
    rules = p.rules
    at, pairs = _claimed(p, "value")
    product, period = at["product"], at["period"]
    value = p.net.value
    row = np.array([rules.row[c][j] for c, j in zip(at["claim_name"], product, strict=True)], int)
    share = rules.table["least_share"].to_numpy()[row]
    worth = value[product, period]
    size = np.where(worth > 0, worth, 1.0)
    weight = value[pairs["input"], pairs["period"]] / size[pairs["row"]]
    return Rows(
        at,
        p.v.use.pick(pairs["use"], pairs["row"], weight)
        - p.v.make.pick(at["make"], np.arange(len(at)), (1.0 - share) * worth / size),
        upper=np.zeros(len(period)),
    )


def heading_rule(p: Problem) -> Rows:
    r"""What is made under a claim changes heading: nothing of its own goes in from outside.

    .. math:: \sum_{i:\,h_i = h_j} \sum_{g \in i,\; g \notin \kappa} \text{use}_{wgt} = 0

    for every way w that makes product j under claim :math:`\kappa` by the rule heading; h is the
    first four digits of ``products.hs``.
    """
    at, pairs = _claimed(p, "heading")
    heading = p.net.products["hs"].str[:4].to_numpy()
    same = (heading[pairs["input"]] == heading[pairs["product"]]) & (
        heading[pairs["product"]] != ""
    )
    pairs = pairs[same]
    return Rows(at, p.v.use.pick(pairs["use"], pairs["row"]), upper=0.0)


def _claimed(p: Problem, rule: str) -> tuple[Index, pd.DataFrame]:
    """Give a row for each way made under a claim by a rule, and its uses that do not originate."""
    make = p.v.make.index.frame
    ways = p.goods.made
    names = list(p.goods.holds)
    p.net.names["claim"] = names
    rows = [
        (way, names.index(c), c)
        for way, (claims, rules) in enumerate(zip(ways["claims"], ways["rules"], strict=True))
        for c, r in zip(claims, rules, strict=True)
        if r == rule
    ]
    held = pd.DataFrame(rows, columns=["way", "claim", "claim_name"]).astype(
        {"way": np.int64, "claim": np.int64}
    )
    frame = make.reset_index(names="make").merge(held, on="way")
    at = p.net.index(frame, "way", "claim", "period")
    uses = p.v.use.index.frame[["way", "period", "input", "goods"]].reset_index(names="use")
    rows_of_way = at.frame[["way", "period", "product", "claim_name"]].reset_index(names="row")
    pairs = uses.merge(rows_of_way, on=["way", "period"])
    originates = np.array(
        [p.goods.holds[c][g] for c, g in zip(pairs["claim_name"], pairs["goods"], strict=True)],
        bool,
    )
    return at, pairs[~originates]


def refund_received(p: Problem) -> Rows:
    r"""Duty is refunded on no more than has come in.

    .. math::
        \sum_{\tau \le t} \text{refund}_{osmg\tau} \le \sum_{\tau \le t} \text{ship}_{osmg\tau}

    for every lane from o to plant s that is dutiable in period t, and goods g of an input.
    """
    refund, ship = p.v.refund, p.v.ship
    at = refund.index
    key = ("origin", "site", "mode", "goods")
    back, col = so_far(at.frame, at.frame, *key)
    came_in = ship.index.frame.rename(columns={"destination": "site"})
    got, came = so_far(at.frame, came_in, *key)
    return Rows(at, refund.pick(col, back) - ship.pick(came, got), upper=0.0)


def refund_exported(p: Problem) -> Rows:
    r"""Duty is refunded on no more of an input than exports contain.

    .. math:: \sum_{\tau \le t} \sum_{o,m,\,g \in i} \text{refund}_{osmg\tau}
        \le \sum_{\tau \le t} \sum_{d,m,g'} k_{sg'i}\,\text{ship}_{sdmg'\tau}

    for every plant s, input i and period t, over destinations d outside the customs territory of
    s; k is the ``recipe_inputs.quantity`` of i in goods g', the least of the recipes by which s
    can make them.
    """
    refund = p.v.refund
    frame = refund.index.frame[["site", "product", "period"]].drop_duplicates()
    at = p.net.index(frame, "site", "product", "period")
    if not len(at):
        return Rows(at, Terms())
    back, col = so_far(at.frame, refund.index.frame, "site", "product")
    ship = p.v.ship.index.frame
    out = ship[p.net.crossing()[ship["arc"]]].reset_index(names="ship")
    out = out[["ship", "origin", "goods", "period"]].rename(columns={"origin": "site"})
    out = out.merge(_contents(p), on=["site", "goods"])
    row, sent = so_far(at.frame, out, "site", "product")
    return Rows(
        at,
        refund.pick(col, back)
        - p.v.ship.pick(out["ship"].to_numpy()[sent], row, out["quantity"].to_numpy()[sent]),
        upper=0.0,
    )


def _contents(p: Problem) -> pd.DataFrame:
    """Give the least quantity of each input in the goods that each plant can make."""
    ways = p.goods.made
    a = ways["assembly"].to_numpy(np.int64)
    made = pd.DataFrame(
        {
            "site": p.net.assembly["site"].to_numpy()[a],
            "recipe": p.net.assembly["recipe"].to_numpy()[a],
            "goods": ways["goods"].to_numpy(np.int64),
        }
    ).drop_duplicates()
    recipes = made.groupby(["site", "goods"])["recipe"].nunique().rename("recipes")
    content = made.merge(p.net.inputs, on="recipe").groupby(["site", "goods", "product"])
    found = content["quantity"].agg(["min", "size"]).reset_index()
    found = found.join(recipes, on=["site", "goods"])
    # A recipe that does without the input contains none of it.
    found["quantity"] = np.where(found["size"] < found["recipes"], 0.0, found["min"])
    return found[["site", "goods", "product", "quantity"]]
