"""At which values of a figure the best plan flips, and to what."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd

from jvopt.analysis.options import asked_in, options_checked
from jvopt.analysis.outcomes import ever_open, moves_of, no_plan, plants
from jvopt.analysis.parameter import Parameter, Point
from jvopt.analysis.study import Advance, Stopped, Study
from jvopt.analysis.sweep import Interval, bracketed, envelope
from jvopt.core.addresses import Address
from jvopt.core.case import Case
from jvopt.core.checks import check
from jvopt.core.issues import CaseError, errors, issue
from jvopt.core.phrases import Amount, Listed, Phrase, some_called
from jvopt.core.report import Report
from jvopt.solve.search import Stop

_NO_BREAK: dict[str, object] = {"what": "", "opens": "", "closes": ""}


@options_checked
def breakeven(
    case: Case,
    *,
    change: str,
    low: float,
    high: float,
    action: Literal["set", "multiply", "add"] = "set",
    tolerance: float = 0.01,
    progress: Callable[[Advance], None] | None = None,
    stop: Stop | None = None,
) -> Report:
    """Find the values of a figure at which the best plan changes.

    Where the figure enters the objective alone (a duty, a fee, freight, a unit cost, an
    investment), all of them are found exactly; else they are bracketed, between values at which
    the case was solved, and further ones within may be missed.

    Parameters
    ----------
    case
        The case.
    change
        The figure: see `jvopt.core.addresses.Address`.
    low, high
        The range of its values.
    action
        Whether its cells are set to the value, multiplied by it, or raised by it.
    tolerance
        Width of the brackets as a share of the range.
    progress, stop
        See `jvopt.analysis.study.Study`.

    Returns
    -------
    Report
        Tables ``intervals``, ``breaks``, ``curve``.

    Raises
    ------
    CaseError
        The case has errors, the figure cannot be found, or a value does not fit it.
    """
    with asked_in("change"):
        address = Address.read(change)
    if not low < high:
        raise CaseError([issue("empty_range", None, None, "low", f"{low:g}", high=f"{high:g}")])
    ends = []
    for name, value in (("low", low), ("high", high)):
        with asked_in("change", value=name):
            ends.append(address.change(case, value, action))
    # Where the figure leaves no plan at one end, the model of the other serves.
    able = [end for end in ends if not errors(check(end))]
    with Study([*able, *ends][0], progress, stop) as study:
        parameter = Parameter(study, lambda value: address.change(case, value, action))
        try:
            stretches = parameter.stretches(low, high)
            if stretches:
                intervals = envelope(parameter, stretches)
            else:
                intervals = bracketed(parameter, low, high, tolerance)
        except Stopped:
            if study.stopped:
                return study.nothing(case, "breakeven")
            return no_plan(case, "breakeven", "time_limit")
        if not any(i.first.outcome.found for i in intervals):
            return no_plan(case, "breakeven", parameter.points[0].outcome.termination)
        points = parameter.points
        complete = not parameter.cut_short
    report = _report(case, change, intervals, points, exact=bool(stretches), complete=complete)
    if action == "set":
        report.findings += _outside(case, address, low, high)
    return report


def _outside(case: Case, address: Address, low: float, high: float) -> list[Phrase]:
    """Say which values the figure has in the case itself, where the range holds none of them."""
    values = case[address.table][address.column].to_numpy(float)[address.rows(case)]
    if not len(values) or bool(((values >= low) & (values <= high)).any()):
        return []
    least, most = float(values.min()), float(values.max())
    if least == most:
        return [Phrase("The case itself has {value}, outside of this range.", value=least)]
    words = "None of the values of the case itself ({least} to {most}) lies in this range."
    return [Phrase(words, least=least, most=most)]


def _report(
    case: Case,
    change: str,
    intervals: list[Interval],
    points: list[Point],
    *,
    exact: bool,
    complete: bool,
) -> Report:
    breaks = [_break(case, before, after, exact=exact) for before, after in pairwise(intervals)]
    rows = []
    for n, (interval, begin) in enumerate(zip(intervals, [_NO_BREAK, *breaks], strict=True), 1):
        outcome = interval.first.outcome
        rows.append(
            {
                "interval": n,
                "low": interval.low,
                "high": interval.high,
                "objective_low": interval.objective_low,
                "objective_high": interval.objective_high,
                "slope": interval.slope,
                **{name: begin[name] for name in _NO_BREAK},
                "sites_open": len(plants(case, outcome.lines)) if outcome.found else np.nan,
                "lines_open": len(ever_open(outcome.lines)) if outcome.found else np.nan,
                "open": ", ".join(plants(case, outcome.lines)),
            }
        )
    tables = {
        "intervals": pd.DataFrame(rows),
        "breaks": pd.DataFrame(breaks),
        "curve": _curve(intervals, points),
    }
    return Report(
        case, "breakeven", tables, _findings(case, change, intervals, breaks, exact=exact),
        complete=complete,
    )  # fmt: skip


def _break(case: Case, before: Interval, after: Interval, *, exact: bool) -> dict[str, object]:
    """Say what changes between two intervals."""
    old, new = before.last.outcome, after.first.outcome
    was, now = (set(plants(case, o.lines)) for o in (old, new))
    if was == now:
        was, now = (set(ever_open(o.lines)) for o in (old, new))
    if was == now:
        was, now = (set(ever_open(o.sites)) for o in (old, new))
    same = old.sites.equals(new.sites) and old.lines.equals(new.lines)
    if not (old.found and new.found):
        was = now = set()
    return {
        "low": before.high,
        "high": after.low,
        "exact": "exact" if exact else "bracketed",
        "what": "no plan" if not (old.found and new.found) else "volumes" if same else "plant set",
        "opens": ", ".join(sorted(now - was)),
        "closes": ", ".join(sorted(was - now)),
    }


def _curve(intervals: list[Interval], points: list[Point]) -> pd.DataFrame:
    """Give the objective at every end of an interval, and wherever it was worked out."""
    known = {p.value: p.outcome.objective for p in points}
    for interval in intervals:
        known[interval.low], known[interval.high] = interval.objective_low, interval.objective_high
    return pd.DataFrame(sorted(known.items()), columns=["value", "objective"])


def _findings(
    case: Case,
    change: str,
    intervals: list[Interval],
    breaks: list[dict[str, object]],
    *,
    exact: bool,
) -> list[Phrase]:
    low, high = intervals[0].low, intervals[-1].high
    fields = {"figure": change, "low": float(low), "high": float(high)}
    sets = [b for b in breaks if b["what"] != "volumes"]
    if not breaks:
        words = (
            "The same plan is best for {figure} from {low} to {high}."
            if exact
            else "The same plants are open for {figure} from {low} to {high}, as far as was looked."
        )
        found = [Phrase(words, **fields)]
    elif not sets:
        words = "Volumes shift {count} times, but the same plants and lines are best throughout."
        found = [Phrase(words, count=len(breaks))]
    else:
        found = [_flip(b) for b in sets[:5]]
        if len(sets) > 5:
            found.append(Phrase("And {count} more: see the breaks.", count=len(sets) - 5))
    start = intervals[0].first.outcome
    if sets and start.found:
        words = "At {low} these plants are open: {names}."
        found.insert(0, Phrase(words, low=float(low), names=some_called(plants(case, start.lines))))
    first, last = intervals[0].objective_low, intervals[-1].objective_high
    money = str(case.setting("base_currency"))
    words = "From {low} to {high} the objective goes from {first} to {last} {currency}."
    if np.isfinite(first) and np.isfinite(last):
        ends = {"first": Amount(first), "last": Amount(last), "currency": money}
        found.append(Phrase(words, **fields, **ends))
    if not exact:
        found.append(
            Phrase(
                "{figure} enters more than the cost, so changes are bracketed, not found exactly; "
                "others may hide between the values that were looked at.",
                figure=change,
            )
        )
    return found


def _flip(found: dict[str, object]) -> Phrase:
    opens, closes = (str(found[k]).split(", ") if found[k] else [] for k in ("opens", "closes"))
    if found["what"] == "no plan":
        changes: Listed | Phrase = Phrase("on one side there is a plan, on the other there is none")
    else:
        changes = moves_of(opens, closes) or Phrase("plants and lines open at other times")
    low, high = float(str(found["low"])), float(str(found["high"]))
    if low == high:
        return Phrase("At {value}: {changes}.", value=low, changes=changes)
    return Phrase("Between {low} and {high}: {changes}.", low=low, high=high, changes=changes)
