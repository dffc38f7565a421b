"""Every table of a case, declared once.

The checks, the JSON schema, the workbook template and the reference pages are drawn from here.
"""

from __future__ import annotations

from jvopt.core.schema import Table
from jvopt.core.tables.general import (
    CHANGES,
    CURRENCIES,
    NOTES,
    PERIODS,
    SCENARIOS,
    SETTING_VALUES,
    SETTINGS,
)
from jvopt.core.tables.goods import ASSEMBLY, DEMAND, PRODUCTS, RECIPE_INPUTS, RECIPES, SUPPLY
from jvopt.core.tables.lines import LINE_PERIODS, LINES
from jvopt.core.tables.network import LANES, SITES, STOCK, THROUGHPUT
from jvopt.core.tables.policy import (
    CLAIMS,
    COUNTRY_GROUPS,
    FEES,
    INCENTIVES,
    LIMITS,
    TARIFFS,
)

TABLES: dict[str, Table] = {
    t.name: t
    for t in (
        SETTINGS,
        PERIODS,
        CURRENCIES,
        PRODUCTS,
        SITES,
        SUPPLY,
        LINES,
        LINE_PERIODS,
        RECIPES,
        RECIPE_INPUTS,
        ASSEMBLY,
        LANES,
        DEMAND,
        THROUGHPUT,
        STOCK,
        COUNTRY_GROUPS,
        CLAIMS,
        TARIFFS,
        FEES,
        INCENTIVES,
        LIMITS,
        SCENARIOS,
        CHANGES,
        NOTES,
    )
}
"""The tables in the order in which people fill them."""

__all__ = ["SETTING_VALUES", "TABLES"]
