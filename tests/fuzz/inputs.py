"""The input of a seed and a number: a base, some mutations of it, packed as a file."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tests.excel.support import parts_of, zipped
from tests.fuzz import bases, books, files, texts
from tests.fuzz.judge import Kind

LARGE = 0.01
"""The share of inputs made from real, large workbooks."""


@dataclass(frozen=True)
class Recipe:
    """How an input is made: of a base by steps, each with its own seed, so that some can go."""

    kind: Kind
    base: str
    steps: tuple[tuple[Callable[..., Any], int], ...]
    packing: int
    odd: bool

    def made(self) -> bytes:
        """The input itself."""
        return _book(self) if self.kind == "xlsx" else _text(self)

    def __str__(self) -> str:
        steps = ", ".join(f"{step.__name__}({seed})" for step, seed in self.steps)
        return f"{self.base}: {steps}{', packed oddly' if self.odd else ''}"


def recipe(seed: int, number: int, kind: Kind, *, large: bool = True) -> Recipe:
    """Give the recipe of a number; the same for the same seed."""
    rng = random.Random(f"{seed} {number} {kind}")
    known: Iterable[str] = bases.workbooks() if kind == "xlsx" else bases.cases()
    steps: list[Callable[..., Any]] = list(texts.STRUCTURE)
    odd = rng.random() < (0.08 if kind == "xlsx" else 0.3)
    if kind == "xlsx":
        pool = rng.choices((books.CELLS, books.SHEETS_OF, files.XML, files.PACKAGE),
                           (5, 5, 2, 1))[0]  # fmt: skip
        steps = [*pool]
        if large and rng.random() < LARGE:
            known = bases.large_workbooks()
    count = rng.choice([1, 1, 1, 2, 3]) if not (odd and rng.random() < 0.5) else 0
    chosen = tuple((rng.choice(steps), rng.randrange(2**31)) for _ in range(count))
    return Recipe(kind, rng.choice(list(known)), chosen, rng.randrange(2**31), odd)


def _book(made: Recipe) -> bytes:
    known = bases.workbooks()
    content = known[made.base] if made.base in known else bases.large_workbooks()[made.base]
    parts = parts_of(content)
    for step, seed in made.steps:
        if parts:
            step(random.Random(seed), parts)
    if made.odd:
        return files.packed_oddly(random.Random(made.packing), parts)
    return zipped(parts)


def _text(made: Recipe) -> bytes:
    tables = copy.deepcopy(bases.cases()[made.base])
    for step, seed in made.steps:
        step(random.Random(seed), tables)
    text = texts.dumped(tables)
    return texts.as_bytes(random.Random(made.packing), text) if made.odd else text.encode()


def smaller(found: Recipe, still: Callable[[Recipe], bool]) -> Recipe:
    """Leave out steps one by one as long as the finding stays."""
    again = True
    while again:
        again = False
        fewer = [
            Recipe(found.kind, found.base, found.steps[:n] + found.steps[n + 1 :], found.packing,
                   found.odd)
            for n in range(len(found.steps))
        ]  # fmt: skip
        if found.odd:
            fewer.append(Recipe(found.kind, found.base, found.steps, found.packing, False))
        for trial in fewer:
            if still(trial):
                found, again = trial, True
                break
    return found
