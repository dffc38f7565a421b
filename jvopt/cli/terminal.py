"""What the command line shows: the digest of a plan, findings, issues, all within 80 columns."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from jvopt.core.gaps import PROVEN, rounded_up
from jvopt.core.issues import Issue, errors, warnings
from jvopt.core.language import NO_BREAK, Language, marked, word
from jvopt.core.phrases import Voice
from jvopt.service.task import Digest, Findings, Network

MOST_ISSUES = 40
_TEXTS = 3
"""So many numbers that are text are told one by one for a column, then only their places."""
MOST_WARNINGS = 10
MOST_PLACES = 2
MOST_LINES = 30
LEAST_WORD = 6
"""Letters of a word that must fit on a line, else figures are broken, too."""

out = Console(highlight=False, soft_wrap=False)
err = Console(stderr=True, highlight=False, soft_wrap=False)

WITHOUT_WORDS = {
    "infeasible": "not known: {network} cannot keep every demand and limit",
    "unbounded": "not known: {network} has no best plan",
    "time_limit": "not known: {network} was not solved in the time",
    "interrupted": "not known: {network} was not solved before the stop",
}
PART_WORDS = {
    "conflict": "These contradict each other; easing any one of them removes this contradiction:",
    "change": "The smallest change found that gives a plan (tried), all of it together:",
}
COUNT_WORDS = {"error": "{number} errors", "warning": "{number} warnings"}


def note(words: str, console: Console = err) -> None:
    """Print a sentence; the terminal wraps it, so that names of files stay whole."""
    console.print(Text(words), soft_wrap=True)


def money(value: float, language: Language = "en") -> str:
    """Give an amount for reading: no cents where it is large."""
    if math.isnan(value):
        return word(language, "none")
    return marked(language, f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.2f}")


def show_issues(
    issues: Sequence[Issue],
    language: Language = "en",
    console: Console = err,
    most: int = MOST_ISSUES,
) -> None:
    """Print a table of issues, the errors first; those that say the same share a line."""
    say = Voice(language).say
    bad = errors(issues)
    groups = _alike([*bad, *(i for i in issues if i.severity != "error")])
    table = _table()
    table.add_column(say("Where"), max_width=22, overflow="fold")
    table.add_column(say("Value"), max_width=18, overflow="fold")
    table.add_column(say("What, and what would be right"), overflow="fold")
    shown = groups[:most]
    for found, *others in shown:
        words = Text(found.message)
        if found.severity == "warning":
            words = Text(f"{say('warning')}: ", "yellow") + words
        if found.hint:
            words.append(f"\n{found.hint}", "dim" if console.is_terminal else "")
        if others:
            words.append("\n" + say("At {places}", places=_places([found, *others], language)))
        table.add_row(Text(_place(found)), Text(found.value or ""), words)
    console.print(table)
    more = len(issues) - sum(map(len, shown))
    if more:
        console.print(say("and {count} more", count=more))


def _alike(issues: Iterable[Issue]) -> list[list[Issue]]:
    """Put together the issues that say the same, and numbers of a column that are all text."""
    groups: dict[tuple[str | None, ...], list[Issue]] = {}
    texts: dict[tuple[str | None, ...], list[list[Issue]]] = {}
    for found in issues:
        same = (found.code, found.value, found.message, found.hint)
        of_text = texts.setdefault((found.table, found.column), [])
        if found.code == "text_in_number" and same not in groups:
            if len(of_text) == _TEXTS:
                of_text[-1].append(found)
                continue
            of_text.append(groups.setdefault(same, []))
        groups.setdefault(same, []).append(found)
    return list(groups.values())


def show_warnings(issues: Sequence[Issue], language: Language = "en") -> None:
    """Print what is worth knowing of a case below its result, and where all of it is listed."""
    warned = warnings(issues)
    if warned:
        show_issues(warned, language, out, MOST_WARNINGS)
        said = Voice(language).say(
            "{warnings}, also listed by jvopt check and in the workbook",
            warnings=count(len(warned), "warning", language),
        )
        note(said, out)


def _places(issues: Sequence[Issue], language: Language) -> str:
    """List the places of issues by sheet, as in ``lanes!A5, lanes!A9 and 38 more; demand!A3``."""
    by_sheet: dict[str | None, list[str]] = {}
    for found in issues:
        by_sheet.setdefault(found.sheet or found.table, []).append(found.place)
    parts = []
    for places in by_sheet.values():
        more = len(places) - MOST_PLACES
        said = f" {Voice(language).say('and {count} more', count=more)}" if more > 0 else ""
        parts.append(", ".join(places[:MOST_PLACES]) + said)
    return "; ".join(parts)


def _place(found: Issue) -> str:
    """Give the place of an issue: what is in no table is in an option of the command."""
    if found.in_option and found.column:
        return f"--{found.column.replace('_', '-')}"
    return found.place


def count(number: int, noun: Literal["error", "warning"], language: Language = "en") -> str:
    """Give a number of things in words, as in ``1 error`` or ``2 errors``."""
    if language == "en" and number == 1:
        return f"1 {noun}"
    said = marked(language, f"{number:,}")
    return Voice(language).say(COUNT_WORDS[noun], number=said)


def show_digest(digest: Digest, language: Language = "en") -> None:
    """Print the digest of a plan, or of why there is none."""
    say = Voice(language).say
    out.print(Text(digest.case_name, "bold"))
    out.print(Text(digest.status, "green" if digest.found else "red"))
    if not digest.found:
        _show_conflicts(digest, language)
        return
    out.print(Text(digest.basis))
    out.print()
    _show_total(digest, language)
    _show_costs(digest, language)
    _show_lines(digest, language)
    facts = _facts()
    if digest.trade:
        facts.add_row(say("Trade"), Text(digest.trade))
    if digest.audit:
        what = say("every balance, limit and cost was recomputed from the case")
        style = "" if digest.audit == "passed" else "bold red"
        verdict = word(language, digest.audit, "result")
        facts.add_row(say("Audit"), Text(f"{verdict}: {what}", style))
    out.print(facts)


def show_findings(findings: Findings, language: Language = "en") -> None:
    """Print what an analysis found: its sentences, and the main columns of its first table."""
    say = Voice(language).say
    mark = "" if findings.title.endswith("?") else ":"
    out.print(Text(f"{findings.title}{mark} {findings.case_name}", "bold"))
    if not findings.complete:
        words = "Not finished: what follows is what was found so far."
        out.print(Text(say(words), "yellow"))
    for sentence in findings.sentences:
        out.print(Text(f"- {sentence}"))
    if findings.rows:
        out.print(_filled(findings.headings, findings.rows, findings.numeric))
    if findings.more:
        words = "and {count} more rows"
        if findings.spread:
            words = "and {count} more rows between these"
        out.print(say(words, count=findings.more))


def show_written(
    output: Path, seconds: float, language: Language = "en", *, whole: bool = True
) -> None:
    """Print where an answer was written to; without a plan it is not `whole`."""
    words = "Written to {output} after {seconds} s"
    if not whole:
        words = "What is known was written to {output} after {seconds} s"
    taken = marked(language, f"{seconds:.1f}")
    note(Voice(language).say(words, output=output, seconds=taken), out)


def _table() -> Table:
    return Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))


def _filled(
    headings: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[bool]
) -> Table:
    """Make a table within the width of the terminal, of which nothing is cut off."""
    table = _table()
    widths = _widths(list(zip(headings, *rows, strict=True)), numeric)
    for heading, is_figure, width in zip(headings, numeric, widths, strict=True):
        side: Literal["left", "right"] = "right" if is_figure else "left"
        table.add_column(heading, justify=side, overflow="fold", width=width)
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _widths(columns: Sequence[Sequence[str]], numeric: Sequence[bool]) -> list[int]:
    """Give the widths at which texts break between words; within them where there is no room.

    Figures are broken last.
    """
    words = [max(cell_len(w) for text in c for w in text.split(" ")) for c in columns]
    whole = [max(map(cell_len, c)) for c in columns]
    room = out.width - 2 * len(columns)  # two blanks part them
    both = list(zip(words, numeric, strict=True))
    share = (room - sum(n for n, figure in both if figure)) // max(len(both) - sum(numeric), 1)
    widths = words
    if sum(words) > room:
        equal = max(room // len(columns), 1)
        fits = share >= LEAST_WORD
        widths = [(n if figure else min(n, share)) if fits else min(n, equal) for n, figure in both]
    for _ in range(room - sum(widths)):
        wanting = [at for at, n in enumerate(widths) if n < whole[at]]
        if wanting:
            widths[min(wanting, key=lambda at: widths[at] - whole[at])] += 1
    return widths


def _facts() -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(min_width=10, no_wrap=True)
    table.add_column(overflow="fold")
    return table


def _show_total(digest: Digest, language: Language) -> None:
    say = Voice(language).say
    facts = _facts()
    total = Text(f"{money(digest.objective, language)} {digest.currency}", "bold")
    label = say("Profit" if digest.profit else "Total cost")
    facts.add_row(label, total + Text(_proven(digest, language), "not bold"))
    for network in digest.networks:
        label = say("Gain" if digest.profit else "Saving")
        facts.add_row(label, _saving(digest, network, language))
    out.print(facts)


def _saving(digest: Digest, network: Network, language: Language) -> str:
    say = Voice(language).say
    there = network.objective
    if math.isnan(there):
        words = "not known: {network} has no plan"
        words = WITHOUT_WORDS.get(network.termination, words)
        return say(words, network=network.heading)
    better = digest.objective - there if digest.profit else there - digest.objective
    if abs(better) <= 1e-9 * abs(there):
        return say("none against {network}", network=network.heading)
    share = f" ({marked(language, f'{better / abs(there):.1%}')})" if there else ""
    saved = f"{money(better, language)} {digest.currency}{share}"
    return say("{saved} against {network}", saved=saved, network=network.heading)


def _proven(digest: Digest, language: Language) -> str:
    say = Voice(language).say
    if digest.gap <= PROVEN:
        return say(", proven")
    if not math.isfinite(digest.gap):
        return say(", nothing proven yet")
    words = (
        ", proven to {gap} (the best is at most {bound})"
        if digest.profit
        else ", proven to {gap} (the best is at least {bound})"
    )
    gap = marked(language, f"{rounded_up(digest.gap):.2%}")
    return say(words, gap=gap, bound=money(digest.bound, language))


def _show_costs(digest: Digest, language: Language) -> None:
    if not digest.costs:
        return
    table = _table()
    words = "Cost, {currency}"
    table.add_column(Voice(language).say(words, currency=digest.currency), max_width=24)
    networks = list(digest.costs[0][1])
    for network in networks:
        table.add_column(network[0].upper() + network[1:], justify="right")
    *kinds, total = digest.costs
    for kind, sums in kinds:
        table.add_row(kind, *(marked(language, f"{sums[n]:,.0f}") for n in networks))
    kind, sums = total
    table.add_row(kind, *(marked(language, f"{sums[n]:,.0f}") for n in networks), style="bold")
    out.print(table)


def _show_lines(digest: Digest, language: Language) -> None:
    if not digest.lines_in_all:
        return
    say = Voice(language).say
    words = "{open} of {all} plants" if digest.plants != 1 else "{open} of 1 plant"
    plants = say(words, open=digest.plants_open, all=digest.plants)
    words = "{open} of {all} lines" if digest.lines_in_all != 1 else "{open} of 1 line"
    lines = say(words, open=len(digest.lines), all=digest.lines_in_all)
    out.print(say("Open: {plants}, {lines}", plants=plants, lines=lines))
    if not digest.lines:
        return
    rows = []
    for line in digest.lines[:MOST_LINES]:
        unlimited = math.isnan(line.utilisation)
        used = say("no limit") if unlimited else _percent(line.utilisation)
        made = marked(language, f"{line.made:,.0f}")
        when = (line.when or say("throughout")).replace(" ", NO_BREAK)
        rows.append((line.plant, line.name, line.modes, when, made, used))
    headings = ("Plant", "Line", "Mode", "Open", "Made", "Used")
    at_times = any(line.when for line in digest.lines)
    shown = [at for at in range(len(headings)) if at_times or headings[at] != "Open"]
    out.print(
        _filled(
            [word(language, headings[at]) for at in shown],
            [[row[at] for at in shown] for row in rows],
            [at >= 4 for at in shown],
        )
    )
    if len(digest.lines) > MOST_LINES:
        out.print(say("and {count} more lines", count=len(digest.lines) - MOST_LINES))


def _percent(share: float) -> str:
    """Give a share in whole percent, rounded half up as spreadsheets do."""
    return f"{math.floor(100 * share + 0.5)}%"


def _show_conflicts(digest: Digest, language: Language) -> None:
    for part, heading in PART_WORDS.items():
        texts = [one.text for one in digest.conflicts if one.part == part]
        if not texts:
            continue
        out.print(word(language, heading))
        for text in texts[:MOST_ISSUES]:
            out.print(Text(f"- {text}"))
        if len(texts) > MOST_ISSUES:
            out.print(Voice(language).say("and {count} more", count=len(texts) - MOST_ISSUES))
    for remark in digest.remarks:
        out.print(Text(remark))
