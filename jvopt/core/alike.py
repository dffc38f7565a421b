"""Words that look alike and are not the same: letters of other alphabets, invisible signs."""

from __future__ import annotations

import unicodedata

_LATIN = str.maketrans(
    "АВЕЅЗІЈКМНОРСТУХаеѕіјорсухһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοϲνıӀ",
    "ABES3IJKMHOPCTYXaesijopcyxhdqwABEZHIKMNOPTYXocvil",
)
"""Letters of the Cyrillic and Greek alphabets as the Latin letters that look like them."""


def look(word: str) -> str:
    """Give what a word looks like: two words that look alike give the same.

    Spaces of all kinds look alike; invisible signs (zero width, direction of writing, soft
    hyphens) are left out.
    """
    if word.isascii():
        return word
    shown = unicodedata.normalize("NFKC", word)
    kinds = ((c, unicodedata.category(c)) for c in shown)
    seen = (" " if kind == "Zs" else c for c, kind in kinds if kind not in ("Cf", "Cc"))
    return "".join(seen).translate(_LATIN)


def look_alike(one: str, other: str) -> bool:
    """Tell whether two words look alike though they are not the same."""
    return one != other and look(one) == look(other)
