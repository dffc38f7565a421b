"""What is drawn of tables: options of ECharts, each made by a pure function."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from jvopt.page import palette

Options = dict[str, Any]

SHORT = "value => jvopt.short(value)"
"""Numbers along an axis, in the browser, by its locale."""
SHARE = "value => jvopt.share(value)"
_SHORTEST = 5.0
"""Fewest seconds along the axis of a search: its steps are whole seconds."""
_FONT = "Roboto, 'Segoe UI', 'Noto Sans', sans-serif"
_LEFT = 12
"""Room to the left of names: some letters reach further than they are measured."""
_NARROW = 480
"""Up to this width names along an axis have less room."""


def waterfall(
    steps: Sequence[tuple[str, float]], first: str, last: str, start: float, *, gain: bool = False
) -> Options | None:
    """Lead from one total to another, step by step; None where the two are the same.

    Parameters
    ----------
    steps
        What changes, and by how much.
    first, last
        Names of the two totals.
    start
        The first total.
    gain
        Whether more is better, as of profit.

    Notes
    -----
    Steps are bars, totals marks: a bar of a total that begins above zero would mislead. Each
    carries its number, so there is no axis to be read.
    """
    if not steps:
        return None
    amounts = np.array([amount for _, amount in steps], dtype=float)
    reached = np.concatenate([[start], start + np.cumsum(amounts)])
    before, after = reached[:-1], reached[1:]
    end = float(reached[-1])
    names = [first, *(name for name, _ in steps), last]
    room = float(np.ptp(reached)) or abs(end) * 1e-6 or 1.0
    form = _step_form(amounts, reached)
    base: list[float | None] = [None, *np.minimum(before, after).tolist(), None]
    marks: list[Options] = [{"value": [None, n]} for n in range(len(names))]
    for n, total in ((0, start), (len(names) - 1, end)):
        marks[n] = {"name": names[n], "value": [total, n], "amount": total, "total": True}
    stacked = {"stack": "w", "stackStrategy": "all"}  # below zero too
    label = {"show": True, "position": "right", "fontSize": 11, "color": palette.INK,
             ":formatter": f"p => jvopt.step(p, {form})"}  # fmt: skip
    options = {
        **_frame(),
        "grid": {"left": _LEFT, "right": _room_of(reached, form), "top": 4, "bottom": 4,
                 "containLabel": True},
        "yAxis": {**_names(names), "axisLine": {"show": False}},
        "xAxis": {"type": "value", "show": False, "min": float(reached.min()) - 0.04 * room,
                  "max": float(reached.max()) + 0.02 * room},
        "tooltip": {"trigger": "item", ":formatter": f"p => jvopt.tip(p, {form})"},
        "series": [
            {"type": "bar", **stacked, "silent": True, "data": base, "barCategoryGap": "30%",
             "itemStyle": {"color": "transparent"}, "tooltip": {"show": False}},
            {"type": "bar", **stacked, "data": _step_bars(amounts.tolist(), gain),
             "barMinHeight": 2, "label": label},
            {"type": "scatter", "data": marks, "symbol": "rect", "symbolSize": [4, 20],
             "itemStyle": {"color": palette.TOTAL, "opacity": 1}, "z": 3,
             "label": {**label, "fontWeight": 600}},
            {"type": "line", "data": _thread(reached.tolist()), "silent": True, "z": 1,
             "showSymbol": False, "lineStyle": {"width": 1, "color": palette.THREAD},
             "tooltip": {"show": False}},
        ],
    }  # fmt: skip
    return _fitted(options, names)


def _step_bars(amounts: Sequence[float], gain: bool) -> list[Options]:
    """Give the bars of steps, worse and better told apart, between two totals that have none."""
    bars = [
        {"value": abs(amount), "amount": amount,
         "itemStyle": {"color": palette.FALL if (amount > 0) == gain else palette.RISE}}
        for amount in amounts
    ]  # fmt: skip
    return [{"value": None}, *bars, {"value": None}]


def _thread(reached: Sequence[float]) -> list[list[float]]:
    """Give the line that joins each level reached to the next row."""
    return [[level, row] for n, level in enumerate(reached) for row in (n, n + 1)]


def _step_form(amounts: Any, reached: Any) -> str:
    """Give the unit and digits of every number of a waterfall, as `jvopt.amount` takes them.

    In millions only where no step gets lost: else 7,016 would stand as 0.01 M, or in a unit of
    its own.
    """
    least, most = float(np.abs(amounts).min()), float(np.abs(reached).max())
    if most >= 1e6 and least >= 1e5:
        return "1e6, 2"
    return f"1, {0 if most >= 100 else 2}"


def _room_of(reached: Any, form: str) -> int:
    """Give the room that the longest number needs beside its bar."""
    unit, digits = (float(part) for part in form.split(","))
    longest = max(len(f"{level / unit:+,.{int(digits)}f}") for level in reached.tolist())
    return 14 + 6 * longest + (24 if unit > 1 else 0)


def _names(names: Sequence[str]) -> Options:
    """Give an axis of names, from the top down."""
    return {
        "type": "category",
        "data": list(names),
        "inverse": True,
        "axisTick": {"show": False},
        "axisLine": {"lineStyle": {"color": palette.LINE}},
        "axisLabel": {"color": palette.INK, "fontSize": 11.5, "fontFamily": _FONT,
                      "lineHeight": 12, "interval": 0},
    }  # fmt: skip


def _fitted(options: Options, names: Sequence[str]) -> Options:
    """Break names into two lines, and give them and numbers less room in a narrow chart.

    Broken by letters: ECharts takes a Cyrillic letter for as wide as a Chinese one.
    """
    longest = max(map(len, names))

    def form(least: int, most: int) -> Options:
        letters = min(max(least, longest // 2 + 2), most)
        return {":formatter": f"name => jvopt.broken(name, {letters})"}

    narrow: Options = {"yAxis": {"axisLabel": {**form(17, 25), "fontSize": 10.5}}}
    wide: Options = {"yAxis": {"axisLabel": {**form(28, 36), "fontSize": 11.5}}}
    axis = options["xAxis"]
    if "interval" in axis:
        steps = round((axis["max"] - axis["min"]) / axis["interval"])
        fewer = next(n for n in range(1, steps + 1) if 2 * n >= steps and steps % n == 0)
        narrow["xAxis"] = {"interval": fewer * axis["interval"]}
        wide["xAxis"] = {"interval": axis["interval"]}
    return {
        **options,
        "media": [{"query": {"maxWidth": _NARROW}, "option": narrow}, {"option": wide}],
    }


def bars(
    names: Sequence[str],
    series: Sequence[tuple[str, Sequence[float]]],
    *,
    stacked: bool = False,
    upright: bool = False,
    share: bool = False,
) -> Options:
    """Draw bars, one group for each name.

    Parameters
    ----------
    names
        What the bars are of, from the top.
    series
        Title and values, one for each name.
    stacked, upright, share
        On each other; standing rather than lying; values in percent.
    """
    sums = np.nan_to_num(np.array([values for _, values in series], dtype=float))
    if stacked:
        sums = np.array([np.clip(sums, 0, None).sum(axis=0), np.clip(sums, None, 0).sum(axis=0)])
    low, high = min(float(sums.min()), 0.0), max(float(sums.max()), 0.0)
    category = _names(names)
    if upright:
        category |= {"inverse": False}
        category["axisLabel"] |= {"interval": "auto", "hideOverlap": True}
    value = _fixed_axis(*_ticks(low, high), share=share)
    drawn = {
        **_frame(),
        "color": list(palette.SERIES),
        "grid": {"left": _LEFT, "right": 24, "top": 10, "bottom": 4, "containLabel": True},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"},
                    ":valueFormatter": SHARE if share else SHORT},
        "xAxis": category if upright else value,
        "yAxis": value if upright else category,
        "series": [
            {"type": "bar", "name": title, "data": _plain(values), "barMaxWidth": 26,
             **({"stack": "all"} if stacked else {})}
            for title, values in series
        ],
    }  # fmt: skip
    return drawn if upright else _fitted(drawn, names)


def lines(
    series: Sequence[tuple[str, Sequence[tuple[float, float]]]], *, along: str = ""
) -> Options:
    """Draw lines over numbers."""
    heights = [value for _, points in series for _, value in points if math.isfinite(value)]
    low, high = min(heights, default=0.0), max(heights, default=0.0)
    room = 0.0 if low < high else max(abs(low) / 100, 1.0)
    side = _fixed_axis(*_ticks(low - room, high + room))
    return {
        **_frame(),
        "color": list(palette.SERIES),
        "grid": {"left": _LEFT, "right": 24, "top": 10, "bottom": 22 if along else 6,
                 "containLabel": True},
        "tooltip": {"trigger": "axis", ":valueFormatter": SHORT},
        "xAxis": {**_value_axis(SHORT), "name": along, "nameLocation": "middle", "nameGap": 26,
                  "scale": True, "splitLine": {"show": False}},
        "yAxis": side,
        "series": [
            {"type": "line", "name": title, "data": [list(point) for point in points],
             "showSymbol": len(points) < 30, "lineStyle": {"width": 2}}
            for title, points in series
        ],
    }  # fmt: skip


def key(options: Options) -> list[tuple[str, str]]:
    """Give name and colour of each series of a chart, for the legend beside it."""
    colors = options.get("color", palette.SERIES)
    return [
        (series["name"], series.get("itemStyle", {}).get("color", colors[n % len(colors)]))
        for n, series in enumerate(options["series"])
        if series.get("name")
    ]


def search(
    best: Sequence[tuple[float, float]],
    bound: Sequence[tuple[float, float]],
    words: tuple[str, str],
    now: float = 0.0,
) -> Options:
    """Draw how the best plan and the bound on it close in.

    Parameters
    ----------
    best, bound
        Seconds and values.
    words
        Names of the two.
    now
        The second up to which the last of each holds.
    """
    held = [[*line, (max(now, line[-1][0]), line[-1][1])] if line else [] for line in (best, bound)]
    drawn = lines(list(zip(words, held, strict=True)))
    drawn["animation"] = False
    first = min((line[0][0] for line in held if line), default=0.0)
    last = max(now, first + _SHORTEST)
    start, _, step = _ticks(first, last)
    drawn["xAxis"] |= {"min": start, "max": last, "interval": step, "axisTick": {"show": False}}
    drawn["xAxis"]["axisLabel"] |= {":formatter": "value => jvopt.seconds(value)",
                                    "showMaxLabel": False}  # fmt: skip
    if any(held):
        drawn["yAxis"] = _fixed_axis(*_ticks(*_closing(best, bound)))
    for series, color, kind in zip(
        drawn["series"], (palette.NAVY, palette.AMBER), ("solid", "dashed"), strict=True
    ):
        series |= {"step": "end", "showSymbol": False, "clip": True}
        series["lineStyle"] = {"width": 2.5, "color": color, "type": kind}
        series["itemStyle"] = {"color": color}
    return drawn


def _closing(
    best: Sequence[tuple[float, float]], bound: Sequence[tuple[float, float]]
) -> tuple[float, float]:
    """Give the ends of an axis close around where a search is; what was far off is cut away."""
    now = [line[-1][1] for line in (best, bound) if line]
    low, high = min(now), max(now)
    reach = max(2 * (high - low), 0.015 * max(abs(low), abs(high)), 1e-6)
    inside = [v for _, v in (*best, *bound) if low - reach <= v <= high + reach]
    least, most = min(inside), max(inside)
    room = max(0.15 * (most - least), 0.1 * reach)
    return least - room, most + room


def _ticks(low: float, high: float) -> tuple[float, float, float]:
    """Widen an axis to round numbers; gives its ends and the step between its ticks."""
    rough = ((high - low) or abs(high) or 1.0) / 5
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * n for n in (1, 2, 2.5, 5, 10) if unit * n >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return first * step, max(last, first + 1) * step, step


def _fixed_axis(low: float, high: float, step: float, *, share: bool = False) -> Options:
    """Give an axis from end to end, in one unit, with figures after the mark as its steps need."""
    unit = 0.01 if share else 1e6 if max(abs(low), abs(high)) >= 1e6 else 1.0
    digits = next((n for n in range(6) if abs(round(step / unit, n) - step / unit)
                   < 1e-9 * step / unit), 6)  # fmt: skip
    form = f"jvopt.share(value, {digits})" if share else f"jvopt.amount(value, {unit:g}, {digits})"
    return {**_value_axis(f"value => {form}"), "min": low, "max": high, "interval": step}


def _frame() -> Options:
    return {
        "textStyle": {"fontFamily": _FONT, "color": palette.INK},
        "animationDuration": 250,
        "aria": {"enabled": True},
    }


def _value_axis(form: str = SHORT) -> Options:
    return {
        "type": "value",
        "axisLabel": {"color": palette.QUIET, "fontSize": 11, "fontFamily": _FONT,
                      "hideOverlap": True, ":formatter": form},
        "splitLine": {"lineStyle": {"color": palette.LINE}},
        "splitNumber": 4,
    }  # fmt: skip


def _plain(values: Sequence[float]) -> list[float | None]:
    return [float(v) if np.isfinite(v) else None for v in values]
