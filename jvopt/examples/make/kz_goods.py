"""The goods of the base case: machines, kits, engines and tyres bought apart, local parts."""

from __future__ import annotations

import pandas as pd

from jvopt.examples.make import kz

_APART = {"ENGINE": "engine", "TYRE": "tyre"}
_HS = {
    ("ENGINE", "HARVESTER"): "840890",
    ("ENGINE", ""): "840820",
    ("TYRE", "HAUL_S"): "401180",
    ("TYRE", "HAUL_L"): "401180",
    ("TYRE", ""): "401170",
    ("CAB", "HARVESTER"): "843390",
    ("CAB", ""): "870829",
    ("BODY", ""): "870899",
    ("CAST", ""): "870899",
    ("MISC", ""): "870891",
    ("HYD", ""): "841221",
    ("HEADER", ""): "843390",
}
"""HS code of a part, by component and family of the machine; blank: of the other families."""
_COLUMNS = [
    "product",
    *kz.NAMES,
    "family",
    "tags",
    "hs",
    "mass",
    "cargo_class",
    "customs_value",
    "status",
    "source",
    "note",
]
_LARGE_ENGINES = ("CN-CCEC", "DE-MTU", "US-CUM")
"""Makers of engines for large trucks that sanctions have closed."""


def products() -> pd.DataFrame:
    """Give all goods, as rows of ``products``."""
    machines = kz.machines()[[*_COLUMNS, "chargeable_mass"]]
    return pd.concat([machines, _kits(), _parts()], ignore_index=True)


def supply() -> pd.DataFrame:
    """Give what is bought where, as rows of ``supply``."""
    return pd.concat(
        [_ready_built(), _kit_supply(), _apart_supply(), _local_supply()], ignore_index=True
    )


def recipe_inputs() -> pd.DataFrame:
    """Give the bill of materials of every recipe, as rows of ``recipe_inputs``."""
    kits = kz.recipes()[["recipe", "kit"]].rename(columns={"kit": "product"}).assign(quantity=1.0)
    parts = inputs()[["recipe", "part", "quantity", "status", "source"]]
    both = pd.concat([kits, parts.rename(columns={"part": "product"})], ignore_index=True)
    order = list(kz.recipes()["recipe"])
    return both.sort_values(
        "recipe", key=lambda names: names.map(order.index), kind="stable", ignore_index=True
    )


def inputs() -> pd.DataFrame:
    """Give the parts that a plant gets apart from the kit: the columns of `kz.parts`, ``part``.

    ``part`` is the id of the part as a product, ``value`` its value in USD for each.
    """
    parts = kz.parts()
    apart = parts["ships_apart_from_kit"] == "yes"
    parts = parts[(apart | parts["local"]) & (parts["component"] != "ASM")].copy()
    parts["part"] = parts["component"] + " " + parts["product"]
    parts["value"] = (parts["cost_share"] * parts["price_usd"] / parts["quantity"]).round(6)
    parts["mass"] = (parts["mass_t"] / parts["quantity"]).round(6)
    return parts.reset_index(drop=True)


def local_cost_factor(family: pd.Series[str]) -> pd.Series[float]:
    """Give what a local part costs, as a multiple of the part that it replaces."""
    value = kz.policy()
    own = family.map({"IMPLEMENT": value["local_parts_cost_factor_implement"]})
    return own.fillna(value["local_parts_cost_factor"])


def _kits() -> pd.DataFrame:
    kits = kz.kits(_in_kit())
    kits["customs_value"] = kits["recipe"].map(_kit_values())
    kits["note"] = (
        kits["note"] + "; customs value = those parts' share of the price; HS code of the machine"
    )
    return kits[_COLUMNS]


def _in_kit() -> pd.Series[bool]:
    """Say which rows of `kz.parts` travel in the kit."""
    parts = kz.parts()
    return ~parts["local"] & (parts["ships_apart_from_kit"] == "no")


def _kit_values() -> pd.Series[float]:
    """Give the value of the parts in each recipe's kit, by recipe."""
    parts = kz.parts()[_in_kit()]
    value = parts["cost_share"] * parts["price_usd"]
    return value.groupby(parts["recipe"]).sum().round(6)


