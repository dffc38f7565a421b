"""Work that takes long, done in a thread while the page goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from nicegui import ui

from jvopt.service.job import Refused
from jvopt.service.task import Failure

P = ParamSpec("P")
T = TypeVar("T")


async def aside(what: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
    """Do something in a thread and give what it gives."""
    return await asyncio.to_thread(what, *args, **options)


@contextmanager
def refusals_told() -> Iterator[None]:
    """Do what follows; where the service refuses it, or fails at it, it ends there and says why."""
    try:
        yield
    except Refused as error:
        words = error.issue.text
        ui.notify(words, type="negative", timeout=8000)
    except Failure as failure:
        ui.notify(str(failure), type="negative", timeout=8000)
