"""A point that a search has found, put into the variables of its model."""

from __future__ import annotations

import math
import time

import numpy as np

from jvopt.models import Built
from jvopt.models.sparse import Floats
from jvopt.solve.flows import Tables
from jvopt.solve.handover import Matrix
from jvopt.solve.prices import prices
from jvopt.solve.search import Found, Stop, polish

NO_PRICES = "Rounding whole numbers left no exact plan; prices are not available."
NO_TIME = "The search was stopped: its plan is kept, and prices are not available."
STOPPED_SECONDS = 5.0
"""Most that today's network, and then the prices, may take once the search was told to stop: who
told it waits, and a service ends a process that says nothing for a while."""
LATE_SECONDS = 60.0
"""Most that the prices may take once the time limit of the search is over."""


def load(
    built: Built,
    matrix: Matrix,
    found: Found,
    tables: Tables,
    remarks: list[str],
    stop: Stop | None,
) -> None:
    """Put the plan into the variables: whole numbers exact, flows and prices of the LP left."""
    assert found.x is not None
    switch = np.concatenate([built.is_switch(family) for family in built.rows])
    stopped = found.termination == "interrupted"
    seconds = math.inf
    if stopped or found.termination == "time_limit":
        seconds = STOPPED_SECONDS if stopped else LATE_SECONDS
    began = time.monotonic()
    # Once it was told to stop it would do so at once.
    polished = polish(matrix, found.x, switch, time_limit=seconds, stop=None if stopped else stop)
    if polished is None:
        late = stopped or (stop is not None and stop()) or time.monotonic() - began >= seconds
        remarks.append(NO_TIME if late else NO_PRICES)
        put(built, matrix, np.where(matrix.whole, np.round(found.x), found.x))
        return
    x, dual = polished
    put(built, matrix, x)
    tables["prices"] = prices(built, dual, matrix.first_row)


def put(built: Built, matrix: Matrix, x: Floats) -> None:
    """Put a point into the variables."""
    for name, columns in built.problem.v.families().items():
        at = matrix.first_column[name]
        columns.x = x[at : at + len(columns)]
