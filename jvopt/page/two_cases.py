"""What is different between the cases of two plans, said above the plans themselves."""

from __future__ import annotations

import datetime as dt

from jvopt.core.cells import as_text
from jvopt.core.comparing import (
    Difference,
    cell_differences,
    is_same_network,
    share_periods,
    shared_sites,
)
from jvopt.core.headings import title_of
from jvopt.core.phrases import choice_word
from jvopt.core.strays import shown_only
from jvopt.core.tables import TABLES
from jvopt.page.frame import Visit
from jvopt.page.parts import panel, table, text
from jvopt.page.speaker import NONE, Speaker
from jvopt.page.view import View

_MOST = 20
_DIGITS = 6


def show(visit: Visit, one: View, two: View) -> None:
    """Say what the cases of two plans have not in common, as they were handed in."""
    if one.shown.sent == two.shown.sent:
        return
    unlike = why_not_compared(one, two)
    if unlike:
        text(" ".join(unlike), "jv-note").props("role=status")
    before, after = (view.shown.reading.case or view.plan.case for view in (one, two))
    if is_same_network(before, after):
        _show_cells(visit, list(cell_differences(before, after)))


def why_not_compared(one: View, two: View) -> list[str]:
    """Say, in sentences, why the figures of two plans are not of the same thing."""
    say, found = one.say, []
    cases = one.plan.case, two.plan.case
    if not is_same_network(*cases):
        count = shared_sites(*cases)
        words = "These are plans of different networks, which have no site in common."
        if count:
            words = "These are plans of different networks: sites in both are {count}."
        found.append(say(words, count=count))
    if one.base != two.base:
        words = "A is in {first} and B in {second}: their amounts cannot be compared."
        found.append(say(words, first=one.base, second=two.base))
    if not share_periods(*cases):
        found.append(say("They have no period in common."))
    return found


def _show_cells(visit: Visit, found: list[Difference]) -> None:
    say = visit.speaker.say
    if not found:
        return
    title = say("What differs in the cases")
    with panel(title):
        headings = [say("Table"), say("Row"), say("Column"), "A", "B"]
        counting_first = sorted(found, key=_is_remark)
        rows = [line(visit.speaker, it) for it in counting_first[:_MOST]]
        table(headings, rows, numeric=[False, False, False, True, True], caption=title)
        if len(found) > _MOST:
            text(say("and {count} more", count=len(found) - _MOST), "small quiet")


def _is_remark(found: Difference) -> bool:
    """Tell whether no plan depends on what differs."""
    return bool(found.column) and shown_only(TABLES[found.table][found.column])


def line(speaker: Speaker, found: Difference) -> list[str]:
    """Say a difference: table, row, column, and what stands there in the one and the other."""
    declared = TABLES[found.table]
    key = zip(declared.key, found.row, strict=True)
    row = " / ".join(_word(speaker, found.table, name, cell) for name, cell in key if cell)
    if found.column:
        column = title_of(declared[found.column], speaker.language)
        cells = [_word(speaker, found.table, found.column, c) for c in (found.before, found.after)]
    else:
        column = speaker.say("the whole row")
        cells = [
            speaker.say("there") if there else speaker.say("not in this case")
            for there in (found.before, found.after)
        ]
    return [title_of(declared, speaker.language), row, column, *cells]


def _word(speaker: Speaker, table_name: str, column: str, cell: object) -> str:
    """Say a cell of a case as its column is declared."""
    if cell == "":
        return NONE
    if isinstance(cell, float):
        return speaker.number(cell, _DIGITS)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    words = as_text(cell)
    declared = TABLES[table_name][column]
    return choice_word(speaker.language, words) if words in declared.choices else words
