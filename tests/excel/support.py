"""Workbooks as bytes, whole and taken apart."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from functools import cache

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

from jvopt.core.case import Case
from jvopt.core.tables import TABLES
from jvopt.excel import Reading, read_workbook, write_case, write_template
from tests.excel import made_by_hand as hand


def workbook() -> bytes:
    """The case by hand, as jvopt writes it."""
    made = io.BytesIO()
    write_case(hand.case(), made)
    return made.getvalue()


def saved(book: Workbook) -> bytes:
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The same parts give the same bytes: no part has a date of its own."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part, method)
    return made.getvalue()


@cache
def template_of(which: Callable[[], Case]) -> bytes:
    made = io.BytesIO()
    write_template(made, which())
    return made.getvalue()


def book_of(which: Callable[[], Case]) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(template_of(which)))


def at(table: str, column: str, row: int) -> str:
    """Address of a cell in a workbook as it is written: headings in row 1."""
    return f"{get_column_letter(TABLES[table].names.index(column) + 1)}{row}"


def put(book: Workbook, table: str, column: str, row: int, value: object, kind: str = "") -> None:
    cell = book[table][at(table, column, row)]
    cell.value = value
    if kind:
        cell.data_type = kind


def read(book: Workbook) -> Reading:
    return read_workbook(saved(book))
