"""The plan's tables of trade: between regions and countries, and how far demand is reached."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jvopt.models import Built
from jvopt.solve.flows import Tables, moved, named

KM = (100.0, 250.0, 500.0, 1000.0, 2000.0, 3000.0, 5000.0)
"""Upper ends of the bands of distance."""

DAYS = (1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 30.0)
"""Upper ends of the bands of transit time."""


def trade_tables(built: Built) -> Tables:
    """Give the tables `regions` and `reach`."""
    return {"regions": regions(built), "reach": reach(built)}


def regions(built: Built) -> pd.DataFrame:
    """What goes from each region and country to each other one."""
    p = built.problem
    ship = moved(p.v.ship)
    product = ship["product"].to_numpy(np.int64)
    period = ship["period"].to_numpy(np.int64)
    ship["tonnes"] = ship["quantity"] * p.net.products["mass"].to_numpy()[product]
    ship["value"] = ship["quantity"] * np.nan_to_num(p.net.value[product, period])
    pieces = []
    for level in ("region", "country"):
        names = p.net.sites[level].to_numpy(object)
        pieces.append(
            ship.assign(
                level=level,
                origin=names[ship["origin"].to_numpy(np.int64)],
                destination=names[ship["destination"].to_numpy(np.int64)],
            )
        )
    frame = pd.concat(pieces, ignore_index=True)
    between = (frame["origin"] != "") & (frame["destination"] != "")
    frame = frame[between & (frame["origin"] != frame["destination"])]
    frame["period"] = np.array(p.net.time.names, object)[frame["period"].to_numpy(np.int64)]
    sums = frame.groupby(["level", "origin", "destination", "period"], as_index=False)
    return sums.agg(units=("quantity", "sum"), tonnes=("tonnes", "sum"), value=("value", "sum"))


def reach(built: Built) -> pd.DataFrame:
    """Share of what is delivered that comes over lanes within bands of distance and days.

    What a market makes, buys or holds itself is at distance 0; what it passes on or uses comes in
    the same proportion from all lanes.
    """
    p = built.problem
    key = ["site", "product", "period"]
    served = moved(p.v.serve).groupby(key)["quantity"].sum().rename("served").reset_index()
    ship = moved(p.v.ship).rename(columns={"destination": "site"})
    lane = p.net.lane_rows.iloc[p.net.arcs["row"].to_numpy()[ship["arc"].to_numpy(np.int64)]]
    ship = ship.assign(km=lane["distance"].to_numpy(), days=lane["transit_days"].to_numpy())
    frame = served.merge(ship[[*key, "quantity", "km", "days"]], on=key, how="left")
    arriving = frame.groupby(key)["quantity"].transform("sum")
    part = frame["quantity"] * np.minimum(1.0, frame["served"] / arriving.where(arriving > 0))
    frame["units"] = part.fillna(0.0)
    here = frame.groupby(key, as_index=False).agg(served=("served", "first"), came=("units", "sum"))
    own = here.assign(units=here["served"] - here["came"], km=0.0, days=0.0)
    frame = pd.concat([frame, own[own["units"] > 1e-9]], ignore_index=True)
    frame = frame.assign(**named(built, frame, product="product", period="period"))
    frame["group"] = frame.groupby(["product", "period"], sort=False).ngroup()
    of, units = frame["group"].to_numpy(np.int64), frame["units"].to_numpy()
    groups = frame[["product", "period"]][~frame["group"].duplicated()]
    total = np.bincount(of, units, len(groups))
    pieces = []
    for measure, bands in (("km", KM), ("days", DAYS)):
        far = frame[measure].to_numpy()
        for within in (*bands, np.nan):
            inside = np.bincount(of, np.where(np.isnan(within) | (far <= within), units, 0.0))
            share = np.divide(inside, total, np.full(len(groups), np.nan), where=total != 0)
            pieces.append(groups.assign(measure=measure, within=within, units=inside, share=share))
    # All bands of a product and period together.
    each = np.arange(len(pieces) * len(groups)).reshape(len(pieces), len(groups)).T.ravel()
    return pd.concat(pieces, ignore_index=True).iloc[each].reset_index(drop=True)
