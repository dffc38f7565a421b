"""Local processes and a cluster do the same; what does not listen, or takes too much, is ended."""

import json
import os
import signal
import time
from contextlib import contextmanager

import pytest

from jvopt.service.bell import Bell
from jvopt.service.dispatch import Dispatcher
from jvopt.service.executors.dask import DaskExecutor
from jvopt.service.executors.local import LocalExecutor
from jvopt.service.jobs import Jobs
from jvopt.service.keys import LOCAL
from jvopt.service.meters import Meters
from jvopt.service.orders import Order
from jvopt.service.pool import Pool
from jvopt.service.store import Store
from tests.api.support import as_json, long_search, solvers, two_suppliers, until
from tests.service.cluster import cluster


@contextmanager
def working(tmp_path, executor):
    """Give jobs that are done by an executor."""
    store, meters, bell = Store(f"sqlite:///{tmp_path}/{id(executor)}.db"), Meters(), Bell()
    dispatcher = Dispatcher(store, executor, meters, bell, grace=60, keep=0)
    came, ending = dispatcher.wake, dispatcher.look
    pool = Pool(executor, 60)
    jobs = Jobs(store, pool, meters, bell, time_limit=600, came=came, ending=ending)
    dispatcher.start()
    try:
        yield jobs
    finally:
        dispatcher.close(0)
        executor.close()
        store.close()


def ended(jobs, job, seconds=120):
    return until(lambda: (now := jobs.get(LOCAL, job.id)).ended and now, seconds)


def batch(number):
    """Give what-ifs of two suppliers, with what each costs at best; None where it is refused.

    q units cost 11 each up to 30, and then 12 f + 2 each, f the factor on what FAR asks: where
    that is the cheaper, FAR's 40 come first. More than 70 cannot be had.
    """
    orders, costs = [], []
    for n in range(number):
        wanted, factor = 5 + 7 * n % 76, (0.5, 0.75, 1, 2)[n % 4]
        far = 12 * factor + 2
        first, second = sorted([(11, 30), (far, 40)])
        cost = first[0] * min(wanted, first[1]) + second[0] * max(wanted - first[1], 0)
        changes = [
            {"table": "demand", "column": "quantity", "value": wanted},
            {"table": "supply", "column": "unit_cost", "where": "site = FAR",
             "action": "multiply", "value": str(factor)},
        ]  # fmt: skip
        orders.append(Order(changes=changes))
        costs.append(cost if wanted <= 70 else None)
    return orders, costs


def done(jobs, number, meanwhile=lambda: None):
    """Do a batch; give objectives and the plans' costs."""
    first = jobs.submit(LOCAL, as_json(two_suppliers()), "json", Order())
    ended(jobs, first)
    orders, costs = batch(number)
    made = jobs.whatif(LOCAL, first.id, orders)
    meanwhile()
    found = [ended(jobs, job, 1200) for job in made]
    assert [(job.state, job.termination) for job in found] == [
        ("failed", None) if cost is None else ("succeeded", "optimal") for cost in costs
    ]
    assert [job.objective for job in found] == pytest.approx(costs)
    plans = [jobs.result(LOCAL, job.id) for job in found]
    return [plan and json.loads(plan)["tables"]["costs"] for plan in plans]


def compare(tmp_path, number):
    with working(tmp_path, LocalExecutor(2)) as jobs:
        here = done(jobs, number)
    with cluster(2) as there:
        executor = DaskExecutor(there.address)
        until(lambda: executor.slots == 2)

        def kill_one():
            until(lambda: solvers(there.workers[0].pid))
            there.workers[0].send_signal(signal.SIGKILL)
            there.add_worker()

        with working(tmp_path, executor) as jobs:
            assert done(jobs, number, kill_one) == here


def test_a_batch_is_the_same_on_a_cluster_that_loses_a_worker(tmp_path):
    compare(tmp_path, 6)


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_two_hundred_whatifs_are_the_same_on_a_cluster_that_loses_a_worker(tmp_path):
    compare(tmp_path, 200)


