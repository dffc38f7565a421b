"""Several futures of one case as one program: what is built is the same, what flows is not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from jvopt.core.case import Case
from jvopt.models import Built
from jvopt.models.sparse import Flags, Floats, Ints
from jvopt.solve.handover import Matrix
from jvopt.solve.matrices import sp

FIRST = ("site_open", "line_open", "line_built", "line_steps", "site_steps")
"""Families that make up a plant set; openings and closings follow from them."""

NOISE = 1e-6
"""Decisions this near to a whole number are meant to be whole."""

Label = tuple[str, str, str]
"""Family, name and period of a decision, as in ``("line_open", "L1", "2026")``."""
PlantSet = dict[Label, float]


@dataclass(frozen=True, slots=True)
class Future:
    """One future: a program, and which of its columns are the plant set.

    Attributes
    ----------
    matrix
        The program.
    first : dict
        Its columns of the plant set.
    own : frozenset
        Those of them that are no choice there: the future itself says what is open.
    """

    matrix: Matrix
    first: dict[Label, int]
    own: frozenset[Label]

    @classmethod
    def of(cls, built: Built, matrix: Matrix, base: Case) -> Future:
        """Find the plant set in a model; `base` is the case of which it is a future."""
        net = built.problem.net
        differ = {table: _restated(net.case, base, table) for table in ("sites", "lines")}
        first, own = {}, set()
        families = built.problem.v.families()
        caps = net.case["throughput"]["site"].to_numpy(object)
        of_line = net.case["lines"]["site"].to_numpy(object)
        for family in FIRST:
            index = families[family].index
            kind = index.key[0]
            for at, code in enumerate(index[kind]):
                name = str(net.names[kind][code])
                label = (family, name, str(net.time.names[index["period"][at]]))
                first[label] = matrix.first_column[family] + at
                site = name if kind == "site" else (caps if kind == "cap" else of_line)[code]
                if site in differ["sites"] or (kind == "line" and name in differ["lines"]):
                    own.add(label)
        return cls(matrix, first, frozenset(own))

    @property
    def shared(self) -> dict[Label, int]:
        """The columns that a common plant set decides."""
        return {label: at for label, at in self.first.items() if label not in self.own}

    def read(self, x: Floats) -> PlantSet:
        """Give the plant set of a plan, without the noise of the solver."""
        at = np.fromiter(self.first.values(), np.int64, len(self.first))
        whole = np.round(x[at])
        value = np.where(np.abs(x[at] - whole) <= NOISE, whole, x[at])
        value = np.clip(value, self.matrix.lower[at], self.matrix.upper[at])
        return dict(zip(self.first, value.tolist(), strict=True))

    def held(self, plants: PlantSet) -> Matrix:
        """Give the program with a plant set held, as far as the future leaves it a choice.

        What the future forbids it forbids still: the program then has no plan.
        """
        lower, upper = self.matrix.lower.copy(), self.matrix.upper.copy()
        for label, at in self.shared.items():
            if label in plants:
                lower[at] = max(lower[at], plants[label])
                upper[at] = min(upper[at], plants[label])
        return self.matrix.with_bounds(lower, upper)


def _restated(case: Case, base: Case, table: str) -> set[str]:
    """Name the sites or lines that a future opens, closes or adds by itself."""
    key = [table[:-1], "now", "decision"]
    rows = [set(c.filled(table)[key].itertuples(index=False, name=None)) for c in (case, base)]
    return {name for name, *_ in rows[0] ^ rows[1]}


@dataclass(frozen=True, slots=True)
class Together:
    """Futures as one program that share their plant set.

    Attributes
    ----------
    matrix
        Shared columns first, then those of one future after the other; the cost of all futures.
    places : list of ndarray
        For each future the column of the whole that each of its own is.
    future : ndarray of int
        The future each column belongs to, -1 for those shared.
    cost, constant
        What each column costs in each future, and what is paid there whatever is decided.
    """

    matrix: Matrix
    places: list[Ints]
    future: Ints
    cost: sp.csr_matrix
    constant: Floats

    @classmethod
    def of(cls, futures: Sequence[Future]) -> Together:
        """Put futures together."""
        labels = list(dict.fromkeys(label for f in futures for label in f.shared))
        number = {label: n for n, label in enumerate(labels)}
        places, owner, width = [], [np.full(len(labels), -1)], len(labels)
        for n, f in enumerate(futures):
            place = np.full(f.matrix.columns, -1)
            for label, at in f.shared.items():
                place[at] = number[label]
            own = np.flatnonzero(place < 0)
            place[own] = width + np.arange(len(own))
            width += len(own)
            places.append(place)
            owner.append(np.full(len(own), n))
        return cls._joined(futures, places, np.concatenate(owner))

    @classmethod
    def _joined(cls, futures: Sequence[Future], places: list[Ints], future: Ints) -> Together:
        width, all_of = len(future), [f.matrix for f in futures]
        lower, upper = np.full(width, -np.inf), np.full(width, np.inf)
        whole = np.zeros(width, bool)
        cost = sp.lil_matrix((len(futures), width))
        for n, (m, place) in enumerate(zip(all_of, places, strict=True)):
            lower[place] = np.maximum(lower[place], m.lower)
            upper[place] = np.minimum(upper[place], m.upper)
            whole[place] |= m.whole
            cost[n, place] = m.cost
        costs = cost.tocsr()
        matrix = Matrix(
            cost=np.asarray(costs.sum(axis=0)).ravel(),
            lower=lower,
            upper=upper,
            whole=whole,
            row_lower=np.concatenate([m.row_lower for m in all_of]),
            row_upper=np.concatenate([m.row_upper for m in all_of]),
            start=np.append(0, np.cumsum(np.concatenate([np.diff(m.start) for m in all_of]))),
            index=np.concatenate([p[m.index] for m, p in zip(all_of, places, strict=True)]),
            value=np.concatenate([m.value for m in all_of]),
            constant=sum(m.constant for m in all_of),
            first_column={},
            first_row={},
        )  # fmt: skip
        return cls(matrix, places, future, costs, np.array([m.constant for m in all_of]))

    def costs(self, x: Floats) -> Floats:
        """Give what a plan costs in each future."""
        found: Floats = self.cost @ x + self.constant
        return found


@dataclass(frozen=True, slots=True)
class Measure:
    r"""A number for the costs :math:`C_f` of several futures, as a linear program.

    .. math:: \rho(C) = \min_r \; w^T r \quad\text{where}\quad C_f + (B r)_f \le d_f \;\forall f

    Attributes
    ----------
    weight, lower, beside, most
        w, the least r, B, d.
    worth
        Gives :math:`\rho`.
    """

    weight: Floats
    lower: Floats
    beside: sp.csr_matrix
    most: Floats
    worth: Callable[[Floats], float]


def expected(probability: Floats) -> Measure:
    r"""Expected cost :math:`\sum_f p_f C_f`."""
    count = len(probability)
    return Measure(
        probability,
        np.full(count, -np.inf),
        -sp.eye(count, format="csr"),
        np.zeros(count),
        lambda costs: float(probability @ costs),
    )


def worst_regret(best: Floats) -> Measure:
    r"""Worst regret :math:`\max_f (C_f - z_f)`; z is the least cost in each future by itself.

    L. J. Savage, The theory of statistical decision, J. Am. Stat. Assoc. 46 (1951), 55-67.
    """
    return Measure(
        np.ones(1),
        np.array([-np.inf]),
        sp.csr_matrix(-np.ones((len(best), 1))),
        best,
        lambda costs: float(np.max(costs - best)),
    )


def cvar(probability: Floats, alpha: float) -> Measure:
    r"""Expected cost of the worst :math:`1 - \alpha` of all futures.

    .. math:: \min_\eta \; \eta + \frac{1}{1-\alpha} \sum_f p_f \max(C_f - \eta, 0)

    R. T. Rockafellar and S. Uryasev, Optimization of conditional value-at-risk, J. of Risk 2
    (2000), 21-41.
    """
    count = len(probability)
    tail = probability / (1.0 - alpha)

    def worth(costs: Floats) -> float:
        return float(min(eta + tail @ np.maximum(costs - eta, 0.0) for eta in costs))

    return Measure(
        np.concatenate([[1.0], tail]),
        np.concatenate([[-np.inf], np.zeros(count)]),
        sp.hstack([-np.ones((count, 1)), -sp.eye(count)], format="csr"),
        np.zeros(count),
        worth,
    )


@dataclass(frozen=True, slots=True)
class Risk:
    """A measure over the futures of one program, to be made least."""

    together: Together
    measure: Measure

    @property
    def shared(self) -> Flags:
        """Whether each column is shared by futures."""
        flags: Flags = self.together.future < 0
        return flags

    def written_out(self) -> Matrix:
        """Give the program with the measure as its objective, in columns and rows of its own."""
        m, t, r = self.together.matrix, self.together, self.measure
        more, count = len(r.weight), len(r.most)
        rows = sp.hstack([t.cost, r.beside], format="csr")
        return replace(
            m,
            cost=np.concatenate([np.zeros(m.columns), r.weight]),
            lower=np.concatenate([m.lower, r.lower]),
            upper=np.concatenate([m.upper, np.full(more, np.inf)]),
            whole=np.concatenate([m.whole, np.zeros(more, bool)]),
            row_lower=np.concatenate([m.row_lower, np.full(count, -np.inf)]),
            row_upper=np.concatenate([m.row_upper, r.most - t.constant]),
            start=np.concatenate([m.start, m.start[-1] + rows.indptr[1:]]),
            index=np.concatenate([m.index, rows.indices]),
            value=np.concatenate([m.value, rows.data]),
            constant=0.0,
        )
