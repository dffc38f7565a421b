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


def so_far(
    thing: Array,
    when: Array,
    row_thing: Array,
    row_when: Array,
) -> tuple[Array, Array]:
    """Pair columns with the rows of the same thing in the same or a later period."""
    col = pd.DataFrame({"thing": thing, "when": when}).reset_index(names="col")
    row = pd.DataFrame({"thing": row_thing, "now": row_when}).reset_index(names="row")
    pairs = col.merge(row, on="thing")
    pairs = pairs[pairs["when"] <= pairs["now"]]
    return pairs["col"].to_numpy(), pairs["row"].to_numpy()
