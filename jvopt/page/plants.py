"""Which plants are open, what each assembles in which mode, and how full it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd
from nicegui import ui

from jvopt.excel.figures import Figures
from jvopt.page.parts import box, link, panel, text
from jvopt.page.speaker import Speaker
from jvopt.page.view import View

_FULL = 0.995


@dataclass(frozen=True, slots=True)
class Plant:
    """A plant that is open in some period, with its lines as `Figures.lines` gives them."""

    site: str
    name: str
    made: float
    lines: pd.DataFrame


def open_plants(figures: Figures) -> list[Plant]:
    """Give the plants with lines that are open, the largest first."""
    lines = figures.lines()
    if lines.empty:
        return []
    found = [
        Plant(str(site), str(part["plant"].iloc[0]), float(part["made"].sum()), part)
        for site, part in lines.groupby("site", sort=False)
    ]
    return sorted(found, key=lambda plant: -plant.made)


def closed_plants(figures: Figures) -> list[str]:
    """Name the plants that stay closed."""
    lines = figures.plan["lines"]
    running = set(lines["site"][(lines["open"] > 0.5).to_numpy()])
    return [figures.site_names.get(str(s), str(s)) for s in lines["site"].unique()
            if s not in running]  # fmt: skip


def show(view: View) -> None:
    """Show them."""
    say = view.say
    found, closed = open_plants(view.figures), closed_plants(view.figures)
    if not found and not closed:
        return
    words = "What each makes over the horizon, in which mode, and how much of its capacity is used"
    with panel(say("Plants and lines"), say(words), css="s4"):
        with box("jv-scroll").style("max-height:468px;margin:0 -4px"):
            for plant in found:
                _plant(view, plant)
            if not found:
                text(say("No plant is open in this plan."), "quiet")
        if closed:
            with ui.expansion(say("Closed: {count}", count=len(closed))).props("dense"):
                text(", ".join(closed), "small quiet")
        link(say("All lines by period"), lambda: view.open("lines"))


def _plant(view: View, plant: Plant) -> None:
    speaker, say = view.speaker, view.say
    made = say("{count} units", count=speaker.number(plant.made))
    rows: Iterable[Any] = plant.lines.itertuples()
    head = (
        '<span class="row keep" style="justify-content:space-between">'
        f'<span class="strong">{escape(plant.name)}</span>'
        f'<span class="num small quiet nowrap">{escape(made)}</span></span>'
    )
    lines = "".join(
        _line(speaker, row.own or row.products, row.modes, row.open, row.made, row.full)
        for row in rows
    )
    ui.html(head + lines, sanitize=False, tag="button").classes("jv-plant").props("type=button").on(
        "click", lambda: view.open("production", plant.name, {"site": plant.site})
    )


def _line(speaker: Speaker, name: str, modes: str, when: str, made: float, full: float) -> str:
    share = speaker.percent(full, 0) if full == full else ""
    width = min(max(full, 0.0), 1.0) * 100 if full == full else 0.0
    css = "full" if full == full and full >= _FULL else ""
    mode = "".join(f'<span class="jv-mode">{escape(m)}</span> ' for m in modes.split(", ") if m)
    meter = (
        f'<span class="jv-meter" style="display:block"><i class="{css}" '
        f'style="width:{width:.1f}%"></i></span>'
    )
    return (
        '<span style="display:block;margin-top:7px"><span class="row keep small" '
        'style="justify-content:space-between;gap:10px;align-items:baseline">'
        f'<span>{mode}{escape(name)} <span class="quiet">{escape(when)}</span></span>'
        f'<span class="num nowrap">{escape(speaker.number(made))} '
        f'<span class="strong" style="display:inline-block;min-width:38px;text-align:right">'
        f"{escape(share)}</span></span></span>{meter}</span>"
    )
