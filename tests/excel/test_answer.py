"""The answer in the user's own file: their sheets as they were, the plan in front, never twice."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.workbook import Workbook

from jvopt.core.language import LANGUAGES, Language
from jvopt.excel import (
    Reading,
    read_workbook,
    sheet_names,
    write_answer,
    write_case,
    write_plan,
    write_problems,
)
from jvopt.excel.copy import MARK, copy_of
from jvopt.excel.look import LIGHT_GREEN, LIGHT_RED
from tests.excel import made_by_hand as hand
from tests.excel.support import parts_of, saved, zipped

DRAWING = (
    b'<drawing xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    b'r:id="rId9"/>'
)
RELATION = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'relationships/drawing" Target="/xl/drawings/drawing9.xml"/></Relationships>'
)
PICTURE = (
    b'<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing">'
    b"<xdr:oneCellAnchor><xdr:pic/></xdr:oneCellAnchor></xdr:wsDr>"
)


def own_workbook(language: Language = "en") -> Workbook:
    """The case by hand as a planner keeps it: notes, colours, formulas, sheets of their own."""
    made = io.BytesIO()
    write_case(hand.case(), made, language)
    book = openpyxl.load_workbook(made)
    demand = book[sheet_names.case_sheet("demand", language)]
    demand["C2"].comment = Comment("ask Aigul", "Daniyar")
    demand["A2"].font = Font(bold=True, color="FF00AA00")
    demand["M1"] = "My remark"
    demand["M2"] = "checked in May"
    own = book.create_sheet("Мой лист", 1)
    own["A1"], own["B1"] = "budget", 1234.5
    own["C1"] = "=B1*2"
    own.column_dimensions["A"].width = 33
    own.conditional_formatting.add("B1", openpyxl.formatting.rule.CellIsRule("greaterThan", ["5"]))
    return book


def answered(content: bytes) -> tuple[bytes, Reading]:
    reading = read_workbook(content)
    assert reading.case == hand.case(), reading.issues
    made = io.BytesIO()
    write_answer(content, hand.plan(), reading, made)
    return made.getvalue(), reading


def state(book: Workbook, sheet: str) -> Any:
    """All that a user sees of a sheet."""
    ws = book[sheet]
    cells = {
        c.coordinate: (c.value, c.font.b, c.font.color.rgb if c.font.color else None,
                       c.number_format, c.fill.fgColor.rgb, c.comment.text if c.comment else None)
        for row in ws.iter_rows() for c in row
        if c.value is not None or c.comment
    }  # fmt: skip
    widths = {k: d.width for k, d in ws.column_dimensions.items()}
    rules = [(str(a.sqref), r.type) for a in ws.conditional_formatting for r in a.rules]
    drops = sorted((str(d.sqref), d.formula1) for d in ws.data_validations.dataValidation)
    return cells, widths, rules, drops, ws.freeze_panes, sorted(ws.tables)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_users_sheets_are_as_they_were_behind_the_plan(language: Language) -> None:
    content = saved(own_workbook(language))
    answer, reading = answered(content)
    assert reading.language == language
    before, after = (openpyxl.load_workbook(io.BytesIO(c)) for c in (content, answer))
    added = after.sheetnames[: len(after.sheetnames) - len(before.sheetnames)]
    assert after.sheetnames == [*added, *before.sheetnames]
    assert added[:2] == [sheet_names.plan_overview(language), sheet_names.plan_charts(language)]
    assert all(sheet_names.is_own_sheet(name) for name in added)
    assert after.active is not None
    assert after.active.title == added[0]
    for name in before.sheetnames:
        assert state(after, name) == state(before, name), name
    again = read_workbook(answer)
    assert again.case == hand.case()
    kept = [i for i in again.issues if i.severity == "error" or i.code == "extra_table"]
    assert [i.sheet for i in kept] == ["Мой лист"]


def test_numbers_keep_their_last_digit_and_formulas_their_value() -> None:
    book = own_workbook()
    case = hand.case()
    products = case["products"]
    made = io.BytesIO()
    # 17 digits, of which openpyxl writes 16.
    write_case(case.replace(products=products.assign(mass=0.1 + 0.2)), made)
    content = made.getvalue()
    reading = read_workbook(content)
    answer = io.BytesIO()
    write_answer(content, hand.plan(), reading, answer)
    assert read_workbook(answer.getvalue()).case == reading.case
    book["demand"]["D2"] = "=1900+0"
    parts = parts_of(saved(book))
    for name in parts:
        for empty in (b"<f>1900+0</f><v></v>", b"<f>1900+0</f><v />", b"<f>1900+0</f><v/>"):
            parts[name] = parts[name].replace(empty, b"<f>1900+0</f><v>1900</v>")
    again, _ = answered(zipped(parts))
    assert openpyxl.load_workbook(io.BytesIO(again))["demand"]["D2"].value == "=1900+0"
    assert read_workbook(again).case == hand.case()


def test_an_earlier_answer_is_replaced() -> None:
    once, _ = answered(saved(own_workbook("ru")))
    twice, _ = answered(once)
    first, second = (openpyxl.load_workbook(io.BytesIO(c)) for c in (once, twice))
    assert second.sheetnames == first.sheetnames
    for name in first.sheetnames:
        assert state(second, name) == state(first, name), name


def test_where_the_copy_would_lose_something_the_plan_is_a_file_of_its_own() -> None:
    # openpyxl itself can neither keep nor add a picture here: the part is put in by hand.
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(saved(own_workbook()))) as made,
        zipfile.ZipFile(content, "w") as archive,
    ):
        for name in made.namelist():
            part = made.read(name)
            if name == "xl/worksheets/sheet2.xml":
                part = part.replace(b"</worksheet>", DRAWING + b"</worksheet>")
                archive.writestr("xl/worksheets/_rels/sheet2.xml.rels", RELATION)
                archive.writestr("xl/drawings/drawing9.xml", PICTURE)
            archive.writestr(name, part)
    answer, _ = answered(content.getvalue())
    sheets = openpyxl.load_workbook(io.BytesIO(answer))
    assert "demand" not in sheets.sheetnames
    said = [c.value for row in sheets.worksheets[0].iter_rows() for c in row if c.value]
    assert any("pictures on the sheet Мой лист" in str(words) for words in said)


def test_conflicts_lead_to_the_users_own_cells() -> None:
    book = own_workbook("ru")
    demand = book["Спрос"]
    demand.tables.clear()
    demand.insert_rows(1, 3)
    content = saved(book)
    reading = read_workbook(content)
    made = io.BytesIO()
    write_answer(content, hand.no_plan(), reading, made)
    sheet = openpyxl.load_workbook(made).worksheets[0]
    warned, *links = [c for row in sheet.iter_rows() for c in row if c.hyperlink]
    assert warned.value == "Предупреждений о данных: 2; их список здесь."
    # Row 1 of demand stood in row 2 and was moved down by three.
    assert [c.value for c in links] == ["Спрос!D5", "Линии!K2", "Линии!K2"]
    assert [c.hyperlink.location for c in links[:2]] == ["'Спрос'!D5", "'Линии'!K2"]


def test_conflict_and_change_are_marked_in_the_users_own_cells() -> None:
    """Red what cannot all hold, green what is to change; an answer later the marks are gone."""
    content = saved(own_workbook())
    made = io.BytesIO()
    write_answer(content, hand.no_plan(), read_workbook(content), made)
    book = openpyxl.load_workbook(made)
    marks = {
        (sheet.title, str(area.sqref)): rule.dxf.fill.bgColor.rgb[-6:]
        for sheet in book.worksheets
        for area in sheet.conditional_formatting
        for rule in area.rules
        if rule.formula == [MARK]
    }
    assert marks == {("demand", "D2"): LIGHT_RED, ("lines", "K2"): LIGHT_GREEN}
    comments = book["lines"]["K2"].comment.text
    assert "In conflict: capacity of line L-KAR-SKD: 3,000 units/year" in comments
    assert "To make a plan possible" in comments
    assert "at least 3,400.5 units/year needed" in comments
    again, _ = answered(made.getvalue())
    sheets = openpyxl.load_workbook(io.BytesIO(again))
    rules = [r for s in sheets.worksheets for a in s.conditional_formatting for r in a.rules]
    assert not [rule for rule in rules if rule.formula == [MARK]]
    assert "In conflict" not in str(sheets["lines"]["K2"].comment)


def test_totals_are_formulas_over_the_tables_of_the_plan() -> None:
    made = io.BytesIO()
    write_plan(hand.plan(), made)
    book = openpyxl.load_workbook(made)
    sheet = book["plan overview"]
    row = next(r for r in sheet.iter_rows() if r[0].value == "Recycling fee")
    number = row[0].row
    assert row[2].value == (
        f"=SUMIFS('plan as is'!$C$2:$C$37,'plan as is'!$B$2:$B$37,$A{number},"
        "'plan as is'!$A$2:$A$37,\"Today's network\")"
    )
    assert row[4].value == f"=B{number}-C{number}"


def test_sheets_of_the_users_own_that_are_called_like_results_stay() -> None:
    book = own_workbook()
    for name in ("Plan production 2026", "Plan as is", "Plan overview"):
        book.create_sheet(name)["A1"] = "mine"
    once, _ = answered(saved(book))
    twice, _ = answered(once)
    first, second = (openpyxl.load_workbook(io.BytesIO(c)) for c in (once, twice))
    assert first.sheetnames == second.sheetnames
    for name in ("Plan production 2026", "Plan as is", "Plan overview"):
        assert second[name]["A1"].value == "mine"
    said = [str(c.value) for row in second.worksheets[0].iter_rows() for c in row]
    assert [words for words in said if words.startswith("=SUMIFS('plan as is1'!")]
    assert not [words for words in said if words.startswith("=SUMIFS('plan as is'!")]


def test_charts_on_such_a_sheet_would_be_lost_and_are_not() -> None:
    book = own_workbook()
    book.create_sheet("Plan costs").add_chart(BarChart(), "D4")
    answer, _ = answered(saved(book))
    sheets = openpyxl.load_workbook(io.BytesIO(answer))
    said = [str(c.value) for row in sheets.worksheets[0].iter_rows() for c in row if c.value]
    assert any("charts on the sheet Plan costs" in words for words in said)


def test_a_chart_sheet_is_never_dropped_or_drawn_anew() -> None:
    book = own_workbook()
    chart = BarChart()
    chart.add_data(Reference(book["demand"], min_col=4, min_row=1, max_row=3))
    book.create_chartsheet("Our chart").add_chart(chart)
    content = saved(book)
    problems = io.BytesIO()
    write_problems(content, [], problems)
    for answer in (answered(content)[0], problems.getvalue()):
        sheets = openpyxl.load_workbook(io.BytesIO(answer))
        assert "demand" not in sheets.sheetnames
        said = [str(c.value) for row in sheets.worksheets[0].iter_rows() for c in row if c.value]
        assert any("it holds what would be lost: chart sheets." in words for words in said)


def test_an_earlier_result_that_was_given_another_name_stays() -> None:
    once, _ = answered(saved(own_workbook()))
    book = openpyxl.load_workbook(io.BytesIO(once))
    book["plan production"].title = "May"
    for sheet in [s for s in book.worksheets if s.title.startswith("plan ")]:
        book.remove(sheet)
    twice, _ = answered(saved(book))
    sheets = openpyxl.load_workbook(io.BytesIO(twice))
    assert "May" in sheets.sheetnames
    assert "plan production" in sheets.sheetnames


def test_a_file_that_was_read_is_answered_from_its_beginning() -> None:
    file = io.BytesIO(saved(own_workbook()))
    reading = read_workbook(file)
    made = io.BytesIO()
    write_answer(file, hand.plan(), reading, made)
    assert "demand" in openpyxl.load_workbook(made).sheetnames


def test_where_there_is_no_workbook_to_copy_it_is_said_why() -> None:
    reading = read_workbook(saved(own_workbook()))
    made = io.BytesIO()
    write_answer(b"", hand.plan(), reading, made)
    sheet = openpyxl.load_workbook(made).worksheets[0]
    assert any("empty" in str(c.value) for row in sheet.iter_rows() for c in row)


def test_a_stray_cell_far_out_costs_nothing() -> None:
    book = own_workbook()
    book["Мой лист"]["XFD200000"] = 1
    copy = copy_of(saved(book), "en")
    assert len(copy.workbook["Мой лист"]._cells) < 100
