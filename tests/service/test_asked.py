"""What is asked of a job's case: what is kept of it, and what goes to the database and back."""

from contextlib import contextmanager

import pytest

from jvopt.service.bell import Bell
from jvopt.service.job import Refused
from jvopt.service.jobs import Jobs
from jvopt.service.keys import LOCAL
from jvopt.service.meters import Meters
from jvopt.service.orders import Order
from jvopt.service.pool import Pool
from jvopt.service.store import Store
from jvopt.service.store.tables import ENDED
from jvopt.service.task import Answer

DEARER = {"table": "supply", "column": "unit_cost", "action": "multiply", "value": "2"}
FEWER = {"table": "demand", "column": "quantity", "value": "1"}


@pytest.fixture
def store(database):
    found = Store(database[0])
    yield found
    found.close()


@pytest.fixture
def jobs(store):
    return Jobs(store, None, Meters(), Bell(), time_limit=600)


def test_a_what_if_keeps_what_its_job_had_changed_and_reads_no_case(jobs, store, monkeypatch):
    base = jobs.submit(LOCAL, b"{}", "json", Order(scenario="dear"))
    monkeypatch.setattr(store, "content", lambda digest: pytest.fail("the case was read"))
    (fewer,) = jobs.whatif(LOCAL, base.id, [Order(changes=[FEWER])])
    (dearer,) = jobs.whatif(LOCAL, base.id, [Order(scenario="cheap", changes=[DEARER])])
    again = [
        jobs.whatif(LOCAL, job.id, [Order(changes=[DEARER])])[0] for job in (base, fewer, dearer)
    ]
    kept = [jobs.order(LOCAL, job.id) for job in again]
    assert [(order["scenario"], order["changes"]) for order in kept] == [
        ("dear", [DEARER]),
        ("dear", [FEWER, DEARER]),
        ("cheap", [DEARER, DEARER]),
    ]
    # All that was asked tells them apart, not only what was asked last.
    rows = [store.find(LOCAL.id, job.id) for job in again]
    assert len({row["fingerprint"] for row in rows}) == 3
    assert {row["input"] for row in rows} == {jobs.case_of(LOCAL, base.id)}


def test_a_what_if_of_a_job_that_goes_meanwhile_is_refused(jobs, store, monkeypatch):
    base = jobs.submit(LOCAL, b"{}", "json", Order())
    jobs.cancel(LOCAL, base.id)
    add = store.add

    def tidied(*given):
        assert store.find(LOCAL.id, base.id)["state"] in ENDED
        jobs.delete(LOCAL, base.id)
        store.drop_unused()
        add(*given)

    monkeypatch.setattr(store, "add", tidied)
    with pytest.raises(Refused) as caught:
        jobs.whatif(LOCAL, base.id, [Order()])
    assert (caught.value.status, caught.value.issue.code) == (404, "unknown_job")


def test_a_tag_is_found_among_many_jobs_in_few_looks(jobs, store, monkeypatch):
    marked = [jobs.submit(LOCAL, b"{}", "json", Order(tags=["old"])) for _ in range(3)]
    jobs.whatif(LOCAL, marked[0].id, [Order()] * 600)
    looks, look = [], store.list
    monkeypatch.setattr(store, "list", lambda *given: looks.append(given) or look(*given))
    first = jobs.list(LOCAL, tag="old", limit=2)
    rest = jobs.list(LOCAL, tag="old", limit=2, before=first[-1].id)
    assert [job.id for job in [*first, *rest]] == [job.id for job in reversed(marked)]
    assert len(looks) == 3


class Timed:
    """Notes how long tasks may take."""

    def __init__(self):
        self.graces = []

    @contextmanager
    def slot(self):
        yield self

    def answer(self, task, watch=None, grace=0):
        self.graces.append(grace)
        return Answer([])

    def kill(self):
        pass


def test_a_task_without_a_search_may_take_as_long_as_the_settings_say(tmp_path):
    timed, store = Timed(), Store(f"sqlite:///{tmp_path}/jobs.db")
    Jobs(store, Pool(timed, 7), Meters(), Bell(), time_limit=600).check(b"{}", "json")
    assert timed.graces == [14]
    store.close()
