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


def waterfall(steps: Sequence[tuple[str, float]], first: str, last: str, start: float) -> Options:
    """Lead from one total to another, step by step.

    Parameters
    ----------
    steps
        What changes, and by how much.
    first, last
        Names of the two totals.
    start
        The first total.

    Notes
    -----
    The axis begins near the lowest level that is reached, where steps are small beside totals.
    """
    amounts = np.array([amount for _, amount in steps], dtype=float)
    reached = np.concatenate([[start], start + np.cumsum(amounts)])
    low, high, step = _ticks(*_window(reached))
    names = [first, *(name for name, _ in steps), last]
    values = [start, *amounts.tolist(), float(reached[-1])]
    base: list[float] = [low]
    drawn: list[Options] = [_bar(start - low, palette.TOTAL, values[0])]
    for n, amount in enumerate(amounts.tolist()):
        before, after = float(reached[n]), float(reached[n + 1])
        base.append(min(before, after))
        color = palette.RISE if amount > 0 else palette.FALL
        drawn.append(_bar(abs(amount), color, amount))
    base.append(low)
    drawn.append(_bar(float(reached[-1]) - low, palette.TOTAL, values[-1]))
    stacked = {"stack": "w", "stackStrategy": "all"}  # below zero too
    return {
        **_frame(),
        "grid": {"left": 4, "right": 62, "top": 4, "bottom": 2, "containLabel": True},
        "yAxis": {
            "type": "category",
            "data": names,
            "inverse": True,
            "axisLabel": {"interval": 0, "width": 168, "overflow": "truncate",
                          "color": palette.INK, "fontSize": 11.5},
            "axisTick": {"show": False},
            "axisLine": {"lineStyle": {"color": palette.LINE}},
        },
        "xAxis": _fixed_axis(low, high, step),
        "tooltip": {"trigger": "item", ":formatter": "p => jvopt.tip(p)"},
        "series": [
            {"type": "bar", **stacked, "silent": True, "data": base, "barCategoryGap": "30%",
             "itemStyle": {"color": "transparent"}, "tooltip": {"show": False}},
            {"type": "bar", **stacked, "data": drawn, "barMinHeight": 2,
             "label": {"show": True, "position": "right", "fontSize": 11, "color": palette.INK,
                       ":formatter": "p => jvopt.step(p)"}},
        ],
    }  # fmt: skip


def _bar(height: float, color: str, amount: float) -> Options:
    total = color == palette.TOTAL
    return {"value": height, "amount": amount, "total": total, "itemStyle": {"color": color}}


def _window(reached: Any) -> tuple[float, float]:
    """Give the ends of an axis on which small steps between large totals can be seen."""
    least, most = float(reached.min()), float(reached.max())
    room = max(most - least, abs(most) * 1e-6, 1e-9)
    low = least - 0.35 * room
    if least >= 0 and (low < 0 or room > 0.5 * most):
        low = 0.0
    if least < 0:
        low = least - 0.1 * room
    return low, most + 0.04 * room


def bars(
    names: Sequence[str],
    series: Sequence[tuple[str, Sequence[float]]],
    *,
    stacked: bool = False,
    upright: bool = False,
    share: bool = False,
    colors: Sequence[str] = palette.SERIES,
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
    colors
        Of the series.
    """
    form = SHARE if share else SHORT
    category = {
        "type": "category",
        "data": list(names),
        "inverse": not upright,
        "axisTick": {"show": False},
        "axisLine": {"lineStyle": {"color": palette.LINE}},
        "axisLabel": {"color": palette.INK, "fontSize": 11.5, "interval": 0 if len(names) <= 16
                      else "auto", "width": 150, "overflow": "truncate"},
    }  # fmt: skip
    value = _value_axis(form)
    return {
        **_frame(),
        "color": list(colors),
        "grid": {
            "left": 8, "right": 18, "top": 30 if len(series) > 1 else 10, "bottom": 4,
            "containLabel": True,
        },
        "legend": _legend(len(series)),
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"},
                    ":valueFormatter": form},
        "xAxis": category if upright else value,
        "yAxis": value if upright else category,
        "series": [
            {"type": "bar", "name": title, "data": _plain(values), "barMaxWidth": 26,
             **({"stack": "all"} if stacked else {})}
            for title, values in series
        ],
    }  # fmt: skip


def lines(
    series: Sequence[tuple[str, Sequence[tuple[float, float]]]], *, along: str = "", up: str = ""
) -> Options:
    """Draw lines over numbers."""
    return {
        **_frame(),
        "color": list(palette.SERIES),
        "grid": {"left": 8, "right": 20, "top": 34, "bottom": 22 if along else 6,
                 "containLabel": True},
        "legend": _legend(len(series)),
        "tooltip": {"trigger": "axis", ":valueFormatter": SHORT},
        "xAxis": {**_value_axis(SHORT), "name": along, "nameLocation": "middle", "nameGap": 26,
                  "scale": True, "splitLine": {"show": False}},
        "yAxis": {**_value_axis(), "name": up, "scale": True},
        "series": [
            {"type": "line", "name": title, "data": [list(point) for point in points],
             "showSymbol": len(points) < 30, "lineStyle": {"width": 2}}
            for title, points in series
        ],
    }  # fmt: skip


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
    rough = (high - low) / 5
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * n for n in (1, 2, 2.5, 5, 10) if unit * n >= rough * 0.999)
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step, step


def _fixed_axis(low: float, high: float, step: float) -> Options:
    """Give an axis from end to end, with figures after the mark where its steps need them."""
    millions = 1e6 if max(abs(low), abs(high)) >= 1e6 else 1.0
    digits = next((n for n in range(6) if abs(round(step / millions, n) - step / millions)
                   < 1e-9 * step / millions), 6)  # fmt: skip
    axis = _value_axis(f"value => jvopt.short(value, {digits})")
    return {**axis, "min": low, "max": high, "interval": step}


def _frame() -> Options:
    return {
        "textStyle": {"fontFamily": _FONT, "color": palette.INK},
        "animationDuration": 250,
        "aria": {"enabled": True},
    }


def _value_axis(form: str = SHORT) -> Options:
    return {
        "type": "value",
        "axisLabel": {"color": palette.QUIET, "fontSize": 11, ":formatter": form},
        "splitLine": {"lineStyle": {"color": palette.LINE}},
        "splitNumber": 4,
    }


def _legend(count: int) -> Options:
    return {
        "show": count > 1, "top": 0, "left": 0, "itemWidth": 12, "itemHeight": 8, "itemGap": 14,
        "textStyle": {"color": palette.INK, "fontSize": 11.5}, "type": "scroll", "icon": "rect",
    }  # fmt: skip


def _plain(values: Sequence[float]) -> list[float | None]:
    return [float(v) if np.isfinite(v) else None for v in values]
