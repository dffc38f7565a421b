"""What one filled cell means, and what to say of it where it means nothing."""

from __future__ import annotations

import datetime as dt
import math
import re
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from jvopt.core.headings import near_choice
from jvopt.core.issues import nearest
from jvopt.core.phrases import Choice, Phrase, Unit, choices
from jvopt.core.schema import Column

_NUMERIC = (int, float, np.integer, np.floating, Decimal)
_ISO = re.compile(r"\d{4}-\d\d-\d\d(T.*)?", re.ASCII)
_TEXTUAL = (str, dt.date, dt.time, *_NUMERIC)

_SAID = {
    **dict.fromkeys(("<", "<=", "≤", "max", "maximum", "most"), "at_most"),
    **dict.fromkeys((">", ">=", "≥", "min", "minimum", "least"), "at_least"),
    **dict.fromkeys(("produced", "production", "assembled", "output"), "made"),
    **dict.fromkeys(("purchased", "purchases", "supplied", "supply"), "bought"),
    **dict.fromkeys(("plants", "plants_open", "sites"), "sites_open"),
}
"""Other words and signs for choices, that are no misspelling of them."""

LARGEST = 1e12
"""Beyond it no quantity or amount is meant, and solvers lose the small beside the large."""


def parse_cell(column: Column, cell: Any) -> tuple[Any, str, dict[str, object]]:
    """Give the value of a filled cell, or the code of what is wrong with it and its words."""
    if column.numeric:
        return _parse_number(column, cell)
    if column.kind == "date":
        return _parse_date(cell)
    if column.kind == "tags" and isinstance(cell, (list, tuple)):
        if not all(isinstance(tag, str) for tag in cell):
            return "", "wrong_type", {"what": Phrase("text")}
        cell = ",".join(cell)
    if isinstance(cell, bool) or not isinstance(cell, _TEXTUAL):
        return "", "wrong_type", {"what": Phrase("text")}
    if isinstance(cell, float) and not math.isfinite(cell):
        return "", "not_finite", {}
    text = as_text(cell)
    if not is_encodable(text):
        return "", "not_text", {}
    if column.kind == "choice":
        word = text.lower().replace(" ", "_")
        if word not in column.choices:
            near = _choice_meant(word, column)
            return "", "bad_choice", {"choices": choices(column), "nearest": near and Choice(near)}
        return word, "", {}
    if column.kind == "tags":
        return ", ".join(t.strip() for t in text.split(",") if t.strip()), "", {}
    return text, "", {}


def _choice_meant(word: str, column: Column) -> str:
    """Give the choice that a word seems to mean, also another word or in another order; or ""."""
    known = column.choices
    if _SAID.get(word) in known:
        return _SAID[word]
    turned = {"_".join(sorted(choice.split("_"))): choice for choice in known}
    meant = nearest(word, known) or turned.get("_".join(sorted(word.split("_"))), "")
    return meant or near_choice(column, word)


def as_text(cell: Any) -> str:
    """Give a cell as text: whole numbers and days as people write them."""
    if (
        isinstance(cell, (float, np.floating))
        and float(cell).is_integer()
        and abs(float(cell)) < 2**53
    ):
        return str(int(cell))
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return str(cell).strip()


def is_encodable(text: str) -> bool:
    """Whether text can be written to a file: half of a surrogate pair cannot."""
    return text.isascii() or not any("\ud800" <= c <= "\udfff" for c in text)


def _parse_number(column: Column, cell: Any) -> tuple[float, str, dict[str, object]]:
    if isinstance(cell, bool) or not isinstance(cell, (str, *_NUMERIC)):
        return math.nan, "wrong_type", {"what": Phrase("a number")}
    if isinstance(cell, str):
        unit: Phrase | str = ""
        if column.unit:
            unit = Phrase(" in {unit}", unit=Unit(column.unit))
        if column.unit == "share":
            unit = Phrase(" such as 0.05 for 5%")
        elif "money" in column.unit:
            unit = Phrase(" alone, without the currency")
        return math.nan, "text_in_number", {"unit": unit, "reading": _number_in(cell)}
    try:
        value = float(cell)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        return math.nan, "not_finite", {}
    if abs(value) > LARGEST:
        return math.nan, "too_large", {"most": LARGEST}
    if column.least is not None and value < column.least:
        return math.nan, "too_small", {"least": float(column.least)}
    if column.most is not None and value > column.most:
        return math.nan, "too_large", {"most": float(column.most)}
    if column.kind == "integer" and not value.is_integer():
        return math.nan, "not_integer", {}
    return value, "", {}


def plain_number(text: str, unit: str = "") -> float | str:
    """Give the number that a text plainly is, or the text itself.

    It may have a decimal comma, and a share may stand in percent.
    """
    plain = text.strip()
    if unit == "share" and plain.endswith("%"):
        percent = plain[:-1].strip()
        if isinstance(plain_number(percent), str):
            return text
        # By tens: 12.3 / 100 is not the number nearest to 0.123.
        return float(Decimal(percent.replace(",", ".")) / 100)
    number = re.fullmatch(r"[-+]?(\d+[.,]?\d*|[.,]\d+)([eE][-+]?\d+)?", plain, re.ASCII)
    return float(plain.replace(",", ".")) if number and not ambiguous(plain) else text


def ambiguous(text: str) -> bool:
    """Tell whether the comma of a number may part thousands as well as decimals."""
    return re.fullmatch(r"[-+]?[1-9]\d{0,2}(,\d{3})+", text) is not None


def _number_in(text: str) -> str | Phrase:
    """Say which number a text seems to mean, as a further hint."""
    plain = re.sub(r"[\s\u00a0\u202f']", "", text)
    if ambiguous(plain):
        number, other = float(plain.replace(",", "")), plain.replace(",", ".")
        if plain.count(",") == 1:
            words = " It may be {number} or {other}; enter it as a number, not as text."
            return Phrase(words, number=number, other=float(other))
        plain = plain.replace(",", "")
    percent = 100.0 if plain.endswith("%") else 1.0
    try:
        number = float(plain.rstrip("%").replace(",", ".")) / percent
    except ValueError:
        return ""
    if not math.isfinite(number):
        return ""
    return Phrase(" It reads as {number}; enter it as a number, not as text.", number=number)


def _parse_date(cell: Any) -> tuple[dt.date | None, str, dict[str, object]]:
    if isinstance(cell, (dt.datetime, pd.Timestamp)):
        return cell.date(), "", {}
    if isinstance(cell, dt.date):
        return cell, "", {}
    if isinstance(cell, str):
        # Dots part day, month and year in that order everywhere; slashes do not.
        dots = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", cell, re.ASCII)
        try:
            if dots:
                return dt.date(int(dots[3]), int(dots[2]), int(dots[1])), "", {}
            if _ISO.fullmatch(cell):
                return dt.date.fromisoformat(cell[:10]), "", {}
        except ValueError:
            pass
    return None, "bad_date", {"example": dt.date(2026, 1, 31)}
