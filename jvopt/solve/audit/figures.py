"""The figures of shipments and deliveries, worked out from the case."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from jvopt.solve.audit.given import Given, look_up, total
from jvopt.solve.audit.log import TOLERANCE, size_of
from jvopt.solve.audit.rates import Claims, Policy, each
from jvopt.solve.audit.stated import Stated, claims_of, claims_text

LANE = ["origin", "destination", "mode"]
DUTY = ["product", "made_in", "claims", "country", "period"]
DELIVERY = ["product", "made_in", "assembly_mode", "claims", "country", "period"]


def _folded(codes: list[Any], names: list[pd.Index[Any]]) -> Any:
    """Fold the codes of several names into one whole number; -1 where a name is unknown."""
    folded, known = np.zeros(len(codes[0]), np.int64), np.ones(len(codes[0]), bool)
    for code, name in zip(codes, names, strict=True):
        folded, known = folded * len(name) + code, known & (code >= 0)
    return np.where(known, folded, -1)


class Figures:
    """What each unit on a lane, or delivered, costs; all in the base currency.

    Parameters
    ----------
    given
        The case.
    stated
        The plan.
    """

    def __init__(self, given: Given, stated: Stated) -> None:
        self.given = given
        self.stated = stated
        self.policy = Policy(given)
        self.claims = Claims(given)

    # Goods

    @cached_property
    def goods(self) -> pd.DataFrame:
        """All that each goods id may truly be.

        Goods that were bought hold every claim of their country, also those that the plan leaves
        out because no rate asks for them: such goods stand here in both ways.
        """
        goods = self.stated.goods
        opening = self.stated["stock"]
        opening = opening[((opening["period"] == self.given.names[0]) & (opening["opening"] > 0))]
        bought = set(self.stated["purchases"]["goods"]) | set(opening["goods"])
        full = goods[goods["goods"].isin(bought) & (goods["assembly_mode"] == "")]
        held = [
            claims_text(claims_of(claims) | self.claims.held(country))
            for claims, country in zip(full["claims"], full["made_in"], strict=True)
        ]
        return pd.concat([goods, full.assign(claims=held)], ignore_index=True).drop_duplicates()

    # Lanes

    @cached_property
    def _lanes(self) -> pd.DataFrame:
        rows = self.given["lanes"].rename(
            columns={"product": "row_product", "cargo_class": "row_class"}
        )
        return rows.assign(lane_row=range(1, len(rows) + 1))

    @cached_property
    def _lane_codes(self) -> tuple[Any, list[pd.Index[Any]]]:
        """A whole number for the origin, destination and mode of each lane row, and the names."""
        pairs = [pd.factorize(self._lanes[column]) for column in LANE]
        names = [pd.Index(found) for _, found in pairs]
        return _folded([codes for codes, _ in pairs], names), names

    def covering(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Give the lane rows that cover what moves: columns of the lanes beside those of `frame`.

        Parameters
        ----------
        frame
            With origin, destination, mode and product; its other columns are kept.
        """
        codes, names = self._lane_codes
        wanted = _folded(
            [n.get_indexer(pd.Index(frame[c])) for n, c in zip(names, LANE, strict=True)], names
        )
        lanes = self._lanes[np.isin(codes, wanted)]
        found = frame.merge(lanes, on=LANE, suffixes=("", "_row"))
        cargo = self.given.product_column(found["product"], "cargo_class")
        product_fits = (found["row_product"] == "") | (found["row_product"] == found["product"])
        class_fits = (found["row_class"] == "") | (found["row_class"] == cargo)
        return found[(product_fits & class_fits).to_numpy()]

    def _mass(self, rows: pd.DataFrame) -> pd.Series[Any]:
        """Give the tonnes of a unit of each row's product."""
        return self.given.product_column(rows["product"], "mass")

    def lane_row(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Give for each row of `frame` the most specific lane row; NaN where there is none.

        Columns: lane_row, the lane's own, and per unit freight (base currency of the row's
        period), tonnes and co2 (t).
        """
        keys = frame[[*LANE, "product", "period"]].drop_duplicates()
        rows = self.covering(keys)
        rank = 2 * (rows["row_product"] != "") + (rows["row_class"] != "")
        rows = rows.assign(rank=rank).sort_values("rank", ascending=False, kind="stable")
        rows = rows.drop_duplicates([*LANE, "product", "period"]).drop(columns="rank")
        mass = self._mass(rows)
        chargeable = self.given.product_column(rows["product"], "chargeable_mass")
        km = rows["distance"].fillna(0.0)
        by_tonne = rows["cost_per_tonne"] + rows["cost_per_tonne_km"] * km
        freight = (rows["cost_per_unit"] + by_tonne * chargeable) * self.given.rates(rows)
        rows = rows.assign(freight=freight, tonnes=mass, co2=rows["co2"] * km * mass / 1000)
        found = frame[[*LANE, "product", "period"]].merge(
            rows, on=[*LANE, "product", "period"], how="left"
        )
        return found.set_index(frame.index)

    # Duty

    def duty(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Give the duty of a unit of goods on a lane.

        Parameters
        ----------
        frame
            With origin, destination, mode, product, goods and period, and maybe duty_claim.

        Returns
        -------
        DataFrame
            For each row of `frame`: ``duty`` per unit, ``dearest`` (the same for the dearest of
            what the goods may be), ``drawback_share``, and ``claim_fits``, whether the rate of the
            frame's ``duty_claim`` (a claim, or "") is the one that comes to that duty.
        """
        due = self.given.crosses(frame)
        stated_claim = frame.get("duty_claim", "")
        result = pd.DataFrame({"duty": 0.0, "dearest": 0.0, "drawback_share": 0.0}, frame.index)
        result["claim_fits"] = pd.Series(stated_claim, frame.index) == ""
        if not due.any():
            return result
        rows = frame[["destination", "period", "goods"]].assign(
            freight_unit=self.lane_row(frame)["freight"],
            country=self.given.site_column(frame["destination"], "country"),
            stated_claim=stated_claim,
        )
        options = self._duty_options(self.stated.expanded(rows[due], self.goods))
        least = options.groupby("what")["duty"].transform("min")
        options = options.assign(fits=options["claim"] == options["stated_claim"])
        options = options[size_of(options["duty"] - least, least) <= TOLERANCE]
        by_row = options.groupby("at")
        found = pd.DataFrame(
            {
                "duty": by_row["duty"].min(),
                "dearest": by_row["duty"].max(),
                "drawback_share": by_row["drawback_share"].max(),
                "claim_fits": by_row["fits"].max(),
            }
        ).reindex(range(int(due.sum())))  # goods that the plan does not explain are left blank
        found["claim_fits"] = found["claim_fits"].eq(True)
        result[due] = found.set_axis(result.index[due])
        return result

    def _duty_options(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Give the duty by each candidate: at (row), what (one of what the goods may be), claim."""
        rows = rows.assign(what=range(len(rows)))
        options = pd.DataFrame(
            [(*key, *option) for key in each(rows, DUTY) for option in self.policy.duties(*key)],
            columns=[*DUTY, "claim", "ad_valorem", "specific", "drawback_share"],
        )
        found = rows.merge(options, on=DUTY)
        value = self.given.customs_value(found["product"], found["period"])
        dutiable = value + self.given.freight_dutiable * found["freight_unit"]
        share = np.where(found["ad_valorem"] > 0, found["ad_valorem"] * dutiable, 0.0)
        return found.assign(duty=share + found["specific"])

    # Deliveries

    def delivery(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Give fee, incentive and price of a unit delivered.

        Parameters
        ----------
        frame
            With site, product, goods and period.

        Returns
        -------
        DataFrame
            For each row: fee, incentive, price; and fee_high, incentive_high, the largest of what
            the goods may be.
        """
        wanted = self.wanted[["site", "product", "period", "price"]]
        price = frame[["site", "product", "period"]].merge(
            wanted, on=["site", "product", "period"], how="left"
        )["price"]
        rows = frame[["site", "goods", "period"]].assign(
            country=self.given.site_column(frame["site"], "country"), price=price.to_numpy()
        )
        rows = self.stated.expanded(rows, self.goods)
        value = self.given.customs_value(rows["product"], rows["period"])
        rows["basis"] = rows["price"].fillna(value)
        keys = list(each(rows, DELIVERY))
        fees = pd.DataFrame([(*k, self.policy.fee(*k)) for k in keys], columns=[*DELIVERY, "fee"])
        support = pd.DataFrame(
            [(*k, *option) for k in keys for option in self.policy.incentives(*k)],
            columns=[*DELIVERY, "amount", "share"],
        )
        rows = rows.assign(what=range(len(rows))).merge(fees, on=DELIVERY)
        options = rows.merge(support, on=DELIVERY)
        part = np.where(options["share"] > 0, options["share"] * options["basis"], 0.0)
        options["incentive"] = options["amount"] + part
        most = options.groupby("what")["incentive"].max()
        rows["incentive"] = rows["what"].map(most)
        spread = rows.groupby("at")[["fee", "incentive"]].agg(["min", "max"])
        found = pd.DataFrame(index=range(len(frame)))
        found[["fee", "fee_high"]] = spread["fee"][["min", "max"]]
        found[["incentive", "incentive_high"]] = spread["incentive"][["min", "max"]]
        found["price"] = price.fillna(0.0).to_numpy()
        return found.set_index(frame.index)

    # Demand and shipments

    @cached_property
    def wanted(self) -> pd.DataFrame:
        """Demand by site, product and period: units over the period, money in base currency."""
        rows = self.given.winning_row("demand")
        rows = self.given.in_base(rows, "price", "penalty")
        return rows.assign(quantity=rows["quantity"] * rows["years"])

    @cached_property
    def shipped(self) -> pd.DataFrame:
        """The plan's shipments with the figures that follow from the case, named ``*_due``."""
        rows = self.stated["shipments"]
        lane, duty = self.lane_row(rows), self.duty(rows)
        units = rows["quantity"]
        return rows.assign(
            lane_row=lane["lane_row"],
            distance=lane["distance"],
            transit_days=lane["transit_days"],
            freight_due=units * lane["freight"],
            tonnes_due=units * lane["tonnes"],
            co2_due=units * lane["co2"],
            duty_due=units * duty["duty"],
            duty_high=units * duty["dearest"],
            duty_claim_fits=duty["claim_fits"],
        )

    @cached_property
    def delivered(self) -> pd.DataFrame:
        """The plan's deliveries with the figures that follow from the case, named ``*_due``."""
        rows = self.stated["deliveries"]
        unit = self.delivery(rows)
        names = ("fee", "fee_high", "incentive", "incentive_high")
        due = {f"{name}_due": rows["quantity"] * unit[name] for name in names}
        return rows.assign(**due, revenue_due=rows["quantity"] * unit["price"])

    @cached_property
    def bought(self) -> pd.DataFrame:
        """The plan's purchases with the cost that follows from the case, ``cost_due``."""
        rows = self.stated["purchases"]
        prices = self.given.in_base(self.given.winning_row("supply"), "unit_cost")
        keys = ["site", "product", "period"]
        found = rows[keys].merge(prices[[*keys, "unit_cost", "country"]], on=keys, how="left")
        own = self.given.site_column(rows["site"], "country")
        country = found["country"].fillna("").set_axis(rows.index)
        return rows.assign(
            cost_due=rows["quantity"] * found["unit_cost"].to_numpy(),
            country_due=country.where(country != "", own),
        )

    def sent_out(self, places: pd.DataFrame, by: list[str]) -> pd.Series[Any]:
        """Give the units that each place (of columns of the shipments) sends out over lanes."""
        return look_up(
            places, self.stated["shipments"].rename(columns={"origin": "site"}), by, "quantity"
        )

    @cached_property
    def made(self) -> pd.DataFrame:
        """Units made by line, recipe and period."""
        return total(self.stated["production"], ["line", "recipe", "period"])

    @cached_property
    def produced(self) -> pd.DataFrame:
        """The plan's production with what the case says of its row of `assembly`."""
        rows, keys = self.stated["production"], ["line", "recipe"]
        found = rows[[*keys, "period", "quantity"]].merge(self.given.assembly, on=keys, how="left")
        return found.set_axis(rows.index)
