"""What happens around a solve: it blocks nothing, dies with its client, and never hangs."""

import os
import signal
import socket
import threading
import time

import httpx
import pytest

from tests.api.support import (
    JSON,
    as_json,
    ended,
    long_search,
    post,
    running,
    serving,
    solvers,
    submit,
    two_suppliers,
    until,
)


@pytest.fixture(scope="module")
def long():
    return as_json(long_search())


def in_background(call):
    """Start a call; give what it returns or raises, in a list, once it has ended."""
    ended = []

    def run():
        try:
            ended.append(call())
        except Exception as error:
            ended.append(error)

    threading.Thread(target=run).start()
    return ended


def code(answer):
    return answer.json()["errors"][0]["code"]


def test_a_solve_blocks_nothing_and_a_killed_one_is_answered(long):
    with serving(solves=1, time_limit=100) as client:
        ended = in_background(lambda: post(client, "/optimize", long))
        (pid,) = until(solvers)
        slowest = 0.0
        for _ in range(30):
            began = time.monotonic()
            assert client.get("/health").status_code == 200
            slowest = max(slowest, time.monotonic() - began)
            time.sleep(0.1)
        assert slowest < 0.5
        assert not ended
        # As the kernel does when memory runs out.
        os.kill(pid, signal.SIGKILL)
        until(lambda: ended)
        assert (ended[0].status_code, code(ended[0])) == (500, "solver_ended")
        assert "SIGKILL" in ended[0].json()["detail"]
        # The next one is none the worse for it.
        assert post(client, "/optimize", as_json(two_suppliers())).json()["found"] is True


def test_the_time_limit_ends_the_search_and_keeps_the_plan(long):
    with serving(solves=1, time_limit=100, grace=60) as client:
        plan = post(client, "/optimize?time_limit=15", long).json()
        assert (plan["termination"], plan["found"]) == ("time_limit", True)
        figures = {r["item"]: r.get("value") for r in plan["tables"]["summary"]}
        assert figures["bound"] < figures["objective"]
        assert 0 < figures["gap"] < 1


def test_a_solve_that_does_not_answer_is_killed(long):
    with serving(solves=1, time_limit=100, grace=3) as client:
        ended = in_background(lambda: post(client, "/optimize?time_limit=1", long))
        (pid,) = until(solvers)
        os.kill(pid, signal.SIGSTOP)  # it lives, but neither works nor listens
        until(lambda: ended)
        assert (ended[0].status_code, code(ended[0])) == (504, "no_answer")
        until(lambda: not running(pid))


def test_a_client_that_leaves_takes_its_solve_with_it(long):
    with serving(solves=1, time_limit=100) as client:
        url = client.base_url
        head = (
            f"POST {url.path}optimize HTTP/1.1\r\nhost: {url.netloc.decode()}\r\n"
            f"content-type: {JSON}\r\ncontent-length: {len(long)}\r\n\r\n"
        )
        with socket.create_connection((url.host, url.port)) as first:
            first.sendall(head.encode() + long)
            (pid,) = until(solvers)
            time.sleep(0.5)  # its process was there before it: now it has surely taken it
            # Another leaves while it waits in line: its turn never comes.
            with pytest.raises(httpx.ReadTimeout):
                httpx.post(
                    f"{url}optimize", content=long, headers={"content-type": JSON}, timeout=2
                )
            assert running(pid)
        # A fresh process is made ready for whoever comes next, and does nothing till then.
        until(lambda: not running(pid), seconds=10)
        client.timeout = 30
        answer = post(client, "/optimize", as_json(two_suppliers()))
        assert answer.json()["found"] is True


def test_no_more_solves_at_a_time_than_allowed_and_none_left_at_the_end(long):
    with serving(solves=1, time_limit=100) as client:
        small = as_json(two_suppliers())
        three = [in_background(lambda: post(client, "/optimize", small)) for _ in range(3)]
        most = 0
        while not all(three):
            most = max(most, len(solvers()))
            time.sleep(0.02)
        assert most == 1
        assert [ended[0].json()["found"] for ended in three] == [True] * 3
        running_still = in_background(lambda: post(client, "/optimize", long))
        (pid,) = until(solvers)
    until(lambda: not running(pid))
    until(lambda: running_still)
    assert running_still[0].status_code == 503


def test_planners_who_ask_what_if_stop_no_other_screen(long):
    with serving(solves=1, time_limit=100, page=True) as client:
        base = str(client.base_url).removesuffix("/v1/")
        done = ended(client, submit(client, as_json(two_suppliers())))
        at_work = submit(client, long)
        until(lambda: client.get(f"/jobs/{at_work}").json()["state"] == "solving")
        for _ in range(45):  # more than there are threads for all screens
            assert client.get(f"{base}/jobs/{done['id']}/whatif").status_code == 200
        assert client.get(f"{base}/jobs").status_code == 200
        assert client.get(f"/jobs/{at_work}").json()["state"] == "solving"
        client.post(f"/jobs/{at_work}/cancel")


def test_a_service_ends_though_somebody_waits_for_a_workbook(long):
    with serving(solves=1, time_limit=100) as client:
        done = ended(client, submit(client, as_json(two_suppliers())))
        at_work = submit(client, long)
        until(lambda: client.get(f"/jobs/{at_work}").json()["state"] == "solving")
        waiting = in_background(lambda: client.get(f"/jobs/{done['id']}/result.xlsx"))
        time.sleep(1)
        assert not waiting
        began = time.monotonic()
    assert time.monotonic() - began < 15  # one second for the job, one for the request
