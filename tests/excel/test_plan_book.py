"""The workbook of a plan: what a director reads, charts, tables, speed."""

from __future__ import annotations

import io
import re
import time
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
import python_calamine
from openpyxl.worksheet.worksheet import Worksheet

from jvopt.core.called import at_plant, own_name
from jvopt.core.case import Case
from jvopt.core.plan import Plan
from jvopt.core.plan_tables import PLAN_TABLES
from jvopt.core.tables import TABLES
from jvopt.excel import overview, read_workbook, sheet_names, write_plan
from jvopt.excel.figures import Figures
from tests.excel import made_by_hand as hand


@pytest.fixture(scope="module")
def content() -> bytes:
    made = io.BytesIO()
    write_plan(hand.plan(), made)
    return made.getvalue()


def beside(sheet: Worksheet, label: str) -> list[Any]:
    """The cells of the row that begins with a label."""
    row = next(r for r in sheet.iter_rows() if r[0].value == label)
    return [cell.value for cell in row[1:] if cell.value is not None]


def below(sheet: Worksheet, label: str) -> Any:
    cell = next(c for r in sheet.iter_rows() for c in r if c.value == label)
    return sheet.cell(cell.row + 1, cell.column).value


def test_summary_shows_what_a_director_asks(content: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    sheet = book.worksheets[0]
    assert sheet.title == "plan overview"
    assert sheet["A1"].value == "Tractors for Kazakhstan"
    assert sheet["A2"].value == "The best plan, proven to within 0.01% of the best possible."
    # By hand, from hand.COSTS: 499.0 million, and 563.7 and 724.4 for the other networks.
    assert below(sheet, "Total cost") == pytest.approx(499.0e6)
    assert below(sheet, "Saving against today") == pytest.approx(64.7e6)
    assert below(sheet, "Saving against no plant at all") == pytest.approx(225.4e6)
    assert below(sheet, "Plants open") == "3 of 3"
    # Each year 12 of 4,000 units are short.
    assert below(sheet, "Demand met") == pytest.approx(1 - 12 / 4000)
    assert below(sheet, "Audit") == "passed"
    assert beside(sheet, "Recycling fee") == pytest.approx([31.0e6, 88.7e6, 143.1e6, -57.7e6])
    assert beside(sheet, "Total") == pytest.approx([499.0e6, 563.7e6, 724.4e6, -64.7e6])
    # 1,500 a year, open in two of three years at 80 and 100%.
    made = ["Tractor 80 hp", "CKD", "2027 to 2028", 2700.0, 0.9]
    assert beside(sheet, "Karaganda: CKD line") == made
    assert beside(sheet, "Karaganda") == [6780.0, 2700.0, 0.0]


def test_charts_are_native_and_show_cells_of_the_summary(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        charts = [archive.read(n).decode() for n in archive.namelist() if "charts/chart" in n]
    titles = (
        "From today's network to this plan",
        "How full the lines are",
        "Production by plant and mode",
        "Cost by kind, beside purchase",
        "Demand served and short",
    )
    assert len(charts) == len(titles)
    text = " ".join(charts)
    for title in titles:
        assert title in text
    ranges = set(re.findall(r"<(?:c:)?f>'([^']+)'!\$([A-Z]+)\$(\d+)(?::\$[A-Z]+\$(\d+))?<", text))
    assert {sheet for sheet, *_ in ranges} == {"plan overview", "plan charts"}
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    for sheet, column, first, last in ranges:
        for row in range(int(first), int(last or first) + 1):
            assert book[sheet][f"{column}{row}"].value is not None, (sheet, column, row)


def test_what_a_table_leaves_out_is_added_up(monkeypatch) -> None:
    monkeypatch.setattr(overview, "_MOST_MARKETS", 1)
    made = io.BytesIO()
    write_plan(hand.plan(), made)
    sheet = openpyxl.load_workbook(made)["plan charts"]
    served = hand.plan()["service"].groupby("site")["met"].sum()
    (rest,) = beside(sheet, "and 1 more")[:1]
    at = next(cell.row for cell in sheet["A"] if cell.value == "and 1 more")
    assert served.sum() == pytest.approx(rest + sheet.cell(at - 1, 2).value)


def test_one_sheet_for_each_table_that_has_rows(content: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(content))
    plan = hand.plan()
    filled = [name for name in PLAN_TABLES if len(plan[name])]
    cases = [name for name in TABLES if len(plan.case[name]) or TABLES[name].required]
    pages = ["plan overview", "plan charts"]
    assert book.sheetnames == [*pages, *map(sheet_names.plan_sheet, filled), "read me", *cases]
    sheet = book["plan shipments"]
    titles = [cell.value for cell in sheet[1]]
    assert titles[:4] == ["Origin", "Destination", "Mode", "Product"]
    assert titles[-5:] == ["Freight (USD)", "Duty (USD)", "Duty claim", "Fee (USD)", "CO2 (t)"]
    (table,) = sheet.tables.values()
    assert (table.ref, table.autoFilter.ref, sheet.freeze_panes) == ("A1:P8", "A1:P7", "B2")
    # Names in place of ids, and below the rows their sum, which follows the filters.
    there = [cell.value for cell in sheet["B"][1:7]]
    assert there == ["=Astana market", "Almaty market"] * 3
    assert (sheet["A8"].value, sheet["J8"].value) == ("Total", "=SUBTOTAL(109,J2:J7)")
    assert sheet["L2"].value == 237654.321
    assert sheet["L2"].number_format == "#,##0"
    assert book["plan service"]["G2"].number_format == "0.0%"


def test_without_a_plan_the_conflicts_lead_to_their_cells() -> None:
    made = io.BytesIO()
    write_plan(hand.no_plan(), made)
    book = openpyxl.load_workbook(made)
    sheet = book.worksheets[0]
    assert sheet["A2"].value == "There is no plan that keeps every limit."
    links = [c for r in sheet.iter_rows() for c in r if c.hyperlink]
    assert [c.value for c in links] == ["demand!D2", "lines!K2", "lines!K2"]
    for link in links:
        table, _, cell = link.hyperlink.location.replace("'", "").partition("!")
        assert book[table][cell].value in (1900, 3000)
    assert read_workbook(made.getvalue()).case == hand.case()


@pytest.mark.parametrize(
    ("termination", "found", "gap", "said"),
    [
        ("optimal", True, 0.0, "The best plan, proven."),
        ("time_limit", True, 0.0123, "The best possible is at most 1.23% better."),
        ("interrupted", True, float("nan"), "when the search was stopped"),
        ("time_limit", False, float("nan"), "No plan was found before the time limit"),
        ("unbounded", False, float("nan"), "profit has no limit"),
    ],
)
def test_status_is_said_in_words(termination: Any, found: bool, gap: float, said: str) -> None:
    summary = pd.DataFrame(
        {"item": ["objective", "gap"], "value": [1.0, gap], "unit": ["USD", "share"]}
    )
    plan = Plan(
        hand.case(), {"summary": summary}, state="succeeded", termination=termination, found=found
    )
    made = io.BytesIO()
    write_plan(plan, made)
    assert said in openpyxl.load_workbook(made).worksheets[0]["A2"].value


def test_odd_names_and_figures_are_written_as_they_are() -> None:
    odd = "=cmd|' /C calc'!A0\x07"
    case = hand.case().with_settings(case_name=odd)
    messages = pd.DataFrame({"severity": ["note"], "place": [""], "text": ["@" + "x" * 5000]})
    lines = hand.plan()["lines"].assign(utilisation=np.nan, capacity=np.nan)
    plan = Plan(
        case,
        {"messages": messages, "lines": lines, "production": hand.plan()["production"]},
        state="succeeded",
        termination="time_limit",
        found=True,
    )
    made = io.BytesIO()
    write_plan(plan, made)
    sheet = openpyxl.load_workbook(made).worksheets[0]
    assert (sheet["A1"].data_type, sheet["A1"].value[:4]) == ("s", "=cmd")
    assert read_workbook(made.getvalue()).case == case


def test_hundred_thousand_shipments_in_some_seconds(tmp_path: Path) -> None:
    count = 100_000
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            c.name: rng.random(count) * 1e5
            if c.numeric
            else np.char.add("id ", rng.integers(0, 500, count).astype(str)).astype(object)
            for c in PLAN_TABLES["shipments"].columns
        }
    )
    plan = Plan(
        hand.case(), {"shipments": frame}, state="succeeded", termination="optimal", found=True
    )
    before = time.process_time()
    write_plan(plan, tmp_path / "plan.xlsx")
    # Here 2 s; writing cell by cell takes over a minute.
    assert time.process_time() - before < 20
    rows = python_calamine.load_workbook(tmp_path / "plan.xlsx").get_sheet_by_name("plan shipments")
    *written, total = rows.to_python()[1:]
    assert written == frame.to_numpy().tolist()
    assert total[9] == pytest.approx(frame["quantity"].sum())


