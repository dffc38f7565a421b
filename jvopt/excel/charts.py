"""Native charts, as Excel and LibreOffice draw them alike."""

from __future__ import annotations

from typing import Any

from openpyxl.chart import BarChart, Reference, ScatterChart, Series
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.legend import Legend
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import (
    CharacterProperties,
    Font,
    Paragraph,
    ParagraphProperties,
)
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.worksheet import Worksheet

from jvopt.excel import look


def bars(
    sheet: Worksheet,
    title: str,
    *,
    rows: tuple[int, int, int],
    categories: int,
    values: list[int],
    axis_format: str,
    stacked: bool = False,
    highest: float | None = None,
    upright: bool = False,
) -> BarChart:
    """Make a chart of horizontal bars from a small table on a sheet.

    Parameters
    ----------
    sheet
        The sheet that holds the table.
    title
        Title of the chart.
    rows
        The row of the headings, which name the series, and the first and last row of the bars.
    categories, values
        The column of the labels and the columns of the series, from 1.
    axis_format
        Number format of the axis.
    stacked
        Whether the series add up to one bar.
    highest
        Upper end of the axis; chosen by the program where None.
    upright
        Whether the bars stand.
    """
    chart = BarChart()
    chart.type = "col" if upright else "bar"
    chart.grouping = "stacked" if stacked else "clustered"
    chart.overlap = 100 if stacked else -5
    chart.gapWidth = 45
    _entitle(chart, title)
    _, first, last = rows
    labels = Reference(sheet, min_col=categories, min_row=first, max_row=last)
    for number, column in enumerate(values):
        series = _series(sheet, rows, column)
        series.graphicalProperties = GraphicalProperties(
            solidFill=look.SERIES[number % len(look.SERIES)]
        )
        series.invertIfNegative = False
        chart.series.append(series)
    chart.set_categories(labels)
    chart.legend.position = "b"
    if len(values) == 1:
        chart.legend = None
    if not upright:
        chart.x_axis.scaling.orientation = "maxMin"  # first row on top
        chart.y_axis.crosses = "max"  # so that the axis of values stays at the bottom
    chart.x_axis.tickLblSkip = 1  # every bar keeps its label
    chart.x_axis.tickLblPos = "low"  # clear of bars below zero
    chart.y_axis.scaling.max = highest
    _finish(chart, axis_format)
    return chart


def lines(
    sheet: Worksheet,
    title: str,
    *,
    rows: tuple[int, int, int],
    along: int,
    values: list[int],
    formats: tuple[str, str],
) -> ScatterChart:
    """Make a chart of straight lines over numbers from a small table on a sheet.

    Parameters
    ----------
    sheet
        The sheet that holds the table.
    title
        Title of the chart.
    rows
        The row of the headings, which name the series, and the first and last row of the points.
    along, values
        The column of the numbers along the bottom and the columns of the series, from 1.
    formats
        Number formats of the bottom and of the side.
    """
    chart = ScatterChart()
    chart.style = None
    chart.scatterStyle = "lineMarker"
    _entitle(chart, title)
    _, first, last = rows
    bottom = Reference(sheet, min_col=along, min_row=first, max_row=last)
    for number, column in enumerate(values):
        series = _series(sheet, rows, column, bottom)
        color = look.SERIES[number % len(look.SERIES)]
        series.graphicalProperties = GraphicalProperties(
            ln=LineProperties(solidFill=color, w=22000)
        )
        series.marker.symbol = "circle"
        series.marker.size = 5
        series.marker.graphicalProperties = GraphicalProperties(solidFill=color)
        series.smooth = False
        chart.series.append(series)
    chart.legend = Legend()
    chart.legend.position = "b"
    if len(values) == 1:
        chart.legend = None
    chart.x_axis.number_format = formats[0]
    chart.x_axis.numFmt.sourceLinked = False
    chart.x_axis.majorGridlines = None
    chart.x_axis.tickLblPos = "low"
    _finish(chart, formats[1])
    return chart


def _series(
    sheet: Worksheet, rows: tuple[int, int, int], column: int, along: Reference | None = None
) -> Any:
    """Make the series of a column, named by its heading."""
    header, first, last = rows
    series = Series(Reference(sheet, min_col=column, min_row=first, max_row=last), along)
    name = f"{quote_sheetname(sheet.title)}!${get_column_letter(column)}${header}"
    series.tx = SeriesLabel(strRef=StrRef(f=name))
    return series


def _entitle(chart: BarChart | ScatterChart, title: str) -> None:
    chart.title = title
    chart.title.tx.rich.p[0].r[0].rPr = _letters(1200, bold=True)  # type: ignore[union-attr]
    chart.title.overlay = False  # type: ignore[union-attr]


def _finish(chart: BarChart | ScatterChart, axis_format: str) -> None:
    """Give a chart the axes and lines that all of ours have."""
    # Without these two, newer Excel hides the axes.
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.x_axis.majorTickMark = chart.y_axis.majorTickMark = "none"
    chart.y_axis.number_format = axis_format
    chart.y_axis.numFmt.sourceLinked = False
    thin = GraphicalProperties(ln=LineProperties(solidFill=look.LINE))
    chart.y_axis.majorGridlines = ChartLines(thin)
    for axis in (chart.x_axis, chart.y_axis):
        axis.txPr = _text(900)
        axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=look.LINE))
    chart.graphical_properties = GraphicalProperties(ln=LineProperties(solidFill=look.LINE))


def waterfall(
    sheet: Worksheet,
    title: str,
    *,
    rows: tuple[int, int, int],
    columns: tuple[int, int],
    axis_format: str,
    scale: tuple[float, float],
) -> BarChart:
    """Make a chart that leads from one total to another, step by step.

    Parameters
    ----------
    sheet
        The sheet that holds its table.
    title
        Title of the chart.
    rows
        The row of the headings, and the first and last row of the steps.
    columns
        The column of the labels, and the first of four columns: what a bar floats on (not drawn),
        the total, the rise and the fall.
    axis_format
        Number format of the axis.
    scale
        Lower end of the axis, as the steps would be lost beside the totals if it were 0, and the
        distance of its marks.
    """
    label, first = columns
    chart = bars(
        sheet,
        title,
        rows=rows,
        categories=label,
        values=[first, first + 1, first + 2, first + 3],
        axis_format=axis_format,
        stacked=True,
    )
    fills = (None, look.NAVY, look.RISE, look.FALL)
    for series, color in zip(chart.series, fills, strict=True):
        shape = GraphicalProperties(noFill=True) if color is None else None
        series.graphicalProperties = shape or GraphicalProperties(solidFill=color)
    chart.legend = None
    chart.y_axis.scaling.min, chart.y_axis.majorUnit = scale
    return chart


def place(
    sheet: Worksheet, chart: BarChart | ScatterChart, cell: str, width: float, height: float
) -> None:
    """Put a chart on a sheet, with its size in centimetres."""
    chart.width, chart.height = width, height  # type: ignore[assignment]
    sheet.add_chart(chart, cell)


def _letters(size: int, *, bold: bool = False) -> CharacterProperties:
    return CharacterProperties(sz=size, b=bold, solidFill=look.INK, latin=Font(typeface=look.FONT))


def _text(size: int) -> RichText:
    return RichText(
        p=[Paragraph(pPr=ParagraphProperties(defRPr=_letters(size)), endParaRPr=_letters(size))]
    )
