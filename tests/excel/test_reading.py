"""Every mistake is found, at exactly its sheet and cell, in words that help."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from jvopt.core.case import Case
from jvopt.core.issues import CaseError
from jvopt.core.tables import TABLES
from jvopt.excel import read_excel, read_workbook, write_case, write_template
from tests.excel import made_by_hand as hand
from tests.excel.support import at, book_of, parts_of, put, read, saved, workbook, zipped


def retitle(book: Workbook, table: str, column: str, words: str) -> None:
    put(book, table, column, 1, words)


def merge(book: Workbook) -> None:
    book["supply"].merge_cells("B2:C2")


def note(book: Workbook) -> None:
    book["lanes"]["Z1"] = "my remarks"
    book["lanes"]["Z3"] = "cheap"


# Each mistake: how it is planted; where it must be found, as what, and words of message or hint.
# They stand in different tables and rows, so that none is the cause of another.
PLANTED: dict[str, tuple[Callable[[Workbook], None], str, str, str]] = {
    "number as text": (
        lambda b: put(b, "demand", "quantity", 2, "1\u00a0900,5", "s"),
        "demand!D2", "text_in_number", "reads as 1,900.5"),
    "words in a number": (
        lambda b: put(b, "demand", "price", 3, "dear", "s"),
        "demand!E3", "text_in_number", '"dear" is not a number'),
    "truth in a number": (
        lambda b: put(b, "assembly", "unit_cost", 3, value=True),
        "assembly!C3", "wrong_type", "a number"),
    "date in a number": (
        lambda b: put(b, "assembly", "unit_cost", 4, dt.date(2026, 5, 1)),
        "assembly!C4", "wrong_type", "a number"),
    "time in a number": (
        lambda b: put(b, "assembly", "unit_cost", 5, dt.time(12, 30)),
        "assembly!C5", "text_in_number", "12:30"),
    "negative": (
        lambda b: put(b, "assembly", "unit_cost", 2, -1),
        "assembly!C2", "too_small", "-1 is too small"),
    "too far north": (
        lambda b: put(b, "sites", "latitude", 3, 95),
        "sites!H3", "too_large", "at most 90"),
    "not whole": (
        lambda b: put(b, "changes", "order", 2, 1.5),
        "changes!B2", "not_integer", "whole number"),
    "not a date": (
        lambda b: put(b, "periods", "start", 3, "01/02/2027", "s"),
        "periods!B3", "bad_date", "2026-01-31"),
    "no choice": (
        lambda b: put(b, "sites", "now", 4, "opened", "s"),
        "sites!K4", "bad_choice", "open, closed"),
    "blank that must be filled in": (
        lambda b: put(b, "currencies", "rate", 2, None),
        "currencies!C2", "missing_value", "must be filled in"),
    "repeated key": (
        lambda b: b["recipes"].append(["R-SKD", "TR-80", "SKD"]),
        "recipes!A5", "duplicate_key", "row 2"),
    "unknown reference": (
        lambda b: put(b, "lanes", "destination", 2, "P-KARR", "s"),
        "lanes!B2", "unknown_reference", "did you mean P-KAR?"),
    "error": (
        lambda b: put(b, "products", "mass", 3, "#DIV/0!", "e"),
        "products!H3", "error_cell", "#DIV/0!"),
    "error in a text": (
        lambda b: put(b, "products", "name", 3, "#N/A", "e"),
        "products!B3", "error_cell", "#N/A"),
    "lost reference": (
        lambda b: put(b, "lines", "least_load", 3, "#REF!", "e"),
        "lines!Q3", "error_cell", "#REF!"),
    "formula never computed": (
        lambda b: put(b, "lines", "capacity", 4, "=1000*3"),
        "lines!K4", "formula_without_value", "never computed"),
    "merged": (merge, "supply!B2", "merged_cells", "B2:C2"),
    "heading nearly right": (
        lambda b: retitle(b, "demand", "source", "Sourse"),
        "demand!J1", "unknown_column", "did you mean Source?"),
    "heading of another word": (
        lambda b: retitle(b, "supply", "unit_cost", "Unit price (USD)"),
        "supply!D1", "unclear_column", "unit cost is not there"),
    "heading of a column that must be there": (
        lambda b: retitle(b, "recipe_inputs", "product", "Input part"),
        "recipe_inputs!B1", "unclear_column", "input is not there"),
    "heading twice": (
        lambda b: retitle(b, "sites", "fixed_cost", "Opening  COST"),
        "sites!P1", "duplicate_column", "keep one"),
    "unit of something else": (
        lambda b: retitle(b, "lanes", "distance", "Distance (t)"),
        "lanes!I1", "wrong_unit", "distance is in km"),
    "no unit": (
        lambda b: retitle(b, "products", "chargeable_mass", "Chargeable mass (stone)"),
        "products!I1", "unknown_unit", "chargeable mass is in t"),
    "heading is an error": (
        lambda b: put(b, "limits", "note", 1, "#NAME?", "e"),
        f"limits!{at('limits', 'note', 1)}", "error_cell", "#NAME?"),
    "column of one's own": (note, "lanes!Z1", "extra_column", "not read"),
    "sheet nearly right": (
        lambda b: setattr(b["throughput"], "title", "troughput"),
        "troughput", "unknown_table", "did you mean throughput?"),
    "sheet of one's own": (
        lambda b: b.create_sheet("Budget 2026").append([1]),
        "Budget 2026", "extra_table", "not read"),
    "setting": (
        lambda b: put(b, "settings", "value", 4, "eight", "s"),
        "settings!B4", "text_in_number", "number"),
    "heading row missing": (
        lambda b: [b["claims"].delete_rows(1), b["claims"].append(["CT1", "KZ"])],
        "claims!A1", "no_header", "Claim, Area"),
}  # fmt: skip


def with_change() -> Case:
    """The case by hand with a scenario, so that there is a whole number to spoil."""
    change = {"scenario": "S", "order": 1, "table": "demand", "column": "quantity",
              "action": "multiply", "value": "2"}  # fmt: skip
    return hand.case().replace(scenarios=[{"scenario": "S"}], changes=[change])


def test_planted_mistakes_are_found_each_at_its_cell() -> None:
    book = book_of(with_change)
    book["throughput"].append(["P-KAR"])
    for plant, *_ in PLANTED.values():
        plant(book)
    reading = read(book)
    assert reading.case is None
    found = {i.place: i for i in reading.issues}
    for what, (_, place, code, words) in PLANTED.items():
        assert place in found, (what, sorted(found))
        text = f"{found[place].message} {found[place].hint}"
        assert found[place].code == code, (what, text)
        assert words.lower() in text.lower(), (what, text)
    wanted = {place for _, place, _, _ in PLANTED.values()}
    assert set(found) == wanted, [str(found[place]) for place in set(found) - wanted]
    assert len(reading.issues) == len(wanted)
    for issue in reading.issues:
        assert "{" not in issue.message + issue.hint
        assert "nan" not in issue.message.split()


@pytest.mark.parametrize("what", PLANTED)
def test_one_planted_mistake_is_the_only_one(what: str) -> None:
    plant, place, code, _ = PLANTED[what]
    book = book_of(with_change)
    book["throughput"].append(["P-KAR"])
    plant(book)
    reading = read(book)
    assert [(i.place, i.code) for i in reading.issues] == [(place, code)]


def five_mistakes() -> tuple[Workbook, set[tuple[str, str]]]:
    """Give a workbook with five mistakes in demand, and what must be said of them."""
    book = book_of(hand.case)
    for product in ("TR-8O", "KIT-80"):
        book["demand"].append(["001", product, None, 5])
    put(book, "demand", "quantity", 2, "many", "s")
    put(book, "demand", "price", 3, -1)
    put(book, "demand", "least_share", 4, 3)
    put(book, "demand", "site", 5, None)
    return book, {
        ("demand!D2", "text_in_number"),
        ("demand!E3", "too_small"),
        ("demand!B4", "unknown_reference"),
        ("demand!F4", "too_large"),
        ("demand!A5", "missing_value"),
    }


def test_merged_cells_and_broken_headings_silence_no_other_mistake() -> None:
    for spoil, own in (
        (lambda sheet: sheet.merge_cells("J2:K2"), ("demand!J2", "merged_cells")),
        (lambda sheet: sheet.merge_cells("J1:K1"), ("demand!J1", "merged_cells")),
        (lambda sheet: sheet.__setitem__("N1", "#REF!"), ("demand!N1", "error_cell")),
    ):
        book, five = five_mistakes()
        spoil(book["demand"])
        book["demand"]["N1"].data_type = "e" if own[1] == "error_cell" else "n"
        book["demand"]["N2"] = "mine"
        found = {(i.place, i.code) for i in read(book).issues if i.severity == "error"}
        assert found == five | {own}


def test_nothing_follows_from_the_cells_that_a_merged_area_leaves_blank() -> None:
    book = book_of(hand.case)
    # Without its product the second tariff says the same as the third.
    for row, product in ((2, "TR-80"), (3, "KIT-80"), (4, None)):
        put(book, "tariffs", "product", row, product)
        put(book, "tariffs", "destination", row, "KZ")
        put(book, "tariffs", "hs", row, "8701", "s")
    book["tariffs"].merge_cells(f"{at('tariffs', 'product', 2)}:{at('tariffs', 'product', 3)}")
    book["demand"].merge_cells("A2:B3")
    assert [(i.place, i.code) for i in read(book).issues] == [
        ("demand!A2", "merged_cells"),
        (f"tariffs!{at('tariffs', 'product', 2)}", "merged_cells"),
    ]


def test_read_excel_raises_with_every_issue() -> None:
    book = book_of(hand.case)
    put(book, "demand", "quantity", 2, "many", "s")
    put(book, "demand", "price", 3, -1)
    with pytest.raises(CaseError) as caught:
        read_excel(saved(book))
    assert [i.place for i in caught.value.issues] == ["demand!D2", "demand!E3"]
    assert "demand!D2" in str(caught.value)


def test_rows_named_in_messages_are_rows_of_the_sheet() -> None:
    book = book_of(hand.case)
    book["demand"].insert_rows(1, 4)
    book["demand"].insert_rows(7)
    book["demand"].append(["001", "TR-80", None, 5])
    (found,) = read(book).issues
    assert (found.place, found.code) == ("demand!A9", "duplicate_key")
    assert "row 6" in found.message


def test_other_units_are_converted_and_bounds_said_in_them() -> None:
    book = book_of(hand.case)
    retitle(book, "products", "mass", "Масса, кг")
    put(book, "products", "mass", 2, 3900)
    put(book, "products", "mass", 3, 3400)
    retitle(book, "lanes", "distance", "Distance [m]")
    retitle(book, "lanes", "transit_days", "transit_days (h)")
    for row in range(2, 11):
        put(book, "lanes", "distance", row, 1_200_500)
        put(book, "lanes", "transit_days", row, 144)
    retitle(book, "demand", "least_share", "Least share served (%)")
    put(book, "demand", "least_share", 3, 90)
    retitle(book, "lines", "investment", "Investment (million USD)")
    for row in range(2, 6):
        put(book, "lines", "investment", row, 1.5)
    assert read(book).case == hand.case()
    put(book, "demand", "least_share", 3, 150)
    (found,) = read(book).issues
    assert found.place == "demand!F3"
    assert (found.message, found.value) == ("150 is too large.", "150")
    assert "at most 100" in found.hint


def test_percent_format_under_a_percent_heading_is_read_as_shown() -> None:
    book = book_of(hand.case)
    retitle(book, "demand", "least_share", "Least share served (%)")
    cell = book["demand"][at("demand", "least_share", 3)]
    cell.value, cell.number_format = 0.9, "0.0%"  # shows 90.0%
    assert read(book).case == hand.case()


@pytest.mark.parametrize(
    ("action", "column", "code"),
    [("multiply", "quantity", "change_shown_in_percent"), ("set", "least_share", None)],
)
def test_a_factor_shown_in_percent_is_not_taken(action, column, code) -> None:
    """20% typed into Excel is 0.2: as a factor a fifth, where a fifth more may be meant."""
    book = book_of(hand.case)
    row = {"scenario": "more", "order": 1, "table": "demand", "column": column, "action": action}
    for name, value in (row | {"value": 0.2}).items():
        put(book, "changes", name, 2, value)
    book["changes"][at("changes", "value", 2)].number_format = "0%"
    put(book, "scenarios", "scenario", 2, "more")
    place = f"changes!{at('changes', 'value', 2)}"
    found = [(i.code, i.place, i.value) for i in read(book).issues]
    assert found == ([(code, place, "20%")] if code else [])


def test_zeros_in_front_stay_whether_typed_or_formatted() -> None:
    book = book_of(hand.case)
    for table, column, rows in (("sites", "site", [6]), ("demand", "site", [2])):
        for row in rows:
            cell = book[table][at(table, column, row)]
            assert cell.value == "001"
            cell.value, cell.number_format = 1, "000"  # shows 001
    assert read(book).case == hand.case()


def test_a_number_that_is_not_whole_is_not_cut_to_fit_its_format() -> None:
    book = book_of(hand.case)
    cell = book["demand"][at("demand", "site", 2)]
    cell.value, cell.number_format = 1.5, "000"  # shows 002, and 001 is there too
    (found,) = [i for i in read(book).issues if i.severity == "error"]
    assert (found.place, found.code, found.value) == ("demand!A2", "unknown_reference", "1.5")


def test_a_text_that_reads_like_an_error_is_a_text() -> None:
    case = hand.case().replace(notes=[{"topic": "#N/A", "text": "#REF!"}])
    made = io.BytesIO()
    write_case(case, made)
    assert read_excel(made.getvalue()) == case


def test_computed_formulas_are_read_by_their_value() -> None:
    parts = parts_of(workbook())
    name = next(n for n, c in parts.items() if b"<v>1900</v>" in c and b"<v>2100</v>" in c)
    parts[name] = parts[name].replace(b"<v>1900</v>", b"<f>950*2</f><v>1900</v>")
    # A formula that gives an empty text has an empty value: blank, not uncomputed.
    empty = b'<c r="C2" t="str"><f>IF(1=1,"","x")</f><v></v></c>'
    parts[name] = re.sub(rb'(<c r="B2".*?</c>)', rb"\1" + empty, parts[name], count=1)
    assert read_excel(zipped(parts)) == hand.case()


def test_currency_in_a_heading_must_be_that_of_every_row() -> None:
    book = book_of(hand.case)
    retitle(book, "lines", "investment", "Investment (KZT)")
    (found,) = read(book).issues
    assert (found.place, found.code) == ("lines!H1", "wrong_currency")
    assert "row 2 counts in USD" in found.message
    for row in range(2, 6):
        put(book, "lines", "currency", row, "KZT", "s")
    assert read(book).issues == []


@pytest.mark.parametrize("table", ["lines", "line_periods"])
def test_a_currency_in_a_heading_is_not_asked_of_rows_without_their_line(table: str) -> None:
    book = book_of(hand.case)
    retitle(book, "line_periods", "fixed_cost", "fixed_cost (KZT/year)")
    book["line_periods"].append(["L-KAR-SKD", "2026"])
    put(book, "line_periods", "fixed_cost", 2, 5)
    put(book, "lines", "currency", 2, "KZT", "s")
    retitle(book, table, "line", "# mine")
    wrong = [i for i in read(book).issues if i.severity == "error" and i.table == table]
    assert [(i.code, i.column) for i in wrong] == [("missing_column", "line")]


def test_two_sheets_for_one_table() -> None:
    book = book_of(hand.case)
    book.create_sheet("Спрос").append(["Площадка"])
    found = [i for i in read(book).issues if i.severity == "error"]
    assert [(i.place, i.code) for i in found] == [("Спрос", "duplicate_table")]
    assert "demand" in found[0].message


def test_day_count_from_1904_and_prefixed_xml_are_read_alike() -> None:
    book = book_of(hand.case)
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for row, year in zip(range(2, 5), hand.PERIODS, strict=True):
        put(book, "periods", "start", row, dt.date(int(year), 1, 1))
    assert read(book).case == hand.case()
    parts = parts_of(saved(book_of(hand.case)))
    for name, part in parts.items():
        if name.startswith("xl/worksheets/sheet"):
            prefixed = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", part)
            parts[name] = prefixed.replace(b' xmlns="', b' xmlns:x="', 1)
    assert read_excel(zipped(parts)) == hand.case()


def test_empty_template_says_what_is_required(tmp_path: Path) -> None:
    write_template(tmp_path / "template.xlsx")
    reading = read_workbook(tmp_path / "template.xlsx")
    required = {name for name, table in TABLES.items() if table.required}
    assert required <= {i.table for i in reading.issues}
    assert all(i.sheet == i.table for i in reading.issues)


def test_hidden_and_protected_is_read_and_hidden_is_mentioned() -> None:
    book = book_of(hand.case)
    demand = book["demand"]
    demand.row_dimensions[3].hidden = True
    demand.auto_filter.ref = "A1:E5"
    book["notes"].sheet_state = "hidden"
    for sheet in book.worksheets:
        sheet.protection.sheet = True
    reading = read(book)
    assert reading.case == hand.case()
    assert {(i.code, i.place) for i in reading.issues} == {
        ("hidden_rows", "demand!A3"),
        ("hidden_sheet", "notes"),
    }
    assert "all the same: 3." in next(i for i in reading.issues if i.code == "hidden_rows").message
