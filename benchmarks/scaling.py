"""How a run grows with the case: seeded networks of 10^3 to 10^6 flows, from tables to plan.

Each network in a process of its own, to a gap of 1% or for 600 s: the seconds of each phase, those
of all phases but the solver's (``seconds_around``), the gap that was proven, the model's size, and
the most memory that the process held by the hand-over and in all.
"""

from __future__ import annotations

import multiprocessing
import resource
import time

import pandas as pd

import jvopt
from benchmarks.networks import network
from jvopt.models import build
from jvopt.solve.handover import hand_over, stack

SIZES = (1_000, 10_000, 100_000, 1_000_000)
GAP = 0.01
LIMIT = 600.0


def measure(flows: int, limit: float = LIMIT) -> dict[str, float]:
    """Give seconds, sizes and gigabytes for one network."""
    jvopt.optimize(network(SIZES[0]), gap=GAP, compare=False)  # so that no import counts
    case = network(flows)
    matrix = stack(build(case).model)
    began = time.perf_counter()
    hand_over(matrix)
    handing = time.perf_counter() - began
    memory = _peak()
    plan = jvopt.optimize(network(flows), gap=GAP, time_limit=limit, compare=False)
    summary = plan.summary.set_index("item")["value"]
    names = ("checking", "building", "writing", "auditing")
    seconds = {f"seconds_{n}": float(summary[f"seconds_{n}"]) for n in names}
    return {
        "flows": flows,
        **seconds,
        "seconds_handing_over": handing,
        "seconds_around": sum(seconds.values()) + handing,
        "seconds_solving": float(summary["seconds_solving"]),
        "gap": float(summary["gap"]),
        "columns": matrix.columns,
        "rows": matrix.rows,
        "nonzeros": len(matrix.value),
        "GB by hand-over": memory,
        "GB": _peak(),
    }


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def run() -> pd.DataFrame:
    """Measure every size."""
    rows = []
    for flows in SIZES:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            rows.append(pool.apply(measure, (flows,)))
    return pd.DataFrame(rows)
