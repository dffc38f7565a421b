"""What planners do, in chromium, against a real server and database."""

from __future__ import annotations

import io
import json
import re
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import TimeoutError

from jvopt.examples import path
from jvopt.excel import read_workbook
from jvopt.page.speaker import Speaker
from jvopt.service.keys import Keys
from jvopt.service.store import open_engine
from tests.page.support import drop, server, tab

TINY = "3[.,]34\u00a0(M|млн)"
"""The cost of the small case as the page says it."""
EXACTLY = "Exactly: which change costs what, which the plan saves by adapting"


def type_over(page, sheet: str, row: int, column: str, words: str) -> None:
    page.click(f".q-tab:has-text('{sheet}')")
    # The sheet before stays until the service has shown this one, which has a cell there too.
    shown = page.get_by_role("tabpanel", name=sheet, exact=True)
    cell = shown.locator(f".ag-center-cols-container [row-id='{row}'] [col-id={column}]")
    # Nobody types before the cell is open, and whoever finds it shut clicks again.
    for _ in range(10):
        cell.dblclick()
        with suppress(TimeoutError):
            cell.locator("input").wait_for(timeout=5000)
            break
    page.keyboard.press("Control+a")
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.locator(f".ag-cell:text-is('{words}')").first.wait_for()


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    book = openpyxl.load_workbook(path("tiny"))
    book["lanes"]["B2"] = "Nroth"
    book["demand"]["D2"] = "about 100"
    book.save(tmp_path / "bad.xlsx")
    return tmp_path / "bad.xlsx"


WORDS = {
    "en": ("Check again", "Mended workbook", "Find the plan", "Nothing to mend"),
    "ru": ("Проверить снова", "Исправленный файл", "Рассчитать план", "Ошибок нет"),
    "kk": ("Қайта тексеру", "Түзетілген файл", "Жоспарды есептеу", "Қате жоқ"),
}


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_a_bad_workbook_is_mended_to_a_plan(chromium, address, bad, language) -> None:
    check, take, solve, good = WORDS[language]
    with tab(chromium, address, language) as page:
        drop(page, address, bad)
        page.locator(".jv-issue:has-text('lanes!B2')").wait_for()
        assert page.locator(".jv-issue").count() == 2
        assert page.locator(f"button:has-text('{solve}')").is_disabled()
        page.locator(".ag-cell.jv-bad").first.wait_for()
        type_over(page, "lanes", 2, "B", "North")
        page.click(f"text={check}")
        type_over(page, "demand", 2, "D", "100")  # while it is being checked
        page.locator(f"button:has-text('{check}') .q-spinner").wait_for(state="detached")
        page.click(f"text={check}")
        page.locator(f"text={good}").wait_for()
        with page.expect_download() as taken:
            page.click(f"text={take}")
        mended = read_workbook(Path(taken.value.path()).read_bytes())
        assert mended.case == read_workbook(path("tiny")).case
        page.click(f"button:has-text('{solve}')")
        page.wait_for_selector(".jv-tiles")
        assert re.search(TINY, page.locator(".jv-tile .v").first.inner_text())
        # What the page draws itself has the numbers of what the service wrote.
        drawn = page.evaluate("jvopt.number(-1234567.5, 1)")
        assert drawn == Speaker(language).number(-1234567.5, 1)


@pytest.fixture
def impossible(tmp_path: Path) -> Path:
    book = openpyxl.load_workbook(path("tiny"))
    for column, cell in {"limit": "thrift", "quantity": "bought", "value": 50}.items():
        headings = {str(c.value).lower(): c.column for c in book["limits"][1]}
        book["limits"].cell(2, headings[column], cell)
    book.save(tmp_path / "impossible.xlsx")
    return tmp_path / "impossible.xlsx"


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_case_without_a_plan_is_changed_to_one(chromium, address, impossible, language) -> None:
    say = Speaker(language).say
    with tab(chromium, address, language) as page:
        drop(page, address, impossible)
        again = page.locator(f"button:has-text('{say('Change and try again')}')")
        again.wait_for()
        assert page.locator(".jv-note:has-text('limits!D2')").count() == 2
        needed = {"en": "at least 160 units needed", "ru": "нужно не менее 160 шт."}[language]
        assert needed in page.locator(".jv-note.plain").inner_text()
        again.click()
        page.locator(".jv-issue:has-text('limits!D2')").first.wait_for()
        solve = page.locator(f"button:has-text('{say('Find the plan')}')")
        assert solve.is_disabled()
        page.locator(".ag-cell.jv-bad").first.wait_for()
        type_over(page, "limits", 2, "D", "160")
        solve.click()
        page.wait_for_selector(".jv-tiles")


