"""Marks on the user's own cells: a colour that goes away by itself, and a comment."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill

from jvopt.excel.book import AUTHOR, remark
from jvopt.excel.copy import MARK, SIGN

MOST_COMMENTS = 1_000
"""With more comments Excel grows slow."""

Cell = tuple[str, str]
"""Sheet and address."""


def mark(
    workbook: Workbook, words: Mapping[Cell, Sequence[str]], colors: Mapping[Cell, str]
) -> None:
    """Comment on cells and color them.

    Parameters
    ----------
    workbook
        Where the cells are.
    words
        What to say of each cell; only the first `MOST_COMMENTS` are commented on.
    colors
        The color of each that gets one.
    """
    for name, address in list(words)[:MOST_COMMENTS]:
        cell = workbook[name][address]
        own = f"{cell.comment.text}\n\n" if cell.comment else ""
        author = cell.comment.author if cell.comment else AUTHOR
        cell.comment = remark(own + SIGN + "\n".join(words[name, address]), author)
    alike: dict[tuple[str, str], list[str]] = {}
    for (name, address), color in colors.items():
        alike.setdefault((name, color), []).append(address)
    for (name, color), addresses in alike.items():
        # A rule of its own leaves the look of the cell as it was, to come back when it is mended.
        rule = FormulaRule(formula=[MARK], fill=PatternFill(bgColor=color))  # type: ignore[no-untyped-call]
        workbook[name].conditional_formatting.add(_ranges(addresses), rule)


def _ranges(addresses: list[str]) -> str:
    """Join cells that lie below each other: a column that is all wrong is one range."""
    places = []
    for address in addresses:
        found = re.fullmatch(r"([A-Z]+)(\d+)", address)
        if found:
            places.append((found[1], int(found[2])))
    places.sort(key=lambda place: (len(place[0]), place))
    runs: list[list[object]] = []
    for column, row in places:
        if runs and runs[-1][0] == column and runs[-1][2] == row - 1:
            runs[-1][2] = row
        else:
            runs.append([column, row, row])
    return " ".join(f"{c}{a}:{c}{b}" if a != b else f"{c}{a}" for c, a, b in runs)
