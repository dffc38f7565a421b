"""Rate rows of which neither is more specific than the other, though both apply."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd

from jvopt.core.checks.subject import Flags, Ints, Subject
from jvopt.core.geography import groups_of
from jvopt.core.issues import Issue, issue
from jvopt.core.phrases import Rows
from jvopt.core.rates import GROUP, RATE_PLACES, goods_rank, place_rank

_APART = {"fees": ("amount", "relief")}
"""Columns that are looked up apart, each among the rows that state it."""
_GOODS = ["product", "hs", "family"]


def rate_ties(s: Subject) -> Iterator[Issue]:
    """Check that of two rate rows which can apply to the same goods one is more specific.

    Both must name goods as specifically (the same product, HS prefix or family), places as
    specifically (the same country, or groups with a country in common), the same assembly mode,
    claim and date. Countries count only where goods of the case can come from or go to.
    """
    made, sold = _countries(s)
    for table, places in RATE_PLACES.items():
        frame = s[table]
        told: set[tuple[int, int]] = set()
        for figure in _APART.get(table, (None,)):
            use = s.good(table)
            if figure:
                use &= frame[figure].notna().to_numpy()
            rows = np.flatnonzero(use)
            for one, other in _ties(s, frame.iloc[rows], places, (made, sold)):
                pair = (int(rows[one]), int(rows[other]))
                if pair not in told:
                    told.add(pair)
                    yield _tie(table, frame, *pair)


def claim_ties(s: Subject) -> Iterator[Issue]:
    """Check that of the rows of a claim one sets the rule of each product."""
    frame = s["claims"]
    rows = np.flatnonzero(s.good("claims"))
    for one, other in _ties(s, frame.iloc[rows], (), ()):
        yield _tie("claims", frame, int(rows[one]), int(rows[other]))


def _tie(table: str, frame: pd.DataFrame, first: int, at: int) -> Issue:
    """Name the later row, and in it the column that tells most, and the earlier row."""
    row = frame.iloc[at]
    column = next((c for c in _GOODS if row[c]), None)
    if column is None:
        column = next((c for c in ("origin", "made_in", "country") if row.get(c)), "claim")
    return issue(
        "rate_tie", table, at + 1, column, row[column] or None, first=Rows(table, (first + 1,))
    )


def _countries(s: Subject) -> tuple[set[str], set[str]]:
    """Give the countries that goods can come from, and those that they can go to."""
    sites = set(s["sites"]["country"]) - {""}
    bought = set(s["supply"]["country"]) | set(s["stock"]["country"])
    return (sites | bought) - {""}, sites


def _ties(
    s: Subject, frame: pd.DataFrame, places: tuple[str, ...], countries: tuple[set[str], ...]
) -> Iterator[tuple[int, int]]:
    """Give pairs of rows, by position, that tie."""
    if len(frame) < 2:
        return
    groups = groups_of(s.case)
    rank = goods_rank(frame)
    key = pd.DataFrame({"goods": rank, "named": _primary(frame)})
    for column in ("claim", "assembly_mode", "from_date"):
        if column in frame:
            key[column] = frame[column].to_numpy()
    ranks = {}
    for column in places:
        ranks[column] = place_rank(frame[column], groups)
        in_group = ranks[column] == GROUP
        # Groups may overlap, so they are told apart below; all else is the same or not.
        key[column] = np.where(in_group, "a group", frame[column])
        key[f"{column} rank"] = ranks[column]
    shared = pd.factorize(pd.Series(list(key.itertuples(index=False, name=None))))[0]
    order = np.argsort(shared, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(shared[order]) > 0, True])
    covers = _Covers(s)
    for begin, end in pairwise(starts):
        if end - begin < 2:
            continue
        rows = np.sort(order[begin:end])
        overlap = covers.common(frame.iloc[rows][_GOODS])
        for column, known in zip(places, countries, strict=True):
            if ranks[column][rows[0]] == GROUP:
                overlap &= _in_common(frame[column].iloc[rows], groups, known)
        for one, other in zip(*np.nonzero(np.triu(overlap, 1)), strict=True):
            yield int(rows[one]), int(rows[other])


def _primary(frame: pd.DataFrame) -> pd.Series[str]:
    """Give what names the goods of each row most specifically."""
    named = frame["product"].where(frame["product"] != "", frame["hs"])
    return named.where(named != "", frame["family"]).reset_index(drop=True)


class _Covers:
    """Which products rows name."""

    def __init__(self, s: Subject) -> None:
        self.products = s["products"].drop_duplicates("product").reset_index(drop=True)
        self._known: dict[tuple[str, str, str], Flags] = {}

    def common(self, rows: pd.DataFrame) -> Flags:
        """Say of each pair of rows whether some product is named by both."""
        names = list(rows.itertuples(index=False, name=None))
        distinct = list(dict.fromkeys(names))
        covers = np.array([self._covered(*name) for name in distinct], np.int32)
        both: Flags = covers @ covers.T > 0
        at = [distinct.index(name) for name in names]
        return both[np.ix_(at, at)]

    def _covered(self, product: str, hs: str, family: str) -> Flags:
        key = (product, hs, family)
        if key not in self._known:
            fits = np.ones(len(self.products), bool)
            if product:
                fits &= (self.products["product"] == product).to_numpy()
            if hs:
                fits &= self.products["hs"].str.startswith(hs).to_numpy(bool)
            if family:
                fits &= (self.products["family"] == family).to_numpy()
            self._known[key] = fits
        return self._known[key]


def _in_common(named: pd.Series[str], groups: dict[str, list[str]], known: set[str]) -> Flags:
    """Say of each pair of groups whether a known country is in both."""
    codes, names = pd.factorize(named)
    members = np.array(
        [[name in groups.get(country, ()) for country in sorted(known)] for name in names], np.int32
    ).reshape(len(names), -1)
    both: Flags = members @ members.T > 0
    at: Ints = codes.astype(np.int64)
    return both[np.ix_(at, at)]
