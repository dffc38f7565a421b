"""The networks that a plan is laid beside: solved by hand, and by the second model."""

from __future__ import annotations

import math

import pytest

from jvopt.solve import optimize
from tests.models.oracle import optimum
from tests.models.random_cases import random_case
from tests.models.support import case, near


def totals(problem):
    """The discounted cost of each network, by name."""
    plan = optimize(problem, gap=0.0)
    assert plan.figure("audit") == "passed"
    rows = plan.as_is[(plan.as_is["item"] == "total").to_numpy()]
    saved = plan.as_is[(plan.as_is["item"] == "saving").to_numpy()]
    found = dict(zip(rows["network"], rows["value"], strict=True))
    assert dict(zip(saved["network"], saved["value"], strict=True)) == near(
        {name: total - found["plan"] for name, total in found.items()}
    )
    return found


def plant(lines, sites="site now decision; F . .; S . .; M . .", **tables):
    """Ten P: made at F for 1 each, or imported from S for 10."""
    defaults = {
        "products": "product; P",
        "sites": sites,
        "supply": "site product unit_cost; S P 10",
        "lines": lines,
        "recipes": "recipe product; R P",
        "assembly": "line recipe unit_cost; L R 1",
        "lanes": "origin destination; F M; S M",
        "demand": "site product quantity; M P 10",
    }
    return case(**{**defaults, **tables})


def test_today_runs_the_line_that_is_to_be_closed():
    """Today 10 x 1 + 7 a year; closed, or without a plant, 10 x 10."""
    lines = "line site now decision fixed_cost; L F open closed 7"
    assert totals(plant(lines)) == near({"plan": 100, "today": 17, "no_plant": 100})


def test_today_does_without_the_line_that_is_to_be_open():
    """The line costs 30 and makes ten for 1 each; today they are imported."""
    lines = "line site now decision investment; L F closed open 30"
    assert totals(plant(lines)) == near({"plan": 40, "today": 100, "no_plant": 100})


def test_today_uses_the_site_that_is_to_be_closed():
    """Its line goes with it, and closing costs 4: 104; today 10 x 1 + 5 a year."""
    sites = "site now decision closing_cost fixed_cost; F open closed 4 5; S . . . .; M . . . ."
    lines = "line site now decision; L F open free"
    assert totals(plant(lines, sites)) == near({"plan": 104, "today": 15, "no_plant": 104})


def test_today_buys_no_steps():
    """The line makes 4, and more by steps for 2 each; today the rest is imported.
    The depot to be opened plays no part: 10 x 1 + 6 x 2 = 22, today 4 x 1 + 6 x 10 = 64.
    """
    sites = "site now decision; F . .; S . .; M . .; D closed open"
    lines = "line site now decision capacity step_cost; L F open stay 4 2"
    assert totals(plant(lines, sites)) == near({"plan": 22, "today": 64, "no_plant": 100})


def test_without_a_plant_a_new_one_is_no_depot_either():
    """F costs 2 to open and makes ten for 1 each. Imports go 5 a unit by the straight lane; the way
    over F is free, and would be 10 x 10 + 2 without a plant.
    """
    sites = "site now decision opening_cost; F closed free 2; S . . .; M . . ."
    lanes = "origin destination cost_per_unit; F M 0; S M 5; S F 0"
    lines = "line site now decision; L F closed free"
    found = totals(plant(lines, sites, lanes=lanes))
    assert found == near({"plan": 12, "today": 150, "no_plant": 150})


def today(problem):
    """The case with every site and line held as it is now, and no steps to be had."""
    held = {name: problem[name].assign(decision="stay") for name in ("sites", "lines")}
    for name in ("lines", "throughput", "line_periods"):
        frame = held.get(name, problem[name])
        steps = [c for c in ("step_cost", "step_size", "most_steps") if c in frame]
        held[name] = frame.assign(**dict.fromkeys(steps, float("nan")))
    return problem.replace(**held)


@pytest.mark.parametrize("seed", [41, 47, 61])
def test_today_is_the_case_with_nothing_to_decide(seed):
    """Half of the sites and lines closed, half of them open; the second model decides nothing."""
    problem = random_case(seed)
    frames = {name: problem[name] for name in ("sites", "lines")}
    for frame in frames.values():
        for at in frame.index[frame["decision"] == "free"]:
            frame.loc[at, ["now", "decision"]] = (
                ["open", "closed"] if at % 2 else ["closed", "open"]
            )
    problem = problem.replace(**frames)
    plan = optimize(problem, gap=0.0)
    rows = plan.as_is[(plan.as_is["network"] == "today").to_numpy()].set_index("item")["value"]
    item = "profit" if problem.setting("objective") == "profit" else "total"
    expected = optimum(today(problem))[0]
    assert rows.get(item, math.inf) == near(expected if math.isfinite(expected) else math.inf)
