"""Rules of goods: ids that exist, that fit what carries them, and that hide no difference."""

from __future__ import annotations

import pandas as pd

from jvopt.core.plan_tables import PLAN_TABLES
from jvopt.solve.audit.books import Books
from jvopt.solve.audit.log import Log
from jvopt.solve.audit.rates import each
from jvopt.solve.audit.stated import PARTED_BY, claims_of, claims_text

NAMES = {
    "site": "sites.site",
    "origin": "sites.site",
    "destination": "sites.site",
    "line": "lines.line",
    "recipe": "recipes.recipe",
    "product": "products.product",
    "period": "",
}
MAY_BE_BLANK = ("costs", "throughput", "prices", "conflicts")
OF_REGIONS = ("regions",)
"""Tables whose origins and destinations are no sites."""

CARRIERS = ("production", "inputs", "purchases", "shipments", "stock", "deliveries", "drawback")


def names_known(books: Books, log: Log) -> None:
    """Sites, lines, recipes, products and periods named anywhere in the plan are the case's."""
    known: dict[str, set[str]] = {"": set(books.given.names)}
    for source in filter(None, NAMES.values()):
        of, column = source.split(".")
        known[source] = set(books.given.case[of][column])
    for name, table in PLAN_TABLES.items():
        for column in (c.name for c in table.columns if c.name in NAMES):
            if name in OF_REGIONS and column in ("origin", "destination"):
                continue
            named = set(books.stated[name][column].tolist())
            if name in MAY_BE_BLANK:
                named.discard("")
            words = sorted(named)
            right = [word in known[NAMES[column]] for word in words]
            log.true(name, pd.DataFrame({column: words}), right, f"a {column} of the case", words)


def goods_known(books: Books, log: Log) -> None:
    """Goods of every row stand in the table goods, for the product of the row."""
    goods = books.stated.goods
    products = goods.groupby("goods")["product"].agg(["first", "nunique"])
    log.true(
        "goods",
        goods[["goods", "product"]],
        goods["goods"].map(products["nunique"]) == 1,
        "one product",
    )
    log.true(
        "goods",
        goods[["goods", "product"]],
        goods["product"].isin(books.given.products.index),
        "a product of the case",
    )
    for table in CARRIERS:
        rows = books.stated[table]
        log.true(
            table,
            rows[["goods", "product", "period"]],
            rows["goods"].map(products["first"]) == rows["product"],
            "goods of the product",
        )


def goods_of_purchases(books: Books, log: Log) -> None:
    """Bought goods are those of the country of the supply row.

    A blank country is the site's. They have no mode and hold only claims of that country.
    """
    rows = books.figures.bought
    places = rows[["site", "product", "goods", "period"]]
    log.true(
        "purchases",
        places,
        rows["country"] == rows["country_due"],
        rows["country_due"],
        rows["country"],
    )
    _bought_fit(books, log, "purchases", rows.assign(made_in=rows["country_due"]))


def goods_of_opening_stock(books: Books, log: Log) -> None:
    """Opening stock is of goods of the country that the stock row names.

    A blank country is the site's. They have no mode and hold only claims of that country.
    """
    rows = books.stated["stock"]
    rows = rows[(rows["period"] == books.given.names[0]) & (rows["opening"] > 0)]
    keys = ["site", "product", "period"]
    given = books.given.winning_row("stock")[[*keys, "country"]]
    country = rows[keys].merge(given, on=keys, how="left")["country"].fillna("")
    own = books.given.site_column(rows["site"], "country")
    country = country.set_axis(rows.index)
    _bought_fit(books, log, "stock", rows.assign(made_in=country.where(country != "", own)))


def _bought_fit(books: Books, log: Log, table: str, rows: pd.DataFrame) -> None:
    """Check that the goods of each row may be unmodified goods of the row's country."""
    goods = books.stated.goods
    bought = goods[(goods["assembly_mode"] == "").to_numpy()]
    allowed = {
        (gid, product, country)
        for gid, product, country, claims in each(bought, ("goods", "product", "made_in", "claims"))
        if claims_of(claims) <= books.figures.claims.held(country)
    }
    wanted = zip(rows["goods"], rows["product"], rows["made_in"], strict=True)
    log.true(
        table,
        rows[["site", "product", "goods", "period"]],
        [key in allowed for key in wanted],
        "goods of " + rows["made_in"],
        rows["goods"],
    )


