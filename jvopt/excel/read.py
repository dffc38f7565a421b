"""From a workbook to a case, with every problem at its sheet and cell."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from openpyxl.utils.cell import coordinate_from_string

from jvopt.core.case import Case
from jvopt.core.headings import plain, table_of, table_words
from jvopt.core.issues import CaseError, Issue, errors, issue, nearest, plainly_impossible
from jvopt.core.language import Language, number
from jvopt.core.phrases import Listed, Name, Phrase, Rows, Voice, some
from jvopt.core.reading import examine
from jvopt.core.strays import OWN, cells_lost, columns_meant, table_meant
from jvopt.core.tables import TABLES
from jvopt.excel import sheet_names
from jvopt.excel.collector import without_collector
from jvopt.excel.currencies import wrong_currencies
from jvopt.excel.grid import read_grids
from jvopt.excel.header import headings_alike
from jvopt.excel.ours import is_result
from jvopt.excel.package import Package, Sheet, Source, open_package
from jvopt.excel.sheet_table import SheetTable
from jvopt.excel.table_reader import read_table

_FILLED = re.compile(rb"<(?:\w+:)?(?:v|is)[\s>]")


@dataclass
class Reading:
    """What a workbook holds.

    Attributes
    ----------
    case
        The case, None where there are errors.
    issues
        Every error and warning, with sheet and cell.
    tables
        Where each table stands: its sheet, rows and columns.
    language
        The language of the workbook, or the one that was asked for.
    impossible
        The case where its only errors are that it plainly has no plan.
    written
        The language of most of its titles.
    """

    case: Case | None
    issues: list[Issue]
    tables: dict[str, SheetTable] = field(default_factory=dict)
    language: Language = "en"
    impossible: Case | None = None
    written: Language | None = None

    def locate(self, found: Issue) -> Issue:
        """Give an issue of a table, row and column its sheet and cell, in the user's own words."""
        if found.sheet is None:
            read = self.tables.get(found.table or "")
            if read is not None and found.row is not None and found.column is not None:
                found = _as_written(read, found, self.language)
            params = {name: self._there(what) for name, what in found.params.items()}
            found = self._placed(replace(found, params=params))
        return found.worded(self.voice)

    def place_of(self, table: str, row: float, column: str) -> Issue:
        """Give the place of a cell, by its row in its table (NaN: none) and column, as an issue."""
        known = row == row and row is not None
        return self._placed(Issue("", "error", table, int(row) if known else None, column or None))

    def _placed(self, found: Issue) -> Issue:
        if found.sheet is not None or found.table not in TABLES:
            return found
        read = self.tables.get(found.table)
        if read is None:  # as its sheet would be called
            there = self.written and sheet_names.case_sheet(found.table, self.written)
            return replace(found, sheet=there)
        return replace(found, sheet=read.sheet, cell=read.cell(found.row, found.column))

    @property
    def voice(self) -> Voice:
        """How issues are worded for whoever wrote the workbook."""
        sheets = {table: read.sheet for table, read in self.tables.items()}
        return Voice(self.language, bool(self.tables), self.written, sheets)

    @property
    def titled(self) -> Voice:
        """How all else is said of the case: by titles, also where it did not come as a workbook."""
        return replace(self.voice, titles=True)

    def _there(self, what: object) -> object:
        """Give rows of a table as rows of its sheet."""
        read = self.tables.get(what.table) if isinstance(what, Rows) else None
        if read is None or not isinstance(what, Rows):
            return what
        return Rows(what.table, tuple(int(read.rows[row - 1]) for row in what.numbers))


def read_workbook(source: Source, language: Language | None = None) -> Reading:
    """Read a case from a workbook.

    Sheets and headings may be called by name or by title in English, Russian or Kazakh, in any
    order; units of the same dimension are converted; result sheets of an earlier plan are passed
    over.

    Parameters
    ----------
    source
        Path, content or binary file of an .xlsx workbook.
    language
        The language of the issues; None for that of most of the workbook's titles.

    Returns
    -------
    Reading
        The case and all issues; without a case where there are errors.
    """
    try:
        with without_collector():
            return _read(open_package(source), language)
    except CaseError as error:
        reading = Reading(None, [], language=language or "en")
        return replace(reading, issues=[reading.locate(i) for i in error.issues])