def test_a_cluster_cancels_and_comes_back(tmp_path):
    with cluster(1) as there, working(tmp_path, executor := DaskExecutor(there.address)) as jobs:
        until(lambda: executor.free)
        job = jobs.submit(LOCAL, as_json(long_search()), "json", Order(time_limit=500))
        until(lambda: any("best" in told.data for told in jobs.events(LOCAL, job.id)))
        assert jobs.events(LOCAL, job.id)[-1].data["limit"] == 500
        assert not executor.free
        began = time.monotonic()
        jobs.cancel(LOCAL, job.id)
        now = ended(jobs, job)
        assert (now.state, now.termination, now.found) == ("cancelled", "interrupted", True)
        assert time.monotonic() - began < 10  # 1.3 s on a machine with nothing else to do
        there.scheduler.kill()
        there.scheduler.wait()
        waiting = jobs.submit(LOCAL, as_json(two_suppliers()), "json", Order())
        there.start_scheduler()
        there.add_worker()
        assert ended(jobs, waiting).objective == 610


def test_a_solve_that_does_not_listen_is_killed(tmp_path):
    with working(tmp_path, LocalExecutor(1)) as jobs:
        overtaken = jobs.submit(LOCAL, as_json(long_search()), "json", Order(fleeting=True))
        until(lambda: any("best" in told.data for told in jobs.events(LOCAL, overtaken.id)))
        process = solvers()
        jobs.cancel(LOCAL, overtaken.id)
        now = ended(jobs, overtaken)
        assert (now.state, now.found, jobs.result(LOCAL, now.id)) == ("cancelled", None, None)
        assert solvers() == process  # which is free for the next
        job = jobs.submit(LOCAL, as_json(long_search()), "json", Order())
        until(lambda: any("best" in told.data for told in jobs.events(LOCAL, job.id)))
        for pid in solvers():
            os.kill(pid, signal.SIGSTOP)  # deaf, as a library that never looks up
        began = time.monotonic()
        jobs.cancel(LOCAL, job.id)
        now = ended(jobs, job)
        assert (now.state, now.found) == ("cancelled", None)
        assert time.monotonic() - began < 10
        assert ended(jobs, jobs.submit(LOCAL, as_json(two_suppliers()), "json", Order())).found


def test_no_case_is_made_ready_while_others_need_the_processes(tmp_path):
    with working(tmp_path, LocalExecutor(1)) as jobs:
        done = ended(jobs, jobs.submit(LOCAL, as_json(two_suppliers()), "json", Order()))
        at_work = jobs.submit(LOCAL, as_json(long_search()), "json", Order(time_limit=60))
        until(lambda: jobs.get(LOCAL, at_work.id).state == "solving")
        jobs.make_ready(LOCAL, done.id, "en")
        assert jobs.get(LOCAL, at_work.id).state == "solving"  # it did not wait for that
        jobs.cancel(LOCAL, at_work.id)


def test_a_solve_that_takes_too_much_memory_fails_with_that_reason(tmp_path):
    with working(tmp_path, LocalExecutor(1, memory_mb=350)) as jobs:
        assert ended(jobs, jobs.submit(LOCAL, as_json(two_suppliers()), "json", Order())).found
        many = range(1500)
        big = {
            "products": [{"product": "P"}],
            "sites": [{"site": f"{w}{n}", "country": "KZ"} for w in "SM" for n in many],
            "supply": [{"site": f"S{n}", "product": "P"} for n in many],
            "lanes": [
                {"origin": f"S{n}", "destination": f"M{(n + k) % 1500}", "mode": "road",
                 "cost_per_unit": 1 + k}
                for n in many for k in range(100)
            ],
            "demand": [{"site": f"M{n}", "product": "P", "quantity": 1} for n in many],
        }  # fmt: skip
        now = ended(jobs, jobs.submit(LOCAL, as_json(big), "json", Order()), 200)
        assert (now.state, now.failure["code"]) == ("failed", "out_of_memory")
        assert "350 MB" in now.failure["what"]
        assert ended(jobs, jobs.submit(LOCAL, as_json(two_suppliers()), "json", Order())).found
