"""What the command line shows: progress, the digest of a plan, issues, all within 80 columns."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from jvopt.core.gaps import PROVEN, rounded_up
from jvopt.core.issues import Issue, errors, warnings
from jvopt.service.task import Digest, Findings, Network, Step

MOST_ISSUES = 40
MOST_WARNINGS = 10
MOST_PLACES = 2
MOST_LINES = 30
SPARSE = 10.0
"""Seconds between lines of progress where standard error is no terminal."""

out = Console(highlight=False, soft_wrap=False)
err = Console(stderr=True, highlight=False, soft_wrap=False)

_WITHOUT = {
    "infeasible": "cannot keep every demand and limit",
    "unbounded": "has no best plan",
    "time_limit": "was not solved in the time",
    "interrupted": "was not solved before the stop",
}
_PARTS = {
    "conflict": "These contradict each other; easing any one of them removes this contradiction:",
    "change": "The smallest change found that gives a plan (tried), all of it together:",
}
_PHASES = {
    "checking": "reading and checking the case",
    "building": "building the model",
    "solving": "searching",
    "comparing": "comparing with today's network",
    "analysing": "working on it",
    "writing": "writing the answer",
}


class Progress:
    """A line of progress on standard error: rewritten on a terminal, else now and then a new one.

    Examples
    --------
    >>> with Progress() as progress:
    ...     progress(Step("solving", 1.5, best=100.0, bound=99.0, gap=0.01))
    """

    def __init__(self) -> None:
        self._live = Live(console=err, auto_refresh=False, transient=True)
        self._best: float | None = None
        self._shown = ("", -math.inf)

    def __enter__(self) -> Progress:
        if err.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def __call__(self, step: Step) -> None:
        """Show where the run stands."""
        if step.best is None and self._best is not None:
            # The search is over: what it found stays in view while it is compared and written.
            phase = "comparing" if step.phase == "solving" else step.phase
            step = step._replace(phase=phase, best=self._best)
        self._best = step.best
        if err.is_terminal:
            self._live.update(Text(progress_line(step), no_wrap=True, overflow="ellipsis"))
            self._live.refresh()
            return
        phase, when = self._shown
        if step.phase != phase or time.monotonic() - when >= SPARSE:
            self._shown = (step.phase, time.monotonic())
            err.print(Text(progress_line(step)), soft_wrap=True)


def say(words: str, console: Console = err) -> None:
    """Print a sentence; the terminal wraps it, so that names of files stay whole."""
    console.print(Text(words), soft_wrap=True)


def say_at_once(words: str) -> None:
    """Print a line above the progress from a signal handler, which may interrupt any print."""
    clear = "\r\x1b[2K" if err.is_terminal else ""
    os.write(2, f"{clear}{words}\n".encode())


def progress_line(step: Step) -> str:
    """Give a step in words, as in ``searching, 3.2 s: best 1,000, bound 990, gap 1.00%``."""
    parts = []
    if step.done is not None:
        left = (step.total or 0) - step.done  # answers may raise further questions
        parts.append(f"{step.done} solved, {left} to go")
    if step.best is not None:
        parts.append(f"best {money(step.best)}")
    if step.bound is not None:
        parts.append(f"bound {money(step.bound)}")
    if step.gap is not None and step.gap < 10:
        parts.append(f"gap {step.gap:.2%}")
    found = f": {', '.join(parts)}" if parts else ""
    return f"{_PHASES.get(step.phase, step.phase)}, {step.seconds:.1f} s{found}"


def money(value: float) -> str:
    """Give an amount for reading: no cents where it is large."""
    if math.isnan(value):
        return "none"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.2f}"


def show_issues(issues: Sequence[Issue], console: Console = err, most: int = MOST_ISSUES) -> None:
    """Print a table of issues, the errors first; those that say the same share a line."""
    bad = errors(issues)
    groups: dict[tuple[str | None, ...], list[Issue]] = {}
    for found in [*bad, *(i for i in issues if i.severity != "error")]:
        same = (found.code, found.value, found.message, found.hint)
        groups.setdefault(same, []).append(found)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=False)
    table.add_column("Where", max_width=22, overflow="fold")
    table.add_column("Value", max_width=18, overflow="fold")
    table.add_column("What, and what would be right", overflow="fold")
    shown = list(groups.values())[:most]
    for found, *others in shown:
        words = Text(found.message)
        if found.severity == "warning":
            words = Text("warning: ", "yellow") + words
        if found.hint:
            words.append(f"\n{found.hint}", "dim" if console.is_terminal else "")
        if others:
            words.append(f"\nAt {_places([found, *others])}")
        table.add_row(Text(_place(found)), Text(found.value or ""), words)
    console.print(table)
    more = len(issues) - sum(map(len, shown))
    if more:
        console.print(f"and {more} more")


def show_warnings(issues: Sequence[Issue]) -> None:
    """Print what is worth knowing of a case below its result, and where all of it is listed."""
    warned = warnings(issues)
    if warned:
        show_issues(warned, out, MOST_WARNINGS)
        say(f"{count(len(warned), 'warning')}, also listed by jvopt check and in the workbook", out)


def _places(issues: Sequence[Issue]) -> str:
    """List the places of issues by sheet, as in ``lanes!A5, lanes!A9 and 38 more; demand!A3``."""
    by_sheet: dict[str | None, list[str]] = {}
    for found in issues:
        by_sheet.setdefault(found.sheet or found.table, []).append(found.place)
    parts = []
    for places in by_sheet.values():
        more = len(places) - MOST_PLACES
        parts.append(", ".join(places[:MOST_PLACES]) + (f" and {more} more" if more > 0 else ""))
    return "; ".join(parts)


def _place(found: Issue) -> str:
    """Give the place of an issue: what is in no table is in an option of the command."""
    if found.column and not (found.table or found.sheet):
        return f"--{found.column.replace('_', '-')}"
    return found.place


def count(number: int, noun: str) -> str:
    """Give a number of things in words, as in ``1 error`` or ``2 errors``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def show_digest(digest: Digest) -> None:
    """Print the digest of a plan, or of why there is none."""
    out.print(Text(digest.case_name, "bold"))
    out.print(Text(digest.status, "green" if digest.found else "red"))
    if not digest.found:
        _show_conflicts(digest)
        return
    out.print(Text(digest.basis))
    out.print()
    _show_total(digest)
    _show_costs(digest)
    _show_lines(digest)
    facts = _facts()
    if digest.trade:
        facts.add_row("Trade", Text(digest.trade))
    if digest.audit:
        what = "every balance, limit and cost was recomputed from the case"
        style = "" if digest.audit == "passed" else "bold red"
        facts.add_row("Audit", Text(f"{digest.audit}: {what}", style))
    out.print(facts)


