"""Which rows of a table are meant.

A condition is one or more comparisons joined by ``and`` (or ``и``, or ``және``)::

    country = KZ and family in (TRACTOR_L, TRACTOR_M) and price > 100

Columns go by their names, or by the headings that they have on a sheet in any of its languages:
``Made in = KZ``. Operators are ``=``, ``!=``, ``<``, ``<=``, ``>``, ``>=``, ``in (...)`` and
``not in (...)``. Values are words, numbers, dates (2026-01-31), text in double quotes where it
holds spaces or signs, and ``blank``. Capitals and small letters of values differ. A blank cell
counts as its declared default, except for ``= blank`` itself; where there is no default it equals
nothing and is neither less nor more than anything. A column of tags equals each of its tags.
Each word of a list after ``in`` must stand somewhere in the column, or in what it refers to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jvopt.core.cells import parse_cell, plain_number
from jvopt.core.headings import choice_of, column_meant, near_column, plain
from jvopt.core.issues import CaseError, Issue, issue, nearest
from jvopt.core.phrases import Listed, Name, Phrase, Place, some
from jvopt.core.schema import Column, Table
from jvopt.core.tables import TABLES

Tables = Mapping[str, pd.DataFrame]
Flags = NDArray[np.bool_]

_TOKEN = re.compile(r'\s*("(?:[^"]|"")*"|<=|>=|!=|<>|==|[=<>(),]|[^\s=<>!(),"]+)')
_MOST_NAMED = 3
"""Most ids that are offered for a word of their names."""
_PLAIN = re.compile(r'[^\s=<>!(),"]+')
_SAME = {"==": "=", "<>": "!="}
_AND = ("and", "и", "және")
_OPERATORS = ("=", "!=", "<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison of a condition.

    Attributes
    ----------
    column
        The column compared, as it was written.
    operator
        One of ``= != < <= > >= in`` and ``not in``.
    values
        The values; None for ``blank``.
    """

    column: str
    operator: str
    values: tuple[str | None, ...]


class Problem:
    """What is wrong with a change: the column of `changes`, the code, the value, the words."""

    def __init__(self, column: str, code: str, value: object, **params: object) -> None:
        self.column, self.code, self.value, self.params = column, code, value, params

    def as_issue(self, table: str | None, row: int | None) -> Issue:
        """Make the issue of it, in a row of a table or, as None, of what is asked."""
        return issue(self.code, table, row, self.column, self.value, **self.params)


