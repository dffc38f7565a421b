"""Units in headings: how they are written, and how another unit is converted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, cast

from babel.numbers import list_currencies

from jvopt.core.headings import HEADINGS, is_our_own

if TYPE_CHECKING:
    import pint

_DEFINITIONS = """
gram = [mass] = g = г = грамм
kilogram = 1000 * gram = kg = кг = kilograms = килограмм
tonne = 1000000 * gram = t = т = tonnes = ton = tons = тонна = тонн
pound = 453.59237 * gram = lb = lbs
metre = [length] = m = м = meter = metres = meters = метр
kilometre = 1000 * metre = km = км = kilometer = kilometres = kilometers = километр
mile = 1609.344 * metre = mi = miles = миля
second = [time] = s = sec = с = сек = seconds
minute = 60 * second = min = мин = minutes
hour = 3600 * second = h = hr = ч = час = часов = сағ = сағат = hours
day = 86400 * second = d = дн = дни = день = дней = күн = тәулік = days = сут
week = 604800 * second = weeks = нед = апта
year = 31557600 * second = yr = год = г_год = лет = жыл = years = годы = года
month = 2629800 * second = months = mo = мес = месяц = ай
quarter = 7889400 * second = quarters = квартал = тоқсан
money = [money] = деньги = ақша
unit = [item] = units = шт = pcs = pc = piece = pieces = ед = дана = бірл = item = items
share = [] = доля = үлес
percent = 0.01 * share = pct
permille = 0.001 * share
thousand = 1000 * share = тыс = мың = k
million = 1000000 * share = mln = mio = млн
billion = 1000000000 * share = bln = bn = млрд
degree = [angle] = degrees = deg = град = градус = градусы
radian = 57.29577951308232 * degree = rad
"""

_MONEY_WORDS = (
    r"currency of the row|currency of the line|row currency|line currency|base currency|currency"
    r"|валюта строки|валюта линии|базовая валюта|валюта"
    r"|жол валютасы|желі валютасы|базалық валюта"
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit read from a heading.

    Attributes
    ----------
    factor
        What a figure is multiplied with to be in the declared unit.
    currencies
        The currencies that the unit names (USD).
    """

    factor: float
    currencies: tuple[str, ...] = ()

    def convert(self, value: float) -> float:
        """Give a figure in the declared unit."""
        back = 1 / self.factor
        # 7200 kg are 7.2 t: dividing by a whole number rounds once, multiplying by 0.001 twice.
        return value / round(back) if back > 1 and _whole(back) else value * self.factor

    def back(self, value: float) -> float:
        """Give a figure in the declared unit as the user would write it."""
        return value / self.factor


class UnknownUnit(ValueError):
    """The words name no unit."""


class WrongUnit(ValueError):
    """The unit measures something else."""


@cache
def _registry() -> pint.UnitRegistry[float]:
    import pint  # long to load, and nobody's before they write a unit of their own

    registry: pint.UnitRegistry[float] = pint.UnitRegistry(None)
    registry.load_definitions(_DEFINITIONS.strip().splitlines())
    return registry


def read_unit(words: str, declared: str, currencies: frozenset[str] = frozenset()) -> Unit:
    """Read the unit of a heading.

    Parameters
    ----------
    words
        What the heading says: ``kg``, ``USD per unit``, ``тыс. шт./год``.
    declared
        The unit of the column in the words of the schema; empty for plain numbers.
    currencies
        Codes of currencies of the case, beside the three capital letters of ISO 4217.

    Raises
    ------
    UnknownUnit, WrongUnit
        The words name no unit, or one of another dimension.
    """
    if is_our_own(words, declared):
        return Unit(1.0)
    plain, named = _without_money(words, currencies)
    try:
        there = _parse(plain)
    except Exception as error:  # pint raises many kinds for words it cannot parse
        raise UnknownUnit(words) from error
    here = _parse(declared)
    if there.dimensionality != here.dimensionality:
        raise WrongUnit(words)
    factor = float((there / here).to_base_units().magnitude)
    return Unit(float(f"{factor:.12g}"), named)


