"""Rules of drawback: what is refunded was received, dutied, and exported again."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from jvopt.solve.audit.books import Books
from jvopt.solve.audit.given import total
from jvopt.solve.audit.log import Log

RECEIVED = ["site", "product", "origin", "mode", "goods"]


def refunds_of_inputs(books: Books, log: Log) -> None:
    """Only inputs of a plant's own recipes are refunded."""
    rows = books.stated["drawback"]
    lines = books.given.assembly[["site", "recipe"]]
    bill = books.given["recipe_inputs"][["recipe", "product"]]
    known = lines.merge(bill, on="recipe")[["site", "product"]]
    found = pd.MultiIndex.from_frame(rows[["site", "product"]])
    log.true(
        "drawback",
        rows[[*RECEIVED, "period"]],
        found.isin(pd.MultiIndex.from_frame(known)),
        "an input of the plant",
    )


def refunds_of_received(books: Books, log: Log) -> None:
    """Refunded, cumulative, <= received so far over the lane, by goods."""
    rows = books.stated["drawback"]
    got = books.stated["shipments"].rename(columns={"destination": "site"})
    keys = rows[RECEIVED].drop_duplicates()
    _cumulative(books, log, keys, RECEIVED, rows, got)


def refunds_of_exported(books: Books, log: Log) -> None:
    """Refunded of an input, cumulative, <= what exports so far contain of it.

    The sum over all lanes and goods of the input against the units of it in what the plant has
    shipped on lanes that leave its customs territory.
    """
    rows = books.stated["drawback"]
    keys = ["site", "product"]
    _cumulative(books, log, rows[keys].drop_duplicates(), keys, rows, _contained(books))


def _contained(books: Books) -> pd.DataFrame:
    """Give units of inputs in a plant's exports: the least of its recipes for the goods."""
    shipments = books.stated["shipments"]
    exports = shipments[books.given.crosses(shipments)].rename(columns={"origin": "site"})
    exports = total(exports, ["site", "goods", "period"])
    goods = books.stated.goods[["goods", "product", "made_in", "assembly_mode"]].drop_duplicates()
    recipes = books.given.assembly.drop_duplicates(["site", "recipe"])
    recipes = recipes.rename(columns={"country": "made_in"})
    able = recipes.merge(goods, on=["product", "made_in", "assembly_mode"])
    able = able[["site", "goods", "recipe"]].drop_duplicates()
    bill = books.given["recipe_inputs"].rename(columns={"product": "input"})
    ways = able.merge(
        able.merge(bill, on="recipe")[["site", "goods", "input"]].drop_duplicates(),
        on=["site", "goods"],
    )
    ways = ways.merge(bill[["recipe", "input", "quantity"]], on=["recipe", "input"], how="left")
    least = ways.fillna({"quantity": 0.0}).groupby(["site", "goods", "input"])["quantity"].min()
    found = exports.merge(least.rename("each").reset_index(), on=["site", "goods"])
    return found.assign(product=found["input"], quantity=found["quantity"] * found["each"])


def _cumulative(
    books: Books,
    log: Log,
    places: pd.DataFrame,
    by: Iterable[str],
    refunded: pd.DataFrame,
    allowed: pd.DataFrame,
) -> None:
    keys = list(by)
    places = books.given.in_each_period(places)
    sums = []
    for frame in (refunded, allowed):
        units = places.merge(total(frame, [*keys, "period"]), on=[*keys, "period"], how="left")
        units = units.fillna({"quantity": 0.0})
        sums.append(units.groupby(keys, sort=False)["quantity"].cumsum().to_numpy())
    log.at_most("drawback", places[[*keys, "period"]], sums[1], sums[0])


def refunds(books: Books, log: Log) -> None:
    """Refund = units x drawback_share x duty of a unit on that lane in the period."""
    rows = books.stated["drawback"]
    duty = books.figures.duty(rows.rename(columns={"site": "destination"}))
    each = duty["duty"] * duty["drawback_share"]
    log.same("drawback", rows[[*RECEIVED, "period"]], rows["quantity"] * each, rows["refund"])
    idle = (each == 0) | np.isnan(each)
    log.same("drawback", rows[[*RECEIVED, "period"]][idle], 0.0, rows["quantity"][idle])
