"""Searches that are cut short: what has been found by then is kept."""

from __future__ import annotations

import random
from types import SimpleNamespace

import pytest

from jvopt.core.case import Case
from jvopt.solve import benders, blocks
from jvopt.solve.whatif import Prepared
from tests.models.support import case, near


@pytest.fixture
def small_blocks(monkeypatch):
    """Cases of a dozen columns fall into blocks as well."""
    monkeypatch.setattr(blocks, "SMALLEST", 2)


def depots(seed: int = 1) -> Case:
    """Eight depots to choose among, twelve markets, three products that fall into blocks."""
    rng = random.Random(seed)
    sites, markets = [f"D{n}" for n in range(8)], [f"M{n}" for n in range(12)]
    lanes = [f"{s} {m} {rng.randint(5, 60)}" for s in sites for m in markets]
    wanted = [f"{m} {p} {rng.randint(1, 5)} 90" for m in markets for p in "ABC"]
    return case(
        products="product; A; B; C",
        sites="site now decision fixed_cost\n"
        + "\n".join([f"{s} closed free {rng.randint(150, 400)}" for s in sites])
        + "\n"
        + "\n".join([f"{m} . . ." for m in markets]),
        supply="site product\n" + "\n".join(f"{s} {p}" for s in sites for p in "ABC"),
        throughput="\n".join(
            [
                "site product capacity",
                *(f"{s} {p} {rng.randint(5, 15)}" for s in sites for p in "ABC"),
            ]
        ),
        lanes="\n".join(["origin destination cost_per_unit", *lanes]),
        demand="\n".join(["site product quantity penalty", *wanted]),
    )


BEST = 2840.0
"""The least that depots come to."""


class Ended:
    """Ends a search, by the clock or as it is told to, once it has told so many plans."""

    def __init__(self, after: int) -> None:
        self.after, self.told = after, []

    def tell(self, progress) -> None:
        if progress.best is not None:
            self.told.append(progress.best)

    def stop(self) -> bool:
        return len(self.told) >= self.after

    def clock(self) -> float:
        return 1e6 if self.stop() else 0.0


@pytest.mark.parametrize("after", [1, 4])
@pytest.mark.parametrize("way", ["stop", "time"])
def test_a_decomposition_cut_short_keeps_its_best_plan(small_blocks, monkeypatch, way, after):
    """What was told is what is given, with a bound that holds, and a plan that is sound."""
    end = Ended(after)
    if way == "time":
        monkeypatch.setattr(benders, "time", SimpleNamespace(monotonic=end.clock))
    base = Prepared(depots())
    answer = base.what_if(
        base.case, gap=0.0, time_limit=60, progress=end.tell,
        stop=end.stop if way == "stop" else None,
    )  # fmt: skip
    assert answer.found
    assert answer.decomposed
    assert answer.termination == {"stop": "interrupted", "time": "time_limit"}[way]
    assert answer.objective == near(min(end.told))
    assert answer.bound <= BEST <= answer.objective
    assert answer.plan().figure("audit") == "passed"
