"""The language of conditions, and changes to a table."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jvopt.core.addresses import read_change, written
from jvopt.core.case import Case
from jvopt.core.conditions import Comparison, parse_condition, selected
from jvopt.core.headings import column_meant
from jvopt.core.headings import written as written_unit
from jvopt.core.issues import CaseError
from jvopt.core.language import LANGUAGES
from jvopt.core.reading import examine
from jvopt.core.tables import TABLES

CASE = Case(
    {
        "products": [{"product": "A"}, {"product": "B C"}, {"product": "in", "mass": 2}],
        "sites": [
            {"site": "1", "country": "KZ", "tags": "plant, new", "fixed_cost": 5},
            {"site": "2", "country": "BY", "tags": "plant", "now": "closed", "life": 10},
            {"site": "3", "life": 20, "fixed_cost": 0, "name": 'the "third"'},
        ],
        "periods": [
            {"period": "2026", "start": "2026-01-01"},
            {"period": "2027", "start": "2027-01-01", "years": 2},
        ],
    }
)


def sites(where):
    rows = selected(CASE, TABLES["sites"], where)
    return CASE.sites["site"][rows].tolist()


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("", "123"),
        ("   ", "123"),
        ("country = KZ", "1"),
        ("country=KZ", "1"),
        ("country == KZ", "1"),
        ("site != hird", "123"),  # a part of a word of a name
        ("country != KZ", "23"),  # a blank country is not KZ
        ("country <> KZ", "23"),
        ("country = blank", "3"),
        ("country != blank", "12"),
        ('country = "blank"', ""),
        ("country IN (KZ, BY) AND now = open", "1"),
        ("country not in (KZ, blank)", "2"),
        ("site = 1", "1"),  # ids are text
        ("now = open", "13"),  # a blank counts as the default
        ("now = blank", "13"),
        ("now = Closed", "2"),  # choices in any case, as in tables
        ("fixed_cost = 0", "23"),
        ("fixed_cost = blank", "2"),
        ("fixed_cost < 5", "23"),
        ("life > 0", "23"),  # no default: a blank is neither less nor more
        ("life <= 10", "2"),
        ("life >= 1e1 and life < 20", "2"),
        ("life != 10", "13"),
        ("tags = plant", "12"),  # each of the tags
        ("tags = new and country = KZ", "1"),
        ("tags not in (new, old)", "23"),
        ('name = "the ""third"""', "3"),
        ("Fixed cost = 5 AND country = KZ", "1"),  # headings, in any case and language
        ("fixed COST (base currency / year) in (5)", "1"),
        ("Страна = KZ", "1"),
        ("Сейчас = закрыта", "2"),
        ('"Name (Russian)" = blank', "123"),
    ],
)
def test_rows_that_a_condition_selects(where, expected):
    assert "".join(sites(where)) == expected


def test_dates_are_compared_as_dates():
    rows = selected(CASE, TABLES["periods"], "start > 2026-06-30 and years = 2")
    assert rows.tolist() == [False, True]


def test_words_that_need_quotes():
    rows = selected(CASE, TABLES["products"], 'product in ("B C", "in")')
    assert rows.tolist() == [False, True, True]
    assert parse_condition('product = "and" and x in ("a,b")') == [
        Comparison("product", "=", ("and",)),
        Comparison("x", "in", ("a,b",)),
    ]


