"""A plan for the case of `hand_case`, worked out by hand, figure by figure.

Nothing here calls the model or the audit. Money in USD unless a name says EUR.
"""

from __future__ import annotations

import pandas as pd

from jvopt.core.plan import Plan, frame_of
from jvopt.core.plan_tables import PLAN_TABLES
from tests.audit.hand_case import SITES, case

# Two periods, of one and of two years, at 10% a year: flows are discounted to the middle of their
# period (0.5 and 1 + 2/2 = 2 years), one-off costs to its start (0 and 1 year).
FLOW = {"Y1": 1.1**-0.5, "Y2": 1.1**-2.0}
ONCE = {"Y1": 1.0, "Y2": 1 / 1.1}
EUR = {"Y1": 1.1, "Y2": 1.2}

# What is done. The plan is not the cheapest one; it only keeps every rule.
#
# Y1: Alma makes 12 SKD from 12 kits and 12 engines (3 of the opening stock + 13 bought - 4 left);
# 4 of them claim CT1 and go to Tashkent, 8 go to North, and Minsk sells 1 there; 1 is short.
# Alma needs a step: 10 + 4 = 14 >= 12, and one of throughput: 10 + 6 = 16 >= 12.
# Y2: Alma makes 16 <= (10 + 4) x 2: 8 with CT1 for Tashkent, 8 for North; Beta makes 12
# <= (4 + 2) x 2 after 2 units of expansion, for North. Demand is 20 and 8, all met.
# Alma: 4 engines left + 12 bought = 16 used. Beta: 12.
#
# Units, in USD of the period:
# kits to Alma: 3 t x (20 + 0.01 x 3000) = 150; CO2 0.02 kg x 3000 km x 3 t = 180 kg, 9 USD.
# engines to Alma: 60 EUR = 66 and 72; duty 5% of (2000 EUR + half the freight) + 10 EUR x 1 t:
#   Y1 0.05 x (2200 + 33) + 11 = 122.65; Y2 0.05 x (2400 + 36) + 12 = 133.80.
# engines to Beta in Y2: 80; duty 0.05 x (2400 + 40) + 12 = 134.
# tractors from Alma: to North 90, CO2 0.1 kg x 200 km x 4 t = 80 kg, 4 USD; to Tashkent
#   24 x 5 t (chargeable) = 120, duty 10% or, with CT1, nothing. Handling 7.
# fee in KZ: ready-built 1000, SKD 1000 x 0.7 = 700, CKD 1000 x 0.2 = 200.
# incentive, CKD: 100 EUR x 1.2 + 2% x 25000 = 620.
# drawback: 80% of the duty on as many engines as Tashkent gets: Y1 4 x 0.8 x 122.65 = 392.48,
#   Y2 8 x 0.8 x 133.80 = 856.32.
DUTY = {"Y1": 122.65, "Y2": 133.80}
REFUND = {"Y1": 392.48, "Y2": 856.32}
# Annuities: 1000 over 2 years: 1000 x 0.1 / (1 - 1.1^-2) = 576.190476 a year, both years in Y2.
# 2000 EUR paid in Y1 = 2200 over 4 years: 2200 x 0.1 / (1 - 1.1^-4) = 694.035768 a year.
# 2 steps x 20 EUR paid in Y2 = 48 over 4 years: 15.142599 a year.
OPENING = 1000 * 0.1 / (1 - 1.1**-2)
BUILDING = 2200 * 0.1 / (1 - 1.1**-4)
STEPS = 48 * 0.1 / (1 - 1.1**-4)

