"""A case and a plan made by hand, for the tests of workbooks."""

from __future__ import annotations

import datetime as dt
import itertools

import pandas as pd

from jvopt.core.case import Case
from jvopt.core.plan import Plan

PERIODS = ("2026", "2027", "2028")
LINES = {
    "L-KAR-SKD": ("P-KAR", "SKD", 3000.0, (0.62, 0.71, 0.93)),
    "L-KAR-CKD": ("P-KAR", "CKD", 1500.0, (0.0, 0.80, 1.0)),
    "L-KOS-SKD": ("P-KOS", "SKD", 2400.0, (0.55, 0.40, 0.35)),
    "L-URA-FULL": ("P-URA", "FULL", 900.0, (0.0, 0.0, 0.88)),
}
COSTS = {
    "purchase": (391.2e6, 402.5e6, 512.0e6),
    "inbound_freight": (18.4e6, 12.1e6, 0.0),
    "input_duty": (6.3e6, 4.1e6, 0.0),
    "assembly": (22.7e6, 16.9e6, 0.0),
    "fixed": (9.1e6, 6.4e6, 0.0),
    "investment": (14.8e6, 0.0, 0.0),
    "outbound_freight": (11.9e6, 15.2e6, 21.3e6),
    "goods_duty": (2.2e6, 19.8e6, 48.0e6),
    "fee": (31.0e6, 88.7e6, 143.1e6),
    "incentive": (-8.6e6, -2.0e6, 0.0),
}


def case() -> Case:
    """A joint venture of three plants and two markets, over three years."""
    return Case(
        {
            "settings": [
                {"setting": "case_name", "value": "Tractors for Kazakhstan"},
                {"setting": "base_currency", "value": "USD"},
                {"setting": "discount_rate", "value": "0.08"},
            ],
            "periods": [
                {"period": p, "start": dt.date(int(p), 1, 1), "years": 1} for p in PERIODS
            ],
            "currencies": [{"currency": "KZT", "rate": 0.0019}],
            "products": [
                {"product": "TR-80", "name": "Tractor 80 hp", "hs": "8701920000", "mass": 3.9,
                 "customs_value": 21500, "family": "TRACTOR", "tags": "farm, small"},
                {"product": "KIT-80", "name": "Kit for TR-80", "hs": "8701", "mass": 3.4,
                 "cargo_class": "kit", "customs_value": 17000},
            ],
            "sites": [
                {"site": "S-MTZ", "name": "Minsk Tractor Works", "country": "BY", "owner": "MTZ"},
                {"site": "P-KAR", "name": "Karaganda", "country": "KZ", "region": "KZ-35"},
                {"site": "P-KOS", "name": "Kostanay", "country": "KZ", "region": "KZ-39"},
                {"site": "P-URA", "name": "Uralsk", "country": "KZ", "region": "KZ-27"},
                {"site": "001", "name": "=Astana market", "country": "KZ", "region": "KZ-71"},
                {"site": "M-ALM", "name": "Almaty market", "country": "KZ", "region": "KZ-75"},
            ],
            "supply": [{"site": "S-MTZ", "product": "KIT-80", "unit_cost": 17000, "country": "BY"}],
            "lines": [
                {"line": line, "name": f"{mode} line", "site": site, "capacity": size,
                 "investment": 1.5e6, "currency": "USD", "least_load": 300}
                for line, (site, mode, size, _) in LINES.items()
            ],
            "recipes": [
                {"recipe": f"R-{mode}", "product": "TR-80", "assembly_mode": mode}
                for mode in ("SKD", "CKD", "FULL")
            ],
            "recipe_inputs": [
                {"recipe": f"R-{mode}", "product": "KIT-80", "quantity": 1}
                for mode in ("SKD", "CKD", "FULL")
            ],
            "assembly": [
                {"line": line, "recipe": f"R-{mode}", "unit_cost": 900}
                for line, (_, mode, _, _) in LINES.items()
            ],
            "lanes": [
                {"origin": o, "destination": d, "mode": "rail", "distance": 1200.5,
                 "cost_per_tonne_km": 0.041, "transit_days": 6}
                for o, d in [("S-MTZ", "P-KAR"), ("S-MTZ", "P-KOS"), ("S-MTZ", "P-URA"),
                             *itertools.product(("P-KAR", "P-KOS", "P-URA"), ("001", "M-ALM"))]
            ],
            "tariffs": [{"hs": "8701", "destination": "KZ", "ad_valorem": 0.05}],
            "demand": [
                {"site": "001", "product": "TR-80", "quantity": 1900, "price": 30000},
                {"site": "M-ALM", "product": "TR-80", "quantity": 2100, "price": 30500,
                 "least_share": 0.9, "penalty": 60000, "status": "assumed", "note": "-10% likely"},
            ],
        }
    )  # fmt: skip


