"""Where goods can be: what is sold or made there, and what lanes bring.

Whatever is not certain counts as possible, so that "cannot" is certain: rows with errors stand for
anything that they might mean, time and quantities do not count (unless a capacity is 0).
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jvopt.core.checks.subject import Flags, Ints, Subject

_UNKNOWN = "?"
"""Country of manufacture of goods that a row with an error may stand for."""


NETWORK = (
    "periods",
    "products",
    "sites",
    "supply",
    "lines",
    "line_periods",
    "recipes",
    "recipe_inputs",
    "assembly",
    "lanes",
    "demand",
    "stock",
)
"""The tables that say what can be where; without them nothing is certain."""


def reach_of(s: Subject) -> Reach | None:
    """Follow the goods of a case, once; None where its tables are not there or cannot be read."""
    if not s.sound(*NETWORK) or any(s[t].empty for t in ("products", "sites", "demand")):
        return None
    s.depends_on(NETWORK)  # it looks into some of them only when something is asked of it
    return s.own(Reach)


class Reach:
    """Which goods (product and country of manufacture) can be at which site.

    Attributes
    ----------
    sites, products : Index
        Ids, in the order of their tables, repeated ones once.
    goods : DataFrame
        ``product`` (position) and ``made_in`` of each goods.
    here : ndarray of bool, shape (sites, goods)
        Whether goods can be at a site.
    """

    def __init__(self, s: Subject) -> None:
        self.s = s
        self.sites = pd.Index(s["sites"]["site"].drop_duplicates())
        self.products = pd.Index(s["products"]["product"].drop_duplicates())
        first = ~s["sites"]["site"].duplicated().to_numpy(bool)
        self.able: Flags = s.able[first]
        self.country = s["sites"]["country"].to_numpy(object)[first]
        self.ways = _ways(self)
        sources = [self._bought("supply"), self._bought("stock"), self._made()]
        placed = pd.concat(sources, ignore_index=True)
        self.goods = (
            placed[["product", "made_in"]]
            .drop_duplicates()
            .sort_values("product", kind="stable", ignore_index=True)
        )
        self.here = self._spread(placed)

    def site(self, names: pd.Series[str]) -> Ints:
        """Give the positions of sites, -1 for an unknown one."""
        return _positions(self.sites, names)

    def product(self, names: pd.Series[str]) -> Ints:
        """Give the positions of products, -1 for an unknown one."""
        return _positions(self.products, names)

    @cached_property
    def at_hand(self) -> Flags:
        """Whether some goods of a product can be at a site; sites x products."""
        return self._by_product(self.here)

    @cached_property
    def wanted(self) -> Flags:
        """Whether goods at a site are of use: there, or wherever lanes can take them.

        Rows with errors do not count here.
        """
        demand = self.s["demand"]
        site, product = self.site(demand["site"]), self.product(demand["product"])
        wanted = np.zeros((len(self.sites), len(self.products)), bool)
        some = (demand["quantity"] > 0).to_numpy() & (site >= 0) & (product >= 0)
        wanted[site[some], product[some]] = True
        stock = self.s["stock"]
        site, product = self.site(stock["site"]), self.product(stock["product"])
        held = (site >= 0) & (product >= 0)
        wanted[site[held], product[held]] = True
        lanes = self.lanes[~self.lanes["wild"].to_numpy(bool)]
        sure = self.ways[(~self.ways["wild"]).to_numpy(bool)]
        ways = list(zip(sure["site"], sure["product"], sure["inputs"], strict=True))
        while True:
            before = int(wanted.sum())
            _bring(
                wanted, lanes["destination"], lanes["origin"], lanes["sel"], self.covers_products
            )
            for site, product, inputs in ways:
                if wanted[site, product]:
                    wanted[site, inputs] = True
            wanted &= self.able[:, None]
            if int(wanted.sum()) == before:
                return wanted[:, self.goods["product"].to_numpy()]

    @cached_property
    def lanes(self) -> pd.DataFrame:
        """The lanes that can carry anything.

        ``row``, ``origin``, ``destination`` (-1 unknown), ``sel`` (row of `covers`), ``wild``.
        """
        frame = self.s["lanes"]
        good = self.s.good("lanes", "origin", "destination", "product", "cargo_class")
        origin, destination = self.site(frame["origin"]), self.site(frame["destination"])
        use: Flags = ~(frame["capacity"] == 0).to_numpy(bool)
        use = use & np.where(origin < 0, True, self.able[origin])
        use = use & np.where(destination < 0, True, self.able[destination])
        named = [frame[name].where(good, "") for name in ("product", "cargo_class")]
        sel = pd.MultiIndex.from_arrays(named)
        return pd.DataFrame(
            {
                "row": np.arange(len(frame)),
                "origin": origin,
                "destination": destination,
                "sel": self._selections.get_indexer(sel),
                "wild": ~good,
            }
        )[use]

    @cached_property
    def _selections(self) -> pd.MultiIndex:
        named = self.s["lanes"][["product", "cargo_class"]].drop_duplicates()
        blank = pd.DataFrame({"product": [""], "cargo_class": [""]})
        return pd.MultiIndex.from_frame(pd.concat([blank, named]).drop_duplicates())

    @cached_property
    def covers_products(self) -> Flags:
        """Which products each selection of lanes covers; selections x products."""
        classes = self.s["products"].drop_duplicates("product")["cargo_class"].to_numpy(object)
        covers = np.ones((len(self._selections), len(self.products)), bool)
        for i, (product, name) in enumerate(self._selections):
            if product:
                covers[i] &= np.asarray(self.products == product)
            if name:
                covers[i] &= classes == name
        return covers

    def selecting(self, products: Ints) -> list[Ints]:
        """Give the selections that cover each of some products, at most four; -1 for none."""
        classes = self.s["products"].drop_duplicates("product")["cargo_class"].to_numpy(object)
        name, kind = self.products.to_numpy(object)[products], classes[products]
        blank = np.full(len(products), "", object)
        found = []
        for pair in ((blank, blank), (name, blank), (blank, kind), (name, kind)):
            sel: Ints = self._selections.get_indexer(pd.MultiIndex.from_arrays(pair))
            found.append(np.where((kind == "") & (pair[1] is kind), -1, sel))
        return found

    @property
    def covers(self) -> Flags:
        """Which goods each selection of lanes covers; selections x goods."""
        return self.covers_products[:, self.goods["product"].to_numpy()]

    def _by_product(self, goods: Flags) -> Flags:
        found = np.zeros((len(goods), len(self.products)), bool)
        if len(self.goods):
            products, first = np.unique(self.goods["product"].to_numpy(), return_index=True)
            found[:, products] = np.logical_or.reduceat(goods, first, axis=1)
        return found

    def _bought(self, table: str) -> pd.DataFrame:
        """Give site, product and country of what a row of supply or stock brings in."""
        frame = self.s[table]
        some = frame["opening"] > 0 if table == "stock" else ~(frame["capacity"] == 0)
        if table == "stock":
            some = some | ~self.s.good("stock", "opening")
        site, product = self.site(frame["site"]), self.product(frame["product"])
        home = np.where(site < 0, _UNKNOWN, self.country[site])
        made_in = np.where(frame["country"] == "", home, frame["country"])
        use = some.to_numpy(bool)
        return self._placed(site[use], product[use], made_in[use], -1)

    def _made(self) -> pd.DataFrame:
        site, product = self.ways["site"].to_numpy(), self.ways["product"].to_numpy()
        home = np.where(site < 0, _UNKNOWN, self.country[site])
        return self._placed(site, product, home, np.arange(len(site)))

    def _placed(
        self, site: Ints, product: Ints, made_in: NDArray[Any], way: Ints | int
    ) -> pd.DataFrame:
        """Put goods at sites; an unknown product may be any."""
        frame = pd.DataFrame({"site": site, "product": product, "made_in": made_in, "way": way})
        unknown = frame["product"] < 0
        if unknown.any():
            anything = pd.DataFrame({"product": np.arange(len(self.products)), "made_in": _UNKNOWN})
            more = frame.loc[unknown, ["site", "way"]].merge(anything, how="cross")
            frame = pd.concat([frame[~unknown], more])
        return frame

    def _spread(self, placed: pd.DataFrame) -> Flags:
        key = pd.MultiIndex.from_frame(self.goods)
        goods = key.get_indexer(pd.MultiIndex.from_frame(placed[["product", "made_in"]]))
        site, way = placed["site"].to_numpy(), placed["way"].to_numpy()
        here = np.zeros((len(self.sites), len(self.goods)), bool)
        bought = way < 0
        here[site[bought & (site >= 0)], goods[bought & (site >= 0)]] = True
        wild = self.ways["wild"].to_numpy(bool)
        free = bought | _pick(wild, way)
        here[site[free & (site >= 0)], goods[free & (site >= 0)]] = True
        here[:, goods[free & (site < 0)]] = True
        here &= self.able[:, None]
        making = np.flatnonzero(~free)
        lanes, covers = self.lanes, self.covers
        from_anywhere = lanes[(lanes["origin"] < 0).to_numpy()]
        for to, sel in zip(from_anywhere["destination"], from_anywhere["sel"], strict=True):
            here[to if to >= 0 else slice(None)] |= covers[sel]
        known = lanes[((lanes["origin"] >= 0) & (lanes["destination"] >= 0)).to_numpy()]
        lost = lanes[((lanes["origin"] >= 0) & (lanes["destination"] < 0)).to_numpy()]
        inputs = self.ways["inputs"].tolist()
        while True:
            before = int(here.sum())
            _bring(here, known["origin"], known["destination"], known["sel"], covers)
            for start, sel in zip(lost["origin"], lost["sel"], strict=True):
                here |= here[start] & covers[sel]
            at_hand = self._by_product(here)
            for n in making:
                if at_hand[site[n], inputs[way[n]]].all():
                    here[site[n], goods[n]] = True
            here &= self.able[:, None]
            if int(here.sum()) == before:
                return here


def _bring(
    here: Flags, start: pd.Series[int], end: pd.Series[int], sel: pd.Series[int], covers: Flags
) -> None:
    """Carry what is at the start of each lane to its end, all lanes at once."""
    if not len(start):
        return
    order = np.argsort(end.to_numpy(), kind="stable")
    ends, first = np.unique(end.to_numpy()[order], return_index=True)
    packed, masks = np.packbits(here, axis=1), np.packbits(covers, axis=1)
    brought = packed[start.to_numpy()[order]] & masks[sel.to_numpy()[order]]
    arrived = np.bitwise_or.reduceat(brought, first, axis=0)
    here[ends] |= np.unpackbits(arrived, axis=1, count=here.shape[1]).astype(bool)


def _ways(reach: Reach) -> pd.DataFrame:
    """Give each row of assembly that can run.

    ``row``, ``line``, ``recipe`` (positions in their tables), ``site``, ``product`` (-1 unknown),
    ``inputs`` (positions of products), ``wild`` (it may stand for anything).
    """
    s = reach.s
    frame, lines, recipes = s["assembly"], s["lines"], s["recipes"]
    line = _first(lines["line"], frame["line"])
    recipe = _first(recipes["recipe"], frame["recipe"])
    site = np.where(line < 0, -1, _pick(reach.site(lines["site"]), line))
    product = np.where(recipe < 0, -1, _pick(reach.product(recipes["product"]), recipe))
    use = ~((frame["most"] == 0) & s.good("assembly", "most")).to_numpy(bool)
    use = use & ((line < 0) | _pick(lines_that_run(s), line))
    use = use & ((site < 0) | _pick(reach.able, site))
    used = s["recipe_inputs"]
    used = used[~(used["quantity"] == 0).to_numpy(bool) & s.good("recipe_inputs")]
    codes = pd.DataFrame({"recipe": used["recipe"], "code": reach.product(used["product"])})
    inputs = codes[codes["code"] >= 0].groupby("recipe")["code"].agg(list).to_dict()
    ways = pd.DataFrame(
        {
            "row": np.arange(len(frame)),
            "line": line,
            "recipe": recipe,
            "site": site,
            "product": product,
            "inputs": pd.Series([inputs.get(name, []) for name in frame["recipe"]], dtype=object),
            "wild": (line < 0) | (recipe < 0) | (site < 0) | (product < 0),
        }
    )
    able: pd.DataFrame = ways[use].reset_index(drop=True)
    return able


def lines_that_run(s: Subject) -> Flags:
    """Whether each line can have a load in some period."""
    lines, own = s.filled("lines"), s["line_periods"]
    raised = set(own["line"][~(own["capacity"] == 0)])
    nothing = (lines["capacity"] == 0) & lines["step_cost"].isna() & ~lines["line"].isin(raised)
    last = s.horizon["offset"].iloc[-1]
    late = (lines["now"] == "closed") & (lines["build_time"] > last + 1e-9)
    late &= bool(s.good("periods").all())
    flags: Flags = s.able_lines & ~(nothing | late).to_numpy(bool)
    return flags | ~s.good("lines", "capacity", "now", "decision", "build_time", "step_cost")


def _positions(known: pd.Index[str], names: pd.Series[str]) -> Ints:
    at: Ints = known.get_indexer(pd.Index(names)).astype(np.int64)
    return at


def _first(names: pd.Series[str], asked: pd.Series[str]) -> Ints:
    """Give the position of the first row of each name, -1 for an unknown one."""
    once = names[~names.duplicated()]
    at = pd.Index(once).get_indexer(pd.Index(asked))
    return np.where(at < 0, -1, _pick(once.index.to_numpy(), at)).astype(np.int64)


def _pick(values: NDArray[Any], at: Ints) -> NDArray[Any]:
    """Take values by position; anything for -1."""
    if not len(values):
        return np.zeros(len(at), values.dtype)
    return values[at]