def goods_of_production(books: Books, log: Log) -> None:
    """Made goods have the line's country, the recipe's mode and the claims chosen.

    Site, product and mode told are those of the line and the recipe.
    """
    rows = books.stated["production"]
    keys = ["line", "recipe"]
    facts = ["site", "product", "assembly_mode"]
    given = rows[keys].merge(books.given.assembly[[*keys, *facts, "country"]], on=keys, how="left")
    given = given.set_axis(rows.index)
    places = rows[["line", "recipe", "claims", "period"]]
    for fact in facts:
        log.true("production", places, rows[fact] == given[fact], given[fact], rows[fact])
    claims = [claims_text(claims_of(c)) for c in rows["claims"]]
    goods = set(
        each(books.stated.goods, ("goods", "product", "made_in", "assembly_mode", "claims"))
    )
    wanted = zip(
        rows["goods"],
        given["product"],
        given["country"],
        given["assembly_mode"],
        claims,
        strict=True,
    )
    log.true(
        "production",
        places,
        [key in goods for key in wanted],
        "goods as made by the recipe",
        rows["goods"],
    )


def goods_as_shown(books: Books, log: Log) -> None:
    """Country, mode and claims shown beside shipments and deliveries fit the goods.

    Where the goods may be several things, all countries and modes are shown, parted by commas, and
    the claims that they hold in any case.
    """
    by_id = books.stated.goods.groupby("goods")
    facts = {
        "made_in": by_id["made_in"].agg(_named_by_any),
        "assembly_mode": by_id["assembly_mode"].agg(_named_by_any),
        "claims": by_id["claims"].agg(lambda cells: _held_by_all(cells.tolist())),
    }
    for table in ("shipments", "deliveries"):
        rows = books.stated[table]
        for column, fact in facts.items():
            parted = PARTED_BY if column == "claims" else ", "
            found = rows[column].map(lambda text, by=parted: by.join(sorted(text.split(by))))
            expected = rows["goods"].map(fact)
            log.true(table, rows[["goods", "period"]], found == expected, expected, rows[column])


def _named_by_any(cells: pd.Series[str]) -> str:
    return ", ".join(sorted({word for word in cells if word}))


def _held_by_all(cells: list[str]) -> str:
    return claims_text(frozenset.intersection(*map(claims_of, cells)))


def goods_alike(books: Books, log: Log) -> None:
    """All that goods under one id may be pay the same, wherever the plan has them.

    The same duty and fee, with the same incentive.
    """
    rows = books.figures.shipped
    log.same(
        "shipments",
        rows[["goods", "origin", "destination", "mode", "period"]],
        rows["duty_due"],
        rows["duty_high"],
        scale=rows["freight_due"],
    )
    rows = books.figures.delivered
    for name in ("fee", "incentive"):
        log.same(
            "deliveries",
            rows[["goods", "site", "period"]],
            rows[f"{name}_due"],
            rows[f"{name}_high_due"],
        )


def inputs_alike(books: Books, log: Log) -> None:
    """All that an input under one id may be holds the same of the output's claims."""
    rows = books.stated["inputs"]
    rows = rows[(rows["claims"] != "").to_numpy()]
    rows = rows.rename(columns={"claims": "output_claims"})
    found = books.stated.expanded(rows, books.figures.goods)
    held = [
        claims_text(claims_of(held) & claims_of(output))
        for held, output in zip(found["claims"], found["output_claims"], strict=True)
    ]
    kinds = found.assign(held=held).groupby("at")["held"].nunique().reindex(range(len(rows)))
    log.true(
        "inputs",
        rows[["line", "recipe", "goods", "period"]],
        kinds.to_numpy() == 1,
        "goods alike in the claims of the output",
    )
