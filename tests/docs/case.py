"""A small network with all that the pages ask about, by the names that they use."""

from __future__ import annotations

from pathlib import Path

from jvopt.core.case import Case
from jvopt.excel import write_template

_KM = (
    ("MINSK", "M", 3400),
    ("MINSK", "N", 2900),
    ("MINSK", "P1", 2700),
    ("MINSK", "P2", 3200),
    ("TYRES", "P1", 900),
    ("TYRES", "P2", 300),
    ("P1", "M", 800),
    ("P1", "N", 300),
    ("P2", "M", 200),
    ("P2", "N", 700),
)


def small_case() -> Case:
    """Tractors from Belarus, whole or in kits, for two markets of Kazakhstan."""
    lanes = [
        {"origin": o, "destination": d, "mode": m, "distance": km, "cost_per_tonne_km": c, "co2": e}
        for o, d, km in _KM
        for m, c, e in (("rail", 0.05, 0.02), ("road", 0.08, 0.09))
    ]
    plant = {"country": "KZ", "decision": "free", "now": "closed", "opening_cost": 100_000}
    return Case(
        {
            "products": [
                {"product": "TRACTOR", "mass": 4, "customs_value": 20_000},
                {"product": "SKD KIT", "mass": 4, "customs_value": 18_500},
                {"product": "CKD KIT", "mass": 3.6, "customs_value": 15_000},
                {"product": "TYRES", "mass": 0.4, "customs_value": 2_500},
            ],
            "sites": [
                {"site": "MINSK", "country": "BY"},
                {"site": "TYRES", "country": "KZ"},
                {"site": "P1", **plant},
                {"site": "P2", **plant},
                {"site": "M", "country": "KZ"},
                {"site": "N", "country": "KZ"},
            ],
            "supply": [
                {"site": "MINSK", "product": "TRACTOR", "unit_cost": 20_000},
                {"site": "MINSK", "product": "SKD KIT", "unit_cost": 18_500},
                {"site": "MINSK", "product": "CKD KIT", "unit_cost": 15_000},
                {"site": "TYRES", "product": "TYRES", "unit_cost": 2_500},
            ],
            "lines": [
                {"line": "A", "site": "P1", "fixed_cost": 60_000, "capacity": 300},
                {"line": "B", "site": "P2", "fixed_cost": 90_000, "capacity": 400},
            ],
            "recipes": [
                {"recipe": "SKD", "product": "TRACTOR", "assembly_mode": "SKD"},
                {"recipe": "CKD", "product": "TRACTOR", "assembly_mode": "CKD"},
            ],
            "recipe_inputs": [
                {"recipe": "SKD", "product": "SKD KIT", "quantity": 1},
                {"recipe": "CKD", "product": "CKD KIT", "quantity": 1},
                {"recipe": "CKD", "product": "TYRES", "quantity": 1},
            ],
            "assembly": [
                {"line": "A", "recipe": "SKD", "unit_cost": 500},
                {"line": "B", "recipe": "SKD", "unit_cost": 450},
                {"line": "B", "recipe": "CKD", "unit_cost": 1_200},
            ],
            "lanes": lanes,
            "demand": [
                {"site": "M", "product": "TRACTOR", "quantity": 200},
                {"site": "N", "product": "TRACTOR", "quantity": 150},
            ],
            "country_groups": [
                {"group": "EAEU", "country": "BY", "kind": "customs_union"},
                {"group": "EAEU", "country": "KZ", "kind": "customs_union"},
                {"group": "RU_BY", "country": "BY", "kind": "area"},
            ],
            "claims": [
                {"claim": "KZ_LC", "area": "KZ", "rule": "value", "least_share": 0.1},
            ],
            "fees": [
                {"country": "KZ", "made_in": "RU_BY", "amount": 1_500},
                {"country": "KZ", "claim": "KZ_LC", "relief": 1},
            ],
            "scenarios": [
                {"scenario": "fee_doubled"},
                {"scenario": "demand_down"},
                {"scenario": "dear_rail"},
            ],
            "changes": [
                {"scenario": "fee_doubled", "order": 1, "table": "fees", "column": "amount",
                 "where": "made_in = RU_BY", "action": "multiply", "value": "2"},
                {"scenario": "demand_down", "order": 1, "table": "demand", "column": "quantity",
                 "action": "multiply", "value": "0.8"},
                {"scenario": "dear_rail", "order": 1, "table": "lanes", "where": "mode = rail",
                 "column": "cost_per_tonne_km", "action": "multiply", "value": "1.2"},
            ],
        }
    )  # fmt: skip


def write(path: str, capacity: float | None = None) -> Case:
    """Write the case as a workbook, and give it; what each supplier has may be limited."""
    case = small_case()
    case = case.replace(supply=case.supply.assign(capacity=capacity))
    write_template(Path(path), example=case, language="en")
    return case
