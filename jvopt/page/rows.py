"""The rows behind a figure: in a drawer, to be sorted, filtered and taken away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from nicegui import ui

from jvopt.core.headings import written
from jvopt.core.schema import Column
from jvopt.excel.result_tables import result_heading
from jvopt.page.aside import aside
from jvopt.page.downloads import offer_rows
from jvopt.page.parts import box, button, named, text
from jvopt.page.speaker import Speaker

MOST = 5_000
"""Most rows that a grid shows; the file that is taken away has all."""

_PATIENCE = 20.0
"""Seconds in which a browser has to tell how a grid is sorted: it may be slow, or far away."""

_NARROW = "window.innerWidth < 640"
"""A window too narrow to keep columns in sight while others move."""

_FIGURES = {
    "costs": "cost",
    "sites": "shipped",
    "throughput": "shipped",
    "lines": "load",
    "production": "quantity",
    "inputs": "quantity",
    "purchases": "quantity",
    "shipments": "quantity",
    "stock": "closing",
    "deliveries": "quantity",
    "service": "met",
    "origin": "margin",
    "drawback": "refund",
    "prices": "price",
    "regions": "units",
    "owners": "cost",
}
"""The column of a table of the plan that is behind a figure."""

Where = Mapping[str, Any]
"""By column the value that a cell must have, or several of them."""


def within(frame: pd.DataFrame, where: Where) -> Any:
    """Tell which rows of a frame are meant."""
    keep = np.ones(len(frame), dtype=bool)
    for column, wanted in where.items():
        values = wanted if isinstance(wanted, (set, frozenset, list, tuple)) else {wanted}
        keep &= frame[column].isin(list(values)).to_numpy()
    return keep


def figure_first(
    table: str, frame: pd.DataFrame, columns: Iterable[Column]
) -> tuple[pd.DataFrame, list[Column], Column | None]:
    """Put the rows that make most of a figure first, and its column second.

    Returns
    -------
    frame, columns
        Of the table, in that order.
    figure
        The column of the figure, None where the table has none.
    """
    columns = list(columns)
    figure = next((c for c in columns if c.name == _FIGURES.get(table)), None)
    if figure is None:
        return frame, columns, None
    others = [c for c in columns if c is not figure]
    # Of the origins claimed the narrowest matters most.
    frame = frame.sort_values(figure.name, ascending=table == "origin", kind="stable")
    return frame, [others[0], figure, *others[1:]], figure


def grid(
    frame: pd.DataFrame,
    columns: Sequence[Column],
    base: str,
    speaker: Speaker,
    height: str,
    figure: Column | None = None,
) -> ui.aggrid:
    """Show rows in a grid; of more than `MOST` the first, in the order that is asked for.

    The first column and that of the figure stay in sight.
    """  # fmt: skip
    shown = frame.head(MOST)
    filled = [c for c in columns if _says_something(frame[c.name])] or list(columns)
    names = [c.name for c in filled]
    defined = [_column(c, base, speaker, shown[c.name]) for c in filled]
    if figure is not None and figure in filled:
        for one in defined[: filled.index(figure) + 1]:
            one |= {":pinned": f"{_NARROW} ? null : 'left'", ":maxWidth": f"{_NARROW} ? 170 : 320"}
    made = ui.aggrid(
        {
            "columnDefs": defined,
            "rowData": _plain(shown[names]),
            "defaultColDef": {"resizable": True, "sortable": True, "filter": True},
            "localeText": words_of_grid(speaker),
            "suppressFieldDotNotation": True,
            "enableCellTextSelection": True,
            "autoSizeStrategy": {"type": "fitCellContents"},
        },
        auto_size_columns=False,
    ).classes("jv-ag").style(f"height:{height}")  # fmt: skip

    async def sort() -> None:
        """Give the first rows of all, sorted: the grid alone would sort those that it has."""
        by = sorted(
            (state["sortIndex"], state["colId"], state["sort"] == "asc")
            for state in await made.run_grid_method("getColumnState", timeout=_PATIENCE)
            if state.get("sort")
        )
        ordered = await aside(_sorted, frame[names], [(name, up) for _, name, up in by])
        made.run_grid_method("setGridOption", "rowData", _plain(ordered.head(MOST)))

    if len(frame) > MOST:
        made.on("sortChanged", sort, [])
    return made


def _sorted(frame: pd.DataFrame, by: Sequence[tuple[str, bool]]) -> pd.DataFrame:
    if not by:
        return frame
    names, ups = zip(*by, strict=True)
    return frame.sort_values(list(names), ascending=list(ups), kind="stable", key=_comparable)


def _comparable(cells: pd.Series[Any]) -> pd.Series[Any]:
    return cells if pd.api.types.is_numeric_dtype(cells) else cells.astype(str)


def _says_something(cells: pd.Series[Any]) -> bool:
    return bool((cells.notna() & (cells != "")).any())


def _column(column: Column, base: str, speaker: Speaker, cells: pd.Series[Any]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "field": column.name,
        "headerName": result_heading(column, base, speaker.language),
        "headerTooltip": speaker.say(column.meaning),
    }
    if column.numeric or cells.map(lambda cell: isinstance(cell, float)).any():
        form = "percentCell" if column.unit == "share" else "cell"
        made |= {"type": "rightAligned", ":valueFormatter": f"p => jvopt.{form}(p)"}
        if column.numeric:
            made["filter"] = "agNumberColumnFilter"
    return made


def _plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    rows = frame.to_dict("records")
    return [
        {str(k): None if isinstance(v, float) and not np.isfinite(v) else v for k, v in r.items()}
        for r in rows
    ]


def words_of_grid(speaker: Speaker) -> dict[str, str]:
    """Give the words of AG Grid that people meet."""
    say = speaker.say
    return {
        "noRowsToShow": say("No rows"),
        "contains": say("Contains"),
        "notContains": say("Does not contain"),
        "equals": say("Equals"),
        "notEqual": say("Does not equal"),
        "startsWith": say("Begins with"),
        "endsWith": say("Ends with"),
        "blank": say("Blank"),
        "notBlank": say("Not blank"),
        "greaterThan": say("Greater than"),
        "greaterThanOrEqual": say("Greater than or equal to"),
        "lessThan": say("Less than"),
        "lessThanOrEqual": say("Less than or equal to"),
        "inRange": say("Between"),
        "inRangeStart": say("At least"),
        "inRangeEnd": say("At most"),
        "andCondition": say("and"),
        "orCondition": say("or"),
        "filterOoo": say("Filter ..."),
    }


class Drawer:
    """A place at the side where rows are shown.

    Parameters
    ----------
    speaker, base
        Says things; the base currency.
    """

    def __init__(self, speaker: Speaker, base: str) -> None:
        self._speaker, self._base = speaker, base
        with ui.dialog().props("position=right maximized-on-mobile") as self._dialog:
            self._body = box("jv-drawer")

    def open(
        self, title: str, remark: str, frame: pd.DataFrame, columns: Iterable[Column],
        workbook: Callable[[], Any] | None = None, *, figure: Column | None = None,
        adds_up: bool = False,
    ) -> None:  # fmt: skip
        """Show rows.

        Parameters
        ----------
        title, remark, frame, columns
            What they are.
        workbook
            Gives the workbook that they are in.
        figure, adds_up
            The column that stays in sight, and whether to say its sum.
        """
        say = self._speaker.say
        columns = list(columns)
        headed = frame[[c.name for c in columns]].rename(
            columns={c.name: result_heading(c, self._base, self._speaker.language) for c in columns}
        )
        named(self._dialog, title)
        self._body.clear()
        with self._body:
            with box("row top keep"):
                with box("stack tight grow"):
                    text(title, tag="h1")
                    text(remark, "quiet small")
                close = button("", self._dialog.close, icon="close").props("autofocus")
                named(close, say("Close"))
            with box("row"):
                count = self._speaker.number(len(frame))
                text(say("Rows: {count}", count=count), "num")
                if figure is not None and adds_up:
                    text(self._sum(frame[figure.name], figure), "num strong")
                if len(frame) > MOST:
                    most = self._speaker.number(MOST)
                    text(say("the first {count} are shown", count=most), "quiet small")
                box("grow")
                button(say("Rows as CSV"), lambda: offer_rows(headed, title), icon="download")
                if workbook is not None:
                    button(say("Workbook"), workbook, icon="table_view")
            with box("grow").style("display:flex;min-height:280px"):
                grid(frame, columns, self._base, self._speaker, "100%", figure)
        self._dialog.open()

    def _sum(self, cells: pd.Series[float], figure: Column) -> str:
        amount = self._speaker.number(float(cells.sum()))
        unit = written(figure.unit, self._base, self._speaker.language)
        return self._speaker.say("Sum: {amount} {unit}", amount=amount, unit=unit)
