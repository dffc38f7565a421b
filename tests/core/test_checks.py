"""Checks across tables: every mistake planted in a sound case is found, and nothing else."""

from __future__ import annotations

import math
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from jvopt.core.case import Case
from jvopt.core.checks import check, in_order
from jvopt.core.issues import errors
from jvopt.core.messages_checks import CHECK_MESSAGES
from jvopt.core.reading import examine
from tests.core.small_case import CASE, Plant, cell, planted
from tests.models.oracle import programme
from tests.models.random_cases import random_case

CELLS = [
    cell("text_in_number", "supply", 2, "capacity", "100 units"),
    cell("too_small", "lines", 2, "investment", -1),
    cell("too_large", "demand", 3, "least_share", 1.5),
    cell("not_finite", "demand", 1, "price", float("nan")),
    cell("bad_date", "tariffs", 4, "from_date", "01.01.2027"),
    cell("bad_choice", "claims", 1, "rule", "share"),
    cell("missing_value", "limits", 3, "value", None),
    cell("wrong_type", "sites", 2, "name", True),
    cell("not_integer", "changes", 1, "order", 1.5),
    Plant("duplicate_key", "currencies", 5, "currency", {"currency": "KZT", "rate": 0.0021}),
]
REFERENCES = [
    cell("unknown_reference", "lanes", 4, "product", "ENGIN"),
    cell("unknown_reference", "line_periods", 1, "period", "2029"),
    cell("unknown_reference", "assembly", 2, "currency", "EUR"),
    cell("unknown_reference", "tariffs", 2, "destination", "EAUE"),
    cell("unknown_reference", "limits", 1, "site_tag", "plants"),
    cell("unknown_reference", "changes", 3, "scenario", "bom"),
    cell("country_without_site", "fees", 1, "made_in", "RU"),
    cell("odd_country", "supply", 2, "country", "Belarus"),
    Plant(
        "group_named_like_country",
        "country_groups",
        5,
        "group",
        {"group": "UZ", "country": "UZ"},
    ),
    Plant(
        "country_in_two_unions",
        "country_groups",
        5,
        "country",
        {"group": "CU", "country": "KZ", "kind": "customs_union"},
    ),
    cell("group_of_two_kinds", "country_groups", 4, "kind", "customs_union"),
    cell("claim_of_two_areas", "claims", 2, "area", "CIS"),
]
TIME = [
    cell("periods_out_of_order", "periods", 3, "start", "2025-01-01"),
    cell("period_gap", "periods", 3, "start", "2028-03-01"),
    cell("from_date_inside_period", "tariffs", 4, "from_date", "2027-04-01"),
    cell("from_date_after_horizon", "tariffs", 4, "from_date", "2029-01-01"),
    Plant("currency_without_rate", "currencies", 2, "currency", drop=(("currencies", 4),)),
    Plant("base_currency_rate", "currencies", 5, "rate", {"currency": "USD", "rate": 1.1}),
    cell("not_positive", "currencies", 1, "rate", 0),
    cell("not_positive", "lines", 2, "life", 0),
]
QUANTITIES = [
    cell("least_above_most", "assembly", 2, "least", 600),
    cell("least_above_most", "supply", 2, "least_take", 101),
    cell("least_above_most", "stock", 1, "least", 101),
    cell("least_above_most", "lines", 1, "least_load", 451),
    cell("least_above_most", "line_periods", 1, "least_load", 451),
    cell("least_share_without_penalty", "demand", 1, "least_share", 0.9),
    cell("expansion_without_capacity", "lines", 1, "step_cost", None, on="capacity"),
    cell("step_without_cost", "throughput", 2, "step_size", 100),
    cell("stock_not_read", "stock", 1, "end_least", "2026", on="period"),
    Plant(
        "open_line_at_closed_site",
        "lines",
        2,
        "decision",
        set=(("lines", 2, "decision", "open"), ("sites", 4, "decision", "closed")),
    ),
    Plant("fee_sets_nothing", "fees", 3, "amount", {"country": "UZ"}),
]
POLICY = [
    cell("hs_not_digits", "claims", 2, "hs", "87.01"),
    cell("unknown_for_each", "limits", 3, "for_each", "site, month"),
    cell("unfit_for_each", "limits", 2, "for_each", "assembly_mode"),
    cell("unfit_selector", "limits", 2, "assembly_mode", "SKD"),
    cell("share_above_one", "limits", 2, "value", 20),
    cell("limit_without_distance", "limits", 2, "within_km", None),
    cell("within_without_effect", "limits", 3, "within_days", 3),
    cell("limit_selects_nothing", "limits", 3, "limit", "CN", on="country"),
    cell("least_of_nothing", "limits", 2, "limit", "CN", on="country"),
    Plant(
        "least_of_too_few",
        "limits",
        1,
        "value",
        set=(("limits", 1, "sense", "at_least"), ("limits", 1, "value", 3)),
    ),
]
NETWORK = [
    Plant(
        "lane_to_itself",
        "lanes",
        9,
        "destination",
        {"origin": "ALMATY", "destination": "ALMATY"},
    ),
    Plant(
        "lane_covers_nothing",
        "lanes",
        9,
        "cargo_class",
        {"origin": "PLANT", "destination": "ALMATY", "product": "TRACTOR", "cargo_class": "kit"},
    ),
    Plant(
        "recipe_cycle",
        "recipe_inputs",
        3,
        "product",
        {"recipe": "SKD", "product": "TRACTOR"},
    ),
    Plant("line_without_assembly", "lines", 3, "line", {"line": "L3", "site": "PLANT"}),
    Plant(
        "recipe_without_assembly", "recipes", 2, "recipe", {"recipe": "CKD", "product": "TRACTOR"}
    ),
    Plant("unused_products", "products", None, None, {"product": "PLOUGH"}),
    Plant("demand_without_source", "demand", 4, "product", drop=(("supply", 2),)),
    Plant(
        "shortfall_out_of_reach",
        "demand",
        5,
        "site",
        {"site": "WEIFANG", "product": "TRACTOR", "quantity": 5, "penalty": 1},
    ),
    Plant(
        "demand_out_of_reach",
        "demand",
        5,
        "site",
        {"site": "WEIFANG", "product": "TRACTOR", "quantity": 5},
    ),
    cell("demand_by_capacity", "demand", 4, "quantity", 101),
    Plant(
        "shortfall_by_capacity",
        "demand",
        4,
        "quantity",
        set=(("demand", 4, "quantity", 101), ("demand", 4, "penalty", 9)),
    ),
    cell("demand_by_lanes", "demand", 3, "quantity", 29, of="lanes", at=8, on="capacity"),
    cell("demand_at_closed_site", "demand", 3, "site", "closed", of="sites", at=6, on="decision"),
    Plant(
        "shortfall_at_closed_site",
        "demand",
        3,
        "site",
        set=(("sites", 6, "decision", "closed"), ("demand", 3, "least_share", None)),
    ),
    Plant(
        "shortfall_without_source",
        "demand",
        4,
        "product",
        set=(("demand", 4, "penalty", 100),),
        drop=(("supply", 2),),
    ),
    Plant(
        "shortfall_by_lanes",
        "demand",
        3,
        "quantity",
        set=(("lanes", 8, "capacity", 59), ("demand", 3, "least_share", None)),
    ),
    Plant(
        "lane_tie",
        "lanes",
        9,
        "cargo_class",
        {
            "origin": "WEIFANG",
            "destination": "PLANT",
            "mode": "rail",
            "product": "ENGINE",
            "cargo_class": "part",
        },
        (("products", 4, "cargo_class", "part"),),
    ),
]
RATES = [
    Plant(
        "rate_tie",
        "tariffs",
        5,
        "hs",
        {"hs": "8408", "origin": "CN", "destination": "CIS", "ad_valorem": 0.07},
    ),
    Plant("rate_tie", "fees", 3, "product", {"country": "KZ", "product": "TRACTOR",
          "assembly_mode": "SKD", "hs": "8701", "relief": 0.3}),
    Plant("rate_tie", "claims", 3, "hs", {"claim": "CT1", "area": "EAEU", "hs": "8701",
          "family": "machines"}),
    cell("customs_value_for_claim", "products", 3, "customs_value", None),
    Plant("customs_value_for_duty", "products", 4, "customs_value",
          set=(("products", 4, "customs_value", None), ("claims", 1, "rule", "heading"))),
    Plant("heading_for_claim", "products", 1, "hs",
          set=(("products", 1, "hs", "870"), ("claims", 1, "rule", "heading"),
               ("claims", 1, "hs", "870"))),
    Plant("heading_of_inputs", "products", None, "hs",
          set=(("products", 3, "hs", None), ("claims", 1, "rule", "either"))),
    cell("no_tariff_for_product", "tariffs", None, None, None, of="products", at=4, on="hs"),
    cell("no_tariff_for_hs", "tariffs", None, None, "8409", at=1, on="hs"),
    Plant("incentive_without_price", "demand", 4, "price",
          set=(("demand", 4, "price", None), ("products", 2, "customs_value", None),
               ("incentives", 1, "product", "LOADER"), ("incentives", 1, "made_in", "BY"))),
]  # fmt: skip
SCENARIOS = [
    Plant("scenario_without_changes", "scenarios", 3, "scenario", {"scenario": "calm"}),
    cell("change_unknown_table", "changes", 1, "table", "fee"),
    cell("change_unknown_column", "changes", 1, "column", "amounts"),
    cell("change_of_nothing", "changes", 1, "where", "country = CN"),
    cell("bad_condition", "changes", 1, "where", "country KZ"),
    cell("change_of_text", "changes", 1, "action", "country", on="column"),
    cell("text_in_number", "changes", 1, "value", "double"),
    cell("change_without_value", "changes", 2, "value", None),
    cell("change_does_not_fit", "changes", 2, "value", "-1"),
    cell("condition_value", "changes", 2, "where", "product = TRACTORS"),
    Plant(
        "unknown_reference",
        "changes",
        3,
        "value",
        set=(("changes", 3, "column", "site"), ("changes", 3, "value", "PLAN")),
    ),
]


