"""The sheets of a case: written with rows, or as a template to fill in."""

from __future__ import annotations

import re
from typing import Literal

import pandas as pd
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from jvopt.core.case import Case
from jvopt.core.schema import Column, Table
from jvopt.core.tables import TABLES
from jvopt.excel import look, names
from jvopt.excel.book import Book, Heading, Target, add_table
from jvopt.excel.collector import without_collector
from jvopt.excel.read_me import add_read_me
from jvopt.excel.table_reader import BLANK_ROW
from jvopt.excel.units import written

SOURCES = ("supply", "lines", "recipes", "recipe_inputs", "assembly")
"""Tables of which a case needs some: it can buy, or make, or both."""

_LIST_ROWS = 20_000
_LAST_ROW = 1_048_576


@without_collector()
def write_case(case: Case, path: Target) -> None:
    """Write a case as a workbook: the sheets that have rows, and those that every case needs.

    Parameters
    ----------
    case
        What to write; `jvopt.excel.read_excel` gives an equal case.
    path
        A path, replaced if there, or a binary file.

    Raises
    ------
    ValueError
        A table has more rows, or a text more letters, than a workbook can hold.
    """
    shown = [name for name, table in TABLES.items() if len(case[name]) or table.required]
    book = Book.empty()
    add_read_me(book, shown, SOURCES, str(case.setting("case_name")), template=False)
    add_case(book, case, shown)
    book.save(path)


def write_template(path: Target, example: Case | None = None) -> None:
    """Write a workbook with every sheet, to be filled in.

    Parameters
    ----------
    path
        A path, replaced if there, or a binary file.
    example
        A case whose rows the sheets show; empty sheets without one.
    """
    book = Book.empty()
    title = str(example.setting("case_name")) if example else ""
    add_read_me(book, list(TABLES), SOURCES, title, template=True)
    add_case(book, example or Case({}), list(TABLES))
    book.save(path)


def add_case(book: Book, case: Case, tables: list[str]) -> None:
    """Add the sheets of some tables of a case to a workbook."""
    for name in tables:
        table = TABLES[name]
        frame = case[name]
        if len(frame) >= _LAST_ROW:
            raise ValueError(f"{name} has {len(frame):,} rows, and a sheet {_LAST_ROW:,} at most")
        tab = look.REQUIRED_TAB if table.required else look.OPTIONAL_TAB
        sheet = book.sheet(name, look.SOURCE_TAB if name in SOURCES else tab)
        headings = [
            Heading(
                heading(table, c),
                _remark(table, c),
                look.input_format(c),
                c.required,
                wrap=(name, c.name) == ("notes", "text"),
            )
            for c in table.columns
        ]
        add_table(book, sheet, name, headings, _without_blank_rows(table, frame))
        for number, column in enumerate(table.columns, 1):
            _validate(sheet, column, number, tables)
    for name in tables:
        for column in TABLES[name].columns:
            for target in column.refers[:1]:
                _name_list(book, case, target, tables)


def heading(table: Table, column: Column) -> str:
    """Give the heading of a column on a sheet: its title, with its unit where it has one."""
    if not column.unit:
        return names.title(column)
    return f"{names.title(column)} ({written(column.unit, _money(table))})"


def _money(table: Table) -> str:
    if table.name == "line_periods":
        return "line currency"
    return (
        "row currency"
        if "currency" in table.by_name and table.name != "currencies"
        else ("base currency")
    )


def _remark(table: Table, column: Column) -> str:
    lines = [column.meaning]
    if column.choices:
        lines.append(f"One of: {', '.join(column.choices)}.")
    if column.refers:
        places = [f"{t} ({names.title(TABLES[t][c])})" for t, c in map(_split, column.refers)]
        lines.append(f"A value of {' or '.join(places)}.")
    if column.unit:
        money = {
            "row currency": "the currency of the row (blank: the base currency)",
            "line currency": "the currency of the line",
            "base currency": "the base currency",
        }[_money(table)]
        lines.append(f"Unit: {written(column.unit, money)}.")
        if column.unit == "share":
            lines[-1] = "Unit: share, so that 0.05 (or 5%) is five percent."
    bounds = [f"at least {column.least:g}"] if column.least else []
    bounds += [f"at most {column.most:g}"] if column.most is not None else []
    if bounds:
        lines.append(f"A number of {' and '.join(bounds)}.")
    lines.append("Must be filled in." if column.required else f"Blank means: {column.when_blank}.")
    return "\n".join(lines)


