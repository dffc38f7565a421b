"""HiGHS itself, given arrays: no time goes into a modelling layer.

Flows to customers are shares of their demand, which are at most 1 as the decisions are: HiGHS works
with absolute tolerances, and rows of one size suit it best. The links ``share <= open`` make the
strong formulation; the rows that ask for enough capacity in all give HiGHS its knapsack covers.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
import scipy.sparse as sp

from benchmarks.peers import Clock, Track, finite
from benchmarks.published import Location, TwoStage


@dataclass(frozen=True)
class Program:
    """A program by arrays; the first `whole` columns are 0 or 1."""

    cost: np.ndarray
    whole: int
    upper: np.ndarray
    row_lower: np.ndarray
    row_upper: np.ndarray
    matrix: sp.csr_array


def location(problem: Location) -> Program:
    """Columns: open by warehouse, share by warehouse and customer."""
    m, n = problem.cost.shape
    every, customer = sp.eye_array(m * n), sp.eye_array(n)
    sent = sp.kron(sp.eye_array(m), problem.demand[None, :])
    blocks = [
        [None, sp.kron(np.ones((1, m)), customer)],  # served
        [-sp.diags_array(problem.capacity), sent],  # capacity
        [-sp.kron(sp.eye_array(m), np.ones((n, 1))), every],  # link
        [sp.csr_array(problem.capacity[None, :]), None],  # enough
    ]
    return Program(
        cost=np.concatenate([problem.fixed, problem.cost.ravel()]),
        whole=m,
        upper=np.ones(m + m * n),
        row_lower=np.concatenate([np.ones(n), np.full(m + m * n, -np.inf), [problem.demand.sum()]]),
        row_upper=np.concatenate([np.ones(n), np.zeros(m + m * n), [np.inf]]),
        matrix=sp.block_array(blocks, format="csr"),
    )


def two_stage(problem: TwoStage) -> Program:
    """Columns: open by plant, open by satellite, inbound units and outbound shares by product."""
    many, plants, satellites = problem.inbound.shape
    customers = len(problem.demand)
    demand = problem.demand.T  # products x customers
    product, outbound = sp.eye_array(many), many * satellites * customers
    arrived = sp.kron(product, sp.kron(np.ones((1, plants)), sp.eye_array(satellites)))
    left = sp.kron(sp.eye_array(many * plants), np.ones((1, satellites)))
    served = sp.kron(product, sp.kron(np.ones((1, satellites)), sp.eye_array(customers)))
    sent = sp.block_diag([sp.kron(sp.eye_array(satellites), row[None, :]) for row in demand])
    plant_room = sp.vstack(
        [sp.diags_array(room.astype(float)) for room in problem.plant_capacity.T]
    )
    satellite_room = sp.vstack(
        [sp.diags_array(room.astype(float)) for room in problem.satellite_capacity.T]
    )
    opened = sp.kron(np.ones((many, 1)), sp.kron(sp.eye_array(satellites), np.ones((customers, 1))))
    blocks = [
        [None, None, None, served],
        [None, None, arrived, -sent],  # balance
        [-plant_room, None, left, None],
        [None, -satellite_room, None, sent],
        [None, -opened, None, sp.eye_array(outbound)],  # link
        [sp.csr_array(problem.plant_capacity.T), None, None, None],  # enough
        [None, sp.csr_array(problem.satellite_capacity.T), None, None],
    ]
    total, ones = demand.sum(axis=1), np.ones(many * customers)
    below = many * (plants + satellites) + outbound
    balance = np.zeros(many * satellites)
    return Program(
        cost=np.concatenate(
            [
                problem.plant_fixed,
                problem.satellite_fixed,
                problem.inbound.ravel(),
                (problem.outbound * demand[:, None, :]).ravel(),
            ]
        ),
        whole=plants + satellites,
        upper=np.concatenate(
            [
                np.ones(plants + satellites),
                np.full(many * plants * satellites, np.inf),
                np.ones(outbound),
            ]
        ),
        row_lower=np.concatenate([ones, balance, np.full(below, -np.inf), total, total]),
        row_upper=np.concatenate([ones, balance, np.zeros(below), np.full(2 * many, np.inf)]),
        matrix=sp.block_array(blocks, format="csr"),
    )


def solve(
    program: Program, time_limit: float, gap: float, threads: int, clock: Clock
) -> tuple[float | None, float | None, Track]:
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = program.matrix.shape
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = (
        program.cost,
        np.zeros(lp.num_col_),
        program.upper,
    )
    lp.row_lower_, lp.row_upper_ = program.row_lower, program.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.num_row_, lp.a_matrix_.num_col_ = program.matrix.shape
    lp.a_matrix_.start_ = program.matrix.indptr.astype(np.int32)
    lp.a_matrix_.index_ = program.matrix.indices.astype(np.int32)
    lp.a_matrix_.value_ = program.matrix.data
    highs = highspy.Highs()
    highs.silent()
    highs.passModel(lp)
    whole = np.arange(program.whole, dtype=np.int32)
    kinds = np.full(program.whole, highspy.HighsVarType.kInteger)
    highs.changeColsIntegrality(program.whole, whole, kinds)
    highs.setOptionValue("time_limit", time_limit)
    highs.setOptionValue("mip_rel_gap", gap)
    highs.setOptionValue("threads", threads)
    track: Track = []

    def note(event) -> None:
        best, bound = event.data_out.mip_primal_bound, event.data_out.mip_dual_bound
        track.append((clock(), finite(best), finite(bound)))

    highs.cbMipLogging.subscribe(note)
    highs.cbMipImprovingSolution.subscribe(note)
    highs.run()
    info = highs.getInfo()
    has_plan = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    return info.objective_function_value if has_plan else None, info.mip_dual_bound, track
