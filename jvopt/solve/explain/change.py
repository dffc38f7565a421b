r"""The least change: how far which cells have to move for a case to have a plan.

The change of least cost :math:`\sum_k p_k\,(u_k + d_k)` (`jvopt.solve.explain.program`), where the
price of a move is 1 over what the cell says, so that moves count by their share of it; demand
counts ten times as much. That is the elastic program of Brown and Graves [1]_, over cells. Its
numbers are then rounded away from what the cells say, to figures that a planner would type, and the
changed case is built and searched afresh: what is suggested has been tried.

.. [1] G. Brown and G. Graves, "Elastic programming: a new approach to large-scale mixed integer
   optimization", ORSA/TIMS meeting, Las Vegas 1975.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from jvopt.core.case import Case
from jvopt.core.checks import check
from jvopt.core.issues import errors
from jvopt.models import build
from jvopt.models.limits import LimitRows
from jvopt.models.sparse import Floats, Ints
from jvopt.solve.explain.program import PRICE_OF_DECISION, Program
from jvopt.solve.handover import Matrix, stack
from jvopt.solve.search import Found, Stop, search

GAP = 1e-6
"""Relative gap at which a change is least."""
SHARE_OF_TIME = 0.7
"""Share of the time that the search for the least change may take; the rest is for trying it."""
LITTLE = 1e-6
"""A change that costs no more may be none, and units up to which nothing flows or is short."""
NOISE = 1e-7
"""Relative distance below which a number is as good as a round one beside it; a change by no more
units is none."""
ROUNDINGS = (1e-3, 1e-6)
"""How far a number may be moved on to be a round one, relatively; the first that works is taken."""
WHOLE = 0.05
"""The same for a number to be whole, where the cell says a whole one now."""
WIDER = (1e-6, 1e-3, 1e-2, 0.1)
"""How much further numbers are moved where rounding alone did not help, relatively."""


@dataclass(frozen=True, slots=True)
class Change:
    """Cells that have to move, and to what.

    Attributes
    ----------
    cells : ndarray of int
        Which of the program's.
    needed : ndarray
        What they would have to say; NaN for a decision, which is to be free.
    periods : list of str
        The periods in which each is too tight, joined by commas; "" for all that it stands for.
    mended
        The case with the change, which has a plan.
    """

    cells: Ints
    needed: Floats
    periods: list[str]
    mended: Case


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of the search for a change.

    Attributes
    ----------
    change
        None where there is none, or none was needed.
    needless
        Whether the case has a plan as it is.
    least
        Whether the change is proven least, before rounding.
    """

    change: Change | None
    needless: bool = False
    least: bool = False


def find_change(program: Program, *, until: float, stop: Stop | None = None) -> Answer:
    """Find the least change of cells that lets a case have a plan, and try it.

    Parameters
    ----------
    program
        The program of the case.
    until
        When to end, on the clock `time.monotonic`.
    stop
        Asked now and then; True ends it like the clock.
    """
    found, least = _least_moves(program, until, stop)
    if found.x is None:
        return Answer(None)
    if found.objective <= LITTLE and has_plan(program.case, until - time.monotonic(), stop):
        return Answer(None, needless=True)
    moved = np.flatnonzero(program.moved(found.x))
    stated = program.cells["value"].to_numpy()[moved]
    exact = _needed(program, found.x)[moved]
    for needed in _typed(stated, exact):
        mended = changed(program.case, program.cells.iloc[moved], needed)
        left = until - time.monotonic()
        if left <= 0 or (stop is not None and stop()):
            break
        if has_plan(mended, left, stop):
            told = ~(np.abs(needed - stated) <= NOISE)  # the rest is the solver's noise
            if not told.any():
                return Answer(None, needless=True)
            cells = moved[told]
            periods = _periods(program, found.x, cells)
            return Answer(Change(cells, needed[told], periods, mended), least=least)
    return Answer(None)


def _least_moves(program: Program, until: float, stop: Stop | None) -> tuple[Found, bool]:
    """Find the cheapest moves, and say whether they are proven so.

    Numbers alone are tried first: moves of less than the price of a free decision need none, and
    with all decisions open to question the program is far larger.
    """

    def cheapest(matrix: Matrix) -> Found:
        seconds = (until - time.monotonic()) * SHARE_OF_TIME
        return search(matrix, gap=GAP, time_limit=seconds, stop=stop)

    numbers = (program.cells["column"] != "decision").to_numpy()
    found = cheapest(program.with_moves(numbers))
    proven = found.termination in ("optimal", "gap_limit")
    if found.x is not None and found.objective <= PRICE_OF_DECISION:
        return found, proven
    other = cheapest(program.matrix)
    proven = other.termination in ("optimal", "gap_limit")
    if other.x is None or (found.x is not None and found.objective <= other.objective):
        return found, proven
    return other, proven


def changed(case: Case, cells: pd.DataFrame, needed: Floats) -> Case:
    """Give a case with other numbers in some cells; NaN sets a decision to free."""
    tables: dict[str, pd.DataFrame] = {}
    places = zip(cells["table"], cells["column"], cells["row"], needed, strict=True)
    for table, column, row, number in places:
        frame = tables.setdefault(table, case[table].copy())
        frame.loc[row, column] = "free" if np.isnan(number) else number
    return case.replace(**tables)


