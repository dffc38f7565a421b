"""What less of something costs: the efficient frontier of cost against another measure."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import pandas as pd

from jvopt.analysis.frontier import Answers, Frontier
from jvopt.analysis.measures import claim_of, measured
from jvopt.analysis.options import options_checked
from jvopt.analysis.outcomes import no_plan
from jvopt.analysis.pieces import SAME, Piece
from jvopt.analysis.study import Advance, Study
from jvopt.core.case import Case
from jvopt.core.phrases import Amount, Percent, Phrase
from jvopt.core.report import Report
from jvopt.models.sparse import Floats
from jvopt.solve.blocks import Unsolved
from jvopt.solve.curves import Curve, Curves
from jvopt.solve.futures import Future
from jvopt.solve.search import Stop
from jvopt.solve.twofold import Decomposed, Interrupted, Whole

WORDS = {
    "co2": "CO2 goes from {most} to {least} t for {amount} {currency}; "
    "efficient plant sets: {count}.",
    "local_content": "Local content goes from {most} to {least} for {amount} {currency}; "
    "efficient plant sets: {count}.",
    "investment": "Investment goes from {most} to {least} for {amount} {currency}; "
    "efficient plant sets: {count}.",
    "plants": "Plants open at a time go from {most} to {least} for {amount} {currency}; "
    "efficient plant sets: {count}.",
}
"""What is said of a frontier, by measure."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked: a measure of a case, how finely, and how long the search may take."""

    case: Case
    measure: str
    claim: str
    tolerance: float
    seconds: float


@dataclass(frozen=True, slots=True)
class _Traced:
    """A frontier in units that people know, and its plant sets by curve."""

    pieces: list[Piece]
    opened: dict[int, tuple[tuple[str, ...], int]]
    scale: float
    finished: bool


@options_checked
def tradeoff(
    case: Case,
    *,
    measure: str = "co2",
    claim: str = "",
    tolerance: float = 0.01,
    time_limit: float | None = None,
    progress: Callable[[Advance], None] | None = None,
    stop: Stop | None = None,
) -> Report:
    """Give the efficient frontier of cost against another measure.

    It is exact but for the tolerance. The search ends after the time limit, with what is not
    proven by then marked.

    Parameters
    ----------
    case
        The case.
    measure
        ``co2`` in tonnes, ``local_content``, ``investment``, or ``plants``.
    claim
        The claim that local content is counted by; the first of the case where blank.
    tolerance
        How far below or beside the frontier a plan may lie, as a share of its range in cost and in
        the measure; 0 finds it exactly.
    time_limit
        Seconds for the search; the setting of the case where None.
    progress, stop
        See `jvopt.analysis.study.Study`.

    Returns
    -------
    Report
        Tables ``frontier``, ``plant_sets``, ``curve``; not complete where a stretch is not proven.

    Raises
    ------
    CaseError
        The case has errors, or local content cannot be counted.
    """
    claim = claim_of(case, claim) if measure == "local_content" else ""
    with Study(case, progress, stop) as study:
        seconds = float(case.setting("time_limit")) if time_limit is None else time_limit
        asked = _Asked(case, measure, claim, tolerance, seconds)
        traced = traced_out(study, asked)
    if not traced.pieces and study.stopped:
        return study.nothing(case, "tradeoff")
    if not traced.pieces:
        return no_plan(case, "tradeoff", "infeasible" if traced.finished else "time_limit")
    return _report(asked, traced)


def _searched(frontier: Frontier, answers: Callable[[], Answers], ended: Stop) -> bool:
    """Search a frontier to its end, or until the stop."""
    try:
        return frontier.search(answers(), ended)
    except Interrupted:
        return False


def traced_out(study: Study, asked: _Asked) -> _Traced:
    """Trace a frontier."""
    until = time.monotonic() + asked.seconds
    built, matrix, _ = study.prepared.model(asked.case)
    program = measured(built, matrix, asked.measure, asked.claim)
    # In units in which one of the measure weighs as much as one of cost.
    some = np.abs(program.weight[program.weight != 0])
    money = np.abs(program.matrix.cost[program.matrix.cost != 0])
    scale = float(np.median(money) / np.median(some)) if len(some) and len(money) else 1.0
    curves = Curves(program.matrix, program.sign * scale * program.weight)
    frontier = Frontier(asked.tolerance, study.reached)

    def ended() -> bool:
        return study.asked() or time.monotonic() > until

    finished = None
    with suppress(Unsolved):
        finished = _searched(frontier, lambda: Decomposed(curves, ended), ended)
    if finished is None:
        frontier = Frontier(asked.tolerance, study.reached)
        try:
            finished = _searched(frontier, lambda: Whole(curves), ended)
        except Unsolved:  # rounding left decisions without flows: what was traced stands
            finished = False
    future = Future.of(built, matrix, asked.case)
    names = dict(zip(asked.case["lines"]["line"], asked.case["lines"]["site"], strict=True))
    opened = {}
    for number in {p.curve for p in frontier.pieces}:
        decided = _spread(curves, frontier.curves[number])
        lines = {
            k[1] for k, at in future.first.items() if k[0] == "line_open" and decided[at] > 0.5
        }
        opened[number] = tuple(sorted({names[line] for line in lines})), len(lines)
    return _Traced(frontier.pieces, opened, program.sign * scale, finished)