ALL = [*CELLS, *REFERENCES, *TIME, *QUANTITIES, *POLICY, *NETWORK, *RATES, *SCENARIOS]


# Messages about more than the one cell, or about a text too long to repeat.
VALUE_NOT_TOLD = {"rate_tie", "heading_for_claim", "change_of_nothing", "bad_condition"}


def places(issues):
    return sorted([(i.code, i.table, i.row or 0, i.column or "") for i in issues])


def test_the_case_without_a_mistake_has_no_issue():
    assert examine(CASE)[1] == []


@pytest.mark.parametrize("plant", ALL, ids=lambda p: f"{p.code}-{p.table}-{p.row}-{p.column}")
def test_a_mistake_gives_its_issue_and_no_other(plant):
    issues = examine(planted(plant))[1]
    assert [(i.code, i.table, i.row, i.column) for i in issues] == [plant.issue]
    only = issues[0]
    assert only.message.endswith(".")
    assert only.hint.endswith((".", "?"))
    shown = only.value is None or only.value in only.message
    assert shown or only.code in VALUE_NOT_TOLD or only.code.startswith(("demand_", "shortfall_"))


# What rests on a table in which another mistake is planted is not reported on top of it.
RESTING_FIRST = {
    ("claim_of_two_areas", "claims"),  # the rule of the first row is bad
    ("least_above_most", "lines"),  # its capacity is blank: expansion_without_capacity
    ("least_above_most", "supply"),  # its capacity is text
    ("least_of_nothing", "limits"),
    ("least_of_too_few", "limits"),
    ("limit_selects_nothing", "limits"),
    ("within_without_effect", "limits"),
    ("open_line_at_closed_site", "lines"),
    ("stock_not_read", "stock"),  # which period is the last is not known
}
RESTING_SECOND = {
    ("change_of_nothing", "changes"),
    ("change_unknown_column", "changes"),
    ("change_without_value", "changes"),
    ("text_in_number", "changes"),  # a change shows its first mistake
    ("customs_value_for_claim", "products"),
    ("customs_value_for_duty", "products"),  # the claim has other rows that tie
    ("demand_by_lanes", "demand"),  # its product lacks capacity already
    ("no_tariff_for_hs", "tariffs"),
    ("no_tariff_for_product", "tariffs"),
    ("rate_tie", "tariffs"),  # the row that it tied with is for another code now
}


