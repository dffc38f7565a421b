"""Two-stage location with several products (Mauri et al. 2021): plan and proven gap over time.

Plants, satellites and customers: from 50 x 100 x 200 with 5 products to 100 x 200 x 400 with 10,
entered into jvopt through the ordinary tables; HiGHS alone has the same time.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.published import FOLDER, names
from benchmarks.runs import QUICK_SECONDS, Options, Run, do_all, name_of, track_path

SECONDS, GAP = 600.0, 1e-4
EARLY = 120.0
"""Seconds after which plan and gap are looked at first."""
TURNS = {"us": 3, "highs_alone": 1}
"""Runs of each way on each instance."""


def run(options: Options) -> dict[str, pd.DataFrame]:
    """Do the runs; give plan and bound early and at the end, beside what others published."""
    limit = QUICK_SECONDS if options.quick else SECONDS
    runs = [
        Run("mauri", name, way, turn, limit, GAP)
        for name in options.instances or names("mauri")
        for way in options.ways or TURNS
        for turn in range(1, 1 + (1 if options.quick else TURNS.get(way, 1)))
    ]
    rows = do_all(runs, options, "two_stage")
    marks = [
        early(track_path(options.out, name_of(row.instance), row.way, row.turn))
        for row in rows.itertuples()
    ]
    rows = pd.concat([rows, pd.DataFrame(marks, rows.index)], axis=1)
    best = pd.read_csv(FOLDER / "best.csv")[
        ["instance", "value", "commercial_3600s_value", "commercial_3600s_bound"]
    ].rename(columns={"value": "best_known"})
    rows = rows.merge(best, how="left", on="instance")
    rows["early_over_best_known"] = rows["early_objective"] / rows["best_known"] - 1
    rows["commercial_gap"] = 1 - rows["commercial_3600s_bound"] / rows["commercial_3600s_value"]
    columns = [
        *("instance", "way", "turn", "time_limit", "seconds", "whole_seconds"),
        *("early_objective", "early_bound", "early_over_best_known"),
        *("objective", "bound", "gap", "over_best_known", "best_known"),
        *("commercial_3600s_value", "commercial_3600s_bound", "commercial_gap"),
        *("peak_mb", "remark"),
    ]
    return {"two_stage": rows[columns]}


def early(path: Path) -> dict[str, float]:
    """Give what a run had after `EARLY` seconds, from its track."""
    track = pd.read_csv(path)
    track = track[track["seconds"] <= EARLY]
    return {
        f"early_{name}": track[column].dropna().iloc[-1] if track[column].notna().any() else np.nan
        for name, column in (("objective", "best"), ("bound", "bound"))
    }
