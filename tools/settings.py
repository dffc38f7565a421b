"""The table of the service's settings, within its page."""

from __future__ import annotations

from pathlib import Path

from jvopt.api.settings import Settings

PAGE = Path(__file__).resolve().parent.parent / "docs" / "service.md"
_BEGIN, _END = "<!-- settings -->\n", "<!-- /settings -->"
# What is said of defaults that depend on the machine.
_DEFAULTS = {"solves": "the cores", "database": "a file of the user"}


def page() -> str:
    """Give the page with the table as it should be."""
    before, rest = PAGE.read_text(encoding="utf-8").split(_BEGIN)
    after = rest.partition(_END)[2]
    return f"{before}{_BEGIN}{_table()}{_END}{after}"


def _table() -> str:
    lines = ["| variable | default | |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = _DEFAULTS.get(name) or _said(field.default)
        lines.append(f"| `JVOPT_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"


def _said(default: object) -> str:
    if default in (None, ""):
        return ""
    if isinstance(default, bool):
        return "yes" if default else "no"
    return f"{default:g}" if isinstance(default, float) else str(default)
