"""A real server on a free port, small cases solved by hand, and one that takes long."""

from __future__ import annotations

import io
import json
import os
import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from jvopt.api.app import create_app
from jvopt.api.server import Server
from jvopt.api.settings import Settings
from jvopt.core.case import Case
from jvopt.excel import write_case
from jvopt.service.store.tables import ENDED
from jvopt.service.task import MEDIA_TYPES

JSON, XLSX = MEDIA_TYPES["json"], MEDIA_TYPES["xlsx"]
PROBLEM = "application/problem+json"
Tables = dict[str, list[dict[str, Any]]]


def two_suppliers(wanted: float = 50) -> Tables:
    """Give a case of one market and two suppliers.

    NEAR has 30 units at 10 and a lane at 1, FAR 40 units at 12 and a lane at 2. 50 units cost
    30 x 11 + 20 x 14 = 610; more than 70 cannot be had.
    """
    return {
        "settings": [{"setting": "case_name", "value": "Two suppliers"}],
        "products": [{"product": "P", "name": "Насос"}],
        "sites": [{"site": s, "country": "KZ"} for s in ("NEAR", "FAR", "SHOP")],
        "supply": [
            {"site": "NEAR", "product": "P", "unit_cost": 10, "capacity": 30},
            {"site": "FAR", "product": "P", "unit_cost": 12, "capacity": 40},
        ],
        "lanes": [
            {"origin": "NEAR", "destination": "SHOP", "mode": "road", "cost_per_unit": 1},
            {"origin": "FAR", "destination": "SHOP", "mode": "road", "cost_per_unit": 2},
        ],
        "demand": [{"site": "SHOP", "product": "P", "quantity": wanted}],
        "scenarios": [{"scenario": "dear"}],
        "changes": [
            {
                "scenario": "dear", "order": 1, "table": "supply", "where": "site = FAR",
                "column": "unit_cost", "action": "multiply", "value": "2",
            }
        ],
    }  # fmt: skip


def long_search(products: int = 6, plants: int = 50) -> Tables:
    """Give a case whose first plans come at once, and whose best one takes any machine too long.

    A market split problem (Cornuejols and Dawande, IPCO 1998, LNCS 1412, 284-293): an open plant
    must deliver its fixed lot of each product, and the market wants half of all lots of each.
    Nearly every choice of plants leaves something short, and branching has to go through some
    2^(plants - products) of them to know.
    """
    dice = random.Random(7)
    names, sites = [f"P{j}" for j in range(products)], [f"S{i}" for i in range(plants)]
    lots = {(s, p): dice.randint(0, 99) for s in sites for p in names}
    return {
        "settings": [{"setting": "gap", "value": "0"}],
        "products": [{"product": p} for p in names],
        "sites": [
            {"site": "M", "country": "KZ"},
            *({"site": s, "country": "KZ", "now": "closed", "decision": "free"} for s in sites),
        ],
        "supply": [
            {"site": s, "product": p, "unit_cost": 1, "capacity": lot, "least_take": lot}
            for (s, p), lot in lots.items()
        ],
        "lanes": [{"origin": s, "destination": "M", "mode": "road"} for s in sites],
        "demand": [
            {
                "site": "M", "product": p, "penalty": 10,
                "quantity": sum(lots[s, p] for s in sites) // 2,
            }
            for p in names
        ],
    }  # fmt: skip


def as_json(tables: Tables) -> bytes:
    """Give tables as the JSON that is posted."""
    return json.dumps(tables, ensure_ascii=False).encode()


def as_workbook(tables: Tables) -> bytes:
    """Give tables as a workbook."""
    book = io.BytesIO()
    write_case(Case(tables), book)
    return book.getvalue()


@contextmanager
def serving(**settings: Any) -> Iterator[httpx.Client]:
    """Serve on this machine, on a free port unless one is given; give a client of it."""
    with tempfile.TemporaryDirectory() as folder:
        usual = {"database": f"sqlite:///{folder}/jobs.db", "drain": 1, "page": False, "port": 0}
        yield from _served(create_app(Settings(**usual | settings)))


def _served(app: FastAPI) -> Iterator[httpx.Client]:
    port = app.state.settings.port
    config = uvicorn.Config(app, port=port, log_level="error", timeout_graceful_shutdown=1)
    server = Server(config, app)
    thread = threading.Thread(target=server.run)
    thread.start()
    with httpx.Client(timeout=200) as client:  # it outlives the service, whose last words it hears
        try:
            until(lambda: server.started)
            port = server.servers[0].sockets[0].getsockname()[1]
            client.base_url = f"http://127.0.0.1:{port}/v1"
            yield client
        finally:
            server.should_exit = True
            thread.join(timeout=30)
            assert not thread.is_alive()


def post(client: httpx.Client, path: str, content: Any, **headers: str) -> httpx.Response:
    """Post JSON; headers are named with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(path, content=content, headers={"content-type": JSON} | named)


def submit(
    client: httpx.Client, content: bytes, kind: str = JSON, path: str = "/jobs", **params: Any
) -> str:
    """Send a job; give its id."""
    answer = client.post(path, content=content, params=params, headers={"content-type": kind})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def ended(client: httpx.Client, id: str) -> dict[str, Any]:
    """Wait until a job has ended; give it."""

    def look() -> dict[str, Any] | None:
        answer = client.get(f"/jobs/{id}", params={"wait": 30})
        assert answer.status_code == 200, answer.text
        job: dict[str, Any] = answer.json()
        return job if job["state"] in ENDED else None

    found: dict[str, Any] = until(look, 120)
    return found


def events(
    client: httpx.Client, id: str, after: object = None, most: int | None = None
) -> Iterator[dict[str, Any]]:
    """Follow a job to its end, or for so many events."""
    headers = {} if after is None else {"last-event-id": str(after)}
    with client.stream("GET", f"/jobs/{id}/events", headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        told: dict[str, Any] = {}
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if name in ("id", "event", "data"):
                told[name] = json.loads(value) if name == "data" else value
            elif not line and told:
                yield told
                told, most = {}, None if most is None else most - 1
                if most == 0:
                    return


def until(true: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, "it never came to hold"
        time.sleep(0.02)
    return found


def solvers(parent: int | None = None) -> list[int]:
    """Give the ids of the solving processes of a process, by default of this one."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
            ancestor = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
        if b"jvopt.service.child" in words and ancestor == (parent or os.getpid()):
            found.append(int(entry.name))
    return found


def running(pid: int) -> bool:
    """Tell whether a process lives (and is no zombie)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def errors(answer: httpx.Response, status: int) -> list[dict[str, Any]]:
    """Check that an answer is a problem document and give its errors."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    found = answer.json()
    assert found["status"] == status
    assert found["title"]
    assert found["detail"]
    assert all(e["code"] and e["message"] for e in found["errors"])
    return found["errors"]
