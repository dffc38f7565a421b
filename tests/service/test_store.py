"""Which job is next, at what cost, and that what has ended stays as it ended."""

import threading
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text, update

from jvopt.service.store import Store, migrations
from jvopt.service.store.tables import jobs, metadata
from tests.api.support import until


@pytest.fixture
def store(database):
    found = Store(database[0])
    yield found
    found.close()


def add(store, owner, *ids):
    same = {"owner": owner, "name": "", "tags": [], "kind": "plan", "order": {}}
    rows = [{**same, "id": id, "input": "case", "fingerprint": "same"} for id in ids]
    store.add(rows, 0, (b"{}", "json"))


def test_the_next_is_the_oldest_of_the_owner_with_the_fewest_at_work(store):
    add(store, "Ann", *(f"a{n}" for n in range(4)))
    add(store, "Bob", *(f"b{n}" for n in range(2)))
    add(store, "Cid", "c0")
    claimed = [store.claim(30) for _ in range(4)]
    assert [job.id for job in claimed] == ["a0", "b0", "c0", "a1"]
    assert store.finish(claimed[0], {"state": "succeeded"}, {})
    assert store.finish(claimed[3], {"state": "succeeded"}, {})
    assert [store.claim(30).id for _ in range(3)] == ["a2", "a3", "b1"]
    assert store.claim(30) is None


def test_what_runs_is_counted_once_however_many_wait(tmp_path):
    store = Store(f"sqlite:///{tmp_path}/jobs.db")
    add(store, "Ann", *(f"a{n:04}" for n in range(1000)))
    steps = []
    connection = store.engine.raw_connection()
    connection.driver_connection.set_progress_handler(lambda: steps.append(1) and None, 100)
    connection.close()

    def cost():
        steps.clear()
        assert store.claim(30)
        return len(steps)

    first = cost()
    for _ in range(50):
        store.claim(30)
    assert cost() < 1.5 * first
    store.close()


def test_a_form_of_a_job_that_was_deleted_meanwhile_is_not_kept(store):
    add(store, "Ann", "a0")
    assert store.finish(store.claim(30), {"state": "succeeded"}, {"json": b"{}"})
    for content in (b"first", b"second"):
        store.keep_form("a0", "xlsx", content)
    assert store.result("a0", "xlsx") == b"first"
    assert store.remove("Ann", "a0")
    store.keep_form("a0", "xlsx", b"late")
    assert store.result("a0", "xlsx") is None


def waiting(store):
    asked = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    with store.engine.begin() as connection:
        return connection.scalar(asked)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # SQLite has one writer
def test_a_job_that_ends_while_it_is_given_up_stays_ended(store):
    add(store, "Ann", "a0")
    for _ in range(2):
        assert store.give_back(store.claim(30), 3)
    store.claim(-1)  # its claim is over at once
    found = []
    given_up = threading.Thread(target=lambda: found.append(store.take_from_the_lost(3)))
    with store.engine.begin() as ending:
        done = {"state": "succeeded", "claim": None, "lease": None}
        ending.execute(update(jobs).where(jobs.c.id == "a0").values(done))
        given_up.start()
        until(lambda: waiting(store), 20)
    given_up.join(timeout=20)
    assert found == [{}]
    assert store.find("Ann", "a0")["state"] == "succeeded"
    assert "failed" not in {told["data"]["state"] for told in store.events("a0", 0)}


def test_a_database_of_before_is_brought_up_to_date_and_loses_nothing(database):
    store = Store(database[0])
    add(store, "Ann", "a0")
    store.finish(store.claim(30), {"state": "succeeded"}, {"json": b"{}"})
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
    with store.engine.begin() as connection:
        assert "currency" not in {c["name"] for c in inspect(connection).get_columns("jobs")}
    store.close()
    again = Store(database[0])
    assert again.result("a0", "json") == b"{}"
    with again.engine.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    again.close()
