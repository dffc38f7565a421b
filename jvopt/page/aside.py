"""Work that takes long, done in a thread while the page goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from nicegui import ui

from jvopt.page.speaker import Speaker
from jvopt.page.states import failed_words, refused_words
from jvopt.service.job import Refused
from jvopt.service.task import Failure

P = ParamSpec("P")
T = TypeVar("T")


async def aside(what: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
    """Do something in a thread and give what it gives."""
    return await asyncio.to_thread(what, *args, **options)


@contextmanager
def refusals_told(speaker: Speaker) -> Iterator[None]:
    """Do what follows; where the service refuses it, or fails at it, it ends there and says why.

    That a key is no longer good is for the screen, which leads to where one signs in.
    """
    try:
        yield
    except Refused as refused:
        if refused.status == 401:
            raise
        _notify(refused_words(speaker, refused.issue))
    except Failure as failure:
        _notify(failed_words(speaker, failure.code, failure.what))


def _notify(words: str) -> None:
    ui.notify(words, type="negative", timeout=8000)
