"""The whole of docs/rules.md as one naive programme.

Goods are (product, country of manufacture, assembly mode, claims held as a sorted tuple).
"""

from __future__ import annotations

import itertools
import math

from tests.models.oracle.lp import BIG, Programme
from tests.models.oracle.openings import add_openings
from tests.models.oracle.policy import add_drawback, add_limits
from tests.models.oracle.rates import Rates, blank


def optimum(case):
    """Objective (cost or profit) and values by variable name."""
    cost, values = programme(case).solve()
    return _signed(case, cost), values


def brute_force(case):
    """Objective by a linear program for each choice of open sites and lines."""
    return _signed(case, programme(case).enumerate())


def _signed(case, cost):
    return -cost if case.setting("objective") == "profit" else cost


def programme(case):
    """Write the case down as a programme."""
    p, r = Programme(), Rates(case)
    r.times = range(len(r.periods))
    add_openings(p, r)
    _goods(r)
    _buy(p, r)
    _make(p, r)
    _ship(p, r)
    _stock(p, r)
    _deliver(p, r)
    _balance(p, r)
    add_drawback(p, r)
    add_limits(p, r)
    return p


def covers(row, r, t):
    return row["period"] in ("", r.periods[t].name)


def winning(rows, r, t):
    """Of rows for all periods and for one, those for period t win."""
    rows = [x for x in rows if covers(x, r, t)]
    return max(rows, key=lambda x: x["period"] != "") if rows else None


def natural_claims(r, country):
    """Claims that goods bought in a country hold as they are."""
    return tuple(
        sorted({c["claim"] for c in r.t["claims"] if country and country in r.members(c["area"])})
    )


def claim_rule(r, claim, product):
    """The row that sets a claim's rule for a product."""
    rows = [c for c in r.t["claims"] if c["claim"] == claim]
    ranked = [(r._goods_rank(c, product), c) for c in rows]
    ranked = [x for x in ranked if x[0] is not None]
    return max(ranked, key=lambda x: x[0])[1] if ranked else None


def batches(r, line, recipe):
    """Sets of claims with the rule relied on for each: the ways to make under claims."""
    country, product = r.country[line["site"]], recipe["product"]
    options = []
    for claim in sorted({c["claim"] for c in r.t["claims"]}):
        row = claim_rule(r, claim, product)
        if row and country and country in r.members(row["area"]):
            rules = ("value", "heading") if row["rule"] == "either" else (row["rule"],)
            options.append([None, *((claim, rule, row["least_share"]) for rule in rules)])
    for chosen in itertools.product(*options):
        yield tuple(c for c in chosen if c)


def _goods(r):
    """All goods that can be anywhere, by product."""
    found = {(s["product"], s["country"] or r.country[s["site"]]) for s in r.t["supply"]}
    found |= {(s["product"], s["country"] or r.country[s["site"]]) for s in r.t["stock"]}
    goods = {(product, made, "", natural_claims(r, made)) for product, made in found}
    r.lines = {x["line"]: x for x in r.t["lines"]}
    r.recipes = {x["recipe"]: x for x in r.t["recipes"]}
    r.inputs = {}
    for x in r.t["recipe_inputs"]:
        r.inputs.setdefault(x["recipe"], {})[x["product"]] = x["quantity"]
    for a in r.t["assembly"]:
        line, recipe = r.lines[a["line"]], r.recipes[a["recipe"]]
        for batch in batches(r, line, recipe):
            claims = tuple(c[0] for c in batch)
            made = r.country[line["site"]]
            goods.add((recipe["product"], made, recipe["assembly_mode"], claims))
    r.goods = {}
    for g in sorted(goods):
        r.goods.setdefault(g[0], []).append(g)


def _buy(p, r):
    for s, k in sorted({(x["site"], x["product"]) for x in r.t["supply"]}):
        rows = [x for x in r.t["supply"] if (x["site"], x["product"]) == (s, k)]
        for t in r.times:
            price = winning(rows, r, t)
            if price is None:
                continue
            made = price["country"] or r.country[s]
            unit = r.money(price["unit_cost"], price, t) * r.d(t)
            name = p.add("buy", s, k, t, (k, made, "", natural_claims(r, made)), cost=unit)
            years = r.periods[t].years
            for n, x in enumerate(rows):
                if not covers(x, r, t):
                    continue
                opened = ("site", s, t)
                if not blank(x["capacity"]):
                    p.row([(1, name), (-x["capacity"] * years, opened)], high=0)
                least = x["least_take"] * years
                if least and x["least_take_rule"] == "always":
                    p.row([(1, name), (-least, opened)], low=0)
                elif least:
                    used = p.add("taken", s, k, n, t, high=1, whole=True)
                    p.row([(1, name), (-least, used)], low=0)
                    p.row([(1, name), (-BIG, used)], high=0)
            p.row([(1, name), (-BIG, ("site", s, t))], high=0)


