"""Constraint families about what a site can handle, and what stops when it is closed."""

from __future__ import annotations

import numpy as np

from jvopt.models.cells import Cells
from jvopt.models.problem import Problem, so_far
from jvopt.models.sparse import Floats, Index, Rows, Terms


def throughput_capacity(p: Problem) -> Rows:
    r"""A site sends out no more than it can handle, with the steps bought so far.

    .. math:: \sum_{d,m}\sum_{g \in k} \text{ship}_{sdmgt} \le c_k\,y_t\,\text{open}_{st}
        + e_k\,y_t \sum_{\tau \le t} \text{steps}_{k\tau}

    for every row k of `throughput` that states c, at site s; c is ``throughput.capacity``, e is
    ``throughput.step_size`` (1 where blank).
    """
    at, capacity = _caps(p)
    amount = capacity * p.net.time.years[at["period"]]
    opened, number = p.while_open(at, at["site"], amount)
    cap = p.net.case["throughput"]
    size = cap["step_size"].fillna(1.0).to_numpy()
    steps = p.v.site_steps
    row, earlier = so_far(at.frame, steps.index.frame, "cap")
    years = p.net.time.years[at["period"]]
    return Rows(
        at,
        _sent(p, at) - opened - steps.pick(earlier, row, (size[at["cap"]] * years)[row]),
        upper=number,
        cells=Cells("throughput", "capacity", at["cap"], years),
    )


def site_idle(p: Problem) -> Rows:
    r"""A closed site sends out nothing.

    .. math:: \sum_{d,m}\sum_{g \in i} \text{ship}_{sdmgt} \le M_i\,\text{open}_{st}

    for every site s that may close, product i and period t; M is the most of the product that the
    horizon can have a use for. What is bought, used, stocked and delivered at the site then stops
    too, by the flow balance and the families about them.
    """
    frame = p.v.ship.index.frame.rename(columns={"origin": "site"})
    key = ["site", "product", "period"]
    frame = frame[key].drop_duplicates()
    at = p.net.index(frame[p.closable(frame["site"].to_numpy(np.int64))], *key)
    opened, number = p.while_open(at, at["site"], p.need[at["product"]])
    return Rows(at, p.v.ship.by(at, site="origin") - opened, upper=number)


def market_idle(p: Problem) -> Rows:
    r"""A closed market gets nothing.

    .. math:: \sum_{g \in i} \text{serve}_{sgt} \le q_{si}\,y_t\,\text{open}_{st}

    for every market s that may close; q is ``demand.quantity``.
    """
    frame = p.v.serve.index.frame
    key = ["site", "product", "period"]
    frame = frame[[*key, "units"]].drop_duplicates(key)
    at = p.net.index(frame[p.closable(frame["site"].to_numpy(np.int64))], *key)
    opened, number = p.while_open(at, at["site"], at["units"])
    return Rows(at, p.v.serve.by(at) - opened, upper=number)


def _caps(p: Problem) -> tuple[Index, Floats]:
    """Give the rows of `throughput` with a capacity, once a period."""
    table = p.net.case.filled("throughput")
    frame = p.net.each_period("cap", np.flatnonzero(table["capacity"].notna().to_numpy()))
    frame["site"] = p.net.code("site", table["site"])[frame["cap"]]
    frame["product"] = p.net.code("product", table["product"])[frame["cap"]]
    return p.net.index(frame, "cap", "period"), table["capacity"].to_numpy()[frame["cap"]]


def _sent(p: Problem, at: Index) -> Terms:
    """Give what each row of `throughput` counts: units sent out of its site."""
    sent, ship = Terms(), p.v.ship.index
    of_one = at["product"] >= 0
    for rows, key in ((of_one, ("site", "product", "period")), (~of_one, ("site", "period"))):
        named = {"site": "origin"}
        found = p.net.index(at.frame[rows], *key).find({k: ship[named.get(k, k)] for k in key})
        col = np.flatnonzero(found >= 0)
        sent = sent + p.v.ship.pick(col, np.flatnonzero(rows)[found[col]])
    return sent
