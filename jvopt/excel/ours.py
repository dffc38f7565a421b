"""Which sheets of a file jvopt made in answer to the user, by what is in them.

The name alone does not tell: a planner may keep a sheet "Plan costs" of their own.
"""

from __future__ import annotations

import re

from jvopt.core.language import LANGUAGES, word
from jvopt.excel import look, sheet_names
from jvopt.excel.grid import read_grids
from jvopt.excel.package import Package, Sheet

PROBLEM_HEADINGS = ("", "Place", "Value", "What is wrong", "What would be right")
"""Headings of the list of problems."""
_HEADINGS_WITHIN = 8
_TABLE = re.compile(rb"""<(?:\w+:)?table\b[^>]*\sdisplayName=["'](?:plan|result)_""")
_PAGE = re.compile(
    rb"""<(?:\w+:)?tabColor\b[^>]*\srgb=["'](?:\w\w)?%b["']""" % look.RESULT_TAB.encode()
)
"""The colour of the tab of a page with figures and charts; it stays whatever program saves it."""


def is_result(package: Package, sheet: Sheet) -> bool:
    """Tell whether a sheet is a result or the list of problems, and so is made anew.

    Raises
    ------
    CaseError
        The file is damaged.
    """
    if sheet_names.is_problems(sheet.name):
        grids, _ = read_grids(package, [sheet])
        ours = [[word(language, w) for w in PROBLEM_HEADINGS[1:]] for language in LANGUAGES]
        rows = [row for grid in grids for row in grid.rows[:_HEADINGS_WITHIN]]
        return any(row[1 : len(PROBLEM_HEADINGS)] in ours for row in rows)
    if not sheet_names.is_own_sheet(sheet.name) or sheet_names.is_read_me(sheet.name):
        return False
    for _, kind, part in package.relations(sheet.part):
        if kind.endswith("/table") and _TABLE.search(package.read(part)):
            return True
    head = package.read(sheet.part).partition(b"sheetData")[0]
    return _PAGE.search(head) is not None
