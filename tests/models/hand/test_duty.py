"""Duty: small cases solved by hand. A unit of P is worth 100 at the customs."""

from tests.models.hand.networks import TWO_YEARS
from tests.models.support import bought, case, cost, guards, near, proven, shipped, total

UNION = "group country kind; EAEU KZ customs_union; EAEU RU customs_union; EAEU BY customs_union"


def imports(tariffs, local=1000, **tables):
    """Ten units of P for KZ: from CN for 50, or made in KZ for `local`."""
    defaults = {
        "products": "product mass hs family customs_value; P 2 870120 TRUCK 100",
        "sites": "site country; S CN; L KZ; M KZ",
        "supply": f"site product unit_cost; S P 50; L P {local}",
        "lanes": "origin destination; S M; L M",
        "demand": "site product quantity; M P 10",
        "tariffs": tariffs,
    }
    return case(**{**defaults, **tables})


@guards("goods_duty")
def test_duty_decides_where_to_buy():
    """Imported 50 + 10% of 100 = 60: local goods at 58 win, at 65 not."""
    proven(imports("destination ad_valorem; KZ 0.1", 58), 580)
    plan = proven(imports("destination ad_valorem; KZ 0.1", 65), 600)
    assert cost(plan, "goods_duty") == near(100)
    assert cost(plan, "input_duty") == near(0)


@guards("goods_duty")
def test_specific_duty_by_unit_and_by_tonne():
    """50 + 10% of 100 + 3 a unit = 63; with 4 a tonne, 2 t: 50 + 10 + 8 = 68."""
    proven(imports("ad_valorem specific; 0.1 3"), 630)
    proven(imports("ad_valorem specific specific_per; 0.1 4 tonne"), 680)


@guards("goods_duty")
def test_a_share_of_the_freight_is_dutiable():
    """Sea 20 of freight and road 21: half of it dutiable at 50%: 50 + 20 + 55 = 125. Lane to lane:
    by road 21 + 55.25.
    """
    plan = proven(
        imports(
            "ad_valorem; 0.5",
            settings="freight_in_dutiable_value=0.5",
            lanes="origin destination mode cost_per_unit; S M sea 20; S M road 21; L M . 0",
        ),
        1250,
    )
    assert shipped(plan, "S", "M", mode="sea") == near(10)
    assert cost(plan, "goods_duty") == near(550)


@guards("goods_duty")
def test_a_rate_holds_from_its_date():
    """2026: 50 + 10 = 60 against 65 at home. 2027: 50 + 30 = 80, so at home: 600 + 650."""
    tariffs = "from_date ad_valorem; . 0.1; 2027-01-01 0.3; 2028-01-01 0"
    plan = proven(imports(tariffs, 65, periods=TWO_YEARS), 1250)
    assert bought(plan, "L", period="2027") == near(10)


@guards("goods_duty")
def test_a_union_is_entered_once():
    """KZ charges 10%, RU 5%. Through RU: 5 on entry, nothing inside: 10 x 55 = 550."""
    plan = proven(
        imports(
            "destination ad_valorem; KZ 0.1; RU 0.05",
            country_groups=UNION,
            sites="site country; S CN; L KZ; M KZ; D RU",
            lanes="origin destination; S M; L M; S D; D M",
        ),
        550,
    )
    assert shipped(plan, "S", "D") == near(10)
    assert total(plan.shipments, "duty", origin="D") == near(0)


@guards("goods_duty")
def test_without_a_union_each_border_counts():
    """The same with KZ and RU apart: 5 + 10 through RU, straight 10: 10 x 60 = 600. A preference
    area is not a union.
    """
    tables = {
        "sites": "site country; S CN; L KZ; M KZ; D RU",
        "lanes": "origin destination; S M; L M; S D; D M",
    }
    tariffs = "destination ad_valorem; KZ 0.1; RU 0.05"
    area = "group country kind; CIS KZ area; CIS RU area"
    proven(imports(tariffs, **tables), 600)
    proven(imports(tariffs, country_groups=area, **tables), 600)


@guards("goods_duty")
def test_goods_of_the_union_move_freely_in_it():
    """RU-made goods at 52 pay nothing in KZ although a row names RU: 520."""
    proven(
        imports(
            "origin destination ad_valorem; RU KZ 0.5; . KZ 0.1",
            country_groups=UNION,
            sites="site country; S CN; L RU; M KZ",
            supply="site product unit_cost; S P 50; L P 52",
        ),
        520,
    )


@guards("goods_duty")
def test_goods_that_left_the_union_pay_on_coming_back():
    """KZ-made goods reach the market only by a depot in CN: 2% there, 10% on coming back."""
    proven(
        imports(
            "destination ad_valorem; KZ 0.1; CN 0.02",
            40,
            supply="site product unit_cost; L P 40",
            sites="site country; D CN; L KZ; M KZ",
            lanes="origin destination; L D; D M",
        ),
        520,
    )


def test_a_site_without_a_country_is_in_no_territory():
    """No duty on its lanes: 10 x 50 = 500."""
    proven(imports("ad_valorem; 0.1", sites="site country; S .; L KZ; M KZ"), 500)


