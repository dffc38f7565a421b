"""Whether the tables are there, and every name is found where it must be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from heapq import nlargest
from itertools import takewhile

import pandas as pd
from babel import Locale

from jvopt.core.alike import look
from jvopt.core.checks.subject import Subject, rows_where
from jvopt.core.conditions import tags_of
from jvopt.core.issues import Issue, issue, nearest
from jvopt.core.language import LANGUAGES
from jvopt.core.phrases import Choice, Phrase, Place, Sayable, targets
from jvopt.core.schema import Column
from jvopt.core.tables import TABLES
from jvopt.core.tables.declare import COUNTRY_OR_GROUP

_GUESSES = 200
"""For how many unknown words of a column a nearest one is looked for, which takes long."""
_MANY = 3
"""So many rows that name the same unknown id are hardly all wrong."""
_SHOWN, _LONG = 8, 60
"""Most words that a hint gives as what may stand in a cell, and how long they may be."""


def presence(s: Subject) -> Iterator[Issue]:
    """Check that the tables no case can do without have rows, and that there is a source."""
    for table in TABLES.values():
        if table.required and s[table.name].empty:
            yield issue("empty_table", table.name, what=Phrase(table.meaning))
    from_nothing = set(s["assembly"]["recipe"]) - set(s["recipe_inputs"]["recipe"])
    making = not any(s[name].empty for name in ("lines", "recipes")) and bool(from_nothing)
    stocked = bool((s["stock"]["opening"] > 0).any())
    sources = ("supply", "lines", "recipes", "recipe_inputs", "assembly", "stock")
    if s["supply"].empty and not making and not stocked and s.sound(*sources):
        yield issue("no_source", "supply")


_IN_LIMITS = {
    "site_tag": Place("sites", "tags"),
    "product_tag": Place("products", "tags"),
    "country": Place("sites", "country"),
}
"""Where the words of columns of limits stand that choose rather than refer."""


def references(s: Subject) -> Iterator[Issue]:
    """Check every column that names something declared in another table."""
    missed: dict[tuple[str, str, str], list[str]] = {}
    for table in TABLES.values():
        frame = s[table.name]
        for column in table.columns if len(frame) else ():
            for found in strange_words(s, table.name, column, frame[column.name]):
                for target in column.refers if found.code == "unknown_reference" else ():
                    declared, _, key = target.partition(".")
                    at = declared, key, str(found.params.get("nearest", ""))
                    missed.setdefault(at, []).append(str(found.value))
                yield found
    yield from _misnamed(s, missed)


def _misnamed(s: Subject, missed: Mapping[tuple[str, str, str], list[str]]) -> Iterator[Issue]:
    """Warn of ids that nothing names, while many rows name one that is nearly the same."""
    for (table, key, name), words in missed.items():
        if len(words) < _MANY or set(words) != {words[0]} or TABLES[table].key != (key,):
            continue
        places = [(t.name, c.name) for t in TABLES.values() for c in t.columns
                  if f"{table}.{key}" in c.refers]  # fmt: skip
        own = rows_where(s[table][key] == name)
        if own and not any(name in s.words(*place) for place in places):
            yield issue(
                "id_of_no_row", table, own[0] + 1, key, name, other=words[0], count=len(words)
            )


def cargo_classes(s: Subject) -> Iterator[Issue]:
    """Warn of a cargo class that no lane is for and that nearly spells one of lanes."""
    lanes = s.words("lanes", "cargo_class") - {""}
    cells = s["products"]["cargo_class"]
    for at in rows_where(~cells.isin([*lanes, ""])):
        near = nearest(cells[at], lanes)
        if near:
            yield issue(
                "cargo_class_of_no_lane", "products", at + 1, "cargo_class", cells[at], nearest=near
            )


def known_words(s: Subject, column: Column) -> set[str]:
    """Give the words that a reference may be."""
    known: set[str] = set()
    for target in column.refers:
        table, _, name = target.partition(".")
        known |= s.words(table, name)
    if column.name == "currency":
        known.add(s.base_currency)
    if column.refers == COUNTRY_OR_GROUP:
        # Goods may originate in a country without a site: a trader's supply.
        known |= s.words("supply", "country") | s.words("stock", "country")
    return known - {""}


def strange_words(
    s: Subject,
    table: str,
    column: Column,
    cells: pd.Series[str],
    told: tuple[str, str] | None = None,
) -> Iterator[Issue]:
    """Check that the cells of a column name what is declared elsewhere.

    Parameters
    ----------
    s
        The case.
    table, column
        The column.
    cells
        Its cells, or what a scenario sets some of them to.
    told
        Table and column where the cells stand, if not in the column itself.
    """
    place = told or (table, column.name)
    chosen = _IN_LIMITS.get(column.name) if table == "limits" else None
    sources = [chosen] if chosen else [Place(*t.split(".")) for t in column.refers]
    if not sources or not all(s.readable(source.table, source.column) for source in sources):
        return
    known = _chosen(s, chosen) if chosen else known_words(s, column)
    if (set(cells) if told else s.words(table, column.name)) <= known | {""}:
        return
    if column.refers == COUNTRY_OR_GROUP:
        country = cells.str.fullmatch("[A-Z]{2}").to_numpy(bool)
        strange = country & ~cells.isin(known).to_numpy(bool)
        for at in rows_where(strange & ~cells.where(strange).duplicated().to_numpy(bool)):
            yield issue("country_without_site", place[0], at + 1, place[1], cells[at])
        cells = cells.mask(country, "")
    # The word that a cell without an id was to hold may be the very one that is missing.
    whole = not any(
        ((s[source.table][source.column] == "") & ~s.good(source.table, source.column)).any()
        for source in sources
    )
    unknown = rows_where(~cells.isin([*known, ""]))
    if whole and len(unknown) > 1 and all(s[source.table].empty for source in sources):
        at, count = unknown[0], len(unknown) - 1
        where = (*place[:1], at + 1, place[1], cells[at])
        yield issue("reference_to_nothing", *where, target=targets(column), count=count)
        return
    for found in _unknown(*place, cells, known, chosen or targets(column)):
        if whole or found.params["nearest"]:
            yield found


def _chosen(s: Subject, place: Place) -> set[str]:
    words = s.words(place.table, place.column)
    return {tag for cell in words for tag in tags_of(cell)}


def _unknown(
    table: str, column: str, cells: pd.Series[str], known: Iterable[str], target: Sayable
) -> Iterator[Issue]:
    words = sorted(known)
    strange = rows_where(~cells.isin([*words, ""]))
    guesses: dict[str, tuple[str, str]] = {}
    short = [word for word in words if len(word) <= _LONG]
    unlike = "", _shown(words, short, "")
    for at, word in zip(strange, cells.iloc[strange], strict=True):
        if word not in guesses and len(guesses) < _GUESSES:
            guesses[word] = nearest(word, words), _shown(words, short, word)
        near, shown = guesses.get(word, unlike)
        yield issue(
            "unknown_reference",
            table,
            at + 1,
            column,
            word,
            target=target,
            nearest=near,
            known=shown,
        )


def _shown(words: list[str], short: list[str], word: str) -> str:
    """List some of the words that may stand in a cell, those first that begin like its own."""
    near = nlargest(_SHOWN, short, key=lambda other: _begin_alike(other, word))
    return ": " + ", ".join(near + ["…"] * (len(near) < len(words))) if near else ""


def _begin_alike(one: str, other: str) -> int:
    """Count the letters with which two words begin alike."""
    pairs = zip(look(one.upper()), look(other.upper()), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def places(s: Subject) -> Iterator[Issue]:
    """Check countries and groups: codes, names that clash, unions that overlap."""
    for table in ("sites", "supply", "stock", "country_groups"):
        cells = s[table]["country"]
        odd = (cells != "") & ~cells.str.fullmatch("[A-Z]{2}").to_numpy(bool)
        for at in rows_where(odd & ~cells.duplicated()):
            near = _country_code(cells[at])
            yield issue("odd_country", table, at + 1, "country", cells[at], nearest=near)
    groups = s.filled("country_groups")
    countries = set(s["sites"]["country"]) | set(groups["country"])
    name = groups["group"]
    for at in rows_where(name.isin(countries - {""}) & ~name.duplicated()):
        yield issue("group_named_like_country", "country_groups", at + 1, "group", name[at])
    unions = groups[(groups["kind"] == "customs_union").to_numpy() & s.good("country_groups")]
    first = unions.groupby("country")["group"].transform("first")
    for at in unions.index[unions["group"] != first]:
        yield issue(
            "country_in_two_unions",
            "country_groups",
            at + 1,
            "country",
            unions["country"][at],
            union=unions["group"][at],
            other=first[at],
        )
    groups = groups[s.good("country_groups")]
    kinds = groups.groupby("group")["kind"].transform("first")
    for at in groups.index[groups["kind"] != kinds]:
        row = groups.loc[at]
        yield issue(
            "group_of_two_kinds",
            "country_groups",
            at + 1,
            "kind",
            row["kind"],
            union=row["group"],
            other=Choice(kinds[at]),
        )


def _country_code(word: str) -> str:
    """Give the code that is meant by a country's name, by small or by Cyrillic letters; or ""."""
    latin = look(word.upper())
    if re.fullmatch("[A-Z]{2}", latin):
        return latin
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if name.casefold() == word.casefold() and re.fullmatch("[A-Z]{2}", code):
                return str(code)
    return ""
