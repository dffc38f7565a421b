"""A service that starts beside its database waits for it."""

import re
import subprocess
import time
from pathlib import Path

import httpx
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError

from jvopt.service.store import open_engine
from tests.api.support import until
from tests.cli.support import command, environment


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_service_waits_for_its_database(database):
    url, server = database
    server.stop()
    env = {**environment(), "JVOPT_DATABASE": url, "JVOPT_PAGE": "false", "JVOPT_SOLVES": "1"}
    process = subprocess.Popen(
        command("serve", "--port", "0"), stderr=subprocess.PIPE, text=True, env=env
    )
    try:
        assert any("the database is away" in line for line in process.stderr)
        server.start()
        found = (re.search(r"http://127.0.0.1:\d+/v1", line) for line in process.stderr)
        address = next(match[0] for match in found if match)

        def ready():
            try:
                return httpx.get(f"{address}/health/ready").status_code == 200
            except httpx.TransportError:
                return False

        until(ready)
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_database_that_lets_nobody_in_is_not_waited_for(database):
    owner = open_engine(database[0])
    with owner.begin() as connection:
        connection.execute(text("CREATE ROLE ann SUPERUSER LOGIN PASSWORD 'right'"))
        allowed = Path(connection.scalar(text("SHOW hba_file")))
        allowed.write_text("host all ann all scram-sha-256\nhost all all all trust\n")
        connection.execute(text("SELECT pg_reload_conf()"))
    owner.dispose()
    ann = make_url(database[0]).set(username="ann")

    def refusal(at):
        began = time.monotonic()
        try:
            open_engine(at.render_as_string(hide_password=False), patience=60).dispose()
        except OperationalError as error:
            assert time.monotonic() - began < 20
            return str(error.orig)
        return ""

    until(lambda: "no password" in refusal(ann), 20)  # once it has read anew whom it lets in
    assert "authentication failed" in refusal(ann.set(password="wrong"))
    right = ann.set(password="right")
    assert "does not exist" in refusal(right.set(database="nothing"))
    assert refusal(right) == ""
