"""A real server in a process of its own, and Debian's chromium to look at its page."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from jvopt.examples import path
from jvopt.page.aside import aside
from jvopt.page.desk import Desk, Service
from jvopt.page.frame import Visit
from jvopt.page.speaker import Speaker
from jvopt.service.job import Job
from jvopt.service.jobs import Jobs
from jvopt.service.keys import LOCAL
from jvopt.service.orders import Order
from tests.page.support import ended, server, working


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
        if os.environ.get("REQUIRE_CHROMIUM") == "1":
            pytest.fail(words)
        pytest.skip(words)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def jobs(tmp_path_factory) -> Iterator[Jobs]:
    with working(tmp_path_factory.mktemp("jobs")) as found:
        yield found


@pytest.fixture(scope="module")
def solved(jobs) -> Job:
    """Give a plan of the small case."""
    return ended(jobs, jobs.submit(LOCAL, path("tiny").read_bytes(), "xlsx", Order(name="Tiny")))


@pytest.fixture
def desk(jobs) -> Desk:
    service = Service(lambda: jobs, aside, lambda key: None, LOCAL, 50 * 2**20)
    return Desk(service, LOCAL, "en")


@pytest.fixture
def visit(desk) -> Visit:
    return Visit(Speaker("en"), desk, "/")