def read_excel(source: Source) -> Case:
    """Read a case from a workbook.

    Parameters
    ----------
    source
        A path, or the workbook itself as bytes or an open file. Sheets and headings may be in any
        of the three languages; sheets of a plan, and columns of your own, are passed over.

    Returns
    -------
    Case
        The case; its warnings are given by `jvopt.check`.

    Raises
    ------
    CaseError
        With all issues, where there are errors.
    """
    reading = read_workbook(source)
    if reading.case is None:
        raise CaseError(reading.issues)
    return reading.case


def _read(package: Package, language: Language | None) -> Reading:
    tables, issues = read_tables(package)
    written = _language_of(tables)
    reading = Reading(None, issues, tables, language or written, written=written)
    if not tables:
        shown = Listed(sheet.name for sheet in package.sheets)
        issues = [issue("file_no_tables", sheets=shown), *issues]
        return replace(reading, issues=[reading.locate(i) for i in issues])
    own = [i for read in tables.values() for i in read.issues]
    own += wrong_currencies(tables)
    case, checked = examine({name: read.frame for name, read in tables.items()}, own)
    known = _Known(issues, own)
    strays = [i.value for i in issues if i.code == "extra_table" and not i.hint]
    follow = [_perhaps(i, strays) for i in checked if not known.explains(i)]
    found = _sorted(package, [reading.locate(i) for i in [*issues, *own, *follow]])
    bad = errors(found)
    impossible = case if bad and plainly_impossible(bad) else None
    return replace(reading, case=None if bad else case, issues=found, impossible=impossible)


def _language_of(tables: dict[str, SheetTable]) -> Language:
    headings = [(read.table, heading) for read in tables.values() for heading in read.headings]
    return sheet_names.language_of([read.sheet for read in tables.values()], headings)


def read_tables(package: Package) -> tuple[dict[str, SheetTable], list[Issue]]:
    """Read the raw tables of a workbook, before they are checked.

    Returns
    -------
    tables : dict of SheetTable
        In the order in which they are declared, each with what is wrong on its sheet.
    issues : list of Issue
        What is wrong with sheets as a whole.

    Raises
    ------
    CaseError
        The file is damaged.
    """
    sheets, issues = _tables_of(package)
    grids, too_large = read_grids(package, sheets.values())
    issues += too_large
    by_name = {sheet.name: table for table, sheet in sheets.items()}
    by_table = {by_name[grid.sheet]: grid for grid in grids}
    found: dict[str, SheetTable] = {}
    codes: frozenset[str] = frozenset()
    for name in sorted(by_table, key=lambda name: name != "currencies"):
        found[name] = read_table(by_table[name], TABLES[name], codes)
        if name == "currencies" and "currency" in found[name].frame:
            codes = frozenset(str(code) for code in found[name].frame["currency"] if code)
    return {name: found[name] for name in TABLES if name in found}, issues


def _tables_of(package: Package) -> tuple[dict[str, Sheet], list[Issue]]:
    """Find the sheet of each table; report sheets that are none."""
    sheets: dict[str, Sheet] = {}
    strays, issues = [], []
    for sheet in package.sheets:
        table = table_of(sheet.name)
        if table is None:
            made = sheet_names.is_read_me(sheet.name) or is_result(package, sheet)
            if not made and _FILLED.search(package.read(sheet.part)):
                strays.append(sheet)
        elif table in sheets:
            first = sheets[table].name
            found = issue("duplicate_table", table, value=sheet.name, first=first)
            issues.append(replace(found, sheet=sheet.name))
        else:
            sheets[table] = sheet
            if sheet.state != "visible":
                found = issue("hidden_sheet", table, value=sheet.name)
                issues.append(replace(found, sheet=sheet.name))
    by_headings = _by_headings(package, strays, sheets)
    for sheet in strays:
        near = nearest(plain(sheet.name), table_words())
        meant = table_of(near) if near else None
        if meant and meant not in sheets:
            found = issue("unknown_table", value=sheet.name, nearest=Name(meant), known="")
        elif sheet.name in by_headings:
            found = issue("renamed_table", value=sheet.name, meant=Name(by_headings[sheet.name]))
        else:
            found = issue("extra_table", value=sheet.name, renamed=_renamed(sheet.name, sheets))
        issues.append(replace(found, sheet=sheet.name))
    return sheets, issues


