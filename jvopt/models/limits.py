"""Constraint families of the table `limits`."""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np
import pandas as pd

from jvopt.core.conditions import tags_of
from jvopt.models.cells import Cells
from jvopt.models.counted import Counted, all_demand, bought_anywhere, counted
from jvopt.models.network import Limit
from jvopt.models.problem import Problem
from jvopt.models.sparse import Floats, Index, Ints, Rows, Term, Terms

TOTALS = ("sites_open", "lines_open", "made", "bought", "investment", "co2")
"""Quantities that are limited in all, not as a share."""

Group = tuple[object, ...]
"""Values of what a limit is repeated for."""


class LimitRows(Rows):
    """Rows that also know what each limit has reached, and what a share is a share of."""

    def __init__(
        self,
        index: Index,
        terms: Terms,
        *,
        reached: Terms,
        whole: Terms,
        lower: Floats,
        upper: Floats,
        cells: Cells,
    ) -> None:
        super().__init__(index, terms, lower=lower, upper=upper, cells=cells)
        self.reached, self.whole = reached, whole

    def take_over(self, other: Rows) -> None:
        """Take the rows of another family of the same name."""
        assert isinstance(other, LimitRows)
        super().take_over(other)
        self.reached, self.whole = other.reached, other.whole


def limit_rows(p: Problem) -> LimitRows:
    r"""Every row of `limits` on a total, for each of its groups.

    .. math:: \sum_{j \in J} \alpha_j\,x_j \;\le\; v

    (:math:`\ge` for at_least); v is ``limits.value``, x what ``quantity`` names, :math:`\alpha` its
    weight (1; the cost undiscounted for investment; tonnes for CO2), and J what the selectors of
    the row choose. ``for_each`` makes a group of each value that occurs in J, and none of blanks.
    """
    return _limited(p, "total", TOTALS)


def share_of_source(p: Problem) -> LimitRows:
    r"""Every row of `limits` on the share of a source, for each of its groups.

    .. math:: \sum_{(s,i,t) \in J} \text{buy}_{sit}
        \;\le\; v \sum_{(s,i,t) \in J'} \text{buy}_{sit}

    (:math:`\ge` for at_least); v is ``limits.value``, J what the selectors of the row choose and
    J' the same at all sites. ``for_each`` makes groups as in `limit_rows`.
    """
    return _limited(p, "share", ("share_of_source",), bought_anywhere)


def demand_within(p: Problem) -> LimitRows:
    r"""Every row of `limits` on the demand within a distance or time, for each of its groups.

    .. math:: \sum_{(d,i,t) \in J} \;
        \sum_{o,m:\,\delta_k \le \bar\delta,\,\theta_k \le \bar\theta} \; \sum_{g \in i}
        \text{ship}_{odmgt} \;\le\; v \sum_{(d,i,t) \in J} q_{di}\,y_t

    (:math:`\ge` for at_least); v is ``limits.value``, :math:`\bar\delta` is ``limits.within_km``,
    :math:`\bar\theta` is ``limits.within_days``, J the demand that the selectors of the row choose,
    q ``demand.quantity``, :math:`\delta` is ``lanes.distance`` and :math:`\theta` is
    ``lanes.transit_days`` of the winning row k. ``for_each`` makes groups as in `limit_rows`.
    """
    return _limited(p, "within", ("demand_within",), all_demand)


