"""The sheets of a case: written with rows, or as a template to fill in."""

from __future__ import annotations

import datetime as dt
import re
from typing import Literal

import numpy as np
import pandas as pd
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from jvopt.core.case import Case
from jvopt.core.conditions import tags_of
from jvopt.core.headings import title_of, written
from jvopt.core.language import Language
from jvopt.core.phrases import Place, Voice, choice_word, choices, targets, when_blank
from jvopt.core.schema import Column, Table
from jvopt.core.tables import SETTING_VALUES, TABLES
from jvopt.excel import look, sheet_names
from jvopt.excel.book import Book, Target
from jvopt.excel.collector import without_collector
from jvopt.excel.excel_table import Heading, add_table
from jvopt.excel.read import Reading
from jvopt.excel.read_me import SOURCES, TABLES_LIST, add_read_me
from jvopt.excel.sheet_table import SheetTable
from jvopt.excel.table_reader import BLANK_ROW

_LIST_ROWS = 20_000
_LAST_ROW = 1_048_576


@without_collector()
def write_case(case: Case, path: Target, language: Language = "en") -> None:
    """Write a case as a workbook: the sheets that have rows, and those that every case needs.

    Parameters
    ----------
    case
        What to write; `jvopt.excel.read_excel` gives an equal case.
    path
        A path, replaced if there, or a binary file.
    language
        Language of sheets, headings, comments and drop-downs.

    Raises
    ------
    ValueError
        A table has more rows, or a text more letters, than a workbook can hold.
    """
    book = Book.empty()
    add_case_behind(book, case, language)
    book.save(path)


def write_template(path: Target, example: Case | None = None, language: Language = "en") -> None:
    """Write a workbook with every sheet, to be filled in.

    Parameters
    ----------
    path
        A path, replaced if there, or a binary file.
    example
        A case whose rows the sheets show; empty sheets without one.
    language
        Language of sheets, headings, comments and drop-downs.
    """
    book = Book.empty()
    title = str(example.setting("case_name")) if example else ""
    add_read_me(book, list(TABLES), title, template=True, language=language)
    add_case(book, example or Case({}), list(TABLES), language)
    book.save(path)


def filled_tables(case: Case) -> list[str]:
    """Name the tables of a case that a workbook of its own shows."""
    return [name for name, table in TABLES.items() if len(case[name]) or table.required]


def add_case_behind(book: Book, case: Case, language: Language) -> None:
    """Add the sheets of a case behind those of results, with the sheet that explains them."""
    shown, title = filled_tables(case), str(case.setting("case_name"))
    add_read_me(book, shown, title, template=False, language=language)
    add_case(book, case, shown, language)


def add_case(book: Book, case: Case, tables: list[str], language: Language) -> None:
    """Add the sheets of some tables of a case to a workbook."""
    for name in tables:
        table = TABLES[name]
        frame = case[name]
        title = sheet_names.case_sheet(name, language)
        if len(frame) >= _LAST_ROW:
            raise ValueError(f"{name} has {len(frame):,} rows, and a sheet {_LAST_ROW:,} at most")
        tab = look.REQUIRED_TAB if table.required else look.OPTIONAL_TAB
        sheet = book.sheet(title, look.SOURCE_TAB if name in SOURCES else tab)
        headings = [
            Heading(
                heading(table, c, language),
                _remark(table, c, language),
                look.input_format(c, language),
                c.required,
                wrap=(name, c.name) == ("notes", "text"),
            )
            for c in table.columns
        ]
        shown = _without_blank_rows(table, _in_language(table, frame, language))
        add_table(book, sheet, name, headings, shown)
        for number, column in enumerate(table.columns, 1):
            _validate(sheet, column, number, tables, language)
    for name in tables:
        for column in TABLES[name].columns:
            for target in column.refers[:1]:
                _name_list(book, case, target, tables, language)


def laid_out(case: Case, tables: list[str], language: Language) -> Reading:
    """Say where every cell of a case stands in a workbook that `add_case` makes."""
    found = {
        name: SheetTable(
            name,
            sheet_names.case_sheet(name, language),
            case[name],
            np.arange(len(case[name])) + 2,
            {c.name: number for number, c in enumerate(TABLES[name].columns, 1)},
            header=1,
        )
        for name in tables
    }
    return Reading(case, [], found, language)


def heading(table: Table, column: Column, language: Language = "en") -> str:
    """Give the heading of a column on a sheet: its title, with its unit where it has one."""
    title = title_of(column, language)
    return f"{title} ({written(column.unit, _money(table), language)})" if column.unit else title


def _money(table: Table) -> str:
    return f"{table.money_of} currency"


MONEY = {
    "row currency": "the currency of the row (blank: the base currency)",
    "line currency": "the currency of the line",
    "base currency": "the base currency",
}


