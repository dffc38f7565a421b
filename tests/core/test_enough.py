"""Checks of what can reach, and how much of it can be made, in small cases counted by hand."""

import tracemalloc

import pytest

from jvopt.core.reading import examine
from tests.core.small_case import CASE


def a_case(**tables):
    """Two plants of one product and a market; supply, lines and lanes without limits."""
    rows = {
        "products": [{"product": p} for p in ("car", "van", "kit")],
        "sites": [{"site": s} for s in ("maker", "plant", "shop")],
        "supply": [{"site": "maker", "product": "kit"}],
        "recipes": [{"recipe": p, "product": p} for p in ("car", "van")],
        "recipe_inputs": [{"recipe": p, "product": "kit"} for p in ("car", "van")],
        "lines": [{"line": "a", "site": "plant", "capacity": 10}],
        "assembly": [{"line": "a", "recipe": "car"}, {"line": "a", "recipe": "van"}],
        "lanes": [
            {"origin": "maker", "destination": "plant"},
            {"origin": "plant", "destination": "shop"},
        ],
        "demand": [
            {"site": "shop", "product": "car", "quantity": 6},
            {"site": "shop", "product": "van", "quantity": 4},
        ],
        **tables,
    }
    return examine(rows)[1]


def test_lines_that_can_never_run_and_recipes_of_nothing_are_mentioned():
    """Each would only make the plan dearer, or cheaper, than was meant, without another word."""
    plant = {"site": "plant", "now": "closed"}
    sites = [{"site": "maker"}, {"site": "shop"}]
    free = [{"line": "a", "site": "plant", "capacity": 10}]
    cars = {"site": "shop", "product": "car"}
    bought = [{"site": "maker", "product": "kit"}, cars, {"site": "shop", "product": "van"}]
    (shut,) = a_case(sites=[*sites, plant], lines=free, supply=bought)
    assert (shut.code, shut.row) == ("line_at_closed_site", 1)
    assert a_case(sites=[*sites, plant | {"decision": "free"}], lines=free, supply=bought) == []
    # Decided to be closed, it is so on purpose.
    assert a_case(sites=[*sites, plant | {"decision": "closed"}], lines=free, supply=bought) == []
    without = a_case(supply=bought, lanes=[{"origin": "plant", "destination": "shop"}])
    assert [(i.code, i.row) for i in without] == [
        ("assembly_without_inputs", 1),
        ("assembly_without_inputs", 2),
    ]
    assert "plant cannot get kit" in without[0].message
    one = [{"recipe": "car", "product": "kit"}]
    (nothing,) = a_case(recipe_inputs=one)
    assert (nothing.code, nothing.row) == ("recipe_without_inputs", 2)


def test_products_that_share_lines_are_counted_together():
    assert a_case() == []
    # 6 cars and 5 vans each fit the line of 10, but not together.
    more = [
        {"site": "shop", "product": "car", "quantity": 6},
        {"site": "shop", "product": "van", "quantity": 5},
    ]
    (short,) = a_case(demand=more)
    assert (short.code, short.row) == ("demand_by_lines", 1)
    assert "at most 10" in short.message
    assert "needs 11 (rows: 1, 2)" in short.message
    # A supply of one van, a second line for cars, an allowed shortfall of one: each is enough.
    van = {"site": "plant", "product": "van", "capacity": 1}
    assert a_case(demand=more, supply=[{"site": "maker", "product": "kit"}, van]) == []
    lines = [{"line": "a", "site": "plant", "capacity": 10}, {"line": "b", "site": "plant"}]
    cars = [
        {"line": "a", "recipe": "car"},
        {"line": "a", "recipe": "van"},
        {"line": "b", "recipe": "car"},
    ]
    assert a_case(demand=more, lines=lines, assembly=cars) == []
    more[1] |= {"penalty": 1, "least_share": 0.8}
    assert a_case(demand=more) == []


