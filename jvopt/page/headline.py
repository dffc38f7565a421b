"""The few figures that matter most, each leading to its rows."""

from __future__ import annotations

from html import escape
from typing import Any

from nicegui import ui

from jvopt.excel.tiles import About, Tile, tiles
from jvopt.page.parts import box
from jvopt.page.rows import Where
from jvopt.page.speaker import Speaker
from jvopt.page.view import View

_ROWS: dict[About, tuple[str, Where | None]] = {
    "objective": ("costs", None),
    "plants": ("lines", {"open": 1.0}),
    "demand": ("service", None),
    "audit": ("summary", None),
}
"""The rows behind a figure."""


def show(view: View) -> None:
    """Show them."""
    with box("jv-tiles"):
        for tile in tiles(view.figures):
            _tile(view, tile)


def _tile(view: View, tile: Tile) -> None:
    network = tile.about if tile.about in ("today", "no_plant") else ""
    shown, unit = figure(view.speaker, tile.value, tile.form, view.base)
    small = f" <small>{escape(unit)}</small>" if unit else ""
    kind = "bad" if tile.bad else ""
    if network and isinstance(tile.value, float) and tile.value:
        kind = "good" if tile.value > 0 else "bad"

    def opened() -> None:
        if network:
            view.open_beside(network, tile.label)
        else:
            table, where = _ROWS[tile.about]
            view.open(table, tile.label, where)

    made = ui.html(
        f'<span class="t">{escape(tile.label)}</span><span class="v">{escape(shown)}{small}'
        f'</span><span class="r">{escape(tile.remark)}</span>',
        sanitize=False, tag="button",
    )  # fmt: skip
    made.classes(f"jv-tile {kind}").props("type=button").on("click", opened)


def figure(speaker: Speaker, value: str | float, form: str, base: str) -> tuple[str, str]:
    """Give a figure of the overview in words, and its unit."""
    if isinstance(value, str):
        return value[:1].upper() + value[1:], ""
    if form.endswith("%"):
        return speaker.percent(value), ""
    money: Any = form != "General"
    return (speaker.money(value), base) if money else (speaker.number(value), "")
