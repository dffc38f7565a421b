"""The objective: one named function for each kind of cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from jvopt.models.problem import Problem
from jvopt.models.sparse import Array, Columns, Floats, Terms


@dataclass(frozen=True, slots=True)
class Cost:
    """A part of one kind of cost: a coefficient for each column of a family.

    Attributes
    ----------
    kind
        A key of `jvopt.core.plan_tables.COST_KINDS`, or ``revenue`` (negative).
    columns
        What causes it; None for what is paid whatever is decided.
    unit, discounted : ndarray
        Base currency for each unit of the column, in the money of its period and discounted.
    causes : DataFrame
        For each column, as far as it has them, ``site``, ``destination``, ``line``, ``product``,
        ``period`` (codes) and ``levied`` (the site whose country levies it).
    """

    kind: str
    columns: Columns | None
    unit: Floats
    discounted: Floats
    causes: pd.DataFrame

    def place(self, which: Array) -> pd.DataFrame:
        """Give the causes of some columns in full, -1 for none."""
        names = ["site", "destination", "line", "product", "period", "levied"]
        return pd.DataFrame(
            {
                n: self.causes[n].to_numpy(np.int64)[which]
                if n in self.causes
                else np.full(len(which), -1)
                for n in names
            }
        )

    @property
    def terms(self) -> Terms:
        """The part as terms of the objective."""
        if self.columns is None:
            return Terms()
        col = np.flatnonzero(self.discounted)
        return self.columns.pick(col, np.zeros(len(col), np.int64), self.discounted[col])


def all_costs(p: Problem) -> list[Cost]:
    r"""Give every part of the objective.

    .. math:: \min \; z_0 + \sum_k \sum_j z_{kj}\,x_j

    over the kinds k of cost below; z is what column j costs, discounted: flows and yearly costs
    by :math:`d_t`, from the middle of their period, one-off costs by :math:`D_t`, from its start.
    :math:`z_0` is paid whatever is decided: the fixed cost of sites that stay open. Most profit
    subtracts revenue.
    """
    families = p.v.families()
    return [
        part
        for kind in KINDS
        if p.net.case.seeks_profit or not kind.profit
        if not kind.families or any(len(families[name]) for name in kind.families)
        for part in kind.function(p)
    ]


class Kind(NamedTuple):
    """A function that gives the parts of a kind of cost.

    Attributes
    ----------
    function
        From a problem to the parts.
    families
        Variables that cause it; without any of them there is none. Empty: always asked.
    profit
        Whether it counts for most profit alone.
    """

    function: Callable[[Problem], list[Cost]]
    families: tuple[str, ...]
    profit: bool


KINDS: list[Kind] = []
"""The kinds of cost, in the order in which they stand below."""


def caused_by(
    *families: str, profit: bool = False
) -> Callable[[Callable[[Problem], list[Cost]]], Callable[[Problem], list[Cost]]]:
    """Make a function one of the kinds of cost, and say which variables cause it."""

    def known(function: Callable[[Problem], list[Cost]]) -> Callable[[Problem], list[Cost]]:
        KINDS.append(Kind(function, families, profit))
        return function

    return known


def _flow(
    p: Problem, kind: str, columns: Columns, unit: Floats, causes: pd.DataFrame | None = None
) -> Cost:
    """Make a cost that falls due in the middle of each column's period."""
    frame = columns.index.frame if causes is None else causes
    return Cost(kind, columns, unit, unit * p.net.time.mid[frame["period"].to_numpy()], frame)


@caused_by("buy")
def purchase(p: Problem) -> list[Cost]:
    r"""Purchase: :math:`\text{unit\_cost}_{sit}\,\text{buy}_{sit}`, from `supply`."""
    supply = p.net.case.filled("supply")
    row, period = p.v.buy.index["row"], p.v.buy.index["period"]
    worth = p.net.worth(supply["currency"])
    return [_flow(p, "purchase", p.v.buy, supply["unit_cost"].to_numpy()[row] * worth[row, period])]


