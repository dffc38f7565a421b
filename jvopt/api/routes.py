"""The routes: thin, all work is done in `jvopt.service`."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Header, Query, Request, Response, params
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

import jvopt
from jvopt.api import openapi
from jvopt.api.bodies import Sent, answer_kind, read_case
from jvopt.api.problems import Found, Trouble, bad_case
from jvopt.api.settings import Settings
from jvopt.core.issues import errors, issue
from jvopt.core.json_schema import case_schema
from jvopt.core.language import Language
from jvopt.examples import example as example_case
from jvopt.examples import names as example_names
from jvopt.service.messages import mistake
from jvopt.service.pool import Pool
from jvopt.service.task import MEDIA_TYPES, Answer, Failure, Killed, Kind, NoAnswer, Task

router = APIRouter(prefix="/v1")
log = structlog.get_logger("jvopt")


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _pool(request: Request) -> Pool:
    pool: Pool = request.app.state.pool
    return pool


async def _sent(request: Request, settings: Annotated[Settings, Depends(_settings)]) -> Sent:
    return await read_case(request, settings.body_bytes)


def _only(*known: str) -> params.Depends:
    """Refuse parameters of other names, which would be silently ignored."""

    def refuse(request: Request) -> None:
        strays = [name for name in request.query_params if name not in known]
        if strays:
            listed = "It takes none." if not known else ""
            raise Trouble(422, [mistake("unknown_parameter", s, known, listed) for s in strays])

    answer: params.Depends = Depends(refuse)
    return answer


AppSettings = Annotated[Settings, Depends(_settings)]
AppPool = Annotated[Pool, Depends(_pool)]
SentCase = Annotated[Sent, Depends(_sent)]
Accept = Annotated[str | None, Header(include_in_schema=False)]


Lang = Annotated[
    Language | None,
    Query(description="Language of messages and workbooks: as in the workbook that is sent."),
]
_TROUBLES = openapi.problems(400, 406, 413, 415, 422, 500, 503, 504, marked=True)


class Health(BaseModel):
    """That the service is up."""

    status: str = "ok"
    version: str


class Checked(BaseModel):
    """A case without errors."""

    valid: bool = True
    issues: list[Found] = Field(description="Warnings.")


class Options(BaseModel):
    """How to solve; what is left out is as the case's own settings say."""

    model_config = ConfigDict(extra="forbid")

    scenario: str | None = Field(None, description="One of the case's own scenarios.")
    time_limit: float | None = Field(
        None, ge=0, allow_inf_nan=False, description="Seconds for the search."
    )
    gap: float | None = Field(
        None,
        ge=0,
        le=1,
        allow_inf_nan=False,
        description="The search may end once the plan is within this share of the best.",
    )
    lang: Language | None = Field(
        None,
        description="Language of messages and workbooks; else as in the workbook that is sent.",
    )


@router.get("/health", dependencies=[_only()], responses=openapi.problems(422))
async def health() -> Health:
    """Tell that the service is up."""
    return Health(version=jvopt.__version__)


@router.get(
    "/schema",
    response_class=openapi.SchemaResponse,
    dependencies=[_only()],
    responses=openapi.problems(422),
)
async def schema() -> Response:
    """Give the JSON schema of a case."""
    return openapi.SchemaResponse(case_schema())


@router.get(
    "/template.xlsx",
    response_class=openapi.WorkbookResponse,
    dependencies=[_only("example", "lang")],
    responses=openapi.problems(404, 422),
)
async def template(
    example: Annotated[str | None, Query(description="Fill it with this example.")] = None,
    lang: Annotated[Language, Query(description="Language of the workbook.")] = "en",
) -> Response:
    """Give a workbook to fill in."""
    _known(example)
    content = await run_in_threadpool(_template, example, lang)
    return openapi.WorkbookResponse.named(content, f"{example or 'jvopt-template'}.xlsx")


@router.get(
    "/examples/{name}",
    response_class=Response,
    dependencies=[_only()],
    responses={200: openapi.case_content(), **openapi.problems(404, 422)},
)
async def example(name: str) -> Response:
    """Give an example as JSON, ready to post back."""
    _known(name)
    content = await run_in_threadpool(_example, name)
    return Response(content, media_type=MEDIA_TYPES["json"])


