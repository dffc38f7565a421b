"""What both Kazakh cases draw from the tables in ``jvopt/examples/kz``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from jvopt.core.case import Case
from jvopt.core.tables import TABLES

FOLDER = Path(__file__).parents[1] / "kz"
MODES = ("SKD", "CKD", "FULL")
"""Assembly modes, each with all that the ones before it localise."""

FAMILIES = {
    "HAUL_S": (
        "dump trucks to 90 t",
        "самосвалы до 90 т",
        "90 тоннаға дейінгі өздігінен түсіргіштер",
    ),
    "HAUL_L": (
        "dump trucks over 90 t",
        "самосвалы свыше 90 т",
        "90 тоннадан асатын өздігінен түсіргіштер",
    ),
    "TRACTOR_L": ("light tractors", "лёгкие тракторы", "жеңіл тракторлар"),
    "TRACTOR_H": ("heavy tractors", "тяжёлые тракторы", "ауыр тракторлар"),
    "HARVESTER": ("harvesters", "комбайны", "комбайндар"),
    "IMPLEMENT": ("implements", "прицепная техника", "тіркемелі техника"),
}
"""What machine families are called in English, Russian and Kazakh."""
NAMES = ("name", "name_ru", "name_kk")
"""The columns of names, in the order of the languages in `FAMILIES`."""

_NUMBERS = {
    "sites": ("latitude", "longitude", "overhead_usd"),
    "markets": ("latitude", "longitude"),
    "products": (
        "mass_t",
        "price_usd",
        "finished_freight_factor",
        "fee_coefficient",
        "field_assembly_usd",
    ),
    "lines": (
        "opening_cost_usd",
        "fixed_cost_usd",
        "capacity",
        "unit_cost_usd",
        "local_content_share",
    ),
    "lanes": ("distance", "cost_per_tonne", "cost_per_tonne_km", "transit_days"),
    "demand": ("quantity",),
    "tariffs": ("ad_valorem",),
    "bom": ("quantity", "cost_share", "mass_t"),
}


def read(name: str) -> pd.DataFrame:
    """Read one of the tables: text as it stands, the columns of quantities as numbers."""
    frame = pd.read_csv(FOLDER / f"{name}.csv", dtype=str, keep_default_na=False)
    for column in _NUMBERS.get(name, ()):
        frame[column] = pd.to_numeric(frame[column].replace("", None))
    return frame


def policy() -> pd.Series[float]:
    """Give the policy parameters that are numbers, by name."""
    frame = read("policy")
    return pd.to_numeric(frame.set_index("parameter")["value"], errors="coerce").dropna()


def noted(frame: pd.DataFrame, *more: str) -> pd.Series[str]:
    """Join the note, the confidence and further columns of each row as one note.

    Parameters
    ----------
    frame
        Has ``note``, and perhaps ``confidence``.
    *more
        Further columns to put before the note.
    """
    parts = frame[[*more, "note"]].copy()
    if "confidence" in frame:
        parts["confidence"] = "confidence: " + frame["confidence"]
    return parts.apply(lambda row: "; ".join(part for part in row if part), axis=1)


def lines() -> pd.DataFrame:
    """Give the lines with the columns of ``lines.csv`` and their id and names."""
    frame = read("lines")
    frame["line"] = frame["site"] + " " + frame["family"] + " " + frame["assembly_mode"]
    places = read("sites").set_index("site")
    for language, name in enumerate(NAMES):
        family = frame["family"].map({key: words[language] for key, words in FAMILIES.items()})
        place = frame["site"].map(places[name])
        frame[name] = place + ": " + family + ", " + frame["assembly_mode"]
    frame["note"] = noted(frame)
    return frame


def machines_on_lines() -> pd.DataFrame:
    """Give every machine that a line can make: the columns of ``lines`` and of ``products``.

    ``line`` and ``recipe`` are their ids; what both tables call the same ends in ``_machine``
    where it is the machine's.
    """
    pairs = (
        lines()
        .drop(columns=[*NAMES])
        .merge(read("products"), on="family", suffixes=("", "_machine"))
    )
    pairs["recipe"] = pairs["product"] + " " + pairs["assembly_mode"]
    return pairs


def recipes() -> pd.DataFrame:
    """Give every machine and mode that some line can make: the columns of ``products`` too.

    ``recipe`` and ``kit`` are the ids of the recipe and of the kit it takes.
    """
    pairs = machines_on_lines()[["recipe", "product", "assembly_mode"]].drop_duplicates()
    order = pairs["assembly_mode"].map(MODES.index)
    products = read("products")
    pairs = pairs.assign(rank=pairs["product"].map(list(products["product"]).index), order=order)
    pairs = pairs.sort_values(["rank", "order"]).drop(columns=["rank", "order"])
    pairs["kit"] = "KIT " + pairs["recipe"]
    return pairs.merge(products, on="product").reset_index(drop=True)


def parts() -> pd.DataFrame:
    """Give the parts of every recipe: the columns of ``bom``, ``recipe``, and ``local``.

    ``local`` says whether the recipe's mode has the part made in Kazakhstan.
    """
    frame = recipes()[["recipe", "product", "assembly_mode", "kit", "price_usd"]]
    frame = frame.merge(read("bom"), on="product")
    since = frame["local_from"].map({mode: n for n, mode in enumerate(MODES)})
    frame["local"] = since <= frame["assembly_mode"].map(MODES.index)
    return frame


def machines() -> pd.DataFrame:
    """Give the machines with the columns of ``products``, and some of ``products.csv`` beside."""
    frame = read("products")
    frame["note"] = noted(frame)
    frame = frame.rename(columns={"mass_t": "mass", "price_usd": "customs_value"})
    frame["chargeable_mass"] = (frame["mass"] * frame["finished_freight_factor"]).round(6)
    return frame.assign(cargo_class="finished", tags="machine")


def kits(inside: pd.Series[bool]) -> pd.DataFrame:
    """Give the kits with the columns of ``products`` but the customs value, and ``recipe``.

    Parameters
    ----------
    inside
        Which rows of `parts` travel in the kit.
    """
    frame = recipes()
    contained = parts()[inside]
    mass = policy()["kit_mass_share"] * contained.groupby("recipe")["mass_t"].sum()
    frame["mass"] = frame["recipe"].map(mass).round(6)
    frame["product"] = frame["kit"]
    for name, kit in zip(NAMES, ("Kit", "Машинокомплект", "Машина жиынтығы"), strict=True):
        frame[name] = kit + " " + frame["assembly_mode"] + ": " + frame[name]
    return frame.assign(
        family="KIT",
        tags="kit",
        cargo_class="kit",
        status="assumed",
        note="mass = 0.95 x mass of the parts in it",
    )


def sites(columns: list[str]) -> pd.DataFrame:
    """Give suppliers and plants, and markets, with the columns that `sites` has too.

    Parameters
    ----------
    columns
        Further columns of ``sites.csv`` to keep.
    """
    places = read("sites")
    places["note"] = noted(places, "activity")
    markets = read("markets")
    markets["note"] = noted(markets)
    shared = ["site", *NAMES, "country", "region", "latitude", "longitude"]
    shared += ["status", "source", "note"]
    tags = places["role"].where(places["role"] != "component_supplier", "component supplier")
    places["tags"] = tags.str.replace("_plant", " plant")
    markets["tags"] = "market, " + markets["kind"]
    return pd.concat(
        [places[[*shared, "tags", *columns]], markets[[*shared, "tags"]]], ignore_index=True
    )


def demand() -> pd.DataFrame:
    """Give the demand, with what it was derived from in the note."""
    frame = read("demand")
    driver = frame["driver"] + " " + frame["driver_value"] + " " + frame["driver_unit"]
    frame["driver"] = "driver: " + driver.str.strip()
    frame["note"] = noted(frame, "driver", "driver_note")
    return frame[["site", "product", "quantity", "status", "source", "note"]]


def lanes() -> pd.DataFrame:
    """Give the lanes, with the borders that they cross in the note."""
    frame = read("lanes")
    crossed = frame["borders"] != ""
    frame.loc[crossed, "borders"] = "borders: " + frame.loc[crossed, "borders"]
    frame["note"] = noted(frame, "borders")
    return frame.drop(columns="borders")


def one_mode() -> list[dict[str, object]]:
    """Give the limit that SKD, CKD and FULL of one plant and family exclude each other."""
    return [
        {
            "limit": "one_mode",
            "quantity": "lines_open",
            "sense": "at_most",
            "value": 1,
            "for_each": "site, family",
            "note": "modes of one plant and family exclude each other",
        }
    ]


def group_rows() -> list[dict[str, str]]:
    """Give the customs union: the Eurasian Economic Union (Treaty of 29 May 2014)."""
    return [
        {"group": "EAEU", "country": country, "kind": "customs_union", "status": "sourced",
         "source": "Treaty on the Eurasian Economic Union, 29 May 2014"}
        for country in ("AM", "BY", "KG", "KZ", "RU")
    ]  # fmt: skip


def with_notes(case: Case, notes: Iterable[tuple[str, str]]) -> Case:
    """Add notes to a case, and one for each source that its rows name: title, address, date.

    Parameters
    ----------
    case
        A case without notes.
    notes
        Topic and text of each note.
    """
    cells = pd.concat([case[table]["source"] for table in TABLES])
    named = set(cells.str.split(";").explode().str.strip())
    sources = read("sources")
    used = sources[sources["source"].isin(named)]
    text = used[["title", "address", "published"]].apply(
        lambda row: ", ".join(part for part in row if part), axis=1
    )
    cited = zip("source " + used["source"], text, strict=True)
    return case.replace(
        notes=[{"topic": topic, "text": words} for topic, words in (*notes, *cited)]
    )
