"""Pyomo with rule functions, handed to HiGHS by Pyomo's own interface.

Flows to customers are shares of their demand, linked one by one to the decision to open, beside the
capacities and the rows that ask for enough capacity in all; see `highs_alone`.
"""

from __future__ import annotations

import pyomo.environ as pyo
from pyomo.contrib.solver.common.factory import SolverFactory

from benchmarks.peers import Clock, Track
from benchmarks.published import Location, TwoStage


def location(problem: Location) -> pyo.ConcreteModel:
    capacity, fixed, demand, cost = (
        array.tolist() for array in (problem.capacity, problem.fixed, problem.demand, problem.cost)
    )
    m = pyo.ConcreteModel()
    m.W, m.C = pyo.RangeSet(0, len(fixed) - 1), pyo.RangeSet(0, len(demand) - 1)
    m.open = pyo.Var(m.W, domain=pyo.Binary)
    m.share = pyo.Var(m.W, m.C, bounds=(0, 1))
    m.served = pyo.Constraint(m.C, rule=lambda m, c: sum(m.share[w, c] for w in m.W) == 1)
    m.capacity = pyo.Constraint(
        m.W,
        rule=lambda m, w: sum(demand[c] * m.share[w, c] for c in m.C) <= capacity[w] * m.open[w],
    )
    m.link = pyo.Constraint(m.W, m.C, rule=lambda m, w, c: m.share[w, c] <= m.open[w])
    m.enough = pyo.Constraint(expr=sum(capacity[w] * m.open[w] for w in m.W) >= sum(demand))
    m.total = pyo.Objective(
        expr=sum(fixed[w] * m.open[w] for w in m.W)
        + sum(cost[w][c] * m.share[w, c] for w in m.W for c in m.C)
    )
    return m


def two_stage(problem: TwoStage) -> pyo.ConcreteModel:
    plant_room, satellite_room = (
        problem.plant_capacity.tolist(),
        problem.satellite_capacity.tolist(),
    )
    demand, inbound, outbound = (
        array.tolist() for array in (problem.demand, problem.inbound, problem.outbound)
    )
    plant_fixed, satellite_fixed = problem.plant_fixed.tolist(), problem.satellite_fixed.tolist()
    total = problem.demand.sum(axis=0).tolist()
    m = pyo.ConcreteModel()
    m.P, m.S = pyo.RangeSet(0, len(plant_fixed) - 1), pyo.RangeSet(0, len(satellite_fixed) - 1)
    m.C, m.G = pyo.RangeSet(0, len(demand) - 1), pyo.RangeSet(0, len(inbound) - 1)
    m.plant, m.satellite = pyo.Var(m.P, domain=pyo.Binary), pyo.Var(m.S, domain=pyo.Binary)
    m.units = pyo.Var(m.G, m.P, m.S, domain=pyo.NonNegativeReals)
    m.share = pyo.Var(m.G, m.S, m.C, bounds=(0, 1))
    m.sent = pyo.Expression(
        m.G, m.S, rule=lambda m, g, s: sum(demand[c][g] * m.share[g, s, c] for c in m.C)
    )
    m.served = pyo.Constraint(
        m.G, m.C, rule=lambda m, g, c: sum(m.share[g, s, c] for s in m.S) == 1
    )
    m.balance = pyo.Constraint(
        m.G, m.S, rule=lambda m, g, s: sum(m.units[g, p, s] for p in m.P) == m.sent[g, s]
    )
    m.plant_capacity = pyo.Constraint(
        m.G,
        m.P,
        rule=lambda m, g, p: sum(m.units[g, p, s] for s in m.S) <= plant_room[p][g] * m.plant[p],
    )
    m.satellite_capacity = pyo.Constraint(
        m.G,
        m.S,
        rule=lambda m, g, s: m.sent[g, s] <= satellite_room[s][g] * m.satellite[s],
    )
    m.link = pyo.Constraint(
        m.G, m.S, m.C, rule=lambda m, g, s, c: m.share[g, s, c] <= m.satellite[s]
    )
    m.enough_plants = pyo.Constraint(
        m.G, rule=lambda m, g: sum(plant_room[p][g] * m.plant[p] for p in m.P) >= total[g]
    )
    m.enough_satellites = pyo.Constraint(
        m.G, rule=lambda m, g: sum(satellite_room[s][g] * m.satellite[s] for s in m.S) >= total[g]
    )
    m.total = pyo.Objective(
        expr=sum(plant_fixed[p] * m.plant[p] for p in m.P)
        + sum(satellite_fixed[s] * m.satellite[s] for s in m.S)
        + sum(inbound[g][p][s] * m.units[g, p, s] for g in m.G for p in m.P for s in m.S)
        + sum(
            outbound[g][s][c] * demand[c][g] * m.share[g, s, c]
            for g in m.G
            for s in m.S
            for c in m.C
        )
    )
    return m


def solve(
    model: pyo.ConcreteModel, time_limit: float, gap: float, threads: int, clock: Clock
) -> tuple[float | None, float | None, Track]:
    results = SolverFactory("highs").solve(
        model,
        time_limit=time_limit,
        rel_gap=gap,
        threads=threads,
        load_solutions=False,
        raise_exception_on_nonoptimal_result=False,
    )
    return results.incumbent_objective, results.objective_bound, []
