"""Headings that are no column's: whether they may be meant for a column that is not there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache

from jvopt.core.issues import Issue, issue
from jvopt.core.phrases import Listed, Name, Phrase, when_blank
from jvopt.core.schema import Column, Table
from jvopt.core.tables import TABLES
from jvopt.core.tables.declare import COMMON, name_columns
from jvopt.core.units import measured_alike, unit_in

OWN = "#"
"""What a heading begins with that is not meant for any column of ours."""

MOST_NAMED = 3
"""How many columns a message names."""

_SHOWN_ONLY = {"owner", "region", "latitude", "longitude", "description"} | {
    column.name for column in (*COMMON, *name_columns("thing"))
}
"""Columns that a plan does not depend on."""

_COMMON_WORDS = {"and", "for", "from", "not", "per", "the", "each", "code", "код", "для", "при"}
"""Words of titles that tell no column from others."""


def stray_headings(
    table: Table,
    present: Collection[str],
    headings: Sequence[tuple[str, str]],
    currencies: frozenset[str] = frozenset(),
    instead: Mapping[str, str] | None = None,
) -> Iterator[Issue]:
    """Make the issues of headings that are no column's, in their order.

    Parameters
    ----------
    table
        The table that they stand in.
    present
        The columns that it has.
    headings
        Each heading, and the column that it nearly spells ("" if none).
    currencies
        Codes of currencies of the case that headings may name.
    instead
        By heading the missing column in whose very place it stands, between its neighbours.
    """
    instead = instead or {}
    there = {*present, *(near for _, near in headings)}
    missing = [c for c in table.columns if c.name not in there]
    lacking = _lacking(table, missing)
    for heading, near in headings:
        if near:
            shown = Name(table.name, near)
            yield issue("unknown_column", table.name, None, None, heading, nearest=shown)
            continue
        meant = _meant(table, heading, there, missing, currencies)
        replaced = table.by_name.get(instead.get(heading, ""))
        if not (meant or _is_own(heading)) and replaced in missing:
            meant = [] if shown_only(replaced) else [replaced]
        if meant:
            named = Listed(Name(table.name, column.name) for column in meant)
            yield issue("unclear_column", table.name, None, None, heading, meant=named)
        else:
            yield issue("extra_column", table.name, None, None, heading, lacking=lacking)


def columns_meant(found: Issue) -> list[Name]:
    """Give the missing columns that the heading of an issue is, or may be, meant for."""
    if found.code == "unknown_column":
        named: list[object] = [found.params["nearest"]]
    elif found.code in ("unclear_column", "no_heading"):
        listed = found.params["meant"]
        named = listed.items if isinstance(listed, Listed) else []
    else:
        return []
    return [name for name in named if isinstance(name, Name)]


def table_meant(found: Issue) -> str | None:
    """Give the missing table that a sheet or table under another name is meant for."""
    param = {"unknown_table": "nearest", "renamed_table": "meant"}.get(found.code)
    meant = found.params[param] if param else None
    return meant.table if isinstance(meant, Name) else None


def cells_lost(found: Issue) -> set[tuple[str, int, str]]:
    """Give the cells, by table, row and column, that a merged area leaves blank."""
    lost = found.params.get("lost")
    if not found.table or not isinstance(lost, list):
        return set()
    return {(found.table, row, column) for row, column in lost}


def _meant(
    table: Table,
    heading: str,
    there: Collection[str],
    missing: list[Column],
    currencies: frozenset[str],
) -> list[Column]:
    """Give the missing columns that a heading may be meant for, the likeliest first."""
    if _is_own(heading):
        return []
    words = _words(heading)
    for title in (title for name in there for title in _titles(table.name).get(name, ())):
        # "Site name" is about the site, which has a column already.
        words -= title if title <= words else frozenset()
    unit, sure = unit_in(str(heading), currencies)
    if not words and not unit:
        return []
    found = []
    for column in missing:
        shared = len(words & frozenset().union(*_titles(table.name)[column.name]))
        alike = measured_alike(unit, column.unit, currencies) if unit and column.unit else 0
        fits = not sure or (column.numeric and not column.unit)
        if not shown_only(column) and (alike or (shared and fits)):
            found.append((column, shared, alike))
    closest = max((alike for *_, alike in found), default=0)
    likely = [f for f in found if f[1] or f[2] == closest]
    likely.sort(key=lambda f: (not f[0].required, -f[1] - f[2]))
    return [column for column, *_ in likely[:MOST_NAMED]]


def shown_only(column: Column) -> bool:
    """Tell whether no plan depends on a column."""
    return column.name in _SHOWN_ONLY


def _is_own(heading: str) -> bool:
    """Tell whether a heading says that its column is the user's own."""
    return heading.strip().startswith(OWN)


def deleted(table: Table, present: Collection[str], named: Collection[str]) -> Issue | None:
    """Make the issue of columns that are gone from a sheet which has nearly all of a table.

    Our own sheets come with all of them; one of somebody's own making has those that it needs.

    Parameters
    ----------
    present
        The columns that the sheet has.
    named
        Those that other issues ask about.
    """
    missing = [c for c in table.columns if c.name not in present and not shown_only(c)]
    if not {column.name for column in COMMON} <= set(present) or len(missing) > MOST_NAMED:
        return None
    gone = [c for c in missing if c.name not in named and not c.required]
    if not gone:
        return None
    columns = Listed(
        Phrase("{column} (counts as {blank})", column=Name(table.name, c.name), blank=when_blank(c))
        for c in gone
    )
    return issue("deleted_column", table.name, columns=columns)


def _lacking(table: Table, missing: list[Column]) -> Phrase | str:
    """Say which columns must be there, and which numbers count as 0 or unlimited in every row."""
    columns: list[Phrase] = []
    for column in sorted(missing, key=lambda c: not c.required):
        name = Name(table.name, column.name)
        if column.required:
            columns.append(Phrase("{column} (must be there)", column=name))
        elif column.numeric and (column.default == 0 or column.blank == "unlimited"):
            blank = when_blank(column)
            columns.append(Phrase("{column} (counts as {blank})", column=name, blank=blank))
    if not columns:
        return ""
    return Phrase("These columns are not there: {columns}.", columns=Listed(columns[:MOST_NAMED]))


@cache
def _titles(table: str) -> dict[str, list[frozenset[str]]]:
    """Give the telling words of the name and the titles of each column."""
    return {
        column.name: [_words(called) for called in (column.name, *column.titles.all())]
        for column in TABLES[table].columns
    }


def _words(text: object) -> frozenset[str]:
    """Give the telling words of a text; of Cyrillic ones, which are declined, the stem."""
    plain = unicodedata.normalize("NFKC", str(text)).casefold()
    words = set(re.findall(r"[^\W_]{3,}", plain)) - _COMMON_WORDS
    return frozenset(word if word.isascii() else word[:5] for word in words)
