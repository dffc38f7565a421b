"""Capacitated warehouse location of OR-Library: seconds to a proof, by jvopt and by its peers.

- *small*: cap41 to cap134, up to 50 warehouses and 50 customers, to the proven optimum;
- *large*: capa, capb and capc, 100 warehouses and 1,000 customers, to a proven gap of 1e-4.

`seconds` go from the arrays to the proof: model or tables, hand-over and search. jvopt's
`whole_seconds` end with the audited plan.
"""

from __future__ import annotations

import pandas as pd

from benchmarks.published import names
from benchmarks.runs import QUICK_SECONDS, WAYS, Options, Run, do_all
from jvopt.core.gaps import PROVEN

SMALL_SECONDS, SMALL_GAP, SMALL_BEST_OF = 60.0, 0.0, 3
LARGE_SECONDS, LARGE_GAP = 120.0, 1e-4
LARGE_WAYS = ["us", "highs_alone", "scip"]
"""Pyomo and linopy hand HiGHS the same model, some seconds later; `--ways` adds them, and CBC."""


def run(options: Options) -> dict[str, pd.DataFrame]:
    """Do the runs; give totals of the small ones, and a row for each of the large ones."""
    limit = QUICK_SECONDS if options.quick else LARGE_SECONDS
    asked = options.instances or names("small") + names("large")
    runs = []
    for name in asked:
        if name in names("small"):
            ways = options.ways or WAYS
            runs += [
                Run("small", name, way, 1, SMALL_SECONDS, SMALL_GAP, SMALL_BEST_OF) for way in ways
            ]
        else:
            ways = options.ways or LARGE_WAYS
            runs += [Run("large", name, way, 1, limit, LARGE_GAP) for way in ways]
    rows = do_all(runs, options, "location")
    tables = {"location_small": small(rows), "location_large": large(rows)}
    return {name: table for name, table in tables.items() if len(table)}


def small(rows: pd.DataFrame) -> pd.DataFrame:
    """Give the total seconds of the small ones, as multiples of the best peer's too."""
    rows = rows[rows["family"] == "small"]
    # A value a little below the published one is a plan within the solver's tolerances.
    proven = (rows["gap"] <= PROVEN) & (rows["over_best_known"].abs() <= 1e-7)
    table = (
        rows.assign(proven=proven)
        .groupby("way", sort=False)
        .agg(
            instances=("instance", "count"),
            proven=("proven", "sum"),
            seconds=("seconds", "sum"),
            whole_seconds=("whole_seconds", "sum"),
            peak_mb=("peak_mb", "max"),
        )
        .reset_index()
    )
    able = table[(table["way"] != "us") & (table["proven"] == table["instances"])]
    return table.assign(times_best_peer=table["seconds"] / able["seconds"].min())


def large(rows: pd.DataFrame) -> pd.DataFrame:
    """Give the large ones, and whether each was proven in time."""
    rows = rows[rows["family"] == "large"].sort_values(["instance", "turn"], kind="stable")
    rows = rows.assign(proven=rows["gap"] <= LARGE_GAP)
    return rows[
        [
            *("instance", "way", "time_limit", "seconds", "whole_seconds", "objective", "bound"),
            *("gap", "over_best_known", "proven", "peak_mb", "remark"),
        ]
    ]
