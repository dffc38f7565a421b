"""Lines: capacity, least load, steps, building, what a period changes."""

from tests.models.hand.networks import THREE_YEARS, TWO_YEARS, plant
from tests.models.support import cost, guards, made, near, proven


@guards("line_capacity")
def test_line_capacity():
    """30 x 4 + 20 x 10 = 320."""
    assert made(proven(plant(), 320), "L") == near(30)


@guards("line_capacity")
def test_line_capacity_is_yearly():
    """Half a year: 15 x 4 + 10 x 10 = 160."""
    proven(plant(periods="period start years; H 2026-01-01 0.5"), 160)


@guards("line_capacity")
def test_capacity_used_by_a_unit():
    """P saves 6 a unit of capacity, Q, taking 2, saves 10 / 2 = 5. P 20, Q (30 - 20) / 2 = 5:
    20 x 4 + 5 x 5 + 5 x 15 = 180; were Q to take 1, 130.
    """
    plan = proven(
        plant(
            products="product; K; P; Q",
            supply="site product unit_cost; S K 0; I P 10; I Q 15",
            recipes="recipe product; R P; T Q",
            recipe_inputs="recipe product; R K; T K",
            assembly="line recipe unit_cost capacity_used; L R 4 1; L T 5 2",
            demand="site product quantity; M P 20; M Q 10",
        ),
        180,
    )
    assert made(plan, "L", product="Q") == near(5)
    assert plan.lines["load"].sum() == near(30)


@guards("assembly_idle")
def test_a_line_is_built_even_for_what_takes_no_capacity():
    """Building for 50 and making 50 for 4 is 250; with import at 4.5, 225, building does not pay.
    So too where the recipe may make 20 at most: 50 + 20 x 4 + 30 x 10 = 430.
    """
    light = "line recipe unit_cost capacity_used most; L R 4 0 "
    tables = {"lines": "line site investment; L F 50", "stock": "site product; M P"}
    plan = proven(plant(assembly=light + ".", **tables), 250)
    assert plan.lines["built"].tolist() == [1]
    proven(plant(import_cost=4.5, assembly=light + ".", **tables), 225)
    proven(plant(assembly=light + "20", **tables), 430)


TWO_MODES = {
    "recipes": "recipe product assembly_mode; SKD P SKD; CKD P CKD",
    "recipe_inputs": "recipe product; SKD K; CKD K",
    "lines": "line site now decision; L F open free",
}


@guards("assembly_most")
def test_the_most_of_a_recipe():
    """10 x 2 + 20 x 5 = 120."""
    proven(
        plant(30, assembly="line recipe unit_cost most; L SKD 2 10; L CKD 5 .", **TWO_MODES), 120
    )


@guards("assembly_least")
def test_the_least_of_a_recipe():
    """25 x 2 + 5 x 5 = 75."""
    least = "line recipe unit_cost least; L SKD 2 .; L CKD 5 5"
    plan = proven(plant(30, assembly=least, **TWO_MODES), 75)
    assert made(plan, "L", recipe="CKD") == near(5)


@guards("assembly_least")
def test_the_least_of_a_recipe_binds_only_an_open_line():
    """4 units, but 5 by CKD as long as the line is open: it closes, 4 x 10 = 40."""
    least = "line recipe unit_cost least; L SKD 2 .; L CKD 5 5"
    plan = proven(plant(4, assembly=least, **TWO_MODES), 40)
    assert plan.lines["open"].tolist() == [0]


TWO_LINES = {
    "recipes": "recipe product; R P",
    "assembly": "line recipe unit_cost; GOOD R 1; POOR R 4",
}


@guards("line_least_load")
def test_the_least_load_of_a_line():
    """20 x 1 + 10 x 4 = 60."""
    lines = "line site now decision least_load; GOOD F open open .; POOR F open open 10"
    assert made(proven(plant(30, lines=lines, **TWO_LINES), 60), "POOR") == near(10)


@guards("line_least_load")
def test_a_line_that_cannot_be_loaded_enough_closes():
    """20 at least, 15 wanted, nothing thrown away: 15 x 10 = 150."""
    lines = "line site now decision least_load; L F open free 20"
    proven(plant(15, lines=lines), 150)


@guards("fixed")
def test_an_open_line_costs_even_when_idle():
    """Held open at 70 a year although importing is cheaper than 4: 10 x 3 + 70 = 100."""
    lines = "line site now decision fixed_cost; L F open open 70"
    plan = proven(plant(10, import_cost=3, lines=lines), 100)
    assert cost(plan, "fixed") == near(70)


