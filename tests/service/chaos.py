"""A service under load whose parts are killed at random moments."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx

from tests.api.support import JSON, as_json, solvers, two_suppliers
from tests.cli.support import environment

# Claims of the killed are void after seconds here, not half a minute.
START = (
    "import jvopt.service.dispatch as d; d.LEASE, d._RENEW = 6.0, 1.0; "
    "from jvopt.cli import app; app(['serve', '--port', '0'])"
)
SMALL = as_json(two_suppliers())
IMPOSSIBLE = as_json(two_suppliers(wanted=80))


class Service:
    """A service process that is started again whenever it was killed."""

    def __init__(self, database: str) -> None:
        self._env = {**environment(), "JVOPT_DATABASE": database, "JVOPT_SOLVES": "2"}
        self._env["JVOPT_PAGE"] = "false"
        self._lock = threading.Lock()
        self.start()

    def start(self) -> None:
        process = subprocess.Popen(
            [sys.executable, "-c", START], stderr=subprocess.PIPE, text=True, env=self._env
        )
        said = []
        for line in process.stderr:
            said.append(line)
            if found := re.search(r"http://127\.0\.0\.1:\d+/v1", line):
                break
        else:
            process.wait()
            raise ChildProcessError("".join(said))
        # Whatever it still says must not fill the pipe.
        self.said = deque(maxlen=200)
        threading.Thread(target=self.said.extend, args=(process.stderr,), daemon=True).start()
        with self._lock:
            self.process, self.address = process, found[0]

    def kill(self) -> None:
        with self._lock:
            self.process.kill()
            self.process.wait()


class Load:
    """Clients that send jobs, each until it is acknowledged, for as long as they are let."""

    def __init__(self, services: list[Service], clients: int) -> None:
        self._services = services
        self.acknowledged: dict[str, str] = {}
        self.strange: list[str] = []
        self._over = threading.Event()
        self._client = httpx.Client(timeout=30)
        self._threads = [threading.Thread(target=self._send, args=(n,)) for n in range(clients)]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(timeout=120)
        self._client.close()

    def _send(self, client: int) -> None:
        dice = random.Random(client)
        for number in range(10**6):
            if self._over.is_set():
                return
            case = dice.choice([SMALL, SMALL, SMALL, IMPOSSIBLE, b"{}"])
            key = f"{client}-{number}"
            while True:
                service = dice.choice(self._services)
                try:
                    sent = self._client.post(
                        f"{service.address}/jobs", content=case,
                        headers={"content-type": JSON, "idempotency-key": key},
                    )  # fmt: skip
                except httpx.TransportError:
                    time.sleep(0.2)  # not acknowledged: sent again with the same key
                    continue
                if sent.status_code == 503:
                    time.sleep(0.2)
                    continue
                if sent.status_code != 202:
                    self.strange.append(f"{sent.status_code} {sent.text[:300]}")
                else:
                    self.acknowledged[key] = sent.json()["id"]
                    if dice.random() < 0.8:  # or the line would only grow
                        self._follow(service, sent.json()["id"])
                break

    def _follow(self, service: Service, id: str) -> None:
        """Wait for the end of a job, or for a service that is gone."""
        with suppress(httpx.TransportError, KeyError):
            while not self._over.is_set():
                job = self._client.get(f"{service.address}/jobs/{id}?wait=5").json()
                if job["finished"]:
                    return


def survive(database, kills: int, clients: int, seed: int) -> Counter:
    """Kill parts of two services on one database under load; say how the jobs ended."""
    url, postgres = database
    dice = random.Random(seed)
    with ThreadPoolExecutor(2) as both:
        services = list(both.map(Service, [url, url]))
    load = Load(services, clients)
    try:
        for _ in range(kills):
            time.sleep(dice.uniform(0.2, 2.0))
            victim = dice.choice(services)
            what = dice.choice(["solver", "solver", "service", "database"])
            if what == "solver":
                for pid in solvers(victim.process.pid)[:1]:
                    os.kill(pid, signal.SIGKILL)
            elif what == "database" and postgres is not None:
                postgres.stop()
                time.sleep(dice.uniform(0, 1.0))
                postgres.start()
            else:
                victim.kill()
                victim.start()
        load.end()
        for service in services:
            assert service.process.poll() is None, "".join(service.said)
        return _account(services[0], load)
    finally:
        load.end()
        for service in services:
            service.kill()


def _account(service: Service, load: Load) -> Counter:
    assert not load.strange, load.strange
    assert len(set(load.acknowledged.values())) == len(load.acknowledged)
    ends: Counter = Counter()
    with httpx.Client(base_url=service.address, timeout=60) as client:
        for key, id in load.acknowledged.items():
            until = time.monotonic() + 240
            while not (job := client.get(f"/jobs/{id}?wait=30").json()).get("finished"):
                assert time.monotonic() < until, (key, job)
            told = _told(client, id)
            last = [state for state in told if state in ("succeeded", "failed", "cancelled")]
            assert len(last) == 1, (key, told)  # none ended twice
            assert told[-1] == last[0] == job["state"], (key, told)
            result = client.get(f"/jobs/{id}/result")
            assert result.is_success == (job["state"] == "succeeded"), (key, job)
            if job["state"] == "failed":
                assert job["failure"]["code"] in ("bad_case", "lost", "solver_ended"), job
            elif job["found"]:
                assert job["objective"] == 610 == _total(result.json()), (key, job)
            else:
                assert job["termination"] == "infeasible", (key, job)
            ends[f"{job['state']} {(job['failure'] or {}).get('code', '')}".strip()] += 1
    return ends


def _told(client: httpx.Client, id: str) -> list[str]:
    text = client.get(f"/jobs/{id}/events").text
    return re.findall(r'"state": ?"(\w+)"', text)


def _total(plan) -> float:
    return sum(row["cost"] for row in plan["tables"]["costs"])
