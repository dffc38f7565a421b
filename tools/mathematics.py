"""Draw docs/mathematics.md from the docstrings of the constraint families and cost kinds."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

from jvopt.core.plan_tables import PLAN_TABLES
from jvopt.core.schema import Table
from jvopt.core.tables import TABLES
from jvopt.models import FAMILIES, costs, duty
from jvopt.models.needs import needs
from jvopt.models.reach import find_reach
from jvopt.models.variables import Variables

HEAD = """\
# The mathematics

Drawn from the docstrings in `jvopt/models/` by `tools/generate.py`: each formula stands beside
the code that declares it, term by term. Words in text type are variables, or
columns where a formula says which; symbols are tied to the
columns of the [tables](tables.md); the exact reading of the tables is in [rules](rules.md).

| index | over |
|---|---|
| s, o, d | sites (origin, destination) |
| h, i, j | products; an input, an output |
| g | goods: a product with its country of manufacture, assembly mode and claims |
| w | ways to make: a row of `assembly` under a set of claims, each by an origin rule |
| l | lines |
| m | transport modes |
| k, a | rows of a table |
| t, τ | periods; $`y_t`$ is `periods.years` |
| κ | claims |

In the formulas $`\\text{open}_{st}`$ is `site_open`, $`\\text{open}_{lt}`$ `line_open`, and so on.
The state of a site whose `decision` is stay is no variable: there $`\\text{open}_{st}`$ stands for
the number 1 or 0, as `sites.now` says. Goods g of a product i are written $`g \\in i`$. Discount
factors are $`d_t`$ and $`D_t`$ of the rules; other letters hold for the formula under which they
are explained, and [the table of symbols](#symbols) says where each stands in a workbook.

| variable | meaning | in the plan |
|---|---|---|
"""

ANSWERS = {
    "buy": "purchases.quantity",
    "make": "production.quantity",
    "use": "inputs.quantity",
    "ship": "shipments.quantity",
    "stock": "stock.closing",
    "serve": "deliveries.quantity",
    "short": "service.short",
    "refund": "drawback.quantity",
    "site_open": "sites.open",
    "site_opened": "sites.opened",
    "site_closed": "sites.closed",
    "line_open": "lines.open",
    "line_built": "lines.built",
    "line_closed": "lines.closed",
    "line_steps": "lines.steps",
    "site_steps": "throughput.steps",
}
"""Where the value of each variable stands in a plan, as ``table.column``."""

SYMBOLS = """\
## Symbols

Where the numbers of the formulas stand in a workbook, as `table.column`, with the families and
costs that read them under that symbol. Before a formula reads an amount of money it is in the base
currency, by the `currencies.rate` of its period.

| symbol | cell | unit | in |
|---|---|---|---|
"""

BOUNDS = """\
Where a family needs a bound and no capacity is stated, it is what the horizon can have a use for:
the most that can be wanted or forced in, so that no plan is cut off that could be of least cost."""

OF_A_UNIT = {costs.duties: duty.duty, costs.fee: duty.fee, costs.incentive: duty.incentive}
"""Costs whose rate is a formula of its own."""

COSTS: tuple[Callable[..., Any], ...] = (
    costs.all_costs,
    *(f for kind in costs.KINDS for f in (kind.function, OF_A_UNIT.get(kind.function)) if f),
)


def page() -> str:
    """Give the whole page as Markdown."""
    parts = [HEAD.rstrip("\n"), *_variables(inspect.getdoc(Variables) or ""), ""]
    parts += ["## What becomes a variable", "", *_entry(find_reach)]
    parts += ["## Constraint families", ""]
    for family in FAMILIES:
        parts += _entry(family)
    parts += ["## Bounds", "", BOUNDS, "", *_entry(needs)]
    parts += ["## The objective", ""]
    for cost in COSTS:
        parts += _entry(cost)
    parts += [*SYMBOLS.splitlines(), *_symbols()]
    return "\n".join(parts).rstrip() + "\n"


_CELL = r"`[a-z_]+\.[a-z_0-9]+`"
_STANDS = re.compile(
    rf"(\$`[^`]+`\$|(?<![\w`\\])[A-Za-z](?![\w`]))(?: is)?(?: the)? "
    rf"({_CELL}(?:,?(?: or| or its override| else| and| also)? {_CELL})*)"
)
"""A symbol, and the columns that it is said to be."""
_FROM = re.compile(r"\$`(?:-\s*)?(\w+(?:_\{\w+\}|_\w)?)\\,[^`]*`\$, from `([a-z_]+)\.([a-z_0-9]+)`")
"""A formula within a line whose first factor comes from a column."""
_WORDS = re.compile(r"\\text\{((?:[a-z]|\\_)+)\}")
_NAMED = re.compile(r"`([a-z_]+)(?:\.[a-z_0-9]+)?`")


def _said(text: str) -> Iterator[tuple[str, str, str]]:
    """Give symbol, table and column, wherever a text says what a symbol is."""
    for symbol, cells in _STANDS.findall(text):
        for cell in re.findall(_CELL, cells):
            table, column = cell.strip("`").split(".")
            yield symbol, table, column
    yield from _FROM.findall(text)
    tables = [TABLES[name] for name in _NAMED.findall(text) if name in TABLES]
    for symbol in dict.fromkeys(_WORDS.findall(text)):
        column = symbol.replace("\\_", "_")
        if table := next((t for t in tables if _is_number(t, column)), None):
            yield rf"\text{{{symbol}}}", table.name, column
    if re.search(r"\by_\{?t", text):
        yield "y_t", "periods", "years"


def _is_number(table: Table, column: str) -> bool:
    return column in table.by_name and table.by_name[column].kind in ("number", "integer")


def _symbols() -> list[str]:
    """Give a row for each symbol and column, as the docstrings say."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for what in (*FAMILIES, needs, *COSTS):
        text = " ".join(_markdown(inspect.getdoc(what) or "").split())
        for symbol, table, column in _said(text):
            where = found.setdefault((table, column, symbol.strip("$`").strip()), [])
            if (title := _title(what)) not in where:
                where.append(title)
    order = list(TABLES)
    rows = []
    for (table, column, symbol), where in sorted(
        found.items(), key=lambda item: (order.index(item[0][0]), *item[0][1:])
    ):
        unit = TABLES[table].by_name[column].unit
        named = ", ".join(f"[{name}](#{name.replace(' ', '-')})" for name in where)
        cell = f"[`{table}`](tables.md#{table})`.{column}`"
        rows.append(f"| $`{symbol}`$ | {cell} | {unit} | {named} |")
    return rows


def _variables(doc: str) -> list[str]:
    body = doc.split("----------\n", 1)[1]
    rows = [line.split(" : ", 1) for line in body.splitlines() if " : " in line]
    return [
        f"| {', '.join(f'`{n.strip()}`' for n in a.split(','))} | {b} | {_answers(a)} |"
        for a, b in rows
    ]


def _answers(names: str) -> str:
    """Say where the values of some variables stand in a plan."""
    said = []
    for name in names.split(","):
        if place := ANSWERS.get(name.strip()):
            table, column = place.split(".")
            assert column in PLAN_TABLES[table].names, place
            said.append(f"`{place}`")
    return ", ".join(said)


def _entry(what: Callable[..., Any]) -> list[str]:
    module = what.__module__.rpartition(".")[2]
    text = inspect.getdoc(what) or ""
    text = re.split(r"\n(?:Parameters|Returns)\n-+\n", text)[0]
    where = f"[`jvopt/models/{module}.py`](../jvopt/models/{module}.py)"
    return [f"### {_title(what)}", "", f"{_markdown(text)}", "", where, ""]


def _title(what: Callable[..., Any]) -> str:
    """Give the heading of a formula."""
    return what.__name__ + (" of a unit" if what.__module__ == duty.__name__ else "")


def _markdown(text: str) -> str:
    """Turn the docstrings' markup into Markdown with GitHub's mathematics."""
    text = re.sub(r"``([^`]+)``", r"`\1`", text)
    text = re.sub(
        r"\.\. math::[ ]?(.*?)(?=\n\S|\Z)",
        lambda m: "```math\n" + inspect.cleandoc(" " + m.group(1)).strip() + "\n```",
        text,
        flags=re.DOTALL,
    )
    return re.sub(r":math:`([^`]+)`", r"$`\1`$", text)
