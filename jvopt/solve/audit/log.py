"""What the audit compares, and within which tolerance."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

TOLERANCE = 1e-6
"""Largest relative size of a difference that passes.

The size of a difference is its amount over the largest of: both sides, the natural scale of what is
compared (a capacity, the sum of the flows of a balance), and 1 (unit, tonne or money).
"""

COLUMNS = ("rule", "table", "place", "period", "expected", "found", "amount", "size")
Numbers = Any
"""Whatever numpy turns into an array of floats: a Series, an array, one number."""


def size_of(amount: Numbers, *sides: Numbers) -> NDArray[np.float64]:
    """Give the relative size of differences; see `TOLERANCE`."""
    scale = np.ones(np.shape(amount))
    for side in sides:
        scale = np.fmax(scale, np.abs(np.asarray(side, dtype=float)))
    return np.asarray(amount, dtype=float) / scale


@dataclass
class Log:
    """Collects what each rule compared.

    Attributes
    ----------
    rule
        The rule at work.
    checked
        Number of things compared, by rule.
    largest
        Largest relative size of any difference, within the tolerance or not.
    """

    rule: str = ""
    checked: dict[str, int] = field(default_factory=dict)
    largest: float = 0.0
    _found: list[pd.DataFrame] = field(default_factory=list)

    def begin(self, rule: str) -> None:
        """Start the work of a rule."""
        self.rule = rule
        self.checked.setdefault(rule, 0)

    def same(
        self,
        table: str,
        places: pd.DataFrame,
        expected: Numbers,
        found: Numbers,
        scale: Numbers = 0.0,
    ) -> None:
        """Compare figures that must be equal; blanks (NaN) only equal blanks.

        Parameters
        ----------
        table
            The plan's table that shows them.
        places
            A row for each figure; its columns say where it stands.
        expected, found
            The figures.
        scale
            Their natural scale, where it is larger than they are.
        """
        want, have = _full(expected, len(places)), _full(found, len(places))
        equal = (want == have) | (np.isnan(want) & np.isnan(have))
        with np.errstate(invalid="ignore"):
            amount = np.where(equal, 0.0, np.abs(want - have))
            size = size_of(amount, want, have, scale)
        self._note(table, places, want, have, amount, np.where(np.isfinite(size), size, 1.0))

    def at_most(
        self,
        table: str,
        places: pd.DataFrame,
        limit: Numbers,
        found: Numbers,
        scale: Numbers = 0.0,
    ) -> None:
        """Compare figures with what they must not exceed; a blank limit sets none."""
        self._bound(table, places, limit, found, scale, 1.0)

    def at_least(
        self,
        table: str,
        places: pd.DataFrame,
        limit: Numbers,
        found: Numbers,
        scale: Numbers = 0.0,
    ) -> None:
        """Compare figures with what they must reach; a blank limit sets none."""
        self._bound(table, places, limit, found, scale, -1.0)

    def true(
        self,
        table: str,
        places: pd.DataFrame,
        good: Numbers,
        expected: object,
        found: Numbers = "",
    ) -> None:
        """Check what is either right or wrong; what is wrong has the size 1."""
        right = np.broadcast_to(np.asarray(good, dtype=bool), len(places))
        amount = np.where(right, 0.0, 1.0)
        have = np.broadcast_to(np.asarray(found, dtype=object), len(places))
        want = np.broadcast_to(np.asarray(expected, dtype=object), len(places))
        self._note(table, places, want, have, amount, amount)

    def violations(self) -> pd.DataFrame:
        """Give all violations, the largest first."""
        if not self._found:
            return pd.DataFrame(columns=list(COLUMNS))
        rows = pd.concat(self._found, ignore_index=True)
        return rows.sort_values("size", ascending=False, kind="stable", ignore_index=True)

    def _bound(
        self,
        table: str,
        places: pd.DataFrame,
        limit: Numbers,
        found: Numbers,
        scale: Numbers,
        sign: float,
    ) -> None:
        bound, have = _full(limit, len(places)), _full(found, len(places))
        binds = np.isfinite(bound)
        with np.errstate(invalid="ignore"):
            excess = np.where(binds, np.maximum(sign * (have - bound), 0.0), 0.0)
        size = size_of(excess, np.where(binds, bound, 0.0), have, scale)
        size = np.where(np.isnan(size), 1.0, size)
        self._note(table, places, bound, have, excess, size, int(binds.sum()))

    def _note(
        self,
        table: str,
        places: pd.DataFrame,
        expected: NDArray[Any],
        found: NDArray[Any],
        amount: NDArray[np.float64],
        size: NDArray[np.float64],
        compared: int | None = None,
    ) -> None:
        self.checked[self.rule] += len(size) if compared is None else compared
        self.largest = max(self.largest, float(size.max(initial=0.0)))
        bad = size > TOLERANCE
        if not bad.any():
            return
        where = places[bad]
        period = where["period"] if "period" in where else pd.Series("", index=where.index)
        rows = {
            "rule": self.rule,
            "table": table,
            "place": _words(where.drop(columns="period", errors="ignore")),
            "period": period.to_numpy(),
            "expected": expected[bad],
            "found": found[bad],
            "amount": amount[bad],
            "size": size[bad],
        }
        self._found.append(pd.DataFrame(rows).astype({"expected": object, "found": object}))


def _full(figures: Numbers, length: int) -> NDArray[np.float64]:
    return np.broadcast_to(np.asarray(figures, dtype=float), length)


def _words(places: pd.DataFrame) -> list[str]:
    """Say where figures stand, as in "site Alpha, product Tractor"; blanks are left out."""
    return [
        ", ".join(f"{name} {word}" for name, word in zip(places.columns, row, strict=True) if word)
        for row in places.astype(str).itertuples(index=False, name=None)
    ]
