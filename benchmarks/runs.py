"""Runs of jvopt and its peers on instances, each in a process of its own, kept as they come."""

from __future__ import annotations

import multiprocessing
import os
import resource
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

import jvopt
from benchmarks.peers import PEERS, Answer, Track, solve, stopwatch
from benchmarks.published import Location, TwoStage, load
from jvopt.solve.search import Progress

OUT = Path(__file__).parent / "out"
QUICK_SECONDS = 10.0
"""Time limit of every run in a quick look."""
WAYS = {"us": "jvopt", **PEERS}
"""The ways to solve, by the name that they have in tables."""


@dataclass(frozen=True)
class Options:
    """What was asked on the command line.

    `instances` are names or paths, none meaning all of the benchmark; `ways` are those of `WAYS`,
    none meaning all that the benchmark runs.
    """

    instances: list[str] = field(default_factory=list)
    ways: list[str] = field(default_factory=list)
    fresh: bool = False
    quick: bool = False

    @property
    def out(self) -> Path:
        """Where tables go: a quick look never mixes with the full runs."""
        return OUT / "quick" if self.quick else OUT


@dataclass(frozen=True)
class Run:
    """One run: what is solved, how, and within what limits.

    `turn` counts runs of the same kind; `best_of` solves as often in the same process and keeps the
    quickest, for instances that take hundredths of a second.
    """

    family: str
    instance: str
    way: str
    turn: int
    time_limit: float
    wanted_gap: float
    best_of: int = 1

    @property
    def key(self) -> tuple[object, ...]:
        """What tells it from other runs."""
        return (self.instance, self.way, self.turn, self.time_limit, self.wanted_gap)


def us(problem: Location | TwoStage, *, time_limit: float, gap: float, seed: int = 0) -> Answer:
    """Let jvopt solve a problem, entered through its tables."""
    clock = stopwatch()
    case = problem.case
    entered = clock()
    track: Track = []

    def note(progress: Progress) -> None:
        if progress.best is not None or progress.bound is not None:
            track.append((entered + progress.seconds, progress.best, progress.bound))

    plan = jvopt.optimize(
        case, time_limit=time_limit, gap=gap, compare=False, progress=note, seed=seed
    )
    whole = clock()
    searched = track[-1][0] if track else whole
    if not plan.found:
        return Answer(searched, whole, np.nan, np.nan, track)
    return Answer(searched, whole, plan.objective, plan.bound, track)


def do_all(runs: list[Run], options: Options, name: str) -> pd.DataFrame:
    """Do the runs that are not done yet, a line for each.

    Gives the rows of all runs of these families and limits, those done another time too.
    """
    path = options.out / f"{name}_runs.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = pd.DataFrame(columns=list(asdict(runs[0])))
    if path.exists():
        rows = pd.read_csv(path, dtype={"remark": str}).fillna({"remark": ""})
    keys = [_key(row) for _, row in rows.iterrows()]
    wanted = {run.key for run in runs}
    if options.fresh:
        rows = rows[[key not in wanted for key in keys]]
        rows.to_csv(path, index=False)
        keys = [key for key in keys if key not in wanted]
    for number, run in enumerate(runs, 1):
        at = (
            f"[{number}/{len(runs)}] {run.instance}, {WAYS[run.way]}, {run.time_limit:g} s at most:"
        )
        if run.key in keys:
            print(at, "done before", flush=True)
            continue
        print(at, end=" ", flush=True)
        row, track = _in_own_process(run)
        _keep_track(run, track, options.out)
        rows = pd.concat([rows, pd.DataFrame([row])], ignore_index=True)
        rows.to_csv(path, index=False)
        print(_line(row), flush=True)
    kinds = {(run.family, run.time_limit, run.wanted_gap) for run in runs}
    kind = zip(rows["family"], rows["time_limit"], rows["wanted_gap"], strict=True)
    return rows[[each in kinds for each in kind]].reset_index(drop=True)


