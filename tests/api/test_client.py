"""The Python client against a real server."""

import io
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from arro3.io import read_parquet
from openpyxl import load_workbook

from jvopt.client import Client, ServiceError
from jvopt.core.case import Case
from tests.api.support import as_workbook, long_search, serving, two_suppliers, until


@pytest.fixture(scope="module")
def service(client):
    with Client(str(client.base_url).removesuffix("/v1/")) as found:
        yield found


def test_a_job_from_end_to_end(service):
    tables = two_suppliers()
    sent = service.submit(tables, name="two", tag=["client", "a"], idempotency_key="client-1")
    again = service.submit(tables, name="two", tag=["client", "a"], idempotency_key="client-1")
    assert again.id == sent.id
    whole = service.submit(Case(tables), name="of a case")
    told = list(service.events(sent.id))
    assert (told[0].data["state"], told[-1].data["state"]) == ("queued", "succeeded")
    assert list(service.events(sent.id, after=told[-3].number)) == told[-2:]
    job = service.wait(sent.id)
    assert job.ended
    assert service.wait(whole.id).objective == job.objective
    assert (job.name, job.tags, job.objective) == ("two", ["client", "a"], pytest.approx(610))
    assert job.currency == "USD"
    bought = service.result(job.id)["tables"]["purchases"]
    assert {row["site"]: row["quantity"] for row in bought} == {"NEAR": 30, "FAR": 20}
    assert "plan overview" in load_workbook(io.BytesIO(service.workbook(job.id))).sheetnames
    table = read_parquet(io.BytesIO(service.table(job.id, "purchases"))).read_all()
    assert table["site"].to_pylist() == [row["site"] for row in bought]
    dearer = {"table": "supply", "column": "unit_cost", "where": "site = FAR", "value": 20}
    asked = service.whatif(job.id, [{"changes": [dearer]}, {"scenario": "dear"}])
    assert [service.wait(j.id).objective for j in asked] == pytest.approx([770, 850])
    assert {j.id for j in service.jobs(parent=job.id, limit=1)} == {j.id for j in asked}
    assert service.rename(job.id, "renamed").name == "renamed"
    service.delete(job.id)
    with pytest.raises(ServiceError, match="There is no job") as caught:
        service.job(job.id)
    assert (caught.value.status, caught.value.issues[0].code) == (404, "unknown_job")


def test_an_analysis_of_a_workbook_and_a_search_that_is_cancelled(service):
    flip = {"change": "supply[site = NEAR].unit_cost", "low": 0, "high": 40}
    asked = service.analyse("breakeven", as_workbook(two_suppliers()), **flip)
    long = service.submit(long_search())
    with pytest.raises(TimeoutError):
        service.wait(long.id, timeout=0.1)
    service.cancel(long.id)
    assert service.wait(asked.id).state == "succeeded"
    assert service.wait(long.id).state == "cancelled"
    with pytest.raises(ServiceError) as caught:
        service.analyse("breakeven", two_suppliers())
    assert caught.value.issues[0].code == "missing_parameter"
    with pytest.raises(ServiceError, match="no job"):
        next(service.events("none"))


def test_a_job_is_followed_past_a_service_that_stops_and_starts(tmp_path):
    settings = {"database": f"sqlite:///{tmp_path}/jobs.db", "solves": 1}
    told = []

    def follow(service, id):
        for event in service.events(id):
            told.append(event)

    with ThreadPoolExecutor(1) as thread:
        with serving(**settings) as first:
            port = first.base_url.port
            service = Client(f"http://127.0.0.1:{port}")
            id = service.submit(long_search()).id
            followed = thread.submit(follow, service, id)
            until(lambda: any("best" in event.data for event in told))
        seen = len(told)
        assert not followed.done()
        with serving(**settings, port=port), service:
            until(lambda: any("best" in event.data for event in told[seen:]))
            service.cancel(id)
            followed.result(timeout=60)
            assert told == list(service.events(id))
            assert list(service.events(id, after=told[-1].number)) == []
    assert [event.number for event in told] == list(range(1, len(told) + 1))
    assert told[-1].data["state"] == "cancelled"
    with pytest.raises(httpx.ConnectError):
        next(Client(f"http://127.0.0.1:{port}").events(id))
