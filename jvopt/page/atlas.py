"""What a map of a plan shows: outlines of the countries named, sites, flows, shaded regions."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd

from jvopt.core.plan import Plan
from jvopt.page import palette

Shape = dict[str, Any]

MOST_FLOWS = 250
"""Most flows that are drawn, the largest; more would hide each other."""
MOST_SITES = 2000
"""Most sites that are drawn, those with the most going through them."""
_PARTS = 14
"""Straight pieces of a curve."""
_MANY = 150
_WIDEST, _NARROWEST = 9.0, 0.8


@dataclass(frozen=True, slots=True)
class Choice:
    """What of a plan a map shows.

    Attributes
    ----------
    period, product, mode, carrier
        Only these; empty for all. `mode` is the assembly mode, `carrier` the transport mode.
    measure
        Width of flows: ``tonnes`` or ``quantity``.
    shade
        What regions are shaded by: ``met`` (units served) or ``landed_cost`` (average of a unit).
    """

    period: str = ""
    product: str = ""
    mode: str = ""
    carrier: str = ""
    measure: str = "tonnes"
    shade: str = "met"


@cache
def outlines() -> tuple[dict[str, Any], ...]:
    """Give every outline that comes with jvopt: its code, country, name and polygons."""
    text = (files("jvopt.page") / "assets" / "outlines.json").read_text(encoding="utf-8")
    return tuple(json.loads(text)["outlines"])


def countries(plan: Plan) -> set[str]:
    """Name the countries in which the case has sites."""
    return {str(country) for country in plan.case["sites"]["country"] if country}


def flows(plan: Plan, choice: Choice) -> pd.DataFrame:
    """Give what moves between sites, the largest first.

    Returns
    -------
    DataFrame
        ``origin``, ``destination``, ``mode``, ``tonnes`` and ``quantity``, within the choice.
    """
    moved = _within(plan["shipments"], choice)
    if moved.empty:
        return pd.DataFrame(columns=["origin", "destination", "mode", "tonnes", "quantity"])
    sums = moved.groupby(["origin", "destination", "mode"], as_index=False)[
        ["tonnes", "quantity"]
    ].sum()
    return sums[sums[choice.measure] > 0].sort_values(
        choice.measure, ascending=False, kind="stable", ignore_index=True
    )


def chosen(frame: pd.DataFrame, choice: Choice) -> dict[str, str]:
    """Give by column of a frame the value that a choice asks for."""
    wanted = {
        "period": choice.period,
        "product": choice.product,
        "assembly_mode": choice.mode,
        "mode": choice.carrier,
    }
    return {column: value for column, value in wanted.items() if value and column in frame}


def _within(frame: pd.DataFrame, choice: Choice) -> pd.DataFrame:
    keep = np.ones(len(frame), dtype=bool)
    for column, value in chosen(frame, choice).items():
        keep &= (frame[column] == value).to_numpy()
    return frame[keep]


def shades(plan: Plan, choice: Choice) -> pd.Series[float]:
    """Give by region (or country, where sites name no region) what it is shaded by."""
    service = _within(plan["service"], choice)
    at = service["site"].map(_regions(plan))
    service, at = service[(at != "").to_numpy()], at[at != ""]
    met = service["met"].groupby(at).sum()
    if choice.shade == "met":
        return met[met > 0]
    paid = (service["landed_cost"].fillna(0.0) * service["met"]).groupby(at).sum()
    return (paid / met)[met > 0]


def _regions(plan: Plan) -> pd.Series[str]:
    """Give by site the outline that it counts to; none where its region has no outline."""
    sites = plan.case["sites"].set_index("site")
    known = {str(row["code"]) for row in outlines()}
    whole = sites["country"].where(sites["region"] == "", "")
    return sites["region"].where(sites["region"].isin(known), whole)


def behind(plan: Plan, told: Mapping[str, Any], choice: Choice) -> tuple[str, dict[str, Any]]:
    """Give the rows behind what was clicked on: their table, and by column what they hold.

    Parameters
    ----------
    plan, choice
        What is shown.
    told
        The ``flow`` (origin, destination, mode), ``site`` or ``region`` that was clicked on.
    """
    if flow := told.get("flow"):
        table, own = "shipments", dict(zip(("origin", "destination", "mode"), flow, strict=True))
    elif region := told.get("region"):
        at = _regions(plan)
        table, own = "service", {"site": set(at.index[(at == region).to_numpy()])}
    else:
        tables = {"plant": "production", "market": "deliveries", "supplier": "purchases"}
        table = tables.get(roles(plan).get(told["site"], ""), "shipments")
        own = {"origin" if table == "shipments" else "site": told["site"]}
    return table, {**chosen(plan[table], choice), **own}


def classes(values: pd.Series[float]) -> tuple[list[float], dict[str, int]]:
    """Sort values into as many classes as there are shades, of equal numbers of regions.

    Returns
    -------
    list of float, dict
        The upper ends of the classes, and the class of each.
    """
    if values.empty:
        return [], {}
    count = min(len(palette.SHADES), values.nunique())
    ends = np.unique(np.quantile(values, np.linspace(0, 1, count + 1)[1:]))
    placed = np.searchsorted(ends, values.to_numpy(), side="left")
    return ends.tolist(), {str(c): int(n) for c, n in zip(values.index, placed, strict=True)}


def land(plan: Plan, choice: Choice) -> list[Shape]:
    """Give the outlines of the countries named, with the shade of those that have one.

    A country whose regions are drawn is not drawn itself, unless something falls to it as a whole.
    """
    _, placed = classes(shades(plan, choice))
    named = countries(plan)
    divided = {r["country"] for r in outlines() if r["code"] != r["country"]} & named
    shapes = []
    for row in outlines():
        code = row["code"]
        if row["country"] not in named or (code in divided and code not in placed):
            continue
        step = placed.get(code)
        count = max(placed.values(), default=0) + 1
        fill = palette.LAND if step is None else shade_of(step, count)
        shapes.append({"code": code, "polygons": row["polygons"], "fill": fill})
    return shapes


def shade_of(step: int, count: int) -> str:
    """Give the colour of a class among so many."""
    at = round((step + 1) * (len(palette.SHADES) - 1) / max(count, 1))
    return palette.SHADES[min(at, len(palette.SHADES) - 1)]


def arcs(plan: Plan, moved: pd.DataFrame, choice: Choice) -> list[Shape]:
    """Give the lines of flows: bent, so that there and back can be told apart.

    Parameters
    ----------
    plan
        Whose sites they join.
    moved
        As `flows` gives it.
    """
    sites = places(plan)
    drawn: list[Shape] = []
    most = float(moved[choice.measure].max()) if len(moved) else 0.0
    plants = {str(site) for site in plan.case["lines"]["site"]}
    rows: Iterable[Any] = moved.head(MOST_FLOWS).itertuples()
    for row in rows:
        ends = sites.get(str(row.origin)), sites.get(str(row.destination))
        if ends[0] is None or ends[1] is None or ends[0] == ends[1]:
            continue
        amount = float(getattr(row, choice.measure))
        width = _NARROWEST + (_WIDEST - _NARROWEST) * math.sqrt(amount / most)
        drawn.append(
            {
                "id": [str(row.origin), str(row.destination), str(row.mode)],
                "points": bent(ends[0], ends[1]),
                "width": round(width, 2),
                "color": palette.WAYS[_way(str(row.origin), str(row.destination), plants)],
                "tonnes": float(row.tonnes),
                "units": float(row.quantity),
            }
        )
    return drawn[::-1]  # the widest on top


def _way(origin: str, destination: str, plants: set[str]) -> str:
    if destination in plants:
        return "in"
    return "out" if origin in plants else "direct"


def bent(a: tuple[float, float], b: tuple[float, float]) -> list[list[float]]:
    """Give points of a curve from one place to another."""
    (y0, x0), (y1, x1) = a, b
    middle = ((y0 + y1) / 2 + 0.1 * (x1 - x0) * 0.55, (x0 + x1) / 2 - 0.1 * (y1 - y0))
    points = []
    for n in range(_PARTS + 1):
        t = n / _PARTS
        u = 1 - t
        points.append(
            [
                round(u * u * y0 + 2 * u * t * middle[0] + t * t * y1, 3),
                round(u * u * x0 + 2 * u * t * middle[1] + t * t * x1, 3),
            ]
        )
    return points


def places(plan: Plan) -> dict[str, tuple[float, float]]:
    """Give latitude and longitude of each site that has them."""
    sites = plan.case["sites"]
    rows = zip(sites["site"], sites["latitude"], sites["longitude"], strict=True)
    return {str(s): (float(y), float(x)) for s, y, x in rows if y == y and x == x}


def roles(plan: Plan) -> dict[str, str]:
    """Say what each site is, by its rows in the other tables: plant, supplier, market or depot."""
    case = plan.case
    found = {str(site): "depot" for site in case["sites"]["site"]}
    for table, role in (("demand", "market"), ("supply", "supplier"), ("lines", "plant")):
        for site in case[table]["site"].unique():
            found[str(site)] = role
    return found


def sites(plan: Plan, names: Mapping[str, str], choice: Choice) -> list[Shape]:
    """Give the sites: what they are, how much goes through them, and whether they are open."""
    at, does = places(plan), roles(plan)
    moved = flows(plan, choice)
    amount = moved.groupby("origin")[choice.measure].sum()
    amount = amount.add(moved.groupby("destination")[choice.measure].sum(), fill_value=0.0)
    lines = plan["lines"]
    if choice.period:
        lines = lines[(lines["period"] == choice.period).to_numpy()]
    running = set(lines["site"][(lines["open"] > 0.5).to_numpy()])
    most = float(amount.max()) if len(amount) else 1.0
    drawn: list[Shape] = []
    least = 4.0 if len(at) < _MANY else 2.5
    shown = sorted(at, key=lambda site: float(amount.get(site, 0.0)), reverse=True)[:MOST_SITES]
    for site in shown:
        y, x = at[site]
        share = float(amount.get(site, 0.0)) / most if most else 0.0
        role = does.get(site, "depot")
        open_ = site in running if role == "plant" else share > 0
        size = least + 9.0 * math.sqrt(share)
        drawn.append(
            {
                "id": site,
                "name": names.get(site, site),
                "at": [y, x],
                "role": role,
                "open": open_,
                "size": round(max(size, 7.0) if role == "plant" and open_ else size, 1),
                "color": palette.SITES[role],
                "amount": float(amount.get(site, 0.0)),
            }
        )
    order = {"market": 0, "depot": 1, "supplier": 2, "plant": 3}
    return sorted(drawn, key=lambda s: (s["open"], order[s["role"]]))


def window(places: Sequence[Sequence[float]]) -> list[list[float]]:
    """Give the corners between which all of some places are; those of the world where none is."""
    if not places:
        return [[-60.0, -170.0], [75.0, 170.0]]
    return [np.min(places, axis=0).tolist(), np.max(places, axis=0).tolist()]


def choices(plan: Plan, column: str) -> Sequence[str]:
    """Give what shipments have in a column, in order of appearance."""
    return [str(v) for v in dict.fromkeys(plan["shipments"][column]) if v]