def compatible(plants):
    """Leave out plants that would need a cell or a row which another one takes."""
    chosen, cells, tables = [], set(), set()
    for plant in plants:
        own = {place[:3] for place in plant.set}
        if plant.drop or own & cells or (plant.add and plant.table in tables):
            continue
        chosen.append(plant)
        cells |= own
        if plant.add:
            tables.add(plant.table)
    return chosen


@pytest.mark.parametrize(
    ("plants", "resting", "least"),
    [
        ([*CELLS, *REFERENCES, *TIME, *QUANTITIES, *POLICY], RESTING_FIRST, 32),
        ([*SCENARIOS, *RATES, *NETWORK], RESTING_SECOND, 14),
    ],
)
def test_mistakes_planted_together_are_all_found_and_nothing_else(plants, resting, least):
    chosen = compatible(plants)
    expected = [p.issue for p in chosen if p.issue[:2] not in resting]
    assert len(expected) >= least
    issues = examine(planted(*chosen))[1]
    assert places(issues) == sorted((c, t, r or 0, n or "") for c, t, r, n in expected)
    assert issues == in_order(issues)


def a_case(**tables):
    """Two plants of one product and a market; supply, lines and lanes without limits."""
    rows = {
        "products": [{"product": p} for p in ("car", "van", "kit")],
        "sites": [{"site": s} for s in ("maker", "plant", "shop")],
        "supply": [{"site": "maker", "product": "kit"}],
        "recipes": [{"recipe": p, "product": p} for p in ("car", "van")],
        "recipe_inputs": [{"recipe": p, "product": "kit"} for p in ("car", "van")],
        "lines": [{"line": "a", "site": "plant", "capacity": 10}],
        "assembly": [{"line": "a", "recipe": "car"}, {"line": "a", "recipe": "van"}],
        "lanes": [
            {"origin": "maker", "destination": "plant"},
            {"origin": "plant", "destination": "shop"},
        ],
        "demand": [
            {"site": "shop", "product": "car", "quantity": 6},
            {"site": "shop", "product": "van", "quantity": 4},
        ],
        **tables,
    }
    return examine(rows)[1]


