"""What is around every screen: who looks, in which language, the head of the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from fastapi import Request
from nicegui import ui
from starlette.responses import RedirectResponse

from jvopt.core.language import LANGUAGES, word
from jvopt.page.aside import aside
from jvopt.page.desk import Desk, Service
from jvopt.page.parts import box, button, named, text
from jvopt.page.speaker import OWN_NAMES, Speaker, spoken

KEY_COOKIE, LANGUAGE_COOKIE = "jvopt_key", "jvopt_language"
_STYLES = ("page", "parts", "screens", "narrow")


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who looks at a screen.

    Attributes
    ----------
    speaker
        Says things in their language.
    desk
        Their desk.
    path
        The path of the screen.
    """

    speaker: Speaker
    desk: Desk
    path: str

    def frame(self, title: str) -> AbstractContextManager[None]:
        """Open the screen, under a title of the window."""
        signed = self.desk.service.open_owner is None
        return frame(self.speaker, title, self.path, leave=signed)


def speaker_of(request: Request) -> Speaker:
    """Give the language that a browser wants, or its user has switched to."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    return Speaker(spoken(request.headers.get("accept-language", ""), chosen))


async def visit_of(service: Service, request: Request) -> Visit | RedirectResponse:
    """Give who visits, or the way to the screen that asks for a key."""
    path, speaker = request.url.path, speaker_of(request)
    if service.open_owner is not None:
        return Visit(speaker, Desk(service, service.open_owner, speaker.language), path)
    key = request.cookies.get(KEY_COOKIE, "")
    owner = await aside(service.sign_in, key)
    if owner is None:
        return RedirectResponse(way_in(path))
    return Visit(speaker, Desk(service, owner, speaker.language, key), path)


def way_in(path: str) -> str:
    """Give the path of the screen that asks for a key, and leads on to another."""
    return f"/sign-in?to={quote(path, safe='/')}"


@contextmanager
def frame(speaker: Speaker, title: str, path: str = "", *, leave: bool = False) -> Iterator[None]:
    """Open a screen.

    Parameters
    ----------
    speaker
        Says things.
    title
        Of the window.
    path
        Of the screen: tells which part of the head is shown as being here.
    leave
        Whether one can sign out.
    """
    ui.page_title(f"{title} \u00b7 jvopt")
    ui.add_head_html(_head(speaker))
    say = speaker.say
    ui.link(say("Skip to the content"), "#content").classes("jv-skip")
    with box("jv-head", "header"):
        ui.html(
            '<img src="/_page/favicon.svg" alt="" width="24" height="24"><span>jvopt</span>',
            sanitize=False, tag="a",
        ).classes("jv-brand").props("href=/ aria-label=jvopt")  # fmt: skip
        if path:
            with named(box("row", "nav"), say("Main")).style("gap:18px"):
                _tab(say("New plan"), "/", here=path == "/")
                _tab(say("Jobs"), "/jobs", here=path.startswith("/jobs"))
        box("grow")
        with named(box("row tight jv-langs", "nav"), say("Language")):
            for language in LANGUAGES:
                target = f"/language/{language}?to={quote(path or '/', safe='/')}"
                made = _tab(language.upper(), target, here=language == speaker.language)
                made.props(f"lang={language} title={OWN_NAMES[language]}")
                named(made, OWN_NAMES[language])
        if leave:
            _tab(say("Sign out"), "/sign-out", here=False)
    with box("jv-body", "main").props("id=content"):
        yield


def _tab(words: str, target: str, *, here: bool) -> ui.html:
    made = ui.html(escape(words), sanitize=False, tag="a")
    made.props["href"] = target
    if here:
        made.props("aria-current=page")
    return made


def _head(speaker: Speaker) -> str:
    told = {
        "lang": speaker.language,
        "million": word(speaker.language, "M").strip(),
        "second": speaker.say("{seconds} s", seconds="").strip(),
    }
    styles = (f'<link rel="stylesheet" href="/_page/{name}.css">' for name in _STYLES)
    # Before anything is drawn: axes, cells and readers of the page ask for the language.
    return (
        f"{''.join(styles)}"
        '<script src="/_page/page.js"></script>'
        f"<script>Object.assign(window.jvopt, {json.dumps(told, ensure_ascii=True)});"
        f"document.documentElement.lang = '{speaker.language}';</script>"
    )


def sorry(speaker: Speaker) -> None:
    """Say that a screen failed; what went wrong is for the log, not for who looks."""
    text(speaker.say("This screen could not be shown."), tag="h1")
    text(speaker.say("The fault was logged. Your jobs are safe: open them again."), "quiet")


def astray(speaker: Speaker) -> None:
    """Say that no screen has this address."""
    say = speaker.say
    with frame(speaker, say("Not found")):
        text(say("There is no such page."), tag="h1")
        with box("row").style("margin-top:14px"):
            button(say("New plan"), lambda: ui.navigate.to("/"), main=True)


def missing(visit: Visit) -> None:
    """Say that there is nothing here."""
    say = visit.speaker.say
    with visit.frame(say("Not found")):
        text(say("There is no such job."), tag="h1")
        text(say("It may have been deleted, or belongs to someone else."), "quiet")
        with box("row").style("margin-top:14px"):
            button(say("Jobs"), lambda: ui.navigate.to("/jobs"), main=True)
            button(say("New plan"), lambda: ui.navigate.to("/"))
