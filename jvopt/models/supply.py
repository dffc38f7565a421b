"""Constraint families about what suppliers have and must be paid for."""

from __future__ import annotations

import numpy as np

from jvopt.models.cells import Cells
from jvopt.models.problem import Problem
from jvopt.models.reach import site_can_open
from jvopt.models.sparse import Floats, Index, Rows


def supply_capacity(p: Problem) -> Rows:
    r"""No more is bought than a supplier has, and nothing at a closed site.

    .. math:: \text{buy}_{sit} \le c_k\,y_t\,\text{open}_{st}

    for every row k of `supply` with a capacity and every period it covers; c is
    ``supply.capacity``, y is ``periods.years``.
    """
    at, amount = _supply_rows(p, "capacity")
    opened, number = p.while_open(at, at["site"], amount)
    scale = p.net.time.years[at["period"]]
    return Rows(
        at,
        p.v.buy.pick(at["buy"], np.arange(len(at))) - opened,
        upper=number,
        cells=Cells("supply", "capacity", at["supply"], scale),
    )


def supply_least_take(p: Problem) -> Rows:
    r"""What must be taken is taken: always while the site is open, or if anything is bought.

    .. math:: \text{buy}_{sit} \ge \ell_k\,y_t\,\text{open}_{st}
        \quad\text{or}\quad \text{buy}_{sit} \ge \ell_k\,y_t\,\text{used}_{kt}

    for every row k of `supply`, by its ``least_take_rule``; :math:`\ell` is ``least_take``.
    """
    at, amount = _supply_rows(p, "least_take")
    supply = p.net.case.filled("supply")
    if_used = (supply["least_take_rule"] == "if_used").to_numpy()[at["supply"]]
    row = np.flatnonzero(if_used)
    used = p.v.supply_used.index.find({k: at[k][row] for k in ("supply", "period")})
    opened, number = p.while_open(at, at["site"], np.where(if_used, 0.0, amount))
    bought = np.flatnonzero(at["buy"] >= 0)
    return Rows(
        at,
        p.v.buy.pick(at["buy"][bought], bought)
        - opened
        - p.v.supply_used.pick(used, row, amount[row]),
        lower=number,
        cells=Cells("supply", "least_take", at["supply"], p.net.time.years[at["period"]]),
    )


def supply_use(p: Problem) -> Rows:
    r"""Nothing is bought from a row that counts as unused.

    .. math:: \text{buy}_{sit} \le M\,\text{used}_{kt}

    for every row k of `supply` with ``least_take_rule`` if_used; M is the row's ``capacity`` in
    the period (times ``periods.years``), or the most that the horizon can have a use for if that
    is less.
    """
    used = p.v.supply_used.index
    at, _ = _supply_rows(p, "least_take")
    row = at.find({k: used[k] for k in ("supply", "period")})
    at = p.net.index(at.frame.iloc[row], "supply", "period")
    capacity = p.net.case["supply"]["capacity"].to_numpy()[at["supply"]]
    need = np.maximum(p.need[at["product"]], 0.0)
    most = np.fmin(capacity * p.net.time.years[at["period"]], need)
    bought = np.flatnonzero(at["buy"] >= 0)
    return Rows(
        at,
        p.v.buy.pick(at["buy"][bought], bought) - p.v.supply_used.by(at, times=most),
        upper=0.0,
    )


def _supply_rows(p: Problem, column: str) -> tuple[Index, Floats]:
    """Give the rows of `supply` that state a number, once a period, and the units it stands for."""
    supply = p.net.case.filled("supply")
    covered = p.net.over_periods("supply").rename(columns={"row": "supply"})
    row = covered["supply"].to_numpy()
    frame = covered.assign(
        site=p.net.code("site", supply["site"])[row],
        product=p.net.code("product", supply["product"])[row],
    )
    frame["buy"] = p.v.buy.index.find({k: frame[k] for k in p.v.buy.index.key})
    units = supply[column].to_numpy()[row] * p.net.time.years[frame["period"]]
    if column == "capacity":
        keep = ~np.isnan(units) & (frame["buy"] >= 0).to_numpy()
    else:
        keep = (units > 0) & site_can_open(p.net)[frame["site"]]
    return p.net.index(frame[keep], "supply", "period"), units[keep]
