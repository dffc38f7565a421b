"""The levers of what-if, drawn from the case's own tables, and what each of them changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from jvopt.core.case import Case
from jvopt.core.conditions import quoted
from jvopt.core.plan import Plan

Row = dict[str, str]
"""A row of the table ``changes``, without scenario and order."""

_MOST_GROUPS = 8
_MOST_DUTIES = 3
_DECISIONS = ("free", "open", "closed", "stay")


@dataclass(frozen=True, slots=True)
class Lever:
    """Something to turn.

    Attributes
    ----------
    key
        Stands for it in a scenario.
    topic
        What it is about: ``fee``, ``duty``, ``freight``, ``demand``, ``exchange``, ``support``,
        ``purchase`` or ``assembly``.
    name
        Of the part that it moves; empty for all.
    cells
        Table and column of each figure that it multiplies.
    where
        Which rows, as of `jvopt.Case.change`.
    """

    key: str
    topic: str
    name: str
    cells: tuple[tuple[str, str], ...]
    where: str = ""

    def changes(self, factor: float) -> list[Row]:
        """Give what turning it does."""
        return [
            {
                "table": table, "column": column, "where": self.where, "action": "multiply",
                "value": f"{factor:.6g}",
            }
            for table, column in self.cells
        ]  # fmt: skip


TOPICS: dict[str, tuple[tuple[tuple[str, str], ...], tuple[str, ...]]] = {
    "fee": ((("fees", "amount"),), ("made_in", "country", "family")),
    "duty": (
        (("tariffs", "ad_valorem"), ("tariffs", "specific")),
        ("origin", "destination", "family", "hs"),
    ),
    "freight": (
        (("lanes", "cost_per_unit"), ("lanes", "cost_per_tonne"), ("lanes", "cost_per_tonne_km")),
        ("mode", "cargo_class"),
    ),
    "demand": ((("demand", "quantity"),), ("product",)),
    "exchange": ((("currencies", "rate"),), ("currency",)),
    "support": ((("incentives", "amount"), ("incentives", "share_of_price")), ("family", "claim")),
    "purchase": ((("supply", "unit_cost"),), ("country",)),
    "assembly": ((("assembly", "unit_cost"),), ()),
}
"""By topic the figures that a lever multiplies, and the columns by which it may be narrowed."""


def levers(case: Case) -> list[Lever]:
    """Give the levers of a case: for each topic one for all, then those of its parts."""
    found = []
    for topic, (cells, columns) in TOPICS.items():
        used = tuple(cell for cell in cells if _filled(case, *cell))
        if not used:
            continue
        whole = Lever(topic, topic, "", used)
        parts = list(_parts(case, topic, used, columns))
        # Of a rate of one currency there is no whole beside the part.
        found += parts if topic == "exchange" else [whole, *(parts if len(parts) > 1 else [])]
    return found


def _filled(case: Case, table: str, column: str) -> bool:
    frame = case[table]
    if column not in frame:
        return False
    values = frame[column].dropna()
    return bool((values != 0).any())


def _parts(
    case: Case, topic: str, cells: tuple[tuple[str, str], ...], columns: Iterable[str]
) -> Iterator[Lever]:
    frame = case[cells[0][0]]
    for column in columns:
        if column not in frame:
            continue
        values = [str(v) for v in dict.fromkeys(frame[column]) if str(v)]
        if len(values) < 1 or (len(values) < 2 and topic != "exchange"):
            continue
        for value in values[:_MOST_GROUPS]:
            moved = tuple(cell for cell in cells if _moves(case[cell[0]], cell[1], column, value))
            if moved:
                where = f"{column} = {quoted(value)}"
                yield Lever(f"{topic}:{column}:{value}", topic, value, moved, where)
        return


def _moves(frame: pd.DataFrame, column: str, by: str, value: str) -> bool:
    values = frame[column][(frame[by] == value).to_numpy()].dropna()
    return bool((values != 0).any())


@dataclass(frozen=True, slots=True)
class Switch:
    """A plant that may be free, open or closed.

    Attributes
    ----------
    site
        Which.
    now
        What the case says: free, open, closed or stay.
    """

    site: str
    now: str

    def changes(self, decision: str, lines: Iterable[str]) -> list[Row]:
        """Give what setting it does: to its site, and where it is to be open to its lines.

        Notes
        -----
        An open site need not run any line; which of them run is left to the optimiser.
        """
        row = {"action": "set", "value": decision, "column": "decision"}
        made = [{**row, "table": "sites", "where": f"site = {quoted(self.site)}"}]
        if decision in ("free", "open"):
            held = ", ".join(quoted(line) for line in lines)
            if held:
                where = f"line in ({held})"
                made.append({**row, "value": "free", "table": "lines", "where": where})
        return made


def switches(case: Case) -> list[Switch]:
    """Give the plants of a case: the sites with lines."""
    plants = list(dict.fromkeys(case["lines"]["site"]))
    sites = case.filled("sites").set_index("site")
    return [
        Switch(str(site), str(sites.loc[site, "decision"]))
        for site in plants
        if site in sites.index
    ]


def held_lines(case: Case, site: str) -> list[str]:
    """Give the lines of a plant that may not be decided about."""
    lines = case.filled("lines")
    mine = (lines["site"] == site) & lines["decision"].isin(["stay", "closed"])
    return [str(line) for line in lines["line"][mine.to_numpy()]]


@dataclass(frozen=True, slots=True)
class Setting:
    """How levers and switches stand."""

    factors: Mapping[str, float]
    decisions: Mapping[str, str]


def changes(case: Case, setting: Setting) -> list[Row]:
    """Give all that a setting changes of a case, the wide levers first."""
    rows: list[Row] = []
    for lever in levers(case):
        factor = setting.factors.get(lever.key, 1.0)
        if factor != 1:
            rows += lever.changes(factor)
    for switch in switches(case):
        decision = setting.decisions.get(switch.site)
        if decision in _DECISIONS and decision != switch.now:
            rows += switch.changes(decision, held_lines(case, switch.site))
    return rows


def as_text(row: Mapping[str, object]) -> str:
    """Give a change as analyses take it: ``fees[made_in = RU].amount * 2``."""
    where = f"[{row['where']}]" if row.get("where") else ""
    sign = {"multiply": "*", "add": "+"}.get(str(row.get("action")), "=")
    return f"{row['table']}{where}.{row['column']} {sign} {row.get('value', '')}"


@dataclass(frozen=True, slots=True)
class Range:
    """A figure whose break-even is worth knowing.

    Attributes
    ----------
    topic, name
        What it is about, and of which part.
    change
        The figure, as the analysis takes it.
    low, high
        Factors between which it is looked for.
    """

    topic: str
    name: str
    change: str
    low: float
    high: float


def ranges(plan: Plan) -> list[Range]:
    """Give the figures whose break-even is worth knowing: those that the plan pays most for."""
    case, found = plan.case, []
    fees = case["fees"]
    for made_in in [str(v) for v in dict.fromkeys(fees["made_in"]) if v][:2]:
        if _moves(fees, "amount", "made_in", made_in):
            text = f"fees[made_in = {quoted(made_in)}].amount"
            found.append(Range("fee", made_in, text, 0.0, 3.0))
    found += _tariffs(plan)
    if _filled(case, "lanes", "cost_per_tonne_km"):
        found.append(Range("freight", "", "lanes.cost_per_tonne_km", 0.5, 2.0))
    elif _filled(case, "lanes", "cost_per_tonne"):
        found.append(Range("freight", "", "lanes.cost_per_tonne", 0.5, 2.0))
    return found


def _tariffs(plan: Plan) -> list[Range]:
    moved = plan["shipments"]
    moved = moved[(moved["duty"] > 0).to_numpy()]
    if moved.empty:
        return []
    products = plan.case["products"].set_index("product")["hs"]
    country = plan.case["sites"].set_index("site")["country"]
    keys = [moved["product"].map(products), moved["destination"].map(country)]
    paid = moved["duty"].groupby(keys).sum().sort_values(ascending=False)
    tariffs, found = plan.case["tariffs"], []
    for hs, destination in paid.index:
        mine = (tariffs["hs"] == hs) & (tariffs["destination"] == destination)
        rates = tariffs["ad_valorem"][mine.to_numpy()].dropna()
        if hs and (rates != 0).any():
            where = f"hs = {quoted(str(hs))} and destination = {quoted(str(destination))}"
            name = f"{hs} \u2192 {destination}"
            found.append(Range("duty", name, f"tariffs[{where}].ad_valorem", 0.0, 3.0))
    return found[:_MOST_DUTIES]
