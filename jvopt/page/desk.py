"""What a planner works at: the jobs that are theirs, and plans made ready to be looked at."""

from __future__ import annotations

import asyncio
import json
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

from jvopt.core.case import Case
from jvopt.core.issues import CaseError, Issue
from jvopt.core.language import Language
from jvopt.core.plan import Plan
from jvopt.excel import Reading
from jvopt.excel.figures import Figures
from jvopt.page.drafts import Draft
from jvopt.service.job import Job, JobEvent, Refused
from jvopt.service.jobs import Jobs
from jvopt.service.keys import Owner
from jvopt.service.messages import mistake, too_large
from jvopt.service.orders import Order
from jvopt.service.task import Failure, Form
from jvopt.service.work import applied, read_case

_KEPT = 24
"""Plans and cases that are kept ready; others are read again when somebody wants them."""
_EDITED = 20_000
"""Cases of which it is kept what was typed to mend them, and no more than that."""
MOST = 200
"""Most jobs about a case that are shown at a time, the newest."""
_GOOD = 5.0
"""Seconds for which a key that was looked up is taken for good."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A job's plan, ready to be looked at.

    Attributes
    ----------
    job, reading, plan, order
        The job, the case as it was read, the plan, and what was asked.
    sent
        Tells the case as it was sent from any other.
    figures
        The figures of the plan, in the language of the desk.
    """

    job: Job
    reading: Reading
    plan: Plan
    order: Mapping[str, Any]
    sent: str
    figures: Figures

    @property
    def changed(self) -> bool:
        """Whether the plan is of the case in a scenario, or with changes."""
        return bool(self.order.get("changes") or self.order.get("scenario"))


