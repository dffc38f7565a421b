"""PuLP, handed to CBC as a file: the way PuLP speaks to it.

The formulation is that of `highs_alone`. CBC tells how far it is in its log, read afterwards.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pulp

from benchmarks.peers import Clock, Track, finite
from benchmarks.published import Location, TwoStage

_FOUND = re.compile(
    r"^Cbc00(?:04|12|16)I Integer solution of (\S+) found .*\((\S+) seconds\)", re.MULTILINE
)
_UNDER_WAY = re.compile(
    r"^Cbc0010I .*, (\S+) best solution, best possible (\S+) \((\S+) seconds\)", re.MULTILINE
)
_LOWER = re.compile(r"^Lower bound:\s+(\S+)", re.MULTILINE)


def location(problem: Location) -> pulp.LpProblem:
    capacity, fixed, demand, cost = (
        array.tolist() for array in (problem.capacity, problem.fixed, problem.demand, problem.cost)
    )
    houses, customers = range(len(fixed)), range(len(demand))
    m = pulp.LpProblem("location", pulp.LpMinimize)
    is_open = m.add_variable_dicts("open", houses, cat=pulp.LpBinary)
    share = m.add_variable_dicts("share", (houses, customers), 0, 1)
    m += pulp.lpSum(fixed[w] * is_open[w] for w in houses) + pulp.lpSum(
        cost[w][c] * share[w][c] for w in houses for c in customers
    )
    for c in customers:
        m += pulp.lpSum(share[w][c] for w in houses) == 1
    for w in houses:
        m += pulp.lpSum(demand[c] * share[w][c] for c in customers) <= capacity[w] * is_open[w]
        for c in customers:
            m += share[w][c] <= is_open[w]
    m += pulp.lpSum(capacity[w] * is_open[w] for w in houses) >= sum(demand)
    return m


def two_stage(problem: TwoStage) -> pulp.LpProblem:
    plant_room, satellite_room = (
        problem.plant_capacity.tolist(),
        problem.satellite_capacity.tolist(),
    )
    demand, inbound, outbound = (
        array.tolist() for array in (problem.demand, problem.inbound, problem.outbound)
    )
    plant_fixed, satellite_fixed = problem.plant_fixed.tolist(), problem.satellite_fixed.tolist()
    plants, satellites = range(len(plant_fixed)), range(len(satellite_fixed))
    customers, products = range(len(demand)), range(len(inbound))
    m = pulp.LpProblem("two_stage", pulp.LpMinimize)
    plant = m.add_variable_dicts("plant", plants, cat=pulp.LpBinary)
    satellite = m.add_variable_dicts("satellite", satellites, cat=pulp.LpBinary)
    units = m.add_variable_dicts("units", (products, plants, satellites), 0)
    share = m.add_variable_dicts("share", (products, satellites, customers), 0, 1)
    m += (
        pulp.lpSum(plant_fixed[p] * plant[p] for p in plants)
        + pulp.lpSum(satellite_fixed[s] * satellite[s] for s in satellites)
        + pulp.lpSum(
            inbound[g][p][s] * units[g][p][s] for g in products for p in plants for s in satellites
        )
        + pulp.lpSum(
            outbound[g][s][c] * demand[c][g] * share[g][s][c]
            for g in products
            for s in satellites
            for c in customers
        )
    )
    for g in products:
        total = sum(demand[c][g] for c in customers)
        for c in customers:
            m += pulp.lpSum(share[g][s][c] for s in satellites) == 1
        for p in plants:
            room = plant_room[p][g] * plant[p]
            m += pulp.lpSum(units[g][p][s] for s in satellites) <= room
        for s in satellites:
            sent = pulp.lpSum(demand[c][g] * share[g][s][c] for c in customers)
            m += pulp.lpSum(units[g][p][s] for p in plants) == sent
            m += sent <= satellite_room[s][g] * satellite[s]
            for c in customers:
                m += share[g][s][c] <= satellite[s]
        m += pulp.lpSum(plant_room[p][g] * plant[p] for p in plants) >= total
        m += pulp.lpSum(satellite_room[s][g] * satellite[s] for s in satellites) >= total
    return m


def solve(
    model: pulp.LpProblem, time_limit: float, gap: float, threads: int, clock: Clock
) -> tuple[float | None, float | None, Track]:
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "cbc.log"
        handed_over = clock()
        model.solve(
            pulp.PULP_CBC_CMD(
                msg=False, timeLimit=time_limit, gapRel=gap, threads=threads, logPath=str(log)
            )
        )
        text = log.read_text()
    if model.sol_status not in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible):
        return None, None, []
    objective = pulp.value(model.objective)
    lower = _LOWER.search(text)
    track: Track = [
        (handed_over + float(seconds), float(best), None) for best, seconds in _FOUND.findall(text)
    ]
    track += [
        (handed_over + float(seconds), finite(float(best)), float(bound))
        for best, bound, seconds in _UNDER_WAY.findall(text)
    ]
    # CBC states a bound only where it did not close the gap to what was asked.
    bound = float(lower[1]) if lower else objective
    return objective, bound, sorted(track, key=lambda point: point[0])
