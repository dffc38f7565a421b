"""A service that starts beside its database waits for it."""

import re
import subprocess

import httpx
import pytest

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
