"""A small but rich case; `hand` works a plan for it out."""

from __future__ import annotations

from jvopt.core.case import Case

SITES = {
    # country, region, owner
    "MINSK": ("BY", "BY-HM", "Maker"),
    "WEIFANG": ("CN", "", "Supplier"),
    "ALMA": ("KZ", "KZ-75", "Partner"),
    "BETA": ("KZ", "KZ-35", "Partner"),
    "OLD": ("KZ", "KZ-35", "Partner"),
    "NORTH": ("KZ", "KZ-11", ""),
    "TASH": ("UZ", "UZ-TK", ""),
}


def case() -> Case:
    """Two suppliers, an SKD plant, a CKD plant to be opened, a depot to be closed, two markets."""
    sites = [{"site": s, "country": c, "region": r, "owner": o} for s, (c, r, o) in SITES.items()]
    by_site = {row["site"]: row for row in sites}
    by_site["ALMA"] |= {"tags": "plant"}
    by_site["BETA"] |= {
        "now": "closed",
        "decision": "free",
        "opening_cost": 1000,
        "life": 2,
        "fixed_cost": 100,
        "tags": "plant",
    }
    by_site["OLD"] |= {"decision": "free", "closing_cost": 500, "fixed_cost": 50}
    settings = {
        "discount_rate": 0.1,
        "co2_price": 50,
        "freight_in_dutiable_value": 0.5,
        "case_name": "By hand",
    }
    return Case(
        {
            "settings": [{"setting": k, "value": str(v)} for k, v in settings.items()],
            "periods": [
                {"period": "Y1", "start": "2026-01-01"},
                {"period": "Y2", "start": "2027-01-01", "years": 2},
            ],
            "currencies": [
                {"currency": "EUR", "rate": 1.1},
                {"currency": "EUR", "period": "Y2", "rate": 1.2},
            ],
            "products": [
                {
                    "product": "T",
                    "family": "TRACTOR",
                    "hs": "870190",
                    "mass": 4,
                    "chargeable_mass": 5,
                    "cargo_class": "finished",
                    "customs_value": 20000,
                },
                {
                    "product": "KIT",
                    "hs": "870899",
                    "mass": 3,
                    "cargo_class": "kit",
                    "customs_value": 12000,
                },
                {
                    "product": "ENG",
                    "hs": "840820",
                    "mass": 1,
                    "cargo_class": "kit",
                    "customs_value": 2000,
                    "currency": "EUR",
                },
            ],
            "sites": sites,
            "supply": [
                {"site": "MINSK", "product": "T", "unit_cost": 18000},
                {"site": "MINSK", "product": "KIT", "unit_cost": 10000, "least_take": 5},
                {"site": "MINSK", "product": "KIT", "period": "Y2", "unit_cost": 10500},
                {
                    "site": "WEIFANG",
                    "product": "ENG",
                    "unit_cost": 1500,
                    "currency": "EUR",
                    "capacity": 20,
                    "least_take": 3,
                    "least_take_rule": "if_used",
                },
            ],
            "lines": [
                {
                    "line": "A",
                    "site": "ALMA",
                    "now": "open",
                    "decision": "stay",
                    "fixed_cost": 200,
                    "investment": 700,
                    "capacity": 10,
                    "step_size": 4,
                    "step_cost": 300,
                    "most_steps": 2,
                    "least_load": 5,
                },
                {
                    "line": "B",
                    "site": "BETA",
                    "investment": 2000,
                    "life": 4,
                    "fixed_cost": 150,
                    "capacity": 4,
                    "step_cost": 20,
                    "most_steps": 5,
                    "build_time": 1,
                    "first_period": "Y2",
                    "currency": "EUR",
                },
            ],
            "line_periods": [{"line": "A", "period": "Y2", "fixed_cost": 250}],
            "recipes": [
                {"recipe": "S", "product": "T", "assembly_mode": "SKD"},
                {"recipe": "C", "product": "T", "assembly_mode": "CKD"},
            ],
            "recipe_inputs": [
                {"recipe": "S", "product": "KIT"},
                {"recipe": "S", "product": "ENG"},
                {"recipe": "C", "product": "KIT"},
                {"recipe": "C", "product": "ENG"},
            ],
            "assembly": [
                {"line": "A", "recipe": "S", "unit_cost": 400, "most": 12, "least": 5},
                {"line": "B", "recipe": "C", "unit_cost": 900},
            ],
            "lanes": [
                {
                    "origin": "MINSK",
                    "destination": "ALMA",
                    "mode": "rail",
                    "cargo_class": "kit",
                    "cost_per_tonne": 20,
                    "cost_per_tonne_km": 0.01,
                    "distance": 3000,
                    "co2": 0.02,
                    "capacity": 50,
                    "fixed_cost": 70,
                },
                {"origin": "MINSK", "destination": "BETA", "mode": "rail", "cost_per_unit": 100},
                {
                    "origin": "MINSK",
                    "destination": "NORTH",
                    "mode": "rail",
                    "cost_per_unit": 500,
                    "distance": 3200,
                    "transit_days": 12,
                },
                {
                    "origin": "WEIFANG",
                    "destination": "ALMA",
                    "mode": "rail",
                    "product": "ENG",
                    "cost_per_unit": 60,
                    "currency": "EUR",
                    "distance": 4000,
                },
                {
                    "origin": "WEIFANG",
                    "destination": "ALMA",
                    "mode": "rail",
                    "cost_per_unit": 999,
                    "fixed_cost": 30,
                },
                {"origin": "WEIFANG", "destination": "BETA", "mode": "rail", "cost_per_unit": 80},
                {
                    "origin": "ALMA",
                    "destination": "NORTH",
                    "mode": "road",
                    "cost_per_unit": 90,
                    "distance": 200,
                    "transit_days": 1,
                    "co2": 0.1,
                },
                {
                    "origin": "ALMA",
                    "destination": "TASH",
                    "mode": "road",
                    "cost_per_tonne": 24,
                    "distance": 800,
                    "transit_days": 3,
                },
                {
                    "origin": "BETA",
                    "destination": "NORTH",
                    "mode": "road",
                    "cost_per_unit": 50,
                    "distance": 50,
                },
            ],
            "demand": [
                {
                    "site": "NORTH",
                    "product": "T",
                    "quantity": 10,
                    "price": 25000,
                    "penalty": 3000,
                    "least_share": 0.5,
                },
                {"site": "TASH", "product": "T", "quantity": 4, "price": 24000},
            ],
            "throughput": [
                {
                    "site": "ALMA",
                    "capacity": 10,
                    "handling_cost": 5,
                    "step_size": 6,
                    "step_cost": 200,
                    "most_steps": 2,
                },
                {"site": "ALMA", "product": "T", "handling_cost": 7},
            ],
            "stock": [
                {
                    "site": "ALMA",
                    "product": "ENG",
                    "opening": 3,
                    "country": "CN",
                    "most": 8,
                    "holding_cost": 10,
                },
            ],
            "country_groups": [
                {"group": "EAEU", "country": "BY", "kind": "customs_union"},
                {"group": "EAEU", "country": "KZ", "kind": "customs_union"},
            ],
            "claims": [{"claim": "CT1", "area": "EAEU", "product": "T", "least_share": 0.6}],
            "tariffs": [
                {
                    "hs": "8408",
                    "origin": "CN",
                    "destination": "EAEU",
                    "ad_valorem": 0.05,
                    "specific": 10,
                    "specific_per": "tonne",
                    "currency": "EUR",
                    "drawback_share": 0.8,
                },
                {"hs": "84", "origin": "CN", "destination": "KZ", "ad_valorem": 0.9},
                {
                    "hs": "8408",
                    "origin": "CN",
                    "destination": "EAEU",
                    "ad_valorem": 0.5,
                    "from_date": "2027-06-01",
                },
                {"hs": "8708", "destination": "EAEU", "ad_valorem": 0.15},
                {"product": "T", "destination": "UZ", "ad_valorem": 0.1},
                {"product": "T", "destination": "UZ", "claim": "CT1", "ad_valorem": 0},
            ],
            "fees": [
                {"country": "KZ", "product": "T", "amount": 1000},
                {"country": "KZ", "assembly_mode": "SKD", "relief": 0.3},
                {"country": "KZ", "assembly_mode": "CKD", "relief": 0.8},
            ],
            "incentives": [
                {
                    "country": "KZ",
                    "family": "TRACTOR",
                    "assembly_mode": "CKD",
                    "amount": 100,
                    "share_of_price": 0.02,
                    "currency": "EUR",
                },
            ],
            "limits": [
                {"limit": "sites", "quantity": "sites_open", "value": 2, "site_tag": "plant"},
                {"limit": "lines", "quantity": "lines_open", "value": 1, "for_each": "site"},
                {
                    "limit": "skd",
                    "quantity": "made",
                    "sense": "at_least",
                    "value": 20,
                    "assembly_mode": "SKD",
                },
                {
                    "limit": "kits",
                    "quantity": "bought",
                    "value": 28,
                    "product": "KIT",
                    "for_each": "period",
                },
                {"limit": "spent", "quantity": "investment", "value": 4000, "country": "KZ"},
                {"limit": "co2", "quantity": "co2", "value": 7},
                {
                    "limit": "source",
                    "quantity": "share_of_source",
                    "value": 0.9,
                    "family": "TRACTOR",
                    "sense": "at_least",
                },
                {
                    "limit": "near",
                    "quantity": "demand_within",
                    "sense": "at_least",
                    "value": 0.8,
                    "within_km": 500,
                    "country": "KZ",
                },
            ],
        }
    )
