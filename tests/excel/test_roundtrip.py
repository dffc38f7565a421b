"""Export, import, export gives the same case, whatever the tables hold."""

from __future__ import annotations

import datetime as dt
import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from jvopt.core.case import Case
from jvopt.core.headings import column_of, table_of
from jvopt.core.language import LANGUAGES, Language
from jvopt.core.parse import parse_tables
from jvopt.core.schema import Column
from jvopt.core.tables import TABLES
from jvopt.excel import read_excel, read_workbook, write_case, write_plan, write_template
from jvopt.excel.package import open_package
from jvopt.excel.read import read_tables
from tests.excel import made_by_hand as hand

# A cell that is called like a table, in any language, means it.
# Lone surrogates and noncharacters are no text: no workbook can hold them.
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=12) | st.sampled_from(
    ["001", "=1+1", "+7 (701)", "-5", "@home", "'quoted", "#N/A", "TRUE", "1e5", "2026-01-31",
     "a\nb", "a\r\nb", "tab\there", "_x0041_", "_x005F_", "<&>\"]]>", "\u00a0", "  ", "é😀Қаз",
     "\x00", "\x1b[31m", "\ue0e0#N/A"]
)  # fmt: skip


def values(column: Column) -> st.SearchStrategy[Any]:
    """Any value that the column may take, blank among them."""
    if column.numeric:
        low = -1e12 if column.least is None else column.least
        high = 1e12 if column.most is None else column.most
        whole = st.integers(int(low), int(high))
        cell = whole if column.kind == "integer" else whole | st.floats(low, high)
    elif column.kind == "date":
        cell = st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31))
    elif column.choices:
        cell = st.sampled_from(column.choices)
    else:
        cell = TEXT.filter(lambda text: bool(text.strip()) or not column.required)
        cell = cell.filter(lambda text: table_of(text) is None)
    return cell if column.required else st.none() | cell


def rows(table: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(
        st.fixed_dictionaries({c.name: values(c) for c in TABLES[table].columns}), max_size=4
    )


def typed(raw: dict[str, Any]) -> dict[str, pd.DataFrame]:
    return parse_tables(raw)[0]


def comes_back(raw: dict[str, Any], language: Language) -> None:
    """Write a case in a language and read it again: every cell is as it was."""
    tables = typed(raw)
    made = io.BytesIO()
    write_case(Case.from_parsed(tables), made, language)
    reread, issues = read_tables(open_package(made.getvalue()))
    assert issues == []
    again = typed({name: read.frame for name, read in reread.items()})
    for name in TABLES:
        pd.testing.assert_frame_equal(again[name], tables[name], check_exact=True, obj=name)


CASES = st.fixed_dictionaries({name: rows(name) for name in TABLES})


@pytest.mark.parametrize("language", LANGUAGES)
@given(raw=CASES)
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
def test_every_cell_comes_back(language: Language, raw: dict[str, Any]) -> None:
    comes_back(raw, language)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@given(raw=CASES)
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_cell_of_hundreds_of_cases_comes_back(
    language: Language, raw: dict[str, Any]
) -> None:
    comes_back(raw, language)


def test_case_template_and_plan_read_back_equal() -> None:
    plan = hand.plan()
    for write in (
        lambda file: write_case(plan.case, file),
        lambda file: write_template(file, plan.case),
        lambda file: write_plan(plan, file),
        lambda file: write_plan(hand.no_plan(), file),
    ):
        made = io.BytesIO()
        write(made)
        reading = read_workbook(made.getvalue())
        assert reading.case == plan.case, reading.issues


def test_moved_columns_blank_rows_and_notes_of_ones_own_change_nothing(tmp_path: Path) -> None:
    path = tmp_path / "case.xlsx"
    write_template(path, hand.case())
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        if sheet.title not in TABLES:
            continue
        grid = [[cell.value for cell in row] for row in sheet.iter_rows()]
        order = list(range(len(grid[0])))[::-1]
        sheet.tables.clear()
        sheet.delete_rows(1, sheet.max_row)
        sheet["A1"] = f"All about {sheet.title}"
        sheet.merge_cells("A1:E1")
        for row, line in enumerate(grid):
            for number, place in enumerate(order):
                cell = sheet.cell(3 + 2 * row, number + 2, line[place])
                cell.data_type = "s" if isinstance(line[place], str) else cell.data_type
    book.move_sheet("demand", -5)
    book.create_sheet("My own sheet")["B2"] = "keep"
    book.save(path)
    reading = read_workbook(path)
    assert reading.case == hand.case(), reading.issues
    assert [i.code for i in reading.issues] == ["extra_table"]


def test_text_like_a_formula_is_text(tmp_path: Path) -> None:
    path = tmp_path / "case.xlsx"
    write_plan(hand.plan(), path)
    book = openpyxl.load_workbook(path)
    cell = book["sites"]["B6"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=Astana market", "s", True)
    ours = re.compile(r"=(SUM\(|SUMIFS\('plan |SUBTOTAL\(109,|B\d+-C\d+$)")
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f" or ours.match(cell.value), (sheet.title, cell.value)


def test_same_case_gives_same_bytes_in_another_process(tmp_path: Path) -> None:
    program = (
        "import sys; from jvopt.excel import write_case, write_plan;"
        "from tests.excel import made_by_hand as hand;"
        "write_case(hand.case(), sys.argv[1]); write_plan(hand.plan(), sys.argv[2])"
    )
    root = str(Path(__file__).parents[2])
    files = []
    for seed in ("1", "2"):
        paths = [tmp_path / f"{kind}{seed}.xlsx" for kind in ("case", "plan")]
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": root, "TZ": f"UTC-{seed}"}
        command = [sys.executable, "-c", program, *map(str, paths)]
        subprocess.run(command, check=True, env=environment, timeout=120)
        files.append([path.read_bytes() for path in paths])
    assert files[0] == files[1]
    with zipfile.ZipFile(io.BytesIO(files[0][0])) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}


def test_what_a_cell_cannot_hold_is_refused() -> None:
    long = hand.case().replace(notes=[{"text": "x" * 32_767}])
    made = io.BytesIO()
    write_case(long, made)
    assert read_excel(made.getvalue()) == long
    too_long = hand.case().replace(notes=[{"text": "x" * 32_768}])
    with pytest.raises(ValueError, match="32,768"):
        write_case(too_long, io.BytesIO())


@pytest.mark.parametrize("lang", [0, 1, 2])
def test_titles_are_understood_and_tell_columns_apart(lang: int) -> None:
    for table in TABLES.values():
        assert table_of(f"  {table.titles.all()[lang].upper()} ") == table.name
        for column in table.columns:
            heading = column.titles.all()[lang]
            found = {column_of(table.name, h)[0] for h in (heading, column.name)}
            assert found == {column.name}, (table.name, heading)


def test_headings_in_russian_and_kazakh(tmp_path: Path) -> None:
    path = tmp_path / "case.xlsx"
    write_template(path, hand.case())
    book = openpyxl.load_workbook(path)
    for number, sheet in enumerate(book.worksheets[1:]):
        table = TABLES[sheet.title]
        lang = number % 2 + 1
        sheet.tables.clear()
        for column, cell in zip(table.columns, sheet[1], strict=True):
            unit = {"t": "т", "km": "км", "units/year": "шт./год", "years": "жыл"}.get(column.unit)
            cell.value = column.titles.all()[lang] + (f" ({unit})" if unit else "")
        sheet.title = table.titles.all()[lang]
    book.save(path)
    reading = read_workbook(path)
    assert reading.case == hand.case(), reading.issues
