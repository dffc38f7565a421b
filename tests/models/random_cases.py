"""Small random cases, each from a seed: every table has its turn, figures are round."""

from __future__ import annotations

from jvopt.core.case import Case
from tests.models.drawing import Draw


def random_case(seed: int, *, simple: bool = False) -> Case:
    """Give the case of a seed: suppliers, two plants, perhaps a depot, two markets."""
    d = Draw(seed, simple)
    _frame(d)
    _sites(d)
    _recipes_and_lines(d)
    _supply(d)
    _lanes(d)
    _demand(d)
    _stock(d)
    _policy(d)
    if d.maybe(0.6):
        _limit(d)
    _states(d)
    _odd_lines(d)
    _odd_supply(d)
    _more_stock(d)
    if d.maybe(0.3):
        _limit_at_least(d)
    return d.case()


def _frame(d):
    d.years = [1] if d.maybe(0.5) else [1, d.whole(1, 2)]
    start = 2026
    for n, length in enumerate(d.years):
        d.add("periods", period=f"T{n}", start=f"{start}-01-01", years=length)
        start += length
    if d.maybe(0.4):
        d.settings["discount_rate"] = 0.1
    if d.maybe(0.3):
        d.settings["objective"] = "profit"
    if d.maybe(0.3):
        d.settings["co2_price"] = 20
    if d.maybe(0.4):
        d.settings["freight_in_dutiable_value"] = 0.5
    if d.maybe(0.5):
        d.add("currencies", currency="EUR", rate=2)
        if len(d.years) > 1 and d.maybe():
            d.add("currencies", currency="EUR", period="T1", rate=3)
    d.money = ["", "EUR"] if "currencies" in d.tables else [""]


def _sites(d):
    d.add("sites", site="S1", country="CN")
    d.add("sites", site="S2", country=d.pick("KZ", "RU", "CN"), decision=d.pick("stay", "free"))
    d.plants = ["F1", "F2"] if d.maybe(0.7) else ["F1"]
    d.can_open = {}
    for n, plant in enumerate(d.plants):
        now = d.pick("open", "closed")
        decision = "free" if n == 0 else d.pick("free", "open", "stay")
        d.can_open[plant] = now == "open" or decision != "stay"
        d.add(
            "sites",
            site=plant,
            country="KZ" if n == 0 else d.pick("KZ", "RU", "UZ"),
            tags="plant",
            now=now,
            decision=decision,
            opening_cost=d.whole(0, 30),
            closing_cost=d.whole(0, 10),
            fixed_cost=d.whole(0, 30),
            life=None if d.maybe() else d.whole(1, 3),
            currency=d.pick(*d.money),
        )
    d.depot = d.maybe(0.4)
    if d.depot:
        d.add("sites", site="D", country=d.pick("KZ", "RU", "UZ"), tags="depot")
    d.markets = {"M1": "KZ", "M2": d.pick("KZ", "RU", "UZ")}
    for site, country in d.markets.items():
        d.add("sites", site=site, country=country)


