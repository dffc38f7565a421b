"""The page of the mathematics: every number that the model reads has its symbol."""

from __future__ import annotations

import re

from jvopt.core.tables import TABLES
from jvopt.models.renew import AMOUNTS, PRICES
from tools import mathematics

WITHOUT_SYMBOL = {
    ("currencies", "rate"),  # every amount of money is multiplied by it before a formula reads it
}


def symbols() -> list[tuple[str, str, str]]:
    """Give table, column and the rest of each row of the table of symbols."""
    rows = mathematics.page().partition("## Symbols")[2]
    return re.findall(r"tables\.md#(\w+)\)`\.(\w+)`(.*)", rows)


def test_every_number_that_the_model_reads_has_a_symbol() -> None:
    read = {
        (name, column)
        for columns in (AMOUNTS, PRICES)
        for name, some in columns.items()
        for column in some
        if TABLES[name].by_name[column].kind in ("number", "integer")
    }
    assert read - {row[:2] for row in symbols()} == WITHOUT_SYMBOL


def test_the_years_stand_at_every_formula_that_has_them() -> None:
    page = mathematics.page().partition("## Symbols")[0]
    using = {
        part.partition("\n")[0].strip()
        for part in page.split("\n### ")[1:]
        if re.search(r"\by_t|\by_\{", part)
    }
    (named,) = (rest for *cell, rest in symbols() if cell == ["periods", "years"])
    assert set(re.findall(r"\[([^\]]+)\]", named)) == using
    assert len(using) > 15
