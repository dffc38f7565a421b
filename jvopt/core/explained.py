"""Why a case is impossible, in words: cells in conflict, and what they would have to say."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from types import MappingProxyType
from typing import Any

from jvopt.core.case import Case
from jvopt.core.conditions import tags_of
from jvopt.core.phrases import Choice, Listed, Percent, Phrase, Sayable, Unit
from jvopt.core.tables import TABLES

CELLS = {
    ("demand", "quantity"): "demand at {site} for {product}",
    ("demand", "least_share"): "least share of the demand at {site} for {product}",
    ("supply", "capacity"): "supply of {product} at {site}",
    ("supply", "least_take"): "least take of {product} at {site}",
    ("lines", "capacity"): "capacity of line {line}",
    ("lines", "most_steps"): "most steps of line {line}",
    ("lines", "least_load"): "least load of line {line}",
    ("lines", "decision"): "decision on line {line}",
    ("line_periods", "capacity"): "capacity of line {line}",
    ("line_periods", "least_load"): "least load of line {line}",
    ("assembly", "most"): "most by recipe {recipe} on line {line}",
    ("assembly", "least"): "least by recipe {recipe} on line {line}",
    ("throughput", "capacity"): "throughput of {site}",
    ("throughput", "most_steps"): "most steps of the throughput of {site}",
    ("lanes", "capacity"): "capacity of the lane from {origin} to {destination}",
    ("stock", "opening"): "opening stock of {product} at {site}",
    ("stock", "least"): "least stock of {product} at {site}",
    ("stock", "end_least"): "least stock of {product} at {site} at the end",
    ("stock", "most"): "most stock of {product} at {site}",
    ("limits", "value"): "limit {limit}",
    ("sites", "decision"): "decision on site {site}",
}
"""What the cells are that may be in conflict, by table and column, with fields of their row."""


_LIMITED = {
    "sites_open": Phrase("sites open"),
    "lines_open": Phrase("lines open"),
    "made": Phrase("made"),
    "bought": Phrase("bought"),
    "investment": Phrase("investment"),
    "co2": Phrase("CO2"),
    "share_of_source": Phrase("share of the purchases"),
    "demand_within": Phrase("share of the demand served within reach"),
}
"""What a limit counts, by its quantity."""
_UNITS = {"made": "units", "bought": "units", "co2": "t", "investment": "money",
          "share_of_source": "share", "demand_within": "share"}  # fmt: skip
"""What limits are counted in, by their quantity; others are mere numbers."""
_SITES = ("site", "origin", "destination")


def sentence(
    case: Case,
    conflict: Mapping[str, Any],
    names: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
) -> Sayable:
    """Say a row of the plan table ``conflicts``.

    Parameters
    ----------
    case
        The case that is impossible.
    conflict
        The row; its ``text`` is not read.
    names
        By ``site``, ``line`` and ``product`` what people call each id.
    """
    table, column = str(conflict["table"]), str(conflict["column"])
    row = case.filled(table).iloc[int(conflict["row"]) - 1]

    def called(field: str) -> str:
        known = names.get("site" if field in _SITES else field, {})
        return known.get(str(row[field]), str(row[field]))

    template = CELLS[table, column]
    named = {str(field) for _, field, _, _ in Formatter().parse(template) if field}
    more = [called(k) for k in TABLES[table].key if k not in named and row[k]]
    if conflict["period"] and conflict["period"] not in more:
        more.append(str(conflict["period"]))
    what: Sayable = Phrase(template, **{name: called(name) for name in named})
    if more:
        what = Listed([what, *more])
    if table == "limits":
        what = _limited(what, str(row["quantity"]), str(row["for_each"]))
    value, needed = conflict["value"], conflict["needed"]
    if column == "decision":
        return _decided(conflict, what, str(row["now"]))
    unit = TABLES[table][column].unit
    if table == "limits":
        unit = _UNITS.get(str(row["quantity"]), "")
    money = str(case.setting("base_currency"))
    if conflict["part"] == "conflict":
        words = "{what}: {value}"
        if table == "limits":
            most = row["sense"] == "at_most"
            words = "{what}: at most {value}" if most else "{what}: at least {value}"
        return Phrase(words, what=what, value=_amount(value, unit, money))
    if needed > value:
        words = "{what}: {value} now, at least {needed} needed"
    else:
        words = "{what}: {value} now, at most {needed} possible"
    amounts = {n: _amount(v, unit, money) for n, v in (("value", value), ("needed", needed))}
    return Phrase(words, what=what, **amounts)


def _limited(limit: Sayable, quantity: str, for_each: str) -> Sayable:
    """Say beside the name of a limit what it counts, and for each of what."""
    counted = _LIMITED[quantity]
    if not for_each:
        return Phrase("{limit} ({counted})", limit=limit, counted=counted)
    each = Listed(Choice(key) for key in tags_of(for_each))
    words = "{limit} ({counted} for each {each})"
    return Phrase(words, limit=limit, counted=counted, each=each)


def _decided(conflict: Mapping[str, Any], what: Sayable, now: str) -> Sayable:
    """Say a row about a decision."""
    value = conflict["value"]
    says: Sayable = Choice(str(value))
    if value == "stay":
        says = Phrase("{decision} (now {now})", decision=says, now=Choice(now))
    if conflict["part"] == "conflict":
        return Phrase("{what}: {value}", what=what, value=says)
    words = "{what}: {value}, would have to be {needed}"
    return Phrase(words, what=what, value=says, needed=Choice(str(conflict["needed"])))


def _amount(value: float, unit: str, money: str) -> object:
    """Give a number with its unit."""
    if unit == "share":
        return Percent(float(value))
    if not unit:
        return float(value)
    return Phrase(
        "{number} {unit}", number=float(value), unit=money if unit == "money" else Unit(unit)
    )
