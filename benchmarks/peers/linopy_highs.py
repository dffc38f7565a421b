"""linopy with labelled arrays, handed to HiGHS in memory (``io_api="direct"``).

The formulation is that of `highs_alone`.
"""

from __future__ import annotations

import linopy
import xarray as xr

from benchmarks.peers import Clock, Track
from benchmarks.published import Location, TwoStage


def location(problem: Location) -> linopy.Model:
    capacity = xr.DataArray(problem.capacity, dims="W")
    fixed = xr.DataArray(problem.fixed, dims="W")
    demand = xr.DataArray(problem.demand, dims="C")
    cost = xr.DataArray(problem.cost, dims=("W", "C"))
    m = linopy.Model()
    is_open = m.add_variables(binary=True, coords=[("W", range(len(fixed)))], name="open")
    share = m.add_variables(
        0, 1, coords=[("W", range(len(fixed))), ("C", range(len(demand)))], name="share"
    )
    m.add_constraints(share.sum("W") == 1, name="served")
    m.add_constraints((demand * share).sum("C") - capacity * is_open <= 0, name="capacity")
    m.add_constraints(share - is_open <= 0, name="link")
    m.add_constraints((capacity * is_open).sum() >= float(demand.sum()), name="enough")
    m.add_objective((fixed * is_open).sum() + (cost * share).sum())
    return m


def two_stage(problem: TwoStage) -> linopy.Model:
    plant_room = xr.DataArray(problem.plant_capacity, dims=("P", "G"))
    satellite_room = xr.DataArray(problem.satellite_capacity, dims=("S", "G"))
    plant_fixed = xr.DataArray(problem.plant_fixed, dims="P")
    satellite_fixed = xr.DataArray(problem.satellite_fixed, dims="S")
    demand = xr.DataArray(problem.demand, dims=("C", "G"))
    inbound = xr.DataArray(problem.inbound, dims=("G", "P", "S"))
    outbound = xr.DataArray(problem.outbound, dims=("G", "S", "C"))
    sizes = {**inbound.sizes, **outbound.sizes}

    def over(dims: str) -> list[tuple[str, range]]:
        return [(dim, range(sizes[dim])) for dim in dims]

    m = linopy.Model()
    plant = m.add_variables(binary=True, coords=over("P"), name="plant")
    satellite = m.add_variables(binary=True, coords=over("S"), name="satellite")
    units = m.add_variables(0, coords=over("GPS"), name="units")
    share = m.add_variables(0, 1, coords=over("GSC"), name="share")
    sent = (demand * share).sum("C")
    m.add_constraints(share.sum("S") == 1, name="served")
    m.add_constraints(units.sum("P") - sent == 0, name="balance")
    m.add_constraints(units.sum("S") - plant_room * plant <= 0, name="plant_capacity")
    m.add_constraints(sent - satellite_room * satellite <= 0, name="satellite_capacity")
    m.add_constraints(share - satellite <= 0, name="link")
    m.add_constraints((plant_room * plant).sum("P") >= demand.sum("C"), name="enough_plants")
    m.add_constraints(
        (satellite_room * satellite).sum("S") >= demand.sum("C"), name="enough_satellites"
    )
    m.add_objective(
        (plant_fixed * plant).sum()
        + (satellite_fixed * satellite).sum()
        + (inbound * units).sum()
        + (outbound * demand * share).sum()
    )
    return m


def solve(
    model: linopy.Model, time_limit: float, gap: float, threads: int, clock: Clock
) -> tuple[float | None, float | None, Track]:
    model.solve(
        "highs",
        io_api="direct",
        progress=False,
        time_limit=time_limit,
        mip_rel_gap=gap,
        threads=threads,
        output_flag=False,
    )
    return model.objective.value, model.solver_model.getInfo().mip_dual_bound, []
