"""What each route answers, over a real connection."""

import io
import json

import pytest
from openpyxl import load_workbook

import jvopt
from jvopt.excel import read_excel
from tests.api.support import JSON, PROBLEM, XLSX, as_json, as_workbook, errors, post, two_suppliers


def figure(plan, item):
    return next(r["value"] for r in plan["tables"]["summary"] if r["item"] == item)


def test_an_example_can_be_posted_back_and_gives_its_known_optimum(client):
    case = client.get("/examples/tiny")
    assert case.headers["content-type"] == JSON
    answer = post(client, "/optimize", case.content)
    assert answer.status_code == 200, answer.text
    plan = answer.json()
    assert (plan["state"], plan["termination"], plan["found"]) == ("succeeded", "optimal", True)
    # The notes of the example solve it by hand.
    assert figure(plan, "objective") == pytest.approx(3_344_000)
    assert figure(plan, "audit") == "passed"


def test_json_and_workbook_in_and_out_give_the_same_plan(client):
    tables = two_suppliers()
    sent = {JSON: as_json(tables), XLSX: as_workbook(tables)}
    for kind, content in sent.items():
        plan = post(client, "/optimize", content, content_type=kind, accept=JSON).json()
        assert figure(plan, "objective") == pytest.approx(610)
        bought = {r["site"]: r["quantity"] for r in plan["tables"]["purchases"]}
        assert bought == pytest.approx({"NEAR": 30, "FAR": 20})
        book = post(client, "/optimize", content, content_type=kind, accept=f"{XLSX}, text/html")
        assert book.headers["content-type"] == XLSX
        assert "plan.xlsx" in book.headers["content-disposition"]
        # The plan's workbook holds the case too, as it was sent.
        assert read_excel(io.BytesIO(book.content)) == jvopt.Case(tables)


def test_a_form_may_hold_either(client):
    tables = two_suppliers()
    for name, content in (("case.json", as_json(tables)), ("Case.XLSX", as_workbook(tables))):
        file = {"file": (name, content, "application/octet-stream")}
        answer = client.post("/optimize", files=file)
        assert figure(answer.json(), "objective") == pytest.approx(610)
    two = [("file", ("a.json", b"{}")), ("file", ("b.json", b"{}"))]
    assert errors(client.post("/check", files=two), 400)[0]["code"] == "not_one_file"
    odd = {"file": ("case.csv", b"a;b", "text/csv")}
    assert errors(client.post("/check", files=odd), 415)[0]["value"] == "text/csv"


def test_options_change_what_is_solved(client):
    content = as_json(two_suppliers())
    dear = post(client, "/optimize?scenario=dear", content).json()
    assert figure(dear, "objective") == pytest.approx(30 * 11 + 20 * 26)
    unknown = errors(post(client, "/optimize?scenario=deer", content), 422)
    assert unknown[0]["code"] == "unknown_scenario"
    assert "dear" in unknown[0]["hint"]


def test_wrong_options_are_refused_by_name(client):
    content = as_json(two_suppliers())
    for query, code, name in (
        ("time_limit=101", "too_large", "time_limit"),
        ("time_limit=-1", "too_small", "time_limit"),
        ("time_limit=soon", "text_in_number", "time_limit"),
        ("gap=1.5", "too_large", "gap"),
        ("gap=nan", "not_finite", "gap"),
        ("lang=de", "bad_choice", "lang"),
        ("gap=0.1&gap=0.2", "repeated_parameter", "gap"),
        ("foo=1&foo=2", "unknown_parameter", "foo"),
        ("gap=gaps", "text_in_number", "gap"),
    ):
        answer = post(client, f"/optimize?{query}", content)
        found = errors(answer, 422)
        assert [(e["code"], e["column"]) for e in found] == [(code, name)]
        detail = answer.json()["detail"]
        assert detail.startswith(f"{name}: ") or code.endswith("_parameter"), detail
    change = "change=supply.unit_cost * 2&change=demand.quantity * 2"
    assert post(client, f"/analyses/whatif?{change}", content).status_code == 200
    asked = post(client, "/optimize?scenario=deer", content).json()
    assert asked["detail"] == "The request has 1 error."
    found = errors(post(client, "/optimize?timelimit=5", content), 422)
    assert [(e["code"], e["value"]) for e in found] == [("unknown_parameter", "timelimit")]
    (stray,) = errors(client.get("/template.xlsx?exmple=tiny"), 422)
    assert (stray["code"], stray["value"]) == ("unknown_parameter", "exmple")
    assert "Did you mean example?" in stray["hint"]
    assert errors(post(client, "/check?foo=1", content), 422)[0]["value"] == "foo"
    (wrong,) = errors(client.get("/optimize"), 405)
    assert wrong["hint"] == "Use POST."


