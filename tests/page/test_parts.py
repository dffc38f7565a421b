"""What the page shows, without a browser: numbers, charts, the map, the levers, drafts."""

from __future__ import annotations

import io
import json
import math
from datetime import UTC, datetime
from types import SimpleNamespace

import numpy as np
import openpyxl
import pandas as pd
import pytest

from jvopt.core.analyses import Chart
from jvopt.core.language import LANGUAGES
from jvopt.core.plan import Plan
from jvopt.core.plan_tables import PLAN_TABLES
from jvopt.examples import example, path
from jvopt.excel import look, read_workbook
from jvopt.excel.figures import Figures
from jvopt.excel.mend import mended, typed
from jvopt.page import atlas, charts, levers, palette
from jvopt.page.atlas import Choice
from jvopt.page.desk import plan_of
from jvopt.page.downloads import as_csv, file_name
from jvopt.page.drafts import Draft, Place
from jvopt.page.geography import region_names, specification
from jvopt.page.goods import claim_words, claims, kits, margin
from jvopt.page.plants import closed_plants, open_plants
from jvopt.page.reports import drawn
from jvopt.page.rows import figure_first, within
from jvopt.page.screens import _inside
from jvopt.page.speaker import Speaker, spoken
from jvopt.page.states import FAILED_WORDS, failure_words
from jvopt.page.story import Progress, told
from jvopt.page.view import beside
from jvopt.service.job import Job, JobEvent
from jvopt.solve import optimize


@pytest.fixture(scope="module")
def plan() -> Plan:
    return optimize(example("kz-reference"), gap=0.01)


def test_the_browser_says_which_language_unless_it_was_switched() -> None:
    assert spoken("kk-KZ,ru;q=0.8,en;q=0.5") == "kk"
    assert spoken("de;q=0.9, ru-RU;q=0.7") == "ru"
    assert spoken("ru", "en") == "en"
    assert spoken("de") == spoken("") == spoken("q=;;,") == "en"


def test_a_failure_is_told_in_their_language_and_never_as_an_empty_note() -> None:
    def failed(code: str, what: str = "It ended (code 3).") -> Job:
        at = datetime(2026, 1, 1, tzinfo=UTC)
        return Job(
            "a", "b", None, "", (), "plan", "failed", None, None, None, None, at, at, at, [],
            {"code": code, "what": what}, cancelling=False,
        )  # fmt: skip

    for language in LANGUAGES:
        said = {failure_words(Speaker(language), failed(code)) for code in FAILED_WORDS}
        assert len(said) == len(FAILED_WORDS)
    assert failure_words(Speaker("ru"), failed("killed")) == "It ended (code 3)."
    assert failure_words(Speaker("ru"), failed("bad_case", "")) == ""


def test_a_plan_that_was_stopped_before_any_bound_can_be_shown(plan: Plan) -> None:
    rows = plan["summary"].assign(value=lambda t: t["value"].where(~t["item"].isin(
        ["bound", "gap"]), np.nan))  # fmt: skip
    stopped = Plan(
        plan.case, {**{name: plan[name] for name in PLAN_TABLES}, "summary": rows},
        state="cancelled", termination="interrupted", found=True,
    )  # fmt: skip
    read = plan_of(plan.case, json.dumps(stopped.to_dict()).encode())
    assert math.isnan(read.gap)
    assert math.isnan(read.bound)
    assert read.objective == plan.objective
    words, color = Figures(read, "ru").status()
    assert words.strip()
    assert color == look.AMBER


def test_numbers_are_written_as_the_language_does() -> None:
    assert Speaker("en").money(1_320_237_221) == "1,320.2\u00a0M"
    assert Speaker("ru").money(-1_234_567.0) == "\u22121,23\u00a0млн"
    assert Speaker("kk").percent(0.1234) == "12,3%"
    assert Speaker("en").money(5000, sign=True) == "+5,000"
    assert Speaker("en").money(0.0, sign=True) == "0"
    assert Speaker("en").number(float("nan")) == "\u2013"


def test_a_gap_is_rounded_up_and_nothing_else_is_none() -> None:
    say = Speaker("en").gap
    assert [say(g) for g in (0.0, 1e-10, 1e-8, 0.00004, 0.0123)] == [
        "0%", "0%", "0.01%", "0.01%", "1.23%",
    ]  # fmt: skip


