"""Around every request: who is kept out, headers for browsers, the time it took, the log."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jvopt.api.problems import problem
from jvopt.api.settings import only_here
from jvopt.page.paths import is_api
from jvopt.service.messages import mistake
from jvopt.service.meters import Meters

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_DATA = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
_PAGE = {
    # The page's library makes scripts and styles as it goes; nothing comes from elsewhere.
    "Content-Security-Policy": "default-src 'self'; script-src 'self' 'unsafe-inline' "
    "'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self' ws: wss:; worker-src 'self' blob:; "
    "frame-ancestors 'none'; base-uri 'self'; form-action 'self'",
}

log = structlog.get_logger("jvopt")


class Guard:
    """Middleware that adds headers, and measures and logs requests.

    Parameters
    ----------
    app
        What answers.
    meters
        What keeps the times.
    only_here
        Whether it serves this machine alone, and asks for no key.
    """

    def __init__(self, app: ASGIApp, meters: Meters, only_here: bool) -> None:
        self._app = app
        self._meters = meters
        self._only_here = only_here

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        strange = _strange(HTTPConnection(scope)) if self._only_here else None
        if scope["type"] == "websocket":
            if strange is not None:
                await send({"type": "websocket.close", "code": 1008})
                return
            await self._app(scope, receive, send)
            return
        data = is_api(scope["path"])
        began, status = time.monotonic(), 500

        async def guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in (_ALWAYS | (_DATA if data else _PAGE)).items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await (strange or self._app)(scope, receive, guarded)
        finally:
            # The pattern of the route, not the path: ids would make no end of meters.
            route = getattr(scope.get("route"), "path", "") or "other"
            seconds = time.monotonic() - began
            if data:
                self._meters.requests.labels(scope["method"], route, status).observe(seconds)
                log.debug("answered", method=scope["method"], path=scope["path"], status=status)


def _strange(request: HTTPConnection) -> Response | None:
    """Keep pages of other servers out of a service that asks for no key.

    A browser on this machine would carry their requests here: by a name that they made point to
    this machine, or from their own origin.
    """
    host = request.headers.get("host", "")
    if not only_here(_name(host)):
        return problem(421, [mistake("wrong_host", host)])
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != host:
        return problem(403, [mistake("wrong_origin", origin)])
    return None


def _name(host: str) -> str:
    """Give a Host header without its port; nothing where it cannot be read."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
