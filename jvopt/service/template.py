"""The workbook to fill in, made once."""

from __future__ import annotations

from functools import cache
from io import BytesIO

from jvopt.core.language import Language
from jvopt.examples import example


@cache
def template_book(name: str | None, language: Language) -> bytes:
    """Give a workbook to fill in, or one filled with an example.

    Parameters
    ----------
    name
        Of the example; none where None.
    language
        Of the workbook.
    """
    from jvopt.excel import write_template  # pandas loads once it is wanted

    book = BytesIO()
    write_template(book, None if name is None else example(name, language), language)
    return book.getvalue()
