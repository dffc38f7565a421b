"""Why a case is impossible, in a workbook: listed with links, and marked in the cells."""

from __future__ import annotations

from typing import Any

import pandas as pd

from jvopt.core.case import Case
from jvopt.core.explained import sentence
from jvopt.core.issues import Issue
from jvopt.core.phrases import Choice, Name
from jvopt.excel import look
from jvopt.excel.book import Book, link
from jvopt.excel.marks import Cell, mark
from jvopt.excel.page import CellValue, Page
from jvopt.excel.read import Reading

MOST_LISTED = 40
"""Cells of each part that an overview lists; all are on the sheet of the table."""
COLORS = {"conflict": look.LIGHT_RED, "change": look.LIGHT_GREEN}


def told(
    conflicts: pd.DataFrame, case: Case, reading: Reading, *, placed: bool = False
) -> pd.DataFrame:
    """Give the table ``conflicts`` with the sheets, rows and titles of the user's own workbook.

    Parameters
    ----------
    conflicts, case
        The table, and the case that is impossible.
    reading
        What the case was read from.
    placed
        Whether each sentence begins with the place of its cell.
    """
    voice = reading.titled
    rows = []
    for row in _records(conflicts):
        read = reading.tables.get(row["table"])
        shown = {
            "table": read.sheet if read else Name(row["table"]).said(voice),
            "row": float(read.rows[int(row["row"]) - 1]) if read else row["row"],
            "column": Name(row["table"], row["column"]).said(voice),
            "text": sentence(case, row).said(voice),
        }
        if placed:
            shown["text"] = f"{_place(reading, row).place}: {shown['text']}"
        if row["column"] == "decision":
            shown |= {k: Choice(row[k]).said(voice) if row[k] else "" for k in ("value", "needed")}
        rows.append(row | shown)
    return pd.DataFrame(rows, columns=conflicts.columns)


def list_conflicts(
    page: Page, conflicts: pd.DataFrame, case: Case, reading: Reading, *, linked: bool
) -> None:
    """List the cells in conflict and the change on a page, with links to the user's own cells."""
    voice = reading.titled
    headings = {
        "conflict": voice.say(
            "These contradict each other; easing any one removes this contradiction"
        ),
        "change": voice.say("The least change that gives a plan"),
    }
    for part, heading in headings.items():
        rows = [row for row in _records(conflicts) if row["part"] == part][:MOST_LISTED]
        if not rows:
            continue
        page.heading(heading)
        places = [_place(reading, row) for row in rows]
        figures: list[list[CellValue]] = [
            [sentence(case, row).said(voice), place.place]
            for row, place in zip(rows, places, strict=True)
        ]
        top, _ = page.table([voice.say("What"), voice.say("Where")], figures, ["General"] * 2)
        for number, place in enumerate(places, top + 1):
            if linked and place.sheet and place.cell:
                link(page.sheet.cell(number, 2), place.sheet, place.cell)


def mark_conflicts(book: Book, conflicts: pd.DataFrame, case: Case, reading: Reading) -> None:
    """Mark the cells in conflict, and in another color those of the change, with comments."""
    voice = reading.titled
    words: dict[Cell, list[str]] = {}
    colors: dict[Cell, str] = {}
    say = voice.say
    for row in _records(conflicts):
        place = _place(reading, row)
        if place.sheet not in book.workbook.sheetnames or not place.cell:
            continue
        cell = (str(place.sheet), place.cell)
        text = sentence(case, row).said(voice)
        if row["part"] == "conflict":
            line = say("In conflict: {text}", text=text)
        else:
            line = say("To make a plan possible: {text}", text=text)
        words.setdefault(cell, []).append(line)
        colors[cell] = COLORS[row["part"]]
    mark(book.workbook, words, colors)


def _records(conflicts: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in conflicts.to_dict("records")]


def _place(reading: Reading, row: dict[str, Any]) -> Issue:
    return reading.place_of(row["table"], row["row"], row["column"])