def test_lines_that_can_never_run_and_recipes_of_nothing_are_mentioned():
    """Each would only make the plan dearer, or cheaper, than was meant, without another word."""
    plant = {"site": "plant", "now": "closed"}
    sites = [{"site": "maker"}, {"site": "shop"}]
    free = [{"line": "a", "site": "plant", "capacity": 10}]
    cars = {"site": "shop", "product": "car"}
    bought = [{"site": "maker", "product": "kit"}, cars, {"site": "shop", "product": "van"}]
    (shut,) = a_case(sites=[*sites, plant], lines=free, supply=bought)
    assert (shut.code, shut.row) == ("line_at_closed_site", 1)
    assert a_case(sites=[*sites, plant | {"decision": "free"}], lines=free, supply=bought) == []
    # Decided to be closed, it is so on purpose.
    assert a_case(sites=[*sites, plant | {"decision": "closed"}], lines=free, supply=bought) == []
    without = a_case(supply=bought, lanes=[{"origin": "plant", "destination": "shop"}])
    assert [(i.code, i.row) for i in without] == [
        ("assembly_without_inputs", 1),
        ("assembly_without_inputs", 2),
    ]
    assert "plant cannot get kit" in without[0].message
    one = [{"recipe": "car", "product": "kit"}]
    (nothing,) = a_case(recipe_inputs=one)
    assert (nothing.code, nothing.row) == ("recipe_without_inputs", 2)


def test_products_that_share_lines_are_counted_together():
    assert a_case() == []
    # 6 cars and 5 vans each fit the line of 10, but not together.
    more = [
        {"site": "shop", "product": "car", "quantity": 6},
        {"site": "shop", "product": "van", "quantity": 5},
    ]
    (short,) = a_case(demand=more)
    assert (short.code, short.row) == ("demand_by_lines", 1)
    assert "at most 10" in short.message
    assert "needs 11 (rows: 1, 2)" in short.message
    # A supply of one van, a second line for cars, an allowed shortfall of one: each is enough.
    van = {"site": "plant", "product": "van", "capacity": 1}
    assert a_case(demand=more, supply=[{"site": "maker", "product": "kit"}, van]) == []
    lines = [{"line": "a", "site": "plant", "capacity": 10}, {"line": "b", "site": "plant"}]
    cars = [
        {"line": "a", "recipe": "car"},
        {"line": "a", "recipe": "van"},
        {"line": "b", "recipe": "car"},
    ]
    assert a_case(demand=more, lines=lines, assembly=cars) == []
    more[1] |= {"penalty": 1, "least_share": 0.8}
    assert a_case(demand=more) == []


