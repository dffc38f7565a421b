"""Rules of cost: every kind of cost, worked out from what the plan does."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jvopt.solve.audit.books import Books
from jvopt.solve.audit.given import look_up, numbered
from jvopt.solve.audit.ledger import CAUSE
from jvopt.solve.audit.log import Log


def purchase_costs(books: Books, log: Log) -> None:
    """Purchase cost = quantity x unit_cost of the supply row that counts."""
    rows = books.figures.bought
    log.same(
        "purchases", rows[["site", "product", "goods", "period"]], rows["cost_due"], rows["cost"]
    )


def shipment_figures(books: Books, log: Log) -> None:
    """Freight, tonnes and CO2 of shipments.

    Freight = (cost_per_unit + (cost_per_tonne + cost_per_tonne_km x distance) x chargeable mass) x
    units; tonnes = mass x units; CO2 = co2 x distance x mass x units / 1000.
    """
    rows = books.figures.shipped
    places = rows[["origin", "destination", "mode", "product", "goods", "period"]]
    for figure in ("freight", "tonnes", "co2"):
        log.same("shipments", places, rows[f"{figure}_due"], rows[figure])


def duties(books: Books, log: Log) -> None:
    """Duty of shipments, at the cheapest rate that the goods may take.

    Duty of a unit that enters another customs territory = ad_valorem x (customs value +
    freight_in_dutiable_value x freight) + specific, the least of the ordinary row's and those of
    the rows of the claims held; 0 where there is no ordinary row. The claim named is one of the
    cheapest.
    """
    rows = books.figures.shipped
    places = rows[["origin", "destination", "mode", "product", "goods", "period"]]
    log.same("shipments", places, rows["duty_due"], rows["duty"])
    log.true(
        "shipments",
        places,
        rows["duty_claim_fits"],
        "the claim of the cheapest rate",
        rows["duty_claim"],
    )


def fees_and_incentives(books: Books, log: Log) -> None:
    """Fee, incentive and revenue of deliveries.

    Fee of a unit = least amount x (1 - largest relief); incentive of a unit = the largest amount +
    share_of_price x price; revenue = units x demand price.
    """
    rows = books.figures.delivered
    places = rows[["site", "product", "goods", "period"]]
    for figure in ("fee", "incentive", "revenue"):
        log.same("deliveries", places, rows[f"{figure}_due"], rows[figure])


def fees_of_shipments(books: Books, log: Log) -> None:
    """The fee beside a shipment is that of its units delivered at the destination.

    Of all goods of a kind at hand there in the period, the same part is delivered.
    """
    keys = ["site", "goods", "period"]
    stated, rows = books.stated, books.figures.shipped
    places = rows.rename(columns={"origin": "from", "destination": "site"})
    fee = look_up(places, books.figures.delivered, keys, "fee_due")
    arriving = stated["shipments"].rename(columns={"destination": "site"})
    at_hand = (
        look_up(places, arriving, keys, "quantity")
        + look_up(places, stated["production"], keys, "quantity")
        + look_up(places, stated["purchases"], keys, "quantity")
        + look_up(places, stated["stock"], keys, "opening")
    )
    part = np.where(at_hand > 0, rows["quantity"] / at_hand.where(at_hand > 0, 1.0), 0.0)
    log.same("shipments", places[["from", *keys]], fee * part, rows["fee"])


def holding_costs(books: Books, log: Log) -> None:
    """Holding cost = closing stock x holding_cost x years."""
    rows = books.stated["stock"]
    places = rows[["site", "product", "goods", "period"]]
    log.same("stock", places, books.due["stock"]["holding"], rows["holding_cost"])


def costs_table(books: Books, log: Log) -> None:
    """The table costs tells every cost by kind and by what causes it.

    Undiscounted it is in the money of the period; discounted, flows and yearly costs count d_t,
    one-off costs D_t. Revenue, where it is told, is a negative cost.
    """
    due, stated = books.costs, books.stated["costs"]
    if not (stated["kind"] == "revenue").any():
        due = due[(due["kind"] != "revenue").to_numpy()]
    causes = pd.concat([due[CAUSE], stated[CAUSE]], ignore_index=True)
    at_due, at_stated = numbered([due, stated], CAUSE)
    places = causes.iloc[np.unique(np.concatenate([at_due, at_stated]), return_index=True)[1]]
    for column in ("undiscounted", "cost"):
        expected = np.bincount(at_due, due[column], minlength=len(places))
        found = np.bincount(at_stated, stated[column], minlength=len(places))
        log.same("costs", places, expected, found)


def objective(books: Books, log: Log) -> None:
    """The objective is the total discounted cost, or revenue less that cost for most profit."""
    due = books.costs
    revenue = (due["kind"] == "revenue").to_numpy()
    cost = due["cost"][~revenue].sum()
    value = -due["cost"][revenue].sum() - cost if books.given.profit else cost
    scale = due["cost"].abs().sum()
    log.same("summary", _item("objective"), value, books.stated.figure("objective"), scale)


def bound_and_gap(books: Books, log: Log) -> None:
    """The bound is on the far side of the objective, and tells the gap.

    gap = |objective - bound| / max(1e-10, |objective|).
    """
    value, bound, gap = (books.stated.figure(i) for i in ("objective", "bound", "gap"))
    if np.isnan(bound):  # the search may have been cut off before it had one
        summary = books.stated["summary"]
        ended = summary["value"][(summary["item"] == "termination").to_numpy()]
        log.true(
            "summary", _item("bound"), not ended.isin(["optimal", "gap_limit"]).any(), "a bound"
        )
    elif books.given.profit:
        log.at_least("summary", _item("bound"), value, bound, scale=value)
    else:
        log.at_most("summary", _item("bound"), value, bound, scale=value)
    log.same("summary", _item("gap"), abs(value - bound) / max(1e-10, abs(value)), gap)


def _item(name: str) -> pd.DataFrame:
    return pd.DataFrame({"item": [name]})
