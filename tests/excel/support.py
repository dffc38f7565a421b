"""Workbooks as bytes, whole and taken apart."""

from __future__ import annotations

import io
import zipfile

from openpyxl.workbook import Workbook

from jvopt.excel import write_case
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
