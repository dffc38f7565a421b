"""The constraint family of the table `limits`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from jvopt.models.problem import Problem
from jvopt.models.sparse import Array, Cells, Columns, Floats, Index, Rows, Terms
from jvopt.models.variables import bought

_GROUPS = ("site", "country", "product", "family", "assembly_mode", "period")


@dataclass(frozen=True, slots=True)
class Counted:
    """What a limit counts: columns with a weight and what they can be selected by.

    Attributes
    ----------
    columns
        The family of variables.
    frame : DataFrame
        ``col`` (position, -1 for a constant), ``weight``, ``period`` and whichever of ``site``,
        ``product`` (codes) and ``assembly_mode`` apply; a line stands once for each thing it can
        make.
    """

    columns: Columns
    frame: pd.DataFrame


class LimitRows(Rows):
    """Rows that also know what each limit has reached, and what a share is a share of."""

    def __init__(
        self,
        index: Index,
        terms: Terms,
        *,
        reached: Terms,
        whole: Terms,
        lower: Floats,
        upper: Floats,
        cells: Cells,
    ) -> None:
        super().__init__(index, terms, lower=lower, upper=upper, cells=cells)
        self.reached, self.whole = reached, whole


def limit_rows(p: Problem) -> LimitRows:
    r"""Every row of `limits`, for each of its groups.

    .. math:: \sum_{j \in \text{selection}} a_j\,x_j \;\le\; v\,b

    (:math:`\ge` for at_least); v is ``limits.value``, x what ``quantity`` names, a its weight
    (1; the cost undiscounted for investment; tonnes for CO2), b is 1, for demand_within the
    demand selected, for share_of_source the purchases of the selected products anywhere.
    """
    limits = p.net.case.filled("limits")
    rows: list[dict[str, Any]] = []
    terms, reached, whole = Terms(), Terms(), Terms()
    for n, limit in enumerate(_records(limits)):
        quantity = str(limit["quantity"])
        each = [g.strip() for g in str(limit["for_each"]).split(",") if g.strip()]
        if quantity in ("sites_open", "lines_open"):
            each = list(dict.fromkeys([*each, "period"]))
        parts = [_described(p, c) for c in _COUNTS[quantity](p, limit)]
        chosen = [c.frame[_selected(p, c.frame, limit)] for c in parts]
        groups = _groups(chosen, each)
        share = quantity in ("share_of_source", "demand_within")
        base = _base(p, limit, parts, each) if share else None
        if base is not None and quantity == "demand_within":
            groups = sorted({*groups, *_groups([base], each)}, key=str)
        for group in groups:
            row, fixed = len(rows), 0.0
            for part, frame in zip(parts, chosen, strict=True):
                mine = _in_group(frame, each, group).drop_duplicates(["col", "period", "site"])
                decided = mine[mine["col"] >= 0]
                fixed += float(mine.loc[mine["col"] < 0, "weight"].sum())
                at = np.full(len(decided), row)
                reached += part.columns.pick(decided["col"], at, decided["weight"])
                terms += part.columns.pick(decided["col"], at, decided["weight"])
            amount = 1.0
            if base is not None:
                mine = _in_group(base, each, group)
                if quantity == "share_of_source":
                    at = np.full(len(mine), row)
                    whole += parts[0].columns.pick(mine["col"], at)
                    terms += parts[0].columns.pick(mine["col"], at, -float(limit["value"]))
                    amount = 0.0
                else:
                    amount = float(mine["units"].sum())
            rows.append(
                {
                    "limit": n,
                    "group": ", ".join(map(str, group)),
                    "amount": amount,
                    "fixed": fixed,
                    "value": limit["value"],
                    "most": limit["sense"] == "at_most",
                }
            )
    frame = pd.DataFrame(rows, columns=["limit", "group", "amount", "fixed", "value", "most"])
    frame["row"] = np.arange(len(frame))
    p.net.names["row"] = [
        f"{limits['limit'].iloc[n]} {g}".strip()
        for n, g in frame[["limit", "group"]].itertuples(index=False)
    ]
    bound = (frame["value"] * frame["amount"] - frame["fixed"]).to_numpy(float)
    most = frame["most"].to_numpy(bool)
    return LimitRows(
        p.net.index(frame, "row"),
        terms,
        reached=reached,
        whole=whole,
        lower=np.where(most, -np.inf, bound),
        upper=np.where(most, bound, np.inf),
        cells=Cells(
            "limits",
            "value",
            np.where(frame["amount"] > 0, frame["limit"], -1).astype(np.int64),
            np.maximum(frame["amount"].to_numpy(float), 1e-9),
        ),
    )


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def _in_group(frame: pd.DataFrame, each: list[str], group: tuple[object, ...]) -> pd.DataFrame:
    for name, value in zip(each, group, strict=True):
        frame = frame[(frame[name] == value).to_numpy()]
    return frame


def _groups(frames: list[pd.DataFrame], each: list[str]) -> list[tuple[object, ...]]:
    if not each:
        return [()]
    found = {tuple(v) for f in frames for v in f[each].drop_duplicates().to_numpy().tolist()}
    return sorted(found, key=str)


def _described(p: Problem, counted: Counted) -> Counted:
    """Put names, countries, families and tags beside the codes."""
    frame, net = counted.frame, p.net
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
    return Counted(counted.columns, described)


def _name(names: pd.Series, code: Array | None, length: int) -> Array:
    if code is None:
        return np.full(length, "", object)
    return np.where(code >= 0, names.to_numpy(object)[code], "")


def _selected(
    p: Problem, frame: pd.DataFrame, limit: dict[str, Any], *, sites: bool = True
) -> Array:
    chosen = np.ones(len(frame), bool)
    by_site = ("site", "country") if sites else ()
    for name in (*by_site, "product", "family", "assembly_mode", "period"):
        if limit[name]:
            chosen &= (frame[name] == limit[name]).to_numpy()
    for name in (*(("site_tag",) if sites else ()), "product_tag"):
        if limit[name]:
            tag = str(limit[name])
            chosen &= np.array([tag in _tags(t) for t in frame[name]], bool)
    return chosen


def _tags(text: str) -> list[str]:
    return [t.strip() for t in text.split(",")]


def _base(p: Problem, limit: dict[str, Any], parts: list[Counted], each: list[str]) -> pd.DataFrame:
    """Give what a share is a share of: all purchases, or the demand selected."""
    if limit["quantity"] == "share_of_source":
        frame = parts[0].frame
        frame = frame[_selected(p, frame, limit, sites=False) & (frame["col"] >= 0)]
        by_site = [g for g in each if g in ("site", "country")]
        if not by_site:
            return frame
        # Each group of sites stands against the purchases at all sites.
        groups = parts[0].frame[by_site].drop_duplicates()
        return frame.drop(columns=by_site).merge(groups, how="cross")
    demand = p.v.serve.index.frame.drop_duplicates(["site", "product", "period"])
    demand = pd.concat([demand, _unserved(p, demand)])
    frame = _described(p, Counted(p.v.serve, demand.assign(col=0, weight=1.0))).frame
    return frame[_selected(p, frame, limit)]


def _unserved(p: Problem, served: pd.DataFrame) -> pd.DataFrame:
    """Give the demand that nothing can serve, which counts in what a share is a share of."""
    short = p.v.short.index.frame
    key = ["site", "product", "period"]
    missing = short.merge(served[key], on=key, how="left", indicator=True)
    return missing[missing["_merge"] == "left_only"].drop(columns="_merge")


def _sites_open(p: Problem, limit: dict[str, Any]) -> list[Counted]:
    count = len(p.net.time)
    sites = np.repeat(np.arange(len(p.net.sites)), count)
    frame = pd.DataFrame({"site": sites, "period": np.tile(np.arange(count), len(p.net.sites))})
    frame["col"] = p.v.site_open.index.find({k: frame[k] for k in ("site", "period")})
    is_open = (p.net.sites["now"] == "open").to_numpy()[sites]
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


def _lines_open(p: Problem, limit: dict[str, Any]) -> list[Counted]:
    return [_of_lines(p, p.v.line_open, np.ones(len(p.v.line_open)))]


def _made(p: Problem, limit: dict[str, Any]) -> list[Counted]:
    make = p.v.make.index.frame
    frame = make[["site", "product", "period"]].reset_index(names="col").assign(weight=1.0)
    frame["assembly_mode"] = p.net.assembly["assembly_mode"].to_numpy()[make["assembly"]]
    able = p.net.assembly[["site", "product", "assembly_mode"]].drop_duplicates()
    return [Counted(p.v.make, pd.concat([frame, _idle(p, able)], ignore_index=True))]


def _bought(p: Problem, limit: dict[str, Any]) -> list[Counted]:
    frame = p.v.buy.index.frame[["site", "product", "period"]].reset_index(names="col")
    able = bought(p.net)[["site", "product", "period"]].assign(col=-1, weight=0.0)
    return [Counted(p.v.buy, pd.concat([frame.assign(weight=1.0), able], ignore_index=True))]


def _idle(p: Problem, able: pd.DataFrame) -> pd.DataFrame:
    """Give what could be counted and has no variable, so that its groups are limited as well."""
    periods = pd.DataFrame({"period": np.arange(len(p.net.time))})
    return able.merge(periods, how="cross").assign(col=-1, weight=0.0)


def _investment(p: Problem, limit: dict[str, Any]) -> list[Counted]:
    from jvopt.models.costs import one_off  # costs and limits name the same one-off costs

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


def _co2(p: Problem, limit: dict[str, Any]) -> list[Counted]:
    ship = p.v.ship.index.frame
    frame = ship[["product", "period"]].reset_index(names="col").assign(site=ship["origin"])
    return [Counted(p.v.ship, frame.assign(weight=p.net.co2()[ship["arc"]]))]


def _within(p: Problem, limit: dict[str, Any]) -> list[Counted]:
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


_COUNTS: dict[str, Callable[[Problem, dict[str, Any]], list[Counted]]] = {
    "sites_open": _sites_open,
    "lines_open": _lines_open,
    "made": _made,
    "bought": _bought,
    "investment": _investment,
    "co2": _co2,
    "share_of_source": _bought,
    "demand_within": _within,
}
