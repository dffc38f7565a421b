"""Jobs are taken up without idle looks, whatever goes wrong, and leave nothing behind."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select

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


@contextmanager
def working(store):
    executor, meters, bell = AtOnce(), Meters(), Bell()
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
