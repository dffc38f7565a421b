"""Scenarios of the case's own, tried out change by change."""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Iterator, Mapping, Set
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd

from jvopt.core.cells import plain_number
from jvopt.core.changing import changed
from jvopt.core.checks.policy import duty_above_value
from jvopt.core.checks.references import strange_words
from jvopt.core.checks.subject import Subject, rows_where
from jvopt.core.conditions import tags_of
from jvopt.core.issues import CaseError, Issue, issue
from jvopt.core.phrases import Amount, Place
from jvopt.core.schema import Column
from jvopt.core.tables import TABLES

_PARTS = ("table", "column", "value", "action", "where")
"""The columns of a row of `changes` that say what changes."""

_FAR = 20.0
"""Times the numbers there, or a part of them: what is set by no action may be a factor."""
_OF_CELLS = ("change_does_not_fit", "change_of_nothing", "change_of_no_rows", "change_of_blanks",
             "condition_value", "condition_name")  # fmt: skip
"""What may merely follow from bad cells of the table that changes."""


def scenarios(s: Subject) -> Iterator[Issue]:
    """Apply every change in order, and report those that cannot be."""
    names, changes = s["scenarios"]["scenario"], s.filled("changes")
    for at in rows_where((names != "") & ~names.isin(changes["scenario"])):
        if s.good("changes", "scenario").all():
            yield issue("scenario_without_changes", "scenarios", at + 1, "scenario", names[at])
    for name in changes["scenario"].unique():
        yield from s.once(("scenario", name), partial(_tried, name=name))


def _tried(s: Subject, name: str) -> list[Issue]:
    """Apply the changes of one scenario: what of them cannot be, or may not."""
    changes = s.filled("changes")
    good = {part: s.good("changes", part) for part in _PARTS}
    tables, issues = _Tables(s), list[Issue]()
    steps = changes[changes["scenario"] == name].sort_values("order", kind="stable")
    brought, turned = _brought(steps), set[tuple[str, str]]()
    for at, row in zip(steps.index, steps.to_dict("records"), strict=True):
        table = row["table"]
        sound = table not in TABLES or bool(s.sound(table) and s.good(table).all())
        # What could not be read is blank: the other cells may have mistakes of their own.
        given = {part: row[part] if good[part][at] else "" for part in _PARTS}
        whole = all(good[part][at] for part in _PARTS)
        try:
            frame = changed(tables, **given, row=int(at) + 1)
        except CaseError as problem:
            follows = _OF_CELLS if not sound else () if whole else ("change_does_not_fit",)
            issues += [i for i in problem.issues if _is_own(s, i, follows, turned)]
            turned.add((table, row["column"]))
            continue
        if not (whole and sound):
            turned.add((table, row["column"]))
            continue
        target = TABLES[table][row["column"]]
        if row["action"] != "set" and _alike(target, tables[table], frame):
            place = ("changes", int(at) + 1, "value", row["value"])
            named = Place(table, target.name)
            issues.append(issue("change_without_effect", *place, target=named))
        if s["changes"]["action"][at] == "":
            issues += _set_far(int(at), row, target, tables[table], frame)
        tables[table] = frame
        if (table, row["column"]) == ("tariffs", "ad_valorem"):
            rates = frame["ad_valorem"]
            for rate in rates[(rates > 1) & ~(s[table]["ad_valorem"] > 1)].head(1):
                issues.append(duty_above_value("changes", int(at), "value", rate))
        if row["value"] in brought:
            continue
        # As it would have to be in the table itself.
        cells = pd.Series([row["value"]], dtype="str")
        strange = strange_words(s, table, target, cells, told=("changes", "value"))
        issues += [replace(found, row=int(at) + 1) for found in strange]
    return issues


def _is_own(
    s: Subject, found: Issue, follows: Collection[str], turned: Set[tuple[str, str]]
) -> bool:
    """Tell whether a mistake of a change is its own, rather than that of what it meets.

    Parameters
    ----------
    follows
        The codes of what may come of bad cells.
    turned
        The columns that earlier changes of the scenario should have changed, and could not.
    """
    place = found.params.get("target")
    if found.code not in ("condition_value", "condition_name") or not isinstance(place, Place):
        return found.code not in follows
    column = TABLES[place.table][place.column]
    read = [(place.table, place.column)]
    read += [(table, key) for table, _, key in (t.partition(".") for t in column.refers)]
    if not turned.isdisjoint(read):
        return False
    # A word is wrong, whatever else is mended, that nearly spells one which stands there, or stands
    # nowhere in columns without a mistake.
    spelt = bool(found.params.get("nearest"))
    return found.code not in follows or all(
        s.readable(*there) and (spelt or bool(s.good(*there).all())) for there in read
    )


def _set_far(
    at: int, row: Mapping[Hashable, Any], column: Column, before: pd.DataFrame, after: pd.DataFrame
) -> Iterator[Issue]:
    """Warn where a number far from all that it replaces is set: a factor may be meant."""
    if not column.numeric:
        return
    old = before[column.name][(after[column.name] != before[column.name]).to_numpy(bool)]
    new = float(plain_number(row["value"], column.unit) or 0)
    known = old[(old != 0).to_numpy(bool)].dropna()
    if new <= 0 or known.empty or (known < 0).any():
        return
    least, most = float(known.min()), float(known.max())
    if least >= _FAR * new or new >= _FAR * most:
        place = ("changes", at + 1, "value", row["value"])
        named = Place(row["table"], column.name)
        yield issue("change_sets_far", *place, target=named, least=Amount(least), most=Amount(most))


def _alike(column: Column, before: pd.DataFrame, after: pd.DataFrame) -> bool:
    """Tell whether a column of numbers says the same in two frames: a blank is its default."""
    blank = math.inf if column.default is None else float(column.default)
    old, new = (frame[column.name].fillna(blank) for frame in (before, after))
    return old.equals(new)


class _Tables(dict[str, pd.DataFrame]):
    """Tables as they come to be, each read when it is first needed: what is not stays unread."""

    def __init__(self, subject: Subject) -> None:
        super().__init__()
        self._subject = subject

    def __missing__(self, table: str) -> pd.DataFrame:
        return self._subject[table]


def _brought(steps: pd.DataFrame) -> set[str]:
    """Give the tags and countries that a scenario itself brings in, for limits to choose by."""
    declaring = steps["table"].isin(("sites", "products")) & steps["column"].isin(
        ("tags", "country")
    )
    return {tag for cell in steps["value"][declaring] for tag in tags_of(cell)}
