"""Building a model and handing it to HiGHS: our sparse rows, linopy and ordinary Pyomo.

The same location model, plants x markets, in four ways. A column for each pair and one for each
plant that opens; a row that links each pair to its plant's opening, and one for each capacity and
each demand: four non-zeros a column.

- *sparse rows*: `jvopt.models.sparse` and `jvopt.solve.handover`;
- *linopy*: variables, constraints and objective over labelled arrays, ``Model.to_highspy``;
- *Pyomo, compiled*: rule functions, ``LinearStandardFormCompiler``, ``passModel``;
- *Pyomo, official*: rule functions and ``SolverFactory("highs")``, less the seconds that HiGHS
  takes for the same model when we run it, both with a time limit of 0.

Each way runs in a process of its own; memory is the most that the process held.
"""

from __future__ import annotations

import gc
import multiprocessing
import resource
import time
from collections.abc import Callable

import highspy
import numpy as np
import pandas as pd
import pyomo.environ as pyo
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from jvopt.models.sparse import Columns, Index, Rows, Total
from jvopt.solve.handover import hand_over, stack

Given = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]

SIZES = ((20, 500), (50, 2000), (200, 5000))
SLOW_AT_MOST = 100_000
"""Columns up to which ordinary Pyomo is measured too."""


def data(plants: int, markets: int) -> Given:
    """Give freight by pair, demand by market, and capacity and opening cost by plant."""
    random = np.random.default_rng(1)
    cost = random.uniform(1, 10, (plants, markets))
    demand = random.uniform(1, 2, markets)
    return cost, demand, np.full(plants, 1.5 * demand.sum() / plants), np.full(plants, 100.0)


def sparse_rows(
    cost: np.ndarray, demand: np.ndarray, capacity: np.ndarray, opening: np.ndarray
) -> highspy.Highs:
    plants, markets = cost.shape
    names = {"plant": [f"P{i}" for i in range(plants)], "market": [f"M{j}" for j in range(markets)]}
    i, j = np.divmod(np.arange(cost.size), markets)
    pair = Index(pd.DataFrame({"plant": i, "market": j}), ["plant", "market"], names)
    plant = Index(pd.DataFrame({"plant": range(plants)}), ["plant"], names)
    market = Index(pd.DataFrame({"market": range(markets)}), ["market"], names)
    m = pyo.ConcreteModel()
    m.ship = Columns(pair)
    m.open = Columns(plant, upper=1.0, whole=True)
    opened = m.open.pick(pair["plant"], np.arange(len(pair)), demand[pair["market"]])
    m.links = Rows(pair, m.ship.by(pair) - opened, upper=0.0)
    m.capacity = Rows(plant, m.ship.by(plant) - m.open.by(plant, times=capacity), upper=0.0)
    m.demand = Rows(market, m.ship.by(market), equal=demand)
    paid = [m.ship.pick(np.arange(cost.size), np.zeros(cost.size, int), cost.ravel())]
    paid.append(m.open.pick(np.arange(plants), np.zeros(plants, int), opening))
    m.total = Total(paid[0] + paid[1], 0.0)
    return hand_over(stack(m))[0]


def linopy(
    cost: np.ndarray, demand: np.ndarray, capacity: np.ndarray, opening: np.ndarray
) -> highspy.Highs:
    import linopy
    import xarray

    plant = pd.RangeIndex(len(capacity), name="plant")
    market = pd.RangeIndex(len(demand), name="market")
    freight = xarray.DataArray(cost, coords=[plant, market])
    wanted = xarray.DataArray(demand, coords=[market])
    m = linopy.Model()
    ship = m.add_variables(lower=0, coords=[plant, market], name="ship")
    opened = m.add_variables(binary=True, coords=[plant], name="open")
    m.add_constraints(ship - wanted * opened <= 0, name="links")
    m.add_constraints(
        ship.sum("market") - xarray.DataArray(capacity, coords=[plant]) * opened <= 0,
        name="capacity",
    )
    m.add_constraints(ship.sum("plant") == wanted, name="demand")
    m.add_objective(
        (freight * ship).sum() + (xarray.DataArray(opening, coords=[plant]) * opened).sum()
    )
    return m.to_highspy()


