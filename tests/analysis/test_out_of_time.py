"""What time did not suffice to prove is said so, and makes a report incomplete."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jvopt.analysis import alternatives, robust, whatif, whynot, worth
from jvopt.analysis.forcing import Forcing
from jvopt.solve.whatif import Prepared
from tests.analysis.test_robust import TWO_FUTURES
from tests.analysis.test_whatif import BASE, CHANGES, with_scenarios
from tests.analysis.test_whynot import NETWORK
from tests.analysis.test_worth import TWO_LINES
from tests.models.support import case


@pytest.fixture
def late(monkeypatch):
    """Make answers from a number on, or one alone, plans that are one percent too dear."""

    def patch(kind, method, first, last=10**6):
        count, plain = [0], getattr(kind, method)

        def answer(*args, **options):
            found = plain(*args, **options)
            count[0] += 1
            if not first <= count[0] <= last or found.termination == "infeasible":
                return found
            objective = found.objective + 0.01 * abs(found.objective)
            return replace(found, termination="time_limit", objective=objective)

        monkeypatch.setattr(kind, method, answer)

    return patch


ANALYSES = {
    "alternatives": lambda: alternatives(case(**NETWORK), within=0.05, plans=1),
    "whynot": lambda: whynot(case(**NETWORK)),
    "worth": lambda: worth(case(**TWO_LINES)),
    "whatif": lambda: whatif(with_scenarios(case(**BASE), one=CHANGES[:1], all=CHANGES)),
    "robust": lambda: robust(case(**TWO_FUTURES)),
}


@pytest.mark.parametrize("name", ANALYSES)
def test_an_unproven_base_makes_a_report_incomplete(late, name):
    assert ANALYSES[name]().complete
    late(Prepared, "what_if", 1, 1)
    assert not ANALYSES[name]().complete


@pytest.mark.parametrize("name", ["worth", "whatif", "robust"])
def test_one_unproven_answer_makes_a_report_incomplete(late, name):
    late(Prepared, "what_if", 3, 3)
    assert not ANALYSES[name]().complete


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("name", ["alternatives", "whynot"])
def test_one_unproven_choice_makes_a_report_incomplete(late, name, number):
    late(Forcing, "search", number, number)
    assert not ANALYSES[name]().complete


def test_verdicts_that_are_not_known_are_named(late):
    late(Forcing, "search", 1)
    report = ANALYSES["alternatives"]()
    unknown = report.verdicts[(report.verdicts["verdict"] == "unknown").to_numpy()]
    assert len(unknown)
    assert f"Not proven for want of time: {unknown['name'].iloc[0]}; " in str(report)


def test_what_was_not_proven_is_worth_nothing_known(late):
    late(Prepared, "what_if", 2, 2)
    report = ANALYSES["worth"]()
    ends = report.worth[["more_ended", "less_ended"]].to_numpy()
    values = report.worth[["more", "less"]]
    assert (ends == "unknown").sum() == 1
    assert (values.isna().to_numpy() == (ends != "solved")).all()
    assert "Not proven for want of time" in str(report)
    late(Prepared, "what_if", 1, 1)
    assert "solved" not in ANALYSES["worth"]().worth["more_ended"].tolist()


def test_the_mean_of_futures_is_left_out_unless_proven(late):
    late(Prepared, "what_if", 3, 3)
    report = ANALYSES["robust"]()
    assert "mean case" not in report.choices["choice"].tolist()


def test_steps_between_scenarios_count(late):
    late(Prepared, "what_if", 4, 4)  # the three scenarios are proven, a state between is not
    report = ANALYSES["whatif"]()
    assert set(report.comparison["termination"]) == {"optimal"}
    assert not report.complete
