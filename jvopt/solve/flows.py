"""The plan's tables of what is open and what moves, read off the variables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from jvopt.models import Built
from jvopt.models.balance import opening_stock
from jvopt.models.sparse import Array, Columns, Floats

NOTHING = 1e-7
"""Quantities up to this are noise of the solver and are left out of the tables."""

Tables = dict[str, pd.DataFrame]


def flow_tables(built: Built) -> Tables:
    """Give every table of a plan that holds states or quantities.

    Parameters
    ----------
    built
        A model whose variables hold a plan (`Columns.x`).
    """
    return {
        "goods": goods(built),
        "sites": sites(built),
        "throughput": throughput(built),
        "lines": lines(built),
        "production": production(built),
        "inputs": inputs(built),
        "purchases": purchases(built),
        "shipments": shipments(built),
        "stock": stock(built),
        "deliveries": deliveries(built),
    }


def values(columns: Columns) -> Floats:
    """Give the values of a family in the plan."""
    assert columns.x is not None
    return columns.x


def moved(columns: Columns) -> pd.DataFrame:
    """Give the members of a family that are not nothing, with their ``quantity``."""
    frame = columns.index.frame.assign(quantity=values(columns))
    return frame[frame["quantity"] > NOTHING].reset_index(drop=True)


def named(built: Built, frame: pd.DataFrame, **columns: str) -> dict[str, Array]:
    """Give names for code columns: ``named(built, frame, origin="site")``; "" for -1."""
    names = built.problem.net.names
    return {
        column: np.array([*names[kind], ""], object)[frame[column].to_numpy(np.int64)]
        for column, kind in columns.items()
    }


def _goods_columns(built: Built, frame: pd.DataFrame) -> dict[str, list[str]]:
    """Show the countries and modes that goods may be of, and the claims that all of them hold."""
    codes = frame["goods"].to_numpy(np.int64)
    members = built.problem.goods.members
    members = members[members["goods"].isin(codes).to_numpy()]
    shown: dict[Any, dict[str, str]] = {}
    for number, kinds in members.groupby("goods"):
        words = {
            column: ", ".join(word for word in dict.fromkeys(kinds[column]) if word)
            for column in ("made_in", "assembly_mode")
        }
        held = list(kinds["claims"])
        common = [claim for claim in held[0] if all(claim in other for other in held)]
        shown[number] = words | {"claims": " + ".join(common)}
    columns = ("made_in", "assembly_mode", "claims")
    return {column: [shown[g][column] for g in codes.tolist()] for column in columns}


def goods(built: Built) -> pd.DataFrame:
    """Every combination that a goods id stands for."""
    members = built.problem.goods.members
    return pd.DataFrame(
        {
            **named(built, members, goods="goods", product="product"),
            "made_in": members["made_in"],
            "assembly_mode": members["assembly_mode"],
            "claims": [" + ".join(c) for c in members["claims"]],
        }
    )[["goods", "product", "made_in", "assembly_mode", "claims"]]


def _look(columns: Columns, frame: pd.DataFrame, otherwise: Array) -> Array:
    """Give the value of a family where it has a member for the row, else the other number."""
    col = columns.index.find({k: frame[k] for k in columns.index.key})
    x = np.append(values(columns), 0.0)
    found: Array = np.where(col >= 0, x[col], otherwise)
    return np.round(found, 9) + 0.0


def _sent(built: Built) -> pd.Series:
    ship = moved(built.problem.v.ship)
    return ship.groupby(["origin", "period"])["quantity"].sum()


def sites(built: Built) -> pd.DataFrame:
    """State of every site in every period."""
    p, v = built.problem, built.problem.v
    frame = p.net.each_period("site", np.arange(len(p.net.names["site"])))
    now = (p.net.sites["now"] == "open").to_numpy()[frame["site"]].astype(float)
    zero = np.zeros(len(frame))
    key = pd.MultiIndex.from_frame(frame[["site", "period"]])
    return frame.assign(
        open=_look(v.site_open, frame, now),
        opened=_look(v.site_opened, frame, zero),
        closed=_look(v.site_closed, frame, zero),
        shipped=_sent(built).reindex(key, fill_value=0.0).to_numpy(),
        **named(built, frame, site="site", period="period"),
    )


def throughput(built: Built) -> pd.DataFrame:
    """Load of every throughput capacity in every period."""
    p = built.problem
    table = p.net.case.filled("throughput")
    frame = p.net.each_period("cap", np.arange(len(p.net.names["cap"])))
    cap, period = frame["cap"].to_numpy(), frame["period"].to_numpy()
    frame["site"] = p.net.code("site", table["site"])[cap]
    frame["product"] = p.net.code("product", table["product"])[cap]
    ship = moved(p.v.ship)[["origin", "product", "period", "quantity"]]
    sent = ship.rename(columns={"origin": "site", "product": "sent"})
    pairs = frame.reset_index(names="n").merge(sent, on=["site", "period"])
    pairs = pairs[(pairs["product"] < 0) | (pairs["product"] == pairs["sent"])]
    shipped = np.zeros(len(frame))
    np.add.at(shipped, pairs["n"], pairs["quantity"])
    steps = _look(p.v.site_steps, frame, np.zeros(len(frame)))
    size = table["step_size"].fillna(1.0).to_numpy()
    bought = pd.Series(steps).groupby(cap).cumsum().to_numpy()
    capacity = (table["capacity"].to_numpy()[cap] + bought * size[cap]) * p.net.time.years[period]
    return frame.assign(
        steps=steps,
        capacity=capacity,
        shipped=shipped,
        utilisation=share(shipped, capacity),
        **named(built, frame, site="site", product="product", period="period"),
    )


def share(part: Floats, whole: Floats) -> Floats:
    """Give what share of the whole each part is; NaN where there is no whole."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = np.where(whole > 0, part / whole, np.nan)
    return found


