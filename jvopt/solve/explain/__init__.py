"""Why a case is impossible: the cells in conflict, and the least change that makes it possible."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from jvopt.core.analyses.explain import SECONDS
from jvopt.core.case import Case
from jvopt.core.explained import sentence
from jvopt.core.phrases import PLAIN
from jvopt.core.plan_tables import PLAN_TABLES
from jvopt.models.sparse import Ints
from jvopt.solve.explain.change import Change, find_change
from jvopt.solve.explain.conflict import find_conflict
from jvopt.solve.explain.program import Program, program_of
from jvopt.solve.search import Stop

SHARE_FOR_CHANGE = 0.7
"""Share of them that the change may take."""

NOTHING_HELPS = (
    "No change of quantities, capacities, limits or decisions would give a plan: look at what can "
    "be bought and made, and at the lanes."
)
NO_CHANGE = "No change that gives a plan was found in the time."
NOT_LEAST = "A smaller change may give a plan as well: the time was too short to rule it out."
NO_CONFLICT = "The cells in conflict were not found in the time."
NOT_SMALLEST = "Fewer cells may be in conflict: the time was too short to try each of them."
REMARKS = (NOTHING_HELPS, NO_CHANGE, NOT_LEAST, NO_CONFLICT, NOT_SMALLEST)
"""What there may be to say of an explanation."""
UNFINISHED = {NO_CHANGE, NOT_LEAST, NO_CONFLICT, NOT_SMALLEST}
"""Those that more time might take away."""


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why a case is impossible.

    Attributes
    ----------
    case
        The case.
    possible
        Whether it has a plan after all; then there is nothing to explain.
    conflicts : DataFrame
        The plan table ``conflicts``: the cells that cannot all hold, though all but any one of them
        can, and the least change that makes a plan possible.
    mended : Case or None
        The case with that change, for which a plan has been found; None where there is none.
    remarks
        What else there is to say, as where time was too short.
    """

    case: Case
    possible: bool
    conflicts: pd.DataFrame
    mended: Case | None
    remarks: list[str]


def find_reasons(
    case: Case,
    *,
    time_limit: float = SECONDS,
    stop: Stop | None = None,
    told: Callable[[int], None] | None = None,
) -> Reasons:
    """Say why a case is impossible, and what would make it possible.

    Parameters
    ----------
    case
        The case, without errors other than that it is `plainly_impossible`; whether it is
        impossible is found out.
    time_limit
        Seconds for all of it.
    stop
        Asked now and then; True ends it, with what has been found so far.
    told
        Called with 1 when the change has been found, and the conflict is next.

    Returns
    -------
    Reasons
    """
    until = time.monotonic() + time_limit
    program = program_of(case)
    now = time.monotonic()
    answer = find_change(program, until=now + SHARE_FOR_CHANGE * (until - now), stop=stop)
    if answer.needless:
        return Reasons(case, True, _table(program, None, None), None, [])
    if told is not None:
        told(1)
    conflict = find_conflict(program, until=until, stop=stop)
    remarks = []
    if conflict is None:
        remarks.append(NO_CONFLICT)
    elif not conflict.cells.any():
        remarks.append(NOTHING_HELPS)
    elif not conflict.irreducible:
        remarks.append(NOT_SMALLEST)
    if answer.change is None:
        remarks += [] if NOTHING_HELPS in remarks else [NO_CHANGE]
    elif not answer.least:
        remarks.append(NOT_LEAST)
    cells = None if conflict is None else np.flatnonzero(conflict.cells)
    table = _table(program, cells, answer.change)
    mended = None if answer.change is None else answer.change.mended
    return Reasons(case, False, table, mended, remarks)


def _table(program: Program, conflict: Ints | None, change: Change | None) -> pd.DataFrame:
    """Make the plan table ``conflicts``."""
    cells = program.cells
    rows: list[dict[str, object]] = []
    if conflict is not None:
        rows += [_row(program, "conflict", cell, "", "") for cell in conflict]
    if change is not None:
        for cell, needed, period in zip(change.cells, change.needed, change.periods, strict=True):
            free = cells["column"].iloc[cell] == "decision"
            rows.append(_row(program, "change", cell, "free" if free else float(needed), period))
    columns = [column.name for column in PLAN_TABLES["conflicts"].columns]
    return pd.DataFrame(rows, columns=columns).astype({"value": object, "needed": object})


def _row(
    program: Program, part: str, cell: int, needed: str | float, period: str
) -> dict[str, object]:
    place = program.cells.iloc[cell]
    table, column, row = str(place["table"]), str(place["column"]), int(place["row"])
    stated = program.case.filled(table)[column].iloc[row]
    found: dict[str, object] = {
        "part": part,
        "table": table,
        "row": float(row + 1),
        "column": column,
        "period": period,
        "value": str(stated) if column == "decision" else float(stated),
        "needed": needed,
    }
    return found | {"text": PLAIN.show(sentence(program.case, found))}