def test_a_waterfall_leads_from_one_total_to_the_other() -> None:
    options = charts.waterfall([("a", 30.0), ("b", -50.0)], "first", "last", 1000.0)
    assert options is not None
    base, steps, totals, thread = (series["data"] for series in options["series"])
    assert [bar.get("amount") for bar in steps] == [None, 30, -50, None]
    assert base[1:3] == [1000, 980]  # a rise stands on where it began, a fall on where it ends
    assert [mark["value"] for mark in totals if mark.get("total")] == [[1000, 0], [980, 3]]
    assert [at for at, _ in thread[::2]] == [1000, 1030, 980]
    axis = options["xAxis"]
    assert axis["min"] < 980
    assert axis["max"] > 1030
    # Totals are marks: only steps, whose length is what they change, are bars.
    assert [series["type"] for series in options["series"]] == ["bar", "bar", "scatter", "line"]


def test_a_waterfall_below_zero_stands_on_its_totals() -> None:
    options = charts.waterfall([("a", 300.0), ("b", -50.0)], "first", "last", -100.0)
    assert options is not None
    base, drawn = options["series"][:2]
    tops = [low + bar["value"] for low, bar in zip(base["data"], drawn["data"], strict=True) if low]
    assert tops == [200, 200]
    # Else bars above zero would be stacked apart from those below.
    assert base["stackStrategy"] == drawn["stackStrategy"] == "all"


def test_a_waterfall_that_changes_nothing_is_not_drawn() -> None:
    assert charts.waterfall([], "first", "last", 1319.7e6) is None


@pytest.mark.parametrize(
    ("least", "form"), [(0.7e6, "1e6, 2"), (7016.0, "1, 0")], ids=["millions", "whole"]
)
def test_numbers_of_a_waterfall_have_one_unit_in_which_none_is_lost(
    least: float, form: str
) -> None:
    options = charts.waterfall([("a", 6.8e6), ("b", -least)], "", "", 1319.7e6)
    assert options is not None
    for series in options["series"][1:3]:
        assert series["label"][":formatter"] == f"p => jvopt.step(p, {form})"


def test_an_axis_has_the_digits_that_its_steps_need() -> None:
    options = charts.bars(["a", "b"], [("", [0.00014, 0.0006])], share=True)
    axis = options["xAxis"]
    assert axis["interval"] == pytest.approx(0.0002)
    assert axis["axisLabel"][":formatter"] == "value => jvopt.share(value, 2)"
    axis = charts.bars(["a"], [("", [1.9e6])])["xAxis"]
    assert axis["axisLabel"][":formatter"] == "value => jvopt.amount(value, 1e+06, 1)"
    stacked = charts.bars(["a"], [("", [6.0]), ("", [5.0]), ("", [-3.0])], stacked=True)["xAxis"]
    assert stacked["min"] <= -3
    assert stacked["max"] >= 11


def test_every_series_has_its_name_in_the_legend() -> None:
    assert charts.key(charts.bars(["a"], [("one", [1.0])])) == [("one", palette.SERIES[0])]
    words = [name for name, _ in charts.key(charts.search([], [], ("best", "bound")))]
    assert words == ["best", "bound"]


def test_plans_of_a_report_are_numbered_in_whole_numbers() -> None:
    frame = pd.DataFrame({"plan": [1.0, 2.0], "distance": [3.0, 5.0]})
    options = drawn(
        Chart("plans", "bars", "", "plan", ("distance",)), frame, {"distance": ""}, False
    )
    assert options is not None
    assert options["yAxis"]["data"] == ["1", "2"]


def test_a_search_is_drawn_close_and_up_to_now() -> None:
    options = charts.search([(7.2, 1336.8e6)], [], ("best", "bound"), now=9.0)
    best, bound = (series["data"] for series in options["series"])
    assert best == [[7.2, 1336.8e6], [9.0, 1336.8e6]]
    assert bound == []
    axis = options["yAxis"]
    assert 1320e6 < axis["min"] < 1336.8e6 < axis["max"] < 1350e6
    far = [(1.0, 9000e6), (2.0, 1340e6)]  # the first is far off and cut away
    axis = charts.search(far, [(2.0, 1300e6)], ("best", "bound"), now=3.0)["yAxis"]
    assert 1200e6 < axis["min"] < 1300e6
    assert 1340e6 < axis["max"] < 1500e6


