"""Checks of limits: whether they fit what they count, and each other."""

from __future__ import annotations

import pytest

from jvopt.core.reading import examine
from tests.core.small_case import CASE, planted


@pytest.mark.parametrize(
    ("least", "most", "found"),
    [
        ({"value": 3}, {"value": 2}, True),
        ({"value": 3, "source": "the plan of 2026"}, {"value": 2}, True),
        ({"value": 2}, {"value": 2}, False),
        ({"value": 3, "country": "KZ"}, {"value": 2}, False),
        ({"value": 3, "period": "2026"}, {"value": 2}, False),
        # No product has a family: there is nothing for each of which anything is made.
        ({"value": 3, "for_each": "family"}, {"value": 2, "for_each": "family"}, False),
        # Where nothing is bought, any share of it is kept.
        *[
            ({"quantity": q, "value": 0.6, "within_km": 9}, {"quantity": q, "value": 0.5,
             "within_km": 9}, False)
            for q in ("share_of_source", "demand_within")
        ],
    ],
)  # fmt: skip
def test_limits_contradict_only_where_both_are_of_the_same(least, most, found):
    each = {"quantity": "made", **least, "limit": "L", "sense": "at_least"}
    other = {"quantity": "made", **most, "limit": "M"}
    issues = examine({**CASE, "limits": [each, other]})[1]
    assert ("limits_contradict" in {i.code for i in issues}) is found


@pytest.mark.parametrize(
    ("quantity", "unfit"),
    [
        ("sites_open", ["product", "family", "product_tag", "assembly_mode"]),
        ("lines_open", []),
        ("made", []),
        ("investment", []),
        ("bought", ["assembly_mode"]),
        ("co2", ["assembly_mode"]),
        ("share_of_source", ["assembly_mode"]),
        ("demand_within", ["assembly_mode"]),
    ],
)
def test_what_a_limit_counts_has_what_it_is_selected_by(quantity, unfit):
    """Sites have no product, and only lines and what they make an assembly mode."""
    case = planted()
    case["products"][0]["tags"] = "heavy"
    repeated = ["site", "country", "product", "family", "assembly_mode", "period"]
    case["limits"] = [
        {"limit": "all", "quantity": quantity, "value": 1,
         "product": case["products"][0]["product"], "family": case["products"][0]["family"],
         "product_tag": "heavy", "assembly_mode": "SKD", "for_each": ", ".join(repeated)},
    ]  # fmt: skip
    found = [i for i in examine(case)[1] if i.code.startswith("unfit_")]
    assert {(i.table, i.row) for i in found} <= {("limits", 1)}
    assert [i.column for i in found if i.code == "unfit_selector"] == unfit
    again = [name for name in repeated if name in unfit]
    assert [i.value for i in found if i.code == "unfit_for_each"] == again
    assert all(quantity in i.message for i in found)
