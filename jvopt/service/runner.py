"""Solving in processes of their own, which can be stopped, and killed where they do not listen."""

from __future__ import annotations

import contextlib
import math
import queue
import signal
import tempfile
import threading
import time
from collections.abc import Callable
from typing import BinaryIO, NamedTuple, cast

from jvopt.core.channel import STOP, receive, send, start
from jvopt.core.language import Language
from jvopt.service.task import (
    Answer,
    Ended,
    Failure,
    Killed,
    NoAnswer,
    OutOfMemory,
    Searching,
    Step,
    Task,
)

Watch = Callable[[Step], None]


class Manner(NamedTuple):
    """How a solving process behaves.

    Attributes
    ----------
    nice
        How far it stands back for other processes.
    memory_mb
        Most memory that it, and each process that it starts, may take, in MB (2^20); 0 for no
        limit. Kept on Linux alone: elsewhere there is none that counts what is used.
    warm
        Whether it loads all its libraries before a task comes.
    """

    nice: int = 0
    memory_mb: int = 0
    warm: bool = False


class Run:
    """A process that does tasks, one after another.

    The process starts at once, so that it loads its libraries while the caller gets the task
    ready. `stop` and `kill` may be called from any thread and from a signal handler.

    Parameters
    ----------
    manner
        How the process behaves.

    Attributes
    ----------
    language
        What is said of the task, as far as it is known by now.

    Examples
    --------
    >>> with Run() as run:
    ...     answer = run.answer(Task(content, "json", "json"))
    """

    def __init__(self, manner: Manner = Manner()) -> None:  # noqa: B008
        self._manner = manner
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = start(
            "-m", "jvopt.service.child", *map(str, map(int, manner)), errors=self._errors
        )
        self._asked: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._told: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._killed = False
        self.language: Language = "en"
        threading.Thread(target=self._ask, daemon=True).start()
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def pid(self) -> int:
        """Id of the process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process can take a task."""
        return not self._killed and self._process.poll() is None

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process for good, and all that was kept for it."""
        self._end()
        self._process.wait()
        self._asked.put(None)
        self._errors.close()

    def answer(self, task: Task, watch: Watch | None = None, grace: float = math.inf) -> Answer:
        """Hand over a task and wait for its answer.

        Parameters
        ----------
        task
            What to do.
        watch
            Called with each step of the search.
        grace
            Seconds that reading the case may take, and by which the answer may come later than
            the time limit. After half of them the search is told to stop, after all it is killed.

        Raises
        ------
        Failure
            There is no answer: see its subclasses.
        """
        self._asked.put(task)
        self.language = task.language or "en"
        stop_at, kill_at = math.inf, time.monotonic() + grace
        limit = None
        while True:
            message = self._next(min(stop_at, kill_at))
            if isinstance(message, Step):
                if watch is not None:
                    watch(message._replace(limit=limit))
            elif isinstance(message, Searching):
                self.language = message.language
                limit = message.time_limit if message.time_limit < math.inf else None
                stop_at = time.monotonic() + message.time_limit + grace / 2
                kill_at = stop_at + grace / 2
            elif isinstance(message, Answer):
                return message
            elif isinstance(message, Failure):
                raise message
            elif stop_at < kill_at:
                self.stop()
                stop_at = math.inf
            else:
                self._end()
                raise NoAnswer("The solver did not answer in time and was ended.")

    def stop(self) -> None:
        """End the search and keep the best plan so far."""
        self._asked.put(STOP)

    def kill(self) -> None:
        """End the process at once."""
        self._killed = True
        self._end()

    def _next(self, until: float) -> object:
        """Give the next message, None where none came by then."""
        while True:
            # Short waits: some platforms handle signals only between them.
            left = min(until - time.monotonic(), 0.5)
            try:
                return self._told.get(timeout=max(left, 0.0))
            except queue.Empty:
                if time.monotonic() >= until:
                    return None

    def _ask(self) -> None:
        """Send what is put in line; a thread of its own, as the child reads only once it is up."""
        with cast("BinaryIO", self._process.stdin) as stream, contextlib.suppress(OSError):
            while (message := self._asked.get()) is not None:
                send(stream, message)

    def _listen(self) -> None:
        with cast("BinaryIO", self._process.stdout) as stream:
            try:
                while True:
                    self._told.put(receive(stream))
            except EOFError:
                self._told.put(self._obituary())

    def _obituary(self) -> Failure:
        code = self._process.wait()
        if self._killed:
            return Killed("The run was ended.")
        how = f"code {code}"
        if code < 0:
            with contextlib.suppress(ValueError):
                how = f"signal {signal.Signals(-code).name}"
        with contextlib.suppress(ValueError, OSError):
            self._errors.seek(0)
            last = self._errors.read().decode(errors="replace")[-4000:]
            if "bad_alloc" in last or "MemoryError" in last:
                return OutOfMemory.beyond(self._manner.memory_mb, last)
            return Ended(f"The solver's process ended early ({how}){_OFTEN.get(code, '')}.", last)
        return Killed("The run was ended.")

    def _end(self) -> None:
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()


_OFTEN = {-9: ", as happens when the machine runs out of memory"}