# goods: product, made in, mode, claims. Kits and tractors of Minsk hold CT1 as they are; no rule
# tells CKD tractors with the claim from those without, as they only go to North.
GOODS = {
    "kit": [("KIT", "BY", "", "CT1")],
    "engine": [("ENG", "CN", "", "")],
    "ready": [("T", "BY", "", "CT1")],
    "skd": [("T", "KZ", "SKD", "")],
    "skd ct1": [("T", "KZ", "SKD", "CT1")],
    "ckd": [("T", "KZ", "CKD", ""), ("T", "KZ", "CKD", "CT1")],
}
SHIPMENTS = [
    # origin, destination, mode, goods, period, quantity; for one unit: freight, duty, fee, CO2 (t)
    ("MINSK", "ALMA", "rail", "kit", "Y1", 12, 150, 0, 0, 0.18),
    ("WEIFANG", "ALMA", "rail", "engine", "Y1", 13, 66, DUTY["Y1"], 0, 0),
    ("MINSK", "NORTH", "rail", "ready", "Y1", 1, 500, 0, 1000, 0),
    ("ALMA", "NORTH", "road", "skd", "Y1", 8, 90, 0, 700, 0.08),
    ("ALMA", "TASH", "road", "skd ct1", "Y1", 4, 120, 0, 0, 0),
    ("MINSK", "ALMA", "rail", "kit", "Y2", 16, 150, 0, 0, 0.18),
    ("MINSK", "BETA", "rail", "kit", "Y2", 12, 100, 0, 0, 0),
    ("WEIFANG", "ALMA", "rail", "engine", "Y2", 12, 72, DUTY["Y2"], 0, 0),
    ("WEIFANG", "BETA", "rail", "engine", "Y2", 12, 80, 134, 0, 0),
    ("ALMA", "NORTH", "road", "skd", "Y2", 8, 90, 0, 700, 0.08),
    ("ALMA", "TASH", "road", "skd ct1", "Y2", 8, 120, 0, 0, 0),
    ("BETA", "NORTH", "road", "ckd", "Y2", 12, 50, 0, 200, 0),
]
PURCHASES = [
    # site, goods, period, quantity, cost of one
    ("MINSK", "kit", "Y1", 12, 10000),
    ("MINSK", "ready", "Y1", 1, 18000),
    ("WEIFANG", "engine", "Y1", 13, 1650),
    ("MINSK", "kit", "Y2", 28, 10500),
    ("WEIFANG", "engine", "Y2", 24, 1800),
]
PRODUCTION = [
    # line, site, recipe, claims, goods, period, quantity
    ("A", "ALMA", "S", "", "skd", "Y1", 8),
    ("A", "ALMA", "S", "CT1", "skd ct1", "Y1", 4),
    ("A", "ALMA", "S", "", "skd", "Y2", 8),
    ("A", "ALMA", "S", "CT1", "skd ct1", "Y2", 8),
    ("B", "BETA", "C", "", "ckd", "Y2", 12),
]
DELIVERIES = [
    # site, goods, period, quantity; for one unit: fee, incentive, price
    ("NORTH", "ready", "Y1", 1, 1000, 0, 25000),
    ("NORTH", "skd", "Y1", 8, 700, 0, 25000),
    ("TASH", "skd ct1", "Y1", 4, 0, 0, 24000),
    ("NORTH", "skd", "Y2", 8, 700, 0, 25000),
    ("NORTH", "ckd", "Y2", 12, 200, 620, 25000),
    ("TASH", "skd ct1", "Y2", 8, 0, 0, 24000),
]
MASS = {"T": 4, "KIT": 3, "ENG": 1}
VALUE = {"T": {"Y1": 20000, "Y2": 20000}, "KIT": {"Y1": 12000, "Y2": 12000},
         "ENG": {"Y1": 2200, "Y2": 2400}}  # fmt: skip


def landed() -> dict[tuple[str, str], float]:
    """Work out what a delivered tractor has cost along its way, undiscounted."""
    # Fixed cost of lanes is the origin's and falls on all that it sends: Minsk sends 12 + 1 and
    # 28 units, Weifang 13 and 24. Alma's own cost: a step of throughput 200 in Y1, less drawback;
    # it sends 12 and 16. Line A: 200 fixed + 300 for the step over 12 units; 250 x 2 over 16.
    minsk = {"Y1": 70 / 13, "Y2": 140 / 28}
    weifang = {"Y1": 30 / 13, "Y2": 60 / 24}
    alma = {"Y1": (200 - REFUND["Y1"]) / 12, "Y2": -REFUND["Y2"] / 16}
    line_a = {"Y1": 500 / 12, "Y2": 500 / 16}
    engine_y1 = 1650 + weifang["Y1"] + 66 + DUTY["Y1"]
    # Of the 16 engines at hand in Y1, 3 came free; 4 of the 16 are kept, at 10 each, for Y2, when
    # 12 more come.
    pool_y1 = 13 * engine_y1 / 16
    pool_y2 = (4 * (pool_y1 + 10) + 12 * (1800 + weifang["Y2"] + 72 + DUTY["Y2"])) / 16
    engine = {"Y1": pool_y1, "Y2": pool_y2}
    kit = {"Y1": 10000.0, "Y2": 10500.0}
    skd = {y: kit[y] + minsk[y] + 150 + 9 + engine[y] + 400 + line_a[y] + 7 + alma[y] for y in FLOW}
    ready = 18000 + minsk["Y1"] + 500 + 1000
    # Beta: 100 x 2 fixed + 2 years of its opening, over 12; line B: 150 EUR x 2 years fixed, 2
    # years of its building and of its steps, over 12.
    beta = (200 + 2 * OPENING) / 12
    line_b = (150 * 1.2 * 2 + 2 * BUILDING + 2 * STEPS) / 12
    ckd = (
        (10500 + minsk["Y2"] + 100)
        + (1800 + weifang["Y2"] + 80 + 134)
        + 900
        + line_b
        + beta
        + 50
        + 200
        - 620
    )
    north = {y: skd[y] + 90 + 4 + 700 for y in FLOW}
    return {
        ("NORTH", "Y1"): (8 * north["Y1"] + ready) / 9,
        ("NORTH", "Y2"): (8 * north["Y2"] + 12 * ckd) / 20,
        ("TASH", "Y1"): skd["Y1"] + 120,
        ("TASH", "Y2"): skd["Y2"] + 120,
    }