def _limited(
    p: Problem,
    key: str,
    quantities: Collection[str],
    whole: Callable[[Problem, Limit, list[str]], Counted] | None = None,
) -> LimitRows:
    """Make a row of each limit on some quantities and each of its groups.

    Parameters
    ----------
    key
        What the rows are counted by.
    quantities
        Which limits.
    whole
        Gives what a limit is a share of, for a limit and what it is repeated for; 1 where None.
    """
    limits = p.net.limits()
    rows: list[dict[str, object]] = []
    part, of = Terms(), Terms()
    cells = Cells("limits", "value", np.zeros(0, np.int64), 1.0)
    for n, limit in enumerate(limits):
        if limit["quantity"] not in quantities:
            continue
        each = _repeated(limit)
        parts = counted(p, limit)
        base = whole(p, limit, each) if whole else None
        # A share of demand stands for all demand, also for that which nothing near can serve.
        grouped = [base] if base is not None and key == "within" else parts
        groups = _groups(grouped, each)
        if key == "within" and base is not None:
            cells += _demand_cells(p, base, each, groups, limit, len(rows))
        fixed = sum((_add(part, c, each, groups, len(rows)) for c in parts), np.zeros(len(groups)))
        amount = np.ones(len(groups)) if base is None else _add(of, base, each, groups, len(rows))
        rows += [
            {"limit": n, "group": ", ".join(map(str, group)), "fixed": left, "amount": share,
             "value": limit["value"], "most": limit["sense"] == "at_most"}
            for group, left, share in zip(groups, fixed, amount, strict=True)
        ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["limit", "group", "fixed", "amount", "value", "most"])
    frame = frame.astype({"limit": np.int64, "most": bool, "fixed": float, "amount": float})
    frame[key] = np.arange(len(frame))
    p.net.names[key] = [
        f"{limits[n]['limit']} {g}".strip()
        for n, g in frame[["limit", "group"]].itertuples(index=False)
    ]
    value = frame["value"].to_numpy(float)
    bound = value * frame["amount"].to_numpy() - frame["fixed"].to_numpy()
    most = frame["most"].to_numpy()
    # What a share moves by is decided; it counts as moving by a unit of what it bounds.
    scale = np.ones(len(frame)) if key == "share" else frame["amount"].to_numpy()
    own = Cells("limits", "value", np.where(scale > 0, frame["limit"], -1), scale)
    return LimitRows(
        p.net.index(frame, key),
        part - Terms([Term(t.columns, t.col, t.row, value[t.row] * t.coef) for t in of]),
        reached=part,
        whole=of,
        lower=np.where(most, -np.inf, bound),
        upper=np.where(most, bound, np.inf),
        cells=own + cells,
    )


def _demand_cells(
    p: Problem,
    base: Counted,
    each: list[str],
    groups: list[Group],
    limit: Limit,
    first: int,
) -> Cells:
    """Give the cells of `demand` behind what a limit is a share of."""
    frame, row = base.frame, _group_of(base, each, groups)
    quantity = p.net.case["demand"]["quantity"].to_numpy()[frame["row"].to_numpy(np.int64)]
    years = np.divide(
        frame["weight"].to_numpy(float), quantity, out=np.zeros(len(frame)), where=quantity > 0
    )
    known_row = np.where((row >= 0) & (years > 0), frame["row"].to_numpy(np.int64), -1)
    return Cells("demand", "quantity", known_row, float(limit["value"]) * years, first + row)


def _repeated(limit: Limit) -> list[str]:
    """Give what a limit is repeated for: open sites and lines always for each period."""
    each = tags_of(str(limit["for_each"]))
    if limit["quantity"] in ("sites_open", "lines_open"):
        each.append("period")
    return list(dict.fromkeys(each))


def _add(terms: Terms, thing: Counted, each: list[str], groups: list[Group], first: int) -> Floats:
    """Put what each group counts into a row of the terms, each column once; give numbers left."""
    row = _group_of(thing, each, groups)
    frame = thing.frame[["col", "weight"]].assign(row=row)[row >= 0]
    decided = frame[(frame["col"] >= 0).to_numpy()].drop_duplicates(["row", "col"])
    terms += thing.columns.pick(decided["col"], first + decided["row"], decided["weight"])
    left = frame[(frame["col"] < 0).to_numpy()]
    total = np.zeros(len(groups))
    np.add.at(total, left["row"].to_numpy(), left["weight"].to_numpy())
    return total


def _groups(things: list[Counted], each: list[str]) -> list[Group]:
    """Give each combination that occurs of what a limit is repeated for; blanks are no group."""
    if not each:
        return [()]
    found = {tuple(v) for c in things for v in c.frame[each].drop_duplicates().to_numpy().tolist()}
    return sorted((group for group in found if "" not in group), key=str)


def _group_of(thing: Counted, each: list[str], groups: list[Group]) -> Ints:
    """Give the place of each row of what is counted among the groups, -1 where it is in none."""
    if not each:
        return np.zeros(len(thing.frame), np.int64)
    known = pd.MultiIndex.from_tuples(groups, names=each)
    return known.get_indexer(pd.MultiIndex.from_frame(thing.frame[each])).astype(np.int64)
