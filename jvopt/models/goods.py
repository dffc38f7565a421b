"""The goods that rules tell apart: product x country of manufacture x assembly mode x claims."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, combinations, product

import numpy as np
import pandas as pd

from jvopt.core.geography import countries_of
from jvopt.core.rates import RATE_PLACES, goods_rank, winning_rows
from jvopt.models.network import Network
from jvopt.models.sparse import Array, Flags, Ints

Claims = tuple[str, ...]

_FIGURES = {
    "tariffs": ["ad_valorem", "specific", "specific_per", "drawback_share", "currency"],
    "fees": ["amount", "currency"],
    # The relief of a fee is looked up apart, among the rows that state one.
    "fees.relief": ["relief"],
    "incentives": ["amount", "share_of_price", "currency"],
}


@dataclass(frozen=True, slots=True)
class Goods:
    """All goods of a network.

    Attributes
    ----------
    frame : DataFrame
        One row for each goods: ``goods`` (its id), ``product`` (code), and ``made_in``,
        ``assembly_mode``, ``claims`` of one of the combinations it stands for.
    members : DataFrame
        Every combination, with the code of its ``goods``.
    bought : dict
        Goods by product code and country of origin.
    made : DataFrame
        One row for each way to make: ``assembly`` (row of the table), ``claims``, ``rules`` (the
        origin rule relied on for each claim) and ``goods``.
    holds : dict of ndarray
        For each claim whether each goods holds it.
    by_row : bool
        Whether goods are told apart by the rows of rates that apply to them, whatever those say.
    """

    frame: pd.DataFrame
    members: pd.DataFrame
    bought: dict[tuple[int, str], int]
    made: pd.DataFrame
    holds: dict[str, Flags]
    by_row: bool

    @property
    def product(self) -> Ints:
        """Product code of each goods."""
        codes: Ints = self.frame["product"].to_numpy(np.int64)
        return codes

    def __len__(self) -> int:
        return len(self.frame)


def find_goods(net: Network, rules: ClaimRules, *, by_row: bool = False) -> Goods:
    """Tell apart the goods that some rule downstream tells apart, and merge all others.

    By row, rows of rates that say the same count as different, so that what they say may change.
    """
    bought = _bought(net)
    bought["claims"] = [
        tuple(c for c in rules.names if rules.matters[c][p] and country in rules.area[c])
        for p, country in zip(bought["product"], bought["made_in"], strict=True)
    ]
    made = _made(net, rules)
    raw = pd.concat([bought, made], ignore_index=True).astype({"product": np.int64})
    key = ["product", "made_in", "assembly_mode", "claims"]
    members = raw[key].drop_duplicates(ignore_index=True)
    signature = _signatures(net, members, rules, by_row)
    members["goods"] = pd.factorize(pd.MultiIndex.from_arrays([members["product"], signature]))[0]
    raw = raw.merge(members, on=key, how="left")
    ways = _smallest(raw.iloc[len(bought) :].reset_index(drop=True))
    pairs = raw.iloc[: len(bought)]
    there = pd.concat([pairs, ways])[key].drop_duplicates()
    members = members.merge(there, on=key)
    frame = members.drop_duplicates("goods").sort_values("goods", ignore_index=True)
    frame["goods"] = _labels(net, members, len(frame))
    return Goods(
        frame,
        members,
        dict(
            zip(zip(pairs["product"], pairs["made_in"], strict=True), pairs["goods"], strict=True)
        ),
        ways[["assembly", "claims", "rules", "goods"]],
        {c: np.array([c in held for held in frame["claims"]], bool) for c in rules.names},
        by_row,
    )


class ClaimRules:
    """Which products may hold which claims, and where that matters.

    Attributes
    ----------
    names : list of str
        The claims of the case.
    area : dict of set of str
        Countries of each claim's area.
    row : dict of ndarray
        For each claim the row of `claims` that sets each product's rule, -1 where none does.
    as_input, matters : dict of ndarray
        For each claim whether it counts for the origin of what a product goes into, and whether
        it counts at all (a rate names it, or it counts as an input).
    """

    def __init__(self, net: Network) -> None:
        claims = net.case.filled("claims")
        rank = _goods_rank(net, claims)
        self.table = claims
        self.names = list(dict.fromkeys(claims["claim"]))
        self.area = {
            c: countries_of(net.case, [a])
            for c, a in zip(claims["claim"], claims["area"], strict=True)
        }
        self.row = {}
        for c in self.names:
            mine = np.where((claims["claim"] == c).to_numpy()[:, None], rank, -1)
            self.row[c] = np.where(mine.max(0) >= 0, mine.argmax(0), -1)
        self.as_input = {c: np.zeros(len(net.products), bool) for c in self.names}
        self.matters = {c: np.zeros(len(net.products), bool) for c in self.names}
        for table in RATE_PLACES:
            rates = net.case[table]
            named = _goods_rank(net, rates) >= 0
            for c in self.names:
                self.matters[c] |= named[(rates["claim"] == c).to_numpy()].any(0)
        made = net.recipes["product"].to_numpy()[net.inputs["recipe"]]
        used = net.inputs["product"].to_numpy()
        for c in self.names:
            while True:
                counts = self.matters[c][made] & (self.row[c][made] >= 0)
                new = np.zeros_like(self.as_input[c])
                new[used[counts]] = True
                if not (new & ~self.as_input[c]).any():
                    break
                self.as_input[c] |= new
                self.matters[c] |= new

    def choices(self, claim: str, product_code: int) -> list[str]:
        """Give the origin rules under which a product may earn a claim."""
        rule = str(self.table["rule"].iloc[self.row[claim][product_code]])
        return ["value", "heading"] if rule == "either" else [rule]


def _goods_rank(net: Network, rows: pd.DataFrame) -> Ints:
    """How specifically each row names each product, -1 where it does not; rows x products."""
    products = net.products
    rank = np.full((len(rows), len(products)), -1)
    named = zip(rows["product"], rows["hs"], rows["family"], goods_rank(rows), strict=True)
    for i, (name, hs, family, how) in enumerate(named):
        fits = np.ones(len(products), bool)
        if name:
            fits &= products["product"].to_numpy() == name
        if hs:
            fits &= products["hs"].str.startswith(hs).to_numpy(bool)
        if family:
            fits &= products["family"].to_numpy() == family
        rank[i, fits] = how
    return rank


def _bought(net: Network) -> pd.DataFrame:
    """Every product with a country in which it can be bought, or was made if in stock."""
    pieces = []
    for table in ("supply", "stock"):
        frame = net.case.filled(table)
        if table == "stock":
            frame = frame[(frame["opening"] > 0).to_numpy()]
        pieces.append(
            pd.DataFrame(
                {
                    "product": net.code("product", frame["product"]),
                    "made_in": net.made_in(net.code("site", frame["site"]), frame["country"]),
                }
            )
        )
    return (
        pd.concat(pieces)
        .drop_duplicates(ignore_index=True)
        .assign(assembly_mode="", assembly=-1, rules=None)
    )


def _made(net: Network, rules: ClaimRules) -> pd.DataFrame:
    """Every assembly row with every set of claims and origin rules it may be run under."""
    country = net.sites["country"].to_numpy()[net.assembly["site"]]
    rows = []
    for a, (p, home, mode) in enumerate(
        zip(net.assembly["product"], country, net.assembly["assembly_mode"], strict=True)
    ):
        able = [
            c
            for c in rules.names
            if rules.matters[c][p] and rules.row[c][p] >= 0 and home in rules.area[c]
        ]
        subsets = chain.from_iterable(combinations(able, n) for n in range(len(able) + 1))
        for held in subsets:
            for chosen in product(*(rules.choices(c, p) for c in held)):
                rows.append((p, home, mode, a, chosen, held))
    names = ["product", "made_in", "assembly_mode", "assembly", "rules", "claims"]
    return pd.DataFrame(rows, columns=names)


def _signatures(
    net: Network, members: pd.DataFrame, rules: ClaimRules, by_row: bool
) -> list[bytes]:
    """Tell, for each combination, everything that any rule downstream makes of it."""
    countries = [c for c in dict.fromkeys(net.sites["country"]) if c]
    count = len(countries) * len(net.time)
    queries = rate_queries(
        net,
        members.loc[members.index.repeat(count)],
        np.tile(np.repeat(countries, len(net.time)), len(members)),
        np.tile(np.arange(len(net.time)), len(members) * len(countries)),
    )
    found = []
    for name, values in _FIGURES.items():
        table = name.partition(".")[0]
        origin, destination = RATE_PLACES[table]
        rates = net.case[table]
        if rates.empty:
            continue
        content = np.arange(len(rates))
        if not by_row:
            content = pd.factorize(pd.MultiIndex.from_frame(rates[values]))[0]
        states = (rates[values[0]].notna() | (table != "fees")).to_numpy(bool)
        for claim in claims_of(rates):
            mine = rates[states & (rates["claim"] == claim).to_numpy()]
            best = winning_rows(
                net.case, mine, queries, origin_column=origin, destination_column=destination
            )
            said = np.where(best >= 0, content[best], -1).reshape(len(members), count)
            if claim:
                said[[claim not in held for held in members["claims"]]] = -1
            found.append(said)
    said = np.concatenate(found, axis=1) if found else np.zeros((len(members), 0), int)
    counts = [
        ",".join(c for c in held if rules.as_input[c][p])
        for p, held in zip(members["product"], members["claims"], strict=True)
    ]
    modes = _drawn_back(net, members)
    return [
        row.tobytes() + f"|{count}|{c}".encode()
        for row, count, c in zip(said, counts, modes, strict=True)
    ]


def rate_queries(
    net: Network, goods: pd.DataFrame, destination: Array, period: Ints
) -> pd.DataFrame:
    """Give the queries for `winning_rows`: goods, the country each goes to, and when (codes)."""
    return pd.DataFrame(
        {
            "product": net.products["product"].to_numpy()[goods["product"]],
            "made_in": goods["made_in"].to_numpy(),
            "assembly_mode": goods["assembly_mode"].to_numpy(),
            "destination": destination,
            "period": np.array(net.time.names, object)[period],
        }
    )


def claims_of(rates: pd.DataFrame) -> list[str]:
    """Give "" for the ordinary rows, then the claims that rows need."""
    return ["", *dict.fromkeys(c for c in rates["claim"] if c)]


def _drawn_back(net: Network, members: pd.DataFrame) -> list[str]:
    """Tell made goods apart by mode where duty on their inputs may be refunded."""
    if not (net.case.filled("tariffs")["drawback_share"] > 0).any():
        return [""] * len(members)
    return (members["made_in"] + "/" + members["assembly_mode"]).tolist()


def _smallest(ways: pd.DataFrame) -> pd.DataFrame:
    """Drop ways that hold more claims than others which no rule tells apart from them."""
    sets: dict[tuple[int, int], set[Claims]] = {}
    for a, g, held in zip(ways["assembly"], ways["goods"], ways["claims"], strict=True):
        sets.setdefault((a, g), set()).add(held)
    keep = [
        not any(set(other) < set(held) for other in sets[a, g])
        for a, g, held in zip(ways["assembly"], ways["goods"], ways["claims"], strict=True)
    ]
    return ways[np.array(keep, bool)].reset_index(drop=True)


def _labels(net: Network, members: pd.DataFrame, count: int) -> list[str]:
    """Give each goods an id: the product, and what sets it apart where there are several."""
    kinds = members.groupby("product")["goods"].nunique()
    labels = [""] * count
    for goods, (_, rows) in enumerate(members.groupby("goods")):
        product_code = rows["product"].iloc[0]
        name = net.names["product"][product_code]
        if kinds[product_code] > 1:
            parts = [
                ", ".join(dict.fromkeys(rows["made_in"])),
                ", ".join(m for m in dict.fromkeys(rows["assembly_mode"]) if m),
                " + ".join(rows["claims"].iloc[0]),
            ]
            name = f"{name} [{'; '.join(p for p in parts if p)}]"
        labels[goods] = name
    seen: dict[str, int] = {}
    for i, label in enumerate(labels):
        seen[label] = seen.get(label, 0) + 1
        if seen[label] > 1:
            labels[i] = f"{label} #{seen[label]}"
    return labels
