"""Drawback and limits of docs/rules.md."""

from __future__ import annotations

import itertools

from tests.models.oracle.rates import blank


def add_drawback(p, r):
    """Refunds of duty on inputs that leave again inside exports."""
    plants = {x["site"] for x in r.t["lines"]}
    for plant in sorted(plants):
        recipes = [a["recipe"] for a in r.t["assembly"] if r.lines[a["line"]]["site"] == plant]
        inputs = sorted({k for x in recipes for k in r.inputs.get(x, {})})
        for k in inputs:
            exported = _contained(p, r, plant, recipes, k)
            refunds = []
            for (o, d, m, product), _ in r.best_lane.items():
                if d != plant or product != k or not r.crosses(o, d):
                    continue
                for g in r.goods.get(k, []):
                    refunds += _refunds(p, r, (o, d, m), g)
            for t in r.times:
                so_far = [(1, n) for n in refunds if n[4] <= t]
                out = [(-q, s) for q, s in exported if s[4] <= t]
                if so_far:
                    p.row([*so_far, *out], high=0)


def _refunds(p, r, lane, g):
    names = []
    for t in r.times:
        shipped = r.facts[("ship", *lane, t, g)]
        share = shipped["tariff"]["drawback_share"] if shipped["tariff"] else 0.0
        if shipped["duty"] > 0 and share > 0:
            refund = -share * shipped["duty"] * r.d(t)
            names.append(p.add("refund", *lane, t, g, cost=refund))
    for t in r.times:
        now = [(1, n) for n in names if n[4] <= t]
        got = [(-1, ("ship", *lane, u, g)) for u in r.times if u <= t]
        if now:
            p.row([*now, *got], high=0)
    return names


def _contained(p, r, plant, recipes, k):
    """(units of the input inside one unit, export shipment) for all exports of a plant."""
    found = []
    for s in p.named("ship", p0=plant):
        product, made, mode, _ = s[-1]
        if made != r.country[plant] or not r.crosses(s[1], s[2]):
            continue
        ways = [
            r.inputs.get(x, {}).get(k, 0.0)
            for x in set(recipes)
            if (r.recipes[x]["product"], r.recipes[x]["assembly_mode"]) == (product, mode)
        ]
        if ways and min(ways) > 0:
            found.append((min(ways), s))
    return found


OF_LINES = ("product", "family", "product_tag", "assembly_mode")


def tags(text):
    return {x.strip() for x in text.split(",") if x.strip()}


def add_limits(p, r):
    """Each limit, once for every group that for_each names."""
    values = {
        "site": sorted(r.sites),
        "country": sorted({c for c in r.country.values() if c}),
        "product": sorted(r.products),
        "family": sorted({x["family"] for x in r.products.values() if x["family"]}),
        "assembly_mode": sorted({x["assembly_mode"] for x in r.t["recipes"]} - {""}),
        "period": [x.name for x in r.periods],
    }
    for row in r.t["limits"]:
        each = sorted(tags(row["for_each"]))
        if row["quantity"] in ("sites_open", "lines_open"):
            each = sorted({*each, "period"})
        for group in itertools.product(*(values[e] for e in each)):
            chosen = dict(zip(each, group, strict=True))
            if any(row[e] and row[e] != v for e, v in chosen.items()):
                continue
            _limit(p, r, {**row, **chosen}, one_of_many=bool(chosen))


def _limit(p, r, row, *, one_of_many):
    terms = QUANTITIES[row["quantity"]](p, r, row)
    level = row["value"]
    if one_of_many and not terms and row["quantity"] != "demand_within":
        return  # a value that does not occur among what is limited
    if row["quantity"] == "demand_within":
        level = row["value"] * _demand(r, row)
    elif row["quantity"] == "share_of_source":
        level = 0.0
    p.row(terms, **{"high" if row["sense"] == "at_most" else "low": level})


def _site_fits(r, row, site):
    of = r.sites[site]
    return (
        row["site"] in ("", site)
        and (not row["site_tag"] or row["site_tag"] in tags(of["tags"]))
        and row["country"] in ("", of["country"])
    )


def _product_fits(r, row, product):
    of = r.products[product]
    return (
        row["product"] in ("", product)
        and row["family"] in ("", of["family"])
        and (not row["product_tag"] or row["product_tag"] in tags(of["tags"]))
    )


def _time_fits(r, row, t):
    return row["period"] in ("", r.periods[t].name)


