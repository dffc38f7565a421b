"""The user's own workbook with its problems listed, linked and marked."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from jvopt.core.issues import CaseError, Issue, errors
from jvopt.excel import look, names
from jvopt.excel.book import AUTHOR, Book, Target, link, put, remark
from jvopt.excel.cached import formula_values
from jvopt.excel.losses import losses
from jvopt.excel.package import Package, Source, content_of, open_package

MOST_COMMENTS = 1_000
MOST_LINES = 10_000
"""With more comments Excel grows slow, and no one reads a longer list."""

_MARK = 'N("jvopt mark")=0'
"""The condition, always true, of the red fill; by it the marks of an earlier check are found."""
_SIGN = "\u26a0 jvopt: "
"""Begins what jvopt adds to a comment."""
_HEADINGS = ("", "Place", "Value", "What is wrong", "What would be right")
_HEADINGS_WITHIN = 8
_WIDTHS = (10, 24, 26, 64, 64)


def write_problems(source: Source, issues: Sequence[Issue], path: Target) -> None:
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
    """
    try:
        content = content_of(source)
        package = open_package(content)
    except CaseError:
        _list_alone(issues, "").save(path)
        return
    lost = losses(package)
    if lost:
        _list_alone(issues, _why_alone(lost)).save(path)
        return
    try:
        workbook = load_workbook(io.BytesIO(content), rich_text=True)
    except Exception:  # openpyxl raises many kinds for files that Excel and calamine accept
        _list_alone(issues, _why_alone([])).save(path)
        return
    _annotated(workbook, package, issues).save(path)


def _annotated(workbook: Workbook, package: Package, issues: Sequence[Issue]) -> Book:
    parts = {sheet.name: sheet.part for sheet in package.sheets}
    book = Book(workbook)
    for sheet in [s for s in workbook.worksheets if isinstance(s, Worksheet)]:
        if _is_result(sheet):
            workbook.remove(sheet)
            continue
        book.values[sheet.title] = formula_values(package.read(parts[sheet.title]))
        _unmark(sheet)
    marked = _mark(workbook, issues)
    front = book.sheet(names.PROBLEMS, look.PROBLEM_TAB)
    workbook.move_sheet(front, -(len(workbook.sheetnames) - 1))
    workbook.active = 0
    for other in workbook.worksheets:
        other.sheet_view.tabSelected = other is front
    remarks = [
        "Bad cells are red and carry a comment. Mend them, save the file, and send it again: "
        "this sheet and the marks go away by themselves."
    ]
    if marked > MOST_COMMENTS:
        remarks.append(f"Only the first {MOST_COMMENTS:,} cells carry a comment; all are red.")
    _list(front, issues, remarks, set(workbook.sheetnames))
    return book


def _is_result(sheet: Worksheet) -> bool:
    """Tell whether jvopt made the sheet in answer to the user, and so makes it anew."""
    if names.unnumbered(sheet.title) == names.PROBLEMS:
        # A sheet of this name may be the user's own: ours has our headings near its top.
        rows = sheet.iter_rows(max_row=_HEADINGS_WITHIN, max_col=len(_HEADINGS), values_only=True)
        return any(row[1:] == _HEADINGS[1:] for row in rows)
    return names.is_own_sheet(sheet.title) and names.plain(sheet.title) != names.READ_ME


def _list_alone(issues: Sequence[Issue], why: str) -> Book:
    book = Book.empty()
    sheet = book.sheet(names.PROBLEMS, look.PROBLEM_TAB)
    _list(sheet, issues, [why] if why else [], set())
    return book


def _why_alone(lost: list[str]) -> str:
    what = ", ".join(lost)
    reason = f"it holds {what}, which would be lost" if lost else "it cannot be saved unchanged"
    return f"This list is a file of its own and your workbook is not in it, because {reason}."