@pytest.mark.parametrize(
    ("where", "code", "shown"),
    [
        ("country", "bad_condition", "character 8 stands the end"),
        ("country KZ", "bad_condition", "character 9 stands KZ, where an operator"),
        ("country = ", "bad_condition", "where a value should"),
        ("country = KZ or country = BY", "bad_condition", "character 14 stands or, where 'and'"),
        ("country in KZ", "bad_condition", "character 12 stands KZ, where '('"),
        ("country in (KZ BY)", "bad_condition", "character 16 stands BY, where ')'"),
        ("country in ()", "bad_condition", "character 13 stands )"),
        ("country in (KZ,", "bad_condition", "the end"),
        ("country not KZ", "bad_condition", "where 'in'"),
        ('country = "KZ', "bad_condition", 'character 11 stands ", where a closing quote'),
        ("country = KZ and", "bad_condition", "the name of a column"),
        ("country ! KZ", "bad_condition", "character 9 stands !"),
        ("country KZ and site = 1", "bad_condition", "character 9 stands KZ, where an operator"),
        ("contry = KZ", "condition_column", "contry"),
        ("Fixed cost (USD) = 5", "condition_column", "no column Fixed cost (USD)"),
        ("country > KZ", "condition_order", "country has no order"),
        ("life > blank", "condition_order", "blank has no order"),
        ("life = long", "text_in_number", '"long" is not a number'),
        ("now = shut", "bad_choice", '"shut"'),
        ("country in (KZ, BYY)", "condition_value", "BYY"),
        ("tags != plants", "condition_value", "plants"),
        ('site in (1, "The ""THIRD""")', "condition_name", 'The "THIRD" is no value of sites.site'),
        ("site = third", "condition_name", "third is no value of sites.site"),  # in one name
    ],
)
def test_conditions_that_cannot_be_read(where, code, shown):
    with pytest.raises(CaseError) as caught:
        sites(where)
    (only,) = caught.value.issues
    assert only.code == code
    assert shown in only.message


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="site=<>!()\"', andblkKZ0123.-\n", max_size=25))
def test_no_text_breaks_the_reader(where):
    try:
        rows = selected(CASE, TABLES["sites"], where)
    except CaseError:
        return
    assert rows.shape == (3,)


def test_every_heading_on_a_sheet_may_stand_in_a_condition_and_in_a_change():
    for table in TABLES.values():
        for column in table.columns:
            for title in (*column.titles.all(), column.titles.en.upper()):
                for language in LANGUAGES:
                    unit = f" ({written_unit(column.unit, 'base currency', language)})"
                    heading = f"{title}{unit}" if column.unit else title
                    (only,) = parse_condition(f"{heading} in (a, b)")
                    assert column_meant(table.name, only.column) == column.name
                    change = read_change(f"{table.titles.ru}[{title} = 1].{heading} = 2")
                    assert (change["table"], change["column"]) == (table.name, column.name)
                    assert (change["where"], change["value"]) == (f"{title} = 1", "2")


def hints(change):
    with pytest.raises(CaseError) as caught:
        CASE.changed_by([change])
    return [(i.column, i.value, i.hint) for i in caught.value.issues]


def test_hints_name_what_is_nearest():
    fee = {"table": "Fees", "column": "AMOUNT", "action": "multiply"}
    found = hints({**fee, "where": "mode = CKD and note = 1", "value": "+20%"})
    assert found[0][:2] == ("where", "mode")
    assert "Did you mean assembly_mode?" in found[0][2]
    assert found[-1][2].startswith("For 20% more write * 1.2")
    named = {"table": "sites", "column": "life", "where": 'site = "the ""third"""', "value": 1}
    assert hints(named)[0][2] == 'the "third" is in the name of 3: write 3.'
    strange = {"table": "sites", "column": "life", "where": "country = CN", "value": 1}
    assert hints(strange)[0][2] == "Write one that stands there: KZ, BY."


def test_all_mistakes_of_a_change_are_told_at_once():
    change = {"table": "sites", "column": "life", "where": "contry = KZ and tags = plants"}
    assert [c for c, _, _ in hints({**change, "value": "1,2x"})] == ["where", "where", "value"]
    change = {"table": "sites", "column": "life", "where": "country = CN"}
    assert [c for c, _, _ in hints({**change, "value": "10%"})] == ["where", "value"]
    unknown = {"table": "site", "column": "life", "where": "a", "action": "add", "value": "b"}
    assert [c for c, _, _ in hints(unknown)] == ["table", "where", "value"]
    rows = [
        {**change, "scenario": "S", "order": 1, "value": "1"},
        {**change, "scenario": "S", "order": 1, "value": "1,2x"},
        {**change, "scenario": "U", "order": 1, "value": "10%"},
    ]
    issues = examine({**CASE.to_dict(), "scenarios": [{"scenario": "S"}], "changes": rows})[1]
    found = [(i.row, i.column) for i in issues if i.table == "changes"]
    second = [(2, "scenario"), (2, "where"), (2, "value")]
    assert found == [(1, "where"), *second, (3, "scenario"), (3, "where"), (3, "value")]


