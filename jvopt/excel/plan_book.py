"""A plan as a workbook: the overview, charts, every table of the plan, and the case it answers."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from jvopt.core.checks import check
from jvopt.core.issues import Issue, warnings
from jvopt.core.language import Language, word
from jvopt.core.plan import Plan
from jvopt.core.plan_tables import PLAN_TABLES
from jvopt.excel import sheet_names
from jvopt.excel.answering import write_in_front
from jvopt.excel.book import Book, Target
from jvopt.excel.case_book import add_case_behind, filled_tables, laid_out
from jvopt.excel.collector import without_collector
from jvopt.excel.explained import mark_conflicts
from jvopt.excel.figures import Figures
from jvopt.excel.messages import Message, messages_of
from jvopt.excel.overview import add_overview
from jvopt.excel.package import Source
from jvopt.excel.read import Reading
from jvopt.excel.result_tables import add_result_table
from jvopt.excel.result_words import ResultWords

SUMMED = (
    "costs",
    "production",
    "inputs",
    "purchases",
    "shipments",
    "deliveries",
    "service",
    "drawback",
    "owners",
)
"""Tables whose quantities and money add up: their sheets end with a row of totals."""


@without_collector()
def write_plan(
    plan: Plan, path: Target, language: Language = "en", issues: Iterable[Issue] | None = None
) -> None:
    """Write a plan and its case as a workbook.

    First an overview, then charts, then a sheet for each table of the plan that has rows, then the
    case, which `jvopt.excel.read_excel` reads back as it was.

    Parameters
    ----------
    plan
        What to write; without a plan the conflicts and messages.
    path
        A path, replaced if there, or a binary file.
    language
        Language of sheets, headings and words.
    issues
        What was found when the case was read, for whoever knows it; else the case is checked.

    Raises
    ------
    ValueError
        A table of the case has more rows, or a text more letters, than a workbook can hold.
    """
    book = Book.empty()
    reading = laid_out(plan.case, filled_tables(plan.case), language)
    found = warnings(check(plan.case) if issues is None else issues)
    add_plan(book, plan, reading, [reading.locate(i) for i in found])
    add_case_behind(book, plan.case, language)
    mark_conflicts(book, plan["conflicts"], plan.case, reading)
    book.save(path)


def write_answer(source: Source, plan: Plan, reading: Reading, path: Target) -> None:
    """Write the user's own workbook with a plan in front of their sheets.

    Where saving it would lose something of it (pictures, pivot tables, macros), the plan becomes a
    workbook of its own and says so.

    Parameters
    ----------
    source
        The user's file, as given to `read_workbook`.
    plan
        The plan of its case, or of one of its scenarios.
    reading
        What `read_workbook` made of it.
    path
        A path, replaced if there, or a binary file.
    """
    issues = warnings(reading.issues)

    def add(book: Book, *, remark: str) -> None:
        add_plan(book, plan, reading, issues, remark=remark)
        mark_conflicts(book, plan["conflicts"], plan.case, reading)

    write_in_front(source, reading.language, path, add)


def add_plan(
    book: Book,
    plan: Plan,
    reading: Reading,
    issues: Iterable[Issue],
    remark: str = "",
) -> None:
    """Add the sheets of a plan to a workbook, behind those that it has.

    Parameters
    ----------
    book, plan
        Where they go, and the plan.
    reading
        Where the case stands, in which language.
    issues
        Warnings about the case, at their cells.
    remark
        Why the case is not in the workbook, where it is not.
    """
    figures = Figures(plan, reading.language)
    messages = messages_of(plan, issues, reading.language)
    if remark:
        messages = [Message(word(reading.language, "note"), "", remark), *messages]
    add_overview(book, figures, reading, messages, linked=not remark)
    words = ResultWords(plan.case, reading.language)
    noted = pd.DataFrame(messages, columns=Message._fields)
    for name, table in PLAN_TABLES.items():
        add_result_table(
            book,
            sheet_names.plan_sheet(name, figures.language),
            f"plan_{name}",
            table,
            noted if name == "messages" else words.of_plan(plan, name, reading),
            figures.base,
            figures.language,
            summed=name in SUMMED,
            wrapped=("text",) if name == "messages" else (),
        )
