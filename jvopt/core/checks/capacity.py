"""Demand against the most that can be bought, made and brought: only what is certain.

Every bound is an upper one: products that share a line each count it in full, inputs are taken to
be there, and rows with errors are unlimited.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from jvopt.core.checks.network import servable
from jvopt.core.checks.reach import Reach, reach_of
from jvopt.core.checks.subject import Flags, Floats, Ints, Subject
from jvopt.core.issues import Issue, issue
from jvopt.core.phrases import Rows, some

_TOLERANCE = 1e-9


def demand_and_capacity(s: Subject) -> Iterator[Issue]:
    """Compare demand with what can be had: of a product, from lines together, over lanes."""
    reach = reach_of(s)
    if reach is None or not s.good("periods").all():
        return
    wanted = _wanted(s, reach)
    if wanted.empty:
        return
    bounds = _Bounds(s, reach)
    told: set[int] = set()
    for column in ("must", "total"):
        yield from _by_product(bounds, wanted, column, told)
    yield from _by_lines(bounds, wanted, told)
    yield from _by_market(bounds, wanted, told)


def _wanted(s: Subject, reach: Reach) -> pd.DataFrame:
    """Give units wanted: ``row``, ``site``, ``product``, ``period``, ``must`` and ``total``."""
    frame = s.filled("demand")
    # A row with an error may be the one that wins over others for its site and product.
    pairs = pd.MultiIndex.from_frame(frame[["site", "product"]])
    able = servable(s, reach) & ~pairs.isin(pairs[~s.good("demand")])
    covered = _over_periods(s, frame["period"])
    covered = covered[able[covered["row"]]]
    row = covered["row"].to_numpy()
    years = s.horizon["years"].to_numpy()[covered["period"]]
    total = frame["quantity"].to_numpy()[row] * years
    share = np.where(frame["penalty"].isna(), 1.0, frame["least_share"])[row]
    covered = covered.assign(
        site=reach.site(frame["site"])[row],
        product=reach.product(frame["product"])[row],
        must=total * share,
        total=total,
    )
    # The row for a period wins over the one for all.
    covered = covered.sort_values("named", ascending=False, kind="stable")
    covered = covered.drop_duplicates(["site", "product", "period"]).sort_values("row")
    return covered[(covered["total"] > 0).to_numpy()].reset_index(drop=True)


def _over_periods(s: Subject, named: pd.Series[str]) -> pd.DataFrame:
    """Give ``row``, ``period`` and ``named`` (for that period alone) of rows with a period."""
    names = pd.Index(s.horizon["period"])
    code = names.get_indexer(pd.Index(named))
    row, period = np.nonzero(
        (code[:, None] == np.arange(len(names))) | (named == "").to_numpy()[:, None]
    )
    return pd.DataFrame({"row": row, "period": period, "named": (code >= 0)[row]})


class _Bounds:
    """Upper bounds by product and period, in units of the whole period.

    Attributes
    ----------
    bought, made : ndarray, shape (products, periods)
        Most that all suppliers sell, and all lines make.
    opening : ndarray, shape (products,)
        Opening stock.
    stocked : ndarray of bool, shape (products,)
        Whether stock may carry a product from one period to the next.
    line : ndarray, shape (lines, periods)
        Most load of each line.
    """

    def __init__(self, s: Subject, reach: Reach) -> None:
        self.s, self.reach = s, reach
        self.years = s.horizon["years"].to_numpy()
        self.line = self._lines()
        self.supply = self._supply()
        self.bought = self._per_product(self.supply)
        self.making = self._making()
        self.made = self._per_product(self.making)
        stock = s.filled("stock")
        product = reach.product(stock["product"])
        good = s.good("stock") & (product >= 0)
        self.stocked = np.zeros(len(reach.products), bool)
        self.stocked[product[product >= 0]] = True
        self.opening = np.zeros(len(reach.products))
        np.add.at(self.opening, product[good], stock["opening"].to_numpy()[good])
        if not good.all():
            self.opening[:] = np.inf

    def _lines(self) -> Floats:
        s = self.s
        lines, own, horizon = s.filled("lines"), s["line_periods"], s.horizon
        periods = pd.Index(horizon["period"])
        capacity = np.repeat(lines["capacity"].to_numpy()[:, None], len(periods), axis=1)
        at = pd.Index(lines["line"].drop_duplicates()).get_indexer(pd.Index(own["line"]))
        when = periods.get_indexer(pd.Index(own["period"]))
        stated = (at >= 0) & (when >= 0) & own["capacity"].notna().to_numpy()
        if lines["line"].is_unique:
            capacity[at[stated], when[stated]] = own["capacity"].to_numpy()[stated]
        capacity = np.where(np.isnan(capacity), np.inf, capacity)
        capacity += s.line_room[:, None]
        first = np.maximum(periods.get_indexer(pd.Index(lines["first_period"])), 0)
        new = (lines["now"] == "closed").to_numpy()
        early = (np.arange(len(periods)) < first[:, None]) | (
            horizon["offset"].to_numpy() < lines["build_time"].to_numpy()[:, None] - _TOLERANCE
        )
        capacity[early & new[:, None]] = 0.0
        capacity[~s.able_lines] = 0.0
        odd = ~s.good("lines")
        odd |= lines["line"].isin(own["line"][~s.good("line_periods")]).to_numpy()
        if not lines["line"].is_unique or (s["line_periods"]["line"][at < 0] != "").any():
            odd[:] = True
        capacity[odd] = np.inf
        bound: Floats = capacity * self.years
        return bound

    def _supply(self) -> pd.DataFrame:
        """Most units of each site, product and period: the least of the rows that bind."""
        s, reach = self.s, self.reach
        frame = s["supply"]
        site, product = reach.site(frame["site"]), reach.product(frame["product"])
        self.anything = bool((~s.good("supply", "product") | (product < 0)).any())
        placed = s.good("supply", "site", "period") & (site >= 0)
        covered = _over_periods(s, frame["period"])
        row = covered["row"].to_numpy()
        capacity = frame["capacity"].fillna(np.inf).to_numpy()[row] * self.years[covered["period"]]
        capacity = np.where(s.good("supply")[row], capacity, np.inf)
        most = covered.assign(site=site[row], product=product[row], most=capacity)
        most = most[(placed & (product >= 0) & reach.able[site])[row]]
        key = ["site", "product", "period"]
        lost = pd.MultiIndex.from_product(
            [[-1], np.unique(product[~placed & (product >= 0)]), range(len(self.years))], names=key
        ).to_frame(index=False)
        least: pd.DataFrame = most.groupby(key)["most"].min().reset_index()
        return pd.concat([least, lost.assign(most=np.inf)], ignore_index=True)

    def _making(self) -> pd.DataFrame:
        """Most units of each site, product and period that each line makes."""
        s, reach = self.s, self.reach
        ways = reach.ways
        rows = s.filled("assembly").iloc[ways["row"].to_numpy()].reset_index(drop=True)
        good = s.good("assembly")[ways["row"].to_numpy()]
        ways = ways.assign(
            most=np.where(good, rows["most"].fillna(np.inf), np.inf),
            used=np.where(good, rows["capacity_used"], 0.0),
        )
        self.anything |= bool((ways["product"] < 0).any())
        known = ways[(ways["product"] >= 0).to_numpy()]
        each = known.groupby(["site", "product", "line"], as_index=False).agg(
            most=("most", "sum"), used=("used", "min")
        )
        self.users = each
        pieces = []
        for period, years in enumerate(self.years):
            line = each["line"].to_numpy()
            load = np.where(line < 0, np.inf, _at(self.line[:, period], line))
            with np.errstate(divide="ignore", invalid="ignore"):
                units = np.where(each["used"] > 0, load / each["used"], np.inf)
            units = np.where(load == 0, 0.0, units)
            most = np.minimum(units, each["most"] * years)
            pieces.append(each[["site", "product"]].assign(period=period, most=most))
        return pd.concat(pieces, ignore_index=True)

    def _per_product(self, most: pd.DataFrame) -> Floats:
        total = np.zeros((len(self.reach.products), len(self.years)))
        np.add.at(
            total,
            (most["product"].to_numpy(np.int64), most["period"].to_numpy(np.int64)),
            most["most"].to_numpy(float),
        )
        return total


def _at(values: Floats, at: Ints) -> Floats:
    """Take values by position; anything for -1."""
    found: Floats = values[at] if len(values) else np.zeros(len(at))
    return found


def _by_product(
    bounds: _Bounds, wanted: pd.DataFrame, column: str, told: set[int]
) -> Iterator[Issue]:
    """Compare all demand for a product with all that can be bought and made of it."""
    if bounds.anything:
        return
    need = np.zeros_like(bounds.bought)
    np.add.at(need, (wanted["product"].to_numpy(), wanted["period"].to_numpy()), wanted[column])
    most = bounds.bought + bounds.made
    # What stock can carry over counts for all later periods.
    carried = bounds.stocked[:, None]
    need = np.where(carried, need.cumsum(axis=1), need)
    most = np.where(carried, most.cumsum(axis=1) + bounds.opening[:, None], most)
    over: Flags = need > most * (1 + _TOLERANCE) + _TOLERANCE
    for product in np.flatnonzero(over.any(axis=1)):
        if int(product) in told:
            continue
        told.add(int(product))
        period = int(over[product].argmax())
        mine = wanted[(wanted["product"] == product) & (wanted[column] > 0)]
        rows = mine["row"][
            mine["period"] <= period if carried[product, 0] else mine["period"] == period
        ]
        yield _short(
            bounds,
            "by_capacity",
            column,
            rows,
            period,
            need[product, period],
            most[product, period],
            product=bounds.reach.products[product],
        )


def _short(
    bounds: _Bounds,
    what: str,
    column: str,
    rows: pd.Series[int],
    period: int,
    need: float,
    most: float,
    **words: object,
) -> Issue:
    code = f"demand_{what}" if column == "must" else f"shortfall_{what}"
    row = int(rows.iloc[0])
    quantity = bounds.s["demand"]["quantity"][row]
    return issue(
        code,
        "demand",
        row + 1,
        "quantity",
        f"{quantity:g}",
        rows=Rows("demand", tuple(int(r) + 1 for r in sorted(set(rows)))),
        period=bounds.s.horizon["period"][period],
        need=float(need),
        most=float(most),
        **words,
    )


def _by_lines(bounds: _Bounds, wanted: pd.DataFrame, told: set[int]) -> Iterator[Issue]:
    """Compare what products need of the lines that alone can make them, lines taken together."""
    if bounds.anything or (bounds.users["line"] < 0).any():
        return
    users = bounds.users.groupby("product")
    lines_of = users["line"].agg(frozenset).to_dict()
    alone = wanted["product"].isin(lines_of) & ~wanted["product"].isin(told)
    alone &= ~bounds.stocked[wanted["product"].to_numpy()]
    wanted = wanted[alone & (wanted["must"] > 0)]
    load = np.zeros_like(bounds.bought)
    np.add.at(load, (wanted["product"], wanted["period"]), wanted["must"])
    load = np.maximum(load - bounds.bought, 0.0)
    used = users["used"].min()
    load[used.index] *= used.to_numpy()[:, None]
    names = bounds.s["lines"]["line"]
    seen: set[frozenset[int]] = set()
    for period in range(len(bounds.years)):
        made: dict[frozenset[int], list[int]] = {}
        for code in np.flatnonzero(load[:, period]).tolist():
            made.setdefault(lines_of[code], []).append(code)
        for lines in sorted(made, key=len):
            if any(told_of <= lines for told_of in seen):
                continue
            inside = [code for other, codes in made.items() if other <= lines for code in codes]
            need = float(load[inside, period].sum())
            most = float(bounds.line[sorted(lines), period].sum())
            if need <= most * (1 + _TOLERANCE) + _TOLERANCE:
                continue
            seen.add(lines)
            short = wanted["product"].isin(inside) & (wanted["period"] == period)
            yield _short(
                bounds,
                "by_lines",
                "must",
                wanted["row"][short].sort_values(),
                period,
                need,
                most,
                lines=some([names[i] for i in sorted(lines)]),
                products=some([bounds.reach.products[code] for code in inside]),
            )


def _by_market(bounds: _Bounds, wanted: pd.DataFrame, told: set[int]) -> Iterator[Issue]:
    """Compare demand at a site with what is had there and what lanes can bring."""
    s, reach = bounds.s, bounds.reach
    if bounds.anything or not s.good("lanes").all():
        return
    frame = s["lanes"].iloc[reach.lanes["row"].to_numpy()]
    lanes = reach.lanes.assign(
        mode=frame["mode"].to_numpy(),
        most=frame["capacity"].fillna(np.inf).to_numpy(),
        all=((frame["product"] == "") & (frame["cargo_class"] == "")).to_numpy(),
    )
    # Of several rows for the same lane each one binds: the row for all goods, if there is one, is
    # a bound by itself; otherwise the sum of the others is.
    key = ["origin", "destination", "mode"]
    general = lanes.groupby(key)["all"].transform("any")
    lanes = lanes[(lanes["all"] | ~general).to_numpy()]
    sums = lanes.groupby(["destination", "sel"])["most"].sum()
    local = pd.concat([bounds.supply, bounds.making], ignore_index=True)
    own = local.groupby(["site", "product", "period"])["most"].sum()
    stock = pd.MultiIndex.from_arrays(
        [reach.site(s["stock"]["site"]), reach.product(s["stock"]["product"])]
    )
    at = pd.MultiIndex.from_frame(wanted[["site", "product"]])
    brought = np.zeros(len(wanted))
    for selection in reach.selecting(wanted["product"].to_numpy()):
        way = pd.MultiIndex.from_arrays([wanted["site"], selection])
        brought += sums.reindex(way).fillna(0.0).to_numpy()
    here = own.reindex(pd.MultiIndex.from_frame(wanted[["site", "product", "period"]])).fillna(0.0)
    most = brought * bounds.years[wanted["period"]] + here.to_numpy()
    told_here: set[tuple[int, int]] = set()
    anywhere = local["product"][local["site"] < 0]
    skip = wanted["product"].isin([*told, *anywhere]).to_numpy() | at.isin(stock)
    for column in ("must", "total"):
        over = (wanted[column] > most * (1 + _TOLERANCE) + _TOLERANCE).to_numpy() & ~skip
        for n in np.flatnonzero(over):
            place = (int(wanted["site"][n]), int(wanted["product"][n]))
            if place in told_here:
                continue
            told_here.add(place)
            yield _short(
                bounds,
                "by_lanes",
                column,
                wanted["row"].iloc[n : n + 1],
                int(wanted["period"][n]),
                wanted[column][n],
                most[n],
                product=reach.products[place[1]],
                site=reach.sites[place[0]],
            )