VALUES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8)


@settings(max_examples=200, deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=3))
def test_any_text_can_be_quoted(values):
    quoted = ", ".join('"' + v.replace('"', '""') + '"' for v in values)
    assert parse_condition(f"note in ({quoted})") == [Comparison("note", "in", tuple(values))]


def column(case, name):
    return case.sites[name].tolist()


def test_set_multiply_and_add():
    assert column(CASE.change("sites", "fixed_cost", 3, where="site = 2"), "fixed_cost")[1] == 3
    doubled = CASE.change("sites", "fixed_cost", 2, action="multiply")
    assert column(doubled, "fixed_cost") == [10, 0, 0]  # the blank counts as its default, 0
    more = CASE.change("sites", "life", "2.5", action="add", where="site in (1, 2)")
    assert column(more, "life")[1:] == [12.5, 20]
    assert column(more, "life")[0] != column(more, "life")[0]  # blank without default: stays so
    assert column(CASE.change("sites", "now", "Closed"), "now") == ["closed"] * 3
    assert column(CASE.change("sites", "tags", ["a", "b"], where="site = 3"), "tags")[2] == "a, b"
    blank = CASE.change("sites", "country", None, where="country = KZ")
    assert column(blank, "country") == ["", "BY", ""]
    moved = CASE.change("periods", "start", "2028-01-01", where="period = 2027")
    assert str(moved.periods["start"][1].date()) == "2028-01-01"
    assert column(CASE, "fixed_cost")[0] == 5  # the case itself never changes


@pytest.mark.parametrize(
    ("change", "code", "place"),
    [
        (("site", "now", "open"), "change_unknown_table", "table"),
        (("sites", "fixed_costs", 1), "change_unknown_column", "column"),
        (("sites", "country", 2, "multiply"), "change_of_text", "action"),
        (("sites", "life", 2, "divide"), "bad_choice", "action"),
        (("sites", "life", 2, "set", "country = KZ and site = 2"), "change_of_nothing", "where"),
        (("sites", "life", 2, "set", "country = CN"), "condition_value", "where"),
        (("sites", "life", 2, "set", "life = 15"), "condition_value", "where"),
        (("sites", "life", "20 %", "multiply"), "change_by_percent", "value"),
        (("sites", "life", 2, "add", "site = 1"), "change_of_blanks", "where"),
        (("sites", "life", None, "add"), "change_without_value", "value"),
        (("sites", "site", None), "change_to_blank", "value"),
        (("sites", "life", "long"), "text_in_number", "value"),
        (("sites", "life", "1,500"), "text_in_number", "value"),
        (("sites", "life", "2026-02-01"), "text_in_number", "value"),
        (("sites", "life", float("inf")), "not_finite", "value"),
        (("sites", "life", -1), "too_small", "value"),
        (("sites", "life", -30, "add"), "change_does_not_fit", "value"),
        (("sites", "now", "shut"), "bad_choice", "value"),
        (("sites", "site", "9"), "change_does_not_fit", "value"),  # twice the same key
        (("periods", "start", "soon"), "bad_date", "value"),
        (("sites", "life", [1]), "wrong_type", "value"),
    ],
)
def test_changes_that_do_not_fit(change, code, place):
    table, name, value, action, where = (*change, "set", "")[:5] if len(change) < 5 else change
    if len(change) == 4:
        where = ""
    with pytest.raises(CaseError) as caught:
        CASE.change(table, name, value, action=action, where=where)
    (only,) = caught.value.issues
    assert (only.code, only.table, only.row, only.column) == (code, None, None, place)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("1,200", "That is 1200 or 1.2."),
        ("5%", "That is 0.05."),
        ("2026-02-01", "give the cell the format of text, and type it again."),
    ],
)
def test_the_hint_of_a_change_gives_the_number_as_it_is_typed(typed, told):
    with pytest.raises(CaseError) as caught:
        CASE.change("sites", "life", typed)
    assert caught.value.issues[0].hint.endswith(told)


