"""Options of an analysis, held against their declaration before anything is done."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from jvopt.core.analyses import ANALYSES

P = ParamSpec("P")
R = TypeVar("R")


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
