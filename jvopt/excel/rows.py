"""Rows of cells as XML, quickly: a plan may have hundreds of thousands of them.

openpyxl lays out sheets (headings, widths, tables, drop-downs, charts); the rows below the headings
are written here and joined in when the file is saved. openpyxl takes some 20 microseconds a cell,
this takes a tenth of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from openpyxl.utils import get_column_letter
from pydantic_core import to_json

MOST_LETTERS = 32_767
"""What a cell of Excel can hold."""

_CHUNK = 10_000
_KNOWN = 50_000
"""How many different texts of a column are remembered."""
_ROW = b"\0"
"""Stands for the number of the row until all of it is made: no text of a cell can hold it."""
_NONE = type(None)
_INFINITE = "a workbook cannot hold an infinite number"
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
    total
        What stands in front of the sums in a last row; blank for none.
    summed
        The columns, by position, that are summed there.
    sum_styles
        For each column the number of the cell style of that row.
    heights
        The height of each row in points; empty where all are of one line.
    """

    frame: pd.DataFrame
    styles: Sequence[int]
    quoted: Sequence[int]
    first_row: int = 2
    total: str = ""
    summed: frozenset[int] = frozenset()
    sum_styles: Sequence[int] = ()
    heights: Sequence[int] = ()

    @property
    def last_filled(self) -> int:
        """Row of the sheet in which the frame ends; an empty one leaves a row to fill in."""
        return max(self.first_row + len(self.frame) - 1, self.first_row)

    @property
    def last_row(self) -> int:
        """Row of the sheet in which the block ends."""
        return self.last_filled + bool(self.summed)

    def xml(self) -> Iterator[bytes]:
        """Give the rows as XML, some thousand at a time."""
        columns = [
            _Column(get_column_letter(number), style, quoted)
            for number, (style, quoted) in enumerate(zip(self.styles, self.quoted, strict=True), 1)
        ]
        for start in range(0, len(self.frame), _CHUNK):
            part = self.frame.iloc[start : start + _CHUNK]
            pieces: list[Iterable[bytes]] = [self._begin(start, start + len(part))]
            for column, (_, values) in zip(columns, part.items(), strict=True):
                pieces += column.cells(values)
            rows = map(b"".join, zip(*pieces, repeat(b"</row>")))
            first = self.first_row + start
            numbers = to_json(list(range(first, first + len(part))))[1:-1].split(b",")
            yield b"".join(map(bytes.replace, rows, repeat(_ROW), numbers))
        if self.summed:
            yield self._sums().encode()

    def _begin(self, start: int, stop: int) -> Iterable[bytes]:
        """Give the opening tags of some rows, with their height where they have one."""
        if not len(self.heights):
            return repeat(b'<row r="%b">' % _ROW)
        tag = b'<row r="%b" ht="%d" customHeight="1">'
        return [tag % (_ROW, height) for height in self.heights[start:stop]]

    def _sums(self) -> str:
        """Give the row of sums: formulas that follow the filters, with the values they have."""
        row = self.last_row
        cells = [f'<c r="A{row}{_text(self.total, self.sum_styles[0], self.sum_styles[0])}']
        for number in sorted(self.summed):
            letter, style = get_column_letter(number + 1), self.sum_styles[number]
            formula = f"SUBTOTAL(109,{letter}{self.first_row}:{letter}{self.last_filled})"
            value = float(np.nansum(self.frame.iloc[:, number].to_numpy(dtype="float64")))
            cells.append(f'<c r="{letter}{row}" s="{style}"><f>{formula}</f><v>{value!r}</v></c>')
        return f'<row r="{row}">{"".join(cells)}</row>'


class _Column(dict[str | None, bytes]):
    """The cells of a column as XML, by their text: each is made once, with `_ROW` for its row."""

    def __init__(self, letter: str, style: int, quoted: int) -> None:
        super().__init__()
        self.start = b'<c r="%b%b' % (letter.encode(), _ROW)
        self.style = style
        self.quoted = quoted

    def __missing__(self, text: str | None) -> bytes:
        made = self[text] = self._begun(_any(text, self.style, self.quoted))
        return made

    def _begun(self, end: str) -> bytes:
        return self.start + end.encode() if end else b""

    def cells(self, values: pd.Series[Any]) -> list[Iterable[bytes]]:
        """Give the pieces that make up the cells of some rows."""
        if len(self) > _KNOWN:
            self.clear()
        if pd.api.types.is_datetime64_any_dtype(values):
            return self._dates(values.to_numpy().astype("datetime64[D]"))
        if pd.api.types.is_numeric_dtype(values) and values.dtype != bool:
            return self._numbers(values.to_numpy("float64", na_value=np.nan))
        given = values.tolist()
        if isinstance(values.dtype, pd.StringDtype) or set(map(type, given)) <= {str, _NONE}:
            return [map(self.__getitem__, given)]
        # 1 and True are equal keys, and a number is rare here: only texts are remembered.
        return [
            [
                self[cell]
                if type(cell) is str
                else self._begun(_any(cell, self.style, self.quoted))
                for cell in given
            ]
        ]

    def _numbers(self, values: NDArray[np.float64]) -> list[Iterable[bytes]]:
        if np.isinf(values).any():
            raise ValueError(_INFINITE)
        # The shortest digits that are read as the same number: repr takes five times as long.
        digits = to_json(values.tolist())[1:-1] + b","
        numbers = digits.replace(b".0,", b",")[:-1].split(b",")
        start, end = b'%b" s="%d"><v>' % (self.start, self.style), b"</v></c>"
        if np.isnan(values).any():
            return [[b"" if number == b"NaN" else start + number + end for number in numbers]]
        return [repeat(start), numbers, repeat(end)]

    def _dates(self, days: NDArray[np.datetime64]) -> list[Iterable[bytes]]:
        numbers = np.where(np.isnat(days), np.nan, (days - _DAY_ZERO).astype(float))
        early = days < _FIRST_DAY
        if not early.any():
            return self._numbers(numbers)
        style = self.style
        return [
            [
                self._begun(_text(str(day), style, style) if is_early else _number(number, style))
                for day, is_early, number in zip(days, early, numbers.tolist(), strict=True)
            ]
        ]


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
        raise ValueError(_INFINITE)
    return f'" s="{style}"><v>{digits}</v></c>'


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
