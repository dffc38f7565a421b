"""`jvopt serve` as users start it."""

import os
import re
import signal
import subprocess
import threading
from pathlib import Path

import httpx
import pytest

from tests.api.support import as_json, long_search, solvers, until
from tests.cli.support import command, environment
from tests.cli.support import jvopt as run


@pytest.fixture(autouse=True)
def database(tmp_path, monkeypatch):
    monkeypatch.setenv("JVOPT_DATABASE", f"sqlite:///{tmp_path}/jobs.db")
    monkeypatch.setenv("JVOPT_PAGE", "false")  # it takes seconds to load, and has tests of its own


def serving(*words):
    return subprocess.Popen(
        command("serve", "--port", "0", *words),
        stderr=subprocess.PIPE, text=True, env=environment(),
    )  # fmt: skip


def _status(address):
    try:
        return httpx.get(address).status_code
    except httpx.TransportError:
        return None


def _seconds(pid):
    """Give the seconds of work that a process has done."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def test_serve_until_ctrl_c():
    process = serving()
    try:
        address = re.search(r"http://127\.0\.0\.1:(\d+)/v1", process.stderr.readline())

        def up():
            try:
                return httpx.get(f"{address[0]}/health").json()["status"] == "ok"
            except httpx.ConnectError:
                return False

        until(up)
        second = run("serve", "--port", address[1])
        assert second.returncode == 2
        assert "address already in use" in second.stderr
    finally:
        process.send_signal(signal.SIGINT)
        assert "Traceback" not in process.communicate(timeout=100)[1]


def test_a_wrong_setting_is_named():
    wrong = {**environment(), "JVOPT_SOLVES": "many", "JVOPT_TIMELIMIT": "5"}
    done = subprocess.run(command("serve"), capture_output=True, text=True, env=wrong)
    assert done.returncode == 2
    assert "JVOPT_SOLVES is 'many'" in done.stderr
    assert "no setting JVOPT_TIMELIMIT" in done.stderr
    assert "Did you mean JVOPT_TIME_LIMIT?" in done.stderr
    assert "Traceback" not in done.stderr


def test_it_is_not_opened_to_others_without_keys():
    done = run("serve", "--port", "0", "--host", "0.0.0.0")
    assert done.returncode == 2
    assert "jvopt keys add" in done.stderr
    made = run("keys", "add", "Ann")
    assert made.stdout.startswith("jvopt_")
    process = serving("--host", "0.0.0.0")
    try:
        base = re.search(r"http://0\.0\.0\.0:(\d+)/v1", process.stderr.readline())
        jobs = f"http://127.0.0.1:{base[1]}/v1/jobs"
        assert until(lambda: _status(jobs)) == 401
        key = {"authorization": f"Bearer {made.stdout.strip()}"}
        assert httpx.get(jobs, headers=key).json()["jobs"] == []
    finally:
        process.kill()
        process.communicate()


def test_a_solve_that_is_open_when_the_service_is_stopped_is_answered():
    process = serving()
    answers = []

    def ask(base):
        content, kind = as_json(long_search()), {"content-type": "application/json"}
        answers.append(httpx.post(f"{base}/optimize", content=content, headers=kind, timeout=100))

    try:
        base = re.search(r"http://127\.0\.0\.1:\d+/v1", process.stderr.readline())[0]
        asking = threading.Thread(target=ask, args=[base])
        asking.start()
        # A process that waits for a task has only loaded its libraries.
        until(lambda: any(_seconds(pid) > 8 for pid in solvers(process.pid)), 100)
        process.send_signal(signal.SIGINT)
        asking.join(timeout=60)
        assert "Traceback" not in process.communicate(timeout=60)[1]
    finally:
        process.kill()
    (answer,) = answers
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (503, "stopped")
