"""The first screen: drop a case, take the template, or try the base network."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from nicegui import events, ui

from jvopt.core.language import Language
from jvopt.page.aside import aside, refusals_told
from jvopt.page.downloads import offer_template
from jvopt.page.frame import Visit
from jvopt.page.parts import Markup, box, button, link, named, panel, table, text
from jvopt.page.states import job_name, result, state_words
from jvopt.page.tried import is_trial
from jvopt.service.job import Job
from jvopt.service.orders import Order
from jvopt.service.task import Form
from jvopt.service.template import template_book

BASE = "kz-assembly"
"""The example that shows all there is."""
_SMALL = "tiny"
_LAST, _LOOKED_AT = 6, 60


async def screen(visit: Visit) -> None:
    """Show the screen."""
    say = visit.speaker.say
    last = await aside(visit.desk.newest, _LOOKED_AT, kind="plan")
    last = [job for job in last if not is_trial(job)][:_LAST]
    with visit.frame(say("New plan")):
        with box("stack tight").style("margin:10px 0 16px"):
            text(say("Where to make what, and how to bring it there, at the least cost"), tag="h1")
            words = (
                "Hand in a workbook with your sites, products, lanes and demand. You get the plan "
                "on a map, with every figure down to its rows, and your workbook back with it."
            )
            text(say(words), "quiet").style("max-width:760px")
        with box("jv-grid"):
            with box("s8 stack"):
                limits: dict[str, Any] = {}
                drop(visit, limits, say("Drop your workbook here"))
                _limits(visit, limits)
                _last(visit, last)
            with box("s4 stack"):
                template(visit)
                _examples(visit, limits)


def _last(visit: Visit, jobs: list[Job]) -> None:
    """Lead back to what was asked last."""
    if not jobs:
        return
    say, speaker = visit.speaker.say, visit.speaker
    rows = []
    for job in jobs:
        words, css = state_words(speaker, job)
        state = Markup(f'<span class="jv-pill {css}">{escape(words)}</span>')
        rows.append([job_name(speaker, job), state, result(speaker, job), speaker.day(job.created)])
    with panel(say("Your last jobs"), css="jv-last"):
        headings = [say("Name"), say("State"), say("Result"), say("Handed in")]
        table(headings, rows, numeric=[False, False, True, True], caption=say("Your last jobs"),
              act=lambda at: ui.navigate.to(f"/jobs/{jobs[at].id}"))  # fmt: skip
        link(say("All jobs"), lambda: ui.navigate.to("/jobs"))


def drop(visit: Visit, limits: dict[str, Any], title: str) -> None:
    """Offer a place to drop a case."""
    say = visit.speaker.say
    with box("jv-drop"):
        ui.icon("upload_file")
        text(title, tag="h2").style("font-size:19px")
        text(say("or click to choose a file: Excel (.xlsx) or JSON"), "quiet")
        wait = text("", "small quiet").props("role=status")

        async def come(event: events.UploadEventArguments) -> None:
            name = event.file.name
            kind: Form = "json" if name.lower().endswith(".json") else "xlsx"
            wait.set_content(say("Handing it in ..."))
            with refusals_told(visit.speaker):
                visit.desk.measure(event.file.size())
                await hand_in(visit, await event.file.read(), kind, name.rsplit(".", 1)[0], limits)
            wait.set_content("")

        def refuse(event: events.GenericEventArguments) -> None:
            words = say("This file is neither an Excel workbook (.xlsx) nor JSON.")
            if event.args == "max-file-size":
                most = visit.speaker.number(visit.desk.largest / 2**20, 1)
                words = say("This file is larger than {most} MB.", most=most)
            ui.notify(words, type="negative")

        upload = ui.upload(
            on_upload=come, auto_upload=True, max_file_size=visit.desk.largest
        ).props("accept=.xlsx,.json flat hide-upload-btn")  # fmt: skip
        upload.on("rejected", refuse, js_handler="files => emit(files[0].failedPropValidation)")
        named(upload, say("Choose a file"))
        # Its button and its field have no names of their own, and no way to give them one.
        ui.run_javascript(
            f"jvopt.name('.q-uploader a, .q-uploader input', {json.dumps(say('Choose a file'))})"
        )


def _limits(visit: Visit, limits: dict[str, Any]) -> None:
    """Offer what rarely has to be set."""
    say = visit.speaker.say
    with box("row").style("gap:8px 10px;padding:0 2px"):
        # Words stay with the field that they are about.
        with box("row keep"):
            text(say("The search ends when the plan is proven, or after"), "small quiet")
            _number(visit, limits, "time", say("s"), say("Longest search, in seconds"))
        with box("row keep"):
            text(say("or within a gap of"), "small quiet")
            _number(visit, limits, "gap", "%", say("Gap at which it may end, in percent"))


def _number(visit: Visit, limits: dict[str, Any], key: str, unit: str, label: str) -> None:
    field = ui.number(min=0, step=1, placeholder=visit.speaker.say("as in the case"), suffix=unit)
    named(field, label).props("outlined dense").classes("jv-field").style("width:196px;flex:none")
    field.on_value_change(lambda event: limits.update({key: event.value}))


async def hand_in(
    visit: Visit,
    content: bytes,
    kind: Form,
    name: str,
    limits: dict[str, Any],
    language: Language | None = None,
) -> None:
    """Hand in a case and go to its job; a workbook is answered in its own language.

    Raises
    ------
    Refused
        As `Desk.submit`.
    """
    gap = limits.get("gap")
    order = Order(
        name=name,
        time_limit=limits.get("time"),
        gap=None if gap is None else gap / 100,
        language=visit.speaker.language if kind == "json" else language,
    )
    made = await aside(visit.desk.submit, content, kind, order)
    ui.navigate.to(f"/jobs/{made.id}")


def template(visit: Visit) -> None:
    """Offer a workbook to fill in."""
    say = visit.speaker.say
    with panel(say("No workbook yet?"), say("Every column is explained in its heading.")):
        with box("row"):
            button(say("Empty template"), lambda: offer_template(visit, None), icon="download")
        with box("row"):
            words = say("The base network as a workbook")
            link(words, lambda: offer_template(visit, BASE), icon="download")


def _examples(visit: Visit, limits: dict[str, Any]) -> None:
    say = visit.speaker.say

    async def attempt(name: str, title: str) -> None:
        content = await aside(template_book, name, visit.speaker.language)
        with refusals_told(visit.speaker):
            await hand_in(visit, content, "xlsx", title, limits, visit.speaker.language)

    words = (
        "12 Kazakh sites, 36 assembly lines, 13 machines, 35 markets, 2026 to 2030. Its data are "
        "partly assumed: a plan of it is no finding about the real network."
    )
    with panel(say("Or look around first"), say(words)), box("row"):
        title = say("Base network")
        button(say("Try the base network"), lambda: attempt(BASE, title), main=True, icon="map")
        button(say("A small case"), lambda: attempt(_SMALL, say("A small case")))
