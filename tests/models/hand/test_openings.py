"""Sites that open and close: small cases solved by hand."""

from jvopt import optimize
from tests.models.hand.networks import THREE_YEARS, depot
from tests.models.support import bought, case, cost, guards, near, proven


@guards("closing", "site_states", "fixed")
def test_closing_costs_money():
    """Staying: 140 + 100 = 240. Closing: 200 + 30 = 230, or 200 + 50 = 250."""
    plan = proven(depot("open free . 30 100"), 230)
    assert plan.sites.set_index("site").loc["D", ["open", "closed"]].tolist() == [0, 1]
    assert cost(plan, "closing") == near(30)
    plan = proven(depot("open free . 50 100"), 240)
    assert cost(plan, "fixed") == near(100)


@guards("investment", "site_states")
def test_opening_costs_money():
    """Going by the depot saves 60: it opens for 30 + 20 (140 + 50 = 190), not for 50 + 20."""
    plan = proven(depot("closed free 30 . 20"), 190)
    assert cost(plan, "investment") == near(30)
    proven(depot("closed free 50 . 20"), 200)


def test_nothing_goes_through_a_closed_site():
    """Closed for good: 20 x 10 = 200 rather than 140."""
    proven(depot("closed stay . . ."), 200)


@guards("investment", "closing", "fixed")
def test_decisions_that_are_made_already():
    """To be open: 140 + opening 70 + 20. To be closed: 200 + closing 15. To stay open at 90:
    140 + 90, although straight is 200.
    """
    proven(depot("closed open 70 . 20"), 230)
    proven(depot("open closed . 15 20"), 215)
    proven(depot("open stay . . 90"), 230)


@guards("site_states", "investment", "closing")
def test_a_site_may_close_and_open_again():
    """40 units, none in 2027. Staying open 2 x 280 + 3 x 50 = 710; closing (10) and opening
    again (20) 560 + 100 + 30 = 690; closing for good 280 + 50 + 10 + 400 = 740. With an opening
    cost of 60 it stays.
    """
    seasons = {
        "quantity": "site product period quantity; M P . 40; M P 2027 0",
        "periods": THREE_YEARS,
    }
    plan = proven(depot("open free 20 10 50", **seasons), 690)
    states = plan.sites[(plan.sites["site"] == "D").to_numpy()]
    assert states["open"].tolist() == [1, 0, 1]
    proven(depot("open free 60 10 50", **seasons), 710)


@guards("supply_least_take", "closing")
def test_a_closed_supplier_has_no_least_take():
    """30 at 5 are due while the supplier is open: 70 + 150 = 220; closing it for 40 frees of
    that: 100 + 40 = 140.
    """
    sites = "site decision closing_cost; CHEAP . .; OLD {} 40; M . ."
    tables = {
        "products": "product; P",
        "supply": "site product unit_cost least_take; CHEAP P 1 .; OLD P 5 30",
        "lanes": "origin destination; CHEAP M; OLD M",
        "demand": "site product quantity; M P 100",
    }
    plan = proven(case(sites=sites.format("free"), **tables), 140)
    assert bought(plan, "OLD") == near(0)
    proven(case(sites=sites.format("stay"), **tables), 220)


@guards("market_idle", "shortfall")
def test_a_closed_market_gets_nothing():
    """10 units short at 3 each, although serving costs nothing."""
    proven(
        case(
            products="product; P",
            sites="site now; S open; M closed",
            supply="site product; S P",
            lanes="origin destination; S M",
            demand="site product quantity penalty; M P 10 3",
        ),
        30,
    )


@guards("flow_balance", "stock_most")
def test_a_closed_site_holds_no_stock():
    """Price 1 in 2026, 5 in 2027, 10 units wanted in 2027. Stock at the open depot would make 10;
    keeping it open costs 25 a year: 2 x 25 + 10 = 60, closed 50.
    """
    proven(
        case(
            periods="period start; 2026 2026-01-01; 2027 2027-01-01",
            products="product; P",
            sites="site decision fixed_cost; S . .; M . .; D free 25",
            supply="site product period unit_cost; S P 2026 1; S P 2027 5",
            stock="site product; D P",
            lanes="origin destination; S D; D M; S M",
            demand="site product period quantity; M P 2027 10",
        ),
        50,
    )


def test_nothing_is_invested_where_the_site_stays_closed():
    """Opening D is an investment of 5; steps at the closed E are none, and 10 cannot be had."""
    problem = case(
        products="product; P",
        sites="""site country now decision opening_cost
                 S . . . .
                 D KZ closed free 5
                 E KZ closed stay .
                 M . . . .""",
        supply="site product; S P",
        lanes="origin destination cost_per_unit; S D 0; S E 0; D M 1; E M 0",
        demand="site product quantity; M P 10",
        throughput="site capacity step_cost; E 100 1",
        limits="limit quantity sense value; N investment at_least 5",
    )
    proven(problem, 10 + 5)
    assert optimize(problem.change("limits", "value", 10)).termination == "infeasible"