def test_times_are_written_in_one_way() -> None:
    span = Speaker("en").span
    assert [span(s) for s in (0.34, 9.96, 88, 103.2, 59.6, 3_725)] == [
        "0.3 s", "10 s", "1 min 28 s", "1 min 43 s", "1 min 0 s", "1 h 2 min",
    ]  # fmt: skip


def test_the_rows_that_make_most_of_a_figure_come_first(plan: Plan) -> None:
    costs, columns, figure = figure_first("costs", plan["costs"], PLAN_TABLES["costs"].columns)
    assert [c.name for c in columns[:2]] == ["kind", "cost"]
    assert figure is columns[1]
    assert costs["cost"].is_monotonic_decreasing
    assert len(costs) == len(plan["costs"])
    margins, *_ = figure_first("origin", plan["origin"], PLAN_TABLES["origin"].columns)
    assert margins["margin"].dropna().is_monotonic_increasing
    assert figure_first("summary", plan["summary"], PLAN_TABLES["summary"].columns)[2] is None


def test_a_saving_is_told_kind_by_kind() -> None:
    rows = [
        ("plan", "state", math.nan), ("plan", "purchase", 70.0), ("plan", "closing", 0.0),
        ("plan", "total", 70.0), ("today", "purchase", 90.0), ("today", "fee", 5.0),
        ("today", "total", 95.0), ("no_plant", "state", math.nan),
    ]  # fmt: skip
    as_is = pd.DataFrame(rows, columns=["network", "item", "value"])
    told = beside(as_is, "today").set_index("item")
    assert told["better"].to_dict() == {"total": 25.0, "purchase": 20.0, "fee": 5.0}
    earned = as_is.assign(item=as_is["item"].replace("total", "profit"))
    assert beside(earned, "today")["better"][0] == -25.0  # a profit that falls
    assert beside(as_is, "no_plant").empty


def test_a_thin_margin_is_told_apart_and_a_claim_explained() -> None:
    assert "thin" in margin(Speaker("en"), 0.0)
    assert "thin" not in margin(Speaker("en"), 0.02)
    assert "10 п.п." in margin(Speaker("ru"), 0.1)
    case = example("kz-assembly")
    assert claim_words(case, "KZ_LC", Speaker("ru")).startswith("KZ_LC: Казахстан")
    assert "CIS_FTA (Armenia, Belarus," in claim_words(case, "CT1", Speaker("en"))


def test_a_run_is_told_in_words() -> None:
    heard = [
        {"state": "queued"},
        {"phase": "solving", "seconds": 5.0},
        {"phase": "solving", "seconds": 7.0, "best": 1336.8e6},
        {"phase": "solving", "seconds": 8.0, "best": 1336.8e6, "bound": 1300e6, "gap": 0.03},
        {"phase": "solving", "seconds": 9.0, "best": 1320.2e6, "bound": 1319.9e6, "gap": 0.0002},
        {"phase": "solving", "seconds": 9.5, "best": 1320.2e6, "bound": 1320.2e6, "gap": 0.0},
        {"phase": "writing", "seconds": 11.0},
    ]
    progress = Progress()
    for number, data in enumerate(heard, 1):
        progress.hear(JobEvent(number, datetime(2026, 1, 1, tzinfo=UTC), data))
    assert [told(Speaker("en"), one) for one in progress.story] == [
        "The search begins.",
        "First plan: 1,336.8\u00a0M.",
        "No plan can be better than 1,319.9\u00a0M: gap 0.02%.",
        "Better plan: 1,320.2\u00a0M, by 16.6\u00a0M.",
        "Proven: 1,320.2\u00a0M is the best.",
        "The search is over; the plan is checked and written.",
    ]
    assert (progress.phase, progress.gap, progress.last) == ("writing", 0.0, 7)


