"""Serving the app with uvicorn."""

from __future__ import annotations

import ipaddress
import socket
import sys

import structlog
import uvicorn
from fastapi import FastAPI

from jvopt.api.app import create_app
from jvopt.api.settings import Settings
from jvopt.service.pool import Pool

_PATIENCE = 5
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
    """
    given = {name: v for name, v in (("host", host), ("port", port)) if v is not None}
    settings = Settings(**given)  # type: ignore[arg-type]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listening:
        if sys.platform != "win32":  # there it would let two services share a port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((settings.host, settings.port))
        listening.listen()  # before its address is told: who reads it may call at once
        shown = f"[{settings.host}]" if ":" in settings.host else settings.host
        address = f"http://{shown}:{listening.getsockname()[1]}"
        print(f"jvopt serves {address}/v1, see {address}/openapi.json", file=sys.stderr)
        if not _only_here(settings.host):
            print(
                "Anyone who reaches this address can use the service: it asks for no password.",
                file=sys.stderr,
            )
        app = create_app(settings)
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=_PATIENCE)
        _Server(config, app).run(sockets=[listening])


class _Server(uvicorn.Server):
    """A server whose open solves are ended, and answered, when it is told to end."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End."""
        pool: Pool = self._app.state.pool
        pool.stop()
        await super().shutdown(sockets)


def _only_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
