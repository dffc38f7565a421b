"""Sheets and headings: what each is called, and which one a user's words mean."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from jvopt.core.plan_tables import PLAN_TABLES
from jvopt.core.schema import Column, Table
from jvopt.core.tables import TABLES

READ_ME = "read me"
PROBLEMS = "problems"
PLAN_PREFIX = "plan "
"""Every sheet that holds a result is named with this prefix."""
DIRECTOR = PLAN_PREFIX + "summary"
"""The first result sheet, for people in a hurry."""
_SHEETS_OF_PLAN = {"summary": PLAN_PREFIX + "figures"}


def plan_sheet(table: str) -> str:
    """Name the sheet of a table of a plan."""
    return _SHEETS_OF_PLAN.get(table, PLAN_PREFIX + table.replace("_", " "))


def plain(words: object) -> str:
    """Reduce a name to what counts: case, spaces, underscores and line breaks do not."""
    text = unicodedata.normalize("NFKC", str(words)).casefold().strip().strip("*:")
    return re.sub(r"[\s_]+", " ", text.replace("\u00ad", "")).strip()


def is_own_sheet(name: str) -> bool:
    """Tell whether jvopt made the sheet: a result, the problem list or the read me."""
    return unnumbered(name) in _own_sheets()


def unnumbered(name: str) -> str:
    """Give the name of a sheet without the number by which a second one is told apart."""
    return plain(re.sub(r"\s?\d+$", "", name))


@cache
def _own_sheets() -> frozenset[str]:
    return frozenset([READ_ME, PROBLEMS, DIRECTOR, *map(plan_sheet, PLAN_TABLES)])


@cache
def _tables() -> dict[str, str]:
    known = {}
    for table in TABLES.values():
        for word in (table.name, *table.titles.all()):
            known[plain(word)] = table.name
    return known


def table_of(sheet: str) -> str | None:
    """Give the table that a sheet's name or title means, in any of the three languages."""
    return _tables().get(plain(sheet))


def table_words() -> list[str]:
    """Give every word by which a sheet may be called."""
    return list(_tables())


@cache
def _columns(table: str) -> dict[str, str]:
    known = {}
    for column in TABLES[table].columns:
        for word in (*column.titles.all(), column.name):
            known[plain(word)] = column.name
    return known


def column_words(table: str) -> list[str]:
    """Give every word by which a column may be called."""
    return list(_columns(table))


def column_of(table: str, heading: object) -> tuple[str | None, str]:
    """Give the column that a heading means, and the unit it names.

    Parameters
    ----------
    table
        Name of the table.
    heading
        A name or title in any of the three languages; a unit may follow in parentheses,
        brackets or after a comma.

    Returns
    -------
    column : str or None
        Name of the column, None where the heading means none.
    unit : str
        The words of the unit, empty where there are none.
    """
    known = _columns(table)
    words = plain(heading)
    if words in known:
        return known[words], ""
    text = unicodedata.normalize("NFKC", str(heading)).strip().strip("*:").strip()
    for pattern in (r"(.+?)\s*\((.*)\)", r"(.+?)\s*\[(.*)\]", r"(.+?)\s*,\s*(.+)"):
        found = re.fullmatch(pattern, text, re.DOTALL)
        if found and plain(found[1]) in known:
            return known[plain(found[1])], found[2].strip()
    return None, ""


def title(thing: Column | Table) -> str:
    """Give the heading of a column or table, in the language of the workbook."""
    return thing.titles.en