def has_plan(case: Case, seconds: float, stop: Stop | None = None) -> bool:
    """Say whether a case is without errors, and a plan for it is found in time."""
    if errors(check(case)):
        return False
    matrix = stack(build(case).model)
    # Without costs: where they have no floor, HiGHS need not tell that from what is impossible.
    free = replace(matrix, cost=np.zeros(matrix.columns))
    return search(free, gap=1.0, time_limit=seconds, stop=stop).x is not None


def _needed(program: Program, x: Floats) -> Floats:
    """Give what each cell would have to say at a point; NaN for a decision."""
    cells, moves = program.cells, program.moves(x)
    needed = cells["value"].to_numpy() + moves
    keys = zip(cells["table"], cells["column"], cells["row"], strict=True)
    at = {key: n for n, key in enumerate(keys)}
    demand = program.case["demand"]["quantity"].to_numpy()
    for (table, column, row), n in at.items():
        if (table, column) == ("demand", "least_share") and moves[n]:
            # It moves as a share of what was wanted, of which there may be less now.
            wanted = demand[row] + moves[at["demand", "quantity", row]]
            needed[n] = cells["value"][n] + moves[n] * demand[row] / max(wanted, 1e-9)
    if program.shares is not None:
        for limit, share in _shares(program.shares, x, program.matrix.first_column).items():
            n = at["limits", "value", limit]
            needed[n] = share if moves[n] else needed[n]
    return np.where(cells["column"] == "decision", np.nan, np.maximum(needed, 0.0))


def _shares(rows: LimitRows, x: Floats, first_column: dict[str, int]) -> dict[int, float]:
    """Give the share that each limit on a source would have to allow, for all its groups."""
    part, whole = (
        terms.sums(len(rows), lambda columns: x[first_column[columns.name] :])
        for terms in (rows.reached, rows.whole)
    )
    share = np.divide(part, whole, out=np.zeros(len(part)), where=whole > LITTLE)
    frame = rows.index.frame.assign(share=share)[whole > LITTLE]
    by_limit = frame.groupby("limit")
    ends = by_limit["share"].agg(["min", "max"]).assign(most=by_limit["most"].first())
    worst = np.where(ends["most"], ends["max"], ends["min"])
    return dict(zip(ends.index.tolist(), worst.tolist(), strict=True))


def _typed(value: Floats, exact: Floats) -> Iterator[Floats]:
    """Give what the cells could say, as a planner would type it: the roundest first."""
    up = exact > value
    for slack in ROUNDINGS:
        whole = WHOLE if slack == ROUNDINGS[0] else 0.0
        yield np.array(
            [
                rounded(number, slack, whole if now == np.round(now) else 0.0, up=rises)
                for number, now, rises in zip(exact, value, up, strict=True)
            ]
        )
    for slack in WIDER:
        further = slack * np.maximum(np.abs(exact), 1.0) * np.where(up, 1.0, -1.0)
        yield np.maximum(exact + further, 0.0)


def rounded(number: float, slack: float, whole: float = 0.0, *, up: bool) -> float:
    """Round a number up or down to the roundest within reach.

    Parameters
    ----------
    number
        What to round; NaN stays NaN.
    slack
        How far it may move, relatively.
    whole
        How far it may move to be whole at least.
    up
        Whether it may only grow, or only fall.
    """
    if np.isnan(number) or number == 0:
        return number
    for power in range(int(np.floor(np.log10(abs(number)))) + 1, -13, -1):
        step = 10.0**power
        steps = number / step
        near = NOISE * abs(steps)
        steps = np.ceil(steps - near) if up else np.floor(steps + near)
        # Powers below 1 do not divide evenly in binary.
        found = float(steps * step if power >= 0 else steps / 10.0**-power)
        reach = max(slack, whole) if power == 0 else slack
        if abs(found - number) <= max(reach, NOISE) * abs(number):
            return found
    return number


def _periods(program: Program, x: Floats, moved: Ints) -> list[str]:
    """Name the periods in which cells are too tight as they are, where others are not."""
    matrix, behind = program.matrix, program.behind
    held = x.copy()
    for way in ("up", "down"):
        column = program.cells[way].to_numpy()
        held[column[column >= 0]] = 0.0
    activity = matrix.activity(held)
    row = behind["row"].to_numpy()
    short = np.maximum(matrix.row_lower - activity, activity - matrix.row_upper)[row]
    broken = behind[(short > LITTLE) & (behind["period"] >= 0).to_numpy()]
    names = program.built.problem.net.time.names
    said = []
    for cell in moved:
        when = sorted(set(broken["period"][(broken["cell"] == cell).to_numpy()]))
        every = set(behind["period"][(behind["cell"] == cell).to_numpy()])
        all_the_same = program.cells["column"].iloc[cell] == "decision" or set(when) == every
        said.append("" if all_the_same else ", ".join(names[t] for t in when))
    return said