def _recipes_and_lines(d):
    d.add("recipes", recipe="SKD", product="P", assembly_mode="SKD")
    d.add("recipe_inputs", recipe="SKD", product="K")
    d.add("recipes", recipe="CKD", product="P", assembly_mode="CKD")
    d.add("recipe_inputs", recipe="CKD", product="X", quantity=d.whole(1, 2))
    d.add("recipe_inputs", recipe="CKD", product="E")
    d.recipes = ["SKD", "CKD"]
    if d.maybe(0.4):
        d.add("recipes", recipe="QX", product="Q")
        d.add("recipe_inputs", recipe="QX", product="X", quantity=2)
        d.recipes.append("QX")
    if d.maybe(0.4):
        d.add("recipes", recipe="EX", product="E", assembly_mode="SKD")
        d.add("recipe_inputs", recipe="EX", product="X")
        d.recipes.append("EX")
    for n, plant in enumerate(d.plants):
        line = f"L{n}"
        limited = d.maybe(0.7)
        row = {
            "line": line,
            "site": plant,
            "now": d.pick("open", "closed", "closed"),
            "decision": d.pick("free", "free", "open") if d.can_open[plant] else "free",
            "investment": d.whole(0, 60),
            "life": None if d.maybe() else d.whole(1, 3),
            "fixed_cost": d.whole(0, 20),
            "capacity": d.whole(5, 25) if limited else None,
            "least_load": d.whole(1, 4) if d.maybe(0.3) else None,
            "currency": d.pick(*d.money),
        }
        if limited and d.maybe():
            row["step_cost"] = d.whole(1, 4)
            row["most_steps"] = d.whole(1, 8)
            if not d.simple and d.maybe():
                row |= {"step_size": 5, "step_cost": d.whole(4, 20), "most_steps": d.whole(1, 2)}
        if len(d.years) > 1 and d.maybe(0.3):
            row[d.pick("build_time", "build_time")] = 1
        if len(d.years) > 1 and d.maybe(0.2):
            row["first_period"] = "T1"
        d.add("lines", **row)
        if len(d.years) > 1 and d.maybe(0.3):
            change = d.pick("investment", "fixed_cost", "capacity")
            if change != "capacity" or limited:
                d.add("line_periods", line=line, period="T1", **{change: d.whole(3, 30)})
        for recipe in d.recipes:
            if d.maybe(0.8):
                d.add(
                    "assembly",
                    line=line,
                    recipe=recipe,
                    unit_cost=d.whole(1, 8),
                    capacity_used=d.pick(1, 1, 2),
                    most=d.whole(3, 15) if d.maybe(0.2) else None,
                    least=d.whole(1, 2) if d.maybe(0.1) else None,
                    currency=d.pick(*d.money),
                )
    if "assembly" not in d.tables:
        d.add("assembly", line="L0", recipe="SKD", unit_cost=3)


def _supply(d):
    prices = {"K": (30, 50), "X": (5, 15), "E": (15, 30), "P": (60, 110), "Q": (50, 90)}
    for site in ("S1", "S2"):
        for product, (low, high) in prices.items():
            if site == "S2" and d.maybe():
                continue
            row = {
                "site": site,
                "product": product,
                "unit_cost": d.whole(low, high) + (3 if site == "S2" else 0),
                "currency": d.pick(*d.money),
            }
            if d.maybe(0.3):
                row["capacity"] = d.whole(5, 30)
            if site == "S2" and d.maybe(0.2):
                row["country"] = d.pick("CN", "KZ")
            if not d.simple and d.maybe(0.2):
                row |= {"least_take": d.whole(2, 5), "least_take_rule": "if_used"}
            d.add("supply", **row)
            if len(d.years) > 1 and d.maybe(0.3):
                d.add("supply", **{**row, "period": "T1", "unit_cost": d.whole(low, high)})


def _lanes(d):
    ways = [("S1", p) for p in d.plants] + [("S2", p) for p in d.plants]
    ways += [(p, m) for p in d.plants for m in d.markets] + [("S1", "M1"), ("S1", "M2")]
    if len(d.plants) > 1:
        ways.append(("F2", "F1"))
    if d.depot:
        ways += [("S1", "D"), ("F1", "D"), ("D", "M1"), ("D", "M2")]
    for origin, destination in ways:
        row = {
            "origin": origin,
            "destination": destination,
            "mode": d.pick("rail", "road"),
            "distance": d.whole(1, 20) * 100,
            "transit_days": d.whole(1, 9),
            "currency": d.pick(*d.money),
            "co2": d.pick(0, 0.02, 0.1),
        }
        cost = d.pick("cost_per_unit", "cost_per_tonne", "cost_per_tonne_km")
        row[cost] = d.whole(1, 6) / (500 if cost == "cost_per_tonne_km" else 1)
        if d.maybe(0.25):
            row["capacity"] = d.whole(8, 30)
        if not d.simple and d.maybe(0.15):
            row["fixed_cost"] = d.whole(5, 30)
        d.add("lanes", **row)
        if d.maybe(0.25):
            d.add("lanes", **{**row, "product": d.pick("P", "X"), "cost_per_unit": d.whole(1, 9)})
        if d.maybe(0.1):
            d.add("lanes", **{**row, "cargo_class": "heavy", "cost_per_unit": d.whole(1, 9)})
    for site in [*d.plants, *(["D"] if d.depot else [])]:
        if d.maybe(0.3):
            row = {"site": site, "capacity": d.whole(10, 30), "handling_cost": d.whole(0, 3)}
            if d.maybe():
                row |= {"step_cost": d.whole(1, 3), "most_steps": d.whole(2, 9)}
                if not d.simple and d.maybe():
                    row |= {"step_size": 6, "step_cost": d.whole(4, 12), "most_steps": 2}
            d.add("throughput", **row)
            if d.maybe(0.3):
                d.add("throughput", site=site, product="P", handling_cost=2)


