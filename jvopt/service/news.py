"""Which steps of a run are worth telling, wherever they go."""

from __future__ import annotations

import time

from jvopt.core.gaps import PROVEN
from jvopt.service.task import Step

EVERY = 0.5
"""Seconds between two steps of one stage."""


class News:
    """Lets each new stage of a run pass at once, and else a step now and then."""

    def __init__(self) -> None:
        self._stages: set[tuple[str, bool, bool]] = set()
        self._passed = 0.0

    def passes(self, step: Step) -> bool:
        """Tell whether a step is to be told."""
        # A first plan, and one that is proven, are what people wait for.
        stage = (step.phase, step.best is not None, step.gap is not None and step.gap <= PROVEN)
        if stage in self._stages and time.monotonic() - self._passed < EVERY:
            return False
        self._stages.add(stage)
        self._passed = time.monotonic()
        return True
