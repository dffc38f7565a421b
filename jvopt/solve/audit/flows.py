"""Rules of flows: nothing comes from nowhere, nothing gets lost."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from jvopt.core.plan_tables import PLAN_TABLES
from jvopt.solve.audit.books import Books
from jvopt.solve.audit.given import look_up, total
from jvopt.solve.audit.log import Log

PLACE = ["site", "goods", "period"]
KEYS = ["site", "product", "period"]
BATCH = ["line", "recipe", "claims", "rules", "period"]
SIGNED = (
    "summary",
    "as_is",
    "costs",
    "origin",
    "limits",
    "prices",
    "owners",
    "conflicts",
    "messages",
    "goods",
)
"""Tables in which figures may be negative, or that hold no figures of the plan."""
LANDED = ("service", "landed_cost")
"""Negative where the support of a unit is more than it has cost."""


def nothing_negative(books: Books, log: Log) -> None:
    """No quantity, cost of a row or state is negative; every quantity is there and finite.

    The landed cost may be negative, as support is taken off it.
    """
    for name, table in PLAN_TABLES.items():
        if name in SIGNED:
            continue
        frame = books.stated[name]
        if frame.empty:
            continue
        places = frame[[c.name for c in table.columns if not c.numeric]]
        for column in (c.name for c in table.columns if c.numeric):
            found = frame[column].to_numpy()
            if (name, column) != LANDED:
                log.at_least(name, places, np.where(np.isnan(found), np.nan, 0.0), found)
            if column in ("quantity", "opening", "closing", "short", "met", "steps"):
                log.true(name, places, np.isfinite(found), "a number", found)


def all_from_somewhere(books: Books, log: Log) -> None:
    """Nothing is bought, made, shipped or delivered without a row of the case.

    Bought: a row of supply; made: of assembly; shipped: of lanes; delivered: of demand.
    """
    given, stated = books.given, books.stated
    for table, source in (("purchases", "supply"), ("deliveries", "demand")):
        rows = stated[table]
        _stands(log, table, rows, KEYS, given.winning_row(source))
    _stands(log, "production", stated["production"], ["line", "recipe"], given.assembly)
    rows = books.figures.shipped
    log.true(
        "shipments",
        rows[["origin", "destination", "mode", "product", "period"]],
        rows["lane_row"].notna(),
        "a row of lanes",
    )


def _stands(
    log: Log, table: str, rows: pd.DataFrame, keys: list[str], source: pd.DataFrame
) -> None:
    known = pd.MultiIndex.from_frame(source[keys])
    log.true(
        table, rows[keys], pd.MultiIndex.from_frame(rows[keys]).isin(known), "a row of the case"
    )


def flow_balance(books: Books, log: Log) -> None:
    """What comes to a site goes on from it, for each goods in each period.

    Opening stock + bought + made + shipped in = used + shipped out + delivered + closing stock.
    """
    stated = books.stated
    lines = books.given.case["lines"].set_index("line")["site"]
    used = stated["inputs"]
    used = used.assign(site=used["line"].map(lines).fillna(""))
    shipments, stock = stated["shipments"], stated["stock"]
    terms = [
        (stock.rename(columns={"opening": "units"}), 1.0),
        (stated["purchases"].rename(columns={"quantity": "units"}), 1.0),
        (stated["production"].rename(columns={"quantity": "units"}), 1.0),
        (shipments.rename(columns={"destination": "site", "quantity": "units"}), 1.0),
        (used.rename(columns={"quantity": "units"}), -1.0),
        (shipments.rename(columns={"origin": "site", "quantity": "units"}), -1.0),
        (stated["deliveries"].rename(columns={"quantity": "units"}), -1.0),
        (stock.rename(columns={"closing": "units"}), -1.0),
    ]
    flows = pd.concat([frame[[*PLACE, "units"]].assign(sign=sign) for frame, sign in terms])
    flows = flows.assign(
        come=flows["units"].where(flows["sign"] > 0, 0.0),
        gone=flows["units"].where(flows["sign"] < 0, 0.0),
    )
    sums = flows.groupby(PLACE, sort=False)[["come", "gone"]].sum().reset_index()
    log.same("shipments", sums[PLACE], sums["come"], sums["gone"])


def recipe_inputs(books: Books, log: Log) -> None:
    """Used = recipe quantity x made.

    For each line, recipe, claims, rules, input and period.
    """
    keys = [*BATCH, "product"]
    made = total(books.stated["production"], BATCH)
    bill = books.given["recipe_inputs"][["recipe", "product", "quantity"]]
    due = made.merge(bill, on="recipe", suffixes=("_made", ""))
    due = due.assign(quantity=due["quantity_made"] * due["quantity"])
    used = books.stated["inputs"]
    places = pd.concat([due[keys], used[keys]]).drop_duplicates(ignore_index=True)
    log.same(
        "inputs",
        places,
        look_up(places, due, keys, "quantity"),
        look_up(places, used, keys, "quantity"),
    )


def stock_carried(books: Books, log: Log) -> None:
    """Opening stock is the closing stock of the period before.

    In the first period it is that of the case, over all goods of the product.
    """
    names = books.given.names
    stock = books.stated["stock"]
    first = stock[(stock["period"] == names[0]).to_numpy()]
    rows = books.given.winning_row("stock")
    rows = rows[(rows["period"] == names[0]).to_numpy()]
    places = pd.concat([rows[KEYS], first[KEYS]]).drop_duplicates(ignore_index=True)
    log.same(
        "stock",
        places,
        look_up(places, rows, KEYS, "opening"),
        look_up(places, first, KEYS, "opening"),
    )
    following = dict(pairwise(names))
    carried = stock.assign(period=stock["period"].map(following))
    carried = carried[carried["period"].notna().to_numpy()]
    later = stock[(stock["period"] != names[0]).to_numpy()]
    places = pd.concat([carried[PLACE], later[PLACE]]).drop_duplicates(ignore_index=True)
    log.same(
        "stock",
        places,
        look_up(places, carried, PLACE, "closing"),
        look_up(places, later, PLACE, "opening"),
    )


def stock_levels(books: Books, log: Log) -> None:
    """Closing stock, over all goods of a product, is between least and most.

    At the end of the horizon it is at least end_least; neither binds while the site is closed.
    Without a row of stock there is none.
    """
    rows = books.given.winning_row("stock")
    closing = look_up(rows, books.stated["stock"], KEYS, "closing")
    open_ = look_up(rows, books.stated["sites"], ["site", "period"], "open") > 0.5
    log.at_least("stock", rows[KEYS], rows["least"].where(open_), closing)
    log.at_most("stock", rows[KEYS], rows["most"], closing)
    last = (rows["period"] == books.given.names[-1]).to_numpy()
    end_least = rows["end_least"].where(open_)
    log.at_least("stock", rows[KEYS][last], end_least[last], closing[last])
    held = books.stated["stock"]
    covered = pd.MultiIndex.from_frame(held[KEYS]).isin(pd.MultiIndex.from_frame(rows[KEYS]))
    log.at_most("stock", held[[*KEYS, "goods"]][~covered], 0.0, held["closing"][~covered])


def demand(books: Books, log: Log) -> None:
    """Delivered + short = wanted.

    Without a penalty nothing is short, otherwise at most (1 - least_share) x wanted.
    """
    wanted = books.figures.wanted
    met = look_up(wanted, books.stated["deliveries"], KEYS, "quantity")
    short = look_up(wanted, books.stated["service"], KEYS, "short")
    log.same("service", wanted[KEYS], wanted["quantity"], met + short)
    allowed = (1 - wanted["least_share"]) * wanted["quantity"]
    log.at_most(
        "service",
        wanted[KEYS],
        allowed.where(wanted["penalty"].notna(), 0.0),
        short,
        scale=wanted["quantity"],
    )
