"""The declarations are sound, and what is drawn from them is fresh."""

from __future__ import annotations

import ast
import string
from pathlib import Path

from jvopt.core.analyses import ANALYSES
from jvopt.core.messages import MESSAGES
from jvopt.core.plan_tables import PLAN_TABLES
from jvopt.core.reference import markdown
from jvopt.core.tables import SETTING_VALUES, TABLES

ROOT = Path(__file__).resolve().parents[2]


def test_the_reference_is_fresh_and_whole():
    page = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    assert page == markdown(), "run tools/generate.py"
    for table in (*TABLES.values(), *PLAN_TABLES.values()):
        for column in table.columns:
            assert f"| `{column.name}` | " in page
    for code in MESSAGES:
        assert f"| `{code}` | " in page


def fields(template):
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_every_message_is_used_with_the_words_it_needs():
    """Each call of `issue` names a code of the catalogue and gives its fields."""
    given: dict[str, list[set[str]]] = {}
    computed = set()
    for path in (ROOT / "jvopt").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in (
                "issue",
                "_Problem",
            ):
                continue
            at = 1 if node.func.id == "_Problem" else 0
            words = {k.arg for k in node.keywords if k.arg}
            if len(node.args) > at and isinstance(node.args[at], ast.Constant):
                open_ended = any(k.arg is None for k in node.keywords)
                given.setdefault(node.args[at].value, []).append(
                    words | ({"*"} if open_ended else set())
                )
            else:
                computed.add(path.name)
    place = {"table", "row", "column", "value"}
    assert set(given) <= set(MESSAGES)
    for code, calls in given.items():
        needed = fields(MESSAGES[code].message) | fields(MESSAGES[code].hint)
        for words in calls:
            assert "*" in words or needed - place <= words, code


def test_declarations_are_sound():
    reports = [table for analysis in ANALYSES.values() for table in analysis.tables]
    for table in (*TABLES.values(), *PLAN_TABLES.values(), *reports):
        assert len(set(table.names)) == len(table.columns)
        assert set(table.key) <= set(table.names)
        for column in table.columns:
            assert column.meaning.endswith("."), (table.name, column.name)
            assert bool(column.choices) >= (column.kind == "choice")
            assert not column.choices or column.kind in ("choice", "tags")
            for target in column.refers:
                other, _, name = target.partition(".")
                assert name in TABLES[other].by_name
            if column.choices and column.default is not None:
                assert column.default in column.choices
    assert set(SETTING_VALUES) == set(TABLES["settings"]["setting"].choices)
    for entry in MESSAGES.values():
        assert entry.severity in ("error", "warning")
        assert entry.message.endswith((".", "{why}"))
