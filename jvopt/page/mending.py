"""A case with mistakes: what is wrong as a list and in its cells, to be mended right there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from nicegui import ui

from jvopt.core.issues import CaseError
from jvopt.excel.copy import NotCopied
from jvopt.page import start
from jvopt.page.aside import aside, refusals_told
from jvopt.page.cells import Cells
from jvopt.page.conflicts import conflicts as conflicts_of
from jvopt.page.conflicts import place_words
from jvopt.page.desk import Desk
from jvopt.page.downloads import offer_workbook
from jvopt.page.drafts import Draft, Found
from jvopt.page.frame import Visit
from jvopt.page.parts import box, button, named, pill, text
from jvopt.page.states import job_name
from jvopt.service.job import Job
from jvopt.service.orders import Order
from jvopt.service.task import MEDIA_TYPES

_MOST = 300
"""Most mistakes that the list shows."""


async def show(visit: Visit, job: Job, conflicts: Sequence[Found] = ()) -> None:
    """Show what is wrong with the case of a job, or which of its cells cannot all hold."""
    draft = await aside(visit.desk.draft, job.id)
    order = await aside(visit.desk.order, job.id)
    bench = _Bench(visit, job, draft, order, conflicts)
    bench.lay_out()
    wrong = [] if conflicts else job.issues
    if not visit.desk.may_run:
        await bench.fill(wrong)
        bench.only_look()
    elif draft.edits or (visit.speaker.language != "en" and not conflicts):
        ui.timer(0.1, bench.begin, once=True)  # what is wrong now, in the language of the page
    else:
        await bench.fill(wrong)


async def screen(visit: Visit, id: str) -> None:
    """Show the cells of a case without a plan, to be changed; raises `Refused` without a job."""
    shown = await aside(Desk.shown, visit.desk, id)
    say = visit.speaker.say
    with visit.frame(say("Change and try again")):
        found = [] if shown is None else conflicts_of(shown, visit.speaker)
        if shown is None or not found:
            text(say("There is nothing to change here."), "jv-note")
            return
        body = box()
    with body:
        await show(visit, shown.job, found)


class _Bench:
    """Where a case is mended."""

    def __init__(
        self, visit: Visit, job: Job, draft: Draft, order: Order, conflicts: Sequence[Found] = ()
    ) -> None:
        self.visit, self.job, self.draft, self.order = visit, job, draft, order
        self.conflicts = conflicts
        self.say = visit.speaker.say

    def lay_out(self) -> None:
        """Put everything in its place."""
        self.body = box()
        with self.body:
            self._tools()
            self.note = box("")
            with box("jv-grid"):
                with box("jv-panel flush s5") as left:
                    named(left, self.say("What is wrong")).props("role=region")
                    self.list = box("jv-scroll").style("max-height:calc(56vh + 132px)")
                words = "Red cells are wrong. Type over them, then check again."
                if self.conflicts:
                    words = "Red cells cannot all hold. Type over some of them, then find the plan."
                speaker = self.visit.speaker
                self.cells = Cells(self.draft, speaker, self.say(words), self._typed)
        self.solve.disable()
        self.mended.set_enabled(bool(self.draft.edits))

    def _typed(self) -> None:
        self.solve.enable()
        self.mended.enable()

    def _tools(self) -> None:
        say = self.say
        with box("row").style("margin-bottom:12px"):
            text(job_name(self.visit.speaker, self.job), tag="h1")
            self.state = box("row")
            box("grow")
            self.again = button(say("Check again"), self.check, icon="fact_check")
            kind = say("Mended workbook") if self.draft.kind == "xlsx" else say("Mended case")
            self.mended = button(kind, self.take, icon="download")
            if self.draft.kind == "xlsx":
                button(say("Marked workbook"), self.take_marked, icon="download")
            self.solve = button(say("Find the plan"), self.hand_in, icon="play_arrow", main=True)

    def _bare(self, issues: Sequence[Found]) -> None:
        """Say what is wrong with a file that has no cells to mend, and take another."""
        say, order = self.say, self.order
        self.body.clear()
        with self.body, box("stack"):
            text(job_name(self.visit.speaker, self.job), tag="h1")
            for issue in issues[:_MOST]:
                with box("jv-note bad").props("role=status"):
                    where = place_words(issue)
                    text(f"{where}: {issue['message']}" if where else issue["message"], "strong")
                    if issue.get("hint"):
                        text(issue["hint"])
            if not self.visit.desk.may_run:
                return
            with box("jv-grid"):
                with box("s8 stack"):
                    gap = None if order.gap is None else order.gap * 100
                    start.drop(self.visit, {"time": order.time_limit, "gap": gap},
                               say("Drop another file here"))  # fmt: skip
                with box("s4 stack"):
                    start.template(self.visit)

    async def fill(self, issues: Sequence[Found]) -> None:
        """Show issues anew, and the conflicts in whose cells nothing was typed yet."""
        edits = self.draft.edits
        bad = [i for i in issues if i["severity"] == "error"]
        left = [c for c in self.conflicts if self.draft.place(c) not in edits]
        issues = [*issues, *left]
        sheets = await self.cells.sheets_of(issues)
        if bad and not (sheets or edits or self.cells.grids):
            self._bare(issues)
            return
        say = self.say
        self.state.clear()
        with self.state:
            if bad:
                pill(say("Problems to mend: {count}", count=len(bad)), "bad").props("role=status")
            elif left:
                pill(say("No plan possible"), "bad").props("role=status")
            else:
                pill(say("Nothing to mend"), "good").props("role=status")
            if edits:
                pill(say("Cells changed: {count}", count=len(edits)), "busy")
        self.solve.set_enabled(not bad and bool(edits or not left))
        self.list.clear()
        with self.list:
            for issue in issues[:_MOST]:
                self._line(issue)
            if not issues:
                words = "Nothing is wrong any more: find the plan, or take the workbook along."
                text(say(words), "quiet").style("padding:16px")
        self.cells.show(issues, sheets)

    def only_look(self) -> None:
        """Offer nothing that the visitor may not do."""
        self.again.disable()
        self.solve.disable()

    def _line(self, issue: Found) -> None:
        say = self.say
        place = self.draft.place(issue)
        kind = "warning" if issue["severity"] in ("warning", "change") else ""
        where = place_words(issue) or say("The whole case")
        with box(f"jv-issue {kind}", "button").props("type=button") as line:
            with box("stack tight"):
                text(where, "strong num")
                if issue.get("value"):
                    text(say("\u201c{value}\u201d", value=issue["value"]), "small quiet")
            with box("stack tight"):
                text(issue["message"])
                if issue.get("hint"):
                    text(issue["hint"], "quiet small")
        if place is not None:
            line.on("click", lambda: self.cells.go(place))

    async def _content(self) -> bytes | None:
        """Give the mended case, None where the workbook cannot be saved as it was."""
        try:
            with refusals_told(self.visit.speaker):
                language = self.visit.speaker.language
                content: bytes = await aside(self.draft.mended, language)
                self.note.clear()
                return content
        except (NotCopied, CaseError) as error:
            why = getattr(error, "why", "") or self.say("The workbook cannot be opened.")
            words = self.say("Mend it in Excel, and hand it in again.")
            self.note.clear()
            with self.note:
                text(f"{why} {words}", "jv-note bad").style("margin-bottom:12px")
        return None

    async def begin(self) -> None:
        """Say what is wrong with what was typed before."""
        with self.state:
            pill(self.say("Checking"), "busy").props("role=status")
        if not await self.check():
            await self.fill(self.job.issues)

    async def check(self) -> bool:
        """Check the mended case; once more where something was typed meanwhile."""
        self.again.props(add="loading")
        try:
            while True:
                known = dict(self.draft.edits)
                issues = await self._checked()
                if issues is not None and known == self.draft.edits:
                    await self.fill(issues)
                if issues is None or known == self.draft.edits:
                    return issues is not None
        finally:
            self.again.props(remove="loading")

    async def _checked(self) -> list[Found] | None:
        content = await self._content()
        if content is None:
            return None
        desk = self.visit.desk
        with refusals_told(self.visit.speaker):
            wait = desk.service.in_line
            found = await wait(desk.check, content, self.draft.kind, self.order)
            return [asdict(issue) for issue in found]
        return None

    async def hand_in(self) -> None:
        """Hand the mended case in."""
        content = await self._content()
        if content is None:
            return
        desk = self.visit.desk
        with refusals_told(self.visit.speaker):
            made = await aside(desk.submit, content, self.draft.kind, self.order)
            desk.drop_draft(self.job.id)
            ui.navigate.to(f"/jobs/{made.id}")

    async def take(self) -> None:
        """Give the mended case."""
        content = await self._content()
        if content is not None:
            kind = self.draft.kind
            ui.download.content(content, f"{self.job.name or 'case'}.{kind}", MEDIA_TYPES[kind])

    async def take_marked(self) -> None:
        """Give the workbook with the mistakes marked in it."""
        name = f"{self.job.name or 'case'}-{self.say('marked')}"
        await offer_workbook(self.visit, self.job.id, name)