def lines(built: Built) -> pd.DataFrame:
    """State and load of every line in every period."""
    p, v = built.problem, built.problem.v
    frame = p.net.each_period("line", np.arange(len(p.net.names["line"])))
    line, period = frame["line"].to_numpy(), frame["period"].to_numpy()
    zero = np.zeros(len(frame))
    steps = _look(v.line_steps, frame, zero)
    size = p.net.lines["step_size"].fillna(1.0).to_numpy()[line]
    bought = pd.Series(steps).groupby(line).cumsum().to_numpy()
    capacity = p.net.line_value("capacity")[0][line, period]
    capacity = (capacity + bought * size) * p.net.time.years[period]
    made = moved(v.make)
    made["load"] = made["quantity"] * p.net.assembly["capacity_used"].to_numpy()[made["assembly"]]
    key = pd.MultiIndex.from_frame(frame[["line", "period"]])
    load = made.groupby(["line", "period"])["load"].sum().reindex(key, fill_value=0.0).to_numpy()
    return frame.assign(
        site=np.array(p.net.names["site"], object)[p.net.lines["site"].to_numpy()[line]],
        open=_look(v.line_open, frame, zero),
        built=_look(v.line_built, frame, zero),
        closed=_look(v.line_closed, frame, zero),
        steps=steps,
        capacity=capacity,
        load=load,
        utilisation=share(load, capacity),
        **named(built, frame, line="line", period="period"),
    )


def _ways(built: Built, frame: pd.DataFrame) -> dict[str, Array]:
    """Give the mode, claims and rules of ways to make."""
    made = built.problem.goods.made.iloc[frame["way"].to_numpy(np.int64)]
    mode = built.problem.net.assembly["assembly_mode"].to_numpy()
    return {
        "assembly_mode": mode[made["assembly"].to_numpy(np.int64)],
        "claims": np.array([" + ".join(c) for c in made["claims"]], object),
        "rules": np.array([" + ".join(r) for r in made["rules"]], object),
    }


def production(built: Built) -> pd.DataFrame:
    """What each line makes, by recipe and claims."""
    frame = moved(built.problem.v.make)
    return frame.assign(
        **_ways(built, frame),
        **named(
            built,
            frame,
            line="line",
            site="site",
            recipe="recipe",
            product="product",
            goods="goods",
            period="period",
        ),
    )


def inputs(built: Built) -> pd.DataFrame:
    """What production uses up."""
    frame = moved(built.problem.v.use).drop(columns="product").rename(columns={"input": "product"})
    return frame.assign(
        **_ways(built, frame),
        **named(
            built,
            frame,
            line="line",
            recipe="recipe",
            product="product",
            goods="goods",
            period="period",
        ),
    )


