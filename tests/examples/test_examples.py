"""Every example: fresh, clean, and there by name."""

import re

import pytest

import jvopt.examples
from jvopt.core.checks import check
from jvopt.core.issues import errors, warnings
from jvopt.core.tables import TABLES
from jvopt.examples.make import CASES
from jvopt.examples.make.__main__ import fresh, stale
from jvopt.excel import read_excel, write_case


def test_workbooks_hold_what_their_scripts_make():
    assert stale() == []


def test_a_workbook_with_other_headings_is_out_of_date(tmp_path):
    case, file = jvopt.examples.example("tiny"), tmp_path / "tiny.xlsx"
    write_case(case, file)
    assert fresh(file, case)
    write_case(case, file, "ru")
    assert read_excel(file) == case
    assert not fresh(file, case)


def test_names():
    assert jvopt.examples.names() == list(CASES)
    with pytest.raises(KeyError, match="did you mean kz-assembly"):
        jvopt.examples.example("kz-assembl")
    with pytest.raises(KeyError, match="tiny"):
        jvopt.examples.path("nothing like it")


@pytest.mark.parametrize("language", ["ru", "kk"])
@pytest.mark.parametrize("name", jvopt.examples.names())
def test_an_example_tells_of_itself_in_each_language(name, language):
    """Just the texts that are told differ, and each of them is in the language."""
    case, told = jvopt.examples.example(name), jvopt.examples.example(name, language)
    differ = {}
    for table in TABLES:
        mine, theirs = case[table], told[table]
        for column in mine:
            same = (mine[column] == theirs[column]) | (mine[column].isna() & theirs[column].isna())
            for row in mine.index[~same]:
                differ[table, column, row] = mine.loc[row, column]
                assert re.search("[а-яё]", theirs.loc[row, column]), theirs.loc[row, column]
    assert sorted(differ.values()) == sorted(jvopt.examples.texts(name))
    titled = [text for (table, *_), text in differ.items() if table == "settings"]
    assert titled == [case.setting("case_name")] * (name != "transport")  # which has no title
    about = {"transport": "problem"}.get(name, "what this is")
    notes = case.notes["text"][case.notes["topic"] == about].tolist()
    assert [text for (table, *_), text in differ.items() if table == "notes"] == notes
    places = {(table, column) for table, column, _ in differ}
    expected = (
        {("notes", "text")} if name == "transport" else {("notes", "text"), ("settings", "value")}
    )
    if name == "kz-assembly":
        expected |= {("scenarios", "description"), ("sites", "owner"), ("claims", "note")}
    if name == "kz-reference":
        expected |= {("scenarios", "description")}
    assert expected <= places


def test_there_is_no_fourth_language():
    with pytest.raises(ValueError, match="give one of en, ru, kk"):
        jvopt.examples.example("tiny", "de")


EXPLAINED = {
    # With every line closed there is none left of which one mode could be open.
    ("kz-reference", "no_plant"): ["limit_selects_nothing"],
}


@pytest.mark.parametrize("name", jvopt.examples.names())
def test_examples_and_their_scenarios_are_clean(name):
    case = jvopt.examples.example(name)
    for scenario in ["", *case.scenarios["scenario"]]:
        found = check(case.scenario(scenario) if scenario else case)
        assert [str(issue) for issue in errors(found)] == []
        explained = EXPLAINED.get((name, scenario), [])
        assert [issue.code for issue in warnings(found)] == explained, scenario


@pytest.mark.parametrize("name", jvopt.examples.names())
def test_every_source_named_is_explained(name):
    """S14;S32 in a source column stands in the notes with title and address."""
    case = jvopt.examples.example(name)
    explained = set(case.notes["topic"])
    for table in TABLES:
        for cell in case[table]["source"]:
            for word in filter(None, cell.split(";")):
                if word.startswith("S") and word[1:].isdigit():
                    assert f"source {word}" in explained, (table, word)
