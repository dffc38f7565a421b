"""What the plan states: its tables, with blanks made alike, and its goods."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from jvopt.core.plan import Plan
from jvopt.core.plan_tables import PLAN_TABLES

PARTED_BY = " + "


class Stated:
    """The tables of a plan: text as ``str`` ("" for blank), numbers as floats (NaN for blank).

    Parameters
    ----------
    plan
        The plan; only its tables are read.
    """

    def __init__(self, plan: Plan) -> None:
        self._tables = {name: _plain(name, plan[name]) for name in PLAN_TABLES}

    def __getitem__(self, table: str) -> pd.DataFrame:
        return self._tables[table].copy(deep=False)

    @cached_property
    def goods(self) -> pd.DataFrame:
        """What each goods id may be: one row for each that the plan does not tell apart."""
        frame = self["goods"].drop_duplicates()
        return frame.assign(claims=[claims_text(claims_of(c)) for c in frame["claims"]])

    def expanded(self, frame: pd.DataFrame, goods: pd.DataFrame) -> pd.DataFrame:
        """Repeat each row for all that its goods may be; ``at`` is the place of the row."""
        kept = frame.drop(
            columns=["product", "made_in", "assembly_mode", "claims"], errors="ignore"
        )
        return kept.assign(at=range(len(frame))).merge(goods, on="goods")

    def figure(self, item: str) -> float:
        """Give a number of the summary, NaN where it is not there."""
        summary = self._tables["summary"]
        found = summary["value"][(summary["item"] == item).to_numpy()]
        return float(pd.to_numeric(found, errors="coerce").iloc[0]) if len(found) else np.nan


def claims_of(text: str) -> frozenset[str]:
    """Read the claims of a cell."""
    return frozenset(claim for claim in text.split(PARTED_BY) if claim)


def claims_text(claims: frozenset[str]) -> str:
    """Write claims in one order."""
    return PARTED_BY.join(sorted(claims))


def _plain(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    cells: dict[str, Any] = {}
    for column in PLAN_TABLES[name].columns:
        found = frame[column.name]
        if (name, column.name) == ("summary", "value"):
            cells[column.name] = found.to_numpy()
        elif column.numeric:
            cells[column.name] = pd.to_numeric(found, errors="coerce").to_numpy(float)
        else:
            words = found.to_numpy(object, copy=True)
            words[pd.isna(words)] = ""
            cells[column.name] = pd.array([str(word) for word in words], dtype="str")
    return pd.DataFrame(cells)
