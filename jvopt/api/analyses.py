"""A route for each analysis, made from its declaration."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model

from jvopt.api import openapi
from jvopt.api.access import Runner
from jvopt.api.bodies import answer_kind
from jvopt.api.documents import JobDocument, Naming
from jvopt.api.jobs import TAKEN, AppJobs, IdempotencyKey, accepted
from jvopt.api.tasks import (
    LANG,
    TROUBLES,
    Accept,
    AppPool,
    AppSettings,
    SentCase,
    log,
    perform,
    refusal,
)
from jvopt.core.analyses import ANALYSES, Analysis, Option
from jvopt.core.analyses.schema import as_share
from jvopt.core.language import Language
from jvopt.service.orders import Order
from jvopt.service.task import MEDIA_TYPES, Task

router = APIRouter(prefix="/v1/analyses")


def _limit(seconds: float | None = None) -> Any:
    """Give the field of a time limit, which may have a default."""
    words = "Seconds after which it ends with what was found so far."
    if seconds is not None:
        words += f" Where none are given, {seconds:g}."
    return Field(None, ge=0, allow_inf_nan=False, description=words)


class _Common(BaseModel):
    """What every analysis can be told."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    time_limit: float | None = _limit()
    lang: Language | None = Field(None, description=LANG)


def _options(analysis: Analysis, *more: type[BaseModel]) -> type[_Common]:
    fields: dict[str, Any] = {o.name: _field(o) for o in analysis.options}
    if analysis.seconds is not None:
        fields["time_limit"] = (float | None, _limit(analysis.seconds))
    name = f"{analysis.name.capitalize()}{'Job' if more else ''}Options"
    return create_model(name, __base__=(_Common, *more), **fields)  # type: ignore[arg-type]


def _share(value: object) -> object:
    """Read a share that may be written as a percentage; leave what is none for the model."""
    try:
        return as_share(str(value))
    except ValueError:
        return value


def _field(option: Option) -> tuple[Any, Any]:
    kinds: dict[str, Any] = {
        "text": str, "texts": list[str], "number": float, "integer": int,
        "share": Annotated[float, BeforeValidator(_share)],
        "choice": Literal[option.choices] if option.choices else str,
    }  # fmt: skip
    kind = kinds[option.kind]
    limits: dict[str, Any] = {"ge": option.lowest, "le": option.highest, "allow_inf_nan": False}
    default: Any = [] if option.kind == "texts" else option.default
    if option.required:
        default = ...
    elif default is None:
        kind = kind | None
    return kind, Field(
        default,
        description=option.meaning,
        **(limits if option.numeric else {}),
    )


def _route(analysis: Analysis) -> Callable[..., Awaitable[Response]]:
    """Make the function of a route; FastAPI reads its parameters from the signature."""

    async def ask(
        request: Request,
        owner: Runner,
        options: _Common,
        settings: AppSettings,
        sent: SentCase,
        pool: AppPool,
        accept: Accept = None,
    ) -> Response:
        given = options.model_dump(exclude_none=True)
        limit, language = given.pop("time_limit", None), given.pop("lang", None)
        most = owner.longest(settings.time_limit, limit)
        kind = answer_kind(accept, ["json", "xlsx"])
        task = Task(
            sent.content,
            sent.kind,
            kind,
            time_limit=limit,
            longest=most,
            language=language,
            analysis=analysis.name,
            options=given,
        )
        answer = await perform(request, pool, task)
        if answer.findings is None or answer.output is None:
            return refusal(answer)
        log.info("analysed", analysis=analysis.name, seconds=answer.findings.seconds)
        if kind == "xlsx":
            return openapi.WorkbookResponse.named(answer.output, f"{analysis.name}.xlsx")
        return Response(answer.output, media_type=MEDIA_TYPES["json"])

    ask.__annotations__["options"] = Annotated[_options(analysis), Query()]
    return ask


def _job_route(analysis: Analysis) -> Callable[..., Awaitable[Response]]:
    """Make the function of the route that asks the same as a job."""

    async def ask(
        owner: Runner,
        options: _Common,
        sent: SentCase,
        jobs: AppJobs,
        key: IdempotencyKey = None,
    ) -> Response:
        given = options.model_dump(exclude_none=True)
        limit, language = given.pop("time_limit", None), given.pop("lang", None)
        name, tags = given.pop("name"), given.pop("tag")
        order = Order(
            analysis.name, given, time_limit=limit, language=language, name=name, tags=tags
        )
        job = await run_in_threadpool(jobs.submit, owner, sent.content, sent.kind, order, key)
        return accepted(job)

    ask.__annotations__["options"] = Annotated[_options(analysis, Naming), Query()]
    return ask


for _analysis in ANALYSES.values():
    router.add_api_route(
        f"/{_analysis.name}/jobs",
        _job_route(_analysis),
        methods=["POST"],
        name=f"{_analysis.name}_job",
        description=f"{_analysis.question}\n\nAnswered as a job.",
        status_code=202,
        response_model=JobDocument,
        responses={202: openapi.taken_content(JobDocument), **TAKEN},
        openapi_extra=openapi.body(),
    )
    router.add_api_route(
        f"/{_analysis.name}",
        _route(_analysis),
        methods=["POST"],
        name=_analysis.name,
        description=f"{_analysis.question}\n\nThat a case has no plan, or that the time did not "
        "suffice, is an answer too: `complete` and the findings say so.",
        response_class=Response,
        responses={200: openapi.report_content(_analysis), **TROUBLES},
        openapi_extra=openapi.body(),
    )
