"""One entry of the catalogue of messages; see `jvopt.core.messages`."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Message(NamedTuple):
    """What is said of one kind of issue, and how bad it is."""

    severity: Literal["error", "warning"]
    message: str
    hint: str


def error(message: str, hint: str) -> Message:
    """Make the message of what stops a run."""
    return Message("error", message, hint)


def warning(message: str, hint: str) -> Message:
    """Make the message of what is only worth knowing."""
    return Message("warning", message, hint)
