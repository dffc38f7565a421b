"""Side limits: every quantity, both senses, selections and repetition. Solved by hand."""

from tests.models.hand.networks import TWO_YEARS, plant
from tests.models.support import bought, case, cost, guards, made, near, proven, shipped


def depots(limits, **tables):
    """Ten units each to M1 and M2: by the depot near the market for 1, by the other for 4.
    Depots cost 15 each while open: both 20 + 30 = 50, one 10 + 40 + 15 = 65.
    """
    defaults = {
        "products": "product; P",
        "sites": """site tags country now decision fixed_cost
                    S . . . . .
                    D1 depot,north KZ closed free 15
                    D2 depot KZ closed free 15
                    M1 . . . . .
                    M2 . . . . .""",
        "supply": "site product; S P",
        "lanes": """origin destination cost_per_unit
                    S D1 0
                    S D2 0
                    D1 M1 1
                    D1 M2 4
                    D2 M1 4
                    D2 M2 1""",
        "demand": "site product quantity; M1 P 10; M2 P 10",
        "limits": limits,
    }
    return case(**{**defaults, **tables})


@guards("limit_rows")
def test_most_sites_open():
    """Without a limit 50; with one depot at most 65; suppliers and markets do not count."""
    proven(depots("limit quantity site_tag value; N sites_open depot 2"), 50)
    plan = proven(depots("limit quantity site_tag value; N sites_open depot 1"), 65)
    assert plan.sites.set_index("site").loc[["D1", "D2"], "open"].sum() == 1


@guards("limit_rows")
def test_least_sites_open():
    """At 40 each one depot is best (50 + 40 = 90); two at least: 20 + 80 = 100."""
    limits = "limit quantity sense country value; N sites_open at_least KZ "
    sites = """site country now decision fixed_cost
               S . . . .; M1 . . . .; M2 . . . .
               D1 KZ closed free 40
               D2 KZ closed free 40"""
    proven(depots(limits + "1", sites=sites), 90)
    proven(depots(limits + "2", sites=sites), 100)


@guards("limit_rows")
def test_a_limit_on_one_site_or_tag():
    """D1 alone may be shut out, by its name or by its tag."""
    for selection in ("site value; N sites_open D1 0", "site_tag value; N sites_open north 0"):
        plan = proven(depots("limit quantity " + selection), 65)
        assert shipped(plan, "D2", "M1") == near(10)


@guards("limit_rows")
def test_sites_are_counted_in_every_period():
    """Two years: one depot at most in each 130; in 2027 alone 50 + 65 = 115."""
    limits = "limit quantity site_tag period value; N sites_open depot {} 1"
    proven(depots(limits.format("."), periods=TWO_YEARS), 130)
    proven(depots(limits.format("2027"), periods=TWO_YEARS), 115)


def plants(limits, **tables):
    """Ten trucks T and ten buses B. Plant F has an SKD line (trucks 2, buses 3) and a CKD line
    (trucks 4, buses 6); plant G a CKD line (trucks 5, buses 5). Imports cost 10.

    Without limits: 10 x 2 + 10 x 3 = 50.
    """
    defaults = {
        "products": "product family tags; K . .; T TRUCK heavy; B BUS heavy,city",
        "sites": "site country tags; S CN far; I CN .; F KZ east; G RU west; M KZ .",
        "supply": "site product unit_cost; S K 0; I T 10; I B 10",
        "lines": """line site investment
                    FS F 0
                    FC F 0
                    GC G 0""",
        "recipes": """recipe product assembly_mode
                      ST T SKD
                      SB B SKD
                      CT T CKD
                      CB B CKD""",
        "recipe_inputs": "recipe product; ST K; SB K; CT K; CB K",
        "assembly": """line recipe unit_cost
                       FS ST 2
                       FS SB 3
                       FC CT 4
                       FC CB 6
                       GC CT 5
                       GC CB 5""",
        "lanes": "origin destination; S F; S G; F M; G M; I M",
        "demand": "site product quantity; M T 10; M B 10",
        "limits": limits,
    }
    return case(**{**defaults, **tables})


@guards("limit_rows")
def test_most_lines_open():
    """The SKD line held shut by its mode: CKD, trucks 4 at F, buses 5 at G: 90. One line at most
    of those: trucks 4, buses 6 (or 5 and 5): 100.
    """
    shut = "limit quantity assembly_mode value; A lines_open SKD 0"
    proven(plants(shut), 90)
    proven(plants(shut + "; B lines_open CKD 1"), 100)