def _split(reference: str) -> tuple[str, str]:
    table, _, column = reference.partition(".")
    return table, column


def _without_blank_rows(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Keep rows whose cells are all blank from vanishing: they hold one invisible text."""
    if any(column.required for column in table.columns) or frame.empty:
        return frame
    blank = (frame.isna() | (frame == "")).all(axis=1)
    if not blank.any():
        return frame
    text = next(column.name for column in table.columns if not column.numeric)
    return frame.assign(**{text: frame[text].mask(blank, BLANK_ROW)})


def _validate(sheet: Worksheet, column: Column, number: int, tables: list[str]) -> None:
    rule = _rule(column, tables)
    if rule is None:
        return
    rule.allow_blank = True
    rule.errorTitle = names.title(column)[:32]
    letter = get_column_letter(number)
    rule.add(f"{letter}2:{letter}{_LAST_ROW}")
    sheet.add_data_validation(rule)


def _rule(column: Column, tables: list[str]) -> DataValidation | None:
    if column.choices:
        words = ",".join(column.choices)
        return DataValidation(
            type="list",
            formula1=f'"{words}"',
            showErrorMessage=True,
            error=f"Choose one of: {', '.join(column.choices)}"[:255],
        )
    if column.refers:
        table, name = _split(column.refers[0])
        if table not in tables:
            return None
        # Where several columns may be meant, the list only proposes.
        return DataValidation(
            type="list",
            formula1=_list_name(column.refers[0]),
            showErrorMessage=len(column.refers) == 1,
            errorStyle="warning",
            error=f"It is not among {names.title(TABLES[table])}, column "
            f"{names.title(TABLES[table][name])}, yet.",
        )
    if column.numeric:
        return _number_rule(column)
    if column.kind == "date":
        return DataValidation(
            type="date",
            operator="greaterThanOrEqual",
            formula1="1",
            showErrorMessage=True,
            error="Write a date, such as 2026-01-31.",
        )
    return None


def _number_rule(column: Column) -> DataValidation:
    kind: Literal["whole", "decimal"] = "whole" if column.kind == "integer" else "decimal"
    low = "-1E+300" if column.least is None else f"{column.least:g}"
    high = "1E+300" if column.most is None else f"{column.most:g}"
    bounds = [f"at least {low}"] if column.least is not None else []
    bounds += [f"at most {high}"] if column.most is not None else []
    wanted = f" of {' and '.join(bounds)}" if bounds else ""
    return DataValidation(
        type=kind,
        operator="between",
        formula1=low,
        formula2=high,
        showErrorMessage=True,
        error=f"Write a {'whole ' if kind == 'whole' else ''}number{wanted}.",
    )


def _list_name(reference: str) -> str:
    return "list_" + re.sub(r"\W", "_", reference)


def _name_list(book: Book, case: Case, reference: str, tables: list[str]) -> None:
    """Name the filled part of a column, so that drop-downs follow the rows that users add."""
    table, column = _split(reference)
    name = _list_name(reference)
    if table not in tables or name in book.workbook.defined_names:
        return
    letter = get_column_letter(TABLES[table].names.index(column) + 1)
    last = max(_LIST_ROWS, 2 * len(case[table])) + 1
    cells = f"{table}!${letter}$2:${letter}${min(last, _LAST_ROW)}"
    height = f'MAX(1,SUMPRODUCT(MAX(({cells}<>"")*ROW({cells})))-1)'
    formula = f"OFFSET({table}!${letter}$2,0,0,{height},1)"
    book.workbook.defined_names[name] = DefinedName(name, attr_text=formula)
