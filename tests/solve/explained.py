"""What an explanation is held to: its change gives a plan, and its conflict is one, and least."""

from __future__ import annotations

import jvopt
from jvopt.core.case import Case
from jvopt.solve import optimize
from tests.solve.impossible import feasible_with

DEPOT = {
    "products": "product; P",
    "sites": "site; S; D; M",
    "supply": "site product; S P",
    "lanes": "origin destination; S D; D M",
    "demand": "site product quantity; M P 100",
}
"""From a source through a depot to a market that wants 100."""


def cells(why, part: str) -> list[tuple]:
    """Table, row and column of the cells of a part; for a change what is needed as well."""
    rows = why.conflicts[(why.conflicts["part"] == part).to_numpy()]
    columns = ["table", "row", "column"] + (["needed"] if part == "change" else [])
    return list(rows[columns].itertuples(index=False, name=None))


def explained(problem: Case):
    """Explain a case; with the change there is a plan that passes the audit."""
    why = jvopt.explain(problem, time_limit=240)
    assert not why.possible
    assert why.findings
    assert why.mended is not None
    plan = optimize(why.mended, gap=0.0, compare=False)
    assert plan.found
    assert plan.figure("audit") == "passed"
    return why


def agrees(problem: Case) -> None:
    """The cells in conflict leave no plan, and all of them but any one do."""
    why = explained(problem)
    assert len(why.findings) == 2  # time sufficed
    conflict = [(table, int(row), column) for table, row, column in cells(why, "conflict")]
    assert not feasible_with(problem, conflict)
    for cell in conflict:
        rest = [other for other in conflict if other != cell]
        assert feasible_with(problem, rest), (cell, why.conflicts["text"])
