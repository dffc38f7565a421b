"""NiceGUI beside the HTTP routes: in the same app, on paths of its own."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from nicegui import core, ui
from starlette.routing import Match, Mount
from starlette.types import Scope

from jvopt.page import screens
from jvopt.page.desk import Service
from jvopt.page.paths import is_api


def mount(app: FastAPI, service: Service) -> None:
    """Put the page into an app; see `jvopt.page.install`."""
    screens.serve(service)
    core.app.middleware_stack = None  # built anew for each app of a process, as in tests
    core.app.user_middleware.clear()
    ui.run_with(
        app,
        title="jvopt",
        favicon=Path(__file__).parent / "assets" / "favicon.svg",
        tailwind=False,
        show_welcome_message=False,
        reconnect_timeout=20.0,
        dark=False,
    )
    place = app.router.routes.pop()
    assert isinstance(place, Mount)
    app.router.routes.append(_Page(place.path, app=place.app))


class _Page(Mount):
    """All paths but those of the HTTP routes, which tell of their own mistakes."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if is_api(str(scope.get("path", ""))):
            return Match.NONE, {}
        return super().matches(scope)
