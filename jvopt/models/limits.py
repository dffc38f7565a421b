"""Constraint families of the table `limits`."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from jvopt.models.cells import Cells
from jvopt.models.problem import Problem
from jvopt.models.sparse import Array, Columns, Floats, Index, Rows, Term, Terms
from jvopt.models.variables import bought, wanted

Limit = dict[str, Any]
"""A row of `limits`."""


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

    def take_over(self, other: Rows) -> None:
        """Take the rows of another family of the same name."""
        assert isinstance(other, LimitRows)
        super().take_over(other)
        self.reached, self.whole = other.reached, other.whole


def limit_rows(p: Problem) -> LimitRows:
    r"""Every row of `limits` on a total, for each of its groups.

    .. math:: \sum_{j \in J} \alpha_j\,x_j \;\le\; v

    (:math:`\ge` for at_least); v is ``limits.value``, x what ``quantity`` names, :math:`\alpha` its
    weight (1; the cost undiscounted for investment; tonnes for CO2), and J what the selectors of
    the row choose. ``for_each`` makes a group of each value that occurs in J, and none of blanks.
    """
    return _limited(p, "total", _TOTALS)


def share_of_source(p: Problem) -> LimitRows:
    r"""Every row of `limits` on the share of a source, for each of its groups.

    .. math:: \sum_{(s,i,t) \in J} \text{buy}_{sit}
        \;\le\; v \sum_{(s,i,t) \in J'} \text{buy}_{sit}

    (:math:`\ge` for at_least); v is ``limits.value``, J what the selectors of the row choose and
    J' the same at all sites. ``for_each`` makes groups as in `limit_rows`.
    """
    return _limited(p, "share", ("share_of_source",), _bought_anywhere)


def demand_within(p: Problem) -> LimitRows:
    r"""Every row of `limits` on the demand within a distance or time, for each of its groups.

    .. math:: \sum_{(d,i,t) \in J} \;
        \sum_{o,m:\,\delta_k \le \bar\delta,\,\theta_k \le \bar\theta} \; \sum_{g \in i}
        \text{ship}_{odmgt} \;\le\; v \sum_{(d,i,t) \in J} q_{di}\,y_t

    (:math:`\ge` for at_least); v is ``limits.value``, :math:`\bar\delta` is ``limits.within_km``,
    :math:`\bar\theta` is ``limits.within_days``, J the demand that the selectors of the row choose,
    q ``demand.quantity``, :math:`\delta` is ``lanes.distance`` and :math:`\theta` is
    ``lanes.transit_days`` of the winning row k. ``for_each`` makes groups as in `limit_rows`.
    """
    return _limited(p, "within", ("demand_within",), _wanted)


def _limited(
    p: Problem,
    key: str,
    quantities: Collection[str],
    whole: Callable[[Problem, Limit, list[str]], Counted] | None = None,
) -> LimitRows:
    """Make a row of each limit on some quantities and each of its groups.

    Parameters
    ----------
    key
        What the rows are counted by.
    quantities
        Which limits.
    whole
        Gives what a limit is a share of, for a limit and what it is repeated for; 1 where None.
    """
    limits = p.net.case.filled("limits")
    rows: list[dict[str, object]] = []
    part, of = Terms(), Terms()
    cells = Cells("limits", "value", np.zeros(0, np.int64), 1.0)
    for n, limit in enumerate(_records(limits)):
        if limit["quantity"] not in quantities:
            continue
        each = _repeated(limit)
        parts = [_selected(_described(p, c), limit) for c in _COUNTS[limit["quantity"]](p, limit)]
        base = whole(p, limit, each) if whole else None
        # A share of demand stands for all demand, also for that which nothing near can serve.
        grouped = [base] if base is not None and key == "within" else parts
        groups = _groups(grouped, each)
        if key == "within" and base is not None:
            cells += _demand_cells(p, base, each, groups, limit, len(rows))
        fixed = sum((_add(part, c, each, groups, len(rows)) for c in parts), np.zeros(len(groups)))
        amount = np.ones(len(groups)) if base is None else _add(of, base, each, groups, len(rows))
        rows += [
            {"limit": n, "group": ", ".join(map(str, group)), "fixed": left, "amount": share,
             "value": limit["value"], "most": limit["sense"] == "at_most"}
            for group, left, share in zip(groups, fixed, amount, strict=True)
        ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["limit", "group", "fixed", "amount", "value", "most"])
    frame = frame.astype({"limit": np.int64, "most": bool, "fixed": float, "amount": float})
    frame[key] = np.arange(len(frame))
    p.net.names[key] = [
        f"{limits['limit'].iloc[n]} {g}".strip()
        for n, g in frame[["limit", "group"]].itertuples(index=False)
    ]
    value = frame["value"].to_numpy(float)
    bound = value * frame["amount"].to_numpy() - frame["fixed"].to_numpy()
    most = frame["most"].to_numpy()
    # What a share moves by is decided; it counts as moving by a unit of what it bounds.
    scale = np.ones(len(frame)) if key == "share" else frame["amount"].to_numpy()
    own = Cells("limits", "value", np.where(scale > 0, frame["limit"], -1), scale)
    return LimitRows(
        p.net.index(frame, key),
        part - Terms([Term(t.columns, t.col, t.row, value[t.row] * t.coef) for t in of]),
        reached=part,
        whole=of,
        lower=np.where(most, -np.inf, bound),
        upper=np.where(most, bound, np.inf),
        cells=own + cells,
    )


def _demand_cells(
    p: Problem,
    base: Counted,
    each: list[str],
    groups: list[tuple[object, ...]],
    limit: Limit,
    first: int,
) -> Cells:
    """Give the cells of `demand` behind what a limit is a share of."""
    frame = base.frame
    row = np.zeros(len(frame), np.int64)
    if each:
        known = pd.MultiIndex.from_tuples(groups, names=each)
        row = known.get_indexer(pd.MultiIndex.from_frame(frame[each]))
    quantity = p.net.case["demand"]["quantity"].to_numpy()[frame["row"].to_numpy(np.int64)]
    years = np.divide(
        frame["weight"].to_numpy(float), quantity, out=np.zeros(len(frame)), where=quantity > 0
    )
    known_row = np.where((row >= 0) & (years > 0), frame["row"].to_numpy(np.int64), -1)
    return Cells("demand", "quantity", known_row, float(limit["value"]) * years, first + row)


def _records(frame: pd.DataFrame) -> list[Limit]:
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def _repeated(limit: Limit) -> list[str]:
    """Give what a limit is repeated for: open sites and lines always for each period."""
    each = _tags(str(limit["for_each"]))
    if limit["quantity"] in ("sites_open", "lines_open"):
        each.append("period")
    return list(dict.fromkeys(each))


def _add(
    terms: Terms, counted: Counted, each: list[str], groups: list[tuple[object, ...]], first: int
) -> Floats:
    """Put what each group counts into a row of the terms, each column once; give numbers left."""
    frame, row = counted.frame, np.zeros(len(counted.frame), np.int64)
    if each:
        known = pd.MultiIndex.from_tuples(groups, names=each)
        row = known.get_indexer(pd.MultiIndex.from_frame(frame[each]))
    frame = frame[["col", "weight"]].assign(row=row)[row >= 0]
    decided = frame[(frame["col"] >= 0).to_numpy()].drop_duplicates(["row", "col"])
    terms += counted.columns.pick(decided["col"], first + decided["row"], decided["weight"])
    left = frame[(frame["col"] < 0).to_numpy()]
    total = np.zeros(len(groups))
    np.add.at(total, left["row"].to_numpy(), left["weight"].to_numpy())
    return total


def _groups(counted: list[Counted], each: list[str]) -> list[tuple[object, ...]]:
    """Give each combination that occurs of what a limit is repeated for; blanks are no group."""
    if not each:
        return [()]
    found = {tuple(v) for c in counted for v in c.frame[each].drop_duplicates().to_numpy().tolist()}
    return sorted((group for group in found if "" not in group), key=str)


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


def _selected(counted: Counted, limit: Limit, *, sites: bool = True) -> Counted:
    """Keep what the selectors of a limit choose, by site only if asked."""
    frame = counted.frame
    chosen = np.ones(len(frame), bool)
    by_site = ("site", "country") if sites else ()
    for name in (*by_site, "product", "family", "assembly_mode", "period"):
        if limit[name]:
            chosen &= (frame[name] == limit[name]).to_numpy()
    for name in (*(("site_tag",) if sites else ()), "product_tag"):
        if limit[name]:
            tag = str(limit[name])
            chosen &= np.array([tag in _tags(t) for t in frame[name]], bool)
    return Counted(counted.columns, frame[chosen])


def _tags(text: str) -> list[str]:
    return [t.strip() for t in text.split(",") if t.strip()]


def _bought_anywhere(p: Problem, limit: Limit, each: list[str]) -> Counted:
    """Give all purchases that a share of a source is a share of."""
    (bought,) = _bought(p, limit)
    everywhere = _selected(_described(p, bought), limit, sites=False)
    by_site = [g for g in each if g in ("site", "country")]
    if not by_site:
        return everywhere
    # Each group of sites stands against the purchases at all sites.
    groups = everywhere.frame[by_site].drop_duplicates()
    return Counted(p.v.buy, everywhere.frame.drop(columns=by_site).merge(groups, how="cross"))


def _wanted(p: Problem, limit: Limit, each: list[str]) -> Counted:
    """Give the demand that a share of demand is a share of: numbers alone."""
    demand = wanted(p.net).rename(columns={"units": "weight"}).assign(col=-1)
    return _selected(_described(p, Counted(p.v.serve, demand)), limit)


def _sites_open(p: Problem, limit: Limit) -> list[Counted]:
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


_TOTALS = ("sites_open", "lines_open", "made", "bought", "investment", "co2")

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