@guards("limit_rows")
def test_lines_that_exclude_each_other():
    """One line at each site. F's SKD line has room for 5: with trucks in it, the others go to G:
    5 x 2 + 15 x 5 = 85 (with buses in it 5 x 3 + 15 x 5 = 90). F's CKD line: trucks 4, buses at G
    for 5: 90. So SKD, 85; both lines at F would give 5 x 2 + 5 x 4 + 10 x 5 = 80.
    """
    lines = {"lines": "line site capacity; FS F 5; FC F .; GC G ."}
    plan = proven(plants("limit quantity value for_each; ONE lines_open 1 site", **lines), 85)
    assert plan.lines.set_index("line").loc["FC", "open"] == 0
    proven(plants("limit quantity value for_each; ONE lines_open 2 site", **lines), 80)


@guards("limit_rows")
def test_a_limit_for_each_site():
    """F's SKD line makes trucks only, at 2; buses cost 6 by F's CKD line. With buses at G for 5:
    70. With buses at G for 7 the CKD line would be better, but not instead of the SKD line: 2 + 7 a
    pair against 4 + 6: 90; without the limit 2 + 6: 80.
    """
    costs = "line recipe unit_cost; FS ST 2; FC CT 4; FC CB 6; GC CB {}"
    limits = "limit quantity value for_each; ONE lines_open 1 site"
    proven(plants(limits, assembly=costs.format(5)), 70)
    proven(plants(limits, assembly=costs.format(7)), 90)
    proven(plants("limit quantity value; ANY lines_open 9", assembly=costs.format(7)), 80)


@guards("limit_rows")
def test_least_lines_open():
    """Three lines at 7 a year each: one is enough (50 + 7), two at least cost 64."""
    lines = "line site fixed_cost; FS F 7; FC F 7; GC G 7"
    limits = "limit quantity sense value; N lines_open at_least "
    proven(plants(limits + "1", lines=lines), 57)
    proven(plants(limits + "2", lines=lines), 64)


@guards("limit_rows")
def test_most_and_least_made():
    """By CKD alone trucks cost 4 and buses 5, together 90; by SKD each is 2 cheaper, and at most 8
    may be: 74. At least 4 units at G: 4 buses at 5 rather than 3: 58. At least 4 trucks at G: 4 at
    5 rather than 2: 62.
    """
    proven(plants("limit quantity assembly_mode value; N made SKD 8"), 74)
    plan = proven(plants("limit quantity sense site value; N made at_least G 4"), 58)
    assert made(plan, "GC", product="B") == near(4)
    proven(plants("limit quantity sense country family value; N made at_least RU TRUCK 4"), 62)
    proven(plants("limit quantity sense site_tag product value; N made at_least west T 4"), 62)


@guards("limit_rows")
def test_made_by_product_and_tag():
    """No more than 6 'city' goods made (buses): 4 imported at 10 rather than 3: 78."""
    proven(plants("limit quantity product_tag value; N made city 6"), 78)
    proven(plants("limit quantity product value; N made B 6"), 78)
    proven(plants("limit quantity product_tag value; N made heavy 20"), 50)


@guards("limit_rows")
def test_made_for_each_product_family_mode_and_country():
    """At most 6 of each product: 6 x (2 + 3), and 4 of each imported at 10: 110; the same by
    family. At most 8 in each mode: 8 trucks by SKD at 2, 2 by CKD at 4, 6 buses by CKD at 5, 4
    imported: 16 + 8 + 30 + 40 = 94. At most 8 in each country: 8 trucks at F by SKD, 8 units at G
    at 5, 4 imported: 16 + 40 + 40 = 96.
    """
    limits = "limit quantity value for_each; N made "
    proven(plants(limits + "6 product"), 110)
    proven(plants(limits + "6 family"), 110)
    proven(plants(limits + "8 assembly_mode"), 94)
    proven(plants(limits + "8 country"), 96)


@guards("limit_rows")
def test_made_for_each_site_where_a_line_can_make_nothing():
    """At most 20 at each site: 20 x 4 and 30 imported at 10: 380. Nothing is made at G."""
    problem = plant(
        sites="site; S; I; F; G; M",
        lines="line site now decision capacity; L F open open 30; IDLE G open open 30",
        limits="limit quantity value for_each; N made 20 site",
    )
    assert proven(problem, 380).limits["group"].tolist() == ["F"]


@guards("limit_rows")
def test_made_over_all_periods_in_one_or_in_each():
    """Two years of 50. At most 30 units over both: 10 buses imported at 7 more: 170. At most 15 in
    2027: 5 buses: 135. At most 15 in each: 170. At most 40 over both, all that is wanted: 100.
    """
    limits = "limit quantity period for_each value; N made "
    proven(plants(limits + ". . 30", periods=TWO_YEARS), 170)
    proven(plants(limits + "2027 . 15", periods=TWO_YEARS), 135)
    proven(plants(limits + ". period 15", periods=TWO_YEARS), 170)
    proven(plants(limits + ". . 40", periods=TWO_YEARS), 100)


