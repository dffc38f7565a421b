"""Draw docs/mathematics.md from the docstrings of the constraint families and cost kinds."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

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
are explained.

| variable | meaning |
|---|---|
"""

BOUNDS = """\
Where a family needs a bound and no capacity is stated, it is what the horizon can have a use for:
the most that can be wanted or forced in, so that no plan is cut off that could be of least cost."""

COSTS: tuple[Callable[..., Any], ...] = (
    costs.all_costs,
    costs.purchase,
    costs.freight,
    costs.duties,
    duty.duty,
    costs.assembly,
    costs.fixed,
    costs.investment,
    costs.closing,
    costs.lane_fixed,
    costs.handling,
    costs.holding,
    costs.fee,
    duty.fee,
    costs.incentive,
    duty.incentive,
    costs.drawback,
    costs.co2,
    costs.shortfall,
    costs.revenue,
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
    return "\n".join(parts).rstrip() + "\n"


def _variables(doc: str) -> list[str]:
    body = doc.split("----------\n", 1)[1]
    rows = [line.split(" : ", 1) for line in body.splitlines() if " : " in line]
    return [f"| {', '.join(f'`{n.strip()}`' for n in a.split(','))} | {b} |" for a, b in rows]


def _entry(what: Callable[..., Any]) -> list[str]:
    module = what.__module__.rpartition(".")[2]
    text = inspect.getdoc(what) or ""
    text = re.split(r"\n(?:Parameters|Returns)\n-+\n", text)[0]
    title = f"### {what.__name__}" + (" of a unit" if module == "duty" else "")
    where = f"[`jvopt/models/{module}.py`](../jvopt/models/{module}.py)"
    return [title, "", f"{_markdown(text)}", "", where, ""]


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
