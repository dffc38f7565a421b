"""Another process that works on the same case, for analyses of many parts."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable
from typing import Any, BinaryIO, cast

from jvopt.core.case import Case
from jvopt.core.channel import child_ends, receive, send, start


class Gone(Exception):
    """The process ended, perhaps for want of memory."""


class Worker:
    """A process with a prepared case of its own; it starts at once, and gets the case later."""

    def __init__(self) -> None:
        self._process = start("-c", "from jvopt.analysis.worker import main; main()")
        self._asked = cast("BinaryIO", self._process.stdin)
        self._told = cast("BinaryIO", self._process.stdout)
        self._begun = False

    def begin(self, case: Case) -> None:
        """Send the case, once; it may take until the process has loaded its libraries.

        Raises
        ------
        Gone
            The process ended.
        """
        if not self._begun:
            self._begun = True
            try:
                send(self._asked, case)
            except OSError as error:
                raise Gone from error

    def do(self, work: Callable[..., Any], item: object) -> Any:
        """Give the result of some work for an item; see `jvopt.analysis.study.Study.each`.

        Raises
        ------
        Gone
            The process ended.
        Exception
            The work failed there.
        """
        try:
            send(self._asked, (work, item))
            good, result = receive(self._told)
        except (EOFError, OSError) as error:
            raise Gone from error
        if good:
            return result
        raise result

    def end(self) -> None:
        """End the process at once."""
        self._process.kill()
        self._process.wait()
        self._asked.close()
        self._told.close()


def main() -> None:
    """Do what is asked until nobody asks any more."""
    asked, told = child_ends()
    from jvopt.solve.whatif import Prepared

    todo: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(asked, todo), daemon=True).start()
    prepared = Prepared(todo.get())
    while True:
        work, item = todo.get()
        try:
            send(told, (True, work(prepared, item, _never)))
        except Exception as error:
            try:
                send(told, (False, error))
            except Exception:  # not every error can be sent
                send(told, (False, RuntimeError(f"{type(error).__name__}: {error}")))


def _listen(asked: BinaryIO, todo: queue.SimpleQueue[Any]) -> None:
    """Take what is asked; once nobody can ask any more, end at once whatever is under way."""
    try:
        while True:
            todo.put(receive(asked))
    finally:
        os._exit(0)


def _never() -> bool:
    """Say no: a worker is ended, not stopped."""
    return False
