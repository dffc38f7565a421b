"""Constraint families about what a line can make."""

from __future__ import annotations

import numpy as np

from jvopt.models.cells import Cells
from jvopt.models.problem import Problem, line_bound, line_cells, so_far
from jvopt.models.sparse import Floats, Index, Rows, Terms


def line_capacity(p: Problem) -> Rows:
    r"""A line makes no more than its capacity, with the steps bought so far.

    .. math:: \sum_{w \in l} u_w\,\text{make}_{wt} \le c_{lt}\,y_t\,\text{open}_{lt}
        + e_l\,y_t \sum_{\tau \le t} \text{steps}_{l\tau}

    for every line l and period t; u is ``assembly.capacity_used``, c is ``lines.capacity`` or its
    override ``line_periods.capacity``, e is ``lines.step_size`` (1 where blank). Where the capacity
    is blank, or is more than the horizon can have a use for, that use stands in its place.
    """
    at = _running(p)
    years = p.net.time.years[at["period"]]
    capacity = p.net.line_value("capacity")[0]
    stated = capacity[at["line"], at["period"]] * years
    amount = np.fmin(stated, line_bound(p)[at["line"]])
    at.frame["binding"] = stated <= amount
    return Rows(
        at,
        _load(p, at) - p.v.line_open.by(at, times=_spread(p, at, amount)) - _line_steps(p, at),
        upper=0.0,
        cells=line_cells(p, "capacity", at, years),
    )


def line_idle(p: Problem) -> Rows:
    r"""A closed line makes nothing, whatever steps were bought for it.

    .. math:: \sum_{w \in l} u_w\,\text{make}_{wt} \le M_{lt}\,\text{open}_{lt}

    for lines with expansion; M is the capacity with all steps, or what the horizon can use.
    """
    at = _running(p)
    grows = np.isin(at["line"], p.v.line_steps.index["line"])
    at = p.net.index(at.frame[grows], "line", "period")
    lines, years = p.net.lines, p.net.time.years[at["period"]]
    size = lines["step_size"].fillna(1.0).to_numpy()[at["line"]]
    most = lines["most_steps"].fillna(np.inf).to_numpy()[at["line"]]
    capacity = p.net.line_value("capacity")[0][at["line"], at["period"]]
    amount = np.fmin((capacity + size * most) * years, line_bound(p)[at["line"]])
    return Rows(
        at,
        _load(p, at) - p.v.line_open.by(at, times=_spread(p, at, amount)),
        upper=0.0,
    )


def assembly_idle(p: Problem) -> Rows:
    r"""A closed line makes nothing by recipes that take none of its capacity either.

    .. math:: \sum_{w \in a} \text{make}_{wt} \le M_{at}\,\text{open}_{lt}

    for every row a of `assembly` with ``capacity_used`` 0, on line l; M is ``assembly.most`` over
    the period, or the most of the product that the horizon can have a use for if that is less.
    """
    assembly = p.net.assembly
    frame = p.v.make.index.frame[["assembly", "line", "product", "period"]].drop_duplicates()
    light = (assembly["capacity_used"] == 0).to_numpy()
    at = p.net.index(frame[light[frame["assembly"]]], "assembly", "period")
    stated = assembly["most"].to_numpy(float)[at["assembly"]] * p.net.time.years[at["period"]]
    most = np.fmin(stated, p.need[at["product"]])
    line = p.v.line_open.index.find({"line": at["line"], "period": at["period"]})
    return Rows(
        at,
        p.v.make.by(at) - p.v.line_open.pick(line, np.arange(len(at)), most),
        upper=0.0,
    )


def line_least_load(p: Problem) -> Rows:
    r"""An open line is loaded at least so much.

    .. math:: \sum_{w \in l} u_w\,\text{make}_{wt} \ge \ell_{lt}\,y_t\,\text{open}_{lt}

    :math:`\ell` is ``lines.least_load`` or its override ``line_periods.least_load``.
    """
    least, _ = p.net.line_value("least_load")
    states = p.v.line_open.index.frame
    amount = (least * p.net.time.years)[states["line"], states["period"]]
    at = p.net.index(states[amount > 0], "line", "period")
    return Rows(
        at,
        _load(p, at) - p.v.line_open.by(at, times=_spread(p, at, amount[amount > 0])),
        lower=0.0,
        cells=line_cells(p, "least_load", at, p.net.time.years[at["period"]]),
    )


def assembly_most(p: Problem) -> Rows:
    r"""By one recipe a line makes at most so much.

    .. math:: \sum_{w \in a} \text{make}_{wt} \le m_a\,y_t

    for every row a of `assembly` that states m, which is ``assembly.most``; its ways w differ in
    their claims.
    """
    at, units = _assembly_rows(p, "most")
    return Rows(
        at,
        p.v.make.by(at),
        upper=units,
        cells=Cells("assembly", "most", at["assembly"], p.net.time.years[at["period"]]),
    )


def assembly_least(p: Problem) -> Rows:
    r"""By one recipe an open line makes at least so much.

    .. math:: \sum_{w \in a} \text{make}_{wt} \ge \ell_a\,y_t\,\text{open}_{lt}

    for every row a of `assembly`, on line l; :math:`\ell` is ``assembly.least``.
    """
    at, units = _assembly_rows(p, "least")
    line = p.v.line_open.index.find({"line": at["line"], "period": at["period"]})
    return Rows(
        at,
        p.v.make.by(at) - p.v.line_open.pick(line, np.arange(len(at)), units),
        lower=0.0,
        cells=Cells("assembly", "least", at["assembly"], p.net.time.years[at["period"]]),
    )


def _running(p: Problem) -> Index:
    """Give the lines and periods in which something may be made."""
    frame = p.v.make.index.frame[["line", "period"]].drop_duplicates()
    return p.net.index(frame.sort_values(["line", "period"]), "line", "period")


def _load(p: Problem, at: Index) -> Terms:
    used = p.net.assembly["capacity_used"].to_numpy()[p.v.make.index["assembly"]]
    return p.v.make.by(at, times=used)


def _spread(p: Problem, at: Index, amount: Floats) -> Floats:
    """Lay numbers that stand by rows out by the columns of `line_open`."""
    col = p.v.line_open.index.find({k: at[k] for k in at.key})
    laid = np.zeros(len(p.v.line_open))
    laid[col] = amount
    return laid


def _line_steps(p: Problem, at: Index) -> Terms:
    steps = p.v.line_steps
    size = p.net.lines["step_size"].fillna(1.0).to_numpy()[at["line"]]
    row, earlier = so_far(at.frame, steps.index.frame, "line")
    return steps.pick(earlier, row, (size * p.net.time.years[at["period"]])[row])


def _assembly_rows(p: Problem, column: str) -> tuple[Index, Floats]:
    number = p.net.assembly[column].to_numpy(float)
    rows = np.flatnonzero(np.nan_to_num(number) > 0 if column == "least" else ~np.isnan(number))
    frame = p.net.each_period("assembly", rows)
    frame["line"] = p.net.assembly["line"].to_numpy()[frame["assembly"]]
    units = number[frame["assembly"]] * p.net.time.years[frame["period"]]
    return p.net.index(frame, "assembly", "period"), units