def _remark(table: Table, column: Column, language: Language) -> str:
    """Explain a column: what it means, what may stand there, in which unit, and what a blank is."""
    say = Voice(language, titles=True).say
    lines = [say(column.meaning)]
    if column.choices:
        words = "Some of: {choices}." if column.kind == "tags" else "One of: {choices}."
        lines.append(say(words, choices=choices(column)))
    if column.refers:
        lines.append(say("A value of {places}.", places=targets(column)))
    if column.unit == "share":
        lines.append(say("Unit: share, so that 0.05 (or 5%) is five percent."))
    elif column.unit:
        lines.append(
            say(
                "Unit: {unit}",
                unit=written(column.unit, MONEY[_money(table)], language),
            )
        )
    if column.least:
        lines.append(say("A number of at least {least}.", least=float(column.least)))
    if column.most is not None:
        lines.append(say("A number of at most {most}.", most=float(column.most)))
    if column.required:
        lines.append(say("Must be filled in."))
    else:
        lines.append(say("Blank means: {blank}.", blank=when_blank(column)))
    lines.append(say("In JSON, conditions and Python: {name}", name=column.name))
    return "\n".join(lines)


def _in_language(table: Table, frame: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Put the words of drop-downs into a language."""
    if language == "en" or frame.empty:
        return frame
    frame = frame.copy()
    for column in table.columns:
        if column.kind == "choice":
            known = {choice: choice_word(language, choice) for choice in column.choices}
            frame[column.name] = frame[column.name].replace(known)
        elif column.choices:
            frame[column.name] = [
                ", ".join(choice_word(language, tag) for tag in tags_of(cell))
                for cell in frame[column.name]
            ]
    if table.name == "settings":
        chosen = frame["setting"].isin(
            [choice_word(language, name) for name, c in SETTING_VALUES.items() if c.choices]
        )
        frame["value"] = [
            choice_word(language, value) if is_word else value
            for value, is_word in zip(frame["value"], chosen, strict=True)
        ]
    return frame


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


def _validate(
    sheet: Worksheet, column: Column, number: int, tables: list[str], language: Language
) -> None:
    rule = _rule(column, tables, language)
    if rule is None:
        return
    rule.allow_blank = True
    rule.errorTitle = title_of(column, language)[:32]
    rule.error = str(rule.error)[:255]
    letter = get_column_letter(number)
    rule.add(f"{letter}2:{letter}{_LAST_ROW}")
    sheet.add_data_validation(rule)


def _rule(column: Column, tables: list[str], language: Language) -> DataValidation | None:
    say = Voice(language, titles=True).say
    if column.kind == "choice":
        words = ",".join(choice_word(language, choice) for choice in column.choices)
        return DataValidation(
            type="list",
            formula1=f'"{words}"',
            showErrorMessage=True,
            error=say("Choose one of: {choices}", choices=choices(column)),
        )
    if column is TABLES["changes"]["table"]:
        return DataValidation(type="list", formula1=TABLES_LIST, error="")
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
            error=say("It is not yet among: {place}.", place=Place(table, name)),
        )
    if column.numeric:
        return _number_rule(column, language)
    if column.kind == "date":
        return DataValidation(
            type="date",
            operator="greaterThanOrEqual",
            formula1="1",
            showErrorMessage=True,
            error=say("Write a date, such as {example}.", example=dt.date(2026, 1, 31)),
        )
    return None


def _number_rule(column: Column, language: Language) -> DataValidation:
    say = Voice(language, titles=True).say
    kind: Literal["whole", "decimal"] = "whole" if column.kind == "integer" else "decimal"
    lines = [say("Write a whole number." if kind == "whole" else "Write a number.")]
    if column.least is not None:
        lines.append(say("A number of at least {least}.", least=float(column.least)))
    if column.most is not None:
        lines.append(say("A number of at most {most}.", most=float(column.most)))
    return DataValidation(
        type=kind,
        operator="between",
        formula1="-1E+300" if column.least is None else f"{column.least:g}",
        formula2="1E+300" if column.most is None else f"{column.most:g}",
        showErrorMessage=True,
        error=" ".join(lines),
    )


def _list_name(reference: str) -> str:
    return "list_" + re.sub(r"\W", "_", reference)


def _name_list(
    book: Book, case: Case, reference: str, tables: list[str], language: Language
) -> None:
    """Name the filled part of a column, so that drop-downs follow the rows that users add."""
    table, column = _split(reference)
    name = _list_name(reference)
    if table not in tables or name in book.workbook.defined_names:
        return
    letter = get_column_letter(TABLES[table].names.index(column) + 1)
    last = max(_LIST_ROWS, 2 * len(case[table])) + 1
    sheet = quote_sheetname(sheet_names.case_sheet(table, language))
    cells = f"{sheet}!${letter}$2:${letter}${min(last, _LAST_ROW)}"
    height = f'MAX(1,SUMPRODUCT(MAX(({cells}<>"")*ROW({cells})))-1)'
    formula = f"OFFSET({sheet}!${letter}$2,0,0,{height},1)"
    book.workbook.defined_names[name] = DefinedName(name, attr_text=formula)