def test_a_map_shows_all_places_that_anything_goes_to(plan: Plan) -> None:
    assert atlas.window([(50.0, 60.0), (30.0, 120.0)]) == [[30.0, 60.0], [50.0, 120.0]]
    at = atlas.places(plan)
    speaker = Speaker("en")
    view = SimpleNamespace(
        plan=plan, speaker=speaker, say=speaker.say, figures=Figures(plan, "en"), base="USD"
    )
    (south, west), (north, east) = specification(view, Choice())["bounds"]
    for site in plan["service"].query("met > 0")["site"]:
        y, x = at[str(site)]
        assert south <= y <= north
        assert west <= x <= east


def test_only_the_countries_of_the_case_are_drawn(plan: Plan) -> None:
    named = set(plan.case["sites"]["country"])
    codes = {area["code"] for area in atlas.land(plan, Choice())}
    assert codes
    assert {code[:2] for code in codes} <= named
    assert "KZ-11" in codes
    assert "TR" not in codes or "TR" in named


def test_flows_are_those_of_the_choice(plan: Plan) -> None:
    moved = plan["shipments"]
    assert atlas.flows(plan, Choice())["tonnes"].sum() == pytest.approx(moved["tonnes"].sum())
    product = moved["product"].iloc[0]
    mine = moved[moved["product"] == product]
    chosen = atlas.flows(plan, Choice(product=product, measure="quantity"))
    assert chosen["quantity"].sum() == pytest.approx(mine["quantity"].sum())
    assert chosen["quantity"].is_monotonic_decreasing


def test_regions_are_shaded_by_what_they_get(plan: Plan) -> None:
    met = atlas.shades(plan, Choice())
    assert met.sum() == pytest.approx(plan["service"]["met"].sum())
    ends, placed = atlas.classes(met)
    assert met.max() == ends[-1]
    assert max(placed.values()) == len(ends) - 1
    assert placed[met.idxmax()] == len(ends) - 1


def test_rows_behind_a_place_are_those_of_the_figure_on_it(plan: Plan) -> None:
    service = plan["service"]
    choice = Choice(period=service["period"].iloc[-1], product=service["product"].iloc[0])
    shaded = atlas.shades(plan, choice)
    assert len(shaded)
    for region, units in shaded.items():
        table, where = atlas.behind(plan, {"region": region}, choice)
        assert plan[table][within(plan[table], where)]["met"].sum() == pytest.approx(units)
    carried = Choice(carrier=plan["shipments"]["mode"].iloc[0], period=choice.period)
    flow = atlas.flows(plan, carried).iloc[0]
    told = {"flow": [flow["origin"], flow["destination"], flow["mode"]]}
    table, where = atlas.behind(plan, told, carried)
    rows = plan[table][within(plan[table], where)]
    assert rows["quantity"].sum() == pytest.approx(flow["quantity"])
    for site in plan.case["sites"]["site"]:  # whatever a site does, its rows can be found
        everything = Choice(choice.period, choice.product, "none", "none")
        table, where = atlas.behind(plan, {"site": site}, everything)
        within(plan[table], where)


def test_regions_have_their_names_in_each_language(plan: Plan) -> None:
    for language, name in (("en", "Pavlodar"), ("ru", "Павлодар"), ("kk", "Павлодар")):
        speaker = Speaker(language)
        view = SimpleNamespace(plan=plan, speaker=speaker, figures=Figures(plan, language))
        assert name in region_names(view)["KZ-55"]


def test_plants_are_open_or_closed(plan: Plan) -> None:
    figures = Figures(plan)
    found = open_plants(figures)
    assert sum(p.made for p in found) == pytest.approx(plan["production"]["quantity"].sum())
    assert len(found) + len(closed_plants(figures)) == plan["lines"]["site"].nunique()


def test_kits_are_what_plants_use_up(plan: Plan) -> None:
    found = kits(plan)
    assert set(found["product"]) <= set(plan["inputs"]["product"])
    assert found["quantity"].sum() == pytest.approx(plan["inputs"]["quantity"].sum())


