"""What the checks look at: the case, and what is already known to be wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jvopt.core.case import Case
from jvopt.core.issues import Issue, errors
from jvopt.core.phrases import Name
from jvopt.core.strays import columns_meant
from jvopt.core.tables import TABLES

if TYPE_CHECKING:
    from jvopt.core.checks.reach import Reach

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Subject:
    """A case under examination.

    Parameters
    ----------
    case
        The case; bad cells are blank in it.
    found
        What is already known to be wrong, so that nothing is reported that merely follows.
    """

    def __init__(self, case: Case, found: Iterable[Issue]) -> None:
        self.case = case
        self.reach: Reach | None = None
        self._cells: set[tuple[str, int, str]] = set()
        self._columns: set[tuple[str, str]] = set()
        self._tables: set[str] = set()
        self._filled: dict[str, pd.DataFrame] = {}
        self._frames: dict[str, pd.DataFrame] = {}
        self._words: dict[tuple[str, str], frozenset[str]] = {}
        self.learn(found)

    def __getitem__(self, table: str) -> pd.DataFrame:
        """Give a table as it is, the same frame each time: it is not to be changed."""
        if table not in self._frames:
            self._frames[table] = self.case[table]
        return self._frames[table]

    def words(self, table: str, column: str) -> frozenset[str]:
        """Give the words that stand in a column, blank among them."""
        if (table, column) not in self._words:
            self._words[table, column] = frozenset(self[table][column].unique())
        return self._words[table, column]

    def learn(self, issues: Iterable[Issue]) -> None:
        """Remember where errors are."""
        for i in errors(issues):
            meant = i.params.get("nearest")
            if i.code == "unknown_table" and isinstance(meant, Name):
                self._tables.add(meant.table)
            elif columns := columns_meant(i):
                self._columns |= {(name.table, name.column) for name in columns}
            elif i.table and i.row is not None and i.column is not None:
                self._cells.add((i.table, i.row, i.column))
            elif i.table and i.column:
                self._columns.add((i.table, i.column))
            elif i.table:
                self._tables.add(i.table)

    def explains(self, issue: Issue) -> bool:
        """Whether an error is already known at the place of an issue, or of its whole table."""
        if issue.table in self._tables:
            return True
        return issue.row is not None and (issue.table, issue.row, issue.column) in self._cells

    def readable(self, table: str, column: str | None = None) -> bool:
        """Whether a table, or a column of it, could be read as a whole."""
        if table in self._tables:
            return False
        return column is None or (table, column) not in self._columns

    def sound(self, *tables: str) -> bool:
        """Whether all columns of the tables could be read, cells aside."""
        broken = self._tables | {table for table, _ in self._columns}
        return broken.isdisjoint(tables)

    def good(self, table: str, *columns: str) -> Flags:
        """Say for each row that no error is known in it (in the columns named, or in any)."""
        flags = np.ones(len(self[table]), bool)
        for name, row, column in self._cells:
            if name == table and (not columns or column in columns):
                flags[row - 1] = False
        return flags

    def filled(self, table: str) -> pd.DataFrame:
        """Give a table with defaults in place of blanks."""
        if table not in self._filled:
            self._filled[table] = self.case.filled(table)
        return self._filled[table]

    @cached_property
    def horizon(self) -> pd.DataFrame:
        """The periods in order of time: ``period``, ``start``, ``years``, ``offset`` (years)."""
        frame = self.filled("periods")[["period", "start", "years"]]
        frame = frame[(frame["period"] != "").to_numpy()]
        frame = frame.drop_duplicates("period").sort_values("start", kind="stable")
        if frame.empty:
            frame = pd.DataFrame({"period": ["year"], "start": [pd.NaT], "years": [1.0]})
        offset = frame["years"].cumsum() - frame["years"]
        return frame.assign(offset=offset).reset_index(drop=True)

    @cached_property
    def able(self) -> Flags:
        """Whether each site can be open at all; where its cells are bad, it can."""
        return self._can_open("sites")

    @cached_property
    def able_lines(self) -> Flags:
        """Whether each line can be open in some period, as far as its own row says."""
        return self._can_open("lines")

    def _can_open(self, table: str) -> Flags:
        frame = self.filled(table)
        decision, now = frame["decision"], frame["now"]
        never = (decision == "closed") | ((decision == "stay") & (now == "closed"))
        flags: Flags = ~never.to_numpy(bool) | ~self.good(table, "now", "decision")
        return flags

    @cached_property
    def base_currency(self) -> str:
        """The currency of the objective."""
        return str(self.case.setting("base_currency"))


def rows_where(flags: pd.Series[bool] | Flags) -> list[int]:
    """Give the positions, from 0, of the rows for which a flag is set."""
    return [int(at) for at in np.flatnonzero(np.asarray(flags, bool))]


def in_order(issues: Iterable[Issue]) -> list[Issue]:
    """Sort issues by table, row and column, as people fill them in; whole tables first."""
    tables = {name: i for i, name in enumerate(TABLES)}
    columns = {
        (table.name, column): i for table in TABLES.values() for i, column in enumerate(table.names)
    }
    return sorted(
        issues,
        key=lambda i: (
            tables.get(i.table or "", -1 if i.table is None else len(tables)),
            i.row or 0,
            columns.get((i.table or "", i.column or ""), -1),
        ),
    )
