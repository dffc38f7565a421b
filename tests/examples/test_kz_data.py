"""Common sense about the base data and what the base case makes of it."""

import math
from collections import defaultdict

import pytest

import jvopt.examples
from tests.examples.reference_model import MODES, read

CASE = jvopt.examples.example("kz-assembly")
MACHINES = {row["product"]: row for row in read("products")}


def test_bill_of_materials_adds_up():
    share, mass = defaultdict(float), defaultdict(float)
    for part in read("bom"):
        share[part["product"]] += float(part["cost_share"])
        mass[part["product"]] += float(part["mass_t"])
    assert set(share) == set(MACHINES)
    for machine, row in MACHINES.items():
        assert share[machine] == pytest.approx(1), machine
        assert mass[machine] == pytest.approx(float(row["mass_t"]), rel=0.05), machine


def test_parts_of_a_recipe_and_assembly_make_the_price():
    """Kit, parts apart and local parts are worth the price less what assembly adds (9 to 16%)."""
    value = CASE.products.set_index("product")["customs_value"]
    inputs = CASE.filled("recipe_inputs")
    worth = (inputs["product"].map(value) * inputs["quantity"]).groupby(inputs["recipe"]).sum()
    assembly = {
        p["product"]: float(p["cost_share"]) for p in read("bom") if p["component"] == "ASM"
    }
    for recipe in CASE.recipes.itertuples():
        price = value[recipe.product]
        assert worth[recipe.recipe] == pytest.approx(price * (1 - assembly[recipe.product]))


def test_local_content_is_the_one_in_the_data():
    """Price less parts that are not Kazakh: in FULL mode with tyres from Saran."""
    value = CASE.products.set_index("product")["customs_value"]
    kazakh = set(CASE.sites["site"][CASE.sites["country"] == "KZ"])
    local = set(CASE.supply["product"][CASE.supply["site"].isin(kazakh)])
    inputs = CASE.filled("recipe_inputs")
    mode = CASE.recipes.set_index("recipe")["assembly_mode"]
    product = CASE.recipes.set_index("recipe")["product"]
    foreign = defaultdict(float)
    for row in inputs.itertuples():
        tyre = row.product.startswith("TYRE")
        if row.product not in local or (tyre and mode[row.recipe] != "FULL"):
            foreign[row.recipe] += value[row.product] * row.quantity
    found = {}
    for recipe, parts in foreign.items():
        family = MACHINES[product[recipe]]["family"]
        found[recipe] = (family, mode[recipe], 1 - parts / value[product[recipe]])
    stated = {
        (row["family"], row["assembly_mode"]): float(row["local_content_share"])
        for row in read("lines")
    }
    for recipe, (family, assembly_mode, share) in found.items():
        assert share == pytest.approx(stated[family, assembly_mode]), recipe


def test_deeper_modes_ship_less():
    goods = CASE.products.set_index("product")
    for machine in MACHINES:
        kits = [f"KIT {machine} {m}" for m in MODES if f"KIT {machine} {m}" in goods.index]
        for column in ("mass", "customs_value"):
            row = [goods.loc[k, column] for k in kits]
            assert row == sorted(row, reverse=True)
            assert 0 < row[-1] < row[0] < goods.loc[machine, column]


def test_a_machine_costs_more_when_assembled_by_what_the_data_says():
    """Inputs at their dearest place cost the price + 5% of the local parts (implements 0%)."""
    price = CASE.products.set_index("product")["customs_value"]
    cost = CASE.supply.groupby("product")["unit_cost"].max()
    inputs = CASE.filled("recipe_inputs")
    bought = (inputs["product"].map(cost) * inputs["quantity"]).groupby(inputs["recipe"]).sum()
    for recipe in CASE.recipes.itertuples():
        premium = bought[recipe.recipe] / price[recipe.product] - 1
        limit = 0 if MACHINES[recipe.product]["family"] == "IMPLEMENT" else 0.05 * 0.45
        assert -1e-9 <= premium <= limit + 1e-9, recipe.recipe


def test_fee_is_the_published_formula():
    """Base rate 50 MCI: 4,325 KZT x 50 = 216,250 KZT for coefficient 1; MTZ-82 has 2."""
    fee = CASE.fees[CASE.fees["product"] == "MTZ-82"]
    assert set(fee["amount"]) == {432_500}
    assert set(fee["currency"]) == {"KZT"}
    doubled = CASE.scenario("fee_doubled").fees
    doubled = doubled[doubled["product"] == "MTZ-82"].set_index("made_in")["amount"]
    assert doubled.to_dict() == {"RU_BY": 865_000, "KZ": 432_500}


def test_every_row_of_the_data_is_there():
    """Nothing of the base data got lost on the way into the case."""
    assert len(CASE.demand) == len(read("demand"))
    assert len(CASE.lanes) == len(read("lanes"))
    assert len(CASE.lines) == len(read("lines"))
    assert len(CASE.sites) == len(read("sites")) + len(read("markets"))
    wanted = math.fsum(float(row["quantity"]) for row in read("demand"))
    assert CASE.demand["quantity"].sum() == pytest.approx(wanted)
    for table in ("sites", "products", "lines", "lanes", "demand", "tariffs", "fees", "supply"):
        assert set(CASE[table]["status"]) <= {"sourced", "assumed"}, table


def test_distances_are_longer_than_the_crow_flies():
    """Within 1% and 30 km: coordinates are of the works, distances of the city."""
    place = CASE.sites.set_index("site")[["latitude", "longitude"]]
    short = []
    for lane in CASE.lanes.itertuples():
        a, b = place.loc[lane.origin], place.loc[lane.destination]
        p, q = math.radians(a.latitude), math.radians(b.latitude)
        h = math.sin((q - p) / 2) ** 2
        h += math.cos(p) * math.cos(q) * math.sin(math.radians(b.longitude - a.longitude) / 2) ** 2
        straight = 2 * 6371 * math.asin(math.sqrt(h))
        if lane.distance < 0.99 * straight - 30:
            short.append((lane.origin, lane.destination, lane.distance, round(straight)))
    # Konaev hangs on the rail node of Almaty, so the data has 25 km where it is nearly 60.
    assert [(origin, destination) for origin, destination, *_ in short] == [("P-ALA", "KZ-19")]


@pytest.mark.parametrize("table", ["sites", "lines", "products"])
def test_everything_has_a_name_in_russian_and_kazakh(table):
    for name in ("name_ru", "name_kk"):
        assert set(CASE[table].loc[CASE[table][name] == ""].iloc[:, 0]) == set()
    assert not CASE[table]["name_kk"].duplicated().any()