@guards("limit_rows")
def test_most_and_least_bought():
    """At most 12 kits bought: 8 buses imported, 7 dearer: 106. At least 5 from I: 5 buses: 85.
    At least 5 trucks from CN: 5 x 8 more: 90.
    """
    proven(plants("limit quantity product value; N bought K 12"), 106)
    plan = proven(plants("limit quantity sense site value; N bought at_least I 5"), 85)
    assert bought(plan, "I", product="B") == near(5)
    proven(plants("limit quantity sense country family value; N bought at_least CN TRUCK 5"), 90)
    proven(plants("limit quantity site_tag value; N bought far 12"), 106)


INVESTING = """line site investment step_size step_cost capacity most_steps
               FS F 30 5 6 10 4
               FC F 0 . . . .
               GC G 0 . . . ."""


@guards("limit_rows")
def test_most_invested():
    """The SKD line (10 units a year) costs 30 and saves 2 a unit: beside the others it is not
    built: 90. Alone, with imports at 10, it is, and grows by steps of 5 at 6 each: two of them:
    42 + 10 x 2 + 10 x 3 = 92. At most 40 invested leaves one step: 36 + 20 + 15 + 50 = 121; at most
    30 none: 30 + 20 + 100 = 150; at most 29 no line: 200.
    """
    alone = {
        "lines": "line site investment step_size step_cost capacity most_steps; FS F 30 5 6 10 4",
        "assembly": "line recipe unit_cost; FS ST 2; FS SB 3",
    }
    limits = "limit quantity site value; N investment F "
    proven(plants(limits + "99", lines=INVESTING), 90)
    for most, objective in ((99, 92), (40, 121), (30, 150), (29, 200)):
        proven(plants(limits + str(most), **alone), objective)


@guards("limit_rows")
def test_investment_counts_sites_and_depots_in_full_and_undiscounted():
    """Opening D1 is 20 with a life of 10 years at 10%, a step of throughput 10: 30 in all, whatever
    is charged. At most 29 leaves one of them out: goods go straight at 100.
    """
    tables = {
        "settings": "discount_rate=0.1",
        "products": "product; P",
        "sites": """site now decision opening_cost life
                    S . . . .; M . . . .
                    D closed free 20 10""",
        "supply": "site product; S P",
        "throughput": "site capacity step_size step_cost; D 0 5 10",
        "lanes": "origin destination cost_per_unit; S D 0; D M 0; S M 100",
        "demand": "site product quantity; M P 5",
    }
    mid = 1.1**-0.5
    crf = 0.1 / (1 - 1.1**-10)
    limits = "limit quantity value; N investment "
    proven(case(limits=limits + "30", **tables), 30 * crf * mid)
    proven(case(limits=limits + "29", **tables), 500 * mid)


@guards("limit_rows")
def test_least_invested():
    """30 at least must be invested, though the SKD line, at 9 a unit, saves nothing: 90 + 30."""
    limits = "limit quantity sense value; N investment at_least 30"
    plan = proven(
        plants(
            limits,
            lines="line site investment; FS F 30; FC F 0; GC G 0",
            assembly="line recipe unit_cost; FS ST 9; FS SB 9; FC CT 4; GC CB 5",
        ),
        120,
    )
    assert cost(plan, "investment") == near(30)


def transport(limits, **tables):
    """100 units of P (2 t): by road, 500 km and a day, for 5 and 0.1 t of CO2 each, or by rail,
    1500 km and four days, for 8 and 0.03 t.
    """
    defaults = {
        "products": "product mass; P 2",
        "sites": "site country; S CN; M KZ",
        "supply": "site product; S P",
        "lanes": """origin destination mode cost_per_unit distance transit_days co2
                    S M road 5 500 1 0.1
                    S M rail 8 1500 4 0.01""",
        "demand": "site product quantity; M P 100",
        "limits": limits,
    }
    return case(**{**defaults, **tables})


@guards("limit_rows")
def test_most_co2():
    """Road 0.1 x 500 x 2 / 1000 = 0.1 t, rail 0.01 x 1500 x 2 / 1000 = 0.03 t. By road 10 t; at
    most 6.5 t: 50 units by rail: 650. A limit on what leaves another country does nothing.
    """
    plan = proven(transport("limit quantity value; N co2 6.5"), 650)
    assert shipped(plan, "S", "M", mode="rail") == near(50)
    proven(transport("limit quantity country value; N co2 KZ 6.5"), 500)
    proven(transport("limit quantity country value; N co2 CN 6.5"), 650)


