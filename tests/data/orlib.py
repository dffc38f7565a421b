"""The OR-Library problems of this folder as cases; see README.md."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from jvopt.core.case import Case

FOLDER = Path(__file__).parent / "orlib"
INSTANCES = pd.read_csv(FOLDER / "instances.csv", index_col="instance")


def orlib_optimum(name: str) -> float:
    """Give the published optimum of a problem, such as cap41."""
    return float(INSTANCES.loc[name, "optimum"])


def orlib_case(name: str) -> Case:
    """Give a problem as a case: warehouses that may open and supply, customers with demand.

    A lane's cost per unit is the cost of serving the whole customer over the customer's demand.
    """
    size, capacity, fixed_cost = INSTANCES.loc[name, ["warehouses", "capacity", "fixed_cost"]]
    warehouses = pd.read_csv(FOLDER / "warehouses.csv")
    if size < len(warehouses):
        warehouses = warehouses[warehouses[f"of_{size:.0f}"] == 1]
    costs = pd.read_csv(FOLDER / "serving_cost.csv")
    lanes = costs.melt(["customer", "demand"], list(warehouses["warehouse"]), "warehouse", "cost")
    depots = pd.DataFrame(
        {
            "site": warehouses["warehouse"],
            "now": "closed",
            "decision": "free",
            "opening_cost": fixed_cost * (1.0 - warehouses["stands"]),
        }
    )
    customers = pd.DataFrame({"site": costs["customer"], "now": "open", "decision": "stay"})
    return Case(
        {
            "settings": [{"setting": "case_name", "value": name}],
            "products": [{"product": "GOODS"}],
            "sites": pd.concat([depots, customers], ignore_index=True),
            "supply": [
                {"site": w, "product": "GOODS", "capacity": capacity}
                for w in warehouses["warehouse"]
            ],
            "lanes": pd.DataFrame(
                {
                    "origin": lanes["warehouse"],
                    "destination": lanes["customer"],
                    "cost_per_unit": lanes["cost"] / lanes["demand"],
                }
            ),
            "demand": pd.DataFrame(
                {"site": costs["customer"], "product": "GOODS", "quantity": costs["demand"]}
            ),
        }
    )
