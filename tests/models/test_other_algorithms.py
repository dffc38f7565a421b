"""Optima found by other algorithms: another formulation, enumeration, dynamic programming."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.optimize import LinearConstraint, linprog, milp

from jvopt.core.case import Case
from tests.models.support import bought, case, near, solved, years


def two_stages(seed, plants, depots, customers, products):
    """Two-stage multi-product location with capacity by product and one fixed cost a site, in the
    manner of Mauri et al., International Transactions in Operational Research 28 (2021).
    """
    rng = np.random.default_rng(seed)
    demand = rng.integers(5, 20, (customers, products)).astype(float)
    share = demand.sum(0) * rng.uniform(0.4, 0.8, (plants, products))
    through = demand.sum(0) * rng.uniform(0.25, 0.5, (depots, products))
    return {
        "demand": demand,
        "plant_capacity": share.round(),
        "plant_cost": rng.integers(300, 900, plants).astype(float),
        "depot_capacity": through.round(),
        "depot_cost": rng.integers(100, 400, depots).astype(float),
        "first": rng.integers(1, 20, (plants, depots, products)).astype(float),
        "second": rng.integers(1, 20, (depots, customers, products)).astype(float),
    }


def two_stages_case(data):
    plants, depots, products = data["first"].shape
    customers = len(data["demand"])
    sites = [
        {"site": f"{kind}{n}", "now": "closed", "decision": "free", "fixed_cost": fixed}
        for kind, costs in (("F", data["plant_cost"]), ("D", data["depot_cost"]))
        for n, fixed in enumerate(costs)
    ]
    stages = (("F", "D", data["first"]), ("D", "C", data["second"]))
    return Case(
        {
            "products": [{"product": f"P{k}"} for k in range(products)],
            "sites": sites + [{"site": f"C{n}"} for n in range(customers)],
            "supply": [
                {"site": f"F{i}", "product": f"P{k}", "capacity": data["plant_capacity"][i, k]}
                for i, k in np.ndindex(plants, products)
            ],
            "throughput": [
                {"site": f"D{j}", "product": f"P{k}", "capacity": data["depot_capacity"][j, k]}
                for j, k in np.ndindex(depots, products)
            ],
            "lanes": [
                {
                    "origin": f"{a}{i}",
                    "destination": f"{b}{j}",
                    "product": f"P{k}",
                    "cost_per_unit": costs[i, j, k],
                }
                for a, b, costs in stages
                for i, j, k in np.ndindex(costs.shape)
            ],
            "demand": [
                {"site": f"C{n}", "product": f"P{k}", "quantity": data["demand"][n, k]}
                for n, k in np.ndindex(customers, products)
            ],
        }
    )


def two_stages_optimum(data):
    """By paths plant - depot - customer, every link of flow to opening stated; scipy's MILP."""
    plants, depots, products = data["first"].shape
    customers = len(data["demand"])
    flows = [(i, j, n, k) for i, j, n, k in np.ndindex(plants, depots, customers, products)]
    size = len(flows) + plants + depots
    price = np.zeros(size)
    price[: len(flows)] = [data["first"][i, j, k] + data["second"][j, n, k] for i, j, n, k in flows]
    price[len(flows) :] = [*data["plant_cost"], *data["depot_cost"]]
    rows = np.zeros((customers * products + (plants + depots) * products, size))
    low, high = np.full(len(rows), -np.inf), np.zeros(len(rows))
    at_plants = customers * products
    at_depots = at_plants + plants * products
    for column, (i, j, n, k) in enumerate(flows):
        rows[n * products + k, column] = 1
        rows[at_plants + i * products + k, column] = 1
        rows[at_depots + j * products + k, column] = 1
    low[:at_plants] = high[:at_plants] = data["demand"].ravel()
    for i, k in np.ndindex(plants, products):
        rows[at_plants + i * products + k, len(flows) + i] = -data["plant_capacity"][i, k]
    for j, k in np.ndindex(depots, products):
        rows[at_depots + j * products + k, len(flows) + plants + j] = -data["depot_capacity"][j, k]
    whole = np.r_[np.zeros(len(flows)), np.ones(plants + depots)]
    high_bound = np.where(whole == 1, 1, np.inf)
    found = milp(
        price,
        integrality=whole,
        bounds=(0, high_bound),
        constraints=LinearConstraint(rows, low, high),
        options={"mip_rel_gap": 0},
    )
    return found.fun


