"""The jobs of an owner: found again, named, opened, compared, deleted."""

from __future__ import annotations

from nicegui import ui

from jvopt.core.analyses import ANALYSES
from jvopt.page.aside import aside, refusals_told
from jvopt.page.frame import Visit
from jvopt.page.parts import box, button, choose, named, text
from jvopt.page.speaker import NONE
from jvopt.page.states import job_name, kind_words, result, state_pill
from jvopt.page.tried import is_trial
from jvopt.service.job import Job

_PAGE = 50
_LOOK = 2.0
_WIDE = (2, 3, 5, 6, 7)
"""Columns that a narrow window leaves out, or shows below the name."""


async def screen(visit: Visit) -> None:
    """Show the screen."""
    say = visit.speaker.say
    with visit.frame(say("Jobs")):
        await _List(visit).lay_out()


class _List:
    def __init__(self, visit: Visit) -> None:
        self.visit, self.say = visit, visit.speaker.say
        self.kind = ""
        self.jobs: list[Job] = []
        self.chosen: dict[str, Job] = {}
        self._seen: object = None

    async def lay_out(self) -> None:
        say = self.say
        with box("row").style("margin-bottom:12px"):
            text(say("Jobs"), tag="h1")
            box("grow")
            kinds = {"": say("All"), "plan": say("Plans")}
            kinds |= {a.name: say(a.title) for a in ANALYSES.values()}
            choose(say("Kind"), kinds, "", self._filter)
            self.compare = button(say("Compare"), self._compare, icon="compare_arrows", main=True)
            self.compare.disable()
        text(say("Choose two plans to compare them."), "quiet small")
        self.place = box("jv-panel flush").style("margin-top:10px")
        self.more = button(say("Show more"), self._further).style("margin-top:10px")
        self.asking = box()  # stays when the rows are drawn anew, and what is asked with it
        await self.look()
        ui.timer(_LOOK, self.look)

    async def _filter(self, event: object) -> None:
        self.kind, self.jobs = str(getattr(event, "value", "")), []
        self._seen = None
        await self.look()

    async def _further(self) -> None:
        last = self.jobs[-1].id if self.jobs else None
        newest = self.visit.desk.newest
        found = await aside(newest, _PAGE, kind=self.kind or None, before=last)
        self.jobs += found
        self._draw()
        self.more.set_visibility(len(found) == _PAGE)

    async def look(self) -> None:
        """Look whether anything has changed."""
        count = max(_PAGE, len(self.jobs))
        found = await aside(self.visit.desk.newest, count, kind=self.kind or None)
        self.jobs = found
        self.more.set_visibility(len(found) == count)
        seen = [(j.id, j.state, j.name, j.gap) for j in self.jobs]
        if seen != self._seen:
            self._seen = seen
            self._draw()

    def _draw(self) -> None:
        say, shown = self.say, [job for job in self.jobs if not is_trial(job)]
        self.place.clear()
        with self.place:
            if not shown:
                text(say("There are no jobs yet."), "quiet").style("padding:24px;text-align:center")
                return
            with box("jv-scroll"), box("jv", "table"):
                headings = ["", "Name", "Kind", "State", "Result", "Gap", "Handed in", "Took", ""]
                with box("", "thead"), box("", "tr"):
                    for n, words in enumerate(headings):
                        css = ("n" if n in (4, 5, 7) else "") + (" wide" if n in _WIDE else "")
                        hidden = {0: say("Compare"), 8: say("Actions")}.get(n)
                        made = text(hidden or say(words), css, "th").props("scope=col")
                        if hidden:
                            made.style("color:transparent;font-size:0")
                with box("", "tbody"):
                    for job in shown:
                        self._row(job)

    def _row(self, job: Job) -> None:
        say, speaker = self.say, self.visit.speaker
        name = job_name(speaker, job)
        with box("", "tr"):
            with box("", "td"):
                if job.kind == "plan" and job.found:
                    tick = ui.checkbox(value=job.id in self.chosen).props("dense")
                    named(tick, f"{say('Compare')}: {name}")
                    tick.on_value_change(lambda e: self._choose(job, on=e.value))
            with box("", "td").style("max-width:380px"):
                text(name, "strong", "a").props(f"href=/jobs/{job.id}")
                text(speaker.day(job.created), "small quiet narrow nowrap")
                state_pill(speaker, job, "narrow")
            text(kind_words(speaker, job), "quiet wide", "td")
            with box("wide", "td"):
                state_pill(speaker, job)
            text(result(speaker, job), "n nowrap", "td")
            text(NONE if job.gap is None else speaker.gap(job.gap), "n wide", "td")
            text(speaker.day(job.created), "nowrap quiet wide", "td")
            text(_took(self.visit, job), "n quiet wide", "td")
            with box("", "td").style("white-space:nowrap;text-align:right"):
                self._tool("edit", say("Rename"), lambda: self._rename(job, name), name)
                if job.ended:
                    self._tool("delete", say("Delete"), lambda: self._delete(job, name), name)
                else:
                    self._tool("stop_circle", say("Stop"), lambda: self._stop(job), name)

    def _tool(self, icon: str, words: str, act: object, name: str) -> None:
        made = ui.button(icon=icon, on_click=act, color=None).props("flat dense round size=sm")  # type: ignore[arg-type]
        named(made, f"{words}: {name}").style("color:#566472").props["title"] = words

    def _choose(self, job: Job, *, on: bool) -> None:
        self.chosen.pop(job.id, None)
        if on:
            self.chosen[job.id] = job
        self.compare.set_enabled(len(self.chosen) == 2)

    def _compare(self) -> None:
        one, two = sorted(self.chosen.values(), key=lambda job: job.created)
        ui.navigate.to(f"/jobs/{one.id}/compare/{two.id}")

    async def _stop(self, job: Job) -> None:
        with self.asking, refusals_told(self.visit.speaker):
            await aside(self.visit.desk.cancel, job.id)
            await self.look()

    async def _rename(self, job: Job, name: str) -> None:
        say = self.say
        self.asking.clear()
        with self.asking, ui.dialog() as dialog, box("jv-panel").style("min-width:min(460px,90vw)"):
            named(dialog, say("Rename"))
            text(say("Rename"), tag="h1")
            field = ui.input(say("Name"), value=name).props(
                "outlined dense autofocus maxlength=200"
            )
            with box("row").style("justify-content:flex-end"):
                button(say("Cancel"), lambda: dialog.submit(None))
                button(say("Rename"), lambda: dialog.submit(field.value), main=True)
            field.on("keydown.enter", lambda: dialog.submit(field.value))
        given = await dialog
        if given and given.strip():
            with self.asking, refusals_told(self.visit.speaker):
                await aside(self.visit.desk.rename, job.id, given.strip()[:200])
                await self.look()

    async def _delete(self, job: Job, name: str) -> None:
        say = self.say
        self.asking.clear()
        with self.asking, ui.dialog() as dialog, box("jv-panel").style("min-width:min(460px,90vw)"):
            named(dialog, say("Delete"))
            text(say("Delete {name}?", name=name), tag="h1")
            text(say("This cannot be undone."), "quiet")
            with box("row").style("justify-content:flex-end"):
                button(say("Keep it"), lambda: dialog.submit(False)).props("autofocus")
                button(say("Delete"), lambda: dialog.submit(True), css="danger")
        if await dialog:
            with self.asking, refusals_told(self.visit.speaker):
                await aside(self.visit.desk.delete, job.id)
                self._choose(job, on=False)
                await self.look()


def _took(visit: Visit, job: Job) -> str:
    if job.started is None or job.finished is None:
        return NONE
    return visit.speaker.span((job.finished - job.started).total_seconds())
