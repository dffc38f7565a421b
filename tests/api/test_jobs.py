"""The life of a job over HTTP: sent, followed, asked more about, ended, and gone."""

import io
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from arro3.io import read_parquet
from openpyxl import load_workbook

import jvopt
from jvopt.excel import read_excel
from tests.api.support import (
    JSON,
    XLSX,
    as_json,
    as_workbook,
    ended,
    errors,
    events,
    long_search,
    post,
    submit,
    two_suppliers,
    until,
)

FAR_DEARER = {
    "table": "supply", "where": "site = FAR", "column": "unit_cost", "action": "multiply",
    "value": 2,
}  # fmt: skip


def steady(plan):
    """Give a plan without what takes another time each time."""
    rows = plan["tables"]["summary"]
    kept = [row for row in rows if not row["item"].startswith("seconds")]
    return {**plan, "tables": {**plan["tables"], "summary": kept}}


@pytest.mark.parametrize("kind", [JSON, XLSX])
def test_a_job_gives_what_optimize_gives(client, kind):
    tables = two_suppliers()
    content = as_json(tables) if kind == JSON else as_workbook(tables)
    answer = post(client, "/jobs?name=Насосы&tag=a&tag=b", content, content_type=kind)
    assert answer.status_code == 202, answer.text
    told = answer.json()
    assert answer.headers["location"] == f"/v1/jobs/{told['id']}"
    assert (told["name"], told["tags"], told["kind"]) == ("Насосы", ["a", "b"], "plan")
    job = ended(client, told["id"])
    assert (job["state"], job["termination"], job["found"]) == ("succeeded", "optimal", True)
    assert job["objective"] == pytest.approx(610)
    assert job["created"] <= job["started"] <= job["finished"]
    plan = client.get(f"/jobs/{job['id']}/result").json()
    straight = post(client, "/optimize", content, content_type=kind, accept=JSON).json()
    assert steady(plan) == steady(straight)
    book = client.get(f"/jobs/{job['id']}/result.xlsx")
    assert book.headers["content-type"] == XLSX
    assert read_excel(io.BytesIO(book.content)) == jvopt.Case(tables)
    assert load_workbook(io.BytesIO(book.content)).sheetnames[0] == "plan overview"
    for row in plan["tables"]["summary"]:
        row["value"] = str(row["value"])  # figures and words stand in one column
    for name, rows in plan["tables"].items():
        assert _parquet(client, job["id"], name) == rows, name
    (unknown,) = errors(client.get(f"/jobs/{job['id']}/tables/wishes.parquet"), 404)
    assert "purchases" in unknown["hint"]


def _parquet(client, id, table):
    """Read a table of a result; what is blank is left out, as in JSON."""
    answer = client.get(f"/jobs/{id}/tables/{table}.parquet")
    assert answer.headers["content-type"] == "application/vnd.apache.parquet", answer.text
    read = read_parquet(io.BytesIO(answer.content)).read_all()
    names = read.schema.names
    rows = zip(*(read[name].to_pylist() for name in names), strict=True) if names else ()
    return [
        {name: value for name, value in zip(names, row, strict=True) if value is not None}
        for row in rows
    ]


def test_jobs_are_listed_named_and_deleted(client):
    mark = f"list-{time.monotonic_ns()}"
    ids = [
        submit(client, as_json(two_suppliers()), name=str(n), tag=[mark, f"n{n}"]) for n in range(5)
    ]
    for id in ids:
        ended(client, id)
    seen, before = [], None
    while True:
        given = {"tag": mark, "limit": 2} | ({"before": before} if before else {})
        page = client.get("/jobs", params=given).json()
        seen += [job["id"] for job in page["jobs"]]
        before = page["next"]
        if before is None:
            break
    assert seen == ids[::-1]
    for given, many in (
        ({"tag": "n3"}, 1),
        ({"tag": mark, "state": "succeeded"}, 5),
        ({"tag": mark, "state": "queued"}, 0),
        ({"tag": mark, "kind": "plan"}, 5),
        ({"tag": mark, "kind": "whatif"}, 0),
        ({"tag": mark, "parent": ids[0]}, 0),
    ):
        assert len(client.get("/jobs", params=given).json()["jobs"]) == many, given
    at = f"/jobs/{ids[0]}"
    assert client.patch(at, json={"name": "first"}).json()["name"] == "first"
    assert client.get(at).json()["name"] == "first"
    assert errors(client.patch(at, json={"name": "x" * 201}), 422)[0]["column"] == "name"
    assert client.delete(at).status_code == 204
    for path in (at, f"{at}/result", f"{at}/result.xlsx", f"{at}/events"):
        assert errors(client.get(path), 404)[0]["code"] == "unknown_job"
    assert errors(client.delete(at), 404)
    assert errors(client.get("/jobs", params={"before": ids[0]}), 404)


