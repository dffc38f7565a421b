"""Tables of results, of plans and of reports alike, each on a sheet or, where long, on several."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

import numpy as np
import pandas as pd

from jvopt.core.headings import title_of, written
from jvopt.core.language import Language, word
from jvopt.core.phrases import Voice
from jvopt.core.schema import Column, Table
from jvopt.excel import look
from jvopt.excel.book import Book
from jvopt.excel.excel_table import Heading, add_table

ROWS_PER_SHEET = 1_000_000


def is_split(frame: pd.DataFrame) -> bool:
    """Tell whether a table is too long for one sheet."""
    return len(frame) > ROWS_PER_SHEET


def add_result_table(
    book: Book,
    sheet_name: str,
    name: str,
    table: Table,
    frame: pd.DataFrame,
    base: str,
    language: Language,
    *,
    summed: bool = False,
    wrapped: Collection[str] = (),
) -> None:
    """Add the sheet of a table; a table longer than a sheet goes on on the next.

    Parameters
    ----------
    book
        Where it goes.
    sheet_name, name
        Names of the sheet and of the Excel table.
    table, frame
        The columns as they are declared, and the cells as people read them.
    base, language
        The base currency, and the language of the headings.
    summed
        Whether quantities and money add up: a row of totals follows.
    wrapped
        Columns of sentences.
    """
    total = word(language, "Total of this sheet" if is_split(frame) else "Total")
    for part, start in enumerate(range(0, len(frame), ROWS_PER_SHEET), 1):
        rows = frame.iloc[start : start + ROWS_PER_SHEET]
        number = f" {part}" if part > 1 else ""
        headings = [
            Heading(
                result_heading(column, base, language),
                result_remark(column, base, language),
                look.result_format(column, rows[column.name]),
                not column.numeric,
                wrap=column.name in wrapped,
                total=summed and _adds_up(column, rows),
                beside_number=not column.numeric and (before.numeric or before.mixed),
            )
            for before, column in pairwise((table.columns[0], *table.columns))
        ]
        sheet = book.sheet(f"{sheet_name}{number}", look.RESULT_TAB)
        add_table(book, sheet, f"{name}{number.replace(' ', '_')}", headings, rows, total)


def _adds_up(column: Column, rows: pd.DataFrame) -> bool:
    if column.unit not in ("units", "money", "t"):
        return False
    return bool(np.isfinite(rows[column.name].to_numpy(dtype="float64")).any())


def result_heading(column: Column, base: str, language: Language = "en") -> str:
    """Give the heading of a column of results: its title, with its unit where it has one."""
    title = title_of(column, language)
    if column.unit in ("", "share"):  # shares are shown as percent
        return title
    return f"{title} ({written(column.unit, base, language)})"


def result_remark(column: Column, base: str, language: Language) -> str:
    """Give the comment of a heading: what the column means, and its unit."""
    say = Voice(language, titles=True).say
    words = say(column.meaning)
    if column.unit:
        words += "\n" + say("Unit: {unit}", unit=written(column.unit, base, language))
    return words
