"""axe-core on every screen: nothing serious or critical in our own markup."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe

from jvopt.examples import path
from jvopt.service.keys import Keys
from jvopt.service.store import open_engine
from tests.page.support import drop, server, tab

WIDGETS = {
    ".ag-": "AG Grid draws its headers, cells and filters by itself",
    ".leaflet-": "Leaflet draws the map, its controls and what is on it",
    "canvas": "ECharts draws on a canvas",
    'nested-interactive: a[role="button"]': "Quasar's file chooser has its field in its button",
}
"""Markup that libraries make, by a part of rule and selector; what is wrong there is theirs."""


def wrong(page, screen: str, part: str | None = None) -> list[str]:
    """Give what axe-core finds on a screen, in our own markup; of a part where that covers all."""
    page.mouse.move(0, 0)
    page.wait_for_timeout(300)
    found = []
    for rule in Axe().run(page, context=part).response["violations"]:
        if rule["impact"] not in ("serious", "critical"):
            continue
        for node in rule["nodes"]:
            place = f"{rule['id']}: " + " ".join(str(at) for at in node["target"])
            if not any(widget in place for widget in WIDGETS):
                found.append(f"{screen}: {place}: {node['html'][:160]}")
    return found


@pytest.mark.timeout(600)
def test_nothing_keeps_anybody_from_using_any_screen(chromium, address, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(path("tiny"))
    book["lanes"]["B2"] = "Nroth"
    book.save(tmp_path / "bad.xlsx")
    book = openpyxl.load_workbook(path("tiny"))
    book["demand"]["D2"] = 90
    book.save(tmp_path / "less.xlsx")
    found: list[str] = []
    engine = open_engine(f"sqlite:///{tmp_path}/keys.db")
    Keys(engine).add("one")
    engine.dispose()
    with (
        server(tmp_path / "keys.db", JVOPT_REQUIRE_KEYS="true") as guarded,
        tab(chromium, guarded) as page,
    ):
        page.goto(f"{guarded}/sign-in?wrong=1")
        page.locator("form button").wait_for()
        found += wrong(page, "sign-in")
    with tab(chromium, address) as page:
        page.goto(address)
        page.locator("text=Drop your workbook here").wait_for()
        found += wrong(page, "start")
        drop(page, address, tmp_path / "bad.xlsx")
        page.locator(".ag-cell.jv-bad").first.wait_for()
        found += wrong(page, "mistakes")
        (tmp_path / "none.xlsx").write_text("no workbook")
        drop(page, address, tmp_path / "none.xlsx")
        page.locator("text=Drop another file here").wait_for()
        found += wrong(page, "no workbook")
        page.goto(address)
        page.click("text=Try the base network")
        page.wait_for_url("**/jobs/*")
        page.locator(".jv-step.now").wait_for()
        found += wrong(page, "run")
        page.click("text=Stop and keep the best plan")
        drop(page, address, path("tiny"))
        page.wait_for_selector(".jv-tiles")
        found += wrong(page, "plan")
        page.click(".jv-tile >> nth=0")
        page.locator(".jv-drawer .ag-row").first.wait_for()
        found += wrong(page, "rows behind a figure", ".jv-drawer")
        page.keyboard.press("Escape")
        page.locator(".jv-drawer").wait_for(state="hidden")
        page.click("text=What if?")
        page.locator(".q-slider__track-container").first.focus()
        page.keyboard.press("ArrowRight")
        page.locator("text=Keep as a scenario").wait_for()
        found += wrong(page, "what if")
        page.click("text=Side by side >> nth=0")
        page.locator("h2:has-text('Why it differs')").wait_for()
        found += wrong(page, "comparison")
        ids = []
        for file in (path("tiny"), tmp_path / "less.xlsx"):
            drop(page, address, file)
            page.wait_for_selector(".jv-tiles")
            ids.append(page.url.rpartition("/")[2])
            page.wait_for_load_state("networkidle")  # nothing is cut off by leaving
        page.goto(f"{address}/jobs/{ids[0]}/compare/{ids[1]}")
        page.locator("h2:has-text('What differs in the cases')").wait_for()
        found += wrong(page, "comparison of two cases")
        page.goto(f"{address}/jobs")
        page.locator(".jv-pill:visible").first.wait_for()
        found += wrong(page, "jobs")
    assert not found, "\n".join(found)


def test_the_focus_is_seen_and_no_key_is_lost(chromium, address) -> None:
    with tab(chromium, address) as page:
        drop(page, address, path("tiny"))
        page.wait_for_selector(".jv-tiles")
        for button in (".jv-btn >> nth=0", ".jv-seg button >> nth=0"):
            page.keyboard.press("Tab")  # from now on the keyboard leads
            page.focus(button)
            outline = page.eval_on_selector(button, "b => getComputedStyle(b).outline")
            assert "solid" in outline, (button, outline)
            assert "0px" not in outline, (button, outline)
        page.click("text=What if?")
        slider = page.locator(".jv-lever", has_text="Freight").first
        slider.locator(".q-slider__track-container").first.focus()
        for _ in range(12):
            page.keyboard.press("ArrowRight", delay=10)
        slider.locator(".amt:has-text('160%')").wait_for()
        page.locator(".jv-then:not(.stale)").wait_for()
