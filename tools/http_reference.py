"""Draw docs/http.md from the contract of the service."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tools.contract import document

HEAD = """\
# HTTP reference

Drawn from the [OpenAPI document](openapi.json) by `tools/generate.py`. How the routes play together
is told in [the service](service.md); every analysis is told in [its guide](analyses.md).

A case is sent as JSON (`application/json`), as a workbook
(`application/vnd.openxmlformats-officedocument.spreadsheetml.sheet`), or as the file of a form
(`multipart/form-data`). Where an answer may be a workbook as well, `Accept` says which is wanted.
Every error is a problem document of RFC 9457 (`application/problem+json`).
"""

GROUPS = {
    "Jobs": "Stored before they are acknowledged, then followed.",
    "Answers at once": "For cases that take seconds.",
    "Analyses as jobs": "Each analysis, stored and followed like a plan.",
    "Analyses at once": "Each analysis of a case that takes seconds.",
    "Everything else": "What a caller wants to know before the first case.",
}
OF_TABLES = ("Case", "Plan")
TABLES = """\
A `Case` holds [the tables of a case](tables.md#input), each a list of rows. A `Plan` says how the
search ended (`state`, `termination`, `found`), and holds
[the tables of a plan](tables.md#the-plan) under `tables`."""
"""The documents that are told elsewhere, and where."""
MEDIA = {
    "application/json": "JSON",
    "application/schema+json": "a JSON schema",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "a workbook",
    "application/vnd.apache.parquet": "Parquet",
    "multipart/form-data": "a form",
    "text/event-stream": "server-sent events",
}


def page() -> str:
    """Give the page as Markdown."""
    contract = json.loads(document())
    routes: dict[str, list[tuple[str, str, dict[str, Any]]]] = {name: [] for name in GROUPS}
    for path, methods in contract["paths"].items():
        for method, route in methods.items():
            routes[_group(path, method)].append((method.upper(), path, route))
    lines = [HEAD, "## What any route may answer", "", *_common(routes), ""]
    for name, found in routes.items():
        lines += [f"## {name}", "", GROUPS[name], ""]
        for method, path, route in found:
            lines += [f"### {method} {path}", "", *_route(route, _shared(routes))]
    lines += ["## Documents", "", TABLES, ""]
    for name, schema in contract["components"]["schemas"].items():
        if name not in OF_TABLES:
            lines += _document(name, schema)
    return "\n".join(lines).rstrip() + "\n"


def _group(path: str, method: str) -> str:
    if path.startswith("/v1/jobs"):
        return "Jobs"
    if path.startswith("/v1/analyses"):
        return "Analyses as jobs" if path.endswith("/jobs") else "Analyses at once"
    return "Answers at once" if method == "post" else "Everything else"


def _refusals(route: dict[str, Any]) -> dict[str, str]:
    return {code: told["description"] for code, told in route["responses"].items() if code >= "4"}


def _shared(routes: dict[str, list[Any]]) -> dict[str, str]:
    """Give the refusals that many routes share word by word."""
    counted: dict[tuple[str, str], int] = {}
    for found in routes.values():
        for _, _, route in found:
            for refusal in _refusals(route).items():
                counted[refusal] = counted.get(refusal, 0) + 1
    most: dict[str, tuple[int, str]] = {}
    for (code, told), count in counted.items():
        most[code] = max(most.get(code, (0, "")), (count, told))
    return {code: told for code, (count, told) in sorted(most.items()) if count > 2}


def _common(routes: dict[str, list[Any]]) -> Iterator[str]:
    yield "Each route below names what it answers beyond these, or in another sense."
    yield ""
    yield "| status | when |"
    yield "|---|---|"
    for code, told in _shared(routes).items():
        yield f"| {code} | {_cell(told)} |"


def _route(route: dict[str, Any], shared: dict[str, str]) -> Iterator[str]:
    yield route["description"].strip()
    yield ""
    if given := route.get("parameters"):
        yield "| parameter | in | what | kind | left out |"
        yield "|---|---|---|---|---|"
        for one in given:
            left = "**required**" if one.get("required") else _default(one["schema"])
            told = _cell(one.get("description", ""))
            yield f"| `{one['name']}` | {one['in']} | {told} | {_kind(one['schema'])} | {left} |"
        yield ""
    if body := route.get("requestBody"):
        yield f"Body: {_media(body['content'])}."
        yield ""
    for code, told in route["responses"].items():
        if code < "4":
            what = _media(told.get("content", {}))
            said = told["description"].replace("Successful Response", "")
            yield f"- **{code}**{f': {what}' if what else ''}{f'. {said}' if said else ''}"
    for code, told in _refusals(route).items():
        if shared.get(code) != told:
            yield f"- {code}: {told}"
    yield ""


def _media(content: dict[str, Any]) -> str:
    """Say what a body may be, with the document that JSON holds."""
    said = []
    for media, held in content.items():
        name = held.get("schema", {}).get("$ref", "").rpartition("/")[2]
        said.append(MEDIA.get(media, f"`{media}`") + (f" (`{name}`)" if name else ""))
    return " or ".join(said)


def _document(name: str, schema: dict[str, Any]) -> Iterator[str]:
    yield f"### {name}"
    yield ""
    yield schema.get("description", "").strip()
    yield ""
    yield "| field | what | kind |"
    yield "|---|---|---|"
    for field, held in schema["properties"].items():
        yield f"| `{field}` | {_cell(held.get('description', ''))} | {_kind(held)} |"
    yield ""


def _kind(schema: dict[str, Any]) -> str:
    """Say in a few words what a value may be."""
    if some := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(dict.fromkeys(_kind(one) for one in some if one.get("type") != "null"))
    if "$ref" in schema:
        return f"`{schema['$ref'].rpartition('/')[2]}`"
    if "enum" in schema:
        return ", ".join(f"`{word}`" for word in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    low, high = schema.get("minimum"), schema.get("maximum")
    bounds = "" if low is None else f" ≥ {low:g}"
    bounds += "" if high is None else f"{',' if bounds else ''} ≤ {high:g}"
    return {"string": "text", "object": "object"}.get(schema.get("type", ""), "") or (
        f"{schema.get('type', 'any value')}{bounds}"
    )


def _default(schema: dict[str, Any]) -> str:
    value = schema.get("default")
    return "" if value in (None, "", []) else f"`{value}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