def _make(p, r):
    """Make and use by line, recipe and batch, where a batch is a set of claims and their rules."""
    for a in r.t["assembly"]:
        line, recipe = r.lines[a["line"]], r.recipes[a["recipe"]]
        product, mode = recipe["product"], recipe["assembly_mode"]
        inputs = r.inputs.get(a["recipe"], {})
        for t in r.times:
            years, made = r.periods[t].years, []
            unit = r.money(a["unit_cost"], a, t) * r.d(t)
            for batch in batches(r, line, recipe):
                g = (product, r.country[line["site"]], mode, tuple(c[0] for c in batch))
                head = (a["line"], a["recipe"], t, batch)
                make = p.add("make", *head, g, cost=unit)
                made.append(make)
                uses = []
                for k, quantity in inputs.items():
                    of_k = [p.add("use", *head, i) for i in r.goods.get(k, [])]
                    p.row([(1, u) for u in of_k] + [(-quantity, make)], low=0, high=0)
                    uses += of_k
                _origin(p, r, batch, product, make, uses)
            everything = [(1, m) for m in made]
            opened = ("line", a["line"], t)
            if not blank(a["most"]):
                p.row(everything, high=a["most"] * years)
            p.row([*everything, (-a["least"] * years, opened)], low=0)
            p.row([*everything, (-BIG, opened)], high=0)
    _load(p, r)


def _origin(p, r, batch, product, make, uses):
    out = r.products[product]
    for claim, rule, least in batch:
        foreign = [u for u in uses if claim not in u[-1][3]]
        if rule == "value":
            terms = [(r.products[u[-1][0]]["customs_value"], u) for u in foreign]
            p.row([*terms, (-(1 - least) * out["customs_value"], make)], high=0)
        else:
            same = [u for u in foreign if r.products[u[-1][0]]["hs"][:4] == out["hs"][:4]]
            p.row([(1, u) for u in same], high=0)


def _load(p, r):
    taken = {(a["line"], a["recipe"]): a["capacity_used"] for a in r.t["assembly"]}
    for line, row in r.lines.items():
        for t in r.times:
            years = r.periods[t].years
            load = [(taken[line, n[2]], n) for n in p.named("make", p0=line, p2=t)]
            capacity = r.line_value(line, "capacity", t)
            opened = ("line", line, t)
            if not blank(capacity):
                size = 1.0 if blank(row["step_size"]) else row["step_size"]
                steps = [(-size * years, n) for n in p.named("line_steps", p0=line) if n[2] <= t]
                p.row([*load, (-capacity * years, opened), *steps], high=0)
            p.row([*load, (-r.line_value(line, "least_load", t) * years, opened)], low=0)


def lanes_of(r):
    """For each origin, destination, mode and product the row that gives the rates."""
    found = {}
    for x in r.t["lanes"]:
        for k in r.products:
            if lane_covers(r, x, k):
                rank = (bool(x["product"]), bool(x["cargo_class"]))
                head = (x["origin"], x["destination"], x["mode"], k)
                if head not in found or rank > found[head][0]:
                    found[head] = (rank, x)
    return {head: row for head, (_, row) in found.items()}


def lane_covers(r, row, product):
    return row["product"] in ("", product) and row["cargo_class"] in (
        "",
        r.products[product]["cargo_class"],
    )