def test_a_line_that_is_to_be_closed_makes_nothing():
    """50 x 10 = 500."""
    proven(plant(lines="line site now decision; L F open closed"), 500)
    proven(plant(lines="line site now decision; L F closed stay"), 500)


@guards("investment", "fixed")
def test_a_line_needs_its_site_open():
    """Opening the site costs 50 + 100. 50 units save 6 each: 50 x 4 + 150 = 350. 20 units do
    not pay for it: 20 x 10 = 200 (230 with the site).
    """
    sites = """site now decision opening_cost fixed_cost
               S . . . .; I . . . .; M . . . .
               F closed free 50 100"""
    lines = "line site now decision; L F open free"
    plan = proven(plant(50, sites=sites, lines=lines), 350)
    assert plan.sites.set_index("site").loc["F", "opened"] == 1
    proven(plant(20, sites=sites, lines=lines), 200)


@guards("investment", "line_states")
def test_a_line_must_be_paid_for():
    """50 units save 300: with an investment of 250 it is built, 200 + 250; with 310 not."""
    line = "line site now decision investment; L F closed free "
    plan = proven(plant(lines=line + "250"), 450)
    assert plan.lines["built"].tolist() == [1]
    proven(plant(lines=line + "310"), 500)


@guards("line_states")
def test_build_time():
    """Paid in 2026, open from 2027: 500 + 100 + 2 x 200 = 1000; at once it would be 700."""
    lines = "line site investment build_time; L F 100 1"
    plan = proven(plant(periods=THREE_YEARS, lines=lines), 1000)
    assert plan.lines["open"].tolist() == [0, 1, 1]
    assert plan.lines["built"].tolist() == [1, 0, 0]


@guards("line_states")
def test_a_build_time_that_ends_inside_a_period_waits_for_the_next():
    """A year and a half: open in 2028 alone: 2 x 500 + 100 + 200 = 1300."""
    proven(plant(periods=THREE_YEARS, lines="line site investment build_time; L F 100 1.5"), 1300)


@guards("line_states")
def test_first_period():
    """Open from 2027 on, without build time: 500 + 100 + 400 = 1000. Investment is 60 in 2026,
    and a line paid for in 2026 would be ready in 2026, before its first period, so it does not
    help: still 1000 and not 960.
    """
    lines = "line site investment first_period; L F 100 2027"
    change = "line period investment; L 2026 60"
    proven(plant(periods=THREE_YEARS, lines=lines, line_periods=change), 1000)


@guards("line_states")
def test_first_period_after_a_build_time():
    """With a year of building, the 60 of 2026 buys 2027: 500 + 60 + 400 = 960. First open in
    2028 it must be paid for in 2027, at 100: 1000 + 100 + 200 = 1300.
    """
    lines = "line site investment build_time first_period; L F 100 1 "
    change = "line period investment; L 2026 60"
    proven(plant(periods=THREE_YEARS, lines=lines + "2027", line_periods=change), 960)
    proven(plant(periods=THREE_YEARS, lines=lines + "2028", line_periods=change), 1300)


@guards("line_states")
def test_a_line_to_be_open_opens_as_soon_as_it_can():
    """Held open at 7 a year from 2027, dearer than importing: 3 x 50 x 3 + 20 + 2 x 7 = 484."""
    lines = "line site decision investment fixed_cost first_period; L F open 20 7 2027"
    plan = proven(plant(import_cost=3, periods=THREE_YEARS, lines=lines), 484)
    assert plan.lines["open"].tolist() == [0, 1, 1]


UP_AND_DOWN = {
    "periods": THREE_YEARS,
    "demand": "site product period quantity; M P . 50; M P 2027 0",
}


@guards("line_states", "fixed")
def test_a_line_that_closed_must_be_built_again():
    """No demand in 2027. Staying open 3 x 100 + 2 x 200 = 700; closing saves 100 and costs the
    investment: with 30, 630; with 150 it stays.
    """
    lines = "line site now investment fixed_cost; L F open {} 100"
    plan = proven(plant(lines=lines.format(30), **UP_AND_DOWN), 630)
    assert plan.lines["closed"].tolist() == [0, 1, 0]
    assert plan.lines["built"].tolist() == [0, 0, 1]
    plan = proven(plant(lines=lines.format(150), **UP_AND_DOWN), 700)
    assert plan.lines["open"].tolist() == [1, 1, 1]


