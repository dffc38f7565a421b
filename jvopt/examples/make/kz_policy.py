"""What states ask in the base case: customs union, origin claims, duty, recycling fee, support."""

from __future__ import annotations

import pandas as pd

from jvopt.examples.make import kz

Rows = list[dict[str, object]]

_AREAS = {
    "CIS_FTA": ("AM", "BY", "KG", "KZ", "MD", "RU", "TJ", "UZ"),
    "RU_BY": ("BY", "RU"),
}
_ORDINARY = {"UZ": 0.10, "TJ": 0.05}
"""Duty without a certificate of origin: not in the data, so assumed."""
_FARM = ("TRACTOR_L", "TRACTOR_H", "HARVESTER", "IMPLEMENT")


def country_groups() -> Rows:
    """Give the customs union, the free trade area and the area of the draft fee."""
    notes = {
        "CIS_FTA": ("assumed", "S51;S52", "free trade area treaty of 18 Oct 2011; members today"),
        "RU_BY": ("assumed", "", "countries that the draft order of January 2026 names"),
    }
    rows: Rows = [dict(row) for row in kz.group_rows()]
    for group, countries in _AREAS.items():
        status, source, note = notes[group]
        for country in countries:
            rows.append(
                {
                    "group": group,
                    "country": country,
                    "kind": "area",
                    "status": status,
                    "source": source,
                    "note": note,
                }
            )
    return rows


def claims() -> Rows:
    """Give the origins that goods may claim."""
    threshold = kz.policy()["local_content_threshold_st_kz"]
    return [
        {
            "claim": "KZ_LC",
            "area": "KZ",
            "rule": "value",
            "least_share": threshold,
            "status": "assumed",
            "source": "S53",
            "note": "local content that counts as Kazakhstan-made for support",
        },
        {
            "claim": "CT1",
            "area": "CIS_FTA",
            "rule": "either",
            "least_share": 0.5,
            "status": "assumed",
            "source": "S52",
            "note": "certificate CT-1: change of heading, or at most 50% of parts from elsewhere",
        },
    ]


def tariffs() -> pd.DataFrame:
    """Give the duties of machines that leave the customs union and of engines that enter it."""
    rows = kz.read("tariffs")
    rows["note"] = kz.noted(rows, "description", "regime")
    union = [row["country"] for row in kz.group_rows()]
    leaves = rows["origin"].isin(["BY", "KZ"]) & ~rows["destination"].isin(union)
    enters = ~rows["origin"].isin(union) & rows["destination"].isin(["BY", "KZ"])
    engines = rows["hs"].str.startswith("8408")
    rows = rows[leaves | (enters & engines)]
    preferred = rows["destination"].isin(list(_ORDINARY))
    ordinary = rows[preferred].assign(status="assumed", source="")
    ordinary["ad_valorem"] = ordinary["destination"].map(_ORDINARY)
    ordinary["note"] = "ordinary rate where no CT-1 is shown; not in the base data"
    rows["claim"] = preferred.map({True: "CT1", False: ""})
    columns = ["hs", "origin", "destination", "ad_valorem", "claim", "status", "source", "note"]
    return pd.concat([rows, ordinary], ignore_index=True)[columns]


def fees() -> Rows:
    """Give the recycling fee in KZT by country of manufacture, and its relief by mode."""
    value = kz.policy()
    base = value["utilisation_fee_base_mci"] * value["mci_kzt_2026"]
    rows: Rows = []
    machines = kz.read("products").set_index("product")["fee_coefficient"]
    for machine, coefficient in machines[machines > 0].items():
        for made_in in ("RU_BY", "KZ"):
            rows.append(
                {
                    "country": "KZ",
                    "product": machine,
                    "made_in": made_in,
                    "amount": coefficient * base,
                    "currency": "KZT",
                    "status": "assumed",
                    "source": "S49;S50",
                    "note": f"coefficient {coefficient:g} x 50 MCI of 4,325 KZT",
                }
            )
    for mode in kz.MODES:
        rows.append(
            {
                "country": "KZ",
                "made_in": "KZ",
                "assembly_mode": mode,
                "relief": value[f"utilisation_fee_relief_share_{mode}"],
                "status": "assumed",
                "source": "S53",
                "note": "makers with an industrial-assembly agreement",
            }
        )
    return rows


def incentives() -> Rows:
    """Give what cheaper leasing of Kazakhstan-made farm machines is worth."""
    value = kz.policy()
    lines = kz.read("lines")
    known = set(zip(lines["family"], lines["assembly_mode"], strict=True))
    return [
        {
            "country": "KZ",
            "family": family,
            "assembly_mode": mode,
            "claim": "KZ_LC",
            "share_of_price": value[f"domestic_lease_preference_share_of_price_{mode}"],
            "status": "assumed",
            "source": "S24;S53",
            "note": "worth of cheaper leasing, where local content is claimed",
        }
        for family in _FARM
        for mode in ("CKD", "FULL")
        if (family, mode) in known
    ]
