"""The screens and their paths."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import structlog
from fastapi import Form, Request
from fastapi.exception_handlers import http_exception_handler
from nicegui import Client, ui
from nicegui import app as gui
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from jvopt.core.language import LANGUAGES
from jvopt.page import compare, history, job, mending, sign_in, start, whatif
from jvopt.page.aside import aside
from jvopt.page.desk import Service
from jvopt.page.frame import (
    KEY_COOKIE,
    LANGUAGE_COOKIE,
    astray,
    frame,
    missing,
    sorry,
    speaker_of,
    visit_of,
    way_in,
)
from jvopt.page.speaker import Speaker
from jvopt.service.job import Refused

_YEAR = 365 * 24 * 3600
_serving: list[Service] = []
log = structlog.get_logger("jvopt")


def serve(service: Service) -> None:
    """Serve the screens, from now on for this service.

    NiceGUI has one app in a process; where a process makes several services the last one counts.
    """
    first = not _serving
    _serving[:] = [service]
    if first:
        gui.add_static_files("/_page", Path(__file__).parent / "assets", max_cache_age=3600)
        _add_ways()
        _add_screens()


def _service() -> Service:
    return _serving[0]


def _add_ways() -> None:
    """Add the paths that only set a cookie and lead on."""

    @gui.get("/language/{language}")
    def switch(language: str, to: str = "/") -> Response:
        answer = RedirectResponse(_inside(to), status_code=303)
        if language in LANGUAGES:
            answer.set_cookie(LANGUAGE_COOKIE, language, max_age=_YEAR, samesite="lax")
        return answer

    @gui.post("/sign-in/key")
    async def enter(
        request: Request, key: Annotated[str, Form()] = "", to: Annotated[str, Form()] = "/"
    ) -> Response:
        owner = await aside(_service().sign_in, key.strip())
        if owner is None:
            return RedirectResponse(f"/sign-in?wrong=1&to={_inside(to)}", status_code=303)
        answer = RedirectResponse(_inside(to), status_code=303)
        answer.set_cookie(
            KEY_COOKIE, key.strip(), max_age=_YEAR, httponly=True, samesite="strict",
            secure=request.url.scheme == "https",
        )  # fmt: skip
        return answer

    @gui.get("/sign-out")
    def leave() -> Response:
        answer = RedirectResponse("/sign-in", status_code=303)
        answer.delete_cookie(KEY_COOKIE)
        return answer


def _inside(path: str) -> str:
    """Give a path of this page; nothing that leads elsewhere."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"


def _failed(error: Exception) -> None:
    log.error("a screen failed", what=f"{type(error).__name__}: {error}", exc_info=error)
    request = ui.context.client.request
    speaker = Speaker("en") if request is None else speaker_of(request)
    with frame(speaker, speaker.say("Failed"), "/jobs"):
        sorry(speaker)


async def _nowhere(request: Request, error: HTTPException) -> Response:
    """Show that there is no such page, in place of the framework's own words for it."""
    asked = request.scope
    if asked.get("endpoint") not in (None, gui) and not asked.get("nicegui_page_path"):
        return await http_exception_handler(request, error)  # a file, for which nobody wants a page
    speaker = speaker_of(request)
    with Client(ui.page(""), request=request) as client:
        astray(speaker)
    return client.build_response(request, 404)


def _add_screens() -> None:
    gui.on_page_exception(_failed)
    gui.exception_handler(404)(_nowhere)

    @ui.page("/sign-in")
    def _(request: Request, to: str = "/", wrong: str = "") -> Response | None:
        if _service().open_owner is not None:  # nobody has a key to sign in with
            return RedirectResponse("/")
        sign_in.screen(speaker_of(request), _inside(to), wrong=bool(wrong))
        return None

    _add("/", start.screen)
    _add("/jobs", history.screen)
    _add("/jobs/{id}", job.screen)
    _add("/jobs/{id}/change", mending.screen)
    _add("/jobs/{id}/whatif", whatif.screen)
    _add("/jobs/{id}/compare/{other}", compare.screen)


def _add(path: str, show: Callable[..., Awaitable[None]]) -> None:
    """Add a screen, for who may see it; what is in braces in its path is passed on by name."""

    @ui.page(path, response_timeout=30)
    async def _(request: Request) -> Response | None:
        visit = await visit_of(_service(), request)
        if isinstance(visit, Response):
            return visit

        def sign_in_again(error: Exception) -> None:
            if isinstance(error, Refused) and error.status == 401:
                ui.navigate.to(way_in(visit.path))

        ui.on_exception(sign_in_again)
        try:
            await show(visit, **request.path_params)
        except Refused:
            missing(visit)
        return None
