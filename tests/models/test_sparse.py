"""Our hand-over against Pyomo's own ways of seeing the same model."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyomo.environ as pyo
import pytest
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

import jvopt
from jvopt.models import build
from jvopt.models.sparse import Columns, Index, Rows, Terms, Total
from jvopt.solve.handover import stack
from jvopt.solve.search import search

NAMES = {"plant": ["Ada", "Bix"], "market": ["Cor", "Dun", "Elk"]}


def small_model() -> pyo.ConcreteModel:
    """Two plants, three markets; a plant costs 10 to open and makes 5."""
    pairs = pd.DataFrame({"plant": [0, 0, 0, 1, 1, 1], "market": [0, 1, 2, 0, 1, 2]})
    plants = Index(pd.DataFrame({"plant": [0, 1]}), ["plant"], NAMES)
    markets = Index(pd.DataFrame({"market": [0, 1, 2]}), ["market"], NAMES)
    m = pyo.ConcreteModel()
    m.ship = Columns(Index(pairs, ["plant", "market"], NAMES), upper=[4, 4, 4, np.inf, 9, 9])
    m.open = Columns(plants, upper=1.0, whole=True)
    m.capacity = Rows(plants, m.ship.by(plants) - m.open.by(plants, times=5.0), upper=0.0)
    m.demand = Rows(markets, m.ship.by(markets), equal=[2.0, 1.0, 3.0])
    at_once = np.zeros(6, int)
    m.total = Total(
        m.ship.pick(range(6), at_once, [1, 2, 3, 2, 1, 1]) + m.open.pick([0, 1], [0, 0], 10.0), 7.0
    )
    return m


def test_hand_solved_optimum_of_the_small_model() -> None:
    # Demand 6 needs both plants (5 each): 20 + 7. Cor from Ada: 2 x 1; Dun and Elk from Bix:
    # 1 x 1 + 3 x 1. Total 20 + 7 + 2 + 4 = 33.
    found = search(stack(small_model()), gap=0.0, time_limit=10.0)
    assert found.termination == "optimal"
    assert found.objective == pytest.approx(33.0, abs=1e-9)


def test_official_interface_finds_the_same_optimum() -> None:
    m = small_model()
    pyo.SolverFactory("highs").solve(m)
    assert pyo.value(m.total) == pytest.approx(33.0, abs=1e-9)
    assert pyo.value(m.ship["Bix", "Elk"]) == pytest.approx(3.0, abs=1e-9)


def test_a_user_can_extend_the_model_with_ordinary_pyomo() -> None:
    # Elk must get a unit from Ada, which costs 3 there instead of 1.
    m = small_model()
    m.extra = pyo.Constraint(expr=m.ship["Ada", "Elk"] >= 1)
    pyo.SolverFactory("highs").solve(m)
    assert pyo.value(m.total) == pytest.approx(35.0, abs=1e-9)


def test_a_clone_is_the_same_model() -> None:
    copy = small_model().clone()
    pyo.SolverFactory("highs").solve(copy)
    assert pyo.value(copy.total) == pytest.approx(33.0, abs=1e-9)


def test_columns_named_twice_in_a_row_add_up() -> None:
    one = Index(pd.DataFrame({"plant": [0]}), ["plant"], NAMES)
    m = pyo.ConcreteModel()
    m.x = Columns(one)
    m.least = Rows(one, Terms([*m.x.by(one), *m.x.by(one, times=2.0)]), lower=6.0)
    m.total = Total(m.x.pick([0], [0], 1.0) + m.x.pick([0], [0], 1.0), 0.0)
    matrix = stack(m)
    assert matrix.value.tolist() == [3.0]
    assert search(matrix, gap=0.0, time_limit=10.0).objective == pytest.approx(4.0)


@pytest.mark.parametrize("name", ["tiny", "transport", "kz-reference"])
def test_pyomo_compiles_the_same_matrix(name: str) -> None:
    """Coefficient by coefficient, through Pyomo's expressions and through our arrays."""
    model = build(jvopt.example(name)).model
    ours = stack(model)
    theirs = LinearStandardFormCompiler().write(model, mixed_form=True)
    column = {id(v): i for i, v in enumerate(theirs.columns)}
    order = [
        column.get(id(member), -1)
        for family in model.component_objects(pyo.Var)
        for member in family.values()
    ]
    dense = np.zeros((ours.rows, ours.columns))
    row = np.repeat(np.arange(ours.rows), np.diff(ours.start))
    dense[row, ours.index] = ours.value
    constraint = {
        id(c): i
        for i, c in enumerate(
            c for family in model.component_objects(pyo.Constraint) for c in family.values()
        )
    }
    seen = np.flatnonzero(np.array(order) >= 0)
    where = np.array(order)[seen]
    matrix = theirs.A.toarray()
    for i, written in enumerate(theirs.rows):
        mine = constraint[id(written.constraint)]
        np.testing.assert_allclose(dense[mine, seen], matrix[i, where], rtol=1e-12)
        bound = ours.row_lower[mine] if written.bound_type < 0 else ours.row_upper[mine]
        assert theirs.rhs[i] == pytest.approx(bound)
    np.testing.assert_allclose(ours.cost[seen], theirs.c.toarray()[0, where], rtol=1e-12)
    # What Pyomo leaves out has no coefficient anywhere.
    unseen = np.flatnonzero(np.array(order) < 0)
    assert not dense[:, unseen].any()


@pytest.mark.parametrize("name", ["tiny", "transport"])
def test_lp_writer_and_official_interface_agree_on_examples(name: str, tmp_path) -> None:
    case = jvopt.example(name)
    model = build(case).model
    ours = search(stack(model), gap=0.0, time_limit=60.0)
    written = tmp_path / "model.lp"
    model.write(str(written), io_options={"symbolic_solver_labels": True})
    text = written.read_text()
    assert "flow_balance(" in text
    pyo.SolverFactory("highs").solve(model)
    assert pyo.value(model.total) == pytest.approx(ours.objective, rel=1e-7)
