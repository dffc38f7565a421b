"""Pyomo components that keep their columns and rows as arrays.

Ordinary Pyomo makes one Python object for every variable and every constraint, which is what
makes large models slow to build and to hand over. The components here are real Pyomo components
(`Columns` is an indexed ``Var``, `Rows` an indexed ``Constraint``, `Total` an ``Objective``), but
they hold arrays, and make the ordinary objects only when somebody looks: a writer, another solver
interface, a person at a prompt. Our own hand-over to HiGHS (`jvopt.solve.handover`) stacks the
arrays and never looks.

A family of constraints reads like its formula. With ``at`` an `Index` of sites, goods and periods::

    Rows(at, buy.by(at) + ship.by(at, site="destination") - ship.by(at, site="origin"), equal=0)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from pyomo.core.base.constraint import IndexedConstraint
from pyomo.core.base.objective import ScalarObjective, minimize
from pyomo.core.base.set import Any as AnyIndex
from pyomo.core.base.set import Binary, Integers, Reals
from pyomo.core.base.var import IndexedVar, VarData
from pyomo.core.expr.numeric_expr import LinearExpression

from jvopt.models.cells import Cells

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Array = NDArray[Any]
Names = Mapping[str, Sequence[str]]

TABLE_AT_MOST = 8
"""Places in a look-up table for each member, above which a hash table is smaller and as fast."""


class Index:
    """What a family of columns or rows is counted over.

    Parameters
    ----------
    frame
        One row for each member; whole-number codes in columns such as ``site`` and ``period``.
    key
        The columns of `frame` that tell the members apart, in the order of the Pyomo index.
    names
        For each key column the names its codes stand for.
    """

    def __init__(self, frame: pd.DataFrame, key: Sequence[str], names: Names) -> None:
        self.frame = frame.reset_index(drop=True)
        self.key = tuple(key)
        self.names = names
        self._columns: dict[str, NDArray[Any]] = {}
        self._lookup: Ints | pd.Index[Any] | None = None
        self._sizes: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self.frame)

    def __getitem__(self, column: str) -> NDArray[Any]:
        if column not in self._columns:
            self._columns[column] = self.frame[column].to_numpy()
        return self._columns[column]

    def find(self, codes: Mapping[str, ArrayLike]) -> Ints:
        """Give for each combination of key codes the member it is, -1 where there is none."""
        if self._lookup is None:
            self._sizes = {k: int(self[k].max(initial=-1)) + 1 for k in self.key}
            members = self._packed({k: self[k] for k in self.key})[0]
            self._lookup = _lookup(members, math.prod(self._sizes.values()))
        packed, inside = self._packed(codes)
        if isinstance(self._lookup, pd.Index):
            found = self._lookup.get_indexer(pd.Index(packed))
        else:
            found = self._lookup[np.where(inside, packed, -1)]
        return np.where(inside, found, -1)

    def _packed(self, codes: Mapping[str, ArrayLike]) -> tuple[Ints, Flags]:
        """Fold the codes of a key into one whole number each."""
        first, *others = self.key
        packed = np.asarray(codes[first], np.int64)
        inside = (packed >= 0) & (packed < self._sizes[first])
        for k in others:
            code = np.asarray(codes[k], np.int64)
            inside &= (code >= 0) & (code < self._sizes[k])
            packed = packed * self._sizes[k] + code
        return packed, inside

    def labels(self) -> Iterator[tuple[str, ...] | str]:
        """Give the members' names, as Pyomo indexes them."""
        columns = [[self.names[k][code] for code in self[k]] for k in self.key]
        if len(columns) == 1:
            return iter(columns[0])
        return zip(*columns, strict=True)


def _lookup(members: Ints, size: int) -> Ints | pd.Index[Any]:
    """Give a table of places in `members` by number, or a hash table where that would be long.

    The table ends with a -1, for numbers that are out of range.
    """
    if size > TABLE_AT_MOST * (len(members) + 1):
        return pd.Index(members)
    table = np.full(size + 1, -1)
    table[members] = np.arange(len(members))
    if np.count_nonzero(table >= 0) < len(members):
        raise ValueError("two members of an index have the same key")
    return table