def costs() -> list[dict[str, object]]:
    """List all costs: kind, period, place, undiscounted money and discount factor."""
    rows: list[dict[str, object]] = []

    def add(kind, period, site, money, *, once=False, levied="", **more):
        factor = ONCE[period] if once else FLOW[period]
        rows.append({
            "kind": kind, "period": period, "site": site, "undiscounted": money,
            "cost": money * factor, "country": levied or SITES[site][0], "owner": SITES[site][2],
            **more,
        })  # fmt: skip

    for site, goods, period, quantity, price in PURCHASES:
        add("purchase", period, site, quantity * price, product=GOODS[goods][0][0])
    for start, end, _, goods, period, quantity, freight, duty, _, co2 in SHIPMENTS:
        product = GOODS[goods][0][0]
        way = {"destination": end, "product": product}
        bound = "outbound_freight" if product == "T" else "inbound_freight"
        add(bound, period, start, quantity * freight, **way)
        if duty:
            add("input_duty", period, start, quantity * duty, levied=SITES[end][0], **way)
        if co2:
            add("co2", period, start, 50 * quantity * co2, **way)
        if start == "ALMA":
            add("handling", period, start, 7 * quantity, **way)
    for line, site, _, _, _, period, quantity in PRODUCTION:
        each = 400 if line == "A" else 900
        add("assembly", period, site, quantity * each, line=line, product="T")
    for site, _, period, quantity, fee, incentive, _ in DELIVERIES:
        if fee:
            add("fee", period, site, quantity * fee, product="T")
        if incentive:
            add("incentive", period, site, -quantity * incentive, product="T")
    add("fixed", "Y1", "ALMA", 200, line="A")
    add("fixed", "Y2", "ALMA", 250 * 2, line="A")
    add("fixed", "Y2", "BETA", 100 * 2)
    add("fixed", "Y2", "BETA", 150 * 1.2 * 2, line="B")
    add("lane_fixed", "Y1", "MINSK", 70, destination="ALMA")
    add("lane_fixed", "Y2", "MINSK", 70 * 2, destination="ALMA")
    add("lane_fixed", "Y1", "WEIFANG", 30, destination="ALMA")
    add("lane_fixed", "Y2", "WEIFANG", 30 * 2, destination="ALMA")
    add("investment", "Y1", "ALMA", 300, line="A", once=True)
    add("investment", "Y1", "ALMA", 200, once=True)
    add("investment", "Y1", "BETA", BUILDING, line="B")
    add("investment", "Y2", "BETA", 2 * BUILDING + 2 * STEPS, line="B")
    add("investment", "Y2", "BETA", 2 * OPENING)
    add("closing", "Y1", "OLD", 500, once=True)
    add("holding", "Y1", "ALMA", 4 * 10, product="ENG")
    add("drawback", "Y1", "ALMA", -REFUND["Y1"], product="ENG")
    add("drawback", "Y2", "ALMA", -REFUND["Y2"], product="ENG")
    add("shortfall", "Y1", "NORTH", 3000, product="T")
    return rows


