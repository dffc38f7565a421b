"""The audit: an independent recomputation of a plan.

From the case and the plan's tables alone, without Pyomo and without any code of the model, it
works every balance, limit, rule and cost out anew, as `docs/rules.md` states them. Each rule is a
function whose docstring is the rule; `RULES` lists them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from jvopt.core.case import Case
from jvopt.core.plan import Plan
from jvopt.core.plan_tables import PLAN_TABLES
from jvopt.core.tables import TABLES
from jvopt.solve.audit import (
    capacity,
    costs,
    drawback,
    flows,
    goods,
    landed,
    limits,
    opening,
    origin,
    results,
)
from jvopt.solve.audit.books import Books
from jvopt.solve.audit.log import TOLERANCE, Log

RULES: tuple[Callable[[Books, Log], None], ...] = (
    goods.names_known,
    goods.goods_known,
    goods.goods_of_purchases,
    goods.goods_of_opening_stock,
    goods.goods_of_production,
    goods.goods_as_shown,
    goods.goods_alike,
    goods.inputs_alike,
    flows.nothing_negative,
    flows.all_from_somewhere,
    flows.flow_balance,
    flows.recipe_inputs,
    flows.stock_carried,
    flows.stock_levels,
    flows.demand,
    capacity.supply_capacity,
    capacity.least_take,
    capacity.lane_capacity,
    capacity.throughput,
    capacity.lines,
    capacity.assembly_quantities,
    capacity.steps_of_throughput,
    capacity.steps_of_lines,
    opening.states_whole,
    opening.site_states,
    opening.site_decisions,
    opening.line_states,
    opening.line_decisions,
    opening.closed_does_nothing,
    origin.claims_made,
    origin.origin_rules,
    origin.origin_table,
    drawback.refunds_of_inputs,
    drawback.refunds_of_received,
    drawback.refunds_of_exported,
    drawback.refunds,
    limits.limits,
    costs.purchase_costs,
    costs.shipment_figures,
    costs.duties,
    costs.fees_and_incentives,
    costs.fees_of_shipments,
    costs.holding_costs,
    costs.costs_table,
    costs.objective,
    costs.bound_and_gap,
    results.service,
    landed.landed_costs,
    results.site_shipments,
    results.trade,
    results.owners,
    results.reach,
    results.as_is,
    results.summary,
)
"""Every rule, in the order of `docs/rules.md`."""

_ABOUT: dict[Callable[[Books, Log], None], tuple[str, ...]] = {
    goods.goods_of_opening_stock: ("stock",),
    goods.goods_of_production: ("production",),
    goods.inputs_alike: ("inputs",),
    flows.recipe_inputs: ("production", "inputs"),
    flows.stock_carried: ("stock",),
    flows.stock_levels: ("stock",),
    capacity.throughput: ("throughput",),
    capacity.lines: ("lines",),
    capacity.assembly_quantities: ("assembly", "production"),
    capacity.steps_of_throughput: ("throughput",),
    capacity.steps_of_lines: ("lines",),
    opening.line_states: ("lines",),
    opening.line_decisions: ("lines",),
    origin.claims_made: ("production",),
    origin.origin_rules: ("production", "inputs"),
    origin.origin_table: ("production", "origin"),
    drawback.refunds_of_inputs: ("drawback",),
    drawback.refunds_of_received: ("drawback",),
    drawback.refunds_of_exported: ("drawback",),
    drawback.refunds: ("drawback",),
    limits.limits: ("limits",),
    costs.holding_costs: ("stock",),
}
"""Tables that some rules are about: where case and plan have no row of them, all is well."""


@dataclass(frozen=True)
class Audit:
    """What the audit of a plan found.

    Attributes
    ----------
    violations : DataFrame
        One row for each violation, the largest first: rule, table, place (in words), period,
        expected, found, amount (absolute), size (relative, see `TOLERANCE`).
    largest : float
        Largest relative size of any difference, also of those within the tolerance.
    checked : dict
        Number of things compared, by rule.
    """

    violations: pd.DataFrame
    largest: float
    checked: dict[str, int]

    @property
    def ok(self) -> bool:
        """Whether the plan keeps every rule."""
        return self.violations.empty


def audit(case: Case, plan: Plan) -> Audit:
    """Recompute a plan and compare.

    Parameters
    ----------
    case
        The case that was asked, checked and free of errors.
    plan
        Its plan.

    Returns
    -------
    Audit
        What agrees and what does not.

    Raises
    ------
    ValueError
        There is no plan to audit.
    """
    if not plan.found:
        raise ValueError("there is no plan to audit")
    books, log = Books(case, plan), Log()
    for rule in RULES:
        log.begin(rule.__name__)
        if rule in _ABOUT and not any(_rows(case, plan, table) for table in _ABOUT[rule]):
            continue
        rule(books, log)
        if rule is goods.names_known and log.largest > TOLERANCE:
            break  # nothing can be worked out for what the case does not know
    return Audit(log.violations(), log.largest, log.checked)


def _rows(case: Case, plan: Plan, table: str) -> int:
    """Count the rows of the tables of one name in case and plan."""
    return sum(
        len(tables[table])
        for tables, names in ((case, TABLES), (plan, PLAN_TABLES))
        if table in names
    )


__all__ = ["RULES", "TOLERANCE", "Audit", "audit"]
