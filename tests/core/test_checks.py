"""Checks across tables: every mistake planted in a sound case is found, and nothing else."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

import pytest

from jvopt.core.alike import look_alike
from jvopt.core.case import Case
from jvopt.core.checks import check, in_order
from jvopt.core.issues import CaseError, errors
from jvopt.core.messages_checks import CHECK_MESSAGES
from jvopt.core.reading import examine
from tests.core import test_enough, test_slips
from tests.core.mistakes import (
    ALL,
    CELLS,
    NETWORK,
    POLICY,
    QUANTITIES,
    RATES,
    REFERENCES,
    SCENARIOS,
    TIME,
)
from tests.core.small_case import CASE, planted
from tests.models.oracle import programme
from tests.models.random_cases import random_case

# Messages about more than the one cell, or about a text too long to repeat.
VALUE_NOT_TOLD = {"rate_tie", "heading_for_claim", "change_of_nothing", "bad_condition"}


def places(issues):
    return sorted([(i.code, i.table, i.row or 0, i.column or "") for i in issues])


def test_the_case_without_a_mistake_has_no_issue():
    assert examine(CASE)[1] == []


@cache
def sound():
    """The case without a mistake, checked: what its checks worked out is there to be taken over."""
    case = Case(CASE)
    assert check(case) == []
    return case


@pytest.mark.parametrize("plant", ALL, ids=lambda p: f"{p.code}-{p.table}-{p.row}-{p.column}")
def test_a_variant_of_a_checked_case_has_the_issues_of_one_checked_anew(plant):
    rows = planted(plant)
    other = {table: made for table, made in rows.items() if made != CASE.get(table)}
    try:
        variant = sound().replace(**other)
    except CaseError:  # a cell that cannot be read is told before any check
        return
    assert check(variant) == examine(rows)[1]
    if variant.learnt:
        taken_over = [name for name in sound().learnt if name in variant.learnt]
        assert any(variant.learnt[name] is sound().learnt[name] for name in taken_over)
        for table in other:
            assert variant.learnt["table", table] is not sound().learnt["table", table]


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
    ("limits_contradict", "limits"),  # the tag of the other one is none
    ("within_without_effect", "limits"),
    ("open_line_at_closed_site", "lines"),
    ("stock_not_read", "stock"),  # which period is the last is not known
}
RESTING_SECOND = {
    ("change_of_nothing", "changes"),
    ("change_unknown_column", "changes"),
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


def test_rows_that_name_what_is_in_an_empty_table_are_told_of_once():
    case = planted()
    count = len(case["assembly"])
    case["lines"] = []
    case["scenarios"] = [{"scenario": "other"}]
    case["changes"] = [{"scenario": "other", "order": 1, "table": "lines", "column": "capacity",
                        "where": "site = KOK", "value": "1"}]  # fmt: skip
    found = {i.table: i for i in examine(case)[1] if i.column in ("line", "where")}
    assert {i.code for i in found.values()} == {
        "unknown_reference",  # of the only row of line_periods
        "reference_to_nothing",
        "change_of_no_rows",
    }
    assert f"{count - 1} more rows" in found["assembly"].message
    assert [found[table].row for table in ("assembly", "changes")] == [1, 1]


@pytest.mark.parametrize(
    ("count", "told"), [(8, "S0, S1, S2, S3, S4, S5, S6, S7."), (9, "S6, S7, ….")]
)
def test_a_hint_gives_what_may_be_written_or_the_first_of_it(count, told):
    sites = [{"site": f"S{n}", "country": "KZ"} for n in range(count)]
    case = {"sites": sites, "demand": [{"site": "Nowhere", "product": "x", "quantity": 1}]}
    hints = [i.hint for i in examine(case)[1] if i.code == "unknown_reference"]
    assert [hint for hint in hints if hint.endswith(told)], hints


def test_a_hint_gives_first_what_begins_alike():
    sites = [{"site": name, "country": "KZ"} for name in (*(f"BY-{n}" for n in range(9)), "KZ-X")]
    case = {"sites": sites, "demand": [{"site": "KZ-Uralsk", "product": "x", "quantity": 1}]}
    (hint,) = (i.hint for i in examine(case)[1] if i.value == "KZ-Uralsk")
    assert "one that is there: KZ-X, BY-0, BY-1," in hint


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
    """Each code of the checks is planted here or asked for in a test of these files."""
    files = (Path(__file__), Path(test_enough.__file__), Path(test_slips.__file__))
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    told = {p.code for p in ALL}
    assert not {code for code in CHECK_MESSAGES if code not in told and f'"{code}"' not in text}


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


def test_a_period_without_a_start_gives_no_further_issue():
    case = planted()
    case["periods"][1]["start"] = None
    assert [(i.code, i.row) for i in examine(case)[1]] == [("missing_value", 2)]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("KIT MTZ-82 SKD", "\u041aIT MTZ-82 SKD", True),
        ("KIT\u00a0MTZ", "KIT MTZ", True),
        ("KIT\u200b MTZ", "KIT MTZ", True),
        ("Линия 1 1", "Линия 11", False),
    ],
)
def test_what_looks_alike(one, other, alike):
    assert look_alike(one, other) is alike


@pytest.mark.parametrize(
    ("table", "column", "value", "code"),
    [
        ("fees", "made_in", "TR", "country_without_site"),
        ("fees", "made_in", "Turkey", "unknown_reference"),
        ("limits", "site_tag", "plants", "unknown_reference"),
        ("limits", "product_tag", "home", "unknown_reference"),
        ("limits", "country", "TR", "unknown_reference"),
        ("limits", "site_tag", "plant", None),
        ("tariffs", "ad_valorem", 5, "duty_above_value"),
    ],
)
def test_a_scenario_is_judged_as_the_table_itself(table, column, value, code):
    case = planted()
    case["scenarios"] = [{"scenario": "other"}]
    change = {"scenario": "other", "order": 1, "table": table, "column": column}
    case["changes"] = [{**change, "action": "set", "value": value}]
    there = planted()
    there["scenarios"], there["changes"] = [], []
    for row in there[table]:
        row[column] = value
    found = [(i.code, i.severity, i.row) for i in examine(case)[1] if i.table == "changes"]
    expected = [i.severity for i in examine(there)[1] if i.code == code and i.table == table]
    assert found == ([(code, expected[0], 1)] if code else [])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"column": "fixed_cost", "action": "multiply", "value": "1.2"}, "change_without_effect"),
        ({"column": "fixed_cost", "action": "add", "value": "100"}, None),
        ({"column": "cost_per_tonne", "action": "multiply", "value": "1"}, "change_without_effect"),
        ({"column": "freight", "action": "set", "value": "1"}, "change_unknown_column"),
        ({"column": "cost_per_tonne", "action": "multiply", "value": "20%"}, "change_by_percent"),
        # Of 5: a quarter of a unit may be meant, or a twentieth of what is there, or 20 times that.
        ({"column": "cost_per_tonne", "value": "0.26"}, None),
        ({"column": "cost_per_tonne", "value": "0.25"}, "change_sets_far"),
        ({"column": "cost_per_tonne", "value": "100"}, "change_sets_far"),
        ({"column": "cost_per_tonne", "value": "0"}, None),
        ({"column": "cost_per_tonne", "action": "set", "value": "100"}, None),
        (
            {"column": "fixed_cost", "value": "100", "where": "Transport mode = raill"},
            "condition_value",
        ),
    ],
)
@pytest.mark.parametrize("spoilt", [False, True])
def test_a_change_is_judged_whatever_else_is_wrong_with_its_table(change, code, spoilt):
    case = planted()
    case["lanes"] = [{**row, "fixed_cost": None, "cost_per_tonne": 5} for row in case["lanes"]]
    if spoilt:
        case["lanes"][0]["distance"] = "far"
    case["scenarios"] = [{"scenario": "other"}]
    case["changes"] = [{"scenario": "other", "order": 1, "table": "lanes", **change}]
    found = [i.code for i in examine(case)[1] if i.table == "changes"]
    # Whether anything changes is for sound tables to say.
    of_sound = ("change_without_effect", "change_sets_far")
    told = code is not None and not (spoilt and code in of_sound)
    assert found == ([code] if told else [])


def test_without_supply_that_alone_is_said():
    case = planted()
    assert case["lines"]
    assert case["recipe_inputs"]
    case["supply"], case["stock"] = [], []
    assert [i.code for i in examine(case)[1] if i.severity == "error"] == ["no_source"]


def test_a_scenario_may_bring_in_the_tag_that_its_limit_names():
    case = planted()
    case["scenarios"] = [{"scenario": "other"}]
    steps = [("sites", "tags", "plant, new"), ("limits", "site_tag", "new")]
    case["changes"] = [
        {"scenario": "other", "order": n, "table": t, "column": c, "action": "set", "value": v}
        for n, (t, c, v) in enumerate(steps, 1)
    ]
    assert [i for i in examine(case)[1] if i.table == "changes"] == []


@pytest.mark.parametrize(
    ("rates", "doubted"),
    [
        ({"KZT": 0.002, "RUB": 0.0125}, []),
        ({"KZT": 500, "RUB": 0.0125}, [("currencies", 1)]),
        # A currency that is dearer than the base.
        ({"KZT": 0.002, "RUB": 3}, []),
    ],
)
def test_a_rate_is_doubted_that_only_turned_over_fits_the_goods(rates, doubted):
    case = planted()
    case["currencies"] = [{"currency": code, "rate": rate} for code, rate in rates.items()]
    case["demand"][0] |= {"penalty": 1e11}
    found = [i for i in examine(case)[1] if i.code == "doubtful_rate"]
    assert [(i.table, i.row) for i in found] == doubted
