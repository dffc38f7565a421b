"""From the arrays of a model to HiGHS: one sparse matrix, handed over at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from pyomo.core import ConcreteModel, Constraint, Objective, Var

from jvopt.models.sparse import Columns, Floats, Ints, Rows, Total

LARGEST_COST = 1e6
"""The objective is scaled down until no coefficient is larger, or the typical one reaches its size.

HiGHS holds reduced costs to be 0 within an absolute 1e-7, and loses its footing far above this.
"""
TYPICAL_COST = 1.0
"""Size of the median coefficient below which the objective is not scaled down, but up."""
HUGEST_COST = 1e15
"""No coefficient is scaled up beyond this; HiGHS takes 1e20 to be infinite."""

FEASIBLE = 1e-9
"""How far outside a bound HiGHS may be where a program is solved in parts."""
FLOWS_ALONE = {"presolve": "off", "dual_feasibility_tolerance": 1e-10,
               "primal_feasibility_tolerance": FEASIBLE}  # fmt: skip
"""Options for flows while decisions are held, solved again and again from the last basis."""
DECISIONS_ALONE = {"mip_rel_gap": 0.0, "mip_abs_gap": 0.0, "mip_heuristic_effort": 0.0,
                   "mip_allow_restart": False, "mip_feasibility_tolerance": 1e-8,
                   "primal_feasibility_tolerance": FEASIBLE}  # fmt: skip
"""Options for decisions, with what is known of the flows."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """A linear program with whole-number columns, as arrays.

    Attributes
    ----------
    cost, lower, upper, whole
        For each column.
    row_lower, row_upper
        For each row.
    start, index, value
        The matrix by rows: those of row i are ``start[i]:start[i + 1]``.
    constant
        Part of the objective that no column changes.
    first_column, first_row : dict
        Where each family starts, by the component's name.
    """

    cost: Floats
    lower: Floats
    upper: Floats
    whole: NDArray[np.bool_]
    row_lower: Floats
    row_upper: Floats
    start: Ints
    index: Ints
    value: Floats
    constant: float
    first_column: dict[str, int]
    first_row: dict[str, int]

    @property
    def columns(self) -> int:
        """Number of columns."""
        return len(self.cost)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.row_lower)

    def with_bounds(self, lower: Floats, upper: Floats) -> Matrix:
        """Give the same program with other bounds of its columns."""
        return replace(self, lower=lower, upper=upper)

    def with_columns(self, lower: Floats, upper: Floats, *, whole: bool) -> Matrix:
        """Give the same program with further columns, which cost nothing and are in no row yet."""
        count = len(lower)
        return replace(
            self,
            cost=np.append(self.cost, np.zeros(count)),
            lower=np.append(self.lower, lower),
            upper=np.append(self.upper, upper),
            whole=np.append(self.whole, np.full(count, whole)),
        )

    def with_rows(
        self, rows: Sequence[tuple[Ints, Floats]], lower: Floats, upper: Floats
    ) -> Matrix:
        """Give the same program with further rows, each as its columns and their values."""
        lengths = np.array([len(columns) for columns, _ in rows], np.int64)
        return replace(
            self,
            row_lower=np.append(self.row_lower, lower),
            row_upper=np.append(self.row_upper, upper),
            start=np.append(self.start, self.start[-1] + np.cumsum(lengths)),
            index=np.concatenate([self.index, *(columns for columns, _ in rows)]),
            value=np.concatenate([self.value, *(values for _, values in rows)]),
        )

    def activity(self, x: Floats) -> Floats:
        """Give the value of each row at a point."""
        row = np.repeat(np.arange(self.rows), np.diff(self.start))
        sums = np.zeros(self.rows)
        np.add.at(sums, row, self.value * x[self.index])
        return sums


def stack(model: ConcreteModel) -> Matrix:
    """Stack the families of a model into one matrix.

    Parameters
    ----------
    model
        A Pyomo model of `Columns`, `Rows` and one `Total`.
    """
    columns = list(model.component_objects(Var))
    rows = list(model.component_objects(Constraint))
    (total,) = model.component_objects(Objective)
    assert isinstance(total, Total)
    first_column = _starts(columns)
    first_row = _starts(rows)
    width = sum(map(len, columns))
    cost = np.zeros(width)
    for term in total.terms:
        np.add.at(cost, term.col + first_column[term.columns.name], term.coef)
    parts = [
        _compress(
            [(t.row, t.col + first_column[t.columns.name], t.coef) for t in r.terms], len(r), width
        )
        for r in rows
    ]
    length, index, value = _joined(parts)
    return Matrix(
        cost=cost,
        lower=_join([c.lower for c in columns]),
        upper=_join([c.upper for c in columns]),
        whole=_join([c.whole for c in columns]).astype(bool),
        row_lower=_join([r.lower for r in rows]),
        row_upper=_join([r.upper for r in rows]),
        start=np.concatenate([[0], np.cumsum(length)]),
        index=index,
        value=value,
        constant=total.constant,
        first_column=first_column,
        first_row=first_row,
    )


def hand_over(matrix: Matrix, *, whole: bool = True) -> tuple[highspy.Highs, float]:
    """Give HiGHS a program.

    Parameters
    ----------
    matrix
        The program.
    whole
        Whether whole-number columns must be whole.

    Returns
    -------
    highs
        Ready to run, silent.
    scale
        What the objective was multiplied by; a power of two.

    Raises
    ------
    RuntimeError
        HiGHS refused it.
    """
    scale = scale_of(matrix)
    highs = silent()
    # As arrays: attributes of a HighsLp are copied number by number.
    _accept(
        highs.passModel(
            matrix.columns,
            matrix.rows,
            len(matrix.value),
            int(highspy.MatrixFormat.kRowwise),
            int(highspy.ObjSense.kMinimize),
            matrix.constant * scale,
            matrix.cost * scale,
            matrix.lower,
            matrix.upper,
            matrix.row_lower,
            matrix.row_upper,
            matrix.start.astype(np.int32),
            matrix.index.astype(np.int32),
            matrix.value,
            (matrix.whole & whole).astype(np.int32),
        )
    )
    return highs, scale


def scale_of(matrix: Matrix) -> float:
    """Give the power of two that the objective is multiplied by.

    The largest cost alone must not set it: one that no plan would ever pay would blur all others.
    """
    able = (matrix.upper > 0) | (matrix.lower < 0)
    cost = np.abs(matrix.cost[able & (matrix.cost != 0)])
    if not len(cost):
        return 1.0
    largest = cost.max()
    scale = max(min(1.0, LARGEST_COST / largest), TYPICAL_COST / float(np.median(cost)))
    return float(2.0 ** np.floor(np.log2(min(scale, HUGEST_COST / largest))))


def silent(options: Mapping[str, Any] | None = None) -> highspy.Highs:
    """Give a HiGHS that says nothing, not even a greeting, with some options set."""
    highs = _Silent()  # type: ignore[no-untyped-call]
    for option, value in (options or {}).items():
        highs.setOptionValue(option, value)
    return highs


def allow(highs: highspy.Highs, seconds: float, *, whole: bool) -> None:
    """Say how long the next run may take.

    HiGHS counts the seconds of linear programs over all runs so far, those of a program with whole
    numbers from the start of the run.
    """
    so_far = 0.0 if whole else highs.getRunTime()
    highs.setOptionValue("time_limit", so_far + seconds)


class _Silent(highspy.Highs):
    """HiGHS that does not greet: it is silenced before its first word."""

    def enableCallbacks(self) -> highspy.HighsStatus:
        """Silence HiGHS first; its constructor calls this."""
        self.silent()
        return super().enableCallbacks()  # type: ignore[no-untyped-call, no-any-return]


def _accept(status: highspy.HighsStatus) -> None:
    if status == highspy.HighsStatus.kError:
        raise RuntimeError(
            "HiGHS refused the model: some number of the case is too large, or too large beside "
            "others. Choose units and currencies in which they are closer."
        )


def _starts(components: Sequence[Columns] | Sequence[Rows]) -> dict[str, int]:
    starts = np.concatenate([[0], np.cumsum([len(c) for c in components])])
    return {str(c.name): int(s) for c, s in zip(components, starts, strict=False)}


def _join(pieces: list[Floats]) -> Floats:
    return np.concatenate(pieces) if pieces else np.zeros(0)


def _joined(pieces: list[tuple[Ints, Ints, Floats]]) -> tuple[Ints, Ints, Floats]:
    return (
        np.concatenate([np.zeros(0, np.int64), *(p[0] for p in pieces)]),
        np.concatenate([np.zeros(0, np.int64), *(p[1] for p in pieces)]),
        _join([p[2] for p in pieces]),
    )


def _compress(
    triplets: list[tuple[Ints, Ints, Floats]], height: int, width: int
) -> tuple[Ints, Ints, Floats]:
    """Give the rows of one family: the length of each, its columns in order, and their values.

    Triplets of the same place are added up, and zeros are dropped.
    """
    row, col, coef = _joined(triplets)
    key = row * width + col
    step = np.diff(key)
    if (step < 0).any():
        # Pieces that are in order already are merged, which is what a stable sort is good at.
        order = np.argsort(key, kind="stable")
        key, row, col, coef = key[order], row[order], col[order], coef[order]
        step = np.diff(key)
    if not step.all():
        first = np.flatnonzero(np.concatenate([[True], step > 0]))
        row, col, coef = row[first], col[first], np.add.reduceat(coef, first)
    if not coef.all():
        some = coef != 0
        row, col, coef = row[some], col[some], coef[some]
    return np.bincount(row, minlength=height), col, coef
