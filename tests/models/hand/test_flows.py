"""Balances, purchases, lanes and throughput: small cases solved by hand."""

from tests.models.support import bought, case, cost, guards, made, near, proven, shipped

ONE_MARKET = "origin destination; CHEAP M; DEAR M"


@guards("flow_balance", "purchase", "outbound_freight")
def test_a_depot_sends_out_only_what_it_got():
    """10 x (2 + 1 + 1) = 40; a depot that makes goods of nothing would cost 10 x 1."""
    plan = proven(
        case(
            products="product; P",
            sites="site; S; D; M",
            supply="site product unit_cost; S P 2",
            lanes="origin destination cost_per_unit; S D 1; D M 1",
            demand="site product quantity; M P 10",
        ),
        40,
    )
    assert shipped(plan, "S", "D") == near(10)
    assert cost(plan, "purchase") == near(20)
    assert cost(plan, "outbound_freight") == near(20)


@guards("bill_of_materials", "assembly", "inbound_freight")
def test_every_unit_made_uses_its_inputs():
    """10 x (2 A at 1 + 3 B at 2 + 5 lanes at 0.1 + assembly 4) = 10 x 12.5 = 125."""
    plan = proven(
        case(
            products="product; A; B; P",
            sites="site; S; F; M",
            supply="site product unit_cost; S A 1; S B 2",
            lines="line site now; L F open",
            recipes="recipe product; R P",
            recipe_inputs="recipe product quantity; R A 2; R B 3",
            assembly="line recipe unit_cost; L R 4",
            lanes="origin destination cost_per_unit; S F 0.1; F M 0",
            demand="site product quantity; M P 10",
        ),
        125,
    )
    assert shipped(plan, "S", "F", product="B") == near(30)
    assert cost(plan, "inbound_freight") == near(5)
    assert cost(plan, "assembly") == near(40)


@guards("flow_balance", "supply_least_take")
def test_nothing_is_thrown_away():
    """25 A must be bought, 10 P made of 2 A (assembly 5) or of 3 A (7). 2x + 3y = 25 with
    x + y = 10: 5 each, 25 + 25 + 35 = 85. Could A be thrown away, 25 + 50 = 75.
    """
    plan = proven(
        case(
            products="product; A; P",
            sites="site; S; F; M",
            supply="site product unit_cost least_take; S A 1 25",
            lines="line site now; L F open",
            recipes="recipe product; TWO P; THREE P",
            recipe_inputs="recipe product quantity; TWO A 2; THREE A 3",
            assembly="line recipe unit_cost; L TWO 5; L THREE 7",
            lanes="origin destination; S F; F M",
            demand="site product quantity; M P 10",
        ),
        85,
    )
    assert made(plan, "L", recipe="THREE") == near(5)


@guards("supply_capacity")
def test_supply_capacity():
    """60 x 1 + 40 x 3 = 180."""
    plan = proven(
        case(
            products="product; P",
            sites="site; CHEAP; DEAR; M",
            supply="site product unit_cost capacity; CHEAP P 1 60; DEAR P 3 .",
            lanes=ONE_MARKET,
            demand="site product quantity; M P 100",
        ),
        180,
    )
    assert bought(plan, "CHEAP") == near(60)


@guards("supply_capacity")
def test_yearly_quantities_are_multiplied_by_the_length_of_the_period():
    """Two years in one period: 120 x 1 + 80 x 3 = 360."""
    proven(
        case(
            periods="period start years; A 2026-01-01 2",
            products="product; P",
            sites="site; CHEAP; DEAR; M",
            supply="site product unit_cost capacity; CHEAP P 1 60; DEAR P 3 .",
            lanes=ONE_MARKET,
            demand="site product quantity; M P 100",
        ),
        360,
    )


@guards("supply_capacity")
def test_every_supply_row_binds_and_the_price_of_the_period_wins():
    """2026: 10 x 1 + 2 x 7 = 24. 2027: the price is 5, the capacity of the general row still
    10: 10 x 5 + 2 x 7 = 64. Together 88.
    """
    proven(
        case(
            periods="period start; 2026 2026-01-01; 2027 2027-01-01",
            products="product; P",
            sites="site; CHEAP; DEAR; M",
            supply="""site product period unit_cost capacity
                      CHEAP P . 1 10
                      CHEAP P 2027 5 .
                      DEAR P . 7 .""",
            lanes=ONE_MARKET,
            demand="site product quantity; M P 12",
        ),
        88,
    )


