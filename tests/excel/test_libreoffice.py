"""LibreOffice opens our workbooks, saves them, and they read back equal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from jvopt.core.case import Case
from jvopt.core.language import Language
from jvopt.core.tables import TABLES
from jvopt.examples import example
from jvopt.excel import read_workbook, write_case, write_plan, write_problems, write_template
from tests.excel import made_by_hand as hand

Office = Callable[[Path, str], Path]


def rich_case() -> Case:
    """The case by hand with texts, numbers and blanks that programs like to change."""
    texts = ["001", "=1+1", "+7 (701)", "-5", "@home", "#N/A", "TRUE", "1e5", "2026-01-31", "1/2",
             "a\nb", "_x0041_", "<&>\"", "é😀Қаз", "'quoted"]  # fmt: skip
    # LibreOffice itself saves 15 significant digits of a number.
    numbers = [0.1, 0.333333333333333, 1e-7, 123456789.123, 999999999999.25, 1.5e-300, 0.07]
    notes = [{"topic": t, "text": t} for t in texts] + [{}, {"text": "after a blank line"}]
    tariffs = [{"hs": f"{n:04d}", "ad_valorem": v} for n, v in enumerate(numbers)]
    return hand.case().replace(notes=notes, tariffs=tariffs)


@pytest.mark.parametrize("which", ["case", "template", "plan"])
def test_saved_by_libreoffice_it_reads_back_equal(
    soffice: Office, tmp_path: Path, which: str
) -> None:
    case = rich_case()
    path = tmp_path / "ours.xlsx"
    if which == "case":
        write_case(case, path)
    elif which == "template":
        write_template(path, case)
    else:
        case = hand.case()
        write_plan(hand.plan(), path)
    mine, theirs = read_workbook(path), read_workbook(soffice(path, "xlsx"))
    for name in TABLES:
        there = theirs.tables.get(name)
        assert (there is None) == (name not in mine.tables)
        if there is not None:
            assert there.frame.equals(mine.tables[name].frame), name
    assert [str(i) for i in theirs.issues] == [str(i) for i in mine.issues]
    assert theirs.case == mine.case
    if which == "plan":
        assert theirs.case == case


def test_libreoffice_keeps_drop_downs_and_draws_charts(soffice: Office, tmp_path: Path) -> None:
    write_template(tmp_path / "template.xlsx", hand.case())
    # How long the list behind a drop-down is, as LibreOffice reckons it: it follows the rows.
    more = openpyxl.load_workbook(tmp_path / "template.xlsx")
    more["sites"]["A8"] = "one more, after the six"
    more["products"]["A5"] = "one more, after two and a blank row"
    sums = more.create_sheet("sums")
    for row, name in enumerate(("sites_site", "products_product", "claims_claim"), 1):
        sums.cell(row, 1, f"=ROWS(list_{name})")
    more.save(tmp_path / "template.xlsx")
    saved = soffice(tmp_path / "template.xlsx", "xlsx")
    reckoned = openpyxl.load_workbook(saved, data_only=True)["sums"]
    assert [cell.value for cell in reckoned["A"]] == [7, 4, 1]
    book = openpyxl.load_workbook(saved)
    rules = book["demand"].data_validations.dataValidation
    lists = {r.formula1 for r in rules if r.type == "list"}
    assert "list_sites_site" in lists
    assert "OFFSET" in book.defined_names["list_sites_site"].attr_text.upper()
    write_plan(hand.plan(), tmp_path / "plan.xlsx")
    saved = openpyxl.load_workbook(soffice(tmp_path / "plan.xlsx", "xlsx"))
    assert len(saved.worksheets[0]._charts) == 3


def test_csv_of_a_template_and_ods_are_told_apart(soffice: Office, tmp_path: Path) -> None:
    write_case(hand.case(), tmp_path / "case.xlsx")
    for kind, code in (("ods", "file_ods"), ("xls", "file_xls"), ("csv", "file_text")):
        content = soffice(tmp_path / "case.xlsx", kind).read_bytes()
        assert [i.code for i in read_workbook(content).issues] == [code]


def test_marked_copy_opens_in_libreoffice_and_is_found_anew(
    soffice: Office, tmp_path: Path
) -> None:
    write_case(hand.case(), tmp_path / "case.xlsx")
    book = openpyxl.load_workbook(tmp_path / "case.xlsx")
    book["demand"]["D2"] = "a lot"
    book["lanes"]["I3"] = "#N/A"
    book["lanes"]["I3"].data_type = "e"
    book.save(tmp_path / "bad.xlsx")
    before = read_workbook(tmp_path / "bad.xlsx").issues
    write_problems(tmp_path / "bad.xlsx", before, tmp_path / "marked.xlsx")
    after = read_workbook(soffice(tmp_path / "marked.xlsx", "xlsx")).issues
    assert [str(i) for i in after] == [str(i) for i in before]
    assert [i.place for i in before if i.severity == "error"] == ["lanes!I3", "demand!D2"]


@pytest.mark.parametrize(("name", "language"), [("kz-assembly", "ru"), ("tiny", "kk")])
def test_examples_saved_by_libreoffice_read_back_equal(
    soffice: Office, tmp_path: Path, name: str, language: Language
) -> None:
    path = tmp_path / "ours.xlsx"
    write_template(path, example(name), language)
    reading = read_workbook(soffice(path, "xlsx"))
    assert reading.language == language
    kept, there = example(name), reading.case
    assert there is not None, reading.issues[:5]
    for table in TABLES:
        # LibreOffice saves 15 significant digits of a number.
        pd.testing.assert_frame_equal(there[table], kept[table], rtol=1e-14, obj=table)