def test_result_longer_than_a_sheet_goes_on_on_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jvopt.excel.result_tables.ROWS_PER_SHEET", 4)
    made = io.BytesIO()
    write_plan(hand.plan(), made)
    book = openpyxl.load_workbook(made)
    parts = [book[n] for n in ("plan lines", "plan lines 2", "plan lines 3")]
    assert [sheet.max_row for sheet in parts] == [5, 5, 5]
    assert read_workbook(made.getvalue()).case == hand.case()
    # A part adds up to no total, and no formula reaches over several sheets.
    ends = [book[name]["A"][-1].value for name in ("plan shipments", "plan shipments 2")]
    assert ends == ["Total of this sheet"] * 2
    fees = beside(book["plan overview"], "Recycling fee")
    assert fees[:3] == pytest.approx([31.0e6, 88.7e6, 143.1e6])


def test_what_the_user_wrote_is_no_formula_and_breaks_nothing() -> None:
    plan = hand.plan()
    modes = {"SKD": "=SKD", "CKD": "CKD\x07"}
    made = plan["production"]
    tables = {name: plan[name] for name in PLAN_TABLES}
    tables["production"] = made.assign(assembly_mode=made["assembly_mode"].replace(modes))
    raw = plan.case.to_dict()
    raw["settings"][1]["value"] = "US\x07"
    named = Plan(Case(raw), tables, state="succeeded", termination="optimal", found=True)
    target = io.BytesIO()
    write_plan(named, target)
    sheet = openpyxl.load_workbook(target)["plan overview"]
    headings = {c.value: c.data_type for row in sheet.iter_rows() for c in row}
    assert headings["=SKD"] == "s"
    assert headings["CKD\u25a1"] == "s"


