"""The changes that `docs/extending.md` shows: they apply to this source, and their tests pass."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "docs" / "examples"
PAGE = (ROOT / "docs" / "extending.md").read_text("utf-8")
TOUCHED = {
    "storage": {
        "jvopt/core/tables/network.py",
        "jvopt/models/costs.py",
        "jvopt/solve/audit/due.py",
        "tests/models/hand/test_storage.py",
    },
    "quota": {
        "jvopt/core/tables/goods.py",
        "jvopt/models/supply.py",
        "jvopt/models/build.py",
        "jvopt/models/renew.py",
        "jvopt/solve/audit/capacity.py",
        "jvopt/solve/audit/__init__.py",
        "jvopt/solve/explain/program.py",
        "jvopt/core/explained.py",
        "jvopt/solve/prices.py",
        "tests/models/hand/test_quota.py",
        "tests/models/random_cases.py",
        "tests/models/oracle/network.py",
    },
}
"""The places that each change touches: a cost kind four, a family a good deal more."""

TESTS = {
    "storage": ["tests/models/hand/test_storage.py"],
    "quota": [
        "tests/models/hand/test_quota.py",
        "tests/models/test_random.py::test_against_a_second_model[0]",
    ],
}


@pytest.mark.parametrize("change", TOUCHED)
def test_a_change_touches_what_the_page_says(change: str) -> None:
    lines = (EXAMPLES / f"{change}.patch").read_text("utf-8").splitlines()
    assert {line[6:] for line in lines if line.startswith("+++ ")} == TOUCHED[change]


def test_the_page_shows_the_changes_whole() -> None:
    """Each step ends where the next one begins, from the first file of a change to its last."""
    for change in TOUCHED:
        shown = re.findall(rf"examples/{change}\.patch\n(.*?)```", PAGE, re.DOTALL)
        begins = [re.findall(r":start-at: (.*)", step) for step in shown]
        ends = [re.findall(r":end-before: (.*)", step) for step in shown]
        assert ends == [*begins[1:], []]
        patch = (EXAMPLES / f"{change}.patch").read_text("utf-8")
        assert patch.startswith(begins[0][0])


@pytest.mark.timeout(600)
@pytest.mark.parametrize("change", TESTS)
def test_it_applies_and_its_tests_pass(change: str, tmp_path: Path) -> None:
    for folder in ("jvopt", "tests/models"):
        unwanted = shutil.ignore_patterns("__pycache__", "*.xlsx", "questions", "page", "api")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=unwanted)
    shutil.copy(ROOT / "tests" / "breadth.py", tmp_path / "tests")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    patch = EXAMPLES / f"{change}.patch"
    subprocess.run(["git", "apply", "--recount", str(patch)], cwd=tmp_path, check=True)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *TESTS[change]],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "passed" in done.stdout
