"""Which tariff, fee, incentive and claim row counts, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, cached_property
from typing import Any

import numpy as np
import pandas as pd

from jvopt.solve.audit.given import Given
from jvopt.solve.audit.stated import claims_of

Row = dict[Any, Any]


def goods_rank(row: Row, product: str, hs: str, family: str) -> int | None:
    """Say how closely a row names goods: product > longer HS prefix > shorter > family > blank.

    None where one of its selectors does not fit.
    """
    if row["product"]:
        fits, rank = row["product"] == product, 1000
    elif row["hs"]:
        fits, rank = hs.startswith(row["hs"]), 10 + len(row["hs"])
    elif row["family"]:
        fits, rank = row["family"] == family, 1
    else:
        fits, rank = True, 0
    fits = fits and (not row["hs"] or hs.startswith(row["hs"]))
    fits = fits and (not row["family"] or row["family"] == family)
    return rank if fits else None


class RateRows:
    """The rows of one table of rates, and which of them counts.

    Parameters
    ----------
    given
        The case.
    frame
        The rows.
    made_in, delivered
        The columns that name the country of manufacture and of destination.
    """

    def __init__(self, given: Given, frame: pd.DataFrame, made_in: str, delivered: str) -> None:
        self._given = given
        self._rows: list[Row] = frame.to_dict("records")
        self._made_in, self._delivered = made_in, delivered
        self._found: dict[tuple[str, ...], Row | None] = {}
        self._for_goods: dict[tuple[str, str], list[tuple[int, Row]]] = {}

    def best(
        self, product: str, made_in: str, delivered: str, mode: str, claim: str, period: str
    ) -> Row | None:
        """Give the most specific row among those that need just this claim ("" for none)."""
        key = (product, made_in, delivered, mode, claim, period)
        if key not in self._found:
            self._found[key] = self._look(*key)
        return self._found[key]

    def _look(
        self, product: str, made_in: str, delivered: str, mode: str, claim: str, period: str
    ) -> Row | None:
        start = self._given.by_name.at[period, "start"]
        best: tuple[Any, ...] = ()
        winner = None
        for goods, row in self._fitting(product, claim):
            origin = self._place_rank(row[self._made_in], made_in)
            destination = self._place_rank(row[self._delivered], delivered)
            named = row.get("assembly_mode", "")
            date = row["from_date"]
            if origin is None or destination is None or named not in ("", mode):
                continue
            if not pd.isna(date) and (pd.isna(start) or date > start):
                continue
            since: float = -np.inf if pd.isna(date) else date.toordinal()
            rank = (goods, origin, destination, named != "", since)
            if winner is None or rank > best:
                best, winner = rank, row
        return winner

    def _fitting(self, product: str, claim: str) -> list[tuple[int, Row]]:
        if (product, claim) not in self._for_goods:
            hs, family = self._given.codes[product]
            ranked = [
                (goods_rank(row, product, hs, family), row)
                for row in self._rows
                if row["claim"] == claim
            ]
            self._for_goods[product, claim] = [(g, row) for g, row in ranked if g is not None]
        return self._for_goods[product, claim]

    def _place_rank(self, word: str, country: str) -> int | None:
        """Say how closely a row names a country: country > group > blank; None if it does not."""
        if not word:
            return 0
        if not self._given.within(word, country):
            return None
        return 2 if word == country else 1


class Policy:
    """The rates of a case, in the base currency.

    Parameters
    ----------
    given
        The case.
    """

    def __init__(self, given: Given) -> None:
        self.given = given
        fees = given["fees"]
        self._tariffs = RateRows(given, given["tariffs"], "origin", "destination")
        self._amounts = RateRows(given, fees[fees["amount"].notna()], "made_in", "country")
        self._reliefs = RateRows(given, fees[fees["relief"].notna()], "made_in", "country")
        self._incentives = RateRows(given, given["incentives"], "made_in", "country")

    def duties(
        self, product: str, made_in: str, claims: str, country: str, period: str
    ) -> list[tuple[str, float, float, float]]:
        """Give the duty rates that goods may take on entering a country.

        Returns
        -------
        list of tuple
            For each candidate its claim ("" for the ordinary rate), ad valorem rate, specific
            duty per unit, drawback share. One of no duty alone where no ordinary row matches.
        """
        ordinary = self._tariffs.best(product, made_in, country, "", "", period)
        if ordinary is None:
            return [("", 0.0, 0.0, 0.0)]
        rows = [ordinary]
        for claim in sorted(claims_of(claims)):
            row = self._tariffs.best(product, made_in, country, "", claim, period)
            rows += [row] if row else []
        mass = self.given.products.at[product, "mass"]
        return [
            (
                row["claim"],
                row["ad_valorem"],
                row["specific"]
                * (mass if row["specific_per"] == "tonne" else 1.0)
                * self.given.rate(row["currency"], period),
                row["drawback_share"],
            )
            for row in rows
        ]

    def fee(
        self, product: str, made_in: str, mode: str, claims: str, country: str, period: str
    ) -> float:
        """Give the fee of a unit: the least amount, less the largest relief."""
        if not country:
            return 0.0
        key = (product, made_in, country, mode)
        held = ["", *claims_of(claims)]
        amounts = [self._amounts.best(*key, claim, period) for claim in held]
        reliefs = [self._reliefs.best(*key, claim, period) for claim in held]
        amount = min(
            (r["amount"] * self.given.rate(r["currency"], period) for r in amounts if r),
            default=0.0,
        )
        return float(amount * (1 - max((r["relief"] for r in reliefs if r), default=0.0)))

    def incentives(
        self, product: str, made_in: str, mode: str, claims: str, country: str, period: str
    ) -> list[tuple[float, float]]:
        """Give amount and share of price of each row of support that goods may take."""
        if not country:
            return [(0.0, 0.0)]
        key = (product, made_in, country, mode)
        rows = [self._incentives.best(*key, claim, period) for claim in ("", *claims_of(claims))]
        found = [
            (r["amount"] * self.given.rate(r["currency"], period), r["share_of_price"])
            for r in rows
            if r
        ]
        return found or [(0.0, 0.0)]


class Claims:
    """Which origins goods may claim.

    Parameters
    ----------
    given
        The case.
    """

    def __init__(self, given: Given) -> None:
        self.given = given
        self._rows: list[Row] = given["claims"].to_dict("records")

    @cached_property
    def held(self) -> Any:
        """Function of a country: the claims that goods bought from it hold."""

        @cache
        def find(country: str) -> frozenset[str]:
            rows = (r for r in self._rows if self.given.within(r["area"], country))
            return frozenset(r["claim"] for r in rows)

        return find

    def rule(self, claim: str, product: str) -> Row | None:
        """Give the most specific row of a claim that covers a product."""
        hs, family = self.given.codes[product]
        ranked = [
            (goods_rank(row, product, hs, family), row)
            for row in self._rows
            if row["claim"] == claim
        ]
        fitting = [(rank, row) for rank, row in ranked if rank is not None]
        return max(fitting, key=lambda pair: pair[0])[1] if fitting else None

    def eligible(self, claim: str, product: str, country: str) -> bool:
        """Say whether goods made in a country may make a claim at all."""
        row = self.rule(claim, product)
        return row is not None and self.given.within(row["area"], country)


def each(keys: pd.DataFrame, names: Iterable[str]) -> Iterable[tuple[str, ...]]:
    """Give the distinct rows of some columns."""
    found: Iterable[tuple[str, ...]] = (
        keys[list(names)].drop_duplicates().itertuples(index=False, name=None)
    )
    return found
