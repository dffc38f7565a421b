"""Names that people take for one, and that are two."""

from __future__ import annotations

from collections.abc import Iterator

from jvopt.core.alike import look
from jvopt.core.checks.subject import Subject
from jvopt.core.issues import Issue, issue
from jvopt.core.tables import TABLES


def look_alikes(s: Subject) -> Iterator[Issue]:
    """Report names of a column that look the same as another one of it."""
    for table in TABLES.values():
        frame = s[table.name]
        for column in table.columns if len(frame) else ():
            if column.kind == "id" and not column.refers:
                cells = frame[column.name].tolist()
                if all(map(str.isascii, set(cells))):
                    continue
                yield from _among(table.name, column.name, cells)


def _among(table: str, column: str, cells: list[str]) -> Iterator[Issue]:
    first: dict[str, str] = {}
    told = set()
    for row, word in enumerate(cells, 1):
        other = first.setdefault(look(word), word)
        if other != word and word not in told:
            told.add(word)
            yield issue("looks_alike", table, row, column, word, other=other)
