"""Charts of the page: what they draw, in which unit and colour."""

from __future__ import annotations

import pandas as pd
import pytest

from jvopt.core.analyses import Chart
from jvopt.page import charts, palette
from jvopt.page.costs import difference
from jvopt.page.palette import FALL, RISE
from jvopt.page.reports import drawn
from jvopt.page.speaker import Speaker


def test_a_waterfall_leads_from_one_total_to_the_other() -> None:
    options = charts.waterfall([("a", 30.0), ("b", -50.0)], "first", "last", 1000.0)
    assert options is not None
    base, steps, totals, thread = (series["data"] for series in options["series"])
    assert [bar.get("amount") for bar in steps] == [None, 30, -50, None]
    assert base[1:3] == [1000, 980]  # a rise stands on where it began, a fall on where it ends
    assert [mark["value"] for mark in totals if mark.get("total")] == [[1000, 0], [980, 3]]
    assert [at for at, _ in thread[::2]] == [1000, 1030, 980]
    axis = options["xAxis"]
    assert axis["min"] < 980
    assert axis["max"] > 1030
    # Totals are marks: only steps, whose length is what they change, are bars.
    assert [series["type"] for series in options["series"]] == ["bar", "bar", "scatter", "line"]


def test_what_is_worse_is_red_of_costs_and_of_profit() -> None:
    for gain, colors in ((False, [RISE, FALL]), (True, [FALL, RISE])):
        options = charts.waterfall([("a", 30.0), ("b", -50.0)], "", "", 1000.0, gain=gain)
        assert options is not None
        bars = options["series"][1]["data"][1:3]
        assert [bar["itemStyle"]["color"] for bar in bars] == colors
        shown = [difference(Speaker("en"), amount, gain=gain) for amount in (30.0, -50.0)]
        assert ['class="up"' in words for words in shown] == [not gain, gain]


def test_a_waterfall_below_zero_stands_on_its_totals() -> None:
    options = charts.waterfall([("a", 300.0), ("b", -50.0)], "first", "last", -100.0)
    assert options is not None
    base, drawn = options["series"][:2]
    tops = [low + bar["value"] for low, bar in zip(base["data"], drawn["data"], strict=True) if low]
    assert tops == [200, 200]
    # Else bars above zero would be stacked apart from those below.
    assert base["stackStrategy"] == drawn["stackStrategy"] == "all"


def test_a_waterfall_that_changes_nothing_is_not_drawn() -> None:
    assert charts.waterfall([], "first", "last", 1319.7e6) is None


@pytest.mark.parametrize(
    ("least", "form"), [(0.7e6, "1e6, 2"), (7016.0, "1, 0")], ids=["millions", "whole"]
)
def test_numbers_of_a_waterfall_have_one_unit_in_which_none_is_lost(
    least: float, form: str
) -> None:
    options = charts.waterfall([("a", 6.8e6), ("b", -least)], "", "", 1319.7e6)
    assert options is not None
    for series in options["series"][1:3]:
        assert series["label"][":formatter"] == f"p => jvopt.step(p, {form})"


def test_an_axis_has_the_digits_that_its_steps_need() -> None:
    options = charts.bars(["a", "b"], [("", [0.00014, 0.0006])], share=True)
    axis = options["xAxis"]
    assert axis["interval"] == pytest.approx(0.0002)
    assert axis["axisLabel"][":formatter"] == "value => jvopt.share(value, 2)"
    axis = charts.bars(["a"], [("", [1.9e6])])["xAxis"]
    assert axis["axisLabel"][":formatter"] == "value => jvopt.amount(value, 1e+06, 1)"
    stacked = charts.bars(["a"], [("", [6.0]), ("", [5.0]), ("", [-3.0])], stacked=True)["xAxis"]
    assert stacked["min"] <= -3
    assert stacked["max"] >= 11


def test_a_line_that_neither_rises_nor_falls_stands_clear_of_the_frame() -> None:
    for height in (5.0, -3.0, 0.0, 1407.9e6):
        axis = charts.lines([("Objective", [(0.0, height), (1.0, height)])])["yAxis"]
        assert axis["min"] < height < axis["max"]


def test_every_series_has_its_name_in_the_legend() -> None:
    assert charts.key(charts.bars(["a"], [("one", [1.0])])) == [("one", palette.SERIES[0])]
    words = [name for name, _ in charts.key(charts.search([], [], ("best", "bound")))]
    assert words == ["best", "bound"]


def test_plans_of_a_report_are_numbered_in_whole_numbers() -> None:
    frame = pd.DataFrame({"plan": [1.0, 2.0], "distance": [3.0, 5.0]})
    options = drawn(
        Chart("plans", "bars", "", "plan", ("distance",)), frame, {"distance": ""}, False
    )
    assert options is not None
    assert options["yAxis"]["data"] == ["1", "2"]


def test_a_search_is_drawn_close_and_up_to_now() -> None:
    options = charts.search([(7.2, 1336.8e6)], [], ("best", "bound"), now=9.0)
    best, bound = (series["data"] for series in options["series"])
    assert best == [[7.2, 1336.8e6], [9.0, 1336.8e6]]
    assert bound == []
    axis = options["yAxis"]
    assert 1320e6 < axis["min"] < 1336.8e6 < axis["max"] < 1350e6
    far = [(1.0, 9000e6), (2.0, 1340e6)]  # the first is far off and cut away
    axis = charts.search(far, [(2.0, 1300e6)], ("best", "bound"), now=3.0)["yAxis"]
    assert 1200e6 < axis["min"] < 1300e6
    assert 1340e6 < axis["max"] < 1500e6
