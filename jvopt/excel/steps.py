"""What a waterfall chart is drawn from: bars that float where the last one ended."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jvopt.excel.page import Figure


def floating(
    labels: Sequence[str], steps: NDArray[np.float64], reached: NDArray[np.float64]
) -> list[list[Figure]]:
    """Give a row for each step: label, change, what its bar floats on, total (0), rise and fall.

    Parameters
    ----------
    labels, steps
        What changes, and by how much.
    reached
        The total before the first step and after each.
    """
    rows: list[list[Figure]] = []
    for n, (label, step) in enumerate(zip(labels, steps, strict=True)):
        low, more = float(min(reached[n], reached[n + 1])), float(step)
        rows.append([label, more, low, 0.0, max(more, 0.0), max(-more, 0.0)])
    return rows


def scale(reached: NDArray[np.float64]) -> tuple[float, float]:
    """Give lower end and distance of marks of an axis on which the steps can be told apart."""
    span = max(float(np.ptp(reached)), 1e-6 * float(reached.max()))
    digits = 10.0 ** math.floor(math.log10(span))
    mark = digits if span < 3 * digits else 2 * digits if span < 6 * digits else 5 * digits
    return max(0.0, math.floor((float(reached.min()) - 0.3 * span) / mark) * mark), mark
