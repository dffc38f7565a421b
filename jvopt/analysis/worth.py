"""What one more and one less unit is worth, worked out anew, beside the dual price."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from jvopt.analysis.options import asked_in, options_checked
from jvopt.analysis.outcomes import Outcome, Variant, no_plan, outcome_of, solved, unproven
from jvopt.analysis.study import Advance, Stopped, Study
from jvopt.core.addresses import Address
from jvopt.core.analyses.schema import as_share
from jvopt.core.case import Case
from jvopt.core.checks import check
from jvopt.core.conditions import quoted, selected
from jvopt.core.issues import CaseError, errors, issue, plainly_impossible
from jvopt.core.phrases import Amount, Phrase, some
from jvopt.core.report import Report
from jvopt.core.tables import TABLES
from jvopt.models import Built
from jvopt.models.sparse import Floats
from jvopt.solve.handover import Matrix
from jvopt.solve.loaded import put
from jvopt.solve.prices import KINDS, bound_moves
from jvopt.solve.search import Stop, polish

SHARES = ("share_of_source", "demand_within")
"""Quantities of limits of which a unit is one percent."""
SCARCE = 1e-7
"""Least price of what counts as scarce."""


class _Cell(NamedTuple):
    """A cell of a table."""

    table: str
    column: str
    row: int


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure to move: some cells of one column, their dual price, and the step."""

    kind: str
    name: str
    table: str
    column: str
    rows: tuple[int, ...]
    dual: float
    step: float
    """By how much the sum of the cells moves."""

    def moved(self, case: Case, sign: float) -> Case | None:
        """Give the case with the figure moved; None where that cannot be."""
        if self.step == 0:  # a share of nothing
            return None
        frame = case[self.table]
        values = frame[self.column].to_numpy(float).copy()
        values[list(self.rows)] += sign * self.step / len(self.rows)
        if (values[list(self.rows)] < -1e-12).any():
            return None
        values = np.where(np.abs(values) < 1e-12, 0.0, values)
        try:
            moved = case.replace(**{self.table: frame.assign(**{self.column: values})})
        except CaseError:
            return None
        return moved if plainly_impossible(errors(check(moved))) else None


@options_checked
def worth(
    case: Case,
    *,
    figure: Sequence[str] = (),
    step: str = "1",
    most: int = 12,
    progress: Callable[[Advance], None] | None = None,
    stop: Stop | None = None,
) -> Report:
    """Give what one more and one less of demand, capacity or budget is worth.

    Parameters
    ----------
    case
        The case.
    figure
        Figures to move, as in ``"lines[line = A].capacity"``. Several cells move together, each
        by an equal part of the step. Where none is given: what is scarce, and the demand that
        costs most.
    step
        Units, or a share of the figure, as in ``"5%"``. A share that is limited moves by
        hundredths.
    most
        Most figures that are chosen; half of them are demand, if there is as much of both.
    progress, stop
        See `jvopt.analysis.study.Study`.

    Returns
    -------
    Report
        The table ``worth``.

    Raises
    ------
    CaseError
        The case has errors, a figure is none, or the step is no number above 0.
    """
    try:
        size = as_share(step)
    except ValueError:
        size = 0.0
    if not 0.0 < size < np.inf:
        raise CaseError([issue("bad_step", None, None, "step", step)])
    with Study(case, progress, stop) as study:
        try:
            best = study.base
        except Stopped:
            return study.nothing(case, "worth")
        if best.columns is None:
            return no_plan(case, "worth", best.termination)
        base = outcome_of(best)
        built, matrix, _ = study.prepared.model(case)
        dual = _dual_of_cells(built, matrix, best.columns, stop)
        figures = (
            [_asked(case, text, dual, step) for text in figure]
            if figure
            else _chosen(case, dual, step, most)
        )
        moved = [(n, sign, f.moved(case, sign)) for n, f in enumerate(figures) for sign in (1, -1)]
        able = [(n, sign, v) for n, sign, v in moved if v is not None]
        ends: dict[tuple[int, int], Outcome | None] = {
            (n, sign): None for n, sign, v in moved if v is None
        }
        for at, outcome in study.each(solved, [Variant(v) for _, _, v in able]):
            n, sign, _ = able[at]
            ends[n, sign] = outcome
        table = _table(case, figures, ends, base)
        findings = _findings(case, table)
        if figures and table.empty:
            findings = [Phrase("Stopped before any figure was moved.")]
        proven = base.proven and all(o is None or o.proven for o in ends.values())
        complete = proven and not study.stopped
        return Report(case, "worth", {"worth": table}, findings, complete=complete)


