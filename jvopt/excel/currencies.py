"""Currencies that headings name, against those in which the rows below them count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from jvopt.core.headings import plain
from jvopt.core.issues import Issue, issue
from jvopt.core.tables import SETTING_VALUES, TABLES
from jvopt.excel.sheet_table import SheetTable


def wrong_currencies(tables: Mapping[str, SheetTable]) -> list[Issue]:
    """Give the headings that name another currency than that in which a row counts."""
    issues = []
    base = _base_currency(tables)
    for read in tables.values():
        rows = _currency_by_row(read, tables, base)
        if rows is None:
            continue
        for column, unit in read.units.items():
            filled = read.frame[column].notna().to_numpy()
            for named in unit.currencies:
                other = (rows != named).to_numpy() & filled
                if not other.any():
                    continue
                row = int(other.argmax())
                found = issue(
                    "wrong_currency",
                    read.table,
                    column=column,
                    named=named,
                    currency=rows.iloc[row],
                    row_there=int(read.rows[row]),
                )
                issues.append(replace(found, sheet=read.sheet, cell=read.cell(None, column)))
                break
    return issues


def _base_currency(tables: Mapping[str, SheetTable]) -> str:
    settings = tables.get("settings")
    if settings is not None and {"setting", "value"} <= set(settings.frame.columns):
        for setting, value in zip(settings.frame["setting"], settings.frame["value"], strict=True):
            if plain(setting) == "base currency" and value:
                return str(value).strip()
    return str(SETTING_VALUES["base_currency"].default)


def _currency_by_row(
    read: SheetTable, tables: Mapping[str, SheetTable], base: str
) -> pd.Series[str] | None:
    """Give the currency of each row; None where it cannot be told for want of names of lines."""
    frame = read.frame
    lines = tables.get("lines")
    of = TABLES[read.table].money_of
    if of == "row" and "currency" in frame:
        own = frame["currency"]
    elif of == "line" and lines is not None and "currency" in lines.frame:
        if "line" not in frame or "line" not in lines.frame:
            return None
        of_line = dict(zip(lines.frame["line"], lines.frame["currency"], strict=True))
        own = frame["line"].map(of_line)
    else:
        own = pd.Series([None] * len(frame), dtype=object)
    return own.where(own.notna(), base).astype(str).str.strip()
