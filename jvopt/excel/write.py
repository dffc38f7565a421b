"""Write what jvopt gives as a workbook: a case, a plan or a report."""

from __future__ import annotations

from pathlib import Path

from jvopt.core.case import Case
from jvopt.core.language import Language
from jvopt.core.plan import Plan
from jvopt.core.report import Report
from jvopt.excel.book import Target
from jvopt.excel.case_book import write_case
from jvopt.excel.plan_book import write_plan
from jvopt.excel.report_book import write_report


def write_excel(what: Case | Plan | Report, target: Target, language: Language = "en") -> None:
    """Write a case, a plan or a report as a workbook; a plan and a report with their case.

    Parameters
    ----------
    what
        What to write. `read_excel` reads its case back as it was.
    target
        A path, replaced if there, or a binary file.
    language
        Language of sheets, headings and words: ``en``, ``ru`` or ``kk``.

    Raises
    ------
    TypeError
        It is none of the three.
    ValueError
        The name of a file does not end in .xlsx, or a table has more rows, or a text more letters,
        than a workbook can hold.
    """
    if isinstance(target, str | Path) and Path(target).suffix.lower() != ".xlsx":
        raise ValueError(f"{target} is not the name of an Excel workbook (.xlsx)")
    match what:
        case Case():
            write_case(what, target, language)
        case Plan():
            write_plan(what, target, language)
        case Report():
            write_report(what, target, language)
        case _:
            raise TypeError(f"a case, a plan or a report can be written, not {type(what).__name__}")
