"""Which row of tariffs, fees or incentives wins: the order of `docs/rules.md`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jvopt.core.case import Case
from jvopt.core.geography import groups_of

Ints = NDArray[np.int64]

RATE_PLACES = {
    "tariffs": ("origin", "destination"),
    "fees": ("made_in", "country"),
    "incentives": ("made_in", "country"),
}
"""For each table of rates its columns of places: where goods are from, and where they go."""

PRODUCT_RANK = 1000
"""How specifically a row that names a product does so; above any length of HS prefix."""

BLANK, GROUP, COUNTRY = 0, 1, 2
"""How specifically a row names a place."""


def winning_rows(
    case: Case,
    rates: pd.DataFrame,
    queries: pd.DataFrame,
    *,
    origin_column: str,
    destination_column: str,
) -> Ints:
    """Give for each query the row of the rates that counts.

    Goods first (product, longer HS prefix, shorter, family, blank), then origin (country, group,
    blank), then destination (the same), then assembly mode (named, blank), then the latest
    ``from_date`` not after the start of the period. Rows that tie are for `jvopt.check` to refuse;
    here one of them is taken.

    Parameters
    ----------
    case
        For the products' HS codes and families, the country groups and the periods.
    rates
        Rows of ``tariffs``, ``fees`` or ``incentives`` to choose from. Rows that need a claim are
        looked up apart: pass the rows without a claim, or those of one claim.
    queries
        Columns ``product``, ``made_in`` (country of manufacture), ``destination`` (country),
        ``period`` and, for rates that have it, ``assembly_mode``.
    origin_column, destination_column
        The columns of `rates` that hold a country or group: ``origin`` and ``destination`` in
        tariffs, ``made_in`` and ``country`` in fees and incentives.

    Returns
    -------
    ndarray of int, shape (len(queries),)
        Label in the index of `rates` of the winning row, -1 where no row applies.
    """
    found = np.full(len(queries), -1, np.int64)
    if rates.empty or queries.empty:
        return found
    groups = groups_of(case)
    goods = _goods(case, rates, queries["product"])
    origin = _places(rates[origin_column], queries["made_in"], groups)
    destination = _places(rates[destination_column], queries["destination"], groups)
    mode = _modes(rates, queries)
    dates, start = _dates(case, rates["from_date"], queries["period"])
    selectors = [goods, origin, destination, mode]
    shapes = pd.DataFrame({str(i): s.shape for i, s in enumerate(selectors)})
    ranks = pd.DataFrame({str(i): s.rank for i, s in enumerate(selectors)})
    order = ranks.assign(row=range(len(rates))).groupby(list(ranks.columns), sort=True)["row"]
    for _, same_rank in reversed(list(order)):
        open_ = np.flatnonzero(found < 0)
        if not len(open_):
            break
        latest = np.full(len(open_), -1, np.int64)
        for _, rows in shapes.iloc[same_rank.to_numpy()].groupby(list(shapes.columns)):
            at = rows.index.to_numpy()
            _look_up(selectors, at, dates, start, open_, found, latest)
    hit = found >= 0
    found[hit] = rates.index.to_numpy(np.int64)[found[hit]]
    return found


@dataclass(frozen=True, slots=True)
class _Selector:
    """How the rows of one selector (goods, origin, destination, mode) meet the queries.

    Attributes
    ----------
    rank
        For each row how specific it is; higher wins.
    shape
        For each row which of the ways to ask it belongs to.
    code
        For each row what it names, as a code within its shape.
    ask
        For each shape one or more code arrays over the distinct queries: what a query would have
        to find; -1 for nothing.
    query
        For each query its number among the distinct ones.
    """

    rank: Ints
    shape: Ints
    code: Ints
    ask: Mapping[int, list[Ints]]
    query: Ints


def _look_up(
    selectors: list[_Selector],
    rows: Ints,
    dates: Ints,
    start: Ints,
    open_: Ints,
    found: Ints,
    latest: Ints,
) -> None:
    """Find rows of one shape for the open queries; later dates win over what was found."""
    sizes = [int(s.code[rows].max()) + 1 for s in selectors]
    span = int(max(dates.max(), start.max())) + 1
    key = np.zeros(len(rows), np.int64)
    for selector, size in zip(selectors, sizes, strict=True):
        key = key * size + selector.code[rows]
    sorted_by = np.lexsort((dates[rows], key))
    have = key[sorted_by] * span + dates[rows][sorted_by]
    asked = [(np.zeros(len(open_), np.int64), np.ones(len(open_), bool))]
    for selector, size in zip(selectors, sizes, strict=True):
        codes = [a[selector.query[open_]] for a in selector.ask[int(selector.shape[rows[0]])]]
        asked = [
            (so_far * size + code, fits & (code >= 0) & (code < size))
            for so_far, fits in asked
            for code in codes
        ]
    for wanted, fits in asked:
        at = np.searchsorted(have, wanted * span + start[open_], side="right") - 1
        hit = fits & (at >= 0)
        hit[hit] = have[at[hit]] // span == wanted[hit]
        date = np.where(hit, have[at] % span, -1)
        better = date > latest
        latest[better] = date[better]
        found[open_[better]] = rows[sorted_by[at[better]]]


def _goods(case: Case, rates: pd.DataFrame, products: pd.Series[str]) -> _Selector:
    query, names = pd.factorize(products)
    known = case["products"].set_index("product").reindex(names)
    hs, family = known["hs"].fillna(""), known["family"].fillna("")
    named = pd.DataFrame(
        {
            "product": (rates["product"] != "").to_numpy(),
            "hs": rates["hs"].str.len().to_numpy(),
            "family": (rates["family"] != "").to_numpy(),
        }
    )
    by_shape = named.groupby(list(named.columns))
    shape = by_shape.ngroup().to_numpy().astype(np.int64)
    rank = goods_rank(rates)
    code = np.zeros(len(rates), np.int64)
    ask = {}
    for number, (_, rows) in enumerate(by_shape):
        at = rows.index.to_numpy()
        by_product, length, by_family = named.iloc[at[0]]
        parts = rates.iloc[at][["product", "hs", "family"]]
        would = pd.DataFrame(
            {
                "product": list(names) if by_product else "",
                "hs": hs.str[: int(length)].to_numpy(),
                "family": family.to_numpy() if by_family else "",
            },
            index=range(len(names)),
        )
        content = pd.MultiIndex.from_frame(parts).drop_duplicates()
        code[at] = content.get_indexer(pd.MultiIndex.from_frame(parts))
        ask[number] = [content.get_indexer(pd.MultiIndex.from_frame(would)).astype(np.int64)]
    return _Selector(rank, shape, code, ask, query.astype(np.int64))


def goods_rank(rates: pd.DataFrame) -> Ints:
    """Give how specifically each row names goods: product > longer HS > shorter > family > none."""
    length = rates["hs"].str.len().to_numpy(np.int64)
    family = (rates["family"] != "").to_numpy(np.int64)
    by_code = np.where(length > 0, 1 + length, family)
    return np.where(rates["product"] != "", PRODUCT_RANK, by_code).astype(np.int64)


def _places(
    named: pd.Series[str], queried: pd.Series[str], groups: Mapping[str, Iterable[str]]
) -> _Selector:
    query, countries = pd.factorize(queried)
    content = pd.Index(named.unique())
    code = content.get_indexer(pd.Index(named)).astype(np.int64)
    rank = place_rank(named, groups)
    lists = [list(groups.get(country, ())) for country in countries]
    deepest = max((len(found) for found in lists), default=0)
    ask = {
        BLANK: [np.full(len(countries), content.get_indexer(pd.Index([""]))[0], np.int64)],
        COUNTRY: [np.where(countries == "", -1, content.get_indexer(pd.Index(countries)))],
        GROUP: [
            content.get_indexer(pd.Index([f[i] if i < len(f) else None for f in lists]))
            for i in range(deepest)
        ],
    }
    return _Selector(rank, rank, code, ask, query.astype(np.int64))


def place_rank(named: pd.Series[str], groups: Mapping[str, Iterable[str]]) -> Ints:
    """Give how specifically each row names a place: country > group > none."""
    known = {group for found in groups.values() for group in found}
    return np.where(named == "", BLANK, np.where(named.isin(known), GROUP, COUNTRY)).astype(
        np.int64
    )


def _modes(rates: pd.DataFrame, queries: pd.DataFrame) -> _Selector:
    if "assembly_mode" not in rates:
        nothing = np.zeros(len(rates), np.int64)
        return _Selector(
            nothing,
            nothing,
            nothing,
            {0: [np.zeros(1, np.int64)]},
            np.zeros(len(queries), np.int64),
        )
    named = rates["assembly_mode"]
    query, modes = pd.factorize(queries["assembly_mode"])
    content = pd.Index(named.unique())
    code = content.get_indexer(pd.Index(named)).astype(np.int64)
    rank = (named != "").to_numpy().astype(np.int64)
    ask = {
        0: [np.full(len(modes), content.get_indexer(pd.Index([""]))[0], np.int64)],
        1: [np.where(modes == "", -1, content.get_indexer(pd.Index(modes)))],
    }
    return _Selector(rank, rank, code, ask, query.astype(np.int64))


def _dates(
    case: Case, from_date: pd.Series[pd.Timestamp], periods: pd.Series[str]
) -> tuple[Ints, Ints]:
    """Give each row the number of its date (0 for blank), each query that of the last one come."""
    known = np.unique(from_date.dropna().to_numpy("datetime64[D]"))
    dates = np.searchsorted(known, from_date.to_numpy("datetime64[D]"), side="right")
    starts = case["periods"].set_index("period")["start"].reindex(periods.unique())
    come = np.searchsorted(known, starts.to_numpy("datetime64[D]"), side="right")
    come[starts.isna().to_numpy()] = 0
    dates[from_date.isna().to_numpy()] = 0
    where = pd.Index(periods.unique()).get_indexer(pd.Index(periods))
    return dates.astype(np.int64), come[where].astype(np.int64)
