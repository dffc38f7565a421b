"""Numbers of one row that do not fit each other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from jvopt.core.checks.subject import Subject, rows_where
from jvopt.core.issues import Issue, issue
from jvopt.core.phrases import Name, Rows

_POSITIVE = (
    ("periods", "years"),
    ("currencies", "rate"),
    ("sites", "life"),
    ("lines", "life"),
    ("lines", "step_size"),
    ("throughput", "step_size"),
)
_FAR = 100.0
"""How many times the usual rate, or a part of it, no rate is."""
_FEW = 10
"""A rate is strange where at least so many times as many are not."""
_LEAST_AND_MOST = (
    ("supply", "least_take", "capacity"),
    ("assembly", "least", "most"),
    ("stock", "least", "most"),
    ("stock", "end_least", "most"),
)


def positive(s: Subject) -> Iterator[Issue]:
    """Check that what is divided by, or gives time its length, is above 0."""
    for table, column in _POSITIVE:
        for at in rows_where(s[table][column] == 0):
            yield issue("not_positive", table, at + 1, column, 0)


def least_and_most(s: Subject) -> Iterator[Issue]:
    """Check that no least is above the most it stands beside."""
    for table, least, most in _LEAST_AND_MOST:
        frame = s[table]
        for at in rows_where(frame[least] > frame[most]):
            yield _above(table, at, least, frame[least][at], most, frame[most][at])
    lines, own = s.filled("lines"), s["line_periods"]
    load, capacity = lines["least_load"], lines["capacity"]
    room = s.line_room
    for at in rows_where(load > capacity + room):
        yield _above("lines", at, "least_load", load[at], "capacity", capacity[at] + room[at])
    line = pd.Index(lines["line"].drop_duplicates()).get_indexer(pd.Index(own["line"]))
    at_line = np.where(line < 0, 0, line)
    if len(lines) and len(own):
        load = own["least_load"].fillna(pd.Series(load.to_numpy()[at_line]))
        capacity = own["capacity"].fillna(pd.Series(capacity.to_numpy()[at_line]))
        stated = own["least_load"].notna() | own["capacity"].notna()
        wrong = (line >= 0) & stated.to_numpy() & (load > capacity + room[at_line]).to_numpy()
        for at in rows_where(wrong):
            column = "least_load" if pd.notna(own["least_load"][at]) else "capacity"
            yield _above(
                "line_periods", at, column, load[at], "capacity", capacity[at] + room[at_line[at]]
            )


def _above(table: str, at: int, column: str, least: float, most: str, value: float) -> Issue:
    return issue(
        "least_above_most",
        table,
        at + 1,
        column,
        f"{least:g}",
        most=Name(table, most),
        limit=float(value),
    )


def expansion(s: Subject) -> Iterator[Issue]:
    """Check that what can be expanded is limited, and what has steps has their cost."""
    per_period = s["line_periods"]
    for table in ("lines", "throughput"):
        frame = s[table]
        unlimited = frame["capacity"].isna() & s.good(table, "capacity", "step_cost")
        for at in rows_where(unlimited & frame["step_cost"].notna()):
            yield issue(
                "expansion_without_capacity",
                table,
                at + 1,
                "step_cost",
                f"{frame['step_cost'][at]:g}",
            )
        idle = frame["step_cost"].isna() & s.good(table, "step_cost")
        if table == "lines":
            idle &= ~s.priced_lines
        for at in rows_where(idle & (frame["step_size"].notna() | frame["most_steps"].notna())):
            column = "step_size" if pd.notna(frame["step_size"][at]) else "most_steps"
            yield issue("step_without_cost", table, at + 1, column, f"{frame[column][at]:g}")
    lines = s["lines"]
    unlimited_lines = set(lines["line"][lines["capacity"].isna()])
    for at in rows_where(
        per_period["step_cost"].notna()
        & per_period["capacity"].isna()
        & per_period["line"].isin(unlimited_lines)
        & s.good("line_periods", "capacity")
    ):
        cost = f"{per_period['step_cost'][at]:g}"
        yield issue("expansion_without_capacity", "line_periods", at + 1, "step_cost", cost)


def without_effect(s: Subject) -> Iterator[Issue]:
    """Warn of figures that nothing reads."""
    demand = s["demand"]
    must = demand["penalty"].isna() & s.good("demand", "penalty")
    for at in rows_where(must & (demand["least_share"] > 0)):
        share = f"{demand['least_share'][at]:g}"
        yield issue("least_share_without_penalty", "demand", at + 1, "least_share", share)
    fees = s["fees"]
    for at in rows_where(
        fees["amount"].isna() & fees["relief"].isna() & s.good("fees", "amount", "relief")
    ):
        yield issue("fee_sets_nothing", "fees", at + 1, "amount")
    stock = s["stock"] if s.good("periods").all() else s["stock"].iloc[:0]
    for column, period in (
        ("opening", s.horizon["period"].iloc[0]),
        ("end_least", s.horizon["period"].iloc[-1]),
    ):
        own = stock.loc[stock["period"] == period, ["site", "product"]]
        shadowed = pd.MultiIndex.from_frame(stock[["site", "product"]]).isin(
            pd.MultiIndex.from_frame(own)
        )
        other = (stock["period"] != "") & (stock["period"] != period)
        unread = other | ((stock["period"] == "") & shadowed)
        for at in rows_where(unread & (stock[column] > 0)):
            yield issue(
                "stock_not_read",
                "stock",
                at + 1,
                column,
                f"{stock[column][at]:g}",
                period=period,
            )


def freight(s: Subject) -> Iterator[Issue]:
    """Warn of rates by distance that have no distance, or that are far from all others."""
    lanes = s["lanes"]
    charged = (lanes["cost_per_tonne_km"] > 0) | (lanes["co2"] > 0)
    good = s.good("lanes", "distance", "cost_per_tonne_km", "co2")
    unknown = rows_where(charged & lanes["distance"].isna() & good)
    if unknown:
        rows = Rows("lanes", tuple(at + 1 for at in unknown))
        yield issue("rate_without_distance", "lanes", unknown[0] + 1, "distance", rows=rows)
    for column in ("cost_per_tonne_km", "co2"):
        for _, rates in lanes[column][good & (lanes[column] > 0)].groupby(lanes["currency"]):
            usual = float(rates.median())
            far = rates[(rates > _FAR * usual) | (_FAR * rates < usual)]
            if 0 < _FEW * len(far) <= len(rates):
                for at, rate in far.items():
                    place = ("lanes", int(str(at)) + 1, column, f"{rate:g}")
                    yield issue("rate_far_from_others", *place, usual=usual)


def lines_at_sites(s: Subject) -> Iterator[Issue]:
    """Check that a line which is to be open stands at a site that can be."""
    lines = s.filled("lines")
    held = (lines["decision"] == "open") | (
        (lines["decision"] == "stay") & (lines["now"] == "open")
    )
    shut = set(s["sites"]["site"][~s.able])
    # A site that is decided to be closed is so on purpose.
    sites = s.filled("sites")
    left = set(sites["site"][(sites["decision"] == "stay") & ~s.able])
    idle = lines["site"].isin(left) & (lines["decision"] == "free") & s.good("lines")
    for at in rows_where(idle):
        site = lines["site"][at]
        yield issue("line_at_closed_site", "lines", at + 1, "line", lines["line"][at], site=site)
    for at in rows_where(held & lines["site"].isin(shut) & s.good("lines")):
        yield issue(
            "open_line_at_closed_site",
            "lines",
            at + 1,
            "decision",
            lines["decision"][at],
            line=lines["line"][at],
            site=lines["site"][at],
        )