def test_what_may_be_wrong_with_a_plan_stands_before_its_details(
    chromium, address, tmp_path
) -> None:
    book = openpyxl.load_workbook(path("tiny"))
    for row in (2, 3):
        book["lanes"].cell(row, 40, "by night")
    book.save(tmp_path / "doubtful.xlsx")
    with tab(chromium, address) as page:
        drop(page, address, tmp_path / "doubtful.xlsx")
        doubts = page.locator("section:has-text('Worth knowing')")
        doubts.locator("text=no heading").wait_for()
        assert "Worth knowing" in page.locator(".jv-grid > section").first.inner_text()


def test_a_file_that_is_no_case_makes_way_for_another(chromium, address, tmp_path) -> None:
    (tmp_path / "none.json").write_text('{"a":')
    with tab(chromium, address, "ru") as page:
        drop(page, address, tmp_path / "none.json")
        note = page.locator(".jv-note:has-text('строку 1')")
        note.wait_for()
        assert not re.search("Expecting", note.inner_text())
        assert page.locator("text=Проверить снова").count() == 0
        (tmp_path / "none.txt").write_text("none")
        page.set_input_files("input[type=file]", tmp_path / "none.txt")
        page.locator("text=не книга Excel").wait_for()
        page.set_input_files("input[type=file]", path("tiny"))
        page.wait_for_selector(".jv-tiles")


in_all_languages = pytest.mark.parametrize(
    "language",
    ["en", pytest.param("ru", marks=pytest.mark.slow), pytest.param("kk", marks=pytest.mark.slow)],
)


@in_all_languages
def test_from_a_case_to_a_plan_what_if_and_a_comparison(chromium, address, language) -> None:
    say = Speaker(language).say
    with tab(chromium, address, language) as page:
        drop(page, address, path("tiny"))
        page.wait_for_selector(".jv-tiles")
        page.click(".jv-tile >> nth=0")
        page.locator(".jv-drawer .ag-row").first.wait_for()
        with page.expect_download() as taken:
            page.click(f"text={say('Rows as CSV')}")
        assert Path(taken.value.path()).read_bytes().startswith(b"\xef\xbb\xbf")
        with page.expect_download() as taken:
            page.click(f".jv-drawer button:has-text('{say('Workbook')}')")
        book = openpyxl.load_workbook(io.BytesIO(Path(taken.value.path()).read_bytes()))
        assert "plan overview" in book.sheetnames
        page.keyboard.press("Escape")
        page.locator(".jv-drawer").wait_for(state="hidden")
        page.click(f"text={say('What if?')}")
        page.locator(".q-slider__track-container").first.focus()
        for _ in range(20):
            page.keyboard.press("ArrowRight")
        page.locator(f"text={say('Keep as a scenario')}").wait_for()
        assert page.locator(".jv-tiles .v").nth(1).inner_text().startswith("+")
        page.click(f"text={say('Side by side')} >> nth=0")
        page.locator(f"h2:has-text('{say('Why it differs')}')").wait_for()
        page.click(f"text={say(EXACTLY)}")
        page.locator(f"h2:has-text('{say('Why it costs more or less')}')").wait_for()


