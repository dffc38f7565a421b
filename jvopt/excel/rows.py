"""Rows of cells as XML, quickly: a plan may have hundreds of thousands of them.

openpyxl lays out sheets (headings, widths, tables, drop-downs, charts); the rows below the headings
are written here and joined in when the file is saved. openpyxl takes some 20 microseconds a cell,
this takes less than one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
import pandas as pd
from openpyxl.utils import get_column_letter

MOST_LETTERS = 32_767
"""What a cell of Excel can hold."""

_CHUNK = 5_000
_DAY_ZERO = np.datetime64("1899-12-30", "D")
_FIRST_DAY = np.datetime64("1900-03-01", "D")  # before it the day numbers of Excel are one off
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
FORMULA_LIKE = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class Block:
    """A frame to be written below the headings of a sheet.

    Parameters
    ----------
    frame
        The cells; blank are "", None, NaN and NaT.
    styles
        For each column the number of its cell style in the workbook.
    quoted
        For each column the style for text that begins like a formula.
    first_row
        Row of the sheet in which the block begins.
    """

    frame: pd.DataFrame
    styles: Sequence[int]
    quoted: Sequence[int]
    first_row: int = 2

    @property
    def last_row(self) -> int:
        """Row of the sheet in which the block ends."""
        return self.first_row + len(self.frame) - 1

    def xml(self) -> Iterator[str]:
        """Give the rows as XML, some thousand at a time."""
        for start in range(0, len(self.frame), _CHUNK):
            part = self.frame.iloc[start : start + _CHUNK]
            first = self.first_row + start
            rows = range(first, first + len(part))
            columns = [
                _cells(
                    part.iloc[:, number],
                    f'<c r="{get_column_letter(number + 1)}',
                    rows,
                    self.styles[number],
                    self.quoted[number],
                )
                for number in range(part.shape[1])
            ]
            yield "".join(
                f'<row r="{row}">{"".join(cells)}</row>'
                for row, cells in zip(rows, zip(*columns, strict=True), strict=True)
            )


def _cells(values: pd.Series[Any], start: str, rows: range, style: int, quoted: int) -> list[str]:
    """Give the XML of each cell of a column."""
    if pd.api.types.is_datetime64_any_dtype(values):
        ends = _dates(values, style)
    elif pd.api.types.is_numeric_dtype(values) and values.dtype != bool:
        ends = [_number(value, style) for value in values.astype("float64").tolist()]
    else:
        known: dict[Any, str] = {}
        ends = []
        for value in values.tolist():
            # 1 and True are equal keys, and a number is rare here: only texts are remembered.
            end = known.get(value) if type(value) is str else _any(value, style, quoted)
            if end is None:
                end = known[value] = _text(value, style, quoted)
            ends.append(end)
    return [f"{start}{row}{end}" if end else "" for row, end in zip(rows, ends, strict=True)]


def _any(value: Any, style: int, quoted: int) -> str:
    if value is None or value is pd.NaT or value is pd.NA:
        return ""
    if isinstance(value, (bool, np.bool_)):
        return f'" s="{style}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, (int, float, np.number)):
        return _number(float(value), style)
    return _text(str(value), style, quoted)


def _number(value: float, style: int) -> str:
    if value != value:
        return ""
    digits = repr(value)
    if digits.endswith(".0"):
        digits = digits[:-2]
    elif digits[-1] in "fn":
        raise ValueError("a workbook cannot hold an infinite number")
    return f'" s="{style}"><v>{digits}</v></c>'


def _dates(values: pd.Series[Any], style: int) -> list[str]:
    days = values.to_numpy().astype("datetime64[D]")
    return [
        ""
        if np.isnat(day)
        else _number(float((day - _DAY_ZERO).astype(int)), style)
        if day >= _FIRST_DAY
        else _text(str(day), style, style)
        for day in days
    ]


def _text(value: str, style: int, quoted: int) -> str:
    if not value:
        return ""
    if len(value) > MOST_LETTERS:
        raise ValueError(
            f"a cell of a workbook holds at most {MOST_LETTERS:,} letters, and the text "
            f"{value[:40]!r}... has {len(value):,}"
        )
    chosen = quoted if value.startswith(FORMULA_LIKE) else style
    space = ' xml:space="preserve"' if value != value.strip() else ""
    words = escape(_HIDDEN.sub(lambda c: f"_x{ord(c[0]):04X}_", value))
    return f'" s="{chosen}" t="inlineStr"><is><t{space}>{words}</t></is></c>'
