"""What the case says: time, money, places and the rows that count, by period."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jvopt.core.case import Case

_FEW = 500
"""Rows below which a dictionary numbers them faster than columns of codes."""
_WIDEST = 2**62
"""Most that a number made of several may be: they have 63 bits."""


class Given:
    """The facts of a case, read as `docs/rules.md` says.

    Parameters
    ----------
    case
        The case; checked and free of errors.

    Attributes
    ----------
    periods : DataFrame
        In order of time: period, start, years, offset (years from the start of the horizon), flow
        (discount factor of flows and yearly costs), once (of one-off costs), number.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self.base = str(case.setting("base_currency"))
        self.interest = float(case.setting("discount_rate"))
        self.freight_dutiable = float(case.setting("freight_in_dutiable_value"))
        self.co2_price = float(case.setting("co2_price"))
        self.profit = case.setting("objective") == "profit"
        self.periods = self._periods()
        self.names: list[str] = self.periods["period"].tolist()
        self.by_name = self.periods.set_index("period")
        self._filled: dict[str, pd.DataFrame] = {}
        self._winning: dict[str, pd.DataFrame] = {}

    def __getitem__(self, table: str) -> pd.DataFrame:
        """Give a table of the case with defaults in place of blanks."""
        if table not in self._filled:
            self._filled[table] = self.case.filled(table)
        return self._filled[table].copy(deep=False)

    # Time

    def _periods(self) -> pd.DataFrame:
        rows = self.case.filled("periods")[["period", "start", "years"]]
        if rows.empty:
            start = pd.Series([pd.NaT], dtype="datetime64[s]")
            rows = pd.DataFrame({"period": ["year"], "start": start, "years": [1.0]})
        rows = rows.sort_values("start", kind="stable", ignore_index=True)
        offset = rows["years"].cumsum() - rows["years"]
        growth = 1 + self.interest
        return rows.assign(
            offset=offset,
            flow=growth ** -(offset + rows["years"] / 2),
            once=growth**-offset,
            number=range(len(rows)),
        )

    def years(self, periods: pd.Series[Any]) -> pd.Series[Any]:
        """Give the length of the period of each row."""
        return periods.map(self.by_name["years"])

    def in_each_period(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Repeat the rows of a frame without periods for each period."""
        return frame.merge(self.periods[["period", "years"]], how="cross")

    def every_row(self, table: str) -> pd.DataFrame:
        """Give each row of a table in each period it covers, first those for one period."""
        rows = self[table]
        named = rows[(rows["period"] != "").to_numpy()]
        blank = rows[(rows["period"] == "").to_numpy()].drop(columns="period")
        named = named.merge(self.periods[["period", "years"]], on="period")
        return pd.concat([named, self.in_each_period(blank)], ignore_index=True)

    def winning_row(self, table: str) -> pd.DataFrame:
        """Give for each site, product and period the row that counts.

        The row for the period wins over the one for all periods.
        """
        if table not in self._winning:
            rows = self.every_row(table)  # rows for one period come first
            self._winning[table] = rows.drop_duplicates(["site", "product", "period"])
        return self._winning[table].copy(deep=False)

    # Money

    @cached_property
    def _rates(self) -> dict[tuple[str, str], float]:
        rows = self["currencies"]
        cells = zip(rows["currency"], rows["period"], rows["rate"], strict=True)
        return {(currency, period): rate for currency, period, rate in cells}

    def rate(self, currency: str, period: str) -> float:
        """Give the worth of one unit of a currency in a period, in the base currency."""
        if currency in ("", self.base):
            return 1.0
        named = self._rates.get((currency, period))
        return named if named is not None else self._rates.get((currency, ""), np.nan)

    def rates(self, frame: pd.DataFrame) -> pd.Series[Any]:
        """Give the rate for the columns ``currency`` and ``period`` of each row."""
        pairs = zip(frame["currency"].tolist(), frame["period"].tolist(), strict=True)
        return pd.Series([self.rate(c, p) for c, p in pairs], frame.index, dtype=float)

    def in_base(self, frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
        """Turn columns of money into the base currency of each row's period."""
        worth = self.rates(frame)
        return frame.assign(**{name: frame[name] * worth for name in columns})

    # Places

    @cached_property
    def sites(self) -> pd.DataFrame:
        """The sites by id."""
        return self["sites"].set_index("site")

    @cached_property
    def members(self) -> dict[str, set[str]]:
        """The countries of each group."""
        rows = self["country_groups"]
        return {str(g): set(f["country"]) for g, f in rows.groupby("group")}

    @cached_property
    def _unions(self) -> dict[str, str]:
        rows = self["country_groups"]
        rows = rows[(rows["kind"] == "customs_union").to_numpy()]
        return dict(zip(rows["country"], rows["group"], strict=True))

    def site_column(self, sites: pd.Series[Any], column: str) -> pd.Series[Any]:
        """Look a column of the sites up for each row."""
        found = sites.map(self.sites[column])
        return found if column in ("latitude", "longitude") else found.fillna("").astype(str)

    def territory(self, sites: pd.Series[Any]) -> pd.Series[Any]:
        """Give each site's customs territory: its country's union, else the country; "" if none."""
        country = self.site_column(sites, "country")
        home = {c: f"union {self._unions[c]}" if c in self._unions else c for c in country.unique()}
        return country.map(home).astype(str)

    def crosses(self, frame: pd.DataFrame) -> pd.Series[Any]:
        """Say of each lane (origin, destination) whether it enters a customs territory."""
        start, end = self.territory(frame["origin"]), self.territory(frame["destination"])
        return (start != end) & (start != "") & (end != "")

    def within(self, word: str, country: str) -> bool:
        """Say whether a country is, or is in, what a country or group names."""
        return country != "" and (word == country or country in self.members.get(word, ()))

    # Goods

    @cached_property
    def products(self) -> pd.DataFrame:
        """The products by id, with the chargeable mass filled in."""
        rows = self["products"].set_index("product")
        return rows.assign(chargeable_mass=rows["chargeable_mass"].fillna(rows["mass"]))

    @cached_property
    def codes(self) -> dict[str, tuple[str, str]]:
        """HS code and family of each product."""
        rows = self["products"]
        pairs = zip(rows["hs"].tolist(), rows["family"].tolist(), strict=True)
        return dict(zip(rows["product"].tolist(), pairs, strict=True))

    @cached_property
    def inputs(self) -> set[str]:
        """The products that some recipe uses."""
        return set(self.case["recipe_inputs"]["product"])

    def product_column(self, products: pd.Series[Any], column: str) -> pd.Series[Any]:
        """Look a column of the products up for each row."""
        found = products.map(self.products[column])
        return found if self.products[column].dtype == float else found.fillna("").astype(str)

    def customs_value(self, products: pd.Series[Any], periods: pd.Series[Any]) -> pd.Series[Any]:
        """Give customs values in the base currency of the period; NaN where there is none."""
        frame = pd.DataFrame({"product": products, "period": periods})
        frame["currency"] = self.product_column(products, "currency")
        return self.product_column(products, "customs_value").astype(float) * self.rates(frame)

    @cached_property
    def lines(self) -> pd.DataFrame:
        """Every line in every period, with what `line_periods` overrides."""
        frame = self.in_each_period(self["lines"])
        own = self.case["line_periods"].drop(columns=["status", "source", "note"])
        frame = frame.merge(own, on=["line", "period"], how="left", suffixes=("", "_then"))
        for name in ("investment", "fixed_cost", "capacity", "step_cost", "least_load"):
            frame[name] = frame[f"{name}_then"].fillna(frame[name])
        return frame

    @cached_property
    def assembly(self) -> pd.DataFrame:
        """What each line can make: assembly with the line's site and country and the recipe."""
        lines = self.case["lines"][["line", "site"]]
        recipes = self.case["recipes"][["recipe", "product", "assembly_mode"]]
        frame = self["assembly"].merge(lines, on="line").merge(recipes, on="recipe")
        return frame.assign(country=self.site_column(frame["site"], "country"))


def tags(words: str) -> set[str]:
    """Give the single tags of a cell."""
    return {word.strip() for word in words.split(",") if word.strip()}


def total(frame: pd.DataFrame, by: Iterable[str], column: str = "quantity") -> pd.DataFrame:
    """Add up a column by others."""
    return frame.groupby(list(by), sort=False, dropna=False)[column].sum().reset_index()


def look_up(
    places: pd.DataFrame, figures: pd.DataFrame, by: Iterable[str], column: str
) -> pd.Series[Any]:
    """Give for each place the sum of the figures that stand there; 0 where there are none."""
    there, here = numbered([places, figures], by)
    most = max(there.max(initial=-1), here.max(initial=-1)) + 1
    sums = np.bincount(here, figures[column].to_numpy(float), minlength=most)
    return pd.Series(sums[there], index=places.index, dtype=float)


def numbered(frames: Sequence[pd.DataFrame], by: Iterable[str]) -> list[NDArray[np.int64]]:
    """Number the rows of frames by what stands in some columns: alike rows have one number."""
    by = list(by)
    ends = np.cumsum([len(frame) for frame in frames])
    if ends[-1] < _FEW:
        seen: dict[tuple[Any, ...], int] = {}
        rows = (zip(*(frame[name].tolist() for name in by), strict=True) for frame in frames)
        told = [seen.setdefault(row, len(seen)) for frame in rows for row in frame]
        return np.split(np.array(told, dtype=np.int64), ends[:-1])
    numbers, most = np.zeros(ends[-1], dtype=np.int64), 1
    for name in by:
        codes, words = pd.factorize(np.concatenate([frame[name].to_numpy() for frame in frames]))
        if most * (len(words) + 1) > _WIDEST:
            numbers, known = pd.factorize(numbers)
            most = len(known)
        numbers = numbers * (len(words) + 1) + codes + 1  # the code of a blank is -1
        most *= len(words) + 1
    return np.split(pd.factorize(numbers)[0], ends[:-1])