@pytest.mark.parametrize(
    ("line", "years", "short"),
    [
        ({"capacity": 10}, 1, False),
        ({"capacity": 9}, 1, True),
        ({"capacity": 10}, 2, False),  # both are yearly
        ({"capacity": 4, "step_size": 3, "step_cost": 1, "most_steps": 2}, 1, False),
        ({"capacity": 4, "step_size": 3, "step_cost": 1, "most_steps": 1}, 1, True),
        ({"capacity": 4, "step_cost": 1, "most_steps": 6}, 1, False),  # any size
        ({"capacity": 4, "step_cost": 1, "most_steps": 5}, 1, True),
        ({"capacity": 4, "step_cost": 1}, 1, False),  # as many steps as it takes
    ],
)
def test_capacity_with_all_its_steps(line, years, short):
    issues = a_case(
        lines=[{"line": "a", "site": "plant", **line}],
        assembly=[{"line": "a", "recipe": "car"}],
        recipes=[{"recipe": "car", "product": "car"}],
        recipe_inputs=[{"recipe": "car", "product": "kit"}],
        products=[{"product": "car"}, {"product": "kit"}],
        demand=[{"site": "shop", "product": "car", "quantity": 10}],
        periods=[{"period": "T", "start": "2026-01-01", "years": years}],
    )
    assert [i.code for i in issues] == (["demand_by_capacity"] if short else [])


def test_a_line_is_of_use_only_from_when_it_can_be_open():
    periods = [{"period": str(y), "start": f"{y}-01-01"} for y in (2026, 2027, 2028)]
    demand = [{"site": "shop", "product": "car", "quantity": 10, "period": "2027"}]
    rest = {
        "assembly": [{"line": "a", "recipe": "car"}],
        "recipes": [{"recipe": "car", "product": "car"}],
        "recipe_inputs": [{"recipe": "car", "product": "kit"}],
        "products": [{"product": "car"}, {"product": "kit"}],
        "periods": periods,
        "demand": demand,
    }
    line = {"line": "a", "site": "plant", "capacity": 10}
    assert a_case(**rest, lines=[{**line, "build_time": 1}]) == []
    late = [{**line, "build_time": 1.5}]
    assert [i.code for i in a_case(**rest, lines=late)] == ["demand_by_capacity"]
    assert a_case(**rest, lines=[{**late[0], "now": "open", "decision": "free"}]) == []
    # Stock of the year before helps only where it may be held.
    early = {**rest, "lines": [{**line, "capacity": 5}]}
    assert [i.code for i in a_case(**early)] == ["demand_by_capacity"]
    stock = [{"site": "plant", "product": "car"}]
    assert a_case(**early, stock=stock) == []
    early["lines"][0]["capacity"] = 4
    assert [i.code for i in a_case(**early, stock=stock)] == ["demand_by_capacity"]
    assert a_case(**early, stock=[{**stock[0], "opening": 2}]) == []


def test_inputs_that_cannot_reach_a_line_are_named():
    away = [{"site": "shop", "product": "kit"}]
    demand = [
        {"site": "shop", "product": "car", "quantity": 6},
        {"site": "shop", "product": "van", "quantity": 4, "penalty": 1},
    ]
    issues = a_case(supply=away, demand=demand)
    assert [(i.code, i.row) for i in issues] == [
        ("demand_without_inputs", 1),
        ("shortfall_without_inputs", 2),
    ]
    assert "a (plant) lacks kit" in issues[0].message


def test_lanes_of_the_market_are_counted_by_what_they_cover():
    lanes = [
        {"origin": "maker", "destination": "plant"},
        {"origin": "plant", "destination": "shop", "mode": "road", "product": "car", "capacity": 2},
        {"origin": "plant", "destination": "shop", "mode": "rail", "capacity": 4},
    ]
    assert a_case(lanes=lanes) == []
    lanes[2]["capacity"] = 3
    short = a_case(lanes=lanes)
    assert [(i.code, i.row) for i in short] == [("demand_by_lanes", 1), ("demand_by_lanes", 2)]
    assert "at most 5 units of car" in short[0].message
    assert "at most 3 units of van" in short[1].message