def track_path(out: Path, instance: str, way: str, turn: int) -> Path:
    """Where best and bound over time of a run are kept."""
    return out / "tracks" / f"{instance}_{way}_{turn}.csv"


def name_of(instance: str) -> str:
    """Give the short name of an instance: a path without folders and endings."""
    path, _, capacity = instance.partition(":")
    stem = Path(path).name.partition(".")[0]
    return f"{stem}-{capacity}" if capacity else stem


def _key(row: pd.Series) -> tuple[object, ...]:
    return tuple(row[["instance", "way", "turn", "time_limit", "wanted_gap"]])


def _in_own_process(run: Run) -> tuple[dict[str, object], Track]:
    """Run in a fresh process, so that memory is given back and its peak is that of this run."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        try:
            return pool.submit(_solve, run).result()
        except BrokenProcessPool:
            return {**asdict(run), "remark": "the process died: out of memory?"}, []


def _solve(run: Run) -> tuple[dict[str, object], Track]:
    # Solvers greet on standard output, where the line of this run stands.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    problem, best_known = load(run.instance)
    _once(run, tiny(type(problem)))  # imports and first calls are not what is measured
    try:
        answers = [_once(run, problem) for _ in range(run.best_of)]
    except Exception as error:
        return {**asdict(run), "remark": f"{type(error).__name__}: {error}"}, []
    answer = min(answers, key=lambda answer: answer.seconds)
    return {
        **asdict(run),
        "seconds": answer.seconds,
        "whole_seconds": answer.whole,
        "objective": answer.objective,
        "bound": answer.bound,
        "gap": answer.gap,
        "over_best_known": answer.objective / best_known - 1,
        "peak_mb": _peak_mb(),
        "remark": "",
    }, answer.track


def _once(run: Run, problem: Location | TwoStage) -> Answer:
    if run.way == "us":
        return us(problem, time_limit=run.time_limit, gap=run.wanted_gap, seed=run.turn)
    return solve(run.way, problem, time_limit=run.time_limit, gap=run.wanted_gap)


def tiny(kind: type[Location] | type[TwoStage]) -> Location | TwoStage:
    """Give a small instance of a kind, the same each time."""
    random = np.random.default_rng(1)

    def whole(low: int, high: int, *shape: int) -> np.ndarray:
        return random.integers(low, high, shape).astype(float)

    if kind is Location:
        demand = whole(5, 20, 6)
        cost = whole(2, 30, 4, 6) * demand
        return Location("tiny", whole(40, 60, 4), whole(300, 900, 4), demand, cost)
    return TwoStage(
        "tiny",
        whole(60, 90, 2, 2),
        whole(500, 900, 2),
        whole(30, 60, 3, 2),
        whole(100, 400, 3),
        whole(5, 15, 4, 2),
        whole(1, 9, 2, 2, 3),
        whole(1, 9, 2, 3, 4),
    )


def _peak_mb() -> float:
    """Peak of this process, or of a solver's own process where that was larger."""
    status = Path("/proc/self/status")
    # getrusage counts what the parent held when it started this process; this mark does not.
    if status.exists():
        line = next(row for row in status.read_text().splitlines() if row.startswith("VmHWM"))
        own = float(line.split()[1])
    else:
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024


def _keep_track(run: Run, track: Track, out: Path) -> None:
    path = track_path(out, name_of(run.instance), run.way, run.turn)
    path.parent.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(track, columns=["seconds", "best", "bound"]).to_csv(path, index=False)


def _line(row: dict[str, object]) -> str:
    if row["remark"]:
        return str(row["remark"])
    found = "no plan"
    if np.isfinite(row["objective"]):
        found = f"plan {row['objective']:,.0f}, bound {row['bound']:,.0f}, gap {row['gap']:.4%}"
    if np.isfinite(row["over_best_known"]):
        found += f", {row['over_best_known']:+.4%} to the best known"
    return f"{row['seconds']:.2f} s, {found}, {row['peak_mb']:.0f} MB"
