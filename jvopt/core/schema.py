"""How a table and a column are declared; everything else is drawn from the declarations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from jvopt.core.language import Language

Kind = Literal["id", "text", "number", "integer", "date", "choice", "tags"]
Value = str | float | int


@dataclass(frozen=True, slots=True)
class Titles:
    """A heading in the three languages that workbooks may use.

    A blank one is that of `jvopt.core.language.word`, in the context ``title``.
    """

    en: str
    ru: str
    kk: str

    def all(self) -> tuple[str, str, str]:
        """Give the three headings, English first."""
        return (self.en, self.ru, self.kk)

    def of(self, language: Language) -> str:
        """Give the heading in a language."""
        own: str = getattr(self, language)
        return own


@dataclass(frozen=True, slots=True)
class CostKind:
    """A kind of cost, as it stands in a plan.

    Parameters
    ----------
    name
        The stable name.
    title
        In words, in English.
    order
        Where it stands among the kinds: the lower the earlier.
    """

    name: str
    title: str
    order: int


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name
        The stable name: DataFrame column, JSON key.
    kind
        What a cell holds. ``id`` is text that names something, ``tags`` is text parted by commas.
    titles
        The headings of the column in workbooks.
    meaning
        One sentence for people who fill it in.
    unit
        The unit of a number, in the words of `jvopt.core.units`; empty for plain numbers and text.
    default
        What a blank cell takes.
    blank
        What a blank cell means where no default value can say it ("unlimited", "all products").
    refers
        The columns, as ``table.column``, among whose values a cell must be.
    choices
        The words a ``choice`` may be.
    least, most
        The closed interval in which a number must be.
    charges
        The kind of cost that this column, and no other, makes.
    mixed
        Whether cells of a result are words or numbers.
    """

    name: str
    kind: Kind
    titles: Titles
    meaning: str
    unit: str = ""
    default: Value | None = None
    blank: str = ""
    refers: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    charges: CostKind | None = None
    mixed: bool = False

    @property
    def required(self) -> bool:
        """Whether a blank cell is an error."""
        return self.default is None and not self.blank

    @property
    def numeric(self) -> bool:
        """Whether cells are numbers."""
        return self.kind in ("number", "integer")


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a case.

    Parameters
    ----------
    name
        The stable name: sheet, JSON key, attribute of `jvopt.Case`.
    titles
        The table's heading in the three languages.
    meaning
        What its rows are, for people.
    key
        The columns that no two rows may share (blanks count as a value).
    columns
        The columns in the order people fill them.
    required
        Whether a case cannot do without it.
    """

    name: str
    titles: Titles
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    required: bool = False
    by_name: dict[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {c.name: c for c in self.columns})

    def __getitem__(self, column: str) -> Column:
        return self.by_name[column]

    @property
    def names(self) -> list[str]:
        """The names of the columns, in order."""
        return [c.name for c in self.columns]

    @property
    def money_of(self) -> Literal["row", "line", "base"]:
        """Whose currency amounts are in: the row's own, that of the row's line, the base one."""
        if self.name == "line_periods":
            return "line"
        return "row" if "currency" in self.by_name and self.name != "currencies" else "base"
