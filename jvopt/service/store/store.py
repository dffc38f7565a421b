"""Jobs in the database: each function is one transaction, so that a job is always whole.

Whoever runs a job holds a claim on it with a lease, and renews it. A claim whose lease ran out is
void: the job is taken up by another, and what the first one still says of it is not heard.
"""

from __future__ import annotations

import secrets
import time
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Connection,
    RowMapping,
    Table,
    and_,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError, TimeoutError

from jvopt.service.store.engine import open_engine, writing
from jvopt.service.store.tables import ENDED, RUNNING, JobState, events, inputs, jobs, results

AWAY = (OperationalError, InterfaceError, TimeoutError)
"""What is raised while the database cannot be reached; the same may work a little later."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job that was taken up.

    Attributes
    ----------
    id, claim
        The job, and the claim under which it runs.
    order, content, kind
        What is asked, and the case.
    """

    id: str
    claim: str
    order: dict[str, Any]
    content: bytes
    kind: str


class Store:
    """The jobs of a service, in a database.

    Parameters
    ----------
    url, patience
        As for `jvopt.service.store.engine.open_engine`.
    """

    def __init__(self, url: str, patience: float = 0) -> None:
        self.engine = open_engine(url, patience)
        self._writing = writing(self.engine)

    def close(self) -> None:
        """Let go of the connections."""
        self.engine.dispose()

    # What those who ask do.

    def add(
        self, rows: Sequence[Mapping[str, Any]], most: int, case: tuple[bytes, str] | None = None
    ) -> None:
        """Store new jobs about one case, all or none.

        Parameters
        ----------
        rows
            Values of the columns of ``jobs`` that are not set here; all of one owner.
        most
            Most jobs of the owner that may be unfinished then; 0 for any number.
        case
            Its content and kind; None where it should be stored already.

        Raises
        ------
        TooMany
            There would be more.
        IntegrityError
            There is a job with the same idempotency key, or the case is not stored.
        """
        now = time.time()
        fixed = {"state": "queued", "created": now, "attempts": 0, "cancel": False, "issues": []}
        with self._writing.begin() as connection:
            if most:
                owner = rows[0]["owner"]
                if connection.dialect.name == "postgresql":  # SQLite has one writer at a time
                    lock = int.from_bytes(owner.encode()[:7].ljust(7), "big")
                    connection.execute(select(func.pg_advisory_xact_lock(lock)))
                mine = and_(jobs.c.owner == owner, jobs.c.state.not_in(ENDED))
                open_now = connection.scalar(select(func.count()).where(mine)) or 0
                if open_now + len(rows) > most:
                    raise TooMany(open_now)
            if case is not None:
                content, kind = case
                row = {"digest": rows[0]["input"], "kind": kind, "content": content}
                _insert_new(connection, inputs, row)
            connection.execute(insert(jobs), [{**fixed, **row} for row in rows])
            told = {"number": 1, "at": now, "data": {"state": "queued"}}
            connection.execute(insert(events), [{"job": row["id"], **told} for row in rows])

    def find(self, owner: str, id: str) -> RowMapping | None:
        """Give one job of an owner."""
        return self._one(jobs.c.owner == owner, jobs.c.id == id)

    def with_key(self, owner: str, key: str) -> RowMapping | None:
        """Give the job of an owner that was sent with an idempotency key."""
        return self._one(jobs.c.owner == owner, jobs.c.idempotency_key == key)

    def _one(self, *conditions: Any) -> RowMapping | None:
        with self.engine.begin() as connection:
            return connection.execute(select(jobs).where(*conditions)).mappings().first()

    def list(
        self, owner: str, where: Mapping[str, Any], before: tuple[float, str] | None, limit: int
    ) -> list[RowMapping]:
        """Give jobs of an owner, the newest first.

        Parameters
        ----------
        where
            Values that columns must have.
        before
            Time of creation and id of the job after which to go on.
        """
        asked = select(jobs).where(jobs.c.owner == owner)
        for column, value in where.items():
            asked = asked.where(jobs.c[column] == value)
        if before is not None:
            at, id = before
            earlier = (jobs.c.created < at) | ((jobs.c.created == at) & (jobs.c.id < id))
            asked = asked.where(earlier)
        asked = asked.order_by(jobs.c.created.desc(), jobs.c.id.desc()).limit(limit)
        with self.engine.begin() as connection:
            return list(connection.execute(asked).mappings())

    def events(self, id: str, after: int) -> Sequence[RowMapping]:
        """Give what was told of a job after an event, in order."""
        asked = select(events).where(events.c.job == id, events.c.number > after)
        with self.engine.begin() as connection:
            return connection.execute(asked.order_by(events.c.number)).mappings().all()

    def content(self, digest: str) -> tuple[bytes, str]:
        """Give a case and its kind."""
        asked = select(inputs.c.content, inputs.c.kind).where(inputs.c.digest == digest)
        with self.engine.begin() as connection:
            row = connection.execute(asked).one()
        return row.content, row.kind

    def result(self, id: str, form: str) -> bytes | None:
        """Give a result of a job in one form, None where there is none."""
        asked = select(results.c.content).where(results.c.job == id, results.c.form == form)
        with self.engine.begin() as connection:
            found = connection.scalar(asked)
        return None if found is None else zlib.decompress(found)

    def keep_form(self, id: str, form: str, content: bytes) -> None:
        """Keep another form of a job's result, if the job is still there."""
        try:
            with self._writing.begin() as connection:
                _insert_new(connection, results, _packed(id, form, content))
        except IntegrityError:
            pass  # it was deleted meanwhile; whoever waits for the form gets it all the same

    def rename(self, owner: str, id: str, name: str) -> None:
        """Give a job another name."""
        with self._writing.begin() as connection:
            mine = and_(jobs.c.owner == owner, jobs.c.id == id)
            connection.execute(update(jobs).where(mine).values(name=name))

    def cancel(self, owner: str, id: str) -> bool:
        """Ask for the end of a job; one that was not begun ends here, and only then it is True."""
        mine = and_(jobs.c.owner == owner, jobs.c.id == id)
        ended = {"state": "cancelled", "finished": time.time(), "termination": "interrupted"}
        with self._writing.begin() as connection:
            waiting = and_(mine, jobs.c.state == "queued")
            if connection.execute(
                update(jobs).where(waiting).values(cancel=True, **ended)
            ).rowcount:
                _tell(connection, id, {"state": "cancelled"})
                return True
            running = and_(mine, jobs.c.state.in_(RUNNING))
            connection.execute(update(jobs).where(running).values(cancel=True))
        return False

    def remove(self, owner: str, id: str) -> bool:
        """Delete a job that has ended, with its results; tell whether there was one."""
        mine = and_(jobs.c.owner == owner, jobs.c.id == id, jobs.c.state.in_(ENDED))
        with self._writing.begin() as connection:
            return bool(connection.execute(delete(jobs).where(mine)).rowcount)

    # What those who run jobs do.

    def claim(self, lease: float) -> Claimed | None:
        """Take up the next job: of the owner with the fewest that run, the oldest."""
        running = (
            select(jobs.c.owner, func.count().label("number"))
            .where(jobs.c.state.in_(RUNNING))
            .group_by(jobs.c.owner)
            .subquery()
        )
        asked = (
            select(jobs.c.id, jobs.c.order, jobs.c.input, jobs.c.started)
            .outerjoin(running, running.c.owner == jobs.c.owner)
            .where(jobs.c.state == "queued")
            .order_by(func.coalesce(running.c.number, 0), jobs.c.created, jobs.c.id)
            .limit(1)
            .with_for_update(of=jobs, skip_locked=True)
        )
        with self._writing.begin() as connection:
            job = connection.execute(asked).first()
            if job is None:
                return None
            now, claim = time.time(), secrets.token_hex(16)
            taken = {
                "state": "checking", "claim": claim, "lease": now + lease,
                "started": job.started or now, "attempts": jobs.c.attempts + 1,
            }  # fmt: skip
            connection.execute(update(jobs).where(jobs.c.id == job.id).values(taken))
            _tell(connection, job.id, {"state": "checking"})
            case = connection.execute(select(inputs).where(inputs.c.digest == job.input)).one()
        return Claimed(job.id, claim, job.order, case.content, case.kind)

    def renew(self, claims: Iterable[str], lease: float) -> set[str]:
        """Renew claims; give those that still hold."""
        mine = jobs.c.claim.in_(list(claims))
        with self._writing.begin() as connection:
            renewed = update(jobs).where(mine).values(lease=time.time() + lease)
            return {str(claim) for claim in connection.scalars(renewed.returning(jobs.c.claim))}

    def asked_to_end(self, claims: Iterable[str]) -> set[str]:
        """Give those claims whose job's end is asked for."""
        mine = and_(jobs.c.claim.in_(list(claims)), jobs.c.cancel)
        with self.engine.begin() as connection:
            return set(connection.scalars(select(jobs.c.claim).where(mine)))

    def tell(self, job: Claimed, data: Mapping[str, Any], state: str | None = None) -> None:
        """Tell where a job stands, if the claim still holds."""
        held = and_(jobs.c.id == job.id, jobs.c.claim == job.claim)
        with self._writing.begin() as connection:
            values = {"state": state} if state else {"claim": job.claim}
            if connection.execute(update(jobs).where(held).values(values)).rowcount:
                _tell(connection, job.id, data)

    def finish(self, job: Claimed, values: Mapping[str, Any], forms: Mapping[str, bytes]) -> bool:
        """End a job with its results, whole; False where the claim no longer holds.

        Parameters
        ----------
        values
            Its state, and whatever else is known of its end.
        forms
            Its results by form.
        """
        held = and_(jobs.c.id == job.id, jobs.c.claim == job.claim)
        ended = {**values, "claim": None, "lease": None, "finished": time.time()}
        rows = [_packed(job.id, form, content) for form, content in forms.items()]
        with self._writing.begin() as connection:
            if not connection.execute(update(jobs).where(held).values(ended)).rowcount:
                return False
            if rows:
                connection.execute(insert(results), rows)
            _tell(connection, job.id, {"state": values["state"]})
        return True

    def give_back(self, job: Claimed, most: int | None) -> bool:
        """Put a job back in line unless it was begun so often; False where it was.

        Where `most` is None the attempt does not count: it was the service that had to end.
        """
        held = and_(jobs.c.id == job.id, jobs.c.claim == job.claim)
        if most is None:
            return bool(self._requeue(held, attempts=jobs.c.attempts - 1))
        return bool(self._requeue(and_(held, jobs.c.attempts < most)))

    def take_from_the_lost(self, attempts: int) -> dict[str, JobState]:
        """Put jobs back in line whose claims ran out; end those that were begun so often.

        Returns
        -------
        dict of str to JobState
            The jobs that were moved, and where they stand now.
        """
        lost = and_(jobs.c.state.in_(RUNNING), jobs.c.lease < time.time())
        back = self._requeue(and_(lost, jobs.c.attempts < attempts, ~jobs.c.cancel))
        moved: dict[str, JobState] = dict.fromkeys(back, "queued")
        what = f"It was begun {attempts} times, and each time what ran it ended."
        failed = {"state": "failed", "failure": {"code": "lost", "what": what}}
        cancelled = {"state": "cancelled", "termination": "interrupted"}
        with self._writing.begin() as connection:
            for row in connection.execute(select(jobs.c.id, jobs.c.cancel).where(lost)).all():
                ended: dict[str, Any] = cancelled if row.cancel else failed
                # Meanwhile it may have ended after all, or another service have told its end.
                still = update(jobs).where(jobs.c.id == row.id, lost)
                given_up = still.values(**ended, claim=None, lease=None, finished=time.time())
                if connection.execute(given_up).rowcount:
                    _tell(connection, row.id, {"state": ended["state"]})
                    moved[row.id] = ended["state"]
        return moved

    def _requeue(self, which: Any, **values: Any) -> Sequence[str]:
        with self._writing.begin() as connection:
            back = {"state": "queued", "claim": None, "lease": None, **values}
            ids = connection.scalars(
                update(jobs).where(which).values(back).returning(jobs.c.id)
            ).all()
            for id in ids:
                _tell(connection, id, {"state": "queued"})
        return ids

    def forget(self, before: float) -> None:
        """Delete jobs that ended before a time."""
        old = and_(jobs.c.state.in_(ENDED), jobs.c.finished < before)
        with self._writing.begin() as connection:
            connection.execute(delete(jobs).where(old))

    def drop_unused(self) -> None:
        """Delete cases that no job has any more."""
        unused = ~exists().where(jobs.c.input == inputs.c.digest)
        try:
            with self._writing.begin() as connection:
                connection.execute(delete(inputs).where(unused))
        except IntegrityError:
            pass  # one was just sent again: the next time will do

    def counts(self) -> dict[str, int]:
        """Count the jobs in each state."""
        asked = select(jobs.c.state, func.count()).group_by(jobs.c.state)
        with self.engine.begin() as connection:
            return {row[0]: row[1] for row in connection.execute(asked)}


class TooMany(Exception):
    """The owner would have more unfinished jobs than allowed.

    Parameters
    ----------
    unfinished
        How many there are now.
    """

    def __init__(self, unfinished: int) -> None:
        super().__init__(unfinished)
        self.unfinished = unfinished


def _insert_new(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Add a row unless there is one of its key."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(table).values(row).on_conflict_do_nothing())


def _packed(job: str, form: str, content: bytes) -> dict[str, Any]:
    """Give the row of a result."""
    return {"job": job, "form": form, "content": zlib.compress(content, 1)}


def _tell(connection: Connection, id: str, data: Mapping[str, Any]) -> None:
    """Add an event; the row of the job was changed before, so that no other comes between."""
    last = select(func.coalesce(func.max(events.c.number), 0)).where(events.c.job == id)
    number = (connection.scalar(last) or 0) + 1
    row = {"job": id, "number": number, "at": time.time(), "data": dict(data)}
    connection.execute(insert(events).values(row))
