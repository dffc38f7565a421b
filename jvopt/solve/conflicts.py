"""Why a case has no plan: the least that would have to give way, in the planner's own cells."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from jvopt.models import Built
from jvopt.models.sparse import Floats
from jvopt.solve.handover import Matrix
from jvopt.solve.search import Stop, search

DEMAND_WEIGHT = 10.0
"""Giving up demand counts that much more than giving a capacity or a limit the same share."""

WHAT = {
    "demand_met": "demand that cannot be met",
    "stock_least": "least stock",
    "stock_most": "most stock",
    "supply_capacity": "supply capacity",
    "supply_least_take": "least take",
    "line_capacity": "line capacity",
    "line_least_load": "least load of an open line",
    "assembly_most": "most by a recipe",
    "assembly_least": "least by a recipe",
    "throughput_capacity": "throughput capacity",
    "lane_capacity": "lane capacity",
    "limit_rows": "limit",
    "demand_within": "limit",
}


def conflicts(
    built: Built, matrix: Matrix, *, time_limit: float, stop: Stop | None = None
) -> tuple[pd.DataFrame, Floats | None]:
    """Find the smallest changes of cells that would let a case have a plan.

    Every row that stands for a cell may give way at a price in proportion to how far the cell
    would have to move; balances and the logic of opening may not.

    Parameters
    ----------
    built, matrix
        The model, and its stacked matrix.
    time_limit, stop
        As for `search`.

    Returns
    -------
    table : DataFrame
        The plan table ``conflicts``; empty where no change of such cells helps.
    x : ndarray or None
        A plan of the model itself where nothing has to give way: then the case has a plan.
    """
    relaxed, cells = _relax(built, matrix)
    found = search(relaxed, gap=1e-6, time_limit=time_limit, stop=stop)
    empty = pd.DataFrame(columns=["table", "row", "column", "period", "what", "value", "needed"])
    if found.x is None:
        return empty, None
    slack = found.x[matrix.columns :]
    # The solver's tolerance on a row is 1e-7 of its units.
    cells = cells.assign(moved=slack)[slack > 1e-6 * np.maximum(1.0, cells["size"])]
    if cells.empty:
        return empty, found.x[: matrix.columns]
    return _in_cells(built, cells), None


def _relax(built: Built, matrix: Matrix) -> tuple[Matrix, pd.DataFrame]:
    """Let every row with a cell give way upwards and downwards, at a price."""
    pieces = []
    for family, rows in built.rows.items():
        stated = rows.cells
        if stated is None:
            continue
        at = np.flatnonzero(stated.place["row"] >= 0)
        row = at + matrix.first_row[family]
        cell = stated.place.iloc[at]
        size = np.maximum(np.abs(_stated(built, cell)), 1.0) * cell["scale"].to_numpy()
        weight = DEMAND_WEIGHT if family == "demand_met" else 1.0
        for side, bound in ((1.0, matrix.row_upper), (-1.0, matrix.row_lower)):
            some = np.isfinite(bound[row])
            pieces.append(
                pd.DataFrame(
                    {
                        "family": family,
                        "at": at[some],
                        "row": row[some],
                        "side": side,
                        "size": size[some],
                        "price": weight / size[some],
                    }
                )
            )
    cells = pd.concat(pieces, ignore_index=True)
    count = len(cells)
    order = np.argsort(cells["row"].to_numpy(), kind="stable")
    place = matrix.start[cells["row"].to_numpy()[order] + 1]
    index = np.insert(matrix.index, place, matrix.columns + order)
    value = np.insert(matrix.value, place, -cells["side"].to_numpy()[order])
    added = np.bincount(cells["row"], minlength=matrix.rows)
    relaxed = replace(
        matrix,
        cost=np.concatenate([np.zeros(matrix.columns), cells["price"]]),
        lower=np.concatenate([matrix.lower, np.zeros(count)]),
        upper=np.concatenate([matrix.upper, np.full(count, np.inf)]),
        whole=np.concatenate([matrix.whole, np.zeros(count, bool)]),
        start=matrix.start + np.concatenate([[0], np.cumsum(added)]),
        index=index,
        value=value,
        constant=0.0,
    )
    return relaxed, cells


def _stated(built: Built, place: pd.DataFrame) -> Floats:
    """Give what the cells at some places say."""
    stated = np.zeros(len(place))
    kinds = place[["table", "column"]].drop_duplicates()
    for table, column in kinds.itertuples(index=False, name=None):
        at = np.flatnonzero((place["table"] == table) & (place["column"] == column))
        cells = built.problem.net.case.filled(table)[column].to_numpy(float)
        stated[at] = cells[place["row"].to_numpy()[at]]
    return stated


def _in_cells(built: Built, moved: pd.DataFrame) -> pd.DataFrame:
    """Say which cells have to move, and to what."""
    names = np.array([*built.problem.net.names["period"], ""], object)
    pieces = []
    for family, found in moved.groupby("family", sort=False):
        rows = built.rows[str(family)]
        cells = rows.cells
        assert cells is not None
        at = found["at"].to_numpy(np.int64)
        frame = rows.index.frame
        period = frame["period"].to_numpy(np.int64)[at] if "period" in frame else -1
        place = cells.place.iloc[at]
        value = _stated(built, place)
        moved_by = found["side"].to_numpy() * found["moved"].to_numpy()
        change = moved_by / place["scale"].to_numpy()
        pieces.append(
            pd.DataFrame(
                {
                    "table": place["table"].to_numpy(),
                    "row": place["row"].to_numpy() + 1,
                    "column": place["column"].to_numpy(),
                    "period": names[period],
                    "what": WHAT[str(family)],
                    "value": value,
                    "needed": value + change,
                }
            )
        )
    return pd.concat(pieces, ignore_index=True)
