"""Rules of limits: what each limits, and what the plan reaches."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import pandas as pd

from jvopt.solve.audit.books import Books
from jvopt.solve.audit.given import look_up, tags
from jvopt.solve.audit.log import Log
from jvopt.solve.audit.rates import Row

SHARES = ("share_of_source", "demand_within")
COUNTS = ("sites_open", "lines_open")
SITE_SELECTORS = ("site", "site_tag", "country")
PRODUCT_SELECTORS = ("product", "family", "product_tag")


class Things:
    """What limits count: one frame for each quantity, with columns to select and group by.

    Each frame has site, country, product, family, assembly_mode, period, the tags of site and
    product, ``thing`` (counted once in a group) and ``amount``. Things that the plan could use but
    does not stand there with the amount 0, so that each group that occurs is limited.
    """

    def __init__(self, books: Books) -> None:
        self.books = books
        self.given = books.given
        self.stated = books.stated

    def of(self, quantity: str) -> pd.DataFrame:
        """Give the frame of a quantity."""
        makers: dict[str, Callable[[], pd.DataFrame]] = {
            "sites_open": self._sites,
            "lines_open": self._lines,
            "made": self._made,
            "bought": self._bought,
            "share_of_source": self._bought,
            "investment": self._investment,
            "co2": self._co2,
            "demand_within": self._wanted,
        }
        frame = makers[quantity]()
        for column in ("product", "assembly_mode"):
            if column not in frame:
                frame[column] = ""
        frame = frame.reset_index(drop=True)
        frame["country"] = self.given.site_column(frame["site"], "country")
        frame["site_tags"] = self.given.site_column(frame["site"], "tags")
        frame["family"] = self.given.product_column(frame["product"], "family")
        frame["product_tags"] = self.given.product_column(frame["product"], "tags")
        if "thing" not in frame:
            frame["thing"] = range(len(frame))
        return frame

    def _sites(self) -> pd.DataFrame:
        rows = self.given.in_each_period(self.given["sites"][["site"]])
        return rows.assign(
            amount=look_up(rows, self.stated["sites"], ["site", "period"], "open").round()
        )

    @cached_property
    def _able(self) -> pd.DataFrame:
        """Every line and recipe in every period; a line without recipes stands there as well."""
        lines = self.given["lines"][["line", "site"]]
        can = self.given.assembly[["line", "recipe", "product", "assembly_mode"]]
        rows = lines.merge(can, on="line", how="left").fillna("")
        return self.given.in_each_period(rows)

    def _lines(self) -> pd.DataFrame:
        rows = self._able
        return rows.assign(
            thing=rows["line"] + "\n" + rows["period"],
            amount=look_up(rows, self.stated["lines"], ["line", "period"], "open").round(),
        )

    def _made(self) -> pd.DataFrame:
        rows = self._able[(self._able["recipe"] != "").to_numpy()]
        made = self.books.figures.made
        return rows.assign(amount=look_up(rows, made, ["line", "recipe", "period"], "quantity"))

    def _bought(self) -> pd.DataFrame:
        rows = self.given.winning_row("supply")[["site", "product", "period"]]
        keys = ["site", "product", "period"]
        return rows.assign(amount=look_up(rows, self.stated["purchases"], keys, "quantity"))

    def _investment(self) -> pd.DataFrame:
        """Opening of sites and steps of throughput, which select by site alone, and lines."""
        given = self.given
        sites = given.in_base(given.in_each_period(given["sites"]), "opening_cost")
        opened = look_up(sites, self.stated["sites"], ["site", "period"], "opened")
        sites = sites.assign(amount=opened * sites["opening_cost"])
        room = given.in_base(given.in_each_period(given["throughput"]), "step_cost")
        steps = look_up(room, self.stated["throughput"], ["site", "product", "period"], "steps")
        room = room.assign(amount=(steps * room["step_cost"]).fillna(0.0))
        lines = given.in_base(given.lines, "investment", "step_cost")
        stated, keys = self.stated["lines"], ["line", "period"]
        amount = look_up(lines, stated, keys, "built") * lines["investment"]
        extra = look_up(lines, stated, keys, "steps") * lines["step_cost"]
        lines = lines[keys].assign(amount=amount + extra.fillna(0.0))
        lines = self._able.merge(lines, on=keys)
        lines = lines.assign(thing=lines["line"] + "\n" + lines["period"])
        frames = [
            sites[["site", "period", "amount"]].assign(thing="site\n" + sites["site"]),
            room[["site", "period", "amount"]].assign(
                thing="throughput\n" + room["site"] + "\n" + room["product"]
            ),
            lines[["site", "period", "amount", "thing", "product", "assembly_mode"]],
        ]
        frames[0]["thing"] += "\n" + frames[0]["period"]
        frames[1]["thing"] += "\n" + frames[1]["period"]
        return pd.concat(frames, ignore_index=True).fillna({"product": "", "assembly_mode": ""})

    def _co2(self) -> pd.DataFrame:
        rows = self.books.figures.shipped
        return pd.DataFrame(
            {
                "site": rows["origin"],
                "product": rows["product"],
                "period": rows["period"],
                "amount": rows["co2_due"].fillna(0.0),
            }
        )

    def _wanted(self) -> pd.DataFrame:
        rows = self.books.figures.wanted
        return rows[["site", "product", "period"]].assign(amount=rows["quantity"])

    def arriving(self, row: Row) -> pd.DataFrame:
        """Give what reaches the markets over lanes within the limit's distance and days."""
        rows = self.books.figures.shipped
        near = pd.Series(True, index=rows.index)
        for limit, column in (("within_km", "distance"), ("within_days", "transit_days")):
            if row[limit] == row[limit]:
                near &= rows[column] <= row[limit]
        rows = rows[near]
        return pd.DataFrame(
            {
                "site": rows["destination"],
                "product": rows["product"],
                "period": rows["period"],
                "units": rows["quantity"],
            }
        )