def _by_headings(
    package: Package, strays: Sequence[Sheet], sheets: Mapping[str, Sheet]
) -> dict[str, str]:
    """Find the tables that are not there, by the headings of sheets under other names."""
    absent = [table for table in TABLES.values() if table.name not in sheets]
    asked = [sheet for sheet in strays if not sheet.name.startswith(OWN)]
    if not absent or not asked:
        return {}
    try:
        grids, _ = read_grids(package, asked)
    except CaseError:  # what is damaged there is no concern of the case
        return {}
    found: dict[str, str] = {}
    for grid in grids:
        alike = {table.name: headings_alike(grid.rows, table) for table in absent}
        best = max(alike, key=lambda name: alike[name])
        if alike[best] and best not in found.values():
            found[grid.sheet] = best
    return found


def _renamed(name: str, sheets: Mapping[str, Sheet]) -> Phrase | str:
    """Ask whether a sheet that is no table's is the one of a table that has none: "fees 2026"."""
    said = f" {plain(name)} "
    for called in sorted(table_words(), key=len, reverse=True):
        table = table_of(called)
        if f" {called} " in said and table and table not in sheets:
            return Phrase("If it is the table {table}, call it so.", table=Name(table))
    return ""


def _perhaps(found: Issue, strays: Sequence[str | None]) -> Issue:
    """Ask of a table that is missing whether one of the sheets that are none is meant for it."""
    if found.code != "missing_table" or not strays:
        return found
    perhaps = Phrase(
        " One of these sheets may be it: {sheets}. If so, call that {table}.",
        table=Name(str(found.table)),
        sheets=some(strays),
    )
    return issue(found.code, found.table, what=found.params["what"], perhaps=perhaps)


class _Known:
    """What the reader has reported, so that checks do not report it once more."""

    def __init__(self, issues: Iterable[Issue], own: Iterable[Issue]) -> None:
        self.cells = {(i.table, i.row, i.column) for i in own if i.row is not None}
        self.cells |= {cell for i in own for cell in cells_lost(i)}
        self.rows = {(table, row) for table, row, _ in self.cells}
        self.headings = {(meant.table, meant.column) for i in own for meant in columns_meant(i)}
        self.misspelt = {table_meant(i) for i in issues} - {None}
        self.without_header = {i.table for i in own if i.code == "no_header"}

    def explains(self, found: Issue) -> bool:
        """Tell whether a reported problem is the cause of another."""
        if (found.table, found.row, found.column) in self.cells:
            return True
        if found.code == "duplicate_key":
            first = found.params["first"]
            assert isinstance(first, Rows)
            rows = [found.row, *first.numbers]
            return any((found.table, row) in self.rows for row in rows)
        if found.code == "missing_column":
            return (found.table, found.column) in self.headings
        return found.code in ("missing_table", "empty_table") and (
            found.table in self.without_header or found.table in self.misspelt
        )


def _as_written(read: SheetTable, found: Issue, language: Language) -> Issue:
    """Give value and bounds as the user wrote them, in the unit of the user's heading."""
    column, row = found.column or "", found.row or 1
    value = found.value
    if value is None or not 1 <= row <= len(read.rows):
        return found
    unit = read.units.get(column)
    converted = unit is not None and unit.factor != 1
    bounded = found.code in ("too_small", "too_large")
    if column in read.given and (bounded or not converted):
        given = read.given[column][row - 1]
        value = f"{given:g}" if isinstance(given, float) else str(given)
    elif re.fullmatch(r"-?\d+\.0", value):  # a spreadsheet knows no whole numbers
        value = value[:-2]
    if language != "en" and TABLES[read.table][column].numeric and found.code != "text_in_number":
        with contextlib.suppress(ValueError):
            value = number(language, float(value))
    params = dict(found.params)
    if unit is not None and converted and bounded:
        bounds = {n: unit.back(b) for n, b in params.items() if isinstance(b, float)}
        params |= bounds
    return replace(found, value=value, params=params)


def _sorted(package: Package, issues: list[Issue]) -> list[Issue]:
    """Sort by sheet and cell, in the order of the workbook; what has no place comes first."""
    order = {sheet.name: number for number, sheet in enumerate(package.sheets)}

    def place(found: Issue) -> tuple[int, int, int, str]:
        row, column = 0, ""
        if found.cell:
            column, row = coordinate_from_string(found.cell)
        return (order.get(found.sheet or "", -1), row, len(column), column)

    return sorted(issues, key=place)
