"""Messages between a solving process and whoever started it: pickles with their length before."""

from __future__ import annotations

import os
import pickle
import signal
import struct
import subprocess
import sys
from pathlib import Path
from typing import IO, Any, BinaryIO

STOP = "stop"
"""Ends the search and keeps the best plan so far."""

_LENGTH = struct.Struct("<Q")


def start(*arguments: str, errors: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
    """Start a Python with our packages; messages pass over its standard input and output.

    Not by multiprocessing: that would run the caller's main module again in the child.
    """
    return subprocess.Popen(
        [sys.executable, "-P", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        bufsize=0,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(p or str(Path.cwd()) for p in sys.path),
        },
        start_new_session=True,
    )


def child_ends() -> tuple[BinaryIO, BinaryIO]:
    """In a process so started, give the streams of what is asked and of what is told."""
    # Ctrl-C reaches every process of a terminal: what it means is for the parent to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asked = os.fdopen(0, "rb", buffering=0, closefd=False)
    # Whatever a library prints must not get between the messages.
    told = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    return asked, told


def send(stream: BinaryIO, message: object) -> None:
    """Write one message to an unbuffered stream."""
    content = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    rest = memoryview(_LENGTH.pack(len(content)) + content)
    while rest:
        rest = rest[stream.write(rest) :]


def receive(stream: BinaryIO) -> Any:
    """Read one message from an unbuffered stream.

    Both ends are our own processes: nothing that a user sent is ever unpickled as such.

    Raises
    ------
    EOFError
        The other end has gone.
    """
    (length,) = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
    return pickle.loads(_exactly(stream, length))


def _exactly(stream: BinaryIO, length: int) -> bytes:
    # A pipe gives what it holds, at times less than was asked for.
    parts = []
    while length:
        part = stream.read(min(length, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