def purchases(built: Built) -> pd.DataFrame:
    """What is bought, and its cost."""
    p = built.problem
    frame = moved(p.v.buy)
    supply = p.net.case.filled("supply")
    row, period = frame["row"].to_numpy(np.int64), frame["period"].to_numpy(np.int64)
    unit = supply["unit_cost"].to_numpy()[row] * p.net.worth(supply["currency"])[row, period]
    return frame.assign(
        cost=unit * frame["quantity"],
        **named(built, frame, site="site", product="product", goods="goods", period="period"),
    )


def shipments(built: Built) -> pd.DataFrame:
    """What moves over each lane, with freight, duty, fee and CO2."""
    p = built.problem
    frame = moved(p.v.ship)
    arc, period = frame["arc"].to_numpy(np.int64), frame["period"].to_numpy(np.int64)
    quantity = frame["quantity"].to_numpy()
    serve = p.v.serve.index.frame.assign(units=values(p.v.serve))
    paid = (serve["fee"] * serve["units"]).groupby([serve[k] for k in ("site", "goods", "period")])
    place = pd.MultiIndex.from_frame(frame[["destination", "goods", "period"]])
    # The fee of a delivery is laid on all of the goods that is at hand there, in proportion.
    due = paid.sum().reindex(place, fill_value=0.0).to_numpy()
    there = _at_hand(built).reindex(place, fill_value=0.0).to_numpy()
    mass = p.net.products["mass"].to_numpy()[frame["product"]]
    return frame.assign(
        tonnes=quantity * mass,
        freight=quantity * p.net.freight()[arc, period],
        duty=quantity * frame["duty"],
        fee=due * quantity / np.where(there > 0, there, 1.0),
        co2=quantity * p.net.co2()[arc],
        **_goods_columns(built, frame),
        **named(
            built,
            frame,
            origin="site",
            destination="site",
            mode="mode",
            product="product",
            goods="goods",
            period="period",
        ),
    )


def _at_hand(built: Built) -> pd.Series[float]:
    """Give the units at hand by site, goods and period: received, made, bought and in stock."""
    v, key = built.problem.v, ["site", "goods", "period"]
    received = moved(v.ship).rename(columns={"destination": "site"})
    frames = [f[[*key, "quantity"]] for f in (received, moved(v.make), moved(v.buy))]
    opening = _on_hand(built).rename(columns={"opening": "quantity"})
    return pd.concat([*frames, opening]).groupby(key)["quantity"].sum()


def _on_hand(built: Built) -> pd.DataFrame:
    """Give the stock as each period starts: site, goods, period, ``opening``."""
    v, key = built.problem.v, ["site", "goods", "period"]
    carried = v.stock.index.frame.assign(period=v.stock.index["after"], opening=values(v.stock))
    carried = carried[carried["period"] < len(built.problem.net.time)]
    started = opening_stock(built.problem).rename(columns={"units": "opening"})
    return pd.concat([carried, started])[[*key, "opening"]]


def stock(built: Built) -> pd.DataFrame:
    """Stock as each period starts and ends."""
    p = built.problem
    key = ["site", "goods", "period"]
    closing = p.v.stock.index.frame[key].assign(closing=values(p.v.stock))
    frame = closing.merge(_on_hand(built), on=key, how="outer").fillna(0.0)
    frame = frame[(frame["opening"] > NOTHING) | (frame["closing"] > NOTHING)]
    each = next((c.unit for c in built.costs if c.kind == "holding"), np.zeros(0))
    unit = pd.Series(each, pd.MultiIndex.from_frame(p.v.stock.index.frame[key]))
    held = unit.reindex(pd.MultiIndex.from_frame(frame[key]), fill_value=0.0).to_numpy()
    frame["product"] = p.goods.product[frame["goods"]]
    return frame.assign(
        holding_cost=held * frame["closing"],
        **named(built, frame, site="site", product="product", goods="goods", period="period"),
    )


def deliveries(built: Built) -> pd.DataFrame:
    """What is delivered to demand, with fee, support and revenue."""
    p = built.problem
    serve = p.v.serve.index.frame
    whole = serve.assign(revenue=serve["price"].fillna(0.0), quantity=values(p.v.serve))
    frame = whole[whole["quantity"] > NOTHING]
    money = {n: frame[n] * frame["quantity"] for n in ("fee", "incentive", "revenue")}
    return frame.assign(
        **money,
        **_goods_columns(built, frame),
        **named(built, frame, site="site", product="product", goods="goods", period="period"),
    )
