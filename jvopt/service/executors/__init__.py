"""Where solves run: on this machine, or on a cluster; both behind one narrow interface."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from jvopt.service.runner import Watch
from jvopt.service.task import Answer, Task


class Running(Protocol):
    """A place where tasks are done one after another."""

    def answer(self, task: Task, watch: Watch | None = None, grace: float = ...) -> Answer:
        """Do a task and wait for its answer; raises `jvopt.service.task.Failure`."""
        ...

    def stop(self) -> None:
        """End the search and keep the best plan so far."""
        ...

    def kill(self) -> None:
        """End what runs at once; its answer is `Killed`."""
        ...


class Executor(Protocol):
    """Somewhere to do tasks, so many at a time."""

    @property
    def slots(self) -> int:
        """How many tasks can be done at a time."""
        ...

    @property
    def free(self) -> bool:
        """Whether a task would begin at once."""
        ...

    def slot(self) -> AbstractContextManager[Running]:
        """Wait for a free place and hold it."""
        ...

    def close(self) -> None:
        """End for good, and whatever still runs."""
        ...
