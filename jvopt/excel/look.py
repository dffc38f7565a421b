"""How workbooks look: colours, fonts, number formats and widths, in one place."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from jvopt.core.language import Language, word
from jvopt.core.schema import Column

INK = "1F2937"
QUIET = "6B7280"
FAINT = "B4BAC3"
"""Of what only a chart needs."""
NAVY = "1F3A5F"
PALE = "DCE6F1"
SAND = "F3EFE6"
RED = "C0392B"
LIGHT_RED = "FFC7CE"
LIGHT_GREEN = "C6EFCE"
AMBER = "B7791F"
GREEN = "2E7D4F"
LINE = "D1D5DB"
SERIES = ("1D3D63", "D0802B", "4A97AC", "8A5F8F", "7C8A2C", "B3503F", "6F7F8F", "C3A24C")
"""Colours of the series of a chart, told apart by the colour-blind and in print."""
RISE, FALL = "C0592F", "2F7F86"
"""Colours of the steps of a waterfall: what adds to it, what takes from it."""

FONT = "Calibri"


def font(size: float = 11, *, bold: bool = False, color: str = INK, link: bool = False) -> Font:
    """Give the font of the workbook in a size and colour."""
    return Font(name=FONT, size=size, bold=bold, color=color, underline="single" if link else None)


def fill(color: str) -> PatternFill:
    """Give a plain fill."""
    return PatternFill("solid", start_color=color, end_color=color)


HEADER = Alignment(wrap_text=True, vertical="center", horizontal="left")
TOP = Alignment(vertical="top")
WRAP = Alignment(wrap_text=True, vertical="top")
UNDERLINE = Border(bottom=Side("thin", color=LINE))
ACCENT = Border(left=Side("thick", color=NAVY))
TOTAL = Border(top=Side("thin", color=INK))

REQUIRED_TAB, SOURCE_TAB, OPTIONAL_TAB = NAVY, "5B8DB8", "BFC5CC"
RESULT_TAB, PROBLEM_TAB, READ_ME_TAB = GREEN, RED, "E0A458"

WHOLE = "#,##0"
PERCENT = "0.0%"
FINE_PERCENT = "0.00%"
_FINE = 0.02
"""Shares that are all below it, as gaps are, are told apart by one digit more."""
MIXED = "[>=1000]#,##0;[<=-1000]-#,##0;General"
"""Of cells of which some are large amounts, others small numbers or words."""
CLEAR = Alignment(horizontal="left", indent=1)
"""Of words beside a number, which would run together with it."""
SENTENCE = 100.0
"""Width of a column of sentences."""

_NARROWEST, _WIDEST = 9, 44
"""Of other columns."""

DATE = "yyyy-mm-dd"
TEXT = "@"


def date_format(language: Language) -> str:
    """Give the number format of dates as they are written in a language."""
    return DATE if language == "en" else "dd.mm.yyyy"


def input_format(column: Column, language: Language = "en") -> str:
    """Give the number format of a column that people fill in: all digits, as typed."""
    if column.kind == "date":
        return date_format(language)
    return "General" if column.numeric else TEXT


def result_format(column: Column, values: pd.Series[Any]) -> str:
    """Give the number format of a column of a result: as many digits as can matter."""
    if column.mixed:
        return MIXED
    if not column.numeric:
        return "General"
    sizes = np.abs(values.to_numpy(dtype="float64"))
    sizes = sizes[np.isfinite(sizes)]
    if column.unit == "share":
        return FINE_PERCENT if 0 < sizes.max(initial=0.0) < _FINE else PERCENT
    if bool((sizes == np.floor(sizes)).all()):
        return WHOLE
    largest = float(sizes.max())
    return WHOLE if largest >= 10_000 else "#,##0.00" if largest >= 10 else "#,##0.0000"


def axis_format(values: ArrayLike, language: Language, mark: float = math.inf) -> str:
    """Give the number format of an axis of money, as short as its labels allow.

    Parameters
    ----------
    values
        The amounts on it.
    language
        In which millions are said.
    mark
        The distance of its marks, where it is known: each keeps a label of its own.
    """
    largest = float(np.nanmax(np.abs(np.append(values, 0.0))))
    if largest < 2e6 or mark < 1e5:
        return WHOLE
    return millions(0 if largest >= 2e7 and mark >= 1e6 else 1, language)


def millions(digits: int, language: Language) -> str:
    """Give the number format of amounts in millions, with so many digits (0 or 1)."""
    mark = " " + word(language, "M").strip()
    return f'#,##0{".0" if digits else ""},,"{mark}"'


def width(words: str, cells: Iterable[str]) -> float:
    """Give the width of a column: its cells in one line, its heading in up to three."""
    longest = max((len(cell) for cell in cells), default=0)
    word = max((len(part) for part in words.split()), default=0)
    # The filter button of a heading takes the room of three letters.
    heading = max(word + 3, -(-len(words) // 3) + 3)
    return float(min(max(_NARROWEST, heading, longest + 2), _WIDEST))


def lines(words: str, width: float) -> int:
    """Give the number of lines that words take in a cell of some width, broken between words."""
    return sum(max(1, len(textwrap.wrap(line, max(int(width), 4)))) for line in words.split("\n"))