def tables() -> dict[str, pd.DataFrame]:
    """Write the plan down as tables."""
    goods = [
        {"goods": g, "product": p, "made_in": c, "assembly_mode": m, "claims": s}
        for g, kinds in GOODS.items() for p, c, m, s in kinds
    ]  # fmt: skip
    facts = {g: {"goods": g, "product": k[0][0], "made_in": k[0][1], "assembly_mode": k[0][2],
                 "claims": "" if g == "ckd" else k[0][3]} for g, k in GOODS.items()}  # fmt: skip
    shipments = [
        {**facts[g], "origin": a, "destination": b, "mode": m, "period": y, "quantity": q,
         "tonnes": q * MASS[facts[g]["product"]], "freight": q * freight, "duty": q * duty,
         "duty_claim": "CT1" if b == "TASH" else "", "fee": q * fee, "co2": q * co2}
        for a, b, m, g, y, q, freight, duty, fee, co2 in SHIPMENTS
    ]  # fmt: skip
    purchases = [
        {**facts[g], "site": s, "country": facts[g]["made_in"], "period": y, "quantity": q,
         "cost": q * price}
        for s, g, y, q, price in PURCHASES
    ]  # fmt: skip
    production = [
        {**facts[g], "line": line, "site": s, "recipe": r, "claims": claims,
         "rules": "value" if claims else "", "period": y, "quantity": q}
        for line, s, r, claims, g, y, q in PRODUCTION
    ]  # fmt: skip
    inputs = [
        {**row, **facts[part], "claims": row["claims"]}
        for row in production for part in ("kit", "engine")
    ]  # fmt: skip
    deliveries = [
        {**facts[g], "site": s, "period": y, "quantity": q, "fee": q * fee,
         "incentive": q * incentive, "revenue": q * price}
        for s, g, y, q, fee, incentive, price in DELIVERIES
    ]  # fmt: skip
    stock = [
        {**facts["engine"], "site": "ALMA", "period": "Y1", "opening": 3, "closing": 4,
         "holding_cost": 40},
        {**facts["engine"], "site": "ALMA", "period": "Y2", "opening": 4, "closing": 0,
         "holding_cost": 0},
    ]  # fmt: skip
    refunded = {"Y1": 4, "Y2": 8}
    drawback = [
        {**facts["engine"], "site": "ALMA", "origin": "WEIFANG", "mode": "rail", "period": y,
         "quantity": refunded[y], "refund": REFUND[y]}
        for y in refunded
    ]  # fmt: skip
    # Content under CT1: engines, 2200 and 2400, do not originate: 1 - 2200 / 20000 = 0.89, 0.88.
    origin = [
        {"line": "A", "site": "ALMA", "recipe": "S", "product": "T", "claim": "CT1",
         "rule": "value", "period": y, "quantity": q, "content": content, "threshold": 0.6,
         "margin": content - 0.6}
        for y, q, content in (("Y1", 4, 0.89), ("Y2", 8, 0.88))
    ]  # fmt: skip
    spent = pd.DataFrame(costs()).fillna("")
    objective = spent["cost"].sum()
    written = {
        "goods": goods, "shipments": shipments, "purchases": purchases, "production": production,
        "inputs": inputs, "deliveries": deliveries, "stock": stock, "drawback": drawback,
        "origin": origin, **places(), **results(spent),
        "summary": [
            {"item": "objective", "value": objective, "unit": "USD"},
            {"item": "bound", "value": objective * 0.9, "unit": "USD"},
            {"item": "gap", "value": 0.1, "unit": "share"},
            {"item": "cost", "value": objective, "unit": "USD"},
            {"item": "saving_against_today", "value": 1.02e6 - objective, "unit": "USD"},
        ],
    }  # fmt: skip
    written["costs"] = spent.to_dict("records")
    return {name: frame_of(PLAN_TABLES[name], rows) for name, rows in written.items()}


def places() -> dict[str, list[dict[str, object]]]:
    """Say what is open, what is built and how busy it is."""
    open_ = dict.fromkeys(SITES, (1, 1)) | {"BETA": (0, 1), "OLD": (0, 0)}
    shipped = {"MINSK": (13, 28), "WEIFANG": (13, 24), "ALMA": (12, 16), "BETA": (0, 12)}
    sites = [
        {"site": s, "period": y, "open": open_[s][n], "opened": int((s, y) == ("BETA", "Y2")),
         "closed": int((s, y) == ("OLD", "Y1")), "shipped": shipped.get(s, (0, 0))[n]}
        for s in SITES for n, y in enumerate(FLOW)
    ]  # fmt: skip
    lines = [
        # line, site, period, open, built, steps, capacity, load
        ("A", "ALMA", "Y1", 1, 0, 1, 14, 12),
        ("A", "ALMA", "Y2", 1, 0, 0, 28, 16),
        ("B", "BETA", "Y1", 0, 1, 0, 4, 0),
        ("B", "BETA", "Y2", 1, 0, 2, 12, 12),
    ]
    throughput = [
        # product, period, steps, capacity, shipped
        ("", "Y1", 1, 16, 12),
        ("", "Y2", 0, 32, 16),
        ("T", "Y1", 0, None, 12),
        ("T", "Y2", 0, None, 16),
    ]
    return {
        "sites": sites,
        "lines": [
            {"line": line, "site": s, "period": y, "open": o, "built": b, "closed": 0, "steps": n,
             "capacity": c, "load": u, "utilisation": u / c}
            for line, s, y, o, b, n, c, u in lines
        ],
        "throughput": [
            {"site": "ALMA", "product": p, "period": y, "steps": n, "capacity": c, "shipped": u,
             "utilisation": u / c if c else None}
            for p, y, n, c, u in throughput
        ],
    }  # fmt: skip


