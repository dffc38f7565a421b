"""Messages about files: those that cannot be opened, sheets, headings and cells, and JSON.

`jvopt.core.messages` adds them to the catalogue.
"""

from __future__ import annotations

from jvopt.core.message import Message, error, warning

_SAVE_AS = "Open it in Excel or LibreOffice and save it as an Excel workbook (.xlsx)."

_FILES: dict[str, Message] = {
    "file_missing": error("There is no file {value}.", "Check the name and the folder."),
    "file_unreadable": error("The file {value} cannot be opened: {why}.", ""),
    "file_empty": error(
        "The file is empty (0 bytes).",
        "The upload or the copy was probably cut off: send it again.",
    ),
    "file_too_large": error(
        "The file is larger than {most}.",
        "Remove what the case does not need, such as pictures and old sheets.",
    ),
    "file_unpacks_too_large": error(
        "Unpacked, the file is larger than {most}.",
        "Remove what the case does not need, such as old sheets and formatted empty rows.",
    ),
    "file_password": error(
        "The file is protected by a password.",
        "Open it, remove the password (File, Info, Protect Workbook) and save it again.",
    ),
    "file_xls": error("The file is an old Excel workbook (.xls).", _SAVE_AS),
    "file_xlsb": error("The file is a binary Excel workbook (.xlsb).", _SAVE_AS),
    "file_ods": error("The file is an OpenDocument spreadsheet (.ods).", _SAVE_AS),
    "file_text": error(
        "The file is plain text (CSV, perhaps), whatever its name says.",
        "A case needs a workbook with a sheet for each table: start from the template.",
    ),
    "file_web_page": error(
        "The file is a web page, not a workbook.",
        "Perhaps a sign-in page was downloaded in its place: download the workbook again.",
    ),
    "file_broken": error(
        "The file is damaged: {why}.",
        "Open it in Excel, let Excel repair it, and save it again; or send it again.",
    ),
    "file_not_workbook": error("The file is not an Excel workbook: {why}.", _SAVE_AS),
    "file_no_tables": error(
        "No sheet of this workbook is a table of a case. Its sheets are: {sheets}.",
        "Name the sheets after the tables (products, sites, lanes, demand ...); the template "
        "has them all.",
    ),
}

_SHEETS: dict[str, Message] = {
    "duplicate_table": error(
        "The sheets {first} and {value} are both the table {table}.",
        "Keep one of them, or put all rows on one sheet.",
    ),
    "sheet_too_large": error(
        "The sheet {value} reaches to cell {last}: too far to be read.",
        "Delete the rows and columns beyond the data; Ctrl+End shows the last cell.",
    ),
    "hidden_rows": warning(
        "Rows that are hidden or filtered away were read all the same: {rows}.",
        "Leave it if that is meant; else delete them.",
    ),
    "rows_above": warning(
        "Rows above the headings were not read: {rows}.",
        "Leave them if they are titles; else move them below the headings.",
    ),
    "hidden_sheet": warning(
        "The sheet {value} is hidden and was read all the same.",
        "Leave it if that is meant; else delete it.",
    ),
    "no_header": error(
        "No row among the first ten holds the headings of {table}.",
        "Put the headings in one row: {headings}.",
    ),
    "header_gap": warning(
        "The column has values but no heading, and was not read.",
        "Give it a heading, or leave it if it is your own.",
    ),
    "no_heading": error(
        "The column has values but no heading. It may be one that is missing: {meant}.",
        "Give it its heading; if it is your own, one that begins with #, or delete the column.",
    ),
    "deleted_column": warning(
        "Columns that this table has are not on the sheet: {columns}.",
        "Leave it if that is meant; else add them again.",
    ),
    "renamed_table": error(
        "{value} is not a table of a case, but has the headings of {meant}, which is not there.",
        "If it is that, call it {meant}; if it is your own, begin its name with #.",
    ),
    "unknown_unit": error(
        'The unit in the heading "{value}" is not understood.',
        "{column} is in {unit}.",
    ),
    "wrong_unit": error(
        'The unit in the heading "{value}" measures something else.',
        "{column} is in {unit}.",
    ),
    "wrong_currency": error(
        "The heading says {named}, but row {row_there} counts in {currency}.",
        "Take the currency out of the heading and name it in the column currency.",
    ),
}

_CELLS: dict[str, Message] = {
    "error_cell": error(
        "The cell shows the error {value}.",
        "Mend the formula, or write the value itself.",
    ),
    "formula_without_value": error(
        "The cell holds a formula whose value was never computed.",
        "Open the file in Excel or LibreOffice, save it there, and send it again.",
    ),
    "merged_cells": error(
        "The cells {value} are merged.",
        "Unmerge them and fill in every cell.",
    ),
}

_JSON: dict[str, Message] = {
    "bad_json": error(
        "This is not JSON: it cannot be read on at line {line}, character {at}.",
        "Mend the text there, or write it with a program that makes JSON.",
    ),
    "json_empty": error("There is no JSON: the text is empty.", "Send the tables of a case."),
    "json_is_answer": error(
        "This is the answer to a case, not a case.",
        "Send the case that it answers. A workbook of a plan or a report holds its case, too.",
    ),
    "json_is_workbook": error(
        "This is a workbook (or another ZIP file), not JSON.",
        "Read it as a workbook: by a name that ends in .xlsx, or as that media type.",
    ),
    "json_long_number": error("A number has too many digits to be read.", "Write it shorter."),
    "json_nested_tables": error(
        "The tables stand inside the key tables.",
        "Put them at the top: the keys of the outermost object are the names of tables.",
    ),
    "json_not_tables": error(
        "The outermost JSON value is not an object.",
        'Write an object with a list of rows for each table: {{"products": [...], ...}}.',
    ),
    "json_not_utf8": error(
        "The text is not in UTF-8: byte {at} does not fit.",
        "Save it in the encoding UTF-8.",
    ),
    "json_repeated_key": error(
        "The key {value} stands more than once in one object.",
        "Keep one of them.",
    ),
    "json_too_deep": error(
        "The JSON is nested too deeply.",
        "Tables are lists of rows, and rows are flat objects.",
    ),
}

FILE_MESSAGES: dict[str, Message] = {**_FILES, **_SHEETS, **_CELLS, **_JSON}
