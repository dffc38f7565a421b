"""Who may come in: access keys, and on an open service this machine alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from jvopt.api.problems import Trouble
from jvopt.api.settings import Settings, only_here
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
            _refuse_strangers(request)
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


def _refuse_strangers(request: Request) -> None:
    """Keep pages of other servers out of a service that asks for no key.

    A browser on this machine would carry their requests here: by a name that they made point to
    this machine, or from their own origin.
    """
    host = request.headers.get("host", "")
    if not only_here(_name(host)):
        raise Trouble(421, [mistake("wrong_host", host)])
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != host:
        raise Trouble(403, [mistake("wrong_origin", origin)])


def _name(host: str) -> str:
    """Give a Host header without its port; nothing where it cannot be read."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


Reader = Annotated[Owner, Depends(_allowing("read"))]
Runner = Annotated[Owner, Depends(_allowing("run"))]
Admin = Annotated[Owner, Depends(_allowing("admin"))]
