"""The peers solve the same problems as jvopt, and published files are read as they are written."""

from __future__ import annotations

import gzip
from importlib.util import find_spec

import numpy as np
import pandas as pd
import pytest

import jvopt
from benchmarks import location, two_stage
from benchmarks.peers import PEERS, solve
from benchmarks.published import (
    FOLDER,
    Location,
    TwoStage,
    load,
    names,
    published,
    read_mauri,
    read_orlib,
)
from benchmarks.runs import Options, Run, do_all, name_of, tiny, us

NEEDS = {
    "highs_alone": "scipy",
    "pyomo_highs": "pyomo",
    "linopy_highs": "linopy",
    "pulp_cbc": "pulp",
    "scip": "pyscipopt",
}


def need(peer):
    if find_spec(NEEDS[peer]) is None:
        pytest.skip(f"{NEEDS[peer]} is not installed: it comes with the extra `bench`")


@pytest.mark.parametrize("kind", [Location, TwoStage])
@pytest.mark.parametrize("peer", PEERS)
def test_a_peer_and_jvopt_agree(peer, kind):
    need(peer)
    problem = tiny(kind)
    ours = us(problem, time_limit=60, gap=0)
    theirs = solve(peer, problem, time_limit=60, gap=0)
    assert theirs.objective == pytest.approx(ours.objective, rel=1e-6)
    assert theirs.bound == pytest.approx(ours.objective, rel=1e-6)
    assert ours.gap <= 1e-9
    assert theirs.track[-1][1:] == pytest.approx((theirs.objective, theirs.bound))
    seconds = [point[0] for point in theirs.track]
    assert seconds == sorted(seconds)
    assert 0 < seconds[-1] <= theirs.whole


@pytest.mark.parametrize("kind", [Location, TwoStage])
def test_the_tiny_problems_have_something_to_decide(kind):
    """Some open and some stay closed; else a peer that forgets a constraint could agree."""
    problem = tiny(kind)
    plan = jvopt.optimize(problem.case, gap=0, compare=False)
    sites = plan.sites[plan.sites["site"].str.startswith(("W", "P", "S"))]
    assert 0 < sites["open"].sum() < len(sites)


@pytest.mark.parametrize("peer", ["highs_alone", "scip"])
def test_a_peer_that_is_cut_short_says_how_far_it_came(peer):
    need(peer)
    problem, best = published("PSC1-C1-50-5")
    answer = solve(peer, problem, time_limit=0.5, gap=0)
    assert np.isnan(answer.objective) or answer.objective >= best * (1 - 1e-6)
    assert np.isnan(answer.bound) or answer.bound <= best * (1 + 1e-6)


def test_every_instance_loads():
    for family in ("small", "large", "mauri"):
        for name in names(family):
            problem, best = published(name)
            assert problem.name == name
            assert best > 0
            assert (problem.demand >= 0).all()


def test_best_values_are_no_worse_than_the_commercial_solvers():
    best = pd.read_csv(FOLDER / "best.csv").dropna()
    assert len(best) == 8
    assert (best["value"] <= best["commercial_3600s_value"]).all()
    assert (best["commercial_3600s_bound"] <= best["value"]).all()


def test_cap71_has_its_published_optimum():
    problem, best = published("cap71")
    assert solve("highs_alone", problem, time_limit=60, gap=0).objective == pytest.approx(best)
    assert us(problem, time_limit=60, gap=0).objective == pytest.approx(best)


ORLIB = """ 2 3
 100 7500.
 {capacity} 2500.5
 10
 1.5 2.5
 20
 3 4
 30
 5 6.25
"""


@pytest.mark.parametrize(("word", "given"), [("80", None), ("capacity", 80.0)])
def test_a_file_of_or_library(tmp_path, word, given):
    """m n; capacity and fixed cost by warehouse; by customer its demand and m costs."""
    path = tmp_path / "capx.txt"
    path.write_text(ORLIB.format(capacity=word))
    problem = read_orlib(path, given)
    assert problem.capacity.tolist() == ([100, 80] if given is None else [80, 80])
    assert problem.fixed.tolist() == [7500, 2500.5]
    assert problem.demand.tolist() == [10, 20, 30]
    assert problem.cost.tolist() == [[1.5, 3, 5], [2.5, 4, 6.25]]
    loaded, best = load(str(path) if given is None else f"{path}:80")
    assert np.isnan(best)
    assert loaded.capacity.tolist() == problem.capacity.tolist()


