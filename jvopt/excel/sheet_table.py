"""The raw rows of a table, with the place of every cell on its sheet."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from openpyxl.utils import get_column_letter

from jvopt.core.issues import Issue
from jvopt.core.units import Unit


@dataclass
class SheetTable:
    """The rows of a table as they stand on a sheet.

    Attributes
    ----------
    table, sheet
        Which table, on which sheet.
    frame
        The raw cells, a column for each declared one that the sheet has.
    rows
        For each row of the frame its row on the sheet.
    columns
        For each column its number on the sheet, from 1.
    header
        The row of the headings; 0 where there is none.
    units
        Units of headings that differ from the declared ones, or name a currency.
    given
        Cells as they were written, of the columns that were converted or put into our words.
    headings
        What the headings say.
    issues
        What is wrong, in the user's cells.
    """

    table: str
    sheet: str
    frame: pd.DataFrame = field(default_factory=pd.DataFrame)
    rows: np.ndarray[Any, np.dtype[np.int64]] = field(default_factory=lambda: np.zeros(0, np.int64))
    columns: dict[str, int] = field(default_factory=dict)
    header: int = 0
    units: dict[str, Unit] = field(default_factory=dict)
    given: dict[str, list[Any]] = field(default_factory=dict)
    headings: list[str] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)

    def cell(self, row: int | None, column: str | None) -> str | None:
        """Give the address of a cell by its row in the table (None: the heading) and column."""
        number = self.columns.get(column or "")
        if row is None:
            return f"{get_column_letter(number)}{self.header}" if number else None
        if not 1 <= row <= len(self.rows):
            return None
        first = number or min(self.columns.values(), default=1)
        return f"{get_column_letter(first)}{self.rows[row - 1]}"

    def add(self, found: Issue, row: int, column: int) -> None:
        """Note an issue at a cell of the sheet (row and column from 1)."""
        address = f"{get_column_letter(column)}{row}"
        self.issues.append(replace(found, sheet=self.sheet, cell=address))
