"""Solving on this machine, in processes that can be killed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from jvopt.service.runner import Manner, Run


class LocalExecutor:
    """Solving processes on this machine.

    A process that answered is kept for the next task, with its libraries loaded; one that failed
    or was killed is replaced.

    Parameters
    ----------
    slots
        Most processes at a time.
    memory_mb
        Most memory of each, in MB; 0 for no limit.
    """

    _USES = 100
    """Tasks after which a process is replaced, so that what libraries leave behind cannot grow."""

    def __init__(self, slots: int, memory_mb: int = 0) -> None:
        # Below the service itself, which must answer while all cores solve.
        self._manner = Manner(nice=5, memory_mb=memory_mb, warm=True)
        self._slots = slots
        self._free = threading.BoundedSemaphore(slots)
        self._lock = threading.Lock()
        self._spare: list[_Process] = []
        self._closed = False
        threading.Thread(target=self._warm_up, daemon=True).start()

    @property
    def slots(self) -> int:
        """How many processes there can be."""
        return self._slots

    @property
    def free(self) -> bool:
        """Whether a task would begin at once."""
        found = self._free.acquire(blocking=False)
        if found:
            self._free.release()
        return found

    @contextmanager
    def slot(self) -> Iterator[Run]:
        """Wait for a free process and hold it."""
        with self._free:
            process = self._take()
            good = False
            try:
                yield process.run
                good = True
            finally:
                self._put(process, good)

    def close(self) -> None:
        """End all processes that wait for a task; those at work end with whoever holds them."""
        with self._lock:
            self._closed = True
            spare, self._spare = self._spare, []
        for process in spare:
            process.run.close()

    def _take(self) -> _Process:
        with self._lock:
            while self._spare:
                process = self._spare.pop()
                if process.run.alive:
                    return process
                process.run.close()
        return _Process(Run(self._manner))

    def _put(self, process: _Process, good: bool) -> None:
        process.uses += 1
        good = good and process.run.alive and process.uses < self._USES
        with self._lock:
            if good and not self._closed:
                self._spare.append(process)
                return
        process.run.close()
        self._warm_up()

    def _warm_up(self) -> None:
        """Have one process ready before a task comes."""
        with self._lock:
            if not self._closed and not self._spare:
                self._spare.append(_Process(Run(self._manner)))


class _Process:
    def __init__(self, run: Run) -> None:
        self.run = run
        self.uses = 0
