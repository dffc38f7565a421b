"""The service: what it adds to a small solve, and how it bears a crowd.

*One at a time*: a small case sent as a job, waited for and its result fetched, beside
`jvopt.optimize` on the same case in a process that has loaded its libraries; in turns.

*A crowd*: clients that send, follow and cancel at once for two minutes, while another asks for the
service's health. Refusals that the service declares (too many jobs) count apart from errors.
"""

from __future__ import annotations

import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pandas as pd

import jvopt
from jvopt.examples import example
from jvopt.service.task import MEDIA_TYPES

TURNS = 25
CLIENTS = 50
SECONDS = 120


def run() -> dict[str, pd.DataFrame]:
    """Measure both."""
    with serving() as (address, pid):
        return {"service_overhead": overhead(address), "service_crowd": crowd(address, pid)}


def overhead(address: str) -> pd.DataFrame:
    """Time a small case as a job, and solved here."""
    case = example("tiny")
    content, here, there = case.to_json().encode(), [], []
    with httpx.Client(base_url=address, timeout=100) as client:
        for turn in range(TURNS + 2):
            began = time.perf_counter()
            job = _sent(client, content).json()["id"]
            state = client.get(f"/jobs/{job}?wait=60").json()["state"]
            client.get(f"/jobs/{job}/result").raise_for_status()
            asked = time.perf_counter()
            plan = jvopt.optimize(jvopt.Case(case.to_dict()))
            ended = time.perf_counter()
            assert state == "succeeded"
            assert plan.found
            if turn >= 2:  # the first load what was not loaded yet
                there.append(asked - began)
                here.append(ended - asked)
    row = {
        "optimize_s": statistics.median(here),
        "as_a_job_s": statistics.median(there),
        "added_s": statistics.median(a - b for a, b in zip(there, here, strict=True)),
    }
    return pd.DataFrame([row])


def crowd(address: str, pid: int) -> pd.DataFrame:
    """Have many clients at once."""
    content, answers, over = example("tiny").to_json().encode(), Counter[str](), threading.Event()
    health: list[float] = []
    before = _memory_mb(pid)
    threads = [
        threading.Thread(target=_client, args=(n, address, content, answers, over))
        for n in range(CLIENTS)
    ]
    for thread in threads:
        thread.start()
    began, half = time.monotonic(), 0.0
    with httpx.Client(base_url=address, timeout=30) as client:
        while time.monotonic() - began < SECONDS:
            asked = time.perf_counter()
            client.get("/health").raise_for_status()
            health.append(time.perf_counter() - asked)
            if not half and time.monotonic() - began > SECONDS / 2:
                half = _memory_mb(pid)
            time.sleep(0.1)
    after = _memory_mb(pid)
    over.set()
    for thread in threads:
        thread.join()
    row = {
        "clients": CLIENTS,
        "answers": sum(answers.values()),
        "errors": sum(n for what, n in answers.items() if not what.startswith(("2", "429"))),
        "health_p50_ms": 1000 * statistics.median(health),
        "health_p99_ms": 1000 * statistics.quantiles(health, n=100)[98],
        "mb_before": before,
        "mb_halfway": half,
        "mb_after": after,
    }
    print(dict(answers))
    return pd.DataFrame([row])


def _client(
    n: int, address: str, content: bytes, answers: Counter[str], over: threading.Event
) -> None:
    dice = random.Random(n)
    with httpx.Client(base_url=address, timeout=60) as client:
        while not over.is_set():
            try:
                sent = _sent(client, content)
                answers[str(sent.status_code)] += 1
                if sent.status_code != 202:
                    time.sleep(1)
                    continue
                job = sent.json()["id"]
                with client.stream("GET", f"/jobs/{job}/events") as events:
                    for line in events.iter_lines():
                        if line.startswith("id:") and dice.random() < 0.05:
                            break
                answers[str(events.status_code)] += 1
                ended = client.post(f"/jobs/{job}/cancel")
                answers[str(ended.status_code)] += 1
            except httpx.HTTPError as error:
                answers[type(error).__name__] += 1


def _sent(client: httpx.Client, content: bytes) -> httpx.Response:
    return client.post("/jobs", content=content, headers={"content-type": MEDIA_TYPES["json"]})


def _memory_mb(pid: int) -> float:
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


@contextmanager
def serving() -> Iterator[tuple[str, int]]:
    """Start a service of its own; give its address and process."""
    with tempfile.TemporaryDirectory() as folder:
        own = {"JVOPT_DATABASE": f"sqlite:///{folder}/jobs.db", "JVOPT_PAGE": "false"}
        words: list[Any] = [sys.executable, "-m", "jvopt.cli", "serve", "--port", "0"]
        process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=os.environ | own)
        assert process.stderr is not None
        try:
            for line in process.stderr:
                if found := re.search(r"http://[\d.]+:\d+/v1", line):
                    break
            threading.Thread(target=process.stderr.read, daemon=True).start()
            for _ in range(200):
                try:
                    httpx.get(f"{found[0]}/health/ready").raise_for_status()
                    break
                except httpx.HTTPError:
                    time.sleep(0.1)
            yield found[0], process.pid
        finally:
            process.terminate()
            process.wait()
