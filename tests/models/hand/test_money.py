"""Discounting, annuities, currencies and the price of CO2: small cases solved by hand.

At a rate of 21% the half-year factor is 1.1, so that flows of the first two years are divided
by 1.1 and 1.331, payments at the start of the second year by 1.21.
"""

from tests.models.hand.networks import TWO_YEARS
from tests.models.support import bought, case, cost, guards, near, proven, shipped

MID = 1 / 1.1 + 1 / 1.331


def plant(lines, make_cost, **tables):
    """One unit a year: imported for 100, or assembled."""
    defaults = {
        "settings": "discount_rate=0.21",
        "periods": TWO_YEARS,
        "products": "product; K; P",
        "sites": "site; S; I; F; M",
        "supply": "site product unit_cost; S K 0; I P 100",
        "lines": lines,
        "recipes": "recipe product; R P",
        "recipe_inputs": "recipe product; R K",
        "assembly": f"line recipe unit_cost; L R {make_cost}",
        "lanes": "origin destination; S F; F M; I M",
        "demand": "site product quantity; M P 1",
    }
    return case(**{**defaults, **tables})


@guards("investment", "line_states")
def test_flows_are_discounted_at_mid_period():
    """A line of 100 that saves 60 a year: 60 / 1.1 + 60 / 1.331 = 99.6 < 100, not built (at the
    start of each year the saving were 109.6). Saving 62 it is worth 102.9: built.
    """
    lines = "line site investment; L F 100"
    proven(plant(lines, 40), 100 * MID)
    plan = proven(plant(lines, 38), 100 + 38 * MID)
    assert cost(plan, "investment") == near(100)
    assert cost(plan, "assembly") == near(38 * MID)


@guards("investment", "line_states")
def test_one_off_costs_are_discounted_from_the_start_of_their_period():
    """Built in 2027: 100 / 1.1 + 80 / 1.21 + 2 / 1.331; the saving 98 / 1.331 = 73.6 pays for
    80 / 1.21 = 66.1, and would not if nor discounted (80) nor at mid-period (60.1) the same.
    """
    lines = "line site investment first_period; L F 80 2027"
    proven(plant(lines, 2), 100 / 1.1 + 80 / 1.21 + 2 / 1.331)
    proven(plant("line site investment first_period; L F 90 2027", 2), 100 * MID)


@guards("investment", "fixed")
def test_opening_and_fixed_costs_are_discounted():
    """Held open from the start: 30 at once, 10 a year at mid-period, 5 the units."""
    proven(
        case(
            settings="discount_rate=0.21",
            periods=TWO_YEARS,
            products="product; P",
            sites="site now decision opening_cost fixed_cost; S closed open 30 10; M . . . .",
            supply="site product unit_cost; S P 5",
            lanes="origin destination; S M",
            demand="site product quantity; M P 1",
        ),
        30 + 15 * MID,
    )


@guards("fixed", "closing")
def test_closing_is_paid_in_full_when_it_happens():
    """No demand in 2027, fixed cost 50: closing for 30 then costs 30 / 1.21, life or not:
    (10 + 50) / 1.1 + 30 / 1.21.
    """
    sites = "site decision closing_cost fixed_cost life; S free 30 50 {}; M . . . ."
    for life in (".", "10"):
        proven(
            case(
                settings="discount_rate=0.21",
                periods=TWO_YEARS,
                products="product; P",
                sites=sites.format(life),
                supply="site product unit_cost; S P 10",
                lanes="origin destination; S M",
                demand="site product period quantity; M P 2026 1",
            ),
            60 / 1.1 + 30 / 1.21,
        )


def annuity(life, rate=0.21):
    return rate / (1 - (1 + rate) ** -life)


@guards("investment", "line_states")
def test_investment_with_a_life_is_an_annuity():
    """100 over 4 years at 21% is 39.36 a year. A saving of 45 a year pays for that, not for 100:
    (55 + 39.36) x (1 / 1.1 + 1 / 1.331) = 156.7 against 166.0 imported.
    """
    plan = proven(plant("line site investment life; L F 100 4", 55), (55 + 100 * annuity(4)) * MID)
    assert cost(plan, "investment") == near(100 * annuity(4) * MID)
    proven(plant("line site investment; L F 100", 55), 100 * MID)


@guards("investment", "line_states")
def test_an_annuity_at_a_rate_of_zero():
    """100 / 4 a year for the two years inside the horizon: 2 x (55 + 25) = 160 of 200."""
    proven(plant("line site investment life; L F 100 4", 55, settings="discount_rate=0"), 160)


@guards("investment", "line_states")
def test_an_annuity_ends_with_the_life():
    """A life of a year and a half: a whole annuity in 2026, half of one in 2027."""
    charge = 60 * annuity(1.5)
    proven(
        plant("line site investment life; L F 60 1.5", 10), 10 * MID + charge / 1.1 + charge / 2.662
    )


