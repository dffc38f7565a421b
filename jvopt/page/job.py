"""A job's own screen: while it runs, its progress; then what came of it."""

from __future__ import annotations

import structlog

from jvopt.page import mending, planned, reports, running
from jvopt.page.aside import aside
from jvopt.page.desk import Desk
from jvopt.page.frame import Visit, sorry
from jvopt.page.parts import box, text
from jvopt.page.states import failure_words, job_name, state_pill
from jvopt.service.job import Job

log = structlog.get_logger("jvopt")


async def screen(visit: Visit, id: str) -> None:
    """Show the screen of a job; raises `Refused` where there is none."""
    job = await aside(visit.desk.job, id)
    with visit.frame(job_name(visit.speaker, job)):
        body = box("stack").style("gap:0")
    if job.ended:
        with body:
            await result(visit, job)
        return

    async def over() -> None:
        body.clear()
        with body:
            try:
                await result(visit, await aside(visit.desk.job, id))
            except Exception:
                log.exception("a screen failed", job=id)
                body.clear()
                sorry(visit.speaker)

    with body:
        running.show(visit, job, job_name(visit.speaker, job), over)


async def result(visit: Visit, job: Job) -> None:
    """Show what came of a job that has ended."""
    if job.kind != "plan":
        await reports.show(visit, job)
    elif job.state == "failed" and any(i["severity"] == "error" for i in job.issues):
        await mending.show(visit, job)
    else:
        shown = await aside(Desk.shown, visit.desk, job.id)
        if shown is None:
            nothing(visit, job)
        else:
            planned.show(visit, shown)


def nothing(visit: Visit, job: Job) -> None:
    """Say why a job came to nothing."""
    say = visit.speaker.say
    with box("row"):
        text(job_name(visit.speaker, job), tag="h1")
        state_pill(visit.speaker, job)
    why = failure_words(visit.speaker, job) or say("It was stopped before a plan was found.")
    text(why, "jv-note bad").style("margin-top:14px")