def _spread(curves: Curves, curve: Curve) -> Floats:
    decided = np.zeros(curves.matrix.columns)
    decided[curves.split.columns] = curve.decisions
    return decided


def _report(asked: _Asked, traced: _Traced) -> Report:
    case = asked.case
    frame = _frontier(case, traced)
    sets = frame[["plant_set"]].drop_duplicates()
    told = {n: traced.opened[n] for n in sets["plant_set"]}
    number = {n: k for k, n in enumerate(told, 1)}
    frame["plant_set"] = frame["plant_set"].map(number)
    spans = frame.groupby("plant_set").agg(
        objective_from=("objective_from", "min"), objective_to=("objective_to", "max")
    )
    plant_sets = pd.DataFrame(
        [(number[n], ", ".join(sites), lines) for n, (sites, lines) in told.items()],
        columns=["plant_set", "open", "lines_open"],
    ).join(spans, on="plant_set")
    ends = [frame[[f"measure_{e}", f"objective_{e}"]].set_axis(["measure", "objective"], axis=1)
            for e in ("from", "to")]  # fmt: skip
    curve = pd.concat(ends).sort_index(kind="stable").drop_duplicates()
    proven = traced.finished and (frame["proven"] == "proven").all()
    return Report(
        case, "tradeoff", {"frontier": frame, "plant_sets": plant_sets, "curve": curve},
        _findings(asked, frame, len(plant_sets)), complete=bool(proven),
    )  # fmt: skip


def _frontier(case: Case, traced: _Traced) -> pd.DataFrame:
    """List the efficient part of every piece, the cheapest first.

    Of a flat piece that is its lower end alone, and nothing where a segment comes in there.
    """
    sign, scale, rows = case.sign, traced.scale, []
    pieces = traced.pieces
    for n in reversed(range(len(pieces))):
        piece = pieces[n]
        proven = "proven" if piece.proven else "open"
        before = pieces[n - 1].cost_high if n else np.inf
        meets = abs(before - piece.cost_low) <= SAME * max(1.0, abs(piece.cost_low))
        if piece.cost_low > piece.cost_high:
            after = pieces[n + 1].cost_low
            jumps = piece.cost_high - after > SAME * max(1.0, abs(after))
            level = meets and pieces[n - 1].cost_low == before
            ends = tuple("excluded" if bad else "efficient" for bad in (jumps, level))
            rows.append(
                ("segment", sign * piece.cost_high, sign * piece.cost_low, piece.high / scale,
                 piece.low / scale, proven, piece.curve, *ends)
            )  # fmt: skip
            continue
        if not meets:
            rows.append(
                ("point", sign * piece.cost_low, sign * piece.cost_low, piece.low / scale,
                 piece.low / scale, proven, piece.curve, "efficient", "efficient")
            )  # fmt: skip
    frame = pd.DataFrame(
        rows,
        columns=["kind", "objective_from", "objective_to", "measure_from", "measure_to", "proven",
                 "plant_set", "end_from", "end_to"],
    )  # fmt: skip
    length = (frame["measure_from"] - frame["measure_to"]).abs()
    rise = (frame["objective_to"] - frame["objective_from"]).abs()
    frame["price"] = rise / length.where(length > 0)
    frame["step"] = np.arange(1, len(frame) + 1)
    return frame


def _findings(asked: _Asked, frame: pd.DataFrame, sets: int) -> list[Phrase]:
    case, measure = asked.case, asked.measure
    first, last = frame.iloc[0], frame.iloc[-1]
    fields = {
        "most": Amount(float(first["measure_from"])),
        "least": Amount(float(last["measure_to"])),
        "amount": Amount(abs(float(last["objective_to"] - first["objective_from"]))),
        "currency": str(case.setting("base_currency")),
        "count": sets,
    }
    if measure == "local_content":
        fields |= {
            "most": Percent(float(first["measure_from"])),
            "least": Percent(float(last["measure_to"])),
        }
    found = [Phrase(WORDS[measure], **fields)]
    if asked.tolerance > 0:
        found.append(
            Phrase(
                "No plan lies below or beside the proven frontier by more than {share} of its "
                "range.",
                share=Percent(asked.tolerance),
            )
        )
    open_ = int((frame["proven"] == "open").sum())
    if open_:
        found.append(
            Phrase(
                "{count} points and segments are not proven: better plans may exist there.",
                count=open_,
            )
        )
    return found
