"""The first sheet of a workbook: what to fill in, in a few lines, with links."""

from __future__ import annotations

from openpyxl.utils import quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from jvopt.core.headings import title_of
from jvopt.core.language import Language
from jvopt.core.phrases import Listed, Voice
from jvopt.core.tables import TABLES
from jvopt.excel import look, sheet_names
from jvopt.excel.book import Book, link, put

SOURCES = ("supply", "lines", "recipes", "recipe_inputs", "assembly")
"""Tables of which a case needs some: it can buy, or make, or both."""

STEPS = (
    "Fill in the dark blue sheets, and at least one source of goods: Supply (what can be bought), "
    "or Lines, Recipes, Recipe inputs and Assembly (what can be made).",
    "All other sheets are optional: leave them empty, or delete them.",
    "Dark blue headings must be filled in. A blank cell under a pale heading takes a default; "
    "point at a heading to read what it means, its unit and its default.",
    "Money counts in the currency of its row (column Currency); blank is the base currency, which "
    "is set on the sheet settings.",
    "Quantities, capacities and fixed costs are per year. Columns and sheets may stand in any "
    "order; a heading may name another unit, as in Mass (kg).",
    "Then run: jvopt check FILE.xlsx, and jvopt solve FILE.xlsx -o PLAN.xlsx",
)

TABLES_LIST = "list_tables"
"""The name of the cells that list the tables, for drop-downs."""


def add_read_me(
    book: Book,
    tables: list[str],
    case_name: str,
    *,
    template: bool,
    language: Language,
) -> None:
    """Add the sheet that explains the others.

    Parameters
    ----------
    book
        Where it goes.
    tables
        The tables that have a sheet.
    case_name
        Name of the case; empty in an empty template.
    template
        Whether the workbook is one to be filled in.
    language
        The language of the workbook.
    """
    say = Voice(language, titles=True).say
    sheet = book.sheet(sheet_names.read_me(language), look.READ_ME_TAB)
    sheet.sheet_view.showGridLines = False
    for letter, width in zip("ABCD", (27, 22, 18, 84), strict=True):
        sheet.column_dimensions[letter].width = width
    heading = say("A supply network to be optimised" if template else "A supply network")
    put(sheet["A1"], f"{heading}: {case_name}" if case_name else heading)
    sheet["A1"].font = look.font(18, bold=True, color=look.NAVY)
    sheet.row_dimensions[1].height = 30
    row = 3
    for number, step in enumerate(STEPS, 1):
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=4)
        words = f"{number}.  {say(step)}"
        sheet.cell(row, 1, words).alignment = look.WRAP
        sheet.row_dimensions[row].height = 16 * (1 + len(words) // 150)
        row += 1
    row += 1
    for column, words in enumerate(("Sheet", "What it is", "Needed", "What its rows are"), 1):
        cell = sheet.cell(row, column, say(words))
        cell.font = look.font(bold=True, color="FFFFFF")
        cell.fill = look.fill(look.NAVY)
    first = row + 1
    for name in tables:
        row += 1
        _list_sheet(sheet, row, name, name in SOURCES, language)
    # All names would be too long for a drop-down that holds its words itself.
    cells = f"{quote_sheetname(sheet.title)}!$A${first}:$A${row}"
    book.workbook.defined_names[TABLES_LIST] = DefinedName(TABLES_LIST, attr_text=cells)
    if not template:
        left_out = [title_of(t, language) for t in TABLES.values() if t.name not in tables]
        if left_out:
            row += 2
            sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=4)
            words = say("Not used here (the template has them): {sheets}", sheets=Listed(left_out))
            cell = sheet.cell(row, 1, words)
            cell.font = look.font(color=look.QUIET)
            cell.alignment = look.WRAP
            sheet.row_dimensions[row].height = 32


def _list_sheet(sheet: Worksheet, row: int, name: str, source: bool, language: Language) -> None:
    table = TABLES[name]
    say = Voice(language).say
    title = sheet_names.case_sheet(name, language)
    link(sheet.cell(row, 1, title), title)
    sheet.cell(row, 2, title_of(table, language) if language == "en" else name)
    needed = sheet.cell(row, 3, say("required" if table.required else "optional"))
    if table.required:
        needed.font = look.font(bold=True, color=look.NAVY)
    elif source:
        needed.value = say("a source of goods")
        needed.font = look.font(bold=True, color=look.SOURCE_TAB)
    else:
        needed.font = look.font(color=look.QUIET)
    meaning = say(table.meaning)
    sheet.cell(row, 4, meaning)
    for column in range(1, 5):
        sheet.cell(row, column).alignment = look.WRAP
        sheet.cell(row, column).border = look.UNDERLINE
    sheet.row_dimensions[row].height = 16 * (1 + len(meaning) // 96)
