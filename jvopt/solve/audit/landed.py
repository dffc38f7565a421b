"""The landed cost of what is delivered: what each unit has cost along its way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jvopt.solve.audit.books import Books
from jvopt.solve.audit.due import TAKEN_OFF
from jvopt.solve.audit.flows import BATCH
from jvopt.solve.audit.given import look_up, total
from jvopt.solve.audit.log import Log

PLACE = ["site", "goods", "period"]
ROUNDS = 1000


def landed_costs(books: Books, log: Log) -> None:
    """Landed cost = average cost, undiscounted, of the units at hand where they are delivered.

    Goods at a site in a period are one pool: what comes in brings its cost with it, what goes out
    takes the average. What is due for goods as they are bought, shipped, made and kept sticks to
    them. The other costs of a line in a period (fixed, investment) fall on its load, those of a
    site on all that it ships or delivers. Fee and incentive are added at the end.
    """
    rows = books.figures.delivered
    pools = Pools(books)
    spent = rows["quantity"] * (pools.unit_costs(rows) + pools.overhead(rows, "site"))
    at_sale = books.due["deliveries"].drop(columns=list(TAKEN_OFF))
    rows = rows.assign(spent=spent + _whole(at_sale))
    stated, keys = books.stated["service"], ["site", "product", "period"]
    met = look_up(stated, rows, keys, "quantity")
    average = look_up(stated, rows, keys, "spent") / met.where(met > 0)
    log.same("service", stated[keys], average, stated["landed_cost"])


class Pools:
    """Goods at a site in a period, and what flows between such pools.

    Parameters
    ----------
    books
        Case and plan.
    """

    def __init__(self, books: Books) -> None:
        self.books = books
        costs = books.costs
        of_goods = ["shortfall", *(kind for kinds in books.due.values() for kind in kinds)]
        general = costs[~costs["kind"].isin(of_goods).to_numpy()]
        of_line = (general["line"] != "").to_numpy()
        self._of_line = total(general[of_line], ["line", "period"], "undiscounted")
        self._of_site = total(general[~of_line], ["site", "period"], "undiscounted")

    def overhead(self, frame: pd.DataFrame, site: str) -> pd.Series[Any]:
        """Give the site's own cost for each unit that it ships or delivers."""
        keys = ["site", "period"]
        places = pd.DataFrame({"site": frame[site], "period": frame["period"]}, frame.index)
        stated = self.books.stated
        left = self.books.figures.sent_out(places, keys)
        left += look_up(places, stated["deliveries"], keys, "quantity")
        return look_up(places, self._of_site, keys, "undiscounted") / left.where(left > 0, np.inf)

    def unit_costs(self, places: pd.DataFrame) -> pd.Series[Any]:
        """Give the average cost of a unit in each pool, going along the flows until it settles."""
        flows = pd.concat([self._bought(), self._made(), self._moved(), self._kept()])
        names = [f"{end}_{name}" for end in ("from", "to") for name in PLACE]
        flows = flows.fillna(dict.fromkeys(names, "")).reset_index(drop=True)
        start, end = (
            pd.MultiIndex.from_arrays([flows[f"{side}_{name}"] for name in PLACE])
            for side in ("from", "to")
        )
        pools = start.union(end, sort=False).unique()
        source, target = pools.get_indexer(start), pools.get_indexer(end)
        units, counted = flows["units"].to_numpy(float), flows["counted"].to_numpy(float)
        own = np.bincount(target, flows["money"].to_numpy(float), len(pools))
        at_hand = np.bincount(target, counted, len(pools))
        unit: NDArray[np.float64] = np.zeros(len(pools))
        for _ in range(ROUNDS):
            money = own + np.bincount(target, unit[source] * units, len(pools))
            new = np.divide(money, at_hand, out=np.zeros(len(pools)), where=at_hand > 0)
            change = np.abs(new - unit).max(initial=0.0)
            unit = new
            if change <= 1e-12 * np.abs(new).max(initial=1.0):
                break
        found = pools.get_indexer(pd.MultiIndex.from_frame(places[PLACE]))
        return pd.Series(np.where(found >= 0, unit[found], 0.0), places.index)

    def _bought(self) -> pd.DataFrame:
        rows = self.books.stated["purchases"]
        return _flows(None, rows, rows["quantity"], _whole(self.books.due["purchases"]))

    def _made(self) -> pd.DataFrame:
        """What is used brings its cost; what is made counts, with its own and the line's cost."""
        books = self.books
        rows = books.stated["production"]
        keys = ["line", "period"]
        used = rows["quantity"] * books.figures.produced["capacity_used"]
        load = look_up(rows, rows.assign(used=used), keys, "used")
        share = used / load.where(load > 0, np.inf)
        money = share * look_up(rows, self._of_line, keys, "undiscounted")
        money += _whole(books.due["production"])
        made = _flows(None, rows, rows["quantity"], money)
        inputs = books.stated["inputs"].merge(
            rows.drop_duplicates(BATCH)[[*BATCH, "site", "goods"]], on=BATCH, suffixes=("", "_made")
        )
        output = inputs.assign(goods=inputs["goods_made"])
        return pd.concat([made, _flows(inputs, output, inputs["quantity"], 0.0, counted=0.0)])

    def _moved(self) -> pd.DataFrame:
        rows = self.books.stated["shipments"]
        start = rows.rename(columns={"origin": "site"})
        money = rows["quantity"] * self.overhead(rows, "origin")
        money += _whole(self.books.due["shipments"])
        end = rows.rename(columns={"destination": "site"})
        return _flows(start, end, rows["quantity"], money)

    def _kept(self) -> pd.DataFrame:
        """Stock goes on to the next period with its cost; stock of the first day came free."""
        names = self.books.given.names
        rows = self.books.stated["stock"]
        after = dict(zip(names, [*names[1:], ""], strict=True))
        later = rows.assign(period=rows["period"].map(after).fillna(""))
        first = rows[(rows["period"] == names[0]).to_numpy()]
        kept = _flows(rows, later, rows["closing"], _whole(self.books.due["stock"]))
        return pd.concat([kept, _flows(None, first, first["opening"], 0.0)])


def _whole(due: pd.DataFrame) -> pd.Series[Any]:
    """Add up the kinds of cost of each row, unknown where one of them is."""
    return due.sum(axis=1, skipna=False)


def _flows(
    start: pd.DataFrame | None,
    end: pd.DataFrame,
    units: pd.Series[Any],
    money: Any,
    counted: Any = None,
) -> pd.DataFrame:
    """Write down flows: from and to which pool, units, units that count at the end, own cost."""
    places = {f"to_{name}": end[name] for name in PLACE}
    if start is not None:
        places |= {f"from_{name}": start[name] for name in PLACE}
    return pd.DataFrame(
        {**places, "units": units if start is not None else 0.0, "money": money,
         "counted": units if counted is None else counted}
    )  # fmt: skip