@dataclass(frozen=True, slots=True)
class Term:
    """Some columns, the row that each falls in, and a coefficient.

    Attributes
    ----------
    columns
        The component that the columns belong to.
    col, row, coef
        Arrays of equal length: position of the column in its component, of the row in its
        family, and the coefficient.
    """

    columns: Columns
    col: Ints
    row: Ints
    coef: Floats


class Terms(list[Term]):
    """A sum of terms, which reads like a formula: ``a + b - 2 * c``."""

    def __add__(self, other: Terms) -> Terms:  # type: ignore[override]
        return Terms([*self, *other])

    def __sub__(self, other: Terms) -> Terms:
        return self + -other

    def __neg__(self) -> Terms:
        return -1.0 * self

    def __rmul__(self, factor: float) -> Terms:  # type: ignore[override]
        return Terms([Term(t.columns, t.col, t.row, factor * t.coef) for t in self])

    def sums(self, rows: int, values: Callable[[Columns], Floats]) -> Floats:
        """Give what the terms come to in each row, where `values` gives what columns are."""
        sums = np.zeros(rows)
        for t in self:
            np.add.at(sums, t.row, t.coef * values(t.columns)[t.col])
        return sums


class _Lazy:
    """A Pyomo component whose members are made when somebody looks."""

    name: str
    _members: dict[Any, Any] | None = None

    @property
    def _data(self) -> dict[Any, Any]:
        if self._members is None:
            self._members = {}
            self._make_members(self._members)
        return self._members

    @_data.setter
    def _data(self, members: dict[Any, Any]) -> None:
        self._members = members

    def _make_members(self, members: dict[Any, Any]) -> None:
        raise NotImplementedError

    def construct(self, data: object = None) -> None:
        """Take part in Pyomo's construction; there is nothing left to do."""
        self._constructed = True


class Columns(_Lazy, IndexedVar):  # type: ignore[misc]
    """A family of variables, as arrays.

    Parameters
    ----------
    index
        What the variables are counted over.
    lower, upper
        Bounds, for all or for each.
    whole
        Whether they must be whole numbers, for all or for each.
    doc
        What they mean, with their unit.

    Attributes
    ----------
    x : ndarray or None
        Values of the last plan that was loaded.
    """

    def __init__(
        self,
        index: Index,
        *,
        lower: ArrayLike = 0.0,
        upper: ArrayLike = np.inf,
        whole: ArrayLike = False,
        doc: str = "",
    ) -> None:
        super().__init__(AnyIndex, dense=False, doc=doc)
        self._members = None
        self.index = index
        self.lower = np.array(np.broadcast_to(lower, len(index)), float)
        self.upper = np.array(np.broadcast_to(upper, len(index)), float)
        self.whole = np.array(np.broadcast_to(whole, len(index)), bool)
        self.x: Floats | None = None
        self._by_position: list[VarData] | None = None

    def __len__(self) -> int:
        return len(self.index)

    def take_over(self, other: Columns) -> None:
        """Take the numbers of a family over the same members."""
        self.index = other.index
        self.lower, self.upper, self.whole = other.lower, other.upper, other.whole
        self.x = self._members = self._by_position = None

    def by(self, rows: Index, *, times: ArrayLike = 1.0, **renamed: str) -> Terms:
        """Put each column into the row of the same key; columns without such a row are left out.

        Parameters
        ----------
        rows
            The index of the rows.
        times
            Coefficient of each column.
        **renamed
            Where a key of the rows has another name among the columns: ``site="destination"``.
        """
        coef = np.broadcast_to(np.asarray(times, float), len(self))
        if rows is self.index and not renamed:
            every = np.arange(len(self))
            return Terms([Term(self, every, every, np.array(coef))])
        row = rows.find({k: self.index[renamed.get(k, k)] for k in rows.key})
        col = np.flatnonzero(row >= 0)
        return Terms([Term(self, col, row[col], coef[col])])

    def pick(self, col: ArrayLike, row: ArrayLike, times: ArrayLike = 1.0) -> Terms:
        """Put columns into rows by position, for rows that overlap."""
        at = np.asarray(col, np.int64)
        coef = np.broadcast_to(np.asarray(times, float), len(at))
        return Terms([Term(self, at, np.asarray(row, np.int64), np.array(coef))])

    def _make_members(self, members: dict[Any, Any]) -> None:
        for i, label in enumerate(self.index.labels()):
            low, up = self.lower[i], self.upper[i]
            var = VarData(component=self)
            var._index = label
            var._domain = (
                Reals if not self.whole[i] else Binary if (low, up) == (0, 1) else Integers
            )
            var.lower = None if np.isneginf(low) else low
            var.upper = None if np.isposinf(up) else up
            if self.x is not None:
                var.set_value(self.x[i], skip_validation=True)
            members[label] = var

    def member(self, i: int) -> VarData:
        """Give the ordinary Pyomo variable at a position."""
        if self._by_position is None:
            self._by_position = list(self._data.values())
        return self._by_position[i]