def test_tags_of_the_page_are_its_own(client):
    order = {"tags": ["mine", "jvopt:trial"]}
    given = post(client, "/jobs?tag=jvopt:trial", as_json(two_suppliers()))
    id = submit(client, as_json(two_suppliers()), tag=["trial", "x jvopt:"])
    for answer in (given, client.post(f"/jobs/{id}/whatif", json={"orders": [order]})):
        assert errors(answer, 422)[0]["column"].startswith("tag" if answer is given else "orders")


def test_an_idempotency_key_makes_one_job(client):
    content, key = as_json(two_suppliers()), f"key-{time.monotonic_ns()}"

    def send(_=None, query="name=once"):
        return post(client, f"/jobs?{query}", content, idempotency_key=key)

    with ThreadPoolExecutor(8) as threads:
        at_once = [answer.json()["id"] for answer in threads.map(send, range(8))]
    assert len(set(at_once)) == 1
    assert send().json()["id"] == at_once[0]
    assert errors(send(query="name=twice"), 409)[0]["code"] == "other_order"
    other = post(client, "/jobs?name=once", as_json(two_suppliers(40)), idempotency_key=key)
    assert errors(other, 409)


def test_more_is_asked_about_the_case_of_a_job(client):
    id = submit(client, as_json(two_suppliers()))
    orders = [
        {"name": "as it is"},
        {"name": "dear", "scenario": "dear"},
        {"name": "dearer", "changes": [FAR_DEARER], "tags": ["x"]},
        {"name": "both", "scenario": "dear", "changes": [FAR_DEARER]},
        {"name": "wrong", "changes": [FAR_DEARER | {"where": "site = FUR"}]},
        {"name": "no such", "scenario": "deer"},
    ]
    answer = client.post(f"/jobs/{id}/whatif", json={"orders": orders})
    assert answer.status_code == 202, answer.text
    made = answer.json()["jobs"]
    assert [job["name"] for job in made] == [order["name"] for order in orders]
    assert {job["parent"] for job in made} == {id}
    done = {job["name"]: ended(client, job["id"]) for job in made}
    # 30 x 11 of NEAR, and 20 of FAR at 12 + 2, 24 + 2, 24 + 2 and 48 + 2.
    found = {name: job["objective"] for name, job in done.items()}
    assert found == pytest.approx(
        {"as it is": 610, "dear": 850, "dearer": 850, "both": 1330, "wrong": None, "no such": None}
    )
    for name, code in (("wrong", "condition_value"), ("no such", "unknown_scenario")):
        job = done[name]
        assert (job["state"], job["failure"]["code"]) == ("failed", "bad_case")
        assert code in {i["code"] for i in job["issues"]}, job["issues"]
    assert errors(client.get(f"/jobs/{done['wrong']['id']}/result"), 409)[0]["code"] == "no_result"
    # Asked about one of them, what it had changed still holds.
    again = client.post(
        f"/jobs/{done['dearer']['id']}/whatif", json={"orders": [{"changes": [FAR_DEARER]}]}
    ).json()["jobs"]
    assert ended(client, again[0]["id"])["objective"] == pytest.approx(1330)
    for wrong in (
        {"orders": []},
        {"orders": [{"colour": "red"}]},
        {"orders": [{"gap": True}]},
        {},
        [],
    ):
        assert errors(client.post(f"/jobs/{id}/whatif", json=wrong), 422)
    beyond = {"orders": [{"name": "good"}, {"time_limit": 101}]}
    assert errors(client.post(f"/jobs/{id}/whatif", json=beyond), 422)[0]["code"] == "too_large"
    assert len(client.get("/jobs", params={"parent": id}).json()["jobs"]) == len(orders)


def test_a_workbook_with_errors_comes_back_marked(client):
    book = load_workbook(io.BytesIO(as_workbook(two_suppliers())))
    book["demand"]["D2"] = "many"
    changed = io.BytesIO()
    book.save(changed)
    id = submit(client, changed.getvalue(), XLSX)
    job = ended(client, id)
    assert (job["state"], job["failure"]["code"]) == ("failed", "bad_case")
    (issue,) = job["issues"]
    assert (issue["sheet"], issue["cell"], issue["value"]) == ("demand", "D2", "many")
    marked = client.get(f"/jobs/{id}/result.xlsx")
    assert marked.status_code == 200
    cell = load_workbook(io.BytesIO(marked.content))["demand"]["D2"]
    assert issue["message"] in cell.comment.text
    # Of JSON with errors there is none.
    bad = submit(client, b'{"sites": [')
    assert ended(client, bad)["issues"][0]["code"] == "bad_json"
    assert errors(client.get(f"/jobs/{bad}/result.xlsx"), 409)


