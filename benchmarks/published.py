"""Published location problems as cases: OR-Library and Mauri et al., through the ordinary tables.

The instances of ``benchmarks/instances`` are read by name; a file in its publisher's own format
by its path, so that others of the same families can be run too.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from jvopt.core.case import Case

FOLDER = Path(__file__).parent / "instances"


@dataclass(frozen=True)
class Location:
    """Warehouses that may open serve customers, whose demand may be split (Beasley 1988).

    `cost` is that of serving all of a customer's demand: warehouses x customers.
    """

    name: str
    capacity: np.ndarray
    fixed: np.ndarray
    demand: np.ndarray
    cost: np.ndarray

    @property
    def case(self) -> Case:
        """As a case: a warehouse is a site that may open and supplies, a customer has demand."""
        houses, customers = numbered("W", len(self.fixed)), numbered("C", len(self.demand))
        return _case(
            self.name,
            products=["GOODS"],
            sites=[_sites(houses, self.fixed), _sites(customers)],
            supply=pd.DataFrame({"site": houses, "product": "GOODS", "capacity": self.capacity}),
            lanes=[_lanes(houses, customers, None, self.cost / self.demand)],
            demand=pd.DataFrame({"site": customers, "product": "GOODS", "quantity": self.demand}),
        )


@dataclass(frozen=True)
class TwoStage:
    """Plants feed satellites and these customers, several products (Mauri et al. 2021).

    Capacities are sites x products, costs per unit products x from x to.
    """

    name: str
    plant_capacity: np.ndarray
    plant_fixed: np.ndarray
    satellite_capacity: np.ndarray
    satellite_fixed: np.ndarray
    demand: np.ndarray
    inbound: np.ndarray
    outbound: np.ndarray

    @property
    def case(self) -> Case:
        """As a case: a plant supplies, a satellite has throughput, a customer has demand."""
        plants = numbered("P", len(self.plant_fixed))
        satellites = numbered("S", len(self.satellite_fixed))
        customers = numbered("C", len(self.demand))
        products = numbered("G", self.demand.shape[1])
        return _case(
            self.name,
            products=list(products),
            sites=[
                _sites(plants, self.plant_fixed),
                _sites(satellites, self.satellite_fixed),
                _sites(customers),
            ],
            supply=_each(plants, products, "capacity", self.plant_capacity),
            throughput=_each(satellites, products, "capacity", self.satellite_capacity),
            lanes=[
                _lanes(start, end, product, cost[number])
                for number, product in enumerate(products)
                for start, end, cost in (
                    (plants, satellites, self.inbound),
                    (satellites, customers, self.outbound),
                )
            ],
            demand=_each(customers, products, "quantity", self.demand),
        )


def published(name: str) -> tuple[Location | TwoStage, float]:
    """Give an instance by name (``capa-8000``, ``PSC1-C1-50-5``) and its best published value."""
    best = pd.read_csv(FOLDER / "best.csv", index_col="instance")["value"]
    stem = name.partition("-")[0] if name.startswith("cap") else name
    with np.load(FOLDER / f"{stem}.npz") as file:
        arrays = dict(file)
    if "cost" in arrays:
        size = len(arrays["fixed"])
        if "-" in name:
            arrays["capacity"] = np.full(size, float(name.partition("-")[2]))
        return Location(name, **arrays), float(best[name])
    return TwoStage(name, **arrays), float(best[name])


def names(family: str) -> list[str]:
    """Give a family's instances: ``small`` (cap41 to 134), ``large`` (capa to capc), ``mauri``."""
    table = pd.read_csv(FOLDER / "best.csv", index_col="instance")
    return table.index[table["family"] == family].tolist()


def load(text: str) -> tuple[Location | TwoStage, float]:
    """Give an instance by name, or that of a file by its path; the best known value is then NaN.

    A path of an OR-Library file may end in ``:capacity``, which is then that of every warehouse.
    """
    if text in pd.read_csv(FOLDER / "best.csv")["instance"].tolist():
        return published(text)
    path, _, capacity = text.partition(":")
    if not Path(path).is_file():
        raise ValueError(f"{text} is neither a published instance of {FOLDER} nor a file")
    if Path(path).name.startswith("PSC"):
        return read_mauri(Path(path)), np.nan
    return read_orlib(Path(path), float(capacity) if capacity else None), np.nan


def read_orlib(path: Path, capacity: float | None = None) -> Location:
    """Read a capacitated warehouse file of OR-Library.

    Parameters
    ----------
    path
        ``m n``, m lines ``capacity fixed_cost``, then for each customer the demand and m costs.
    capacity
        That of every warehouse, for files that have a word in its place.
    """
    words = path.read_text().split()
    houses, customers = int(words[0]), int(words[1])
    pairs = np.array(words[2 : 2 + 2 * houses]).reshape(houses, 2)
    stated = pairs[:, 0].astype(float) if capacity is None else np.full(houses, capacity)
    rows = np.array(words[2 + 2 * houses :], float).reshape(customers, 1 + houses)
    name = path.stem if capacity is None else f"{path.stem}-{capacity:.0f}"
    return Location(name, stated, pairs[:, 1].astype(float), rows[:, 0], rows[:, 1:].T)


def read_mauri(path: Path) -> TwoStage:
    """Read a file of Mauri et al. 2021, as text or gzipped.

    ``I J K L``; demand K x L; I rows of L capacities and a fixed cost; L matrices I x J;
    J rows of L capacities and a fixed cost; L matrices J x K.
    """
    content = path.read_bytes()
    text = gzip.decompress(content) if path.suffix == ".gz" else content
    numbers = np.array(text.split(), float)
    i, j, k, many = numbers[:4].astype(int)
    shapes = [(k, many), (i, many + 1), (many, i, j), (j, many + 1), (many, j, k)]
    ends = 4 + np.cumsum([np.prod(shape) for shape in shapes])
    parts = np.split(numbers[4 : ends[-1]], ends[:-1] - 4)
    demand, plants, inbound, satellites, outbound = (
        part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)
    )
    return TwoStage(
        path.name.partition(".")[0],
        plants[:, :-1],
        plants[:, -1],
        satellites[:, :-1],
        satellites[:, -1],
        demand,
        inbound,
        outbound,
    )


def numbered(letter: str, count: int) -> np.ndarray:
    width = len(str(count))
    return np.array([f"{letter}{n + 1:0{width}d}" for n in range(count)], object)


def _sites(names: np.ndarray, opening_cost: np.ndarray | None = None) -> pd.DataFrame:
    if opening_cost is None:
        return pd.DataFrame({"site": names, "now": "open", "decision": "stay"})
    return pd.DataFrame(
        {"site": names, "now": "closed", "decision": "free", "opening_cost": opening_cost}
    )


def _each(sites: np.ndarray, products: np.ndarray, column: str, value: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "site": np.repeat(sites, len(products)),
            "product": np.tile(products, len(sites)),
            column: value.ravel(),
        }
    )


def _lanes(
    start: np.ndarray, end: np.ndarray, product: str | None, cost: np.ndarray
) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "origin": np.repeat(start, len(end)),
            "destination": np.tile(end, len(start)),
            "cost_per_unit": cost.ravel(),
        }
    )
    return frame if product is None else frame.assign(product=product)


def _case(name: str, *, products, sites, lanes, **tables) -> Case:
    return Case(
        {
            "settings": [{"setting": "case_name", "value": name}],
            "products": [{"product": product} for product in products],
            "sites": pd.concat(sites, ignore_index=True),
            "lanes": pd.concat(lanes, ignore_index=True),
            **tables,
        }
    )
