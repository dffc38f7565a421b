"""The plan's tables of what rules make of it: origin, drawback and limits."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jvopt.models import Built
from jvopt.models.limits import LimitRows
from jvopt.solve.flows import Tables, moved, named, share, values


def policy_tables(built: Built) -> Tables:
    """Give the tables `origin`, `drawback` and `limits`.

    Parameters
    ----------
    built
        A model whose variables hold a plan.
    """
    tables = {"origin": origin(built), "drawback": drawback(built)}
    if len(built.problem.net.case["limits"]):
        tables["limits"] = limits(built)
    return tables


def origin(built: Built) -> pd.DataFrame:
    """Content of what is made under each claim against its threshold."""
    p = built.problem
    ways = p.goods.made
    held = pd.DataFrame(
        [
            (way, claim, rule)
            for way, (claims, rules) in enumerate(zip(ways["claims"], ways["rules"], strict=True))
            for claim, rule in zip(claims, rules, strict=True)
        ],
        columns=["way", "claim", "rule"],
    ).astype({"way": np.int64})
    batch = moved(p.v.make).merge(held, on="way")
    used = moved(p.v.use)[["way", "period", "input", "goods", "quantity"]]
    used["value"] = used["quantity"] * p.net.value[used["input"], used["period"]]
    pairs = batch[["way", "period", "claim"]].reset_index(names="n")
    pairs = pairs.merge(used, on=["way", "period"])
    originates = [p.goods.holds[c][g] for c, g in zip(pairs["claim"], pairs["goods"], strict=True)]
    foreign = pairs[~np.array(originates, bool)]
    outside = np.zeros(len(batch))
    np.add.at(outside, foreign["n"], foreign["value"])
    value = batch["quantity"] * p.net.value[batch["product"], batch["period"]]
    row = np.array(
        [p.rules.row[c][i] for c, i in zip(batch["claim"], batch["product"], strict=True)], int
    )
    least = p.rules.table["least_share"].to_numpy()[row]
    least = np.where(batch["rule"] == "value", least, np.nan)
    content = 1.0 - share(outside, value.to_numpy(float))
    return batch.assign(
        content=content,
        threshold=least,
        margin=content - least,
        **named(
            built,
            batch,
            line="line",
            site="site",
            recipe="recipe",
            product="product",
            period="period",
        ),
    )


def drawback(built: Built) -> pd.DataFrame:
    """Duty on inputs that is refunded."""
    frame = moved(built.problem.v.refund)
    return frame.assign(
        refund=frame["quantity"] * frame["duty"] * frame["drawback"],
        **named(
            built,
            frame,
            origin="site",
            site="site",
            mode="mode",
            product="product",
            goods="goods",
            period="period",
        ),
    )


def limits(built: Built) -> pd.DataFrame:
    """Every limit against what the plan reaches."""
    pieces = []
    for family, is_share in (("limit_rows", False), ("share_of_source", True),
                             ("demand_within", True)):  # fmt: skip
        rows = built.rows[family]
        assert isinstance(rows, LimitRows)
        frame = rows.index.frame
        reached, whole = frame["fixed"].to_numpy(float), frame["amount"].to_numpy(float)
        reached = reached + rows.reached.sums(len(rows), values)
        whole = whole + rows.whole.sums(len(rows), values)
        pieces.append(frame.assign(reached=share(reached, whole) if is_share else reached))
    frame = pd.concat(pieces).sort_values("limit", kind="stable", ignore_index=True)
    table = built.problem.net.case.filled("limits").iloc[frame["limit"]].reset_index(drop=True)
    return pd.DataFrame(
        {
            "limit": table["limit"],
            "group": frame["group"],
            "sense": table["sense"],
            "value": table["value"],
            "reached": frame["reached"],
        }
    )
