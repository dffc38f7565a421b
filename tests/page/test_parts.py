"""What the page shows, without a browser: numbers, charts, the map, the levers, drafts."""

from __future__ import annotations

import io
import json
import math
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import numpy as np
import openpyxl
import pandas as pd
import pytest

from jvopt.core.analyses import ANALYSES
from jvopt.core.language import LANGUAGES
from jvopt.core.plan import Plan
from jvopt.core.plan_tables import PLAN_TABLES
from jvopt.examples import example, path
from jvopt.excel import look, read_workbook
from jvopt.excel.figures import Figures
from jvopt.excel.mend import mended, typed
from jvopt.page import atlas, levers
from jvopt.page.atlas import Choice
from jvopt.page.desk import plan_of
from jvopt.page.downloads import as_csv, file_name
from jvopt.page.drafts import Draft, Place
from jvopt.page.geography import region_names, specification
from jvopt.page.goods import claim_words, claims, kits, margin
from jvopt.page.plants import closed_plants, open_plants
from jvopt.page.rows import figure_first, within
from jvopt.page.screens import _inside
from jvopt.page.speaker import NONE, Speaker, spoken
from jvopt.page.states import FAILED_WORDS, failure_words, job_name, result
from jvopt.page.story import Progress, told
from jvopt.page.tried import tags_of
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
            "a", None, "", (), "plan", "failed", *(None,) * 5, at, at, at, [],
            {"code": code, "what": what}, cancelling=False,
        )  # fmt: skip

    for language in LANGUAGES:
        said = {failure_words(Speaker(language), failed(code)) for code in FAILED_WORDS}
        assert len(said) == len(FAILED_WORDS)
    assert failure_words(Speaker("ru"), failed("strange")) == "It ended (code 3)."
    assert failure_words(Speaker("ru"), failed("bad_case", "")) == ""


def test_a_job_without_a_name_is_called_by_what_it_asks() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    job = Job("a", None, "", (), "whynot", "queued", *(None,) * 5, at, at, at, [],
              None, cancelling=False)  # fmt: skip
    tried = replace(job, kind="plan", tags=tags_of("Fee 120%"))
    ru = Speaker("ru")
    assert job_name(ru, job) == ru.say(ANALYSES["whynot"].title) != "whynot"
    assert job_name(ru, tried, "Case") == "Fee 120%"
    assert job_name(ru, replace(tried, tags=()), "Case") == "Case"
    assert job_name(ru, replace(tried, tags=())) == ru.say("Plan")
    assert result(ru, job) == NONE
    assert result(ru, replace(tried, objective=1234.0)) == "1\u00a0234"
    assert result(ru, replace(tried, objective=1234.0, currency="KZT")) == "1\u00a0234\u00a0KZT"
    assert job_name(ru, replace(tried, name="Mine"), "Case") == "Mine"


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
    service = plan["service"]
    far = service["met"][(service["site"] == "CN-XJ").to_numpy()].sum()
    assert 0 < far < 0.1 * service["met"].sum()
    assert "CN" not in met  # a region without an outline does not shade its whole country
    assert met.sum() == pytest.approx(service["met"].sum() - far)
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
        assert view.figures.place("KZ-55") == f"{region_names(view)['KZ-55']} (KZ-55)"
    # No site stands for these: those in them do, but for what nothing is in.
    assert Figures(plan).place("BY-HM") == "MTZ, Minsk (BY-HM)"
    assert Figures(plan, "ru").place("BY-HO") == "Гомсельмаш, Гомель (BY-HO)"
    assert Figures(plan).place("BY-VI") == "BY-VI"


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
    draft = Draft(lambda: json.dumps(case).encode(), "json")
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