@pytest.mark.parametrize(
    ("line", "years", "short"),
    [
        ({"capacity": 10}, 1, False),
        ({"capacity": 9}, 1, True),
        ({"capacity": 10}, 2, False),  # both are yearly
        ({"capacity": 4, "step_size": 3, "step_cost": 1, "most_steps": 2}, 1, False),
        ({"capacity": 4, "step_size": 3, "step_cost": 1, "most_steps": 1}, 1, True),
        ({"capacity": 4, "step_cost": 1, "most_steps": 6}, 1, False),  # any size
        ({"capacity": 4, "step_cost": 1, "most_steps": 5}, 1, True),
        ({"capacity": 4, "step_cost": 1}, 1, False),  # as many steps as it takes
    ],
)
def test_capacity_with_all_its_steps(line, years, short):
    issues = a_case(
        lines=[{"line": "a", "site": "plant", **line}],
        assembly=[{"line": "a", "recipe": "car"}],
        recipes=[{"recipe": "car", "product": "car"}],
        recipe_inputs=[{"recipe": "car", "product": "kit"}],
        products=[{"product": "car"}, {"product": "kit"}],
        demand=[{"site": "shop", "product": "car", "quantity": 10}],
        periods=[{"period": "T", "start": "2026-01-01", "years": years}],
    )
    assert [i.code for i in issues] == (["demand_by_capacity"] if short else [])


def test_a_line_is_of_use_only_from_when_it_can_be_open():
    periods = [{"period": str(y), "start": f"{y}-01-01"} for y in (2026, 2027, 2028)]
    demand = [{"site": "shop", "product": "car", "quantity": 10, "period": "2027"}]
    rest = {
        "assembly": [{"line": "a", "recipe": "car"}],
        "recipes": [{"recipe": "car", "product": "car"}],
        "recipe_inputs": [{"recipe": "car", "product": "kit"}],
        "products": [{"product": "car"}, {"product": "kit"}],
        "periods": periods,
        "demand": demand,
    }
    line = {"line": "a", "site": "plant", "capacity": 10}
    assert a_case(**rest, lines=[{**line, "build_time": 1}]) == []
    late = [{**line, "build_time": 1.5}]
    assert [i.code for i in a_case(**rest, lines=late)] == ["demand_by_capacity"]
    assert a_case(**rest, lines=[{**late[0], "now": "open", "decision": "free"}]) == []
    # Stock of the year before helps only where it may be held.
    early = {**rest, "lines": [{**line, "capacity": 5}]}
    assert [i.code for i in a_case(**early)] == ["demand_by_capacity"]
    stock = [{"site": "plant", "product": "car"}]
    assert a_case(**early, stock=stock) == []
    early["lines"][0]["capacity"] = 4
    assert [i.code for i in a_case(**early, stock=stock)] == ["demand_by_capacity"]
    assert a_case(**early, stock=[{**stock[0], "opening": 2}]) == []


def test_inputs_that_cannot_reach_a_line_are_named():
    away = [{"site": "shop", "product": "kit"}]
    demand = [
        {"site": "shop", "product": "car", "quantity": 6},
        {"site": "shop", "product": "van", "quantity": 4, "penalty": 1},
    ]
    issues = a_case(supply=away, demand=demand)
    assert [(i.code, i.row) for i in issues] == [
        ("demand_without_inputs", 1),
        ("shortfall_without_inputs", 2),
    ]
    assert "a (plant) lacks kit" in issues[0].message


def test_lanes_of_the_market_are_counted_by_what_they_cover():
    lanes = [
        {"origin": "maker", "destination": "plant"},
        {"origin": "plant", "destination": "shop", "mode": "road", "product": "car", "capacity": 2},
        {"origin": "plant", "destination": "shop", "mode": "rail", "capacity": 4},
    ]
    assert a_case(lanes=lanes) == []
    lanes[2]["capacity"] = 3
    short = a_case(lanes=lanes)
    assert [(i.code, i.row) for i in short] == [("demand_by_lanes", 1), ("demand_by_lanes", 2)]
    assert "at most 5 units of car" in short[0].message
    assert "at most 3 units of van" in short[1].message