def rules(
    cost: np.ndarray, demand: np.ndarray, capacity: np.ndarray, opening: np.ndarray
) -> pyo.ConcreteModel:
    m = pyo.ConcreteModel()
    m.plants, m.markets = pyo.RangeSet(0, len(capacity) - 1), pyo.RangeSet(0, len(demand) - 1)
    m.ship = pyo.Var(m.plants, m.markets, domain=pyo.NonNegativeReals)
    m.open = pyo.Var(m.plants, domain=pyo.Binary)
    m.links = pyo.Constraint(
        m.plants, m.markets, rule=lambda m, i, j: m.ship[i, j] <= demand[j] * m.open[i]
    )
    m.capacity = pyo.Constraint(
        m.plants,
        rule=lambda m, i: pyo.quicksum(m.ship[i, j] for j in m.markets) <= capacity[i] * m.open[i],
    )
    m.demand = pyo.Constraint(
        m.markets, rule=lambda m, j: pyo.quicksum(m.ship[i, j] for i in m.plants) == demand[j]
    )
    m.total = pyo.Objective(
        expr=pyo.quicksum(cost[i, j] * m.ship[i, j] for i in m.plants for j in m.markets)
        + pyo.quicksum(opening[i] * m.open[i] for i in m.plants)
    )
    return m


def compiled(*given: np.ndarray) -> highspy.Highs:
    form = LinearStandardFormCompiler().write(rules(*given), mixed_form=True)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(form.columns), len(form.rows)
    lp.col_cost_ = form.c.toarray().ravel()
    binary = np.array([column.is_binary() for column in form.columns])
    lp.col_lower_, lp.col_upper_ = np.zeros(lp.num_col_), np.where(binary, 1.0, np.inf)
    exact = np.array([row.bound_type == 0 for row in form.rows])
    lp.row_lower_, lp.row_upper_ = np.where(exact, form.rhs, -np.inf), np.array(form.rhs)
    matrix = form.A.tocsc()
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = matrix.indptr.astype(np.int32)
    lp.a_matrix_.index_ = matrix.indices.astype(np.int32)
    lp.a_matrix_.value_ = matrix.data
    highs = highspy.Highs()
    highs.silent()
    highs.passModel(lp)
    at = np.flatnonzero(binary).astype(np.int32)
    highs.changeColsIntegrality(len(at), at, np.full(len(at), highspy.HighsVarType.kInteger))
    return highs


def official(*given: np.ndarray) -> float:
    """Give the seconds less those of HiGHS: the one way that cannot stop before it solves."""
    began = time.perf_counter()
    pyo.SolverFactory("highs").solve(rules(*given), load_solutions=False, timelimit=0.0)
    seconds = time.perf_counter() - began
    highs = sparse_rows(*given)
    highs.setOptionValue("time_limit", 0.0)
    began = time.perf_counter()
    highs.run()
    return seconds - (time.perf_counter() - began)


WAYS: dict[str, Callable[..., highspy.Highs | float]] = {
    "sparse rows": sparse_rows,
    "linopy": linopy,
    "Pyomo, compiled": compiled,
    "Pyomo, official": official,
}


def measure(name: str, plants: int, markets: int) -> dict[str, object]:
    """Run one way three times; give the least seconds, and the gigabytes of the first run."""
    given = data(plants, markets)
    seconds, held = [], 0
    shape: tuple[int, ...] = ()
    for _ in range(3):
        gc.collect()
        began = time.perf_counter()
        result = WAYS[name](*given)
        seconds.append(time.perf_counter() - began)
        held = held or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        if isinstance(result, float):
            seconds[-1] = result
        else:
            shape = (result.getNumCol(), result.getNumRow(), result.getNumNz())
    n = plants * markets
    # All ways must make the same model.
    assert shape in ((), (n + plants, n + plants + markets, 4 * n + plants))
    return {"way": name, "seconds": min(seconds), "GB": held / 1e6}


def run() -> pd.DataFrame:
    """Measure; give seconds, gigabytes and multiples of the seconds of the sparse rows."""
    rows = []
    for plants, markets in SIZES:
        for name in WAYS:
            if plants * markets > SLOW_AT_MOST and name.startswith("Pyomo"):
                continue
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                found = pool.apply(measure, (name, plants, markets))
            rows.append({"flows": plants * markets, **found})
    table = pd.DataFrame(rows)
    ours = table[table["way"] == "sparse rows"].set_index("flows")["seconds"]
    table["times ours"] = table["seconds"] / table["flows"].map(ours)
    return table
