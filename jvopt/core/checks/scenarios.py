"""Scenarios of the case's own, tried out change by change."""

from __future__ import annotations

from collections.abc import Iterator

from jvopt.core.checks.references import known_words, targets
from jvopt.core.checks.subject import Subject, rows_where
from jvopt.core.conditions import changed
from jvopt.core.issues import CaseError, Issue, issue, nearest
from jvopt.core.tables import TABLES


def scenarios(s: Subject) -> Iterator[Issue]:
    """Apply every change in order, and report those that cannot be."""
    names, changes = s["scenarios"]["scenario"], s.filled("changes")
    for at in rows_where((names != "") & ~names.isin(changes["scenario"])):
        if s.good("changes", "scenario").all():
            yield issue("scenario_without_changes", "scenarios", at + 1, "scenario", names[at])
    good = s.good("changes")
    for _, mine in changes.groupby("scenario", sort=False):
        tables = {name: s[name] for name in TABLES}
        steps = mine.sort_values("order", kind="stable")
        for at, row in zip(steps.index, steps.to_dict("records"), strict=True):
            table = row["table"]
            if not good[at] or (table in TABLES and not (s.sound(table) and s.good(table).all())):
                continue
            try:
                tables[table] = changed(
                    tables,
                    table,
                    row["column"],
                    row["value"],
                    row["action"],
                    row["where"],
                    row=int(at) + 1,
                )
            except CaseError as problem:
                yield from problem.issues
                continue
            yield from _reference(s, table, row["column"], row["value"], int(at) + 1)


def _reference(s: Subject, table: str, column: str, value: str, row: int) -> Iterator[Issue]:
    """Check that a name which is set is known, as it would have to be in the table itself."""
    declared = TABLES[table][column]
    known = known_words(s, declared)
    if declared.refers and value and value not in known:
        yield issue(
            "unknown_reference",
            "changes",
            row,
            "value",
            value,
            target=targets(declared),
            nearest=nearest(value, known),
            known="",
        )
