"""Pictures of the tables, for the documentation.

Each is drawn from what stands in ``out/``; one whose tables are not there is left out.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.location import LARGE_GAP
from benchmarks.published import FOLDER, names
from benchmarks.runs import WAYS, Options, track_path

IMAGES = Path(__file__).parents[1] / "docs" / "images"
OURS, GREY, INK = "#0072b2", "#8a8a8a", "#333333"
COLOURS = {"us": OURS, "highs_alone": "#d55e00", "scip": "#009e73"}
"""Okabe and Ito's, which colour-blind readers can tell apart; all others are grey."""
LEAST_GAP = 1e-6
"""Gaps below this are drawn here: zero has no place on a logarithmic scale."""

Picture = Callable[[Path], Figure | None]


def run(options: Options) -> pd.DataFrame:
    """Draw all; give the files and whether there was something to draw."""
    images = options.out / "images" if options.quick else IMAGES
    images.mkdir(parents=True, exist_ok=True)
    pictures: dict[str, Picture] = {
        "benchmark-small": small,
        "benchmark-handover": handover,
        "benchmark-gap-large": lambda out: gaps(out, names("large"), "location_large"),
        "benchmark-gap-mauri": lambda out: gaps(out, names("mauri"), "two_stage"),
        "benchmark-scaling": scaling,
    }
    rows = []
    with mpl.rc_context(
        {
            "font.size": 9,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.edgecolor": GREY,
            "axes.titlesize": 9,
            "axes.titlelocation": "left",
            "text.color": INK,
            "svg.fonttype": "none",
            "svg.hashsalt": "jvopt",
        }
    ):
        for name, picture in pictures.items():
            figure = picture(options.out)
            rows.append({"picture": name, "drawn": figure is not None})
            if figure is not None:
                figure.savefig(images / f"{name}.svg", metadata={"Date": None})
                plt.close(figure)
    return pd.DataFrame(rows)


def small(out: Path) -> Figure | None:
    """Total seconds for the small location problems, as multiples of the best peer's."""
    table = _read(out / "location_small.csv")
    if table is None or "us" not in set(table["way"]) or len(table) < 2:
        return None
    table = table.sort_values("times_best_peer", ascending=False)
    figure, axes = plt.subplots(figsize=(7, 0.6 + 0.36 * len(table)), layout="constrained")
    labels = [
        f"{row.times_best_peer:.2g}   ({row.seconds:.2g} s)"
        + (f", {row.proven} of {row.instances} proven" if row.proven < row.instances else "")
        for row in table.itertuples()
    ]
    _bars(axes, [WAYS[way] for way in table["way"]], table["times_best_peer"], labels)
    axes.axvline(1, color=GREY, linewidth=0.8, linestyle=":", zorder=0)
    count = int(table["instances"].max())
    axes.set_title(
        f"{count} problems of OR-Library (cap41 to cap134) to the proven optimum:\n"
        "seconds in all, as multiples of the best peer's"
    )
    return figure


def handover(out: Path) -> Figure | None:
    """Building a model and handing it over, as multiples of our way."""
    table = _read(out / "handover.csv")
    if table is None:
        return None
    sizes = sorted(table["flows"].unique())
    ways = table["way"].unique()
    figure, panels = plt.subplots(
        1, len(sizes), figsize=(7, 0.7 + 0.36 * len(ways)), sharey=True, layout="constrained",
        squeeze=False,
    )  # fmt: skip
    for axes, size in zip(panels[0], sizes, strict=True):
        seconds = table[table["flows"] == size].set_index("way")["seconds"].reindex(ways[::-1])
        ratio = seconds / seconds[ways[0]]
        labels = [
            "" if np.isnan(s) else f"{r:.3g}   ({s:.2g} s)"
            for r, s in zip(ratio, seconds, strict=True)
        ]
        _bars(axes, list(seconds.index), ratio, labels, mine=ways[0])
        axes.set_title(f"{size:,} flows")
    figure.suptitle(
        f"Model and hand-over to HiGHS, as multiples of {ways[0]}", x=0.01, ha="left", fontsize=9
    )
    return figure


