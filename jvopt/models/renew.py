"""New numbers for a model that is built: prices, rates, demand, capacities and states may change.

What takes the time in building is finding which goods there are and where they can be. Most
changes of a case leave that as it is; then the functions of every family of variables, rows and
costs run again over the same goods and places, and the model takes their numbers.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from jvopt.core.case import Case
from jvopt.core.rates import RATE_PLACES
from jvopt.core.tables import TABLES
from jvopt.models.build import FAMILIES, Built, rows_of, summed
from jvopt.models.costs import all_costs
from jvopt.models.goods import ClaimRules
from jvopt.models.needs import needs
from jvopt.models.network import Network
from jvopt.models.problem import Problem
from jvopt.models.reach import line_from, site_can_open
from jvopt.models.sparse import Array
from jvopt.models.variables import Variables, declare

WORDS = {"name", "name_ru", "name_kk", "owner", "region", "latitude", "longitude", "status",
         "source", "note"}  # fmt: skip
"""Columns that no formula reads."""

UNREAD = {"scenarios", "changes", "notes"}
"""Tables that no formula reads."""

_LISTED_PRICES = {
    "supply": {"currency"},
    "sites": {"opening_cost", "life", "fixed_cost", "currency"},
    "lines": {"investment", "life", "fixed_cost", "currency"},
    "line_periods": {"investment", "fixed_cost"},
    "assembly": {"currency"},
    "lanes": {"cost_per_unit", "cost_per_tonne", "cost_per_tonne_km", "currency"},
    "demand": {"price", "currency"},
    "throughput": {"currency"},
    "stock": {"currency"},
    "tariffs": {"ad_valorem", "specific", "specific_per", "currency"},
    "fees": {"amount", "relief", "currency"},
    "incentives": {"amount", "share_of_price", "currency"},
}

AMOUNTS = {
    "currencies": {"rate"},
    "products": {"mass", "chargeable_mass", "customs_value", "currency"},
    "supply": {"capacity", "least_take"},
    "lines": {"capacity", "step_size", "step_cost", "most_steps", "least_load"},
    "line_periods": {"capacity", "step_cost", "least_load"},
    "recipe_inputs": {"quantity"},
    "assembly": {"capacity_used", "most", "least"},
    "lanes": {"distance", "transit_days", "capacity", "fixed_cost", "co2"},
    "demand": {"quantity", "least_share"},
    "throughput": {"capacity", "step_size", "step_cost", "most_steps"},
    "stock": {"opening", "least", "most", "end_least"},
    "claims": {"least_share"},
    "tariffs": {"drawback_share"},
    "limits": {"value"},
}
"""Columns that rows read; a cell that is blank, zero or more than zero must stay so."""

PRICES = {
    name: _LISTED_PRICES.get(name, set())
    | {c.name for c in table.columns if c.charges} - AMOUNTS.get(name, set())
    for name, table in TABLES.items()
}
"""Columns that the objective alone reads, unless a limit counts investment."""

READS = {
    "flow_balance": {"stock"},
    "bill_of_materials": {"recipe_inputs"},
    "demand_met": {"demand"},
    "stock_least": {"stock", "states"},
    "stock_most": {"stock", "states", "need"},
    "supply_capacity": {"supply", "states"},
    "supply_least_take": {"supply", "states"},
    "supply_use": {"supply", "need"},
    "line_capacity": {"lines", "line_periods", "assembly", "need"},
    "line_idle": {"lines", "line_periods", "assembly", "need"},
    "assembly_idle": {"assembly", "need"},
    "line_least_load": {"lines", "line_periods", "assembly"},
    "assembly_most": {"assembly"},
    "assembly_least": {"assembly"},
    "throughput_capacity": {"throughput", "states"},
    "site_idle": {"states", "need"},
    "market_idle": {"demand", "states"},
    "lane_capacity": {"lanes"},
    "lane_use": {"lanes", "need"},
    "site_states": {"states"},
    "line_states": {"states"},
    "site_opens": set(),
    "site_closes": set(),
    "line_opens": set(),
    "line_closes": set(),
    "line_needs_site": {"states"},
    "line_steps_open": {"lines", "assembly", "need", "limits", "investment"},
    "site_steps_open": {"throughput", "states", "need", "limits", "investment"},
    "line_most_steps": {"lines"},
    "site_most_steps": {"throughput"},
    "open_links": {"demand", "states"},
    "line_links": {"demand"},
    "value_rule": {"claims", "products", "currencies"},
    "heading_rule": set(),
    "refund_received": set(),
    "refund_exported": {"recipe_inputs"},
    "limit_rows": {"limits", "sites_open", "co2", "investment"},
    "share_of_source": {"limits"},
    "demand_within": {"limits", "lanes", "demand"},
}
"""What the rows of each family read: tables of amounts, the states, the need of each product, and
by its quantity what a limit counts."""

STATES = {"sites": {"now", "decision"}, "lines": {"now", "decision"}}
"""Columns that say what is open; see `_states_fit`."""

FREE_SETTINGS = {"case_name", "gap", "time_limit", "discount_rate", "co2_price",
                 "freight_in_dutiable_value"}  # fmt: skip
"""Settings that no index and no row depends on."""


def renew(built: Built, case: Case) -> Built | None:
    """Move a model to another case, where that has the same variables.

    Parameters
    ----------
    built
        A model; by row if rates are to change. What is built is changed in place, and gives the
        figures of its old case no more.
    case
        A case without errors.

    Returns
    -------
    Built or None
        The same model with the numbers of the case; None, and nothing changed, where goods,
        places or decisions differ, so that the case needs a model of its own.
    """
    old = built.problem
    changes = {
        table: columns - WORDS
        for table, columns in case.differences(old.net.case).items()
        if table not in UNREAD and columns - WORDS
    }
    if not _numbers_alone(old, case, changes):
        return None
    case = _decided(old, case)
    net = Network(case)
    net.names = old.net.names | net.names
    net.winners = old.net.winners
    if not _states_fit(old, net, changes):
        return None
    v = declare(net, old.goods, old.reach)
    if not _same_members(old.v, v):
        return None
    for name, columns in old.v.families().items():
        columns.take_over(v.families()[name])
    rules = ClaimRules(net) if "claims" in changes else old.rules
    read = _read(changes, case)
    need = needs(net) if read else old.need
    if not np.array_equal(need, old.need):
        read.add("need")
    problem = Problem(net, rules, old.goods, old.reach, old.v, need)
    for family in FAMILIES:
        if READS[family.__name__] & read:
            built.rows[family.__name__].take_over(rows_of(family, problem))
    costs = all_costs(problem)
    built.model.total.take_over(*summed(costs))
    return Built(built.model, problem, built.rows, costs)


def _read(changes: dict[str, set[str]], case: Case) -> set[str]:
    """Say what of that which rows read has changed, in the words of `READS`."""
    read = {table for table, columns in changes.items() if columns & AMOUNTS.get(table, set())}
    if any(columns & STATES.get(table, set()) for table, columns in changes.items()):
        read.add("states")
    counted = set(case["limits"]["quantity"])
    if "investment" in counted:
        read.add("investment")
    if "co2" in counted and read & {"lanes", "products"}:
        read.add("co2")
    if "sites_open" in counted and "states" in read:
        read.add("sites_open")
    return read


def _numbers_alone(old: Problem, case: Case, changes: dict[str, set[str]]) -> bool:
    """Whether nothing changes but numbers and states, and no number appears or vanishes."""
    before = old.net.case
    for table, columns in changes.items():
        if table == "settings":
            if not _settings_free(before, case):
                return False
            continue
        prices, amounts = PRICES.get(table, set()), AMOUNTS.get(table, set())
        if columns - prices - amounts - STATES.get(table, set()):
            return False
        if table in RATE_PLACES and not old.goods.by_row:
            return False
        was, now = before.filled(table), case.filled(table)
        for column in columns & (prices | amounts):
            if not pd.api.types.is_numeric_dtype(now[column]):
                continue
            a, b = was[column].to_numpy(float), now[column].to_numpy(float)
            if (np.isnan(a) != np.isnan(b)).any():
                return False
            if column in amounts and ((a > 0) != (b > 0)).any():
                return False
    return True


def _settings_free(before: Case, case: Case) -> bool:
    names = set(before["settings"]["setting"]) | set(case["settings"]["setting"])
    return all(n in FREE_SETTINGS or before.setting(n) == case.setting(n) for n in names)


def _decided(old: Problem, case: Case) -> Case:
    """Write stay as open or closed for the sites whose state is a decision in the model."""
    sites = case["sites"]
    filled = case.filled("sites")
    decided = np.zeros(len(sites), bool)
    decided[old.v.site_open.index["site"]] = True
    stays = decided & (filled["decision"] == "stay").to_numpy()
    if not stays.any():
        return case
    held = np.where(filled["now"] == "open", "open", "closed")
    decision = sites["decision"].where(~stays, held)
    return case.replace(sites=sites.assign(decision=decision))


def _states_fit(old: Problem, net: Network, changes: dict[str, set[str]]) -> bool:
    """Whether what may be open was foreseen: goods have no other places than the model knows.

    Where a site or line can be open no longer, its variables stay and come out as 0.
    """
    if not any(changes.get(table, set()) & columns for table, columns in STATES.items()):
        return True
    decided = np.zeros(len(net.sites), bool)
    decided[old.v.site_open.index["site"]] = True
    stays = ~decided
    for column in ("now", "decision"):
        same = (old.net.sites[column] == net.sites[column]).to_numpy()
        if not same[stays].all():
            return False
    if (site_can_open(net) & ~old.reach.able).any():
        return False
    if (line_from(net) < old.reach.line_from).any():
        return False
    # Limits on CO2 make a group of every value among the goods that can move.
    limits = net.case["limits"]
    return not ((limits["quantity"] == "co2") & (limits["for_each"] != "")).any()


def _same_members(old: Variables, new: Variables) -> bool:
    return all(
        _codes(columns.index.frame, columns.index.key, other.index.frame)
        for columns, other in zip(old.families().values(), new.families().values(), strict=True)
    )


def _codes(old: pd.DataFrame, key: tuple[str, ...], new: pd.DataFrame) -> bool:
    same: list[Array] = [old[k].to_numpy() for k in key]
    return len(old) == len(new) and all(
        np.array_equal(a, new[k].to_numpy()) for a, k in zip(same, key, strict=True)
    )
