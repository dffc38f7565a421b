"""What routes share: the settings, the case that is sent, and a task done by the pool."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import structlog
from fastapi import Depends, Header, Query, Request, Response, params
from pydantic import BaseModel, ConfigDict, Field

from jvopt.api import openapi
from jvopt.api.access import Runner
from jvopt.api.bodies import Sent, read_case, read_document
from jvopt.api.problems import Trouble, bad_case
from jvopt.api.settings import Settings
from jvopt.core.language import Language
from jvopt.core.tables import SETTING_VALUES
from jvopt.service.messages import mistake
from jvopt.service.pool import Pool
from jvopt.service.task import Answer, Task

log = structlog.get_logger("jvopt")


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _pool(request: Request) -> Pool:
    pool: Pool = request.app.state.pool
    return pool


async def _sent(
    request: Request, owner: Runner, settings: Annotated[Settings, Depends(_settings)]
) -> Sent:
    return await read_case(request, owner.largest(settings.body_bytes))


def sent_as(model: type[BaseModel]) -> params.Depends:
    """Read a JSON body, once it is known who sends it and how large it may be.

    FastAPI itself would read a body of any size before it asks for a key.
    """

    async def read(
        request: Request, owner: Runner, settings: Annotated[Settings, Depends(_settings)]
    ) -> BaseModel:
        return await read_document(request, owner.largest(settings.body_bytes), model)

    answer: params.Depends = Depends(read)
    return answer


def only(*known: str) -> params.Depends:
    """Refuse parameters of other names, which would be silently ignored."""

    def refuse(request: Request) -> None:
        strays = [name for name in request.query_params if name not in known]
        if strays:
            listed = "It takes none." if not known else ""
            raise Trouble(422, [mistake("unknown_parameter", s, known, listed) for s in strays])

    answer: params.Depends = Depends(refuse)
    return answer


async def once(request: Request) -> None:
    """Refuse a parameter that is repeated but read once: the last one alone would count."""
    paths = request.app.openapi()["paths"]
    declared = paths[request.scope["route"].path_format][request.method.lower()].get(
        "parameters", ()
    )
    single = {one["name"] for one in declared if one["schema"].get("type") != "array"}
    times = Counter(name for name, _ in request.query_params.multi_items())
    twice = [name for name, count in times.items() if count > 1 and name in single]
    if twice:
        raise Trouble(422, [mistake("repeated_parameter", name) for name in twice])


AppSettings = Annotated[Settings, Depends(_settings)]
AppPool = Annotated[Pool, Depends(_pool)]
SentCase = Annotated[Sent, Depends(_sent)]
Accept = Annotated[str | None, Header(include_in_schema=False)]


LANG = "Language of workbooks and of messages about the case; else as in the workbook sent."
Lang = Annotated[Language | None, Query(description=LANG)]
TROUBLES = openapi.problems(400, 401, 403, 406, 413, 415, 421, 422, 500, 503, 504, marked=True)
"""What may go wrong where a case is sent."""


class PlanOptions(BaseModel):
    """How to solve; what is left out is as the case's own settings say."""

    model_config = ConfigDict(extra="forbid")

    scenario: str | None = Field(None, description="One of the case's own scenarios.")
    time_limit: float | None = Field(
        None, ge=0, allow_inf_nan=False, description="Seconds for the search."
    )
    gap: float | None = Field(
        None,
        ge=0,
        le=SETTING_VALUES["gap"].most,
        allow_inf_nan=False,
        description="The search may end once the plan is within this share of the best.",
    )
    lang: Language | None = Field(None, description=LANG)


async def perform(request: Request, pool: Pool, task: Task) -> Answer:
    """Give the answer to a task."""
    return await pool.answer(task, _gone(request))


async def _gone(request: Request) -> None:
    """Wait until the client has left."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def refusal(answer: Answer) -> Response:
    """Answer a case that has errors: with the marked workbook where there is one."""
    if answer.output is not None:
        return openapi.WorkbookResponse.named(answer.output, "marked.xlsx", 422)
    return bad_case(answer.issues)
