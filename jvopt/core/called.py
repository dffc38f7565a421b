"""What people call sites, lines and products."""

from __future__ import annotations

from collections.abc import Iterable

from jvopt.core.case import Case
from jvopt.core.language import Language

_NAMES_IN: dict[Language, tuple[str, ...]] = {
    "en": (), "ru": ("name_ru",), "kk": ("name_ru", "name_kk")
}  # fmt: skip
"""Columns of names by language, each where filled before the ones in front of it."""

_SIGNS = " :,"
"""What parts the name of a plant from that of its line."""


def names_by_id(case: Case, table: str, language: Language = "en") -> dict[str, str]:
    """Give the name of each site, product or line: with its id, where two are called alike.

    What has no name in Kazakh goes by the Russian one.
    """
    frame = case[table]
    key = frame.columns[0]
    label = frame["name"].where(frame["name"] != "", frame[key])
    for own in _NAMES_IN[language]:
        label = frame[own].where(frame[own] != "", label)
    twice = label.duplicated(keep=False)
    label = label.where(~twice, label + " (" + frame[key] + ")")
    return dict(zip(frame[key], label, strict=True))


def all_names(case: Case) -> dict[str, tuple[str, ...]]:
    """Give by site all that it is called, in every language."""
    names = case["sites"][["site", "name", "name_ru", "name_kk"]]
    return {str(row[0]): tuple(filter(None, map(str, row))) for row in names.to_numpy()}


def own_name(plant: str, line: str, called: Iterable[str]) -> str:
    """Give a line's name without that of its plant; "" where it is no more than that.

    Parameters
    ----------
    plant, line
        What both are called.
    called
        All that the plant is called: many lines are named after it, perhaps in another language.
    """
    named = max((n for n in (plant, *called) if _begins_with(line, n)), key=len, default="")
    return line.removeprefix(named).strip(_SIGNS)


def at_plant(plant: str, line: str, called: Iterable[str]) -> str:
    """Name a line with its plant, once."""
    if _begins_with(line, plant):
        return line
    own = own_name(plant, line, called)
    return f"{plant}: {own}" if own else plant


def lines_at_plants(case: Case, language: Language = "en") -> dict[str, str]:
    """Give the name of each line with that of its plant, by id."""
    plants, lines = names_by_id(case, "sites", language), names_by_id(case, "lines", language)
    called = all_names(case)
    return {
        line: at_plant(plants.get(site, site), lines[line], called.get(site, ()))
        for line, site in case["lines"][["line", "site"]].itertuples(index=False, name=None)
    }


def _begins_with(line: str, plant: str) -> bool:
    """Tell whether a line is named after a plant, by whole words: "Alpha 2" is not after "Al"."""
    rest = line.removeprefix(plant)
    return line.startswith(plant) and (not rest or rest[0] in _SIGNS)
