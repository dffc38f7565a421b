"""What `python -m benchmarks` takes, and the pictures that it draws."""

from __future__ import annotations

import pandas as pd
import pytest

from benchmarks import handover, plots
from benchmarks.__main__ import MINUTES, asked
from benchmarks.runs import Options, track_path


def test_everything_is_the_default():
    names, options = asked([])
    assert names == list(MINUTES)
    assert options == Options()


def test_benchmarks_instances_and_ways():
    names, options = asked(["plots", "location"])
    assert names == ["location", "plots"]
    names, options = asked(["location", "cap41", "capa-8000", "--ways", "us", "scip", "--fresh"])
    assert names == ["location"]
    assert options == Options(["cap41", "capa-8000"], ["us", "scip"], fresh=True)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["cap41"], "cap41 is no benchmark"),
        (["handover", "cap41"], "cap41 is no benchmark"),
        (["location", "capq"], "capq is neither a published instance"),
        (["location", "PSC1-C1-50-5"], "PSC1-C1-50-5 is no instance for location"),
        (["two_stage", "cap41"], "cap41 is no instance for two_stage"),
        (["location", "--ways", "abacus"], "invalid choice: 'abacus'"),
    ],
)
def test_a_slip_is_explained_before_anything_runs(words, answer, capsys):
    with pytest.raises(SystemExit):
        asked(words)
    assert answer in capsys.readouterr().err


@pytest.fixture
def images(tmp_path, monkeypatch):
    monkeypatch.setattr("benchmarks.runs.OUT", tmp_path / "out")
    monkeypatch.setattr("benchmarks.plots.IMAGES", tmp_path / "images")
    (tmp_path / "out").mkdir()
    return tmp_path / "images"


def test_no_tables_no_pictures(images):
    assert not plots.run(Options())["drawn"].any()
    assert list(images.iterdir()) == []


def test_pictures_say_what_the_tables_say(images, tmp_path, monkeypatch):
    out = tmp_path / "out"
    pd.DataFrame(
        {
            "way": ["us", "scip", "pulp_cbc"],
            "instances": 13,
            "proven": [13, 13, 12],
            "seconds": [0.5, 1, 4],
            "times_best_peer": [0.5, 1, 4],
        }
    ).to_csv(out / "location_small.csv", index=False)
    # Really measured, in processes of their own, which know how to do it each way.
    monkeypatch.setattr(handover, "SIZES", ((2, 5),))
    monkeypatch.setattr(handover, "WAYS", dict.fromkeys(("sparse rows", "linopy")))
    handover.run().to_csv(out / "handover.csv", index=False)
    runs = {"instance": ["PSC1-C1-50-5"] * 2, "way": ["us", "highs_alone"], "turn": 1}
    pd.DataFrame(runs | {"time_limit": 600.0}).to_csv(out / "two_stage.csv", index=False)
    for way, track in (("us", "1,,5\n2,10,5\n3,10,10\n"), ("highs_alone", "1,,5\n")):
        path = track_path(out, "PSC1-C1-50-5", way, 1)
        path.parent.mkdir(exist_ok=True)
        path.write_text("seconds,best,bound\n" + track)
    sizes = {"flows": [1000, 10000], "seconds_building": [0.1, 1], "seconds_solving": [0.1, None]}
    pd.DataFrame(sizes).to_csv(out / "scaling.csv", index=False)
    drawn = plots.run(Options()).set_index("picture")["drawn"]
    assert drawn.sum() == 4
    assert not drawn["benchmark-gap-large"]
    text = {path.stem: path.read_text() for path in images.iterdir()}
    assert set(text) == set(drawn.index[drawn])
    assert "12 of 13 proven" in text["benchmark-small"]
    assert "linopy" in text["benchmark-handover"]
    assert "10 flows" in text["benchmark-handover"]
    assert "commercial solver after 3,600 s" in text["benchmark-gap-mauri"]
    assert "building" in text["benchmark-scaling"]