def _parts() -> pd.DataFrame:
    parts = inputs().drop_duplicates("part").drop(columns=["price_usd"])
    names = kz.read("components").set_index("component")
    machines = kz.read("products").set_index("product")
    parts["family"] = parts["product"].map(machines["family"])
    for name in kz.NAMES:
        parts[name] = parts["component"].map(names[name]) + ": "
        parts[name] += parts["product"].map(machines[name])
    parts["tags"] = parts["component"].map(_APART).fillna("local part")
    # Weldments are parts of harvesters and implements: .90 of the machine's own heading.
    own = parts["product"].map(machines["hs"]).str[:4] + "90"
    parts["hs"] = [
        _HS.get((component, family), _HS.get((component, ""), part_of))
        for component, family, part_of in zip(parts["component"], parts["family"], own, strict=True)
    ]
    parts["cargo_class"] = parts["component"].map(dict.fromkeys(_APART, "kit")).fillna("")
    parts["product"] = parts["part"]
    parts["customs_value"] = parts["value"]
    parts["note"] = "value = share of the machine's price by the bill of materials"
    return parts.assign(family=parts["component"])[_COLUMNS]


def _ready_built() -> pd.DataFrame:
    machines = kz.read("products")
    crew = machines["field_assembly_usd"]
    machines["unit_cost"] = machines["price_usd"] + crew
    machines["note"] = "ready-built, ex works"
    with_crew = "ready-built: price ex works + direct field assembly of " + crew.map("{:g}".format)
    machines.loc[crew > 0, "note"] = with_crew[crew > 0]
    return _supply_rows(machines.rename(columns={"supplier": "site"}))


def _kit_supply() -> pd.DataFrame:
    """Price a kit: its parts, and the assembly share of the price, which stays with the maker."""
    kits = kz.recipes()
    bom = kz.read("bom")
    assembly = bom[bom["component"] == "ASM"].set_index("product")["cost_share"]
    kept = kits["product"].map(assembly) * kits["price_usd"]
    kits["unit_cost"] = (kits["recipe"].map(_kit_values()) + kept).round(6)
    kits["note"] = "kit: its parts and the assembly share of the price; see notes"
    kits["product"] = kits["kit"]
    return _supply_rows(kits.rename(columns={"supplier": "site"}))


def _apart_supply() -> pd.DataFrame:
    parts = inputs()
    parts = parts[parts["component"].isin(_APART)].merge(
        kz.read("products")[["product", "family"]], on="product"
    )
    first = parts.drop_duplicates("part")
    apart = first[first["ships_apart_from_kit"] == "yes"]
    base = apart.assign(site=apart["source_site"], unit_cost=apart["value"])
    base["note"] = "share of the machine's price by the bill of materials"

    tyres = parts[(parts["component"] == "TYRE") & (parts["local_from"] != "never")]
    tyres = tyres.drop_duplicates("part")
    saran = tyres.assign(site="KZ-SAR-TYR", note="local tyre; farm tyres there are an assumption")
    saran["unit_cost"] = (saran["value"] * local_cost_factor(saran["family"])).round(6)

    large = first[(first["component"] == "ENGINE") & (first["source_site"] == "CN-WEI")]
    other = [
        large.assign(site=site, unit_cost=large["value"], note="closed: at the price of Weichai's")
        for site in _LARGE_ENGINES
    ]
    both = pd.concat([base, saran, *other], ignore_index=True)
    return _supply_rows(both.assign(product=both["part"]))


def _local_supply() -> pd.DataFrame:
    """Give local parts at the plants that can use them."""
    parts = inputs()
    parts = parts[parts["local"] & ~parts["component"].isin(_APART)]
    lines = kz.machines_on_lines()[["recipe", "site", "family"]]
    local = parts.merge(lines, on="recipe").drop_duplicates(["site", "part"])
    local["unit_cost"] = (local["value"] * local_cost_factor(local["family"])).round(6)
    local["note"] = "made at or near the plant, bought there"
    return _supply_rows(local.assign(product=local["part"]))


def _supply_rows(frame: pd.DataFrame) -> pd.DataFrame:
    columns = ["site", "product", "unit_cost", "status", "source", "note"]
    return frame.assign(status="assumed")[columns]
