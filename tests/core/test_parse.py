"""From raw cells to typed tables: nothing is lost, nothing is guessed, nothing breaks."""

from __future__ import annotations

import datetime as dt
import json
import math
import pickle
import tracemalloc
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from jvopt.core.case import Case
from jvopt.core.cells import parse_cell
from jvopt.core.issues import CaseError, nearest
from jvopt.core.parse import parse_table, parse_tables
from jvopt.core.tables import SETTING_VALUES, TABLES
from tests.core.small_case import CASE

LIFE = TABLES["sites"]["life"]
NAME = TABLES["sites"]["name"]
NOW = TABLES["sites"]["now"]
TAGS = TABLES["sites"]["tags"]
START = TABLES["periods"]["start"]
ORDER = TABLES["changes"]["order"]
SHARE = TABLES["claims"]["least_share"]


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        (LIFE, 3, 3.0),
        (LIFE, np.int64(3), 3.0),
        (LIFE, Decimal("2.5"), 2.5),
        (NAME, "  001 ", "001"),
        (NAME, 1, "1"),
        (NAME, 1.0, "1"),
        (NAME, 1.5, "1.5"),
        (NAME, dt.date(2026, 1, 2), "2026-01-02"),
        (NAME, dt.datetime(2026, 1, 2, 3, 4), "2026-01-02 03:04:00"),
        (NOW, " Open", "open"),
        (TABLES["supply"]["least_take_rule"], "if used", "if_used"),
        (TAGS, " a ,b,, c", "a, b, c"),
        (TAGS, ["a", "b"], "a, b"),
        (START, "2026-01-02", dt.date(2026, 1, 2)),
        (START, "02.01.2026", dt.date(2026, 1, 2)),
        (START, "2.1.2026", dt.date(2026, 1, 2)),
        (START, dt.datetime(2026, 1, 2, 3), dt.date(2026, 1, 2)),
        (START, "2026-01-02T00:00:00", dt.date(2026, 1, 2)),
        (ORDER, 2.0, 2.0),
        (SHARE, 1, 1.0),
    ],
)
def test_cells_with_a_plain_meaning(column, cell, value):
    assert parse_cell(column, cell) == (value, "", {})


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        (LIFE, "3", "text_in_number"),
        (LIFE, True, "wrong_type"),
        (LIFE, 1j, "wrong_type"),
        (LIFE, [3], "wrong_type"),
        (LIFE, b"3", "wrong_type"),
        (LIFE, dt.date(2026, 1, 1), "wrong_type"),
        (LIFE, math.inf, "not_finite"),
        (LIFE, math.nan, "not_finite"),
        (LIFE, 10**400, "not_finite"),
        (LIFE, -0.1, "too_small"),
        (SHARE, 1.1, "too_large"),
        (ORDER, 1.5, "not_integer"),
        (NAME, {"a": 1}, "wrong_type"),
        (NAME, False, "wrong_type"),
        (NAME, math.nan, "not_finite"),
        (NAME, "\ud800", "not_text"),
        (NOW, "shut", "bad_choice"),
        (NOW, 1, "bad_choice"),
        (TAGS, [1], "wrong_type"),
        (START, "2/1/2026", "bad_date"),
        (START, "31.02.2026", "bad_date"),
        (START, "2026.01.02", "bad_date"),
        (START, "2.1.26", "bad_date"),
        (START, 2026, "bad_date"),
        (START, "2026-02-30", "bad_date"),
    ],
)
def test_cells_without_one(column, cell, code):
    assert parse_cell(column, cell)[1] == code


def test_a_number_written_as_text_is_read_out_but_not_taken():
    read = {"1 234,5": "reads as 1,234.5", "1,200": "may be 1,200 or 1.2", "1,2,3": ""}
    for text, hint in (read | {"1,200,300": "reads as 1,200,300"}).items():
        frame, (found,) = parse_table(TABLES["sites"], [{"site": "a", "life": text}])
        assert (f"It {hint}; enter it as a number, not as text." in found.hint) == bool(hint)
        assert math.isnan(frame["life"][0])


def test_blanks_are_kept_apart_from_zero_and_from_nan():
    rows = [{"site": "a", "life": None, "fixed_cost": 0}, {"site": "b", "life": math.nan}]
    frame, found = parse_table(TABLES["sites"], rows)
    assert [(i.code, i.row, i.column) for i in found] == [("not_finite", 2, "life")]
    assert frame["fixed_cost"][0] == 0
    assert math.isnan(frame["fixed_cost"][1])
    # In a DataFrame NaN is how a blank looks.
    both = pd.DataFrame(rows)
    assert parse_table(TABLES["sites"], both)[1] == []
    assert parse_table(TABLES["sites"], both.astype({"life": object}))[1] == []
    missing = parse_table(TABLES["sites"], pd.DataFrame({"site": ["a", None]}))[1]
    assert [(i.code, i.row, i.column) for i in missing] == [("missing_value", 2, "site")]


