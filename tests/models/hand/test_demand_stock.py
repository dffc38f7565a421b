"""Demand, shortfall, profit and stock: small cases solved by hand."""

from tests.models.hand.networks import TWO_YEARS, market
from tests.models.support import bought, case, cost, guards, near, proven, total


@guards("demand_met")
def test_demand_without_a_penalty_must_be_met():
    """10 x 5 = 50, where leaving it would cost nothing."""
    plan = proven(market("site product quantity; M P 10"), 50)
    assert plan.service["short"].tolist() == near([0])


@guards("demand_met", "shortfall")
def test_demand_is_met_where_that_is_cheaper_than_the_penalty():
    """A unit costs 5: at a penalty of 3 all 10 are short, at 8 none."""
    plan = proven(market("site product quantity penalty; M P 10 3"), 30)
    assert cost(plan, "shortfall") == near(30)
    proven(market("site product quantity penalty; M P 10 8"), 50)


@guards("shortfall")
def test_the_least_share_is_served():
    """4 x 5 + 6 x 3 = 38."""
    plan = proven(market("site product quantity penalty least_share; M P 10 3 0.4"), 38)
    assert plan.service["met"].tolist() == near([4])


@guards("demand_met")
def test_demand_of_a_period_wins_and_is_yearly():
    """10 in 2026; 20 a year for two years from 2027: 50 x 5 = 250."""
    proven(
        market(
            "site product period quantity; M P . 10; M P 2027 20",
            periods="period start years; 2026 2026-01-01 1; 2027 2027-01-01 2",
        ),
        250,
    )


@guards("revenue")
def test_most_profit():
    """At 7 a unit costs more than it brings (6): sell nothing, unless falling short costs 2;
    priced at 10 it brings 3.
    """
    demand = "site product quantity price penalty; M P 10 "
    profit = {"settings": "objective=profit", "price": 7}
    proven(market(demand + "10 0", **profit), 30)
    proven(market(demand + "6 0", **profit), 0)
    proven(market(demand + "6 2", **profit), -10)


@guards("flow_balance")
def test_opening_stock_is_used():
    """10 - 5 in stock = 5 x 4 = 20."""
    stock = "site product opening; M P 5"
    proven(market("site product quantity; M P 10", 4, stock=stock), 20)


BUY_AHEAD = {
    "demand": "site product quantity; M P 10",
    "periods": TWO_YEARS,
    "supply": "site product period unit_cost; S P 2026 1; S P 2027 4",
}


@guards("flow_balance", "holding")
def test_stock_is_held_where_that_pays():
    """Buying ahead saves 3 a unit. Holding at 2: 20 x 1 + 10 x 2 = 40. At 3.5: 10 + 40 = 50."""
    plan = proven(market(stock="site product holding_cost; M P 2", **BUY_AHEAD), 40)
    assert cost(plan, "holding") == near(20)
    assert total(plan.stock, "closing", period="2026") == near(10)
    proven(market(stock="site product holding_cost; M P 3.5", **BUY_AHEAD), 50)


@guards("flow_balance")
def test_without_a_row_there_is_no_stock():
    """10 x 1 + 10 x 4 = 50, and as much with a row for the later period alone."""
    proven(market(**BUY_AHEAD), 50)
    proven(market(stock="site product period; M P 2027", **BUY_AHEAD), 50)


@guards("holding")
def test_holding_is_yearly():
    """2026 lasts two years: 20 + 10 bought ahead at 1, held at 2 x 1: 30 + 20 = 50 (60 else)."""
    tables = {**BUY_AHEAD, "periods": "period start years; 2026 2026-01-01 2; 2027 2028-01-01 1"}
    proven(market(stock="site product holding_cost; M P 1", **tables), 50)


@guards("stock_most")
def test_the_most_in_stock():
    """6 ahead: 16 x 1 + 6 x 2 + 4 x 4 = 44."""
    plan = proven(market(stock="site product most holding_cost; M P 6 2", **BUY_AHEAD), 44)
    assert bought(plan, "S", period="2026") == near(16)


@guards("stock_least")
def test_the_least_in_stock():
    """3 at the end of both years at 1 a year: 23 x 4 + 3 + 3 = 98."""
    stock = "site product least holding_cost; M P 3 1"
    proven(market("site product quantity; M P 10", 4, stock=stock, periods=TWO_YEARS), 98)


@guards("stock_least")
def test_the_least_in_stock_at_the_end():
    """5 more, bought in 2027 and held for a year: 25 x 4 + 5 = 105."""
    stock = "site product end_least holding_cost; M P 5 1"
    proven(market("site product quantity; M P 10", 4, stock=stock, periods=TWO_YEARS), 105)


@guards("stock_least")
def test_the_least_in_stock_does_not_bind_while_the_site_is_closed():
    """3 at least at B, at the end or always, for 5 each: 10 x 5 = 50 where B is closed or may
    close, 65 where it is open; a fixed cost of 1 is paid on top while it is open.
    """
    for least in ("least", "end_least"):
        for state, best in (
            ("closed stay", 50),
            ("closed closed", 50),
            ("open closed", 50),
            ("closed free", 50),
            ("open free", 50),
            ("open stay", 66),
            ("closed open", 66),
        ):
            proven(
                market(
                    "site product quantity; M P 10",
                    sites=f"site now decision fixed_cost; S . . .; M . . .; B {state} 1",
                    lanes="origin destination; S M; S B",
                    stock=f"site product {least}; B P 3",
                ),
                best,
            )


@guards("stock_least")
def test_the_least_in_stock_binds_in_the_periods_in_which_the_site_is_open():
    """B must be open in 2026, and holds 3 at the end of it, at 1 a year; M gets them in 2027:
    20 x 5 + 3 = 103. Where a least holds in 2027 as well, B either keeps them or, closed, could
    not have them at hand: 23 x 5 + 2 x 3 = 121.
    """
    for period, best in (("2026", 103), (".", 121)):
        proven(
            market(
                "site product quantity; M P 10",
                periods=TWO_YEARS,
                sites="site decision; S .; M .; B free",
                lanes="origin destination; S M; S B; B M",
                stock=f"site product period least holding_cost; B P {period} 3 1",
                limits="limit quantity sense value site period; on sites_open at_least 1 B 2026",
            ),
            best,
        )


def test_nothing_wanted_has_a_plan():
    """3 in stock that nobody wants stay there, at no cost; no row has a price."""
    plan = proven(
        case(
            products="product; P",
            sites="site; A; B",
            supply="site product unit_cost; A P 1",
            lanes="origin destination; A B",
            stock="site product opening most; A P 3 10",
            demand="site product quantity; B P 0",
        ),
        0,
    )
    assert plan.prices.empty
