"""The arrays behind the model, each beside a plain way to say the same."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyomo.environ as pyo
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jvopt.models.network import Words
from jvopt.models.sparse import Columns, Index, Rows, Terms, Total
from jvopt.solve.handover import hand_over, stack

KEY = ["site", "goods"]
NAMES = {"site": [f"S{n}" for n in range(1000)], "goods": [f"G{n}" for n in range(1000)]}
WIDTH, HEIGHT = 5, 4


def index(pairs: list[tuple[int, int]]) -> Index:
    return Index(pd.DataFrame(pairs, columns=KEY, dtype=np.int64), KEY, NAMES)


few = st.integers(0, 6)
members = st.lists(st.tuples(few, few), unique=True, max_size=30)
asked = st.lists(st.tuples(st.integers(-1, 9), st.integers(-1, 9)), max_size=40)


@given(members, asked, st.booleans())
def test_members_are_found_by_their_codes(pairs, asked, spread):
    """Whether the codes are few, so that a table holds them all, or spread far apart."""
    scale = 400 if spread else 1
    counted = index([(scale * s, scale * g) for s, g in pairs])
    wanted = np.array(asked, np.int64).reshape(-1, 2) * scale
    found = counted.find({"site": wanted[:, 0], "goods": wanted[:, 1]})
    assert found.tolist() == [pairs.index(p) if p in pairs else -1 for p in asked]


@pytest.mark.parametrize("far", [1, 500])
def test_members_of_the_same_key_are_refused(far):
    with pytest.raises(Exception, match=r"same key|unique"):
        index([(far, 0), (0, far), (far, 0)]).find({"site": [far], "goods": [0]})


@given(members)
def test_columns_put_into_their_own_rows_are_found_there(pairs):
    counted = index(pairs)
    columns = Columns(counted)
    same, other = columns.by(counted, times=2.0)[0], columns.by(index(pairs), times=2.0)[0]
    for part in ("col", "row", "coef"):
        assert getattr(same, part).tolist() == getattr(other, part).tolist()


cell = st.tuples(
    st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1), st.sampled_from([-2.0, -1.0, 0.0, 1.0])
)


@given(st.lists(st.lists(st.lists(cell, max_size=12), max_size=3), min_size=1, max_size=3))
def test_the_stacked_matrix_is_the_sum_of_its_terms(families):
    """Families of terms of cells, in any order, with repeats, zeros and what cancels out."""
    model = pyo.ConcreteModel()
    model.first = Columns(index([(0, 0)]))
    model.x = Columns(index([(n, 0) for n in range(WIDTH)]))
    rows = index([(n, 0) for n in range(HEIGHT)])
    dense = np.zeros((len(families) * HEIGHT, 1 + WIDTH))
    for number, terms in enumerate(families):
        picked = Terms()
        for cells in terms:
            col, row, coef = (
                (list(part) for part in zip(*cells, strict=True)) if cells else [[]] * 3
            )
            picked = picked + model.x.pick(col, row, coef)
            for c, r, value in cells:
                dense[number * HEIGHT + r, 1 + c] += value
        model.add_component(f"rows{number}", Rows(rows, picked, upper=1.0))
    model.total = Total(Terms(), 0.0)
    matrix = stack(model)
    stacked = np.zeros_like(dense)
    at = np.repeat(np.arange(matrix.rows), np.diff(matrix.start))
    stacked[at, matrix.index] = matrix.value
    assert stacked.tolist() == dense.tolist()
    assert len(matrix.value) == np.count_nonzero(dense)
    place = at * matrix.columns + matrix.index
    assert (np.diff(place) > 0).all()


def test_highs_is_given_what_was_stacked():
    model = pyo.ConcreteModel()
    sites = index([(0, 0), (1, 0)])
    model.x = Columns(sites, lower=[1.0, 0.0], upper=[3.0, np.inf], whole=[True, False])
    model.rows = Rows(sites, model.x.by(sites) - model.x.pick([0], [1], [0.5]), upper=[np.inf, 4.0])
    model.total = Total(model.x.pick([0, 1], [0, 0], [2.0, -1.0]), 6.0)
    for whole in (True, False):
        highs, scale = hand_over(stack(model), whole=whole)
        lp = highs.getLp()
        assert scale == 1.0
        assert (list(lp.col_cost_), lp.offset_) == ([2.0, -1.0], 6.0)
        assert (list(lp.col_lower_), list(lp.col_upper_)) == ([1.0, 0.0], [3.0, np.inf])
        assert (list(lp.row_lower_), list(lp.row_upper_)) == ([-np.inf] * 2, [np.inf, 4.0])
        assert [int(kind) for kind in lp.integrality_] == [int(whole), 0]
        highs.run()
        # x1 is at most 4 + x0 / 2, so that x0 does not pay: 6 + 2 x 1 - 4.5.
        assert highs.getInfo().objective_function_value == pytest.approx(3.5)


def test_names_are_put_together_when_looked_up():
    words = Words(pd.DataFrame({"origin": ["A", "B"], "mode": ["", "rail"], "to": ["C", "D"]}))
    assert list(words) == words[:] == ["A C", "B rail D"]
    assert (len(words), words[-1]) == (2, "B rail D")