def _unmark(sheet: Worksheet) -> None:
    """Take away the marks and comments of an earlier check."""
    kept = ConditionalFormattingList()
    for area in sheet.conditional_formatting:
        for rule in area.rules:
            if rule.formula != [_MARK]:
                kept.add(str(area.sqref), rule)
    sheet.conditional_formatting = kept
    for row in sheet.iter_rows():
        for cell in row:
            if cell.comment is None:
                continue
            # openpyxl forgets how large a comment's box was.
            words, author = cell.comment.text, cell.comment.author or AUTHOR
            words = words.split(_SIGN)[0].rstrip()
            cell.comment = _comment(words, author) if words else None


def _mark(workbook: Workbook, issues: Sequence[Issue]) -> int:
    """Mark bad cells red and comment on them; say how many there are."""
    words: dict[tuple[str, str], list[str]] = {}
    for found in issues:
        if found.sheet in workbook.sheetnames and found.cell:
            text = f"{found.message} {found.hint}".strip()
            words.setdefault((str(found.sheet), found.cell), []).append(text)
    bad: dict[str, list[str]] = {}
    severe = {(i.sheet, i.cell) for i in errors(issues)}
    for number, ((name, address), texts) in enumerate(words.items()):
        if (name, address) in severe:
            bad.setdefault(name, []).append(address)
        if number < MOST_COMMENTS:
            cell = workbook[name][address]
            own = f"{cell.comment.text}\n\n" if cell.comment else ""
            author = cell.comment.author if cell.comment else AUTHOR
            cell.comment = _comment(own + _SIGN + "\n".join(texts), author)
    for name, addresses in bad.items():
        # A rule of its own leaves the look of the cell as it was, to come back when it is mended.
        rule = FormulaRule(  # type: ignore[no-untyped-call]
            formula=[_MARK], fill=PatternFill(bgColor=look.LIGHT_RED)
        )
        workbook[name].conditional_formatting.add(_ranges(addresses), rule)
    return len(words)


def _comment(words: str, author: str) -> Comment:
    made = remark(words)
    made.author = author
    return made


def _ranges(addresses: list[str]) -> str:
    """Join cells that lie below each other: a column that is all wrong is one range."""
    places = []
    for address in addresses:
        found = re.fullmatch(r"([A-Z]+)(\d+)", address)
        if found:
            places.append((found[1], int(found[2])))
    places.sort(key=lambda place: (len(place[0]), place))
    runs: list[list[object]] = []
    for column, row in places:
        if runs and runs[-1][0] == column and runs[-1][2] == row - 1:
            runs[-1][2] = row
        else:
            runs.append([column, row, row])
    return " ".join(f"{c}{a}:{c}{b}" if a != b else f"{c}{a}" for c, a, b in runs)


def _list(sheet: Worksheet, issues: Sequence[Issue], remarks: list[str], linked: set[str]) -> None:
    """Write the list of problems."""
    sheet.sheet_view.showGridLines = False
    for number, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet["A1"] = _headline(issues)
    bad = bool(errors(issues))
    sheet["A1"].font = look.font(16, bold=True, color=look.RED if bad else look.AMBER)
    sheet.row_dimensions[1].height = 26
    row = 2
    if len(issues) > MOST_LINES:
        remarks = [*remarks, f"Only the first {MOST_LINES:,} are listed."]
    for words in remarks:
        sheet.cell(row, 1, words).font = look.font(color=look.QUIET)
        row += 1
    row += 1
    for number, words in enumerate(_HEADINGS, 1):
        cell = sheet.cell(row, number, words)
        cell.font = look.font(bold=True, color="FFFFFF")
        cell.fill = look.fill(look.NAVY)
    sheet.freeze_panes = f"A{row + 1}"
    sheet.print_title_rows = f"{row}:{row}"
    for found in issues[:MOST_LINES]:
        row += 1
        _line(sheet, row, found, linked)


def _line(sheet: Worksheet, row: int, found: Issue, linked: set[str]) -> None:
    line = (found.severity, found.place, found.value or "", found.message, found.hint)
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


def _headline(issues: Sequence[Issue]) -> str:
    bad = len(errors(issues))
    notes = len(issues) - bad
    parts = [f"{bad} problem{'s' if bad != 1 else ''} to mend"] if bad else []
    parts += [f"{notes} warning{'s' if notes != 1 else ''}"] if notes else []
    return " and ".join(parts) or "No problems"
