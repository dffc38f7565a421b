"""The public API changes only where that is meant, and everything in it is documented."""

from __future__ import annotations

import importlib.resources
import inspect
from pathlib import Path

import jvopt
import jvopt.analysis
from tools.public import listing

ROOT = Path(__file__).resolve().parents[2]


def test_the_public_api_is_as_listed():
    listed = (ROOT / "docs" / "public.txt").read_text(encoding="utf-8")
    assert listing() == listed, "if this change is meant: tools/generate.py, and the CHANGELOG"


def test_all_of_it_is_in_the_reference():
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    for name in jvopt.__all__:
        assert name == "__version__" or f":: jvopt.{name}\n" in page, name
    for name in jvopt.analysis.__all__:
        assert f":: jvopt.analysis.{name}\n" in page, name


def test_all_of_it_is_told_and_typed():
    for name in jvopt.__all__:
        what = getattr(jvopt, name)
        if callable(what):
            assert inspect.getdoc(what), name
    assert importlib.resources.files("jvopt").joinpath("py.typed").is_file()