@pytest.mark.parametrize("seed", range(3))
def test_two_stages_and_several_products(seed):
    """The optimum of another formulation, by paths, with another interface to the solver."""
    data = two_stages(seed, 4, 5, 6, 3)
    assert solved(two_stages_case(data)).objective == near(two_stages_optimum(data))


def test_two_stages_by_enumeration():
    """A linear program for each of the 127 sets of open sites that might do."""
    data = two_stages(7, 3, 4, 4, 2)
    best = np.inf
    for opened in itertools.product((0, 1), repeat=7):
        shut = {**data}
        shut["plant_capacity"] = data["plant_capacity"] * np.array(opened[:3])[:, None]
        shut["depot_capacity"] = data["depot_capacity"] * np.array(opened[3:])[:, None]
        flows = transport_through(shut)
        fixed = opened[:3] @ data["plant_cost"] + opened[3:] @ data["depot_cost"]
        best = min(best, flows + fixed)
    assert solved(two_stages_case(data)).objective == near(best)


def transport_through(data):
    """Least cost of the flows by arcs, one linear program for each product; inf if none."""
    plants, depots, products = data["first"].shape
    customers = len(data["demand"])
    total = 0.0
    for k in range(products):
        first = plants * depots
        price = [*data["first"][:, :, k].ravel(), *data["second"][:, :, k].ravel()]
        at_most = np.zeros((plants + depots, len(price)))
        balance = np.zeros((depots + customers, len(price)))
        for i, j in np.ndindex(plants, depots):
            at_most[i, i * depots + j] = 1
            balance[j, i * depots + j] = 1
        for j, n in np.ndindex(depots, customers):
            at_most[plants + j, first + j * customers + n] = 1
            balance[j, first + j * customers + n] = -1
            balance[depots + n, first + j * customers + n] = 1
        found = linprog(
            price,
            A_ub=at_most,
            b_ub=[*data["plant_capacity"][:, k], *data["depot_capacity"][:, k]],
            A_eq=balance,
            b_eq=[*np.zeros(depots), *data["demand"][:, k]],
        )
        if found.status != 0:
            return np.inf
        total += found.fun
    return total


def expansion(rate, growth, step_cost, import_cost, make_cost, size, most):
    """Capacity grows in steps whose price changes; what it cannot make is imported."""
    count = len(growth)
    return case(
        settings=f"discount_rate={rate}",
        periods=years(count),
        products="product; K; P",
        sites="site; S; I; F; M",
        supply=f"site product unit_cost; S K 0; I P {import_cost}",
        lines=f"""line site now decision capacity step_size step_cost most_steps
                  L F open open 0 {size} 1 {most}""",
        line_periods="line period step_cost\n"
        + "\n".join(f"L Y{n} {c}" for n, c in enumerate(step_cost)),
        recipes="recipe product; R P",
        recipe_inputs="recipe product; R K",
        assembly=f"line recipe unit_cost; L R {make_cost}",
        lanes="origin destination; S F; F M; I M",
        demand="site product period quantity\n"
        + "\n".join(f"M P Y{n} {q}" for n, q in enumerate(growth)),
    )


def expansion_by_dynamic_programming(rate, growth, step_cost, import_cost, make_cost, size, most):
    """Least discounted cost over (year, steps bought so far)."""
    best = {0: 0.0}
    for year, (wanted, price) in enumerate(zip(growth, step_cost, strict=True)):
        after = {}
        for have, spent in best.items():
            for total in range(have, most + 1):
                made = min(wanted, total * size)
                flows = made * make_cost + (wanted - made) * import_cost
                cost = spent + (total - have) * price * (1 + rate) ** -year
                cost += flows * (1 + rate) ** -(year + 0.5)
                after[total] = min(after.get(total, np.inf), cost)
        best = after
    return min(best.values())


EXPANSIONS = [
    (0.15, (10, 20, 40, 60, 70, 80), (54, 56, 58, 57, 55, 52), 9, 4, 10, 9),
    (0.08, (5, 12, 18, 25, 31, 38), (60, 55, 65, 50, 70, 40), 11, 3, 7, 4),
    (0.0, (30, 10, 45, 20, 50), (35, 20, 50, 30, 10), 6, 4, 12, 5),
]


@pytest.mark.parametrize("figures", EXPANSIONS)
def test_capacity_expansion(figures):
    """Several years of growth: the optimum of a dynamic program. When steps are bought matters."""
    plan = solved(expansion(*figures))
    assert plan.objective == near(expansion_by_dynamic_programming(*figures))
    assert plan.lines["steps"].sum() > 0
    assert bought(plan, "I") > 0
