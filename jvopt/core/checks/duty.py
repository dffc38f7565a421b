"""Rates: values that duty, origin and incentives need, and goods that no tariff matches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from jvopt.core.checks.reach import NETWORK, Reach, reach_of
from jvopt.core.checks.subject import Ints, Subject, rows_where
from jvopt.core.geography import countries_of, territories
from jvopt.core.issues import Issue, issue
from jvopt.core.phrases import Phrase, Rows, some
from jvopt.core.rates import RATE_PLACES, goods_rank, winning_rows


def values_and_tariffs(s: Subject) -> Iterator[Issue]:
    """Check what enters customs territories: a tariff for it, and a value for duty on it."""
    reach = reach_of(s)
    known = s.good("products", "product", "hs", "family", "cargo_class").all() and all(
        s.good(name).all() for name in (*NETWORK, "country_groups", "tariffs") if name != "products"
    )
    if reach is None or not known or not s.sound("tariffs", "country_groups"):
        return
    entering = _entering(s, reach)
    if entering.empty:
        return
    tariffs = s.filled("tariffs")
    if tariffs.empty:
        yield issue("no_tariffs", "tariffs")
        return
    ordinary = tariffs[(tariffs["claim"] == "").to_numpy()]
    entering["row"] = _winning(s, "tariffs", ordinary, entering)
    yield from _unmatched(s, entering)
    yield from _without_value(s, tariffs, entering)


def _entering(s: Subject, reach: Reach) -> pd.DataFrame:
    """Give what may enter each country from outside its customs territory, for each period.

    ``product``, ``made_in``, ``destination``, ``period``; only what is of use there.
    """
    territory = np.array(territories(s.case, reach.country), object)
    lanes = reach.lanes
    start, end = lanes["origin"].to_numpy(), lanes["destination"].to_numpy()
    cross = (territory[start] != "") & (territory[end] != "") & (territory[start] != territory[end])
    lanes = lanes[cross].assign(country=reach.country[end[cross]]).sort_values("country")
    start, end, sel = (lanes[c].to_numpy() for c in ("origin", "destination", "sel"))
    flows = np.packbits(reach.here, axis=1)[start] & np.packbits(reach.covers, axis=1)[sel]
    flows &= np.packbits(reach.wanted, axis=1)[end]
    countries, first = np.unique(lanes["country"].to_numpy(object), return_index=True)
    found = []
    if len(countries):
        moved = np.bitwise_or.reduceat(flows, first, axis=0)
        moves = np.unpackbits(moved, axis=1, count=len(reach.goods)).astype(bool)
        found = [
            reach.goods[some_move].assign(destination=country)
            for country, some_move in zip(countries, moves, strict=True)
        ]
    if not found:
        return pd.DataFrame()
    flows_in = pd.concat(found, ignore_index=True)
    flows_in["product"] = reach.products[flows_in["product"].to_numpy()]
    entering: pd.DataFrame = flows_in.merge(s.horizon[["period"]], how="cross")
    return entering


def _winning(s: Subject, table: str, rates: pd.DataFrame, queries: pd.DataFrame) -> Ints:
    origin, destination = RATE_PLACES[table]
    return winning_rows(
        s.case, rates, queries, origin_column=origin, destination_column=destination
    )


def _unmatched(s: Subject, entering: pd.DataFrame) -> Iterator[Issue]:
    """Warn, once for each HS code, country of manufacture and destination, of goods not matched."""
    free = entering[(entering["row"] < 0).to_numpy()]
    hs = s["products"].drop_duplicates("product").set_index("product")["hs"]
    code = free["product"].map(hs)
    free = free.assign(what=code.where(code != "", free["product"]), coded=code != "")
    for key, rows in free.groupby(["coded", "what", "made_in", "destination"], sort=True):
        coded, what, made_in, destination = key
        yield issue(
            "no_tariff_for_hs" if coded else "no_tariff_for_product",
            "tariffs",
            value=what,
            made_in=made_in or _SOMEWHERE,
            destination=destination,
            products=some(rows["product"].drop_duplicates().tolist()),
            periods=_when(s, rows["period"]),
        )


_SOMEWHERE = Phrase("an unknown country")


def _when(s: Subject, periods: pd.Series[str]) -> str | Phrase:
    """Say in which periods, nothing where it is in all."""
    count = len(s.horizon)
    named = periods.drop_duplicates().tolist()
    return "" if len(named) == count else Phrase(" in {periods}", periods=some(named))


def _without_value(s: Subject, tariffs: pd.DataFrame, entering: pd.DataFrame) -> Iterator[Issue]:
    """Check that goods on which ad valorem duty may fall have a customs value."""
    products = s["products"].drop_duplicates("product").set_index("product")
    blank = products["customs_value"].isna()
    asked = entering[entering["product"].map(blank).to_numpy(bool)]
    hits = [asked]
    for claim in tariffs["claim"][tariffs["claim"] != ""].unique():
        mine = tariffs[(tariffs["claim"] == claim).to_numpy()]
        areas = s["claims"]["area"][s["claims"]["claim"] == claim]
        held = asked[asked["made_in"].isin(countries_of(s.case, areas)).to_numpy()]
        hits.append(held.assign(row=_winning(s, "tariffs", mine, held)))
    found = pd.concat(hits, ignore_index=True)
    found = found[(found["row"] >= 0).to_numpy()]
    rate = tariffs["ad_valorem"].to_numpy()[found["row"].to_numpy(np.int64)]
    found = found[rate > 0].drop_duplicates("product").set_index("product")
    names = s["products"]["product"]
    for at in rows_where(names.isin(found.index) & ~names.duplicated()):
        hit = found.loc[names[at]]
        yield issue(
            "customs_value_for_duty",
            "products",
            at + 1,
            "customs_value",
            product=names[at],
            made_in=hit["made_in"] or _SOMEWHERE,
            destination=hit["destination"],
            row_there=Rows("tariffs", (int(hit["row"]) + 1,)),
        )


def incentives(s: Subject) -> Iterator[Issue]:
    """Check that a share of price has a price, or a customs value, to be a share of."""
    rates = s.filled("incentives")
    rates = rates[((rates["share_of_price"] > 0) & s.good("incentives")).to_numpy()]
    reach = reach_of(s)
    demand = s["demand"]
    sites = s["sites"].drop_duplicates("site").set_index("site")["country"]
    products = s["products"].drop_duplicates("product").set_index("product")
    valued = set(products.index[products["customs_value"].notna()])
    open_ = demand["price"].isna() & ~demand["product"].isin(valued) & s.good("demand")
    open_ = open_ & demand["product"].isin(products.index) & (demand["quantity"] > 0)
    if rates.empty or not open_.any() or reach is None or not s.sound("country_groups"):
        return
    country = demand["site"].map(sites).fillna("")
    recipes = s["recipes"]
    modes = recipes.groupby("product")["assembly_mode"].agg(set).to_dict()
    goods = reach.goods.assign(product=reach.products[reach.goods["product"].to_numpy()])
    origins = goods.groupby("product")["made_in"].agg(set).to_dict()
    row_of: dict[tuple[str, str], int] = {}
    for at in rows_where(open_):
        product, market = demand["product"][at], country[at]
        if (product, market) not in row_of:
            facts = {**products.loc[product], "product": product, "country": market}
            facts |= {"modes": modes.get(product, set()), "origins": origins.get(product, set())}
            row_of[product, market] = _incentive(s, rates, facts)
        row = row_of[product, market]
        if row:
            yield issue(
                "incentive_without_price",
                "demand",
                at + 1,
                "price",
                product=product,
                row_there=Rows("incentives", (row,)),
            )


def _incentive(s: Subject, rates: pd.DataFrame, facts: dict[Any, Any]) -> int:
    """Give the first row of incentives, from 1, that goods of a product can meet; 0 for none."""
    for at, row in zip(rates.index, rates.to_dict("records"), strict=True):
        if (
            row["product"] in ("", facts["product"])
            and facts["hs"].startswith(row["hs"])
            and row["family"] in ("", facts["family"])
            and (not row["country"] or facts["country"] in countries_of(s.case, [row["country"]]))
            and (not row["made_in"] or facts["origins"] & countries_of(s.case, [row["made_in"]]))
            and (not row["assembly_mode"] or row["assembly_mode"] in facts["modes"])
        ):
            return int(at) + 1
    return 0


def claims(s: Subject) -> Iterator[Issue]:
    """Check that a claim has one area, and that its rules find the values they need."""
    frame = s.filled("claims")
    first = frame.groupby("claim")["area"].transform("first")
    good = s.good("claims")
    for at in rows_where((frame["area"] != first) & good):
        yield issue(
            "claim_of_two_areas",
            "claims",
            at + 1,
            "area",
            frame["area"][at],
            claim=frame["claim"][at],
            other=first[at],
        )
    needed = ("claims", "recipes", "recipe_inputs", "assembly", "lines", "sites", "products")
    if all(s.good(name).all() and s.sound(name) for name in (*needed, "country_groups")):
        yield from _origin(s, frame)


def _origin(s: Subject, claims_: pd.DataFrame) -> Iterator[Issue]:
    """Check the values and codes of what is made under a claim that some rate names."""
    named = {claim for table in RATE_PLACES for claim in s[table]["claim"].unique()}
    lines, sites = s["lines"], s["sites"]
    ways = s["assembly"].merge(lines[["line", "site"]], on="line")
    ways = ways.merge(sites[["site", "country"]], on="site")
    made_at = ways[["recipe", "country"]].drop_duplicates()
    recipes = s["recipes"][["recipe", "product"]]
    recipes = recipes[recipes["recipe"].isin(made_at["recipe"]).to_numpy()]
    products = s["products"].set_index("product")
    values, codes = products["customs_value"].to_dict(), products["hs"].to_dict()
    used = s["recipe_inputs"]
    used = used[~(used["quantity"] == 0).to_numpy(bool)]
    inputs = used.groupby("recipe")["product"].agg(list).to_dict()
    told: set[tuple[str, str]] = set()
    rank = {name: at for at, name in enumerate(products.index)}
    facts = products[["hs", "family"]].to_dict("index")
    for claim, rows in claims_[claims_["claim"].isin(named).to_numpy()].groupby("claim"):
        area, plain = countries_of(s.case, rows["area"]), list[str]()
        ranked = list(zip(rows.to_dict("records"), goods_rank(rows), strict=True))
        able = set(made_at["recipe"][made_at["country"].isin(area)])
        made: dict[str, list[str]] = {}
        for recipe, product in zip(recipes["recipe"], recipes["product"], strict=True):
            if recipe in able:
                made.setdefault(product, []).extend(inputs.get(recipe, ()))
        for product, every_part in made.items():
            row = _most_specific(ranked, facts[product], product)
            if row is None:
                continue
            parts = dict.fromkeys(every_part)
            asked = []
            if row["rule"] != "heading":
                asked += [
                    ("customs_value_for_claim", "customs_value", n) for n in (product, *parts)
                ]
            if row["rule"] != "value":
                asked.append(("heading_for_claim", "hs", product))
                plain += [name for name in parts if len(codes[name]) < 4]
            for code, column, name in asked:
                blank = len(codes[name]) < 4 if column == "hs" else pd.isna(values[name])
                if blank and (name, column) not in told:
                    told.add((name, column))
                    value = codes[name] or None if column == "hs" else None
                    place = ("products", rank[name] + 1, column, value)
                    yield issue(code, *place, product=name, claim=claim, output=product)
        if plain:
            yield issue(
                "heading_of_inputs", "products", None, "hs", claim=claim, products=some(plain)
            )


def _most_specific(
    ranked: list[tuple[dict[Any, Any], int]], facts: dict[Any, Any], product: str
) -> dict[Any, Any] | None:
    """Give the row of a claim, of rows with their ranks, that sets the rule of a product."""
    best, found = -1, None
    for row, rank in ranked:
        fits = row["product"] in ("", product) and facts["hs"].startswith(row["hs"])
        fits &= row["family"] in ("", facts["family"])
        if fits and rank > best:
            best, found = rank, row
    return found
