"""What a planner works at: the jobs that are theirs, and plans made ready to be looked at."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from jvopt.core.case import Case
from jvopt.core.issues import CaseError
from jvopt.core.language import Language
from jvopt.core.plan import Plan
from jvopt.excel import Reading
from jvopt.excel.figures import Figures
from jvopt.service.job import Job, Refused
from jvopt.service.jobs import Jobs
from jvopt.service.keys import Owner
from jvopt.service.messages import mistake
from jvopt.service.orders import Order
from jvopt.service.task import Failure, Kind
from jvopt.service.work import read_case

_KEPT = 24
"""Plans and cases that are kept ready; others are read again when somebody wants them."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A job's plan, ready to be looked at.

    Attributes
    ----------
    job, reading, plan, order
        The job, the case as it was read, the plan, and what was asked.
    """

    job: Job
    reading: Reading
    plan: Plan
    order: Mapping[str, Any]

    def figures(self, language: Language) -> Figures:
        """Give the figures of the plan in a language."""
        return Figures(self.plan, language)


class Kept:
    """A few things that took long to make, the oldest forgotten first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._things: OrderedDict[Any, Any] = OrderedDict()

    def get(self, key: object, make: Callable[[], Any]) -> Any:
        """Give a thing by its key; it is made where it is not there."""
        if key not in self._things:
            self._things[key] = make()
            while len(self._things) > self._most:
                self._things.popitem(last=False)
        else:
            self._things.move_to_end(key)
        return self._things[key]


@dataclass
class Service:
    """What the page asks of the service that it belongs to."""

    jobs: Callable[[], Jobs]
    in_line: Callable[..., Awaitable[Any]]
    sign_in: Callable[[str], Owner | None]
    open_owner: Owner | None
    largest: int
    plans: Kept = field(default_factory=lambda: Kept(_KEPT))
    drafts: Kept = field(default_factory=lambda: Kept(200))


class Desk:
    """The desk of one owner; its methods block and are to be called in a thread.

    Parameters
    ----------
    service
        Whom it asks.
    owner
        Whose desk it is.
    language
        Of what the service says.
    """

    def __init__(self, service: Service, owner: Owner, language: Language) -> None:
        self.service, self.owner, self.language = service, owner, language

    @property
    def jobs(self) -> Jobs:
        """The jobs of the service."""
        return self.service.jobs()

    def submit(self, content: bytes, kind: Kind, order: Order) -> Job:
        """Hand in a case."""
        self._may_run()
        return self.jobs.submit(self.owner, content, kind, order)

    def ask(self, id: str, *orders: Order) -> list[Job]:
        """Ask more of the case of a job."""
        self._may_run()
        return self.jobs.whatif(self.owner, id, orders)

    async def make_ready(self, id: str) -> None:
        """Have what-ifs about the case of a job answered quickly, if it can be done."""
        with suppress(Refused, Failure):
            await self.service.in_line(self.jobs.make_ready, self.owner, id, self.language)

    def cancel(self, id: str) -> None:
        """Ask for the end of a job."""
        self._may_run()
        self.jobs.cancel(self.owner, id)

    def rename(self, id: str, name: str) -> Job:
        """Give a job another name."""
        self._may_run()
        return self.jobs.rename(self.owner, id, name)

    def delete(self, id: str) -> None:
        """Delete a job that has ended."""
        self._may_run()
        self.jobs.delete(self.owner, id)

    def _may_run(self) -> None:
        if "run" not in self.owner.scopes:
            raise Refused(403, mistake("no_scope", hint="run"))

    def job(self, id: str) -> Job:
        """Give a job."""
        return self.jobs.get(self.owner, id)

    def children(self, id: str) -> list[Job]:
        """Give the jobs that ask more of a job's case, the newest first."""
        return self.jobs.list(self.owner, parent=id, limit=200)

    def reading(self, id: str) -> Reading:
        """Give the case of a job as it was read."""

        def read() -> Reading:
            content, kind = self.jobs.content(self.owner, id)
            return read_case(content, kind, self.language)

        found: Reading = self.service.plans.get((self.owner.id, id, self.language, "case"), read)
        return found

    def shown(self, id: str) -> Shown | None:
        """Give a job's plan, None where it has none."""

        def make() -> Shown | None:
            job = self.job(id)
            result = self.jobs.result(self.owner, id)
            if result is None or job.kind != "plan":
                return None
            reading = self.reading(id)
            order = self.jobs.order(self.owner, id)
            case = changed(reading.case or reading.impossible, order)
            return None if case is None else Shown(job, reading, plan_of(case, result), order)

        key = (self.owner.id, id, self.language, self.job(id).state)
        found: Shown | None = self.service.plans.get(key, make)
        return found

    def report(self, id: str) -> dict[str, Any] | None:
        """Give what the analysis of a job found."""
        result = self.jobs.result(self.owner, id)
        return None if result is None else json.loads(result)


def changed(case: Case | None, order: Mapping[str, Any]) -> Case | None:
    """Give a case as an order has it: in its scenario, with its changes."""
    if case is None:
        return None
    try:
        if order.get("scenario"):
            case = case.scenario(str(order["scenario"]))
        if order.get("changes"):
            case = case.changed_by(order["changes"])
    except CaseError:  # it was solved so: only names and words are taken from it
        return case
    return case


def plan_of(case: Case, result: bytes) -> Plan:
    """Make a plan of the JSON that a job gave."""
    return Plan.from_dict(case, json.loads(result))
