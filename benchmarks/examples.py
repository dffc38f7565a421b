"""The examples from reading to the audited plan, phase by phase."""

from __future__ import annotations

import time

import pandas as pd

import jvopt
from jvopt.examples import names


def run() -> pd.DataFrame:
    """Measure each example once: seconds of reading and of each phase of the run."""
    rows = []
    for name in names():
        began = time.perf_counter()
        case = jvopt.example(name)
        read = time.perf_counter() - began
        plan = jvopt.optimize(case)
        summary = plan.summary.set_index("item")["value"]
        seconds = {
            item.removeprefix("seconds_"): value
            for item, value in summary.items()
            if str(item).startswith("seconds_")
        }
        rows.append(
            {"example": name, "columns": summary["columns"], "gap": plan.gap, "reading": read}
            | seconds
        )
    return pd.DataFrame(rows)
