"""Workbooks in English, Russian and Kazakh: complete, told apart, and read back as they were."""

from __future__ import annotations

import io
import json
import string
from collections.abc import Iterator
from typing import get_args

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import get_column_letter

import jvopt
from jvopt.core.analyses import ANALYSES
from jvopt.core.headings import choice_of, column_of, plain, table_of, title_of
from jvopt.core.language import LANGUAGES, Language, word
from jvopt.core.phrases import choice_word
from jvopt.core.plan import Plan, Termination
from jvopt.core.plan_tables import ENDS, PLAN_TABLES
from jvopt.core.schema import Column, Table
from jvopt.core.tables import SETTING_VALUES, TABLES
from jvopt.core.units import read_unit
from jvopt.examples import example
from jvopt.examples import names as example_names
from jvopt.excel import Reading, read_workbook, sheet_names, write_case, write_plan, write_template
from jvopt.excel.case_book import heading
from jvopt.excel.result_tables import result_heading
from jvopt.excel.result_words import ResultWords
from jvopt.service.last import Last
from jvopt.service.task import Task
from jvopt.service.work import perform
from tests.excel import made_by_hand as hand

CYRILLIC = set("абвгдежзийклмнопрстуфхцчшщъыьэюяәғқңөұүһі")


def columns() -> Iterator[tuple[Table, Column]]:
    for table in TABLES.values():
        for column in table.columns:
            yield table, column


