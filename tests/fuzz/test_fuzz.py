"""A short run of the fuzzer, its past findings, and that it would find what it looks for."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import openpyxl
import pytest

from jvopt.core import parse
from jvopt.core.case import Case
from jvopt.excel import grid, header, read, table_reader
from tests.breadth import blocks
from tests.fuzz import bases
from tests.fuzz.inputs import recipe, smaller
from tests.fuzz.judge import judge

CORPUS = sorted((Path(__file__).parent / "corpus").iterdir())
COUNT = 50


@pytest.fixture(autouse=True)
def quiet():
    """A duplicate name in an archive is meant here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_what_was_found_once_is_mended(path):
    kind = "json" if path.suffix == ".json" else "xlsx"
    assert judge(path.read_bytes(), kind, thoroughly=True) is None


@pytest.mark.parametrize("kind", ["xlsx", "json"])
@pytest.mark.parametrize("block", blocks(1, of=3))
def test_a_few_mutations(kind, block):
    for number in range(COUNT * block, COUNT * (block + 1)):
        made = recipe(0, number, kind, large=False)
        assert judge(made.made(), made.kind) is None, (number, str(made))


def test_bases_are_cases_without_errors():
    for content in bases.workbooks().values():
        assert judge(content, "xlsx") is None
        assert read.read_workbook(content).case == bases.small()


def test_the_same_number_gives_the_same_input():
    for kind in ("xlsx", "json"):
        assert recipe(5, 7, kind).made() == recipe(5, 7, kind).made()
        assert recipe(5, 7, kind) != recipe(6, 7, kind)


def mark_of(content, kind="xlsx"):
    found = judge(content, kind)
    return found and found.what


def test_a_value_that_changes_on_the_way_is_found(monkeypatch):
    content = bases.workbooks()["by hand, en"]
    original = table_reader._clean

    def careless(cells, lenient):
        return [cell + 1 if cell == 50.0 else cell for cell in original(cells, lenient)]

    monkeypatch.setattr(table_reader, "_clean", careless)
    assert mark_of(content) == "changed"


def test_a_row_that_is_dropped_is_found(monkeypatch):
    content = bases.workbooks()["by hand, en"]
    original = grid.read_grids

    def careless(package, sheets):
        grids, issues = original(package, sheets)
        for found in grids:
            if found.sheet == "scenarios":
                found.rows.pop()
            if found.sheet == "changes":
                found.rows[1:] = []
        return grids, issues

    monkeypatch.setattr(read, "read_grids", careless)
    assert mark_of(content) == "changed"


def test_a_column_left_out_for_want_of_its_heading_is_found(monkeypatch):
    book = openpyxl.load_workbook(io.BytesIO(bases.workbooks()["by hand, en"]))
    lanes = book["lanes"]
    (heading,) = [cell for cell in lanes[1] if str(cell.value).startswith("Cost per unit")]
    heading.value = None
    content = io.BytesIO()
    book.save(content)
    assert mark_of(content.getvalue()) is None
    monkeypatch.setattr(header, "_unnamed", lambda *given: [])  # with a warning alone
    assert mark_of(content.getvalue()) == "changed"


def test_an_exception_is_found_and_made_small(monkeypatch):
    made = next(r for n in range(99) if len((r := recipe(1, n, "json")).steps) > 1)

    def careless(self, table):
        raise ZeroDivisionError

    monkeypatch.setattr(Case, "__getitem__", careless)
    assert judge(b"{}", "json").mark.startswith("ZeroDivisionError")
    assert smaller(made, lambda trial: True).steps == ()


def test_json_that_is_read_otherwise_is_found(monkeypatch):
    content = bases.small().to_json().encode()
    assert judge(content, "json") is None
    original = parse._typed

    def careless(column, values):
        return original(column, ["x" if value == "Two suppliers" else value for value in values])

    monkeypatch.setattr(parse, "_typed", careless)
    assert mark_of(content, "json") == "changed"
