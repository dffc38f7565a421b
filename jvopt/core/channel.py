"""Messages between a solving process and whoever started it: pickles with their length before."""

from __future__ import annotations

import pickle
import struct
from typing import Any, BinaryIO

STOP = "stop"
"""Ends the search and keeps the best plan so far."""

_LENGTH = struct.Struct("<Q")


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