@guards("line_capacity", "fixed")
def test_capacity_and_fixed_cost_of_a_period():
    """2026: 30 x 4 + 20 x 10 = 320. 2027: 10 x 4 + 40 x 10 + 7 = 447. Together 767."""
    change = "line period capacity fixed_cost; L 2027 10 7"
    proven(plant(periods=TWO_YEARS, line_periods=change), 767)


@guards("line_least_load")
def test_least_load_of_a_period():
    """Importing at 3 beats 4: 2026 150; 2027 5 x 4 + 45 x 3 = 155."""
    change = "line period least_load; L 2027 5"
    proven(plant(import_cost=3, periods=TWO_YEARS, line_periods=change), 305)


STEPS = "line site now decision capacity step_size step_cost most_steps; L F open open 10 "


@guards("line_capacity", "investment")
def test_whole_steps():
    """15 units too many, import dearer by 3: one step 25 + 20 x 4 + 5 x 7 = 140, none 145,
    two 150.
    """
    plan = proven(plant(25, import_cost=7, lines=STEPS + "10 25 ."), 140)
    assert plan.lines["steps"].tolist() == [1]
    assert plan.lines["capacity"].tolist() == [20]


@guards("line_capacity")
def test_the_number_of_line_steps_is_limited():
    """45 wanted: two steps 50 + 30 x 4 + 15 x 7 = 275, with three (not allowed) 270."""
    proven(plant(45, import_cost=7, lines=STEPS + "10 25 2"), 275)


@guards("line_capacity")
def test_line_steps_of_any_size():
    """12 units at 2.5: 30 + 22 x 4 + 3 x 7 = 139."""
    proven(plant(25, import_cost=7, lines=STEPS + ". 2.5 12"), 139)


@guards("line_capacity")
def test_a_step_once_bought_stays():
    """A step of 50 saves 30 in each of two years: 2 x 20 x 4 + 50 = 210, without 220."""
    plan = proven(plant(20, import_cost=7, periods=TWO_YEARS, lines=STEPS + "10 50 ."), 210)
    assert plan.lines["steps"].tolist() == [1, 0]


@guards("line_capacity")
def test_step_cost_of_a_period():
    """In 2027 a step costs 15: 40 + 70 + 15 + 80 = 205, against 210 when bought in 2026."""
    change = "line period step_cost; L 2027 15"
    tables = {"periods": TWO_YEARS, "lines": STEPS + "10 50 .", "line_periods": change}
    assert proven(plant(20, import_cost=7, **tables), 205).lines["steps"].tolist() == [0, 1]


@guards("line_capacity", "investment")
def test_steps_that_have_a_cost_in_one_period_alone():
    """10 a year, capacity 5, steps at 3 in 2027 only; import for 100 else: 2026 5 x 4 + 5 x 100,
    2027 10 x 4 + 5 x 3: 575. A least load of 8 in 2027, which needs 3 steps, changes nothing.
    """
    tables = {
        "periods": TWO_YEARS,
        "lines": "line site now decision capacity; L F open open 5",
    }
    plan = proven(
        plant(10, import_cost=100, line_periods="line period step_cost; L 2027 3", **tables), 575
    )
    assert plan.lines["steps"].tolist() == near([0, 5])
    change = "line period step_cost least_load; L 2027 3 8"
    proven(plant(10, import_cost=100, line_periods=change, **tables), 575)


def test_a_closed_line_has_no_load_whatever_was_bought():
    """Any size of line at 1 a unit, fixed cost 100 while open: 20 units made cost
    20 x 1 + 20 x 4 + 100 = 200, imported 140. A line that ran while closed would cost 100.
    """
    lines = "line site now capacity step_cost fixed_cost; L F open 0 1 100"
    proven(plant(20, import_cost=7, lines=lines), 140)


@guards("line_capacity", "line_steps_open")
def test_steps_are_bought_while_the_line_is_open():
    """The line opens in 2027. A step costs 5 in 2026 and 20 in 2027, and must be bought in 2027:
    50 x 20 + (100 + 20 + 20 x 4 + 80 x 20) = 2800; with the step of 2026 it would be 2785.
    """
    lines = """line site investment first_period capacity step_size step_cost most_steps
               L F 100 2027 10 10 20 1"""
    change = "line period step_cost; L 2026 5"
    demand = "site product period quantity; M P 2026 50; M P 2027 100"
    tables = {"periods": TWO_YEARS, "lines": lines, "line_periods": change, "demand": demand}
    proven(plant(import_cost=20, **tables), 2800)
