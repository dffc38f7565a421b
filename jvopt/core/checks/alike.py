"""Names that people take for one, and that are two."""

from __future__ import annotations

from collections.abc import Iterator

from jvopt.core.alike import look
from jvopt.core.checks.subject import Subject
from jvopt.core.conditions import tags_of
from jvopt.core.issues import Issue, issue
from jvopt.core.phrases import Rows
from jvopt.core.tables import TABLES


def look_alikes(s: Subject) -> Iterator[Issue]:
    """Report names of a column that look the same as another one of it."""
    for table in TABLES.values():
        frame = s[table.name]
        for column in table.columns if len(frame) else ():
            if column.kind == "id" and not column.refers:
                cells = frame[column.name].tolist()
                if column.name not in ("country", "hs"):
                    yield from _but_for_case(table.name, column.name, [[word] for word in cells])
                if all(map(str.isascii, set(cells))):
                    continue
                yield from _among(table.name, column.name, cells)
            elif column.kind == "tags" and not column.choices:
                tags = [tags_of(cell) for cell in frame[column.name]]
                yield from _but_for_case(table.name, column.name, tags)


def _but_for_case(table: str, column: str, cells: list[list[str]]) -> Iterator[Issue]:
    first: dict[str, tuple[str, int]] = {}
    told = set()
    for row, word in ((row, word) for row, words in enumerate(cells, 1) for word in words):
        other, there = first.setdefault("".join(word.casefold().split()), (word, row))
        if other != word and word not in told:
            told.add(word)
            at = Rows(table, (there,))
            yield issue("alike_but_for_case", table, row, column, word, other=other, row_there=at)


def _among(table: str, column: str, cells: list[str]) -> Iterator[Issue]:
    first: dict[str, str] = {}
    told = set()
    for row, word in enumerate(cells, 1):
        other = first.setdefault(look(word), word)
        if other != word and word not in told:
            told.add(word)
            yield issue("looks_alike", table, row, column, word, other=other)
