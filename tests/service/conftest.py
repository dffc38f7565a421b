"""Databases of both kinds, each new for a test."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
import warnings
from contextlib import contextmanager
from pathlib import Path

import pytest

USER = "postgres"


def _program(name: str) -> str | None:
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return shutil.which(name, path=os.pathsep.join([*map(str, places), os.environ["PATH"]]))


class Postgres:
    """A PostgreSQL of our own, on a free port of this machine."""

    def __init__(self, folder: Path) -> None:
        self._data = folder / "data"
        self._as = {"user": USER, "group": USER, "extra_groups": []} if os.getuid() == 0 else {}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.url = f"postgresql+psycopg://{USER}@127.0.0.1:{self._port}/postgres"
        self._run("initdb", "-D", self._data, "-U", USER, "-A", "trust", "--no-sync")
        self.start()

    def start(self) -> None:
        # Commits are flushed, as they are where it matters.
        options = f"-p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        self._run(
            "pg_ctl", "-D", self._data, "-w", "-l", f"{self._data}.log", "-o", options, "start"
        )

    def stop(self) -> None:
        """Stop it at once, as when the power goes."""
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop")

    def _run(self, name: str, *words: object) -> None:
        done = subprocess.run(
            [_program(name), *map(str, words)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", timeout=60, **self._as,
        )  # fmt: skip
        assert done.returncode == 0, (name, done.returncode)


@contextmanager
def postgres():
    if not (_program("initdb") and _program("pg_ctl")):
        if os.environ.get("REQUIRE_POSTGRES"):
            pytest.fail("PostgreSQL is wanted (REQUIRE_POSTGRES) and not installed")
        warnings.warn("PostgreSQL is not installed: what it does is NOT tested", stacklevel=2)
        pytest.skip("PostgreSQL is not installed")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        if os.getuid() == 0:
            shutil.chown(folder, USER, USER)
        found = Postgres(Path(folder))
        try:
            yield found
        finally:
            try:
                found.stop()
            except AssertionError:
                time.sleep(0)  # a test had stopped it


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    """Give the URL of a new database, and what can be stopped of it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/jobs.db", None
        return
    with postgres() as server:
        yield server.url, server