def _dual_of_cells(
    built: Built, matrix: Matrix, x: Floats, stop: Stop | None
) -> dict[_Cell, tuple[str, float]]:
    """Give kind and dual price of each cell that bounds something, plant set held fixed.

    The price is what one more adds to the objective: the sum over the rows that the cell bounds, in
    all their periods, of how far their bound moves times their price. There is none once stopped.
    """
    switch = np.concatenate([built.is_switch(family) for family in built.rows])
    polished = polish(matrix, x, switch, stop=stop)
    if polished is None:
        return {}
    x, price = polished
    put(built, matrix, x)
    sign = built.problem.net.case.sign
    found: dict[_Cell, tuple[str, float]] = {}
    for family, kind in KINDS.items():
        rows = built.rows[family]
        if rows.cells is None or not len(rows):
            continue
        first = matrix.first_row[family]
        amount = price[first : first + len(rows)] * bound_moves(kind, rows)
        place = rows.cells.place
        amount = amount[place["at"]] * place["scale"].to_numpy()
        cells = zip(place["table"], place["column"], place["row"], sign * amount, strict=True)
        for table, column, row, value in cells:
            if row >= 0:
                cell = _Cell(str(table), str(column), int(row))
                found[cell] = kind, found.get(cell, (kind, 0.0))[1] + float(value)
    return found


def _step(case: Case, cells: Sequence[_Cell], step: str) -> float:
    first = cells[0]
    values = case[first.table][first.column].to_numpy(float)[[c.row for c in cells]]
    if step.strip().endswith("%"):
        return as_share(step) * float(np.abs(values).sum())
    size = as_share(step)
    if first.table == "limits":
        quantity = case["limits"]["quantity"].iloc[first.row]
        return size / 100.0 if quantity in SHARES else size
    return size


def _asked(case: Case, text: str, dual: dict[_Cell, tuple[str, float]], step: str) -> _Figure:
    """Give a figure that was asked for."""
    with asked_in("figure"):
        address = Address.read(text)
        address.change(case, 1.0, "multiply")  # says what is wrong with it
    rows = address.rows(case)
    if not len(rows):
        raise CaseError([issue("bad_address", None, None, "figure", text)])
    cells = [_Cell(address.table, address.column, int(r)) for r in rows]
    known = [dual[c] for c in cells if c in dual]
    kind = known[0][0] if known else "other"
    price = float(np.mean([dual[c][1] if c in dual else 0.0 for c in cells]))
    return _Figure(
        kind, text, address.table, address.column, tuple(c.row for c in cells),
        price if known else np.nan, _step(case, cells, step),
    )  # fmt: skip


