"""Words, numbers and dates of the page in the language of whoever looks at it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal

from babel import Locale, negotiate_locale
from babel.dates import format_datetime
from babel.numbers import format_decimal, format_percent

from jvopt.core.gaps import rounded_up
from jvopt.core.language import LANGUAGES, Language, word
from jvopt.core.phrases import Voice

OWN_NAMES: dict[Language, str] = {"en": "English", "ru": "Русский", "kk": "Қазақша"}
"""What each language calls itself."""

NONE = "\u2013"
"""Stands where there is no figure."""
_ROUNDING = Context(prec=60, rounding=ROUND_HALF_UP)
_MINUS = "\u2212"
_MILLION = 1e6


class Speaker:
    """Says things in a language.

    Parameters
    ----------
    language
        Which.
    """

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self.locale = Locale(language)
        self.voice = Voice(language, titles=True)
        self.say = self.voice.say

    def number(self, value: float, digits: int = 0) -> str:
        """Give a number with at most so many digits after the mark."""
        if not math.isfinite(value):
            return NONE
        form = "#,##0" + ("." + "#" * digits if digits else "")
        return _plain(format_decimal(_rounded(value, digits), form, self.locale))

    def percent(self, share: float, digits: int = 1) -> str:
        """Give a share in percent."""
        if not math.isfinite(share):
            return NONE
        form = "#,##0" + ("." + "#" * digits if digits else "") + "%"
        return _plain(format_percent(_rounded(share, digits + 2), form, self.locale))

    def gap(self, share: float) -> str:
        """Give a gap in percent, rounded up: only where there is none does it say so."""
        if not math.isfinite(share):
            return NONE
        return self.percent(rounded_up(share), 2)

    def money(self, value: float, *, sign: bool = False) -> str:
        """Give an amount, large ones in millions; with its sign where it is a difference."""
        if not math.isfinite(value):
            return NONE
        if abs(value) >= _MILLION:
            digits = 1 if abs(value) >= 10 * _MILLION else 2
            shown = (
                self.number(value / _MILLION, digits) + "\u00a0" + word(self.language, "M").strip()
            )
        else:
            shown = self.number(value)
        return f"+{shown}" if sign and value > 0 and shown.strip("0,.") else shown

    def day(self, at: dt.datetime) -> str:
        """Give a day and time, as the machine has it."""
        form = "d MMM yyyy HH:mm"
        return str(format_datetime(at.astimezone(), form, locale=self.locale))

    def span(self, seconds: float) -> str:
        """Give a length of time, short."""
        if seconds < 10:
            return self.say("{seconds} s", seconds=self.number(seconds, 1))
        minutes, rest = divmod(round(seconds), 60)
        if not minutes:
            return self.say("{seconds} s", seconds=rest)
        if minutes < 60:
            return self.say("{minutes} min {seconds} s", minutes=minutes, seconds=rest)
        hours, rest = divmod(minutes, 60)
        return self.say("{hours} h {minutes} min", hours=hours, minutes=rest)

    def place(self, code: str) -> str:
        """Give the name of a country by its code; other codes as they are."""
        return str(self.locale.territories.get(code, code)) if len(code) == 2 else code


def spoken(accepted: str, chosen: str = "") -> Language:
    """Give the language to speak.

    Parameters
    ----------
    accepted
        The browser's header Accept-Language.
    chosen
        What the user has switched to, if anything.
    """
    wanted = [chosen, *_preferred(accepted)]
    found = negotiate_locale(wanted, LANGUAGES, sep="-")
    return next((language for language in LANGUAGES if language == found), "en")


def _preferred(accepted: str) -> Iterable[str]:
    """Give the languages of an Accept-Language header, the best first."""
    weighted = []
    for part in accepted.split(",")[:20]:
        tag, _, rest = part.strip().partition(";")
        quality = rest.strip().removeprefix("q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        weighted.append((-weight, tag))
    return [tag for weight, tag in sorted(weighted, key=lambda pair: pair[0]) if tag and weight]


def _rounded(value: float, digits: int) -> Decimal:
    """Round what is written down as a spreadsheet does: 0.985 to 0.99."""
    return _ROUNDING.quantize(Decimal(repr(float(value))), Decimal(1).scaleb(-digits)) + 0


def _plain(text: str) -> str:
    return text.replace("-", _MINUS)
