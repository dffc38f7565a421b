"""Every cost of a plan, worked out from what it does, by kind and by what causes it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from jvopt.solve.audit.due import LEVIED
from jvopt.solve.audit.figures import Figures
from jvopt.solve.audit.given import Given, look_up
from jvopt.solve.audit.stated import Stated

CAUSE = ["kind", "period", "site", "destination", "line", "product", "country", "owner"]


def all_costs(
    given: Given, stated: Stated, figures: Figures, due: dict[str, pd.DataFrame]
) -> pd.DataFrame:
    """Give every cost by kind and cause, undiscounted and discounted, worked out anew."""
    flows = [*_goods_costs(given, stated, figures, due), *_running_costs(given, stated, figures)]
    flow = pd.concat(flows, ignore_index=True)
    flow = flow[(flow["money"] != 0).to_numpy()]
    flow["cost"] = flow["money"] * flow["period"].map(given.by_name["flow"])
    once = _one_off_costs(given, stated)
    rows = pd.concat([flow, once], ignore_index=True).fillna(
        dict.fromkeys(("destination", "line", "product", "country"), "")
    )
    own = given.site_column(rows["site"], "country")
    rows["country"] = rows["country"].where(rows["country"] != "", own)
    rows["owner"] = given.site_column(rows["site"], "owner")
    sums = rows.groupby(CAUSE, sort=False)[["money", "cost"]].sum().reset_index()
    return sums.rename(columns={"money": "undiscounted"})


def _cost(kind: str, rows: pd.DataFrame, money: pd.Series[Any]) -> pd.DataFrame:
    causes = ["period", "site", "destination", "line", "product", "country"]
    frame = rows[[c for c in causes if c in rows.columns]]
    return frame.assign(kind=kind, money=money)


def _goods_costs(
    given: Given, stated: Stated, figures: Figures, due: dict[str, pd.DataFrame]
) -> list[pd.DataFrame]:
    """What is due for goods, and drawback."""
    site = ["period", "site", "product"]
    sent = stated["shipments"].rename(columns={"origin": "site"})[[*site, "destination"]]
    levied = sent.assign(country=given.site_column(sent["destination"], "country"))
    places = {
        "purchases": stated["purchases"][site],
        "shipments": sent,
        "production": figures.produced[[*site, "line"]],
        "stock": stated["stock"][site],
        "deliveries": stated["deliveries"][site],
    }
    refunded = stated["drawback"]
    rates = figures.duty(refunded.rename(columns={"site": "destination"}))
    refund = refunded["quantity"] * rates["duty"] * rates["drawback_share"]
    return [
        *(
            _cost(str(kind), levied if kind in LEVIED else place, money)
            for table, place in places.items()
            for kind, money in due[table].items()
        ),
        _cost("drawback", refunded[site], -refund),
    ]


def _running_costs(given: Given, stated: Stated, figures: Figures) -> list[pd.DataFrame]:
    """Yearly fixed costs of sites, lines and lanes, shortfall."""
    sites = given.in_base(given.in_each_period(given["sites"]), "fixed_cost")
    site_open = look_up(sites, stated["sites"], ["site", "period"], "open").round()
    lines = given.in_base(given.lines, "fixed_cost")
    line_open = look_up(lines, stated["lines"], ["line", "period"], "open").round()
    place = ["period", "site"]
    wanted = figures.wanted
    short = look_up(wanted, stated["service"], ["site", "product", "period"], "short")
    return [
        _cost("fixed", sites[place], site_open * sites["fixed_cost"] * sites["years"]),
        _cost("fixed", lines[[*place, "line"]], line_open * lines["fixed_cost"] * lines["years"]),
        _lane_fixed(given, stated, figures),
        _cost("shortfall", wanted, (short * wanted["penalty"]).fillna(0.0)),
    ]


def _lane_fixed(given: Given, stated: Stated, figures: Figures) -> pd.DataFrame:
    """Fixed cost of each row of lanes, in each period in which what it covers carries anything."""
    moved = stated["shipments"]
    charged = (given["lanes"]["fixed_cost"] > 0).any()
    moved = moved[(moved["quantity"] > 0).to_numpy() & charged]
    rows = figures.covering(moved[["origin", "destination", "mode", "product", "period"]])
    rows = rows.drop_duplicates(["lane_row", "period"])
    rows = rows.drop(columns="product").rename(columns={"origin": "site"})
    rows = given.in_base(rows, "fixed_cost")
    return _cost("lane_fixed", rows, rows["fixed_cost"] * given.years(rows["period"]))


def _one_off_costs(given: Given, stated: Stated) -> pd.DataFrame:
    """Opening, investment, steps (as annuities where a life is given) and closing."""
    keys, place = ["line", "period"], ["period", "site"]
    sites = given.in_base(given.in_each_period(given["sites"]), "opening_cost", "closing_cost")
    opened = look_up(sites, stated["sites"], ["site", "period"], "opened").round()
    closed = look_up(sites, stated["sites"], ["site", "period"], "closed").round()
    room = given.in_base(given.in_each_period(given["throughput"]), "step_cost")
    room["life"] = given.sites["life"].reindex(room["site"]).to_numpy()
    extra = look_up(room, stated["throughput"], ["site", "product", "period"], "steps")
    lines = given.in_base(given.lines, "investment", "step_cost")
    built = look_up(lines, stated["lines"], keys, "built").round()
    steps = look_up(lines, stated["lines"], keys, "steps")
    spent = [
        _cost("investment", sites[place], opened * sites["opening_cost"]).assign(
            life=sites["life"]
        ),
        _cost(
            "investment", room[[*place, "product"]], (extra * room["step_cost"]).fillna(0.0)
        ).assign(life=room["life"]),
        _cost(
            "investment",
            lines[[*place, "line"]],
            built * lines["investment"] + (steps * lines["step_cost"]).fillna(0.0),
        ).assign(life=lines["life"]),
        _cost("closing", sites[place], closed * sites["closing_cost"]).assign(life=np.nan),
    ]
    rows = pd.concat(spent, ignore_index=True)
    rows = rows[(rows["money"] != 0).to_numpy()]
    full = rows[rows["life"].isna()]
    full = full.assign(cost=full["money"] * full["period"].map(given.by_name["once"]))
    return pd.concat([full, annuities(given, rows[rows["life"].notna()])], ignore_index=True)


def annuities(given: Given, paid: pd.DataFrame) -> pd.DataFrame:
    """Spread one-off costs over their life.

    Each year of it is charged cost x CRF, CRF = r / (1 - (1 + r)^-n), or 1 / n at r = 0, over the
    years of each period that fall inside the first n years after the payment.
    """
    rate, life = given.interest, paid["life"]
    factor = rate / (1 - (1 + rate) ** -life) if rate > 0 else 1 / life
    begin = paid["period"].map(given.by_name["offset"])
    paid = paid.assign(yearly=paid["money"] * factor, begin=begin, end=begin + life)
    spread = paid.drop(columns=["period", "money"]).merge(
        given.periods[["period", "offset", "years", "flow"]], how="cross"
    )
    end = np.minimum(spread["offset"] + spread["years"], spread["end"])
    years = end - np.maximum(spread["offset"], spread["begin"])
    money = spread["yearly"] * np.maximum(years, 0.0)
    return spread.assign(money=money, cost=money * spread["flow"])
