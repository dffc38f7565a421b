"""A small case with a row of nearly everything, without a mistake, and mistakes to plant in it."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

Rows = dict[str, list[dict[str, Any]]]

CASE: Rows = {
    "settings": [
        {"setting": "case_name", "value": "Tractors"},
        {"setting": "base_currency", "value": "USD"},
        {"setting": "discount_rate", "value": "0.1"},
    ],
    "periods": [
        {"period": "2026", "start": "2026-01-01"},
        {"period": "2027", "start": "2027-01-01"},
        {"period": "2028", "start": "2028-01-01", "years": 2},
    ],
    "currencies": [
        {"currency": "KZT", "rate": 0.002},
        {"currency": "RUB", "period": "2026", "rate": 0.0125},
        {"currency": "RUB", "period": "2027", "rate": 0.012},
        {"currency": "RUB", "period": "2028", "rate": 0.0115},
    ],
    "products": [
        {
            "product": "TRACTOR",
            "family": "machines",
            "hs": "870192",
            "mass": 4,
            "cargo_class": "finished",
            "customs_value": 20000,
        },
        {
            "product": "LOADER",
            "family": "machines",
            "hs": "842951",
            "mass": 8,
            "cargo_class": "finished",
            "customs_value": 40000,
        },
        {
            "product": "KIT",
            "hs": "870829",
            "mass": 3,
            "cargo_class": "kit",
            "customs_value": 14000,
            "tags": "imported",
        },
        {"product": "ENGINE", "hs": "840820", "mass": 0.5, "customs_value": 4000},
    ],
    "sites": [
        {"site": "MINSK", "country": "BY"},
        {"site": "WEIFANG", "country": "CN"},
        {"site": "PLANT", "country": "KZ", "tags": "plant"},
        {
            "site": "NEWPLANT",
            "country": "KZ",
            "tags": "plant",
            "now": "closed",
            "decision": "free",
            "opening_cost": 1000000,
            "life": 10,
        },
        {"site": "ALMATY", "country": "KZ", "tags": "market"},
        {"site": "TASHKENT", "country": "UZ", "tags": "market"},
    ],
    "supply": [
        {"site": "MINSK", "product": "KIT", "unit_cost": 1000000, "currency": "RUB"},
        {"site": "MINSK", "product": "LOADER", "unit_cost": 35000, "capacity": 100},
        {"site": "WEIFANG", "product": "ENGINE", "unit_cost": 3500, "capacity": 900},
    ],
    "lines": [
        {
            "line": "L1",
            "site": "PLANT",
            "now": "open",
            "decision": "stay",
            "capacity": 250,
            "step_size": 50,
            "step_cost": 200000,
            "most_steps": 4,
            "least_load": 20,
        },
        {
            "line": "L2",
            "site": "NEWPLANT",
            "investment": 3000000,
            "life": 10,
            "capacity": 400,
            "first_period": "2027",
            "build_time": 0.5,
        },
    ],
    "line_periods": [{"line": "L2", "period": "2028", "capacity": 450}],
    "recipes": [{"recipe": "SKD", "product": "TRACTOR", "assembly_mode": "SKD"}],
    "recipe_inputs": [
        {"recipe": "SKD", "product": "KIT"},
        {"recipe": "SKD", "product": "ENGINE"},
    ],
    "assembly": [
        {"line": "L1", "recipe": "SKD", "unit_cost": 300000, "currency": "KZT", "least": 10},
        {"line": "L2", "recipe": "SKD", "unit_cost": 500, "most": 500},
    ],
    "lanes": [
        {"origin": "MINSK", "destination": "PLANT", "mode": "rail", "cost_per_tonne": 90},
        {"origin": "MINSK", "destination": "NEWPLANT", "mode": "rail", "cost_per_tonne": 80},
        {"origin": "MINSK", "destination": "ALMATY", "cargo_class": "finished", "distance": 4000},
        {"origin": "WEIFANG", "destination": "PLANT", "mode": "rail", "product": "ENGINE"},
        {"origin": "WEIFANG", "destination": "NEWPLANT", "mode": "rail", "product": "ENGINE"},
        {"origin": "PLANT", "destination": "ALMATY", "distance": 1200, "transit_days": 4},
        {"origin": "NEWPLANT", "destination": "ALMATY", "distance": 300, "transit_days": 1},
        {"origin": "PLANT", "destination": "TASHKENT", "capacity": 400},
    ],
    "demand": [
        {"site": "ALMATY", "product": "TRACTOR", "quantity": 200, "price": 26000},
        {"site": "ALMATY", "product": "TRACTOR", "period": "2028", "quantity": 260, "price": 26000},
        {
            "site": "TASHKENT",
            "product": "TRACTOR",
            "quantity": 60,
            "price": 27000,
            "penalty": 5000,
            "least_share": 0.5,
        },
        {"site": "ALMATY", "product": "LOADER", "quantity": 40, "price": 50000},
    ],
    "throughput": [
        {"site": "PLANT", "capacity": 500, "handling_cost": 10},
        {"site": "NEWPLANT", "product": "TRACTOR", "capacity": 500},
    ],
    "stock": [
        {"site": "PLANT", "product": "ENGINE", "opening": 20, "most": 100, "end_least": 10},
    ],
    "country_groups": [
        {"group": "EAEU", "country": "BY", "kind": "customs_union"},
        {"group": "EAEU", "country": "KZ", "kind": "customs_union"},
        {"group": "CIS", "country": "KZ"},
        {"group": "CIS", "country": "UZ"},
    ],
    "claims": [
        {"claim": "CT1", "area": "EAEU", "hs": "8701", "rule": "value", "least_share": 0.5},
        {"claim": "CT1", "area": "EAEU", "hs": "87"},
    ],
    "tariffs": [
        {"hs": "8408", "origin": "CN", "destination": "EAEU", "ad_valorem": 0.05},
        {"hs": "8701", "destination": "UZ", "ad_valorem": 0.1},
        {"hs": "8701", "destination": "UZ", "claim": "CT1", "ad_valorem": 0},
        {"hs": "8701", "destination": "UZ", "from_date": "2027-01-01", "ad_valorem": 0.15},
    ],
    "fees": [
        {"country": "KZ", "family": "machines", "amount": 2000000, "currency": "KZT"},
        {"country": "KZ", "product": "TRACTOR", "assembly_mode": "SKD", "relief": 0.5},
    ],
    "incentives": [
        {"country": "EAEU", "product": "TRACTOR", "made_in": "KZ", "share_of_price": 0.05},
    ],
    "limits": [
        {"limit": "one plant", "quantity": "lines_open", "value": 1, "site_tag": "plant"},
        {"limit": "near", "quantity": "demand_within", "sense": "at_least", "value": 0.2,
         "within_km": 2000, "country": "KZ", "product": "TRACTOR"},
        {"limit": "local", "quantity": "made", "value": 900, "for_each": "site, period"},
    ],
    "scenarios": [{"scenario": "dear fee"}, {"scenario": "boom", "probability": 0.3}],
    "changes": [
        {"scenario": "dear fee", "order": 1, "table": "fees", "column": "amount",
         "action": "multiply", "value": 2, "where": "country = KZ"},
        {"scenario": "boom", "order": 2, "table": "demand", "column": "quantity",
         "action": "multiply", "value": "1.2", "where": "product = TRACTOR and site != TASHKENT"},
        {"scenario": "boom", "order": 1, "table": "lines", "column": "decision", "value": "open",
         "where": "line in (L2)"},
    ],
    "notes": [{"topic": "decision", "text": "Made up for the tests."}],
}  # fmt: skip


@dataclass(frozen=True)
class Plant:
    """A mistake: the issue it must give, and the edit that makes it.

    With `add` a row is appended (`row` is then its number), else one cell is set; None blanks it.
    """

    code: str
    table: str
    row: int | None
    column: str | None
    add: dict[str, Any] | None = None
    set: tuple[tuple[str, int, str, Any], ...] = ()
    drop: tuple[tuple[str, int], ...] = ()

    @property
    def issue(self) -> tuple[str, str, int | None, str | None]:
        return (self.code, self.table, self.row, self.column)


def cell(code: str, table: str, row: int, column: str, value: Any, **at: Any) -> Plant:
    """Plant a mistake by setting the very cell that it is reported at (or another one)."""
    place = (at.get("of", table), at.get("at", row), at.get("on", column), value)
    return Plant(code, table, row, column, set=(place,))


def planted(*plants: Plant) -> Rows:
    """Give the case with mistakes planted."""
    case = copy.deepcopy(CASE)
    for plant in plants:
        for table, row, column, value in plant.set:
            case[table][row - 1][column] = value
        if plant.add is not None:
            case.setdefault(plant.table, []).append(plant.add)
    for plant in plants:
        for table, row in sorted(plant.drop, reverse=True):
            del case[table][row - 1]
    return case
