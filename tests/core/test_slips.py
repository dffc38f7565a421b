"""Slips of the hand that leave a case which could be solved, or point at the wrong cells."""

from __future__ import annotations

import pytest

from jvopt.core.case import Case
from jvopt.core.cells import parse_cell, plain_number
from jvopt.core.issues import CaseError
from jvopt.core.reading import examine
from jvopt.core.tables import SETTING_VALUES, TABLES
from tests.core.small_case import planted


def found(case, *codes):
    return [(i.code, i.table, i.row, i.value) for i in examine(case)[1] if i.code in codes]


@pytest.mark.parametrize("slip", ["plant", "PLANT."])
def test_an_id_that_is_changed_where_it_is_declared_is_named_beside_the_rows_that_miss_it(slip):
    case = planted()
    case["sites"][2]["site"] = slip
    assert found(case, "id_of_no_row") == [("id_of_no_row", "sites", 3, slip)]
    case["lanes"][0]["destination"] = slip  # somebody means it
    assert found(case, "id_of_no_row") == []


@pytest.mark.parametrize(
    ("rate", "told"), [(0.042, False), (42, True), (0.0003, True), (4.2, False), (0.0005, False)]
)
def test_a_rate_far_from_those_of_other_lanes_is_warned_of(rate, told):
    case = planted()
    case["lanes"] = [
        {"origin": "MINSK", "destination": "PLANT", "mode": f"m{n}", "distance": 100,
         "cost_per_tonne_km": 0.04 + n / 1000}
        for n in range(12)
    ]  # fmt: skip
    case["lanes"][4]["cost_per_tonne_km"] = rate
    expected = [("rate_far_from_others", "lanes", 5, f"{rate:g}")] if told else []
    assert found(case, "rate_far_from_others") == expected


@pytest.mark.parametrize(
    ("row", "amount", "currency", "told"),
    [
        ({"product": "TRACTOR"}, 432500, "KZT", False),  # 865 USD on 20,000
        ({"product": "TRACTOR"}, 432500, "", True),
        ({"product": "TRACTOR"}, 130000, "", False),  # a price of 27,000 is asked in Tashkent
        ({"hs": "8429"}, 240000, "", False),  # loaders are sold for 50,000
        ({"family": "machines"}, 260000, "", True),
        ({}, 260000, "", True),
    ],
)
def test_a_fee_many_times_what_the_goods_are_worth_is_warned_of(row, amount, currency, told):
    case = planted()
    case["fees"] = [{"country": "KZ", **row, "amount": amount, "currency": currency}]
    expected = [("amount_above_goods", "fees", 1, str(amount))] if told else []
    assert found(case, "amount_above_goods") == expected


def test_dear_and_cheap_lanes_in_like_numbers_are_no_slip():
    case = planted()
    case["lanes"] = [
        {"origin": "MINSK", "destination": "PLANT", "mode": f"m{n}", "distance": 100,
         "cost_per_tonne_km": 0.01 if n % 3 else 5.0}
        for n in range(12)
    ]  # fmt: skip
    assert found(case, "rate_far_from_others") == []


@pytest.mark.parametrize(
    ("first", "told"), [("site = TASHKENT", False), ("site = TASHKEN", False), (None, True)]
)
def test_what_an_earlier_change_should_have_brought_is_not_missed(first, told):
    """The table has a mistake elsewhere, or the earlier change has: it brings nothing."""
    case = planted()
    case["sites"][0]["fixed_cost"] = "abc"
    step = {"scenario": "other", "table": "sites", "action": "set"}
    steps = [] if first is None else [{"column": "country", "value": "UA", "where": first}]
    steps.append({"column": "opening_cost", "value": "1", "where": "country = UA"})
    case["scenarios"] = [{"scenario": "other"}]
    case["changes"] = [{**step, "order": n, **more} for n, more in enumerate(steps, 1)]
    missed = [value for *_, value in found(case, "condition_value") if value == "UA"]
    assert missed == (["UA"] if told else [])


def test_each_value_of_a_list_must_occur():
    case = Case(planted())
    for listed, wrong in (("PLANT, NOWHERE", True), ("PLANT, ALMATY", False)):
        change = ("sites", "fixed_cost", 1)
        if wrong:
            with pytest.raises(CaseError, match="NOWHERE is no value of sites"):
                case.change(*change, where=f"site in ({listed})")
        else:
            case.change(*change, where=f"site in ({listed})")
    case.change("sites", "fixed_cost", 1, where="site not in (PLANT, NOWHERE)")  # as it should be


@pytest.mark.parametrize("word", ["и", "ЖӘНЕ", "and"])
def test_a_condition_may_be_joined_in_each_language(word):
    case = Case(planted()).change(
        "sites", "fixed_cost", 7, where=f"country = KZ {word} tags = market"
    )
    assert case["sites"]["site"][case["sites"]["fixed_cost"] == 7].tolist() == ["ALMATY"]


@pytest.mark.parametrize(
    ("table", "column", "word", "meant"),
    [
        ("limits", "quantity", "produced", "made"),
        ("limits", "quantity", "purchases", "bought"),
        ("limits", "sense", "max", "at_most"),
        ("sites", "now", "закрыто", "closed"),
        ("sites", "now", "produced", ""),
    ],
)
def test_another_word_for_a_choice_is_understood(table, column, word, meant):
    _, code, words = parse_cell(TABLES[table][column], word)
    assert code == "bad_choice"
    assert getattr(words["nearest"], "word", "") == meant


def test_percentages_are_the_numbers_nearest_to_them():
    for thousandths in range(1001):
        text = f"{thousandths // 10}.{thousandths % 10}%"
        assert plain_number(text, "share") == float(f"0.{thousandths:03d}") or thousandths == 1000
    assert plain_number("5%") == "5%"
    assert plain_number("1,200%", "share") == "1,200%"  # may be two numbers


def test_a_gap_of_1_is_not_taken_for_one_percent():
    for text, error in (("1", "too_large"), ("1%", None)):
        issue = found({"settings": [{"setting": "gap", "value": text}]}, "too_large")
        assert [code for code, *_ in issue] == ([error] if error else [])
    assert SETTING_VALUES["gap"].most == 0.5
