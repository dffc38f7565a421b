"""`jvopt serve` as users start it."""

import re
import signal
import subprocess
import threading

import httpx

from tests.api.support import as_json, long_search, solvers, until
from tests.cli.support import command, environment
from tests.cli.support import jvopt as run


def test_serve_until_ctrl_c():
    process = subprocess.Popen(
        command("serve", "--port", "0"), stderr=subprocess.PIPE, text=True, env=environment()
    )
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
    wrong = {**environment(), "JVOPT_SOLVES": "many"}
    done = subprocess.run(command("serve"), capture_output=True, text=True, env=wrong)
    assert done.returncode == 2
    assert "JVOPT_SOLVES is 'many'" in done.stderr
    assert "Traceback" not in done.stderr


def test_whoever_opens_it_to_others_is_warned():
    process = subprocess.Popen(
        command("serve", "--port", "0", "--host", "0.0.0.0"),
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    try:
        said = [process.stderr.readline(), process.stderr.readline()]
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=100)
    finally:
        process.kill()
    assert "asks for no password" in said[1]


def test_a_solve_that_is_open_when_the_service_is_stopped_is_answered():
    process = subprocess.Popen(
        command("serve", "--port", "0"), stderr=subprocess.PIPE, text=True, env=environment()
    )
    answers = []

    def ask(base):
        content, kind = as_json(long_search()), {"content-type": "application/json"}
        answers.append(httpx.post(f"{base}/optimize", content=content, headers=kind, timeout=100))

    try:
        base = re.search(r"http://127\.0\.0\.1:\d+/v1", process.stderr.readline())[0]
        asking = threading.Thread(target=ask, args=[base])
        asking.start()
        until(lambda: solvers(process.pid))
        process.send_signal(signal.SIGINT)
        asking.join(timeout=60)
        assert "Traceback" not in process.communicate(timeout=60)[1]
    finally:
        process.kill()
    (answer,) = answers
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (503, "stopped")
