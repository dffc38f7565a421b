"""Must, may and never, largest distances and least changes against every network there is."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from jvopt.analysis import alternatives
from jvopt.analysis.nearby import Nearby
from jvopt.solve.search import Found
from tests.analysis.networks import NETWORK, networks
from tests.models.support import case, near


def test_by_hand():
    """See `NETWORK`: A with A1 costs 54, with A2 60, B beside A 69, B1 alone 80, imports 90."""
    problem = case(**NETWORK)
    tight = alternatives(problem, within=0.05).verdicts.set_index(["element", "name"])
    assert tight.loc[("plant", "A"), "verdict"] == "must"
    assert tight.loc[("line", "A1"), "verdict"] == "must"
    assert tight.loc[("mode", "CKD"), "verdict"] == "never"
    assert tight.loc[("line", "A2"), "flips_at_share"] == near(6 / 54)
    wider = alternatives(problem, within=0.12)
    verdicts = wider.verdicts.set_index(["element", "name"])["verdict"]
    assert verdicts["line", "A1"] == verdicts["line", "A2"] == verdicts["mode", "SKD"] == "may"
    assert verdicts["plant", "A"] == "must"
    assert verdicts["plant", "B"] == "never"
    plans = wider.plans.set_index("what")
    assert plans.loc["different", "distance"] == 2
    assert plans.loc["different", "difference"] == near(6)
    assert plans.loc["least change", "changes"] == 0
    # B1 alone: A is as different as can be, and so is everything else.
    widest = alternatives(problem, within=0.5, plans=1).plans
    assert widest["distance"].tolist()[1] == 4
    assert widest["difference"].tolist()[1] == near(80 - 54)


def test_today_is_the_plan_that_changes_least():
    """Today's network is within reach, or some of it: only what has to change does."""
    sites = NETWORK["sites"].replace("B    closed free", "B    open   free")
    problem = case(**NETWORK | {"sites": sites})
    best, *_, least = alternatives(problem, within=0.2).plans.to_dict("records")
    assert best["changes"] == 1  # B closes
    assert (least["what"], least["changes"]) == ("least change", 0)
    assert least["difference"] == near(10)
    best, *_, least = alternatives(problem, within=0.1).plans.to_dict("records")
    assert least["changes"] == 1


def test_a_stop_keeps_what_was_finished():
    steps = []
    report = alternatives(case(**NETWORK), progress=steps.append, stop=lambda: steps[-1].done >= 3)
    assert not report.complete
    assert 0 < (report.verdicts["verdict"] == "unknown").sum() < len(report.verdicts)
    assert report.plans["what"].tolist() == ["best"]


@pytest.mark.parametrize("found", ["a dear plan", "none"])
def test_a_plan_within_the_tolerance_is_kept_where_time_runs_out(monkeypatch, found):
    """The last searches, for the cheapest plan of some plants, end with a dear one or with none."""

    def late(nearby, matrix, most=None, seconds=np.inf):
        if most is not None:
            return plain(nearby, matrix, most, seconds)
        if found == "none":
            return Found("time_limit", None, np.nan, np.nan)
        only_b = np.array([e.name in ("B", "B1") for e in nearby._elements])
        return replace(plain(nearby, nearby._with(only_b)), termination="time_limit")

    plain = Nearby._search
    monkeypatch.setattr(Nearby, "_search", late)
    report = alternatives(case(**NETWORK), within=0.12, plans=1)
    assert not report.complete
    assert report.plans["what"].tolist() == ["best", "different", "least change"]
    assert (report.plans["share"] <= 0.12).all()


def compare(seed, within, most_free):
    """Compare one random case; give how many verdicts were must, may, never."""
    every = networks(seed, most_free)
    if every is None:
        return None
    most = every.best + within * abs(every.best)
    if np.isclose(every.cost, most, rtol=1e-7).any() and within:
        return None  # decided by rounding
    good = every.cost <= most + 1e-9 * abs(every.best)
    report = alternatives(every.case, within=within, plans=2)
    assert report.complete, seed
    verdicts = report.verdicts.set_index(["element", "name"])
    assert set(verdicts.index) == set(every.elements())
    for (kind, name), row in verdicts.iterrows():
        with_it = every.least(kind, name, "some") <= most + 1e-9 * abs(every.best)
        without = every.least(kind, name, "out") <= most + 1e-9 * abs(every.best)
        expected = {(1, 1): "may", (1, 0): "must", (0, 1): "never"}[with_it, without]
        assert row["verdict"] == expected, (seed, kind, name)
    against_distances(seed, every, report, good)
    against_changes(seed, every, report, good)
    return verdicts["verdict"].value_counts().reindex(["must", "may", "never"], fill_value=0)


def against_distances(seed, every, report, good):
    """Each different plan is as far as can be from those before, and the cheapest of its set."""
    free = [e for e in every.elements() if e[0] != "mode"]
    used = np.array([every.used(*e) for e in free]).T
    kind = np.array([k for k, _ in free])
    listed = {
        n: [(k, name) in set(zip(rows["element"], rows["name"], strict=True)) for k, name in free]
        for n, rows in report.open.groupby("plan")
    }
    plans = report.plans
    known = [np.array(listed.get(1, [False] * len(free)), bool)]
    allowed = good.copy()
    for k in set(kind):
        allowed &= used[:, kind == k].sum(axis=1) <= max(1, known[0][kind == k].sum())
    different = plans[(plans["what"] == "different").to_numpy()]
    for _, plan in different.iterrows():
        apart = np.min([(used != one).sum(axis=1) for one in known], axis=0)
        assert plan["distance"] == plan["most_distance"] == apart[allowed].max(), seed
        mine = np.array(listed.get(plan["plan"], [False] * len(free)), bool)
        assert min((mine != one).sum() for one in known) == plan["distance"], seed
        cheapest = every.cost[(used == mine).all(axis=1)].min()
        assert plan["difference"] == pytest.approx(
            cheapest - every.best, rel=1e-6, abs=1e-6 * max(1.0, abs(every.best))
        ), seed
        known.append(mine)
    if len(different) < 2:
        apart = np.min([(used != one).sum(axis=1) for one in known], axis=0)
        assert apart[allowed].max() == 0, seed


def against_changes(seed, every, report, good):
    """No plan changes less, and none that changes as little is cheaper."""
    plan = report.plans.iloc[-1]
    changes = every.changes()
    assert plan["what"] == "least change"
    assert plan["changes"] == changes[good].min(), seed
    cheapest = every.cost[changes <= plan["changes"]].min()
    assert plan["difference"] == pytest.approx(
        cheapest - every.best, rel=1e-6, abs=1e-6 * max(1.0, abs(every.best))
    ), seed


def compared(seeds, cases, most_free):
    """Compare random cases until so many have been; give the sums of verdicts."""
    verdicts, done = np.zeros(3, int), 0
    for seed in seeds:
        if done == cases:
            break
        found = compare(seed, [0.0, 0.02, 0.1, 0.5][seed % 4], most_free)
        if found is not None:
            verdicts += found.to_numpy()
            done += 1
    return verdicts


def test_against_every_network():
    assert (compared(count(0), 6, 5) > 1).all()


def test_against_every_network_when_decomposed(small_blocks):
    assert (compared(count(9000), 5, 5) > 1).all()
    assert small_blocks


@pytest.mark.slow
@pytest.mark.parametrize("block", range(20))
def test_against_every_network_at_length(block, request):
    decomposed = request.getfixturevalue("small_blocks") if block % 2 else ["not asked for"]
    assert (compared(count(20_000 + 1000 * block), 10, 6) > 0).all()
    assert decomposed