class Rows(_Lazy, IndexedConstraint):  # type: ignore[misc]
    r"""A family of constraints :math:`lower \le \sum terms \le upper`, as arrays.

    Parameters
    ----------
    index
        What the constraints are counted over.
    terms
        The sum that is bounded.
    lower, upper, equal
        Bounds, for all or for each; `equal` sets both.
    cells
        The planner's cells behind the bounds, which may give way when a case without a plan is
        explained.
    """

    def __init__(
        self,
        index: Index,
        terms: Terms,
        *,
        lower: ArrayLike = -np.inf,
        upper: ArrayLike = np.inf,
        equal: ArrayLike | None = None,
        cells: Cells | None = None,
    ) -> None:
        super().__init__(AnyIndex)
        self._members = None
        self.index = index
        self.terms = terms
        bounds = (lower, upper) if equal is None else (equal, equal)
        self.lower = np.array(np.broadcast_to(bounds[0], len(index)), float)
        self.upper = np.array(np.broadcast_to(bounds[1], len(index)), float)
        self.cells = cells

    def __len__(self) -> int:
        return len(self.index)

    def take_over(self, other: Rows) -> None:
        """Take the rows of another family of the same name."""
        self.index, self.terms, self.cells = other.index, other.terms, other.cells
        self.lower, self.upper = other.lower, other.upper
        self._members = None

    def _make_members(self, members: dict[Any, Any]) -> None:
        coefs: list[list[float]] = [[] for _ in range(len(self))]
        variables: list[list[VarData]] = [[] for _ in range(len(self))]
        for term in self.terms:
            for col, row, coef in zip(term.col, term.row, term.coef, strict=True):
                coefs[row].append(float(coef))
                variables[row].append(term.columns.member(col))
        for i, label in enumerate(self.index.labels()):
            low, up = self.lower[i], self.upper[i]
            body = LinearExpression(constant=0, linear_coefs=coefs[i], linear_vars=variables[i])
            constraint = self._ComponentDataClass(component=self)
            constraint._index = label
            members[label] = constraint
            constraint.set_value(
                (
                    None if np.isneginf(low) else float(low),
                    body,
                    None if np.isposinf(up) else float(up),
                )
            )


class Total(ScalarObjective):  # type: ignore[misc]
    """The objective: a sum of terms and a constant, as arrays.

    Parameters
    ----------
    terms
        The sum; its rows are all 0.
    constant
        What is paid whatever is decided.
    """

    def __init__(self, terms: Terms, constant: float) -> None:
        self.terms = terms
        self.constant = constant
        super().__init__(expr=0.0, sense=minimize)
        self._made: tuple[Any] | None = None

    def take_over(self, terms: Terms, constant: float) -> None:
        """Take another sum."""
        self.terms, self.constant, self._made = terms, constant, None

    @property
    def _args_(self) -> tuple[Any]:
        """The Pyomo expression, made when somebody looks."""
        made = getattr(self, "_made", None)
        if made is None:
            coefs = [float(c) for term in self.terms for c in term.coef]
            variables = [term.columns.member(c) for term in self.terms for c in term.col]
            made = self._made = (
                LinearExpression(constant=self.constant, linear_coefs=coefs, linear_vars=variables),
            )
        return made

    @_args_.setter
    def _args_(self, args: tuple[Any]) -> None:
        """Ignore what Pyomo's construction sets: the terms are the objective."""
