"""Jobs: what whoever asks can do with them, on every way in."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from sqlalchemy import RowMapping
from sqlalchemy.exc import IntegrityError

from jvopt.core.language import Language
from jvopt.service.bell import Bell
from jvopt.service.job import Job, JobEvent, Refused, job_of, when
from jvopt.service.keys import Owner
from jvopt.service.messages import mistake
from jvopt.service.meters import Meters
from jvopt.service.orders import Order, digest_of_input, task_of
from jvopt.service.pool import Pool
from jvopt.service.store import Store, TooMany
from jvopt.service.store.tables import ENDED
from jvopt.service.task import Answer, Form, Task

_LOOKED_THROUGH = 500
"""Fewest jobs that are read at a time to find those with a tag, which may be far between."""


class Jobs:
    """The jobs of a service. All functions wait for the database, and may be used by any thread.

    Parameters
    ----------
    store, pool
        Where jobs are kept, and who writes workbooks.
    meters
        What counts them.
    bell
        Rings when something is new of a job.
    time_limit
        Longest search, in seconds.
    came, ending
        Called when a job came in and when the end of one is asked for.
    """

    def __init__(
        self,
        store: Store,
        pool: Pool,
        meters: Meters,
        bell: Bell,
        *,
        time_limit: float,
        came: Callable[[], None] = lambda: None,
        ending: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._pool = pool
        self._meters = meters
        self.bell = bell
        self._time_limit = time_limit
        self._came = came
        self._ending = ending
        self._lock = threading.Lock()
        self._learning: set[str] = set()

    def submit(
        self,
        owner: Owner,
        content: bytes,
        kind: Form,
        order: Order,
        idempotency_key: str | None = None,
    ) -> Job:
        """Take a case and what is asked of it; it is stored when this returns.

        Parameters
        ----------
        idempotency_key
            Sent again with the same order, it gives the same job.

        Raises
        ------
        Refused
            409 the key was sent with another order, 429 too many jobs are unfinished, 422 the time
            limit is beyond what is allowed.
        """
        digest = digest_of_input(content, kind)
        row = {**self._row(owner, order, digest, None), "idempotency_key": idempotency_key}
        for attempt in (1, 2, 3):
            if idempotency_key is not None:
                known = self._store.with_key(owner.id, idempotency_key)
                if known is not None and known["fingerprint"] != row["fingerprint"]:
                    raise Refused(409, mistake("other_order", idempotency_key))
                if known is not None:
                    return job_of(known)
            try:
                self._add(owner, [row], (content, kind))
                break
            except IntegrityError:  # sent twice at once, or its case was just tidied away
                if attempt == 3:
                    raise
        return self.get(owner, row["id"])

    def whatif(self, owner: Owner, id: str, orders: Sequence[Order]) -> list[Job]:
        """Ask more about the case of a job, each order as a job of its own.

        What the job itself had changed of the case holds for these too, before their own changes.
        There is at least one order.

        Raises
        ------
        Refused
            As `submit`; 404 there is no such job.
        """
        parent = self._row_of(owner, id)
        rows = [
            self._row(owner, _after(parent["order"], order), parent["input"], id)
            for order in orders
        ]
        try:
            self._add(owner, rows)
        except IntegrityError:  # the job was just deleted, and its case tidied away
            raise Refused(404, mistake("unknown_job", id)) from None
        if len(rows) == 1:
            return [self.get(owner, rows[0]["id"])]
        made = {job.id: job for job in self.list(owner, parent=id, limit=len(rows))}
        return [made.get(row["id"]) or self.get(owner, row["id"]) for row in rows]

    def get(self, owner: Owner, id: str) -> Job:
        """Give a job; `Refused` with 404 where the owner has none of that id."""
        return job_of(self._row_of(owner, id))

    def list(
        self,
        owner: Owner,
        *,
        state: str | None = None,
        kind: str | None = None,
        tag: str | None = None,
        parent: str | None = None,
        before: str | None = None,
        limit: int = 50,
    ) -> list[Job]:
        """Give jobs of an owner, the newest first.

        Parameters
        ----------
        state, kind, tag, parent
            Only those.
        before
            Only those older than the job of this id.
        limit
            Most of them.
        """
        given = {"state": state, "kind": kind, "parent": parent}
        where = {name: value for name, value in given.items() if value is not None}
        found: list[Job] = []
        at = None
        if before is not None:
            row = self._row_of(owner, before)
            at = (row["created"], row["id"])
        batch = limit if tag is None else max(limit, _LOOKED_THROUGH)
        while len(found) < limit:
            rows = self._store.list(owner.id, where, at, batch)
            found += [job_of(row) for row in rows if tag is None or tag in row["tags"]]
            if len(rows) < batch:
                break
            at = (rows[-1]["created"], rows[-1]["id"])
        return found[:limit]

    def events(self, owner: Owner, id: str, after: int = 0) -> Sequence[JobEvent]:
        """Give what was told of a job after the event of this number."""
        self._row_of(owner, id)
        rows = self._store.events(id, after)
        return [JobEvent(r["number"], when(r["at"]), r["data"]) for r in rows]

    def cancel(self, owner: Owner, id: str) -> Job:
        """Ask for the end of a job; the best plan so far is kept. One that ended stays as it is."""
        self._row_of(owner, id)
        if self._store.cancel(owner.id, id):
            self._meters.ended.labels("cancelled").inc()
        self._ending()
        self.bell.ring(id)
        return self.get(owner, id)

    def rename(self, owner: Owner, id: str, name: str) -> Job:
        """Give a job another name."""
        self._store.rename(owner.id, id, name)
        return self.get(owner, id)

    def delete(self, owner: Owner, id: str) -> None:
        """Delete a job that has ended; `Refused` with 409 where it has not."""
        self._row_of(owner, id)
        if not self._store.remove(owner.id, id):
            raise Refused(409, mistake("not_ended", id))

    def order(self, owner: Owner, id: str) -> dict[str, Any]:
        """Give what was asked, as `Order.kept` tells it."""
        return dict(self._row_of(owner, id)["order"])

    def case_of(self, owner: Owner, id: str) -> str:
        """Tell the case of a job from any other: jobs about the same case give the same."""
        return str(self._row_of(owner, id)["input"])

    def content(self, owner: Owner, id: str) -> tuple[bytes, Form]:
        """Give the case of a job as it was sent."""
        content, kind = self._store.content(self._row_of(owner, id)["input"])
        return content, cast("Form", kind)

    def result(self, owner: Owner, id: str) -> bytes | None:
        """Give the plan or the report of a job as JSON, None where it has none (yet)."""
        self._row_of(owner, id)
        return self._store.result(id, "json")

    def written(self, owner: Owner, id: str) -> bytes | None:
        """Give the result of a job as a workbook, None where `workbook` has yet to write it."""
        self._row_of(owner, id)
        return self._store.result(id, "xlsx")

    def workbook(self, owner: Owner, id: str) -> bytes:
        """Give the result of a job as a workbook: written when first asked for, and kept.

        It waits for a free process to write it.

        For a case with errors that was sent as a workbook it is the copy in which they are marked.

        Raises
        ------
        Refused
            409 there is no result (yet).
        Failure
            It could not be written.
        """
        row = self._row_of(owner, id)
        book = self._store.result(id, "xlsx")
        if book is not None:
            return book
        content, kind = self._store.content(row["input"])
        plan = self._store.result(id, "json")
        marks = row["state"] == "failed" and bool(row["issues"]) and kind == "xlsx"
        if row["state"] not in ENDED:
            raise Refused(409, mistake("no_result_yet", id))
        if plan is None and not marks:
            raise Refused(409, mistake("no_result", id))
        task = task_of(row["order"], content, kind)
        answer = self._pool.perform(replace(task, answer="xlsx", solve=plan is not None, plan=plan))
        assert answer.output is not None
        self._store.keep_form(id, "xlsx", answer.output)
        return answer.output

    def check(
        self,
        content: bytes,
        kind: Form,
        language: Language | None = None,
        scenario: str | None = None,
        changes: Sequence[Mapping[str, Any]] = (),
    ) -> Answer:
        """Check a case without solving it, in its scenario and with changes where these are given.

        Raises
        ------
        Failure
            It could not be done.
        """
        task = Task(content, kind, solve=False, language=language)
        return self._pool.perform(replace(task, scenario=scenario, changes=changes))

    def make_ready(self, owner: Owner, id: str, language: Language) -> None:
        """Have a process learn the case of a job, so that the first what-if about it is quick too.

        Nothing is done where the case is being learnt already, or other tasks need the processes.

        Raises
        ------
        Refused
            404 there is no such job.
        Failure
            It could not be done; what-ifs can be asked all the same.
        """
        row = self._row_of(owner, id)
        case = row["input"]
        with self._lock:
            if case in self._learning or not self._pool.free:
                return
            self._learning.add(case)
        try:
            task = task_of(row["order"], *self._store.content(case))
            self._pool.perform(replace(task, answer=None, language=language, ready=True))
        finally:
            with self._lock:
                self._learning.discard(case)

    def _row(self, owner: Owner, order: Order, digest: str, parent: str | None) -> dict[str, Any]:
        longest = owner.longest(self._time_limit, order.time_limit)
        return {
            "id": secrets.token_hex(16),
            "owner": owner.id,
            "parent": parent,
            "name": order.name,
            "tags": list(order.tags),
            "kind": order.kind,
            "order": {**order.kept(), "longest": longest},
            "input": digest,
            "fingerprint": order.fingerprint(digest),
        }

    def _add(
        self, owner: Owner, rows: Sequence[dict[str, Any]], case: tuple[bytes, str] | None = None
    ) -> None:
        try:
            self._store.add(rows, owner.jobs or 0, case)
        except TooMany as error:
            known = mistake("too_many_jobs", error.unfinished, hint=str(owner.jobs))
            raise Refused(429, known) from None
        for row in rows:
            self._meters.submitted.labels(row["kind"]).inc()
            self._came()

    def _row_of(self, owner: Owner, id: str) -> RowMapping:
        row = self._store.find(owner.id, id)
        if row is None:
            raise Refused(404, mistake("unknown_job", id))
        return row


def _after(before: Mapping[str, Any], order: Order) -> Order:
    """Give an order about the case as an earlier one, as it was kept, had left it."""
    return replace(
        order,
        scenario=order.scenario or before.get("scenario"),
        changes=[*before.get("changes", ()), *order.changes],
    )
