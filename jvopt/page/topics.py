"""What levers are about, in words."""

from __future__ import annotations

from collections.abc import Callable

WORDS = {
    "fee": "Recycling fee",
    "duty": "Import duty",
    "freight": "Freight",
    "demand": "Demand",
    "exchange": "Exchange rate",
    "support": "Support",
    "purchase": "Purchase prices",
    "assembly": "Cost of assembly",
}


def topic_words(say: Callable[..., str], topic: str, name: str = "") -> str:
    """Give what a lever is about: its topic, and the part of it."""
    words = say(WORDS[topic])
    return f"{words}: {name}" if name else words
