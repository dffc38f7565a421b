"""How far a plan may be from the best one, as a share of its objective."""

from __future__ import annotations

import math

PROVEN = 1e-9
"""Up to this gap a plan counts as proven best."""


def relative_gap(objective: float, bound: float) -> float:
    """Give the distance of objective and bound relative to the objective."""
    return abs(objective - bound) / max(1e-10, abs(objective))


def rounded_up(gap: float) -> float:
    """Round a known gap up to a hundredth of a percent; 0 only where it is proven.

    A plan is then never said to be nearer to the best one than it is.
    """
    return 0.0 if gap <= PROVEN else math.ceil(gap * 1e4 - 1e-9) / 1e4
