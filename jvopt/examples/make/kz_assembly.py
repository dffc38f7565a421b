"""The base case: Belarusian machines for Kazakhstan and beyond, 2026 to 2030."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jvopt.core.case import Case
from jvopt.examples.make import kz, kz_goods, kz_policy
from jvopt.examples.make.kz_notes import NOTES

_YEARS = range(2026, 2031)
_CO2 = {"rail": 0.02, "road": 0.08, "sea+rail": 0.015}
"""Kilograms a tonne-km; orders of magnitude."""
_BUILD_TIME = ((10_000_000, 2.0), (1_000_000, 1.0))
"""Years that a line takes to build if it costs more than so many USD."""


def case() -> Case:
    """Make the case from the tables in ``jvopt/examples/kz``."""
    value = kz.policy()
    case = Case(
        {
            "settings": [
                {"setting": "case_name", "value": "Belarusian machinery in Kazakhstan, 2026-2030"},
                {"setting": "base_currency", "value": "USD"},
                {
                    "setting": "discount_rate",
                    "value": f"{value['discount_rate']:g}",
                    "status": "assumed",
                },
                {
                    "setting": "gap",
                    "value": "1e-6",
                    "note": "prices of machines are 94% of the cost: 1e-4 would blur the savings",
                },
            ],
            "periods": [
                {"period": str(year), "start": f"{year}-01-01", "years": 1} for year in _YEARS
            ],
            "currencies": [
                {
                    "currency": "KZT",
                    "rate": 1 / value["fx_kzt_per_usd"],
                    "status": "sourced",
                    "source": "S25",
                    "note": "0.0019 USD per KZT (524.32 KZT per USD) on 14 Nov 2025, for all "
                    "periods",
                }
            ],
            "products": kz_goods.products(),
            "sites": _sites(),
            "supply": kz_goods.supply(),
            "lines": _lines(),
            "recipes": kz.recipes()[["recipe", "product", "assembly_mode"]],
            "recipe_inputs": kz_goods.recipe_inputs(),
            "assembly": _assembly(),
            "lanes": _lanes(),
            "demand": kz.demand(),
            "country_groups": kz_policy.country_groups(),
            "claims": kz_policy.claims(),
            "tariffs": kz_policy.tariffs(),
            "fees": kz_policy.fees(),
            "incentives": kz_policy.incentives(),
            "limits": kz.one_mode(),
            **_scenarios(),
        }
    )
    return kz.with_notes(case, NOTES)


def _sites() -> pd.DataFrame:
    sites = kz.sites(["activity", "overhead_usd"]).rename(columns={"overhead_usd": "fixed_cost"})
    lines = kz.lines()
    working = lines.loc[lines["opening_cost_usd"] == 0, "site"]
    plant = sites["tags"].str.contains("plant")
    shut = (sites["activity"] == "restricted") | (plant & ~sites["site"].isin(working))
    sites["now"] = np.where(shut, "closed", "open")
    sites["decision"] = np.where(plant, "free", "stay")
    sites["closing_cost"] = sites["fixed_cost"]
    owners = {"supplier": "Belarusian maker", "component supplier": "Component makers"}
    sites["owner"] = sites["tags"].map(owners).fillna("")
    sites.loc[plant, "owner"] = "Kazakh partner"
    return sites.drop(columns="activity")


def _lines() -> pd.DataFrame:
    lines = kz.lines().rename(
        columns={"opening_cost_usd": "investment", "fixed_cost_usd": "fixed_cost"}
    )
    lines["now"] = np.where(lines["investment"] == 0, "open", "closed")
    lines["decision"] = "free"
    lines["life"] = kz.policy()["plant_life_years"]
    lines["build_time"] = 0.0
    for cost, years in reversed(_BUILD_TIME):
        lines.loc[lines["investment"] > cost, "build_time"] = years
    columns = ["line", *kz.NAMES, "site", "now", "decision", "investment", "life"]
    end = ["fixed_cost", "capacity", "build_time", "status", "source", "note"]
    return lines[[*columns, *end]]


def _assembly() -> pd.DataFrame:
    pairs = kz.machines_on_lines()
    paid = 1 - kz.policy()["maker_assembly_saving_share"]
    pairs["unit_cost"] = (pairs["unit_cost_usd"] * paid).round(6)
    pairs["note"] = "cost at the plant less 55% that the maker saves"
    return pairs[["line", "recipe", "unit_cost", "status", "source", "note"]]


def _lanes() -> pd.DataFrame:
    lanes = kz.lanes()
    lanes["co2"] = lanes["mode"].map(_CO2)
    return lanes


def _scenarios() -> dict[str, list[dict[str, object]]]:
    scenarios: list[dict[str, object]] = []
    changes: list[dict[str, object]] = []

    def add(name: str, description: str, *steps: tuple[str, str, str, str, str]) -> None:
        scenarios.append({"scenario": name, "description": description})
        for order, (table, where, column, action, value) in enumerate(steps, 1):
            changes.append(
                {
                    "scenario": name,
                    "order": order,
                    "table": table,
                    "where": where,
                    "column": column,
                    "action": action,
                    "value": value,
                }
            )

    add(
        "fee_doubled",
        "The draft order of January 2026: recycling fee doubled on machines made in Russia or "
        "Belarus, Kazakh-made ones left as they are.",
        ("fees", "made_in = RU_BY", "amount", "multiply", "2"),
    )
    add(
        "freight_up",
        "All freight 20% dearer.",
        ("lanes", "", "cost_per_tonne", "multiply", "1.2"),
        ("lanes", "", "cost_per_tonne_km", "multiply", "1.2"),
    )
    add("demand_down", "Demand 20% lower.", ("demand", "", "quantity", "multiply", "0.8"))
    add(
        "suppliers_reopened",
        "Engine makers closed by sanctions sell again.",
        ("sites", "site in (CN-CCEC, DE-MTU, US-CUM)", "decision", "set", "open"),
    )
    add(
        "kokshetau_shut",
        "The plant in Kokshetau is shut.",
        ("sites", "site = P-KOK", "decision", "set", "closed"),
    )
    add(
        "threshold_up",
        "Support asks for a local content of 40% instead of 30%.",
        ("claims", "claim = KZ_LC", "least_share", "set", "0.4"),
    )
    return {"scenarios": scenarios, "changes": changes}