def test_what_must_be_filled_in_is_told_in_words_that_help():
    rows = [{"quantity": 1}, {"site": "A", "product": "B"}]
    hints = {i.column: i.hint for i in parse_table(TABLES["demand"], rows)[1]}
    assert hints == {
        "site": "Write one that is in sites.",
        "product": "Write one that is in products.",
        "quantity": "It means: Units wanted a year.",
    }
    (found,) = parse_table(TABLES["limits"], [{"limit": "L", "value": 1, "quantity": ""}])[1]
    assert found.hint.startswith("Write one of: sites_open, ")


def test_an_unknown_table_is_told_with_those_that_there_are():
    with pytest.raises(CaseError) as caught:
        Case(CASE).replace(weather=[], demnd=[])
    assert caught.value.issues[0].hint.startswith("Tables: settings, periods, ")
    assert caught.value.issues[1].hint == "Did you mean demand?"


def test_frames_of_any_dtype():
    frame = pd.DataFrame(
        {
            "period": pd.Series(["1", "2"], dtype="string"),
            "start": pd.to_datetime(["2026-01-01", "2027-01-01"]),
            "years": pd.array([1, None], dtype="Int64"),
        }
    ).set_axis([7, 7])
    parsed, found = parse_table(TABLES["periods"], frame)
    assert found == []
    assert parsed["start"].tolist() == [pd.Timestamp("2026-01-01"), pd.Timestamp("2027-01-01")]
    assert parsed["years"][0] == 1
    assert math.isnan(parsed["years"][1])
    assert list(parsed.index) == [0, 1]


def test_strange_columns_tables_and_repeats():
    frame = pd.DataFrame([["a", "b", 1, 2]], columns=["site", "site", "contry", "colour"])
    found = parse_tables({"sites": frame, "lane": [], "weather": []})[1]
    assert [(i.code, i.value) for i in found] == [
        ("unknown_table", "lane"),
        ("extra_table", "weather"),
        ("duplicate_column", "site"),
        ("unknown_column", "contry"),
        ("extra_column", "colour"),
    ]
    assert "Did you mean lanes?" in str(found[0])


@pytest.mark.parametrize(
    ("table", "rows", "stray", "meant"),
    [
        ("supply", "site product", "unit_price", "unit_cost"),
        ("supply", "site product", "price_USD", "unit_cost"),
        ("products", "product chargeable_mass", "weight_tonnes", "mass"),
        ("products", "product mass", "Расчётный вес", "chargeable_mass"),
        ("lanes", "origin destination", "Freight (USD/t)", "cost_per_tonne"),
        ("lanes", "origin destination cost_per_unit", "Freight (USD/t)", "cost_per_tonne"),
        # A column that must be there is named in the same message.
        ("demand", "site product", "Volume (pcs)", "quantity"),
        ("demand", "site", "wanted quantity, shortfall", "quantity, penalty"),
    ],
)
def test_a_stray_column_that_may_be_meant_for_a_missing_one(table, rows, stray, meant):
    found = parse_table(TABLES[table], [dict.fromkeys([*rows.split(), stray], "x")])[1]
    codes = [i.code for i in found if i.code not in ("text_in_number", "missing_column")]
    assert codes == ["unclear_column"]
    assert f" {meant} is not there" in found[0].message
    assert {i.column for i in found if i.code == "missing_column"}.isdisjoint(meant.split(", "))


@pytest.mark.parametrize(
    ("table", "rows", "stray", "hint"),
    [
        ("supply", "site product", "Comment", "unit_cost (counts as 0), capacity (counts as unlim"),
        ("supply", "site product", "# unit price (USD)", "unit_cost (counts as 0)"),
        ("supply", "site product", "unit mass (kg)", "unit_cost (counts as 0)"),
        ("lanes", "origin destination cost_per_tonne", "Terminal (SKD)", "cost_per_unit"),
        ("recipes", "recipe product", "Product code", ""),
        ("sites", "site fixed_cost opening_cost closing_cost", "Short name, site status", ""),
        ("sites", "site fixed_cost opening_cost closing_cost", "Manager of the day", ""),
    ],
)
def test_a_column_of_ones_own_is_passed_over(table, rows, stray, hint):
    found = parse_table(TABLES[table], [dict.fromkeys([*rows.split(), stray])])[1]
    (only,) = [i for i in found if i.code != "missing_value"]
    assert (only.code, only.severity, only.value) == ("extra_column", "warning", stray)
    assert hint in only.hint
    assert bool(hint) == bool(only.hint)


