"""Parts of messages that are said differently in each language and on each way in.

A message is kept as a template and its fields. Fields may be plain text (what the user typed),
numbers and dates, or one of the classes here; a `Voice` makes words of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from jvopt.core.language import Language, date, number, word
from jvopt.core.schema import Column
from jvopt.core.tables import SETTING_VALUES, TABLES

SHOWN = 5
"""How many names a list shows before it says how many more there are."""


@runtime_checkable
class Sayable(Protocol):
    """Something that a voice can say."""

    def said(self, voice: Voice) -> str:
        """Give the words."""
        ...


@dataclass(frozen=True, slots=True)
class Voice:
    """How messages are worded.

    Parameters
    ----------
    language
        The language.
    titles
        Whether tables and columns go by the titles that they have in a workbook; else by the
        names that they have in JSON and DataFrames.
    written
        The language of the workbook, in which titles and words of drop-downs stand; None for
        that of the messages.
    sheets
        What the sheets of a workbook are called, by table: these go before titles.
    names
        What sites and lines are called, by id.
    """

    language: Language = "en"
    titles: bool = False
    written: Language | None = None
    sheets: Mapping[str, str] = field(default_factory=dict, hash=False)
    names: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def theirs(self) -> Language:
        """The language of titles and of words of drop-downs."""
        return self.written or self.language

    def say(self, template: str, /, **fields: object) -> str:
        """Fill a template, translated, with its fields, each as it is said in the language."""
        text = word(self.language, template)
        words = {name: self.show(field) for name, field in fields.items()}
        return text.format(**words) if fields else text

    def show(self, field: object) -> str:
        """Give a field as text."""
        if isinstance(field, Sayable):
            return field.said(self)
        if isinstance(field, float):
            return number(self.language, field)
        if isinstance(field, dt.date):
            return date(self.language, field)
        return str(field)


PLAIN = Voice()
"""The voice of JSON, Python and the documentation."""


class Phrase:
    """Words of our own within a message.

    Parameters
    ----------
    text
        A template in English.
    **fields
        What its {fields} stand for.
    """

    __slots__ = ("fields", "text")

    def __init__(self, text: str, **fields: object) -> None:
        self.text = text
        self.fields = fields

    def said(self, voice: Voice) -> str:
        """Give the words."""
        return voice.say(self.text, **self.fields)


@dataclass(frozen=True, slots=True)
class Name:
    """A table, or a column of it."""

    table: str
    column: str = ""

    def said(self, voice: Voice) -> str:
        """Give its title, or its name."""
        known = TABLES.get(self.table)
        if not self.column and self.table in voice.sheets:
            return voice.sheets[self.table]
        if not self.column:
            # Sheets in English are called by the names of the tables.
            named = voice.titles and voice.theirs != "en" and known
            return known.titles.of(voice.theirs) if named and known else self.table
        if voice.titles and known and self.column in known.by_name:
            return known[self.column].titles.of(voice.theirs)
        return self.column


@dataclass(frozen=True, slots=True)
class Place:
    """A column for whoever may not know its table: ``sites.country``."""

    table: str
    column: str

    def said(self, voice: Voice) -> str:
        """Give table and column."""
        table, column = Name(self.table).said(voice), Name(self.table, self.column).said(voice)
        return f"{table}, {column}" if voice.titles else f"{table}.{column}"


@dataclass(frozen=True, slots=True)
class Called:
    """A site or a line of the case; of anything else the word itself."""

    id: str

    def said(self, voice: Voice) -> str:
        """Give its name, where the voice knows it."""
        return voice.names.get(self.id, self.id)


@dataclass(frozen=True, slots=True)
class Choice:
    """A word of a drop-down."""

    word: str

    def said(self, voice: Voice) -> str:
        """Give the word as the drop-down has it."""
        return choice_word(voice.theirs, self.word) if voice.titles else self.word


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit of a column."""

    unit: str

    def said(self, voice: Voice) -> str:
        """Give the unit as headings of the language have it: amounts stand before it too."""
        return word(voice.language, self.unit, "unit")


@dataclass(frozen=True, slots=True)
class Amount:
    """Money or another quantity, for reading: no more digits than matter."""

    value: float

    def said(self, voice: Voice) -> str:
        """Give the number; whole where it is large."""
        return number(voice.language, round(self.value, 0 if abs(self.value) >= 1000 else 2) + 0.0)


@dataclass(frozen=True, slots=True)
class Percent:
    """A share."""

    value: float

    def said(self, voice: Voice) -> str:
        """Give it in percent, to a tenth; more digits below one."""
        size = abs(self.value)
        return number(voice.language, round(100 * self.value, 1 if size >= 0.01 else 2)) + "%"


class Listed:
    """Several things.

    Parameters
    ----------
    items
        What is listed; repeated ones once.
    most
        How many are shown before the list says how many more there are; None for all.
    mark
        What parts them.
    """

    __slots__ = ("items", "mark", "more")

    def __init__(
        self, items: Iterable[object], most: int | None = None, *, mark: str = ", "
    ) -> None:
        distinct = list(dict.fromkeys(items))
        self.items = distinct[:most]
        self.more = len(distinct) - len(self.items)
        self.mark = mark

    def said(self, voice: Voice) -> str:
        """Give the list."""
        text = self.mark.join(map(voice.show, self.items))
        if not self.more:
            return text
        return voice.say("{some} and {count} more", some=text, count=self.more)


def some(items: Iterable[object]) -> Listed:
    """List the first few of many things."""
    return Listed(items, SHOWN)


def some_called(ids: Iterable[str]) -> Listed:
    """List the first few of many sites and lines, in whose names there may be commas."""
    return Listed(map(Called, ids), SHOWN, mark="; ")


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a table by their numbers, from 1; a workbook shows those of its sheet."""

    table: str
    numbers: tuple[int, ...]

    def said(self, voice: Voice) -> str:
        """Give the numbers."""
        return some(self.numbers).said(voice)


def choice_word(language: Language, choice: str) -> str:
    """Give a word of a drop-down in a language; settings go by their titles."""
    if language != "en" and choice in SETTING_VALUES:
        return SETTING_VALUES[choice].titles.of(language)
    return word(language, choice, "choice")


def choices(column: Column) -> Listed:
    """List the words that a cell may be."""
    return Listed(Choice(choice) for choice in column.choices)


def targets(column: Column) -> Sayable:
    """Say where the words of a reference stand: a table by its key, or a column of a table."""
    tables = [target.split(".") for target in column.refers]
    named = [Name(t) if TABLES[t].key[0] == name else Place(t, name) for t, name in tables]
    if len(named) == 1:
        return named[0]
    return Phrase("{one} or {other}", one=named[0], other=named[1])


def to_write(column: Column) -> Phrase:
    """Say what must be written into a column that may not be blank."""
    if column.refers:
        return Phrase("Write one that is in {target}.", target=targets(column))
    if column.choices:
        return Phrase("Write one of: {choices}.", choices=choices(column))
    return Phrase("It means: {what}", what=Phrase(column.meaning))


def when_blank(column: Column) -> Sayable | float | str:
    """Say what a blank cell means: a default, or words."""
    if column.default is None:
        return Phrase(column.blank or "must be filled in")
    if column.choices:
        return Choice(str(column.default))
    return float(column.default) if column.numeric else str(column.default)
