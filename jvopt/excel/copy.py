"""The user's own workbook, opened to be answered: as it was, without what jvopt added before."""

from __future__ import annotations

import io

from openpyxl import load_workbook
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.worksheet.worksheet import Worksheet

from jvopt.core.issues import CaseError
from jvopt.core.language import Language
from jvopt.core.phrases import Listed, Voice
from jvopt.excel.book import AUTHOR, Book, remark
from jvopt.excel.cached import exact_values
from jvopt.excel.losses import losses
from jvopt.excel.ours import is_result
from jvopt.excel.package import Source, content_of, open_package

MARK = 'N("jvopt mark")=0'
"""The condition, always true, of the red fill; by it the marks of an earlier check are found."""
SIGN = "\u26a0 jvopt: "
"""Begins what jvopt adds to a comment."""


class NotCopied(Exception):
    """The workbook cannot be saved as it was; `why` says so in a sentence."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def copy_of(source: Source, language: Language) -> Book:
    """Open the user's workbook.

    Parameters
    ----------
    source
        The user's file, as given to `read_workbook`.
    language
        Language of the reason where it cannot be copied.

    Raises
    ------
    NotCopied
        It cannot be opened, or saving it would lose something of it.
    """
    say = Voice(language).say
    try:
        content = content_of(source)
        package = open_package(content)
    except CaseError as error:
        raise NotCopied(error.issues[0].said(Voice(language))) from None
    try:
        lost = losses(package)
        ours = {sheet.name for sheet in package.sheets if is_result(package, sheet)}
    except CaseError:  # a part that the case did not need
        raise not_unchanged(language) from None
    if lost:
        words = (
            "This is a file of its own and your workbook is not in it, because it holds what would "
            "be lost: {what}."
        )
        raise NotCopied(say(words, what=Listed(lost)))
    try:
        workbook = load_workbook(io.BytesIO(content), rich_text=True)
    except Exception:  # openpyxl raises many kinds for files that Excel and calamine accept
        raise not_unchanged(language) from None
    parts = {sheet.name: sheet.part for sheet in package.sheets}
    book = Book(workbook)
    for sheet in [s for s in workbook.worksheets if isinstance(s, Worksheet)]:
        if sheet.title in ours:
            workbook.remove(sheet)
            continue
        if sheet.title not in parts:
            raise not_unchanged(language)
        book.values[sheet.title] = exact_values(package.read(parts[sheet.title]))
        _unmark(sheet)
    return book


def not_unchanged(language: Language) -> NotCopied:
    """Make the reason of a workbook that openpyxl cannot open, or cannot write again."""
    words = (
        "This is a file of its own and your workbook is not in it, because your workbook "
        "cannot be saved unchanged."
    )
    return NotCopied(Voice(language).say(words))


def _unmark(sheet: Worksheet) -> None:
    """Take away the marks and comments of an earlier check."""
    kept = ConditionalFormattingList()
    for area in sheet.conditional_formatting:
        for rule in area.rules:
            if rule.formula != [MARK]:
                kept.add(str(area.sqref), rule)
    sheet.conditional_formatting = kept
    for cell in sheet._cells.values():  # `iter_rows` would make every cell up to the last
        if cell.comment is None:
            continue
        # openpyxl forgets how large a comment's box was.
        words, author = cell.comment.text, cell.comment.author or AUTHOR
        words = words.split(SIGN)[0].rstrip()
        cell.comment = remark(words, author) if words else None
