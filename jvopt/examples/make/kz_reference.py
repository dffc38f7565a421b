"""The one-year reference: cost above the ex-works price, with an optimum known from elsewhere.

Everything that must be worked out before the model can take it is worked out here, and said in the
notes of the case.
"""

from __future__ import annotations

import pandas as pd

from jvopt.core.case import Case
from jvopt.examples.make import kz

_NOTES = (
    (
        "what this is",
        "One year of assembling Belarusian machines in Kazakhstan, to check the model: its least "
        "cost was computed outside jvopt, with another modelling library. Least cost in USD: "
        "20,679,406; with no plant in Kazakhstan (scenario no_plant) 26,372,041; with no "
        "ready-built import (scenario no_import) 22,568,795. No finding about the real network: "
        "most figures are assumed.",
    ),
    (
        "cost",
        "Cost counts above the ex-works price of every machine. So a kit costs 0 ex works, and a "
        "ready-built machine costs what the maker spends on putting it together at the customer's "
        "(direct field assembly), 0 for all but dump trucks. The customs value is the ex-works "
        "price.",
    ),
    (
        "one year",
        "There are no periods, so one year counts, undiscounted. The opening cost of a line "
        "is charged by the year: fixed cost of a line = yearly fixed cost + opening cost x CRF; "
        "CRF = i / (1 - (1 + i)^-n) with i = 12% and n = 10 years, {crf:.6f}.",
    ),
    (
        "sites",
        "The yearly overhead of a plant is paid while its site is open, and a line runs only if "
        "its site is open: so it is paid once however many lines run.",
    ),
    (
        "modes",
        "SKD, CKD and FULL are lines of one plant and family, of which at most one may be open "
        "(limit one_mode). Capacity holds for all machines of the family together.",
    ),
    (
        "kit mass",
        "Mass of a kit = 0.95 x mass of the parts of the bill of materials that the mode does not "
        "localise. A kit is one product for each machine and mode.",
    ),
    (
        "freight",
        "Freight of a tonne = cost per tonne-km x distance + cost per tonne (handling). A finished "
        "machine is charged for mass x a factor for its bulk (1.0 to 1.8). All modes of transport "
        "are kept; the cheapest is found by the model.",
    ),
    (
        "assembly",
        "Unit cost of assembly = cost at the plant x (1 - 0.55), as the Belarusian maker saves 55% "
        "of it, + price x (local content - 0.10, if positive) x (local parts cost factor - 1), as "
        "local parts cost 5% more than those they replace (implements: no more).",
    ),
    (
        "recycling fee",
        "Fee in USD = coefficient x 50 x 4,325 KZT / 524.32 KZT per USD, on machines delivered in "
        "Kazakhstan. Assembly there lets off 30% (SKD) or all of it (CKD, FULL).",
    ),
    (
        "lease preference",
        "Cheaper leasing of domestic farm machines counts as support of 1.5% (CKD) or 2% (FULL) of "
        "the price where the local content of the line is at least 30%. That depends on family and "
        "mode alone (no two plants fall on different sides of 30% in the same family and mode), so "
        "it is stated as incentives by family and mode and no origin claim is needed.",
    ),
    (
        "duty",
        "Duty on the price where a machine leaves the EAEU, by country of manufacture. The rates "
        "for Uzbekistan, Tajikistan and Turkmenistan (0) are taken as they are, without a claim. "
        "Rates inside the EAEU (0) are left out: goods circulate freely there.",
    ),
    (
        "left out",
        "Components, engine and tyre lanes, transit times that cost money, and VAT play no part.",
    ),
)


def case() -> Case:
    """Make the case from the tables in ``jvopt/examples/kz``."""
    value = kz.policy()
    rate, life = value["discount_rate"], value["plant_life_years"]
    crf = rate / (1 - (1 + rate) ** -life)
    case = Case(
        {
            "settings": [
                {"setting": "case_name", "value": "Kazakhstan assembly, one-year reference"},
                {"setting": "base_currency", "value": "USD"},
                {"setting": "gap", "value": "1e-6", "note": "optimum known to 1 USD"},
            ],
            "products": _products(),
            "sites": _sites(),
            "supply": _supply(),
            "lines": _lines(crf),
            "recipes": kz.recipes()[["recipe", "product", "assembly_mode"]],
            "recipe_inputs": kz.recipes()[["recipe", "kit"]].rename(columns={"kit": "product"}),
            "assembly": _assembly(),
            "lanes": _lanes(),
            "demand": kz.demand(),
            "country_groups": kz.group_rows(),
            "tariffs": _tariffs(),
            "fees": _fees(),
            "incentives": _incentives(),
            "limits": kz.one_mode(),
            **_scenarios(),
        }
    )
    return kz.with_notes(case, ((topic, text.format(crf=crf)) for topic, text in _NOTES))


def _products() -> pd.DataFrame:
    kits = kz.kits(~kz.parts()["local"])
    names = ["product", *kz.NAMES, "family", "tags"]
    end = ["mass", "cargo_class", "status", "source", "note"]
    machines = kz.machines()[[*names, "hs", *end, "chargeable_mass", "customs_value"]]
    return pd.concat([machines, kits[[*names, *end]]], ignore_index=True)


def _sites() -> pd.DataFrame:
    sites = kz.sites(["overhead_usd"]).rename(columns={"overhead_usd": "fixed_cost"})
    used = sites["site"].isin([*kz.read("products")["supplier"], *kz.read("lines")["site"]])
    sites = sites[used | sites["tags"].str.startswith("market")].reset_index(drop=True)
    plant = sites["tags"].str.contains("plant")
    sites["now"] = plant.map({True: "closed", False: "open"})
    sites["decision"] = plant.map({True: "free", False: "stay"})
    return sites


