"""Bounds where no capacity is stated: they cut off no plan that pays or that the case asks for."""

from tests.models.hand.networks import TWO_YEARS, market
from tests.models.support import case, guards, near, proven, total


def relocation(decision="stay", lanes="", **tables):
    """100 in stock at W, where a unit costs 5 a year; at V it costs nothing. M wants 5 a year."""
    defaults = {
        "products": "product; P",
        "sites": f"site decision; W {decision}; V .; M .",
        "periods": TWO_YEARS,
        "stock": "site product opening holding_cost; W P 100 5; V P . 0",
        "lanes": lanes or "origin destination cost_per_unit; W V 1; V M 1; W M 1",
        "demand": "site product quantity; M P 5",
    }
    return case(**{**defaults, **tables})


@guards("holding")
def test_opening_stock_leaves_a_site_that_may_close():
    """All of it leaves W at once, 5 for M and 95 for V, and 5 go on from V a year later:
    100 + 5 = 105.
    """
    proven(relocation("free"), 105)
    proven(relocation("stay"), 105)


def test_opening_stock_over_a_lane_with_a_fixed_cost():
    """95 over W-V, 5 + 5 to M, 1 for using W-V once: 106."""
    lanes = """origin destination cost_per_unit fixed_cost
               W V 1 1
               V M 1 .
               W M 1 ."""
    proven(relocation(lanes=lanes), 106)


def test_steps_for_sending_out_the_opening_stock():
    """100 units leave W at once, where 1 a year may: 105 + 99 steps at 0.01 = 105.99."""
    grows = "site capacity step_cost; W 1 0.01"
    proven(relocation("free", throughput=grows), 105.99)


def test_opening_stock_of_an_input_is_worked_up():
    """20 K cost 5 each to keep; at 2 a unit they make 10 P for 1, of which M gets 2: 10. (Made as
    wanted, 2 P leave 16 K: 2 + 80 = 82.)
    """
    plan = proven(
        case(
            products="product; K; P",
            sites="site decision; F free; M .",
            stock="site product opening holding_cost; F K 20 5; F P . 0",
            lines="line site now; L F open",
            recipes="recipe product; R P",
            recipe_inputs="recipe product quantity; R K 2",
            assembly="line recipe unit_cost; L R 1",
            lanes="origin destination; F M",
            demand="site product quantity; M P 2",
        ),
        10,
    )
    assert total(plan.stock, "closing", product="P") == near(8)


def plants(**tables):
    """P is made at F and G at 1 a unit and goes through W to M, which wants one."""
    defaults = {
        "products": "product; P",
        "sites": "site decision; F .; G .; W free; M .",
        "stock": "site product; W P; M P",
        "lines": "line site now decision; L F open open; K G open open",
        "recipes": "recipe product; R P",
        "assembly": "line recipe unit_cost; L R 1; K R 1",
        "lanes": "origin destination; F W; G W; W M",
        "demand": "site product quantity; M P 1",
    }
    return case(**{**defaults, **tables})


@guards("line_least_load")
def test_the_least_load_of_a_period_is_more_than_is_wanted():
    """80 in 2026, when F must, and one in 2027 from stock: 80."""
    proven(plants(periods=TWO_YEARS, line_periods="line period least_load; L 2026 80"), 80)


@guards("limit_rows")
def test_a_limit_at_least_for_each_site_or_period():
    """10 at F and 10 at G: 20; 10 in each of two years: 20; both: 40."""
    limit = "limit quantity sense value for_each; some made at_least 10 "
    proven(plants(limits=limit + "site"), 20)
    proven(plants(limits=limit + "period", periods=TWO_YEARS), 20)
    proven(plants(limits=limit + "site,period", periods=TWO_YEARS), 40)


@guards("limit_rows")
def test_investment_that_is_asked_for():
    """One step of 1 a unit is of use for nothing, 100 must be spent: 100. With two years, each
    on its own, 200; at 3 a whole step of 10 it is 34 steps: 102.
    """

    def grower(lines, limit="at_least 100", **tables):
        return case(
            products="product; P",
            sites="site; F; M",
            lines=lines,
            recipes="recipe product; R P",
            assembly="line recipe; L R",
            lanes="origin destination; F M",
            demand="site product quantity; M P 10",
            **{"limits": f"limit quantity sense value; spend investment {limit}", **tables},
        )

    lines = "line site now decision capacity step_cost; L F open open 10 1"
    proven(grower(lines), 100)
    each = "limit quantity sense value for_each; spend investment at_least 100 period"
    proven(grower(lines, limits=each, periods=TWO_YEARS), 200)
    proven(
        grower("line site now decision capacity step_size step_cost; L F open open 10 10 3"), 102
    )


@guards("limit_rows")
def test_investment_that_is_asked_for_in_a_site_that_may_close():
    """Steps at 1 a unit for what D can send out are of no use, 100 must be spent: 10 + 100."""
    proven(
        market(
            "site product quantity; M P 10",
            1,
            sites="site decision; S .; D free; M .",
            lanes="origin destination; S D; D M",
            throughput="site capacity step_cost; D 10 1",
            limits="limit quantity sense value; spend investment at_least 100",
        ),
        110,
    )


@guards("share_of_source")
def test_a_share_is_brought_down_by_buying_elsewhere():
    """Only S reaches M: 10 at 1, which may be a quarter of all; 30 at 2 from T are left at D: 70.
    At least 0.75 of T comes to the same.
    """
    tables = {
        "sites": "site decision; S .; T .; D free; M .",
        "supply": "site product unit_cost; S P 1; T P 2",
        "lanes": "origin destination; S M; T D",
        "stock": "site product; D P",
    }
    demand = "site product quantity; M P 10"
    limit = "limit quantity sense value site; part share_of_source "
    proven(market(demand, limits=limit + "at_most 0.25 S", **tables), 70)
    proven(market(demand, limits=limit + "at_least 0.75 T", **tables), 70)


@guards("limit_rows")
def test_a_limit_that_sends_goods_in_circles():
    """20 t of CO2 at least: ten rounds S-A-S of 2 t at 1 + 1, and 3 for using the way back: 25."""
    proven(
        market(
            "site product quantity; M P 2",
            1,
            products="product mass; P 1",
            sites="site; S; A; M",
            lanes="""origin destination distance co2 cost_per_unit fixed_cost
                     S M 1000 0 0 0
                     S A 1000 1 1 0
                     A S 1000 1 1 3""",
            limits="limit quantity sense value; smoke co2 at_least 20",
        ),
        25,
    )
