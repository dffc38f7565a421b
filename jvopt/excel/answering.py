"""An answer in the user's own workbook, in front of their sheets; else in a file of its own."""

from __future__ import annotations

from typing import Protocol

from jvopt.core.language import Language
from jvopt.excel.book import Book, NotSaved, Target
from jvopt.excel.copy import NotCopied, copy_of, not_unchanged
from jvopt.excel.package import Source


class Answer(Protocol):
    """Adds the sheets of an answer to a workbook, behind those that it has.

    `remark` says why the user's own sheets are not in it, where they are not.
    """

    def __call__(self, book: Book, *, remark: str) -> None:
        """Add them."""
        ...


def write_in_front(source: Source, language: Language, path: Target, add: Answer) -> None:
    """Write the user's own workbook with an answer in front of their sheets.

    Where it cannot be opened, or saving it would lose something of it (pictures, pivot tables,
    macros), the answer becomes a workbook of its own and says so.

    Parameters
    ----------
    source
        The user's file, as given to `read_workbook`.
    language
        The language of what is added.
    path
        A path, replaced if there, or a binary file.
    add
        Adds the sheets.
    """
    try:
        _in_front(copy_of(source, language), add, "").save(path)
    except NotCopied as error:
        _in_front(Book.empty(), add, error.why).save(path)
    except NotSaved:
        _in_front(Book.empty(), add, not_unchanged(language).why).save(path)


def _in_front(book: Book, add: Answer, remark: str) -> Book:
    own = list(book.workbook._sheets)  # type: ignore[attr-defined]
    add(book, remark=remark)
    added = book.workbook._sheets[len(own) :]  # type: ignore[attr-defined]
    book.workbook._sheets = [*added, *own]  # type: ignore[attr-defined]
    book.show(added[0])
    return book
