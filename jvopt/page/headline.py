"""The few figures that matter most, each leading to its rows."""

from __future__ import annotations

from html import escape
from typing import Any

from nicegui import ui

from jvopt.page.parts import box
from jvopt.page.rows import Where
from jvopt.page.speaker import Speaker
from jvopt.page.view import View


def tiles(view: View) -> None:
    """Show them."""
    rows, others = _rows(view), _others(view)
    with box("jv-tiles"):
        for label, value, form, remark in view.figures.tiles():
            shown, unit = figure(view.speaker, value, form, view.base)
            table, where = rows.get(label, ("summary", None))
            small = f" <small>{escape(unit)}</small>" if unit else ""
            kind = ""
            if label in others and isinstance(value, float) and value:
                kind = "good" if value > 0 else "bad"
            if label == view.say("Audit") and view.figures.audit_failed():
                kind = "bad"
            made = ui.html(
                f'<span class="t">{escape(label)}</span><span class="v">{escape(shown)}{small}'
                f'</span><span class="r">{escape(remark)}</span>',
                sanitize=False, tag="button",
            )  # fmt: skip
            made.classes(f"jv-tile {kind}").props("type=button")
            network = others.get(label)
            if network:
                made.on("click", lambda title=label, n=network: view.open_beside(n, title))
            else:
                made.on("click", lambda title=label, t=table, w=where: view.open(t, title, w))


def _others(view: View) -> dict[str, str]:
    """Give by label the network that the plan is beside."""
    say = view.say
    return {
        say("Saving against today"): "today",
        say("Gain against today"): "today",
        say("Saving against no plant at all"): "no_plant",
        say("Gain against no plant at all"): "no_plant",
    }


def _rows(view: View) -> dict[str, tuple[str, Where | None]]:
    """Give by label the rows behind a figure."""
    say = view.say
    return {
        say("Total cost"): ("costs", None),
        say("Profit"): ("costs", None),
        say("Plants open"): ("lines", {"open": 1.0}),
        say("Demand met"): ("service", None),
        say("Audit"): ("summary", None),
    }


def figure(speaker: Speaker, value: str | float, form: str, base: str) -> tuple[str, str]:
    """Give a figure of the overview in words, and its unit."""
    if isinstance(value, str):
        return value[:1].upper() + value[1:], ""
    if form.endswith("%"):
        return speaker.percent(value), ""
    money: Any = form != "General"
    return (speaker.money(value), base) if money else (speaker.number(value), "")
