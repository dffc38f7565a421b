"""The user's own workbook, opened to be answered: as it was, without what jvopt added before."""

from __future__ import annotations

import io

from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.worksheet.worksheet import Worksheet

from jvopt.core.issues import CaseError
from jvopt.core.language import LANGUAGES, Language, word
from jvopt.core.phrases import Listed, Voice
from jvopt.excel import names
from jvopt.excel.book import AUTHOR, Book, remark
from jvopt.excel.cached import exact_values
from jvopt.excel.losses import losses
from jvopt.excel.package import Source, content_of, open_package

MARK = 'N("jvopt mark")=0'
"""The condition, always true, of the red fill; by it the marks of an earlier check are found."""
SIGN = "\u26a0 jvopt: "
"""Begins what jvopt adds to a comment."""
PROBLEM_HEADINGS = ("", "Place", "Value", "What is wrong", "What would be right")
"""Headings of the list of problems, by which the sheet is known as ours."""
_HEADINGS_WITHIN = 8


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
    except CaseError:
        raise NotCopied("") from None
    try:
        lost = losses(package)
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
        if _is_result(sheet):
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


def _is_result(sheet: Worksheet) -> bool:
    """Tell whether jvopt made the sheet in answer to the user, and so makes it anew."""
    if names.is_problems(sheet.title):
        # A sheet of this name may be the user's own: ours has our headings near its top.
        width = len(PROBLEM_HEADINGS)
        rows = sheet.iter_rows(max_row=_HEADINGS_WITHIN, max_col=width, values_only=True)
        ours = [tuple(word(language, w) for w in PROBLEM_HEADINGS[1:]) for language in LANGUAGES]
        return any(row[1:] in ours for row in rows)
    return names.is_own_sheet(sheet.title) and not names.is_read_me(sheet.title)


def _unmark(sheet: Worksheet) -> None:
    """Take away the marks and comments of an earlier check."""
    kept = ConditionalFormattingList()
    for area in sheet.conditional_formatting:
        for rule in area.rules:
            if rule.formula != [MARK]:
                kept.add(str(area.sqref), rule)
    sheet.conditional_formatting = kept
    for row in sheet.iter_rows():
        for cell in row:
            if cell.comment is None:
                continue
            # openpyxl forgets how large a comment's box was.
            words, author = cell.comment.text, cell.comment.author or AUTHOR
            words = words.split(SIGN)[0].rstrip()
            cell.comment = comment(words, author) if words else None


def comment(words: str, author: str) -> Comment:
    """Make a comment of somebody, in a box that fits."""
    made = remark(words)
    made.author = author
    return made
