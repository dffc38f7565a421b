"""Rules of opening: what is open, opened, closed and built; what is closed does nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jvopt.solve.audit.books import Books
from jvopt.solve.audit.given import look_up
from jvopt.solve.audit.log import TOLERANCE, Log

States = NDArray[np.float64]


def states_whole(books: Books, log: Log) -> None:
    """Open, opened, closed and built are 0 or 1."""
    for table, columns in (
        ("sites", ("open", "opened", "closed")),
        ("lines", ("open", "built", "closed")),
    ):
        rows = books.stated[table]
        places = rows[[table[:-1], "period"]]
        for column in columns:
            log.same(table, places, (rows[column] > 0.5).astype(float), rows[column])


def site_states(books: Books, log: Log) -> None:
    """open_t - open_(t-1) = opened_t - closed_t, from ``now`` on, and never both.

    Every site stands in the plan once for each period.
    """
    rows = books.given.in_each_period(books.given["sites"])
    _listed_once(books, log, "sites", rows)
    open_, before = _states(books, "sites", rows)
    opened, closed = np.maximum(open_ - before, 0.0), np.maximum(before - open_, 0.0)
    keys = ["site", "period"]
    log.same("sites", rows[keys], opened, look_up(rows, books.stated["sites"], keys, "opened"))
    log.same("sites", rows[keys], closed, look_up(rows, books.stated["sites"], keys, "closed"))


def site_decisions(books: Books, log: Log) -> None:
    """Sites keep their decision.

    stay: as now throughout; open: open in every period; closed: in none.
    """
    rows = books.given.in_each_period(books.given["sites"])
    open_, _ = _states(books, "sites", rows)
    now = (rows["now"] == "open").astype(float)
    must = rows["decision"].map({"open": 1.0, "closed": 0.0})
    must = must.where(rows["decision"] != "stay", now)
    fixed = must.notna()
    log.same("sites", rows[["site", "period"]][fixed], must[fixed], open_[fixed])


def line_states(books: Books, log: Log) -> None:
    """A line is open only if it was before or is ready, and its site is open.

    It is ready in a period if it was built in a period o, this being the first that starts at least
    build_time after o does, and not before first_period. It closes where it was open before and no
    longer is. Every line stands in the plan once for each period.
    """
    rows = books.given.lines
    _listed_once(books, log, "lines", rows)
    open_, before = _states(books, "lines", rows)
    stated, keys = books.stated["lines"], ["line", "period"]
    log.same(
        "lines", rows[keys], np.maximum(before - open_, 0.0), look_up(rows, stated, keys, "closed")
    )
    built = look_up(rows, stated, keys, "built")
    ready = _ready(books, rows, built.to_numpy())
    log.at_most("lines", rows[keys], np.fmax(before, ready), open_)
    site = look_up(rows, books.stated["sites"], ["site", "period"], "open")
    log.at_most("lines", rows[[*keys, "site"]], site, open_)


def line_decisions(books: Books, log: Log) -> None:
    """Lines keep their decision.

    stay: as now throughout; closed: closed in every period; open: open in every period from the
    first in which it can be.
    """
    rows = books.given.lines
    open_, _ = _states(books, "lines", rows)
    now = (rows["now"] == "open").astype(float)
    anything = _ready(books, rows, np.ones(len(rows)))
    can = rows.assign(can=np.fmax(now, anything)).groupby("line", sort=False)["can"].cummax()
    must = pd.Series(0.0, index=rows.index).where(rows["decision"] == "closed", np.nan)
    must = must.where(rows["decision"] != "stay", now).where(rows["decision"] != "open", can)
    fixed = must.notna()
    log.same("lines", rows[["line", "period"]][fixed], must[fixed], open_[fixed])


def closed_does_nothing(books: Books, log: Log) -> None:
    """A closed site buys, makes, uses, ships, receives, stocks and delivers nothing."""
    stated = books.stated
    open_ = stated["sites"][["site", "period", "open"]]
    for table, site, column in (
        ("purchases", "site", "quantity"),
        ("production", "site", "quantity"),
        ("shipments", "origin", "quantity"),
        ("shipments", "destination", "quantity"),
        ("stock", "site", "closing"),
        ("deliveries", "site", "quantity"),
    ):
        rows = stated[table].rename(columns={site: "at"})
        places = rows[["at", "product", "goods", "period"]].rename(columns={"at": "site"})
        shut = look_up(places, open_, ["site", "period"], "open") < 0.5
        log.same(table, places, 0.0, rows[column].where(shut, 0.0))


def _listed_once(books: Books, log: Log, table: str, rows: pd.DataFrame) -> None:
    keys = [table[:-1], "period"]
    stated = books.stated[table]
    known, found = (pd.MultiIndex.from_frame(f[keys]) for f in (rows, stated))
    log.true(table, rows[keys], known.isin(found), "one row")
    log.true(table, stated[keys], found.isin(known) & ~found.duplicated(), "one row")


def _states(books: Books, table: str, rows: pd.DataFrame) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """Give open in each period and in the one before; before the horizon it is ``now``."""
    key = table[:-1]
    open_ = look_up(rows, books.stated[table], [key, "period"], "open")
    before = rows.assign(open_=open_).groupby(key, sort=False)["open_"].shift()
    return open_, before.fillna((rows["now"] == "open").astype(float))


def _ready(books: Books, rows: pd.DataFrame, built: States) -> States:
    """Give for each line and period how much of it becomes ready then, if ``built`` is built."""
    periods = books.given.periods
    offset = periods["offset"].to_numpy()
    number = dict(zip(periods["period"], periods["number"], strict=True))
    at = rows["period"].map(number).to_numpy()
    place = {key: n for n, key in enumerate(zip(rows["line"], at, strict=True))}
    ready = np.zeros(len(rows))
    facts = zip(rows["line"], at, rows["build_time"], rows["first_period"], built, strict=True)
    for line, start, build_time, first, amount in facts:
        late = np.flatnonzero(offset >= offset[start] + build_time - TOLERANCE)
        if amount and len(late) and (not first or late[0] >= number[first]):
            ready[place[line, late[0]]] += amount
    return ready
