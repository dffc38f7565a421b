"""The case as index arrays: sites, products, time, money and lanes, by whole-number codes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast, overload

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jvopt.core.case import Case
from jvopt.core.geography import territories
from jvopt.models.sparse import Flags, Floats, Index, Ints

Limit = dict[str, Any]
"""A row of `limits`."""

_Args = ParamSpec("_Args")
_Answer = TypeVar("_Answer")


def once(
    what: Callable[Concatenate[Network, _Args], _Answer],
) -> Callable[Concatenate[Network, _Args], _Answer]:
    """Work something out once for each network; frames that it gives are not to be changed."""

    @wraps(what)
    def known(net: Network, /, *args: _Args.args, **named: _Args.kwargs) -> _Answer:
        key = (what.__qualname__, *args)
        if key not in net.known:
            net.known[key] = what(net, *args, **named)
        found: _Answer = net.known[key]
        return found

    return cast("Callable[Concatenate[Network, _Args], _Answer]", known)


@dataclass(frozen=True, slots=True)
class Periods:
    """The horizon.

    Attributes
    ----------
    names
        Ids in order of time.
    start : ndarray of datetime64[D], shape (periods,)
        First days; NaT where the case has no dates.
    years, offset : ndarray, shape (periods,)
        Lengths, and years from the start of the horizon to the start of each period.
    mid, begin : ndarray, shape (periods,)
        Discount factors of flows (middle of the period) and of one-off costs (its start), both
        to the start of the horizon.
    """

    names: list[str]
    start: NDArray[np.datetime64]
    years: Floats
    offset: Floats
    mid: Floats
    begin: Floats

    def __len__(self) -> int:
        return len(self.names)

    @classmethod
    def of(cls, case: Case) -> Periods:
        """Read the horizon of a case; without rows it is one year called ``year``."""
        frame = case.filled("periods").sort_values("start", kind="stable")
        if frame.empty:
            frame = pd.DataFrame(
                {"period": ["year"], "start": pd.to_datetime(pd.Series([""])), "years": [1.0]}
            )
        years = frame["years"].to_numpy(float)
        offset = np.concatenate([[0.0], np.cumsum(years)[:-1]])
        growth = 1.0 + float(case.setting("discount_rate"))
        return cls(
            frame["period"].tolist(),
            frame["start"].to_numpy("datetime64[D]"),
            years,
            offset,
            growth ** -(offset + years / 2),
            growth**-offset,
        )


class Words(Sequence[str]):
    """Names that are put together from the words of a row, only for rows that somebody looks at.

    Parameters
    ----------
    frame
        Words of each row; "" for none.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self._words = [frame[column].to_numpy() for column in frame]
        self._count = len(frame)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> list[str]: ...
    def __getitem__(self, row: int | slice) -> str | list[str]:
        if isinstance(row, slice):
            return [self[i] for i in range(*row.indices(self._count))]
        return " ".join(filter(None, (words[row] for words in self._words)))


