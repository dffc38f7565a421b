"""Jobs are taken up without idle looks, whatever goes wrong, and leave nothing behind."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select
from structlog.contextvars import get_contextvars

from jvopt.service import dispatch
from jvopt.service.bell import Bell
from jvopt.service.dispatch import Dispatcher
from jvopt.service.jobs import Jobs
from jvopt.service.keys import LOCAL
from jvopt.service.meters import Meters
from jvopt.service.orders import Order
from jvopt.service.pool import Pool
from jvopt.service.store import Store
from jvopt.service.store.tables import inputs
from jvopt.service.task import Answer
from tests.api.support import until


class AtOnce:
    """Does every task at once."""

    slots = 2
    free = True

    @contextmanager
    def slot(self):
        yield self

    def answer(self, task, watch=None, grace=0):
        return Answer([])


class Counted(Store):
    """Counts the looks for work, some of which go wrong."""

    looks, wrong = 0, 0

    def claim(self, lease):
        self.looks += 1
        if self.looks <= self.wrong:
            raise ValueError("A row that cannot be read.")
        return super().claim(lease)


@pytest.fixture
def store(tmp_path):
    found = Counted(f"sqlite:///{tmp_path}/jobs.db")
    yield found
    found.close()


class Heard(Bell):
    """Keeps for which jobs it rang."""

    def __init__(self):
        super().__init__()
        self.rung = set()

    def ring(self, job):
        self.rung.add(job)
        super().ring(job)


@contextmanager
def working(store, meters=None, bell=None):
    executor, meters, bell = AtOnce(), meters or Meters(), bell or Bell()
    dispatcher = Dispatcher(store, executor, meters, bell, grace=1, keep=0)
    came = dispatcher.wake
    jobs = Jobs(store, Pool(executor, 1), meters, bell, time_limit=600, came=came)
    dispatcher.start()
    try:
        yield jobs
    finally:
        dispatcher.close(0)


def ended(jobs, job):
    return until(lambda: (now := jobs.get(LOCAL, job.id)).ended and now, 20)


def counted(meters):
    """Give how many jobs ended in each state."""
    samples = meters.ended.collect()[0].samples
    return {s.labels["state"]: s.value for s in samples if s.name.endswith("_total")}


def test_jobs_that_end_without_being_done_are_counted_and_told(store):
    meters, bell = Meters(), Heard()
    first = Jobs(store, None, meters, bell, time_limit=600)
    kept, ended_too, waiting = (first.submit(LOCAL, b"{}", "json", Order()) for _ in range(3))
    for _ in range(2):
        first.cancel(LOCAL, waiting.id)  # the second time there is nothing to end
    assert counted(meters) == {"cancelled": 1}
    for lease in (30, 30, -1):  # begun three times, the last time by one who is gone
        claims = [store.claim(lease) for _ in range(2)]
        if lease > 0:
            assert all(store.give_back(claim, 3) for claim in claims)
    first.cancel(LOCAL, ended_too.id)
    bell.rung.clear()
    with working(store, meters, bell) as jobs:
        lost, over = ended(jobs, kept), ended(jobs, ended_too)
        assert (lost.state, lost.failure["code"]) == ("failed", "lost")
        assert (over.state, over.termination, over.failure) == ("cancelled", "interrupted", None)
        until(lambda: bell.rung == {kept.id, ended_too.id}, 5)
        assert counted(meters) == {"cancelled": 2, "failed": 1}


def test_what_a_thread_logs_names_a_job_while_it_does_it(store, monkeypatch):
    meanwhile, between = [], []
    monkeypatch.setattr(
        AtOnce, "answer", lambda *_, **__: meanwhile.append(get_contextvars()) or Answer([])
    )
    claim = store.claim
    monkeypatch.setattr(
        store, "claim", lambda lease: between.append(get_contextvars()) or claim(lease)
    )
    with working(store) as jobs:
        done = [ended(jobs, jobs.submit(LOCAL, b"{}", "json", Order())).id for _ in range(4)]
    assert [told["job"] for told in meanwhile] == done
    assert {"job"} & set().union(*between) == set()


def test_a_case_is_learnt_by_one_process_at_a_time(store):
    learning, over = [], threading.Event()

    class Learning(AtOnce):
        def answer(self, task, watch=None, grace=0):
            learning.append(task)
            over.wait(20)
            return Answer([])

    meters, bell = Meters(), Bell()
    jobs = Jobs(store, Pool(Learning(), 1), meters, bell, time_limit=600)
    one, other = (jobs.submit(LOCAL, case, "json", Order()) for case in (b"{}", b"[]"))
    with ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(jobs.make_ready, LOCAL, one.id, "en") for _ in range(3)]
        until(lambda: sum(future.done() for future in asked) == 2, 10)
        asked.append(threads.submit(jobs.make_ready, LOCAL, other.id, "en"))
        until(lambda: len(learning) == 2, 10)
        over.set()
    jobs.make_ready(LOCAL, one.id, "en")
    assert [task.content for task in learning] == [b"{}", b"[]", b"{}"]


def test_threads_that_wait_for_a_cluster_hold_up_the_end_once(store, monkeypatch):
    waiting, back = [], threading.Event()

    @contextmanager
    def away(self):
        waiting.append(self)
        back.wait(20)
        yield self

    monkeypatch.setattr(AtOnce, "slot", away)
    monkeypatch.setattr(AtOnce, "slots", 4)
    monkeypatch.setattr(dispatch, "_LEAVING", 1.0)
    with working(store) as jobs:
        for _ in range(4):
            jobs.submit(LOCAL, b"{}", "json", Order())
        until(lambda: len(waiting) == 4, 20)
        began = time.monotonic()
    assert time.monotonic() - began < 2
    back.set()
    until(lambda: store.counts() == {"queued": 4}, 20)


def test_there_are_no_idle_looks_after_a_busy_time(store):
    with working(store) as jobs:
        first = jobs.submit(LOCAL, b"{}", "json", Order())
        for job in jobs.whatif(LOCAL, first.id, [Order()] * 60):
            ended(jobs, job)
        time.sleep(1)
        assert 61 <= store.looks < 80


def test_a_look_that_goes_wrong_costs_no_slot(store):
    store.wrong = 4
    with working(store) as jobs:
        assert ended(jobs, jobs.submit(LOCAL, b"{}", "json", Order())).ended


def test_the_case_of_a_deleted_job_goes_though_jobs_are_kept_for_ever(store, monkeypatch):
    monkeypatch.setattr(dispatch, "_TIDY", 0.2)

    def cases():
        with store.engine.begin() as connection:
            return connection.scalar(select(func.count()).select_from(inputs))

    with working(store) as jobs:
        kept = ended(jobs, jobs.submit(LOCAL, b"{}", "json", Order()))
        gone = ended(jobs, jobs.submit(LOCAL, b"[]", "json", Order()))
        assert cases() == 2
        jobs.delete(LOCAL, gone.id)
        until(lambda: cases() == 1, 20)
        assert jobs.content(LOCAL, kept.id) == (b"{}", "json")
