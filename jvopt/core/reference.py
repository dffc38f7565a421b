"""The reference of all tables and messages as Markdown, drawn from the declarations."""

from __future__ import annotations

from collections.abc import Iterator

from jvopt.core.messages import MESSAGES
from jvopt.core.phrases import PLAIN, when_blank
from jvopt.core.plan_tables import COST_KINDS, PLAN_TABLES
from jvopt.core.schema import Column, Table
from jvopt.core.tables import SETTING_VALUES, TABLES
from jvopt.core.tables.declare import COMMON

_HEAD = """\
# Tables and messages

Drawn from the declarations in `jvopt/core/` by `tools/generate.py`. The names below are those of
sheets, JSON keys and DataFrames alike. In a workbook a column stands under its *heading*, or
that in Russian or Kazakh; its name is understood there, too.
How the tables work together is told in [the rules](rules.md).
"""
_BLANK = (
    "A blank cell takes what stands under *blank*; where that says **required**, it is an error."
)


def markdown() -> str:
    """Give the page: input tables, settings, tables of a plan, messages."""
    return "\n".join([_HEAD, *_inputs(), *_results(), *_messages()]) + "\n"


def _inputs() -> Iterator[str]:
    yield "## Input\n"
    yield f"{_BLANK} Every table also takes:\n"
    yield from _columns(COMMON)
    for table in TABLES.values():
        yield f"### {table.name}\n"
        yield f"{_title(table)}{table.meaning}{' **Required.**' if table.required else ''}\n"
        if table.key:
            yield f"No two rows may share: {', '.join(f'`{k}`' for k in table.key)}.\n"
        yield from _columns(tuple(c for c in table.columns if c not in COMMON))
        if table.name == "settings":
            yield "The settings:\n"
            yield from _columns(tuple(SETTING_VALUES.values()))


def _title(table: Table) -> str:
    return f"*{' / '.join(dict.fromkeys(table.titles.all()))}.* "


def _columns(columns: tuple[Column, ...]) -> Iterator[str]:
    yield "| column | heading | kind | meaning | unit | blank |"
    yield "|---|---|---|---|---|---|"
    for column in columns:
        blank = "**required**" if column.required else PLAIN.show(when_blank(column))
        name, heading = f"`{column.name}`", column.titles.en
        cells = [name, heading, _kind(column), _meaning(column), column.unit, blank]
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
    yield ""


def _meaning(column: Column) -> str:
    """Say what a column is, and which cost it makes."""
    return column.meaning + (f" Makes the cost `{column.charges.name}`." if column.charges else "")


def _kind(column: Column) -> str:
    """Say what a cell may be."""
    if column.kind == "choice":
        return ", ".join(f"`{choice}`" for choice in column.choices)
    if column.refers:
        return f"in {', '.join(f'`{target}`' for target in column.refers)}"
    if column.numeric:
        low = "" if column.least is None else f" ≥ {column.least:g}"
        high = "" if column.most is None else f" ≤ {column.most:g}"
        kind = "whole number" if column.kind == "integer" else "number"
        return f"{kind}{low}{',' if low and high else ''}{high}"
    return {"id": "name", "tags": "labels, parted by commas"}.get(column.kind, column.kind)


def _results() -> Iterator[str]:
    yield "## The plan\n"
    yield "Blank cells mean that there is nothing to say.\n"
    for table in PLAN_TABLES.values():
        yield f"### plan.{table.name}\n"
        yield f"{table.meaning}\n"
        yield "| column | meaning | unit |"
        yield "|---|---|---|"
        for column in table.columns:
            yield f"| `{column.name}` | {column.meaning} | {column.unit} |"
        yield ""
    yield "### Kinds of cost\n"
    yield "| kind | |"
    yield "|---|---|"
    for kind, title in COST_KINDS.items():
        yield f"| `{kind}` | {title} |"
    yield ""


def _messages() -> Iterator[str]:
    yield "## Messages\n"
    yield (
        "The codes are stable. An error stops the run, a warning does not. Words in braces stand "
        "for what is found in the case.\n"
    )
    for severity in ("error", "warning"):
        yield f"### {severity.capitalize()}s\n"
        yield "| code | message | what to do |"
        yield "|---|---|---|"
        for code, entry in sorted(MESSAGES.items()):
            if entry.severity == severity:
                yield f"| `{code}` | {_text(entry.message)} | {_text(entry.hint)} |"
        yield ""


def _text(template: str) -> str:
    """Show the fields of a template as plain words in braces."""
    plain = template.replace("{{", "{").replace("}}", "}").replace("!r}", "}")
    return plain.replace("|", "\\|")