def test_answers_come_in_the_language_of_the_workbook_or_the_one_asked_for(client):
    template = client.get("/template.xlsx?example=tiny&lang=ru")
    book = load_workbook(io.BytesIO(template.content))
    assert "Продукция" in book.sheetnames
    book["Спрос"]["D2"] = "много"
    changed = io.BytesIO()
    book.save(changed)
    bad = changed.getvalue()
    (russian,) = errors(post(client, "/check", bad, content_type=XLSX), 422)
    (kazakh,) = errors(post(client, "/check?lang=kk", bad, content_type=XLSX), 422)
    (english,) = errors(post(client, "/check?lang=en", bad, content_type=XLSX), 422)
    assert english["message"] == '"много" is not a number.'
    assert len({m["message"] for m in (russian, kazakh, english)}) == 3
    assert russian["message"] == "«много» — не число."
    plan = post(client, "/optimize", template.content, content_type=XLSX, accept=XLSX)
    assert load_workbook(io.BytesIO(plan.content)).sheetnames[0] == "план – обзор"


def test_an_infeasible_case_is_answered_with_what_would_have_to_give_way(client):
    limit = {"limit": "thrift", "quantity": "bought", "value": 20}
    answer = post(client, "/optimize", as_json(two_suppliers() | {"limits": [limit]}))
    assert answer.status_code == 200
    plan = answer.json()
    assert (plan["termination"], plan["found"]) == ("infeasible", False)
    wanted, limit, change = plan["tables"]["conflicts"]
    assert [wanted["part"], limit["part"], change["part"]] == ["conflict", "conflict", "change"]
    assert (wanted["table"], wanted["row"], wanted["column"]) == ("demand", 1, "quantity")
    for row in (limit, change):
        assert (row["table"], row["row"], row["column"]) == ("limits", 1, "value")
    # The market wants 50.
    assert (change["value"], change["needed"]) == (20, pytest.approx(50))
    assert change["text"] == "limit thrift (bought): 20 units now, at least 50 units needed"


def test_where_the_checks_find_that_there_is_no_plan_the_way_on_is_told(client):
    short = as_json(two_suppliers(wanted=80))  # 30 and 40 can be had
    for path in ("/optimize", "/analyses/breakeven?change=demand.quantity&low=75&high=80"):
        answer = post(client, path, short)
        assert [e["code"] for e in errors(answer, 422)] == ["demand_by_capacity"]
        assert answer.json()["detail"] == (
            "The case has 1 error. "
            "Ask the same of /v1/analyses/explain to see what would give a plan."
        )
    explained = post(client, "/analyses/explain", short)
    assert explained.status_code == 200, explained.text
    broken = two_suppliers(wanted=80)
    broken["supply"][0]["unit_cost"] = "ten"
    detail = post(client, "/optimize", as_json(broken)).json()["detail"]
    assert "explain" not in detail


def test_check_lists_warnings_and_marks_workbooks(client):
    tables = two_suppliers()
    good = post(client, "/check", as_json(tables | {"wishes": []}))
    assert good.status_code == 200
    assert good.json()["valid"] is True
    assert [i["code"] for i in good.json()["issues"]] == ["extra_table"]
    book = load_workbook(io.BytesIO(as_workbook(tables)))
    book["demand"]["D2"] = "many"
    changed = io.BytesIO()
    book.save(changed)
    for path in ("/check", "/optimize"):
        found = errors(post(client, path, changed.getvalue(), content_type=XLSX), 422)
        assert [(e["code"], e["sheet"], e["cell"], e["value"]) for e in found] == [
            ("text_in_number", "demand", "D2", "many")
        ]
        marked = post(client, path, changed.getvalue(), content_type=XLSX, accept=XLSX)
        assert marked.status_code == 422
        assert marked.headers["content-type"] == XLSX
        comment = load_workbook(io.BytesIO(marked.content))["demand"]["D2"].comment
        assert found[0]["message"] in comment.text
    assert errors(post(client, "/check", as_json(tables), accept=XLSX), 406)