def gaps(out: Path, instances: list[str], table_name: str) -> Figure | None:
    """Proven gap over time by instance, for each way; what others reached as a mark."""
    table = _read(out / f"{table_name}.csv")
    if table is None:
        return None
    instances = [name for name in instances if name in set(table["instance"])]
    if not instances:
        return None
    across = min(4, len(instances))
    down = -(-len(instances) // across)
    figure, panels = plt.subplots(
        down, across, figsize=(9, 0.8 + 1.9 * down), sharex=True, sharey=True,
        layout="constrained", squeeze=False,
    )  # fmt: skip
    limit = float(table["time_limit"].max())
    best = pd.read_csv(FOLDER / "best.csv", index_col="instance")
    for axes, name in zip(panels.flat, instances, strict=False):
        _gap_panel(axes, out, table[table["instance"] == name], limit)
        value, bound = best.loc[name, ["commercial_3600s_value", "commercial_3600s_bound"]]
        if np.isfinite(value):
            axes.plot(limit, max(1 - bound / value, LEAST_GAP), "D", color=INK, markersize=5,
                      clip_on=False)  # fmt: skip
        axes.axhline(LARGE_GAP, color=GREY, linewidth=0.8, linestyle=":")
        axes.set_title(name)
        axes.set_yscale("log")
        axes.set_ylim(LEAST_GAP, 1)
        axes.set_xlim(0, limit)
        axes.set_yticks([1e-6, 1e-4, 1e-2, 1], ["≤ 0.0001 %", "0.01 %", "1 %", "100 %"])
        axes.minorticks_off()
    for axes in panels.flat[len(instances) :]:
        axes.set_visible(False)
    for axes in panels[-1]:
        axes.set_xlabel("seconds")
    _legend(figure, list(table["way"].unique()), best.loc[instances])
    return figure


def _gap_panel(axes: Axes, out: Path, runs: pd.DataFrame, limit: float) -> None:
    for row in runs.itertuples():
        turn = getattr(row, "turn", 1)
        track = pd.read_csv(track_path(out, row.instance, row.way, turn)).ffill().dropna()
        if track.empty:
            continue
        gap = ((track["best"] - track["bound"]) / track["best"].abs()).clip(LEAST_GAP, 1)
        seconds, gap = track["seconds"].tolist(), gap.tolist()
        done = gap[-1] <= LARGE_GAP
        if not done:
            seconds, gap = [*seconds, limit], [*gap, gap[-1]]
        colour = COLOURS.get(row.way, GREY)
        axes.step(seconds, gap, where="post", color=colour, linewidth=1.4)
        if done:
            axes.plot(seconds[-1], gap[-1], "o", color=colour, markersize=4, clip_on=False)


def _legend(figure: Figure, ways: list[str], best: pd.DataFrame) -> None:
    """Name the lines above the panels, in their own colours."""
    handles = [plt.Line2D([], [], color=COLOURS.get(way, GREY), label=WAYS[way]) for way in ways]
    handles.append(
        plt.Line2D(
            [], [], color=INK, marker="o", markersize=4, linestyle="", label="proven to 0.01 %"
        )
    )
    if best["commercial_3600s_value"].notna().any():
        handles.append(
            plt.Line2D([], [], color=INK, marker="D", markersize=5, linestyle="",
                       label="commercial solver after 3,600 s (Mauri et al.)")
        )  # fmt: skip
    figure.legend(
        handles=handles, loc="outside upper left", ncols=len(handles), frameon=False,
        title="Proven gap of the best plan over time", alignment="left",
    )  # fmt: skip


def scaling(out: Path) -> Figure | None:
    """How seconds grow with the number of potential flows, by phase."""
    table = _read(out / "scaling.csv")
    if table is None:
        return None
    table = table.sort_values("flows")
    phases = [name for name in table if name.startswith("seconds")]
    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    palette = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#333333"]
    ends = []
    for number, phase in enumerate(phases):
        line = table[["flows", phase]].dropna()
        if line.empty:
            continue
        colour = palette[number % len(palette)]
        axes.plot(line["flows"], line[phase], "o-", color=colour, markersize=4, linewidth=1.4)
        name = phase.removeprefix("seconds").strip("_").replace("_", " ") or "in all"
        ends.append((float(line[phase].iloc[-1]), name, colour))
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("potential flows")
    axes.set_title("Seconds by phase as the network grows")
    for at, (_, name, colour) in zip(_apart([end for end, *_ in ends], axes), ends, strict=True):
        axes.annotate(
            name, (1.01, at), xycoords=("axes fraction", "data"), color=colour, va="center"
        )
    return figure


def _apart(values: list[float], axes: Axes) -> list[float]:
    """Move values apart, so that labels of one line do not overlap on a logarithmic scale."""
    placed = np.log10(values)
    lowest, highest = np.log10(axes.get_ylim())
    order = np.argsort(placed)
    for before, after in itertools.pairwise(order):
        placed[after] = max(placed[after], placed[before] + 0.05 * (highest - lowest))
    return (10**placed).tolist()


def _bars(
    axes: Axes, names: list[str], values: pd.Series, labels: list[str], mine: str = WAYS["us"]
) -> None:
    """Draw bars with their names and values beside them, ours in colour."""
    at = range(len(names))
    axes.barh(at, values, color=[OURS if n == mine else "#c4c4c4" for n in names], height=0.7)
    axes.set_yticks(at, names)
    for position, value, label in zip(at, values, labels, strict=True):
        axes.annotate(
            label, (value if np.isfinite(value) else 0, position), (4, 0),
            textcoords="offset points", va="center",
        )  # fmt: skip
    axes.margins(x=0.5)
    axes.set_xlim(left=0)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(length=0)


def _read(path: Path) -> pd.DataFrame | None:
    return pd.read_csv(path) if path.exists() else None