def _chosen(
    case: Case, dual: dict[_Cell, tuple[str, float]], step: str, most: int
) -> list[_Figure]:
    """Choose what is scarce and the demand that costs most."""
    stated = {
        cell: told for cell, told in dual.items()
        if not np.isnan(case.filled(cell.table)[cell.column].to_numpy(float)[cell.row])
    }  # fmt: skip
    ranked = sorted(stated, key=lambda cell: -abs(stated[cell][1]))
    wanted = [c for c in ranked if stated[c][0] == "demand"]
    scarce = [c for c in ranked if stated[c][0] != "demand" and abs(stated[c][1]) > SCARCE]
    room = max(most - len(wanted), most - most // 2)
    scarce = scarce[:room]
    cells = scarce + wanted[: most - len(scarce)]
    return [
        _Figure(stated[c][0], _named(case, c), c.table, c.column, (c.row,), stated[c][1],
                _step(case, [c], step))
        for c in cells
    ]  # fmt: skip


def _named(case: Case, cell: _Cell) -> str:
    """Write a cell as an address, by the first columns that tell its row apart."""
    tables, table = {name: case[name] for name in TABLES}, TABLES[cell.table]
    where, left = "", len(case[cell.table])
    for column in table.columns:
        if left == 1:
            break
        if column.name == cell.column or column.kind == "tags":  # a tag is not the whole cell
            continue
        value = case[cell.table][column.name].iloc[cell.row]
        blank = bool(pd.isna(value)) or value == ""
        told = f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else str(value)
        words = f"{column.name} = {'blank' if blank else quoted(told)}"
        narrowed = f"{where} and {words}" if where else words
        count = int(selected(tables, table, narrowed).sum())
        if count < left or not blank:  # blank cells are told only where they tell rows apart
            where, left = narrowed, count
    return f"{cell.table}[{where}].{cell.column}" if where else f"{cell.table}.{cell.column}"


def _table(
    case: Case,
    figures: Sequence[_Figure],
    ends: dict[tuple[int, int], Outcome | None],
    base: Outcome,
) -> pd.DataFrame:
    rows = []
    for n, f in enumerate(figures):
        if not any((n, sign) in ends for sign in (1, -1)):
            continue
        now = case[f.table][f.column].to_numpy(float)[list(f.rows)].sum()
        told: list[tuple[float, str, str]] = []
        for sign in (1, -1):
            outcome = ends.get((n, sign))
            if outcome is None:
                ended = "not possible" if (n, sign) in ends else "unknown"
                told.append((np.nan, ended, ""))
            elif outcome.termination == "infeasible":
                told.append((np.nan, "infeasible", ""))
            elif not (base.proven and outcome.proven):  # what they differ by is the search's
                told.append((np.nan, "unknown", ""))
            else:
                same = base.sites.equals(outcome.sites) and base.lines.equals(outcome.lines)
                change = (outcome.objective - base.objective) / f.step
                told.append((change, "solved", "no" if same else "yes"))
        (more, more_end, more_set), (less, less_end, less_set) = told
        rows.append(
            (
                f.kind,
                f.name,
                now,
                f.step,
                more,
                less,
                f.dual,
                more_end,
                less_end,
                more_set,
                less_set,
            )
        )
    frame = pd.DataFrame(
        rows,
        columns=["kind", "figure", "now", "step", "more", "less", "dual", "more_ended",
                 "less_ended", "plants_more", "plants_less"],
    )  # fmt: skip
    size = frame[["more", "less"]].abs().max(axis=1)
    return frame.iloc[np.argsort(-size.fillna(-1.0).to_numpy(), kind="stable")]


def _findings(case: Case, table: pd.DataFrame) -> list[Phrase]:
    if table.empty:
        return [Phrase("Nothing is scarce, and nothing is demanded.")]
    said = _of_first(case, table.iloc[0])
    moved = int(((table["plants_more"] == "yes") | (table["plants_less"] == "yes")).sum())
    if moved:
        said.append(
            Phrase(
                "For {count} figures the step changes what is open: there the dual price misleads.",
                count=moved,
            )
        )
    unknown = (table["more_ended"] == "unknown") | (table["less_ended"] == "unknown")
    return said + unproven(some(table["figure"][unknown.to_numpy()]))


def _of_first(case: Case, row: pd.Series[Any]) -> list[Phrase]:
    """Say what the figure that is worth most is worth, both ways."""
    profit = case.seeks_profit
    said = []
    for side in ("more", "less"):
        amount = float(row[side])
        if not np.isfinite(amount):
            continue
        if side == "more" and profit:
            words = (
                "Each unit more of {figure} earns {amount} {currency}."
                if amount >= 0
                else "Each unit more of {figure} loses {amount} {currency}."
            )
        elif side == "more":
            words = (
                "Each unit more of {figure} costs {amount} {currency}."
                if amount >= 0
                else "Each unit more of {figure} saves {amount} {currency}."
            )
        elif profit:
            words = (
                "Each unit less of {figure} earns {amount} {currency}."
                if amount >= 0
                else "Each unit less of {figure} loses {amount} {currency}."
            )
        else:
            words = (
                "Each unit less of {figure} costs {amount} {currency}."
                if amount >= 0
                else "Each unit less of {figure} saves {amount} {currency}."
            )
        money = str(case.setting("base_currency"))
        said.append(Phrase(words, figure=row["figure"], amount=Amount(abs(amount)), currency=money))
    return said
