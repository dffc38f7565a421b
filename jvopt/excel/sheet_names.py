"""What each sheet is called, and which of them are our own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from jvopt.core.analyses import ANALYSES
from jvopt.core.headings import column_of, plain, table_of
from jvopt.core.language import LANGUAGES, Language, word
from jvopt.core.plan_tables import PLAN_TABLES
from jvopt.core.schema import Table
from jvopt.core.tables import TABLES

PLAN = "plan "
"""Every sheet that holds a plan is named with this prefix, as it is said in its language."""
RESULT = "result "
"""The prefix of every sheet that holds the report of an analysis."""


def read_me(language: Language) -> str:
    """Name the sheet that explains the others."""
    return word(language, "read me", "sheet")


def problems(language: Language) -> str:
    """Name the sheet that lists what is wrong."""
    return word(language, "problems", "sheet")


def plan_overview(language: Language) -> str:
    """Name the first sheet of a plan, for people in a hurry."""
    return word(language, PLAN, "sheet") + word(language, "overview", "sheet")


def plan_charts(language: Language) -> str:
    """Name the sheet with the charts of a plan."""
    return word(language, PLAN, "sheet") + word(language, "charts", "sheet")


def plan_sheet(table: str, language: Language = "en") -> str:
    """Name the sheet of a table of a plan."""
    title = word(language, PLAN_TABLES[table].titles.en, "sheet")
    title = title if title.isupper() else title[0].lower() + title[1:]
    return word(language, PLAN, "sheet") + title


def report_overview(language: Language) -> str:
    """Name the first sheet of a report."""
    return word(language, RESULT, "sheet") + word(language, "overview", "sheet")


def report_sheet(table: Table, language: Language = "en") -> str:
    """Name the sheet of a table of a report."""
    title = word(language, table.titles.en, "sheet")
    return word(language, RESULT, "sheet") + title[0].lower() + title[1:]


def case_sheet(table: str, language: Language = "en") -> str:
    """Name the sheet of a table of a case: in English by its name, else by its title."""
    return table if language == "en" else TABLES[table].titles.of(language)


def is_own_sheet(name: str) -> bool:
    """Tell whether jvopt made the sheet: a result, the problem list or the read me."""
    return any(unnumbered(name) in _own_sheets(language) for language in LANGUAGES)


def is_read_me(name: str) -> bool:
    """Tell whether a sheet is the one that explains the others."""
    return any(plain(name) == plain(read_me(language)) for language in LANGUAGES)


def is_problems(name: str) -> bool:
    """Tell whether a sheet may be the list of what is wrong."""
    return any(unnumbered(name) == plain(problems(language)) for language in LANGUAGES)


def unnumbered(name: str) -> str:
    """Give the name of a sheet without the number by which a second one is told apart."""
    return plain(re.sub(r"\s?\d+$", "", name))


@cache
def _own_sheets(language: Language) -> frozenset[str]:
    own = [
        name(language) for name in (read_me, problems, plan_overview, plan_charts, report_overview)
    ]
    own += [plan_sheet(table, language) for table in PLAN_TABLES]
    own += [report_sheet(table, language) for a in ANALYSES.values() for table in a.tables]
    return frozenset(map(plain, own))


def language_of(sheets: Iterable[str], headings: Iterable[tuple[str, str]]) -> Language:
    """Tell in which language a workbook is written.

    Parameters
    ----------
    sheets
        The tables whose sheets it has, as the sheets are called.
    headings
        Table and heading of its columns.

    Returns
    -------
    Language
        That of most titles; English where none is ahead.
    """
    said = dict.fromkeys(LANGUAGES, 0)
    for sheet in sheets:
        table = TABLES[table_of(sheet) or ""]
        for language in LANGUAGES:
            said[language] += plain(sheet) == plain(case_sheet(table.name, language))
    for name, heading in headings:
        column, _ = column_of(name, heading)
        if column is None:
            continue
        for language in LANGUAGES:
            own = plain(TABLES[name][column].titles.of(language))
            said[language] += plain(heading).startswith(own)
    return max(LANGUAGES, key=lambda language: said[language])