@guards("investment", "line_states")
def test_an_annuity_starts_with_the_payment():
    """Paid in 2027: one annuity, in the money of mid-2027."""
    lines = "line site investment life first_period; L F 100 4 2027"
    proven(plant(lines, 10), 100 / 1.1 + (10 + 100 * annuity(4)) / 1.331)


@guards("investment", "line_capacity", "throughput_capacity")
def test_steps_and_openings_take_the_life_of_their_line_or_site():
    """A depot of 60 and one step of 20 for it, over 4 years; a line with one step of 30, too:
    annuities of 60 + 20 + 30 a year, beside 1 a unit for assembly.
    """
    proven(
        plant(
            "line site decision now life capacity step_size step_cost; L F open open 4 0 1 30",
            1,
            sites="site now decision opening_cost life; S . . . .; M . . . .; F closed open 60 4",
            supply="site product; S K",
            throughput="site capacity step_size step_cost; F 0 1 20",
            lanes="origin destination; S F; F M",
        ),
        (1 + 110 * annuity(4)) * MID,
    )


@guards("purchase")
def test_a_rate_of_the_period_wins():
    """10 EUR are 10 in 2026, 15 in 2027, against 12 USD: 10 x 10 + 10 x 12 = 220."""
    plan = proven(
        case(
            periods=TWO_YEARS,
            currencies="currency period rate; EUR . 1; EUR 2027 1.5",
            products="product; P",
            sites="site; A; B; M",
            supply="site product unit_cost currency; A P 10 EUR; B P 12 .",
            lanes="origin destination; A M; B M",
            demand="site product quantity; M P 10",
        ),
        220,
    )
    assert bought(plan, "A", period="2027") == near(0)


@guards(
    "assembly",
    "fee",
    "fixed",
    "handling",
    "holding",
    "inbound_freight",
    "incentive",
    "input_duty",
    "investment",
    "lane_fixed",
    "purchase",
    "shortfall",
)
def test_every_amount_is_in_the_currency_of_its_row():
    """EUR at 2, one unit of P made of one K; in EUR: site opening 1, fixed 2; investment 3,
    fixed 4, step 5; lane 6 + fixed 7; purchase 8; assembly 9; handling 10; holding 11 of the one
    K in stock; short 1 at 12; duty 10% of 13 + 14; fee 15; less incentive 16 + 10% of 17.
    1+2+3+4+5+6+7+8+9+10+11+12+15.3+15-17.7 = 90.6, in USD 181.2, and one K more (8 + 6 + 15.3 of
    duty = 29.3, in USD 58.6) for the stock: 239.8.
    """
    proven(
        case(
            currencies="currency rate; EUR 2",
            products="product customs_value currency; K 13 EUR; P . .",
            sites="""site country now decision opening_cost fixed_cost currency
                     S CN . . . . .
                     F KZ closed open 1 2 EUR
                     M KZ . . . . .""",
            supply="site product unit_cost currency; S K 8 EUR",
            lines="""line site decision investment fixed_cost capacity step_size step_cost currency
                     L F open 3 4 0 1 5 EUR""",
            recipes="recipe product; R P",
            recipe_inputs="recipe product; R K",
            assembly="line recipe unit_cost currency; L R 9 EUR",
            throughput="site handling_cost currency; F 10 EUR",
            stock="site product end_least holding_cost currency; F K 1 11 EUR",
            lanes="""origin destination cost_per_unit fixed_cost currency
                     S F 6 7 EUR
                     F M . . EUR""",
            demand="""site product quantity price penalty least_share currency
                      M P 2 17 12 0.5 EUR""",
            tariffs="product ad_valorem specific currency; K 0.1 14 EUR",
            fees="country amount currency; KZ 15 EUR",
            incentives="country amount share_of_price currency; KZ 16 0.1 EUR",
            limits="limit quantity value; ONE made 1",
        ),
        239.8,
    )


def _co2(price):
    return case(
        settings=f"co2_price={price}",
        products="product mass; P 2",
        sites="site; S; M",
        supply="site product; S P",
        lanes="""origin destination mode cost_per_unit distance co2
                 S M road 5 1000 0.1
                 S M rail 12 1000 0.02""",
        demand="site product quantity; M P 10",
    )


@guards("co2")
def test_the_price_of_co2():
    """A unit by road is 0.1 x 1000 x 2 / 1000 = 0.2 t, by rail 0.04 t. At 50 a tonne road costs
    5 + 10, rail 12 + 2: by rail 140. Without a price by road, 50.
    """
    plan = proven(_co2(50), 140)
    assert cost(plan, "co2") == near(20)
    assert shipped(plan, "S", "M", mode="rail") == near(10)
    proven(_co2(0), 50)
