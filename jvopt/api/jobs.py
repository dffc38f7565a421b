"""Routes of jobs: cases that are solved in their own time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, ServerSentEvent

from jvopt.api import openapi
from jvopt.api.access import Reader, Runner
from jvopt.api.documents import (
    NO_NUL,
    JobDocument,
    JobList,
    Naming,
    Rename,
    Tag,
    WhatIf,
    shown,
)
from jvopt.api.problems import Trouble
from jvopt.api.tasks import AppPool, PlanOptions, SentCase, only, sent_as
from jvopt.core.analyses import ANALYSES
from jvopt.core.issues import Issue
from jvopt.service.job import Job, JobEvent
from jvopt.service.jobs import Jobs
from jvopt.service.messages import mistake
from jvopt.service.orders import Order
from jvopt.service.parquet import as_parquet
from jvopt.service.store.tables import JobState
from jvopt.service.task import MEDIA_TYPES

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

_LOOK = 0.5
"""Seconds between two looks at a job: it may be done by another service on the same database."""

PARQUET = "application/vnd.apache.parquet"


def _jobs(request: Request) -> Jobs:
    jobs: Jobs = request.app.state.jobs
    return jobs


AppJobs = Annotated[Jobs, Depends(_jobs)]
Id = Annotated[str, Path(description="Id of a job.", max_length=64, pattern=NO_NUL)]
Other = Annotated[str | None, Query(description="Id of a job.", max_length=64, pattern=NO_NUL)]
Kind = Literal[("plan", *ANALYSES)]  # type: ignore[valid-type]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="Sent again with the same order, it gives the same job.",
    ),
]
_KNOWN = openapi.problems(401, 403, 404, 421, 422, 503)
TAKEN = openapi.problems(400, 401, 403, 409, 413, 415, 421, 422, 429, 503)
"""What may go wrong where a job is sent."""


class JobOptions(PlanOptions, Naming):
    """How to solve, and what the job is called."""


def accepted(job: Job) -> Response:
    """Answer that a job was taken."""
    return Response(
        shown(job).model_dump_json(),
        202,
        {"Location": f"/v1/jobs/{job.id}"},
        MEDIA_TYPES["json"],
    )


@router.post(
    "",
    status_code=202,
    responses={202: openapi.taken_content(JobDocument), **TAKEN},
    openapi_extra=openapi.body(),
    response_model=JobDocument,
)
async def submit(
    owner: Runner,
    options: Annotated[JobOptions, Query()],
    sent: SentCase,
    jobs: AppJobs,
    key: IdempotencyKey = None,
) -> Response:
    """Have the best plan of a case found, and follow it as a job.

    Once this is answered the job is stored: it will end, whatever happens to the service.
    """
    values = options.model_dump(exclude={"lang", "tag"})
    order = Order(**values, tags=options.tag, language=options.lang)
    job = await run_in_threadpool(jobs.submit, owner, sent.content, sent.kind, order, key)
    return accepted(job)


@router.get(
    "",
    responses=_KNOWN,
    dependencies=[only("state", "kind", "tag", "parent", "before", "limit")],
)
async def listed(
    owner: Reader,
    jobs: AppJobs,
    state: JobState | None = None,
    kind: Kind | None = None,
    tag: Tag | None = None,
    parent: Other = None,
    before: Other = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
) -> JobList:
    """List your jobs, the newest first.

    A kind is `plan` or the name of an analysis; `before` asks for those older than that job.
    """
    given = {"state": state, "kind": kind, "tag": tag, "parent": parent, "before": before}
    found = await run_in_threadpool(lambda: jobs.list(owner, **given, limit=limit))
    after = found[-1].id if len(found) == limit else None
    return JobList(jobs=[shown(job) for job in found], next=after)


@router.get("/{id}", responses=_KNOWN, dependencies=[only("wait")])
async def one(
    id: Id,
    owner: Reader,
    jobs: AppJobs,
    wait: Annotated[float, Query(ge=0, le=60, description="Seconds to wait for its end.")] = 0,
) -> JobDocument:
    """Tell where a job stands."""
    loop = asyncio.get_running_loop()
    until = loop.time() + wait
    with jobs.bell.listen(id) as hearing:
        while True:
            job = await run_in_threadpool(jobs.get, owner, id)
            if job.ended or loop.time() >= until:
                return shown(job)
            await hearing.news(min(_LOOK, until - loop.time()))


@router.patch(
    "/{id}",
    responses=openapi.problems(400, 401, 403, 404, 413, 415, 421, 422, 503),
    openapi_extra=openapi.document_body(Rename),
    dependencies=[only()],
)
async def rename(
    id: Id, owner: Runner, jobs: AppJobs, new: Annotated[Rename, sent_as(Rename)]
) -> JobDocument:
    """Give a job another name."""
    return shown(await run_in_threadpool(jobs.rename, owner, id, new.name))


@router.delete(
    "/{id}",
    status_code=204,
    responses=openapi.problems(401, 403, 404, 409, 421, 422, 503),
    dependencies=[only()],
)
async def delete(id: Id, owner: Runner, jobs: AppJobs) -> None:
    """Delete a job that has ended, and its result."""
    await run_in_threadpool(jobs.delete, owner, id)


@router.post("/{id}/cancel", responses=_KNOWN, dependencies=[only()])
async def cancel(id: Id, owner: Runner, jobs: AppJobs) -> JobDocument:
    """Ask for the end of a job. The best plan so far is kept; one that has ended stays as it is."""
    return shown(await run_in_threadpool(jobs.cancel, owner, id))


@router.post(
    "/{id}/whatif",
    status_code=202,
    responses=openapi.problems(400, 401, 403, 404, 413, 415, 421, 422, 429, 503),
    openapi_extra=openapi.document_body(WhatIf),
    dependencies=[only()],
)
async def whatif(
    id: Id, owner: Runner, jobs: AppJobs, asked: Annotated[WhatIf, sent_as(WhatIf)]
) -> JobList:
    """Ask more about the case of a job: each order is a job of its own, all taken or none."""
    orders = [body.order() for body in asked.orders]
    made = await run_in_threadpool(jobs.whatif, owner, id, orders)
    return JobList(jobs=[shown(job) for job in made], next=None)


async def _followed(
    id: Id,
    request: Request,
    owner: Reader,
    jobs: AppJobs,
    last: Annotated[
        int | None,
        Header(alias="Last-Event-ID", ge=0, lt=2**31, description="Go on after this event."),
    ] = None,
) -> AsyncIterator[JobEvent]:
    """Find the job before anything is sent; give its events as they come."""
    await run_in_threadpool(jobs.get, owner, id)

    async def follow() -> AsyncIterator[JobEvent]:
        after = last or 0
        with jobs.bell.listen(id) as hearing:
            while True:
                # Asked first, so that a stream of a job that had ended always holds its end.
                over = (await run_in_threadpool(jobs.get, owner, id)).ended
                over = over or request.app.state.closing.is_set()
                for told in await run_in_threadpool(jobs.events, owner, id, after):
                    yield told
                    after = told.number
                if over:
                    return
                await hearing.news(_LOOK)

    return follow()


@router.get(
    "/{id}/events",
    response_class=EventSourceResponse,
    responses=_KNOWN,
    dependencies=[only()],
)
async def events(
    told: Annotated[AsyncIterator[JobEvent], Depends(_followed)],
) -> AsyncIterator[ServerSentEvent]:
    """Follow a job: each event is a `state` that was reached, or where the search stands.

    The stream ends with the job, or where the service is stopped before. Whoever comes back with
    the number of the last event that they saw misses nothing.
    """
    async for event in told:
        name = "state" if "state" in event.data else "progress"
        data: dict[str, Any] = {"at": event.at.isoformat(), **event.data}
        yield ServerSentEvent(data=data, event=name, id=str(event.number))


@router.get(
    "/{id}/result",
    response_class=Response,
    responses={
        200: openapi.result_content(),
        **openapi.problems(401, 403, 404, 409, 421, 422, 503),
    },
    dependencies=[only()],
)
async def result(id: Id, owner: Reader, jobs: AppJobs) -> Response:
    """Give the plan, or the report of the analysis, as JSON."""
    return Response(await _result(owner, jobs, id), media_type=MEDIA_TYPES["json"])


@router.get(
    "/{id}/result.xlsx",
    response_class=openapi.WorkbookResponse,
    responses=openapi.problems(401, 403, 404, 409, 421, 422, 500, 503, 504),
    dependencies=[only()],
)
async def workbook(id: Id, owner: Reader, jobs: AppJobs, pool: AppPool) -> Response:
    """Give the result as a workbook; of a workbook with errors, the copy that marks them."""
    content = await run_in_threadpool(jobs.written, owner, id)
    if content is None:
        content = await pool.run(jobs.workbook, owner, id)
    return openapi.WorkbookResponse.named(content, f"{id}.xlsx")


@router.get(
    "/{id}/tables/{table}.parquet",
    response_class=Response,
    responses={
        200: {
            "description": "The table.",
            "content": {PARQUET: {"schema": {"type": "string", "contentMediaType": PARQUET}}},
        },
        **openapi.problems(401, 403, 404, 409, 421, 422, 503),
    },
    dependencies=[only()],
)
async def parquet(id: Id, table: str, owner: Reader, jobs: AppJobs) -> Response:
    """Give one table of the result as Parquet, for large ones."""
    content = await _result(owner, jobs, id)
    found = await run_in_threadpool(as_parquet, content, table)
    if isinstance(found, Issue):
        raise Trouble(404, [found])
    return Response(found, media_type=PARQUET)


async def _result(owner: Reader, jobs: Jobs, id: str) -> bytes:
    job = await run_in_threadpool(jobs.get, owner, id)
    found = await run_in_threadpool(jobs.result, owner, id)
    if found is None:  # a job that ended in between has one
        raise Trouble(409, [mistake("no_result" if job.ended else "no_result_yet", id)])
    return found