def test_nothing_is_said_of_what_a_mistake_leaves_open():
    # A lane with an unknown origin may come from anywhere, a supply of an unknown product may be
    # of any, a capacity that cannot be read may be enough.
    lanes = [
        {"origin": "maker", "destination": "plant"},
        {"origin": "plnt", "destination": "shop"},
    ]
    assert [i.code for i in a_case(lanes=lanes)] == ["unknown_reference"]
    supply = [{"site": "maker", "product": "kitt"}]
    assert [i.code for i in a_case(supply=supply)] == ["unknown_reference"]
    lines = [{"line": "a", "site": "plant", "capacity": "ten"}]
    assert [i.code for i in a_case(lines=lines)] == ["text_in_number"]
    # A misspelt table: what it would have held is not missed.
    issues = examine({**CASE, "lane": CASE["lanes"], "lanes": []})[1]
    assert [i.code for i in issues] == ["unknown_table"]


def test_dates_need_periods():
    rates = [{"ad_valorem": 0.1, "from_date": "2026-01-01"}]
    issues = a_case(tariffs=rates)
    assert [(i.code, i.row) for i in issues] == [("from_date_without_periods", 1)]


def test_missing_and_empty_tables_are_named():
    issues = examine({"products": [], "sites": [{"site": "a"}]})[1]
    assert [(i.code, i.table) for i in issues] == [
        ("empty_table", "products"),
        ("no_source", "supply"),
        ("missing_table", "lanes"),
        ("missing_table", "demand"),
    ]


def test_a_cycle_of_recipes_is_named_whole():
    rows = {
        "recipes": [{"recipe": f"make {p}", "product": p} for p in "abc"],
        "recipe_inputs": [
            {"recipe": "make a", "product": "b"},
            {"recipe": "make b", "product": "c"},
            {"recipe": "make c", "product": "a"},
        ],
    }
    issues = [i for i in examine(rows)[1] if i.code == "recipe_cycle"]
    assert [(i.row, i.value) for i in issues] == [(3, "a")]
    assert "a <- b <- c <- a" in issues[0].message


def test_free_goods_at_a_border_are_named_once_by_code():
    case = planted()
    case["tariffs"] = case["tariffs"][1:]
    case["periods"] = case["periods"][:2]
    case["currencies"] = case["currencies"][:3]
    del case["line_periods"], case["demand"][1]
    # Engines (HS 840820) go to two plants in KZ, in two years, duty free.
    (free,) = examine(case)[1]
    assert (free.code, free.value) == ("no_tariff_for_hs", "840820")
    case["tariffs"].append({"hs": "84", "from_date": "2027-01-01", "ad_valorem": 0})
    (free,) = examine(case)[1]
    assert "in 2026," in free.message
    case["tariffs"] = []
    assert [i.code for i in examine(case)[1]] == ["no_tariffs"]
    case["country_groups"].append({"group": "EAEU", "country": "CN", "kind": "customs_union"})
    case["country_groups"].append({"group": "EAEU", "country": "UZ", "kind": "customs_union"})
    assert examine(case)[1] == []


def test_a_hundred_thousand_rows_are_checked_in_about_a_second():
    sites = [{"site": f"S{i}", "country": ("KZ", "BY", "UZ", "CN")[i % 4]} for i in range(320)]
    products = [
        {"product": f"P{i}", "hs": f"{8400 + i % 50}", "customs_value": 9} for i in range(300)
    ]
    start, end = np.divmod(np.arange(320 * 320), 320)
    start, end = start[start != end][:100_000], end[start != end][:100_000]
    lanes = pd.DataFrame({"origin": start, "destination": end, "capacity": 1000.0})
    lanes[["origin", "destination"]] = "S" + lanes[["origin", "destination"]].astype(str)
    site, product = np.divmod(np.arange(320 * 300), 300)
    demand = pd.DataFrame({"site": site, "product": product}).astype(str)
    demand = pd.DataFrame(
        {"site": "S" + demand["site"], "product": "P" + demand["product"], "quantity": 1.0}
    )
    case = Case(
        {
            "sites": sites,
            "products": products,
            "lanes": lanes,
            "demand": demand,
            "supply": [{"site": f"S{i % 40}", "product": f"P{i}"} for i in range(300)],
            "tariffs": [{"hs": str(8400 + i), "ad_valorem": 0.1} for i in range(50)],
        }
    )
    begun = time.process_time()
    assert check(case) == []
    assert time.process_time() - begun < 2.5


