"""What is skipped because a case has nothing of it would have had nothing to say."""

from __future__ import annotations

import importlib

import pandas as pd
import pytest

import jvopt
from benchmarks.published import published
from jvopt.core import checks
from jvopt.core.checks import check
from jvopt.core.issues import CaseError, errors
from jvopt.models import FAMILIES, build
from jvopt.solve import audit as audits
from jvopt.solve.audit import audit
from tests.models.random_cases import random_case

building = importlib.import_module("jvopt.models.build")

MAKING = ("recipes", "recipe_inputs", "lines", "line_periods", "assembly")
OPTIONAL = [("stock",), ("limits",), ("claims",), ("tariffs",), ("fees",), ("incentives",),
            ("throughput",), MAKING, ("line_periods",)]  # fmt: skip


def cases(count):
    """Random cases, of which some lack whole tables."""
    for seed in range(count):
        case = random_case(seed, simple=seed % 2 == 0)
        for nth in range(seed % 4):
            case = case.replace(**dict.fromkeys(OPTIONAL[(seed + 4 * nth) % len(OPTIONAL)], ()))
        yield case


def test_a_family_that_is_skipped_has_no_rows():
    skipped = set()
    location = published("cap41")[0].case
    for case in (location, jvopt.example("kz-assembly"), *cases(12)):
        if errors(check(case)):
            continue
        built = build(case)
        for family in FAMILIES:
            rows = family(built.problem)
            assert len(rows) == len(built.rows[family.__name__]), family.__name__
            if "period" in built.rows[family.__name__].index.key[:1] and not len(rows):
                skipped.add(family.__name__)
    assert skipped == set(building.STANDS_ON)


def test_a_topic_that_is_skipped_finds_nothing(monkeypatch):
    """Cases with mistakes too: a name that is not there, in every table in turn."""
    spoiled = list(cases(8))
    for n, case in enumerate(list(spoiled)):
        for table in ("supply", "lanes", "assembly", "demand"):
            frame = case[table]
            if len(frame):
                column = {"assembly": "line", "lanes": "origin"}.get(table, "site")
                rows = frame.to_dict("records")
                rows[n % len(rows)][column] = "nowhere"
                try:
                    spoiled.append(case.replace(**{table: pd.DataFrame(rows)}))
                except CaseError:
                    continue
    found = [check(case) for case in spoiled]
    monkeypatch.setattr(checks, "_ABOUT", {})
    assert [check(case) for case in spoiled] == found


@pytest.mark.parametrize("name", ["tiny", "kz-assembly"])
def test_a_rule_that_is_skipped_compares_nothing(name, monkeypatch):
    of = {"tiny": [jvopt.example("tiny"), *cases(6)], "kz-assembly": [jvopt.example(name)]}[name]
    plans = []
    for case in of:
        if not errors(check(case)):
            plan = jvopt.optimize(case, time_limit=10, compare=False)
            if plan.found:
                plans.append((case, plan, audit(case, plan)))
    assert plans
    monkeypatch.setattr(audits, "_ABOUT", {})
    for case, plan, first in plans:
        assert audit(case, plan).checked == first.checked