def test_claims_tell_the_tightest_period() -> None:
    case = example("tiny")
    origin = pd.DataFrame(
        [["L", "S", "R", "P", "C", "value", t, 5.0, c, 0.3, c - 0.3] for t, c in
         (("1", 0.5), ("2", 0.4))],
        columns=["line", "site", "recipe", "product", "claim", "rule", "period", "quantity",
                 "content", "threshold", "margin"],
    )  # fmt: skip
    made = Plan(case, {"origin": origin}, state="succeeded", termination="optimal", found=True)
    row = claims(made).iloc[0]
    assert (row["quantity"], row["content"]) == (10, 0.4)
    assert row["margin"] == pytest.approx(0.1)


def test_levers_come_from_the_tables_of_the_case() -> None:
    case = example("kz-assembly")
    found = {lever.key: lever for lever in levers.levers(case)}
    assert {"fee", "duty", "freight", "demand", "exchange:currency:KZT"} <= set(found)
    rows = found["fee:made_in:RU_BY"].changes(2.0)
    assert [levers.as_text(row) for row in rows] == ["fees[made_in = RU_BY].amount * 2"]
    for lever in found.values():  # each of them fits the case
        case.changed_by(lever.changes(1.1))
    topics = {lever.topic for lever in levers.levers(example("transport"))}
    assert {"freight", "demand"} <= topics
    assert not topics & {"fee", "duty", "exchange"}


def test_switches_set_plants() -> None:
    case = example("tiny")
    site = levers.switches(case)[0].site
    setting = levers.Setting({}, {site: "closed"})
    made = case.changed_by(levers.changes(case, setting))
    assert made["sites"].set_index("site").loc[site, "decision"] == "closed"
    assert levers.changes(case, levers.Setting({"fee": 1.0}, {})) == []


def test_names_with_blanks_are_quoted() -> None:
    assert levers.quoted("KZ") == "KZ"
    assert levers.quoted('a "b" c') == '"a ""b"" c"'


def test_what_is_typed_is_what_was_meant() -> None:
    assert typed("12,5") == 12.5
    assert typed("100") == 100
    assert typed("001") == "001"
    assert typed("  ") is None
    assert typed("=1+1") == "=1+1"
    assert typed("1234567890123456789") == "1234567890123456789"


def test_a_workbook_is_mended_in_place() -> None:
    content = path("tiny").read_bytes()
    made = mended(content, {("demand", "D2"): "7", ("lanes", "C2"): "=rail"}, "en")
    book = openpyxl.load_workbook(io.BytesIO(made))
    assert book["demand"]["D2"].value == 7
    assert book["lanes"]["C2"].data_type == "s"
    before, after = read_workbook(content).case, read_workbook(made).case
    assert before is not None
    assert after is not None
    assert set(after.differences(before)) == {"demand", "lanes"}


def test_json_is_mended_in_place() -> None:
    case = {"demand": [{"site": "A", "quantity": "about 5", "product": "P"}]}
    draft = Draft(json.dumps(case).encode(), "json")
    issue = {"table": "demand", "row": 1, "column": "quantity", "severity": "error"}
    place = draft.place(issue)
    assert place == Place("demand", 1, "quantity")
    assert draft.sheets([issue], "en")[0].rows[0][1]["quantity"] == "about 5"
    draft.edits[place] = "5"
    assert json.loads(draft.mended("en"))["demand"][0]["quantity"] == 5


def test_rows_are_taken_away_harmless() -> None:
    frame = pd.DataFrame({"name": ["=1+1", "Алматы"], "value": [-1.5, 2.0]})
    assert as_csv(frame).decode("utf-8-sig") == "name,value\r\n'=1+1,-1.5\r\nАлматы,2.0\r\n"
    assert file_name("a/b: ../c") == "a-b-..-c"


def test_ways_lead_nowhere_else() -> None:
    assert _inside("/jobs/1") == "/jobs/1"
    assert _inside("//evil.example") == _inside("https://evil.example") == _inside("/\\e") == "/"


@pytest.mark.parametrize(
    ("share", "digits", "shown"),
    [(0.985, 0, "99%"), (0.9849, 0, "98%"), (0.125, 0, "13%"), (-0.0001, 1, "0%")],
)
def test_percentages_are_rounded_as_in_a_spreadsheet(share, digits, shown) -> None:
    assert Speaker("en").percent(share, digits) == shown
