"""A plan: the answer to a case, as tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from jvopt.core.case import Case, rows_of
from jvopt.core.issues import Issue
from jvopt.core.plan_tables import PLAN_TABLES
from jvopt.core.schema import Table

State = Literal[
    "queued", "checking", "building", "solving", "writing", "succeeded", "failed", "cancelled"
]
Termination = Literal[
    "optimal", "gap_limit", "time_limit", "infeasible", "unbounded", "interrupted", "none"
]


class Plan:
    """The answer to a case.

    Three facts are kept apart: the `state` of the run, how the search ended (`termination`), and
    whether there is a plan (`found`). Tables are read as ``plan["shipments"]`` or
    ``plan.shipments``.

    Parameters
    ----------
    case
        What was asked.
    tables
        Some or all of the tables of `jvopt.core.plan_tables.PLAN_TABLES`; others are empty.
    state, termination
        How the run and the search ended.
    found
        Whether there is a plan, be it proven best or not.

    Attributes
    ----------
    objective, bound, gap : float
        Cost (or profit) of the plan, the proven bound on it, and their relative distance; NaN
        where there is none.
    """

    def __init__(
        self,
        case: Case,
        tables: Mapping[str, pd.DataFrame],
        *,
        state: State,
        termination: Termination,
        found: bool,
    ) -> None:
        unknown = set(tables) - set(PLAN_TABLES)
        if unknown:
            raise ValueError(f"not tables of a plan: {sorted(unknown)}")
        self.case = case
        self.state = state
        self.termination = termination
        self.found = found
        self._tables = {n: shaped(t, tables.get(n)) for n, t in PLAN_TABLES.items()}

    def __getitem__(self, table: str) -> pd.DataFrame:
        return self._tables[table].copy(deep=False)

    def __getattr__(self, table: str) -> pd.DataFrame:
        if table in PLAN_TABLES:
            return self[table]
        raise AttributeError(f"a plan has no table {table!r}", name=table, obj=self)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *PLAN_TABLES]

    def __repr__(self) -> str:
        name = self.case.setting("case_name")
        return f"Plan({name!r}: {self.termination}, objective {self.objective:,.2f})"

    def figure(self, item: str) -> Any:
        """Give one value of the summary, NaN where it is not there."""
        summary = self._tables["summary"]
        found = summary["value"][(summary["item"] == item).to_numpy()]
        return found.iloc[0] if len(found) else np.nan

    @property
    def objective(self) -> float:
        """Cost of the plan, or profit where that is the objective."""
        return self._number("objective")

    @property
    def bound(self) -> float:
        """Proven bound on the objective of any plan."""
        return self._number("bound")

    @property
    def gap(self) -> float:
        """Relative distance of objective and bound."""
        return self._number("gap")

    def _number(self, item: str) -> float:
        """Give a number of the summary; in one that was kept as JSON, NaN is an empty cell."""
        value = self.figure(item)
        return np.nan if value == "" else float(value)

    @property
    def notes(self) -> pd.DataFrame:
        """What the run itself says of the plan, of its messages."""
        table = self._tables["messages"]
        return table[(table["severity"] == "note").to_numpy()]

    def with_messages(self, issues: Iterable[Issue]) -> Plan:
        """Give the plan with warnings in place of those that it tells of its case.

        For whoever knows more of where the case came from: cells of a workbook, columns not read.
        """
        notes = self.notes
        told = [(i.severity, i.place, i.text) for i in issues]
        frame = pd.concat([pd.DataFrame(told, columns=notes.columns, dtype=object), notes])
        return Plan(
            self.case,
            {**self._tables, "messages": frame},
            state=self.state,
            termination=self.termination,
            found=self.found,
        )

    def to_dict(self) -> dict[str, Any]:
        """Give state, termination and tables as plain JSON values."""
        return {
            "state": self.state,
            "termination": self.termination,
            "found": self.found,
            "tables": {name: rows_of(frame) for name, frame in self._tables.items()},
        }

    @classmethod
    def from_dict(cls, case: Case, data: Mapping[str, Any]) -> Plan:
        """Make a plan again of what `to_dict` gave.

        Parameters
        ----------
        case
            The case that it answers.
        data
            State, termination and tables.
        """
        return cls(
            case,
            {name: frame_of(PLAN_TABLES[name], rows) for name, rows in data["tables"].items()},
            state=data["state"],
            termination=data["termination"],
            found=data["found"],
        )


def shaped(table: Table, frame: pd.DataFrame | None) -> pd.DataFrame:
    """Give a table of results with just its declared columns, empty where there is none."""
    if frame is None or frame.empty:
        return pd.DataFrame(
            {c.name: pd.Series(dtype="float64" if c.numeric else "object") for c in table.columns}
        )
    return frame[[c.name for c in table.columns]].reset_index(drop=True)


def frame_of(table: Table, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Give rows as a frame; cells that were left out are NaN in columns of numbers, else empty."""
    cells: dict[str, Any] = {}
    for column in table.columns:
        if column.numeric:
            numbers = [row.get(column.name, np.nan) for row in rows]
            cells[column.name] = np.array(numbers, dtype=np.float64)
        else:
            cells[column.name] = np.array([row.get(column.name, "") for row in rows], dtype=object)
    return pd.DataFrame(cells)
