"""A plan as a workbook: the summary, every table of the plan, and the case it answers."""

from __future__ import annotations

import pandas as pd

from jvopt.core.plan import Plan
from jvopt.core.plan_tables import PLAN_TABLES
from jvopt.core.schema import Column
from jvopt.core.tables import TABLES
from jvopt.excel import look, names
from jvopt.excel.book import Book, Heading, Target, add_table
from jvopt.excel.case_book import SOURCES, add_case
from jvopt.excel.collector import without_collector
from jvopt.excel.director import add_director
from jvopt.excel.read_me import add_read_me
from jvopt.excel.units import written

ROWS_PER_SHEET = 1_000_000


@without_collector()
def write_plan(plan: Plan, path: Target) -> None:
    """Write a plan and its case as a workbook.

    First a summary with charts, then a sheet for each table of the plan that has rows, then the
    case, which `jvopt.excel.read_excel` reads back as it was.

    Parameters
    ----------
    plan
        What to write; without a plan the conflicts and messages.
    path
        A path, replaced if there, or a binary file.

    Raises
    ------
    ValueError
        A table of the case has more rows, or a text more letters, than a workbook can hold.
    """
    book = Book.empty()
    shown = [name for name, table in TABLES.items() if len(plan.case[name]) or table.required]
    add_director(book, plan, shown)
    base = str(plan.case.setting("base_currency"))
    for name in PLAN_TABLES:
        _add_plan_table(book, name, plan[name], base)
    add_read_me(book, shown, SOURCES, str(plan.case.setting("case_name")), template=False)
    add_case(book, plan.case, shown)
    book.save(path)


def _add_plan_table(book: Book, name: str, frame: pd.DataFrame, base: str) -> None:
    """Add the sheet of a table; a table longer than a sheet goes on on the next."""
    for part, start in enumerate(range(0, len(frame), ROWS_PER_SHEET), 1):
        rows = frame.iloc[start : start + ROWS_PER_SHEET]
        suffix = f" {part}" if part > 1 else ""
        title = names.plan_sheet(name) + suffix
        sheet = book.sheet(title, look.RESULT_TAB)
        headings = [
            Heading(
                plan_heading(column, base),
                f"{column.meaning}\nUnit: {written(column.unit, base)}."
                if column.unit
                else column.meaning,
                look.result_format(column, rows[column.name]),
                not column.numeric,
                wrap=(name, column.name) == ("messages", "text"),
            )
            for column in PLAN_TABLES[name].columns
        ]
        add_table(book, sheet, title.replace(" ", "_"), headings, rows)


def plan_heading(column: Column, base: str) -> str:
    """Give the heading of a column of a plan: its title, with its unit where it has one."""
    if column.unit in ("", "share"):  # shares are shown as percent
        return names.title(column)
    return f"{names.title(column)} ({written(column.unit, base)})"
