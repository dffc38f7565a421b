"""What every analysis works with: a prepared case, the cores, progress and a way to stop."""

from __future__ import annotations

import os
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple, TypeVar

from jvopt.analysis.worker import Gone, Worker
from jvopt.core.case import Case
from jvopt.core.issues import Issue
from jvopt.core.phrases import Phrase
from jvopt.core.report import Report
from jvopt.solve.run import Run, checked
from jvopt.solve.search import Stop
from jvopt.solve.whatif import Prepared, WhatIf

Item = TypeVar("Item")
Result = TypeVar("Result")
Work = Callable[[Prepared, Item, Stop], Result]

SHOWN_EVERY = 0.5
"""Seconds between signs of life."""
PAYS = 8.0
"""Seconds of work left from which another process, which takes some to get ready, is worth it."""


class Advance(NamedTuple):
    """How far an analysis has come: parts done, of how many, and the seconds since it began."""

    done: int
    total: int
    seconds: float


class Stopped(Exception):
    """The analysis was stopped before its first answer."""


class Study:
    """One analysis at work.

    Parameters
    ----------
    case
        What is asked about.
    progress
        Called as parts get done.
    stop
        Asked often; True ends the analysis with what is finished.

    Attributes
    ----------
    issues : list of Issue
        Warnings about the case.
    done, total : int
        Parts of the work that are done, and of how many as far as is known.

    Raises
    ------
    CaseError
        The case has errors.
    """

    def __init__(
        self,
        case: Case,
        progress: Callable[[Advance], None] | None = None,
        stop: Stop | None = None,
    ) -> None:
        self.case = case
        self.prepared = Prepared(case)
        self.done, self.total = 0, 1
        self._tell = progress
        self._stop = stop
        self._began = time.monotonic()
        self._shown = 0.0
        self._workers: list[Worker] = []
        self.issues: list[Issue] = checked(case, Run(None, None))
        self._show()

    @cached_property
    def base(self) -> WhatIf:
        """The best plan of the case itself; the first part of every analysis.

        Raises
        ------
        Stopped
            It was not found before the stop.
        """
        found = self.prepared.what_if(self.case, gap=0.0, stop=self._stop)
        if self.stopped and found.termination not in ("optimal", "infeasible"):
            raise Stopped
        self.done += 1
        self._show()
        return found

    @property
    def stopped(self) -> bool:
        """Whether to end."""
        return bool(self._stop and self._stop())

    def each(self, work: Work[Item, Result], items: Sequence[Item]) -> Iterator[tuple[int, Result]]:
        """Do some work for each of several items, side by side where that pays.

        Parameters
        ----------
        work
            A function of a module, as it may run in another process: from a prepared case, an
            item and a `Stop` to a result. Items and results are sent as pickles.
        items
            What it is done for.

        Yields
        ------
        (int, result)
            Number of the item and the result, as they get done; not all when stopped.
        """
        todo = deque(enumerate(items))
        told: queue.SimpleQueue[tuple[int, Result] | BaseException] = queue.SimpleQueue()
        self.total = self.done + len(items)
        self._show()
        feeders: list[threading.Thread] = []
        left, spent, mine = len(items), 0.0, 0
        while left and not self.stopped:
            if not feeders and mine and spent / mine * len(todo) > PAYS:
                feeders = self._feed(work, todo, told)
            try:
                number, item = todo.popleft()
            except IndexError:
                found = self._next(told)
            else:
                began = time.monotonic()
                found = number, work(self.prepared, item, self.asked)
                spent, mine = spent + time.monotonic() - began, mine + 1
            while found is not None:
                if isinstance(found, BaseException):
                    raise found
                left -= 1
                self.done += 1
                self._show()
                yield found
                found = None if told.empty() else told.get()
        todo.clear()
        if left and feeders:
            self.close()

    def _feed(
        self,
        work: Work[Item, Result],
        todo: deque[tuple[int, Item]],
        told: queue.SimpleQueue[tuple[int, Result] | BaseException],
    ) -> list[threading.Thread]:
        """Let other processes take items from the same list; one that ends leaves its own there."""
        while len(self._workers) < min(cores() - 1, len(todo)):
            self._workers.append(Worker())

        def feed(worker: Worker) -> None:
            try:
                worker.begin(self.case)
                while True:
                    try:
                        number, item = todo.popleft()
                    except IndexError:  # another took the last one
                        return
                    try:
                        told.put((number, worker.do(work, item)))
                    except Gone:
                        todo.append((number, item))
                        raise
            except Gone:  # the others go on, and this process
                return
            except Exception as error:
                told.put(error)

        feeders = [threading.Thread(target=feed, args=(w,), daemon=True) for w in self._workers]
        for feeder in feeders:
            feeder.start()
        return feeders

    def _next(
        self, told: queue.SimpleQueue[tuple[int, Result] | BaseException]
    ) -> tuple[int, Result] | BaseException | None:
        """Wait a moment for a result of another process."""
        try:
            return told.get(timeout=0.1)
        except queue.Empty:
            self._show()
        return None

    def reached(self, done: int, total: int) -> None:
        """Note how far one long piece of work has come, in parts of its own."""
        self.done, self.total = done, total
        self._show()

    def asked(self) -> bool:
        """Answer a search that asks whether to end; meanwhile the clock goes on."""
        if time.monotonic() - self._shown > SHOWN_EVERY:
            self._show()
        return self.stopped

    def _show(self) -> None:
        self._shown = time.monotonic()
        if self._tell:
            self._tell(Advance(self.done, self.total, time.monotonic() - self._began))

    def nothing(self, case: Case, analysis: str) -> Report:
        """Give the report of an analysis that was stopped before its first answer."""
        finding = Phrase("Stopped before the first plan was found.")
        return Report(case, analysis, {}, [finding], complete=False)

    def close(self) -> None:
        """End the other processes."""
        for worker in self._workers:
            worker.end()
        self._workers = []

    def __enter__(self) -> Study:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def cores() -> int:
    """Give the number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
