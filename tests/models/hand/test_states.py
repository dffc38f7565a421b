"""What follows from being closed, and how many steps there may be: small cases solved by hand."""

from tests.models.hand.networks import TWO_YEARS, depot, plant
from tests.models.support import case, guards, proven

INVEST = "limit quantity sense value; spend investment at_least 2"
TWO_LINES = "line recipe unit_cost; L R 4; N R 9"
RISING = "site product period quantity; M P 2026 20; M P 2027 30"


@guards("site_idle")
def test_a_closed_depot_passes_nothing_on_to_another():
    """20 units by D and X for 7 each and 70 for opening D are 210; straight 20 x 10 = 200."""
    proven(
        case(
            products="product; P",
            sites="site now decision opening_cost; S . . .; M . . .; X . . .; D closed free 70",
            supply="site product; S P",
            lanes="origin destination cost_per_unit; S D 3; D X 0; X M 4; S M 10",
            demand="site product quantity; M P 20",
        ),
        200,
    )


@guards("market_idle")
def test_a_closed_market_gets_nothing():
    """Opening the market costs 100 + 10 x 1 = 110, leaving it closed 10 x 5 = 50."""
    proven(
        case(
            products="product; P",
            sites="site now decision opening_cost; S . . .; M closed free 100",
            supply="site product; S P",
            lanes="origin destination cost_per_unit; S M 1",
            demand="site product quantity penalty; M P 10 5",
        ),
        50,
    )


@guards("line_needs_site")
def test_a_line_that_must_be_open_opens_its_site():
    """Importing 50 for 4 is as good as making them, but a line must be open: 200 + 50 + 7."""
    proven(
        plant(
            import_cost=4,
            sites="site now decision opening_cost; S . . .; I . . .; M . . .; F closed free 50",
            lines="line site now decision investment capacity; L F closed free 7 30",
            limits="limit quantity sense value; some lines_open at_least 1",
        ),
        257,
    )


@guards("site_steps_open")
def test_steps_are_not_bought_for_a_closed_site():
    """20 units in 2027 alone. D open in 2027: 140 + 20 fixed, and the step in 2027 at a rate of 2
    is 10: 170. Buying it in 2026 for 5 would cost another 20 for being open: 185.
    """
    proven(
        depot(
            "closed free . . 20",
            "site product period quantity; M P 2027 20",
            periods=TWO_YEARS,
            throughput="site capacity step_size step_cost most_steps currency; D 10 10 5 1 XX",
            currencies="currency period rate; XX 2026 1; XX 2027 2",
        ),
        170,
    )


@guards("line_most_steps")
def test_steps_of_a_line_are_counted_over_the_horizon():
    """2 is to be invested, and one step is 1: line N it is, 2 x 10 x 4 + 50 = 130."""
    proven(
        plant(
            10,
            periods=TWO_YEARS,
            lines="""line site now decision capacity step_size step_cost most_steps investment
                     L F open stay 10 10 1 1 .
                     N F closed free . . . . 50""",
            assembly=TWO_LINES,
            limits=INVEST,
        ),
        130,
    )


@guards("site_most_steps")
def test_steps_of_a_site_are_counted_over_the_horizon():
    """One step in 2026: 1 + 20 x 7. In 2027 there is no second: 20 x 7 + 10 x 10. In all 381."""
    grows = "site capacity step_size step_cost most_steps; D 10 10 1 1"
    proven(depot("open stay . . .", RISING, periods=TWO_YEARS, throughput=grows), 381)


@guards("line_idle")
def test_steps_do_not_run_a_closed_line():
    """Importing 10 costs 500, so the line stays open in both years: 2 x (10 x 4 + 100) = 280."""
    proven(
        plant(
            10,
            50,
            sites="site; S; I; F; X; M",
            lanes="origin destination; S F; F X; X M; I M",
            periods=TWO_YEARS,
            lines="""line site now decision fixed_cost capacity step_size step_cost most_steps
                     L F open free 100 10 10 1 1""",
        ),
        280,
    )


@guards("site_opens")
def test_a_site_opens_in_full_or_not_at_all():
    """2 is to be invested; opening the depot is 50: 10 x 7 + 50 = 120, not 10 x 10 + 2."""
    proven(depot("closed free 50 . .", "site product quantity; M P 10", limits=INVEST), 120)


@guards("site_closes")
def test_a_site_that_stays_open_does_not_open_again():
    """2 is to be invested: the depot closes in 2026 and opens again for 50 in 2027, 70 + 50."""
    wanted = "site product period quantity; M P 2027 10"
    proven(depot("open free 50 . .", wanted, periods=TWO_YEARS, limits=INVEST), 120)


@guards("line_opens")
def test_a_line_is_built_in_full_or_not_at_all():
    """2 is to be invested: line N for 50, 10 x 4 + 50 = 90."""
    lines = "line site now decision investment; L F open stay .; N F closed free 50"
    proven(plant(10, lines=lines, assembly=TWO_LINES, limits=INVEST), 90)


@guards("line_closes")
def test_a_line_that_stays_open_is_not_built_again():
    """2 is to be invested: line N closes in 2026 and is built again for 50, 2 x 10 x 4 + 50."""
    lines = "line site now decision investment; L F open stay .; N F open free 50"
    tables = {"lines": lines, "assembly": TWO_LINES, "periods": TWO_YEARS}
    proven(plant(10, **tables, limits=INVEST), 130)
