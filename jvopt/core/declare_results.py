"""Short ways to declare the tables of results, of a plan and of analyses alike."""

from __future__ import annotations

from jvopt.core.schema import Column, Kind, Table, Titles

SITE, LINE, PRODUCT = ("sites.site",), ("lines.line",), ("products.product",)


def col(
    name: str,
    meaning: str,
    unit: str = "",
    kind: Kind = "text",
    *,
    refers: tuple[str, ...] = (),
    title: str = "",
    choices: tuple[str, ...] = (),
    mixed: bool = False,
) -> Column:
    """Declare a column; its heading is drawn from its name unless a title is given.

    Titles in Russian and Kazakh stand in the catalogues of words, and so do `choices`: words of
    ours that cells may hold, beside names that the user gave.
    """
    title = title or name.replace("_", " ").capitalize().replace("Co2", "CO2")
    kind = "choice" if choices and kind == "text" else kind
    return Column(
        name, kind, Titles(title, "", ""), meaning, unit, blank="none", refers=refers,
        choices=choices, mixed=mixed,
    )  # fmt: skip


def site(name: str, meaning: str) -> Column:
    """Declare a column of sites."""
    return col(name, meaning, refers=SITE)


def product(meaning: str) -> Column:
    """Declare the column of products."""
    return col("product", meaning, refers=PRODUCT)


def line(meaning: str) -> Column:
    """Declare the column of lines."""
    return col("line", meaning, refers=LINE)


def number(name: str, meaning: str, unit: str = "", *, title: str = "") -> Column:
    """Declare a column of numbers."""
    return col(name, meaning, unit, "number", title=title)


def result(name: str, meaning: str, *columns: Column) -> Table:
    """Declare a table."""
    title = name.replace("_", " ").capitalize()
    return Table(name, Titles(title, "", ""), meaning, (), columns)


PERIOD = col("period", "The period.")
