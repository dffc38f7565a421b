"""The example cases, as workbooks beside this file; `jvopt.examples.make` writes them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jvopt.core.case import Case
from jvopt.core.issues import nearest
from jvopt.core.language import Language, word

ABOUT = {
    "tiny": "two sites to assemble tractors at, solved by hand in its notes",
    "transport": "a textbook transport problem in five sheets",
    "kz-reference": "Kazakhstan in one year, with an optimum known from elsewhere",
    "kz-assembly": "the base network: Belarusian machines in Kazakhstan, 2026 to 2030",
}
"""What each example is, the smallest first."""
_NAMES = tuple(ABOUT)
_TOLD = (
    ("settings", "value", "setting", "case_name"),
    ("scenarios", "description", None, None),
    ("sites", "owner", None, None),
    ("claims", "note", None, None),
    ("notes", "text", "topic", "what this is"),
    ("notes", "text", "topic", "problem"),
)
"""What is told in each language: a table, a column, and which rows of it, by another column."""


def names() -> list[str]:
    """Give the names of the examples, the smallest first."""
    return list(_NAMES)


def path(name: str) -> Path:
    """Give the workbook of an example.

    Parameters
    ----------
    name
        One of `names()`.

    Raises
    ------
    KeyError
        There is no example of that name.
    """
    if name not in _NAMES:
        near = nearest(name, _NAMES)
        hint = f"did you mean {near}?" if near else f"there are: {', '.join(_NAMES)}"
        raise KeyError(f"no example {name!r}; {hint}")
    return Path(__file__).with_name(f"{name}.xlsx")


def example(name: str, language: Language = "en") -> Case:
    """Read an example.

    Parameters
    ----------
    name
        One of `names()`: ``tiny`` (solved by hand in its notes), ``transport`` (a textbook
        problem in five sheets), ``kz-reference`` (one year, optimum known from elsewhere) or
        ``kz-assembly`` (the base network, 2026 to 2030).
    language
        Of its title, scenarios, owners and claims, and of what it says of itself. Sites and
        products have their names in each language anyway; sources and remarks are in English.

    Raises
    ------
    KeyError
        There is no example of that name.
    """
    from jvopt.excel import read_excel  # only here: `names` needs no workbook reader

    case = read_excel(path(name))
    if language == "en":
        return case
    tables = {table: case[table] for table, *_ in _TOLD}
    for table, row, column, text in _texts(case):
        tables[table].loc[row, column] = word(language, text, "example")
    return case.replace(**tables)


def texts(name: str) -> list[str]:
    """Give what an example says that differs by language."""
    return [text for *_, text in _texts(example(name))]


def _texts(case: Case) -> Iterator[tuple[str, int, str, str]]:
    """Give table, row (from 0), column and words of each text."""
    for table, column, by, value in _TOLD:
        frame = case[table]
        chosen = frame if by is None else frame[(frame[by] == value).to_numpy()]
        for row in chosen.index[chosen[column] != ""]:
            yield table, row, column, str(chosen.loc[row, column])
