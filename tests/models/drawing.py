"""What random cases are drawn with: a stream of random numbers, and the goods of every case."""

from __future__ import annotations

import numpy as np

from jvopt.core.case import Case

UNION = [
    {"group": "EAEU", "country": "KZ", "kind": "customs_union"},
    {"group": "EAEU", "country": "RU", "kind": "customs_union"},
    {"group": "EAST", "country": "CN", "kind": "area"},
    {"group": "EAST", "country": "UZ", "kind": "area"},
]
PRODUCTS = [
    {"product": "K", "hs": "870190", "customs_value": 60, "mass": 3, "family": "PARTS"},
    {"product": "X", "hs": "870830", "customs_value": 20, "mass": 1, "family": "PARTS"},
    {"product": "E", "hs": "840790", "customs_value": 40, "mass": 1, "cargo_class": "heavy"},
    {"product": "P", "hs": "870120", "customs_value": 100, "mass": 4, "family": "TRUCK"},
    {"product": "Q", "hs": "870320", "customs_value": 80, "mass": 2, "chargeable_mass": 3},
]


class Draw:
    """A case in the making; `simple` leaves out what brute force cannot enumerate."""

    def __init__(self, seed: int, simple: bool):
        self.rng = np.random.default_rng(seed)
        self.simple = simple
        self.tables: dict[str, list[dict]] = {
            "country_groups": UNION,
            "products": [dict(p) for p in PRODUCTS],
        }
        self.settings: dict[str, object] = {}

    def maybe(self, chance=0.5):
        return bool(self.rng.random() < chance)

    def whole(self, low, high):
        return int(self.rng.integers(low, high + 1))

    def pick(self, *options):
        return options[self.whole(0, len(options) - 1)]

    def add(self, table, **row):
        self.tables.setdefault(table, []).append(row)

    def case(self) -> Case:
        settings = [{"setting": k, "value": str(v)} for k, v in self.settings.items()]
        return Case({"settings": settings, **self.tables})
