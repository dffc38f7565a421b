"""The generated networks: as large as asked, the same for a seed, without errors, with a plan."""

from __future__ import annotations

import numpy as np
import pytest

import jvopt
from benchmarks.networks import network
from jvopt.models.build import build
from jvopt.solve.handover import hand_over, stack


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("flows", [1_000, 10_000])
def test_a_network_has_as_many_flows_as_asked(flows, seed):
    case = network(flows, seed)
    assert not jvopt.check(case)
    assert abs(len(build(case).problem.v.ship) / flows - 1) <= 0.05


def test_a_seed_gives_the_same_network_again():
    assert network(1_000, 3) == network(1_000, 3)
    assert network(1_000, 3) != network(1_000, 4)


def test_demand_is_met_and_where_to_open_is_a_question():
    built = build(network(1_000))
    matrix = stack(built.model)
    highs, _ = hand_over(matrix, whole=False)
    highs.run()
    x = np.array(highs.getSolution().col_value)
    values = {
        name: x[matrix.first_column[name] :][: len(columns)]
        for name, columns in built.problem.v.families().items()
    }
    assert values["short"].sum() < 1e-6
    for state in ("site_open", "line_open"):
        assert 0.1 < values[state].mean() < 0.9
