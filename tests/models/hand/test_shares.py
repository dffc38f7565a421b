"""Shares: of a source in what is bought, of demand that is met from near by."""

from __future__ import annotations

from tests.models.support import bought, case, guards, near, proven


@guards("share_of_source")
def test_the_share_of_a_source():
    """A sells at 1, B at 2, C at 4; 100 units. At most 60% from A: 60 + 80 = 140. At least 10% from
    C: 90 + 40 = 130. At most half from each: 50 + 100 = 150.
    """
    tables = {
        "products": "product tags; P .; Q other",
        "sites": "site tags; A .; B .; C third; M .",
        "supply": "site product unit_cost; A P 1; B P 2; C P 4; B Q 0",
        "lanes": "origin destination; A M; B M; C M",
        "demand": "site product quantity; M P 100; M Q 100",
    }
    most = "limit quantity site product value; N share_of_source A P 0.6"
    least = "limit quantity sense site_tag product value; N share_of_source at_least third P 0.1"
    plan = proven(case(limits=most, **tables), 140)
    assert bought(plan, "A") == near(60)
    proven(case(limits=least, **tables), 130)
    each = "limit quantity product for_each value; N share_of_source P site 0.5"
    proven(case(limits=each, **tables), 150)


@guards("share_of_source")
def test_a_share_may_be_kept_by_goods_that_nobody_wants():
    """100 X from A at 1 and 1 of freight: 200. Half of the family from A at most: 100 Y must be
    bought of B at 1, which stay there in stock: 300; also where B sells none or at least one.
    At least half of the family from B: the same.
    """
    tables = {
        "products": "product family; X F; Y F",
        "sites": "site; A; B; M",
        "lanes": "origin destination cost_per_unit; A M 1",
        "stock": "site product; B Y",
        "demand": "site product quantity; M X 100",
    }
    sold = "site product unit_cost least_take least_take_rule; A X 1 . .; B Y 1 "
    for limit in ("A at_most", "B at_least"):
        limits = f"limit quantity family value site sense; N share_of_source F 0.5 {limit}"
        for take in (". .", "1 if_used"):
            proven(case(supply=sold + take, limits=limits, **tables), 300)


def test_what_passes_through_a_market_does_not_reach_it():
    """5 bought at 1 go to M by way of T, 1 for each lane: 15. T has a demand of 0. M lies within
    50 km of T, where all comes from: the share reached is 1, not 2.
    """
    tables = {
        "products": "product; P",
        "sites": "site; S; T; M",
        "supply": "site product unit_cost; S P 1",
        "lanes": "origin destination cost_per_unit distance; S T 1 10; T M 1 10",
        "demand": "site product quantity; T P 0; M P 5",
        "limits": "limit quantity sense value within_km; X demand_within at_least 0.5 50",
    }
    plan = proven(case(**tables), 15)
    assert plan.limits["reached"].tolist() == near([1.0])


@guards("share_of_source", "demand_within")
def test_shares_for_each_family():
    """A's 10 from S at 1 or T at 3: half of each family from S at most: 5 + 15. Q has no family:
    all from S: 10. In all 30. Half of each family within 500 km at most, that is from S: the same.
    """
    tables = {
        "products": "product family; P A; Q .",
        "sites": "site; S; T; M",
        "supply": "site product unit_cost; S P 1; S Q 1; T P 3; T Q 3",
        "lanes": "origin destination distance; S M 400; T M 900",
        "demand": "site product quantity; M P 10; M Q 10",
    }
    share = "limit quantity site value for_each; X share_of_source S 0.5 family"
    near_ = "limit quantity within_km value for_each; X demand_within 500 0.5 family"
    proven(case(limits=share, **tables), 30)
    plan = proven(case(limits=near_, **tables), 30)
    assert plan.limits["group"].tolist() == ["A"]
