"""The solving process: one task in over standard input, its progress and answer out."""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from typing import BinaryIO

from jvopt.core.channel import STOP, receive, send
from jvopt.service.task import Fault, Task


def main() -> None:
    """Do one task, then end.

    The process ends at once when whoever started it has gone, so that no solve is left behind.
    """
    # Ctrl-C reaches every process of a terminal: what it means is for the parent to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asked = os.fdopen(0, "rb", buffering=0, closefd=False)
    # Whatever a library prints must not get between the messages.
    told = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    # Pint and Pyomo load all of SciPy where it happens to be installed: seconds, for nothing.
    sys.modules["scipy"] = None  # type: ignore[assignment]
    from jvopt.service.work import perform  # pandas and Pyomo load while the task is on its way

    try:
        task: Task = receive(asked)
    except EOFError:
        return
    if task.analysis:  # they work on sparse matrices
        del sys.modules["scipy"]
    stop = threading.Event()
    threading.Thread(target=_listen, args=(asked, stop), daemon=True).start()
    try:
        send(told, perform(task, lambda step: send(told, step), stop.is_set))
    except BrokenPipeError:
        return
    except BaseException as error:
        send(told, Fault(f"{type(error).__name__}: {error}", traceback.format_exc()))


def _listen(asked: BinaryIO, stop: threading.Event) -> None:
    """Wait for the word to stop; the end of the stream means that nobody waits for an answer."""
    try:
        while receive(asked) == STOP:
            stop.set()
    except EOFError:
        os._exit(1)


if __name__ == "__main__":
    main()
