"""A chart on a screen, with a legend that wraps where the screen is narrow."""

from __future__ import annotations

from html import escape
from typing import Any

from nicegui import ui

from jvopt.page import charts
from jvopt.page.parts import box


def legend(entries: list[tuple[str, str]]) -> None:
    """Name what is drawn by its colour."""
    parts = [
        f'<span><i class="jv-sw" style="background:{color}"></i>{escape(words)}</span>'
        for words, color in entries
    ]
    ui.html("".join(parts), sanitize=False).classes("jv-key")


def chart(options: charts.Options, height: str, **acts: Any) -> ui.echart:
    """Show a chart under the names of its series; `acts` are those of `ui.echart`."""
    with box():
        if entries := charts.key(options):
            legend(entries)
        return ui.echart(options, **acts).style(f"height:{height}")
