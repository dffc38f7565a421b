"""The routes: thin, all work is done in `jvopt.service`."""

from __future__ import annotations

from functools import cache
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

import jvopt
from jvopt.api import openapi
from jvopt.api.access import Admin, Reader, Runner
from jvopt.api.bodies import answer_kind
from jvopt.api.problems import Found, Trouble
from jvopt.api.tasks import (
    TROUBLES,
    Accept,
    AppPool,
    AppSettings,
    Lang,
    PlanOptions,
    SentCase,
    log,
    only,
    perform,
    refusal,
)
from jvopt.core.issues import errors
from jvopt.core.json_schema import case_schema
from jvopt.core.language import Language
from jvopt.examples import example as example_case
from jvopt.examples import names as example_names
from jvopt.service.messages import mistake
from jvopt.service.task import MEDIA_TYPES, Form, Task
from jvopt.service.template import template_book

router = APIRouter(prefix="/v1")


class Health(BaseModel):
    """That the service is up."""

    status: str = "ok"
    version: str


class Checked(BaseModel):
    """A case without errors."""

    valid: bool = True
    issues: list[Found] = Field(description="Warnings.")


@router.get("/health", dependencies=[only()], responses=openapi.problems(422))
async def health() -> Health:
    """Tell that the service is up. It needs no key."""
    return Health(version=jvopt.__version__)


@router.get("/health/ready", dependencies=[only()], responses=openapi.problems(422, 503))
async def ready(request: Request) -> Health:
    """Tell that the service can take jobs: its database answers. It needs no key."""
    await run_in_threadpool(request.app.state.store.counts)
    return Health(version=jvopt.__version__)


@router.get(
    "/metrics",
    response_class=openapi.MetricsResponse,
    dependencies=[only()],
    responses=openapi.problems(401, 403, 421, 422, 503),
)
async def metrics(request: Request, owner: Admin) -> Response:
    """Give what the service measures of itself, for Prometheus."""
    counts = await run_in_threadpool(request.app.state.store.counts)
    return openapi.MetricsResponse(request.app.state.meters.text(counts))


@router.get(
    "/schema",
    response_class=openapi.SchemaResponse,
    dependencies=[only()],
    responses=openapi.problems(401, 403, 421, 422),
)
async def schema(owner: Reader) -> Response:
    """Give the JSON schema of a case."""
    return openapi.SchemaResponse(case_schema())


@router.get(
    "/template.xlsx",
    response_class=openapi.WorkbookResponse,
    dependencies=[only("example", "lang")],
    responses=openapi.problems(401, 403, 404, 421, 422),
)
async def template(
    owner: Reader,
    example: Annotated[str | None, Query(description="Fill it with this example.")] = None,
    lang: Annotated[Language, Query(description="Language of the workbook.")] = "en",
) -> Response:
    """Give a workbook to fill in."""
    _known(example)
    content = await run_in_threadpool(template_book, example, lang)
    return openapi.WorkbookResponse.named(content, f"{example or 'jvopt-template'}.xlsx")


@router.get(
    "/examples/{name}",
    response_class=Response,
    dependencies=[only()],
    responses={200: openapi.case_content(), **openapi.problems(401, 403, 404, 421, 422)},
)
async def example(name: str, owner: Reader) -> Response:
    """Give an example as JSON, ready to post back."""
    _known(name)
    content = await run_in_threadpool(_example, name)
    return Response(content, media_type=MEDIA_TYPES["json"])


@router.post(
    "/check",
    dependencies=[only("lang")],
    responses={200: openapi.workbook_content("The case has no errors."), **TROUBLES},
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
    offers: list[Form] = ["json", "xlsx"] if sent.kind == "xlsx" else ["json"]
    kind = answer_kind(accept, offers)
    form = kind if kind == "xlsx" else None
    task = Task(sent.content, sent.kind, form, solve=False, language=lang)
    answer = await perform(request, pool, task)
    if errors(answer.issues):
        return refusal(answer)
    if answer.output is not None:
        return openapi.WorkbookResponse.named(answer.output, "checked.xlsx")
    checked = Checked(issues=[Found.model_validate(i.to_dict()) for i in answer.issues])
    return Response(checked.model_dump_json(), media_type=MEDIA_TYPES["json"])


@router.post(
    "/optimize",
    responses={200: openapi.plan_content(), **TROUBLES},
    openapi_extra=openapi.body(),
    response_class=Response,
)
async def optimize(
    request: Request,
    owner: Runner,
    options: Annotated[PlanOptions, Query()],
    settings: AppSettings,
    sent: SentCase,
    pool: AppPool,
    accept: Accept = None,
) -> Response:
    """Find the best plan of a case.

    That a case is infeasible, or that no plan was found in time, is an answer too: `found` is
    false, and `termination` says why. What the checks see at once, such as more demand than all
    plants can make, is refused with 422, and the analysis `explain` says the rest. A case's own
    time limit counts up to the longest that the service allows.
    """
    most = owner.longest(settings.time_limit, options.time_limit)
    kind = answer_kind(accept, ["json", "xlsx"])
    task = Task(
        sent.content,
        sent.kind,
        kind,
        scenario=options.scenario,
        time_limit=options.time_limit,
        gap=options.gap,
        longest=most,
        language=options.lang,
    )
    answer = await perform(request, pool, task)
    if answer.digest is None or answer.output is None:
        return refusal(answer)
    log.info("solved", termination=answer.digest.termination, seconds=answer.digest.seconds)
    if kind == "xlsx":
        return openapi.WorkbookResponse.named(answer.output, "plan.xlsx")
    return Response(answer.output, media_type=MEDIA_TYPES["json"])


def _known(name: str | None) -> None:
    if name is not None and name not in example_names():
        raise Trouble(404, [mistake("unknown_example", name, example_names())])


@cache
def _example(name: str) -> bytes:
    return example_case(name).to_json().encode()
