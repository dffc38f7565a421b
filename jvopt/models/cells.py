"""Which cells of the planner's tables stand behind the rows of a family."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray


class Cells:
    """The cells of the planner's tables that the rows of a family come from.

    Parameters
    ----------
    table, column
        Where the cells are, for all rows of the family or for each.
    row
        For each row of the family the row of the table, from 0; -1 for none.
    scale
        How much the row's bound moves when the cell moves by one.
    at
        The rows of the family, where they are not each in turn: several cells may stand behind a
        row.

    Attributes
    ----------
    place : DataFrame
        ``table``, ``column``, ``row``, ``scale`` and ``at``, a row for each pair of cell and row.
    """

    def __init__(
        self,
        table: ArrayLike,
        column: ArrayLike,
        row: NDArray[np.integer],
        scale: ArrayLike,
        at: NDArray[np.integer] | None = None,
    ) -> None:
        pairs = len(row)
        place = pd.DataFrame(
            {
                "table": np.broadcast_to(np.asarray(table, object), pairs),
                "column": np.broadcast_to(np.asarray(column, object), pairs),
                "row": np.asarray(row, np.int64),
                "scale": np.broadcast_to(np.asarray(scale, float), pairs),
                "at": np.arange(pairs) if at is None else np.asarray(at, np.int64),
            }
        )
        self.place = place[place["row"].to_numpy() >= 0].reset_index(drop=True)

    def __add__(self, other: Cells) -> Cells:
        both = pd.concat([self.place, other.place])
        return Cells(*(both[k].to_numpy() for k in ("table", "column", "row", "scale", "at")))
