"""A real server in a process of its own, and Debian's chromium to look at its page."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.page.support import server


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        server(Path(folder) / "jobs.db") as found,
    ):
        yield found


@pytest.fixture(scope="module")
def chromium():
    """Give chromium, driven by playwright."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        words = "CHROMIUM IS NOT INSTALLED: the planners' page was not looked at."
        if os.environ.get("JVOPT_REQUIRE_CHROMIUM") == "1":
            pytest.fail(words)
        pytest.skip(words)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()
