"""Journeys need a service in a process of its own, and a browser that tells of every mistake."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from nicegui import Client, ui

from jvopt.service.bell import Bell
from jvopt.service.dispatch import Dispatcher
from jvopt.service.executors.local import LocalExecutor
from jvopt.service.job import Job
from jvopt.service.jobs import Jobs
from jvopt.service.keys import LOCAL
from jvopt.service.meters import Meters
from jvopt.service.pool import Pool
from jvopt.service.store import Store
from tests.api.support import until


@contextmanager
def server(database: Path, **settings: str) -> Iterator[str]:
    """Serve on a free port; gives the address."""
    env = {
        **os.environ,
        "JVOPT_DATABASE": f"sqlite:///{database}",
        "JVOPT_SOLVES": "2",
        "JVOPT_PORT": "0",
        **settings,
    }
    command = [sys.executable, "-m", "jvopt.cli", "serve"]
    process = subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        for line in process.stderr:
            if found := re.search(r"http://[\d.]+:\d+", line):
                # What is written further must be read, or the service waits for it.
                threading.Thread(target=process.stderr.read, daemon=True).start()
                yield found[0]
                break
        else:
            pytest.fail("the service did not start")
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextmanager
def tab(chromium, address: str, language: str = "en", width: int = 1366, height: int = 768):
    """Open a tab; no error on the console and no request that leaves the machine is let pass."""
    size = {"width": width, "height": height}
    context = chromium.new_context(viewport=size, locale=language, accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(60_000)
    wrong: list[str] = []
    inside = (address, address.replace("http", "ws"), "data:", "blob:")
    page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda r: None if r.url.startswith(inside) else wrong.append(r.url))
    page.on("response", lambda r: wrong.append(f"{r.status} {r.url}") if r.status >= 400 else None)
    yield page
    context.close()
    assert wrong == [], wrong


def drop(page, address: str, file: Path) -> None:
    """Drop a workbook on the first screen, and wait for its own."""
    page.goto(address)
    page.set_input_files("input[type=file]", file)
    page.wait_for_url("**/jobs/*")


@contextmanager
def working(folder: Path) -> Iterator[Jobs]:
    """Give jobs that are done in this process's own service, with no page before it."""
    store, meters, bell = Store(f"sqlite:///{folder}/jobs.db"), Meters(), Bell()
    executor = LocalExecutor(2, 0)
    pool = Pool(executor, 60)
    dispatcher = Dispatcher(store, executor, meters, bell, grace=60, keep=0)
    came, ending = dispatcher.wake, dispatcher.look
    dispatcher.start()
    try:
        yield Jobs(store, pool, meters, bell, time_limit=600, came=came, ending=ending)
    finally:
        pool.stop()
        dispatcher.close(0)
        executor.close()
        pool.close()
        store.close()


def on_a_screen(act: Callable[[], Awaitable[None]]) -> None:
    async def acted() -> None:
        with Client(ui.page("/of-a-test")):
            await act()

    asyncio.run(acted())


def ended(jobs: Jobs, job: Job) -> Job:
    return until(lambda: (now := jobs.get(LOCAL, job.id)).ended and now, 120)


def gone(jobs: Jobs, id: str) -> bool:
    return id not in [job.id for job in jobs.list(LOCAL, limit=200)]
