"""All analyses of the base case, each asked as a planner would first ask it: seconds of each."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pandas as pd

import jvopt
from jvopt import analysis
from jvopt.core.case import Case

FEE = "fees[made_in = RU_BY].amount"
"""What break-even moves: the recycling fee on machines made in Russia and Belarus."""


def run() -> pd.DataFrame:
    """Measure each once: seconds, how often it told of its progress, whether it was finished."""
    case = jvopt.example("kz-assembly")
    fee = {"change": FEE, "low": 0.0, "high": 4.0, "action": "multiply"}
    asked: dict[str, tuple[Callable[..., Any], Case, dict[str, Any]]] = {
        "whatif": (analysis.whatif, case, {}),
        "breakeven": (analysis.breakeven, case, fee),
        "whynot": (analysis.whynot, case, {}),
        "alternatives": (analysis.alternatives, case, {}),
        "robust": (analysis.robust, case, {}),
        "tradeoff": (analysis.tradeoff, case, {}),
        "worth": (analysis.worth, case, {}),
        "explain": (analysis.explain, _impossible(case), {}),
    }
    rows = []
    for name, (ask, of, options) in asked.items():
        told: list[object] = []
        began = time.perf_counter()
        report = ask(of, **options, progress=told.append)
        seconds = time.perf_counter() - began
        rows.append((name, seconds, len(told), "yes" if report.complete else "no"))
    columns = ["analysis", "seconds", "progress told", "finished"]
    rows.append(("all", sum(r[1] for r in rows), sum(r[2] for r in rows), ""))
    return pd.DataFrame(rows, columns=columns)


def _impossible(case: Case) -> Case:
    """Give the case with half the lines' capacity, and hardly any machine ready-built."""
    products = case["products"]
    machines = products["product"][(products["tags"] == "machine").to_numpy()]
    scarce = case.change("supply", "capacity", 20, where=f"product in ({', '.join(machines)})")
    return scarce.change("lines", "capacity", 0.5, action="multiply")
