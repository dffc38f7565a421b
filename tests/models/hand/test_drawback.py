"""Drawback: small cases solved by hand."""

from tests.models.support import bought, case, cost, guards, near, proven, total


def exporter(supply="site product unit_cost; S X 50", **tables):
    """Ten P of two X each: six for UZ, four for KZ. X from CN costs 50 and owes 10% of 100;
    90% of that, 9, is refunded for each X that leaves again.
    """
    defaults = {
        "products": "product customs_value; X 100; P .",
        "country_groups": "group country kind; EAEU KZ customs_union; EAEU RU customs_union",
        "sites": "site country; S CN; H KZ; F KZ; M KZ; U UZ",
        "supply": supply,
        "lines": "line site; L F",
        "recipes": "recipe product; R P",
        "recipe_inputs": "recipe product quantity; R X 2",
        "assembly": "line recipe; L R",
        "lanes": "origin destination; S F; H F; F M; F U",
        "demand": "site product quantity; M P 4; U P 6",
        "tariffs": "product ad_valorem drawback_share; X 0.1 0.9",
    }
    return case(**{**defaults, **tables})


@guards("drawback", "refund_exported")
def test_what_leaves_again_is_refunded():
    """20 X at 60, of which 12 leave: 1200 - 12 x 9 = 1092."""
    plan = proven(exporter(), 1092)
    assert cost(plan, "drawback") == near(-108)
    assert total(plan.drawback) == near(12)


@guards("drawback", "refund_received")
def test_only_dutied_units_are_refunded():
    """14 X from KZ at 40, so only 6 come in under duty: 560 + 360 - 54 = 866."""
    supply = "site product unit_cost capacity; S X 50 .; H X 40 14"
    plan = proven(exporter(supply), 866)
    assert total(plan.drawback) == near(6)


@guards("drawback", "refund_exported")
def test_drawback_decides_where_to_buy():
    """X from KZ at 57 beats 60, but not 60 - 9 for what leaves: 12 x 51 + 8 x 57 = 1068."""
    plan = proven(exporter("site product unit_cost; S X 50; H X 57"), 1068)
    assert bought(plan, "H") == near(8)


@guards("refund_exported")
def test_goods_that_stay_in_the_union_are_no_exports():
    """The six go to RU: 20 x 60 = 1200."""
    proven(exporter(sites="site country; S CN; H KZ; F KZ; M KZ; U RU"), 1200)


@guards("drawback", "flow_balance")
def test_refunds_may_come_in_a_later_period():
    """X at 50 in 2026 and 80 in 2027, exported in 2027: bought and dutied in 2026, held at F and
    refunded in 2027: 12 x 60 - 12 x 9 = 612.
    """
    plan = proven(
        exporter(
            "site product period unit_cost; S X 2026 50; S X 2027 80",
            periods="period start; 2026 2026-01-01; 2027 2027-01-01",
            stock="site product; F X",
            demand="site product period quantity; U P 2027 6",
        ),
        612,
    )
    assert total(plan.drawback, period="2027") == near(12)


@guards("drawback", "refund_exported")
def test_a_refund_cannot_come_before_the_export():
    """The duty falls from 10% to 1% in 2027, when the goods leave: 12 units of 2026 at 60 are
    refunded at 0.9 each: 720 - 10.8 = 709.2. (Refunded at the rate of 2026 it would be 612.)
    """
    proven(
        exporter(
            "site product period unit_cost; S X 2026 50; S X 2027 80",
            periods="period start; 2026 2026-01-01; 2027 2027-01-01",
            stock="site product; F X",
            demand="site product period quantity; U P 2027 6",
            tariffs="""product from_date ad_valorem drawback_share
                       X . 0.1 0.9
                       X 2027-01-01 0.01 0.9""",
        ),
        709.2,
    )


@guards("drawback")
def test_refunds_in_a_period_without_receipts():
    """X is to be had in 2026 alone, and leaves in 2027: 12 x 60 - 12 x 9 = 612."""
    later = {
        "periods": "period start; 2026 2026-01-01; 2027 2027-01-01",
        "stock": "site product; F X",
        "demand": "site product period quantity; U P 2027 6",
    }
    plan = proven(exporter("site product period unit_cost; S X 2026 50", **later), 612)
    assert total(plan.drawback, period="2027") == near(12)
    # 50 in 2026, 80 in 2027: units received in 2026 count in 2027, the first year of refunds.
    tariffs = """product from_date ad_valorem drawback_share
                 X . 0.1 0
                 X 2027-01-01 0.1 0.9"""
    prices = "site product period unit_cost; S X 2026 50; S X 2027 80"
    proven(exporter(prices, tariffs=tariffs, **later), 612)


@guards("drawback", "refund_exported")
def test_the_least_content_of_goods_that_several_recipes_could_have_made():
    """A second recipe needs one X and one Z at 100: dearer, but it makes the same goods, so one X
    counts as contained: 1200 - 6 x 9 = 1146. In another mode the goods differ: 1092.
    """
    tables = {
        "products": "product customs_value; X 100; Z .; P .",
        "supply": "site product unit_cost; S X 50; H Z 100",
        "recipe_inputs": "recipe product quantity; R X 2; T X 1; T Z 1",
        "assembly": "line recipe; L R; L T",
    }
    proven(exporter(recipes="recipe product; R P; T P", **tables), 1146)
    modes = "recipe product assembly_mode; R P CKD; T P FULL"
    proven(exporter(recipes=modes, **tables), 1092)


@guards("drawback")
def test_no_refund_without_duty():
    """X of RU, at 59, enters from inside the union. For the home market it beats 60, for exports
    60 - 9 is better: 12 x 51 + 8 x 59 = 1084 (all of RU 1180, refunded as if dutied 1072).
    """
    plan = proven(
        exporter(
            "site product unit_cost; S X 50; H X 59",
            sites="site country; S CN; H RU; F KZ; M KZ; U UZ",
        ),
        1084,
    )
    assert total(plan.drawback, origin="H") == near(0)