def results(spent: pd.DataFrame) -> dict[str, list[dict[str, object]]]:
    """Retell the plan: service, limits, trade, reach, owners, comparison."""
    each = landed()
    service = [
        {"site": s, "product": "T", "period": y, "demand": d, "met": m, "short": d - m,
         "share": m / d, "penalty": 3000 * (d - m) if s == "NORTH" else 0,
         "landed_cost": each[s, y]}
        for s, y, d, m in (("NORTH", "Y1", 10, 9), ("TASH", "Y1", 4, 4), ("NORTH", "Y2", 20, 20),
                           ("TASH", "Y2", 8, 8))
    ]  # fmt: skip
    limits = [
        ("sites", "Y1", "at_most", 2, 1),
        ("sites", "Y2", "at_most", 2, 2),
        ("lines", "ALMA, Y1", "at_most", 1, 1),
        ("lines", "ALMA, Y2", "at_most", 1, 1),
        ("lines", "BETA, Y1", "at_most", 1, 0),
        ("lines", "BETA, Y2", "at_most", 1, 1),
        ("skd", "", "at_least", 20, 28),
        ("kits", "Y1", "at_most", 28, 12),
        ("kits", "Y2", "at_most", 28, 28),
        # in full: opening 1000, building 2200, steps 300 + 200 + 48
        ("spent", "", "at_most", 4000, 3748),
        # 28 kits x 0.18 t + 16 tractors x 0.08 t
        ("co2", "", "at_most", 7, 28 * 0.18 + 16 * 0.08),
        ("source", "", "at_least", 0.9, 1),
        # 8 + 8 from Alma (200 km), 12 from Beta (50 km), of a demand of 10 + 20
        ("near", "", "at_least", 0.8, 28 / 30),
    ]
    reach = [
        # measure, within, units in Y1 of 13 delivered, in Y2 of 28
        ("km", 100, 0, 12),
        ("km", 500, 8, 20),
        ("km", 1000, 12, 28),
        ("km", None, 13, 28),
        ("days", 1, 8, 8),
        ("days", 5, 12, 16),
        ("days", None, 13, 28),
    ]
    kinds = spent.groupby("kind")["cost"].sum()
    total = kinds.sum()
    plan = kinds.to_dict() | {"total": total, "saving": 0}
    today = {"purchase": 1e6, "fee": 2e4, "total": 1.02e6, "saving": 1.02e6 - total}
    by_owner = spent.groupby("owner")["cost"].sum()
    return {
        "service": service,
        "limits": [
            dict(zip(("limit", "group", "sense", "value", "reached"), row, strict=True))
            for row in limits
        ],
        "regions": trade(),
        "reach": [
            {"product": "T", "period": y, "measure": m, "within": w, "units": u, "share": u / of}
            for m, w, first, second in reach for y, u, of in (("Y1", first, 13), ("Y2", second, 28))
        ],
        "owners": [
            {"owner": o, "cost": by_owner[o], "revenue": 0, "made": made, "shipped": sent}
            for o, made, sent in (("Maker", 0, 41), ("Supplier", 0, 37), ("Partner", 40, 40))
        ],
        "as_is": [
            {"network": n, "item": item, "value": value, "text": ""}
            for n, figures in (("plan", plan), ("today", today))
            for item, value in figures.items()
        ],
    }  # fmt: skip


def trade() -> list[dict[str, object]]:
    """Add shipments up between regions and between countries."""
    sums: dict[tuple[str, ...], list[float]] = {}
    for start, end, _, goods, period, quantity, *_ in SHIPMENTS:
        product = GOODS[goods][0][0]
        for at, level in enumerate(("country", "region")):
            ends = SITES[start][at], SITES[end][at]
            if "" not in ends and ends[0] != ends[1]:
                row = sums.setdefault((level, *ends, period), [0.0, 0.0, 0.0])
                row[0] += quantity
                row[1] += quantity * MASS[product]
                row[2] += quantity * VALUE[product][period]
    return [
        {"level": level, "origin": a, "destination": b, "period": y, "units": u, "tonnes": t,
         "value": v}
        for (level, a, b, y), (u, t, v) in sums.items()
    ]  # fmt: skip


def plan(**replaced: pd.DataFrame) -> Plan:
    """Make the plan, with some of its tables replaced."""
    return Plan(case(), tables() | replaced, state="succeeded", termination="gap_limit", found=True)
