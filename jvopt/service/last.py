"""The last case of a solving process, kept ready: who asks what if mostly asks it again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from jvopt.core.case import Case
from jvopt.core.language import Language
from jvopt.core.tables import TABLES
from jvopt.excel import Reading
from jvopt.service.task import Form, Task

if TYPE_CHECKING:
    from jvopt.solve.whatif import Prepared

MOST_ROWS = 20_000
"""Rows of the largest case that is kept; beyond it a model takes too much memory to be idle."""

Read = Callable[[bytes, Form, Language | None], Reading]


class Last:
    """One case as it was read, and once something was asked of it, its model."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._reading: Reading | None = None
        self._of: str | None = None
        self._prepared: Prepared | None = None

    def reading(self, task: Task, read: Read) -> Reading:
        """Give the case of a task, read unless it was the last one.

        Parameters
        ----------
        task
            What is asked.
        read
            Reads a case.
        """
        key = (hashlib.sha256(task.content).digest(), task.kind, task.language)
        if self._reading is None or key != self._key:
            self.forget()
            found = read(task.content, task.kind, task.language)
            if found.case is None or _rows(found.case) > MOST_ROWS:
                return found
            self._key, self._reading = key, found
        return self._reading

    def prepared(self, task: Task) -> Prepared | None:
        """Give the case of the task that was just read, ready for what-ifs; None if not kept."""
        from jvopt.solve.whatif import Prepared  # a check needs no Pyomo

        case = None if self._reading is None else self._reading.case
        if case is None:
            return None
        if self._prepared is None or self._of != task.scenario:
            self._prepared = None  # two models at a time are one too many
            base = case if task.scenario is None else case.scenario(task.scenario)
            self._of, self._prepared = task.scenario, Prepared(base)
        return self._prepared

    def forget(self) -> None:
        """Keep nothing."""
        self._key, self._reading, self._of, self._prepared = (), None, None, None


def _rows(case: Case) -> int:
    return sum(len(case[table]) for table in TABLES)