@guards("limit_rows")
def test_least_co2():
    """With rail the cheaper, 3 t; at least 6.5 t sends 50 by road at 9: 850."""
    lanes = """origin destination mode cost_per_unit distance co2
               S M road 9 500 0.1
               S M rail 8 1500 0.01"""
    proven(transport("limit quantity sense value; N co2 at_least 6.5", lanes=lanes), 850)


RAIL_CHEAPER = """origin destination mode cost_per_unit distance transit_days
                  S M road 9 500 1
                  S M rail 8 1500 4"""


@guards("demand_within")
def test_demand_within_a_distance_or_time():
    """With rail the cheaper (8 against 9), at least 60% within 1000 km, or two days: 60 by road:
    860. With road the cheaper (5 against 8), at most 20% within 1000 km: 20 x 5 + 80 x 8 = 740.
    """
    km = "limit quantity sense within_km value; N demand_within at_least 1000 0.6"
    days = "limit quantity sense within_days value; N demand_within at_least 2 0.6"
    plan = proven(transport(km, lanes=RAIL_CHEAPER), 860)
    assert shipped(plan, "S", "M", mode="road") == near(60)
    proven(transport(days, lanes=RAIL_CHEAPER), 860)
    proven(transport("limit quantity within_km value; N demand_within 1000 0.2"), 740)


@guards("demand_within")
def test_demand_within_for_each_market():
    """M wants 100, by road at 9 or rail at 8; N 50, at 10 or 8; by rail 1200. Half of all within
    1000 km: 75 by road to M: 1275. Half of each: 50 x 1 + 25 x 2 more: 1300. Half of N's alone:
    25 x 2 more: 1250.
    """
    tables = {
        "sites": "site country; S CN; M KZ; N RU",
        "lanes": """origin destination mode cost_per_unit distance
                    S M road 9 500
                    S M rail 8 1500
                    S N road 10 500
                    S N rail 8 1500""",
        "demand": "site product quantity; M P 100; N P 50",
    }
    limits = """limit quantity sense site for_each within_km value
                L demand_within at_least {} {} 1000 0.5"""
    proven(transport(limits.format(".", "."), **tables), 1275)
    proven(transport(limits.format(".", "site"), **tables), 1300)
    proven(transport(limits.format(".", "country"), **tables), 1300)
    proven(transport(limits.format("N", "."), **tables), 1250)


@guards("limit_rows")
def test_what_has_no_family_is_in_no_group_of_families():
    """At most 5 bought of each family: of A's 10, 5 are bought at 1 and 5 short at 9: 50. The 10 of
    no family are free: 10 in all 60. The same over lanes for each product of a family, by CO2.
    """
    tables = {
        "products": "product family mass; P A 1; Q . 1",
        "sites": "site; S; M",
        "supply": "site product unit_cost; S P 1; S Q 1",
        "lanes": "origin destination distance co2; S M 1000 1",
        "demand": "site product quantity penalty; M P 10 9; M Q 10 9",
    }
    for quantity in ("bought", "co2"):
        limits = f"limit quantity value for_each; X {quantity} 5 family"
        plan = proven(case(limits=limits, **tables), 60)
        assert plan.limits["group"].tolist() == ["A"]
        assert plan.limits["reached"].tolist() == near([5])


@guards("limit_rows")
def test_investment_in_a_mode_is_that_in_lines():
    """Opening the plant is 50, its SKD line 30, and makes 10 at 1 instead of buying 10 for 20 each.
    At most 30 in SKD: 50 + 30 + 10 = 90; at most 29: 10 x 20 = 200. At most 79 in all: 200.
    """
    tables = {
        "products": "product; P",
        "sites": "site now decision opening_cost; F closed free 50; S . . .; M . . .",
        "supply": "site product unit_cost; S P 20",
        "lines": "line site investment; L F 30",
        "recipes": "recipe product assembly_mode; R P SKD",
        "assembly": "line recipe unit_cost; L R 1",
        "lanes": "origin destination; S M; F M",
        "demand": "site product quantity; M P 10",
    }
    limits = "limit quantity assembly_mode value; X investment "
    proven(case(limits=limits + "SKD 30", **tables), 90)
    proven(case(limits=limits + "SKD 29", **tables), 200)
    proven(case(limits=limits + ". 79", **tables), 200)
    proven(case(limits=limits + ". 80", **tables), 90)
