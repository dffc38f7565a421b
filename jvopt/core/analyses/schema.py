"""How an analysis is declared; command, HTTP route and workbook are drawn from the declaration."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Real
from typing import Literal

from jvopt.core.cells import plain_number
from jvopt.core.schema import Table

OptionKind = Literal["text", "texts", "number", "integer", "share", "choice"]


@dataclass(frozen=True, slots=True)
class Option:
    """What may be said of how an analysis is done.

    Parameters
    ----------
    name
        Keyword in Python, parameter in HTTP; with dashes, flag of the command.
    kind
        What it is; ``texts`` may be given several times, a ``share`` also as a percentage.
    meaning
        One sentence.
    default
        What it is when left out; None where something else is meant then, as `meaning` says.
    required
        Whether it must be given.
    choices
        The words a ``choice`` may be.
    least, most
        The closed interval in which a number must be.
    """

    name: str
    kind: OptionKind
    meaning: str
    default: str | float | int | None = None
    required: bool = False
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None

    @property
    def numeric(self) -> bool:
        """Whether it is a number."""
        return self.kind in ("number", "integer", "share")

    @property
    def lowest(self) -> float | None:
        """Least number that it may be: of a share 0, unless it says otherwise."""
        return 0.0 if self.kind == "share" and self.least is None else self.least

    @property
    def highest(self) -> float | None:
        """Most that it may be: of a share 1, unless it says otherwise."""
        return 1.0 if self.kind == "share" and self.most is None else self.most

    def check(self, value: object) -> None:
        """See whether a value is one that the option may have.

        Raises
        ------
        ValueError
            It is not; the message says which are.
        """
        if value is None and self.default is None and not self.required:
            return
        if self.choices and value not in self.choices:
            raise ValueError(f"{self.name} is {value!r}, not one of {', '.join(self.choices)}")
        if not self.numeric:
            return
        if isinstance(value, bool) or not isinstance(value, Real):
            raise ValueError(f"{self.name} is {value!r}, not a number")
        size = float(value)
        if self.kind == "integer" and not size.is_integer():
            raise ValueError(f"{self.name} is {value!r}, not a whole number")
        least = -math.inf if self.lowest is None else self.lowest
        most = math.inf if self.highest is None else self.highest
        if not least <= size <= most:
            raise ValueError(f"{self.name} is {value!r}, not from {least:g} to {most:g}")


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of one of the tables of an analysis.

    Parameters
    ----------
    table
        Which table.
    kind
        ``bars`` with a label each; ``lines`` over numbers; a ``waterfall`` from a first total by
        steps to a last one.
    title
        What it shows.
    labels
        The column of labels, or for lines the column of the numbers along the bottom.
    values
        The columns drawn, one series each; of a waterfall the one column.
    apart
        A column by whose values the rows fall into charts of their own.
    most
        Most rows that are drawn.
    """

    table: str
    kind: Literal["bars", "lines", "waterfall"]
    title: str
    labels: str
    values: tuple[str, ...]
    apart: str = ""
    most: int = 40


@dataclass(frozen=True, slots=True)
class Analysis:
    """A question that can be asked of any case.

    Parameters
    ----------
    name
        Stable name: function of `jvopt.analysis`, command, HTTP path.
    title
        What people call it.
    question
        What it answers, in a sentence.
    options
        Beside the case.
    tables
        Its results, in the order in which people read them.
    brief
        The columns of the first table that a terminal shows.
    charts
        What is drawn of them.
    seconds
        The time limit where none is given; None where there is no limit then.
    spread
        Whether its first table is a curve: a terminal that cannot show all of it shows rows
        spread over it, not the first ones.
    """

    name: str
    title: str
    question: str
    options: tuple[Option, ...]
    tables: tuple[Table, ...]
    brief: tuple[str, ...]
    charts: tuple[Chart, ...] = ()
    seconds: float | None = None
    spread: bool = False

    def table(self, name: str) -> Table:
        """Give one of its tables."""
        return next(table for table in self.tables if table.name == name)


def as_share(text: str) -> float:
    """Read a share: 0.01 or 1%.

    Raises
    ------
    ValueError
        It is neither.
    """
    number = plain_number(text, "share")
    if isinstance(number, str):
        raise ValueError(f"{text!r} is no share")
    return number
