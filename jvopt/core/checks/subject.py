"""What the checks look at: the case, and what is already known to be wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jvopt.core.case import Case, Learnt
from jvopt.core.issues import Issue, errors
from jvopt.core.strays import cells_lost, columns_meant, table_meant
from jvopt.core.tables import TABLES

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
T = TypeVar("T")

_UNREAD = {"empty_table", "missing_table", "no_header", "no_source", "wrong_type"}
"""Errors of a whole table that leave nothing of it to look at."""


class _Watched(Case):
    """A case that notes which of its tables are read."""

    __slots__ = ("read",)

    def __init__(self, case: Case) -> None:
        self._tables, self._filled = case._tables, case._filled
        self.known_issues, self.learnt = case.known_issues, case.learnt
        self.read: set[str] = set()

    def __getitem__(self, table: str) -> pd.DataFrame:
        self.read.add(table)
        return super().__getitem__(table)

    def filled(self, table: str) -> pd.DataFrame:
        self.read.add(table)
        return super().filled(table)

    def setting(self, name: str) -> Any:
        self.read.add("settings")
        return super().setting(name)


class Subject:
    """A case under examination.

    While no errors are known, what was worked out of a case serves its variants too, as far as
    the tables that it comes from are the same.

    Parameters
    ----------
    case
        The case; bad cells are blank in it.
    found
        What is already known to be wrong, so that nothing is reported that merely follows.
    """

    def __init__(self, case: Case, found: Iterable[Issue]) -> None:
        self._watched = _Watched(case)
        self._learnt: dict[Hashable, Learnt] = {}
        self._own: dict[Callable[[Subject], Any], Any] = {}
        self._equal: dict[tuple[str, int], bool] = {}
        self._cells: set[tuple[str, int, str]] = set()
        self._columns: set[tuple[str, str]] = set()
        self._unread: set[str] = set()
        self._broken: set[str] = set()
        self._errors = False
        self.learn(found)

    @property
    def case(self) -> Case:
        """The case; which of its tables are read is noted."""
        return self._watched

    def once(self, name: Hashable, make: Callable[[Subject], T]) -> T:
        """Give what something comes to, worked out once for all that ask for it by its name.

        It must come from the case alone, read through this subject.
        """
        case = self._watched
        if name not in self._learnt:
            before = None if self._errors else case.learnt.get(name)
            if before and all(self._same(t, frame) for t, frame in before.tables.items()):
                self._learnt[name] = before
            else:
                outside, case.read = case.read, set()
                try:
                    value = make(self)
                    tables = {table: case._tables[table] for table in case.read}
                finally:
                    case.read |= outside
                self._learnt[name] = Learnt(value, tables)
        learnt = self._learnt[name]
        case.read.update(learnt.tables)
        value_: T = learnt.value
        return value_

    def own(self, make: Callable[[Subject], T]) -> T:
        """Give what is made once of this subject and serves no other, as it looks into this one."""
        if make not in self._own:
            self._own[make] = make(self)
        value: T = self._own[make]
        return value

    def _same(self, table: str, frame: pd.DataFrame) -> bool:
        """Whether a frame of another case is, or equals, this case's own."""
        mine = self._watched._tables[table]
        key = table, id(frame)
        if key not in self._equal:
            self._equal[key] = mine is frame or mine.equals(frame)
        return self._equal[key]

    def depends_on(self, tables: Iterable[str]) -> None:
        """Note that what is being worked out comes from some tables, read by now or later."""
        self._watched.read.update(tables)

    def learnt(self) -> dict[Hashable, Learnt]:
        """Give what serves the variants of the case: nothing where errors are known."""
        return {} if self._errors else self._learnt

    def __getitem__(self, table: str) -> pd.DataFrame:
        """Give a table as it is, the same frame each time: it is not to be changed."""
        return self.once(("table", table), lambda s: s.case[table])

    def words(self, table: str, column: str) -> frozenset[str]:
        """Give the words that stand in a column, blank among them."""
        return self.once((table, column), lambda s: frozenset(s[table][column].unique()))

    def learn(self, issues: Iterable[Issue]) -> None:
        """Remember where errors are."""
        for i in errors(issues):
            self._errors = True
            self._cells |= cells_lost(i)
            meant = table_meant(i)
            if meant is not None:
                if self._watched._tables[meant].empty:  # else its own rows were read
                    self._unread.add(meant)
            elif named := columns_meant(i):
                self._columns |= {(name.table, name.column) for name in named}
            elif i.table and i.row is not None:
                columns = [i.column] if i.column else TABLES[i.table].names
                self._cells |= {(i.table, i.row, column) for column in columns}
            elif i.table and i.column:
                self._columns.add((i.table, i.column))
            elif i.table and i.code in _UNREAD:
                self._unread.add(i.table)
            elif i.table and i.params.get("headings_lost", True):
                self._broken.add(i.table)

    def explains(self, issue: Issue) -> bool:
        """Whether an error is already known at the place of an issue, or nothing could be read."""
        if issue.table in self._unread:
            return True
        if issue.code == "missing_column" and issue.table in self._broken:
            return True  # an unreadable heading may be that of the missing column
        return issue.row is not None and (issue.table, issue.row, issue.column) in self._cells

    def readable(self, table: str, column: str | None = None) -> bool:
        """Whether a table, or a column of it, could be read as a whole."""
        if table in self._unread or table in self._broken:
            return False
        return column is None or (table, column) not in self._columns

    def sound(self, *tables: str) -> bool:
        """Whether all columns of the tables could be read, cells aside."""
        broken = self._unread | self._broken | {table for table, _ in self._columns}
        return broken.isdisjoint(tables)

    def good(self, table: str, *columns: str) -> Flags:
        """Say for each row that no error is known in it (in the columns named, or in any)."""
        # A heading that could not be read may be that of any column.
        flags = np.full(len(self[table]), table not in self._broken)
        for name, row, column in self._cells:
            if name == table and (not columns or column in columns):
                flags[row - 1] = False
        return flags

    def filled(self, table: str) -> pd.DataFrame:
        """Give a table with defaults in place of blanks."""
        return self.once(("filled", table), lambda s: s.case.filled(table))

    @property
    def horizon(self) -> pd.DataFrame:
        """The periods in order of time: ``period``, ``start``, ``years``, ``offset`` (years)."""
        return self.once("horizon", _horizon)

    @property
    def able(self) -> Flags:
        """Whether each site can be open at all; where its cells are bad, it can."""
        return self.once("able", lambda s: _can_open(s, "sites"))

    @property
    def able_lines(self) -> Flags:
        """Whether each line can be open in some period, as far as its own row says."""
        return self.once("able_lines", lambda s: _can_open(s, "lines"))

    @property
    def priced_lines(self) -> Flags:
        """Whether a step of each line's capacity has a cost, for all periods or for one."""
        return self.once("priced_lines", _priced_lines)

    @property
    def line_room(self) -> Floats:
        """The capacity that all steps of each line together can add."""
        return self.once("line_room", _line_room)

    @property
    def base_currency(self) -> str:
        """The currency of the objective."""
        return str(self.case.setting("base_currency"))


