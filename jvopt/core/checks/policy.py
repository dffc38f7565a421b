"""Limits that say nothing or ask for what cannot be, and customs codes that are none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from jvopt.core.checks.subject import Flags, Subject, rows_where
from jvopt.core.conditions import tags_of
from jvopt.core.issues import Issue, issue, nearest
from jvopt.core.phrases import Choice, Listed, Percent
from jvopt.core.rates import RATE_PLACES
from jvopt.core.tables import TABLES

_FOR_EACH = TABLES["limits"]["for_each"].choices
_OF_PRODUCT = ("product", "family", "product_tag")
_SAME = ["quantity", "site", "site_tag", "country", *_OF_PRODUCT, "assembly_mode", "period",
         "within_km", "within_days"]  # fmt: skip
"""What two limits have in common that are of the same selection."""
_SHARES = ("share_of_source", "demand_within")
_WITHOUT_PRODUCT = ("sites_open",)
_WITHOUT_MODE = ("sites_open", "bought", "share_of_source", "co2", "demand_within")


def customs_codes(s: Subject) -> Iterator[Issue]:
    """Check that customs codes are digits, as prefixes of them are compared."""
    for table in ("products", "claims", *RATE_PLACES):
        codes = s[table]["hs"]
        for at in rows_where((codes != "") & ~codes.str.fullmatch("[0-9]+").to_numpy(bool)):
            near = re.sub("[^0-9]", "", codes[at])
            yield issue("hs_not_digits", table, at + 1, "hs", codes[at], nearest=near)


def duty_rates(s: Subject) -> Iterator[Issue]:
    """Warn of duty above the value itself, as where 5 stands for 5%."""
    for at in rows_where(s["tariffs"]["ad_valorem"] > 1):
        yield duty_above_value("tariffs", at, "ad_valorem", s["tariffs"]["ad_valorem"][at])


def duty_above_value(table: str, at: int, column: str, rate: float) -> Issue:
    """Make the warning of a duty above the value, at a row from 0."""
    meant, percent = Percent(rate / 100), Percent(rate)
    return issue(
        "duty_above_value", table, at + 1, column, f"{rate:g}", nearest=meant, percent=percent
    )


def limits(s: Subject) -> Iterator[Issue]:
    """Check each limit by itself."""
    frame = s.filled("limits")
    good = s.good("limits")
    for at, row in enumerate(frame.to_dict("records")):
        fit = [name for name in _FOR_EACH if _fits(row["quantity"], name)]
        for word in tags_of(row["for_each"]):
            place = ("limits", at + 1, "for_each", word)
            known = Listed(map(Choice, fit))
            near = nearest(word, fit)
            if word not in _FOR_EACH:
                yield issue("unknown_for_each", *place, nearest=near and Choice(near), known=known)
            elif word not in fit:
                yield issue("unfit_for_each", *place, quantity=Choice(row["quantity"]), known=known)
        for name in (*_OF_PRODUCT, "assembly_mode"):
            if row[name] and not _fits(row["quantity"], name):
                place = ("limits", at + 1, name, row[name])
                yield issue("unfit_selector", *place, quantity=Choice(row["quantity"]))
        if good[at]:
            yield from _limit(row, at)


def _fits(quantity: str, selector: str) -> bool:
    """Say whether what a limit counts has what a column selects by: a site has no product."""
    if selector == "assembly_mode":
        return quantity not in _WITHOUT_MODE
    return selector not in _OF_PRODUCT or quantity not in _WITHOUT_PRODUCT


def _limit(row: dict[Any, Any], at: int) -> Iterator[Issue]:
    quantity = row["quantity"]
    if quantity in _SHARES and row["value"] > 1:
        yield issue(
            "share_above_one",
            "limits",
            at + 1,
            "value",
            f"{row['value']:g}",
            quantity=Choice(quantity),
        )
    given = [name for name in ("within_km", "within_days") if pd.notna(row[name])]
    if quantity == "demand_within" and not given:
        yield issue("limit_without_distance", "limits", at + 1, "within_km")
    if quantity != "demand_within":
        for name in given:
            yield issue(
                "within_without_effect",
                "limits",
                at + 1,
                name,
                f"{row[name]:g}",
                quantity=Choice(quantity),
            )


def contradictions(s: Subject) -> Iterator[Issue]:
    """Check that no limit asks for more than another allows of the same selection.

    Shares, and what is limited for each of some things, are left out: where there is nothing to
    share, or none of those things, both may hold.
    """
    frame = s.filled("limits")[s.good("limits")]
    frame = frame[~frame["quantity"].isin(_SHARES) & (frame["for_each"] == "")]
    for _, limits in frame.groupby(_SAME, dropna=False, sort=False):
        least = limits[limits["sense"] == "at_least"]
        most = limits[limits["sense"] == "at_most"].sort_values("value").head(1)
        for other, value in zip(most["limit"], most["value"], strict=True):
            for at in least.index[least["value"] > value]:
                asked, quantity = float(least["value"][at]), str(least["quantity"][at])
                yield issue(
                    "limits_contradict", "limits", at + 1, "value", f"{asked:g}",
                    quantity=Choice(quantity), other=other, asked=asked, most=float(value),
                )  # fmt: skip


def selections(s: Subject) -> Iterator[Issue]:
    """Check that each limit selects something, and a least no more than there is."""
    if not s.sound("sites", "products", "lines", "recipes", "assembly", "supply", "demand"):
        return
    frame = s.filled("limits")
    for at in rows_where(s.good("limits")):
        row = frame.iloc[at].to_dict()
        count = _count(s, row)
        if row["sense"] == "at_least" and row["value"] > 0 and count == 0:
            code = "least_of_nothing"
        elif count == 0:
            code = "limit_selects_nothing"
        elif (
            row["sense"] == "at_least"
            and row["quantity"] in ("sites_open", "lines_open")
            and row["value"] > count
            and not row["for_each"]
        ):
            code = "least_of_too_few"
        else:
            continue
        value = f"{row['value']:g}" if code == "least_of_too_few" else row["limit"]
        column = "value" if code == "least_of_too_few" else "limit"
        quantity = Choice(row["quantity"])
        yield issue(code, "limits", at + 1, column, value, quantity=quantity, count=count)


def _count(s: Subject, row: dict[Any, Any]) -> int:
    """Count what a limit selects: sites, lines, or rows of the table that its quantity is of."""
    sites, products = s["sites"], s["products"]
    chosen_sites = _chosen(sites, row, site="site", country="country", site_tag="tags")
    chosen_products = _chosen(products, row, product="product", family="family", product_tag="tags")
    at_site = set(sites["site"][chosen_sites])
    of_product = set(products["product"][chosen_products])
    quantity = row["quantity"]
    if quantity == "sites_open":
        return int((chosen_sites & s.able).sum())
    if quantity in ("bought", "share_of_source"):
        return _rows(s["supply"], at_site, of_product)
    if quantity == "demand_within":
        return _rows(s["demand"], at_site, of_product)
    if quantity in ("made", "lines_open"):
        lines, recipes = s["lines"], s["recipes"]
        ways = s["assembly"].merge(
            lines.loc[s.able_lines, ["line", "site"]].drop_duplicates("line"), on="line"
        )
        ways = ways.merge(
            recipes[["recipe", "product", "assembly_mode"]].drop_duplicates("recipe"), on="recipe"
        )
        fits = ways["site"].isin(at_site) & ways["product"].isin(of_product)
        if row["assembly_mode"]:
            fits &= ways["assembly_mode"] == row["assembly_mode"]
        named = any(row[c] for c in ("product", "family", "product_tag", "assembly_mode"))
        if quantity == "lines_open" and not named:
            return int((lines["site"].isin(at_site) & s.able_lines).sum())
        return int(ways["line"][fits].nunique())
    return min(len(at_site), len(of_product))


def _chosen(frame: pd.DataFrame, row: dict[Any, Any], **selectors: str) -> Flags:
    flags = np.ones(len(frame), bool)
    for selector, column in selectors.items():
        word = row[selector]
        if word and column == "tags":
            flags &= np.array([word in tags_of(cell) for cell in frame[column]], bool)
        elif word:
            flags &= (frame[column] == word).to_numpy(bool)
    return flags


def _rows(frame: pd.DataFrame, sites: set[str], products: set[str]) -> int:
    return int((frame["site"].isin(sites) & frame["product"].isin(products)).sum())
