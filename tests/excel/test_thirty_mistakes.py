"""Thirty mistakes of thirty kinds in a Russian copy of the base network come back, all of them."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import openpyxl
import pytest
from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

import jvopt
from jvopt.core.tables import TABLES
from jvopt.examples import example
from jvopt.excel import read_workbook, sheet_names, write_answer, write_problems, write_template
from jvopt.excel.copy import MARK, SIGN
from tests.excel.support import saved


@dataclass(frozen=True)
class Mistake:
    """One planted mistake.

    Row 1 is that of the headings; "new" stands for a cell to the right of the last heading.
    """

    table: str
    column: str
    row: int
    value: Any
    code: str
    kind: str = ""  # of the cell, where it is not what openpyxl makes of the value

    def __str__(self) -> str:
        return f"{self.table}.{self.column} {self.value}"


MISTAKES = (
    Mistake("products", "mass", 3, "тяжёлый", "text_in_number"),
    Mistake("products", "customs_value", 5, "36\u00a0500,5", "text_in_number", "с запятой"),
    Mistake("products", "hs", 7, "87.01", "hs_not_digits"),
    Mistake("settings", "value", 4, "двенадцать процентов", "text_in_number", "настройки"),
    Mistake("sites", "latitude", 4, 95, "too_large"),
    Mistake("sites", "now", 6, "наверное", "bad_choice"),
    Mistake("sites", "name_ru", 8, "#NAME?", "error_cell", "e"),
    Mistake("periods", "start", 3, "01/01/2027", "bad_date"),
    Mistake("periods", "years", 5, 0, "not_positive"),
    Mistake("currencies", "rate", 2, "=1/524.32", "formula_without_value"),
    Mistake("supply", "product", 4, "BELAZ-13O", "unknown_reference"),
    Mistake("supply", "unit_cost", 6, -3, "too_small"),
    Mistake("lines", "decision", 3, "открыта", "open_line_at_closed_site"),
    Mistake("lines", "site", 5, None, "missing_value", "ссылки"),
    Mistake("lanes", "distance", 10, "#N/A", "error_cell", "e"),
    Mistake("lanes", "cost_per_tonne", 12, "#REF!", "error_cell", "e"),
    Mistake("lanes", "transit_days", 1, "Время в пути (локти)", "unknown_unit"),
    Mistake("lanes", "destination", 14, "BY-BELAZ", "lane_to_itself"),
    Mistake("lanes", "currency", 16, "EURO", "unknown_reference", "валюты"),
    Mistake("demand", "quantity", 3, "много", "text_in_number", "слово"),
    Mistake("demand", "site", 185, "KZ-11", "duplicate_key"),
    Mistake("assembly", "least", 4, 900, "least_above_most"),
    Mistake("tariffs", "ad_valorem", 1, "Ставка пошлины (км)", "wrong_unit"),
    Mistake("tariffs", "new", 1, "Источник", "duplicate_column"),
    Mistake("fees", "note", 1, "Прмечание", "unknown_column"),
    Mistake("fees", "relief", 4, 1.5, "too_large", "доли"),
    Mistake("country_groups", "kind", 3, "область", "bad_choice", "вид"),
    Mistake("limits", "for_each", 2, "площадка, планета", "unknown_for_each"),
    Mistake("changes", "order", 4, 1.5, "not_integer"),
    Mistake("incentives", "family", 3, "merge", "merged_cells", "merge"),
)


@pytest.fixture(scope="module")
def base() -> bytes:
    """The base network in Russian, with a closed site for a line that would be open."""
    case = example("kz-assembly")
    sites = case["sites"].copy()
    sites.loc[sites["site"] == "P-KAR", ["now", "decision"]] = ["closed", "closed"]
    lines = case["lines"].copy()
    lines.loc[lines["site"] == "P-KAR", ["now", "decision"]] = ["closed", "closed"]
    assembly = case["assembly"].copy()
    assembly.loc[2, "most"] = 500.0
    made, again = io.BytesIO(), io.BytesIO()
    write_template(made, case.replace(sites=sites, lines=lines, assembly=assembly), "ru")
    # As another program saves it: this one rounds numbers to 16 digits.
    openpyxl.load_workbook(made).save(again)
    return again.getvalue()


def cell_of(book: Workbook, mistake: Mistake) -> Cell:
    sheet = book[sheet_names.case_sheet(mistake.table, "ru")]
    column = len(TABLES[mistake.table].columns) + 1
    if mistake.column != "new":
        column = TABLES[mistake.table].names.index(mistake.column) + 1
    cell = sheet.cell(mistake.row, column)
    assert isinstance(cell, Cell)
    return cell


def planted(base: bytes) -> tuple[bytes, dict[str, Mistake]]:
    """Give the workbook with all mistakes, and where each of them is."""
    book = openpyxl.load_workbook(io.BytesIO(base))
    places = {}
    for mistake in MISTAKES:
        cell = cell_of(book, mistake)
        sheet = cell.parent
        places[f"{sheet.title}!{cell.coordinate}"] = mistake
        if mistake.row == 1:
            sheet.tables.clear()  # its headings would no longer be those of the sheet
        if mistake.kind == "merge":
            sheet.merge_cells(f"{cell.coordinate}:{get_column_letter(cell.column + 1)}{cell.row}")
            continue
        if mistake.code == "duplicate_key":
            for number in range(1, 5):
                sheet.cell(mistake.row, number, sheet.cell(2, number).value)
        cell.value = mistake.value
        if mistake.kind == "e":
            cell.data_type = "e"
    return saved(book), places


def mended(marked: bytes, base: bytes) -> bytes:
    """Give the annotated workbook with every planted cell as it was, saved as a planner would."""
    book = openpyxl.load_workbook(io.BytesIO(marked))
    good = openpyxl.load_workbook(io.BytesIO(base))
    for mistake in MISTAKES:
        cell, right = cell_of(book, mistake), cell_of(good, mistake)
        if mistake.kind == "merge":
            end = get_column_letter(cell.column + 1)
            cell.parent.unmerge_cells(f"{cell.coordinate}:{end}{cell.row}")
            beside = right.offset(0, 1)
            cell.parent.cell(cell.row, cell.column + 1, beside.value)
        if mistake.code == "duplicate_key":
            cell.parent.delete_rows(mistake.row)
        else:
            cell.value = right.value
            cell.data_type = right.data_type
    return saved(book)


def test_thirty_mistakes_come_back_at_their_cells_in_russian_and_mended_the_file_solves(
    base: bytes,
) -> None:
    assert len(MISTAKES) == 30
    assert len({(m.code, m.kind, m.value) for m in MISTAKES}) == 30
    bad, places = planted(base)
    reading = read_workbook(bad)
    assert reading.language == "ru"
    assert {i.place: i.code for i in reading.issues} == {p: m.code for p, m in places.items()}
    assert len(reading.issues) == 30

    answer = io.BytesIO()
    write_problems(bad, reading.issues, answer, reading.language)
    book = openpyxl.load_workbook(answer)
    front = book.worksheets[0]
    assert (front.title, front["A1"].value) == ("ошибки", "Нужно исправить: 30")
    listed = [row for row in front.iter_rows(min_row=5, values_only=True) if row[1]]
    assert [row[1] for row in listed] == [i.place for i in reading.issues]
    for severity, place, _, wrong, right in listed:
        assert severity == "ошибка"
        for words in (wrong, right):
            # Whole sentences in Russian: with Cyrillic letters, and no name of ours in between.
            assert set(words.lower()) & set("абвгдеиост"), place
            assert not any(f" {name} " in f" {words} " for name in ("not", "is", "the", "in"))
            assert words.rstrip().endswith((".", "?")), words

    marked = set()
    for sheet in book.worksheets[1:]:
        for area in sheet.conditional_formatting:
            if any(rule.formula == [MARK] for rule in area.rules):
                for part in area.sqref.ranges:
                    marked |= {f"{sheet.title}!{sheet.cell(*c).coordinate}" for c in part.cells}
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment and SIGN in cell.comment.text:
                    assert f"{sheet.title}!{cell.coordinate}" in places
    assert marked == set(places)

    good = read_workbook(mended(answer.getvalue(), base))
    assert good.issues == []
    assert good.case == read_workbook(base).case
    assert good.case is not None
    plan = jvopt.optimize(good.case, compare=False)
    assert plan.found
    plan_book = io.BytesIO()
    write_answer(mended(answer.getvalue(), base), plan, good, plan_book)
    final = openpyxl.load_workbook(plan_book)
    assert "ошибки" not in final.sheetnames
    assert final.sheetnames[0] == "план – обзор"
    assert read_workbook(plan_book.getvalue()).case == good.case
