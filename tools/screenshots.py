"""Take the pictures of the planners' page: ``python tools/screenshots.py [folder] [languages]``.

Without arguments those of docs/page.md, in English on a laptop. With a folder every screen is
taken for a laptop and a phone, in the languages that are named (``en,ru,kk`` if none is).
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from jvopt.examples import path  # noqa: E402
from jvopt.service.keys import Keys  # noqa: E402
from jvopt.service.store import open_engine  # noqa: E402
from tests.page.support import drop, server  # noqa: E402

SIZES = {"laptop": (1366, 768), "phone": (390, 844)}
SIDE = re.compile("^(Side by side|Сравнение|Қатар салыстыру)$")
Take = Callable[[str], None]


def walk(
    page: Any, address: str, guarded: str, bad: Path, take: Take, plans: dict[str, str]
) -> None:
    """Go through every screen; the plan of the base network is made once and then shown again."""
    page.goto(f"{guarded}/sign-in")
    page.locator("form button").wait_for()
    take("sign-in")
    drop(page, address, bad)
    page.locator(".jv-issue").first.wait_for()
    page.wait_for_timeout(4000)
    take("mistakes")
    if not plans:
        drop(page, address, path("kz-assembly"))
        page.locator(".jv-step.now").wait_for()
        page.locator(".jv-story li").nth(2).wait_for()  # a plan and a bound
        page.wait_for_timeout(250)
        take("run")
        page.locator(".jv-tiles").wait_for(timeout=300_000)
        plans["plan"] = page.url.removeprefix(address)
    page.goto(address + plans["plan"])
    page.locator(".jv-tiles").wait_for()
    page.wait_for_timeout(4000)
    take("plan")
    page.goto(f"{address}{plans['plan']}/whatif")
    slider = page.locator(".q-slider__track-container").first
    slider.focus()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    page.locator(".jv-tile").first.wait_for()
    page.locator("button:has(i:text('bookmark_add'))").wait_for(timeout=300_000)
    page.wait_for_timeout(1500)
    take("what-if")
    page.get_by_role("button", name=SIDE).click()
    page.wait_for_url("**/compare/**")
    page.locator("canvas").first.wait_for()
    page.wait_for_timeout(2000)
    take("comparison")
    page.goto(f"{address}/jobs")
    page.locator(".jv-pill:visible").first.wait_for()
    take("jobs")
    page.goto(address)
    page.locator("input[type=file]").wait_for(state="attached")
    page.wait_for_timeout(1000)
    take("start")


def main(folder: Path, languages: list[str], sizes: dict[str, tuple[int, int]], form: str) -> None:
    """Serve, look at every screen, and take its picture."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        book = openpyxl.load_workbook(path("kz-assembly"))
        book["lanes"]["B4"] = "KZ-Karagandy"
        book["demand"]["D6"] = "about 40"
        book["products"]["H3"] = -12
        bad = Path(place) / "my-case.xlsx"
        book.save(bad)
        engine = open_engine(f"sqlite:///{place}/keys.db")
        Keys(engine).add("planner")
        engine.dispose()
        with (
            server(Path(place) / "jobs.db") as address,
            server(Path(place) / "keys.db", JVOPT_REQUIRE_KEYS="true") as guarded,
            sync_playwright() as driver,
        ):
            browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
            plans: dict[str, str] = {}
            for language in languages:
                for size, (width, height) in sizes.items():
                    context = browser.new_context(
                        viewport={"width": width, "height": height}, locale=language
                    )
                    page = context.new_page()
                    page.set_default_timeout(120_000)

                    def take(screen: str, page=page, language=language, size=size) -> None:  # type: ignore[no-untyped-def]
                        name = form.format(screen=screen, language=language, size=size)
                        page.screenshot(path=folder / name)
                        # 256 colours do, and make a third of the size.
                        Image.open(folder / name).quantize(256).save(folder / name, optimize=True)
                        print(name, flush=True)

                    walk(page, address, guarded, bad, take, plans)
                    context.close()
            browser.close()


if __name__ == "__main__":
    if len(sys.argv) == 1:
        laptop = {"laptop": SIZES["laptop"]}
        main(ROOT / "docs" / "images", ["en"], laptop, "page-{screen}.png")
    else:
        spoken = (sys.argv[2:] or ["en,ru,kk"])[0].split(",")
        main(Path(sys.argv[1]), spoken, SIZES, "{screen}-{language}-{size}.png")
