"""Ctrl-C, and being killed, in the middle of a search."""

import json
import os
import signal
import subprocess
import threading

import pytest

from tests.api.support import as_json, long_search, running, solvers, until
from tests.cli.support import command, environment


@pytest.fixture
def searching(tmp_path):
    """Start a long search; give its process, what it says on standard error, and its output."""
    source, out = tmp_path / "case.json", tmp_path / "plan.json"
    source.write_bytes(as_json(long_search()))
    process = subprocess.Popen(
        command("solve", source, "-o", out),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        start_new_session=True,
    )
    said = []
    threading.Thread(target=lambda: said.extend(process.stderr), daemon=True).start()
    try:
        # Lines of progress come every ten seconds: wait until one tells of a plan.
        until(lambda: any("best" in line for line in list(said)), seconds=150)
        yield process, said, out
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def test_ctrl_c_keeps_the_best_plan_so_far(searching):
    process, said, out = searching
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(timeout=100) == 0, said
    plan = json.loads(out.read_text("utf-8"))
    assert (plan["termination"], plan["found"]) == ("interrupted", True)
    assert any("best plan so far is kept" in line for line in said)
    shown = process.stdout.read()
    assert "The best plan when the search was stopped" in shown
    assert "Audit       passed" in shown


def test_a_second_ctrl_c_ends_at_once(searching):
    process, said, out = searching
    (pid,) = solvers(process.pid)
    os.kill(pid, signal.SIGSTOP)  # even where the search would not listen
    os.killpg(process.pid, signal.SIGINT)
    until(lambda: any("kept" in line for line in list(said)))
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(timeout=20) == 130
    assert not out.exists()
    until(lambda: not running(pid))


def test_no_solve_is_left_behind_when_the_command_is_killed(searching):
    process, _, _ = searching
    (pid,) = solvers(process.pid)
    process.kill()
    until(lambda: not running(pid), seconds=20)
