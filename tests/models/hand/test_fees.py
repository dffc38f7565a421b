"""Recycling fees and incentives: small cases solved by hand."""

from tests.models.support import case, cost, guards, near, proven, total


def market(**tables):
    """Ten P for KZ: imported from CN for 29, or made in KZ by SKD for 30 or FULL for 42."""
    defaults = {
        "products": "product family hs customs_value; K . . .; P TRUCK 870120 200",
        "sites": "site country; S CN; F KZ; M KZ",
        "supply": "site product unit_cost; S K 0; S P 29",
        "lines": "line site; L F",
        "recipes": "recipe product assembly_mode; RS P SKD; RF P FULL",
        "recipe_inputs": "recipe product; RS K; RF K",
        "assembly": "line recipe unit_cost; L RS 30; L RF 42",
        "lanes": "origin destination; S F; S M; F M",
        "demand": "site product quantity; M P 10",
    }
    return case(**{**defaults, **tables})


def modes_used(plan):
    return set(plan.deliveries["assembly_mode"])


@guards("fee")
def test_the_fee_and_its_relief_choose_the_mode():
    """SKD is let off a quarter, FULL all. Fee 20: 49, 45, 42: FULL. Fee 8: 37, 36, 42: SKD.
    Fee 1: 30, 30.75, 42: imported.
    """
    fees = "assembly_mode amount relief; . {} .; SKD . 0.25; FULL . 1"
    plan = proven(market(fees=fees.format(20)), 420)
    assert modes_used(plan) == {"FULL"}
    plan = proven(market(fees=fees.format(8)), 360)
    assert modes_used(plan) == {"SKD"}
    assert cost(plan, "fee") == near(60)
    assert total(plan.deliveries, "fee") == near(60)
    plan = proven(market(fees=fees.format(1)), 300)
    assert modes_used(plan) == {""}


@guards("fee")
def test_the_fee_goes_by_the_country_of_manufacture():
    """20 for goods of CN, 5 for others: 49 against 30 + 5: 350."""
    proven(market(fees="made_in amount; CN 20; . 5"), 350)


@guards("fee")
def test_the_fee_holds_from_its_date():
    """None in 2026: imported 290. From 2027 on 20, for goods of CN: SKD 300."""
    proven(
        market(
            periods="period start; 2026 2026-01-01; 2027 2027-01-01",
            fees="made_in from_date amount; CN 2027-01-01 20",
        ),
        590,
    )


@guards("fee")
def test_the_fee_falls_on_deliveries_alone():
    """7 on all goods in KZ. Kits, goods on their way through a KZ depot to UZ, and goods made in
    KZ and sold there owe nothing: 10 x 30 + 10 x 7 in KZ, 10 x 29 in UZ.
    """
    plan = proven(
        market(
            sites="site country; S CN; F KZ; M KZ; D KZ; U UZ",
            lanes="origin destination product; S F K; F M .; S D .; D U .",
            demand="site product quantity; M P 10; U P 10",
            fees="country amount; KZ 7",
        ),
        660,
    )
    assert cost(plan, "fee") == near(70)


@guards("fee")
def test_amount_and_relief_each_come_from_the_most_specific_row_that_states_one():
    """For P 20, for its family a relief of half: 10 a unit, whatever the row for all says:
    imported 290 + 100 = 390.
    """
    fees = "product family amount relief; P . 20 .; . TRUCK . 0.5; . . 99 0.9"
    proven(market(fees=fees, lanes="origin destination; S M"), 390)


@guards("fee")
def test_the_larger_relief_counts():
    """SKD is let off half of 20, CT1 (any goods of KZ) 80% or 30%: 30 + 4, or 30 + 10."""
    tables = {
        "claims": "claim area rule; CT1 KZ heading",
        "lanes": "origin destination product; S F K; F M .",
    }
    fees = "assembly_mode claim amount relief; . . 20 .; SKD . . 0.5; . CT1 . "
    proven(market(fees=fees + "0.8", **tables), 340)
    proven(market(fees=fees + "0.3", **tables), 400)


@guards("fee")
def test_the_least_amount_counts():
    """A claim may set an amount of its own: 6 instead of 20; a larger one, 25, does not count."""
    tables = {
        "claims": "claim area rule; CT1 KZ heading",
        "lanes": "origin destination product; S F K; F M .",
    }
    proven(market(fees="claim amount; . 20; CT1 6", **tables), 360)
    proven(market(fees="claim amount; . 20; CT1 25", **tables), 500)


def nowhere(**tables):
    """Ten P for a market in no country: by SKD for 1 or by CKD for 2, of kits for 1."""
    defaults = {
        "products": "product; P; K",
        "sites": "site country; S CN; F KZ; M .",
        "supply": "site product unit_cost; S K 1",
        "lines": "line site now decision; L F open open",
        "recipes": "recipe product assembly_mode; R P SKD; C P CKD",
        "recipe_inputs": "recipe product; R K; C K",
        "assembly": "line recipe unit_cost; L R 1; L C 2",
        "lanes": "origin destination; S F; F M",
        "demand": "site product quantity; M P 10",
    }
    return case(**{**defaults, **tables})