@in_all_languages
def test_a_run_goes_on_through_a_reload_and_is_stopped(chromium, address, language) -> None:
    say = Speaker(language).say
    with tab(chromium, address, language) as page:
        page.goto(address)
        page.click(f"text={say('Try the base network')}")
        page.wait_for_url("**/jobs/*")
        page.locator(".jv-step.now").wait_for()
        page.reload()
        page.locator(".jv-step.now").wait_for()
        page.click(f"text={say('Stop and keep the best plan')}")
        page.locator(".jv-steps").wait_for(state="hidden")
        assert page.locator(".jv-pill:visible").first.inner_text()


@in_all_languages
def test_keys_part_planners_and_jobs_outlive_the_service(chromium, tmp_path, language) -> None:
    say = Speaker(language).say
    ready = f"text={say('Drop your workbook here')}"
    database = tmp_path / "jobs.db"
    engine = open_engine(f"sqlite:///{database}")
    keys = [Keys(engine).add(name) for name in ("one", "two")]
    engine.dispose()
    found = ""
    for round in (1, 2):
        with server(database, JVOPT_REQUIRE_KEYS="true") as address:
            for n, key in enumerate(keys):
                with tab(chromium, address, language) as page:
                    page.goto(address)
                    page.fill("input[name=key]", key)
                    page.click("form button")
                    page.locator(ready).wait_for()
                    if round == 1 and n == 0:
                        drop(page, address, path("tiny"))
                        page.wait_for_selector(".jv-tiles")
                        found = page.url.removeprefix(address)
                    page.goto(address)
                    page.locator(ready).wait_for()
                    assert page.locator(".jv-last tr.go").count() == (0 if n else 1)
                    page.goto(address + found)
                    shown = f"text={say('There is no such job.')}" if n else ".jv-tiles"
                    page.locator(shown).wait_for()


def test_a_key_that_is_revoked_ends_what_is_open(chromium, tmp_path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/jobs.db")
    keys = Keys(engine)
    key = keys.add("one")
    with (
        server(tmp_path / "jobs.db", JVOPT_REQUIRE_KEYS="true") as address,
        tab(chromium, address) as page,
    ):
        page.goto(f"{address}/jobs")
        page.fill("input[name=key]", key)
        page.click("form button")
        page.locator("text=There are no jobs yet.").wait_for()
        keys.revoke(keys.list()[0].owner.id)
        page.wait_for_url("**/sign-in?to=/jobs", timeout=20_000)
    engine.dispose()


@in_all_languages
def test_a_wrong_key_is_refused(chromium, tmp_path, language) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/jobs.db")
    Keys(engine).add("one")  # without any the service does not start
    engine.dispose()
    with (
        server(tmp_path / "jobs.db", JVOPT_REQUIRE_KEYS="true") as address,
        tab(chromium, address, language) as page,
    ):
        page.goto(f"{address}/jobs")
        page.fill("input[name=key]", "nothing")
        page.click("form button")
        page.locator(f"text={Speaker(language).say('This key is not known.')}").wait_for()


def test_more_rows_than_are_shown_are_sorted_as_a_whole(chromium, address, tmp_path) -> None:
    count = 6000
    markets = [f"M{n:04}" for n in range(count)]
    tables = {
        "products": [{"product": "P", "name": "Pump"}],
        "sites": [{"site": s, "country": "KZ"} for s in ("MAKER", *markets)],
        "supply": [{"site": "MAKER", "product": "P", "unit_cost": 10}],
        "lanes": [{"origin": "MAKER", "destination": m, "cost_per_unit": 1} for m in markets],
        "demand": [{"site": m, "product": "P", "quantity": n} for n, m in enumerate(markets, 1)],
    }
    case = tmp_path / "many.json"
    case.write_text(json.dumps(tables), encoding="utf-8")
    with tab(chromium, address) as page:
        drop(page, address, case)
        page.locator(".jv-tiles").wait_for()
        page.click(".jv-chips button:has-text('Shipments')")
        first = ".jv-drawer .ag-row[row-index='0'] [col-id='quantity']"
        assert page.locator(first).inner_text() == "6,000"
        assert page.locator("text=Sum: 18,003,000 units").count() == 1
        page.click(".jv-drawer .ag-header-cell[col-id='quantity']")  # the smallest first
        page.locator(f"{first} .ag-cell-value:text-is('1')").wait_for()
