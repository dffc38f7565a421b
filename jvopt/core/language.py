"""The languages of workbooks and messages: English, Russian and Kazakh.

What is said stands in the code in English. `jvopt/core/words/ru.po` and `kk.po` hold the same in
the other languages, in the format of GNU gettext; `tools/generate.py` keeps them complete.
"""

from __future__ import annotations

import datetime as dt
import gettext
import io
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

Language = Literal["en", "ru", "kk"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

NO_BREAK = "\u00a0"


def word(language: Language, text: str, context: str = "") -> str:
    """Give a text in a language; the text itself where it has no translation.

    Parameters
    ----------
    language
        Which language.
    text
        What is said, in English.
    context
        Where it is said (``title``, ``choice``, ``unit``), for words that mean several things.
    """
    if language == "en" or not text:
        return text
    known = _catalogue(language)
    return known.pgettext(context, text) if context else known.gettext(text)


@cache
def _catalogue(language: Language) -> gettext.GNUTranslations:
    if language not in LANGUAGES:
        raise ValueError(f"language is {language!r}: give one of {', '.join(LANGUAGES)}")
    # gettext reads compiled catalogues alone; compiling takes some hundredths of a second.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with (files("jvopt.core") / "words" / f"{language}.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def number(language: Language, value: float) -> str:
    """Give a number for reading, as many digits as can matter, with the marks of the language."""
    whole = abs(value) < 1e15 and float(value).is_integer()
    text = f"{value:,.0f}" if whole else f"{value:,.{6 if abs(value) < 1e5 else 10}g}"
    return marked(language, text)


def marked(language: Language, text: str) -> str:
    """Put the marks of a language into a number that has those of English."""
    return text if language == "en" else text.replace(",", NO_BREAK).replace(".", ",")


def date(language: Language, day: dt.date) -> str:
    """Give a date as it is written in the language."""
    if language == "en":
        return f"{day.year:04d}-{day.month:02d}-{day.day:02d}"
    return f"{day.day:02d}.{day.month:02d}.{day.year:04d}"
