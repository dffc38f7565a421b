"""What words of the user mean (a table, a column, a choice), and what our own headings say."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import pandas as pd

from jvopt.core.issues import nearest
from jvopt.core.language import LANGUAGES, Language, word
from jvopt.core.phrases import choice_word
from jvopt.core.schema import Column, Table
from jvopt.core.tables import TABLES

HEADINGS = (r"(.+?)\s*\((.*)\)", r"(.+?)\s*\[(.*)\]", r"(.+?)\s*,\s*(.+)")
"""How a heading may name its unit: in parentheses, in brackets, or after a comma."""


def plain(words: object) -> str:
    """Reduce a name to what counts: case, spaces, underscores and line breaks do not."""
    text = unicodedata.normalize("NFKC", str(words)).casefold().strip().strip("*:")
    return re.sub(r"[\s_]+", " ", text.replace("\u00ad", "")).strip()


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


def as_named(table: str, column: str) -> tuple[str, str]:
    """Give the names of a table and of a column of it where titles, in any case, were given."""
    known = table_of(table)
    if known is None:
        return table, column
    return known, column_meant(known, column) or column


def names_in_changes(changes: pd.DataFrame) -> None:
    """Put names where rows of the table ``changes`` have titles of tables and columns."""
    for row, cells in enumerate(zip(changes["table"], changes["column"], strict=True)):
        named = as_named(*cells)
        if named != cells:
            changes.loc[row, ["table", "column"]] = named


def column_meant(table: str, words: str) -> str | None:
    """Give the column that a name or a heading means; its unit, if any, must be the column's own.

    Examples
    --------
    >>> column_meant("tariffs", "Made in"), column_meant("products", "mass (lb)")
    ('origin', None)
    """
    column, unit = column_of(table, words)
    if column is not None and unit and not is_our_own(unit, TABLES[table][column].unit):
        return None
    return column


def near_table(words: str) -> str:
    """Give the table that words nearly name, or an empty string."""
    near = nearest(plain(words), _tables())
    return _tables()[near] if near else ""


def near_column(table: str, words: str) -> str:
    """Give the column that words nearly name, or whose name they are a part of; or ""."""
    column, _ = column_of(table, words)
    if column is not None:  # the unit is another
        return column
    known, text = _columns(table), plain(words)
    near = nearest(text, known)
    longer = [called for called in known if text and f" {text} " in f" {called} "]
    if not near and longer:
        near = min(longer, key=len)
    return known[near] if near else ""


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


def near_choice(column: Column, word: str) -> str:
    """Give the choice that a word nearly spells in any of the three languages, or ""."""
    known = _choices(column)
    near = nearest(plain(word), known)
    return known[near] if near else ""


@cache
def is_our_own(words: str, unit: str) -> bool:
    """Tell whether words are what the headings of our own workbooks say for a unit."""
    money = ("row currency", "line currency", "base currency")
    words = words.replace(" / ", "/")
    return words == unit or any(
        words == written(unit, name, language).replace(" / ", "/")
        for language in LANGUAGES
        for name in money
    )


def title_of(thing: Column | Table, language: Language = "en") -> str:
    """Give the heading of a column or table in a language."""
    return thing.titles.of(language) or word(language, thing.titles.en, "title")


def written(unit: str, money: str, language: Language = "en") -> str:
    """Write a declared unit for a heading in a language, with `money` for the word money."""
    plain = word(language, "money", "unit")
    text = re.sub(rf"\b{plain}\b", word(language, money), word(language, unit, "unit"))
    # Words with spaces need air around the stroke: "row currency / unit".
    return text.replace("/", " / ") if " " in text else text