class Network:
    """What stands where: the part of a case that does not depend on which goods move.

    Parameters
    ----------
    case
        A case without errors.

    Attributes
    ----------
    time : Periods
    sites, products, lines, recipes, assembly, lanes : DataFrame
        Tables with defaults filled in, and code columns beside the names.
    names : dict of sequence of str
        For each kind of thing the names its codes stand for.
    territory : ndarray of int, shape (sites,)
        Customs territory of each site; -1 for a site without a country.
    winners : dict of ndarray
        Rows of rates that apply to what moves and is delivered, once they have been looked up.
    known : dict
        What has been worked out; see `once`.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self.known: dict[tuple[Any, ...], Any] = {}
        self.time = Periods.of(case)
        self.sites = case.filled("sites")
        self.products = case.filled("products")
        self.products["chargeable_mass"] = self.products["chargeable_mass"].fillna(
            self.products["mass"]
        )
        self.names: dict[str, Sequence[str]] = {
            "site": self.sites["site"].tolist(),
            "product": self.products["product"].tolist(),
            "period": self.time.names,
            "line": case["lines"]["line"].tolist(),
            "recipe": case["recipes"]["recipe"].tolist(),
        }
        self._codes = {kind: pd.Index(names) for kind, names in self.names.items()}
        self._worth = self._rates()
        self.value = self._customs_values()
        self.territory = self._territories()
        self.lines = case.filled("lines")
        self.lines["site"] = self.code("site", self.lines["site"])
        self.recipes = case.filled("recipes")
        self.recipes["product"] = self.code("product", self.recipes["product"])
        inputs = case.filled("recipe_inputs")
        self.inputs = pd.DataFrame(
            {
                "recipe": self.code("recipe", inputs["recipe"]),
                "product": self.code("product", inputs["product"]),
                "quantity": inputs["quantity"],
            }
        )
        self.inputs = self.inputs[self.inputs["quantity"] > 0]
        self.assembly = self._assembly()
        self.arcs, self.lane_rows, self.lane_cover = self._lanes()
        self.winners: dict[tuple[str, str], Ints] = {}

    def code(self, kind: str, names: pd.Series[str]) -> Ints:
        """Give the codes of names, -1 for a blank."""
        return self._codes[kind].get_indexer(pd.Index(names)).astype(np.int64)

    def made_in(self, site: Ints, country: pd.Series[str]) -> NDArray[Any]:
        """Give where goods at sites come from: as it is stated, else the country of the site."""
        home = self.sites["country"].to_numpy()[site]
        return np.where(country == "", home, country)

    def index(self, frame: pd.DataFrame, *key: str) -> Index:
        """Count a family of columns or rows over a frame of codes."""
        return Index(frame, key, self.names)

    def each_period(self, kind: str, codes: Ints) -> pd.DataFrame:
        """Give things of a kind, each once a period, in codes."""
        count = len(self.time)
        return pd.DataFrame(
            {kind: np.repeat(codes, count), "period": np.tile(np.arange(count), len(codes))}
        )

    @once
    def over_periods(self, table: str) -> pd.DataFrame:
        """Give the rows of a table once for each period they cover.

        Returns
        -------
        DataFrame
            The columns ``row`` (position in the table), ``period`` (code) and ``named`` (whether
            the row is for that period alone), in the order of the table.
        """
        period = self.code("period", self.case[table]["period"])
        times = np.where(period < 0, len(self.time), 1)
        row = np.repeat(np.arange(len(period)), times)
        nth = np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times)
        named = period[row] >= 0
        return pd.DataFrame(
            {"row": row, "period": np.where(named, period[row], nth), "named": named}
        )

    @once
    def stock_rows(self) -> pd.DataFrame:
        """Give the row of `stock` that holds for each site, product and period, in codes."""
        table = self.case.filled("stock")
        covered = self.over_periods("stock")
        frame = table.iloc[covered["row"].to_numpy()].reset_index(drop=True)
        frame = frame.assign(
            row=covered["row"],
            period=covered["period"],
            named=covered["named"],
            site=self.code("site", frame["site"]),
            product=self.code("product", frame["product"]),
        )
        return one_row_each(frame)

    def limits(self) -> list[Limit]:
        """Give the rows of `limits`, with defaults filled in."""
        rows = self.case.filled("limits").to_dict("records")
        return [{str(name): cell for name, cell in row.items()} for row in rows]

    @once
    def line_value(self, column: str) -> tuple[Floats, Ints]:
        """Give a number of each line in each period, with overrides from `line_periods`.

        Returns
        -------
        value : shape (lines, periods)
        row : shape (lines, periods)
            Row of `line_periods` that overrides, -1 where none does.
        """
        value = np.repeat(self.lines[column].to_numpy(float)[:, None], len(self.time), axis=1)
        row = np.full(value.shape, -1)
        frame = self.case["line_periods"]
        line, period = self.code("line", frame["line"]), self.code("period", frame["period"])
        given = np.flatnonzero(frame[column].notna().to_numpy())
        value[line[given], period[given]] = frame[column].to_numpy()[given]
        row[line[given], period[given]] = given
        return value, row

    def worth(self, currencies: pd.Series[str]) -> Floats:
        """Give the rate to the base currency for each row and period, shape (rows, periods)."""
        codes, kinds = pd.factorize(currencies)
        table = np.array([self._worth[kind] for kind in kinds]).reshape(-1, len(self.time))
        found: Floats = table[codes]
        return found

    def _rates(self) -> dict[str, Floats]:
        rates = {
            "": np.ones(len(self.time)),
            str(self.case.setting("base_currency")): np.ones(len(self.time)),
        }
        given = self.case["currencies"]
        covered = self.over_periods("currencies").sort_values("named", kind="stable")
        for row, period in zip(covered["row"], covered["period"], strict=True):
            name = given["currency"].iloc[row]
            rates.setdefault(name, np.full(len(self.time), np.nan))[period] = given["rate"].iloc[
                row
            ]
        return rates

    def _customs_values(self) -> Floats:
        """Customs value of each product in each period, NaN where unknown."""
        value = self.products["customs_value"].to_numpy(float)
        values: Floats = value[:, None] * self.worth(self.products["currency"])
        return values

    def _territories(self) -> Ints:
        homes = territories(self.case, self.sites["country"])
        codes = pd.factorize(pd.Series(homes, dtype="str"))[0].astype(np.int64)
        return np.where(self.sites["country"].to_numpy() == "", -1, codes)

    def _assembly(self) -> pd.DataFrame:
        frame = self.case.filled("assembly")
        worth = self.worth(frame["currency"])
        self.names["assembly"] = (frame["line"] + " " + frame["recipe"]).tolist()
        line = self.code("line", frame["line"])
        recipe = self.code("recipe", frame["recipe"])
        frame = frame.assign(
            line=line,
            recipe=recipe,
            site=self.lines["site"].to_numpy()[line],
            product=self.recipes["product"].to_numpy()[recipe],
            assembly_mode=self.recipes["assembly_mode"].to_numpy()[recipe],
        )
        self.assembly_cost = frame["unit_cost"].to_numpy()[:, None] * worth
        return frame

    def _lanes(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """Resolve the rows of `lanes`.

        Returns
        -------
        arcs
            One row for each origin, destination, transport mode and product that a lane row
            covers, with the most specific row as ``row``.
        rows
            The table itself, with defaults.
        cover
            Every lane row with every arc (position in `arcs`) that it covers.
        """
        lanes = self.case.filled("lanes")
        origin = self.code("site", lanes["origin"])
        destination = self.code("site", lanes["destination"])
        mode, modes = pd.factorize(lanes["mode"])
        self.names["mode"] = [str(m) for m in modes]
        classes = self.products["cargo_class"].to_numpy()
        everything = np.arange(len(self.products))
        product = self.code("product", lanes["product"])
        # A row for a product and a class holds only if the product is of that class.
        named = lanes["cargo_class"].to_numpy()
        one = np.flatnonzero((product >= 0) & ((named == "") | (named == classes[product])))
        pieces = [pd.DataFrame({"row": one, "product": product[one], "rank": 2})]
        for name, rows in lanes[product < 0].groupby("cargo_class").groups.items():
            fits = everything if name == "" else np.flatnonzero(classes == name)
            at = np.asarray(rows)
            pieces.append(
                pd.DataFrame(
                    {
                        "row": np.repeat(at, len(fits)),
                        "product": np.tile(fits, len(at)),
                        "rank": int(name != ""),
                    }
                )
            )
        cover = pd.concat(pieces, ignore_index=True)
        row = cover["row"].to_numpy()
        cover = cover.assign(origin=origin[row], destination=destination[row], mode=mode[row])
        key = ["origin", "destination", "mode", "product"]
        place = np.zeros(len(cover), np.int64)
        for k in key:
            place = place * (cover[k].max() + 1) + cover[k].to_numpy()
        order = np.argsort(3 * place - cover["rank"].to_numpy(), kind="stable")
        new = np.diff(place[order], prepend=-1) > 0
        arcs = cover.iloc[order[new]][[*key, "row"]].reset_index(drop=True)
        arc = np.empty(len(cover), np.int64)
        arc[order] = np.cumsum(new) - 1
        cover = pd.DataFrame({"row": row, "arc": arc})
        return arcs, lanes, cover

    def freight(self) -> Floats:
        """Freight of a unit on each arc in each period, in the base currency.

        cost_per_unit + (cost_per_tonne + cost_per_tonne_km x distance) x chargeable mass.
        """
        row = self.arcs["row"].to_numpy()
        lanes = self.lane_rows
        per_tonne = lanes["cost_per_tonne"] + lanes["cost_per_tonne_km"] * lanes["distance"].fillna(
            0.0
        )
        mass = self.products["chargeable_mass"].to_numpy()[self.arcs["product"]]
        unit = lanes["cost_per_unit"].to_numpy()[row] + per_tonne.to_numpy()[row] * mass
        money: Floats = unit[:, None] * self.worth(lanes["currency"])[row]
        return money

    def co2(self) -> Floats:
        """Tonnes of CO2 of a unit on each arc: co2 x distance x mass / 1000."""
        row = self.arcs["row"].to_numpy()
        per_tonne = (self.lane_rows["co2"] * self.lane_rows["distance"].fillna(0.0)).to_numpy()
        mass = self.products["mass"].to_numpy()[self.arcs["product"]]
        tonnes: Floats = per_tonne[row] * mass / 1000.0
        return tonnes

    def crossing(self) -> Flags:
        """Whether each arc enters a customs territory from outside."""
        start = self.territory[self.arcs["origin"]]
        end = self.territory[self.arcs["destination"]]
        flags: Flags = (start >= 0) & (end >= 0) & (start != end)
        return flags


def one_row_each(frame: pd.DataFrame) -> pd.DataFrame:
    """Let a row for one period win over one for all; in the order of site, product and period."""
    key = ["site", "product", "period"]
    best = frame.sort_values("named", ascending=False, kind="stable").drop_duplicates(key)
    return best.sort_values(key, ignore_index=True)