def test_what_is_certain_is_infeasible():
    """No error about demand where an independent model of the rules finds a plan."""
    codes = set()
    for seed in (3, 8, 9, 12, 22, 26):
        base = random_case(seed)
        for factor, scarce in ((2, "lanes"), (6, "supply")):
            case = base.change("demand", "quantity", factor, action="multiply")
            case = case.change("demand", "penalty", None).change(scarce, "capacity", 9)
            found = errors(check(case))
            codes |= {i.code for i in found}
            if found:
                assert math.isinf(programme(case).solve()[0])
    assert {"demand_by_capacity", "demand_by_lanes"} <= codes


def test_every_message_of_the_checks_can_be_met():
    """Each code of the checks is planted here or asked for in a test of this file."""
    text = Path(__file__).read_text(encoding="utf-8")
    told = {p.code for p in ALL}
    left = {code for code in CHECK_MESSAGES if code not in told and f'"{code}"' not in text}
    assert left == {code for code in left if code.startswith(("json_", "bad_json"))}


@pytest.mark.parametrize(
    ("start", "years", "due"),
    [("2026-01-01", 1e12, "no date"), ("0001-01-01", 1, "0002-01-01"), ("2026-01-01", 3, "2029")],
)
def test_a_gap_between_periods_of_any_length(start, years, due):
    case = planted()
    case["periods"][0] |= {"start": start, "years": years}
    gap = next(i for i in examine(case)[1] if i.code == "period_gap")
    assert gap.row == 2
    assert f" {due}" in gap.message


@pytest.mark.parametrize(
    ("quantity", "unfit"),
    [
        ("sites_open", ["product", "family", "product_tag", "assembly_mode"]),
        ("lines_open", []),
        ("made", []),
        ("investment", []),
        ("bought", ["assembly_mode"]),
        ("co2", ["assembly_mode"]),
        ("share_of_source", ["assembly_mode"]),
        ("demand_within", ["assembly_mode"]),
    ],
)
def test_what_a_limit_counts_has_what_it_is_selected_by(quantity, unfit):
    """Sites have no product, and only lines and what they make an assembly mode."""
    case = planted()
    case["products"][0]["tags"] = "heavy"
    repeated = ["site", "country", "product", "family", "assembly_mode", "period"]
    case["limits"] = [
        {"limit": "all", "quantity": quantity, "value": 1,
         "product": case["products"][0]["product"], "family": case["products"][0]["family"],
         "product_tag": "heavy", "assembly_mode": "SKD", "for_each": ", ".join(repeated)},
    ]  # fmt: skip
    found = [i for i in examine(case)[1] if i.code.startswith("unfit_")]
    assert {(i.table, i.row) for i in found} <= {("limits", 1)}
    assert [i.column for i in found if i.code == "unfit_selector"] == unfit
    again = [name for name in repeated if name in unfit]
    assert [i.value for i in found if i.code == "unfit_for_each"] == again
    assert all(quantity in i.message for i in found)


def test_a_row_with_an_error_may_be_the_one_that_wins():
    """Demand of 200 in all periods would be too much, but what 2026 really says is not known."""
    periods = [{"period": "2026", "start": "2026-01-01"}]
    demand = [
        {"site": "shop", "product": "car", "quantity": 200},
        {"site": "shop", "product": "car", "period": "2026", "quantity": "six"},
    ]
    assert [i.code for i in a_case(demand=demand, periods=periods)] == [
        "unused_products",
        "text_in_number",
    ]


def test_a_period_without_a_start_gives_no_further_issue():
    case = planted()
    case["periods"][1]["start"] = None
    assert [(i.code, i.row) for i in examine(case)[1]] == [("missing_value", 2)]
