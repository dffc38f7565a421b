"""How much of a large set the fast tests run: some of it; `make test-slow` runs the rest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def blocks(fast: int, *, of: int) -> list[Any]:
    """Number the blocks of a set, or its seeds: the first `fast` ones are run by `make test`."""
    return [_case((n,), slow=n >= fast) for n in range(of)]


def every(nth: int, cases: Iterable[tuple[Any, ...]]) -> list[Any]:
    """Spread the fast ones over a set of cases that are alike."""
    return [_case(case, slow=n % nth > 0) for n, case in enumerate(cases)]


def first_of_each(cases: Iterable[tuple[Any, ...]]) -> list[Any]:
    """Of cases that begin with the same word, the first one is fast."""
    seen: set[Any] = set()
    return [_case(case, slow=case[0] in seen or bool(seen.add(case[0]))) for case in cases]


def _case(values: tuple[Any, ...], *, slow: bool) -> Any:
    return pytest.param(*values, marks=pytest.mark.slow if slow else ())
