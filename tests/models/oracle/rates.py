"""Time, money and rate rows as docs/rules.md states them, one question at a time."""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd

from jvopt.core.tables import TABLES


def blank(cell):
    return cell == "" or cell is pd.NaT or (isinstance(cell, float) and math.isnan(cell))


class Period(NamedTuple):
    name: str
    start: pd.Timestamp | None
    years: float
    offset: float


class Rates:
    """Answers about one case: discounting, currencies, duty, fees, incentives."""

    def __init__(self, case):
        self.case = case
        self.t = {name: case.filled(name).to_dict("records") for name in TABLES}
        self.products = {r["product"]: r for r in self.t["products"]}
        self.sites = {r["site"]: r for r in self.t["sites"]}
        self.country = {s: r["country"] for s, r in self.sites.items()}
        self.rate_of_interest = case.setting("discount_rate")
        self.base = case.setting("base_currency")
        self.periods: list[Period] = []
        offset = 0.0
        for r in sorted(self.t["periods"], key=lambda r: r["start"]):
            self.periods.append(Period(r["period"], r["start"], r["years"], offset))
            offset += r["years"]
        if not self.periods:
            self.periods = [Period("year", None, 1.0, 0.0)]

    # Time and money
    def d(self, t):
        """Discount of what flows in period t: mid-period."""
        p = self.periods[t]
        return (1 + self.rate_of_interest) ** -(p.offset + p.years / 2)

    def money(self, amount, row, t):
        """Amount of a row in the base currency of period t, undiscounted."""
        currency = row["currency"]
        if currency in ("", self.base):
            return amount
        rates = {r["period"]: r["rate"] for r in self.t["currencies"] if r["currency"] == currency}
        name = self.periods[t].name
        return amount * (rates[name] if name in rates else rates[""])

    def one_off(self, amount, row, t, life):
        """Discounted charge of a payment at the start of period t."""
        paid = self.money(amount, row, t)
        r = self.rate_of_interest
        start = self.periods[t].offset
        if blank(life):
            return paid * (1 + r) ** -start
        yearly = paid / life if r == 0 else paid * r / (1 - (1 + r) ** -life)
        charge = 0.0
        for u, p in enumerate(self.periods):
            if u >= t:
                inside = min(p.offset + p.years, start + life) - p.offset
                charge += yearly * max(inside, 0.0) * self.d(u)
        return charge

    # Countries and goods
    def members(self, area):
        inside = {r["country"] for r in self.t["country_groups"] if r["group"] == area}
        return inside or {area}

    def territory(self, country):
        unions = [
            r["group"]
            for r in self.t["country_groups"]
            if r["country"] == country and r["kind"] == "customs_union"
        ]
        return unions[0] if unions else country

    def crosses(self, origin, destination):
        a, b = self.country[origin], self.country[destination]
        return bool(a and b) and self.territory(a) != self.territory(b)

    def _goods_rank(self, row, product):
        """Specificity of a row for a product; None where it does not fit."""
        of = self.products[product]
        if row["product"] and row["product"] != product:
            return None
        if row["hs"] and not of["hs"].startswith(row["hs"]):
            return None
        if row["family"] and row["family"] != of["family"]:
            return None
        return (bool(row["product"]), len(row["hs"]), bool(row["family"]))

    def _place_rank(self, named, country):
        if not named:
            return 0
        if named == country:
            return 2
        return 1 if country and country in self.members(named) else None

    def best(self, table, product, made, where, mode, claim, t, has=lambda row: True):
        """The row that wins; columns that a table does not have fit everything."""
        found = []
        for row in self.t[table]:
            if row["claim"] != claim or not has(row):
                continue
            start, since = self.periods[t].start, row["from_date"]
            if not blank(since) and (start is None or since > start):
                continue
            rank = [
                self._goods_rank(row, product),
                self._place_rank(row.get("origin", row.get("made_in")), made),
                self._place_rank(row.get("destination", row.get("country")), where),
            ]
            named = row.get("assembly_mode", "")
            rank.append(None if named and named != mode else bool(named))
            if None in rank:
                continue
            rank.append(-math.inf if blank(since) else since.timestamp())
            found.append((rank, row))
        return max(found, key=lambda f: f[0])[1] if found else None

    # Duty, fee, incentive for one unit of goods = (product, country, mode, claims)
    def freight(self, row, product, t):
        of = self.products[product]
        mass = of["mass"] if blank(of["chargeable_mass"]) else of["chargeable_mass"]
        km = 0.0 if blank(row["distance"]) else row["distance"]
        per_tonne = row["cost_per_tonne"] + row["cost_per_tonne_km"] * km
        return self.money(row["cost_per_unit"] + per_tonne * mass, row, t)

    def duty(self, lane, goods, t):
        """Duty per unit and the tariff row it rests on; (0, None) where none falls due."""
        product, made, _, claims = goods
        if not self.crosses(lane["origin"], lane["destination"]):
            return 0.0, None
        where = self.country[lane["destination"]]
        of = self.products[product]
        offers = []
        for claim in ("", *claims):
            row = self.best("tariffs", product, made, where, "", claim, t)
            if row is None:
                if claim == "":
                    return 0.0, None
                continue
            amount = 0.0
            if row["ad_valorem"]:
                value = self.money(of["customs_value"], of, t) + self.case.setting(
                    "freight_in_dutiable_value"
                ) * self.freight(lane, product, t)
                amount += row["ad_valorem"] * value
            mass = of["mass"] if row["specific_per"] == "tonne" else 1.0
            amount += self.money(row["specific"], row, t) * mass
            offers.append((amount, row))
        return min(offers, key=lambda o: o[0])

    def fee(self, market, goods, t):
        product, made, mode, claims = goods
        where = self.country[market]
        amounts, reliefs = [], [0.0]
        for claim in ("", *claims):
            for column, into in (("amount", amounts), ("relief", reliefs)):
                row = self.best(
                    "fees",
                    product,
                    made,
                    where,
                    mode,
                    claim,
                    t,
                    lambda r, column=column: not blank(r[column]),
                )
                if row is not None:
                    value = row[column]
                    into.append(self.money(value, row, t) if column == "amount" else value)
        return min(amounts) * (1 - max(reliefs)) if amounts and where else 0.0

    def incentive(self, market, goods, demand, t):
        product, made, mode, claims = goods
        of = self.products[product]
        if not self.country[market]:
            return 0.0
        offers = [0.0]
        for claim in ("", *claims):
            row = self.best("incentives", product, made, self.country[market], mode, claim, t)
            if row is None:
                continue
            amount = self.money(row["amount"], row, t)
            if row["share_of_price"]:
                price = (
                    self.money(of["customs_value"], of, t)
                    if blank(demand["price"])
                    else self.money(demand["price"], demand, t)
                )
                amount += row["share_of_price"] * price
            offers.append(amount)
        return max(offers)
