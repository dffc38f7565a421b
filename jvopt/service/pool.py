"""Tasks whose answers are waited for: so many at a time, the others in line."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, ParamSpec, TypeVar

from jvopt.service.executors import Executor, Running
from jvopt.service.task import Answer, Killed, Task

P = ParamSpec("P")
R = TypeVar("R")

_THREADS = 64
"""Most that wait for a process at a time; how many are at work is for the executor to say."""


class Pool:
    """Has tasks done for an event loop without ever blocking it.

    Parameters
    ----------
    executor
        What does them.
    grace
        As for `Run.answer`.
    """

    def __init__(self, executor: Executor, grace: float) -> None:
        self._executor = executor
        self._grace = grace
        # Its threads only wait for processes; what finds none free waits in its queue.
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="jvopt-solve")
        self._lock = threading.Lock()
        self._turns: set[_Turn] = set()
        self._stopped = False

    async def answer(self, task: Task, gone: Awaitable[object]) -> Answer:
        """Give the answer to a task once a process was free for it and has finished.

        Parameters
        ----------
        task
            What to do.
        gone
            Done when nobody waits for the answer any more: then the process is killed.

        Raises
        ------
        Failure
            As `Run.answer`; `Killed` when `gone` came first.
        """
        leaving: asyncio.Future[Any] = asyncio.ensure_future(gone)
        with self._turn(task, self._grace) as turn:
            future = asyncio.get_running_loop().run_in_executor(self._threads, turn)
            either: set[asyncio.Future[Any]] = {future, leaving}
            try:
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
                if future.done():
                    return future.result()
                raise Killed("Nobody waits for the answer.")
            finally:
                leaving.cancel()
                future.cancel()

    @property
    def free(self) -> bool:
        """Whether a task would begin at once."""
        return self._executor.free

    def perform(self, task: Task) -> Answer:
        """Give the answer to a task in the caller's own thread; see `run`.

        Parameters
        ----------
        task
            What to do: to check a case, to make it ready, or to write a workbook.

        Raises
        ------
        Failure
            As `Run.answer`; `Killed` when the pool was stopped.
        """
        # A solve has the grace for reading, and again after its search; here both are one.
        with self._turn(task, 2 * self._grace) as turn:
            return turn()

    async def run(self, what: Callable[P, R], *args: P.args, **options: P.kwargs) -> R:
        """Have a function that uses `perform` wait for it in the pool's own threads.

        Those that answer everything else stay free, however many wait.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, partial(what, *args, **options))

    def stop(self) -> None:
        """Kill what runs and forget what waits and what still comes: all of it is `Killed`."""
        with self._lock:
            self._stopped = True
            turns = list(self._turns)
        for turn in turns:
            turn.drop()

    def close(self) -> None:
        """End for good, once those who hold the processes let go of them."""
        self.stop()
        self._threads.shutdown(cancel_futures=True)

    @contextmanager
    def _turn(self, task: Task, grace: float) -> Iterator[_Turn]:
        turn = _Turn(task, self._executor, grace)
        with self._lock:
            self._turns.add(turn)
            stopped = self._stopped
        if stopped:
            turn.drop()
        try:
            yield turn
        finally:
            turn.drop()
            with self._lock:
                self._turns.discard(turn)


class _Turn:
    """One task in the line, which may be dropped at any time."""

    def __init__(self, task: Task, executor: Executor, grace: float) -> None:
        self._task = task
        self._executor = executor
        self._grace = grace
        self._lock = threading.Lock()
        self._running: Running | None = None
        self._dropped = False

    def __call__(self) -> Answer:
        with self._executor.slot() as running:
            with self._lock:
                if self._dropped:
                    raise Killed("The task was dropped.")
                self._running = running
            try:
                return running.answer(self._task, grace=self._grace)
            finally:
                with self._lock:
                    self._running = None

    def drop(self) -> None:
        with self._lock:
            self._dropped = True
            if self._running is not None:
                self._running.kill()
