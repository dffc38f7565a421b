"""The change that `docs/extending.md` shows: it applies to this source, and its test passes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATCH = ROOT / "docs" / "examples" / "storage.patch"
TOUCHED = {
    "jvopt/core/tables/network.py",
    "jvopt/models/costs.py",
    "jvopt/solve/audit/figures.py",
    "tests/models/hand/test_storage.py",
}


def test_a_cost_kind_touches_four_places():
    lines = PATCH.read_text("utf-8").splitlines()
    assert {line[6:] for line in lines if line.startswith("+++ ")} == TOUCHED


@pytest.mark.timeout(600)
def test_it_applies_and_its_test_passes(tmp_path):
    for folder in ("jvopt", "tests/models"):
        unwanted = shutil.ignore_patterns("__pycache__", "*.xlsx", "questions", "page", "api")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=unwanted)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    subprocess.run(["git", "apply", "--recount", str(PATCH)], cwd=tmp_path, check=True)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests/models/hand/test_storage.py"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