def test_what_is_not_json_is_400_with_its_place_and_nan_is_refused(client):
    (found,) = errors(post(client, "/check", b'{"sites": [],\n "lanes": [}'), 400)
    assert found["code"] == "bad_json"
    assert "line 2, character 12" in found["message"]
    assert errors(post(client, "/optimize", b""), 400)[0]["code"] == "json_empty"
    nan = as_json(two_suppliers()).replace(b'"capacity": 30', b'"capacity": NaN')
    (found,) = errors(post(client, "/check", nan), 422)
    assert (found["code"], found["table"], found["row"]) == ("not_finite", "supply", 1)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", JSON),
        ("application/*", JSON),
        (f"application/json;q=0.5, {XLSX}", XLSX),
        (f"*/*;q=0.1, {XLSX};q=0.2", XLSX),
        (f"{JSON};q=0, */*", XLSX),
    ],
)
def test_the_answer_takes_the_form_that_is_preferred(client, accept, kind):
    answer = post(client, "/check", as_workbook(two_suppliers()), content_type=XLSX, accept=accept)
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)


def test_other_forms_are_refused(client):
    content = as_json(two_suppliers())
    for media in ("text/csv", "application/x-www-form-urlencoded", ""):
        assert errors(post(client, "/optimize", content, content_type=media), 415)
    for accept in ("text/html", "application/json;q=0"):
        assert errors(post(client, "/check", content, accept=accept), 406)
    assert errors(client.get("/nothing"), 404)
    assert errors(client.get("/optimize"), 405)
    wrong = client.put("/jobs/x")
    assert errors(wrong, 405)[0]["hint"] == "Use DELETE, GET, PATCH."
    assert wrong.headers["allow"] == "DELETE, GET, PATCH"
    found = errors(client.get("/examples/tinny"), 404)
    assert found[0]["code"] == "unknown_example"
    assert "tiny" in found[0]["hint"]


def test_template_is_a_workbook_to_fill_in(client):
    blank = client.get("/template.xlsx")
    assert "demand" in load_workbook(io.BytesIO(blank.content)).sheetnames
    filled = client.get("/template.xlsx", params={"example": "tiny"})
    assert read_excel(io.BytesIO(filled.content)) == jvopt.example("tiny")
    assert errors(client.get("/template.xlsx?example=none"), 404)


def test_a_body_that_is_too_large_is_refused_however_it_is_sent(client):
    large = b'{"notes": [{"text": "' + b"x" * 2**20 + b'"}]}'
    just = b'{"notes": [{"text": "' + b"x" * (2**20 - 100) + b'"}]}'

    def pieces():
        yield from (large[i : i + 10_000] for i in range(0, len(large), 10_000))

    for content in (large, pieces()):  # the second without Content-Length
        assert errors(post(client, "/check", content), 413)[0]["code"] == "file_too_large"
    assert errors(client.post("/check", files={"file": ("a.json", large)}), 413)
    assert errors(post(client, "/check", just), 422)  # read: a case needs more than notes
    # Far beyond what the service is ready to read on for: the connection may go, not the service.
    assert client.get("/health").json()["status"] == "ok"


def test_openapi_is_true_to_the_answers(client):
    document = client.get("http://" + client.base_url.netloc.decode() + "/openapi.json").json()
    text = json.dumps(document)
    schemas = document["components"]["schemas"]
    for part in text.split('"#/components/schemas/')[1:]:
        assert part.split('"')[0] in schemas
    posted = document["paths"]["/v1/optimize"]["post"]
    assert set(posted["responses"]) == {
        "200", "400", "401", "403", "406", "413", "415", "421", "422", "500", "503", "504",
    }  # fmt: skip
    assert posted["responses"]["413"]["content"].keys() == {PROBLEM}
    assert client.get("/schema").json()["properties"] == schemas["Case"]["properties"]
    assert posted["requestBody"]["content"].keys() == {JSON, XLSX, "multipart/form-data"}
    limit = next(p for p in posted["parameters"] if p["name"] == "time_limit")
    assert limit["schema"]["maximum"] == 100
    plan = post(client, "/optimize", client.get("/examples/tiny").content).json()
    _fits(plan, schemas["Plan"])
    problem = post(client, "/check", b"{}").json()
    assert problem.keys() == schemas["Problem"]["properties"].keys()
    assert problem["errors"][0].keys() == schemas["Found"]["properties"].keys()


def _fits(value, schema):
    """Check a value against the few words of JSON schema that the plan's schema uses."""
    if "enum" in schema:
        assert value in schema["enum"]
        return
    kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    types = {"object": dict, "array": list, "string": str, "number": (int, float), "boolean": bool}
    assert any(isinstance(value, types[kind]) for kind in kinds), (value, schema)
    if isinstance(value, dict):
        assert set(schema.get("required", ())) <= value.keys()
        for name, inner in value.items():
            _fits(inner, schema["properties"][name])
    if isinstance(value, list):
        for inner in value:
            _fits(inner, schema["items"])