def test_repeated_keys_name_the_first_row():
    rows = [{"hs": "87", "from_date": "2026-01-01"}, {"hs": "87"}, {"hs": "87"}] * 2
    found = parse_table(TABLES["tariffs"], rows)[1]
    assert [(i.row, i.params["first"].numbers) for i in found] == [
        (3, (2,)), (4, (1,)), (5, (2,)), (6, (2,))
    ]  # fmt: skip
    assert "the same hs 87, from_date 2026-01-01." in found[1].message
    # A key that could not be read is no key.
    sites = [{"site": None}, {"site": None}]
    assert {i.code for i in parse_table(TABLES["sites"], sites)[1]} == {"missing_value"}


def test_settings_are_read_as_what_they_are():
    case = Case(
        {"settings": [{"setting": "gap", "value": 0.01}, {"setting": "Case name", "value": 7}]}
    )
    assert (case.setting("gap"), case.setting("case_name")) == (0.01, "7")
    assert case.setting("time_limit") == SETTING_VALUES["time_limit"].default
    assert case.with_settings(gap=0, base_currency="EUR").setting("gap") == 0
    assert case.with_settings(gap=None).setting("gap") == SETTING_VALUES["gap"].default
    for name, value in (
        ("gap", "small"),
        ("gap", 2),
        ("gap", "nan"),
        ("objective", "fun"),
        ("gp", 1),
    ):
        with pytest.raises(CaseError):
            case.with_settings(**{name: value})


def test_a_case_is_read_by_name_and_never_changes():
    case = Case(CASE)
    frame = case.sites
    frame["country"] = "XX"
    frame.loc[0, "site"] = "XX"
    assert case["sites"]["site"][0] == "MINSK"
    assert set(case["sites"]["country"]) == {"BY", "CN", "KZ", "UZ"}
    assert case.filled("lines")["decision"].tolist() == ["stay", "free"]
    assert pickle.loads(pickle.dumps(case)) == case
    with pytest.raises(AttributeError, match="no table 'site'"):
        _ = case.site
    with pytest.raises(CaseError, match="Did you mean sites"):
        case.replace(site=[])
    assert case.replace(sites=case.sites) == case
    assert case != case.replace(notes=[])


@pytest.mark.parametrize("name", ["tiny", "kz-assembly"])
def test_real_cases_come_back_equal(name):
    from jvopt.examples import example

    case = example(name)
    assert Case(json.loads(case.to_json())) == case


def test_the_nearest_word():
    for text, meant in (("<=", "at_most"), (">", "at_least"), ("most at", "at_most")):
        assert parse_cell(TABLES["limits"]["sense"], text)[2]["nearest"].word == meant
    assert parse_cell(TABLES["limits"]["quantity"], "open sites")[2]["nearest"].word == "sites_open"
    assert nearest("P-KAZ", ["P-KAR", "P-ALM"]) == "P-KAR"
    assert nearest("kz", ["KZ", "BY"]) == "KZ"
    assert nearest("wheat", ["P-KAR", "P-ALM"]) == ""
    assert nearest("", ["P-KAR"]) == ""
    assert nearest("москва", ["МОСКВА"]) == "МОСКВА"
    assert nearest("po1", ["P01", "PO1"]) == "PO1"
    # A letter for a digit, and letters of another alphabet.
    assert nearest("KZ-1O", ["KZ-71", "KZ-10"]) == "KZ-10"
    assert nearest("МТЗ-82", ["MTZ-1221", "MTZ-82"]) == "MTZ-82"


def test_stray_names_of_every_row_are_named_and_take_no_room():
    rows = [{f"{n}": 1, "site": f"S{n}"} for n in range(3_000)]
    tracemalloc.start()
    frame, issues = parse_table(TABLES["sites"], rows)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [i.value for i in issues] == [f"{n}" for n in range(3_000)]
    assert {i.code for i in issues} == {"extra_column"}
    assert frame["site"].tolist() == [row["site"] for row in rows]
    assert most < 40e6


def test_the_hint_of_a_bad_amount_says_where_its_currency_goes():
    row = {"country": "KZ", "amount": "648 750,5 тг"}
    (found,) = parse_table(TABLES["fees"], [row])[1]
    assert found.hint == "Write a number alone; the currency goes in the column currency."
