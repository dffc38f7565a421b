"""What can be taken away: workbooks, and rows as CSV."""

from __future__ import annotations

import re

import pandas as pd
from nicegui import ui

from jvopt.page.aside import aside, refusals_told
from jvopt.page.frame import Visit
from jvopt.service.task import MEDIA_TYPES
from jvopt.service.template import template_book


async def offer_template(visit: Visit, name: str | None) -> None:
    """Give a workbook to fill in, or one filled with an example."""
    content = await aside(template_book, name, visit.speaker.language)
    ui.download.content(content, f"{name or 'jvopt-template'}.xlsx", MEDIA_TYPES["xlsx"])


async def offer_workbook(visit: Visit, id: str, name: str) -> None:
    """Give the workbook of a job's result."""
    say = visit.speaker.say
    with refusals_told(visit.speaker):
        waiting = ui.notification(say("Writing the workbook ..."), spinner=True, timeout=None)
        try:
            content = await visit.desk.workbook(id)
        finally:
            waiting.dismiss()
        ui.download.content(content, f"{file_name(name)}.xlsx", MEDIA_TYPES["xlsx"])


async def offer_rows(frame: pd.DataFrame, name: str) -> None:
    """Give rows as a file that Excel opens as it is in any country."""
    ui.download.content(await aside(as_csv, frame), f"{file_name(name)}.csv", "text/csv")


def as_csv(frame: pd.DataFrame) -> bytes:
    """Give rows as CSV; text that Excel would take for a formula is made harmless."""
    shown = frame.copy()
    for column in shown.select_dtypes(exclude="number").columns:
        shown[column] = shown[column].map(_harmless)
    return b"\xef\xbb\xbf" + shown.to_csv(index=False, lineterminator="\r\n").encode()


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@") else cell


def file_name(name: str) -> str:
    """Give a name as the name of a file."""
    return re.sub(r"[^\w.-]+", "-", name).strip("-.")[:80] or "plan"