@caused_by("ship")
def freight(p: Problem) -> list[Cost]:
    r"""Freight: :math:`\phi_{odmit}\,\text{ship}_{odmgt}`.

    .. math:: \phi_{odmit} = \text{cost\_per\_unit}_k
        + (\text{cost\_per\_tonne}_k + \text{cost\_per\_tonne\_km}_k\,\delta_k)\,\hat\mu_i

    :math:`\delta` is ``lanes.distance`` of the winning row k of `lanes`, :math:`\hat\mu` is
    ``products.chargeable_mass``. Of products that a recipe uses it is inbound, of all others
    outbound.
    """
    ship = p.v.ship.index
    unit = p.net.freight()[ship["arc"], ship["period"]]
    return _in_and_out(p, "inbound_freight", "outbound_freight", unit, levied=False)


@caused_by("ship")
def duties(p: Problem) -> list[Cost]:
    r"""Duty: :math:`\text{duty}_{odmgt}\,\text{ship}_{odmgt}`; see `jvopt.models.duty.duty`."""
    unit = p.v.ship.index["duty"].astype(float)
    return _in_and_out(p, "input_duty", "goods_duty", unit, levied=True)


def _in_and_out(
    p: Problem, inbound: str, outbound: str, unit: Floats, *, levied: bool
) -> list[Cost]:
    frame = p.v.ship.index.frame
    place = frame.assign(site=frame["origin"])
    if levied:
        place["levied"] = frame["destination"]
    used = np.isin(frame["product"], p.net.inputs["product"])
    return [
        _flow(p, inbound, p.v.ship, np.where(used, unit, 0.0), place),
        _flow(p, outbound, p.v.ship, np.where(used, 0.0, unit), place),
    ]


@caused_by("make")
def assembly(p: Problem) -> list[Cost]:
    r"""Assembly: :math:`\text{unit\_cost}_a\,\text{make}_{wt}`, from `assembly`."""
    make = p.v.make.index
    return [_flow(p, "assembly", p.v.make, p.net.assembly_cost[make["assembly"], make["period"]])]


@caused_by()
def fixed(p: Problem) -> list[Cost]:
    r"""Yearly fixed cost: :math:`f_{lt}\,y_t\,\text{open}_{lt} + f_s\,y_t\,\text{open}_{st}`.

    f is ``lines.fixed_cost`` or its override ``line_periods.fixed_cost``, and ``sites.fixed_cost``;
    sites that stay open as they are now pay it whatever is decided.
    """
    years, sites = p.net.time.years, p.net.sites
    at = p.v.line_open.index
    of_line = (p.net.line_value("fixed_cost")[0] * p.net.worth(p.net.lines["currency"]) * years)[
        at["line"], at["period"]
    ]
    place = at.frame.assign(site=p.net.lines["site"].to_numpy()[at["line"]])
    of_site = sites["fixed_cost"].to_numpy()[:, None] * p.net.worth(sites["currency"]) * years
    may = p.v.site_open.index
    stays = ((sites["decision"] == "stay") & (sites["now"] == "open")).to_numpy()
    site, period = np.nonzero(stays[:, None] & (of_site > 0))
    always = pd.DataFrame({"site": site, "period": period})
    paid = of_site[site, period]
    return [
        _flow(p, "fixed", p.v.line_open, of_line, place),
        _flow(p, "fixed", p.v.site_open, of_site[may["site"], may["period"]]),
        Cost("fixed", None, paid, paid * p.net.time.mid[period], always),
    ]


def one_off(p: Problem) -> list[tuple[Columns, Floats]]:
    """Give the one-off costs of opening, building and expanding, undiscounted and in full."""
    lines, sites, caps = p.net.lines, p.net.sites, p.net.case.filled("throughput")
    line_worth = p.net.worth(lines["currency"])
    build = p.net.line_value("investment")[0] * line_worth
    step = np.nan_to_num(p.net.line_value("step_cost")[0]) * line_worth
    opening = sites["opening_cost"].to_numpy()[:, None] * p.net.worth(sites["currency"])
    grow = caps["step_cost"].fillna(0.0).to_numpy()[:, None] * p.net.worth(caps["currency"])
    v = p.v
    return [
        (columns, money[columns.index[kind], columns.index["period"]])
        for columns, kind, money in (
            (v.site_opened, "site", opening),
            (v.line_built, "line", build),
            (v.line_steps, "line", step),
            (v.site_steps, "cap", grow),
        )
    ]