def _demand(d):
    for site in d.markets:
        for product in ("P", "Q"):
            if product == "Q" and d.maybe():
                continue
            row = {"site": site, "product": product, "quantity": d.whole(4, 20)}
            if d.maybe(0.85):
                row |= {"penalty": d.whole(20, 250), "least_share": d.pick(0, 0, 0.2)}
            if d.maybe(0.6):
                row["price"] = d.whole(80, 200)
            row["currency"] = d.pick(*d.money)
            d.add("demand", **row)
            if len(d.years) > 1 and d.maybe(0.3):
                d.add("demand", **{**row, "period": "T1", "quantity": d.whole(4, 20)})


def _stock(d):
    if not d.maybe(0.35):
        return
    site, product = d.pick(("M1", "P"), ("M2", "P"), ("S1", "X"))
    row = {"site": site, "product": product, "holding_cost": d.whole(0, 4)}
    if d.maybe():
        row["opening"] = d.whole(1, 4)
        if d.maybe(0.3):
            row["country"] = "CN"
    if d.maybe(0.3):
        row["end_least"] = d.whole(1, 3)
    if d.maybe(0.3):
        row["most"] = d.whole(4, 8)
    d.add("stock", **row)


def _policy(d):
    claim = d.maybe(0.7)
    if claim:
        d.add("claims", claim="CT1", area=d.pick("KZ", "EAEU"), rule="value", least_share=0.5)
        if d.maybe(0.5):
            rule = d.pick("value", "heading", "either")
            d.add("claims", claim="CT1", product="P", rule=rule, least_share=0.3)
            d.tables["claims"][1]["area"] = d.tables["claims"][0]["area"]
        if d.maybe(0.3):
            d.add("claims", claim="FTA", area="CN", rule="heading")
    d.claims = sorted({c["claim"] for c in d.tables.get("claims", [])})
    for goods in ({}, {"product": "X"}, {"hs": "8701"}, {"family": "TRUCK"}, {"hs": "870120"}):
        if goods and d.maybe(0.6):
            continue
        for origin in ("", "CN", "EAST"):
            if origin and d.maybe(0.7):
                continue
            for where in ("", "UZ", "EAEU"):
                if where and d.maybe(0.6):
                    continue
                row = {**goods, "origin": origin, "destination": where}
                d.add(
                    "tariffs",
                    **row,
                    ad_valorem=d.whole(0, 6) / 20,
                    specific=d.whole(1, 3) if d.maybe(0.2) else None,
                    specific_per=d.pick("unit", "tonne"),
                    drawback_share=d.pick(0, 0.5, 0.9),
                    currency=d.pick(*d.money),
                )
                if len(d.years) > 1 and d.maybe(0.2):
                    rate = d.whole(0, 6) / 20
                    d.add("tariffs", **row, from_date="2027-01-01", ad_valorem=rate)
    for name in d.claims:
        if d.maybe(0.7):
            d.add("tariffs", claim=name, destination=d.pick("", "UZ"), ad_valorem=0.02)
    _fees(d)


def _fees(d):
    if d.maybe(0.6):
        d.add("fees", country=d.pick("", "KZ", "EAEU"), amount=d.whole(5, 40))
        if d.maybe():
            d.add("fees", assembly_mode="CKD", relief=d.pick(0.25, 0.5, 1))
        if d.maybe():
            d.add("fees", product="Q", made_in="EAST", amount=d.whole(5, 40))
        for name in d.claims:
            if d.maybe():
                d.add("fees", claim=name, relief=d.pick(0.4, 0.8))
    if d.maybe(0.5):
        d.add("incentives", country="KZ", made_in="KZ", amount=d.whole(1, 10))
        if d.maybe():
            d.add("incentives", country="KZ", made_in="KZ", assembly_mode="CKD", share_of_price=0.1)
        for name in d.claims:
            if d.maybe():
                d.add("incentives", claim=name, share_of_price=0.1, amount=1)


