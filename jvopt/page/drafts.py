"""A case with mistakes, as sheets of cells that can be filled anew, be it a workbook or JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils import get_column_letter

from jvopt.core.headings import title_of
from jvopt.core.language import Language
from jvopt.core.tables import TABLES
from jvopt.excel.mend import mended, sheet_cells, typed
from jvopt.excel.sheet_names import case_sheet
from jvopt.service.task import Form

Found = Mapping[str, Any]
"""An issue as plain values."""

_ADDRESS = re.compile(r"([A-Z]+)(\d+)")
_NEAR = 1_500


@dataclass(frozen=True, slots=True)
class Place:
    """A cell: its sheet (or table), row and column."""

    sheet: str
    row: int
    column: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Cells to look at.

    Attributes
    ----------
    name, title
        As it is called in the case, and for people.
    columns
        Key and heading of each column.
    rows
        Number of each row and its cells by key.
    """

    name: str
    title: str
    columns: list[tuple[str, str]]
    rows: list[tuple[int, dict[str, Any]]]


@dataclass
class Draft:
    """A case that is being mended.

    Attributes
    ----------
    content, kind
        Reads the case as it was handed in, which may be large; and its form.
    edits
        What was typed since.
    """

    content: Callable[[], bytes]
    kind: Form
    edits: dict[Place, str] = field(default_factory=dict)

    def place(self, issue: Found) -> Place | None:
        """Give the cell of an issue, None where it has none."""
        if self.kind == "xlsx":
            found = _ADDRESS.fullmatch(str(issue.get("cell") or ""))
            if found is None or not issue.get("sheet"):
                return None
            return Place(str(issue["sheet"]), int(found[2]), found[1])
        if not issue.get("table") or not issue.get("row"):
            return None
        table = TABLES.get(str(issue["table"]))
        column = issue.get("column") or (table.names[0] if table else "")
        return Place(str(issue["table"]), int(issue["row"]), str(column))

    def rows_of(self, issues: Sequence[Found]) -> dict[str, set[int]]:
        """Give the rows with issues, by sheet."""
        found: dict[str, set[int]] = {}
        for place in filter(None, map(self.place, issues)):
            found.setdefault(place.sheet, set()).add(place.row)
        return found

    def sheets(self, issues: Sequence[Found], language: Language) -> list[Sheet]:
        """Give the sheets with mistakes; `CaseError` where the file cannot be opened."""
        bad = self.rows_of(issues)
        if self.kind == "json":
            return _tables(self.content(), bad, language)
        return [
            Sheet(
                cells.sheet,
                cells.sheet,
                [
                    (get_column_letter(n), get_column_letter(n))
                    for n in range(1, max((len(row) for _, row in cells.rows), default=1) + 1)
                ],
                [
                    (number, {get_column_letter(n): cell for n, cell in enumerate(row, 1)})
                    for number, row in cells.rows
                ],
            )
            for cells in sheet_cells(self.content(), bad)
        ]

    def mended(self, language: Language) -> bytes:
        """Give the case with what was typed; `NotCopied` where the workbook cannot be saved."""
        content = self.content()
        if not self.edits:
            return content
        if self.kind == "xlsx":
            cells = {(p.sheet, f"{p.column}{p.row}"): text for p, text in self.edits.items()}
            return mended(content, cells, language)
        case = json.loads(content)
        for place, text in self.edits.items():
            case[place.sheet][place.row - 1][place.column] = typed(text)
        return json.dumps(case, ensure_ascii=False).encode()


def _tables(content: bytes, bad: Mapping[str, set[int]], language: Language) -> list[Sheet]:
    try:
        case = json.loads(content)
    except ValueError:
        return []
    found = []
    for name, numbers in bad.items():
        rows = case.get(name) if isinstance(case, dict) else None
        if name not in TABLES or not isinstance(rows, list):
            continue
        numbered = [(n, r) for n, r in enumerate(rows, 1) if isinstance(r, dict)]
        if len(numbered) > _NEAR:
            numbered = [(n, r) for n, r in numbered if n in numbers][:_NEAR]
        known = TABLES[name]
        used = {key for _, row in numbered for key in row}
        shown = [c for c in known.columns if c.name in used or c.required]
        columns = [(c.name, title_of(c, language)) for c in shown]
        columns += [(key, key) for key in sorted(used - set(known.names))]
        found.append(Sheet(name, case_sheet(name, language), columns, numbered))
    return found


def marks(draft: Draft, issues: Iterable[Found]) -> dict[Place, tuple[str, str]]:
    """Give severity and words of each cell with something to say of it."""
    found: dict[Place, tuple[str, str]] = {}
    for issue in issues:
        place = draft.place(issue)
        if place is None:
            continue
        words = f"{issue['message']} {issue.get('hint') or ''}".strip()
        severity, before = found.get(place, (issue["severity"], ""))
        worst = "error" if "error" in (severity, issue["severity"]) else severity
        found[place] = (worst, f"{before}\n{words}".strip())
    return found
