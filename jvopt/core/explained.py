"""Why a case is impossible, in words: cells in conflict, and what they would have to say."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any

from jvopt.core.case import Case
from jvopt.core.phrases import Choice, Listed, Phrase, Sayable
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


def sentence(case: Case, conflict: Mapping[str, Any]) -> Sayable:
    """Say a row of the plan table ``conflicts``.

    Parameters
    ----------
    case
        The case that is impossible.
    conflict
        The row; its ``text`` is not read.
    """
    table, column = str(conflict["table"]), str(conflict["column"])
    row = case.filled(table).iloc[int(conflict["row"]) - 1]
    template = CELLS[table, column]
    named = {str(field) for _, field, _, _ in Formatter().parse(template) if field}
    more = [str(row[k]) for k in TABLES[table].key if k not in named and row[k]]
    if conflict["period"] and conflict["period"] not in more:
        more.append(str(conflict["period"]))
    what: Sayable = Phrase(template, **{name: str(row[name]) for name in named})
    if more:
        what = Listed([what, *more])
    value, needed = conflict["value"], conflict["needed"]
    if column == "decision":
        says: object = Choice(str(value))
        if value == "stay":
            says = Phrase("{decision} (now {now})", decision=says, now=Choice(str(row["now"])))
        if conflict["part"] == "conflict":
            return Phrase("{what}: {value}", what=what, value=says)
        words = "{what}: {value}, would have to be {needed}"
        return Phrase(words, what=what, value=says, needed=Choice(str(needed)))
    if conflict["part"] == "conflict":
        return Phrase("{what}: {value}", what=what, value=float(value))
    if needed > value:
        words = "{what}: {value} now, at least {needed} needed"
    else:
        words = "{what}: {value} now, at most {needed} possible"
    return Phrase(words, what=what, value=float(value), needed=float(needed))
