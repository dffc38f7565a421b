"""The two small examples, against a textbook and against hand calculation."""

import itertools

import pytest

import jvopt.examples
from jvopt.core.tables import TABLES
from jvopt.solve import optimize


def test_transport_has_dantzigs_optimum():
    """153.675 thousand dollars: Dantzig (1963) 3.3, GAMS model library TRNSPORT."""
    case = jvopt.examples.example("transport")
    plan = optimize(case, compare=False)
    assert plan.objective == pytest.approx(153_675)
    assert plan.figure("audit") == "passed"
    shipped = plan.shipments.groupby(["origin", "destination"])["quantity"].sum()
    assert shipped["Seattle", "Chicago"] == pytest.approx(300)
    assert shipped["San Diego", "Topeka"] == pytest.approx(275)
    # New York costs 225 from either cannery, so only its sum is certain.
    assert shipped.sum() == pytest.approx(325 + 300 + 275)


def test_transport_needs_five_tables():
    case = jvopt.examples.example("transport")
    filled = {name for name in TABLES if len(case[name])}
    assert filled == {"products", "sites", "supply", "lanes", "demand", "notes"}


# What a tractor costs in North and South, by way, and what each way costs a year (see the notes).
READY = {"North": 20_000 + 800 + 1_000, "South": 20_000 + 1_200 + 1_000}
WAYS = {
    "Alpha SKD": (
        {"North": 19_000 + 300 + 400 + 700 + 100, "South": 19_000 + 300 + 400 + 700 + 400},
        50_000,
        200,
    ),
    "Alpha CKD": (
        {"North": 18_000 + 250 + 1_100 + 100, "South": 18_000 + 250 + 1_100 + 400},
        150_000,
        120,
    ),
    "Beta SKD": (
        {"North": 19_000 + 450 + 400 + 700 + 450, "South": 19_000 + 450 + 400 + 700 + 50},
        30_000,
        80,
    ),
}
ALTERNATIVES = {
    (): 3_512_000,
    ("Beta SKD",): 3_430_000,
    ("Alpha SKD",): 3_348_000,
    ("Alpha SKD", "Beta SKD"): 3_366_000,
    ("Alpha CKD",): 3_374_000,
    ("Alpha CKD", "Beta SKD"): 3_344_000,
}


def by_trial(lines):
    """Try every split in tens of 100 for North and 60 for South among lines and import."""

    def splits(total):
        steps = [range(0, total + 1, 10)] * len(lines)
        return [s for s in itertools.product(*steps) if sum(s) <= total]

    best = float("inf")
    for north in splits(100):
        for south in splits(60):
            if any(n + s > WAYS[w][2] for w, n, s in zip(lines, north, south, strict=True)):
                continue
            cost = READY["North"] * (100 - sum(north)) + READY["South"] * (60 - sum(south))
            for way, n, s in zip(lines, north, south, strict=True):
                unit, fixed, _ = WAYS[way]
                cost += unit["North"] * n + unit["South"] * s + fixed
            best = min(best, cost)
    return best


@pytest.mark.parametrize("lines", ALTERNATIVES)
def test_tiny_each_alternative(lines):
    """The figure by hand, by trial, and by jvopt with those lines forced open."""
    assert by_trial(lines) == ALTERNATIVES[lines]
    case = jvopt.examples.example("tiny").change("lines", "decision", "closed")
    for line in lines:
        case = case.change("lines", "decision", "open", where=f'line = "{line}"')
    assert optimize(case, compare=False).objective == pytest.approx(ALTERNATIVES[lines])


def test_tiny_optimum():
    case = jvopt.examples.example("tiny")
    plan = optimize(case, compare=False)
    assert plan.objective == pytest.approx(min(ALTERNATIVES.values()))
    assert plan.figure("audit") == "passed"
    assert set(plan.lines["line"][plan.lines["open"] > 0.5]) == {"Alpha CKD", "Beta SKD"}


@pytest.mark.parametrize("figure", [3_512_000, 3_430_000, 3_348_000, 3_366_000, 3_374_000])
def test_tiny_notes_show_each_alternative(figure):
    notes = " ".join(jvopt.examples.example("tiny").notes["text"])
    assert f"{figure:,}" in notes
