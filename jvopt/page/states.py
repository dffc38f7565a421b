"""Where a job stands, in words and colour."""

from __future__ import annotations

from nicegui import ui

from jvopt.page.parts import pill
from jvopt.page.speaker import Speaker
from jvopt.service.job import Job

ENDED_WELL = {
    "optimal": "Proven best",
    "gap_limit": "Within the gap asked for",
    "time_limit": "Time limit reached",
    "interrupted": "Stopped",
    "infeasible": "No plan possible",
    "unbounded": "No limit to profit",
}
STATES = {
    "queued": "In line",
    "checking": "Checking",
    "building": "Building",
    "solving": "Solving",
    "analysing": "Analysing",
    "writing": "Writing",
    "succeeded": "Done",
    "failed": "Failed",
    "cancelled": "Stopped",
}


def state_words(speaker: Speaker, job: Job) -> tuple[str, str]:
    """Give the words for where a job stands, and the kind of its colour."""
    say = speaker.say
    if not job.ended:
        return say(STATES.get(job.state, job.state)), "busy"
    if job.state == "failed":
        bad = any(issue["severity"] == "error" for issue in job.issues)
        return say("Mistakes to mend") if bad else say("Failed"), "bad"
    if job.termination in ("infeasible", "unbounded"):
        return say(ENDED_WELL[job.termination]), "bad"
    if job.state == "cancelled" or job.termination in ("time_limit", "interrupted"):
        return say(ENDED_WELL.get(job.termination or "", "Stopped")), "warn"
    return say(ENDED_WELL.get(job.termination or "", "Done")), "good"


def state_pill(speaker: Speaker, job: Job) -> ui.html:
    """Show where a job stands."""
    return pill(*state_words(speaker, job))