@caused_by("site_opened", "line_built", "line_steps", "site_steps")
def investment(p: Problem) -> list[Cost]:
    r"""Investment, in full or as an annuity over the years of a life inside the horizon.

    .. math::
        D_t\,F\,x_t \quad\text{or}\quad
        \sum_{\tau \ge t} d_\tau\,\omega_{t\tau}\,\frac{r}{1-(1+r)^{-n}}\,F\,x_t

    F is ``sites.opening_cost``, ``lines.investment`` or its override ``line_periods.investment``,
    ``lines.step_cost`` or its override ``line_periods.step_cost``, ``throughput.step_cost``; x is
    what is opened, built or bought in period t; n is ``sites.life`` or ``lines.life``; r is the
    discount rate (the factor is 1/n at r = 0), and :math:`\omega_{t\tau}` the years of period
    :math:`\tau` within n years after the start of t.
    """
    caps = p.net.case["throughput"]
    site_of = p.net.code("site", caps["site"])
    life = {
        "site": p.net.sites["life"].to_numpy(float),
        "line": p.net.lines["life"].to_numpy(float),
        "cap": p.net.sites["life"].to_numpy(float)[site_of],
    }
    parts = []
    for columns, money in one_off(p):
        kind = columns.index.key[0]
        frame = columns.index.frame
        if kind == "line":
            frame = frame.assign(site=p.net.lines["site"].to_numpy()[frame["line"]])
        elif kind == "cap":
            frame = frame.assign(site=site_of[frame["cap"]])
        parts += _spread(p, columns, money, life[kind][columns.index[kind]], frame)
    return parts


def _spread(
    p: Problem, columns: Columns, money: Floats, life: Floats, frame: pd.DataFrame
) -> list[Cost]:
    """Charge one-off costs in full in their period, or yearly over their life."""
    time = p.net.time
    start = frame["period"].to_numpy()
    at_once = np.where(np.isnan(life), money, 0.0)
    parts = [Cost("investment", columns, at_once, at_once * time.begin[start], frame)]
    rate = float(p.net.case.setting("discount_rate"))
    if np.isnan(life).all():
        return parts
    yearly = money * (1.0 / life if rate == 0 else rate / (1.0 - (1.0 + rate) ** -life))
    for period in range(len(time)):
        begin = np.maximum(time.offset[period], time.offset[start])
        end = np.minimum(time.offset[period] + time.years[period], time.offset[start] + life)
        years = np.where(period >= start, np.maximum(end - begin, 0.0), 0.0)
        paid = np.nan_to_num(yearly * years)
        parts.append(
            Cost("investment", columns, paid, paid * time.mid[period], frame.assign(period=period))
        )
    return parts


@caused_by("site_closed")
def closing(p: Problem) -> list[Cost]:
    r"""Closing: :math:`D_t\,\text{closing\_cost}_s\,\text{closed}_{st}`, from `sites`."""
    at, sites = p.v.site_closed.index, p.net.sites
    cost = sites["closing_cost"].to_numpy()[:, None] * p.net.worth(sites["currency"])
    unit = cost[at["site"], at["period"]]
    return [Cost("closing", p.v.site_closed, unit, unit * p.net.time.begin[at["period"]], at.frame)]


@caused_by("lane_used")
def lane_fixed(p: Problem) -> list[Cost]:
    r"""Fixed cost of lanes: :math:`f_k\,y_t\,\text{used}_{kt}`, from ``lanes.fixed_cost``."""
    at = p.v.lane_used.index
    lanes, period = p.net.lane_rows.iloc[at["lane"]], at["period"]
    worth = p.net.worth(lanes["currency"])[np.arange(len(at)), period]
    place = at.frame.assign(
        site=p.net.code("site", lanes["origin"]),
        destination=p.net.code("site", lanes["destination"]),
    )
    unit = lanes["fixed_cost"].to_numpy() * worth * p.net.time.years[period]
    return [_flow(p, "lane_fixed", p.v.lane_used, unit, place)]


