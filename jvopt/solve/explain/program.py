r"""A case in which the planner's cells may move, as one program for all that is asked of it.

.. math::
    \min \sum_k p_k\,(u_k + d_k) \quad\text{over}\quad
    b_r \le a_r x - \sum_k s_{rk}\,(u_k - d_k) \le B_r, \qquad x \in X,

where :math:`u_k` and :math:`d_k` are how far cell k moves up and down, :math:`s_{rk}` how much the
bound of row r moves with it (`jvopt.models.cells.Cells`), and X what no cell can change: balances,
bills of materials, and the logic of opening. A cell that holds has both moves at 0; one that is
dropped moves as far as it likes.

A decision is a cell as well: a site or line that is closed, or stays closed, may be open once its
cell has moved by 1, to free.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from pyomo.core import ConcreteModel

from jvopt.core.case import Case
from jvopt.models import Built, balance, build, lanes, limits, lines, opening, sites, supply
from jvopt.models.build import rows_of
from jvopt.models.cells import Cells
from jvopt.models.limits import LimitRows
from jvopt.models.needs import forced
from jvopt.models.network import Network
from jvopt.models.problem import Problem
from jvopt.models.reach import line_from
from jvopt.models.sparse import Columns, Flags, Floats, Index, Rows, Terms
from jvopt.models.variables import wanted
from jvopt.solve.handover import Matrix, stack

UP = {
    ("supply", "capacity"),
    ("lines", "capacity"),
    ("lines", "most_steps"),
    ("line_periods", "capacity"),
    ("assembly", "most"),
    ("throughput", "capacity"),
    ("throughput", "most_steps"),
    ("lanes", "capacity"),
    ("stock", "most"),
    ("demand", "quantity"),
    ("sites", "decision"),
    ("lines", "decision"),
}
"""Cells that make more possible when they grow; a decision grows to free."""
DOWN = {
    ("supply", "least_take"),
    ("lines", "least_load"),
    ("line_periods", "least_load"),
    ("assembly", "least"),
    ("stock", "least"),
    ("stock", "end_least"),
    ("stock", "opening"),
    ("demand", "least_share"),
    ("demand", "quantity"),
}
"""Cells that make more possible when they fall; what is wanted may have to do either."""

WEIGHTS = {"demand": 10.0}
"""How much more it counts to move a number of some tables than one of another by the same share.
"""
PRICE_OF_DECISION = 1.0
"""To free a decision counts as much as to double a number."""
MOVED = 1e-9
"""Least move of a cell, relative to what it says; of what says less than 1 in units."""

BLANK = {
    "supply": ("capacity",),
    "lines": ("capacity", "most_steps"),
    "line_periods": ("capacity",),
    "assembly": ("most",),
    "throughput": ("most_steps",),
    "lanes": ("capacity",),
    "stock": ("most",),
}
"""Numbers that big-M coefficients are made of: those of the program must hold without them."""

STATED: tuple[Callable[[Problem], Rows], ...] = (
    balance.flow_balance,
    balance.demand_met,
    balance.stock_least,
    balance.stock_most,
    supply.supply_capacity,
    supply.supply_least_take,
    lines.line_capacity,
    lines.line_least_load,
    lines.assembly_most,
    lines.assembly_least,
    sites.throughput_capacity,
    lanes.lane_capacity,
    opening.line_most_steps,
    opening.site_most_steps,
    limits.limit_rows,
    limits.share_of_source,
    limits.demand_within,
)
"""Families whose rows stand for cells."""

ALSO_SWITCHES = ("line_capacity", "stock_most")
"""Families that shut off what is closed as well as keeping to a cell."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program over the variables of a case and the moves of its cells.

    Attributes
    ----------
    case
        The case as it is.
    matrix
        Least cost of the moves.
    cells
        ``table``, ``column``, ``row`` (from 0), ``value`` (NaN for a decision), ``price`` of a
        move by 1, and the columns of the matrix ``up`` and ``down`` that move it, -1 for none.
    behind
        Each ``row`` of the matrix behind which a cell stands, with the ``cell`` and the
        ``period`` (code, -1 for none) that it is about.
    built
        The model of the case with every decision free, whose variables come first.
    shares
        The rows on shares of a source, if there are any: what their cells say is a ratio of
        decisions, so that their moves are units of the source, not of the cell.
    """

    case: Case
    matrix: Matrix
    cells: pd.DataFrame
    behind: pd.DataFrame
    built: Built
    shares: LimitRows | None

    def with_moves(self, free: Flags, *, free_of_charge: bool = False) -> Matrix:
        """Give the program in which some cells may move and all others hold."""
        upper = self.matrix.upper.copy()
        for way in ("up", "down"):
            column = self.cells[way].to_numpy()
            upper[column[~free & (column >= 0)]] = 0.0
        cost = np.zeros(self.matrix.columns) if free_of_charge else self.matrix.cost
        return replace(self.matrix, upper=upper, cost=cost)

    def all_open(self, matrix: Matrix) -> Matrix:
        """Give a program of the same columns in which all that may be open is."""
        lower = matrix.lower.copy()
        for columns in (self.built.problem.v.site_open, self.built.problem.v.line_open):
            first = matrix.first_column[columns.name]
            at = slice(first, first + len(columns))
            lower[at] = matrix.upper[at]
        return matrix.with_bounds(lower, matrix.upper)

    def moves(self, x: Floats) -> Floats:
        """Give how far each cell moves at a point: up, or down below 0."""
        total = np.zeros(len(self.cells))
        for way, sign in (("up", 1.0), ("down", -1.0)):
            column = self.cells[way].to_numpy()
            total += np.where(column >= 0, sign * x[column], 0.0)
        return total

    def moved(self, x: Floats) -> Flags:
        """Say which cells move at a point; where all but stand still those that do so most.

        HiGHS refuses what a number is short by far less than its share.
        """
        value = np.nan_to_num(self.cells["value"].to_numpy())
        share = np.abs(self.moves(x)) / np.maximum(1.0, np.abs(value))
        found: Flags = share > min(MOVED, share.max(initial=0.0) / 2.0)
        return found


def program_of(case: Case) -> Program:
    """Make the program of a case.

    Parameters
    ----------
    case
        A case without errors, or whose only errors are that it cannot be.
    """
    loose = build(_loosened(case))
    net = Network(_decided_freely(case))
    net.names = loose.problem.net.names | net.names
    old = loose.problem
    stated = Problem(net, old.rules, old.goods, old.reach, old.v, old.need)
    families = _stated_families(stated, case)
    for name, rows in loose.rows.items():
        if name in families and name not in ALSO_SWITCHES:
            loose.model.del_component(rows)
    shares = families.get("share_of_source")
    cells = _cells(case, families.values(), old.need.max(initial=1.0))
    matrix, behind = _with_moves(loose.model, families, cells)
    return Program(
        case, matrix, cells, behind, loose, shares if isinstance(shares, LimitRows) else None
    )


def _loosened(case: Case) -> Case:
    """Give the case in which everything may be open, and much may flow everywhere.

    As much may be wanted of a product as its cells force on the case, and as makes up for a share
    of the demand, so that what is dropped of the demand can be more as well as less.
    """
    case = _decided_freely(case)
    net = Network(case)
    demand = case["demand"]
    more = forced(net)[net.code("product", demand["product"])] + _to_make_up(net)
    more /= net.time.years.min()
    quantity = demand["quantity"].where(demand["quantity"] == 0, demand["quantity"] + more)
    blank = {
        table: case[table].assign(**dict.fromkeys(columns, np.nan))
        for table, columns in BLANK.items()
    }
    # The least share has rows of its own (`_shortfall`): no bound may hold what its cell gives up.
    return case.replace(**blank, demand=demand.assign(quantity=quantity, least_share=np.nan))


def _to_make_up(net: Network) -> float:
    """Give the units of further demand that bring any limit on a share of it within reach.

    All demand W within reach is a share v of W + W (1/v - 1) out of it; of no demand within reach
    W v/(1 - v) more, all in it, make a share v.
    """
    limits = net.limits()
    share = np.array([limit["value"] for limit in limits if limit["quantity"] == "demand_within"])
    share = share[(share > 0) & (share < 1)]
    most = np.maximum(1 / share - 1, share / (1 - share)).max(initial=0.0)
    return float(wanted(net)["units"].sum() * most)


def _decided_freely(case: Case) -> Case:
    return case.replace(**{name: case[name].assign(decision="free") for name in ("sites", "lines")})


def _stated_families(p: Problem, case: Case) -> dict[str, Rows]:
    """Give the rows that stand for cells, by family."""
    found = {family.__name__: rows_of(family, p) for family in STATED}
    if (p.net.case["stock"][["least", "end_least"]] > 0).all(axis=1).any():
        # The lower of the two holds when the higher is dropped.
        found["stock_least"] = _stock_least(p, "end_least")
        found["end_least"] = _stock_least(p, "least")
    found["shortfall"] = _shortfall(p)
    for table in ("sites", "lines"):
        found[f"{table}_decided"] = _decided(p, case, table)
    return {name: rows for name, rows in found.items() if rows.cells is not None}


def _stock_least(p: Problem, without: str) -> Rows:
    """Give the rows of least stock where one of its columns is blank."""
    stock = p.net.case["stock"]
    net = Network(p.net.case.replace(stock=stock.assign(**{without: np.nan})))
    net.names = p.net.names
    return rows_of(balance.stock_least, Problem(net, p.rules, p.goods, p.reach, p.v, p.need))


def _shortfall(p: Problem) -> Rows:
    r"""No more is short than may be.

    .. math:: \text{short}_{sit} \le (1 - \sigma_{si})\,q_{si}\,y_t

    with q ``demand.quantity`` and :math:`\sigma` ``least_share``; in the model itself a bound.
    """
    at = p.v.short.index
    frame = wanted(p.net)
    row = p.net.index(frame, "site", "product", "period").find({k: at[k] for k in at.key})
    row = frame["row"].to_numpy()[row]
    demand = p.net.case.filled("demand")
    quantity, share = demand["quantity"].to_numpy()[row], demand["least_share"].to_numpy()[row]
    years = p.net.time.years[at["period"]]
    wants = Cells("demand", "quantity", row, (1.0 - share) * years)
    shares = Cells("demand", "least_share", np.where(share > 0, row, -1), -quantity * years)
    return Rows(at, p.v.short.by(at), upper=(1.0 - share) * quantity * years, cells=wants + shares)


def _decided(p: Problem, case: Case, table: str) -> Rows:
    r"""What is decided to be open or closed is, unless its cell moves to free.

    .. math:: \text{open}_{et} \ge 1 - u_e \quad\text{or}\quad \text{open}_{et} \le u_e

    for every site or line e that is held open (from the first period in which it can be) or closed,
    by its ``decision``, or by ``now`` where that is stay; u is how far its cell moves to free, in
    all periods together.
    """
    kind = table[:-1]
    is_open: Columns = p.v.families()[f"{kind}_open"]
    index, stated = is_open.index, case.filled(table)
    decision = np.where(stated["decision"] == "stay", stated["now"], stated["decision"])
    held = decision[index[kind]]
    from_when = line_from(p.net) if table == "lines" else np.zeros(len(decision))
    can = index["period"] >= from_when[index[kind]]
    rows = np.flatnonzero((held == "closed") | ((held == "open") & can))
    at = p.net.index(index.frame.iloc[rows], kind, "period")
    shut = held[rows] == "closed"
    return Rows(
        at,
        is_open.pick(rows, np.arange(len(rows))),
        lower=np.where(shut, -np.inf, 1.0),
        upper=np.where(shut, 0.0, np.inf),
        cells=Cells(table, "decision", at[kind], np.where(shut, 1.0, -1.0)),
    )


def _cells(case: Case, families: Iterable[Rows], use: float) -> pd.DataFrame:
    """Give every cell that stands behind a row, with what it costs to move it.

    `use` is what there can be a use for, in units.
    """
    places = [rows.cells.place for rows in families if rows.cells is not None]
    key = ["table", "column", "row"]
    cells = pd.concat(places)[key].drop_duplicates().sort_values(key, ignore_index=True)
    value = np.full(len(cells), np.nan)
    up, down = np.zeros(len(cells), bool), np.zeros(len(cells), bool)
    size, most = np.full(len(cells), PRICE_OF_DECISION), np.full(len(cells), np.inf)
    for kind, group in cells.groupby(["table", "column"]):
        table, column = map(str, kind)
        at, row = group.index.to_numpy(), group["row"].to_numpy()
        stated = case.filled(table).iloc[row]
        up[at], down[at] = (table, column) in UP, (table, column) in DOWN
        if column == "decision":
            continue
        number = value[at] = stated[column].to_numpy(float)
        size[at] = np.where(number > 0, number, 1.0)
        most[at] = number
        if table == "limits":
            up[at] = (stated["sense"] == "at_most").to_numpy()
            down[at] = ~up[at]
            share = (stated["quantity"] == "share_of_source").to_numpy()
            size[at] = np.where(share, size[at] * use, size[at])
            most[at] = np.where(share, np.inf, most[at])
    weight = cells["table"].map(WEIGHTS).fillna(1.0).to_numpy()
    return cells.assign(
        value=value,
        price=weight / size,
        up=np.where(up, np.where(np.isnan(value), 1.0, np.inf), 0.0),
        down=np.where(down, most, 0.0),
    )


def _with_moves(
    model: ConcreteModel, families: dict[str, Rows], cells: pd.DataFrame
) -> tuple[Matrix, pd.DataFrame]:
    """Let the rows of the families move with their cells, and stack them with a model.

    In `cells` what was the most that each moves becomes the column that moves it.
    """
    moves, prices, behind = {}, Terms(), []
    for way in ("up", "down"):
        some = np.flatnonzero(cells[way].to_numpy() > 0)
        index = Index(
            pd.DataFrame({"cell": some}), ("cell",), {"cell": list(map(str, range(len(cells))))}
        )
        moves[way] = Columns(index, upper=cells[way].to_numpy()[some])
        model.add_component(f"moves_{way}", moves[way])
        every = np.arange(len(some))
        price = cells["price"].to_numpy()[some]
        prices = prices + moves[way].pick(every, np.zeros(len(some)), price)
    known = pd.MultiIndex.from_frame(cells[["table", "column", "row"]])
    for name, rows in families.items():
        assert rows.cells is not None
        place = rows.cells.place
        cell = known.get_indexer(pd.MultiIndex.from_frame(place[["table", "column", "row"]]))
        frame = rows.index.frame
        period = frame["period"].to_numpy()[place["at"]] if "period" in frame else -1
        found = pd.DataFrame({"family": f"{name}_stated", "cell": cell, "row": place["at"]})
        behind.append(found.assign(period=period))
        terms = rows.terms
        for way, sign in (("up", -1.0), ("down", 1.0)):
            col = moves[way].index.find({"cell": cell})
            there = np.flatnonzero(col >= 0)
            at, scale = place["at"].to_numpy()[there], place["scale"].to_numpy()[there]
            terms = terms + moves[way].pick(col[there], at, sign * scale)
        moved = Rows(rows.index, terms, lower=rows.lower, upper=rows.upper)
        model.add_component(f"{name}_stated", moved)
    model.total.take_over(prices, 0.0)
    matrix = stack(model)
    rows_behind = pd.concat(behind, ignore_index=True)
    rows_behind["row"] += rows_behind["family"].map(matrix.first_row)
    for way, columns in moves.items():
        column = np.full(len(cells), -1)
        column[columns.index["cell"]] = matrix.first_column[columns.name] + np.arange(len(columns))
        cells[way] = column
    return matrix, rows_behind.drop(columns="family")
