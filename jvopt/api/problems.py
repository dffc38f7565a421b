"""Errors as RFC 9457 problem documents, each with its list of issues."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Literal

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from jvopt.core.issues import Issue, as_shown, errors, issue, plainly_impossible
from jvopt.service.job import Refused
from jvopt.service.messages import mistake
from jvopt.service.store import AWAY
from jvopt.service.task import Failure

log = structlog.get_logger("jvopt")

MEDIA_TYPE = "application/problem+json"

_NOT_JSON = ("bad_json", "json_empty", "json_not_utf8", "json_too_deep", "json_long_number")


class Found(BaseModel):
    """One thing that is wrong with a case or a request, or worth knowing."""

    code: str = Field(description="Stable name of the kind of issue.")
    severity: Literal["error", "warning"]
    table: str | None = None
    row: int | None = Field(
        default=None,
        description="Counts from 1 within the table, without its heading; `cell` is the place in "
        "the sheet, where titles and units stand above the rows.",
    )
    column: str | None = Field(
        default=None,
        description="Or the name of a query parameter, or the path to a value in the body of a "
        "request that is no case, whose lists count from 0.",
    )
    value: str | None = Field(default=None, description="What stands there, as text.")
    message: str = Field(description="What is wrong.")
    hint: str = Field(default="", description="What would be right.")
    sheet: str | None = Field(default=None, description="Where a workbook was sent.")
    cell: str | None = None


class Problem(BaseModel):
    """A problem document (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[Found] = Field(description="And warnings, where a case was read.")


class Trouble(Exception):
    """Ends a request with a problem document."""

    def __init__(self, status: int, issues: Sequence[Issue]) -> None:
        super().__init__(status)
        self.status = status
        self.issues = list(issues)


def problem(status: int, issues: Sequence[Issue], detail: str = "") -> Response:
    """Make a problem document."""
    document = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail or " ".join(map(_words, issues)),
        errors=[Found.model_validate(i.to_dict()) for i in issues],
    )
    return Response(document.model_dump_json(), status, media_type=MEDIA_TYPE)


def _words(found: Issue) -> str:
    named = not found.column or found.code.endswith("_parameter")
    return found.message if named else f"{found.column}: {found.message}"


def bad_case(issues: Sequence[Issue]) -> Response:
    """Say that a case, or what is asked of it, has errors: 400 where it is no JSON, else 422."""
    bad = errors(issues)
    if any(i.code in _NOT_JSON for i in bad):
        return problem(400, issues, "The case cannot be read.")
    noun = "error" if len(bad) == 1 else "errors"
    what = "request" if all(i.in_option for i in bad) else "case"
    more = " Ask the same of /v1/analyses/explain to see what would give a plan."
    return problem(
        422,
        issues,
        f"The {what} has {len(bad)} {noun}.{more if plainly_impossible(bad) else ''}",
    )


def install(app: FastAPI) -> None:
    """Make an app answer every error with a problem document."""

    @app.exception_handler(Trouble)
    async def trouble(request: Request, error: Trouble) -> Response:
        answer = problem(error.status, error.issues)
        if error.status == 401:
            answer.headers["WWW-Authenticate"] = "Bearer"
        return answer

    @app.exception_handler(Refused)
    async def refused(request: Request, error: Refused) -> Response:
        return problem(error.status, [error.issue])

    @app.exception_handler(Failure)
    async def failed(request: Request, error: Failure) -> Response:
        log.error("failed", code=error.code, what=error.what, trace=error.trace)
        status = {"no_answer": 504, "killed": 503}.get(error.code, 500)
        code = "stopped" if error.code == "killed" else error.code
        return problem(status, [mistake(code, error.what)])

    async def away(request: Request, error: Exception) -> Response:
        log.error("the database is away", what=str(error)[:200])
        answer = problem(503, [mistake("database_away")])
        answer.headers["Retry-After"] = "5"
        return answer

    for kind in AWAY:
        app.add_exception_handler(kind, away)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        return problem(422, [_of_parameter(e) for e in error.errors()])

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "bad_request")
        where, hint = f"{request.method} {request.url.path}", str(error.detail)
        headers = dict(error.headers or {})
        if code == "method_not_allowed":
            headers["Allow"] = _allowed(request) or headers.get("Allow", "")
            hint = f"Use {headers['Allow']}."
        answer = problem(error.status_code, [mistake(code, where, hint=hint)])
        answer.headers.update(headers)
        return answer

    @app.exception_handler(ClientDisconnect)
    async def gone(request: Request, error: ClientDisconnect) -> Response:
        return Response(status_code=499)  # nobody will read it

    @app.exception_handler(Exception)
    async def fault(request: Request, error: Exception) -> Response:
        return problem(500, [mistake("fault", type(error).__name__)])


def _allowed(request: Request) -> str:
    """List all methods of a path: each route of it knows its own only."""
    for path, operations in request.app.openapi()["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), request.url.path):
            return ", ".join(sorted(map(str.upper, operations)))
    return ""


_PLACES = ("query", "path", "header", "body")


def _of_parameter(error: Any) -> Issue:
    where = error["loc"][error["loc"][:1] in [(place,) for place in _PLACES] :]
    name, given = ".".join(map(str, where)) or "body", error.get("input")
    limits = error.get("ctx", {})
    match error["type"]:
        case "greater_than_equal":
            return issue("too_small", None, None, name, given, least=f"{limits['ge']:g}")
        case "less_than_equal":
            return issue("too_large", None, None, name, given, most=f"{limits['le']:g}")
        case "float_parsing":
            return issue("text_in_number", None, None, name, given, unit="", reading="")
        case "finite_number":
            return issue("not_finite", None, None, name, given)
        case "int_parsing" | "int_from_float":
            return issue("not_integer", None, None, name, given)
        case "literal_error":
            return issue(
                "bad_choice", None, None, name, given, choices=limits["expected"].replace("'", "")
            )
        case "missing":
            hint = "What it holds is told in /openapi.json."
            return mistake("missing_parameter", name, hint=hint)
        case "extra_forbidden":
            return mistake("unknown_parameter", name, hint="They are listed in /openapi.json.")
        case "too_short":
            found = mistake(
                "bad_parameter", name, hint=f"Give at least {limits['min_length']} of them."
            )
        case _:
            found = mistake("bad_parameter", name, hint=f"{error['msg']}.")
    return replace(found, value=None if given is None else as_shown(given))