def _recipe_fits(r, row, recipe):
    of = r.recipes[recipe]
    return _product_fits(r, row, of["product"]) and row["assembly_mode"] in (
        "",
        of["assembly_mode"],
    )


def _line_fits(r, row, line):
    recipes = [a["recipe"] for a in r.t["assembly"] if a["line"] == line]
    whatever = not any(row[x] for x in OF_LINES)
    return _site_fits(r, row, r.lines[line]["site"]) and (
        whatever or any(_recipe_fits(r, row, x) for x in recipes)
    )


def _sites_open(p, r, row):
    return [
        (1, n) for n in p.named("site") if _site_fits(r, row, n[1]) and _time_fits(r, row, n[2])
    ]


def _lines_open(p, r, row):
    return [
        (1, n) for n in p.named("line") if _line_fits(r, row, n[1]) and _time_fits(r, row, n[2])
    ]


def _made(p, r, row):
    return [
        (1, n)
        for n in p.named("make")
        if _site_fits(r, row, r.lines[n[1]]["site"])
        and _recipe_fits(r, row, n[2])
        and _time_fits(r, row, n[3])
    ]


def _bought(p, r, row):
    return [
        (1, n)
        for n in p.named("buy")
        if _site_fits(r, row, n[1]) and _product_fits(r, row, n[2]) and _time_fits(r, row, n[3])
    ]


def _investment(p, r, row):
    terms = []
    for n in p.index:
        t = n[-1]
        if n[0] in ("site_opened", "site_steps") and any(row[x] for x in OF_LINES):
            continue  # belongs to no product and no mode
        if n[0] == "site_opened" and _site_fits(r, row, n[1]) and _time_fits(r, row, t):
            of = r.sites[n[1]]
            terms.append((r.money(of["opening_cost"], of, t), n))
        elif n[0] == "built" and _line_fits(r, row, n[1]) and _time_fits(r, row, t):
            paid = r.line_value(n[1], "investment", t)
            terms.append((r.money(paid, r.lines[n[1]], t), n))
        elif n[0] == "line_steps" and _line_fits(r, row, n[1]) and _time_fits(r, row, t):
            paid = r.line_value(n[1], "step_cost", t)
            terms.append((r.money(paid, r.lines[n[1]], t), n))
        elif n[0] == "site_steps" and _site_fits(r, row, n[1]) and _time_fits(r, row, t):
            of = next(x for x in r.t["throughput"] if (x["site"], x["product"]) == (n[1], n[2]))
            terms.append((r.money(of["step_cost"], of, t), n))
    return terms


def _co2(p, r, row):
    return [
        (r.facts[n]["co2"], n)
        for n in p.named("ship")
        if _site_fits(r, row, n[1]) and _product_fits(r, row, n[-1][0]) and _time_fits(r, row, n[4])
    ]


def _share_of_source(p, r, row):
    anywhere = {**row, "site": "", "site_tag": "", "country": ""}
    return [
        *_bought(p, r, row),
        *((-row["value"] * c, n) for c, n in _bought(p, r, anywhere)),
    ]


def _demand_within(p, r, row):
    markets = {(x["site"], x["product"]) for x in r.t["demand"]}

    def near(lane):
        far = not blank(row["within_km"]) and not lane["distance"] <= row["within_km"]
        late = not blank(row["within_days"]) and not lane["transit_days"] <= row["within_days"]
        return not far and not late

    return [
        (1, n)
        for n in p.named("ship")
        if (n[2], n[-1][0]) in markets
        and _site_fits(r, row, n[2])
        and _product_fits(r, row, n[-1][0])
        and _time_fits(r, row, n[4])
        and near(r.facts[n]["row"])
    ]


def _demand(r, row):
    total = 0.0
    for t in r.times:
        for s, k in {(x["site"], x["product"]) for x in r.t["demand"]}:
            rows = [
                x
                for x in r.t["demand"]
                if (x["site"], x["product"]) == (s, k) and x["period"] in ("", r.periods[t].name)
            ]
            fits = _site_fits(r, row, s) and _product_fits(r, row, k) and _time_fits(r, row, t)
            if rows and fits:
                best = max(rows, key=lambda x: x["period"] != "")
                total += best["quantity"] * r.periods[t].years
    return total


QUANTITIES = {
    "sites_open": _sites_open,
    "lines_open": _lines_open,
    "made": _made,
    "bought": _bought,
    "investment": _investment,
    "co2": _co2,
    "share_of_source": _share_of_source,
    "demand_within": _demand_within,
}
