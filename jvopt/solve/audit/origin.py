"""Rules of origin: which claims goods may make, and whether what they are made of allows it."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pandas as pd

from jvopt.solve.audit.books import Books
from jvopt.solve.audit.given import look_up, total
from jvopt.solve.audit.log import Log
from jvopt.solve.audit.rates import Row, each
from jvopt.solve.audit.stated import PARTED_BY, claims_of

BATCH = ["line", "recipe", "claims", "rules", "period"]
CLAIM = [*BATCH, "claim"]
ORIGIN = ["line", "site", "recipe", "product", "claim", "rule", "period"]


class Batches:
    """What is made under claims: for each batch and claim what went in that does not originate.

    A batch is what one line makes by one recipe under the same claims and rules in one period.
    """

    def __init__(self, books: Books) -> None:
        self.books = books

    @cached_property
    def made(self) -> pd.DataFrame:
        """Each batch once for each claim that it makes.

        With ``rule`` (relied on), ``asked`` (by the case), its ``threshold``, and whether the claim
        may be made at all (``eligible``).
        """
        books = self.books
        made = total(books.stated["production"], BATCH)
        facts = ["line", "recipe", "site", "product", "country"]
        made = made.merge(books.given.assembly[facts], on=["line", "recipe"])
        rows = []
        for row in made[(made["claims"] != "").to_numpy()].to_dict("records"):
            relied = rules_of(row["rules"], row["claims"])
            for claim in sorted(claims_of(row["claims"])):
                rows.append(
                    {
                        **row,
                        "claim": claim,
                        "rule": relied.get(claim, ""),
                        **self._asked(claim, row["product"], row["country"]),
                    }
                )
        columns = [*made.columns, "claim", "rule", "asked", "threshold", "eligible"]
        return pd.DataFrame(rows, columns=columns)

    def _asked(self, claim: str, product: str, country: str) -> Row:
        claims = self.books.figures.claims
        row = claims.rule(claim, product)
        if row is None:
            return {"asked": "", "threshold": np.nan, "eligible": False}
        eligible = claims.eligible(claim, product, country)
        return {"asked": row["rule"], "threshold": row["least_share"], "eligible": eligible}

    @cached_property
    def content(self) -> pd.DataFrame:
        """The batches with what went into them that does not originate.

        ``value`` is that of the output, ``foreign`` that of the inputs that do not originate,
        ``same_heading`` the units of those of the output's own heading.
        """
        given, made = self.books.given, self.made
        value = given.customs_value(made["product"], made["period"]) * made["quantity"]
        used = self.books.stated["inputs"].rename(columns={"product": "input"})
        used = made[[*CLAIM, "product"]].merge(used, on=BATCH).rename(columns={"input": "part"})
        goods = self.books.figures.goods
        holds = {
            (gid, claim)
            for gid, held in each(goods, ("goods", "claims"))
            for claim in claims_of(held)
        }
        originates = [key in holds for key in zip(used["goods"], used["claim"], strict=True)]
        foreign = used[~np.array(originates, dtype=bool)]
        worth = given.customs_value(foreign["part"], foreign["period"]) * foreign["quantity"]
        heading = given.product_column(foreign["part"], "hs").str[:4]
        own = given.product_column(foreign["product"], "hs").str[:4]
        same = foreign[((heading == own) & (heading != "")).to_numpy()]
        foreign = foreign.assign(worth=worth.where(foreign["quantity"] != 0, 0.0))
        return made.assign(
            value=value,
            # A value that is not known makes the content unknown, which no threshold accepts.
            foreign=look_up(
                made, foreign.assign(worth=foreign["worth"].fillna(np.inf)), CLAIM, "worth"
            ).replace(np.inf, np.nan),
            same_heading=look_up(made, same, CLAIM, "quantity"),
        )


def rules_of(rules: str, claims: str) -> dict[str, str]:
    """Read the rule relied on for each claim: both cells are in the same order."""
    return dict(zip(parts(claims), parts(rules), strict=False))


def parts(text: str) -> list[str]:
    """Give the parts of a cell in order."""
    return [part for part in text.split(PARTED_BY) if part]


def _any_claim(books: Books) -> bool:
    """Say whether anything is made under a claim, or said to rely on a rule."""
    made = books.stated["production"]
    return bool(((made["claims"] != "") | (made["rules"] != "")).any())


def claims_made(books: Books, log: Log) -> None:
    """Goods made hold only claims that they may, by the rule that the case asks for.

    Each claim has a row that covers the product, and an area with the country of the line's site.
    The rule relied on is that row's (either: value or heading).
    """
    if not _any_claim(books):
        return
    rows = Batches(books).made
    places = rows[CLAIM]
    log.true("production", places, rows["eligible"], "a claim that may be made", rows["claim"])
    either = (rows["asked"] == "either") & rows["rule"].isin(["value", "heading"])
    log.true(
        "production", places, (rows["rule"] == rows["asked"]) | either, rows["asked"], rows["rule"]
    )
    made = books.stated["production"]
    named = [
        len(parts(r)) == len(parts(c)) for r, c in zip(made["rules"], made["claims"], strict=True)
    ]
    log.true("production", made[BATCH], named, "a rule for each claim", made["rules"])


def origin_rules(books: Books, log: Log) -> None:
    """What goes into goods made under a claim keeps its rule.

    Value: value of the inputs that do not originate <= (1 - least_share) x value of what is made.
    Heading: none of them has the output's own four-digit heading.
    """
    if not _any_claim(books):
        return
    rows = Batches(books).content
    value = rows[(rows["rule"] == "value").to_numpy()]
    allowed = ((1 - value["threshold"]) * value["value"]).fillna(0.0)
    log.at_most("production", value[CLAIM], allowed, value["foreign"], scale=value["value"])
    heading = rows[(rows["rule"] == "heading").to_numpy()]
    log.at_most(
        "production", heading[CLAIM], 0.0, heading["same_heading"], scale=heading["quantity"]
    )


def origin_table(books: Books, log: Log) -> None:
    """The table origin tells content, threshold and margin right.

    For each line, recipe, claim, rule and period: the units made, their originating share of the
    customs value, the threshold (rule value) and the difference.
    """
    if not _any_claim(books) and books.stated["origin"].empty:
        return
    due = Batches(books).content
    due = due[(due["quantity"] > 0).to_numpy()]
    stated = books.stated["origin"]
    places = pd.concat([due[ORIGIN], stated[ORIGIN]]).drop_duplicates(ignore_index=True)
    log.same(
        "origin",
        places,
        look_up(places, due, ORIGIN, "quantity"),
        look_up(places, stated, ORIGIN, "quantity"),
    )
    sums = due.groupby(ORIGIN)[["value", "foreign"]].sum(min_count=1).reset_index()
    sums = sums.merge(due.drop_duplicates(ORIGIN)[[*ORIGIN, "threshold"]], on=ORIGIN)
    weighed = stated.assign(weighed=stated["content"] * stated["quantity"])
    average = look_up(places, weighed, ORIGIN, "weighed") / look_up(
        places, stated, ORIGIN, "quantity"
    )
    found = places.merge(sums, on=ORIGIN, how="left")
    log.same("origin", places, 1 - found["foreign"] / found["value"], average)
    threshold = stated[ORIGIN].merge(sums, on=ORIGIN, how="left")["threshold"]
    log.same(
        "origin", stated[ORIGIN], threshold.where(stated["rule"] == "value"), stated["threshold"]
    )
    log.same("origin", stated[ORIGIN], stated["content"] - stated["threshold"], stated["margin"])
