"""Units in headings: how they are written, and how another unit is converted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from jvopt.core.headings import is_our_own

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


def _whole(number: float) -> bool:
    return abs(number - round(number)) < 1e-9 * number