@guards("supply_least_take")
def test_a_least_take_that_always_holds():
    """70 x 1 + 30 x 3 = 160."""
    plan = proven(
        case(
            products="product; P",
            sites="site; CHEAP; DEAR; M",
            supply="site product unit_cost least_take; CHEAP P 1 .; DEAR P 3 30",
            lanes=ONE_MARKET,
            demand="site product quantity; M P 100",
        ),
        160,
    )
    assert bought(plan, "DEAR") == near(30)


def _if_used(price, least, rule):
    return case(
        products="product; P",
        sites="site; A; B; C; M",
        supply=f"""site product unit_cost capacity least_take least_take_rule
                   A P 1 60 . .
                   B P {price} . {least} {rule}
                   C P 4 . . .""",
        lanes="origin destination; A M; B M; C M",
        demand="site product quantity; M P 100",
    )


@guards("supply_use")
def test_a_least_take_if_used_is_kept_when_used():
    """50 x 1 + 50 x 2 = 150, against 60 x 1 + 40 x 4 = 220 without B; free choice of B: 140."""
    plan = proven(_if_used(2, 50, "if_used"), 150)
    assert bought(plan, "A") == near(50)


@guards("supply_use", "supply_least_take")
def test_a_least_take_if_used_may_be_left_alone():
    """B at 3.9 from 95 units on: 5 + 370.5 = 375.5, so it is left: 60 + 160 = 220."""
    proven(_if_used(3.9, 95, "if_used"), 220)
    proven(_if_used(3.9, 95, "always"), 375.5)


def test_a_least_take_if_used_at_a_closed_site():
    """B, which stays closed, sells for 1 and at least 3; A for 5, at least 2: 10 x 5 = 50."""
    for least in (".", "2"):
        proven(
            case(
                products="product; P",
                sites="site now; A open; B closed; M open",
                supply=f"""site product unit_cost least_take least_take_rule
                           A P 5 {least} if_used
                           B P 1 3 if_used""",
                lanes="origin destination; A M; B M",
                demand="site product quantity; M P 10",
            ),
            50,
        )


@guards("outbound_freight")
def test_freight_of_a_unit():
    """P: 2 + (10 + 0.05 x 400) x 1.5 chargeable t = 47, Q: 2 + 30 x 2 t = 62;
    10 x 47 + 5 x 62 = 780.
    """
    proven(
        case(
            products="product mass chargeable_mass; P 1 1.5; Q 2 .",
            sites="site; S; M",
            supply="site product; S P; S Q",
            lanes="""origin destination cost_per_unit cost_per_tonne cost_per_tonne_km distance
                     S M 2 10 0.05 400""",
            demand="site product quantity; M P 10; M Q 5",
        ),
        780,
    )


@guards("outbound_freight")
def test_the_most_specific_lane_row_gives_the_freight():
    """10 P at the product's 3, 10 K at its class's 1, 10 F at the general 2: 60."""
    proven(
        case(
            products="product cargo_class; P kit; K kit; F .",
            sites="site; S; M",
            supply="site product; S P; S K; S F",
            lanes="""origin destination product cargo_class cost_per_unit
                     S M . . 2
                     S M . kit 1
                     S M P . 3""",
            demand="site product quantity; M P 10; M K 10; M F 10",
        ),
        60,
    )


def _rail(most):
    return case(
        products="product; P; Q",
        sites="site; S; M",
        supply="site product; S P; S Q",
        lanes=f"""origin destination mode product cost_per_unit capacity
                  S M rail . 1 {most}
                  S M rail P 2 5
                  S M road . 4 .""",
        demand="site product quantity; M P 8; M Q 6",
    )


@guards("lane_capacity")
def test_the_capacity_of_a_lane_row_counts_all_that_it_covers():
    """By rail Q saves 3, P saves 2: Q 6, then P 10 - 6 = 4: 6 x 1 + 4 x 2 + 4 x 4 = 30.
    Were P outside the general row, 5 P went by rail: 28.
    """
    plan = proven(_rail(10), 30)
    assert shipped(plan, "S", "M", mode="rail", product="P") == near(4)