def _horizon(s: Subject) -> pd.DataFrame:
    frame = s.filled("periods")[["period", "start", "years"]]
    frame = frame[(frame["period"] != "").to_numpy()]
    frame = frame.drop_duplicates("period").sort_values("start", kind="stable")
    if frame.empty:
        frame = pd.DataFrame({"period": ["year"], "start": [pd.NaT], "years": [1.0]})
    offset = frame["years"].cumsum() - frame["years"]
    return frame.assign(offset=offset).reset_index(drop=True)


def _can_open(s: Subject, table: str) -> Flags:
    frame = s.filled(table)
    decision, now = frame["decision"], frame["now"]
    never = (decision == "closed") | ((decision == "stay") & (now == "closed"))
    flags: Flags = ~never.to_numpy(bool) | ~s.good(table, "now", "decision")
    return flags


def _priced_lines(s: Subject) -> Flags:
    lines, own = s["lines"], s["line_periods"]
    by_period = lines["line"].isin(own["line"][own["step_cost"].notna()])
    flags: Flags = (lines["step_cost"].notna() | by_period).to_numpy(bool)
    return flags


def _line_room(s: Subject) -> Floats:
    lines = s.filled("lines")
    steps = lines["most_steps"].fillna(np.inf).to_numpy(float)
    size = lines["step_size"].fillna(1.0).to_numpy(float)
    some = s.priced_lines & (steps > 0) & (size > 0)
    # No steps of any size, and steps of size 0, add nothing: 0 x infinity would be no number.
    room: Floats = np.where(some, size, 0.0) * np.where(some, steps, 0.0)
    return room


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
