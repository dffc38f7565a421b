"""Who may do what: keys, their scopes and limits, and who is let in without one."""

import httpx
import pytest

from jvopt.service.keys import Keys
from jvopt.service.store import open_engine
from tests.api.support import (
    as_json,
    ended,
    errors,
    long_search,
    post,
    serving,
    submit,
    two_suppliers,
)

KINDS = {"admin": ["admin"], "run": ["run"], "other": ["run"], "read": ["read"]}


@pytest.fixture(scope="module")
def keyed(tmp_path_factory):
    """Serve where keys are wanted; give a client without any, one for each key, and the keys."""
    database = f"sqlite:///{tmp_path_factory.mktemp('keys')}/jobs.db"
    engine = open_engine(database)
    keys = Keys(engine)
    words = {name: keys.add(name, scopes) for name, scopes in KINDS.items()}
    words["small"] = keys.add("small", ["run"], body_mb=0.01, time_limit=20, jobs=2)
    with serving(database=database, solves=1, require_keys=True, time_limit=100) as client:
        each = {name: _with(client, word) for name, word in words.items()}
        yield client, each, keys
        for other in each.values():
            other.close()
    engine.dispose()


def _with(client, key):
    headers = {"authorization": f"Bearer {key}"}
    return httpx.Client(base_url=client.base_url, headers=headers, timeout=100)


def test_without_a_good_key_nothing_is_given(keyed):
    client, each, keys = keyed
    assert client.get("/health").status_code == 200
    assert client.get("/health/ready").status_code == 200
    paths = client.get("/../openapi.json").json()["paths"]
    asked = 0
    for path, operations in paths.items():
        if path.startswith("/v1/health"):
            continue
        for method in operations:
            answer = client.request(method, f"/..{path}", json={"name": "x"})
            assert errors(answer, 401)[0]["code"] == "no_key", (method, path)
            assert answer.headers["www-authenticate"] == "Bearer"
            asked += 1
    assert asked > 30
    good = each["run"].headers["authorization"]
    for wrong in ("Bearer x", "Bearer jvopt_1_2", good[:-1], good + "x", "Bearer jvopt_é"):
        answer = client.get("/jobs", headers={"authorization": wrong.encode()})
        assert errors(answer, 401)[0]["code"] == "bad_key"
    gone = _with(client, keys.add("gone", ["run"]))
    assert gone.get("/jobs").status_code == 200
    (id,) = [key.owner.id for key in keys.list() if key.owner.name == "gone"]
    keys.revoke(id)
    assert errors(gone.get("/jobs"), 401)[0]["code"] == "bad_key"


def test_a_key_allows_what_its_scopes_say(keyed):
    _, each, _ = keyed
    content = as_json(two_suppliers())
    assert each["read"].get("/jobs").json() == {"jobs": [], "next": None}
    for path in ("/jobs", "/check", "/optimize", "/analyses/whatif", "/jobs/x/cancel"):
        (found,) = errors(post(each["read"], path, content), 403)
        assert (found["code"], "run" in found["hint"]) == ("no_scope", True)
    assert errors(each["run"].get("/metrics"), 403)
    submit(each["admin"], content)
    metrics = each["admin"].get("/metrics")
    assert metrics.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'jvopt_jobs_submitted_total{kind="plan"}' in metrics.text
    assert 'route="/v1/jobs/{id}/cancel",status="403"' in metrics.text


def test_each_key_sees_its_own_jobs_only(keyed):
    _, each, _ = keyed
    mine, other = each["run"], each["other"]
    id = submit(mine, as_json(two_suppliers()))
    assert ended(mine, id)["state"] == "succeeded"
    asks = [
        ("GET", "", None), ("PATCH", "", {"name": "x"}), ("DELETE", "", None),
        ("POST", "/cancel", None), ("POST", "/whatif", {"orders": [{}]}), ("GET", "/events", None),
        ("GET", "/result", None), ("GET", "/result.xlsx", None),
        ("GET", "/tables/costs.parquet", None),
    ]  # fmt: skip
    for stranger in (other, each["admin"]):
        for method, path, said in asks:
            answer = stranger.request(method, f"/jobs/{id}{path}", json=said)
            expected = errors(stranger.request(method, f"/jobs/none{path}", json=said), 404)[0]
            assert errors(answer, 404)[0]["code"] == expected["code"] == "unknown_job", path
        assert id not in stranger.get("/jobs").text
        assert errors(stranger.get("/jobs", params={"before": id}), 404)
        assert stranger.get("/jobs", params={"parent": id}).json()["jobs"] == []
    # The same idempotency key of two owners makes two jobs.
    both = [
        post(who, "/jobs", as_json(two_suppliers()), idempotency_key="same").json()["id"]
        for who in (mine, other)
    ]
    assert both[0] != both[1]
    assert mine.get(f"/jobs/{id}").json()["name"] == ""


def test_a_key_may_have_limits(keyed):
    _, each, _ = keyed
    small, long = each["small"], as_json(long_search(products=1, plants=20))
    large = as_json(two_suppliers()) + b" " * 11_000
    for path in ("/jobs", "/optimize", "/check", "/jobs/x/whatif"):
        assert errors(post(small, path, large), 413)[0]["code"] == "file_too_large"
    assert post(each["run"], "/check", large).status_code == 200
    for path in ("/jobs", "/optimize", "/analyses/whatif", "/analyses/whatif/jobs"):
        answer = post(small, f"{path}?time_limit=21", as_json(two_suppliers()))
        (found,) = errors(answer, 422)
        assert (found["code"], found["column"], found["value"]) == ("too_large", "time_limit", "21")
    # More at once than allowed; all or none.
    ids = [submit(small, long, time_limit=20) for _ in range(2)]
    assert errors(post(small, "/jobs", long), 429)[0]["code"] == "too_many_jobs"
    small.post(f"/jobs/{ids[1]}/cancel")
    two = {"orders": [{}, {}]}
    assert errors(small.post(f"/jobs/{ids[0]}/whatif", json=two), 429)
    small.post(f"/jobs/{ids[0]}/cancel")
    for id in ids:
        assert ended(small, id)["state"] in ("cancelled", "succeeded")
    made = small.post(f"/jobs/{ids[0]}/whatif", json=two)
    assert made.status_code == 202
    for job in made.json()["jobs"]:
        small.post(f"/jobs/{job['id']}/cancel")


def test_an_open_service_serves_its_own_machine_alone(client):
    port = client.base_url.port
    for host in ("evil.example", f"evil.example:{port}", "127.0.0.1.evil.example", "[::1", ""):
        answer = client.get("/jobs", headers={"host": host})
        assert errors(answer, 421)[0]["code"] == "wrong_host", host
    for host in ("localhost", f"127.0.0.1:{port}", f"[::1]:{port}"):
        assert client.get("/jobs", headers={"host": host}).status_code == 200
    own = f"127.0.0.1:{port}"
    for origin in ("null", "https://evil.example", f"http://localhost:{port}", "http://[", "//"):
        answer = client.get("/jobs", headers={"host": own, "origin": origin})
        assert errors(answer, 403)[0]["code"] == "wrong_origin", origin
    answer = client.get("/jobs", headers={"origin": f"http://{own}"})
    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers
    # A key that is not good is no better than on a closed one.
    assert errors(client.get("/jobs", headers={"authorization": "Bearer x"}), 401)


def test_every_answer_has_the_headers_that_keep_browsers_careful(client):
    for path in ("/health", "/jobs", "/nothing", "/jobs/none", "/../openapi.json"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert "default-src 'none'" in headers["content-security-policy"]
