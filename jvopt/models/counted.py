"""What limits count: columns with a weight, and what they can be selected and grouped by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from jvopt.core.conditions import tags_of
from jvopt.models.costs import one_off
from jvopt.models.network import Limit
from jvopt.models.problem import Problem
from jvopt.models.sparse import Array, Columns
from jvopt.models.variables import bought, wanted


@dataclass(frozen=True, slots=True)
class Counted:
    """What a limit counts: columns with a weight and what they can be selected by.

    Attributes
    ----------
    columns
        The family of variables.
    frame : DataFrame
        ``col`` (position, -1 for a number), ``weight``, ``period`` and whichever of ``site``,
        ``product`` (codes) and ``assembly_mode`` apply; a line stands once for each thing it can
        make.
    """

    columns: Columns
    frame: pd.DataFrame


def counted(p: Problem, limit: Limit) -> list[Counted]:
    """Give what a limit counts: what its quantity is made up of, as far as its selectors choose."""
    return [_selected(_described(p, c), limit) for c in _COUNTS[limit["quantity"]](p, limit)]


def bought_anywhere(p: Problem, limit: Limit, each: list[str]) -> Counted:
    """Give all purchases that a share of a source is a share of."""
    (purchases,) = _bought(p, limit)
    everywhere = _selected(_described(p, purchases), limit, sites=False)
    by_site = [g for g in each if g in ("site", "country")]
    if not by_site:
        return everywhere
    # Each group of sites stands against the purchases at all sites.
    groups = everywhere.frame[by_site].drop_duplicates()
    return Counted(p.v.buy, everywhere.frame.drop(columns=by_site).merge(groups, how="cross"))


def all_demand(p: Problem, limit: Limit, each: list[str]) -> Counted:
    """Give the demand that a share of demand is a share of: numbers alone."""
    demand = wanted(p.net).rename(columns={"units": "weight"}).assign(col=-1)
    return _selected(_described(p, Counted(p.v.serve, demand)), limit)


def _described(p: Problem, thing: Counted) -> Counted:
    """Put names, countries, families and tags beside the codes."""
    frame, net = thing.frame, p.net
    site = frame["site"].to_numpy(np.int64)
    product = frame["product"].to_numpy(np.int64) if "product" in frame else None
    described = frame.assign(
        site=np.array(net.names["site"], object)[site],
        country=net.sites["country"].to_numpy(object)[site],
        site_tag=net.sites["tags"].to_numpy(object)[site],
        period=np.array(net.time.names, object)[frame["period"].to_numpy(np.int64)],
        product=_name(net.products["product"], product, len(frame)),
        family=_name(net.products["family"], product, len(frame)),
        product_tag=_name(net.products["tags"], product, len(frame)),
        assembly_mode=frame.get("assembly_mode", ""),
    )
    return Counted(thing.columns, described)


def _name(names: pd.Series, code: Array | None, length: int) -> Array:
    if code is None:
        return np.full(length, "", object)
    return np.where(code >= 0, names.to_numpy(object)[code], "")


def _selected(thing: Counted, limit: Limit, *, sites: bool = True) -> Counted:
    """Keep what the selectors of a limit choose, by site only if asked."""
    frame = thing.frame
    chosen = np.ones(len(frame), bool)
    by_site = ("site", "country") if sites else ()
    for name in (*by_site, "product", "family", "assembly_mode", "period"):
        if limit[name]:
            chosen &= (frame[name] == limit[name]).to_numpy()
    for name in (*(("site_tag",) if sites else ()), "product_tag"):
        if limit[name]:
            tag = str(limit[name])
            chosen &= np.array([tag in tags_of(t) for t in frame[name]], bool)
    return Counted(thing.columns, frame[chosen])


def _sites_open(p: Problem, limit: Limit) -> list[Counted]:
    frame = p.net.each_period("site", np.arange(len(p.net.sites)))
    frame["col"] = p.v.site_open.index.find({k: frame[k] for k in ("site", "period")})
    is_open = (p.net.sites["now"] == "open").to_numpy()[frame["site"]]
    frame["weight"] = np.where((frame["col"] >= 0) | is_open, 1.0, 0.0)
    return [Counted(p.v.site_open, frame)]


def _of_lines(p: Problem, columns: Columns, weight: Array) -> Counted:
    """Count columns over line and period, once for each thing that the line can make."""
    frame = columns.index.frame[["line", "period"]].reset_index(names="col")
    frame["weight"] = weight
    frame["site"] = p.net.lines["site"].to_numpy()[frame["line"]]
    makes = p.net.assembly[["line", "product", "assembly_mode"]].drop_duplicates()
    frame = frame.merge(makes, on="line", how="left").fillna({"product": -1, "assembly_mode": ""})
    return Counted(columns, frame.astype({"product": np.int64}))


def _lines_open(p: Problem, limit: Limit) -> list[Counted]:
    return [_of_lines(p, p.v.line_open, np.ones(len(p.v.line_open)))]


def _made(p: Problem, limit: Limit) -> list[Counted]:
    make = p.v.make.index.frame
    frame = make[["site", "product", "period"]].reset_index(names="col").assign(weight=1.0)
    frame["assembly_mode"] = p.net.assembly["assembly_mode"].to_numpy()[make["assembly"]]
    able = p.net.assembly[["site", "product", "assembly_mode"]].drop_duplicates()
    return [Counted(p.v.make, pd.concat([frame, _idle(p, able)], ignore_index=True))]


def _bought(p: Problem, limit: Limit) -> list[Counted]:
    frame = p.v.buy.index.frame[["site", "product", "period"]].reset_index(names="col")
    able = bought(p.net)[["site", "product", "period"]].assign(col=-1, weight=0.0)
    return [Counted(p.v.buy, pd.concat([frame.assign(weight=1.0), able], ignore_index=True))]


def _idle(p: Problem, able: pd.DataFrame) -> pd.DataFrame:
    """Give what could be counted and has no variable, so that its groups are limited as well."""
    periods = pd.DataFrame({"period": np.arange(len(p.net.time))})
    return able.merge(periods, how="cross").assign(col=-1, weight=0.0)


def _investment(p: Problem, limit: Limit) -> list[Counted]:
    parts = []
    for columns, money in one_off(p):
        if "line" in columns.index.frame:
            parts.append(_of_lines(p, columns, money))
        else:
            frame = columns.index.frame.reset_index(names="col").assign(weight=money)
            if "site" not in frame:
                caps = p.net.case["throughput"]
                frame["site"] = p.net.code("site", caps["site"])[frame["cap"]]
            parts.append(Counted(columns, frame[["col", "site", "period", "weight"]]))
    every = _idle(p, pd.DataFrame({"site": np.arange(len(p.net.sites))}))
    parts.append(Counted(p.v.site_opened, every))
    return parts


def _co2(p: Problem, limit: Limit) -> list[Counted]:
    ship = p.v.ship.index.frame
    frame = ship[["product", "period"]].reset_index(names="col").assign(site=ship["origin"])
    return [Counted(p.v.ship, frame.assign(weight=p.net.co2()[ship["arc"]]))]


def _within(p: Problem, limit: Limit) -> list[Counted]:
    ship = p.v.ship.index.frame
    lane = p.net.lane_rows.iloc[p.net.arcs["row"].to_numpy()[ship["arc"]]]
    near = np.ones(len(ship), bool)
    for column, most in (("distance", "within_km"), ("transit_days", "within_days")):
        if limit[most] == limit[most]:
            near &= (lane[column] <= limit[most]).to_numpy()
    key = ["site", "product", "period"]
    markets = p.v.serve.index.frame[key].drop_duplicates()
    frame = ship.rename(columns={"destination": "site"})[key].reset_index(names="col")
    frame = frame[near].merge(markets, on=key)
    return [Counted(p.v.ship, frame.assign(weight=1.0))]


_COUNTS: dict[str, Callable[[Problem, Limit], list[Counted]]] = {
    "sites_open": _sites_open,
    "lines_open": _lines_open,
    "made": _made,
    "bought": _bought,
    "investment": _investment,
    "co2": _co2,
    "share_of_source": _bought,
    "demand_within": _within,
}
