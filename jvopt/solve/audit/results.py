"""Rules of results: the tables that retell the plan agree with what it does."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jvopt.core.plan_tables import COST_KINDS
from jvopt.solve.audit.books import Books
from jvopt.solve.audit.given import look_up, total
from jvopt.solve.audit.log import Log

KEYS = ["site", "product", "period"]


def service(books: Books, log: Log) -> None:
    """The table service tells demand right.

    For each demand once the units wanted, met and short, the share met and what the shortfall
    costs.
    """
    wanted, stated = books.figures.wanted, books.stated["service"]
    known, found = (pd.MultiIndex.from_frame(f[KEYS]) for f in (wanted, stated))
    log.true("service", wanted[KEYS], known.isin(found) | (wanted["quantity"] == 0), "one row")
    log.true("service", stated[KEYS], found.isin(known) & ~found.duplicated(), "one row")
    rows = stated.merge(
        wanted[[*KEYS, "quantity"]].assign(cost=wanted["penalty"]), on=KEYS, how="left"
    )
    places = stated[KEYS]
    met = look_up(places, books.stated["deliveries"], KEYS, "quantity")
    short = rows["quantity"] - met
    log.same("service", places, rows["quantity"], stated["demand"])
    log.same("service", places, met, stated["met"], scale=rows["quantity"])
    log.same("service", places, short, stated["short"], scale=rows["quantity"])
    share = met / rows["quantity"].where(rows["quantity"] > 0)
    log.same("service", places[share.notna()], share.dropna(), stated["share"][share.notna()])
    log.same(
        "service", places, stated["short"] * rows["cost"].fillna(0.0), stated["penalty"].fillna(0.0)
    )


def site_shipments(books: Books, log: Log) -> None:
    """The units that the table sites tells are those sent out over lanes."""
    rows = books.stated["sites"]
    keys = ["site", "period"]
    log.same("sites", rows[keys], books.figures.sent_out(rows, keys), rows["shipped"])


def trade(books: Books, log: Log) -> None:
    """Trade between regions, and countries, is what is shipped between their sites.

    Units, tonnes and customs value.
    """
    stated = books.stated["regions"]
    rows = books.figures.shipped
    value = books.given.customs_value(rows["product"], rows["period"]).fillna(0.0)
    moved = pd.DataFrame(
        {
            "period": rows["period"],
            "units": rows["quantity"],
            "tonnes": rows["tonnes_due"],
            "value": value * rows["quantity"],
        }
    )
    keys = ["level", "origin", "destination", "period"]
    frames = [
        moved.assign(
            level=level,
            **{end: books.given.site_column(rows[end], level) for end in ("origin", "destination")},
        )
        for level in ("region", "country")
    ]
    due = pd.concat(frames, ignore_index=True)
    abroad = (due["origin"] != due["destination"]) & (due["origin"] != "")
    must = due[abroad & (due["destination"] != "") & (due["units"] > 0)]
    places = pd.concat([must[keys], stated[keys]]).drop_duplicates(ignore_index=True)
    for column in ("units", "tonnes", "value"):
        log.same(
            "regions",
            places,
            look_up(places, due, keys, column),
            look_up(places, stated, keys, column),
        )


def owners(books: Books, log: Log) -> None:
    """Each owner's figures are those of its sites.

    Cost and revenue (discounted), units made and units sent out.
    """
    given, stated = books.given, books.stated
    costs = books.costs
    revenue = (costs["kind"] == "revenue").to_numpy()
    made = stated["production"]
    made = made.assign(owner=given.site_column(made["site"], "owner"))
    sent = stated["shipments"]
    sent = sent.assign(owner=given.site_column(sent["origin"], "owner"))
    rows = stated["owners"]
    names = pd.DataFrame({"owner": [o for o in given.sites["owner"].unique() if o]})
    places = pd.concat([names, rows[["owner"]]]).drop_duplicates(ignore_index=True)
    for column, due, sign in (
        ("cost", costs[~revenue], 1.0),
        ("revenue", costs[revenue], -1.0),
        ("made", made.assign(cost=made["quantity"]), 1.0),
        ("shipped", sent.assign(cost=sent["quantity"]), 1.0),
    ):
        log.same(
            "owners",
            places,
            sign * look_up(places, due, ["owner"], "cost"),
            look_up(places, rows, ["owner"], column),
        )


def reach(books: Books, log: Log) -> None:
    """Units of each band are those that reach markets over lanes within it.

    Of what arrives at a market the same part is delivered, whichever lane it came over; what more
    is delivered than arrives was made, bought or held at the market itself, at no distance. The
    last band holds all that is delivered; the share is that of all units delivered.
    """
    stated = books.stated["reach"]
    keys = ["product", "period"]
    delivered = books.stated["deliveries"]
    came = books.figures.shipped.rename(columns={"destination": "site", "transit_days": "days"})
    came = came.rename(columns={"distance": "km"})
    served, arrived = (look_up(came, f, KEYS, "quantity") for f in (delivered, came))
    part = (served / arrived.where(arrived > 0)).clip(upper=1.0).fillna(0.0)
    came = came.assign(quantity=came["quantity"] * part)
    markets = delivered[KEYS].drop_duplicates(ignore_index=True)
    own = look_up(markets, delivered, KEYS, "quantity") - look_up(markets, came, KEYS, "quantity")
    own_rows = markets.assign(quantity=own, km=0.0, days=0.0)
    rows = pd.concat([came[[*KEYS, "km", "days", "quantity"]], own_rows], ignore_index=True)
    places = stated[["product", "measure", "within", "period"]]
    log.true("reach", places, stated["measure"].isin(["km", "days"]), "km or days")
    near = places.assign(at=range(len(places))).merge(rows, on=keys)
    far = near["km"].where(near["measure"] == "km", near["days"])
    near = near[((far <= near["within"]) | near["within"].isna()).to_numpy()]
    units = look_up(places.assign(at=range(len(places))), near, ["at"], "quantity")
    everything = look_up(stated, delivered, keys, "quantity")
    log.same("reach", places, units, stated["units"])
    log.same("reach", places, units / everything.where(everything > 0), stated["share"])


def as_is(books: Books, log: Log) -> None:
    """The comparison tells the plan's costs, and adds up for each network.

    Discounted costs by kind, their total; for most profit also revenue and profit = revenue -
    total. The saving of the plan against a network is that network's total (less its revenue) less
    that of the plan.
    """
    stated = books.stated["as_is"]
    plan = stated[(stated["network"] == "plan").to_numpy()]
    if plan.empty:
        return
    due = _figures(books)
    items = pd.DataFrame({"item": [*due, *plan["item"]]}).drop_duplicates(ignore_index=True)
    items = items[~items["item"].isin(["saving", "state"]).to_numpy()]
    log.same(
        "as_is", items, items["item"].map(due).fillna(0.0), look_up(items, plan, ["item"], "value")
    )
    log.true(
        "as_is", stated[["network", "item"]], ~stated.duplicated(["network", "item"]), "one row"
    )
    for network, rows in stated.groupby("network", sort=False):
        value = rows.set_index("item")["value"]
        place = pd.DataFrame({"network": [network], "item": ["total"]})
        if "total" not in value:  # a network without a plan has no figures at all
            log.true("as_is", place, value.isna().all(), "a total")
            continue
        log.same("as_is", place, value[value.index.isin(list(COST_KINDS))].sum(), value["total"])
        revenue = value.get("revenue", 0.0)
        if books.given.profit:
            log.same(
                "as_is",
                place.assign(item="profit"),
                revenue - value["total"],
                value.get("profit", np.nan),
                scale=value["total"],
            )
        log.same(
            "as_is",
            place.assign(item="saving"),
            value["total"] - revenue - (due["total"] - due.get("revenue", 0.0)),
            value.get("saving", np.nan),
            scale=value["total"],
        )


def summary(books: Books, log: Log) -> None:
    """Cost, revenue and savings of the summary are those of the plan and of the comparison."""
    due = {"cost" if item == "total" else item: value for item, value in _figures(books).items()}
    rows = books.stated["as_is"]
    savings = rows[(rows["item"] == "saving").to_numpy()]
    due |= {
        f"saving_against_{network}": value
        for network, value in zip(savings["network"], savings["value"], strict=True)
    }
    told = books.stated["summary"]
    told = told[told["item"].isin(list(due)).to_numpy()]
    log.same(
        "summary",
        told[["item"]],
        told["item"].map(due),
        pd.to_numeric(told["value"], errors="coerce"),
        scale=due["cost"],
    )


def _figures(books: Books) -> dict[str, float]:
    """Give the plan's discounted costs by kind, their total, and for most profit the revenue."""
    sums = total(books.costs, ["kind"], "cost")
    kinds: dict[str, float] = dict(zip(sums["kind"], sums["cost"], strict=True))
    revenue = -kinds.pop("revenue", 0.0)
    figures = {kind: cost for kind, cost in kinds.items() if cost} | {"total": sum(kinds.values())}
    if books.given.profit:
        figures |= {"revenue": revenue, "profit": revenue - figures["total"]}
    return figures
