"""What may be asked of an explanation, and what ends it."""

from __future__ import annotations

import pytest

import jvopt
from jvopt.core.issues import CaseError
from tests.models.support import case
from tests.solve.explained import DEPOT, cells


def test_other_mistakes_are_told():
    with pytest.raises(CaseError, match="not in sites"):
        jvopt.explain(case(**{**DEPOT, "lanes": "origin destination; S D; D X"}))


def test_a_case_with_a_plan():
    why = jvopt.explain(case(**DEPOT))
    assert why.possible
    assert why.conflicts.empty
    assert str(why) == "The case has a plan: there is nothing to explain."


def test_a_scenario_and_changes_are_explained_in_place_of_the_case():
    """DEPOT lets 110 through and 100 are wanted: 120 in the scenario, 90 let through beside it."""
    problem = case(
        **DEPOT,
        throughput="site capacity; D 110",
        scenarios="scenario; more",
        changes="scenario order table column value; more 1 demand quantity 120",
    )
    assert jvopt.explain(problem).possible
    both = jvopt.explain(problem, scenario="more", change=["throughput.capacity = 130"])
    for asked in ({"scenario": "more"}, {"change": ["throughput.capacity = 90"]}):
        why = jvopt.explain(problem, **asked)
        assert ("demand", 1, "quantity") in cells(why, "conflict")
        assert ("throughput", 1, "capacity") in cells(why, "conflict")
    assert both.possible
    for asked, place in (({"scenario": "mor"}, "scenario"), ({"change": ["demand"]}, "change")):
        with pytest.raises(CaseError) as caught:
            jvopt.explain(problem, **asked)
        assert [(i.table, i.column) for i in caught.value.issues] == [(None, place)]


def test_no_time():
    why = jvopt.explain(case(**DEPOT, throughput="site capacity; D 90"), stop=lambda: True)
    assert not why.possible
    assert not why.complete
