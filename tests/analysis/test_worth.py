"""One more and one less: the difference of two plans made anew, and duals worked out by hand."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from jvopt.analysis.worth import _Cell, _named, worth
from jvopt.core.addresses import Address
from jvopt.core.checks import check
from jvopt.core.conditions import selected
from jvopt.core.issues import errors
from jvopt.core.tables import TABLES
from jvopt.solve import optimize
from tests.models.random_cases import random_case
from tests.models.support import case, fresh_objective, near

# A makes up to 10 units at 2 each; B, closed now, up to 5 at 1 each for a fixed cost of 30.
# 12 are wanted; what is short costs 20 a unit. A alone: 20 + 2 x 20 = 60. B alone:
# 30 + 5 + 7 x 20 = 175. Both: 30 + 5 + 7 x 2 = 49, the best.
TWO_LINES = {
    "products": "product; P; X",
    "sites": "site country now decision; S KZ open stay; F KZ open stay; M KZ open stay",
    "recipes": "recipe product; R P",
    "recipe_inputs": "recipe product; R X",
    "supply": "site product unit_cost; S X 0",
    "lines": "line site now decision fixed_cost capacity; A F open stay 0 10; B F closed free 30 5",
    "assembly": "line recipe unit_cost; A R 2; B R 1",
    "lanes": "origin destination cost_per_unit; S F 0; F M 0",
    "demand": "site product quantity penalty; M P 12 20",
}


def told(report, kind):
    rows = report.worth[(report.worth["kind"] == kind).to_numpy()]
    return rows.set_index("figure")


def test_both_ways_by_hand():
    report = worth(case(**TWO_LINES), figure=[
        "demand[site = M].quantity", "lines[line = B].capacity", "lines[line = A].capacity",
    ])  # fmt: skip
    assert report.complete
    demand = told(report, "demand").iloc[0]
    # 13: 30 + 5 + 16 = 51. 11: A alone 20 + 20 = 40, both 30 + 5 + 12 = 47.
    assert (demand["more"], demand["less"]) == (near(2), near(40 - 49))
    assert demand["dual"] == near(2)
    assert (demand["plants_more"], demand["plants_less"]) == ("no", "yes")
    b = told(report, "line").loc["lines[line = B].capacity"]
    assert report.said()[:2] == [
        "Each unit more of demand[site = M].quantity costs 2 USD.",
        "Each unit less of demand[site = M].quantity saves 9 USD.",
    ]
    # 6: 30 + 6 + 12 = 48. 4: 30 + 4 + 16 = 50.
    assert (b["more"], b["less"], b["dual"]) == (near(-1), near(1), near(-1))


def test_a_closed_line_is_worth_nothing_by_itself():
    lower = TWO_LINES | {"demand": "site product quantity penalty; M P 11 20"}
    report = worth(case(**lower), figure=["lines[line = B].capacity", "lines[line = A].capacity"])
    lines = told(report, "line")
    # B stays closed: 40. A one more: 22. A one less: 9 at 2 and 2 short is 58, both lines 47.
    assert lines.loc["lines[line = B].capacity", "dual"] == near(0)
    assert lines.loc["lines[line = B].capacity", "more"] == near(0)
    a = lines.loc["lines[line = A].capacity"]
    assert (a["more"], a["less"], a["dual"]) == (near(-18), near(7), near(-18))
    prices = optimize(case(**lower), gap=0.0, compare=False).prices
    priced = prices[(prices["kind"] == "line").to_numpy()]
    assert priced["line"].tolist() == ["A"]
    assert priced["price"].tolist() == [near(18)]


def test_what_is_scarce_is_chosen_and_demand_fills_up():
    report = worth(case(**TWO_LINES), step="50%", most=2)
    assert set(report.worth["kind"]) == {"line", "demand"}
    demand = told(report, "demand").iloc[0]
    # 18 units: 30 + 5 + 20 + 3 x 20 = 115; 6 units: A alone 12.
    assert (demand["step"], demand["more"]) == (near(6), near((115 - 49) / 6))
    assert demand["less"] == near((12 - 49) / 6)


def test_of_profit_it_says_what_is_earned_and_lost():
    tables = TWO_LINES | {
        "demand": "site product quantity penalty price; M P 12 20 50",
        "settings": "objective=profit",
    }
    # Both lines: 12 x 50 - 5 - 14 - 30 = 551. 13: 650 - 5 - 16 - 30. 11: 550 - 5 - 12 - 30.
    report = worth(case(**tables), figure=["demand.quantity"])
    assert report.said()[:2] == [
        "Each unit more of demand.quantity earns 48 USD.",
        "Each unit less of demand.quantity loses 48 USD.",
    ]


def test_a_step_is_a_number_above_nought():
    with pytest.raises(ValueError, match="step"):
        worth(case(**TWO_LINES), step="0")


def test_addresses_name_the_cell_and_no_other():
    """Whatever stands in a table, of random cases and of one with spaces, signs and blanks."""
    odd = case(**TWO_LINES).change("lines", "line", 'A "1" (x, y]', where="line = A")
    odd = odd.change("assembly", "line", 'A "1" (x, y]', where="line = A").replace(
        throughput=[
            {"site": "F", "product": None, "capacity": 5.0},
            {"site": "F", "product": "P", "capacity": 4.0},
        ]
    )
    count = 0
    for one in [odd, *map(random_case, range(6))]:
        for table in TABLES.values():
            columns = [c.name for c in table.columns if c.kind == "number"][:1]
            for column, row in product(columns, range(len(one[table.name]))):
                told = Address.read(_named(one, _Cell(table.name, column, row)))
                assert (told.table, told.column) == (table.name, column)
                tables = {name: one[name] for name in TABLES}
                meant = np.flatnonzero(selected(tables, table, told.where))
                assert meant.tolist() == [row], told
                count += 1
    assert count > 150


def compare(seeds: range) -> int:
    """Compare with fresh searches; count figures."""
    count = 0
    for seed in seeds:
        one = random_case(seed)
        if errors(check(one)):
            continue
        report = worth(one, most=3)
        base = fresh_objective(one)
        for row in report.worth.to_dict("records"):
            address = Address.read(row["figure"])
            for sign, name in ((1, "more"), (-1, "less")):
                if row[f"{name}_ended"] == "not possible":
                    continue
                fresh = fresh_objective(address.change(one, sign * row["step"], "add"))
                if row[f"{name}_ended"] == "infeasible":
                    assert np.isnan(fresh)
                    continue
                known = (fresh - base) / row["step"]
                slack = 2e-6 * max(1.0, abs(base)) / row["step"]
                assert row[name] == pytest.approx(known, abs=slack)
                count += 1
    return count


def test_random_cases():
    assert compare(range(600, 602)) > 4


@pytest.mark.slow
@pytest.mark.parametrize("block", range(20))
def test_many_random_cases(block):
    assert compare(range(700 + 10 * block, 710 + 10 * block)) > 10
