"""Who may do what: access keys, and on an open service whoever is on this machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from jvopt.api.problems import Trouble
from jvopt.api.settings import Settings
from jvopt.service.keys import LOCAL, Owner, Scope
from jvopt.service.messages import mistake

_BEARER = HTTPBearer(
    auto_error=False,
    scheme_name="AccessKey",
    description="An access key; on a service that only its own machine can reach, none is needed.",
)


def _allowing(scope: Scope) -> Callable[..., Any]:
    async def owner(
        request: Request,
        given: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
    ) -> Owner:
        settings: Settings = request.app.state.settings
        if given is None:
            if settings.keys_required:
                raise Trouble(401, [mistake("no_key")])
            return LOCAL
        found: Owner | None = await run_in_threadpool(
            request.app.state.keys.owner, given.credentials
        )
        if found is None:
            raise Trouble(401, [mistake("bad_key")])
        if scope not in found.scopes:
            raise Trouble(403, [mistake("no_scope", hint=scope)])
        return found

    return owner


Reader = Annotated[Owner, Depends(_allowing("read"))]
Runner = Annotated[Owner, Depends(_allowing("run"))]
Admin = Annotated[Owner, Depends(_allowing("admin"))]
