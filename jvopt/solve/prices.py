"""What one more unit would be worth: the duals of the plan with its open plants held fixed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jvopt.models import Built
from jvopt.models.sparse import Flags, Floats, Rows
from jvopt.solve.flows import named

KINDS = {
    "demand_met": "demand",
    "supply_capacity": "supply",
    "line_capacity": "line",
    "throughput_capacity": "throughput",
    "lane_capacity": "lane",
    "limit_rows": "limit",
    "share_of_source": "limit",
    "demand_within": "limit",
}
"""What the rows of each priced family are about."""

_OPENING = ("supply", "line", "throughput")
"""Kinds of capacity that there is only while a site or a line is open."""


def prices(built: Built, dual: Floats, first_row: dict[str, int]) -> pd.DataFrame:
    """Give the prices of demand and of everything that is scarce.

    Parameters
    ----------
    built
        The model.
    dual
        Price of each row of the stacked matrix, discounted.
    first_row
        Where each family starts in it.

    Returns
    -------
    DataFrame
        The table ``prices``: for demand the cost of one more unit, for a capacity what one more
        unit saves, in the money of its period. Left out are capacities that are not scarce, and
        those of what is closed: by themselves they are worth nothing, as nothing can use them.
    """
    pieces = []
    for family, kind in KINDS.items():
        rows = built.rows.get(family)
        if rows is None or not len(rows):
            continue
        price = dual[first_row[family] : first_row[family] + len(rows)]
        price = np.where(bound_moves(kind, rows) > 0, price, 0.0)
        pieces.append(_priced(built, kind, rows, price))
    if not pieces:
        return pd.DataFrame()
    frame = pd.concat(pieces, ignore_index=True)
    return frame[(frame["kind"] == "demand") | (frame["price"].abs() > 1e-7)]


def bound_moves(kind: str, rows: Rows) -> Floats:
    """Give how far the bound of each row moves when its capacity grows by one: 0 while closed."""
    if kind not in _OPENING:
        return np.ones(len(rows))
    moves: Flags = np.isfinite(rows.upper) & (rows.upper > 0)
    for term in rows.terms:
        if term.columns.name in ("site_open", "line_open"):
            assert term.columns.x is not None
            open_now = term.columns.x[term.col] > 0.5
            moves[term.row[open_now]] = True
    return np.asarray(moves, float)


def _priced(built: Built, kind: str, rows: Rows, price: Floats) -> pd.DataFrame:
    net = built.problem.net
    frame = rows.index.frame
    codes = ["site", "destination", "line", "product", "period"]
    code = frame.reindex(columns=codes, fill_value=-1)
    if kind == "line":
        code["site"] = net.lines["site"].to_numpy()[frame["line"]]
    if kind == "lane":
        lane = net.lane_rows.iloc[frame["lane"].to_numpy(np.int64)]
        code["site"] = net.code("site", lane["origin"])
        code["destination"] = net.code("site", lane["destination"])
        code["product"] = net.code("product", lane["product"])
    # Limits span periods: theirs stay discounted to the start of the horizon.
    mid = np.append(net.time.mid, 1.0)[code["period"].to_numpy(np.int64)]
    sign = 1.0 if kind == "demand" else -1.0
    names = named(
        built, code, site="site", destination="site", line="line", product="product",
        period="period",
    )  # fmt: skip
    return pd.DataFrame(
        {
            "kind": kind,
            **names,
            "limit": np.array(net.names[rows.index.key[0]], object) if kind == "limit" else "",
            "price": sign * price / mid + 0.0,
        }
    )