class Mistakes(Exception):
    """All that is wrong with a change, or with its condition."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__()

    def as_error(self, table: str | None = None, row: int | None = None) -> CaseError:
        """Make the error of it."""
        return CaseError([problem.as_issue(table, row) for problem in self.problems])


def selected(tables: Tables, table: Table, where: str) -> Flags:
    """Say for each row of a table whether a condition holds; `CaseError` if it cannot be read."""
    try:
        return rows_meant(tables, table, where)
    except Mistakes as mistakes:
        raise mistakes.as_error() from None


def rows_meant(tables: Tables, table: Table, where: str) -> Flags:
    """Say for each row of a table whether a condition holds; `Mistakes` if it cannot be read."""
    rows = np.ones(len(tables[table.name]), bool)
    wrong: list[Problem] = []
    for comparison in parse_condition(where):
        try:
            rows = rows & _holds(tables, table, _column(table, comparison), comparison)
        except Mistakes as mistakes:
            wrong += mistakes.problems
    if wrong:
        raise Mistakes(*wrong)
    return rows


def nothing_meant(tables: Tables, table: Table, where: str) -> list[Problem]:
    """Say why a condition that can be read selects no row."""
    if tables[table.name].empty:
        return [Problem("where", "change_of_no_rows", where or None, target=Name(table.name))]
    found = []
    for comparison in parse_condition(where):
        column = _column(table, comparison)
        if comparison.operator not in ("=", "in") or column.kind == "choice":
            continue
        known = _values(column, tables[table.name][column.name])
        values = [_compared(column, v) for v in comparison.values if v is not None]
        if not known or _holds(tables, table, column, comparison).any():
            continue
        found += [_strange(table, column, value, known) for value in values if value not in known]
    return found or [Problem("where", "change_of_nothing", where or None, target=Name(table.name))]


def _column(table: Table, comparison: Comparison) -> Column:
    """Give the column that a comparison means."""
    name = column_meant(table.name, comparison.column)
    if name is None:
        near = near_column(table.name, comparison.column)
        raise Mistakes(
            Problem(
                "where",
                "condition_column",
                comparison.column,
                target=Name(table.name),
                nearest=near and Name(table.name, near),
                known=columns_of(table),
            )
        )
    return table[name]


def _holds(tables: Tables, table: Table, column: Column, comparison: Comparison) -> Flags:
    cells, operator = tables[table.name][column.name], comparison.operator
    blank: Flags = (cells.isna() | (cells == "")).to_numpy(bool)
    if operator in ("<", "<=", ">", ">=") and not (column.numeric or column.kind == "date"):
        raise Mistakes(Problem("where", "condition_order", column.name, operator=operator))
    values = [_compared(column, v) for v in comparison.values if v is not None]
    if column.default is not None:
        default = float(column.default) if column.numeric else str(column.default)
        cells = cells.mask(blank, default)
    if not (column.numeric or column.kind in ("date", "choice")):
        _known(tables, table, column, cells, values, listed=operator == "in")
    if operator in ("=", "in", "!=", "not in"):
        if column.kind == "tags":
            found = _has_tag(cells, values)
        else:
            found = cells.isin(values).to_numpy(bool)
        if None in comparison.values:
            found = found | blank
        return found if operator in ("=", "in") else ~found
    if not values:
        raise Mistakes(Problem("where", "condition_order", "blank", operator=operator))
    compare = {"<": cells.lt, "<=": cells.le, ">": cells.gt, ">=": cells.ge}[operator]
    return np.asarray(compare(values[0]), bool)


def _compared(column: Column, text: str) -> Any:
    """Read a value of a condition as the kind of the column it is compared with."""
    if column.kind in ("id", "text", "tags"):
        return text
    free = Column(column.name, column.kind, column.titles, "", choices=column.choices)
    cell = plain_number(text, column.unit) if column.numeric else choice_of(column, text)
    value, code, params = parse_cell(free, cell)
    if code:
        raise Mistakes(Problem("where", code, text, **params))
    return pd.Timestamp(value) if column.kind == "date" else value


def _known(
    tables: Tables,
    table: Table,
    column: Column,
    cells: pd.Series[Any],
    values: list[Any],
    *,
    listed: bool,
) -> None:
    """Refuse what nearly spells a value that occurs, or names what is meant: no row has it.

    In a list of what is meant, among others that occur, nothing may occur nowhere at all.
    """
    there = _values(column, cells)
    known = set(there) | set(referred(tables, column)) - {""}
    wrong = []
    for value in values:
        if value in known:
            continue
        ids = _named_so(tables, table, column, value)
        if ids:
            target = Place(table.name, column.name)
            wrong.append(
                Problem("where", "condition_name", value, target=target, meant=Listed(ids))
            )
        elif (near := nearest(value, known)) or (listed and there):
            wrong.append(_strange(table, column, value, there, near))
    if wrong:
        raise Mistakes(*wrong)


def _strange(table: Table, column: Column, value: Any, there: list[Any], near: str = "") -> Problem:
    """Say that a value stands nowhere in a column."""
    if not (near or column.numeric or column.kind == "date"):
        near = nearest(value, there)
    target = Place(table.name, column.name)
    return Problem(
        "where", "condition_value", value, target=target, nearest=near, known=some(there)
    )


def _values(column: Column, cells: pd.Series[Any]) -> list[Any]:
    """Give what stands in a column, each once: of tags each tag."""
    found = cells[(cells.notna() & (cells != "")).to_numpy(bool)].unique().tolist()
    if column.kind == "tags":
        found = list(dict.fromkeys(tag for cell in found for tag in tags_of(cell)))
    return found


def _named_so(tables: Tables, table: Table, column: Column, word: str) -> list[str]:
    """Give the ids of what a column refers to, or declares, where a word is its name.

    Where it is nobody's whole name, those in whose names it is a word; none if they are many.
    """
    own = (f"{table.name}.{column.name}",) if column.name == table.key[0] else ()
    found: list[str] = []
    parts: list[str] = []
    within = re.compile(rf"(?<!\w){re.escape(plain(word))}(?!\w)")
    for target in column.refers or own:
        name, _, key = target.partition(".")
        called = [c.name for c in TABLES[name].columns if c.name.startswith("name")]
        if key != TABLES[name].key[0] or not called:
            continue
        frame = tables[name]
        for ids, holds in ((found, within.fullmatch), (parts, within.search)):
            named = frame[called].map(lambda cell, holds=holds: bool(holds(plain(cell))))
            ids += [id for id in frame[key][named.any(axis=1).to_numpy(bool)] if id]
    return found or (parts if len(parts) <= _MOST_NAMED else [])


def _has_tag(cells: pd.Series[Any], tags: list[str]) -> Flags:
    held = {cell: bool(set(tags) & set(tags_of(cell))) for cell in cells.unique()}
    return cells.map(held).to_numpy(bool)


def tags_of(cell: str) -> list[str]:
    """Give the tags that a cell holds."""
    return [tag.strip() for tag in cell.split(",") if tag.strip()]


def referred(tables: Tables, column: Column) -> Iterator[str]:
    """Give the words that a reference may be."""
    for target in column.refers:
        name, _, key = target.partition(".")
        yield from (word for word in tables[name][key].unique() if word)


def parse_condition(text: str) -> list[Comparison]:
    """Read a condition; an empty one has no comparisons."""
    if not text.strip():
        return []
    return _Reader(text).condition()


def quoted(word: str) -> str:
    """Write a value so that a condition reads it as just this word.

    Examples
    --------
    >>> quoted("KZ"), quoted("Alpha CKD")
    ('KZ', '"Alpha CKD"')
    """
    if _PLAIN.fullmatch(word) and word.lower() != "blank":
        return word
    return '"{}"'.format(word.replace('"', '""'))


class _Reader:
    """Reads a condition from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, int]] = []
        at = 0
        while at < len(text.rstrip()):
            found = _TOKEN.match(text, at)
            if found is None:
                at += len(text[at:]) - len(text[at:].lstrip())
                words = "a closing quote" if text[at] == '"' else "a word"
                raise self._wrong(text[at], at, words)
            token = found.group(1)
            self.tokens.append((_SAME.get(token, token), found.start(1)))
            at = found.end()
        self.next = 0

    def condition(self) -> list[Comparison]:
        found = [self._comparison()]
        while self.next < len(self.tokens):
            self._expect("and")
            found.append(self._comparison())
        return found

    def _comparison(self) -> Comparison:
        column = self._column()
        token, at = self._take("an operator such as =, > or in")
        operator = token.lower()
        if operator == "not":
            self._expect("in")
            operator = "not in"
        if operator in ("in", "not in"):
            self._expect("(")
            values = [self._value()]
            while self._take("a comma or )", peek=True)[0] == ",":
                self.next += 1
                values.append(self._value())
            self._expect(")")
            return Comparison(column, operator, tuple(values))
        if operator not in _OPERATORS:
            raise self._wrong(token, at, "an operator such as =, > or in")
        return Comparison(column, operator, (self._value(),))

    def _column(self) -> str:
        """Take the name or the heading of a column: all that stands before an operator."""
        end = self._operator()
        if end <= self.next + 1:
            return self._word("the name of a column")
        (_, start), (last, at) = self.tokens[self.next], self.tokens[end - 1]
        self.next = end
        return self.text[start : at + len(last)]

    def _operator(self) -> int:
        """Find the next operator; where there is none before the comparison ends, 0."""
        words = [token.lower() for token, _ in self.tokens]
        for n in range(self.next, len(words)):
            operator = words[n] in _OPERATORS or words[n : n + 2] == ["in", "("]
            if operator or words[n : n + 3] == ["not", "in", "("]:
                return n
            if words[n] in (*_AND, ",") or words[n].startswith('"'):
                break
        return 0

    def _value(self) -> str | None:
        quoted = self._take("a value", peek=True)[0].startswith('"')
        word = self._word("a value")
        return None if word.lower() == "blank" and not quoted else word

    def _word(self, what: str) -> str:
        token, at = self._take(what)
        if token.startswith('"'):
            return token[1:-1].replace('""', '"')
        if token in (*_OPERATORS, "(", ")", ","):
            raise self._wrong(token, at, what)
        return token

    def _expect(self, token: str) -> None:
        found, at = self._take(repr(token))
        if found.lower() not in (_AND if token == "and" else (token,)):
            raise self._wrong(found, at, repr(token))

    def _take(self, expected: str, *, peek: bool = False) -> tuple[str, int]:
        if self.next == len(self.tokens):
            raise self._wrong(Phrase("the end"), len(self.text), expected)
        token = self.tokens[self.next]
        self.next += not peek
        return token

    def _wrong(self, found: str | Phrase, at: int, expected: str) -> Mistakes:
        problem = Problem(
            "where",
            "bad_condition",
            self.text,
            found=found,
            at=at + 1,
            expected=Phrase(expected),
        )
        return Mistakes(problem)


def columns_of(table: Table) -> Listed:
    """List the columns of a table."""
    return Listed(Name(table.name, column) for column in table.names)
