"""A case with mistakes: what is wrong as a list and in its cells, to be mended right there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from nicegui import events, ui

from jvopt.core.issues import CaseError
from jvopt.excel.copy import NotCopied
from jvopt.page.aside import aside
from jvopt.page.drafts import Draft, Found, Place, Sheet, marks
from jvopt.page.frame import Visit
from jvopt.page.parts import box, button, pill, text
from jvopt.page.rows import words_of_grid
from jvopt.service.job import Job, Refused
from jvopt.service.orders import Order
from jvopt.service.task import MEDIA_TYPES, Failure

_MOST = 300
"""Most mistakes that the list shows."""


async def show(visit: Visit, job: Job) -> None:
    """Show what is wrong with the case of a job."""

    def begin() -> Draft:
        content, kind = visit.desk.jobs.content(visit.desk.owner, job.id)
        return Draft(content, kind)

    key = (visit.desk.owner.id, job.id)
    draft = await aside(visit.desk.service.drafts.get, key, begin)
    bench = _Bench(visit, job, draft)
    bench.lay_out()
    await bench.fill(job.issues)
    if visit.speaker.language != "en" or draft.edits:
        ui.timer(0.1, bench.check, once=True)  # in the language of the page


class _Bench:
    """Where a case is mended."""

    def __init__(self, visit: Visit, job: Job, draft: Draft) -> None:
        self.visit, self.job, self.draft = visit, job, draft
        self.say = visit.speaker.say
        self.issues: Sequence[Found] = []
        self.grids: dict[str, tuple[ui.aggrid, Sheet]] = {}

    def lay_out(self) -> None:
        """Put everything in its place."""
        say = self.say
        with box("row").style("margin-bottom:12px"):
            text(self.job.name or say("Plan"), tag="h1")
            self.state = box("row")
            box("grow")
            button(say("Check again"), self.check, icon="fact_check")
            kind = say("Mended workbook") if self.draft.kind == "xlsx" else say("Mended case")
            button(kind, self.take, icon="download")
            if self.draft.kind == "xlsx":
                button(say("Marked workbook"), self.take_marked, icon="download")
            self.solve = button(say("Find the plan"), self.hand_in, icon="play_arrow", main=True)
        self.note = box("")
        with box("jv-grid"):
            with box("jv-panel flush s5") as left:
                left.props(f'aria-label="{say("What is wrong")}" role=region')
                self.list = box("jv-scroll").style("max-height:66vh")
            self.place = box("jv-panel s7")

    async def fill(self, issues: Sequence[Found]) -> None:
        """Show issues anew."""
        self.issues = issues
        bad = [i for i in issues if i["severity"] == "error"]
        say = self.say
        self.state.clear()
        with self.state:
            if bad:
                pill(say("Problems to mend: {count}", count=len(bad)), "bad").props("role=status")
            else:
                pill(say("Nothing to mend"), "good").props("role=status")
            if self.draft.edits:
                pill(say("Cells changed: {count}", count=len(self.draft.edits)), "busy")
        self.solve.set_enabled(not bad)
        self.list.clear()
        with self.list:
            for issue in issues[:_MOST]:
                self._line(issue)
            if not issues:
                words = "Nothing is wrong any more: find the plan, or take the workbook along."
                text(say(words), "quiet").style("padding:16px")
        await self._fill_grids()

    def _line(self, issue: Found) -> None:
        say = self.say
        place = self.draft.place(issue)
        kind = "warning" if issue["severity"] == "warning" else ""
        where = _where(issue) or say("The whole case")
        with box(f"jv-issue {kind}", "button").props("type=button") as line:
            with box("stack tight"):
                text(where, "strong num")
                if issue.get("value"):
                    text(f"\u201c{issue['value']}\u201d", "small quiet")
            with box("stack tight"):
                text(issue["message"])
                if issue.get("hint"):
                    text(issue["hint"], "quiet small")
        if place is not None:
            line.on("click", lambda: self._go(place))

    async def _fill_grids(self) -> None:
        say, language = self.say, self.visit.speaker.language
        sheets: list[Sheet] = []
        try:
            sheets = await aside(self.draft.sheets, self.issues, language)
        except CaseError:  # it is no workbook at all: the list says so
            sheets = []
        if not sheets and self.grids:
            for grid, _ in self.grids.values():
                self._mark(grid, {})
            return
        known = {name: sheet for name, (_, sheet) in self.grids.items()}
        self.grids = {}
        self.place.clear()
        with self.place:
            text(say("Your cells"), tag="h2")
            words = "Red cells are wrong. Type over them, then check again."
            text(say(words), "small quiet")
            shown = {sheet.name: sheet for sheet in sheets} | {
                n: s for n, s in known.items() if n not in {x.name for x in sheets}
            }
            if not shown:
                text(say("There are no cells to show for this."), "quiet")
                return
            with ui.tabs().props("dense no-caps align=left inline-label") as tabs:
                for sheet in shown.values():
                    ui.tab(sheet.name, label=sheet.title)
            self.tabs = tabs
            first = next(iter(shown))
            with ui.tab_panels(tabs, value=first, animated=False).props("keep-alive"):
                for sheet in shown.values():
                    with ui.tab_panel(sheet.name).style("padding:0"):
                        self.grids[sheet.name] = (self._grid(sheet), sheet)

    def _grid(self, sheet: Sheet) -> ui.aggrid:
        told = marks(self.draft, self.issues)
        rows = []
        for number, cells in sheet.rows:
            row: dict[str, Any] = {"_row": number, "_bad": {}, "_new": []}
            for key, _ in sheet.columns:
                place = Place(sheet.name, number, key)
                row[key] = self.draft.edits.get(place, cells.get(key, ""))
                if place in told:
                    row["_bad"][key] = told[place]
                if place in self.draft.edits:
                    row["_new"].append(key)
            rows.append(row)
        css = {
            "jv-bad": "p => (p.data._bad[p.colDef.field] || [])[0] === 'error'",
            "jv-warned": "p => (p.data._bad[p.colDef.field] || [])[0] === 'warning'",
            "jv-new": "p => p.data._new.includes(p.colDef.field) && !p.data._bad[p.colDef.field]",
        }
        number_column = {
            "field": "_row", "headerName": "", "pinned": "left", "width": 58, "editable": False,
            "cellClass": "jv-head-cell", "filter": False,
        }  # fmt: skip
        columns = [number_column] + [
            {
                "field": key,
                "headerName": heading,
                "editable": True,
                ":cellClassRules": "({" + ", ".join(f"'{k}': {v}" for k, v in css.items()) + "})",
                ":tooltipValueGetter": "p => (p.data._bad[p.colDef.field] || [])[1]",
            }
            for key, heading in sheet.columns
        ]
        grid = ui.aggrid(
            {
                "columnDefs": columns,
                "rowData": rows,
                "defaultColDef": {"resizable": True, "minWidth": 70, "maxWidth": 260},
                "autoSizeStrategy": {"type": "fitCellContents"},
                "suppressFieldDotNotation": True,
                "stopEditingWhenCellsLoseFocus": True,
                "tooltipShowDelay": 150,
                ":getRowId": "p => String(p.data._row)",
                "localeText": words_of_grid(self.visit.speaker),
            },
            auto_size_columns=False,
        )
        grid.classes("jv-ag").style("height:56vh")
        grid.on("cellValueChanged", lambda event: self._typed(sheet.name, event), _KEYS)
        grid.on("firstDataRendered", lambda: self._show_first(sheet), [])
        return grid

    def _mark(self, grid: ui.aggrid, bad: dict[str, Any]) -> None:
        for row in grid.options["rowData"]:
            row["_bad"] = bad.get(str(row["_row"]), {})
        grid.update()

    def _show_first(self, sheet: Sheet) -> None:
        first = next((p for p in map(self.draft.place, self.issues)
                      if p is not None and p.sheet == sheet.name), None)  # fmt: skip
        if first is not None:
            self._scroll(first)

    def _typed(self, sheet: str, event: events.GenericEventArguments) -> None:
        data, key = event.args["data"], event.args["colId"]
        value = event.args.get("newValue")
        place = Place(sheet, int(data["_row"]), str(key))
        self.draft.edits[place] = "" if value is None else str(value)
        grid = self.grids[sheet][0]
        for row in grid.options["rowData"]:
            if row["_row"] == place.row:
                row[key] = value
                row["_new"] = sorted({*row["_new"], str(key)})
        self.solve.set_enabled(True)

    def _go(self, place: Place) -> None:
        if place.sheet in self.grids:
            self.tabs.set_value(place.sheet)
            ui.timer(0.15, lambda: self._scroll(place), once=True)

    def _scroll(self, place: Place) -> None:
        grid, sheet = self.grids[place.sheet]
        at = next((n for n, (row, _) in enumerate(sheet.rows) if row == place.row), None)
        if at is None:
            return
        grid.run_grid_method("ensureIndexVisible", at, "middle")
        grid.run_grid_method("ensureColumnVisible", place.column)
        grid.run_grid_method("setFocusedCell", at, place.column)

    async def _content(self) -> bytes | None:
        """Give the mended case, None where the workbook cannot be saved as it was."""
        try:
            language = self.visit.speaker.language
            content: bytes = await aside(self.draft.mended, language)
        except (NotCopied, CaseError) as error:
            why = getattr(error, "why", "") or self.say("The workbook cannot be opened.")
            words = self.say("Mend it in Excel, and hand it in again.")
            self.note.clear()
            with self.note:
                text(f"{why} {words}", "jv-note bad").style("margin-bottom:12px")
            return None
        return content

    async def check(self) -> None:
        """Check the mended case."""
        content = await self._content()
        if content is None:
            return
        desk = self.visit.desk
        try:
            answer = await aside(
                desk.jobs.check, content, self.draft.kind, self.visit.speaker.language
            )
        except Failure as failure:
            ui.notify(str(failure), type="negative")
            return
        issues = [asdict(issue) for issue in answer.issues]
        await self.fill(issues)

    async def hand_in(self) -> None:
        """Hand the mended case in."""
        content = await self._content()
        if content is None:
            return
        order = Order(name=self.job.name, tags=self.job.tags)
        try:
            made = await aside(self.visit.desk.submit, content, self.draft.kind, order)
        except Refused as error:
            ui.notify(error.issue.message, type="negative")
            return
        ui.navigate.to(f"/jobs/{made.id}")

    async def take(self) -> None:
        """Give the mended case."""
        content = await self._content()
        if content is not None:
            kind = self.draft.kind
            ui.download.content(content, f"{self.job.name or 'case'}.{kind}", MEDIA_TYPES[kind])

    async def take_marked(self) -> None:
        """Give the workbook with the mistakes marked in it."""
        from jvopt.page.downloads import offer_workbook

        name = f"{self.job.name or 'case'}-{self.say('marked')}"
        await offer_workbook(self.visit, self.job.id, name)


_KEYS = ["data", "colId", "newValue"]


def _where(issue: Found) -> str:
    if issue.get("cell"):
        return f"{issue['sheet']}!{issue['cell']}"
    if issue.get("sheet"):
        return str(issue["sheet"])
    parts = [str(issue[k]) for k in ("table", "row", "column") if issue.get(k)]
    return ", ".join(parts)
