"""Options of an analysis, held against their declaration before anything is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from typing import ParamSpec, TypeVar

from jvopt.core.analyses import ANALYSES
from jvopt.core.issues import CaseError, Issue

P = ParamSpec("P")
R = TypeVar("R")

_PARTS = (None, "table", "column", "where", "action", "value")
"""Where a mistake in a change may be, within it."""


def options_checked(function: Callable[P, R]) -> Callable[P, R]:
    """Make the function of an analysis refuse values that its options may not have.

    Command and HTTP route draw the same from the declaration, and never come here with others.

    Raises
    ------
    ValueError
        By the function that is given: an option has a value that its declaration rules out.
    """
    options = ANALYSES[function.__name__].options

    @wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        for option in options:
            if option.name in kwargs:
                option.check(kwargs[option.name])
        return function(*args, **kwargs)

    return checked


@contextmanager
def asked_in(option: str, *, value: str = "", beyond: int | None = None) -> Iterator[None]:
    """Say of mistakes in a change that is asked for that they are in an option.

    Parameters
    ----------
    option
        The option that gives the change.
    value
        The option that gives its value, where that is another.
    beyond
        Where the change was put into the table ``changes``: how many rows that had before.
    """

    def placed(found: Issue) -> Issue:
        own = found.table is None and found.column in _PARTS
        if beyond is not None and found.table == "changes" and found.row is not None:
            own = found.row > beyond
        if not own:
            return found
        name = value if value and found.column == "value" else option
        return replace(found, table=None, row=None, column=name)

    try:
        yield
    except CaseError as error:
        raise CaseError([placed(found) for found in error.issues]) from None