class Kept:
    """A few things that took long to make, the oldest forgotten first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._things: OrderedDict[tuple[str, ...], _Thing] = OrderedDict()

    def get(self, key: tuple[str, ...], make: Callable[[], Any]) -> Any:
        """Give a thing by its key; it is made where it is not there, once for all who wait."""
        with self._lock:
            thing = self._things.setdefault(key, _Thing())
            self._things.move_to_end(key)
            while len(self._things) > self._most:
                self._things.popitem(last=False)
        with thing.lock:
            if not thing.made:
                thing.value, thing.made = make(), True
            return thing.value

    def forget(self, *start: str) -> None:
        """Forget the things whose keys begin so."""
        with self._lock:
            for key in [key for key in self._things if key[: len(start)] == start]:
                del self._things[key]


@dataclass
class _Thing:
    lock: AbstractContextManager[Any] = field(default_factory=Lock)
    made: bool = False
    value: Any = None


@dataclass
class Service:
    """What the page asks of the service that it belongs to."""

    jobs: Callable[[], Jobs]
    in_line: Callable[..., Awaitable[Any]]
    sign_in: Callable[[str], Owner | None]
    open_owner: Owner | None
    largest: int
    plans: Kept = field(default_factory=lambda: Kept(_KEPT))
    edits: Kept = field(default_factory=lambda: Kept(_EDITED))


class Desk:
    """The desk of one owner.

    Methods that are no coroutines block, and are to be called in a thread.

    Parameters
    ----------
    service
        Whom it asks.
    owner
        Whose desk it is.
    language
        Of what the service says.
    key
        Their access key, empty where the service asks for none.
    """

    def __init__(self, service: Service, owner: Owner, language: Language, key: str = "") -> None:
        self.service, self.language = service, language
        self._owner, self._key, self._known = owner, key, time.monotonic()

    @property
    def owner(self) -> Owner:
        """Whose desk it is; `Refused` once their key is no longer good, also on an open page."""
        if self._key and time.monotonic() - self._known > _GOOD:
            owner = self.service.sign_in(self._key)
            if owner is None:
                raise Refused(401, mistake("bad_key"))
            self._owner, self._known = owner, time.monotonic()
        return self._owner

    @property
    def _jobs(self) -> Jobs:
        return self.service.jobs()

    @property
    def largest(self) -> int:
        """Most bytes of a case that the owner may send."""
        return self._owner.largest(self.service.largest)

    @property
    def may_run(self) -> bool:
        """Whether the owner may do more than look."""
        return "run" in self._owner.scopes

    def submit(self, content: bytes, kind: Form, order: Order) -> Job:
        """Hand in a case."""
        self._may_run()
        self.measure(len(content))
        return self._jobs.submit(self.owner, content, kind, order)

    def measure(self, size: int) -> None:
        """Refuse a case of more bytes than the owner may send."""
        if size > self.largest:
            raise Refused(413, too_large(self.largest))

    def check(self, content: bytes, kind: Form, order: Order) -> list[Issue]:
        """Give what is wrong with a case as an order has it."""
        self._may_run()
        self.measure(len(content))
        found = self._jobs.check(content, kind, self.language, order.scenario, order.changes)
        return found.issues

    def order(self, id: str) -> Order:
        """Give what was asked with a job, to be asked again."""
        job, kept = self.job(id), self._jobs.order(self.owner, id)
        kept.pop("longest", None)  # the service's own
        return Order(**kept, name=job.name, tags=job.tags)

    def draft(self, id: str) -> Draft:
        """Give the case of a job as it is being mended."""

        def content() -> bytes:
            return self._jobs.content(self.owner, id)[0]

        kind = self._jobs.content(self.owner, id)[1]
        return Draft(content, kind, self.service.edits.get((self.owner.id, id), dict))

    def drop_draft(self, id: str) -> None:
        """Forget what was typed to mend the case of a job."""
        self.service.edits.forget(self.owner.id, id)

    def ask(self, id: str, *orders: Order) -> list[Job]:
        """Ask more of the case of a job."""
        self._may_run()
        return self._jobs.whatif(self.owner, id, orders)

    async def make_ready(self, id: str) -> None:
        """Have what-ifs about the case of a job answered quickly, if it can be done."""
        with suppress(Refused, Failure):
            self._may_run()
            await self.service.in_line(self._jobs.make_ready, self.owner, id, self.language)

    def cancel(self, id: str) -> None:
        """Ask for the end of a job."""
        self._may_run()
        self._jobs.cancel(self.owner, id)

    def rename(self, id: str, name: str) -> Job:
        """Give a job another name."""
        self._may_run()
        return self._jobs.rename(self.owner, id, name)

    def delete(self, id: str) -> None:
        """Delete a job that has ended."""
        self._may_run()
        job, case = self.job(id), self._jobs.case_of(self.owner, id)
        self._jobs.delete(self.owner, id)
        self.drop_draft(id)
        self.service.plans.forget(self.owner.id, id)
        if job.parent is None:  # those that ask more of its case come and go
            self.service.plans.forget(self.owner.id, case)

    def _may_run(self) -> None:
        if "run" not in self.owner.scopes:
            raise Refused(403, mistake("no_scope", hint="run"))

    def job(self, id: str) -> Job:
        """Give a job."""
        return self._jobs.get(self.owner, id)

    def newest(
        self, limit: int, *, kind: str | None = None, before: str | None = None
    ) -> list[Job]:
        """Give jobs of the owner, of a kind, older than the job of an id; the newest first."""
        return self._jobs.list(self.owner, kind=kind, before=before, limit=limit)

    def events(self, id: str, after: int) -> Sequence[JobEvent]:
        """Give what was told of a job after the event of this number."""
        return self._jobs.events(self.owner, id, after)

    async def workbook(self, id: str) -> bytes:
        """Give the result of a job as a workbook: it is written when it is first asked for."""
        written: bytes | None = await asyncio.to_thread(self._jobs.written, self.owner, id)
        if written is not None:
            return written
        made: bytes = await self.service.in_line(self._jobs.workbook, self.owner, id)
        return made

    def children(self, id: str, *, kind: str | None = None, tag: str | None = None) -> list[Job]:
        """Give the jobs that ask more of a job's case, of a kind, with a tag; the newest first."""
        return self._jobs.list(self.owner, parent=id, kind=kind, tag=tag, limit=MOST)

    def reading(self, id: str) -> Reading:
        """Give the case of a job as it was read."""

        def read() -> Reading:
            content, kind = self._jobs.content(self.owner, id)
            return read_case(content, kind, self.language)

        case = self._jobs.case_of(self.owner, id)
        found: Reading = self.service.plans.get((self.owner.id, case, self.language), read)
        return found

    def shown(self, id: str) -> Shown | None:
        """Give a job's plan, None where it has none."""
        job = self.job(id)

        def make() -> Shown | None:
            result = self._jobs.result(self.owner, id)
            if result is None or job.kind != "plan":
                return None
            reading = self.reading(id)
            order = self._jobs.order(self.owner, id)
            case = changed(reading.case or reading.impossible, order)
            if case is None:
                return None
            sent = self._jobs.case_of(self.owner, id)
            plan = plan_of(case, result)
            return Shown(job, reading, plan, order, sent, Figures(plan, self.language))

        key = (self.owner.id, id, self.language, job.state)
        found: Shown | None = self.service.plans.get(key, make)
        return None if found is None else replace(found, job=job)  # it may have a new name

    def report(self, id: str) -> dict[str, Any] | None:
        """Give what the analysis of a job found."""
        result = self._jobs.result(self.owner, id)
        return None if result is None else json.loads(result)


def changed(case: Case | None, order: Mapping[str, Any]) -> Case | None:
    """Give a case as an order has it: in its scenario, with its changes."""
    if case is None:
        return None
    try:
        return applied(case, order.get("scenario"), order.get("changes", ()))
    except CaseError:  # it was solved so: only names and words are taken from it
        return case


def plan_of(case: Case, result: bytes) -> Plan:
    """Make a plan of the JSON that a job gave."""
    return Plan.from_dict(case, json.loads(result))
