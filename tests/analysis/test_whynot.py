"""Costs of forcing in and out against every network there is, by a second model."""

from __future__ import annotations

import math
from itertools import count

import numpy as np
import pytest

from jvopt.analysis import whynot
from jvopt.core.issues import CaseError
from tests.analysis.networks import NETWORK, networks
from tests.models.support import case, near


def cell(report, element, name, column):
    rows = report.choices
    return rows[column][((rows["element"] == element) & (rows["name"] == name)).to_numpy()].iloc[0]


def test_by_hand():
    report = whynot(case(**NETWORK))
    best = 10 + 4 + 10 * (1 + 3)
    assert report.complete
    assert {"plant", "line", "mode"} == set(report.choices["element"])
    assert cell(report, "plant", "A", "in_plan") == cell(report, "line", "A1", "in_plan") == "yes"
    assert cell(report, "plant", "A", "cost_in") == cell(report, "plant", "B", "cost_out") == 0
    # Without A: B makes 5 at 6 + 10 + 4 + 5 x 3, and 5 are imported; or all are, for 90.
    without = min(6 + 10 + 4 + 5 * 3 + 5 * 9, 90)
    assert cell(report, "plant", "A", "cost_out") == near(without - best)
    # B open beside A costs 6 + 10; its line 4 more, and saves 1 on each of five units.
    assert cell(report, "plant", "B", "cost_in") == near(16 - 1)
    assert cell(report, "line", "B1", "cost_in") == near(16 + 4 - 5)
    # CKD at A takes the place of SKD: 20 instead of 4, a unit for 1 less.
    assert cell(report, "mode", "CKD", "cost_in") == near(20 - 4 - 10)
    assert cell(report, "mode", "SKD", "cost_out") == near(20 - 4 - 10)
    costs, back = report.costs, report.in_return
    ckd = (costs["name"] == "CKD") & (costs["forced"] == "in")
    by_kind = costs[ckd.to_numpy()].set_index("kind")["difference"]
    assert by_kind["fixed"] == near(20 - 4)
    assert by_kind["assembly"] == near(-10)
    assert by_kind.sum() == near(6)
    skd = back[((back["name"] == "SKD") & (back["forced"] == "out")).to_numpy()]
    assert dict(zip(skd["other_name"], skd["opens"], strict=True))["A2"] != ""
    assert dict(zip(skd["other_name"], skd["closes"], strict=True))["A1"] != ""


def test_what_alone_is_had_is_not_missed_most_as_well():
    said = whynot(case(**NETWORK), only=["A1"]).said()
    assert [text.partition(": doing")[0] for text in said] == [
        "Of what the plan has, A: A1 is missed least"
    ]


def test_what_cannot_be_is_said():
    """A line whose site stays closed can never be open; the only source cannot be done without."""
    sites = NETWORK["sites"].replace("B    closed free", "B    closed stay")
    supply = "site product unit_cost;S K 1"
    report = whynot(case(**NETWORK | {"sites": sites, "supply": supply}))
    assert cell(report, "line", "B1", "end_in") == "infeasible"
    assert math.isnan(cell(report, "line", "B1", "cost_in"))
    assert cell(report, "plant", "A", "end_out") == "infeasible"
    assert any("Cannot be had throughout: B: B1" in text for text in report.said())
    assert any("Cannot be done without: A" in text for text in report.said())


def test_in_means_every_period_in_which_it_can_be_open():
    """A line with a build time of a year is in from the second year on; out is never."""
    problem = case(
        **NETWORK
        | {
            "periods": "period start years;Y0 2026-01-01 1;Y1 2027-01-01 1;Y2 2028-01-01 1",
            "lines": """line site now  decision fixed_cost capacity build_time
                        A1   A    open .        4          .        .
                        A2   A    .    .        20         .        1
                        B1   B    .    .        4          5        .""",
        }
    )
    report = whynot(problem, only=["line"])
    # Two years of A2 in the place of A1, each 20 - 4 - 10 dearer.
    assert cell(report, "line", "A2", "cost_in") == near(2 * (20 - 4 - 10))
    assert cell(report, "line", "A2", "in_plan") == "no"
    assert set(report.choices["element"]) == {"line"}


def test_an_unknown_name_is_refused():
    with pytest.raises(CaseError, match="A9"):
        whynot(case(**NETWORK), only=["A9"])


def test_a_stop_keeps_what_was_finished():
    steps = []
    report = whynot(case(**NETWORK), progress=steps.append, stop=lambda: steps[-1].done >= 3)
    answered = report.choices[["end_in", "end_out"]].to_numpy()
    assert not report.complete
    assert (answered == "optimal").any()
    assert (answered == "none").any()
    nothing = whynot(case(**NETWORK), stop=lambda: True)
    assert not nothing.complete
    assert nothing.choices.empty


def compare(seed, most_free):
    """Compare one random case; give the number of figures compared and of those impossible."""
    every = networks(seed, most_free)
    if every is None:
        return 0, 0
    report = whynot(every.case)
    rows = report.choices
    assert report.complete
    assert set(zip(rows["element"], rows["name"], strict=True)) == set(every.elements())
    impossible = 0
    for row in rows.to_dict("records"):
        for side in ("in", "out"):
            least = every.least(row["element"], row["name"], side)
            cost, end = row[f"cost_{side}"], row[f"end_{side}"]
            where = f"seed {seed}: {row['name']} {side}"
            if math.isinf(least):
                impossible += 1
                assert (end, math.isnan(cost)) == ("infeasible", True), where
            else:
                assert end == "optimal", where
                expected = least - every.best
                assert cost == pytest.approx(expected, rel=1e-6, abs=1e-6 * abs(every.best)), where
    splits = report.costs.groupby(["element", "name", "forced"])["difference"].sum()
    stated = rows.set_index(["element", "name"])
    for (element, name, side), split in splits.items():
        cost = stated.loc[(element, name), f"cost_{side}"]
        assert split == pytest.approx(cost, abs=1e-6 * max(1.0, abs(every.best))), (
            seed,
            name,
        )
    return 2 * len(rows), impossible


def compared(seeds, cases, most_free):
    """Compare random cases until so many have been."""
    figures = np.zeros(2, int)
    done = 0
    for seed in seeds:
        if done == cases:
            break
        found = compare(seed, most_free)
        figures += found
        done += found[0] > 0
    return figures


def test_against_every_network():
    figures, impossible = compared(count(0), 7, 5)
    assert figures > 50
    assert impossible > 0


def test_against_every_network_when_decomposed(small_blocks):
    assert compared(count(9000), 5, 5)[0] > 30
    assert small_blocks


@pytest.mark.slow
@pytest.mark.parametrize("block", range(20))
def test_against_every_network_at_length(block, request):
    decomposed = request.getfixturevalue("small_blocks") if block % 2 else ["not asked for"]
    figures, impossible = compared(count(20_000 + 1000 * block), 10, 6)
    assert figures > 60
    assert impossible > 0
    assert decomposed
