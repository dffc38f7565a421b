"""Seeded networks of any size: assembly plants, depots and markets of a customs union."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.places import Sites, kilometres, lanes_between, scatter
from benchmarks.published import numbered
from jvopt.core.case import Case

MODES = ("SKD", "CKD")
UNION = "EAEU"
PLANTS_IN = ("KZ", "KZ", "RU")
DEPOTS_IN = ("KZ", "RU", "KZ", "UZ")
SUPPLIERS_IN = ("BY", "CN")
# A tonne-km by rail into the network and between its sites, and by road to its markets.
RAIL, ROAD = 0.04, 0.09
TARIFFS = [
    {"hs": "840999", "origin": "CN", "destination": UNION, "ad_valorem": 0.05},
    {"hs": "870193", "origin": UNION, "destination": "UZ", "ad_valorem": 0.07},
]
# Sells every machine ready built.
MAKER = Sites(np.array(["BY-MAKER"], object), np.array(["BY"]), np.array([53.5]), np.array([27.5]))


def network(flows: int, seed: int = 0) -> Case:
    """Make a network with about so many potential flows.

    Suppliers in two countries sell kits and components, and one maker sells every machine ready
    built. Plants of two countries of a customs union assemble kits on lines of two modes; depots
    of three countries take machines in by rail and send them on by road; plants may also send them
    to markets themselves. Recycling fees favour machines made in the market's own country, and
    duty falls on components from outside the union and on machines that leave it. All plants,
    lines and depots are closed now and may open; together they have more than twice the capacity
    that demand needs.

    Parameters
    ----------
    flows
        Lane x goods x period that may carry something: columns of `ship`. About a thousand at
        least. Products, sites and markets each grow with its cube root.
    seed
        Of all numbers.

    Returns
    -------
    Case
        Passes all checks and has a plan.
    """
    random = np.random.default_rng(seed)
    size = (flows / 1000) ** (1 / 3)
    kinds = max(4, round(4 * size))
    family = np.arange(kinds) % max(2, kinds // 4)
    plants = scatter(random, "P", np.resize(PLANTS_IN, max(3, round(3 * size))))
    depots = scatter(random, "D", np.resize(DEPOTS_IN, max(5, round(6 * size))))
    suppliers = scatter(random, "S", np.resize(SUPPLIERS_IN, max(4, kinds // 2)))
    made = _made(plants, family)
    markets, wants, near = _markets(random, flows, plants, depots, made)
    product = numbered("M", kinds)
    groups = np.array([f"F{f + 1}" for f in family], object)
    worth = random.uniform(5e4, 4e5, kinds).round(-3)
    mass = (worth / 1e4 * random.uniform(0.7, 1.3, kinds)).round(1)
    quantity = _quantities(random, wants)
    total = quantity.sum(axis=0)
    return Case(
        {
            "settings": [
                {"setting": "case_name", "value": f"Network of {flows} flows, seed {seed}"},
                {"setting": "discount_rate", "value": "0.1"},
            ],
            "country_groups": [
                {"group": UNION, "country": c, "kind": "customs_union"} for c in ("BY", "KZ", "RU")
            ],
            "products": _products(product, groups, worth, mass),
            "sites": _sites(random, plants, depots, suppliers, markets, total.sum(), mass.mean()),
            "supply": _supply(random, suppliers, product, groups, worth),
            **_assembly(random, plants, made, product, groups, worth, total),
            "throughput": _throughput(random, depots, total.sum()),
            "lanes": _lanes(plants, depots, suppliers, markets, near),
            "demand": _demand(markets, product, quantity, worth),
            "tariffs": TARIFFS,
            "fees": _fees(groups, worth),
        }
    )


def _made(plants: Sites, family: np.ndarray) -> np.ndarray:
    """Which plant has lines for which product: half the families each, all in every country."""
    families = family.max() + 1
    turn = np.zeros(len(plants), int)
    for country in set(plants.country):
        mine = plants.country == country
        turn[mine] = np.arange(mine.sum())
    few = np.array([(plants.country == c).sum() < 2 for c in plants.country])
    has = (np.arange(families)[None, :] + turn[:, None]) % 2 == 0
    return (has | few[:, None])[:, family]


def _markets(
    random: np.random.Generator,
    flows: int,
    plants: Sites,
    depots: Sites,
    made: np.ndarray,
) -> tuple[Sites, np.ndarray, np.ndarray]:
    """Draw markets until there are enough flows.

    Returns
    -------
    markets
    wants
        Which market demands which product.
    near
        Which plants, then depots, send to which market: the nearer half of them.
    """
    kinds, families = made.shape[1], max(2, made.shape[1] // 4)
    # Of each kit and component every plant has the lanes of two suppliers; depots take every
    # machine from each plant that makes it, and from its maker.
    lines = sum(len(np.unique(np.flatnonzero(row) % families)) for row in made)
    inbound = 2 * (2 * made.sum() + lines) + len(depots) * (made.sum() + kinds)
    country = random.choice(["KZ", "RU", "UZ"], flows // 10, p=[0.5, 0.3, 0.2])
    markets = scatter(random, "C", country)
    wants = random.random((len(markets), kinds)) < 0.5
    wants[np.arange(len(markets)), random.integers(kinds, size=len(markets))] = True
    distance = np.vstack([kilometres(plants, markets), kilometres(depots, markets)])
    outside = (np.concatenate([plants.country, depots.country]) == "UZ")[:, None]
    distance[outside & (country != "UZ")] = np.inf
    nearest = np.argsort(distance, axis=0)[: (len(distance) + 1) // 2]
    near = np.zeros(distance.shape, bool)
    np.put_along_axis(near, nearest, True, axis=0)
    near &= np.isfinite(distance)
    # A depot sends on machines of each of three makes, a plant only its own.
    direct = near[: len(plants)].T @ made.astype(float)
    by_depot = 3 * near[len(plants) :].sum(axis=0)
    count = (wants * (direct + by_depot[:, None])).sum(axis=1)
    enough = int(np.searchsorted(inbound + np.cumsum(count), flows)) + 1
    return markets[:enough], wants[:enough], near[:, :enough]


def _quantities(random: np.random.Generator, wants: np.ndarray) -> np.ndarray:
    """Draw what each market wants of each machine, 0 of others."""
    market, kind = np.nonzero(wants)
    of_market = random.lognormal(2.0, 0.8, len(wants))
    quantity = np.zeros(wants.shape)
    quantity[market, kind] = np.ceil(of_market[market] * random.lognormal(0.0, 0.5, len(market)))
    return quantity


def _share(random: np.random.Generator, count: int, total: float) -> np.ndarray:
    part = random.uniform(0.5, 1.5, count)
    return total * part / part.sum()


def _products(
    product: np.ndarray, groups: np.ndarray, worth: np.ndarray, mass: np.ndarray
) -> pd.DataFrame:
    mean = pd.Series(worth).groupby(groups).mean()
    pieces = [(product, groups, "870193", mass, "machine", worth)]
    for mode, share in zip(MODES, (0.84, 0.68), strict=True):
        kit = product + f" {mode} kit"
        pieces.append((kit, groups, "840999", (0.9 * mass).round(1), "kit", share * worth))
    engine = (0.1 * mean).to_numpy().round()
    pieces.append((mean.index + " engine", mean.index, "840999", 1.0, "kit", engine))
    columns = ["product", "family", "hs", "mass", "cargo_class", "customs_value"]
    return pd.concat(
        [pd.DataFrame(dict(zip(columns, piece, strict=True))) for piece in pieces],
        ignore_index=True,
    )


def _sites(
    random: np.random.Generator,
    plants: Sites,
    depots: Sites,
    suppliers: Sites,
    markets: Sites,
    units: float,
    mass: float,
) -> pd.DataFrame:
    free = {"now": "closed", "decision": "free", "life": 10.0}
    # A depot is worth what some 200 km by road cost for what it can send on.
    throughput = 2.5 * units / len(depots)
    upkeep = throughput * mass * ROAD * random.uniform(100, 300, len(depots))
    plant = units * mass * ROAD * 200 / len(plants) * random.uniform(0.5, 1.5, len(plants))
    return pd.concat(
        [
            plants.frame(**free, opening_cost=(3 * plant).round(-3), fixed_cost=plant.round(-3)),
            depots.frame(**free, opening_cost=(2 * upkeep).round(-3), fixed_cost=upkeep.round(-3)),
            suppliers.frame(),
            MAKER.frame(),
            markets.frame(),
        ],
        ignore_index=True,
    )


def _supply(
    random: np.random.Generator,
    suppliers: Sites,
    product: np.ndarray,
    groups: np.ndarray,
    worth: np.ndarray,
) -> pd.DataFrame:
    """Kits and components from two suppliers each, machines from their maker."""
    bought = _products(product, groups, worth, worth)
    parts = bought[bought["cargo_class"] == "kit"]
    first = np.arange(len(parts)) % len(suppliers)
    pieces = [
        pd.DataFrame(
            {
                "site": suppliers.names[(first + turn) % len(suppliers)],
                "product": parts["product"].to_numpy(),
                "unit_cost": parts["customs_value"] * random.uniform(0.95, 1.05, len(parts)),
            }
        )
        for turn in (0, 1)
    ]
    ready = pd.DataFrame({"site": MAKER.names[0], "product": product, "unit_cost": 0.95 * worth})
    return pd.concat([*pieces, ready], ignore_index=True)


def _assembly(
    random: np.random.Generator,
    plants: Sites,
    made: np.ndarray,
    product: np.ndarray,
    groups: np.ndarray,
    worth: np.ndarray,
    total: np.ndarray,
) -> dict[str, pd.DataFrame]:
    """Lines for a family and a mode at each plant, recipes, and what each line can run."""
    plant, kind = np.nonzero(made)
    each = pd.DataFrame(
        {"site": plants.names[plant], "family": groups[kind], "units": total[kind]}
    ).assign(product=product[kind], worth=worth[kind])
    line = each.groupby(["site", "family"], as_index=False).agg(
        units=("units", "sum"), worth=("worth", "mean")
    )
    places = line.groupby("family")["site"].transform("size")
    lines, assembly, recipes, inputs = [], [], [], []
    for mode, cost, price in zip(MODES, (0.04, 0.07), (0.02, 0.05), strict=True):
        scale = random.uniform(0.7, 1.3, len(line))
        capacity = np.ceil(2.5 * line["units"] / places * scale)
        money = capacity * line["worth"] * price * random.uniform(0.5, 1.5, len(line))
        lines.append(
            pd.DataFrame(
                {
                    "line": line["site"] + " " + line["family"] + f" {mode}",
                    "site": line["site"],
                    "investment": (4 * money).round(-3),
                    "life": 10.0,
                    "fixed_cost": (0.4 * money).round(-3),
                    "capacity": capacity,
                }
            )
        )
        assembly.append(
            pd.DataFrame(
                {
                    "line": each["site"] + " " + each["family"] + f" {mode}",
                    "recipe": each["product"] + f" {mode}",
                    "unit_cost": cost * each["worth"],
                }
            )
        )
        recipe = product + f" {mode}"
        recipes.append(pd.DataFrame({"recipe": recipe, "product": product, "assembly_mode": mode}))
        inputs.append(pd.DataFrame({"recipe": recipe, "product": product + f" {mode} kit"}))
    inputs.append(pd.DataFrame({"recipe": product + " CKD", "product": groups + " engine"}))
    tables = {"lines": lines, "assembly": assembly, "recipes": recipes, "recipe_inputs": inputs}
    return {name: pd.concat(pieces, ignore_index=True) for name, pieces in tables.items()}


def _lanes(
    plants: Sites, depots: Sites, suppliers: Sites, markets: Sites, near: np.ndarray
) -> pd.DataFrame:
    direct, onward = near[: len(plants)], near[len(plants) :]
    return pd.concat(
        [
            lanes_between(suppliers, plants, "rail", "kit", RAIL),
            lanes_between(plants, depots, "rail", "machine", RAIL),
            lanes_between(MAKER, depots, "rail", "machine", RAIL),
            lanes_between(plants, markets, "road", "machine", ROAD, direct),
            lanes_between(depots, markets, "road", "machine", ROAD, onward),
        ],
        ignore_index=True,
    )


def _throughput(random: np.random.Generator, depots: Sites, total: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "site": depots.names,
            "capacity": np.ceil(_share(random, len(depots), 2.5) * total),
            "handling_cost": random.uniform(100, 400, len(depots)).round(),
        }
    )


def _demand(
    markets: Sites, product: np.ndarray, quantity: np.ndarray, worth: np.ndarray
) -> pd.DataFrame:
    market, kind = np.nonzero(quantity)
    return pd.DataFrame(
        {
            "site": markets.names[market],
            "product": product[kind],
            "quantity": quantity[market, kind],
            "penalty": 2.0 * worth[kind],
        }
    )


def _fees(groups: np.ndarray, worth: np.ndarray) -> pd.DataFrame:
    """Recycling fees by family: half for machines made in the market's own country."""
    mean = pd.Series(worth).groupby(groups).mean()
    full = (0.06 * mean).to_numpy().round()
    pieces = []
    for country, other in (("KZ", "RU"), ("RU", "KZ")):
        for home, share in ((country, 0.4), (other, 1.0), ("BY", 1.0)):
            pieces.append(
                pd.DataFrame(
                    {
                        "country": country,
                        "family": mean.index,
                        "made_in": home,
                        "amount": (share * full).round(),
                    }
                )
            )
    return pd.concat(pieces, ignore_index=True)
