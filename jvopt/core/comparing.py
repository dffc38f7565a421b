"""What is different between two cases: cell by cell, in the rows that both have."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from jvopt.core.case import Case
from jvopt.core.cells import as_text
from jvopt.core.schema import Table
from jvopt.core.tables import TABLES

_ALIKE = 0.5
"""Two cases of one network share at least this part of the sites of the smaller."""
_LAST_DIGITS = 1e-9
"""Up to this relative distance numbers are the same: some programs keep twelve digits of them."""


class Difference(NamedTuple):
    """A cell that two cases hold differently, or a row that only one of them has.

    Attributes
    ----------
    table
        Of the cell.
    row
        The key of its row, as text.
    column
        Empty for a row that only one case has.
    before, after
        What the cell holds, "" for blank; for a row whether it is there.
    """

    table: str
    row: tuple[str, ...]
    column: str
    before: Any
    after: Any


def cell_differences(before: Case, after: Case) -> Iterator[Difference]:
    """Give what is different between two cases, table by table, rows found by their keys.

    Notes are left out: they have no key, and no plan depends on them.
    """
    for table in TABLES.values():
        one, two = before[table.name], after[table.name]
        if table.key and not one.equals(two):
            yield from _of_table(table, one, two)


def _of_table(table: Table, one: pd.DataFrame, two: pd.DataFrame) -> Iterator[Difference]:
    places, others = _places(table, one), _places(table, two)
    shared = [key for key in places if key in others]
    left = one.iloc[[places[key] for key in shared]].reset_index(drop=True)
    right = two.iloc[[others[key] for key in shared]].reset_index(drop=True)
    unlike = (left != right) & ~(left.isna() & right.isna())
    for name in (column.name for column in table.columns if column.numeric):
        unlike[name] &= ~np.isclose(left[name], right[name], rtol=_LAST_DIGITS, atol=0.0)
    columns = [n for n in table.names if n not in table.key]
    at = {key: number for number, key in enumerate(shared)}
    differing = unlike[columns].to_numpy()
    for key in places:
        if key not in at:
            yield Difference(table.name, key, "", True, False)
        elif differing[at[key]].any():
            for column, differs in zip(columns, differing[at[key]], strict=True):
                if differs:
                    cells = (_plain(frame.at[at[key], column]) for frame in (left, right))
                    yield Difference(table.name, key, column, *cells)
    for key in others:
        if key not in at:
            yield Difference(table.name, key, "", False, True)


def _places(table: Table, frame: pd.DataFrame) -> dict[tuple[str, ...], int]:
    """Give the number of each row by its key."""
    columns = [[as_text(_plain(cell)) for cell in frame[name].tolist()] for name in table.key]
    return {key: number for number, key in enumerate(zip(*columns, strict=True))}


def _plain(cell: Any) -> Any:
    blank = cell is pd.NaT or (isinstance(cell, float) and math.isnan(cell))
    return "" if blank else cell


def shared_sites(before: Case, after: Case) -> int:
    """Count the sites that two cases have in common."""
    return len(set(before["sites"]["site"]) & set(after["sites"]["site"]))


def is_same_network(before: Case, after: Case) -> bool:
    """Tell whether two cases are versions of one: most sites of the smaller are in both."""
    smaller = min(len(case["sites"]) for case in (before, after))
    return shared_sites(before, after) >= _ALIKE * smaller


def share_periods(before: Case, after: Case) -> bool:
    """Tell whether some period is in both cases, or neither has any."""
    one, two = (set(case["periods"]["period"]) for case in (before, after))
    return bool(one & two) or one == two
