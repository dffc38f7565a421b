"""One run of HiGHS: limits, progress, a clean stop, and how it ended."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from jvopt.core.gaps import PROVEN
from jvopt.core.plan import State, Termination
from jvopt.models.sparse import Floats
from jvopt.solve.handover import Matrix, hand_over


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run stands.

    Attributes
    ----------
    phase
        checking, building, solving or writing.
    seconds
        Since the run began.
    best, bound, gap
        Objective of the best plan so far, the bound on any plan, and their relative distance;
        None while there is none.
    """

    phase: State
    seconds: float
    best: float | None = None
    bound: float | None = None
    gap: float | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a run of HiGHS found.

    Attributes
    ----------
    termination
        How it ended.
    x : ndarray or None
        The best plan, if there is one.
    objective, bound
        Of that plan, and on any plan, which there may be without a plan; NaN where there is none.
    """

    termination: Termination
    x: Floats | None
    objective: float
    bound: float


Watch = Callable[[float | None, float | None], None]
Stop = Callable[[], bool]

_ENDS: dict[Any, Termination] = {
    highspy.HighsModelStatus.kOptimal: "optimal",
    highspy.HighsModelStatus.kModelEmpty: "optimal",
    highspy.HighsModelStatus.kInfeasible: "infeasible",
    highspy.HighsModelStatus.kUnboundedOrInfeasible: "infeasible",
    highspy.HighsModelStatus.kUnbounded: "unbounded",
    highspy.HighsModelStatus.kTimeLimit: "time_limit",
    highspy.HighsModelStatus.kInterrupt: "interrupted",
}
_GAVE_UP = (
    highspy.HighsModelStatus.kUnknown,
    highspy.HighsModelStatus.kIterationLimit,
    highspy.HighsModelStatus.kMemoryLimit,
)
"""Ends with which a plan is as good as at the time limit."""


def search(
    matrix: Matrix,
    *,
    gap: float,
    time_limit: float,
    watch: Watch | None = None,
    stop: Stop | None = None,
    presolve: bool = True,
    start: Floats | None = None,
) -> Found:
    """Find the best point of a program.

    Parameters
    ----------
    matrix
        The program; least cost.
    gap
        Relative gap at which the search may end.
    time_limit
        Seconds.
    watch
        Called now and then with the best objective and the bound so far.
    stop
        Asked now and then; True ends the search and keeps the best plan.
    presolve
        Whether HiGHS may simplify the program first.
    start
        A plan that is known.

    Returns
    -------
    Found

    Raises
    ------
    RuntimeError
        HiGHS gave up without a plan, or refused the program.
    """
    highs, scale = hand_over(matrix)
    highs.setOptionValue("mip_rel_gap", gap)
    highs.setOptionValue("mip_abs_gap", 0.0 if gap == 0 else 1e-6)
    highs.setOptionValue("mip_feasibility_tolerance", 1e-7)
    highs.setOptionValue("time_limit", max(time_limit, 0.01))
    highs.setOptionValue("presolve", "choose" if presolve else "off")
    if start is not None:
        every = np.arange(matrix.columns, dtype=np.int32)
        highs.setSolution(matrix.columns, every, start)
    listen(highs, scale, watch, stop)
    highs.run()
    if highs.getModelStatus() == highspy.HighsModelStatus.kSolveError:
        # Seen once in thousands of small programs at gap 0; as they stand it solves them.
        highs.clearSolver()
        highs.setOptionValue("presolve", "off")
        highs.run()
    return _read(highs, matrix, scale)


def polish(
    matrix: Matrix,
    x: Floats,
    switch: NDArray[np.bool_],
    *,
    time_limit: float = math.inf,
    stop: Stop | None = None,
) -> tuple[Floats, Floats] | None:
    """Solve the linear program that is left when whole-number columns are held at a plan.

    Parameters
    ----------
    matrix, x
        The program and the plan.
    switch
        For each row whether it only shuts off what is closed. Where it is open the row is lifted:
        its bound is no capacity, and must not show in the prices.
    time_limit
        Seconds.
    stop
        Asked now and then; True ends it.

    Returns
    -------
    x, dual : ndarray
        Its solution and the price of each row; None where rounding leaves no solution, or it was
        cut off.
    """
    lower, upper = matrix.lower.copy(), matrix.upper.copy()
    lower[matrix.whole] = upper[matrix.whole] = np.round(x[matrix.whole])
    room = matrix.row_upper - matrix.activity(np.where(matrix.whole, lower, 0.0))
    row_upper = np.where(switch & (room > 0), np.inf, matrix.row_upper)
    held = replace(matrix, lower=lower, upper=upper, row_upper=row_upper)
    highs, scale = hand_over(held, whole=False)
    highs.setOptionValue("primal_feasibility_tolerance", 1e-9)
    highs.setOptionValue("time_limit", time_limit)
    listen(highs, scale, None, stop)
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    solution = highs.getSolution()
    found = np.clip(np.array(solution.col_value), lower, upper)
    return found, np.array(solution.row_dual) / scale


def listen(highs: highspy.Highs, scale: float, watch: Watch | None, stop: Stop | None) -> None:
    """Let a solver tell how far it is, and ask whether to end."""
    last = [0.0]

    def tell(event: Any) -> None:
        if watch is None:
            return
        now = time.monotonic()
        improved = event.callback_type == highspy.cb.HighsCallbackType.kCallbackMipImprovingSolution
        if improved or now - last[0] > 0.2:
            last[0] = now
            data = event.data_out
            best, bound = data.mip_primal_bound / scale, data.mip_dual_bound / scale
            watch(best if abs(best) < 1e30 else None, bound if abs(bound) < 1e30 else None)

    def ask(event: Any) -> None:
        # HiGHS keeps the last answer: say no as well as yes.
        event.data_in.user_interrupt = bool(stop and stop())

    for callback in (highs.cbMipLogging, highs.cbMipImprovingSolution):
        callback.subscribe(tell)
    for callback in (highs.cbMipInterrupt, highs.cbSimplexInterrupt, highs.cbIpmInterrupt):
        callback.subscribe(ask)


def _read(highs: highspy.Highs, matrix: Matrix, scale: float) -> Found:
    info, solution = highs.getInfo(), highs.getSolution()
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    status = highs.getModelStatus()
    ended = _ENDS.get(status, "time_limit")
    if status not in _ENDS and not (feasible and status in _GAVE_UP):
        raise RuntimeError(
            f"HiGHS gave up without a plan ({highs.modelStatusToString(status)}). Numbers of very "
            "different size make a case hard: choose units and currencies in which they are "
            "closer. A case may also be too large for the memory: then leave out goods, lanes or "
            "periods."
        )
    if ended in ("infeasible", "unbounded"):
        return Found(ended, None, np.nan, np.nan)
    is_mip = bool(matrix.whole.any())
    bound = info.mip_dual_bound / scale if is_mip and np.isfinite(info.mip_dual_bound) else np.nan
    if not (feasible or ended == "optimal"):
        return Found(ended, None, np.nan, bound)
    x = np.array(solution.col_value) if matrix.columns else np.zeros(0)
    objective = info.objective_function_value / scale
    if not is_mip and ended == "optimal":
        bound = objective
    if ended == "optimal" and abs(objective - bound) > PROVEN * max(1.0, abs(objective)):
        ended = "gap_limit"
    return Found(ended, x, objective, bound)
