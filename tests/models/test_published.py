"""Optima that others published, through the tables."""

from __future__ import annotations

import itertools

import pytest

from benchmarks.published import names, published
from jvopt.core.case import Case
from tests.models.support import case, cost, near, proven, shipped, solved, table, years


@pytest.mark.parametrize("name", names("small"))
def test_or_library(name):
    """Capacitated warehouse location, Beasley 1988."""
    problem, best = published(name)
    assert solved(problem.case).objective == near(best)


def test_dantzigs_transport_problem():
    """G. B. Dantzig, Linear Programming and Extensions (1963), chapter 3.3: 153.675 thousand."""
    plan = proven(
        case(
            products="product; CASE",
            sites="site; SEATTLE; SAN-DIEGO; NEW-YORK; CHICAGO; TOPEKA",
            supply="site product capacity; SEATTLE CASE 350; SAN-DIEGO CASE 600",
            lanes="""origin destination cost_per_unit
                     SEATTLE NEW-YORK 0.225
                     SEATTLE CHICAGO 0.153
                     SEATTLE TOPEKA 0.162
                     SAN-DIEGO NEW-YORK 0.225
                     SAN-DIEGO CHICAGO 0.162
                     SAN-DIEGO TOPEKA 0.126""",
            demand="""site product quantity
                      NEW-YORK CASE 325
                      CHICAGO CASE 300
                      TOPEKA CASE 275""",
        ),
        153.675,
    )
    assert shipped(plan, "SAN-DIEGO", "TOPEKA") == near(275)


FACTORIES = "site product capacity; LIVERPOOL P 150000; BRIGHTON P 200000"
CUSTOMERS = """site product quantity
               C1 P 50000; C2 P 10000; C3 P 40000; C4 P 35000; C5 P 60000; C6 P 20000"""
ROUTES = """origin destination cost_per_unit
            LIVERPOOL NEWCASTLE 0.5; LIVERPOOL BIRMINGHAM 0.5; LIVERPOOL LONDON 1.0
            LIVERPOOL EXETER 0.2; LIVERPOOL C1 1.0; LIVERPOOL C3 1.5; LIVERPOOL C4 2.0
            LIVERPOOL C6 1.0
            BRIGHTON BIRMINGHAM 0.3; BRIGHTON LONDON 0.5; BRIGHTON EXETER 0.2; BRIGHTON C1 2.0
            NEWCASTLE C2 1.5; NEWCASTLE C3 0.5; NEWCASTLE C4 1.5; NEWCASTLE C6 1.0
            BIRMINGHAM C1 1.0; BIRMINGHAM C2 0.5; BIRMINGHAM C3 0.5; BIRMINGHAM C4 1.0
            BIRMINGHAM C5 0.5
            LONDON C2 1.5; LONDON C3 2.0; LONDON C5 0.5; LONDON C6 1.5
            EXETER C3 0.2; EXETER C4 1.5; EXETER C5 0.5; EXETER C6 1.5"""


def test_williams_distribution_1():
    """H. P. Williams, Model Building in Mathematical Programming, problem 12.19: 198,500."""
    plan = solved(
        case(
            products="product; P",
            sites="""site; LIVERPOOL; BRIGHTON; C1; C2; C3; C4; C5; C6
                     NEWCASTLE; BIRMINGHAM; LONDON; EXETER""",
            supply=FACTORIES,
            throughput="""site capacity
                          NEWCASTLE 70000; BIRMINGHAM 50000; LONDON 100000; EXETER 40000""",
            lanes=ROUTES,
            demand=CUSTOMERS,
        )
    )
    assert plan.objective == near(198_500)


def test_williams_distribution_2():
    """The same book, problem 12.20: depots may close (saving 10,000 and 5,000), open (12,000 and
    4,000), one may grow by 20,000 (3,000), four at most: 174,000 with both savings off; here a
    depot costs what closing it saves, so that 15,000 come on top. Exeter stays, Newcastle closes,
    Northampton opens, Birmingham grows.
    """
    plan = solved(
        case(
            products="product; P",
            sites="""site tags now decision fixed_cost opening_cost
                     LIVERPOOL . open stay . .; BRIGHTON . open stay . .
                     C1 . open stay . .; C2 . open stay . .; C3 . open stay . .
                     C4 . open stay . .; C5 . open stay . .; C6 . open stay . .
                     NEWCASTLE depot open free 10000 .
                     BIRMINGHAM depot open stay . .
                     LONDON depot open stay . .
                     EXETER depot open free 5000 .
                     BRISTOL depot closed free . 12000
                     NORTHAMPTON depot closed free . 4000""",
            supply=FACTORIES,
            throughput="""site capacity step_size step_cost most_steps
                          NEWCASTLE 70000 . . .
                          BIRMINGHAM 50000 20000 3000 1
                          LONDON 100000 . . .
                          EXETER 40000 . . .
                          BRISTOL 30000 . . .
                          NORTHAMPTON 25000 . . .""",
            lanes=ROUTES
            + """
            LIVERPOOL BRISTOL 0.6; BRIGHTON BRISTOL 0.4; LIVERPOOL NORTHAMPTON 0.4
            BRIGHTON NORTHAMPTON 0.3
            BRISTOL C1 1.2; BRISTOL C2 0.6; BRISTOL C3 0.5; BRISTOL C5 0.3; BRISTOL C6 0.8
            NORTHAMPTON C2 0.4; NORTHAMPTON C4 0.5; NORTHAMPTON C5 0.6; NORTHAMPTON C6 0.9""",
            demand=CUSTOMERS,
            limits="limit quantity site_tag value; DEPOTS sites_open depot 4",
        )
    )
    assert plan.objective == near(174_000 + 15_000)
    states = plan.sites.set_index("site")["open"]
    assert states[["NEWCASTLE", "EXETER", "BRISTOL", "NORTHAMPTON"]].tolist() == [0, 1, 0, 1]
    assert plan.throughput["steps"].sum() == 1


