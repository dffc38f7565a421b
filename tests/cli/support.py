"""The command line as users start it: a process of its own, on real files."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def command(*words):
    return [sys.executable, "-m", "jvopt.cli", *map(str, words)]


def environment(*before):
    """Give the environment in which jvopt is found, after some other folders."""
    path = os.pathsep.join([*map(str, before), str(ROOT), os.environ.get("PYTHONPATH", "")])
    # Wide enough for what is printed to show whether it would fit 80 columns of its own accord.
    return {**os.environ, "PYTHONPATH": path.rstrip(os.pathsep), "COLUMNS": "80"}


def jvopt(*words, cwd=None, before=()):
    """Run a command to its end; a traceback is never an answer."""
    done = subprocess.run(
        command(*words), capture_output=True, text=True, cwd=cwd, env=environment(*before),
        timeout=250, encoding="utf-8",
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done
