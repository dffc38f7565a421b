"""The solving process: tasks in over standard input, progress and answers out."""

from __future__ import annotations

import os
import queue
import sys
import threading
import traceback
from typing import BinaryIO

from jvopt.core.channel import STOP, child_ends, receive, send
from jvopt.service.task import Fault, OutOfMemory, Task


def main(nice: int = 0, memory_mb: int = 0, warm: int = 0) -> None:
    """Do one task after another, until nobody is there to ask for more.

    The process ends at once when whoever started it has gone, so that no solve is left behind.

    Parameters
    ----------
    nice, memory_mb, warm
        As `jvopt.service.runner.Manner` has them.
    """
    asked, told = child_ends()
    _limit(nice, memory_mb)
    tasks: queue.SimpleQueue[tuple[Task, threading.Event]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(asked, tasks), daemon=True).start()
    from jvopt.service.last import Last  # pandas loads while the task is on its way
    from jvopt.service.work import perform

    last = Last()

    if warm:
        import jvopt.solve  # noqa: F401
    while True:
        task, stop = tasks.get()
        try:
            send(told, perform(task, lambda step: send(told, step), stop.is_set, last))
        except BrokenPipeError:
            return
        except MemoryError:
            send(told, OutOfMemory.beyond(memory_mb, traceback.format_exc()))
        except BaseException as error:
            send(told, Fault(f"{type(error).__name__}: {error}", traceback.format_exc()))


def _limit(nice: int, memory_mb: int) -> None:
    if nice and hasattr(os, "nice"):
        os.nice(nice)
    if memory_mb and sys.platform == "linux":
        import resource

        most = memory_mb * 2**20
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _listen(asked: BinaryIO, tasks: queue.SimpleQueue[tuple[Task, threading.Event]]) -> None:
    """Pass tasks on; the word to stop is for the last of them.

    The end of the stream means that nobody waits for an answer.
    """
    stop = threading.Event()
    try:
        while True:
            message = receive(asked)
            if message == STOP:
                stop.set()
            else:
                stop = threading.Event()
                tasks.put((message, stop))
    except EOFError:
        os._exit(1)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
