"""Lanes, recipes and what of the demand they can serve at all."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from jvopt.core.checks.reach import Reach, reach_of
from jvopt.core.checks.subject import Flags, Subject, rows_where
from jvopt.core.issues import Issue, issue
from jvopt.core.phrases import SHOWN, Listed, Name, Phrase, Rows, some


def lanes(s: Subject) -> Iterator[Issue]:
    """Check that lanes lead somewhere else, cover something, and do not tie."""
    frame = s["lanes"]
    for at in rows_where((frame["origin"] == frame["destination"]) & (frame["origin"] != "")):
        yield issue("lane_to_itself", "lanes", at + 1, "destination", frame["destination"][at])
    both = (frame["product"] != "") & (frame["cargo_class"] != "") & s.good("lanes")
    if not both.any() or not s.good("products", "product", "cargo_class").all():
        return
    products = s["products"].drop_duplicates("product").set_index("product")["cargo_class"]
    wrong = both & (frame["product"].map(products) != frame["cargo_class"])
    for at in rows_where(wrong):
        yield issue(
            "lane_covers_nothing",
            "lanes",
            at + 1,
            "cargo_class",
            frame["cargo_class"][at],
            product=frame["product"][at],
        )
    key = ["origin", "destination", "mode", "product"]
    plain = frame.loc[(frame["product"] != "") & (frame["cargo_class"] == "")]
    first = pd.Series(plain.index, index=pd.MultiIndex.from_frame(plain[key]))
    first = first[~first.index.duplicated()]
    asked = pd.MultiIndex.from_frame(frame.loc[both & ~wrong, key])
    for at, other in zip(rows_where(both & ~wrong), first.reindex(asked), strict=True):
        if pd.notna(other):
            yield issue(
                "lane_tie",
                "lanes",
                at + 1,
                "cargo_class",
                frame["cargo_class"][at],
                other=Rows("lanes", (int(other) + 1,)),
                product=frame["product"][at],
            )


def recipes(s: Subject) -> Iterator[Issue]:
    """Check for cycles, and warn of recipes, lines and products that nothing uses."""
    frame, used = s["recipes"], s["recipe_inputs"]
    if s.sound("recipes", "recipe_inputs"):
        yield from _cycles(frame, used[~(used["quantity"] == 0).to_numpy(bool)])
    if s.sound("assembly", "recipes", "lines"):
        for table, code in (
            ("recipes", "recipe_without_assembly"),
            ("lines", "line_without_assembly"),
        ):
            names = s[table][table[:-1]]
            idle = (names != "") & ~names.isin(s["assembly"][table[:-1]])
            for at in rows_where(idle) if s.good("assembly").all() else []:
                yield issue(code, table, at + 1, table[:-1], names[at])
        run = frame["recipe"].isin(s["assembly"]["recipe"])
        empty = frame["recipe"].ne("") & run & ~frame["recipe"].isin(used["recipe"])
        for at in rows_where(empty) if s.good("recipe_inputs").all() else []:
            yield issue("recipe_without_inputs", "recipes", at + 1, "recipe", frame["recipe"][at])
    if s.sound("demand", "recipe_inputs", "products") and s.good("recipe_inputs").all():
        names = s["products"]["product"]
        wanted = {*s["demand"]["product"].unique(), *used["product"].unique()}
        idle_names = [name for name in names.drop_duplicates() if name and name not in wanted]
        if idle_names and s.good("demand", "product").all():
            yield issue("unused_products", "products", products=some(idle_names))


def _cycles(frame: pd.DataFrame, used: pd.DataFrame) -> Iterator[Issue]:
    """Follow products into what is made of them; a way that comes back is a cycle."""
    made = frame.drop_duplicates("recipe").set_index("recipe")["product"]
    edges: dict[str, list[tuple[str, int, str]]] = {}
    product_of = used["recipe"].map(made)
    for at, (recipe, part, product) in enumerate(
        zip(used["recipe"], used["product"], product_of, strict=True)
    ):
        if isinstance(product, str) and product and part:
            edges.setdefault(product, []).append((part, int(used.index[at]), recipe))
    done: set[str] = set()
    for start in edges:
        path: list[str] = []
        on_path: set[str] = set()
        stack = [(start, iter(edges.get(start, [])))] if start not in done else []
        if stack:
            path, on_path = [start], {start}
        while stack:
            product, parts = stack[-1]
            part, at, recipe = next(parts, ("", -1, ""))
            if at < 0:
                stack.pop()
                done.add(product)
                on_path.discard(path.pop())
            elif part in on_path:
                cycle = [*path[path.index(part) :], part]
                yield issue(
                    "recipe_cycle",
                    "recipe_inputs",
                    at + 1,
                    "product",
                    part,
                    recipe=recipe,
                    cycle=" <- ".join(cycle),
                )
            elif part not in done:
                stack.append((part, iter(edges.get(part, []))))
                path.append(part)
                on_path.add(part)


def lines(s: Subject) -> Iterator[Issue]:
    """Warn of what a line is to make of inputs that its site cannot get."""
    reach = reach_of(s)
    if reach is None:
        return
    assembly = s["assembly"]
    ways = reach.ways[(~reach.ways["wild"]).to_numpy(bool)]
    yield from _without_outlet(s, reach, ways)
    # What can be had nowhere is told with the demand for it.
    somewhere: Flags = np.asarray(reach.at_hand.any(axis=0))
    for site, row, product, inputs in zip(
        ways["site"], ways["row"], ways["product"], ways["inputs"], strict=True
    ):
        lacking = [reach.products[i] for i in inputs if not reach.at_hand[site, i]]
        if lacking and reach.able[site] and somewhere[product]:
            yield issue(
                "assembly_without_inputs",
                "assembly",
                int(row) + 1,
                "line",
                assembly["line"][row],
                recipe=assembly["recipe"][row],
                site=reach.sites[site],
                products=some(lacking),
            )


def _without_outlet(s: Subject, reach: Reach, ways: pd.DataFrame) -> Iterator[Issue]:
    """Warn of what is made where nobody wants it and no lane takes it."""
    if not s.good("demand").all() or not s.good("stock").all() or reach.lanes["wild"].any():
        return
    wanted = np.zeros((len(reach.sites), len(reach.products)), bool)
    for table in ("demand", "stock"):
        site, product = reach.site(s[table]["site"]), reach.product(s[table]["product"])
        wanted[site, product] = True
    for site, inputs in zip(reach.ways["site"], reach.ways["inputs"], strict=True):
        wanted[site, inputs] = True
    np.logical_or.at(wanted, reach.lanes["origin"], reach.covers_products[reach.lanes["sel"]])
    once = ways[~ways.duplicated(["site", "product"])]
    for site, product, row in zip(once["site"], once["product"], once["row"], strict=True):
        if reach.able[site] and not wanted[site, product]:
            yield issue(
                "assembly_without_outlet",
                "assembly",
                int(row) + 1,
                "line",
                s["assembly"]["line"][row],
                site=reach.sites[site],
                product=reach.products[product],
            )


def demand(s: Subject) -> Iterator[Issue]:
    """Check that everything demanded can be had, and can reach the market."""
    reach = reach_of(s)
    if reach is None:
        return
    frame = s["demand"]
    site, product = reach.site(frame["site"]), reach.product(frame["product"])
    good = s.good("demand") & (site >= 0) & (product >= 0) & (frame["quantity"] > 0).to_numpy(bool)
    shut = good & ~reach.able[site]
    somewhere: Flags = np.asarray(reach.at_hand.any(axis=0))
    nowhere = good & ~shut & ~somewhere[product]
    lost = good & ~shut & ~nowhere & ~reach.at_hand[site, product]
    must = list(frame["penalty"].isna() | (frame["least_share"] > 0))
    for at in rows_where(shut):
        name = frame["site"][at]
        there = Rows("sites", (rows_where(s["sites"]["site"] == name)[0] + 1,))
        named = {"where": Name("sites"), "row_there": there}
        yield _unserved("at_closed_site", must[at], at, "site", name, **named)
    reasons: dict[int, list[Phrase]] = {}
    for at in rows_where(nowhere):
        code = int(product[at])
        if code not in reasons:
            reasons[code] = _missing(reach, code)
        what = "without_inputs" if reasons[code] else "without_source"
        name = frame["product"][at]
        missing = Listed(reasons[code], mark="; ")
        yield _unserved(what, must[at], at, "product", name, missing=missing)
    for at in rows_where(lost):
        where = reach.sites[reach.at_hand[:, product[at]]]
        yield _unserved(
            "out_of_reach",
            must[at],
            at,
            "site",
            frame["site"][at],
            product=frame["product"][at],
            sites=some(where),
        )


def _unserved(what: str, must: bool, at: int, column: str, value: str, **words: object) -> Issue:
    """Make it an error where demand must be met, else a warning."""
    code = f"demand_{what}" if must else f"shortfall_{what}"
    return issue(code, "demand", at + 1, column, value, **words)


def servable(s: Subject, reach: Reach) -> Flags:
    """Say for each row of demand that it has no error, and lanes can bring what it wants."""
    frame = s["demand"]
    site, product = reach.site(frame["site"]), reach.product(frame["product"])
    good = s.good("demand") & (site >= 0) & (product >= 0)
    return good & reach.able[site] & reach.at_hand[site, product]


def _missing(reach: Reach, product: int) -> list[Phrase]:
    """Say which inputs the lines lack that could make a product."""
    ways = reach.ways[(reach.ways["product"] == product).to_numpy() & (reach.ways["site"] >= 0)]
    found = []
    for site, row, inputs in zip(ways["site"], ways["row"], ways["inputs"], strict=True):
        lacking = [reach.products[i] for i in inputs if not reach.at_hand[site, i]]
        line = reach.s["assembly"]["line"][row]
        found.append(
            Phrase(
                "{line} ({site}) lacks {products}",
                line=line,
                site=reach.sites[site],
                products=some(lacking),
            )
        )
    return found[:SHOWN]
