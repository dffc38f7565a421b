"""Constraint families about what a lane can carry."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jvopt.models.cells import Cells
from jvopt.models.problem import Problem
from jvopt.models.sparse import Floats, Rows


def lane_capacity(p: Problem) -> Rows:
    r"""A lane carries no more than its capacity.

    .. math:: \sum_{(o,d,m,g) \in k} \text{ship}_{odmgt} \le c_k\,y_t

    for every row k of `lanes` with a ``capacity``, over all that the row covers.
    """
    carried, amount = _lane_rows(p, p.net.lane_rows["capacity"].notna())
    frame = carried[["lane", "period"]].drop_duplicates()
    at = p.net.index(frame, "lane", "period")
    years = p.net.time.years[at["period"]]
    return Rows(
        at,
        p.v.ship.pick(carried["ship"], at.find({k: carried[k] for k in at.key})),
        upper=amount[at["lane"]] * years,
        cells=Cells("lanes", "capacity", at["lane"], years),
    )


def lane_use(p: Problem) -> Rows:
    r"""A lane that carries anything is used.

    .. math:: \sum_{(o,d,m,g) \in k} \text{ship}_{odmgt} \le M_k\,\text{used}_{kt}

    for every row k of `lanes` with a ``fixed_cost``; M is its capacity in the period
    (times ``periods.years``), or the most that the horizon can have a use for if that is less.
    """
    carried, capacity = _lane_rows(p, p.net.lane_rows["fixed_cost"] > 0)
    at = p.net.index(carried[["lane", "period"]].drop_duplicates(), "lane", "period")
    product = carried.drop_duplicates(["lane", "period", "product"])
    need = np.zeros(len(at))
    np.add.at(need, at.find({k: product[k] for k in at.key}), p.need[product["product"]])
    most = np.fmin(capacity[at["lane"]] * p.net.time.years[at["period"]], need)
    used = p.v.lane_used.index.find({k: at[k] for k in at.key})
    return Rows(
        at,
        p.v.ship.pick(carried["ship"], at.find({k: carried[k] for k in at.key}))
        - p.v.lane_used.pick(used, np.arange(len(at)), most),
        upper=0.0,
    )


def _lane_rows(p: Problem, which: pd.Series[bool]) -> tuple[pd.DataFrame, Floats]:
    """Give every shipment under each chosen row of `lanes`, and the capacity of all rows."""
    cover = p.net.lane_cover
    cover = cover[which.to_numpy()[cover["row"]]].rename(columns={"row": "lane"})
    ship = p.v.ship.index.frame[["arc", "product", "period"]].reset_index(names="ship")
    return ship.merge(cover, on="arc"), p.net.lane_rows["capacity"].to_numpy(float)
