"""The one-year reference straight from the base data: no table, rule or code of jvopt.

Its conventions: one year, demand met in full, cost above the ex-works price of every machine. See
the notes of kz-reference. Its optima were computed by yet another program and stand in the tests.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

DATA = Path(__file__).parents[2] / "jvopt" / "examples" / "kz"
MODES = ("SKD", "CKD", "FULL")


def read(name):
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Data:
    """The base data by key, as numbers."""

    def __init__(self):
        self.policy = {row["parameter"]: row["value"] for row in read("policy")}
        self.machines = {row["product"]: row for row in read("products")}
        self.bom = defaultdict(list)
        for row in read("bom"):
            self.bom[row["product"]].append(row)
        self.lines = read("lines")
        self.demand = read("demand")
        self.country = {row["site"]: row["country"] for row in read("markets")}
        self.overhead = {row["site"]: float(row["overhead_usd"] or 0) for row in read("sites")}
        self.duty = {
            (row["hs"], row["origin"], row["destination"]): float(row["ad_valorem"])
            for row in read("tariffs")
        }
        self.freight = {}
        for row in read("lanes"):
            way = row["origin"], row["destination"], row["cargo_class"]
            cost = float(row["distance"]) * float(row["cost_per_tonne_km"])
            cost += float(row["cost_per_tonne"])
            self.freight[way] = min(cost, self.freight.get(way, np.inf))

    def par(self, name):
        return float(self.policy[name])

    def local(self, part, mode):
        since = part["local_from"]
        return since in MODES and MODES.index(since) <= MODES.index(mode)

    def kit_mass(self, machine, mode):
        parts = [p for p in self.bom[machine] if not self.local(p, mode)]
        return self.par("kit_mass_share") * sum(float(p["mass_t"]) for p in parts)

    def fee(self, machine):
        kzt = self.par("utilisation_fee_base_mci") * self.par("mci_kzt_2026")
        coefficient = float(self.machines[machine]["fee_coefficient"])
        return coefficient * kzt / self.par("fx_kzt_per_usd")

    def imported(self, machine, market):
        """Cost of a ready-built machine, None if there is no lane."""
        m, country = self.machines[machine], self.country[market]
        way = m["supplier"], market, "finished"
        if way not in self.freight:
            return None
        cost = self.freight[way] * float(m["mass_t"]) * float(m["finished_freight_factor"])
        cost += self.duty.get((m["hs"], "BY", country), 0) * float(m["price_usd"])
        cost += float(m["field_assembly_usd"])
        return cost + (self.fee(machine) if country == "KZ" else 0)

    def assembled(self, machine, line, market):
        """Cost of a machine assembled on a line, None if there is no lane."""
        m, country = self.machines[machine], self.country[market]
        inbound = m["supplier"], line["site"], "kit"
        outbound = line["site"], market, "finished"
        if inbound not in self.freight or outbound not in self.freight:
            return None
        price, mode = float(m["price_usd"]), line["assembly_mode"]
        content = float(line["local_content_share"])
        implement = "_implement" if m["family"] == "IMPLEMENT" else ""
        dearer = self.par("local_parts_cost_factor" + implement) - 1
        bulk = float(m["mass_t"]) * float(m["finished_freight_factor"])
        cost = self.freight[inbound] * self.kit_mass(machine, mode)
        cost += self.freight[outbound] * bulk
        cost += float(line["unit_cost_usd"]) * (1 - self.par("maker_assembly_saving_share"))
        cost += price * max(content - 0.10, 0) * dearer
        cost += self.duty.get((m["hs"], "KZ", country), 0) * price
        if country == "KZ":
            cost += self.fee(machine) * (1 - self.par(f"utilisation_fee_relief_share_{mode}"))
            enough = content >= self.par("local_content_threshold_st_kz")
            if enough and not m["family"].startswith("HAUL"):
                cost -= price * self.par(f"domestic_lease_preference_share_of_price_{mode}")
        return cost


def least_cost(*, plants=True, imports=True):
    """Solve the reference, with or without Kazakh plants and ready-built import."""
    data = Data()
    rate, life = data.par("discount_rate"), data.par("plant_life_years")
    crf = rate / (1 - (1 + rate) ** -life)
    cost, most, whole, rows = [], [], [], []

    def column(price, upper=np.inf, integer=0):
        cost.append(price)
        most.append(upper)
        whole.append(integer)
        return len(cost) - 1

    run, site, load, groups = [], {}, [], defaultdict(list)
    for line in data.lines:
        yearly = crf * float(line["opening_cost_usd"]) + float(line["fixed_cost_usd"])
        run.append(column(yearly, float(plants), 1))
        if line["site"] not in site:
            site[line["site"]] = column(data.overhead[line["site"]], 1.0, 1)
        load.append({run[-1]: -float(line["capacity"])})
        groups[line["site"], line["family"]].append(run[-1])
        rows.append(({run[-1]: 1, site[line["site"]]: -1}, -np.inf, 0))
    rows += [(dict.fromkeys(group, 1), -np.inf, 1) for group in groups.values()]
    for want in data.demand:
        machine, market, quantity = want["product"], want["site"], float(want["quantity"])
        sources = []
        unit = data.imported(machine, market) if imports else None
        if unit is not None:
            sources.append(column(unit))
        for y, used, line in zip(run, load, data.lines, strict=True):
            if line["family"] != data.machines[machine]["family"]:
                continue
            unit = data.assembled(machine, line, market)
            if unit is not None:
                sources.append(column(unit))
                used[sources[-1]] = 1
                rows.append(({sources[-1]: 1, y: -quantity}, -np.inf, 0))
        rows.append((dict.fromkeys(sources, 1), quantity, quantity))
    rows += [(used, -np.inf, 0) for used in load]
    entries = [(r, c, a) for r, (row, _, _) in enumerate(rows) for c, a in row.items()]
    r, c, a = zip(*entries, strict=True)
    matrix = coo_array((a, (r, c)), shape=(len(rows), len(cost))).tocsc()
    limits = LinearConstraint(matrix, [row[1] for row in rows], [row[2] for row in rows])
    found = milp(
        cost,
        constraints=limits,
        bounds=Bounds(0, most),
        integrality=whole,
        options={"mip_rel_gap": 1e-9},
    )
    assert found.success, found.message
    return found.fun
