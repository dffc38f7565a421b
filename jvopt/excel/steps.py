"""What a waterfall chart is drawn from: bars that float where the last one ended."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from openpyxl.cell import Cell
from openpyxl.chart import BarChart
from openpyxl.styles import Border, PatternFill

from jvopt.core.language import Language
from jvopt.excel import charts, look
from jvopt.excel.page import CellValue, Page


def waterfall(
    page: Page,
    title: str,
    labels: Sequence[str],
    amounts: NDArray[np.float64],
    say: Callable[[str], str],
    language: Language,
) -> tuple[BarChart | None, int]:
    """Lay out what leads from one total to another, and draw it.

    Parameters
    ----------
    page
        Where the small table goes.
    title
        Of the table and of the chart.
    labels, amounts
        The first total, the steps, and the last total.
    say
        The voice of the headings.
    language
        Of the axis, which may count in millions.

    Returns
    -------
    BarChart or None
        None where there are no steps, or a bar would float on nothing less than 0.
    int
        The row of the headings.
    """
    start, end, steps = float(amounts[0]), float(amounts[-1]), amounts[1:-1]
    reached = np.append(start + np.concatenate([[0.0], np.cumsum(steps)]), end)
    if not len(steps) or reached.min() <= 0:
        return None, 0
    page.heading(title)
    rows: list[list[CellValue]] = [[labels[0], None, 0.0, start, 0.0, 0.0]]
    rows += _floating(labels[1:-1], steps, reached)
    rows.append([labels[-1], None, 0.0, end, 0.0, 0.0])
    headings = ["Step", "Change", "Floats on", "Total", "Rise", "Fall"]
    formats = ["General", *[look.WHOLE] * 5]
    top, last = page.table([say(words) for words in headings], rows, formats)
    for cells in page.sheet[f"C{top}:F{last}"]:
        _mute(cells)
    lowest, mark = _scale(reached)
    chart = charts.waterfall(
        page.sheet,
        title,
        rows=(top, top + 1, last),
        columns=(1, 3),
        axis_format=look.axis_format(reached, language, mark),
        scale=(lowest, mark),
    )
    return chart, top


def _mute(cells: Sequence[Cell]) -> None:
    """Set what only the chart needs back behind what people read."""
    for cell in cells:
        cell.font = look.font(7, color=look.FAINT)
        cell.fill = PatternFill()
        cell.border = Border()


def _floating(
    labels: Sequence[str], steps: NDArray[np.float64], reached: NDArray[np.float64]
) -> list[list[CellValue]]:
    """Give a row for each step: label, change, what its bar floats on, total (0), rise and fall.

    Parameters
    ----------
    labels, steps
        What changes, and by how much.
    reached
        The total before the first step and after each.
    """
    rows: list[list[CellValue]] = []
    for n, (label, step) in enumerate(zip(labels, steps, strict=True)):
        low, more = float(min(reached[n], reached[n + 1])), float(step)
        rows.append([label, more, low, 0.0, max(more, 0.0), max(-more, 0.0)])
    return rows


def _scale(reached: NDArray[np.float64]) -> tuple[float, float]:
    """Give lower end and distance of marks of an axis on which the steps can be told apart."""
    span = max(float(np.ptp(reached)), 1e-6 * float(reached.max()))
    digits = 10.0 ** math.floor(math.log10(span))
    mark = digits if span < 3 * digits else 2 * digits if span < 6 * digits else 5 * digits
    return max(0.0, math.floor((float(reached.min()) - 0.3 * span) / mark) * mark), mark
