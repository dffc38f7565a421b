"""Origin: claimed where it pays and where it can be had. Small cases solved by hand."""

from tests.models.support import case, guards, made, near, proven, total


def assembly(fee, *, local=9, local_capacity=".", claims="claim area least_share; CT1 KZ 0.3", **t):
    """Ten P for KZ (value 100) of one kit K (value 60, at 30 from CN) and one part X (value 20,
    at 5 from CN or at `local` from KZ). Each delivered unit owes the fee unless it holds CT1.

    Foreign value may be 70, and K is 60: at most half of the X may be foreign. So a claimed unit
    costs 30 + 2.5 + local / 2 = 37 at a local price of 9, an unclaimed one 35 + fee.
    """
    defaults = {
        "products": "product hs customs_value; K 870190 60; X 870830 20; P 870120 100",
        "sites": "site country; S CN; H KZ; F KZ; M KZ",
        "supply": f"""site product unit_cost capacity
                      S K 30 .
                      S X 5 .
                      H X {local} {local_capacity}""",
        "lines": "line site; L F",
        "recipes": "recipe product; R P",
        "recipe_inputs": "recipe product; R K; R X",
        "assembly": "line recipe; L R",
        "lanes": "origin destination; S F; H F; F M",
        "demand": "site product quantity; M P 10",
        "claims": claims,
        "fees": f"claim amount relief; . {fee} .; CT1 . 1",
    }
    return case(**{**defaults, **t})


@guards("value_rule", "fee")
def test_a_claim_that_pays_is_made():
    """Fee 10: claimed 37 against 45: 370, with half of the X from KZ."""
    plan = proven(assembly(10), 370)
    assert made(plan, "L", claims="CT1") == near(10)
    assert total(plan.purchases, site="H") == near(5)
    assert plan.origin["content"].tolist() == near([0.3])
    assert total(plan.deliveries, "fee") == near(0)


@guards("value_rule", "fee")
def test_a_claim_that_does_not_pay_is_left():
    """Fee 1.5: unclaimed 36.5 against 37: 365."""
    plan = proven(assembly(1.5), 365)
    assert made(plan, "L", claims="") == near(10)
    assert total(plan.deliveries, "fee") == near(15)


@guards("value_rule", "bill_of_materials")
def test_claimed_and_unclaimed_units_keep_their_inputs_apart():
    """Three X from KZ are enough for six claimed units: 6 x 37 + 4 x 45 = 402."""
    plan = proven(assembly(10, local_capacity=3), 402)
    assert made(plan, "L", claims="CT1") == near(6)


@guards("value_rule")
def test_goods_without_value_claim_only_what_holds_the_claim():
    """P is worth nothing, so no foreign K, worth 10, may go into claimed P: ten from CN at 1, and
    5 a unit of duty for not claiming, come to 10 x 7 = 70; with K of KZ at 4 and a duty of 1,
    to 10 x 6 = 60. Assembly costs 1.
    """
    tables = {
        "products": "product customs_value; P 0; K 10",
        "sites": "site country; S CN; H KZ; F KZ; M RU",
        "lines": "line site now decision; L F open open",
        "recipes": "recipe product; R P",
        "recipe_inputs": "recipe product; R K",
        "assembly": "line recipe unit_cost; L R 1",
        "lanes": "origin destination; S F; H F; F M",
        "claims": "claim area; C KZ",
        "tariffs": "product claim specific; P . 5; P C 1; K . 0",
        "demand": "site product quantity; M P 10",
    }
    proven(case(supply="site product unit_cost; S K 1", **tables), 70)
    plan = proven(case(supply="site product unit_cost; S K 1; H K 4", **tables), 60)
    assert plan.origin["content"].isna().all()


@guards("value_rule")
def test_the_country_of_origin_counts_and_not_the_place_of_sale():
    """Were the X sold in KZ made in CN, no claim could be had: 10 x 45 = 450."""
    supply = """site product unit_cost country
                S K 30 .
                S X 5 .
                H X 9 CN"""
    proven(assembly(10, supply=supply), 450)


@guards("value_rule")
def test_the_whole_area_of_a_claim_originates():
    """X from RU counts in a claim of the union of KZ and RU, not in one of KZ alone."""
    tables = {
        "sites": "site country; S CN; H RU; F KZ; M KZ",
        "country_groups": "group country kind; EAEU KZ customs_union; EAEU RU customs_union",
    }
    proven(assembly(10, claims="claim area least_share; CT1 EAEU 0.3", **tables), 370)
    proven(assembly(10, **tables), 450)


def test_only_goods_made_in_the_area_may_claim():
    """A claim of RU cannot be made by a plant in KZ: 450."""
    proven(assembly(10, claims="claim area least_share; CT1 RU 0.3"), 450)


@guards("value_rule", "fee")
def test_the_most_specific_row_of_a_claim_sets_its_share():
    """P's own 30% wins over 90% for all goods: 370. With 50% for P foreign value may be 50: the
    kit alone is 60, no claim: 450. A claim for other goods only does not cover P: 450.
    """
    proven(assembly(10, claims="claim area product least_share; CT1 KZ . 0.9; CT1 KZ P 0.3"), 370)
    proven(assembly(10, claims="claim area product least_share; CT1 KZ . 0.1; CT1 KZ P 0.5"), 450)
    proven(assembly(10, claims="claim area product least_share; CT1 KZ X 0.1"), 450)


