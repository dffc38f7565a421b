"""The planners' page in chromium: from a dropped workbook to its plan, from a lever to the next.

*Drop*: the base network dropped on the first screen until its plan stands there, beside reading the
workbook and `jvopt.optimize` on it in a process that has loaded its libraries; in turns.

*Lever*: a lever of the base network moved by the keyboard, until a new total stands there with its
gap, until that gap is 0 and until the details stand below.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import pandas as pd

import jvopt
from jvopt.examples import path

TURNS = 3
MOVES = 6
_FIGURES = (
    """() => [...document.querySelectorAll('.jv-tiles .v')].map(v => v.innerText).join('|')"""
)


def run() -> dict[str, pd.DataFrame]:
    """Measure both."""
    from playwright.sync_api import sync_playwright

    from tests.page.support import server

    program = shutil.which("chromium") or shutil.which("chromium-browser")
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        server(Path(folder) / "jobs.db") as address,
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1366, "height": 768}, locale="en")
        page.set_default_timeout(300_000)
        found = {"page_drop": drops(page, address), "page_lever": levers(page)}
        browser.close()
    return found


def drops(page: Any, address: str) -> pd.DataFrame:
    """Time a workbook from its drop to its plan."""
    book, rows = path("kz-assembly"), []
    for _ in range(TURNS + 1):
        page.goto(address)
        page.locator("input[type=file]").wait_for(state="attached")
        page.wait_for_timeout(1000)
        began = time.perf_counter()
        page.set_input_files("input[type=file]", book)
        page.locator(".jv-tiles").wait_for()
        shown = time.perf_counter()
        case = jvopt.read_excel(book)
        read = time.perf_counter()
        plan = jvopt.optimize(case)
        ended = time.perf_counter()
        assert plan.found
        rows.append([shown - began, read - shown, ended - read])
    table = pd.DataFrame(rows[1:], columns=["page_s", "read_s", "optimize_s"])  # the first warms
    table["added_s"] = table["page_s"] - table["read_s"] - table["optimize_s"]
    return _middle(table)


def levers(page: Any) -> pd.DataFrame:
    """Time levers of the plan that is on the screen."""
    page.click("text=What if?")
    page.locator(".q-slider__track-container").first.wait_for()
    page.wait_for_timeout(10_000)  # a planner looks at the levers before moving one
    rows = []
    for move in range(MOVES):
        slider = page.locator(".q-slider__track-container:visible").nth(move % 4)
        before = page.evaluate(_FIGURES)
        slider.focus()
        began = time.perf_counter()
        page.keyboard.press("ArrowRight" if move % 2 else "ArrowLeft")
        page.wait_for_function(f"before => ({_FIGURES})() !== before", arg=before)
        new = time.perf_counter()
        page.locator(".jv-tile:nth-child(3) .v:text-is('0%')").wait_for()
        proven = time.perf_counter()
        page.locator("button:has(i:text('bookmark_add'))").wait_for()
        ended = time.perf_counter()
        rows.append([new - began, proven - began, ended - began])
        page.wait_for_timeout(500)
    return _middle(pd.DataFrame(rows, columns=["new_plan_s", "proven_s", "details_s"]))


def _middle(table: pd.DataFrame) -> pd.DataFrame:
    """Give median and worst of each column."""
    rows = {"median": table.apply(statistics.median), "most": table.max()}
    return pd.DataFrame(rows).T.rename_axis("of").reset_index()
