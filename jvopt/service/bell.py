"""News of jobs within one service: whoever waits for a job need not look all the time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


class Bell:
    """Rings for a job of which something is new.

    Other services on the same database have bells of their own: whoever waits here must still look
    now and then.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, set[Callable[[], None]]] = {}

    def ring(self, job: str) -> None:
        """Wake all that listen for a job; from any thread."""
        with self._lock:
            calls = list(self._waiting.get(job, ()))
        for call in calls:
            call()

    @contextmanager
    def listen(self, job: str) -> Iterator[Hearing]:
        """Listen for a job, in a coroutine."""
        loop, hearing = asyncio.get_running_loop(), Hearing()

        def call() -> None:
            with suppress(RuntimeError):  # the loop has ended, and with it whoever listened
                loop.call_soon_threadsafe(hearing.rung.set)

        with self._lock:
            self._waiting.setdefault(job, set()).add(call)
        try:
            yield hearing
        finally:
            with self._lock:
                self._waiting[job].discard(call)
                if not self._waiting[job]:
                    del self._waiting[job]


class Hearing:
    """What a coroutine waits at."""

    def __init__(self) -> None:
        self.rung = asyncio.Event()

    async def news(self, seconds: float) -> None:
        """Wait until the bell has rung since the last time, or for so many seconds."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.rung.wait(), max(seconds, 0.0))
        self.rung.clear()
