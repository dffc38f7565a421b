"""Work that takes long, done in a thread while the page goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def aside(what: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
    """Do something in a thread and give what it gives."""
    return await asyncio.to_thread(what, *args, **options)
