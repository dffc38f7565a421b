"""What routes share: the settings, the case that is sent, and a task done by the pool."""

from __future__ import annotations

from typing import Annotated

import structlog
from fastapi import Depends, Header, Query, Request, Response, params

from jvopt.api import openapi
from jvopt.api.bodies import Sent, read_case
from jvopt.api.problems import Trouble, bad_case
from jvopt.api.settings import Settings
from jvopt.core.issues import issue
from jvopt.core.language import Language
from jvopt.service.messages import mistake
from jvopt.service.pool import Pool
from jvopt.service.task import Answer, Failure, Killed, NoAnswer, Task

log = structlog.get_logger("jvopt")


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _pool(request: Request) -> Pool:
    pool: Pool = request.app.state.pool
    return pool


async def _sent(request: Request, settings: Annotated[Settings, Depends(_settings)]) -> Sent:
    return await read_case(request, settings.body_bytes)


def only(*known: str) -> params.Depends:
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
TROUBLES = openapi.problems(400, 406, 413, 415, 422, 500, 503, 504, marked=True)
"""What may go wrong where a case is sent."""


def within(time_limit: float | None, settings: Settings) -> None:
    """Refuse a time limit beyond the longest that the service allows."""
    if time_limit is not None and time_limit > settings.time_limit:
        given, most = f"{time_limit:g}", settings.time_limit
        raise Trouble(422, [issue("too_large", None, None, "time_limit", given, most=most)])


async def perform(request: Request, pool: Pool, task: Task) -> Answer:
    """Give the answer to a task, or the problem document of why there is none."""
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


def refusal(answer: Answer) -> Response:
    """Answer a case that has errors: with the marked workbook where there is one."""
    if answer.output is not None:
        return openapi.WorkbookResponse.named(answer.output, "marked.xlsx", 422)
    return bad_case(answer.issues)
