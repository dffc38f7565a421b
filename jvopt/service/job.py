"""What is told of a job."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import RowMapping

from jvopt.core.issues import Issue
from jvopt.service.store.tables import ENDED, JobState


@dataclass(frozen=True, slots=True)
class Job:
    """Where a job stands.

    Attributes
    ----------
    id, parent
        Itself, and the job about whose case it asks more, if any.
    name, tags, kind
        As given; `kind` is ``plan`` or the analysis.
    state
        Where it stands.
    termination, found, objective, currency, gap
        Of its plan, once it has ended; an analysis has no objective, currency or gap.
    created, started, finished
        In UTC.
    issues
        Errors, for which it failed, and warnings.
    failure
        Code and words of any other reason why there is no result.
    cancelling
        Whether its end was asked for.
    """

    id: str
    parent: str | None
    name: str
    tags: tuple[str, ...]
    kind: str
    state: JobState
    termination: str | None
    found: bool | None
    objective: float | None
    currency: str | None
    gap: float | None
    created: datetime
    started: datetime | None
    finished: datetime | None
    issues: list[dict[str, Any]]
    failure: dict[str, str] | None
    cancelling: bool

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in ENDED


@dataclass(frozen=True, slots=True)
class JobEvent:
    """Something that was told of a job.

    Attributes
    ----------
    number
        Counts from 1 within the job.
    at
        When, in UTC.
    data
        A ``state`` that was reached, or where a run stands: ``phase``, ``seconds``, and of a
        search ``best``, ``bound`` and ``gap``, of an analysis ``done`` and ``total``; and once it
        is known, the ``limit`` of the search in seconds.
    """

    number: int
    at: datetime
    data: dict[str, Any]


class Refused(Exception):
    """What was asked cannot be.

    Attributes
    ----------
    status
        The HTTP status that says the same.
    issue
        What is wrong and what would be right.
    """

    def __init__(self, status: int, issue: Issue) -> None:
        super().__init__(issue.message)
        self.status = status
        self.issue = issue


def job_of(row: RowMapping) -> Job:
    """Read a job from its row in the store."""
    return Job(
        row["id"],
        row["parent"],
        row["name"],
        tuple(row["tags"]),
        row["kind"],
        row["state"],
        row["termination"],
        row["found"],
        row["objective"],
        row["currency"],
        row["gap"],
        when(row["created"]),
        None if row["started"] is None else when(row["started"]),
        None if row["finished"] is None else when(row["finished"]),
        row["issues"],
        row["failure"],
        row["cancel"],
    )


def when(seconds: float) -> datetime:
    """Read a time of the store."""
    return datetime.fromtimestamp(seconds, UTC)
