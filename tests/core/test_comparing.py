"""What is different between two cases is found cell by cell, whatever the order of the rows."""

from __future__ import annotations

import pytest

from jvopt.core.case import Case
from jvopt.core.comparing import (
    Difference,
    cell_differences,
    is_same_network,
    share_periods,
)
from jvopt.examples import example
from tests.core.small_case import CASE


def test_a_case_does_not_differ_from_itself_in_another_order() -> None:
    turned = {name: rows[::-1] for name, rows in CASE.items()}
    assert list(cell_differences(Case(CASE), Case(turned))) == []


def test_cells_are_found_by_the_key_of_their_row() -> None:
    before = example("tiny")
    rows = before.to_dict()["demand"]
    first, second, *rest = rows
    after = before.replace(demand=[*rest, {**second, "quantity": 7}])
    gone, changed = (
        tuple(str(row.get(name, "")) for name in ("site", "product", "period"))
        for row in (first, second)
    )
    quantity = float(second["quantity"])
    assert set(cell_differences(before, after)) == {
        Difference("demand", gone, "", True, False),
        Difference("demand", changed, "quantity", quantity, 7.0),
    }
    assert Difference("demand", gone, "", False, True) in set(cell_differences(after, before))


def test_digits_that_a_spreadsheet_drops_are_no_difference() -> None:
    case = example("kz-assembly")
    near, far = (
        case.change("currencies", "rate", 1.0 + x, action="multiply") for x in (1e-11, 1e-6)
    )
    assert list(cell_differences(case, near)) == []
    moved = list(cell_differences(case, far))
    assert {d.column for d in moved} == {"rate"}


@pytest.mark.parametrize("value", [3.0, None])
def test_a_blank_is_no_number(value) -> None:
    before = example("tiny")
    blank = before.change("sites", "latitude", None)
    found = list(cell_differences(blank, blank.change("sites", "latitude", value)))
    assert [d[2:] for d in found] == [("latitude", "", value)] * (
        len(before["sites"]) * bool(value)
    )


def test_networks_are_told_apart_by_their_sites_and_periods() -> None:
    tiny, large = example("tiny"), example("kz-assembly")
    assert not is_same_network(tiny, large)
    assert not share_periods(tiny, large.replace(periods=[{"period": "1", "start": "2050-01-01"}]))
    grown = large.replace(sites=[*large.to_dict()["sites"], {"site": "NEW", "country": "KZ"}])
    assert is_same_network(large, grown)
    assert share_periods(large, grown)
