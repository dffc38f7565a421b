"""The OpenAPI document, with the schemas of a case and of a plan drawn from their declarations."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Response
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from jvopt.api.bodies import MULTIPART
from jvopt.api.documents import Rename, WhatIf
from jvopt.api.problems import MEDIA_TYPE as PROBLEM
from jvopt.api.problems import Problem
from jvopt.api.settings import Settings
from jvopt.core.analyses import ANALYSES, Analysis
from jvopt.core.json_schema import case_schema, plan_schema, report_schema
from jvopt.service.task import MEDIA_TYPES

_CASE = {"$ref": "#/components/schemas/Case"}
_PLAN = {"$ref": "#/components/schemas/Plan"}
_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_BINARY = {"type": "string", "contentMediaType": MEDIA_TYPES["xlsx"]}

_WORDS = {
    400: "The body is not readable: no JSON, or no form with one file.",
    401: "An access key is missing, or not good.",
    403: "The access key does not allow this, or the page of another server asks.",
    404: "There is no such thing.",
    406: "The answer cannot be given in any form that is accepted.",
    409: "It cannot be done with the job as it is.",
    413: "The body is larger than the service allows.",
    415: "The body is neither JSON nor a workbook.",
    421: "The service does not answer to this name.",
    422: "The case has errors, or a parameter is wrong.",
    429: "Too many of your jobs have not ended.",
    500: "The solving process died, or there is a fault.",
    503: "The service is stopping, or its database cannot be reached.",
    504: "The solver did not answer in time and was ended.",
}
Responses = dict[int | str, dict[str, Any]]


class SchemaResponse(JSONResponse):
    """A JSON schema."""

    media_type = "application/schema+json"


class MetricsResponse(Response):
    """Meters as Prometheus reads them."""

    media_type = "text/plain; version=0.0.4; charset=utf-8"


class WorkbookResponse(Response):
    """A workbook to download."""

    media_type = MEDIA_TYPES["xlsx"]

    @classmethod
    def named(cls, content: bytes, name: str, status: int = 200) -> WorkbookResponse:
        """Give a workbook the name under which browsers keep it."""
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return cls(content, status, headers)


def problems(*statuses: int, marked: bool = False) -> Responses:
    """Declare problem documents; `marked` if the one of 422 may be a marked workbook instead."""
    found: Responses = {}
    for status in statuses:
        content = {PROBLEM: {"schema": _PROBLEM}}
        if marked and status == 422:
            content[MEDIA_TYPES["xlsx"]] = {"schema": _BINARY}
        found[status] = {"description": _WORDS[status], "content": content}
    return found


def body() -> dict[str, Any]:
    """Declare the body: a case as JSON, as a workbook, or either as the file of a form."""
    form = {
        "type": "object",
        "properties": {"file": {"type": "string", "contentMediaType": "application/octet-stream"}},
        "required": ["file"],
    }
    content = {
        MEDIA_TYPES["json"]: {"schema": _CASE},
        MEDIA_TYPES["xlsx"]: {"schema": _BINARY},
        MULTIPART: {"schema": form},
    }
    return {"requestBody": {"required": True, "content": content}}


def document_body(model: type[BaseModel]) -> dict[str, Any]:
    """Declare a JSON body; the schemas of such bodies are added in `install`."""
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"requestBody": {"required": True, "content": {MEDIA_TYPES["json"]: {"schema": schema}}}}


def case_content() -> dict[str, Any]:
    """Declare an answer that is a case."""
    return {"description": "The case.", "content": {MEDIA_TYPES["json"]: {"schema": _CASE}}}


def plan_content() -> dict[str, Any]:
    """Declare an answer that is a plan, as JSON or as a workbook."""
    content = {
        MEDIA_TYPES["json"]: {"schema": _PLAN},
        MEDIA_TYPES["xlsx"]: {"schema": _BINARY},
    }
    return {"description": "The plan, or that there is none, and why.", "content": content}


def report_content(analysis: Analysis) -> dict[str, Any]:
    """Declare an answer that is the report of an analysis, as JSON or as a workbook."""
    content = {
        MEDIA_TYPES["json"]: {"schema": report_schema(analysis)},
        MEDIA_TYPES["xlsx"]: {"schema": _BINARY},
    }
    return {"description": "The report.", "content": content}


def taken_content(document: type[BaseModel]) -> dict[str, Any]:
    """Declare an answer that a job was taken."""
    where = {"description": "Where to follow it.", "schema": {"type": "string"}}
    return {"model": document, "description": "The job is stored.", "headers": {"Location": where}}


def result_content() -> dict[str, Any]:
    """Declare an answer that is a plan, or the report of any analysis."""
    schemas = [_PLAN, *(report_schema(analysis) for analysis in ANALYSES.values())]
    content = {MEDIA_TYPES["json"]: {"schema": {"anyOf": schemas}}}
    return {"description": "The plan or the report.", "content": content}


def workbook_content(description: str) -> dict[str, Any]:
    """Declare a workbook as an answer, beside what else is declared."""
    return {"description": description, "content": {MEDIA_TYPES["xlsx"]: {"schema": _BINARY}}}


def install(app: FastAPI, settings: Settings) -> None:
    """Make an app give its OpenAPI document with the schemas of case, plan and problem."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            found = get_openapi(
                title=app.title, version=app.version, description=app.description, routes=app.routes
            )
            schemas = found.setdefault("components", {}).setdefault("schemas", {})
            _add(schemas, "Case", case_schema())
            _add(schemas, "Plan", plan_schema())
            template = "#/components/schemas/{model}"
            for model in (Problem, Rename, WhatIf):
                _add(schemas, model.__name__, model.model_json_schema(ref_template=template))
            for path in found["paths"].values():
                for operation in path.values():
                    _adjust(operation, settings)
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            app.openapi_schema = found
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _adjust(operation: dict[str, Any], settings: Settings) -> None:
    """Take out FastAPI's own form of errors, and say what the settings ask for and allow."""
    if "security" in operation and not settings.keys_required:
        operation["security"] = [{}, *operation["security"]]  # a key may be given
    if "HTTPValidationError" in str(operation["responses"].get("422")):
        del operation["responses"]["422"]  # its parameters are free text
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "query" and parameter["name"] == "time_limit":
            (number,) = (s for s in parameter["schema"]["anyOf"] if s["type"] == "number")
            parameter["schema"] = {**number, "maximum": settings.time_limit}


def _add(schemas: dict[str, Any], name: str, schema: dict[str, Any]) -> None:
    """Add a schema as a component, its own definitions beside it."""
    for inner, definition in schema.pop("$defs", {}).items():
        schemas[inner] = definition
    schema.pop("$schema", None)
    schemas[name] = schema
