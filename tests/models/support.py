"""Short ways to write a case down, solve it, and read the plan."""

from __future__ import annotations

import pandas as pd
import pytest

from jvopt.core.case import Case
from jvopt.core.plan import Plan
from jvopt.core.tables import TABLES
from jvopt.models import build
from jvopt.solve import optimize
from jvopt.solve.audit import audit
from jvopt.solve.handover import stack
from jvopt.solve.search import search
from tests.models.oracle import optimum

guards = pytest.mark.guards


def near(value: float | list[float]) -> object:
    """Equal within a relative 1e-6 (and an absolute 1e-6 near zero)."""
    return pytest.approx(value, rel=1e-6, abs=1e-6)


def table(name: str, text: str) -> list[dict[str, object]]:
    """Read rows written as text: lines or ';' part the rows, spaces the cells, '.' is blank."""
    lines = [line.split() for line in text.replace(";", "\n").splitlines() if line.strip()]
    columns = TABLES[name].by_name
    head, rows = lines[0], lines[1:]
    for row in rows:
        assert len(row) == len(head), f"{name}: {row} does not fit {head}"

    def cell(column: str, word: str) -> object:
        if word == ".":
            return None
        return float(word) if columns[column].numeric else word

    return [{c: cell(c, w) for c, w in zip(head, row, strict=True)} for row in rows]


def case(**tables: str) -> Case:
    """Make a case from tables as text; settings as ``"discount_rate=0.1 objective=profit"``."""
    settings = [s.split("=", 1) for s in tables.pop("settings", "").split()]
    rows = {name: table(name, text) for name, text in tables.items()}
    return Case({"settings": [{"setting": s, "value": v} for s, v in settings], **rows})


def years(count: int) -> str:
    """Give the table of that many years from 2026 on, named Y0, Y1 and so forth."""
    rows = [f"Y{n} {2026 + n}-01-01" for n in range(count)]
    return "\n".join(["period start", *rows])


def solved(problem: Case) -> Plan:
    """Solve to the end at gap 0; the plan must pass the audit and its costs must add up."""
    return _checked(problem, _best(problem))


def proven(problem: Case, objective: float) -> Plan:
    """Solve; the optimum must be the one worked out by hand, and so must the oracle's."""
    plan = _best(problem)
    assert plan.objective == near(objective)
    assert optimum(problem)[0] == near(objective)
    return _checked(problem, plan)


def _best(problem: Case) -> Plan:
    plan = optimize(problem, gap=0.0, compare=False)
    assert plan.termination == "optimal"
    assert plan.found
    assert plan.bound == near(plan.objective)
    return plan


def _checked(problem: Case, plan: Plan) -> Plan:
    assert plan.figure("audit") == "passed", audit(problem, plan)
    profit = problem.setting("objective") == "profit"
    costs = plan.costs if profit else plan.costs[(plan.costs["kind"] != "revenue").to_numpy()]
    assert costs["cost"].sum() == near(-plan.objective if profit else plan.objective)
    return plan


def fresh_objective(problem: Case) -> float:
    """Give the best objective by a model of its own and plain branch and bound; NaN without."""
    found = search(stack(build(problem).model), gap=0.0, time_limit=60.0)
    return found.objective * (-1.0 if problem.setting("objective") == "profit" else 1.0)


def total(frame: pd.DataFrame, column: str = "quantity", **where: str) -> float:
    """Add up a column over the rows that are as given: ``total(plan.shipments, mode="sea")``."""
    for name, value in where.items():
        frame = frame[(frame[name] == value).to_numpy()]
    return float(frame[column].sum())


def cost(plan: Plan, kind: str) -> float:
    """Discounted cost of one kind."""
    return total(plan.costs, "cost", kind=kind)


def shipped(plan: Plan, origin: str, destination: str, **where: str) -> float:
    return total(plan.shipments, origin=origin, destination=destination, **where)


def bought(plan: Plan, site: str, **where: str) -> float:
    return total(plan.purchases, site=site, **where)


def made(plan: Plan, line: str, **where: str) -> float:
    return total(plan.production, line=line, **where)