@router.post(
    "/check",
    dependencies=[_only("lang")],
    responses={200: openapi.workbook_content("The case has no errors."), **_TROUBLES},
    openapi_extra=openapi.body(),
    response_model=Checked,
)
async def check(
    request: Request, sent: SentCase, pool: AppPool, lang: Lang = None, accept: Accept = None
) -> Response:
    """Check a case without solving it.

    A case with errors is answered with a problem document that lists all of them; where a
    workbook was sent and one is wanted, with a copy of it in which they are marked.
    """
    offers: list[Kind] = ["json", "xlsx"] if sent.kind == "xlsx" else ["json"]
    kind = answer_kind(accept, offers)
    form = kind if kind == "xlsx" else None
    task = Task(sent.content, sent.kind, form, solve=False, language=lang)
    answer = await _perform(request, pool, task)
    if errors(answer.issues):
        return _refusal(answer)
    if answer.output is not None:
        return openapi.WorkbookResponse.named(answer.output, "checked.xlsx")
    checked = Checked(issues=[Found.model_validate(i.to_dict()) for i in answer.issues])
    return Response(checked.model_dump_json(), media_type=MEDIA_TYPES["json"])


@router.post(
    "/optimize",
    responses={200: openapi.plan_content(), **_TROUBLES},
    openapi_extra=openapi.body(),
    response_class=Response,
)
async def optimize(
    request: Request,
    options: Annotated[Options, Query()],
    settings: AppSettings,
    sent: SentCase,
    pool: AppPool,
    accept: Accept = None,
) -> Response:
    """Find the best plan of a case.

    That a case is infeasible, or that no plan was found in time, is an answer too: `found` is
    false, and `termination` says why. A case's own time limit counts up to the longest that the
    service allows.
    """
    if options.time_limit is not None and options.time_limit > settings.time_limit:
        given, most = f"{options.time_limit:g}", settings.time_limit
        raise Trouble(422, [issue("too_large", None, None, "time_limit", given, most=most)])
    kind = answer_kind(accept, ["json", "xlsx"])
    task = Task(
        sent.content,
        sent.kind,
        kind,
        scenario=options.scenario,
        time_limit=options.time_limit,
        gap=options.gap,
        longest=settings.time_limit,
        language=options.lang,
    )
    answer = await _perform(request, pool, task)
    if answer.digest is None or answer.output is None:
        return _refusal(answer)
    log.info("solved", termination=answer.digest.termination, seconds=answer.digest.seconds)
    if kind == "xlsx":
        return openapi.WorkbookResponse.named(answer.output, "plan.xlsx")
    return Response(answer.output, media_type=MEDIA_TYPES["json"])


async def _perform(request: Request, pool: Pool, task: Task) -> Answer:
    try:
        return await pool.answer(task, _gone(request))
    except Killed:
        raise Trouble(503, [mistake("stopped")]) from None
    except NoAnswer as failure:
        log.warning("no answer in time")
        raise Trouble(504, [mistake(failure.code)]) from None
    except Failure as failure:
        log.error("solve failed", code=failure.code, what=failure.what, trace=failure.trace)
        raise Trouble(500, [mistake(failure.code, failure.what)]) from None


async def _gone(request: Request) -> None:
    """Wait until the client has left."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _refusal(answer: Answer) -> Response:
    """Answer a case that has errors: with the marked workbook where there is one."""
    if answer.output is not None:
        return openapi.WorkbookResponse.named(answer.output, "marked.xlsx", 422)
    return bad_case(answer.issues)


def _known(name: str | None) -> None:
    if name is not None and name not in example_names():
        raise Trouble(404, [mistake("unknown_example", name, example_names())])


@cache
def _template(name: str | None, language: Language) -> bytes:
    from jvopt.excel import write_template

    book = BytesIO()
    write_template(book, None if name is None else example_case(name), language)
    return book.getvalue()


@cache
def _example(name: str) -> bytes:
    return example_case(name).to_json().encode()
