"""Time: periods that follow each other, and dates inside them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pandas as pd

from jvopt.core.checks.subject import Subject, rows_where
from jvopt.core.issues import Issue, issue
from jvopt.core.phrases import Phrase
from jvopt.core.rates import RATE_PLACES

_EPOCH = dt.date(1970, 1, 1).toordinal()
_SLACK = 15
"""Days that a period may start from where its predecessor ends: months and leap years differ."""


def periods(s: Subject) -> Iterator[Issue]:
    """Check that periods start one after the other, each where the one before it ends."""
    frame = s.filled("periods")
    start = frame["start"]
    known = start.ffill().shift()
    for at in rows_where(start <= known):
        yield issue(
            "periods_out_of_order",
            "periods",
            at + 1,
            "start",
            _day(start[at]),
            before=known[at].date(),
        )
    # Days as plain numbers: a length may be beyond what dates can hold.
    count = start.to_numpy("datetime64[D]").astype("int64").astype(float)
    day = pd.Series(count).where(start.notna())
    due = day.shift() + frame["years"].shift() * 365.25
    far = (start > known) & ((due - day).abs() > _SLACK) & (frame["years"].shift() > 0)
    for at in rows_where(far):
        yield issue(
            "period_gap",
            "periods",
            at + 1,
            "start",
            _day(start[at]),
            before=frame["period"][at - 1],
            years=float(frame["years"][at - 1]),
            due=_date(due[at]),
        )


def from_dates(s: Subject) -> Iterator[Issue]:
    """Warn of rates that begin inside a period, after the last, or where time has no dates."""
    if not s.good("periods").all() or not s.sound("periods"):
        return
    starts = s.horizon
    for table in RATE_PLACES:
        dates = s[table]["from_date"]
        for at in rows_where(dates.notna()):
            date = dates[at]
            later = starts[starts["start"] >= date]
            place = (table, at + 1, "from_date", _day(date))
            if starts["start"].isna().any():
                yield issue("from_date_without_periods", *place)
            elif later.empty:
                last = starts.iloc[-1]
                yield issue(
                    "from_date_after_horizon",
                    *place,
                    last=last["period"],
                    start=last["start"].date(),
                )
            elif date > starts["start"].iloc[0] and later["start"].iloc[0] != date:
                first = later.iloc[0]
                yield issue(
                    "from_date_inside_period",
                    *place,
                    next=first["period"],
                    start=first["start"].date(),
                )


def _date(day: float) -> dt.date | Phrase:
    """Give the date of a day counted from 1970, as far as the calendar goes."""
    last = dt.date.max.toordinal() - _EPOCH
    return dt.date.fromordinal(_EPOCH + round(day)) if day <= last else Phrase("no date")


def _day(date: pd.Timestamp) -> str:
    return date.date().isoformat()