MAURI = """1 2 3 2
10 11
20 21
30 31
900 901 5000
1 2
3 4
500 501 700
600 601 800
1 2 3
4 5 6
7 8 9
10 11 12
"""


@pytest.mark.parametrize("zipped", [False, True])
def test_a_file_of_mauri(tmp_path, zipped):
    """I J K L; demand; plants; costs inbound by product; satellites; costs outbound by product."""
    path = tmp_path / ("PSC-x.txt.gz" if zipped else "PSC-x.txt")
    path.write_bytes(gzip.compress(MAURI.encode()) if zipped else MAURI.encode())
    problem = read_mauri(path)
    assert problem.name == "PSC-x"
    assert problem.demand.tolist() == [[10, 11], [20, 21], [30, 31]]
    assert problem.plant_capacity.tolist() == [[900, 901]]
    assert problem.plant_fixed.tolist() == [5000]
    assert problem.inbound.tolist() == [[[1, 2]], [[3, 4]]]
    assert problem.satellite_capacity.tolist() == [[500, 501], [600, 601]]
    assert problem.satellite_fixed.tolist() == [700, 800]
    assert problem.outbound.tolist() == [[[1, 2, 3], [4, 5, 6]], [[7, 8, 9], [10, 11, 12]]]
    assert isinstance(load(str(path))[0], TwoStage)


def test_a_file_that_is_not_there():
    with pytest.raises(ValueError, match="neither a published instance"):
        load("capq")


def test_short_names():
    assert name_of("a/b/capx.txt:800") == "capx-800"
    assert name_of("a/PSC1-C1-50-5.txt.gz") == "PSC1-C1-50-5"
    assert name_of("capa-8000") == "capa-8000"


def test_runs_are_kept_and_not_done_twice(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("benchmarks.runs.OUT", tmp_path)
    runs = [Run("small", "cap71", "highs_alone", 1, 60.0, 0.0)]
    first = do_all(runs, Options(), "location")
    assert len(first) == 1
    assert first["over_best_known"].abs().max() < 1e-9
    assert first["peak_mb"].iloc[0] > 10
    assert (tmp_path / "tracks" / "cap71_highs_alone_1.csv").exists()
    again = do_all(runs, Options(), "location")
    assert "done before" in capsys.readouterr().out
    assert again["seconds"].tolist() == first["seconds"].tolist()
    fresh = do_all(runs, Options(fresh=True), "location")
    assert len(fresh) == 1
    assert fresh["seconds"].tolist() != first["seconds"].tolist()
    assert len(pd.read_csv(tmp_path / "location_runs.csv")) == 1


def test_totals_of_the_small_ones():
    """The best peer is the quickest that proved all."""
    rows = pd.DataFrame(
        {
            "way": ["us", "us", "scip", "scip", "pulp_cbc", "pulp_cbc"],
            "seconds": [1, 2, 4, 2, 1, 1],
            "gap": [0, 0, 0, 0, 0.1, 0],
        }
    ).assign(family="small", instance="cap41", whole_seconds=9, over_best_known=0.0, peak_mb=1)
    table = location.small(rows).set_index("way")
    assert table["proven"].to_dict() == {"us": 2, "scip": 2, "pulp_cbc": 1}
    assert table["times_best_peer"].round(3).to_dict() == {"us": 0.5, "scip": 1, "pulp_cbc": 0.333}


def test_what_a_run_had_early(tmp_path):
    path = tmp_path / "track.csv"
    path.write_text("seconds,best,bound\n1,,5\n100,20,10\n119,19,\n121,15,15\n")
    assert two_stage.early(path) == {"early_objective": 19, "early_bound": 10}
