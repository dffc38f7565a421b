"""The command line and the service give the same plans, and the same words for mistakes."""

import io
import json

import pytest
from openpyxl import load_workbook

from tests.api.support import JSON, XLSX, as_json, as_workbook, post, two_suppliers
from tests.cli.support import jvopt as run

MEDIA = {".json": JSON, ".xlsx": XLSX}


def mistaken_tables():
    """Give the case of two suppliers with a mistake of every kind that fits into JSON."""
    case = two_suppliers()
    case["products"].append({"product": "P"})
    case["sites"][0] |= {"latitude": "north", "now": "shut"}
    case["supply"][0] |= {"site": "NEER", "unit_cost": -10, "capacity": float("nan")}
    case["supply"][1] |= {"unit_cost": None, "colour": "red"}
    case["lanes"][0] |= {"currency": "EUR", "cost_per_unit": [1], "distanse": 4}
    case["demand"][0] |= {"quantity": True, "product": None}
    case["changes"][0] |= {"table": "suply", "order": 1.5}
    case["periods"] = [{"period": "2026", "start": "soon"}]
    return case | {"tarifs": [], "wishes": []}


def mistaken_book():
    """Give the same case as a workbook with mistakes that only cells can have, too."""
    book = load_workbook(io.BytesIO(as_workbook(two_suppliers())))
    for sheet, cell, value in (
        ("supply", "A2", "NEER"),
        ("supply", "D2", "ten"),
        ("supply", "E3", -5),
        ("sites", "A3", "NEAR"),
        ("lanes", "C2", None),
        ("lanes", "F2", "#N/A"),
        ("demand", "D2", "=1+1"),
        ("changes", "F2", "divide"),
    ):
        book[sheet][cell] = value
    book["demand"].merge_cells("A2:B2")
    book.create_sheet("tarifs")["A1"] = "product"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kinds"),
    [
        ("case.json", as_json(mistaken_tables()), 12),
        ("case.xlsx", mistaken_book(), 8),
        ("case.json", b'{"sites": [', 1),
        pytest.param("case.json", b"[]", 1, marks=pytest.mark.slow),
        pytest.param("case.json", b"", 1, marks=pytest.mark.slow),
        pytest.param("case.json", "{}".encode("utf-16"), 1, marks=pytest.mark.slow),
        pytest.param("case.xlsx", b"a;b\n1;2\n", 1, marks=pytest.mark.slow),
        ("case.xlsx", b"PK\x03\x04 cut off", 1),
    ],
)
def test_same_codes_and_messages_for_the_same_mistakes(client, tmp_path, name, content, kinds):
    path = tmp_path / name
    path.write_bytes(content)
    shown = run("check", path, "--json")
    assert shown.returncode == 2
    told = json.loads(shown.stdout)["issues"]
    assert len({i["code"] for i in told if i["severity"] == "error"}) >= kinds
    answer = post(client, "/check", content, content_type=MEDIA[path.suffix])
    assert answer.status_code in (400, 422)
    assert answer.json()["errors"] == told
    solved = post(client, "/optimize", content, content_type=MEDIA[path.suffix])
    assert solved.json() == answer.json()
    listed = run("solve", path, "-o", tmp_path / "plan.json")
    assert listed.returncode == 2
    # The table for people breaks lines: compare without the blanks.
    words = "".join(listed.stderr.split())
    for issue in told:
        first = "".join(issue["message"].split())[:16]
        assert first in words, issue


@pytest.mark.parametrize("name", ["case.json", "case.xlsx"])
def test_the_same_plan_for_the_same_case(client, tmp_path, name):
    content = as_json(two_suppliers()) if name == "case.json" else as_workbook(two_suppliers())
    (tmp_path / name).write_bytes(content)
    done = run("solve", name, "-o", "plan.json", "--scenario", "dear", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    answer = post(client, "/optimize?scenario=dear", content, content_type=MEDIA[f".{name[5:]}"])
    mine = [json.loads((tmp_path / "plan.json").read_text("utf-8")), answer.json()]
    for plan in mine:
        summary = plan["tables"]["summary"]
        plan["tables"]["summary"] = [r for r in summary if not r["item"].startswith("seconds")]
    assert mine[0] == mine[1]
    assert mine[0]["found"] is True
