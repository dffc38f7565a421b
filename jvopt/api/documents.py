"""What is sent and told of jobs, as JSON."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from jvopt.api.problems import Found
from jvopt.core.language import Language
from jvopt.core.tables import SETTING_VALUES
from jvopt.service.job import Job
from jvopt.service.orders import Order
from jvopt.service.store.tables import JobState

NO_NUL = r"^[^\x00]*$"
"""What text must match that goes to the database by itself: PostgreSQL keeps no NUL."""

Name = Annotated[str, Field(max_length=200, pattern=NO_NUL, description="To find it again.")]
Tag = Annotated[
    str, Field(max_length=100, pattern=re.compile(r"^(?!jvopt:)[^\x00]*$"))
]  # the page's own


class Change(BaseModel):
    """A change of the case, as a row of the table `changes`."""

    model_config = ConfigDict(extra="forbid")

    table: str = Field(description="Table that changes.")
    column: str = Field(description="Column that changes.")
    where: str = Field("", description="Which rows, as in `country = KZ`; all where empty.")
    action: Literal["set", "multiply", "add"] = "set"
    value: str | Annotated[float, Field(strict=True, allow_inf_nan=False)] | None = Field(
        None, description="The value; null sets to blank."
    )


class OrderBody(BaseModel):
    """What is asked of a case."""

    model_config = ConfigDict(extra="forbid")

    name: Name = ""
    tags: list[Tag] = Field([], max_length=20)
    scenario: str | None = Field(None, description="One of the case's own scenarios.")
    changes: list[Change] = Field([], description="Applied in order, after the scenario.")
    time_limit: float | None = Field(
        None, ge=0, strict=True, allow_inf_nan=False, description="Seconds."
    )
    gap: float | None = Field(
        None, ge=0, le=SETTING_VALUES["gap"].most, strict=True, allow_inf_nan=False
    )
    lang: Language | None = None

    def order(self) -> Order:
        """Give it as an order."""
        values = self.model_dump(exclude={"lang", "changes"})
        changes = [c.model_dump(exclude_none=True) for c in self.changes]
        return Order(**values, changes=changes, language=self.lang)


class WhatIf(BaseModel):
    """Orders about one case, each to be a job of its own."""

    model_config = ConfigDict(extra="forbid")

    orders: list[OrderBody] = Field(min_length=1, max_length=10_000)


class Failed(BaseModel):
    """Why there is no result."""

    code: str = Field(description="Stable name of the kind of failure.")
    what: str = Field(description="In words; of a case with errors, see the issues.")


class JobDocument(BaseModel):
    """Where a job stands."""

    id: str
    name: str
    tags: list[str]
    kind: str = Field(description="`plan`, or the analysis.")
    parent: str | None = Field(description="The job about whose case it asks more.")
    state: JobState
    cancelling: bool = Field(description="Whether its end was asked for.")
    termination: str | None = Field(description="How its search ended.")
    found: bool | None = Field(description="Whether there is a plan, or an answer.")
    objective: float | None = Field(description="Of its plan.")
    currency: str | None = Field(description="Of the objective.")
    gap: float | None
    created: datetime
    started: datetime | None
    finished: datetime | None
    issues: list[Found]
    failure: Failed | None


class JobList(BaseModel):
    """Jobs, the newest first."""

    jobs: list[JobDocument]
    next: str | None = Field(description="Give it as `before` for those that follow, if any.")


class Rename(BaseModel):
    """A new name."""

    model_config = ConfigDict(extra="forbid")

    name: Name


class Naming(BaseModel):
    """What a job is called."""

    name: Name = ""
    tag: list[Tag] = Field([], max_length=20, description="To find it among others.")


def shown(job: Job) -> JobDocument:
    """Give a job as it is told."""
    issues = [Found.model_validate(found) for found in job.issues]
    return JobDocument(
        id=job.id, name=job.name, tags=list(job.tags), kind=job.kind, parent=job.parent,
        state=job.state, cancelling=job.cancelling and not job.ended, termination=job.termination,
        found=job.found, objective=job.objective, currency=job.currency, gap=job.gap,
        created=job.created, started=job.started, finished=job.finished, issues=issues,
        failure=None if job.failure is None else Failed(**job.failure),
    )  # fmt: skip