MILLS = ("GARY", "CLEV", "PITT")
TOWNS = ("FRA", "DET", "LAN", "WIN", "STL", "FRE", "LAF")
ROLLED = {"bands": (400, 700, 800), "coils": (800, 1600, 1800), "plate": (200, 300, 300)}
WANTED = {
    "bands": (300, 300, 100, 75, 650, 225, 250),
    "coils": (500, 750, 400, 250, 950, 850, 500),
    "plate": (100, 100, 0, 50, 200, 100, 250),
}
FREIGHT = {
    "bands": ((30, 10, 8, 10, 11, 71, 6), (22, 7, 10, 7, 21, 82, 13), (19, 11, 12, 10, 25, 83, 15)),
    "coils": (
        (39, 14, 11, 14, 16, 82, 8),
        (27, 9, 12, 9, 26, 95, 17),
        (24, 14, 17, 13, 28, 99, 20),
    ),
    "plate": (
        (41, 15, 12, 16, 17, 86, 8),
        (29, 9, 13, 9, 28, 99, 18),
        (26, 14, 17, 13, 31, 104, 20),
    ),
}
LINKS = (
    (3000, 1200, 1200, 1200, 2500, 3500, 2500),
    (2000, 1000, 1500, 1200, 2500, 3000, 2200),
    (2000, 1200, 1500, 1500, 2500, 3500, 2200),
)


@pytest.mark.parametrize(("links", "optimum"), [(False, 199_500), (True, 229_850)])
def test_steel_of_the_ampl_book(links, optimum):
    """Fourer, Gay, Kernighan, AMPL (2nd ed. 2003), multi.mod and multmip1.mod (20.2): three mills
    ship three products over links of 625 t each, without and with a fixed cost of each link.
    """
    lanes = []
    for (i, mill), (j, town) in itertools.product(enumerate(MILLS), enumerate(TOWNS)):
        fixed = LINKS[i][j] if links else 0
        lanes.append({"origin": mill, "destination": town, "capacity": 625, "fixed_cost": fixed})
        lanes += [
            {
                "origin": mill,
                "destination": town,
                "product": product,
                "cost_per_unit": FREIGHT[product][i][j],
            }
            for product in ROLLED
        ]
    steel = Case(
        {
            "products": [{"product": p} for p in ROLLED],
            "sites": [{"site": s} for s in (*MILLS, *TOWNS)],
            "supply": [
                {"site": m, "product": p, "capacity": t}
                for p in ROLLED
                for m, t in zip(MILLS, ROLLED[p], strict=True)
            ],
            "lanes": lanes,
            "demand": [
                {"site": s, "product": p, "quantity": t}
                for p in WANTED
                for s, t in zip(TOWNS, WANTED[p], strict=True)
            ],
        }
    )
    proven(steel, optimum)


def test_wagner_and_whitin():
    """H. M. Wagner, T. M. Whitin, Management Science 5 (1958): twelve months, demand and set-up
    cost of each as below, 1 to hold a unit for a month; least cost 864. A set-up is the yearly
    fixed cost of a line that may be open or closed in each period.
    """
    demand = (69, 29, 36, 61, 61, 26, 34, 67, 45, 67, 79, 56)
    setup = (85, 102, 102, 101, 98, 114, 105, 86, 119, 110, 98, 114)
    plan = proven(
        case(
            periods=years(12),
            products="product; K; P",
            sites="site; S; F",
            supply="site product; S K",
            lines="line site; L F",
            line_periods="line period fixed_cost\n"
            + "\n".join(f"L Y{n} {c}" for n, c in enumerate(setup)),
            recipes="recipe product; R P",
            recipe_inputs="recipe product; R K",
            assembly="line recipe; L R",
            stock="site product holding_cost; F P 1",
            lanes="origin destination; S F",
            demand="site product period quantity\n"
            + "\n".join(f"F P Y{n} {q}" for n, q in enumerate(demand)),
        ),
        864,
    )
    assert cost(plan, "fixed") + cost(plan, "holding") == near(864)


def test_tables_are_read_as_written():
    """The tables of this module are text: a slip in the reader must not pass unseen."""
    assert table("demand", CUSTOMERS)[5] == {"site": "C6", "product": "P", "quantity": 20000}
    assert len(table("lanes", ROUTES)) == 29
