"""What duty, fee and incentive fall on goods: the rates of `Which row wins`, as arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from jvopt.core.rates import RATE_PLACES, winning_rows
from jvopt.models.goods import Goods, claims_of, rate_queries
from jvopt.models.network import Network
from jvopt.models.sparse import Array, Floats


class Duty(NamedTuple):
    """Duty of a unit on each lane, in the base currency of its period.

    Attributes
    ----------
    unit : ndarray, shape (shipments,)
        The cheapest duty that the goods may claim; 0 on lanes that enter no customs territory.
    claim : ndarray of str, shape (shipments,)
        The claim whose rate that is; "" for the ordinary one.
    drawback : ndarray, shape (shipments,)
        Share of it, 0 to 1, that is refunded on export.
    """

    unit: Floats
    claim: Array
    drawback: Floats


def duty(net: Network, goods: Goods, ship: pd.DataFrame, *, asked_for: str = "ship") -> Duty:
    r"""Give the duty of a unit shipped.

    .. math:: \text{duty}_{odmgt} = \min_\kappa \left(\text{ad\_valorem}_\kappa\,
        (V_i + \sigma\,\phi_{odmit}) + \text{specific}_\kappa\,(1 \text{ or } \mu_i)\right)

    on lanes that enter a customs territory, over the ordinary row of `tariffs` and the rows of the
    claims :math:`\kappa` that the goods hold; V is ``products.customs_value``, :math:`\sigma` the
    setting ``freight_in_dutiable_value``, :math:`\phi` the freight of a unit, :math:`\mu`
    ``products.mass``. Where there is no ordinary row duty is 0.

    Parameters
    ----------
    ship
        ``arc``, ``destination``, ``product``, ``goods`` and ``period`` of each shipment (codes).
    asked_for
        Which family of variables the shipments stand for.
    """
    tariffs = net.case.filled("tariffs")
    found = Duty(np.zeros(len(ship)), np.full(len(ship), "", object), np.zeros(len(ship)))
    dutiable = np.flatnonzero(net.crossing()[ship["arc"].to_numpy(np.int64)])
    if tariffs.empty or not len(dutiable):
        return found
    frame = ship.iloc[dutiable]
    period, product = frame["period"].to_numpy(), frame["product"].to_numpy()
    country = net.sites["country"].to_numpy()[frame["destination"]]
    queries = _queries(net, goods, frame, country)
    worth = net.worth(tariffs["currency"])
    freight = net.freight()[frame["arc"], period]
    base = np.nan_to_num(net.value[product, period])
    base = base + float(net.case.setting("freight_in_dutiable_value")) * freight
    mass = net.products["mass"].to_numpy()[product]
    best = np.full(len(frame), np.inf)
    for claim in claims_of(tariffs):
        row = _winners(net, asked_for, tariffs, claim, queries, "tariffs")
        applies = (row >= 0) & _held(goods, claim, frame)
        at = row[applies]
        per = np.where(tariffs["specific_per"].to_numpy()[at] == "tonne", mass[applies], 1.0)
        specific = tariffs["specific"].to_numpy()[at] * worth[at, period[applies]]
        unit = np.full(len(frame), np.inf)
        unit[applies] = tariffs["ad_valorem"].to_numpy()[at] * base[applies] + specific * per
        if not claim:
            unit[row < 0] = 0.0
        cheaper = unit < best
        best[cheaper] = unit[cheaper]
        found.claim[dutiable[cheaper]] = claim
        share = np.zeros(len(frame))
        share[applies] = tariffs["drawback_share"].to_numpy()[at]
        found.drawback[dutiable[cheaper]] = share[cheaper]
    found.unit[dutiable] = best
    return found


def fee(net: Network, goods: Goods, serve: pd.DataFrame) -> Floats:
    r"""Give the recycling fee of a unit delivered, in the base currency of its period.

    .. math:: \text{fee}_{gst} = \min_\kappa A_\kappa \left(1 - \max_\kappa R_\kappa\right)

    over the ordinary row and the rows of the claims :math:`\kappa` that the goods hold; A is
    ``fees.amount`` and R ``fees.relief``. A market without a country levies none.
    """
    fees = net.case.filled("fees")
    country = net.sites["country"].to_numpy()[serve["site"]]
    queries = _queries(net, goods, serve, country)
    period = serve["period"].to_numpy()
    worth = net.worth(fees["currency"])
    amount, relief = np.full(len(serve), np.inf), np.zeros(len(serve))
    stated = fees[fees["amount"].notna()]
    for claim in claims_of(stated):
        row = _winners(net, "fee", stated, claim, queries, "fees")
        hit = (row >= 0) & _held(goods, claim, serve)
        money = fees["amount"].to_numpy()[row[hit]] * worth[row[hit], period[hit]]
        amount[hit] = np.minimum(amount[hit], money)
    stated = fees[fees["relief"].notna()]
    for claim in claims_of(stated):
        row = _winners(net, "relief", stated, claim, queries, "fees")
        hit = (row >= 0) & _held(goods, claim, serve)
        relief[hit] = np.maximum(relief[hit], fees["relief"].to_numpy()[row[hit]])
    return np.where(np.isinf(amount) | (country == ""), 0.0, amount) * (1.0 - relief)


def incentive(net: Network, goods: Goods, serve: pd.DataFrame) -> Floats:
    r"""Give the support of a unit delivered, in the base currency of its period.

    .. math:: \text{support}_{gst} = \max_\kappa \left(A_\kappa + S_\kappa\,P_{sit}\right)

    over the ordinary row and the rows of the claims :math:`\kappa` that the goods hold; A is
    ``incentives.amount``, S ``incentives.share_of_price``, P ``demand.price``, else
    ``products.customs_value``. In a market without a country there is none.

    Parameters
    ----------
    serve
        ``site``, ``product``, ``goods``, ``period`` (codes) and ``row`` of `demand`.
    """
    table = net.case.filled("incentives")
    support = np.zeros(len(serve))
    country = net.sites["country"].to_numpy()[serve["site"]]
    queries = _queries(net, goods, serve, country)
    period = serve["period"].to_numpy()
    value = net.value[serve["product"], period]
    money = price(net, serve)
    money = np.nan_to_num(np.where(np.isnan(money), value, money))
    worth = net.worth(table["currency"])
    for claim in claims_of(table):
        row = _winners(net, "incentive", table, claim, queries, "incentives")
        hit = (row >= 0) & _held(goods, claim, serve) & (country != "")
        at = row[hit]
        unit = (
            table["amount"].to_numpy()[at] * worth[at, period[hit]]
            + table["share_of_price"].to_numpy()[at] * money[hit]
        )
        support[hit] = np.maximum(support[hit], unit)
    return support


def price(net: Network, serve: pd.DataFrame) -> Floats:
    """Give the demand price of a unit delivered in the base currency of its period; NaN: none."""
    demand = net.case.filled("demand")
    row = serve["row"].to_numpy(np.int64)
    worth = net.worth(demand["currency"])
    money: Floats = demand["price"].to_numpy()[row] * worth[row, serve["period"]]
    return money


def _queries(net: Network, goods: Goods, frame: pd.DataFrame, country: Array) -> pd.DataFrame:
    kind = goods.frame.iloc[frame["goods"].to_numpy(np.int64)]
    return rate_queries(net, kind, country, frame["period"].to_numpy(np.int64))


def _held(goods: Goods, claim: str, frame: pd.DataFrame) -> Array:
    if not claim:
        return np.ones(len(frame), bool)
    held: Array = goods.holds[claim][frame["goods"].to_numpy(np.int64)]
    return held


def _winners(
    net: Network,
    asked_for: str,
    rates: pd.DataFrame,
    claim: str,
    queries: pd.DataFrame,
    table: str,
) -> Array:
    """Look up the rows that apply, once: amounts may change and leave them as they are."""
    key = (asked_for, claim)
    if key not in net.winners:
        origin, destination = RATE_PLACES[table]
        net.winners[key] = winning_rows(
            net.case,
            rates[(rates["claim"] == claim).to_numpy()],
            queries,
            origin_column=origin,
            destination_column=destination,
        )
    return net.winners[key]
