"""Changes of a case that the laws are about, and conditions that they need."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from jvopt.core.case import Case
from jvopt.core.tables import TABLES
from jvopt.models import build
from jvopt.solve.handover import stack
from jvopt.solve.search import polish, search


def least(case: Case) -> float:
    """The least cost, less the revenue where profit is sought; infinite where there is no plan.

    Of the model alone, solved to gap 0: no tables, no audit, which other tests look after.
    """
    built = build(case)
    matrix = stack(built.model)
    found = search(matrix, gap=0.0, time_limit=300)
    if found.termination == "infeasible":
        return math.inf
    assert found.termination == "optimal", found.termination
    assert found.x is not None
    switch = np.concatenate([built.is_switch(family) for family in built.rows])
    polished = polish(matrix, found.x, switch)
    if polished is None:
        return found.objective
    return float(matrix.cost @ polished[0]) + matrix.constant


def tables_of(case: Case) -> dict[str, pd.DataFrame]:
    return {name: case[name] for name in TABLES}


def blanked(case: Case, **columns: str) -> Case:
    """A case with some columns blank: ``lines="least_load step_cost"``."""
    changed = {}
    for table, names in columns.items():
        frame = case[table].copy()
        for name in names.split():
            frame[name] = np.nan if TABLES[table][name].numeric else ""
        changed[table] = frame
    return case.replace(**changed)


def emptied(case: Case, *tables: str) -> Case:
    return case.replace(**{name: [] for name in tables})


def limits_where(case: Case, kept) -> Case:
    """A case with those of its limits alone that are kept."""
    limits = case["limits"]
    return case.replace(limits=limits[[bool(kept(row)) for _, row in limits.iterrows()]])


def without_steps(case: Case) -> Case:
    return blanked(
        case, lines="step_cost step_size most_steps", throughput="step_cost step_size most_steps",
        line_periods="step_cost",
    )  # fmt: skip


def without_least_takes(case: Case) -> Case:
    return blanked(case, supply="least_take least_take_rule")


def without_least_loads(case: Case) -> Case:
    return blanked(case, lines="least_load", line_periods="least_load", assembly="least")


def without_claims(case: Case) -> Case:
    """No claim can be made, and no rate asks for one."""
    changed = {"claims": []}
    for name in ("tariffs", "fees", "incentives"):
        frame = case[name]
        changed[name] = frame[(frame["claim"] == "").to_numpy()]
    return case.replace(**changed)


def twins(frame: pd.DataFrame, column: str, old: str, new: str) -> pd.DataFrame:
    """The rows of a name, written for another name."""
    return frame[(frame[column] == old).to_numpy()].assign(**{column: new})


def joined(frame: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([frame, more], ignore_index=True) if len(more) else frame


def halved(frame: pd.DataFrame, rows: np.ndarray, *columns: str) -> pd.DataFrame:
    frame = frame.copy()
    frame.loc[rows, list(columns)] /= 2
    return frame