def test_a_line_that_rests_in_between_is_not_open_throughout() -> None:
    plan = hand.plan()
    lines = plan["lines"]
    shut = (lines["line"] == "L-KAR-SKD") & (lines["period"] == "2027")
    tables = {name: plan[name] for name in PLAN_TABLES}
    tables["lines"] = lines.assign(open=lines["open"].mask(shut, 0.0))
    rests = Plan(plan.case, tables, state="succeeded", termination="optimal", found=True)
    open_ = Figures(rests).lines().set_index("line")["open"]
    assert open_["L-KAR-SKD"] == "2026, 2028"
    assert open_["L-KAR-CKD"] == "2027 to 2028"
    assert open_["L-URA-FULL"] == "2028"
    assert open_["L-KOS-SKD"] == "throughout"


def test_a_line_is_named_with_its_plant_once_whatever_language_it_is_named_in() -> None:
    raw = hand.plan().case.to_dict()
    sites = {row["site"]: row for row in raw["sites"]}
    sites["P-KAR"] |= {"name_ru": "Караганда", "name_kk": "Қарағанды"}
    sites["P-KOS"] |= {"name_ru": "Костанай"}
    lines = {row["line"]: row for row in raw["lines"]}
    lines["L-KAR-SKD"] |= {"name": "Karaganda: SKD", "name_ru": "Караганда: линия SKD"}
    lines["L-KAR-CKD"]["name"] = "Karaganda, CKD"
    lines["L-KOS-SKD"]["name"] = "Kostanay"
    tables = {name: hand.plan()[name] for name in PLAN_TABLES}
    named = Plan(Case(raw), tables, state="succeeded", termination="optimal", found=True)
    lines = Figures(named, "kk").lines().set_index("line")
    label = lines["label"]
    assert label["L-KAR-SKD"] == "Қарағанды: линия SKD"  # Kazakh falls back to Russian
    assert label["L-KAR-CKD"] == "Қарағанды: CKD"
    assert label["L-KOS-SKD"] == "Костанай"
    assert label["L-URA-FULL"] == "Uralsk: FULL line"
    assert lines["own"].to_dict() == {
        "L-KAR-SKD": "линия SKD", "L-KAR-CKD": "CKD", "L-KOS-SKD": "", "L-URA-FULL": "FULL line",
    }  # fmt: skip


def test_only_a_whole_word_of_a_lines_name_is_that_of_its_plant() -> None:
    assert own_name("Al", "Alpha 2", ["AL"]) == "Alpha 2"
    assert at_plant("Al", "Alpha 2", ["AL"]) == "Al: Alpha 2"
    assert own_name("Al", "Al 2", []) == own_name("Al", "AL, 2", ["AL"]) == "2"


def test_the_summary_reads_like_a_table_for_people(content: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(content))
    summary, as_is = book["plan summary"], book["plan as is"]
    titles = [cell.value for cell in summary[1]]
    value, after = (summary.cell(2, titles.index("Value") + n) for n in (1, 2))
    assert value.number_format.startswith("[>=1000]#,##0;")
    assert (after.alignment.horizontal, after.alignment.indent) == ("left", 1)
    for sheet in (summary, as_is):
        at = [cell.value for cell in sheet[1]].index("Item") + 1
        items = [sheet.cell(row, at).value for row in range(2, sheet.max_row + 1)]
        assert all(item[0].isupper() for item in items if item), items
