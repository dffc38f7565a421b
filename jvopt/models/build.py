"""The whole model: every family put together as a Pyomo model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyomo.core import ConcreteModel

from jvopt.core.case import Case
from jvopt.models import balance, lanes, limits, lines, opening, origin, sites, supply
from jvopt.models.costs import Cost, all_costs
from jvopt.models.goods import ClaimRules, find_goods
from jvopt.models.needs import needs
from jvopt.models.network import Network
from jvopt.models.problem import Problem
from jvopt.models.reach import find_reach
from jvopt.models.sparse import Rows, Terms, Total
from jvopt.models.variables import declare

FAMILIES: tuple[Callable[[Problem], Rows], ...] = (
    balance.flow_balance,
    balance.bill_of_materials,
    balance.demand_met,
    balance.stock_least,
    balance.stock_most,
    supply.supply_capacity,
    supply.supply_least_take,
    supply.supply_use,
    lines.line_capacity,
    lines.line_idle,
    lines.assembly_idle,
    lines.line_least_load,
    lines.assembly_most,
    lines.assembly_least,
    sites.throughput_capacity,
    sites.site_idle,
    sites.market_idle,
    lanes.lane_capacity,
    lanes.lane_use,
    opening.site_states,
    opening.line_states,
    opening.site_opens,
    opening.site_closes,
    opening.line_opens,
    opening.line_closes,
    opening.line_needs_site,
    opening.line_steps_open,
    opening.site_steps_open,
    opening.line_most_steps,
    opening.site_most_steps,
    opening.open_links,
    opening.line_links,
    origin.value_rule,
    origin.heading_rule,
    origin.refund_received,
    origin.refund_exported,
    limits.limit_rows,
    limits.share_of_source,
    limits.demand_within,
)
"""Every constraint family, in the order of the model."""

STANDS_ON = {
    "bill_of_materials": "assembly",
    "stock_least": "stock",
    "stock_most": "stock",
    "supply_capacity": "supply.capacity",
    "supply_least_take": "supply.least_take",
    "supply_use": "supply.least_take",
    "line_capacity": "lines",
    "line_idle": "lines",
    "assembly_idle": "assembly",
    "line_least_load": "lines",
    "assembly_most": "assembly.most",
    "assembly_least": "assembly.least",
    "throughput_capacity": "throughput.capacity",
    "lane_capacity": "lanes.capacity",
    "lane_use": "lanes.fixed_cost",
    "line_states": "lines",
    "line_opens": "lines",
    "line_closes": "lines",
    "line_needs_site": "lines",
    "line_steps_open": "lines",
    "site_steps_open": "throughput.step_cost",
    "line_most_steps": "lines.most_steps",
    "site_most_steps": "throughput.most_steps",
    "line_links": "assembly",
    "value_rule": "claims",
    "heading_rule": "claims",
    "refund_received": "tariffs.drawback_share",
    "refund_exported": "tariffs.drawback_share",
    "limit_rows": "limits",
    "share_of_source": "limits",
    "demand_within": "limits",
}
"""Tables, or columns of them, without a cell of which a family has no rows."""

SWITCHES = (
    "supply_use",
    "line_idle",
    "assembly_idle",
    "site_idle",
    "market_idle",
    "lane_use",
    "open_links",
    "line_links",
)
"""Families that only shut off what is closed: their bound on what is open is no capacity."""


@dataclass(frozen=True, slots=True)
class Built:
    """A model with what is needed to read its plan.

    Attributes
    ----------
    model : pyomo.environ.ConcreteModel
        Ordinary Pyomo: write it, extend it, solve it with any solver.
    problem : Problem
        The network, goods and variables behind it.
    rows : dict of Rows
        Its constraint families by name.
    costs : list of Cost
        The parts of its objective.
    """

    model: ConcreteModel
    problem: Problem
    rows: dict[str, Rows]
    costs: list[Cost]

    def is_switch(self, family: str) -> NDArray[np.bool_]:
        """Whether each row of a family only shuts off what is closed."""
        rows = self.rows[family]
        if "binding" in rows.index.frame:
            found: NDArray[np.bool_] = ~rows.index["binding"].astype(bool)
            return found
        return np.full(len(rows), family in SWITCHES)


def build(case: Case, *, by_row: bool = False) -> Built:
    """Build the model of a case.

    Parameters
    ----------
    case
        A case without errors.
    by_row
        Whether goods are told apart by the rows of rates that apply to them even where the rows
        say the same: a slightly larger model, in which rates may change (`jvopt.models.renew`).

    Returns
    -------
    Built
    """
    net = Network(case)
    rules = ClaimRules(net)
    goods = find_goods(net, rules, by_row=by_row)
    net.names["goods"] = goods.frame["goods"].tolist()
    net.names["origin"] = net.names["destination"] = net.names["site"]
    reach = find_reach(net, goods)
    problem = Problem(net, rules, goods, reach, declare(net, goods, reach), needs(net))
    model = ConcreteModel(str(case.setting("case_name")))
    for name, columns in problem.v.families().items():
        model.add_component(name, columns)
    rows = {}
    for family in FAMILIES:
        name = family.__name__
        rows[name] = rows_of(family, problem)
        rows[name].doc = family.__doc__
        model.add_component(name, rows[name])
    costs = all_costs(problem)
    model.total = Total(*summed(costs))
    return Built(model, problem, rows, costs)


def rows_of(family: Callable[[Problem], Rows], problem: Problem) -> Rows:
    """Give the rows of a family, without a look at it where the case gives it none."""
    table, _, column = STANDS_ON.get(family.__name__, "sites").partition(".")
    cells = problem.net.case[table]
    if cells.empty or (column and cells[column].isna().all()):
        return Rows(
            problem.net.index(pd.DataFrame({"period": []}, dtype=np.int64), "period"), Terms()
        )
    return family(problem)


def summed(costs: list[Cost]) -> tuple[Terms, float]:
    """Give the objective: its terms, and what is paid whatever is decided."""
    terms = Terms([term for cost in costs for term in cost.terms])
    return terms, float(sum(c.discounted.sum() for c in costs if c.columns is None))