@pytest.mark.parametrize("language", LANGUAGES)
def test_sheets_can_be_called_so_and_are_told_apart(language: Language) -> None:
    called = [sheet_names.case_sheet(name, language) for name in TABLES]
    called += [sheet_names.plan_sheet(name, language) for name in PLAN_TABLES]
    called += [
        f(language)
        for f in (
            sheet_names.read_me,
            sheet_names.problems,
            sheet_names.plan_overview,
            sheet_names.plan_charts,
        )
    ]
    assert len(set(map(plain, called))) == len(called)
    for name in called:
        # Excel allows 31 letters; a long result goes on on a sheet with a number.
        assert len(name) <= 29
        assert not set(name) & set("[]:*?/\\'")


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_with_their_units_are_read_as_they_are_written(language: Language) -> None:
    for table, column in columns():
        name, words = column_of(table.name, heading(table, column, language))
        assert name == column.name, (table.name, column.name)
        if column.numeric and column.unit:
            unit = read_unit(words, column.unit)
            assert (unit.factor, unit.currencies) == (1.0, ()), (table.name, column.name, words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_of_a_table_are_told_apart(language: Language) -> None:
    for table in TABLES.values():
        titles = [plain(title_of(c, language)) for c in table.columns]
        assert len(set(titles)) == len(titles), table.name
    for table in PLAN_TABLES.values():
        titles = [plain(result_heading(c, "USD", language)) for c in table.columns]
        assert len(set(titles)) == len(titles), table.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_drop_downs_fit_and_mean_one_choice_each(language: Language) -> None:
    for column in [*(c for _, c in columns()), *SETTING_VALUES.values()]:
        if not column.choices:
            continue
        words = [choice_word(language, choice) for choice in column.choices]
        # What Excel takes of a list in the rule itself.
        assert len(",".join(words)) <= 255, column.name
        assert not any("," in w for w in words)
        assert [choice_of(column, w) for w in words] == list(column.choices)


def test_everything_is_said_in_the_language_of_the_workbook() -> None:
    for language in ("ru", "kk"):
        book = io.BytesIO()
        write_template(book, language=language)
        sheets = openpyxl.load_workbook(book)
        assert sheets.sheetnames[1:] == [sheet_names.case_sheet(name, language) for name in TABLES]
        for sheet in sheets.worksheets:
            texts = [c.value for row in sheet.iter_rows() for c in row if isinstance(c.value, str)]
            texts += [c.comment.text for c in sheet[1] if c.comment]
            texts += [rule.error for rule in sheet.data_validations.dataValidation if rule.error]
            for text in texts:
                letters = {*text.lower()} & CYRILLIC
                # Ids that people type in conditions and JSON stand in the read me as they are.
                assert letters or text in (*TABLES, "CO2"), (sheet.title, text)


@pytest.mark.parametrize(
    ("written", "asked", "hint"),
    [
        ("ru", "en", "Write one of: открыта, закрыта."),
        ("en", "ru", "Укажите одно из значений: open, closed."),
    ],
)
def test_messages_in_another_language_name_what_stands_in_the_workbook(
    written: Language, asked: Language, hint: str
) -> None:
    book = io.BytesIO()
    write_case(hand.case(), book, written)
    sheets = openpyxl.load_workbook(book)
    sites = sheets[sheet_names.case_sheet("sites", written)]
    sites.cell(2, TABLES["sites"].names.index("now") + 1, "shutting")
    spoilt = io.BytesIO()
    sheets.save(spoilt)
    (found,) = read_workbook(spoilt.getvalue(), asked).issues
    assert found.hint == hint


def test_a_missing_sheet_is_called_as_the_workbook_would_call_it() -> None:
    book = io.BytesIO()
    write_case(hand.case(), book, "ru")
    sheets = openpyxl.load_workbook(book)
    sheets.remove(sheets["Спрос"])
    without = io.BytesIO()
    sheets.save(without)
    found = read_workbook(without.getvalue(), "en").issues
    assert [i.place for i in found if i.code == "missing_table"] == ["Спрос"]


def test_an_unknown_text_is_said_in_english() -> None:
    assert word("ru", "no such text") == "no such text"


def test_the_fields_of_translations_are_those_of_the_text() -> None:
    """Filling a translation in never fails: `tools/generate.py --check` compares the same."""
    from tools.words import stale_words, texts

    assert stale_words() == []
    assert all(string.Formatter().parse(text) for _, text in texts())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", example_names())
def test_examples_come_back_equal_from_a_template_in_every_language(
    name: str, language: Language
) -> None:
    case = example(name)
    for write in (write_template, write_case):
        book = io.BytesIO()
        if write is write_template:
            write_template(book, case, language)
        else:
            write_case(case, book, language)
        reading = read_workbook(book.getvalue())
        assert reading.case == case, reading.issues[:5]
        assert reading.language == language
        assert not [i for i in reading.issues if i.code.startswith(("extra", "unknown"))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plan_in_every_language_is_passed_over_on_the_way_in(language: Language) -> None:
    book = io.BytesIO()
    write_plan(hand.plan(), book, language)
    reading = read_workbook(book.getvalue())
    assert (reading.case, reading.issues) == (hand.case(), [])
    sheets = openpyxl.load_workbook(io.BytesIO(book.getvalue()), data_only=True)
    assert sheets.sheetnames[0] == sheet_names.plan_overview(language)
    # The figures are the same in every language: 499.0 million by hand, from hand.COSTS.
    total = next(
        row for row in sheets.worksheets[0].iter_rows() if row[0].value == word(language, "Total")
    )
    assert total[1].value == pytest.approx(499.0e6)


@pytest.mark.parametrize(
    ("language", "warnings"),
    [
        ("en", {"lanes": "my_colour is not a column", "sites!F6": "KAZ is not a country code"}),
        ("ru", {"Маршруты": "Столбец «my_colour» не предусмотрен", "Площадки!F6": "«KAZ» — не"}),
        ("kk", {"Бағыттар": "«my_colour» бағаны", "Алаңдар!F6": "«KAZ» —"}),
    ],
)
def test_warnings_of_a_json_case_are_in_its_plan_in_every_language(
    language: Language, warnings: dict[str, str]
) -> None:
    raw = hand.case().to_dict()
    raw["lanes"][1]["my_colour"] = "red"
    raw["sites"][4]["country"] = "KAZ"
    task = Task(
        json.dumps(raw).encode(), "json", "xlsx",
        language=language, plan=json.dumps(hand.plan().to_dict()).encode(),
    )  # fmt: skip
    answer = perform(task, lambda step: None, lambda: False, Last())
    book = openpyxl.load_workbook(io.BytesIO(answer.output or b""))
    sheet = book[sheet_names.plan_sheet("messages", language)]
    told = {row[1]: row[2] for row in sheet.iter_rows(min_row=2, values_only=True) if row[1]}
    assert all(told.get(place, "").startswith(words) for place, words in warnings.items()), told


def test_a_plan_and_a_report_say_the_same_words() -> None:
    words, reading = ResultWords(hand.case(), "ru"), Reading(hand.case(), [], language="ru")
    parts = words.of_plan(hand.no_plan(), "conflicts", reading)["part"]
    assert list(parts) == ["противоречие", "противоречие", "изменение"]
    # The setting of that name is called otherwise, and so are words of its drop-down.
    ended = words.known(ANALYSES["whatif"].table("comparison")["termination"])["time_limit"]
    assert ended == words.known(PLAN_TABLES["summary"]["value"])["time_limit"] != "Лимит времени"
    assert words.known(PLAN_TABLES["as_is"]["item"])["profit"] == "прибыль"


def test_what_the_user_wrote_is_no_word_of_ours() -> None:
    named = hand.case().with_settings(case_name="optimal")
    rows = [("case", "optimal", ""), ("termination", "optimal", ""), ("gap", 0.1234567, "share")]
    summary = pd.DataFrame(rows, columns=["item", "value", "unit"])
    ended = {"state": "succeeded", "termination": "optimal", "found": True}
    plan = Plan(named, {"summary": summary}, **ended)  # type: ignore[arg-type]
    told = ResultWords(named, "ru").of_plan(plan, "summary", Reading(named, [], language="ru"))
    assert list(told["value"]) == ["optimal", "найден оптимум", 0.123457]


@pytest.mark.parametrize("name", ["tiny", "transport"])
def test_every_word_of_a_plan_is_declared(name: str) -> None:
    assert get_args(Termination) == ENDS
    case = example(name)
    plan = jvopt.optimize(case)
    own = {"", case.setting("case_name"), case.setting("base_currency")}
    for table in PLAN_TABLES.values():
        for column in table.columns:
            if column.choices:
                cells = {c for c in plan[table.name][column.name] if isinstance(c, str)}
                assert cells <= own | {*column.choices}, (table.name, column.name)


def test_a_workbook_in_mixed_languages_is_read() -> None:
    book = io.BytesIO()
    write_case(hand.case(), book, "ru")
    mixed = openpyxl.load_workbook(book)
    sheet = mixed[sheet_names.case_sheet("demand", "ru")]
    sheet.tables.clear()
    sheet.title = "demand"
    for cell, column in zip(sheet[1], TABLES["demand"].columns, strict=True):
        cell.value = title_of(column, "kk")
    mixed.save(again := io.BytesIO())
    reading = read_workbook(again.getvalue())
    assert (reading.case, reading.language) == (hand.case(), "ru"), reading.issues


def test_an_issue_calls_a_sheet_what_it_is_called_in_the_workbook() -> None:
    write_case(hand.case(), book := io.BytesIO(), "en")
    changed = openpyxl.load_workbook(book)
    changed["lanes"]["A3"] = "Nowhere"
    changed.save(again := io.BytesIO())
    found = next(i for i in read_workbook(again.getvalue(), "ru").issues if i.severity == "error")
    assert found.message == "Неизвестное значение «Nowhere»: его нет в списке «sites»."


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_of_a_change_is_chosen_from_those_of_the_workbook(language: Language) -> None:
    made = io.BytesIO()
    write_template(made, example("tiny"), language)
    book = openpyxl.load_workbook(made)
    rules = book[sheet_names.case_sheet("changes", language)].data_validations.dataValidation
    (rule,) = [rule for rule in rules if rule.formula1 == "list_tables"]
    column = TABLES["changes"].names.index("table") + 1
    assert str(rule.sqref).startswith(f"{get_column_letter(column)}2:")
    assert not rule.showErrorMessage  # names in other languages may be written as well
    ((sheet, cells),) = book.defined_names["list_tables"].destinations
    listed = [cell.value for (cell,) in book[sheet][cells]]
    assert [table_of(str(words)) for words in listed] == list(TABLES)
