"""Serving the app with uvicorn."""

from __future__ import annotations

import socket
import sys

import structlog
import uvicorn
from fastapi import FastAPI

from jvopt.api.app import create_app, open_store
from jvopt.api.settings import Settings, only_here
from jvopt.service.keys import Keys
from jvopt.service.pool import Pool
from jvopt.service.store import Store

_LAST_ANSWERS = 5
"""Seconds that open requests have once the service is told to end."""


def run(host: str | None = None, port: int | None = None) -> None:
    """Serve until told to end.

    Parameters
    ----------
    host, port
        Where to listen; as the settings say where None.

    Raises
    ------
    OSError
        The address cannot be had.
    NoKeys
        Other machines could reach it, and there is no access key.
    BadDatabase
        The database cannot be used.
    """
    given = {name: v for name, v in (("host", host), ("port", port)) if v is not None}
    settings = Settings(**given)  # type: ignore[arg-type]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger("info"),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    store = _opened(settings)
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listening:
        if sys.platform != "win32":  # there it would let two services share a port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((settings.host, settings.port))
        listening.listen()  # before its address is told: who reads it may call at once
        shown = f"[{settings.host}]" if ":" in settings.host else settings.host
        address = f"http://{shown}:{listening.getsockname()[1]}"
        page = f"a page for planners at {address} and " if settings.page else ""
        told = f"jvopt serves {page}an API at {address}/v1, described at {address}/openapi.json"
        print(told, file=sys.stderr)
        app = create_app(settings, store)
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=_LAST_ANSWERS)
        Server(config, app).run(sockets=[listening])


class NoKeys(Exception):
    """A service that other machines can reach needs access keys, and has none."""


def _opened(settings: Settings) -> Store:
    """Open the store, and find out before anything is served what would keep it from working."""
    if not settings.keys_required and not only_here(settings.host):
        raise NoKeys(
            f"{settings.host} can be reached from other machines, so keys cannot be done without: "
            "leave JVOPT_REQUIRE_KEYS unset."
        )
    store = open_store(settings)
    known = Keys(store.engine).list() if settings.keys_required else []
    if settings.keys_required and all(key.revoked is not None for key in known):
        store.close()
        raise NoKeys("The service wants access keys and has none. Make one: jvopt keys add NAME")
    return store


class Server(uvicorn.Server):
    """A server whose open solves are ended, and answered, when it is told to end."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End."""
        self._app.state.closing.set()  # streams end
        pool: Pool = self._app.state.pool
        pool.stop()
        await super().shutdown(sockets)
