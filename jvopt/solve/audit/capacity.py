"""Rules of capacity: supply, lanes, throughput, lines and recipes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from jvopt.solve.audit.books import Books
from jvopt.solve.audit.figures import LANE
from jvopt.solve.audit.given import look_up
from jvopt.solve.audit.log import TOLERANCE, Log, size_of

KEYS = ["site", "product", "period"]


def supply_capacity(books: Books, log: Log) -> None:
    """Bought <= capacity x years, for every row of supply in each period it covers."""
    rows = books.given.every_row("supply")
    bought = look_up(rows, books.stated["purchases"], KEYS, "quantity")
    log.at_most("purchases", rows[KEYS], rows["capacity"] * rows["years"], bought)


def least_take(books: Books, log: Log) -> None:
    """What must be bought is bought.

    Bought >= least_take x years for every row of supply: always while the site is open, or (rule
    if_used) unless nothing is bought.
    """
    rows = books.given.every_row("supply")
    rows = rows[(rows["least_take"] > 0).to_numpy()]
    bought = look_up(rows, books.stated["purchases"], KEYS, "quantity")
    least = rows["least_take"] * rows["years"]
    open_ = look_up(rows, books.stated["sites"], ["site", "period"], "open") > 0.5
    used = size_of(bought, least) > TOLERANCE
    binds = np.where(rows["least_take_rule"] == "always", open_, used)
    log.at_least("purchases", rows[KEYS], least.where(binds), bought)


def lane_capacity(books: Books, log: Log) -> None:
    """Shipped <= capacity x years, for every row of lanes on the sum of what it covers."""
    shipments = books.stated["shipments"][[*LANE, "product", "period", "quantity"]]
    rows = books.figures.covering(shipments)
    keys = ["lane_row", *LANE, "period", "capacity"]
    sums = rows.groupby(keys, dropna=False)["quantity"].sum().reset_index()
    limit = sums["capacity"] * books.given.years(sums["period"])
    log.at_most("shipments", sums[["lane_row", *LANE, "period"]], limit, sums["quantity"])


def throughput(books: Books, log: Log) -> None:
    """What a site sends out fits its throughput, which the plan tells right.

    Sent out <= (capacity + step_size x steps so far) x years, for every row of throughput on the
    sum of the products it covers. Every row stands in the plan once for each period, with that
    capacity, those units and their ratio.
    """
    rows = books.given.in_each_period(books.given["throughput"])
    keys = ["site", "product", "period"]
    stated = _once(log, "throughput", rows, books.stated["throughput"], keys)
    own = books.figures.sent_out(rows, keys)
    everything = books.figures.sent_out(rows, ["site", "period"])
    sent = own.where(rows["product"] != "", everything)
    capacity = _with_steps(rows, stated["steps"], ["site", "product"])
    _capacity_figures(log, "throughput", rows[keys], stated, capacity, sent, "shipped")


def lines(books: Books, log: Log) -> None:
    """The load of a line fits its capacity and least load, which the plan tells right.

    Load = sum of capacity_used x made. While a line is open the load is between least_load x years
    and (capacity + step_size x steps so far) x years; while it is closed the load is 0. Every line
    stands in the plan once for each period, with its site, that capacity, that load and their
    ratio.
    """
    rows = books.given.lines
    keys = ["line", "period"]
    stated = _once(log, "lines", rows, books.stated["lines"], keys)
    places = rows[keys]
    log.true("lines", places, stated["site"] == rows["site"], rows["site"], stated["site"])
    used = books.given.assembly[["line", "recipe", "capacity_used"]]
    made = books.figures.made.merge(used, on=["line", "recipe"], how="left")
    made = made.assign(load=made["quantity"] * made["capacity_used"])
    load = look_up(rows, made, keys, "load")
    capacity = _with_steps(rows, stated["steps"], ["line"])
    open_ = stated["open"] > 0.5
    _capacity_figures(log, "lines", places, stated, capacity, load, "load", open_)
    log.at_least("lines", places, (rows["least_load"] * rows["years"]).where(open_), load)


def assembly_quantities(books: Books, log: Log) -> None:
    """What a line makes by a recipe is between its least and most.

    Made <= most x years always, >= least x years while the line is open, and nothing while it is
    closed, whether or not the recipe takes any of its capacity.
    """
    rows = books.given.in_each_period(books.given["assembly"])
    keys = ["line", "recipe", "period"]
    made = look_up(rows, books.figures.made, keys, "quantity")
    open_ = look_up(rows, books.stated["lines"], ["line", "period"], "open") > 0.5
    log.at_most("production", rows[keys], (rows["most"] * rows["years"]).where(open_, 0.0), made)
    log.at_least("production", rows[keys], (rows["least"] * rows["years"]).where(open_), made)


def steps_of_throughput(books: Books, log: Log) -> None:
    """Throughput is expanded only where and while it may be.

    Steps: only with a step_cost, only while the site is open, at most most_steps over the horizon,
    whole where a step_size is given.
    """
    rows = books.given.in_each_period(books.given["throughput"])
    keys = ["site", "product"]
    steps = look_up(rows, books.stated["throughput"], [*keys, "period"], "steps")
    open_ = look_up(rows, books.stated["sites"], ["site", "period"], "open") > 0.5
    _steps(log, "throughput", rows, steps, open_, keys)


def steps_of_lines(books: Books, log: Log) -> None:
    """Lines are expanded only where and while they may be.

    Steps: only with a step_cost, only while the line is open, at most most_steps over the horizon,
    whole where a step_size is given.
    """
    rows = books.given.lines
    stated = books.stated["lines"]
    steps = look_up(rows, stated, ["line", "period"], "steps")
    open_ = look_up(rows, stated, ["line", "period"], "open") > 0.5
    _steps(log, "lines", rows, steps, open_, ["line"])


def _steps(
    log: Log,
    table: str,
    rows: pd.DataFrame,
    steps: pd.Series[Any],
    open_: pd.Series[Any],
    keys: list[str],
) -> None:
    places = rows[[*keys, "period"]]
    most = rows["most_steps"].fillna(np.inf)
    log.at_most(table, places, most.where(rows["step_cost"].notna() & open_, 0.0), steps)
    bought = rows.assign(steps=steps).groupby(keys)[["steps", "most_steps"]]
    sums = bought.agg({"steps": "sum", "most_steps": "max"}).reset_index()
    log.at_most(table, sums[keys], sums["most_steps"], sums["steps"])
    whole = rows["step_size"].notna().to_numpy()
    log.same(table, places[whole], steps[whole].round(), steps[whole])


def _with_steps(rows: pd.DataFrame, steps: pd.Series[Any], keys: list[str]) -> pd.Series[Any]:
    """Give the capacity of each period with the steps bought so far; NaN where unlimited."""
    bought = rows.assign(steps=steps).groupby(keys, sort=False)["steps"].cumsum()
    return (rows["capacity"] + rows["step_size"].fillna(1.0) * bought) * rows["years"]


def _once(
    log: Log, table: str, rows: pd.DataFrame, stated: pd.DataFrame, keys: list[str]
) -> pd.DataFrame:
    """Line the plan's rows up with the case's; each must be there just once, and no other."""
    known = pd.MultiIndex.from_frame(rows[keys])
    found = pd.MultiIndex.from_frame(stated[keys])
    log.true(table, stated[keys], found.isin(known) & ~found.duplicated(), "one row")
    log.true(table, rows[keys], known.isin(found), "one row")
    return rows[keys].merge(stated.drop_duplicates(keys), on=keys, how="left").set_index(rows.index)


def _capacity_figures(
    log: Log,
    table: str,
    places: pd.DataFrame,
    stated: pd.DataFrame,
    capacity: pd.Series[Any],
    units: pd.Series[Any],
    column: str,
    open_: pd.Series[Any] | None = None,
) -> None:
    """Compare load and capacity, and what the plan says of them."""
    most = capacity if open_ is None else capacity.where(open_ | capacity.isna(), 0.0)
    log.at_most(table, places, most, units, scale=capacity.fillna(0.0))
    if open_ is not None:
        log.at_most(table, places[~open_], 0.0, units[~open_])
    log.same(table, places, units, stated[column])
    log.same(table, places, capacity, stated["capacity"])
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(capacity > 0, units / capacity, np.nan)
    log.same(table, places, share, stated["utilisation"])