def _supply() -> pd.DataFrame:
    machines = kz.read("products").rename(columns={"field_assembly_usd": "unit_cost"})
    machines["note"] = "ready-built; the cost above the ex-works price is direct field assembly"
    machines["note"] = machines["note"].where(machines["unit_cost"] > 0, "ready-built")
    kits = kz.recipes().drop(columns="product").rename(columns={"kit": "product"})
    kits["unit_cost"] = 0.0
    kits["note"] = "kit; the ex-works price of the machine is not counted"
    both = pd.concat([machines, kits], ignore_index=True).rename(columns={"supplier": "site"})
    both["status"] = "assumed"
    return both[["site", "product", "unit_cost", "status", "note"]]


def _lines(crf: float) -> pd.DataFrame:
    lines = kz.lines()
    lines["fixed_cost"] = (lines["fixed_cost_usd"] + crf * lines["opening_cost_usd"]).round(6)
    lines = lines.assign(now="closed", decision="free")
    columns = ["line", *kz.NAMES, "site", "now", "decision", "fixed_cost", "capacity"]
    return lines[[*columns, "status", "source", "note"]]


def _assembly() -> pd.DataFrame:
    value = kz.policy()
    pairs = kz.machines_on_lines()
    factor = pairs["family"].map({"IMPLEMENT": value["local_parts_cost_factor_implement"]})
    factor = factor.fillna(value["local_parts_cost_factor"])
    paid = pairs["unit_cost_usd"] * (1 - value["maker_assembly_saving_share"])
    local = (pairs["local_content_share"] - 0.10).clip(lower=0)
    pairs["unit_cost"] = (paid + pairs["price_usd"] * local * (factor - 1)).round(6)
    return pairs[["line", "recipe", "unit_cost", "status", "source"]]


def _lanes() -> pd.DataFrame:
    lanes = kz.lanes()
    ships = [*kz.read("products")["supplier"], *kz.read("lines")["site"]]
    return lanes[lanes["origin"].isin(ships)].reset_index(drop=True)


def _tariffs() -> pd.DataFrame:
    tariffs = kz.read("tariffs")
    machines = tariffs["hs"].isin(kz.read("products")["hs"])
    leaves = ~tariffs["destination"].isin([row["country"] for row in kz.group_rows()])
    tariffs = tariffs[machines & leaves & tariffs["origin"].isin(["BY", "KZ"])]
    tariffs = tariffs.assign(note=kz.noted(tariffs, "description", "regime"))
    columns = ["hs", "origin", "destination", "ad_valorem", "status", "source", "note"]
    return tariffs[columns].reset_index(drop=True)


def _fees() -> pd.DataFrame:
    value = kz.policy()
    base = value["utilisation_fee_base_mci"] * value["mci_kzt_2026"] / value["fx_kzt_per_usd"]
    machines = kz.read("products")
    charged = machines[machines["fee_coefficient"] > 0]
    amounts = pd.DataFrame(
        {
            "source": "S49;S50",
            "product": charged["product"],
            "amount": (charged["fee_coefficient"] * base).round(6),
            "note": "coefficient "
            + charged["fee_coefficient"].map("{:g}".format)
            + " x 50 MCI of 4,325 KZT, at 524.32 KZT per USD",
        }
    )
    reliefs = pd.DataFrame(
        {
            "source": "S53",
            "assembly_mode": list(kz.MODES),
            "relief": [value[f"utilisation_fee_relief_share_{m}"] for m in kz.MODES],
            "note": "relief for assembly in Kazakhstan",
        }
    )
    both = pd.concat([amounts, reliefs], ignore_index=True)
    return both.assign(country="KZ", status="assumed")


def _incentives() -> list[dict[str, object]]:
    """State the lease preference by family and mode, having checked that this says it all."""
    value = kz.policy()
    lines = kz.read("lines")
    lines = lines[~lines["family"].str.startswith("HAUL")]
    rows: list[dict[str, object]] = []
    for (family, mode), group in lines.groupby(["family", "assembly_mode"], sort=False):
        reaches = group["local_content_share"] >= value["local_content_threshold_st_kz"]
        if reaches.any() != reaches.all():
            raise ValueError(f"{family} {mode}: the preference depends on the plant")
        share = value.get(f"domestic_lease_preference_share_of_price_{mode}", 0.0)
        if reaches.all() and share:
            rows.append(
                {
                    "country": "KZ",
                    "family": family,
                    "assembly_mode": mode,
                    "share_of_price": share,
                    "status": "assumed",
                    "source": "S24;S53",
                    "note": "worth of cheaper leasing; local content of at least 30%",
                }
            )
    return rows


def _scenarios() -> dict[str, list[dict[str, object]]]:
    machines = ", ".join(kz.read("products")["product"])
    return {
        "scenarios": [
            {"scenario": "no_plant", "description": "No plant in Kazakhstan: all ready-built."},
            {"scenario": "no_import", "description": "No ready-built import: all assembled there."},
        ],
        "changes": [
            {
                "scenario": "no_plant",
                "order": 1,
                "table": "lines",
                "column": "decision",
                "action": "set",
                "value": "closed",
            },
            {
                "scenario": "no_import",
                "order": 1,
                "table": "supply",
                "where": f"product in ({machines})",
                "column": "capacity",
                "action": "set",
                "value": "0",
            },
        ],
    }
