"""What a solving process remembers of its last case, and that answers are the same with it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from jvopt.examples import path
from jvopt.service import last as kept
from jvopt.service.last import Last
from jvopt.service.task import Step, Task
from jvopt.service.work import perform

CONTENT = path("tiny").read_bytes()
DEARER = {"table": "lanes", "column": "cost_per_unit", "action": "multiply", "value": "1.5"}


def solved(last, *changes):
    steps: list[Step] = []
    task = Task(CONTENT, "xlsx", "json", changes=changes, book=False)
    answer = perform(
        task, lambda s: steps.append(s) if isinstance(s, Step) else None, lambda: False, last
    )
    plan = json.loads(answer.output)
    figures = {row["item"]: row.get("value") for row in plan["tables"]["summary"]}
    return figures, plan, steps


def test_what_ifs_about_the_last_case_need_no_new_model(monkeypatch) -> None:
    from jvopt.solve import whatif

    built = []
    build = whatif.build
    monkeypatch.setattr(whatif, "build", lambda *a, **k: built.append(1) or build(*a, **k))
    last = Last()
    for factor in ("1.5", "0.5", "2"):
        solved(last, {**DEARER, "value": factor})
    assert len(built) == 1
    perform(Task(CONTENT, "xlsx", ready=True), lambda s: None, lambda: False, last := Last())
    assert len(built) == 2
    solved(last, DEARER)
    assert len(built) == 2
    solved(Last(), DEARER)
    assert len(built) == 3


def test_a_warm_answer_is_the_same_as_a_cold_one(monkeypatch) -> None:
    last = Last()
    base, _, _ = solved(last)
    warm, plan, steps = solved(last, DEARER)
    assert last.prepared(Task(CONTENT, "xlsx")) is not None
    monkeypatch.setattr(kept, "MOST_ROWS", 0)
    cold, other, _ = solved(Last(), DEARER)
    assert warm["objective"] == pytest.approx(cold["objective"])
    assert warm["objective"] > base["objective"]
    assert warm["audit"] == "passed"
    for item in ("termination", "saving_against_today", "saving_against_no_plant"):
        assert warm.get(item) == pytest.approx(cold.get(item))
    assert {n for n, rows in plan["tables"].items() if rows} == {
        n for n, rows in other["tables"].items() if rows
    }
    # The best plan and its gap are told before its tables are worked out.
    told = [s.phase for s in steps if s.gap is not None and s.gap <= 1e-9]
    assert told
    assert "writing" not in told


def test_a_fleeting_plan_is_dropped_where_it_is_stopped() -> None:
    task, last = Task(CONTENT, "xlsx", "json", changes=(DEARER,)), Last()
    assert perform(task, lambda s: None, lambda: True, last).output is not None
    dropped = perform(replace(task, fleeting=True), lambda s: None, lambda: True, last)
    assert (dropped.output, dropped.digest) == (None, None)
    wanted = perform(replace(task, fleeting=True), lambda s: None, lambda: False, last)
    assert wanted.output is not None


def test_no_large_case_is_kept(monkeypatch) -> None:
    monkeypatch.setattr(kept, "MOST_ROWS", 10)
    last = Last()
    solved(last, DEARER)
    assert last.prepared(Task(CONTENT, "xlsx")) is None
