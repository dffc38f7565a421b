"""The OpenAPI document is true: whatever is sent, the answer is one that it declares."""

import json
import re
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace

import pytest

from jvopt.api import app
from jvopt.service.executors.local import LocalExecutor
from jvopt.service.keys import Keys
from jvopt.service.store import open_engine
from tests.api.support import JSON, as_json, ended, serving, submit, two_suppliers

CASES = re.compile(r"^ +(\d+) generated, (\d+) passed", re.MULTILINE)
# Of cases most is asked that a schema cannot say; keys are another test's matter.
BEYOND = "positive_data_acceptance"
# A job takes any JSON: that its case has errors is told by the job.
CHECKED_LATER = """
[[operations]]
include-path-regex = "/jobs$"
checks.negative_data_rejection.enabled = false
"""


class Remembering(LocalExecutor):
    """Solving processes that do nothing twice: the same small case is sent again and again."""

    def __init__(self, slots):
        super().__init__(slots)
        self.known = {}

    @contextmanager
    def slot(self):
        with super().slot() as run:
            yield _Remembered(run, self.known)


class _Remembered:
    def __init__(self, run, known):
        self._run, self._known = run, known
        self.stop, self.kill = run.stop, run.kill

    def answer(self, task, watch=None, grace=60):
        key = repr(replace(task, longest=None))
        if key not in self._known:
            self._known[key] = self._run.answer(task, watch, grace)
        return self._known[key]


@pytest.fixture(scope="module", params=["open", "keyed"])
def served(request, tmp_path_factory):
    """Serve; give where, the headers that let one in, and a file with the document."""
    folder = tmp_path_factory.mktemp(request.param)
    database = f"sqlite:///{folder}/jobs.db"
    engine = open_engine(database)
    key = Keys(engine).add("all", ["admin"])
    engine.dispose()
    keyed = request.param == "keyed"
    with (
        pytest.MonkeyPatch.context() as patch,
        _serving(patch, database=database, require_keys=keyed) as client,
    ):
        if keyed:
            client.headers["authorization"] = f"Bearer {key}"
        yield client, _document(client, folder / "openapi.json")


def _serving(patch, **settings):
    patch.setattr(app, "_executor", lambda settings: Remembering(settings.solves))
    return serving(solves=2, time_limit=0.5, grace=60, body_mb=1, **settings)


def _document(client, path):
    """Write the document with examples: a case that can be solved, and jobs that there are."""
    tables = two_suppliers()
    done = submit(client, as_json(tables))
    failed = submit(client, as_json(tables | {"demand": []}))
    for id in (done, failed):
        ended(client, id)
    document = client.get("/../openapi.json").json()
    _thin(document["components"]["schemas"]["Case"], tables)
    for operations in document["paths"].values():
        for operation in operations.values():
            sent = operation.get("requestBody", {}).get("content", {}).get(JSON)
            if sent is not None and sent["schema"]["$ref"].endswith("/Case"):
                sent["examples"] = {"two": {"value": tables}}
            if sent is not None and sent["schema"]["$ref"].endswith("/WhatIf"):
                changes = [{"table": "supply", "column": "unit_cost", "value": 3}]
                sent["examples"] = {"one": {"value": {"orders": [{"changes": changes}]}}}
            for parameter in operation.get("parameters", ()):
                if parameter["name"] == "id":
                    parameter["examples"] = {"done": {"value": done}, "failed": {"value": failed}}
                if parameter["name"] == "table":
                    parameter["examples"] = {"costs": {"value": "costs"}}
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def _thin(case, tables):
    """Keep the cells of a small case: those of all tables take longer to make up than to answer."""
    case["properties"] = {n: s for n, s in case["properties"].items() if n in tables}
    for name, table in case["properties"].items():
        cells, used = (
            table["items"]["properties"],
            {column for row in tables[name] for column in row},
        )
        table["items"]["properties"] = {n: s for n, s in cells.items() if n in used}


def _run(served, *words, seconds):
    """Have schemathesis ask; give how many cases it made, all of which passed."""
    client, document = served
    (document.parent / "schemathesis.toml").write_text(CHECKED_LATER, encoding="utf-8")
    address = str(client.base_url).removesuffix("/v1/")
    key = client.headers.get("authorization")
    done = subprocess.run(
        [
            sys.executable, "-m", "schemathesis.cli", "run", document, "--url", address,
            *(["--header", f"Authorization: {key}"] if key else []),
            "--exclude-checks", BEYOND if key else f"{BEYOND},ignored_auth",
            "--continue-on-failure", "--no-shrink", "--request-timeout", "100", "--no-color",
            "--warnings", "off", *words,
        ],
        capture_output=True, text=True, cwd=document.parent, timeout=seconds,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
    made, passed = map(int, CASES.search(done.stdout).groups())
    assert made == passed
    return made


@pytest.mark.timeout(600)
def test_some_hundred_requests_are_answered_as_declared(served):
    made = _run(
        served, "--phases", "examples,fuzzing", "--max-examples", "1", "--seed", "1", seconds=580
    )
    assert made >= 100


@pytest.mark.slow
@pytest.mark.timeout(5400)
@pytest.mark.parametrize(("phases", "least"), [("examples,coverage", 2_500), ("fuzzing", 500)])
def test_thousands_of_requests_are_answered_as_declared(served, phases, least):
    made = _run(served, "--phases", phases, "--max-examples", "20", "--seed", "2", seconds=5300)
    assert made >= least  # 5,000 with and without a key
