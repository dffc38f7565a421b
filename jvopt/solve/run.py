"""One run: its clock, its ears, and how far it may go."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from jvopt.core.case import Case
from jvopt.core.checks import check
from jvopt.core.gaps import relative_gap
from jvopt.core.issues import CaseError, Issue, errors
from jvopt.core.plan import State
from jvopt.solve.search import Progress, Stop, Watch


@dataclass
class Run:
    """The clock and the ears of one run."""

    tell: Callable[[Progress], None] | None
    stop: Stop | None
    began: float = field(default_factory=time.monotonic)
    seconds: dict[str, float] = field(default_factory=dict)
    phase: State = "queued"
    _job: tuple[str, float] = ("", 0.0)

    def enter(self, phase: State, job: str = "") -> None:
        """Begin a phase, and book the one before; `job` names its part of the seconds."""
        self.book()
        self.phase = phase
        self._job = (job or phase, time.monotonic())
        self.watch(None, None)

    def book(self) -> None:
        """Book the seconds of what is under way so far."""
        job, since = self._job
        now = time.monotonic()
        if job:
            self.seconds[job] = self.seconds.get(job, 0.0) + now - since
        self._job = (job, now)

    def watch(self, best: float | None, bound: float | None) -> None:
        """Pass on how far the search has come."""
        if self.tell:
            gap = None
            if best is not None and bound is not None:
                gap = relative_gap(best, bound)
            self.tell(Progress(self.phase, time.monotonic() - self.began, best, bound, gap))

    def watch_search(self, case: Case) -> Watch:
        """Give the watch of a search for least cost: it tells profit rather than its negative."""
        sign = case.sign

        def watch(best: float | None, bound: float | None) -> None:
            self.watch(
                None if best is None else sign * best, None if bound is None else sign * bound
            )

        return watch


class Limits(NamedTuple):
    """How far a search goes: seconds, and the relative gap at which it may end; its seed."""

    seconds: float
    gap: float
    seed: int


def limits_of(case: Case, time_limit: float | None, gap: float | None, seed: int = 0) -> Limits:
    """Give the limits that are asked for, else those of the case."""
    if not isinstance(case, Case):
        raise TypeError("optimize takes a case: jvopt.optimize(jvopt.read_excel(path))")
    if time_limit is not None and not 0 <= time_limit < np.inf:
        raise ValueError(f"time_limit is {time_limit}: give seconds, 0 or more")
    if gap is not None and not 0 <= gap <= 1:
        raise ValueError(f"gap is {gap}: give a share from 0 to 1")
    return Limits(
        float(case.setting("time_limit")) if time_limit is None else time_limit,
        float(case.setting("gap")) if gap is None else gap,
        seed,
    )


def checked(case: Case, run: Run) -> list[Issue]:
    """Check a case, and give what is worth knowing of it."""
    run.enter("checking")
    issues = check(case)
    if errors(issues):
        raise CaseError(issues)
    return issues
