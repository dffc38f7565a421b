"""The user's own workbook with its problems listed, linked and marked."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from jvopt.core.issues import Issue, errors
from jvopt.core.language import Language, word
from jvopt.core.phrases import Voice
from jvopt.excel import look, sheet_names
from jvopt.excel.answering import write_in_front
from jvopt.excel.book import Book, Target, link, put
from jvopt.excel.marks import MOST_COMMENTS, mark
from jvopt.excel.ours import PROBLEM_HEADINGS
from jvopt.excel.package import Source

MOST_LINES = 10_000
"""No one reads a longer list."""

_WIDTHS = (10, 24, 26, 64, 64)


def write_problems(
    source: Source, issues: Sequence[Issue], path: Target, language: Language = "en"
) -> None:
    """Write the user's workbook with a list of problems in front and bad cells marked.

    Where saving it would lose something of it (pictures, pivot tables, macros), or it cannot be
    opened at all, the list becomes a workbook of its own and says so.

    Parameters
    ----------
    source
        The user's file, as given to `read_workbook`.
    issues
        What `read_workbook` found, with sheets and cells.
    path
        A path, replaced if there, or a binary file.
    language
        The language of what jvopt adds.
    """

    def add(book: Book, *, remark: str) -> None:
        marked = _mark(book.workbook, issues)
        own = set(book.workbook.sheetnames)
        sheet = book.sheet(sheet_names.problems(language), look.PROBLEM_TAB)
        if not remark:
            remarks = _remarks(len(issues), marked, language)
        elif any(found.message == remark for found in issues):
            remarks = []
        else:
            remarks = [remark]
        _list(sheet, issues, remarks, own, language)

    write_in_front(source, language, path, add)


def _remarks(count: int, marked: int, language: Language) -> list[str]:
    """Say what to do with the marks in the user's own sheets."""
    say = Voice(language).say
    words = (
        "Bad cells are red and carry a comment. Mend them, save the file, and send it again: "
        "this sheet and the marks go away by themselves."
    )
    remarks = [say(words)] if count else []
    if marked > MOST_COMMENTS:
        words = "Only the first {count} cells carry a comment; all are red."
        remarks.append(say(words, count=float(MOST_COMMENTS)))
    return remarks


def _mark(workbook: Workbook, issues: Sequence[Issue]) -> int:
    """Mark bad cells red and comment on them; say how many there are."""
    words: dict[tuple[str, str], list[str]] = {}
    for found in issues:
        if found.sheet in workbook.sheetnames and found.cell:
            text = found.text
            words.setdefault((str(found.sheet), found.cell), []).append(text)
    severe = {(i.sheet, i.cell) for i in errors(issues)}
    mark(workbook, words, {cell: look.LIGHT_RED for cell in words if cell in severe})
    return len(words)


def _headings(language: Language) -> list[str]:
    return [word(language, words) for words in PROBLEM_HEADINGS]


def _list(
    sheet: Worksheet,
    issues: Sequence[Issue],
    remarks: list[str],
    linked: set[str],
    language: Language,
) -> None:
    """Write the list of problems."""
    sheet.sheet_view.showGridLines = False
    for number, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet["A1"] = _headline(issues, language)
    bad = bool(errors(issues))
    sheet["A1"].font = look.font(16, bold=True, color=look.RED if bad else look.AMBER)
    sheet.row_dimensions[1].height = 26
    row = 2
    if len(issues) > MOST_LINES:
        only = Voice(language).say("Only the first {count} are listed.", count=float(MOST_LINES))
        remarks = [*remarks, only]
    for words in remarks:
        sheet.cell(row, 1, words).font = look.font(color=look.QUIET)
        row += 1
    row += 1
    for number, words in enumerate(_headings(language), 1):
        cell = sheet.cell(row, number, words)
        cell.font = look.font(bold=True, color="FFFFFF")
        cell.fill = look.fill(look.NAVY)
    sheet.freeze_panes = f"A{row + 1}"
    sheet.print_title_rows = f"{row}:{row}"
    for found in issues[:MOST_LINES]:
        row += 1
        _line(sheet, row, found, linked, language)


def _line(sheet: Worksheet, row: int, found: Issue, linked: set[str], language: Language) -> None:
    severity = word(language, found.severity)
    line = (severity, found.place, found.value or "", found.message, found.hint)
    for number, words in enumerate(line, 1):
        cell = sheet.cell(row, number)
        put(cell, words)
        cell.alignment = look.WRAP
        cell.border = look.UNDERLINE
        cell.font = look.font()
    color = look.RED if found.severity == "error" else look.AMBER
    sheet.cell(row, 1).font = look.font(bold=True, color=color)
    if found.sheet in linked:
        link(sheet.cell(row, 2), str(found.sheet), found.cell or "A1")
    lines = max(-(-len(words) // (width - 2)) for words, width in zip(line, _WIDTHS, strict=True))
    sheet.row_dimensions[row].height = 15.5 * min(max(lines, 1), 12)


def _headline(issues: Sequence[Issue], language: Language) -> str:
    bad = len(errors(issues))
    notes = len(issues) - bad
    say = Voice(language).say
    parts = [say("Problems to mend: {count}", count=bad)] if bad else []
    parts += [say("warnings: {count}", count=notes)] if notes else []
    line = "; ".join(parts) or say("No problems")
    return line[0].upper() + line[1:]