def _without_money(words: str, currencies: frozenset[str]) -> tuple[str, tuple[str, ...]]:
    text = re.sub(_MONEY_WORDS, "money", words, flags=re.IGNORECASE)
    named = []

    def code(found: re.Match[str]) -> str:
        word = found[0]
        if word in currencies or re.fullmatch("[A-Z]{3}", word):
            named.append(word)
            return "money"
        return word

    return re.sub(r"\w+", code, text), tuple(named)


def _parse(words: str) -> pint.Quantity[float]:
    text = words.strip().lower()
    # "USD/t-km" means for a tonne over a kilometre, however the two are joined.
    text = re.sub(r"\b(t|т|tonne|kg|кг)[\s·×⋅*-]*(km|км)\b", r"(\1*\2)", text)
    text = re.sub(r"[·×⋅]", "*", text.replace("%", " percent ").replace("‰", " permille "))
    text = re.sub(r"\bper\b|\bв\b", "/", text.replace("°", " degree "))
    text = text.replace("co2", " ").replace("-", "*").replace(".", " ")
    text = re.sub(r"(?<=\w)\s+(?=[\w(])", "*", text.strip())
    if not text:
        return _registry().Quantity(1.0, "share")
    if re.search(r"[^\w\s*/()]", text) or re.search(r"(^|\W)\d", text):
        raise ValueError(text)
    return _registry().Quantity(1.0, _registry().parse_units(re.sub(r"\s+", "", text)))


_TELLING = frozenset({"[mass]", "[length]", "[money]"})
"""What a word within a heading may measure; days, units and shares are words like others."""


def unit_in(heading: str, currencies: frozenset[str] = frozenset()) -> tuple[str, bool]:
    """Find the unit that a heading of no known column names.

    Returns
    -------
    words : str
        The unit as it is written, "" if there is none.
    apart : bool
        Whether it stands in parentheses, brackets or after a comma, not as a word among others.
    """
    text = unicodedata.normalize("NFKC", heading).strip()
    for pattern in HEADINGS:
        found = re.fullmatch(pattern, text, re.DOTALL)
        if found and found[2].strip() and _dimensions(found[2].strip(), currencies) is not None:
            return found[2].strip(), True
    for word_there in _unit_words(text.replace("_", " ").split(), currencies):
        if _TELLING & (_dimensions(word_there, currencies) or {}).keys():
            return word_there, False
    return "", False


def measured_alike(words: str, declared: str, currencies: frozenset[str] = frozenset()) -> int:
    """Tell how near what a unit measures is to what a declared one does.

    Returns
    -------
    int
        2 where it is the same, 1 where they differ only in what they are counted for (USD, and
        money a unit), else 0.
    """
    there, here = _dimensions(words, currencies), _dimensions(declared, frozenset())
    if there is None or here is None:
        return 0
    if there == here:
        return 2
    counted = {kind for kind, power in there.items() if power > 0}
    return int(bool(counted) and counted == {kind for kind, power in here.items() if power > 0})


def _unit_words(words: list[str], currencies: frozenset[str]) -> Iterator[str]:
    """Give the words that may be units, the last one first; a single letter only at the end."""
    for at, one in enumerate(reversed(words)):
        parts = re.findall(r"[^\W\d]+", one)
        known = all(p in currencies | _iso_codes() or p.lower() in _unit_names() for p in parts)
        if parts and known and (len(one) > 1 or at == 0):
            yield one


def _dimensions(words: str, currencies: frozenset[str]) -> dict[str, float] | None:
    """Give the powers of what a unit measures; None where it is none."""
    plain, named = _without_money(words, currencies)
    try:
        powers = _parse(plain).dimensionality
    except Exception:  # pint raises many kinds for words it cannot parse
        return None
    known = set(named) <= currencies | _iso_codes()
    return {str(kind): cast("float", power) for kind, power in powers.items()} if known else None


@cache
def _iso_codes() -> frozenset[str]:
    return frozenset(list_currencies("en"))


@cache
def _unit_names() -> frozenset[str]:
    return frozenset(re.findall(r"[^\W\d]+", _DEFINITIONS))


def _whole(number: float) -> bool:
    return abs(number - round(number)) < 1e-9 * number