def test_lanes_for_products_and_for_classes_are_all_counted():
    products = [{"product": p, "cargo_class": "big"} for p in ("car", "van")]
    products += [{"product": "kit"}, {"product": "jeep", "cargo_class": "small"}]
    some = [("", "", 1), ("car", "", 2), ("", "big", 4), ("car", "big", 8), ("jeep", "", 16)]
    lanes = [
        {"origin": "maker", "destination": "shop", "mode": f"m{n}", "product": product,
         "cargo_class": kind, "capacity": most}
        for n, (product, kind, most) in enumerate(some)
    ]  # fmt: skip
    supply = [{"site": "maker", "product": p} for p in ("car", "van", "jeep")]
    demand = [{"site": "shop", "product": p, "quantity": 20} for p in ("car", "van", "jeep")]
    short = a_case(products=products, lanes=lanes, supply=supply, demand=demand)
    found = [i.message for i in short if i.code == "demand_by_lanes"]
    assert len(found) == 3
    for words, most in zip(found, (15, 5, 17), strict=True):
        assert f"at most {most} units" in words


def test_many_lanes_for_one_product_each_take_little_room():
    names = [f"p{n}" for n in range(1_000)]
    tables = {
        "products": [{"product": p} for p in names],
        "sites": [{"site": "maker"}, {"site": "shop"}],
        "supply": [{"site": "maker", "product": p} for p in names],
        "lanes": [
            {"origin": "maker", "destination": "shop", "product": p, "capacity": 5} for p in names
        ],
        "demand": [{"site": "shop", "product": p, "quantity": 6} for p in names],
    }
    tracemalloc.start()
    issues = examine(tables)[1]
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [i.code for i in issues] == ["demand_by_lanes"] * len(names)
    assert most < 15e6


def test_nothing_is_said_of_what_a_mistake_leaves_open():
    # A lane with an unknown origin may come from anywhere, a supply of an unknown product may be
    # of any, a capacity that cannot be read may be enough.
    lanes = [
        {"origin": "maker", "destination": "plant"},
        {"origin": "plnt", "destination": "shop"},
    ]
    assert [i.code for i in a_case(lanes=lanes)] == ["unknown_reference"]
    supply = [{"site": "maker", "product": "kitt"}]
    assert [i.code for i in a_case(supply=supply)] == ["unknown_reference"]
    lines = [{"line": "a", "site": "plant", "capacity": "ten"}]
    assert [i.code for i in a_case(lines=lines)] == ["text_in_number"]
    # A misspelt table: what it would have held is not missed.
    issues = examine({**CASE, "lane": CASE["lanes"], "lanes": []})[1]
    assert [i.code for i in issues] == ["unknown_table"]


def test_a_misspelt_table_beside_the_right_one_hides_nothing_of_it():
    demand = [*CASE["demand"], {"site": "shp", "product": "kit", "quantity": 1}]
    issues = examine({**CASE, "demnad": [], "demand": demand})[1]
    assert {"unknown_table", "unknown_reference"} <= {i.code for i in issues}


def test_dates_need_periods():
    rates = [{"ad_valorem": 0.1, "from_date": "2026-01-01"}]
    issues = a_case(tariffs=rates)
    assert [(i.code, i.row) for i in issues] == [("from_date_without_periods", 1)]


def test_a_row_with_an_error_may_be_the_one_that_wins():
    """Demand of 200 in all periods would be too much, but what 2026 really says is not known."""
    periods = [{"period": "2026", "start": "2026-01-01"}]
    demand = [
        {"site": "shop", "product": "car", "quantity": 200},
        {"site": "shop", "product": "car", "period": "2026", "quantity": "six"},
    ]
    assert [i.code for i in a_case(demand=demand, periods=periods)] == [
        "unused_products",
        "text_in_number",
    ]
