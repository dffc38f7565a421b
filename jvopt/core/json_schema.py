"""JSON Schema (draft 2020-12) of a case and of a plan, drawn from the declarations."""

from __future__ import annotations

from typing import Any, get_args

from jvopt.core.analyses import Analysis
from jvopt.core.phrases import PLAIN, when_blank
from jvopt.core.plan import State, Termination
from jvopt.core.plan_tables import PLAN_TABLES
from jvopt.core.schema import Column, Table
from jvopt.core.tables import TABLES

DRAFT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]


def case_schema() -> Schema:
    """Give the schema of a case: an object with a list of rows for each table.

    What it cannot say (references, repeated keys, all that goes across tables) is for the check.
    Names that are not declared are allowed: they are read over, with a warning.
    """
    return {
        "$schema": DRAFT,
        "title": "Case",
        "description": "All tables of one problem. A column that is left out, null or an empty "
        "string is blank.",
        "type": "object",
        "properties": {
            "$schema": {"type": "string", "description": "Not read."},
            **{table.name: _rows(table) for table in TABLES.values()},
        },
        "required": [table.name for table in TABLES.values() if table.required],
    }


def plan_schema() -> Schema:
    """Give the schema of a plan, as `Plan.to_dict` writes it."""
    tables = {table.name: _result_rows(table) for table in PLAN_TABLES.values()}
    return {
        "$schema": DRAFT,
        "title": "Plan",
        "description": "The answer to a case. Blank cells are left out of the rows.",
        "type": "object",
        "properties": {
            "state": {"enum": list(get_args(State)), "description": "How the run ended."},
            "termination": {
                "enum": list(get_args(Termination)),
                "description": "How the search ended.",
            },
            "found": {"type": "boolean", "description": "Whether there is a plan."},
            "tables": {
                "type": "object",
                "properties": tables,
                "required": list(tables),
                "additionalProperties": False,
            },
        },
        "required": ["state", "termination", "found", "tables"],
        "additionalProperties": False,
    }


def report_schema(analysis: Analysis) -> Schema:
    """Give the JSON schema of the report of an analysis, as `Report.to_dict` gives it."""
    tables = {table.name: _result_rows(table) for table in analysis.tables}
    return {
        "title": analysis.title,
        "description": analysis.question,
        "type": "object",
        "properties": {
            "analysis": {"const": analysis.name},
            "case": {"type": "string", "description": "Name of the case."},
            "complete": {"type": "boolean", "description": "Whether it was finished."},
            "findings": {
                "type": "array",
                "items": {"type": "string"},
                "description": "What matters most, a sentence each.",
            },
            "tables": {
                "type": "object",
                "properties": tables,
                "required": list(tables),
                "additionalProperties": False,
            },
        },
        "required": ["analysis", "case", "complete", "findings", "tables"],
        "additionalProperties": False,
    }


def _result_rows(table: Table) -> Schema:
    return {
        "title": table.titles.en,
        "description": table.meaning,
        "type": "array",
        "items": {
            "type": "object",
            "properties": {column.name: _result(column) for column in table.columns},
            "additionalProperties": False,
        },
    }


def _rows(table: Table) -> Schema:
    return {
        "title": table.titles.en,
        "description": table.meaning,
        **({"type": "array", "minItems": 1} if table.required else {"type": ["array", "null"]}),
        "items": {
            "type": "object",
            "properties": {column.name: _cell(column) for column in table.columns},
            "required": [column.name for column in table.columns if column.required],
        },
    }


def _cell(column: Column) -> Schema:
    """Give what a cell may be, blank included."""
    schema: Schema = {"title": column.titles.en, "description": _meaning(column)}
    if column.kind == "choice":
        schema["enum"] = [*column.choices, *([] if column.required else [None, ""])]
    elif column.numeric:
        kind = "integer" if column.kind == "integer" else "number"
        schema["type"] = kind if column.required else [kind, "null"]
        schema |= {"minimum": column.least} if column.least is not None else {}
        schema |= {"maximum": column.most} if column.most is not None else {}
    elif column.kind == "date":
        # An empty string is blank too, so that the format binds only what is none.
        schema |= {"type": ["string", "null"], "anyOf": [{"format": "date"}, {"maxLength": 0}]}
        if column.required:
            schema = {k: v for k, v in schema.items() if k != "anyOf"}
            schema |= {"type": "string", "format": "date"}
    elif column.kind == "tags":
        schema |= {"type": ["string", "array", "null"], "items": {"type": "string"}}
    else:
        kinds = ["string", "number"]
        schema["type"] = kinds if column.required else [*kinds, "null"]
        schema |= {"minLength": 1} if column.required else {}
    if column.default is not None:
        schema["default"] = column.default
    if column.unit:
        schema["x-unit"] = column.unit
    if column.refers:
        schema["x-refers-to"] = list(column.refers)
    return schema


def _meaning(column: Column) -> str:
    """Say what a column means, its unit and what a blank means."""
    unit = f" Unit: {column.unit}." if column.unit else ""
    blank = "" if column.required else f" Blank: {PLAIN.show(when_blank(column))}."
    return f"{column.meaning}{unit}{blank}"


def _result(column: Column) -> Schema:
    unit = f" Unit: {column.unit}." if column.unit else ""
    kind: Any = "number" if column.numeric else ["number", "string"] if column.mixed else "string"
    return {"description": f"{column.meaning}{unit}", "type": kind}
