"""The JSON schema says of cells and tables what the reader does."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from jvopt.core.case import Case
from jvopt.core.issues import errors
from jvopt.core.json_schema import case_schema, plan_schema
from jvopt.core.plan import Plan
from jvopt.core.reading import examine_json
from jvopt.examples import example
from tests.core.small_case import CASE

jsonschema = pytest.importorskip("jsonschema")


def validator(schema):
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )


@pytest.mark.parametrize("name", ["tiny", "transport", "kz-assembly"])
def test_the_schema_takes_what_cases_write(name):
    validator(case_schema()).validate(json.loads(example(name).to_json()))


def one_cell(table, column, value):
    raw = json.loads(Case(CASE).to_json())
    raw[table][0][column] = value
    return raw


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("demand", "quantity", "200"),
        ("demand", "quantity", None),
        ("demand", "quantity", -1),
        ("demand", "quantity", True),
        ("demand", "least_share", 1.5),
        ("periods", "start", "soon"),
        ("tariffs", "from_date", "soon"),
        ("claims", "rule", "share"),
        ("sites", "site", ""),
        ("sites", "site", None),
        ("sites", "tags", [1]),
        ("changes", "order", 1.5),
        ("lanes", "mode", ["rail"]),
    ],
)
def test_schema_and_reader_refuse_the_same_cells(table, column, value):
    raw = one_cell(table, column, value)
    assert not validator(case_schema()).is_valid(raw)
    issues = examine_json(json.dumps(raw).encode())[1]
    assert [(i.table, i.row, i.column) for i in issues if i.severity == "error"] == [
        (table, 1, column)
    ]


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("demand", "penalty", None),
        ("demand", "note", 7),
        ("sites", "tags", ["a", "b"]),
        ("sites", "now", ""),
        ("tariffs", "from_date", ""),
        ("tariffs", "from_date", None),
        ("products", "hs", 870192),
        ("settings", "value", "2026"),
    ],
)
def test_schema_and_reader_take_the_same_cells(table, column, value):
    raw = one_cell(table, column, value)
    validator(case_schema()).validate(raw)
    case, issues = examine_json(json.dumps(raw).encode())
    assert case is not None
    assert issues == []


def test_the_schema_needs_the_tables_that_the_reader_needs():
    bare = {"sites": [{"site": "A"}]}
    missing = {e.message.split("'")[1] for e in validator(case_schema()).iter_errors(bare)}
    assert missing == {"products", "lanes", "demand"}
    named = {
        i.table for i in examine_json(json.dumps(bare).encode())[1] if i.code == "missing_table"
    }
    assert named == missing


def test_the_schema_takes_what_plans_write():
    frame = pd.DataFrame(
        {"item": ["objective", "audit"], "value": [1.5, "passed"], "unit": ["USD", ""]},
        dtype=object,
    )
    plan = Plan(
        Case(CASE), {"summary": frame}, state="succeeded", termination="optimal", found=True
    )
    written = json.loads(json.dumps(plan.to_dict(), allow_nan=False))
    check = validator(plan_schema())
    check.validate(written)
    assert not check.is_valid({**written, "termination": "maybe"})
    written["tables"]["summary"][0]["price"] = 1
    assert not check.is_valid(written)


def test_the_schema_takes_an_impossible_plan():
    columns = ["part", "table", "row", "column", "period", "value", "needed", "text"]
    rows = [
        ["conflict", "demand", 1.0, "quantity", "", 200.0, "", "demand: 200"],
        ["change", "lines", 1.0, "capacity", "2026", 3000.0, 3400.5, "capacity: 3,000"],
        ["change", "sites", 1.0, "decision", "", "closed", "free", "decision: closed"],
    ]
    frame = pd.DataFrame(rows, columns=columns, dtype=object)
    plan = Plan(
        Case(CASE),
        {"conflicts": frame},
        state="succeeded",
        termination="infeasible",
        found=False,
    )
    written = json.loads(json.dumps(plan.to_dict(), allow_nan=False))
    assert written["tables"]["conflicts"][1]["needed"] == 3400.5
    validator(plan_schema()).validate(written)


@pytest.mark.parametrize("table", ["changes", "products"])
def test_a_table_may_be_null_where_it_may_be_left_out(table):
    tables = json.loads(example("tiny").to_json()) | {table: None}
    found, issues = examine_json(json.dumps(tables).encode())
    allowed = not list(validator(case_schema()).iter_errors(tables))
    assert allowed == (table == "changes") == (found is not None and not errors(issues))