def select(frame: pd.DataFrame, row: Row, selectors: tuple[str, ...]) -> pd.DataFrame:
    """Keep what the selectors of a limit fit; blank ones fit all."""
    good = pd.Series(True, index=frame.index)
    for name in selectors:
        word = row[name]
        if not word:
            continue
        if name.endswith("_tag"):
            good &= frame[f"{name}s"].map(lambda cell, tag=word: tag in tags(cell)).astype(bool)
        else:
            good &= frame[name] == word
    return frame[good]


def _selectors(row: Row) -> tuple[str, ...]:
    """Say by what a limit selects: lines and what is made also by assembly mode."""
    if row["quantity"] == "sites_open":
        return (*SITE_SELECTORS, "period")
    if row["quantity"] in ("lines_open", "made", "investment"):
        return (*SITE_SELECTORS, *PRODUCT_SELECTORS, "assembly_mode", "period")
    return (*SITE_SELECTORS, *PRODUCT_SELECTORS, "period")


def reached(books: Books) -> pd.DataFrame:
    """Give for each limit and group what the plan reaches, and of what (for shares).

    Returns
    -------
    DataFrame
        limit, group, sense, value, quantity, part, whole (1 where the limit is not a share).
    """
    things = Things(books)
    rows: list[Row] = []
    for row in books.given["limits"].to_dict("records"):
        quantity = row["quantity"]
        by = sorted(tags(row["for_each"]), key=row["for_each"].index)
        if quantity in COUNTS and "period" not in by:
            by.append("period")
        chosen = select(things.of(quantity), row, _selectors(row))
        for name in by:
            chosen = chosen[chosen[name] != ""]
        whole = chosen
        if quantity == "share_of_source":
            whole = select(things.of(quantity), row, (*PRODUCT_SELECTORS, "period"))
        for words, group in _groups(chosen.drop_duplicates([*by, "thing"]), by):
            part = group["amount"].sum()
            of = 1.0
            if quantity == "share_of_source":
                of = _like(whole, by, words, SITE_SELECTORS)["amount"].sum()
            if quantity == "demand_within":
                of = part
                keys = ["site", "product", "period"]
                group = group[(group["amount"] > 0).to_numpy()]  # goods may pass through others
                part = look_up(group, things.arriving(row), keys, "units").sum()
            rows.append(
                {
                    "limit": row["limit"],
                    "group": ", ".join(words),
                    "part": part,
                    "whole": of,
                    "quantity": quantity,
                    "sense": row["sense"],
                    "value": row["value"],
                }
            )
    columns = ["limit", "group", "sense", "value", "quantity", "part", "whole"]
    return pd.DataFrame(rows, columns=columns)


def _groups(frame: pd.DataFrame, by: list[str]) -> list[tuple[tuple[str, ...], pd.DataFrame]]:
    if not by:
        return [((), frame)]
    return [(tuple(map(str, words)), group) for words, group in frame.groupby(by, sort=False)]


def _like(
    frame: pd.DataFrame, by: list[str], words: tuple[str, ...], but: tuple[str, ...]
) -> pd.DataFrame:
    for name, word in zip(by, words, strict=True):
        if name not in but:
            frame = frame[frame[name] == word]
    return frame


def limits(books: Books, log: Log) -> None:
    """Every limit holds in each of its groups, and the plan tells what it reaches there."""
    due = reached(books)
    places = due[["limit", "group"]]
    most = (due["sense"] == "at_most").to_numpy()
    bound = due["value"] * due["whole"]
    log.at_most("limits", places[most], bound[most], due["part"][most], scale=due["whole"][most])
    log.at_least(
        "limits", places[~most], bound[~most], due["part"][~most], scale=due["whole"][~most]
    )
    stated = books.stated["limits"]
    keys = ["limit", "group"]
    log.true("limits", stated[keys], ~stated.duplicated(keys), "one row")
    found = due.merge(stated.drop_duplicates(keys), on=keys, how="outer", suffixes=("", "_told"))
    share = found["quantity"].isin(SHARES)
    figure: pd.Series[Any] = found["part"].where(~share, found["part"] / found["whole"])
    log.same("limits", found[keys], figure, found["reached"])
    log.same("limits", found[keys], found["value"], found["value_told"])
    log.true(
        "limits",
        found[keys],
        found["sense"] == found["sense_told"],
        found["sense"],
        found["sense_told"],
    )