@guards("goods_duty")
def test_the_rate_goes_by_the_country_of_manufacture():
    """DE pays 0, CN 10%. Goods of CN out of a DE depot still pay: 600. Goods that a supplier in
    DE sells as made in CN pay, too.
    """
    tariffs = "origin destination ad_valorem; CN KZ 0.1; DE KZ 0"
    through = {
        "sites": "site country; S CN; D DE; L KZ; M KZ",
        "lanes": "origin destination; S D; D M; L M",
    }
    sold = {
        "sites": "site country; S DE; L KZ; M KZ",
        "supply": "site product unit_cost country; S P 50 CN; L P 1000 .",
    }
    proven(imports(tariffs, **through), 600)
    proven(imports(tariffs, **sold), 600)


@guards("goods_duty")
def test_the_most_specific_goods_win():
    """One unit each at 100: P1 by product 3%, P2 by six digits 1%, P3 by four digits 4%, P4 by
    family 2%, P5 by the row for all 5%; together 15.
    """
    plan = proven(
        case(
            products="""product hs family customs_value
                        P1 870120 F 100
                        P2 870120 F 100
                        P3 870199 F 100
                        P4 999999 F 100
                        P5 999999 G 100""",
            sites="site country; S CN; M KZ",
            supply="site product; S P1; S P2; S P3; S P4; S P5",
            lanes="origin destination; S M",
            demand="site product quantity; M P1 1; M P2 1; M P3 1; M P4 1; M P5 1",
            tariffs="""product hs family ad_valorem
                       . . . 0.05
                       . . F 0.02
                       . 8701 . 0.04
                       . 870120 . 0.01
                       P1 . . 0.03""",
        ),
        15,
    )
    assert [total(plan.shipments, "duty", product=f"P{n}") for n in range(1, 6)] == near(
        [3, 1, 4, 2, 5]
    )


@guards("goods_duty")
def test_the_most_specific_places_win_origin_first():
    """To KZ: from CN its own row 5% before the one for KZ; from VN its group's 20%; from DE KZ's
    7%. To UZ from DE the general 10%. Together 5 + 20 + 7 + 10 = 42.
    """
    proven(
        case(
            country_groups="group country; ASIA CN; ASIA VN",
            products="product customs_value; P 100",
            sites="site country; S1 CN; S2 VN; S3 DE; K KZ; U UZ",
            supply="""site product capacity least_take
                      S1 P 1 1
                      S2 P 1 1
                      S3 P 2 2""",
            lanes="origin destination; S1 K; S2 K; S3 K; S3 U",
            demand="site product quantity; K P 3; U P 1",
            tariffs="""origin destination ad_valorem
                       . . 0.1
                       ASIA . 0.2
                       CN . 0.05
                       . KZ 0.07""",
        ),
        42,
    )


@guards("goods_duty")
def test_goods_come_before_places_and_places_before_dates():
    """The row for P (30%) wins over the one for CN (2%): 50 + 30. A row for CN (20%) wins over a
    later one for all (0): 50 + 20.
    """
    proven(imports("product origin ad_valorem; P . 0.3; . CN 0.02"), 800)
    proven(
        imports(
            "origin from_date ad_valorem; CN . 0.2; . 2026-01-01 0",
            periods="period start; 2026 2026-01-01",
        ),
        700,
    )


VIETNAM = {
    "sites": "site country; S VN; L KZ; M KZ",
    "claims": "claim area rule; FTA VN heading",
}


@guards("goods_duty")
def test_the_cheaper_of_the_ordinary_rate_and_the_claimed_one():
    """Goods of VN hold FTA: 2% instead of 10%; a claimed 15% is left alone."""
    plan = proven(imports("claim ad_valorem; . 0.1; FTA 0.02", **VIETNAM), 520)
    assert set(plan.shipments["duty_claim"]) == {"FTA"}
    plan = proven(imports("claim ad_valorem; . 0.1; FTA 0.15", **VIETNAM), 600)
    assert set(plan.shipments["duty_claim"]) == {""}


@guards("goods_duty")
def test_only_goods_that_hold_the_claim_get_its_rate():
    """Goods of CN do not hold FTA, though sold from VN: 10%."""
    tables = {**VIETNAM, "supply": "site product unit_cost country; S P 50 CN; L P 1000 ."}
    proven(imports("claim ad_valorem; . 0.1; FTA 0.02", **tables), 600)


@guards("input_duty")
def test_duty_on_inputs_stands_apart():
    """Two inputs of 30 with 10% duty of a value of 20: 10 x 2 x 32 = 640."""
    plan = proven(
        imports(
            "product ad_valorem; K 0.1",
            products="product customs_value; K 20; P .",
            sites="site country; S CN; F KZ; M KZ",
            supply="site product unit_cost; S K 30",
            lines="line site; L F",
            recipes="recipe product; R P",
            recipe_inputs="recipe product quantity; R K 2",
            assembly="line recipe; L R",
            lanes="origin destination; S F; F M",
        ),
        640,
    )
    assert cost(plan, "input_duty") == near(40)
