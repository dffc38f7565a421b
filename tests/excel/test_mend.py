"""A workbook mended from afar: numbers as meant, and no formula with the value of another day."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula

from jvopt.core.issues import CaseError
from jvopt.core.language import Language
from jvopt.examples import path
from jvopt.excel import read_workbook, write_template
from jvopt.excel.book import Book
from jvopt.excel.cached import Exact, put_back
from jvopt.excel.copy import NotCopied
from jvopt.excel.dependants import dependants
from jvopt.excel.mend import mended, typed
from tests.excel import made_by_hand as hand


def computed(book: Workbook, values: dict[str, dict[str, bytes]]) -> bytes:
    """Save a workbook as if a spreadsheet program had computed some of its formulas."""
    exact = {
        sheet: Exact({address.encode(): (b"n", value) for address, value in found.items()})
        for sheet, found in values.items()
    }
    return Book(book, values=exact).content()


def unvalued(content: bytes) -> list[str | None]:
    """Cells that are reported as formulas without a value."""
    return [i.cell for i in read_workbook(content).issues if i.code == "formula_without_value"]


def test_a_formula_that_depends_on_a_mended_cell_loses_its_value() -> None:
    book = openpyxl.load_workbook(path("tiny"))
    book["demand"]["D3"] = "=D2*0.6"
    book["demand"]["E2"], book["demand"]["E3"] = '=INDIRECT("D2")', "=60"
    content = computed(book, {"demand": {"D3": b"60", "E2": b"9", "E3": b"8"}})
    assert unvalued(mended(content, {}, "en")) == []
    assert unvalued(mended(content, {("demand", "D2"): "10"}, "en")) == ["E2", "D3"]


@pytest.mark.parametrize(
    "formula",
    [
        "=D2*0.6",
        "=SUM($D$1:$D5)",
        "=SUM(demand!2:5)",
        "=SUM(DEMAND!$D:$D)",
        "='It''s aside'!B1+1",  # through another formula
        "=SUMIF(demand!A1:D9,1,A1)",
        '=INDIRECT("A1")',
        "=OFFSET(A1,1,3)",
        "=Wanted+1",
        "=A1:INDEX(D1:D1,1)",
        "=SUM(goods[[#This Row],[price]])",
        "=A1#",
    ],
)
def test_what_depends_on_a_cell(formula: str) -> None:
    book = a_book(formula)
    assert ("demand", 3, 4) in dependants(book, [("demand", 2, 4)])


@pytest.mark.parametrize(
    "formula", ["=D4*0.6", "=SUM(D4:D9,lanes!D2:D4)", '=IF("D2"="",5,6)', "=[1]Sheet1!D2", "=60"]
)
def test_what_does_not(formula: str) -> None:
    book = a_book(formula)
    assert dependants(book, [("demand", 2, 4)]) == {("It's aside", 1, 2)}


def a_book(formula: str) -> Workbook:
    book = Workbook()
    book.active.title = "demand"
    book["demand"]["D3"] = formula
    book.create_sheet("lanes")
    book.create_sheet("It's aside")["B1"] = "=demand!$D$2+1"
    book.defined_names["Wanted"] = DefinedName("Wanted", attr_text="demand!$D$2")
    return book


def test_the_cells_of_an_array_formula_go_with_it() -> None:
    book = openpyxl.load_workbook(path("tiny"))
    book["demand"]["D2"] = ArrayFormula("D2:D3", "=lanes!D2:D3*2")
    book["demand"]["D3"] = 60
    content = computed(book, {"demand": {"D2": b"50"}})
    found = read_workbook(mended(content, {("lanes", "D3"): "10"}, "en")).issues
    assert {i.cell for i in found if i.severity == "error"} == {"D2", "D3"}


@pytest.mark.parametrize("text", ["E5", "e12", "+e3", "-", "12,500", "-1,000", "1e999", "1 000"])
def test_what_is_no_certain_number_stays_a_text(text: str) -> None:
    assert typed(text) == text


@pytest.mark.parametrize(
    ("text", "number"), [("0,125", 0.125), (".5", 0.5), ("1e3", 1000), ("1\u00a0000,5", 1000.5)]
)
def test_a_certain_number_is_one(text: str, number: float) -> None:
    assert typed(text) == number


def test_a_sheet_that_is_not_there_is_named() -> None:
    with pytest.raises(CaseError, match="the sheet Nowhere is missing"):
        mended(path("tiny").read_bytes(), {("Nowhere", "A2"): "7"}, "en")


def test_a_long_text_is_kept_whole_or_refused() -> None:
    long = "-" + "word " * 6_000 + "end"
    made = mended(path("tiny").read_bytes(), {("demand", "M2"): long}, "en")
    cell = openpyxl.load_workbook(io.BytesIO(made))["demand"]["M2"]
    assert (cell.value, cell.data_type) == (long, "s")
    with pytest.raises(NotCopied, match=r"32,767 letters at most.*demand!M2 has 32,768"):
        mended(path("tiny").read_bytes(), {("demand", "M2"): "x" * 32_768}, "en")


def test_an_ambiguous_number_is_told_of() -> None:
    made = mended(path("tiny").read_bytes(), {("demand", "D2"): "12,500"}, "en")
    assert [(i.cell, i.code) for i in read_workbook(made).issues] == [("D2", "text_in_number")]


@pytest.mark.parametrize(("language", "day"), [("en", "2027-01-01"), ("ru", "01.01.2027")])
def test_a_date_typed_as_its_hint_says_is_one(language: Language, day: str) -> None:
    made = io.BytesIO()
    write_template(made, hand.case())
    bad = mended(made.getvalue(), {("periods", "B3"): "spring"}, language)
    (found,) = read_workbook(bad, language).issues
    assert re.sub(r"\d", "0", day) in re.sub(r"\d", "0", found.hint)
    assert read_workbook(mended(bad, {("periods", "B3"): day}, language)).case == hand.case()


def test_many_long_numbers_are_put_back_at_once() -> None:
    digits = b"0.30000000000000004"
    places = [f"A{n}".encode() for n in range(1, 20_001)]
    xml = b"".join(b'<c r="%b" t="n"><v>0.3</v></c>' % place for place in places)
    made = put_back(xml + b'<c r="B1"><v>0.3</v></c>', Exact(numbers=dict.fromkeys(places, digits)))
    assert made.count(digits) == 20_000
    assert made.endswith(b'<c r="B1"><v>0.3</v></c>')
