"""Exchange rates: one for every currency where it is used, and the right way up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from jvopt.core.checks.subject import Flags, Floats, Subject, rows_where
from jvopt.core.issues import Issue, issue
from jvopt.core.phrases import Amount, Listed, Name, Rows
from jvopt.core.tables import TABLES

_VALUES = (("products", "customs_value"), ("supply", "unit_cost"), ("demand", "price"))
"""What goods themselves are worth."""

_PER_UNIT = (
    *_VALUES,
    ("assembly", "unit_cost"),
    ("lanes", "cost_per_unit"),
    ("throughput", "handling_cost"),
    ("tariffs", "specific"),
    ("fees", "amount"),
    ("incentives", "amount"),
)
"""Money for a unit of goods. A penalty is left out: it may be as high as one likes."""

_MANY_TIMES = 5.0
"""How many times the worth of goods no fee or support for a unit of them is."""
_FAR = 100.0
"""How many times the dearest goods what is paid for a unit cannot be."""


def base(s: Subject) -> Iterator[Issue]:
    """Check that the base currency has a name that can be one."""
    settings = s["settings"]
    for at in rows_where(settings["setting"] == "base_currency"):
        name = str(settings["value"][at])
        if name and not any(map(str.isalpha, name)):
            yield issue("odd_currency", "settings", at + 1, "value", name)


def rates(s: Subject) -> Iterator[Issue]:
    """Check that every currency has a rate in every period in which it is used."""
    rates = s["currencies"]
    base = rates.index[(rates["currency"] == s.base_currency) & (rates["rate"] != 1)]
    for at in base[rates["rate"][base].notna()]:
        yield issue(
            "base_currency_rate",
            "currencies",
            at + 1,
            "rate",
            f"{rates['rate'][at]:g}",
            currency=s.base_currency,
        )
    if not s.sound("currencies", "periods"):
        return
    everywhere = set(rates["currency"][rates["period"] == ""]) | {s.base_currency}
    needed = _needed(s)
    for currency in rates["currency"].unique():
        if not currency or currency in everywhere:
            continue
        mine = rates[rates["currency"] == currency]
        missing = [
            period
            for period in s.horizon["period"]
            if period not in set(mine["period"])
            and not needed.get(currency, set()).isdisjoint({period, ""})
        ]
        if missing:
            yield issue(
                "currency_without_rate",
                "currencies",
                int(mine.index[0]) + 1,
                "currency",
                currency,
                periods=Listed(missing),
            )


def _needed(s: Subject) -> dict[str, set[str]]:
    """Give for each currency the periods of the rows that use it, "" for all."""
    needed: dict[str, set[str]] = {}
    for table in TABLES.values():
        if table.money_of != "row":
            continue
        frame = s[table.name]
        periods_of = frame["period"] if "period" in frame else [""] * len(frame)
        for currency, period in set(zip(frame["currency"], periods_of, strict=True)):
            if currency:
                needed.setdefault(str(currency), set()).add(str(period))
    return needed


class _Dearest(NamedTuple):
    """The highest amount for a unit of goods among some rows, in the base currency."""

    worth: float
    amount: float
    table: str
    column: str
    row: int


def upside_down(s: Subject) -> Iterator[Issue]:
    """Warn of a rate at which something costs far more than all goods, and would not turned over.

    Only rates above 1 are looked at: with 524 for 0.0019 amounts become too high to be true, while
    with 0.0019 for 524 they are merely low, as those of small parts may be.
    """
    rates = s["currencies"]
    above = (rates["rate"] > 1) & (rates["currency"] != s.base_currency)
    if not above.any() or not s.sound("currencies", "periods"):
        return
    for at in rows_where(above & s.good("currencies")):
        currency, period, rate = (rates[name][at] for name in ("currency", "period", "rate"))
        found = _dearest(s, _PER_UNIT, currency, period, float(rate))
        if found is None:
            continue
        others = {str(c): r.max() for c, r in rates.groupby("currency")["rate"] if c != currency}
        others = {s.base_currency: 1.0, **others}
        known = [_dearest(s, _VALUES, other, "", float(r)) for other, r in others.items()]
        goods = max((k.worth for k in known if k), default=0.0)
        if goods > 0 and found.amount / rate <= _FAR * goods < found.worth:
            yield issue(
                "doubtful_rate",
                "currencies",
                at + 1,
                "rate",
                f"{rate:g}",
                currency=currency,
                base=s.base_currency,
                where=Name(found.table),
                row_there=Rows(found.table, (found.row,)),
                amount=Amount(found.amount),
                worth=Amount(found.worth),
                goods=Amount(goods),
                turned=f"{1 / rate:.4g}",
            )


def above_goods(s: Subject) -> Iterator[Issue]:
    """Warn of fees and support for a unit that are many times what the goods themselves are worth.

    So it is where a row lacks its currency.
    """
    if not s.sound("currencies", "products", "supply", "demand"):
        return
    worth = s.once("worth", _worth)
    least = float(worth.min()) if len(worth) else np.inf
    for table in ("fees", "incentives"):
        amounts = _in_base(s, table, "amount").where(s.good(table))
        for at in rows_where(amounts > _MANY_TIMES * least):
            row, amount = s[table].iloc[at], float(amounts[at])
            goods = _worth_of(s, worth, row)
            if amount > _MANY_TIMES * goods:
                place = (table, at + 1, "amount", f"{row['amount']:g}")
                yield issue(
                    "amount_above_goods", *place, base=s.base_currency,
                    worth=Amount(amount), goods=Amount(goods),
                )  # fmt: skip
                break


def _worth_of(s: Subject, worth: pd.Series[float], row: pd.Series[Any]) -> float:
    """Give the most that a unit of what a row chooses is worth; infinite where nobody knows."""
    goods = s["products"]
    chosen = goods["hs"].str.startswith(str(row["hs"]))
    for column in ("product", "family"):
        if row[column]:
            chosen &= goods[column] == row[column]
    known = worth.reindex(goods["product"][chosen]).dropna()
    return float(known.max()) if len(known) else np.inf


def _worth(s: Subject) -> pd.Series[float]:
    """Give the most that a unit of each product is worth, in the base currency."""
    parts = [
        pd.Series(_in_base(s, table, column).to_numpy(), index=s[table]["product"])
        for table, column in _VALUES
    ]
    known = pd.concat(parts)
    return known[known > 0].groupby(level=0).max()


def _in_base(s: Subject, table: str, column: str) -> pd.Series[float]:
    """Give amounts in the base currency, at the highest of the rates of a currency."""
    rates = s["currencies"].groupby("currency")["rate"].max()
    rates[s.base_currency] = 1.0
    currencies = s[table]["currency"].replace("", s.base_currency)
    return s[table][column] * currencies.map(rates)


def _dearest(
    s: Subject, columns: tuple[tuple[str, str], ...], currency: str, period: str, rate: float
) -> _Dearest | None:
    """Find the highest amount in a currency, in the rows that hold in a period ("" for any)."""
    best: _Dearest | None = None
    for table, column in columns:
        if currency not in _written(s, table):
            continue
        frame = s[table]
        mine = _in_currency(s, table, currency)
        if period and "period" in frame:
            mine = mine & frame["period"].isin(["", period]).to_numpy(bool)
        if column == "specific":
            mine = mine & (frame["specific_per"] != "tonne").to_numpy(bool)
        amounts: Floats = np.where(mine, frame[column].fillna(0.0).to_numpy(float), 0.0)
        row = int(amounts.argmax())
        worth = float(amounts[row]) * rate
        if worth > (best.worth if best else 0.0):
            best = _Dearest(worth, float(amounts[row]), table, column, row + 1)
    return best


def _written(s: Subject, table: str) -> set[str]:
    """Give the currencies that rows of a table are in."""
    words = set(s.words(table, "currency"))
    return words | {s.base_currency} if "" in words else words


def _in_currency(s: Subject, table: str, currency: str) -> Flags:
    column = s[table]["currency"]
    mine: pd.Series[bool] = column == currency
    if currency == s.base_currency:
        mine = mine | (column == "")
    flags: Flags = mine.to_numpy(bool)
    return flags
