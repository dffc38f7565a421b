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
    products = case["products"].set_index("product")
    origin = _places(rates[origin_column], queries["made_in"], groups)
    destination = _places(rates[destination_column], queries["destination"], groups)
    selectors = [
        _names(rates["product"], queries["product"]),
        _headings(rates["hs"], queries["product"].map(products["hs"]).fillna("")),
        _names(rates["family"], queries["product"].map(products["family"]).fillna("")),
        origin,
        destination,
    ]
    rank = goods_rank(rates) * 9 + origin.shape * 3 + destination.shape
    if "assembly_mode" in rates:
        mode = _names(rates["assembly_mode"], queries["assembly_mode"])
        selectors.append(mode)
        rank = rank * 2 + mode.shape
    dates, start = _dates(case, rates["from_date"], queries["period"])
    shapes = np.column_stack([s.shape for s in selectors])
    for best in np.unique(rank)[::-1]:
        open_ = np.flatnonzero(found < 0)
        if not len(open_):
            break
        latest = np.full(len(open_), -1, np.int64)
        rows = np.flatnonzero(rank == best)
        _, shape = np.unique(shapes[rows], axis=0, return_inverse=True)
        for number in range(shape.max() + 1):
            at = rows[shape == number]
            _look_up(selectors, at, dates, start, open_, found, latest)
    hit = found >= 0
    found[hit] = rates.index.to_numpy(np.int64)[found[hit]]
    return found


@dataclass(frozen=True, slots=True)
class _Selector:
    """How the rows of one selector (a column) meet the queries.

    Attributes
    ----------
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


def _names(named: pd.Series[str], queried: pd.Series[str]) -> _Selector:
    """Meet a column whose rows name what they are for, or leave it blank."""
    query, asked = pd.factorize(queried)
    content = pd.Index(named.unique())
    ask = {
        0: [np.full(len(asked), _code_of_blank(content), np.int64)],
        1: [np.where(asked == "", -1, content.get_indexer(pd.Index(asked)))],
    }
    shape = (named != "").to_numpy().astype(np.int64)
    return _Selector(shape, _codes(content, named), ask, query.astype(np.int64))


def _headings(named: pd.Series[str], queried: pd.Series[str]) -> _Selector:
    """Meet HS codes: a row asks for its own length of the product's."""
    query, asked = pd.factorize(queried)
    content = pd.Index(named.unique())
    shape = named.str.len().to_numpy().astype(np.int64)
    ask = {
        int(length): [content.get_indexer(pd.Index([hs[:length] for hs in asked]))]
        for length in np.unique(shape)
    }
    return _Selector(shape, _codes(content, named), ask, query.astype(np.int64))


def _codes(content: pd.Index[str], named: pd.Series[str]) -> Ints:
    return content.get_indexer(pd.Index(named)).astype(np.int64)


def _code_of_blank(content: pd.Index[str]) -> int:
    return list(content).index("") if "" in content else -1


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
    lists = [list(groups.get(country, ())) for country in countries]
    deepest = max((len(found) for found in lists), default=0)
    ask = {
        BLANK: [np.full(len(countries), _code_of_blank(content), np.int64)],
        COUNTRY: [np.where(countries == "", -1, content.get_indexer(pd.Index(countries)))],
        GROUP: [
            content.get_indexer(pd.Index([f[i] if i < len(f) else None for f in lists]))
            for i in range(deepest)
        ],
    }
    rank = place_rank(named, groups)
    return _Selector(rank, _codes(content, named), ask, query.astype(np.int64))


def place_rank(named: pd.Series[str], groups: Mapping[str, Iterable[str]]) -> Ints:
    """Give how specifically each row names a place: country > group > none."""
    known = {group for found in groups.values() for group in found}
    return np.where(named == "", BLANK, np.where(named.isin(known), GROUP, COUNTRY)).astype(
        np.int64
    )


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