def _limit(d):
    kind = d.whole(0, 8)
    row = {
        0: {"quantity": "sites_open", "site_tag": "plant", "value": 1},
        1: {"quantity": "lines_open", "assembly_mode": "CKD", "value": d.whole(0, 1)},
        2: {"quantity": "made", "value": d.whole(5, 15), "for_each": d.pick("product", "site", "")},
        3: {"quantity": "bought", "site": "S1", "value": d.whole(20, 60), "for_each": "product"},
        4: {"quantity": "investment", "value": d.whole(10, 80), "for_each": d.pick("period", "")},
        5: {"quantity": "co2", "value": d.whole(1, 20), "country": d.pick("", "CN")},
        6: {"quantity": "share_of_source", "site": "S1", "product": "X", "value": 0.5},
        7: {
            "quantity": "demand_within",
            "sense": d.pick("at_least", "at_most"),
            "within_km": 1000,
            "value": 0.3,
            "for_each": d.pick("site", ""),
        },
        8: {"quantity": "made", "sense": "at_least", "country": "KZ", "value": 2},
    }[kind]
    d.add("limits", limit="LIMIT", **row)


def _states(d):
    """A depot or a market that may close, a supplier that is closed."""
    states = {
        "D": ("free", d.pick("open", "closed")),
        "M2": ("free", "open"),
        "S2": d.pick(("stay", "closed"), ("closed", "open"), ("free", "closed")),
    }
    for row in d.tables["sites"]:
        chance = {"D": 0.6, "M2": 0.15, "S2": 0.2}.get(row["site"], 0)
        if chance and d.maybe(chance):
            row["decision"], row["now"] = states[row["site"]]
            row |= {"opening_cost": d.whole(0, 9), "fixed_cost": d.whole(0, 9)}


def _odd_lines(d):
    """Loads and steps of one period, capacities that any number of steps add to, no capacity."""
    changed = {(x["line"], x["period"]) for x in d.tables.get("line_periods", [])}
    for row in d.tables["lines"]:
        head = {"line": row["line"], "period": d.pick("T0", "T1")}
        if len(d.years) > 1 and d.maybe(0.3) and tuple(head.values()) not in changed:
            change = {"least_load": d.whole(1, 4) if row["capacity"] else d.whole(5, 30)}
            if row["capacity"] and d.maybe(0.7):
                change = {"step_cost": d.whole(1, 4)}
                row.setdefault("most_steps", d.whole(1, 8))
            d.add("line_periods", **head, **change)
        if "step_cost" in row and d.maybe(0.4):
            row["most_steps"] = None
    for row in d.tables["assembly"]:
        if d.maybe(0.1):
            row["capacity_used"] = 0


def _odd_supply(d):
    """Inputs to be had in the first period alone, least takes of S2."""
    later = {(x["site"], x["product"]) for x in d.tables["supply"] if "period" in x}
    for row in d.tables["supply"]:
        one = row["product"] == "X" and (row["site"], "X") not in later
        if len(d.years) > 1 and one and d.maybe(0.3):
            row["period"] = "T0"
        if not d.simple and row["site"] == "S2" and d.maybe(0.2):
            row |= {"least_take": d.whole(2, 5), "least_take_rule": "if_used"}


def _more_stock(d):
    """Stock at plants and depots, some of it there from the start, some to be left."""
    known = {(x["site"], x["product"]) for x in d.tables.get("stock", [])}
    for site in [*d.plants, "M1", *(["D"] if d.depot else [])]:
        for product in ("X", "K", "P"):
            if (site, product) in known or d.maybe(0.8):
                continue
            row = {"site": site, "product": product, "holding_cost": d.pick(0, 0, 1, 3)}
            if d.maybe(0.4):
                units = d.whole(1, 20)
                row["opening"] = units if d.can_open.get(site, True) else None
            if d.maybe(0.2):
                row[d.pick("least", "end_least")] = d.whole(1, 4)
            d.add("stock", **row)


def _limit_at_least(d):
    each = d.pick("", "period", "site")
    row = d.pick(
        {"quantity": "made", "product": "P", "value": d.whole(2, 12), "for_each": each},
        {"quantity": "bought", "product": "X", "value": d.whole(5, 30), "for_each": each},
        {"quantity": "investment", "value": d.whole(20, 120), "for_each": d.pick("", "period")},
        {"quantity": "share_of_source", "site": "S1", "product": "X", "value": 0.6},
        {"quantity": "co2", "value": d.whole(5, 40)},
    )
    d.add("limits", limit="LEAST", sense="at_least", **row)