def test_a_cancelled_search_keeps_its_best_plan(client):
    id = submit(client, as_json(long_search()))
    until(lambda: any(e["data"].get("best") for e in events(client, id, most=40)))
    assert errors(client.delete(f"/jobs/{id}"), 409)[0]["code"] == "not_ended"
    for path in ("result", "result.xlsx"):
        (early,) = errors(client.get(f"/jobs/{id}/{path}"), 409)
        assert (early["code"], id in early["hint"]) == ("no_result_yet", True)
    began = time.monotonic()
    assert client.post(f"/jobs/{id}/cancel").json()["cancelling"] is True
    seen = events(client, id)
    next(told for told in seen if told["data"].get("phase") == "writing")
    assert time.monotonic() - began < 3  # from there on the plan is audited and written
    job = ended(client, id)
    assert (job["state"], job["found"], job["cancelling"]) == ("cancelled", True, False)
    plan = client.get(f"/jobs/{id}/result").json()
    figures = {row["item"]: row.get("value") for row in plan["tables"]["summary"]}
    assert figures["objective"] == pytest.approx(job["objective"])
    assert figures["audit"] == "passed"
    assert client.post(f"/jobs/{id}/cancel").json()["state"] == "cancelled"


def test_events_go_on_after_the_last_one_seen(client):
    id = submit(client, as_json(two_suppliers()))
    first = list(events(client, id, most=2))
    assert first[0]["data"]["state"] == "queued"
    rest = list(events(client, id, after=first[-1]["id"]))
    numbers = [int(e["id"]) for e in first + rest]
    assert numbers == list(range(1, len(numbers) + 1))
    assert rest[-1]["data"]["state"] == "succeeded"
    assert list(events(client, id)) == first + rest
    assert list(events(client, id, after=numbers[-1])) == []
    phases = [e["data"].get("phase") for e in rest]
    assert phases.index("building") < phases.index("solving")
    searching = [e["data"]["limit"] for e in rest if e["data"].get("phase") == "solving"]
    assert set(searching) == {100}  # of the service: that of the case is longer
    for wrong in ("soon", "-1", "1.5", "9" * 30, "9" * 5000):
        asked = client.get(f"/jobs/{id}/events", headers={"last-event-id": wrong})
        (found,) = errors(asked, 422)
        assert "Last-Event-ID" in (found["column"], found["value"])


def test_one_who_waits_is_told_at_once_and_holds_up_nobody(client):
    id = submit(client, as_json(long_search()))
    waiting = [
        threading.Thread(target=lambda: client.get(f"/jobs/{id}", params={"wait": 60}))
        for _ in range(50)
    ]
    for thread in waiting:
        thread.start()
    began = time.monotonic()
    assert client.get("/health").status_code == 200
    assert time.monotonic() - began < 5  # they wait in this process too, and for 60 s
    client.post(f"/jobs/{id}/cancel")
    for thread in waiting:
        thread.join(timeout=10)
        assert not thread.is_alive()


def test_an_analysis_is_a_job_too(client):
    tables = two_suppliers()
    id = submit(client, as_json(tables), path="/analyses/whatif/jobs", tag=["why"])
    job = ended(client, id)
    assert (job["kind"], job["state"], job["tags"]) == ("whatif", "succeeded", ["why"])
    report = client.get(f"/jobs/{id}/result").json()
    assert report["complete"] is True
    rows = {row["scenario"]: row for row in report["tables"]["comparison"]}
    assert rows["dear"]["objective"] == pytest.approx(850)
    assert {r["scenario"]: r for r in _parquet(client, id, "comparison")} == rows
    book = client.get(f"/jobs/{id}/result.xlsx")
    assert load_workbook(io.BytesIO(book.content)).sheetnames[0] == "result overview"
    flip = {"change": "supply[site = NEAR].unit_cost", "low": 0, "high": 40}
    id = submit(client, as_json(tables), path="/analyses/breakeven/jobs", **flip)
    assert ended(client, id)["kind"] == "breakeven"
    (found,) = client.get(f"/jobs/{id}/result").json()["tables"]["breaks"]
    assert found["low"] == pytest.approx(13)
    refused = post(client, "/analyses/breakeven/jobs", as_json(tables))
    assert errors(refused, 422)[0]["value"] == "change"
