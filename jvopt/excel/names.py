"""Sheets and headings: what each is called, and which one a user's words mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from jvopt.core.analyses import ANALYSES
from jvopt.core.language import LANGUAGES, Language, word
from jvopt.core.phrases import choice_word
from jvopt.core.plan_tables import PLAN_TABLES
from jvopt.core.schema import Column, Table
from jvopt.core.tables import TABLES
from jvopt.core.units import HEADINGS

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


def director(language: Language) -> str:
    """Name the first result sheet, for people in a hurry."""
    return word(language, PLAN, "sheet") + word(language, "overview", "sheet")


def charts(language: Language) -> str:
    """Name the result sheet with the charts."""
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


def plain(words: object) -> str:
    """Reduce a name to what counts: case, spaces, underscores and line breaks do not."""
    text = unicodedata.normalize("NFKC", str(words)).casefold().strip().strip("*:")
    return re.sub(r"[\s_]+", " ", text.replace("\u00ad", "")).strip()


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
    own = [name(language) for name in (read_me, problems, director, charts, report_overview)]
    own += [plan_sheet(table, language) for table in PLAN_TABLES]
    own += [report_sheet(table, language) for a in ANALYSES.values() for table in a.tables]
    return frozenset(map(plain, own))


@cache
def _tables() -> dict[str, str]:
    known = {}
    for table in TABLES.values():
        for called in (table.name, *table.titles.all()):
            known[plain(called)] = table.name
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
        for called in (*column.titles.all(), column.name):
            known[plain(called)] = column.name
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
    for pattern in HEADINGS:
        found = re.fullmatch(pattern, text, re.DOTALL)
        if found and plain(found[1]) in known:
            return known[plain(found[1])], found[2].strip()
    return None, ""


def title(thing: Column | Table, language: Language = "en") -> str:
    """Give the heading of a column or table, in the language of the workbook."""
    return thing.titles.of(language) or word(language, thing.titles.en, "title")


@cache
def _choices(column: Column) -> dict[str, str]:
    known = {}
    for language in LANGUAGES:
        for choice in column.choices:
            known[plain(choice_word(language, choice))] = choice
    return known


def choice_of(column: Column, cell: str) -> str:
    """Give the choice that a cell means in any of the three languages; else the cell as it is."""
    if cell in column.choices:
        return cell
    if column.kind == "tags":
        return ", ".join(_choices(column).get(plain(tag), tag) for tag in cell.split(","))
    return _choices(column).get(plain(cell), cell)


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
        table = TABLES[_tables()[plain(sheet)]]
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
