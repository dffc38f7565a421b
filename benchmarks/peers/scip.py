"""SCIP through PySCIPOpt; it searches on one thread.

The formulation is that of `highs_alone`.
"""

from __future__ import annotations

from pyscipopt import SCIP_EVENTTYPE, Eventhdlr, Model, quicksum

from benchmarks.peers import Clock, Track, finite
from benchmarks.published import Location, TwoStage


def location(problem: Location) -> Model:
    capacity, fixed, demand, cost = (
        array.tolist() for array in (problem.capacity, problem.fixed, problem.demand, problem.cost)
    )
    houses, customers = range(len(fixed)), range(len(demand))
    m = Model()
    is_open = [m.addVar(vtype="B", obj=fixed[w]) for w in houses]
    share = [[m.addVar(lb=0, ub=1, obj=cost[w][c]) for c in customers] for w in houses]
    for c in customers:
        m.addCons(quicksum(share[w][c] for w in houses) == 1)
    for w in houses:
        sent = quicksum(demand[c] * share[w][c] for c in customers)
        m.addCons(sent <= capacity[w] * is_open[w])
        for c in customers:
            m.addCons(share[w][c] <= is_open[w])
    m.addCons(quicksum(capacity[w] * is_open[w] for w in houses) >= sum(demand))
    return m


def two_stage(problem: TwoStage) -> Model:
    plant_room, satellite_room = (
        problem.plant_capacity.tolist(),
        problem.satellite_capacity.tolist(),
    )
    demand, inbound, outbound = (
        array.tolist() for array in (problem.demand, problem.inbound, problem.outbound)
    )
    plants, satellites = range(len(plant_room)), range(len(satellite_room))
    customers, products = range(len(demand)), range(len(inbound))
    m = Model()
    plant = [m.addVar(vtype="B", obj=cost) for cost in problem.plant_fixed.tolist()]
    satellite = [m.addVar(vtype="B", obj=cost) for cost in problem.satellite_fixed.tolist()]
    for g in products:
        units = [[m.addVar(lb=0, obj=inbound[g][p][s]) for s in satellites] for p in plants]
        share = [
            [m.addVar(lb=0, ub=1, obj=outbound[g][s][c] * demand[c][g]) for c in customers]
            for s in satellites
        ]
        total = sum(demand[c][g] for c in customers)
        for c in customers:
            m.addCons(quicksum(share[s][c] for s in satellites) == 1)
        for p in plants:
            m.addCons(quicksum(units[p]) <= plant_room[p][g] * plant[p])
        for s in satellites:
            sent = quicksum(demand[c][g] * share[s][c] for c in customers)
            m.addCons(quicksum(units[p][s] for p in plants) == sent)
            m.addCons(sent <= satellite_room[s][g] * satellite[s])
            for c in customers:
                m.addCons(share[s][c] <= satellite[s])
        m.addCons(quicksum(plant_room[p][g] * plant[p] for p in plants) >= total)
        m.addCons(quicksum(satellite_room[s][g] * satellite[s] for s in satellites) >= total)
    return m


class _Notes(Eventhdlr):
    """Note every better plan and every better bound."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.track: Track = []

    def eventinit(self) -> None:
        for event in (SCIP_EVENTTYPE.BESTSOLFOUND, SCIP_EVENTTYPE.DUALBOUNDIMPROVED):
            self.model.catchEvent(event, self)

    def eventexec(self, event: object) -> None:
        best, bound = self.model.getPrimalbound(), self.model.getDualbound()
        self.track.append((self.clock(), finite(best), finite(bound)))


def solve(
    model: Model, time_limit: float, gap: float, threads: int, clock: Clock
) -> tuple[float | None, float | None, Track]:
    notes = _Notes(clock)
    model.includeEventhdlr(notes, "notes", "better plans and bounds")
    model.hideOutput()
    model.setParam("limits/time", time_limit)
    model.setParam("limits/gap", gap)
    model.optimize()
    return model.getPrimalbound(), model.getDualbound(), notes.track