def plan() -> Plan:
    """A plan for that case; the figures fit each other only as far as the sheets show them."""
    lines, production = [], []
    for number, period in enumerate(PERIODS):
        for line, (site, mode, size, shares) in LINES.items():
            share = shares[number]
            lines.append(
                {"line": line, "site": site, "period": period, "open": float(share > 0),
                 "built": 0.0, "closed": 0.0, "steps": 0.0, "capacity": size * (share > 0),
                 "load": size * share, "utilisation": share if share else float("nan")}
            )  # fmt: skip
            if share:
                production.append(
                    {"line": line, "site": site, "recipe": f"R-{mode}", "product": "TR-80",
                     "assembly_mode": mode, "claims": "CT1", "rules": "CT1 value", "goods": "g1",
                     "period": period, "quantity": size * share}
                )  # fmt: skip
    as_is = []
    for number, network in enumerate(("plan", "today", "no_plant")):
        as_is += [
            {"network": network, "item": kind, "value": values[number], "text": ""}
            for kind, values in COSTS.items()
        ]
        total = sum(values[number] for values in COSTS.values())
        as_is.append({"network": network, "item": "total", "value": total, "text": ""})
        as_is.append(
            {"network": network, "item": "state", "value": float("nan"), "text": "optimal"}
        )
    total = sum(values[0] for values in COSTS.values())
    summary = [
        {"item": "objective", "value": total, "unit": "USD"},
        {"item": "bound", "value": total * 0.9999, "unit": "USD"},
        {"item": "gap", "value": 1e-4, "unit": "share"},
        {"item": "audit", "value": "passed", "unit": ""},
        {"item": "seconds_solving", "value": 12.3, "unit": "s"},
    ]
    service = [
        {"site": site, "product": "TR-80", "period": period, "demand": wanted,
         "met": wanted - short, "short": short, "share": 1 - short / wanted,
         "penalty": 60000.0 * short, "landed_cost": 24567.891}
        for period in PERIODS
        for site, wanted, short in (("001", 1900.0, 0.0), ("M-ALM", 2100.0, 12.0))
    ]  # fmt: skip
    shipments = [
        {"origin": "P-KAR", "destination": site, "mode": "rail", "product": "TR-80",
         "made_in": "KZ", "assembly_mode": "SKD", "claims": "CT1", "goods": "g1", "period": period,
         "quantity": 1234.5, "tonnes": 4814.55, "freight": 237654.321, "duty": 0.0,
         "duty_claim": "", "fee": 0.0, "co2": 12.3}
        for period in PERIODS
        for site in ("001", "M-ALM")
    ]  # fmt: skip
    messages = [
        {"severity": "note", "place": "",
         "text": "Rounding whole numbers left no exact plan; prices are not available."},
    ]  # fmt: skip
    tables = {
        "summary": summary, "as_is": as_is, "lines": lines, "production": production,
        "service": service, "shipments": shipments, "messages": messages,
    }  # fmt: skip
    frames = {name: pd.DataFrame(rows) for name, rows in tables.items()}
    return Plan(case(), frames, state="succeeded", termination="optimal", found=True)


def no_plan() -> Plan:
    """The answer that there is no plan, and why."""
    conflicts = [
        {"part": "conflict", "table": "demand", "row": 1.0, "column": "quantity", "period": "",
         "value": 1900.0, "needed": "", "text": "demand: 1,900"},
        {"part": "conflict", "table": "lines", "row": 1.0, "column": "capacity", "period": "",
         "value": 3000.0, "needed": "", "text": "capacity: 3,000"},
        {"part": "change", "table": "lines", "row": 1.0, "column": "capacity", "period": "2026",
         "value": 3000.0, "needed": 3400.5, "text": "capacity: at least 3,400.5"},
    ]  # fmt: skip
    return Plan(
        case(),
        {"conflicts": pd.DataFrame(conflicts)},
        state="succeeded",
        termination="infeasible",
        found=False,
    )