@caused_by("ship")
def handling(p: Problem) -> list[Cost]:
    r"""Handling: :math:`h_{si}\,\text{ship}_{sdmgt}`, from ``throughput.handling_cost``."""
    caps, ship = p.net.case.filled("throughput"), p.v.ship.index.frame
    cost = np.zeros((len(p.net.sites), len(p.net.products), len(p.net.time)))
    money = caps["handling_cost"].to_numpy()[:, None] * p.net.worth(caps["currency"])
    site, product = p.net.code("site", caps["site"]), p.net.code("product", caps["product"])
    for k in np.argsort(product, kind="stable"):  # rows for all products first
        cost[site[k], slice(None) if product[k] < 0 else product[k]] = money[k]
    unit = cost[ship["origin"], ship["product"], ship["period"]]
    return [_flow(p, "handling", p.v.ship, unit, ship.assign(site=ship["origin"]))]


@caused_by("stock")
def holding(p: Problem) -> list[Cost]:
    r"""Holding: :math:`h_{sit}\,y_t\,\text{stock}_{sgt}`, from ``stock.holding_cost``."""
    return [_flow(p, "holding", p.v.stock, _on_hand(p, "holding_cost"))]


def _on_hand(p: Problem, column: str) -> Floats:
    """Give for each member of `stock` what a column of the table says, over the whole period."""
    stock = p.net.stock_rows()
    at = p.v.stock.index
    rows = p.net.index(stock, "site", "product", "period")
    row = rows.find({k: at[k] for k in rows.key})
    money = stock[column].to_numpy()[:, None] * p.net.worth(stock["currency"])
    unit: Floats = (money * p.net.time.years)[row, at["period"]]
    return unit


@caused_by("serve")
def fee(p: Problem) -> list[Cost]:
    r"""Recycling fee: :math:`\text{fee}_{gst}\,\text{serve}_{sgt}`; see `jvopt.models.duty.fee`."""
    frame = p.v.serve.index.frame
    unit = frame["fee"].to_numpy(float)
    return [_flow(p, "fee", p.v.serve, unit, frame.assign(levied=frame["site"]))]


@caused_by("serve")
def incentive(p: Problem) -> list[Cost]:
    r"""Incentives: :math:`-\text{support}_{gst}\,\text{serve}_{sgt}`.

    See `jvopt.models.duty.incentive`.
    """
    frame = p.v.serve.index.frame
    unit = -frame["incentive"].to_numpy(float)
    return [_flow(p, "incentive", p.v.serve, unit, frame.assign(levied=frame["site"]))]


@caused_by("refund")
def drawback(p: Problem) -> list[Cost]:
    r"""Drawback: :math:`-\beta\,\text{duty}_{osmgt}\,\text{refund}_{osmgt}`.

    :math:`\beta` is ``tariffs.drawback_share`` of the row that set the duty.
    """
    frame = p.v.refund.index.frame
    unit = -(frame["duty"] * frame["drawback"]).to_numpy(float)
    return [_flow(p, "drawback", p.v.refund, unit, frame.assign(levied=frame["site"]))]


@caused_by("ship")
def co2(p: Problem) -> list[Cost]:
    r"""CO2: :math:`\pi\,\epsilon_k\,\delta_k\,\mu_i / 1000\,\text{ship}_{odmgt}`.

    :math:`\pi` is the setting ``co2_price``, :math:`\epsilon` ``lanes.co2``, :math:`\delta`
    ``lanes.distance``, :math:`\mu` ``products.mass``.
    """
    frame = p.v.ship.index.frame
    unit = float(p.net.case.setting("co2_price")) * p.net.co2()[frame["arc"]]
    return [_flow(p, "co2", p.v.ship, unit, frame.assign(site=frame["origin"]))]


@caused_by("short")
def shortfall(p: Problem) -> list[Cost]:
    r"""Shortfall: :math:`\text{penalty}_{si}\,\text{short}_{sit}`, from `demand`."""
    demand, at = p.net.case.filled("demand"), p.v.short.index
    money = demand["penalty"].to_numpy()[:, None] * p.net.worth(demand["currency"])
    return [_flow(p, "shortfall", p.v.short, money[at["row"], at["period"]])]


@caused_by("serve", profit=True)
def revenue(p: Problem) -> list[Cost]:
    r"""Revenue, which profit subtracts: :math:`-\text{price}_{si}\,\text{serve}_{sgt}`.

    It is from `demand`.
    """
    price = p.v.serve.index.frame["price"].fillna(0.0)
    return [_flow(p, "revenue", p.v.serve, -price.to_numpy(float))]
