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

FAILED_WORDS = {
    "out_of_memory": "It needed more memory than a solve may take. Try a smaller case, or allow "
    "more memory.",
    "solver_ended": "The solving process ended early, as happens when the machine runs out of "
    "memory. Try a smaller case, or again later.",
    "no_answer": "The solver did not answer in time and was ended. Try a smaller case, or a wider "
    "gap.",
    "lost": "It was begun several times, and each time what ran it ended. Try a smaller case, or "
    "again later.",
    "fault": "There is a fault in jvopt. It was logged; please report it.",
}
"""Why a job failed, by the code of its failure."""


def failure_words(speaker: Speaker, job: Job) -> str:
    """Say why a job failed; nothing where it did not."""
    if job.failure is None or job.failure["code"] == "bad_case":
        return ""
    words = FAILED_WORDS.get(job.failure["code"])
    return job.failure["what"] if words is None else speaker.say(words)


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