@guards("lane_capacity")
def test_the_capacity_of_a_products_own_lane_row():
    """P's own 5 binds before the general 12: 6 x 1 + 5 x 2 + 3 x 4 = 28, else 26."""
    plan = proven(_rail(12), 28)
    assert shipped(plan, "S", "M", mode="rail", product="P") == near(5)


@guards("lane_capacity")
def test_the_capacity_of_a_cargo_classes_lane_row():
    """Kits by rail 10 in all: 10 x 1 + 4 x 7 + finished 5 x 3 = 53."""
    proven(
        case(
            products="product cargo_class; K kit; L kit; F finished",
            sites="site; S; M",
            supply="site product; S K; S L; S F",
            lanes="""origin destination mode cargo_class cost_per_unit capacity
                     S M rail kit 1 10
                     S M rail . 3 .
                     S M road . 7 .""",
            demand="site product quantity; M K 8; M L 6; M F 5",
        ),
        53,
    )


def _lane_fixed(quantity):
    return case(
        periods="period start years; A 2026-01-01 2",
        products="product; P",
        sites="site; S; M",
        supply="site product; S P",
        lanes="""origin destination mode product cost_per_unit fixed_cost
                 S M rail . 3 100
                 S M rail P 1 50
                 S M road . 4 .""",
        demand=f"site product quantity; M P {quantity}",
    )


@guards("lane_fixed", "lane_use")
def test_the_fixed_cost_of_a_lane_is_paid_if_it_is_used():
    """Two years of 150 (both rows cover P). 60 a year by rail: 120 + 300 = 420, by road 480."""
    plan = proven(_lane_fixed(60), 420)
    assert cost(plan, "lane_fixed") == near(300)


@guards("lane_fixed", "lane_use")
def test_a_lane_with_a_fixed_cost_is_left_alone_where_that_is_cheaper():
    """40 a year: rail 80 + 300 = 380, road 320."""
    assert cost(proven(_lane_fixed(40), 320), "lane_fixed") == near(0)


def _depot(demand, throughput):
    return case(
        products="product; P; Q",
        sites="site; S; D; M",
        supply="site product; S P; S Q",
        throughput=throughput,
        lanes="origin destination cost_per_unit; S D 0; D M 0; S M 10",
        demand=demand,
    )


@guards("throughput_capacity", "handling")
def test_throughput_of_a_product_and_of_all():
    """Through the depot P saves 10 - 1, Q 10 - 2. P up to its 20, then Q up to the common 30:
    20 x 1 + 10 x 2 + 5 x 10 + 5 x 10 = 140. Without the common 30 it would be 100, without P's
    20 135, with one handling cost for all 160 or 120.
    """
    plan = proven(
        _depot(
            "site product quantity; M P 25; M Q 15",
            "site product capacity handling_cost; D P 20 1; D . 30 2",
        ),
        140,
    )
    assert cost(plan, "handling") == near(40)
    assert shipped(plan, "D", "M", product="P") == near(20)


def _expansion(quantity, steps):
    return case(
        products="product; P",
        sites="site; S; D; M",
        supply="site product; S P",
        throughput=f"site capacity step_size step_cost most_steps; D 10 {steps}",
        lanes="origin destination cost_per_unit; S D 0; D M 0; S M 3",
        demand=f"site product quantity; M P {quantity}",
    )


@guards("throughput_capacity", "investment")
def test_whole_steps_of_throughput():
    """15 units too many at 3 each: no step 45, one (25) 25 + 5 x 3 = 40, two 50."""
    plan = proven(_expansion(25, "10 25 2"), 40)
    assert plan.throughput["steps"].tolist() == [1]
    assert cost(plan, "investment") == near(25)


@guards("throughput_capacity")
def test_the_number_of_steps_is_limited():
    """35 too many, a full step saves 30 for 25. Three steps 75 + 15 = 90, but two at most:
    50 + 15 x 3 = 95.
    """
    proven(_expansion(45, "10 25 2"), 95)
    proven(_expansion(45, "10 25 ."), 90)


@guards("throughput_capacity")
def test_steps_of_any_size():
    """12 units of capacity at 2.5, 3 units at 3 around it: 30 + 9 = 39."""
    proven(_expansion(25, ". 2.5 12"), 39)
