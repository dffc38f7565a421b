"""What every constraint family and cost kind is written over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from jvopt.models.cells import Cells
from jvopt.models.goods import ClaimRules, Goods
from jvopt.models.network import Network
from jvopt.models.reach import Reach
from jvopt.models.sparse import Array, Floats, Index, Ints, Terms
from jvopt.models.variables import Variables


@dataclass(frozen=True, slots=True)
class Problem:
    """A network, the goods in it, where they can be, and the decisions about them.

    Attributes
    ----------
    need : ndarray, shape (products,)
        Most units of each product that the whole horizon can have a use for: the bound of
        constraints that need one where no capacity is stated; see `jvopt.models.needs`.
    """

    net: Network
    rules: ClaimRules
    goods: Goods
    reach: Reach
    v: Variables
    need: Floats

    def while_open(self, rows: Index, site: Ints, amount: Floats) -> tuple[Terms, Floats]:
        """Give the halves of ``amount x open``: a term for sites that may change, else a number.

        Returns
        -------
        terms
            ``amount x site_open`` in the rows whose site may change state.
        number
            In all other rows `amount` where the site stays open, 0 where it stays closed; 0 in
            those.
        """
        col = self.v.site_open.index.find({"site": site, "period": rows["period"]})
        row = np.flatnonzero(col >= 0)
        terms = self.v.site_open.pick(col[row], row, amount[row])
        stays_open = (col < 0) & (self.net.sites["now"] == "open").to_numpy()[site]
        return terms, np.where(stays_open, amount, 0.0)

    def closable(self, site: Ints) -> Array:
        """Whether each site's state is a decision."""
        free: Array = (self.net.sites["decision"].to_numpy() != "stay")[site]
        return free


def line_bound(p: Problem) -> Floats:
    """Most load of each line that the horizon can have a use for."""
    assembly = p.net.assembly
    load = assembly["capacity_used"].to_numpy() * p.need[assembly["product"]]
    heaviest = (
        assembly.assign(load=load).groupby(["line", "product"])["load"].max().groupby("line").sum()
    )
    bound: Floats = heaviest.reindex(range(len(p.net.lines)), fill_value=0.0).to_numpy()
    return bound


def line_cells(p: Problem, column: str, at: Index, scale: Floats) -> Cells:
    """Give the cells that set a number of lines for rows over line and period.

    That of `line_periods` where it overrides, else that of `lines`, if it says anything.
    """
    value, override = p.net.line_value(column)
    own, above = value[at["line"], at["period"]], override[at["line"], at["period"]]
    row = np.where(above >= 0, above, np.where(np.isnan(own), -1, at["line"]))
    return Cells(np.where(above >= 0, "line_periods", "lines"), column, row, scale)


def so_far(rows: pd.DataFrame, columns: pd.DataFrame, *key: str) -> tuple[Array, Array]:
    """Pair each row with the columns of the same key in the same or an earlier period.

    Parameters
    ----------
    rows, columns
        Both with the key and ``period``.
    key
        What a row and its columns have in common.

    Returns
    -------
    row, column : ndarray
        Positions, from 0, of the two of each pair.
    """
    row = rows[[*key, "period"]].reset_index(drop=True).reset_index(names="row")
    col = columns[[*key, "period"]].rename(columns={"period": "when"}).reset_index(drop=True)
    pairs = row.merge(col.reset_index(names="col"), on=list(key))
    pairs = pairs[pairs["when"] <= pairs["period"]]
    return pairs["row"].to_numpy(), pairs["col"].to_numpy()
