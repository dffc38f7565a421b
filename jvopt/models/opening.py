"""Constraint families about what is open, built and closed, and how far it has grown."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jvopt.models.cells import Cells
from jvopt.models.costs import one_off
from jvopt.models.problem import Problem, line_bound
from jvopt.models.sparse import Columns, Floats, Ints, Rows, Terms

LINKS_AT_MOST = 20_000
"""Most rows of `open_links`: beyond that they cost more time than their tighter bound saves."""


def site_states(p: Problem) -> Rows:
    r"""A site opens when it was closed before, and closes when it was open.

    .. math:: \text{open}_{st} - \text{open}_{s,t-1} = \text{opened}_{st} - \text{closed}_{st}

    for every site whose ``decision`` is not stay; before the horizon it is as ``sites.now`` says.
    """
    v, at = p.v, p.v.site_open.index
    now = (p.net.sites["now"] == "open").to_numpy()[at["site"]]
    return Rows(
        at,
        v.site_open.by(at)
        - v.site_open.by(at, period="after")
        - v.site_opened.by(at)
        + v.site_closed.by(at),
        equal=np.where(at["period"] == 0, now, 0),
    )


def line_states(p: Problem) -> Rows:
    r"""A line opens when it has been built, and stays open until it closes.

    .. math:: \text{open}_{lt} - \text{open}_{l,t-1}
        = \sum_{o:\,a(l,o) = t} \text{built}_{lo} - \text{closed}_{lt}

    for every line; :math:`a(l,o)` is the first period that starts ``lines.build_time`` or more
    after period o, in which it is paid for. Before the horizon it is as ``lines.now`` says.
    """
    v, at = p.v, p.v.line_open.index
    now = (p.net.lines["now"] == "open").to_numpy()[at["line"]]
    return Rows(
        at,
        v.line_open.by(at)
        - v.line_open.by(at, period="after")
        - v.line_built.by(at, period="arrives")
        + v.line_closed.by(at),
        equal=np.where(at["period"] == 0, now, 0),
    )


def site_opens(p: Problem) -> Rows:
    r"""A site that opens is open.

    .. math:: \text{opened}_{st} \le \text{open}_{st}

    Together with `site_closes` this makes openings and closings whole without further binaries.
    """
    at = p.v.site_open.index
    return Rows(at, p.v.site_opened.by(at) - p.v.site_open.by(at), upper=0.0)


def site_closes(p: Problem) -> Rows:
    r"""A site that closes is not open.

    .. math:: \text{closed}_{st} \le 1 - \text{open}_{st}
    """
    at = p.v.site_open.index
    return Rows(at, p.v.site_closed.by(at) + p.v.site_open.by(at), upper=1.0)


def line_opens(p: Problem) -> Rows:
    r"""A line that has been built is open when it is ready.

    .. math:: \sum_{o:\,a(l,o) = t} \text{built}_{lo} \le \text{open}_{lt}

    Together with `line_closes` this makes building and closing whole; only where several periods
    of payment lead to the same opening are further binaries needed.
    """
    at = p.v.line_open.index
    built = p.v.line_built.by(at, period="arrives")
    return Rows(at, built - p.v.line_open.by(at), upper=0.0)


def line_closes(p: Problem) -> Rows:
    r"""A line that closes is not open.

    .. math:: \text{closed}_{lt} \le 1 - \text{open}_{lt}
    """
    at = p.v.line_open.index
    return Rows(at, p.v.line_closed.by(at) + p.v.line_open.by(at), upper=1.0)


def line_needs_site(p: Problem) -> Rows:
    r"""A line is open only while its site is.

    .. math:: \text{open}_{lt} \le \text{open}_{st}
    """
    at = p.v.line_open.index
    site = p.net.lines["site"].to_numpy()[at["line"]]
    keep = p.closable(site) | (p.net.sites["now"] == "closed").to_numpy()[site]
    at = p.net.index(at.frame[keep], "line", "period")
    opened, number = p.while_open(at, site[keep], np.ones(len(at)))
    return Rows(at, p.v.line_open.by(at) - opened, upper=number)


def line_steps_open(p: Problem) -> Rows:
    r"""Expansion steps are bought only while the line is open.

    .. math:: \text{steps}_{lt} \le m_l\,\text{open}_{lt}

    m is ``lines.most_steps``, or if that is less as many as the horizon can have a use for, or as
    reach by themselves what `limits` ask to be invested at least.
    """
    at = p.v.line_steps.index
    lines = p.net.lines.iloc[at["line"]]
    size = lines["step_size"].fillna(1.0).to_numpy()
    useful = _useful_steps(p, p.v.line_steps, line_bound(p)[at["line"]] / size)
    most = np.fmin(lines["most_steps"].to_numpy(), useful)
    line = p.v.line_open.index.find({k: at[k] for k in at.key})
    return Rows(
        at,
        p.v.line_steps.by(at) - p.v.line_open.pick(line, np.arange(len(at)), most),
        upper=0.0,
    )


def site_steps_open(p: Problem) -> Rows:
    r"""Expansion steps are bought only while the site is open.

    .. math:: \text{steps}_{kt} \le m_k\,\text{open}_{st}

    for every row k of `throughput` at a site s that may close; m is ``throughput.most_steps``, or
    if that is less as many as the horizon can have a use for, or as reach by themselves what
    `limits` ask to be invested at least.
    """
    caps = p.net.case.filled("throughput")
    at = p.v.site_steps.index
    site = p.net.code("site", caps["site"])[at["cap"]]
    size = caps["step_size"].fillna(1.0).to_numpy()[at["cap"]]
    useful = _useful_steps(p, p.v.site_steps, p.need.sum() / size)
    most = np.fmin(caps["most_steps"].to_numpy()[at["cap"]], useful)
    at = p.net.index(at.frame.assign(site=site, most=most)[p.closable(site)], "cap", "period")
    opened, number = p.while_open(at, at["site"], at["most"])
    return Rows(at, p.v.site_steps.by(at) - opened, upper=number)


def _useful_steps(p: Problem, steps: Columns, units: Floats) -> Floats:
    """Give the most steps that serve a purpose: that many at full size, or the investment asked.

    One purchase of steps that reaches the largest ``limits.value`` reaches all of them.
    """
    limits = p.net.case["limits"]
    spend = ((limits["quantity"] == "investment") & (limits["sense"] == "at_least")).to_numpy()
    asked = limits["value"].to_numpy()[spend].max(initial=0.0)
    money = next(money for columns, money in one_off(p) if columns is steps)
    bought = np.divide(asked, money, out=np.zeros(len(money)), where=money > 0)
    used = units / p.net.time.years.min()
    return np.asarray(np.ceil(np.maximum(used, bought) - 1e-9), float)


def line_most_steps(p: Problem) -> Rows:
    r"""Over the horizon no more steps are bought for a line than there may be.

    .. math:: \sum_t \text{steps}_{lt} \le m_l

    m is ``lines.most_steps``.
    """
    most = p.net.lines["most_steps"].to_numpy(float)
    lines = np.unique(p.v.line_steps.index["line"])
    at = p.net.index(pd.DataFrame({"line": lines[~np.isnan(most[lines])]}), "line")
    cells = Cells("lines", "most_steps", at["line"], 1.0)
    return Rows(at, p.v.line_steps.by(at), upper=most[at["line"]], cells=cells)


def site_most_steps(p: Problem) -> Rows:
    r"""Over the horizon no more steps are bought for a site than there may be.

    .. math:: \sum_t \text{steps}_{kt} \le m_k

    for every row k of `throughput` with expansion; m is ``throughput.most_steps``.
    """
    most = p.net.case["throughput"]["most_steps"].to_numpy(float)
    caps = np.unique(p.v.site_steps.index["cap"])
    at = p.net.index(pd.DataFrame({"cap": caps[~np.isnan(most[caps])]}), "cap")
    cells = Cells("throughput", "most_steps", at["cap"], 1.0)
    return Rows(at, p.v.site_steps.by(at), upper=most[at["cap"]], cells=cells)


def open_links(p: Problem) -> Rows:
    r"""A closed site sends nothing to any one market, which bounds tighter than the site's sum.

    .. math:: \sum_{m}\sum_{g \in i} \text{ship}_{sdmgt} \le q_{di}\,y_t\,\text{open}_{st}

    for every site s that may close and every market d that only consumes product i; q is
    ``demand.quantity``. Implied for whole numbers by `site_idle`; left out where there would be
    more than `LINKS_AT_MOST` of them.
    """
    frame = _links(p)
    frame = frame[p.closable(frame["origin"].to_numpy(np.int64))]
    at = p.net.index(frame.iloc[: len(frame) * (len(frame) <= LINKS_AT_MOST)], *_LINK)
    opened, number = p.while_open(at, at["origin"], at["units"])
    return Rows(at, p.v.ship.by(at) - opened, upper=number)


def line_links(p: Problem) -> Rows:
    r"""Without an open line that makes them, a plant sends no goods to any one market.

    .. math:: \sum_{m}\sum_{g \in G_L} \text{ship}_{sdmgt} \le q_{di}\,y_t
        \sum_{l \in L} \text{open}_{lt}

    for every plant s where product i comes from its own lines alone, every market d that only
    consumes it, and every least set L of those lines that shares no goods of i with the others; q
    is ``demand.quantity``, :math:`G_L` what L makes of i. Lines whose modes or claims some rule
    tells apart thus stand apart, so that half of one and half of another do not pass for one that
    is open. Implied for whole numbers by `line_capacity`; left out where there would be more than
    `LINKS_AT_MOST` of them.
    """
    v = p.v
    made = v.make.index.frame[["site", "product", "goods", "period", "line"]].drop_duplicates()
    made = made.assign(group=_sharing(made))
    other = pd.concat(
        [
            v.buy.index.frame[["site", "product"]],
            v.stock.index.frame[["site", "product"]],
            v.ship.index.frame.rename(columns={"destination": "site"})[["site", "product"]],
        ]
    ).drop_duplicates()
    made = made.merge(other, on=["site", "product"], how="left", indicator=True)
    made = made[made["_merge"] == "left_only"].drop(columns="_merge")
    made = made.rename(columns={"site": "origin"})
    sent = v.ship.index.frame[[*_LINK, "goods"]].reset_index(names="ship")
    sent = sent.merge(_links(p), on=list(_LINK))
    group = made[["origin", "goods", "period", "group"]].drop_duplicates()
    sent = sent.merge(group, on=["origin", "goods", "period"])
    frame = sent[[*_LINK, "group", "units"]].drop_duplicates([*_LINK, "group"])
    p.net.names["group"] = p.net.names["line"]
    at = p.net.index(frame.iloc[: len(frame) * (len(frame) <= LINKS_AT_MOST)], *_LINK, "group")
    pairs = at.frame[["origin", "product", "period", "group", "units"]].reset_index(names="row")
    lines = made[["origin", "product", "period", "group", "line"]].drop_duplicates()
    pairs = pairs.merge(lines, on=["origin", "product", "period", "group"])
    line = v.line_open.index.find({"line": pairs["line"], "period": pairs["period"]})
    opened: Terms = v.line_open.pick(line, pairs["row"], pairs["units"])
    row = at.find({k: sent[k] for k in at.key})
    known = row >= 0
    return Rows(at, v.ship.pick(sent["ship"][known], row[known]) - opened, upper=0.0)


def _sharing(made: pd.DataFrame) -> Ints:
    """Give the first of all lines that share goods with each line, straight or through others."""
    key = ["site", "product", "period"]
    group = made["line"].to_numpy(np.int64)
    while True:
        by_goods = made.assign(group=group).groupby([*key, "goods"])["group"].transform("min")
        by_line = made.assign(group=by_goods).groupby([*key, "line"])["group"].transform("min")
        if (by_line.to_numpy() == group).all():
            return group
        group = by_line.to_numpy(np.int64)


_LINK = ("origin", "destination", "product", "period")


def _links(p: Problem) -> pd.DataFrame:
    """Give origin, product and period of all that goes to a market which only consumes it."""
    v = p.v
    key = ["site", "product", "period"]
    uses = v.use.index.frame.rename(columns={"product": "made", "input": "product"})
    leaving = v.ship.index.frame.rename(columns={"origin": "site"})
    passes = np.zeros((len(p.net.sites), len(p.net.products)), bool)
    for frame in (uses, leaving, v.stock.index.frame):
        passes[frame["site"].to_numpy(np.int64), frame["product"].to_numpy(np.int64)] = True
    market = v.serve.index.frame[[*key, "units"]].drop_duplicates(key)
    market = market[~passes[market["site"], market["product"]]]
    at = p.net.index(market, *key)
    arriving = v.ship.index.frame[list(_LINK)]
    row = at.find({"site": arriving["destination"], **{k: arriving[k] for k in key[1:]}})
    arriving, row = arriving[row >= 0], row[row >= 0]
    # By another transport mode or under another claim it is the same link.
    place = pd.Series(row * len(p.net.sites) + arriving["origin"].to_numpy(np.int64))
    new = ~place.duplicated().to_numpy()
    return arriving[new].assign(units=at["units"][row[new]]).reset_index(drop=True)
