"""The same problems by the tools that others use: ordinary good models, each in a file of its own.

A peer is a module with three functions:

- ``location(problem)`` and ``two_stage(problem)`` give a model, written as the peer has it written;
- ``solve(model, time_limit, gap, threads, clock)`` solves it and gives objective, bound and track;
  an objective or bound that there is none of is None.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module

from benchmarks.published import Location, TwoStage
from jvopt.core.gaps import relative_gap

PEERS = {
    "highs_alone": "HiGHS alone (arrays)",
    "pyomo_highs": "Pyomo + HiGHS",
    "linopy_highs": "linopy + HiGHS",
    "pulp_cbc": "PuLP + CBC",
    "scip": "SCIP (PySCIPOpt)",
}
"""Module of each peer, and what it is called in tables and pictures."""

Clock = Callable[[], float]
"""Seconds since the arrays were given."""
Track = list[tuple[float, float | None, float | None]]
"""Seconds, best objective and bound as they came; None while there was none."""


@dataclass(frozen=True)
class Answer:
    """What a tool made of a problem.

    `seconds` go from the arrays to the answer: model, hand-over and search; `whole` adds what comes
    after the proof. For a peer nothing does; for jvopt prices, plan tables and the audit do.
    """

    seconds: float
    whole: float
    objective: float
    bound: float
    track: Track = field(default_factory=list)

    @property
    def gap(self) -> float:
        """Distance of objective and bound, relative to the objective."""
        return relative_gap(self.objective, self.bound)


def finite(value: float | None) -> float | None:
    """Give a value, or None for what solvers say while they have none: infinity, 1e30 and such."""
    return value if value is not None and abs(value) < 1e20 else None


def number(value: float | None) -> float:
    """Give a value, or NaN where there is none."""
    return float("nan") if finite(value) is None else float(value)


def stopwatch() -> Clock:
    """Give a clock that starts now."""
    began = time.perf_counter()
    return lambda: time.perf_counter() - began


def solve(
    peer: str, problem: Location | TwoStage, *, time_limit: float, gap: float, threads: int = 2
) -> Answer:
    """Let a peer solve a problem; `time_limit` holds for its solver's search."""
    module = import_module(f"{__name__}.{peer}")
    clock = stopwatch()
    write = module.location if isinstance(problem, Location) else module.two_stage
    objective, bound, track = module.solve(write(problem), time_limit, gap, threads, clock)
    seconds = clock()
    track = [*track, (seconds, finite(objective), finite(bound))]
    return Answer(seconds, seconds, number(objective), number(bound), track)
