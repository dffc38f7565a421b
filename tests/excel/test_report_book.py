"""The report of an analysis as a workbook: what stands where, in each language."""

import io
from itertools import pairwise

import pandas as pd
import pytest
from openpyxl import load_workbook

from jvopt.core.analyses.breakeven import BREAKEVEN
from jvopt.core.language import LANGUAGES, word
from jvopt.core.phrases import Amount, Percent, Phrase, Voice
from jvopt.core.report import Report
from jvopt.excel import read_excel, sheet_names, write_report
from tests.models.support import case

PROBLEM = case(
    products="product name;P Pump",
    sites="site name country;A Minsk BY;M Astana KZ",
    supply="site product unit_cost;A P 10",
    lanes="origin destination cost_per_unit;A M 1",
    demand="site product quantity;M P 50",
)


def report():
    """Make a report with a row in most tables."""
    why = [("dear", 0, "the case as it is", 550.0), ("dear", 1, "supply.unit_cost * 2", 500.0),
           ("dear", 2, "dear", 1050.0)]  # fmt: skip
    moved = [("dear", "A", "M", "road", "P", 50.0, 40.0, -10.0)]
    columns = ["scenario", "origin", "destination", "mode", "product", "before", "after"]
    costs = [("dear", "purchase", 500.0, 1000.0, 500.0), ("dear", "revenue", 0.0, -10.0, -10.0)]
    return Report(
        PROBLEM,
        "whatif",
        {
            "why": pd.DataFrame(why, columns=["scenario", "step", "what", "amount"]),
            "flows": pd.DataFrame(moved, columns=[*columns, "difference"]),
            "costs": pd.DataFrame(
                costs, columns=["scenario", "kind", "before", "after", "difference"]
            ),
        },
        [Phrase("{scenario} costs {amount} {currency} ({share}) more; {openings}.",
                scenario="dear", amount=Amount(500.0), currency="USD", share=Percent(0.909),
                openings=Phrase("the same sites and lines are open"))],
        complete=False,
    )  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_stands_where(language):
    content = io.BytesIO()
    write_report(report(), content, language)
    book = load_workbook(io.BytesIO(content.getvalue()))
    first = book[sheet_names.report_overview(language)]
    shown = [c.value for row in first.iter_rows() for c in row if c.value is not None]
    say = Voice(language, titles=True).say
    assert say("What if?") in shown
    assert say("Not finished: what follows is what was found so far.") in shown
    assert report().findings[0].said(Voice(language)) in shown
    assert any("dear" in str(s) and say("Why it costs more or less") in str(s) for s in shown)
    assert len(first._charts) == 1
    flows = next(s for s in book if s.title == sheet_names.report_sheet(_table("flows"), language))
    assert [c.value for c in flows[2]][:5] == ["dear", "Minsk", "Astana", "road", "Pump"]
    costs = book[sheet_names.report_sheet(_table("costs"), language)]
    assert costs["B2"].value == word(language, "Purchase", "cost")
    # The case is in it too, and reads back as it was; the report's sheets are known as ours.
    assert read_excel(io.BytesIO(content.getvalue())) == PROBLEM


@pytest.mark.parametrize(("language", "kind"), [("ru", "линия"), ("kk", "желі")])
def test_charts_apart_are_named_in_the_language(language, kind):
    columns = ["element", "name", "in_plan", "cost_in", "cost_out", "end_in", "end_out"]
    choices = pd.DataFrame([("line", "L1", "yes", 0.0, 5.0, "optimal", "optimal")], columns=columns)
    content = io.BytesIO()
    write_report(Report(PROBLEM, "whynot", {"choices": choices}, []), content, language)
    book = load_workbook(io.BytesIO(content.getvalue()))
    shown = [
        c.value for row in book[sheet_names.report_overview(language)].iter_rows() for c in row
    ]
    assert any(str(s).endswith(f": {kind}") for s in shown)


def _table(name):
    return report().analysis.table(name)


def test_a_table_longer_than_a_sheet_goes_on_on_the_next(monkeypatch):
    monkeypatch.setattr("jvopt.excel.result_tables.ROWS_PER_SHEET", 1)
    content = io.BytesIO()
    write_report(report(), content, "en")
    book = load_workbook(io.BytesIO(content.getvalue()))
    assert [book[name]["C2"].value for name in ("result costs", "result costs 2")] == [500, 0]
    assert read_excel(io.BytesIO(content.getvalue())) == PROBLEM


def test_the_waterfall_leads_from_total_to_total():
    content = io.BytesIO()
    write_report(report(), content, "en")
    sheet = load_workbook(content)["result overview"]
    rows = [[c.value for c in row[:6]] for row in sheet.iter_rows()]
    at = next(n for n, row in enumerate(rows) if row[0] == "Step")
    assert rows[at + 1] == ["the case as it is", None, 0, 550, 0, 0]
    assert rows[at + 2] == ["supply.unit_cost * 2", 500, 550, 0, 500, 0]
    assert rows[at + 3] == ["dear", None, 0, 1050, 0, 0]


