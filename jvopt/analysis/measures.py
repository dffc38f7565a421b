"""What cost is traded against, as a weight for each column of a model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from jvopt.core.case import Case
from jvopt.core.issues import CaseError, issue
from jvopt.models import Built
from jvopt.models.costs import one_off
from jvopt.models.sparse import Columns, Floats
from jvopt.models.variables import wanted
from jvopt.solve.handover import Matrix


@dataclass(frozen=True, slots=True)
class Measured:
    """A program and another measure of it.

    Attributes
    ----------
    matrix
        The program; for plants with one more column, their number.
    weight
        The measure: what each column adds.
    sign
        1 where less of it is better, -1 where more is.
    """

    matrix: Matrix
    weight: Floats
    sign: float


def measured(built: Built, matrix: Matrix, measure: str, claim: str) -> Measured:
    """Give a program with another measure.

    Parameters
    ----------
    built, matrix
        The model.
    measure
        One of the choices of `jvopt.core.analyses.tradeoff`.
    claim
        The claim that local content is counted by.
    """
    if measure == "plants":
        return _plants(built, matrix)
    weight = np.zeros(matrix.columns)
    p = built.problem
    if measure == "co2":
        # Tonnes over the horizon, as limits count them.
        _put(weight, matrix, p.v.ship, p.net.co2()[p.v.ship.index["arc"]])
        return Measured(matrix, weight, 1.0)
    if measure == "investment":
        # In full and undiscounted, as limits count it.
        for columns, money in one_off(p):
            _put(weight, matrix, columns, money)
        return Measured(matrix, weight, 1.0)
    value = customs_values(built)
    serve = p.v.serve
    holds = p.goods.holds[claim][serve.index["goods"]]
    _put(weight, matrix, serve, np.where(holds, value[serve.index["product"]], 0.0))
    demand = wanted(p.net)
    whole = float((demand["units"].to_numpy() * value[demand["product"]]).sum())
    return Measured(matrix, weight / max(whole, 1e-12), -1.0)


def customs_values(built: Built) -> Floats:
    """Give the customs value of each product in base currency, 0 where none is stated."""
    products = built.problem.net.products
    worth = built.problem.net.worth(products["currency"])[:, 0]
    return np.asarray(products["customs_value"].fillna(0.0).to_numpy() * worth, float)


def claim_of(case: Case, claim: str) -> str:
    """Give the claim that local content is counted by: the one asked for, else the first.

    Raises
    ------
    CaseError
        The case has no such claim, or a product that is demanded has no customs value.
    """
    claims = case["claims"]["claim"].tolist()
    if not claims or (claim and claim not in claims):
        raise CaseError(
            [issue("unknown_claim", value=claim, known=", ".join(dict.fromkeys(claims)))]
        )
    products = case["products"].set_index("product")["customs_value"]
    blank = [p for p in case["demand"]["product"].unique() if np.isnan(products[p])]
    if blank:
        raise CaseError([issue("content_without_value", value=", ".join(blank))])
    return claim or str(claims[0])


def _put(weight: Floats, matrix: Matrix, columns: Columns, amount: Floats) -> None:
    at = matrix.first_column[columns.name]
    weight[at : at + len(columns)] += amount


def _plants(built: Built, matrix: Matrix) -> Measured:
    """Count plants: one more column, at least the sites with lines open in any one period."""
    p = built.problem
    with_lines = np.zeros(len(p.net.sites), bool)
    with_lines[p.net.lines["site"].to_numpy()] = True
    columns = p.v.site_open
    frame = columns.index.frame
    counted = with_lines[frame["site"].to_numpy()]
    decided = np.zeros(len(p.net.sites), bool)
    decided[frame["site"].to_numpy()] = True
    stay = int((with_lines & ~decided & (p.net.sites["now"] == "open").to_numpy()).sum())
    first = matrix.first_column[columns.name]
    groups = pd.Series(np.flatnonzero(counted) + first).groupby(frame["period"].to_numpy()[counted])
    last = matrix.columns
    rows = [(np.append(at.to_numpy(), last), np.append(np.ones(len(at)), -1.0)) for _, at in groups]
    more = matrix.with_columns(
        np.array([float(stay)]), np.array([float(with_lines.sum())]), whole=True
    ).with_rows(rows, np.full(len(rows), -np.inf), np.full(len(rows), -float(stay)))
    weight = np.zeros(last + 1)
    weight[last] = 1.0
    return Measured(more, weight, 1.0)
