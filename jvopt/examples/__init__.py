"""The example cases, as workbooks beside this file; `jvopt.examples.make` writes them."""

from __future__ import annotations

from pathlib import Path

from jvopt.core.case import Case
from jvopt.core.issues import nearest

ABOUT = {
    "tiny": "two sites to assemble tractors at, solved by hand in its notes",
    "transport": "a textbook transport problem in five sheets",
    "kz-reference": "Kazakhstan in one year, with an optimum known from elsewhere",
    "kz-assembly": "the base network: Belarusian machines in Kazakhstan, 2026 to 2030",
}
"""What each example is, the smallest first."""
_NAMES = tuple(ABOUT)


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


def example(name: str) -> Case:
    """Read an example.

    Parameters
    ----------
    name
        One of `names()`: ``tiny`` (solved by hand in its notes), ``transport`` (a textbook
        problem in five sheets), ``kz-reference`` (one year, optimum known from elsewhere) or
        ``kz-assembly`` (the base network, 2026 to 2030).

    Raises
    ------
    KeyError
        There is no example of that name.
    """
    from jvopt.excel import read_excel  # only here: `names` needs no workbook reader

    return read_excel(path(name))
