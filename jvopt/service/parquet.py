"""Tables of a result as Parquet, for those that are large."""

from __future__ import annotations

import io
import json
from typing import Any

from jvopt.core.analyses import ANALYSES
from jvopt.core.issues import Issue
from jvopt.core.plan import frame_of
from jvopt.core.plan_tables import PLAN_TABLES
from jvopt.service.messages import mistake


def as_parquet(result: bytes, name: str) -> bytes | Issue:
    """Write one table of a plan or of a report.

    Parameters
    ----------
    result
        The plan or the report as JSON.
    name
        Of the table.

    Returns
    -------
    bytes or Issue
        The file, or that there is no such table.
    """
    import arro3.core as arro3
    from arro3.io import write_parquet

    data = json.loads(result)
    analysis = data.get("analysis")
    tables = PLAN_TABLES if analysis is None else {t.name: t for t in ANALYSES[analysis].tables}
    if name not in tables:
        return mistake("unknown_result_table", name, tables)
    frame = frame_of(tables[name], data["tables"][name])
    columns: dict[str, Any] = {
        column.name: arro3.Array(
            [_cell(value, column.numeric) for value in frame[column.name]],
            arro3.DataType.float64() if column.numeric else arro3.DataType.utf8(),
        )
        for column in tables[name].columns
    }
    file = io.BytesIO()
    write_parquet(arro3.Table.from_pydict(columns), file)
    return file.getvalue()


def _cell(value: Any, numeric: bool) -> float | str | None:
    """Give a cell as its column is typed; blank ones are null."""
    if value is None or value == "" or value != value:  # NaN
        return None
    return float(value) if numeric else str(value)