@pytest.mark.parametrize(("step", "form"), [(6.7e6, "#,##0,,"), (4e5, "#,##0.0,,"), (9e3, "#,##0")])
def test_axes_of_money_count_in_millions_and_no_two_marks_look_alike(step, form):
    steps = [("dear", 0, "as it is", 1320e6), ("dear", 1, "rail", step),
             ("dear", 2, "dear", 1320e6 + step)]  # fmt: skip
    why = pd.DataFrame(steps, columns=["scenario", "step", "what", "amount"])
    content = io.BytesIO()
    write_report(Report(PROBLEM, "whatif", {"why": why}, []), content, "ru")
    (chart,) = load_workbook(content)[sheet_names.report_overview("ru")]._charts
    shown = form + f'"{word("ru", "M")}"' if form.endswith(",,") else form
    assert chart.y_axis.number_format.formatCode == shown


def test_what_is_longer_than_a_page_begins_on_the_page_of_the_text_before_it():
    curve = pd.DataFrame(
        {"value": range(100), "objective": range(1407_900_000, 1408_000_000, 1000)}
    )
    empty = {name: pd.DataFrame(columns=BREAKEVEN.table(name).names, dtype=object)
             for name in ("intervals", "breaks")}  # fmt: skip
    long = Phrase("The same plan is best for {figure} from {low} to {high}.",
                  figure="lanes[" + "KZ-SITE, " * 60 + "]", low=0.0, high=99.0)  # fmt: skip
    content = io.BytesIO()
    tables = {**empty, "curve": curve}
    write_report(Report(PROBLEM, "breakeven", tables, [long]), content, "en")
    sheet = load_workbook(content)["result overview"]
    assert not sheet.row_breaks.brk
    (chart,) = sheet._charts
    assert chart.y_axis.number_format.formatCode == "#,##0"  # in millions marks would look alike
    (told,) = [cell for cell in sheet["A"] if str(cell.value).startswith("The same plan")]
    merged = [area for area in sheet.merged_cells.ranges if told.coordinate in area]
    assert [(area.min_row, area.max_row) for area in merged] == [(told.row, told.row)]
    assert told.alignment.wrap_text
    assert sheet.row_dimensions[told.row].height >= 3 * 15


def test_the_chart_of_a_part_longer_than_a_page_is_kept_whole():
    points = 1000
    curve = pd.DataFrame({"value": range(points), "objective": [1e9 + n for n in range(points)]})
    empty = {name: pd.DataFrame(columns=BREAKEVEN.table(name).names, dtype=object)
             for name in ("intervals", "breaks")}  # fmt: skip
    content = io.BytesIO()
    told = [Phrase("Said in one line.")] * 34
    write_report(Report(PROBLEM, "breakeven", {**empty, "curve": curve}, told), content, "en")
    sheet = load_workbook(content)["result overview"]
    (chart,) = sheet._charts
    assert [mark.id for mark in sheet.row_breaks.brk] == [chart.anchor._from.row]
    # Of a curve too long for the page the points that are drawn reach from end to end.
    drawn = [cell.value for cell in sheet["A"] if isinstance(cell.value, int | float)]
    assert (drawn[0], drawn[-1]) == (0, points - 1)
    assert len(drawn) < points


LONG = "lanes[origin in (BY-MTZ, BY-GSM, BY-BELAZ) and mode = rail].cost_per_tonne_km * 1.2"


def test_no_chart_is_printed_on_two_pages_and_each_hides_what_it_alone_needs():
    rows = [
        (f"s{n}", step, what, amount)
        for n in range(12)
        for step, (what, amount) in enumerate([("as is", 500.0), (LONG, 50.0), ("end", 550.0)])
    ]
    why = pd.DataFrame(rows, columns=["scenario", "step", "what", "amount"])
    content = io.BytesIO()
    write_report(Report(PROBLEM, "whatif", {"why": why}, []), content, "en")
    sheet = load_workbook(content)["result overview"]
    assert not sheet.sheet_properties.pageSetUpPr.fitToPage  # else breaks are not heeded
    breaks = [mark.id for mark in sheet.row_breaks.brk]
    assert len(breaks) >= 2
    row_cm, inch = 15.0 * 2.54 / 72, 2.54
    room = (21.0 - 2 * 0.6 * inch) / (sheet.page_setup.scale / 100)

    def tall(first, after):
        heights = (sheet.row_dimensions[row].height or 15.0 for row in range(first + 1, after + 1))
        return sum(heights) * inch / 72

    ends = [*breaks, sheet.max_row]
    assert max(tall(a, b) for a, b in pairwise([0, *ends])) <= room
    headings = [cell.row for cell in sheet["C"] if cell.value == "Floats on"]
    assert len(sheet._charts) == len(headings) == 12
    for chart, heading in zip(sheet._charts, headings, strict=True):
        start = chart.anchor._from
        end = start.row + chart.anchor.ext.height / 914400 * inch / row_cm
        assert not any(start.row < mark < end for mark in breaks)
        # From the column of "Floats on", over the headings and the three rows below.
        assert (start.col, start.row < heading, end >= heading + 3) == (2, True, True)