def test_a_decimal_comma_that_can_be_nothing_else_is_read():
    for typed, meant in (("1,5", 1.5), (" 0,125 ", 0.125), ("1234,567", 1234.567), ("2.", 2.0)):
        assert CASE.change("sites", "life", typed)["sites"]["life"].dropna().unique() == [meant]
    assert Case({"settings": [{"setting": "discount_rate", "value": "0,15"}]}).setting(
        "discount_rate"
    ) == 0.15  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "action", "told"),
    [
        ("120%", "multiply", "For 120% of it write * 1.2, for 120% more * 2.2, that"),
        ("+20%", "multiply", "For 20% more write * 1.2, that"),
        ("-20%", "add", "For 20% less write * 0.8, that"),
        ("20%", "add", "For 20% more write * 1.2, that"),
    ],
)
def test_what_a_percentage_may_mean_as_a_factor_is_told(typed, action, told):
    with pytest.raises(CaseError) as caught:
        CASE.change("sites", "life", typed, action=action)
    assert caught.value.issues[0].hint.startswith(told)


def test_a_share_may_be_written_in_percent():
    case = Case({"settings": [{"setting": "discount_rate", "value": "12,5 %"}]})
    assert case.setting("discount_rate") == 0.125
    demand = [{"site": n, "product": "P", "quantity": 1, "least_share": n / 4} for n in range(4)]
    case = CASE.replace(demand=demand).change(
        "demand", "least_share", "80%", where="least_share>=50%"
    )
    assert case.demand["least_share"].tolist() == [0, 0.25, 0.8, 0.8]
    with pytest.raises(CaseError, match="is not a number"):  # money is no share
        CASE.change("sites", "fixed_cost", "5%")


def test_scenarios_are_applied_in_order_and_name_the_row_that_fails():
    case = CASE.replace(
        scenarios=[{"scenario": "S"}, {"scenario": "T"}],
        changes=[
            {"scenario": "S", "order": 2, "table": "sites", "column": "fixed_cost",
             "action": "multiply", "value": 10},
            {"scenario": "T", "order": 1, "table": "sites", "column": "fixed_cost", "value": 1,
             "where": "country = CN"},
            {"scenario": "S", "order": 1, "table": "sites", "column": "fixed_cost",
             "action": "add", "value": "1"},
        ],
    )  # fmt: skip
    assert column(case.scenario("S"), "fixed_cost") == [60, 10, 10]
    with pytest.raises(CaseError) as caught:
        case.scenario("T")
    (only,) = caught.value.issues
    assert (only.table, only.row, only.column) == ("changes", 2, "where")
    with pytest.raises(CaseError, match="no scenario U"):
        case.scenario("U")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("lanes.cost = blank", ""),
        ('sites[site = A].name = "blank"', "blank"),
        ('notes[text = "a].b = 1"].text = a = b * c + d]', "a = b * c + d]"),
        ('notes.text = ""', ""),
        ('notes.text = a "b"', 'a "b"'),
        ("settings[setting = case_name].value = 1.5", "1.5"),
    ],
)
def test_a_change_ends_with_its_value(text, value):
    assert read_change(text)["value"] == value


WHERE = st.sampled_from(["", "site = A", 'name = "a].b = ""c"""', 'tags != "x]" and life > 2'])


@given(st.text() | st.sampled_from(["blank", " Blank", '"', '""', "= 1", "]"]), WHERE)
@settings(max_examples=300)
def test_what_is_written_is_read_again(value, where):
    change = {"table": "sites", "where": where, "column": "name", "action": "set", "value": value}
    assert read_change(written(change)) == change
