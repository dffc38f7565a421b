"""Where a job stands, in words and colour."""

from __future__ import annotations

from nicegui import ui

from jvopt.core.analyses import ANALYSES
from jvopt.core.issues import Issue
from jvopt.page.parts import pill
from jvopt.page.speaker import NONE, Speaker
from jvopt.page.tried import setting_of
from jvopt.service.job import Job

TERMINATIONS = {
    "optimal": "Proven best",
    "gap_limit": "Within the gap asked for",
    "time_limit": "Time limit reached",
    "interrupted": "Stopped",
    "infeasible": "No plan possible",
    "unbounded": "No limit to profit",
}
"""How a search ended."""
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
    "killed": "It was ended before it was done. Try again later.",
    "fault": "There is a fault in jvopt. It was logged; please report it.",
}
"""Why a job failed, by the code of its failure."""

REFUSED_WORDS = {
    "unknown_job": "There is no such job any more.",
    "not_ended": "The job has not ended: stop it first.",
    "no_result": "The job has no result.",
    "no_result_yet": "The job has not ended.",
    "too_many_jobs": "{value} of your jobs have not ended, and no more may run or wait at a time. "
    "Wait for some of them, or stop them.",
    "limit_beyond": "A search of {value} s is longer than the service allows. Give it less time.",
    "no_scope": "Your access key only allows you to look.",
}
"""Why something was refused, by the code of the mistake, for who has buttons rather than routes."""


def result(speaker: Speaker, job: Job) -> str:
    """Say what the plan of a job comes to."""
    if job.objective is None:
        return NONE
    return f"{speaker.money(job.objective)}\u00a0{job.currency or ''}".rstrip()


def job_name(speaker: Speaker, job: Job, case: str = "") -> str:
    """Give the name of a job: its own, the setting that it tries, its case's, or its kind."""
    return job.name or setting_of(job) or case or kind_words(speaker, job)


def kind_words(speaker: Speaker, job: Job) -> str:
    """Say what a job asks."""
    analysis = ANALYSES.get(job.kind)
    return speaker.say(analysis.title) if analysis else speaker.say("Plan")


def failure_words(speaker: Speaker, job: Job) -> str:
    """Say why a job failed; nothing where it did not."""
    if job.failure is None or job.failure["code"] == "bad_case":
        return ""
    return failed_words(speaker, job.failure["code"], job.failure["what"])


def failed_words(speaker: Speaker, code: str, what: str) -> str:
    """Say a failure of a code; of codes that the page does not know, what happened."""
    return speaker.say(FAILED_WORDS.get(code, what))


def refused_words(speaker: Speaker, issue: Issue) -> str:
    """Say why something was refused, and what would be right."""
    if issue.code in REFUSED_WORDS:
        return speaker.say(REFUSED_WORDS[issue.code], value=issue.value)
    return issue.worded(speaker.voice).text


def state_words(speaker: Speaker, job: Job) -> tuple[str, str]:
    """Give the words for where a job stands, and the kind of its colour."""
    say = speaker.say
    if not job.ended:
        return say(STATES.get(job.state, job.state)), "busy"
    if job.state == "failed":
        bad = any(issue["severity"] == "error" for issue in job.issues)
        return say("Mistakes to mend") if bad else say("Failed"), "bad"
    if job.termination in ("infeasible", "unbounded"):
        return say(TERMINATIONS[job.termination]), "bad"
    if job.state == "cancelled" or job.termination in ("time_limit", "interrupted"):
        return say(TERMINATIONS.get(job.termination or "", "Stopped")), "warn"
    return say(TERMINATIONS.get(job.termination or "", "Done")), "good"


def state_pill(speaker: Speaker, job: Job, css: str = "") -> ui.html:
    """Show where a job stands."""
    words, kind = state_words(speaker, job)
    return pill(words, f"{kind} {css}")
