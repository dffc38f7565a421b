"""The contract of the HTTP service, and the page of its settings, as generated files."""

from __future__ import annotations

import json
from functools import cache

from pydantic_core import PydanticUndefined

from jvopt.api.app import create_app
from jvopt.api.settings import Settings

_ELSEWHERE = {
    "solves": "one a core",
    "database": "`jobs.db` in the user's data folder",
    "require_keys": "where other machines can reach it",
}
"""Defaults that depend on the machine, in words."""


@cache
def document() -> str:
    """Give the OpenAPI document of a service with the default settings that asks for keys."""
    # Made without the environment: the document must not depend on the machine.
    found = create_app(_defaults()).openapi()
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def _defaults() -> Settings:
    values = {
        name: field.default
        for name, field in Settings.model_fields.items()
        if field.default is not PydanticUndefined
    }
    return Settings(**values | {"solves": 1, "database": "sqlite:///jobs.db", "require_keys": True})


def settings() -> str:
    """Give the table of settings."""
    rows = ["| Variable | Default | Meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = _ELSEWHERE.get(name, f"`{_shown(field.default)}`" if field.default != "" else "")
        rows.append(f"| `JVOPT_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(rows) + "\n"


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
