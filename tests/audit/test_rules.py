"""The plan worked out by hand against a case that asks for something else: the rule must tell.

Each change leaves the plan as it is and breaks what it names, no more than needed.
"""

import pytest

from jvopt.solve.audit import audit
from tests.audit import hand
from tests.breadth import first_of_each

CHANGES = [
    # rule, table, column, value, where
    # 24 engines are bought in Y2, which is two years; 13 in Y1.
    ("supply_capacity", "supply", "capacity", 11.9, "product = ENG"),
    ("least_take", "supply", "least_take", 14, "product = ENG"),
    ("least_take", "supply", "least_take", 12.1, "product = KIT and unit_cost = 10000"),
    # Kits to Alma: 12 in a year, 16 in two.
    ("lane_capacity", "lanes", "capacity", 11.9, "cargo_class = kit"),
    # Engines to Alma, 13 in Y1, are covered by the row for all goods as well.
    ("lane_capacity", "lanes", "capacity", 12.9, "cost_per_unit = 999"),
    # Alma sends 12 in Y1, of 10 + 6.
    ("throughput", "throughput", "capacity", 5.9, "capacity = 10"),
    ("throughput", "throughput", "capacity", 11.9, "product = T"),
    ("steps_of_throughput", "throughput", "most_steps", 0, "capacity = 10"),
    ("steps_of_throughput", "throughput", "step_cost", None, "capacity = 10"),
    # Line A makes 12 in Y1, of 10 + 4, at 1 each, and 16 in the two years of Y2.
    ("lines", "lines", "capacity", 7.9, "line = A"),
    ("lines", "assembly", "capacity_used", 1.2, "line = A"),
    ("lines", "lines", "least_load", 8.1, "line = A"),
    ("lines", "line_periods", "capacity", 3.9, "line = A"),
    ("assembly_quantities", "assembly", "most", 11.9, "line = A"),
    ("assembly_quantities", "assembly", "least", 8.1, "line = A"),
    ("steps_of_lines", "lines", "most_steps", 0, "line = A"),
    ("steps_of_lines", "lines", "step_cost", None, "line = A"),
    # Line A is stretched by 4 once, line B by 2 of any size.
    ("steps_of_lines", "lines", "most_steps", 1.9, "line = B"),
    # Beta is closed now and open from Y2; Old is closed in Y1.
    ("site_decisions", "sites", "decision", "stay", "site = BETA"),
    ("site_decisions", "sites", "decision", "open", "site = BETA"),
    ("site_decisions", "sites", "decision", "closed", "site = MINSK"),
    ("site_states", "sites", "now", "open", "site = BETA"),
    ("site_states", "sites", "now", "closed", "site = OLD"),
    ("line_decisions", "lines", "decision", "stay", "line = B"),
    ("line_decisions", "lines", "decision", "closed", "line = A"),
    # Line B is built in Y1 and open in Y2, one year later.
    ("line_states", "lines", "build_time", 1.1, "line = B"),
    ("line_states", "lines", "build_time", 0, "line = B"),
    ("line_states", "lines", "now", "closed", "line = A"),
    # 3 engines on hand at first, 4 and 0 at the end of the periods.
    ("stock_carried", "stock", "opening", 2.9, ""),
    ("stock_levels", "stock", "least", 0.1, ""),
    ("stock_levels", "stock", "most", 3.9, ""),
    ("stock_levels", "stock", "end_least", 0.1, ""),
    ("goods_of_opening_stock", "stock", "country", "BY", ""),
    # North wants 10 and gets 9 in Y1.
    ("demand", "demand", "quantity", 9.9, "site = NORTH"),
    ("demand", "demand", "penalty", None, "site = NORTH"),
    ("demand", "demand", "least_share", 0.91, "site = NORTH"),
    ("recipe_inputs", "recipe_inputs", "quantity", 1.01, "recipe = S and product = ENG"),
    ("goods_of_purchases", "supply", "country", "CN", "product = T"),
    # Content is 0.89 and 0.88.
    ("origin_rules", "claims", "least_share", 0.881, ""),
    ("origin_rules", "products", "customs_value", 7273, "product = ENG"),
    ("claims_made", "claims", "rule", "heading", ""),
    ("claims_made", "claims", "area", "BY", ""),
    ("claims_made", "claims", "product", "ENG", ""),
    # Engines that hold the claim are not told from others: the origin table is off.
    ("origin_table", "claims", "least_share", 0.61, ""),
    ("duties", "tariffs", "ad_valorem", 0.06, "hs = 8408"),
    ("duties", "tariffs", "specific", 11, "hs = 8408"),
    ("duties", "products", "mass", 1.1, "product = ENG"),
    ("duties", "tariffs", "ad_valorem", 0.01, "claim = CT1"),
    ("duties", "tariffs", "origin", "BY", "hs = 8408"),
    # Half of the value from June 2027 on, after both periods have begun.
    ("duties", "tariffs", "from_date", "2027-01-01", "ad_valorem = 0.5"),
    # Kits pay 15% only on entering the customs union.,
    ("duties", "country_groups", "kind", "area", "country = BY"),
    ("duties", "settings", "value", "0.4", "setting = freight_in_dutiable_value"),
    ("refunds", "tariffs", "drawback_share", 0.7, "hs = 8408"),
    ("fees_and_incentives", "fees", "amount", 1001, "product = T"),
    ("fees_and_incentives", "fees", "relief", 0.31, "assembly_mode = SKD"),
    ("fees_and_incentives", "incentives", "share_of_price", 0.03, ""),
    ("fees_and_incentives", "demand", "price", 24999, "site = TASH"),
    # CKD tractors with and without the claim are told apart by such a fee.
    ("goods_alike", "fees", "claim", "CT1", "assembly_mode = CKD"),
    ("purchase_costs", "supply", "unit_cost", 10501, "period = Y2"),
    ("purchase_costs", "currencies", "rate", 1.21, "period = Y2"),
    ("shipment_figures", "lanes", "cost_per_tonne", 21, "cargo_class = kit"),
    ("shipment_figures", "lanes", "cost_per_tonne_km", 0.011, "cargo_class = kit"),
    ("shipment_figures", "lanes", "distance", 3001, "cargo_class = kit"),
    ("shipment_figures", "products", "chargeable_mass", 5.1, "product = T"),
    ("shipment_figures", "products", "mass", 3.1, "product = KIT"),
    ("shipment_figures", "lanes", "co2", 0.11, "origin = ALMA and destination = NORTH"),
    ("holding_costs", "stock", "holding_cost", 11, ""),
    ("all_from_somewhere", "lanes", "cargo_class", "finished", "cargo_class = kit"),
    ("all_from_somewhere", "supply", "period", "Y2", "product = ENG"),
    ("costs_table", "settings", "value", "0.11", "setting = discount_rate"),
    ("costs_table", "settings", "value", "51", "setting = co2_price"),
    ("costs_table", "sites", "opening_cost", 1001, "site = BETA"),
    ("costs_table", "sites", "closing_cost", 501, "site = OLD"),
    ("costs_table", "sites", "fixed_cost", 101, "site = BETA"),
    ("costs_table", "sites", "life", 3, "site = BETA"),
    ("costs_table", "sites", "life", 5, "site = ALMA"),
    ("costs_table", "lines", "investment", 2001, "line = B"),
    ("costs_table", "lines", "life", None, "line = B"),
    ("costs_table", "lines", "step_cost", 301, "line = A"),
    ("costs_table", "line_periods", "fixed_cost", 251, ""),
    ("costs_table", "throughput", "step_cost", 201, "capacity = 10"),
    ("costs_table", "throughput", "handling_cost", 8, "product = T"),
    ("costs_table", "lanes", "fixed_cost", 31, "fixed_cost = 30"),
    ("costs_table", "assembly", "unit_cost", 901, "line = B"),
    ("costs_table", "demand", "penalty", 3001, "site = NORTH"),
    ("costs_table", "sites", "owner", "Maker", "site = OLD"),
    ("objective", "settings", "value", "0.11", "setting = discount_rate"),
    ("landed_costs", "lines", "fixed_cost", 151, "line = B"),
    ("trade", "sites", "region", "KZ-99", "site = NORTH"),
    ("limits", "limits", "value", 1, "limit = sites"),
    ("limits", "limits", "value", 0, "limit = lines"),
    ("limits", "limits", "value", 28.1, "limit = skd"),
    ("limits", "limits", "value", 27.9, "limit = kits"),
    ("limits", "limits", "value", 3747, "limit = spent"),
    ("limits", "limits", "value", 6.31, "limit = co2"),
    ("limits", "limits", "value", 0.94, "limit = near"),
    ("limits", "limits", "within_km", 199, "limit = near"),
    ("limits", "limits", "within_days", 0.5, "limit = near"),
    ("limits", "limits", "site_tag", "no such tag", "limit = sites"),
    ("limits", "limits", "for_each", None, "limit = kits"),
    ("limits", "limits", "sense", "at_most", "limit = source"),
]  # fmt: skip


@pytest.fixture(scope="module")
def plan():
    return hand.plan()


@pytest.mark.parametrize(("rule", "table", "column", "value", "where"), first_of_each(CHANGES))
def test_rule_tells(plan, rule, table, column, value, where):
    before = hand.case()
    case = before.change(table, column, value, where=where)
    assert case != before
    assert rule in set(audit(case, plan).violations["rule"])
