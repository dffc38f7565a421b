"""A case: all tables of one problem, immutable."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from jvopt.core.changing import changed
from jvopt.core.headings import as_named
from jvopt.core.issues import CaseError, Issue, errors, issue, nearest
from jvopt.core.parse import RawTable, parse_table, parse_tables, setting_value
from jvopt.core.phrases import Listed, Phrase
from jvopt.core.tables import SETTING_VALUES, TABLES


class Learnt(NamedTuple):
    """What was worked out from some tables of a case, and those tables."""

    value: Any
    tables: dict[str, pd.DataFrame]


class Case:
    """All tables of one problem.

    A case never changes; `replace`, `change` and `scenario` give a new one. Tables are read as
    ``case["lanes"]`` or ``case.lanes``: DataFrames with every declared column, text as ``str``
    ("" for blank), numbers as floats (NaN for blank), dates as timestamps.

    Parameters
    ----------
    tables
        For each table its rows: a DataFrame, or dicts by column name. Tables that are left out
        are empty.

    Attributes
    ----------
    known_issues : list of Issue or None
        What `jvopt.check` found, once it was asked: a case never changes, so neither does this.
    learnt : dict
        What the checks of this case, or of the one that it is a change of, worked out on the way:
        what comes from tables that are still the same need not be worked out again.

    Raises
    ------
    CaseError
        A cell cannot be read as its column's kind, a key is repeated, a name is unknown. Whether
        the tables fit each other is for `jvopt.check`.
    """

    __slots__ = ("_filled", "_tables", "known_issues", "learnt")
    _tables: dict[str, pd.DataFrame]
    _filled: dict[str, pd.DataFrame]
    known_issues: list[Issue] | None
    learnt: dict[Hashable, Learnt]

    def __init__(self, tables: Mapping[str, RawTable]) -> None:
        if not isinstance(tables, Mapping):
            raise TypeError("a case is made of a mapping of tables; read_excel and read_json read")
        parsed, issues = parse_tables(tables)
        if errors(issues):
            raise CaseError(issues)
        self._tables, self._filled, self.known_issues, self.learnt = parsed, {}, None, {}

    @classmethod
    def from_parsed(cls, tables: dict[str, pd.DataFrame]) -> Case:
        """Wrap tables that `parse_tables` made."""
        case = cls.__new__(cls)
        case._tables, case._filled, case.known_issues, case.learnt = tables, {}, None, {}
        return case

    def __getstate__(self) -> tuple[dict[str, pd.DataFrame], list[Issue] | None]:
        return self._tables, self.known_issues  # the rest is worked out again where it is needed

    def __setstate__(self, state: tuple[dict[str, pd.DataFrame], list[Issue] | None]) -> None:
        self._tables, self.known_issues = state
        self._filled, self.learnt = {}, {}

    def _with(self, tables: dict[str, pd.DataFrame]) -> Case:
        """Give a case of tables of which most are this one's own."""
        case = Case.from_parsed(tables)
        mine = self._tables
        case._filled = {n: f for n, f in self._filled.items() if tables[n] is mine[n]}
        case.learnt = self.learnt
        return case

    def __getitem__(self, table: str) -> pd.DataFrame:
        return self._tables[table].copy(deep=False)

    def __getattr__(self, table: str) -> pd.DataFrame:
        if table in TABLES:
            return self[table]
        raise AttributeError(f"a case has no table {table!r}", name=table, obj=self)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *TABLES]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Case):
            return NotImplemented
        return all(self._tables[name].equals(other._tables[name]) for name in TABLES)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        filled = ", ".join(f"{n} {len(t)}" for n, t in self._tables.items() if len(t))
        return f"Case({self.setting('case_name')!r}: {filled})"

    def filled(self, table: str) -> pd.DataFrame:
        """Give a table with declared defaults in place of blanks.

        Blanks without a default (unlimited, all, unknown) stay NaN or "".
        """
        if table not in self._filled:
            frame = self[table]
            for column in TABLES[table].columns if len(frame) else ():
                if column.default is None:
                    continue
                if column.numeric:
                    frame[column.name] = frame[column.name].fillna(float(column.default))
                else:
                    frame[column.name] = frame[column.name].replace("", str(column.default))
            self._filled[table] = frame
        return self._filled[table].copy(deep=False)

    def setting(self, name: str) -> Any:
        """Give the value of a setting, its default where the case does not set it."""
        if name not in SETTING_VALUES:
            raise KeyError(f"no setting {name!r}; there are: {', '.join(SETTING_VALUES)}")
        settings = self._tables["settings"]
        given = settings["value"][(settings["setting"] == name).to_numpy()]
        if given.empty or not given.iloc[0]:
            return SETTING_VALUES[name].default
        return setting_value(name, given.iloc[0])[0]

    @property
    def seeks_profit(self) -> bool:
        """Whether the most profit is sought, not the least cost: the setting ``objective``."""
        return bool(self.setting("objective") == "profit")

    @property
    def sign(self) -> float:
        """What turns an objective into what the model makes least: -1 for profit, 1 for cost.

        Programs hold profit as a negative cost.
        """
        return -1.0 if self.seeks_profit else 1.0

    def with_settings(self, **values: object) -> Case:
        """Give a case with some settings replaced, as in ``case.with_settings(gap=0)``.

        None puts a setting back to its default.

        Raises
        ------
        CaseError
            A setting is unknown, or its value does not fit.
        """
        settings = self["settings"]
        kept = rows_of(settings[~settings["setting"].isin(list(values)).to_numpy()])
        new = [
            {"setting": name, "value": str(value)}
            for name, value in values.items()
            if value is not None
        ]
        return self.replace(settings=[*kept, *new])

    def replace(self, **tables: RawTable) -> Case:
        """Give a case in which whole tables are replaced.

        Raises
        ------
        CaseError
            As for a new case; also where there is no table of that name.
        """
        parsed, issues = dict(self._tables), []
        for name, rows in tables.items():
            if name not in TABLES:
                near = nearest(name, TABLES)
                known = "" if near else Phrase("Tables: {known}.", known=Listed(TABLES))
                issues.append(issue("unknown_table", value=name, nearest=near, known=known))
                continue
            parsed[name], found = parse_table(TABLES[name], rows)
            issues += found
        if errors(issues):
            raise CaseError(issues)
        return self._with(parsed)

    def change(
        self, table: str, column: str, value: object, *, action: str = "set", where: str = ""
    ) -> Case:
        """Give a case in which some cells of one column are changed.

        Parameters
        ----------
        table, column
            What changes, by name or by the title that it has in a workbook.
        value
            The new value, the factor or the addend; None to set to blank.
        action
            ``set``, ``multiply`` or ``add``.
        where
            Which rows, as in ``"country = KZ and family in (A, B)"``; all rows where empty.

        Raises
        ------
        CaseError
            The table, column, condition or value does not fit.
        """
        table, column = as_named(table, column)
        frame = changed(self._tables, table, column, value, action, where)
        return self._with({**self._tables, table: frame})

    def scenario(self, name: str) -> Case:
        """Give the case with one of its own scenarios applied.

        The result is a case of its own: it is named after the scenario, and has no scenarios, as
        they are changes of the case as it was.

        Raises
        ------
        CaseError
            The case has no scenario of that name, or a change of it does not fit.
        """
        expect_scenario(self, name)
        changes = self.filled("changes")
        mine = changes[(changes["scenario"] == name).to_numpy()].sort_values("order")
        title = f"{self.setting('case_name')}: {name}"
        return self.applied(mine.index).with_settings(case_name=title)

    def changed_by(self, rows: Sequence[Mapping[str, Any]]) -> Case:
        """Give the case with changes applied that are not its own.

        Parameters
        ----------
        rows
            Rows for the table ``changes``, in the order in which they are applied; their scenario
            and order do not matter.

        Raises
        ------
        CaseError
            A change does not fit.
        """
        name = "changes"
        given = [{**row, "scenario": name, "order": n} for n, row in enumerate(rows, 1)]
        case = self.replace(scenarios=[{"scenario": name}], changes=given)
        return case.applied(range(len(given)))

    def applied(self, rows: Iterable[int]) -> Case:
        """Give the case with some rows of its own table ``changes`` applied.

        Parameters
        ----------
        rows
            Their numbers from 0, in the order in which they are applied; of any scenario.

        Raises
        ------
        CaseError
            A change does not fit.
        """
        changes, tables = self.filled("changes"), dict(self._tables)
        wrong: list[Issue] = []
        for at in rows:
            cells = {name: str(cell) for name, cell in changes.loc[at].items()}
            table = cells["table"]
            try:
                tables[table] = changed(
                    tables,
                    table,
                    cells["column"],
                    cells["value"],
                    cells["action"],
                    cells["where"],
                    row=at + 1,
                )
            except CaseError as error:
                wrong += error.issues
        if wrong:
            raise CaseError(wrong)
        return self._with(tables).replace(scenarios=[], changes=[])

    def differences(self, other: Case) -> dict[str, set[str]]:
        """Name the columns in which another case differs, by table.

        All columns of a table count as different where it has more or fewer rows.
        """
        found = {}
        for name, mine in self._tables.items():
            theirs = other._tables[name]
            if mine is theirs:
                continue
            columns = set(mine.columns)
            if len(mine) == len(theirs):
                columns = {c for c in columns if not mine[c].equals(theirs[c])}
            if columns:
                found[name] = columns
        return found

    def to_dict(self) -> dict[str, list[dict[str, Any]]]:
        """Give the case as plain JSON values: rows by table, blanks and empty tables left out."""
        return {name: rows_of(frame) for name, frame in self._tables.items() if len(frame)}

    def to_json(self) -> str:
        """Give the case as JSON text, which `jvopt.read_json` reads back to an equal case."""
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False, indent=1)


def expect_scenario(case: Case, name: str, option: str = "scenario") -> None:
    """Refuse (`CaseError`) a name in an option that none of a case's scenarios has."""
    known = case["scenarios"]["scenario"].tolist()
    if name in known:
        return
    there = Listed(known) if known else Phrase("none")
    near = nearest(name, known)
    raise CaseError(
        [issue("unknown_scenario", None, None, option, name, nearest=near, known=there)]
    )


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the rows of a frame as plain JSON values, blanks left out."""
    columns = {}
    for name in frame.columns:
        cells = frame[name]
        if pd.api.types.is_datetime64_any_dtype(cells):
            days = np.datetime_as_string(cells.to_numpy(), unit="D")
            columns[name] = np.where(cells.isna(), "", days).tolist()
        else:
            columns[name] = cells.tolist()
    names = list(columns)
    return [
        {
            name: _plain(cell)
            for name, cell in zip(names, cells, strict=True)
            if not (cell is None or cell == "" or (isinstance(cell, float) and cell != cell))
        }
        for cells in zip(*columns.values(), strict=True)
    ]


def _plain(cell: Any) -> Any:
    if isinstance(cell, np.generic):
        cell = cell.item()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return int(cell)
    return cell
