"""A plan worked out by hand passes; with any figure or word of it changed it does not."""

import numpy as np
import pandas as pd
import pytest

from jvopt.core.plan import Plan
from jvopt.core.plan_tables import PLAN_TABLES
from jvopt.solve.audit import RULES, audit
from tests.audit import hand
from tests.breadth import every

NOT_AUDITED = {"prices", "conflicts", "messages", "summary"}
"""Dual values need a solver; others say nothing of the plan. The summary has its own test."""

FREE = {("as_is", "text"), ("goods", "goods")}
"""Words that claim nothing; renaming one of several rows of an id is tried on the others."""

NAMES = {
    "site": list(hand.SITES),
    "origin": list(hand.SITES),
    "destination": list(hand.SITES),
    "line": ["A", "B"],
    "recipe": ["S", "C"],
    "product": ["T", "KIT", "ENG"],
    "period": ["Y1", "Y2"],
    "goods": list(hand.GOODS),
}
"""Names that the case knows: a wrong one of them is harder to see than one that is unknown."""

TABLES = [name for name in PLAN_TABLES if name not in NOT_AUDITED]
CELLS = [
    (name, column.name)
    for name in TABLES
    for column in PLAN_TABLES[name].columns
    if (name, column.name) not in FREE
]


@pytest.fixture(scope="module")
def case():
    return hand.case()


@pytest.fixture(scope="module")
def tables():
    return hand.tables()


def audited(case, tables, **replaced):
    plan = Plan(case, tables | replaced, state="succeeded", termination="gap_limit", found=True)
    return audit(case, plan)


def changed(frame, row, column):
    """Change one cell: a name to another one, a state to its opposite, a number by a hundredth."""
    frame = frame.copy()
    cell = frame.at[row, column]
    if frame[column].dtype != float:
        names = NAMES.get(column, ["something else"])
        at = names.index(cell) + 1 if cell in names else 0
        frame.at[row, column] = names[at % len(names)]
    elif column in ("open", "opened", "closed", "built"):
        frame.at[row, column] = 1 - cell
    elif column == "within":  # nothing is that near, everything that is known is that far
        frame.at[row, column] = 1e-3 if frame.at[row, "units"] else 1e9
    else:
        more = 100.0 if "network" in frame else 0.01  # of networks only totals are compared
        frame.at[row, column] = 1.0 if cell != cell else cell * 1.01 + more
    return frame


def test_plan_by_hand_passes(case, tables):
    found = audited(case, tables)
    assert found.violations.to_dict("records") == []
    assert found.ok
    assert found.largest < 1e-12
    assert set(found.checked) == {rule.__name__ for rule in RULES}
    assert min(found.checked.values()) > 0, "a rule that checked nothing here proves nothing"


NUMBERS = [(name, column) for name, column in CELLS if PLAN_TABLES[name][column].numeric]


@pytest.mark.parametrize(("table", "column"), every(3, NUMBERS))
def test_every_figure_is_watched(case, tables, table, column):
    frame = tables[table]
    telling = (frame[column].notna() & (frame[column] != "")).to_numpy().nonzero()[0]
    row = telling[len(telling) // 2] if len(telling) else 0
    found = audited(case, tables, **{table: changed(frame, row, column)})
    assert not found.ok
    assert found.largest > 1e-6


@pytest.mark.slow
@pytest.mark.parametrize(("table", "column"), CELLS)
def test_every_cell_is_watched(case, tables, table, column):
    for row in range(len(tables[table])):
        found = audited(case, tables, **{table: changed(tables[table], row, column)})
        assert not found.ok, f"row {row} of {table}"


@pytest.mark.slow
@pytest.mark.parametrize("table", [name for name in TABLES if name not in ("reach", "goods")])
def test_every_row_is_missed(case, tables, table):
    for row in range(len(tables[table])):
        left = tables[table].drop(index=row).reset_index(drop=True)
        assert not audited(case, tables, **{table: left}).ok, f"row {row} of {table}"


@pytest.mark.parametrize("item", ["objective", "bound", "gap", "cost", "saving_against_today"])
def test_summary_is_watched(case, tables, item):
    frame = tables["summary"].copy()
    frame.loc[frame["item"] == item, "value"] *= 1.01
    rules = set(audited(case, tables, summary=frame).violations["rule"])
    assert rules & {"objective", "bound_and_gap", "summary"}


def test_a_search_that_was_cut_off_may_have_no_bound(case, tables):
    frame = tables["summary"].copy()
    frame.loc[frame["item"].isin(["bound", "gap"]), "value"] = np.nan
    frame = frame[frame["item"] != "termination"]
    for ended, passes in (("time_limit", True), ("optimal", False)):
        row = pd.DataFrame({"item": ["termination"], "value": [ended], "unit": [""]})
        found = audited(case, tables, summary=pd.concat([frame, row], ignore_index=True))
        assert ("bound_and_gap" not in set(found.violations["rule"])) == passes


def test_largest_tells_how_far_off(case, tables):
    """9 kits fewer than 12 bought: (12 - 3) / 12 of the flow is missing at Minsk."""
    frame = tables["purchases"].copy()
    frame.loc[0, ["quantity", "cost"]] = [3.0, 30000.0]
    found = audited(case, tables, purchases=frame).violations
    row = found[(found["rule"] == "flow_balance").to_numpy()].iloc[0]
    assert row["place"] == "site MINSK, goods kit"
    assert row["period"] == "Y1"
    assert (row["expected"], row["found"], row["amount"], row["size"]) == (3, 12, 9, 0.75)


def test_small_noise_passes(case, tables):
    """A solver's noise of 1e-8 of a figure is no violation, but is told."""
    frame = tables["shipments"].copy()
    frame["quantity"] *= 1 + 1e-8
    found = audited(case, tables, shipments=frame)
    assert found.ok
    assert 1e-9 < found.largest < 1e-7


def test_no_plan_cannot_be_audited(case):
    plan = Plan(case, {}, state="succeeded", termination="infeasible", found=False)
    with pytest.raises(ValueError, match="no plan"):
        audit(case, plan)
