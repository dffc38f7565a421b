"""Doing the jobs in the store: taken up in turn, followed, ended, and never left behind."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog
from structlog.contextvars import bound_contextvars

from jvopt.core.issues import errors
from jvopt.service.bell import Bell
from jvopt.service.executors import Executor, Running
from jvopt.service.meters import Meters
from jvopt.service.news import News
from jvopt.service.orders import task_of
from jvopt.service.store import AWAY, Claimed, Store
from jvopt.service.store.tables import ENDED
from jvopt.service.task import Answer, Ended, Failure, Killed, Step

LEASE = 30.0
"""Seconds for which a claim holds unless renewed; clocks of services must agree to a few."""

_RENEW = LEASE / 6
_LOOK = 0.5
"""Seconds between two looks for jobs to end, and between two steps that are told."""

_PATIENCE = 8.0
"""Seconds without a sign of life after the word to stop until what does not listen is killed."""

_WRITING = 60.0
"""The same once the plan is there and is written: that of a large case says nothing for long."""

_TIDY = 600.0
"""Seconds between two looks for what is old."""

_LEAVING = 10.0
"""Seconds at the end for all threads to put their jobs back; one may wait for a cluster."""

_ATTEMPTS = 3
"""How often a job is begun before it is given up."""

log = structlog.get_logger("jvopt")
T = TypeVar("T")


@dataclass(slots=True)
class _Active:
    """A job at work here."""

    job: Claimed
    running: Running | None = None
    stopped: float | None = None
    phase: str = ""
    heard: float = 0.0
    lost: bool = False
    drained: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextlib.contextmanager
    def holding(self, running: Running) -> Iterator[None]:
        """Have what runs it at hand, and no longer than it does: next it is for another job."""
        with self.lock:
            if self.lost or self.drained:
                raise Killed("The job went back in line.")
            self.running = running
        try:
            yield
        finally:
            with self.lock:
                self.running = None

    def hear(self, step: Step) -> None:
        """Take note of a step of the run."""
        self.phase, self.heard = step.phase, time.monotonic()

    def overdue(self, now: float) -> bool:
        """Whether it was told to stop and does not listen."""
        if self.stopped is None:
            return False
        patience = _WRITING if self.phase == "writing" else _PATIENCE
        return now - max(self.stopped, self.heard) > patience

    def stop(self) -> None:
        """End the search and keep what was found."""
        with self.lock:
            if self.running is not None and self.stopped is None:
                self.stopped = time.monotonic()
                self.running.stop()

    def kill(self) -> None:
        """End it at once."""
        with self.lock:
            if self.running is not None:
                self.running.kill()


class Dispatcher:
    """Takes jobs from a store and has them done by an executor.

    Parameters
    ----------
    store, executor
        Where jobs come from and who does them.
    meters, bell
        What counts them, and what rings when something is new of one.
    grace
        As for `jvopt.service.runner.Run.answer`.
    keep
        Seconds for which jobs that ended are kept; 0 for ever.
    """

    def __init__(
        self,
        store: Store,
        executor: Executor,
        meters: Meters,
        bell: Bell,
        *,
        grace: float,
        keep: float,
    ) -> None:
        self._store = store
        self._executor = executor
        self._meters = meters
        self._bell = bell
        self._grace = grace
        self._keep = keep
        self._active: dict[str, _Active] = {}
        self._lock = threading.Lock()
        self._work = threading.Semaphore(0)  # raised once for each job that comes in here
        self._look = threading.Event()
        self._closing = threading.Event()
        self._closed = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin to take up jobs."""
        self._staff()
        threading.Thread(target=self._watch_over, name="jvopt-keeper", daemon=True).start()

    def wake(self) -> None:
        """Say that there is a new job."""
        self._work.release()

    def look(self) -> None:
        """Say that the end of a job was asked for."""
        self._look.set()

    def close(self, drain: float) -> None:
        """Take up nothing more; what is at work may end, or is put back in line.

        Parameters
        ----------
        drain
            Seconds for it to end.
        """
        self._closing.set()
        until = time.monotonic() + drain
        while self._active and time.monotonic() < until:
            time.sleep(0.05)
        with self._lock:
            left = list(self._active.values())
        for active in left:
            active.drained = True
            active.kill()
        until = time.monotonic() + _LEAVING
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        self._closed.set()

    # One thread a slot of the executor.

    def _staff(self) -> None:
        """Have as many threads as the executor has slots now."""
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        while len(self._threads) < self._executor.slots:
            name = f"jvopt-slot-{len(self._threads) + 1}"
            thread = threading.Thread(target=self._serve, name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self) -> None:
        woken = False
        while not self._closing.is_set():
            try:
                job = self._insist(lambda: self._store.claim(LEASE))
                if job is None:
                    woken = self._work.acquire(timeout=1.0)  # other services put jobs there too
                    continue
                if not woken:
                    self._work.acquire(blocking=False)  # nobody need wake for this one any more
                woken = False
                self._take_up(job)
            except Exception:
                log.exception("no job could be taken up")
                self._closing.wait(1.0)

    def _take_up(self, job: Claimed) -> None:
        active = _Active(job)
        with self._lock:
            self._active[job.claim] = active
        try:
            with bound_contextvars(job=job.id):
                self._do(active)
        except Exception:  # a fault of ours must not cost a slot
            log.exception("job failed", job=job.id)
        finally:
            with self._lock:
                del self._active[job.claim]

    def _do(self, active: _Active) -> None:
        job, began = active.job, time.monotonic()
        task = task_of(job.order, job.content, job.kind)
        teller = _Teller(self._store, self._bell, job)

        def watch(step: Step) -> None:
            active.hear(step)
            teller(step)

        try:
            with self._executor.slot() as running, active.holding(running):
                answer = running.answer(task, watch, grace=self._grace)
        except Failure as failure:
            self._failed(active, failure)
        except Exception as error:
            log.exception("fault")
            self._failed(active, Ended(f"{type(error).__name__}: {error}"))
        else:
            teller.flush()
            self._answered(active, answer)
        seconds = time.monotonic() - began
        self._meters.seconds.labels(task.analysis or "plan").observe(seconds)

    def _answered(self, active: _Active, answer: Answer) -> None:
        ended = active.stopped is not None
        values: dict[str, Any] = {"issues": [i.to_dict() for i in answer.issues]}
        forms = {} if answer.output is None else {str(answer.kind): answer.output}
        forms |= {} if answer.book is None else {"xlsx": answer.book}
        if answer.digest is not None:
            digest = answer.digest
            values |= {
                "state": "cancelled" if ended else "succeeded",
                "termination": digest.termination,
                "found": digest.found,
                "objective": _finite(digest.objective),
                "currency": digest.currency,
                "gap": _finite(digest.gap),
            }
        elif answer.findings is not None:
            values |= {
                "state": "cancelled" if ended else "succeeded",
                "termination": "interrupted" if ended else None,
                "found": not answer.findings.empty,
            }
        elif errors(answer.issues):
            values |= {"state": "failed", "failure": {"code": "bad_case", "what": ""}}
        else:  # it was stopped, and nobody wants what was found till then
            values |= {"state": "cancelled", "termination": "interrupted"}
        self._finish(active, values, forms)

    def _failed(self, active: _Active, failure: Failure) -> None:
        job = active.job
        if active.lost:
            return  # another has it
        if active.stopped is not None:
            self._finish(active, {"state": "cancelled", "termination": "interrupted"}, {})
            return
        # A process that was killed, or a machine that went away, says nothing about the job.
        again = active.drained or isinstance(failure, Ended)
        most = None if active.drained else _ATTEMPTS
        if again and self._insist(lambda: self._store.give_back(job, most)):
            log.warning("back in line", what=failure.what)
            return
        log.error("failed", code=failure.code, what=failure.what, trace=failure.trace)
        failed = {"state": "failed", "failure": {"code": failure.code, "what": failure.what}}
        self._finish(active, failed, {})

    def _finish(self, active: _Active, values: dict[str, Any], forms: dict[str, bytes]) -> None:
        job = active.job
        if self._insist(lambda: self._store.finish(job, values, forms)):
            self._meters.ended.labels(values["state"]).inc()
            log.info("ended", state=values["state"])
            self._bell.ring(job.id)

    def _insist(self, act: Callable[[], T]) -> T | None:
        """Do something with the store, again and again while the database is away."""
        pause = 0.1
        while True:
            try:
                return act()
            except AWAY as error:
                log.warning("the database is away", what=str(error)[:200])
            if self._closed.is_set():
                return None
            time.sleep(pause)
            pause = min(2 * pause, 2.0)
            if self._closing.is_set() and pause >= 2.0:
                return None

    # One thread that keeps the claims, ends what is to end, and tidies up.

    def _watch_over(self) -> None:
        renewed = tidied = -LEASE
        while not self._closed.is_set():
            self._look.wait(_LOOK)
            self._look.clear()
            now = time.monotonic()
            try:
                if now - renewed >= _RENEW:
                    self._renew()
                    renewed = now
                    self._take_from_the_lost()
                    self._staff()
                self._end_what_is_to_end(now)
                if now - tidied >= _TIDY:
                    tidied = now
                    if self._keep:
                        self._store.forget(time.time() - self._keep)
                    self._store.drop_unused()
            except AWAY as error:
                log.warning("the database is away", what=str(error)[:200])
            except Exception:  # whatever it is, other jobs still need their claims kept
                log.exception("keeper failed")

    def _end_what_is_to_end(self, now: float) -> None:
        with self._lock:
            active = dict(self._active)
        for claim in self._store.asked_to_end(active) if active else ():
            active[claim].stop()
        for one in active.values():
            if one.overdue(now):
                one.kill()

    def _renew(self) -> None:
        with self._lock:
            active = dict(self._active)
        if not active:
            return
        held = self._store.renew(active, LEASE)
        for claim, one in active.items():
            with self._lock:
                at_work = claim in self._active
            if claim not in held and at_work:
                one.lost = True  # or it has just ended, which kills nothing
                one.kill()

    def _take_from_the_lost(self) -> None:
        for id, state in self._store.take_from_the_lost(_ATTEMPTS).items():
            if state in ENDED:
                self._meters.ended.labels(state).inc()
                log.warning("given up", job=id, state=state)
            self._bell.ring(id)


class _Teller:
    """Puts the news of a run into the store."""

    def __init__(self, store: Store, bell: Bell, job: Claimed) -> None:
        self._store = store
        self._bell = bell
        self._job = job
        self._phase = "checking"
        self._news = News()
        self._last: Step | None = None

    def __call__(self, step: Step) -> None:
        self._last = step
        if self._news.passes(step):
            self.flush()

    def flush(self) -> None:
        """Tell what was held back."""
        step, self._last = self._last, None
        if step is None:
            return
        state = step.phase if step.phase != self._phase else None
        self._phase = step.phase
        data = {name: value for name, value in step._asdict().items() if value is not None}
        # Progress is a courtesy: a database that is away must not end a solve.
        with contextlib.suppress(*AWAY):
            self._store.tell(self._job, json.loads(json.dumps(data)), state)
            self._bell.ring(self._job.id)


def _finite(value: float) -> float | None:
    return value if abs(value) < float("inf") else None
