"""Building a model and handing it to HiGHS: our sparse rows beside ordinary Pyomo.

The same transport model, plants x markets, three ways:

- *sparse rows*: `jvopt.models.sparse` and `jvopt.solve.handover`;
- *Pyomo, compiled*: rule functions, ``LinearStandardFormCompiler``, ``passModel``;
- *Pyomo, official*: rule functions and ``SolverFactory("highs")``, less the seconds that HiGHS
  takes for the same model when we run it.
"""

from __future__ import annotations

import gc
import time

import highspy
import numpy as np
import pandas as pd
import pyomo.environ as pyo
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from jvopt.models.sparse import Columns, Index, Rows, Total
from jvopt.solve.handover import hand_over, stack


def data(plants: int, markets: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(1)
    cost = random.uniform(1, 10, (plants, markets))
    demand = random.uniform(1, 2, markets)
    return cost, demand, np.full(plants, 1.5 * demand.sum() / plants)


def sparse_rows(cost: np.ndarray, demand: np.ndarray, capacity: np.ndarray) -> float:
    began = time.perf_counter()
    ours(cost, demand, capacity)
    return time.perf_counter() - began


def ours(cost: np.ndarray, demand: np.ndarray, capacity: np.ndarray) -> highspy.Highs:
    plants, markets = cost.shape
    names = {"plant": [f"P{i}" for i in range(plants)], "market": [f"M{j}" for j in range(markets)]}
    pairs = pd.DataFrame(
        {"plant": np.repeat(range(plants), markets), "market": np.tile(range(markets), plants)}
    )
    plant = Index(pd.DataFrame({"plant": range(plants)}), ["plant"], names)
    market = Index(pd.DataFrame({"market": range(markets)}), ["market"], names)
    m = pyo.ConcreteModel()
    m.ship = Columns(Index(pairs, ["plant", "market"], names))
    m.capacity = Rows(plant, m.ship.by(plant), upper=capacity)
    m.demand = Rows(market, m.ship.by(market), equal=demand)
    every = np.arange(cost.size)
    m.total = Total(m.ship.pick(every, np.zeros(cost.size, int), cost.ravel()), 0.0)
    return hand_over(stack(m))[0]


def rules(cost: np.ndarray, demand: np.ndarray, capacity: np.ndarray) -> pyo.ConcreteModel:
    m = pyo.ConcreteModel()
    m.plants, m.markets = pyo.RangeSet(0, len(capacity) - 1), pyo.RangeSet(0, len(demand) - 1)
    m.ship = pyo.Var(m.plants, m.markets, domain=pyo.NonNegativeReals)
    m.capacity = pyo.Constraint(
        m.plants, rule=lambda m, i: pyo.quicksum(m.ship[i, j] for j in m.markets) <= capacity[i]
    )
    m.demand = pyo.Constraint(
        m.markets, rule=lambda m, j: pyo.quicksum(m.ship[i, j] for i in m.plants) == demand[j]
    )
    m.total = pyo.Objective(
        expr=pyo.quicksum(cost[i, j] * m.ship[i, j] for i in m.plants for j in m.markets)
    )
    return m


def compiled(cost: np.ndarray, demand: np.ndarray, capacity: np.ndarray) -> float:
    began = time.perf_counter()
    form = LinearStandardFormCompiler().write(rules(cost, demand, capacity), mixed_form=True)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(form.columns), len(form.rows)
    lp.col_cost_ = form.c.toarray().ravel()
    lp.col_lower_, lp.col_upper_ = np.zeros(lp.num_col_), np.full(lp.num_col_, np.inf)
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
    return time.perf_counter() - began


def official(cost: np.ndarray, demand: np.ndarray, capacity: np.ndarray) -> float:
    began = time.perf_counter()
    pyo.SolverFactory("highs").solve(rules(cost, demand, capacity), load_solutions=False)
    seconds = time.perf_counter() - began
    highs = ours(cost, demand, capacity)
    began = time.perf_counter()
    highs.run()
    return seconds - (time.perf_counter() - began)


def run() -> pd.DataFrame:
    """Measure, smallest of three each; give seconds and multiples of the sparse rows."""
    rows = []
    for plants, markets in ((20, 500), (50, 2000)):
        given = data(plants, markets)
        for name, way in (
            ("sparse rows", sparse_rows),
            ("Pyomo, compiled", compiled),
            ("Pyomo, official", official),
        ):
            seconds = []
            for _ in range(3):
                gc.collect()
                seconds.append(way(*given))
            rows.append({"columns": plants * markets, "way": name, "seconds": min(seconds)})
    table = pd.DataFrame(rows)
    ours = table[table["way"] == "sparse rows"].set_index("columns")["seconds"]
    table["times ours"] = table["seconds"] / table["columns"].map(ours)
    return table