@guards("fee")
def test_a_market_without_a_country_levies_no_fee():
    """10 on SKD falls on nobody here: 10 x (1 + 1) = 20, also where no site has a country. A second
    market in KZ, where a row for all countries holds: 20 + 10 x (1 + 2) = 50.
    """
    fees = "assembly_mode amount; SKD 10"
    plan = proven(nowhere(fees=fees), 20)
    assert cost(plan, "fee") == near(0)
    proven(nowhere(fees=fees, sites="site; S; F; M"), 20)
    two = {
        "sites": "site country; S CN; F KZ; M .; N KZ",
        "lanes": "origin destination; S F; F M; F N",
        "demand": "site product quantity; M P 10; N P 10",
    }
    proven(nowhere(fees=fees, **two), 50)


@guards("incentive")
def test_a_market_without_a_country_gives_no_support():
    """1.5 for CKD is paid by nobody here: 10 x (1 + 1) = 20, not 10 x (1 + 2 - 1.5) = 15. A second
    market in KZ gets it: 20 + 15.
    """
    incentives = "assembly_mode amount; CKD 1.5"
    plan = proven(nowhere(incentives=incentives), 20)
    assert cost(plan, "incentive") == near(0)
    proven(nowhere(incentives=incentives, sites="site; S; F; M"), 20)
    two = {
        "sites": "site country; S CN; F KZ; M .; N KZ",
        "lanes": "origin destination; S F; F M; F N",
        "demand": "site product quantity; M P 10; N P 10",
    }
    proven(nowhere(incentives=incentives, **two), 35)


def test_the_fee_of_a_shipment_is_that_of_its_part_of_what_is_at_hand():
    """Ten P are delivered for a fee of 30: 4 from stock, 2 bought at the market, 1 made there and 3
    shipped for 5: 3 x 5 + 30 = 45, and 3 of the 10 bear a fee of 9.
    """
    plan = proven(
        case(
            products="product; P",
            sites="site country; A KZ; M KZ",
            supply="site product unit_cost capacity; A P 5 .; M P 0 2",
            lines="line site now decision capacity; L M open open 1",
            recipes="recipe product; R P",
            assembly="line recipe; L R",
            stock="site product opening; M P 4",
            lanes="origin destination; A M",
            demand="site product quantity; M P 10",
            fees="country amount; KZ 3",
        ),
        45,
    )
    assert total(plan.shipments, "fee") == near(9)


def test_the_landed_cost_is_less_than_nothing_where_support_is_more_than_cost():
    """Bought for 5, supported with 9: -4 a unit."""
    plan = proven(
        case(
            products="product; P",
            sites="site country; A KZ; M KZ",
            supply="site product unit_cost; A P 5",
            lanes="origin destination; A M",
            demand="site product quantity; M P 10",
            incentives="country amount; KZ 9",
        ),
        -40,
    )
    assert plan.service["landed_cost"].tolist() == near([-4])


@guards("incentive")
def test_an_incentive_chooses_the_mode():
    """FULL costs 13 more than importing: 15 a unit in support makes it 27: 270; with 12, 290."""
    plan = proven(market(incentives="assembly_mode amount; FULL 15"), 270)
    assert modes_used(plan) == {"FULL"}
    assert cost(plan, "incentive") == near(-150)
    assert total(plan.deliveries, "incentive") == near(150)
    proven(market(incentives="assembly_mode amount; FULL 12"), 290)


@guards("incentive")
def test_an_incentive_as_a_share_of_the_price():
    """FULL gets 2 + 10%: of the price of 150, 17: 25 a unit. Without a price, of the customs value
    of 200, 22: 20 a unit.
    """
    incentives = "assembly_mode amount share_of_price; FULL 2 0.1"
    priced = "site product quantity price; M P 10 150"
    proven(market(incentives=incentives, demand=priced), 250)
    proven(market(incentives=incentives), 200)


@guards("incentive")
def test_an_incentive_that_needs_a_claim():
    """15 for FULL, 18 for goods that hold CT1, which only FULL can: not both: 42 - 18 = 24.
    With 6 for CT1 the 15 count.
    """
    tables = {
        "products": "product hs customs_value; K 870190 150; P 870120 200; X 8708 10",
        "supply": "site product unit_cost; S K 0; S P 29; S X 0",
        "recipe_inputs": "recipe product; RS K; RF X",
        "claims": "claim area rule; CT1 KZ heading",
    }
    incentives = "assembly_mode claim amount; FULL . 15; . CT1 "
    proven(market(incentives=incentives + "18", **tables), 240)
    proven(market(incentives=incentives + "6", **tables), 270)


@guards("incentive")
def test_an_incentive_falls_on_deliveries_in_its_country():
    """5 in KZ for goods of KZ: 10 x 25 there; goods sold in UZ get nothing: 10 x 29 imported."""
    proven(
        market(
            sites="site country; S CN; F KZ; M KZ; U UZ",
            lanes="origin destination; S F; S M; F M; S U; F U",
            demand="site product quantity; M P 10; U P 10",
            incentives="country made_in amount; KZ KZ 5",
        ),
        250 + 290,
    )
