"""JSON in: strict, with the place of every mistake."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from jvopt.core.case import Case
from jvopt.core.issues import CaseError, Issue, issue
from jvopt.core.reading import examine, examine_json, read_json
from tests.core.small_case import CASE

SMALL = {name: rows for name, rows in CASE.items() if name != "changes"}


def codes(text):
    case, issues = examine_json(text if isinstance(text, bytes) else text.encode())
    assert case is None
    return [(i.code, i.table, i.row, i.column) for i in issues if i.severity == "error"]


def test_a_case_goes_out_and_comes_back(tmp_path):
    case = Case(CASE)
    path = tmp_path / "case.json"
    path.write_text(case.to_json() + "\n", encoding="utf-8")
    assert read_json(path) == case
    assert read_json(str(path)) == case
    assert read_json(b"\xef\xbb\xbf" + path.read_bytes()) == case
    with_schema = {"$schema": "case.schema.json", **case.to_dict()}
    assert read_json(json.dumps(with_schema).encode()) == case
    assert "Тягач" in Case({"notes": [{"text": "Тягач"}]}).to_json()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"", "json_empty"),
        (b" \n", "json_empty"),
        (b"{", "bad_json"),
        (b"{'sites': []}", "bad_json"),
        (b"[]", "json_not_tables"),
        (b"null", "json_not_tables"),
        (b"1" * 5000, "json_long_number"),
        (b"[" * 200_000, "json_too_deep"),
        (b'{"tables": {"sites": []}}', "json_nested_tables"),
        (b'{"termination": "optimal", "tables": {}}', "json_is_answer"),
        (b'{"analysis": "worth", "tables": {}}', "json_is_answer"),
        ('{"sites": "é"}'.encode("latin-1"), "json_not_utf8"),
        ('{"sites": []}'.encode("utf-16"), "json_not_utf8"),
        (b"PK\x03\x04\x14\x00", "json_is_workbook"),
    ],
)
def test_what_is_no_json_of_a_case(text, code):
    assert codes(text) == [(code, None, None, None)]
    with pytest.raises(CaseError, match="the case has 1 error"):
        read_json(text)


def test_the_place_of_bad_json():
    issues = examine_json(b'{"sites": [\n  {"site": "A"},,\n]}')[1]
    assert "line 2, character 17" in issues[0].message


def test_repeated_keys_are_refused_where_they_stand():
    text = '{"sites": [{"site": "A"}, {"site": "B", "site": "C"}], "notes": [], "notes": []}'
    assert codes(text) == [
        ("json_repeated_key", "sites", 2, "site"),
        ("json_repeated_key", "notes", None, None),
    ]


@pytest.mark.parametrize("token", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_none_are_refused_in_their_cell(token):
    text = json.dumps(SMALL).replace('"quantity": 40', f'"quantity": {token}')
    assert codes(text) == [("not_finite", "demand", 4, "quantity")]


def test_wrong_types_are_refused_in_their_place():
    raw = {**SMALL, "notes": "none", "stock": [1, []], "throughput": {"site": "PLANT"}}
    raw["sites"] = [dict(row) for row in CASE["sites"]]
    raw["sites"][1]["name"] = ["x"]
    raw["sites"][2]["life"] = {"years": 3}
    raw["sites"][3]["life"] = "10"
    assert codes(json.dumps(raw)) == [
        ("wrong_type", "sites", 2, "name"),
        ("wrong_type", "sites", 3, "life"),
        ("text_in_number", "sites", 4, "life"),
        ("wrong_type", "throughput", None, None),
        ("wrong_type", "stock", 1, None),
        ("wrong_type", "stock", 2, None),
        ("wrong_type", "notes", None, None),
    ]


def test_a_row_that_is_no_object_hides_no_mistake_of_other_rows():
    rows = [dict(row) for row in CASE["demand"]]
    rows[0]["quantity"] = "many"
    rows[1]["product"] = "TRACTR"
    raw = {**SMALL, "demand": ["none", *rows, None, [1]]}
    assert codes(json.dumps(raw)) == [
        ("wrong_type", "demand", 1, None),
        ("text_in_number", "demand", 2, "quantity"),
        ("unknown_reference", "demand", 3, "product"),
        ("wrong_type", "demand", len(rows) + 2, None),
        ("wrong_type", "demand", len(rows) + 3, None),
    ]


def test_a_heading_that_stands_twice_hides_no_mistake_of_its_table():
    frame = pd.DataFrame(CASE["demand"]).assign(again="x").rename(columns={"again": "site"})
    frame.loc[2, "product"] = "TRACTR"
    issues = examine({**CASE, "demand": frame})[1]
    assert [(i.code, i.row, i.column) for i in issues] == [
        ("duplicate_column", None, "site"),
        ("unknown_reference", 3, "product"),
    ]


def test_files_that_cannot_be_read(tmp_path):
    assert [i.code for i in examine_json(tmp_path / "none.json")[1]] == ["file_missing"]
    assert [i.code for i in examine_json(tmp_path)[1]] == ["file_unreadable"]
    assert [i.code for i in examine_json("\0")[1]] == ["file_unreadable"]


def test_what_a_reader_has_reported_is_not_reported_again():
    """A reader of workbooks blanks bad cells and says so itself; nothing follows from them."""
    raw = {name: [dict(row) for row in rows] for name, rows in CASE.items()}
    raw["lanes"][5]["destination"] = None
    assert [i.code for i in examine(raw)[1]] == ["missing_value"]
    known = issue("error_cell", "lanes", 6, "destination", "#REF!")
    assert examine(raw, [known])[1] == []


def test_an_issue_says_where_and_what():
    found = issue("unknown_reference", "lanes", 3, "origin", "P-KAZ", target="sites",
                  nearest="P-KAR", known="")  # fmt: skip
    assert str(found) == (
        "error: lanes, row 3, origin: P-KAZ is not in sites. Did you mean P-KAR? "
        "Add it there, or write one that is there."
    )
    assert found.to_dict() == {
        "code": "unknown_reference",
        "severity": "error",
        "table": "lanes",
        "row": 3,
        "column": "origin",
        "value": "P-KAZ",
        "message": "P-KAZ is not in sites.",
        "hint": "Did you mean P-KAR? Add it there, or write one that is there.",
        "sheet": None,
        "cell": None,
    }
    assert Issue("x", "error", "lanes", 3, "origin", sheet="Lanes", cell="B4").place == "Lanes!B4"


def test_a_key_repeated_among_many_is_named_soon():
    keys = [*map(str, range(100_000)), "7"]
    text = '{"sites": [{' + ", ".join(f'"{key}": 1' for key in keys) + "}]}"
    assert codes(text) == [("json_repeated_key", "sites", 1, "7")]
