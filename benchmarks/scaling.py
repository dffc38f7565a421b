"""How the phases around the solver grow with the case: seeded networks of 10^3 to 10^6 flows.

Each network in a process of its own: seconds to generate, check, build, stack and hand over; the
model's size; and the most memory that the process held.
"""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable
from typing import Any

import pandas as pd

from benchmarks.networks import network
from jvopt.core.checks import check
from jvopt.models import build
from jvopt.solve.handover import hand_over, stack

SIZES = (1_000, 10_000, 100_000, 1_000_000)


def measure(flows: int) -> dict[str, float]:
    """Give seconds, sizes and gigabytes for one network."""
    seconds = {}

    def timed(name: str, job: Callable[..., Any], *given: object) -> Any:
        began = time.perf_counter()
        result = job(*given)
        seconds[name] = time.perf_counter() - began
        return result

    network(SIZES[0])  # so that no import counts
    case = timed("generate", network, flows)
    timed("check", check, case)
    matrix = timed("stack", stack, timed("build", build, case).model)
    timed("hand over", hand_over, matrix)
    return {
        "flows": flows,
        **seconds,
        "columns": matrix.columns,
        "rows": matrix.rows,
        "nonzeros": len(matrix.value),
        "GB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
    }


def run() -> pd.DataFrame:
    """Measure every size."""
    rows = []
    for flows in SIZES:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            rows.append(pool.apply(measure, (flows,)))
    return pd.DataFrame(rows)