def _ship(p, r):
    used_up = {x["product"] for x in r.t["recipe_inputs"]}
    r.best_lane = lanes_of(r)
    price = r.case.setting("co2_price")
    for (o, d, m, k), row in r.best_lane.items():
        km = 0.0 if blank(row["distance"]) else row["distance"]
        tonnes = row["co2"] * km * r.products[k]["mass"] / 1000
        for t, g in itertools.product(r.times, r.goods.get(k, [])):
            duty, tariff = r.duty(row, g, t)
            handling = _handling(r, o, k, t)
            unit = r.freight(row, k, t) + duty + price * tonnes + handling
            name = p.add("ship", o, d, m, t, g, cost=unit * r.d(t))
            r.facts[name] = {
                "duty": duty,
                "tariff": tariff,
                "co2": tonnes,
                "row": row,
                "kind": "input" if k in used_up else "goods",
            }
            p.row([(1, name), (-BIG, ("site", o, t))], high=0)
            p.row([(1, name), (-BIG, ("site", d, t))], high=0)
    for n, (x, t) in enumerate(itertools.product(r.t["lanes"], r.times)):
        carried = [
            s
            for s in p.named("ship", p0=x["origin"], p1=x["destination"], p2=x["mode"], p3=t)
            if lane_covers(r, x, s[-1][0])
        ]
        years = r.periods[t].years
        if not blank(x["capacity"]):
            p.row([(1, s) for s in carried], high=x["capacity"] * years)
        if x["fixed_cost"]:
            yearly = r.money(x["fixed_cost"], x, t) * years * r.d(t)
            used = p.add("lane_used", n, cost=yearly, high=1, whole=True)
            p.row([*((1, s) for s in carried), (-BIG, used)], high=0)
    for n, (x, t) in enumerate(itertools.product(r.t["throughput"], r.times)):
        del n
        if blank(x["capacity"]):
            continue
        out = [s for s in p.named("ship", p0=x["site"], p3=t) if x["product"] in ("", s[-1][0])]
        years = r.periods[t].years
        size = 1.0 if blank(x["step_size"]) else x["step_size"]
        steps = [
            (-size * years, s)
            for s in p.named("site_steps", p0=x["site"], p1=x["product"])
            if s[3] <= t
        ]
        opened = ("site", x["site"], t)
        p.row([*((1, s) for s in out), (-x["capacity"] * years, opened), *steps], high=0)


def _handling(r, site, product, t):
    rows = [x for x in r.t["throughput"] if x["site"] == site and x["product"] in ("", product)]
    row = max(rows, key=lambda x: x["product"] != "", default=None)
    return r.money(row["handling_cost"], row, t) if row else 0.0


def _stock(p, r):
    for s, k in sorted({(x["site"], x["product"]) for x in r.t["stock"]}):
        rows = [x for x in r.t["stock"] if (x["site"], x["product"]) == (s, k)]
        for t in r.times:
            row = winning(rows, r, t)
            if row is None:
                continue
            unit = r.money(row["holding_cost"], row, t) * r.periods[t].years * r.d(t)
            held = [(1, p.add("stock", s, t, g, cost=unit)) for g in r.goods.get(k, [])]
            p.row(held, high=math.inf if blank(row["most"]) else row["most"])
            p.row([*held, (-BIG, ("site", s, t))], high=0)
            p.row([*held, (-row["least"], ("site", s, t))], low=0)
            if t == r.times[-1]:
                p.row([*held, (-row["end_least"], ("site", s, t))], low=0)
            if t == 0 and row["opening"]:
                made = row["country"] or r.country[s]
                r.opening[s, (k, made, "", natural_claims(r, made))] = row["opening"]


def _deliver(p, r):
    revenue = r.case.setting("objective") == "profit"
    for s, k in sorted({(x["site"], x["product"]) for x in r.t["demand"]}):
        rows = [x for x in r.t["demand"] if (x["site"], x["product"]) == (s, k)]
        for t in r.times:
            row = winning(rows, r, t)
            if row is None:
                continue
            wanted = row["quantity"] * r.periods[t].years
            penalty = 0.0 if blank(row["penalty"]) else r.money(row["penalty"], row, t)
            most = 0.0 if blank(row["penalty"]) else (1 - row["least_share"]) * wanted
            short = p.add("short", s, k, t, cost=penalty * r.d(t), high=most)
            met = []
            for g in r.goods.get(k, []):
                unit = r.fee(s, g, t) - r.incentive(s, g, row, t)
                if revenue and not blank(row["price"]):
                    unit -= r.money(row["price"], row, t)
                name = p.add("deliver", s, k, t, g, cost=unit * r.d(t))
                met.append((1, name))
                p.row([(1, name), (-BIG, ("site", s, t))], high=0)
            p.row([*met, (1, short)], low=wanted, high=wanted)


def _balance(p, r):
    sums: dict[tuple, list] = {}

    def into(sign, name, site, t):
        sums.setdefault((site, t, name[-1]), []).append((sign, name))

    for n in list(p.index):
        if n[0] == "buy":
            into(1, n, n[1], n[3])
        elif n[0] in ("make", "use"):
            into(1 if n[0] == "make" else -1, n, r.lines[n[1]]["site"], n[3])
        elif n[0] == "ship":
            into(-1, n, n[1], n[4])
            into(1, n, n[2], n[4])
        elif n[0] == "stock":
            into(-1, n, n[1], n[2])
            if n[2] + 1 in r.times:
                into(1, n, n[1], n[2] + 1)
        elif n[0] == "deliver":
            into(-1, n, n[1], n[3])
    for (site, t, g), terms in sums.items():
        opening = r.opening.get((site, g), 0.0) if t == 0 else 0.0
        p.row(terms, low=-opening, high=-opening)
