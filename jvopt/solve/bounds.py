"""Bounds that prove themselves: from any prices of the rows, a bound on every plan.

Whatever solver, method or accident the prices come from, the bound below holds: it is weak
duality, worked out from the program's own arrays. Reduced costs then show which columns no better
plan would move.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jvopt.models.sparse import Floats
from jvopt.solve.handover import Matrix


@dataclass(frozen=True, slots=True)
class DualBound:
    """What some prices prove.

    Attributes
    ----------
    bound
        No point of the program costs less; -inf where the prices prove nothing.
    reduced_cost : ndarray
        What one more unit of each column costs beyond what the prices pay for it.
    """

    bound: float
    reduced_cost: Floats


def dual_bound(matrix: Matrix, price: Floats) -> DualBound:
    r"""Give the bound that prices of the rows prove.

    .. math:: z(x) \ge z_0 + \sum_i \min_{a_i \in [\ell_i, u_i]} \pi_i\,a_i
        + \sum_j \min_{x_j \in [l_j, u_j]} (c_j - A_j^T \pi)\,x_j

    A price of the wrong sign for a row with one bound counts as 0. See A. Neumaier and
    O. Shcherbina, Safe bounds in linear and mixed-integer linear programming, Mathematical
    Programming 99 (2004), 283-296.

    Parameters
    ----------
    matrix
        The program; least cost.
    price
        For each row, in the objective's own unit.
    """
    endless = np.where(price > 0, matrix.row_lower, matrix.row_upper)
    price = np.where(np.isfinite(endless), price, 0.0)
    row = np.repeat(np.arange(matrix.rows), np.diff(matrix.start))
    reduced = matrix.cost - np.bincount(
        matrix.index, weights=matrix.value * price[row], minlength=matrix.columns
    )
    at_rows = _least(price, matrix.row_lower, matrix.row_upper)
    at_columns = _least(reduced, matrix.lower, matrix.upper)
    return DualBound(matrix.constant + float(at_rows.sum() + at_columns.sum()), reduced)


def tightened(matrix: Matrix, proof: DualBound, cutoff: float) -> Matrix:
    r"""Narrow the columns to what a plan no dearer than a cutoff can have.

    .. math:: x_j \le l_j + \frac{\bar z - z_B}{d_j} \quad (d_j > 0), \qquad
        x_j \ge u_j - \frac{\bar z - z_B}{-d_j} \quad (d_j < 0)

    with :math:`z_B` the bound, d the reduced costs and :math:`\bar z` the cutoff; for whole
    columns rounded. Known as reduced cost fixing (G. L. Nemhauser and L. A. Wolsey, Integer and
    Combinatorial Optimization, 1988, II.5.2).
    """
    room = max(cutoff - proof.bound, 0.0) * (1.0 + 1e-9) + 1e-9 * abs(cutoff)
    cost = proof.reduced_cost
    with np.errstate(divide="ignore", invalid="ignore"):
        most = np.where(cost > 0, matrix.lower + room / cost, np.inf)
        least = np.where(cost < 0, matrix.upper + room / cost, -np.inf)
    most = np.where(matrix.whole, np.floor(most + 1e-6), most)
    least = np.where(matrix.whole, np.ceil(least - 1e-6), least)
    lower, upper = np.fmax(matrix.lower, least), np.fmin(matrix.upper, most)
    return matrix.with_bounds(lower, upper)


def _least(factor: Floats, lower: Floats, upper: Floats) -> Floats:
    """Give the least of factor x t over t from lower to upper, 0 where the factor is 0."""
    with np.errstate(invalid="ignore"):
        least = np.where(factor > 0, factor * lower, factor * upper)
    return np.where(factor == 0, 0.0, least)
