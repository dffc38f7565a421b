"""What is due for goods as they are bought, shipped, made, kept and sold, by kind of cost.

For each table of the plan a frame with its rows, and a column of money for each kind of cost that
they cause. The ledger and the landed cost take whatever columns there are.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from jvopt.core.tables import TABLES
from jvopt.solve.audit.figures import Figures
from jvopt.solve.audit.given import Given

LEVIED = ("input_duty", "goods_duty")
"""Kinds that the country levies in which goods arrive."""
TAKEN_OFF = ("revenue",)
"""Kinds that are no cost of what is sold."""


def due(figures: Figures) -> dict[str, pd.DataFrame]:
    """Give what is due by table of the plan, undiscounted, in base currency."""
    return {
        "purchases": _bought(figures),
        "shipments": _shipped(figures),
        "production": _made(figures),
        "stock": _kept(figures),
        "deliveries": _sold(figures),
    }


def _bought(figures: Figures) -> pd.DataFrame:
    return pd.DataFrame({"purchase": figures.bought["cost_due"]})


def _shipped(figures: Figures) -> pd.DataFrame:
    """Freight and duty are told apart by whether some recipe uses the product."""
    given, rows = figures.given, figures.shipped
    is_input = rows["product"].isin(given.inputs)
    return pd.DataFrame(
        {
            "inbound_freight": rows["freight_due"].where(is_input, 0.0),
            "outbound_freight": rows["freight_due"].where(~is_input, 0.0),
            "input_duty": rows["duty_due"].where(is_input, 0.0),
            "goods_duty": rows["duty_due"].where(~is_input, 0.0),
            "co2": given.co2_price * rows["co2_due"],
            "handling": rows["quantity"] * _handling(given, rows),
        }
    )


def _handling(given: Given, rows: pd.DataFrame) -> pd.Series[Any]:
    """Give the handling cost of a unit sent out: the product's own row, else the one for all."""
    if given["throughput"].empty:
        return pd.Series(0.0, rows.index)
    moved = rows[["origin", "product", "period"]].rename(columns={"origin": "site"})
    stated = given.in_base(given.in_each_period(given["throughput"]), "handling_cost")
    own = moved.merge(stated, on=["site", "product", "period"], how="left")["handling_cost"]
    every = moved[["site", "period"]].merge(
        stated[(stated["product"] == "").to_numpy()], on=["site", "period"], how="left"
    )["handling_cost"]
    return own.fillna(every).fillna(0.0).set_axis(rows.index)


def _made(figures: Figures) -> pd.DataFrame:
    rows = figures.produced
    unit = rows["unit_cost"] * figures.given.rates(rows)
    return pd.DataFrame({"assembly": rows["quantity"] * unit})


def _kept(figures: Figures) -> pd.DataFrame:
    """What is due for goods on hand as a period ends, for each year of it."""
    given, rows = figures.given, figures.stated["stock"]
    money = [c.name for c in TABLES["stock"].columns if c.unit.startswith("money")]
    stated = given.in_base(given.winning_row("stock"), *money)
    keys = ["site", "product", "period"]
    found = rows[keys].merge(stated, on=keys, how="left").set_axis(rows.index)

    def held(column: str) -> pd.Series[Any]:
        return rows["closing"] * (found[column] * found["years"]).fillna(0.0)

    return pd.DataFrame(
        {
            "holding": held("holding_cost"),
        }
    )


def _sold(figures: Figures) -> pd.DataFrame:
    rows = figures.delivered
    return pd.DataFrame(
        {
            "fee": rows["fee_due"],
            "incentive": -rows["incentive_due"],
            "revenue": -rows["revenue_due"],
        }
    )
