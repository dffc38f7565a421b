"""The cells of a case that is being mended, sheet by sheet; the wrong ones are marked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from nicegui import events, ui
from nicegui.element import Element

from jvopt.core.issues import CaseError
from jvopt.page.aside import aside
from jvopt.page.drafts import Draft, Found, Place, Sheet, marks
from jvopt.page.parts import Act, box, named, text
from jvopt.page.rows import words_of_grid
from jvopt.page.speaker import Speaker

_SIZED = 0.25
"""Seconds in which a grid has given its columns their widths."""
_KEYS = ["data", "colId", "newValue"]
_STYLES = {
    "jv-bad": "p => ['error', 'conflict'].includes((p.data._bad[p.colDef.field] || [])[0])",
    "jv-warned": "p => ['warning', 'change'].includes((p.data._bad[p.colDef.field] || [])[0])",
    "jv-new": "p => p.data._new.includes(p.colDef.field) && !p.data._bad[p.colDef.field]",
}


class Cells:
    """The sheets with mistakes, each a grid to type into.

    A grid that is shown stays, and only its marks change: who types in it while the case is
    checked keeps the cell.
    """

    def __init__(self, draft: Draft, speaker: Speaker, words: str, on_typed: Act) -> None:
        self.draft, self.speaker, self.words, self.on_typed = draft, speaker, words, on_typed
        self.issues: Sequence[Found] = []
        self.grids: dict[str, tuple[ui.aggrid, Sheet]] = {}
        self.panels: dict[str, Element] = {}
        self.place = box("jv-panel s7")

    async def sheets_of(self, issues: Sequence[Found]) -> list[Sheet]:
        """Give the sheets with mistakes; none where it is no workbook at all."""
        sheets: list[Sheet] = []
        with suppress(CaseError):
            sheets = await aside(self.draft.sheets, issues, self.speaker.language)
        return sheets

    def show(self, issues: Sequence[Found], sheets: Sequence[Sheet]) -> None:
        """Mark these mistakes, and those sheets too that were shown before."""
        self.issues = issues
        if not self.grids:
            self._lay_out(empty=not sheets)
        before = list(self.grids.values())
        bad = self.draft.rows_of(issues)
        for sheet in sheets:
            shown = self.grids.get(sheet.name)
            if shown is None:
                with self.tabs:
                    ui.tab(sheet.name, label=sheet.title)
                with self.sheets, ui.tab_panel(sheet.name).style("padding:0") as panel:
                    named(panel, sheet.title)
                    self.panels[sheet.name] = panel
                    self.grids[sheet.name] = (self._grid(sheet), sheet)
            elif not bad[sheet.name] <= {number for number, _ in shown[1].rows}:
                before.remove(shown)
                self.panels[sheet.name].clear()
                with self.panels[sheet.name]:
                    self.grids[sheet.name] = (self._grid(sheet), sheet)
        if sheets and self.tabs.value is None:
            self.tabs.set_value(sheets[0].name)
        for grid, sheet in before:
            self._mark(grid, sheet)

    def _lay_out(self, *, empty: bool) -> None:
        say = self.speaker.say
        self.place.clear()
        with self.place:
            text(say("Your cells"), tag="h2")
            if empty:
                text(say("There are no cells to show for this."), "quiet")
                return
            text(self.words, "small quiet")
            with ui.tabs().props("dense no-caps align=left inline-label") as self.tabs:
                pass
            with ui.tab_panels(self.tabs, animated=False).props("keep-alive") as self.sheets:
                pass

    def _mark(self, grid: ui.aggrid, sheet: Sheet) -> None:
        """Mark cells anew; what stands in them is left to who types."""
        marked = {row["_row"]: [row["_bad"], row["_new"]] for row in self._rows(sheet)}
        ui.run_javascript(f"jvopt.mark(getElement({grid.id}).api, {json.dumps(marked)})")

    def _rows(self, sheet: Sheet) -> list[dict[str, Any]]:
        told, edits = marks(self.draft, self.issues), self.draft.edits
        rows = []
        for number, cells in sheet.rows:
            row: dict[str, Any] = {"_row": number, "_bad": {}, "_new": []}
            for key, _ in sheet.columns:
                place = Place(sheet.name, number, key)
                row[key] = edits.get(place, cells.get(key, ""))
                if place in told:
                    row["_bad"][key] = told[place]
                if place in edits:
                    row["_new"].append(key)
            rows.append(row)
        return rows

    def _grid(self, sheet: Sheet) -> ui.aggrid:
        number_column = {
            "field": "_row", "headerName": "", "pinned": "left", "width": 58, "editable": False,
            "cellClass": "jv-head-cell", "filter": False,
        }  # fmt: skip
        columns = [number_column] + [
            {
                "field": key,
                "headerName": heading,
                "editable": True,
                ":cellClassRules": "({"
                + ", ".join(f"'{css}': {rule}" for css, rule in _STYLES.items())
                + "})",
                ":tooltipValueGetter": "p => (p.data._bad[p.colDef.field] || [])[1]",
            }
            for key, heading in sheet.columns
        ]
        grid = ui.aggrid(
            {
                "columnDefs": columns,
                "rowData": self._rows(sheet),
                "defaultColDef": {"resizable": True, "minWidth": 70, "maxWidth": 260},
                "autoSizeStrategy": {"type": "fitCellContents"},
                "suppressFieldDotNotation": True,
                "stopEditingWhenCellsLoseFocus": True,
                "tooltipShowDelay": 150,
                ":getRowId": "p => String(p.data._row)",
                ":onFirstDataRendered": self._at_first(sheet),
                "localeText": words_of_grid(self.speaker),
            },
            auto_size_columns=False,
        )
        grid.classes("jv-ag").style("height:56vh")
        grid.on("cellValueChanged", lambda event: self._typed(sheet.name, event), _KEYS)
        return grid

    def _typed(self, sheet: str, event: events.GenericEventArguments) -> None:
        data, key = event.args["data"], str(event.args["colId"])
        value = event.args.get("newValue")
        self.draft.edits[Place(sheet, int(data["_row"]), key)] = "" if value is None else str(value)
        self.on_typed()

    def _at_first(self, sheet: Sheet) -> str:
        """Have the browser show the first mistake; the focus stays with who may already type."""
        places = (p for p in map(self.draft.place, self.issues) if p and p.sheet == sheet.name)
        first = next(places, None)
        at = None if first is None else _index(sheet, first.row)
        if first is None or at is None:
            return "p => {}"
        moves = "".join(
            f" p.api.ensureColumnVisible({json.dumps(column)});"
            for column in _with_before(sheet, first.column)
        )
        # Once the columns are as wide as their cells.
        return (
            f"p => setTimeout(() => {{ p.api.ensureIndexVisible({at}, 'middle');{moves} }},"
            f" {1000 * _SIZED:.0f})"
        )

    def go(self, place: Place) -> None:
        """Show a cell."""
        if place.sheet in self.grids:
            self.tabs.set_value(place.sheet)
            ui.timer(0.15, lambda: self._scroll(place), once=True)

    def _scroll(self, place: Place) -> None:
        grid, sheet = self.grids[place.sheet]
        at = _index(sheet, place.row)
        if at is None:
            return
        grid.run_grid_method("ensureIndexVisible", at, "middle")
        for column in _with_before(sheet, place.column):
            grid.run_grid_method("ensureColumnVisible", column)
        grid.run_grid_method("setFocusedCell", at, place.column)


def _with_before(sheet: Sheet, column: str) -> list[str]:
    """Give a column and the one before it, which tells what the row is about."""
    keys = [key for key, _ in sheet.columns]
    at = keys.index(column) if column in keys else 0
    return [*keys[max(at - 1, 0) : at], column]


def _index(sheet: Sheet, number: int) -> int | None:
    return next((n for n, (row, _) in enumerate(sheet.rows) if row == number), None)