def show_findings(findings: Findings) -> None:
    """Print what an analysis found: its sentences, and the main columns of its first table."""
    mark = "" if findings.title.endswith("?") else ":"
    out.print(Text(f"{findings.title}{mark} {findings.case_name}", "bold"))
    if not findings.complete:
        out.print(Text("Not finished: what follows is what was found so far.", "yellow"))
    for sentence in findings.sentences:
        out.print(Text(f"- {sentence}"))
    if findings.rows:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for heading, numeric in zip(findings.headings, findings.numeric, strict=True):
            table.add_column(heading, justify="right" if numeric else "left", overflow="fold")
        for row in findings.rows:
            table.add_row(*map(Text, row))
        out.print(table)
    if findings.more:
        out.print(f"and {findings.more} more rows")


def _facts() -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(min_width=10, no_wrap=True)
    table.add_column(overflow="fold")
    return table


def _show_total(digest: Digest) -> None:
    facts = _facts()
    label = "Profit" if digest.profit else "Total cost"
    total = Text(f"{money(digest.objective)} {digest.currency}", "bold")
    facts.add_row(label, total + Text(_proven(digest), "not bold"))
    for network in digest.networks:
        facts.add_row("Gain" if digest.profit else "Saving", _saving(digest, network))
    out.print(facts)


def _saving(digest: Digest, network: Network) -> str:
    there = network.objective
    if math.isnan(there):
        return f"not known: {network.heading} {_WITHOUT.get(network.termination, 'has no plan')}"
    better = digest.objective - there if digest.profit else there - digest.objective
    if abs(better) <= 1e-9 * abs(there):
        return f"none against {network.heading}"
    share = f" ({better / abs(there):.1%})" if there else ""
    return f"{money(better)} {digest.currency}{share} against {network.heading}"


def _proven(digest: Digest) -> str:
    if digest.gap <= PROVEN:
        return ", proven"
    if not math.isfinite(digest.gap):
        return ", nothing proven yet"
    side = "at most" if digest.profit else "at least"
    return f", proven to {rounded_up(digest.gap):.2%} (the best is {side} {money(digest.bound)})"


def _show_costs(digest: Digest) -> None:
    if not digest.costs:
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(f"Cost, {digest.currency}", max_width=24)
    networks = list(digest.costs[0][1])
    for network in networks:
        table.add_column(network.capitalize(), justify="right")
    for kind, sums in digest.costs:
        style = "bold" if kind == "Total" else ""
        table.add_row(kind, *(f"{sums[n]:,.0f}" for n in networks), style=style)
    out.print(table)


def _show_lines(digest: Digest) -> None:
    if not digest.lines_in_all:
        return
    plants = f"{digest.plants_open} of {count(digest.plants, 'plant')}"
    lines = f"{len(digest.lines)} of {count(digest.lines_in_all, 'line')}"
    out.print(f"Open: {plants}, {lines}")
    if not digest.lines:
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("Plant", "Line", "Mode"):
        table.add_column(heading, overflow="fold")
    at_times = any(line.when != "throughout" for line in digest.lines)
    if at_times:
        table.add_column("Open", overflow="fold")
    for heading in ("Made", "Used"):
        table.add_column(heading, justify="right", no_wrap=True)
    for line in digest.lines[:MOST_LINES]:
        used = "no limit" if math.isnan(line.utilisation) else _percent(line.utilisation)
        when = (line.when,) if at_times else ()
        cells = (line.plant, line.name, line.modes, *when, f"{line.made:,.0f}", used)
        table.add_row(*map(Text, cells))
    out.print(table)
    if len(digest.lines) > MOST_LINES:
        out.print(f"and {len(digest.lines) - MOST_LINES} more lines")


def _percent(share: float) -> str:
    """Give a share in whole percent, rounded half up as spreadsheets do."""
    return f"{math.floor(100 * share + 0.5)}%"


def _show_conflicts(digest: Digest) -> None:
    for part, heading in _PARTS.items():
        texts = [one.text for one in digest.conflicts if one.part == part]
        if not texts:
            continue
        out.print(heading)
        for text in texts[:MOST_ISSUES]:
            out.print(Text(f"- {text}"))
        if len(texts) > MOST_ISSUES:
            out.print(f"and {len(texts) - MOST_ISSUES} more")
    for remark in digest.remarks:
        out.print(Text(remark))
