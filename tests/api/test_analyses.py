"""Analyses over HTTP: two suppliers, worked out by hand."""

import io

import pytest
from openpyxl import load_workbook

import jvopt
from jvopt.core.analyses import ANALYSES
from jvopt.excel import read_excel
from tests.api.support import JSON, XLSX, as_json, as_workbook, errors, post, two_suppliers

FLIP = {"change": "supply[site = NEAR].unit_cost", "low": 0, "high": 40}


def test_what_if_by_hand(client):
    # FAR at 24 instead of 12: the 20 units bought there cost 240 more than 610.
    answer = post(client, "/analyses/whatif", as_json(two_suppliers()))
    assert answer.status_code == 200, answer.text
    report = answer.json()
    assert (report["analysis"], report["complete"]) == ("whatif", True)
    rows = {r["scenario"]: r for r in report["tables"]["comparison"]}
    assert rows["dear"]["objective"] == pytest.approx(850)
    assert rows["dear"]["difference"] == pytest.approx(240)
    assert "dear costs 240 USD" in report["findings"][0]


def test_break_even_by_hand(client):
    # NEAR (at most 30, freight 1) and FAR (at most 40, 14 with freight) swap places at 13.
    answer = client.post(
        "/analyses/breakeven", params=FLIP, content=as_json(two_suppliers()),
        headers={"content-type": JSON},
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    (found,) = answer.json()["tables"]["breaks"]
    assert found["low"] == found["high"] == pytest.approx(13)
    assert found["exact"] == "exact"


def test_an_impossible_case_by_hand(client):
    # 71 are wanted of 30 and 40: one more of the 40 is the least of changes.
    answer = post(client, "/analyses/explain", as_json(two_suppliers(wanted=71)))
    assert answer.status_code == 200, answer.text
    rows = answer.json()["tables"]["conflicts"]
    cells = [(r["part"], r["table"], r["row"], r["column"]) for r in rows]
    assert cells == [
        ("conflict", "demand", 1, "quantity"),
        ("conflict", "supply", 1, "capacity"),
        ("conflict", "supply", 2, "capacity"),
        ("change", "supply", 2, "capacity"),
    ]
    assert (rows[-1]["value"], rows[-1]["needed"]) == (40, pytest.approx(41))


def test_a_workbook_comes_back_with_the_report_in_front(client):
    tables = two_suppliers()
    book = as_workbook(tables)
    answer = post(client, "/analyses/whatif", book, content_type=XLSX, accept=XLSX)
    assert answer.headers["content-type"] == XLSX
    sheets = load_workbook(io.BytesIO(answer.content)).sheetnames
    assert sheets[:2] == ["result overview", "result comparison"]
    assert read_excel(io.BytesIO(answer.content)) == jvopt.Case(tables)
    # Asked again with the answer, it is made anew and not piled up.
    again = post(client, "/analyses/whatif", answer.content, content_type=XLSX, accept=XLSX)
    assert load_workbook(io.BytesIO(again.content)).sheetnames == sheets


def test_every_analysis_is_offered_and_declared(client):
    paths = client.get("/../openapi.json").json()["paths"]
    for name, analysis in ANALYSES.items():
        said = paths[f"/v1/analyses/{name}"]["post"]
        given = {p["name"] for p in said["parameters"]}
        assert given >= {option.name for option in analysis.options}


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({}, "missing_parameter"),
        (FLIP | {"high": "far"}, "text_in_number"),
        (FLIP | {"colour": "red"}, "unknown_parameter"),
        (FLIP | {"time_limit": 1e6}, "too_large"),
        (FLIP | {"change": "supply[site = NEER].unit_cost"}, "condition_value"),
        (FLIP | {"change": "supply"}, "bad_address"),
        (FLIP | {"high": -1}, "empty_range"),
    ],
)
def test_what_cannot_be_asked(client, asked, code):
    answer = client.post(
        "/analyses/breakeven", params=asked, content=as_json(two_suppliers()),
        headers={"content-type": JSON},
    )  # fmt: skip
    assert code in {e["code"] for e in errors(answer, 422)}


def test_a_case_with_mistakes_is_refused(client):
    tables = two_suppliers()
    tables["supply"][0]["site"] = "NEER"
    answer = post(client, "/analyses/whatif", as_json(tables))
    assert "unknown_reference" in {e["code"] for e in errors(answer, 422)}
