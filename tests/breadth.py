"""How much of a random set the fast tests run: some blocks; `make test-slow` runs the others."""

from __future__ import annotations

from typing import Any

import pytest


def blocks(fast: int, *, of: int) -> list[Any]:
    """Number the blocks of a set, or its seeds: the first `fast` ones are run by `make test`."""
    slow = [pytest.param(n, marks=pytest.mark.slow) for n in range(fast, of)]
    return [*range(fast), *slow]