def headings(fee, **tables):
    """Ten P of heading 8701: of a CN kit of the same heading for 20, of CN parts of another for 26,
    or of a KZ kit of the same heading for 40. The fee falls away for CT1 (change of heading).
    """
    defaults = {
        "products": "product hs; KIT 870190; PARTS 870899; P 870120",
        "sites": "site country; S CN; H KZ; F KZ; M KZ",
        "supply": "site product unit_cost; S KIT 20; S PARTS 26; H KIT 40",
        "lines": "line site; L F",
        "recipes": "recipe product; SKD P; CKD P",
        "recipe_inputs": "recipe product; SKD KIT; CKD PARTS",
        "assembly": "line recipe; L SKD; L CKD",
        "lanes": "origin destination; S F; H F; F M",
        "demand": "site product quantity; M P 10",
        "claims": "claim area rule; CT1 KZ heading",
        "fees": f"claim amount relief; . {fee} .; CT1 . 1",
    }
    return case(**{**defaults, **tables})


@guards("heading_rule", "fee")
def test_change_of_heading():
    """Fee 10: the kit 30, the parts, which may claim, 26. Fee 5: the kit 25."""
    plan = proven(headings(10), 260)
    assert made(plan, "L", recipe="CKD", claims="CT1") == near(10)
    assert made(proven(headings(5), 250), "L", recipe="SKD", claims="") == near(10)


@guards("heading_rule")
def test_an_originating_input_may_be_of_the_same_heading():
    """A kit of KZ at 24 may claim: 240."""
    supply = "site product unit_cost; S KIT 20; S PARTS 26; H KIT 24"
    plan = proven(headings(10, supply=supply), 240)
    assert made(plan, "L", recipe="SKD", claims="CT1") == near(10)


@guards("heading_rule", "value_rule")
def test_either_rule():
    """Four at most of a CN kit of P's heading (value 20 of 100: the value rule), the others of
    parts of another heading (value 90: the heading rule): 4 x 10 + 6 x 12 = 112 without fee.
    Under the value rule alone six units owe 5: 142. Under the heading rule alone the kit costs
    10 + 5, so all ten are of parts: 120.
    """
    tables = {
        "products": "product hs customs_value; KIT 870190 20; PARTS 870899 90; P 870120 100",
        "supply": "site product unit_cost; S KIT 10; S PARTS 12",
        "assembly": "line recipe most; L SKD 4; L CKD .",
    }
    plan = proven(headings(5, claims="claim area rule; CT1 KZ either", **tables), 112)
    rules = plan.production.set_index("recipe")["rules"].to_dict()
    assert "value" in rules["SKD"]
    assert "heading" in rules["CKD"]
    proven(headings(5, claims="claim area rule; CT1 KZ value", **tables), 142)
    proven(headings(5, claims="claim area rule; CT1 KZ heading", **tables), 120)


def intermediate(share):
    """Ten P (value 100) of one engine E (value 50, made at G for 1 of one foreign X, value 25)
    and one foreign Y (value 45); X costs 10, Y 20, the fee 9.
    """
    return case(
        products="product hs customs_value; X 1 25; Y 2 45; E 3 50; P 4 100",
        country_groups="group country kind; EAEU KZ customs_union; EAEU RU customs_union",
        sites="site country; S CN; G RU; F KZ; M KZ",
        supply="site product unit_cost; S X 10; S Y 20",
        lines="line site; ENGINES G; TRUCKS F",
        recipes="recipe product; RE E; RP P",
        recipe_inputs="recipe product; RE X; RP E; RP Y",
        assembly="line recipe unit_cost; ENGINES RE 1; TRUCKS RP 0",
        lanes="origin destination; S G; S F; G F; F M",
        demand="site product quantity; M P 10",
        claims=f"claim area product least_share; CT1 EAEU P 0.5; CT1 EAEU E {share}",
        fees="claim amount relief; . 9 .; CT1 . 1",
    )


def test_an_intermediate_that_holds_the_claim_counts_whole():
    """E is half foreign and at 50% holds the claim, so the foreign part of P is Y alone:
    45 <= 50, no fee: 310. Traced to its X it would be 70.
    """
    plan = proven(intermediate(0.5), 310)
    assert made(plan, "ENGINES", claims="CT1") == near(10)


@guards("value_rule")
def test_an_intermediate_without_the_claim_counts_as_foreign():
    """With 60% asked of E it holds nothing: 50 + 45 > 50, and the fee is due: 400."""
    plan = proven(intermediate(0.6), 400)
    assert made(plan, "TRUCKS", claims="CT1") == near(0)


@guards("value_rule", "goods_duty")
def test_a_claim_opens_a_market_abroad():
    """UZ asks 20% of 100, nothing of CT1: claimed 37 against unclaimed 55: 370. Asking 1%,
    unclaimed 36 wins.
    """
    tables = {
        "sites": "site country; S CN; H KZ; F KZ; M UZ",
        "fees": "amount; 0",
    }
    proven(assembly(0, tariffs="destination claim ad_valorem; UZ . 0.2; UZ CT1 0", **tables), 370)
    proven(assembly(0, tariffs="destination claim ad_valorem; UZ . 0.01; UZ CT1 0", **tables), 360)


@guards("value_rule")
def test_content_is_averaged_over_a_period_and_not_over_two():
    """X of KZ only in 2026, 10 of them, and no stock: ten claimed units in 2026 with five X of KZ,
    none in 2027: 370 + 450 = 820.
    """
    proven(
        assembly(
            10,
            periods="period start; 2026 2026-01-01; 2027 2027-01-01",
            supply="""site product period unit_cost capacity
                      S K . 30 .
                      S X . 5 .
                      H X 2026 9 10""",
        ),
        820,
    )
