"""The user's own workbook with its problems listed, linked and marked."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from jvopt.excel import read_workbook, write_case, write_plan, write_problems
from jvopt.excel.copy import MARK
from tests.excel import made_by_hand as hand
from tests.excel.support import parts_of, saved, zipped


def bad_book(*, plan: bool = False) -> Workbook:
    """A user's file with two errors and a warning, a comment, a colour and a formula of theirs."""
    made = io.BytesIO()
    if plan:
        write_plan(hand.plan(), made)
    else:
        write_case(hand.case(), made)
    book = openpyxl.load_workbook(made)
    book["demand"]["D2"] = "a lot"
    book["demand"]["D2"].comment = Comment("ask Aigul", "me")
    book["demand"]["D2"].fill = PatternFill("solid", start_color="FFFF00")
    book["lanes"]["B3"] = "P-KSO"
    mine = book.create_sheet("My sums")
    mine["A1"], mine["A2"] = 7, "=A1*2"
    return book


def with_value_of_formula(content: bytes) -> bytes:
    """As Excel saves it: the formula with its value."""
    parts = parts_of(content)
    for name in parts:
        for blank in (b"<f>A1*2</f><v></v>", b"<f>A1*2</f><v />", b"<f>A1*2</f><v/>"):
            parts[name] = parts[name].replace(blank, b"<f>A1*2</f><v>14</v>")
    assert b"<v>14</v>" in b"".join(parts.values())
    return zipped(parts)


def annotated(content: bytes) -> bytes:
    made = io.BytesIO()
    write_problems(content, read_workbook(content).issues, made)
    return made.getvalue()


def marked(sheet: Worksheet) -> set[str]:
    """The cells that our red rule covers."""
    return {
        str(area.sqref)
        for area in sheet.conditional_formatting
        for rule in area.rules
        if rule.formula == [MARK]
    }


def listed(sheet: Worksheet) -> list[tuple[str, str]]:
    rows = [[c.value for c in row[:2]] for row in sheet.iter_rows()]
    return [(str(a), str(b)) for a, b in rows if a in ("error", "warning")]


def test_problems_are_listed_linked_and_marked() -> None:
    content = with_value_of_formula(saved(bad_book()))
    answer = annotated(content)
    book = openpyxl.load_workbook(io.BytesIO(answer))
    assert book.sheetnames[0] == "problems"
    assert book.active.title == "problems"
    sheet = book["problems"]
    assert sheet["A1"].value == "Problems to mend: 2; warnings: 1"
    assert listed(sheet) == [("error", "lanes!B3"), ("error", "demand!D2"), ("warning", "My sums")]
    links = [c.hyperlink.location for c in sheet["B"] if c.hyperlink]
    assert links == ["'lanes'!B3", "'demand'!D2", "'My sums'!A1"]
    assert marked(book["demand"]) == {"D2"}
    assert marked(book["lanes"]) == {"B3"}
    remark = book["demand"]["D2"].comment.text
    assert remark.startswith("ask Aigul")
    assert '"a lot" is not a number' in remark
    assert "P-KOS" in book["lanes"]["B3"].comment.text
    # Their own look and sums are as they were, the values of formulas included.
    assert book["demand"]["D2"].fill.start_color.rgb.endswith("FFFF00")
    assert book["My sums"]["A2"].value == "=A1*2"
    values = openpyxl.load_workbook(io.BytesIO(answer), data_only=True)
    assert values["My sums"]["A2"].value == 14
    assert values["demand"].data_validations.dataValidation
    assert values["demand"].tables["demand"].ref == "A1:K3"


def test_marks_go_away_when_mended_and_never_double() -> None:
    content = with_value_of_formula(saved(bad_book()))
    once = annotated(content)
    twice = annotated(once)
    first, second = read_workbook(content), read_workbook(twice)
    assert [str(i) for i in first.issues] == [str(i) for i in second.issues]
    book = openpyxl.load_workbook(io.BytesIO(twice))
    assert book.sheetnames.count("problems") == 1
    assert book["demand"]["D2"].comment.text.count("is not a number") == 1
    book["demand"]["D2"] = 1900
    book["lanes"]["B3"] = "P-KOS"
    mended = saved(book)
    assert read_workbook(with_value_of_formula(mended)).case == hand.case()
    clean = openpyxl.load_workbook(io.BytesIO(annotated(mended)))
    assert clean["demand"]["D2"].comment.text == "ask Aigul"
    assert clean["lanes"]["B3"].comment is None
    assert not marked(clean["demand"])
    assert not marked(clean["lanes"])


def test_a_sheet_of_the_users_own_called_problems_stays() -> None:
    book = bad_book()
    book.create_sheet("Problems")["A1"] = "rust on the gate"
    answer = openpyxl.load_workbook(io.BytesIO(annotated(saved(book))))
    assert answer["Problems"]["A1"].value == "rust on the gate"
    assert listed(answer.worksheets[0])


def test_an_earlier_result_is_replaced_and_its_charts_are_no_loss() -> None:
    answer = annotated(saved(bad_book(plan=True)))
    book = openpyxl.load_workbook(io.BytesIO(answer))
    assert "demand" in book.sheetnames
    assert not [name for name in book.sheetnames if name.startswith("plan ")]


def test_what_would_be_lost_stays_out_and_is_named(tmp_path: Path) -> None:
    book = bad_book()
    book["My sums"].add_chart(BarChart(), "D4")
    answer = annotated(saved(book))
    alone = openpyxl.load_workbook(io.BytesIO(answer))
    assert alone.sheetnames == ["problems"]
    assert "charts on the sheet My sums" in alone["problems"]["A2"].value
    assert listed(alone["problems"])[0] == ("error", "lanes!B3")
    assert not [c for c in alone["problems"]["B"] if c.hyperlink]
    write_problems(saved(book), [], tmp_path / "list.xlsx")
    assert (tmp_path / "list.xlsx").exists()


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n"])
def test_a_file_that_is_no_workbook_gets_a_list_alone(content: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(annotated(content)))
    assert book.sheetnames == ["problems"]
    assert len(listed(book["problems"])) == 1


def test_a_column_that_is_all_wrong_is_one_range() -> None:
    made = io.BytesIO()
    write_case(hand.case(), made)
    book = openpyxl.load_workbook(made)
    for row in range(2, 6):
        book["lines"][f"H{row}"] = "=WEBSERVICE(1)"
        book["lines"][f"H{row}"].data_type = "s"
    answer = openpyxl.load_workbook(io.BytesIO(annotated(saved(book))))
    assert marked(answer["lines"]) == {"H2:H5"}
    values = [row[2].value for row in answer["problems"].iter_rows() if row[0].value == "error"]
    assert values == ["=WEBSERVICE(1)"] * 4
    assert all(c.data_type != "f" for r in answer["problems"].iter_rows() for c in r)
