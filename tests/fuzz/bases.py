"""The inputs that are mutated: small ones mostly, for the numbers, and now and then a real one."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import zipfile
from functools import cache

import openpyxl

from jvopt.core.case import Case
from jvopt.core.tables import TABLES
from jvopt.examples import example
from jvopt.excel import write_case, write_template
from jvopt.excel.case_book import heading
from jvopt.excel.sheet_names import case_sheet

LANGUAGES = ("en", "ru", "kk")


@cache
def small() -> Case:
    """A case in which every kind of column is filled: dates, choices, tags, shares, zeros."""
    return Case(
        {
            "settings": [
                {"setting": "case_name", "value": "Two suppliers"},
                {"setting": "objective", "value": "cost"},
                {"setting": "discount_rate", "value": "0.08"},
            ],
            "periods": [
                {"period": "2026", "start": dt.date(2026, 1, 1), "years": 1},
                {"period": "2027", "start": dt.date(2027, 1, 1), "years": 1.5},
            ],
            "products": [
                {"product": "P", "name": "Насос", "mass": 1.25, "tags": "farm, small"},
                {"product": "K", "name": "Kit & <box>", "mass": 1, "hs": "0840", "family": "KIT"},
            ],
            "sites": [
                {"site": "NEAR", "country": "KZ", "latitude": 49.8, "longitude": 73.1},
                {"site": "FAR", "country": "KZ", "now": "open", "decision": "stay"},
                {"site": "001", "name": "=Shop", "country": "KZ", "note": "-10% likely"},
            ],
            "supply": [
                {"site": "NEAR", "product": "P", "unit_cost": 10, "capacity": 30},
                {"site": "FAR", "product": "P", "unit_cost": 12, "capacity": 40},
                {"site": "FAR", "product": "K", "unit_cost": 7.125},
            ],
            "lines": [{"line": "L", "site": "NEAR", "capacity": 30, "fixed_cost": 5}],
            "recipes": [{"recipe": "R", "product": "P", "assembly_mode": "SKD"}],
            "recipe_inputs": [{"recipe": "R", "product": "K", "quantity": 1}],
            "assembly": [{"line": "L", "recipe": "R", "unit_cost": 0.5}],
            "lanes": [
                {"origin": "NEAR", "destination": "001", "mode": "road", "cost_per_unit": 1,
                 "distance": 120.5},
                {"origin": "FAR", "destination": "001", "mode": "rail", "cost_per_unit": 2},
                {"origin": "FAR", "destination": "NEAR", "mode": "rail", "cost_per_unit": 1},
            ],
            "demand": [
                {"site": "001", "product": "P", "quantity": 50, "least_share": 0.9, "penalty": 99},
            ],
            "scenarios": [{"scenario": "dear"}],
            "changes": [
                {"scenario": "dear", "order": 1, "table": "supply", "where": "site = FAR",
                 "column": "unit_cost", "action": "multiply", "value": "2"},
            ],
        }
    )  # fmt: skip


def by_hand(case: Case, language: str) -> bytes:
    """A workbook as somebody types it: filled columns alone, shared texts, no help."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, table in TABLES.items():
        frame = case[name]
        if frame.empty:
            continue
        sheet = book.create_sheet(case_sheet(name, language))
        for column in table.columns:
            values = [v for v in frame[column.name] if v == v and v != ""]
            if not values and not column.required:
                continue
            letter = sheet.max_column + (sheet.cell(1, 1).value is not None)
            sheet.cell(1, letter, heading(table, column, language))
            for row, value in enumerate(frame[column.name], 2):
                if value == value and value != "":
                    cell = sheet.cell(row, letter, value)
                    if isinstance(value, str):
                        cell.data_type = "s"
                    elif column.kind == "date":
                        cell.value, cell.number_format = value.date(), "dd.mm.yyyy"
                    elif column.unit == "share":
                        cell.number_format = "0%"
    made = io.BytesIO()
    book.save(made)
    return with_shared_texts(made.getvalue())


def with_shared_texts(content: bytes) -> bytes:
    """A workbook whose texts stand in a list that all sheets share, as Excel writes them."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    texts: dict[bytes, int] = {}

    def shared(cell: re.Match[bytes]) -> bytes:
        number = texts.setdefault(cell[2], len(texts))
        return b'%b t="s"><v>%d</v></c>' % (cell[1], number)

    inline = re.compile(rb'(<c [^>]*?) t="inlineStr"><is><t[^>]*>([^<]*)</t></is></c>')
    for name in parts:
        if name.startswith("xl/worksheets/sheet"):
            parts[name] = inline.sub(shared, parts[name])
    if texts and "xl/sharedStrings.xml" not in parts:
        items = b"".join(b'<si><t xml:space="preserve">%b</t></si>' % text for text in texts)
        parts["xl/sharedStrings.xml"] = (
            b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%b</sst>'
            % items
        )
        rels, types = "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
        kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
        relation = b'<Relationship Id="texts" Type="%b" Target="sharedStrings.xml"/>' % kind
        parts[rels] = parts[rels].replace(b"</Relationships>", relation + b"</Relationships>")
        kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
        override = b'<Override PartName="/xl/sharedStrings.xml" ContentType="%b"/>' % kind
        parts[types] = parts[types].replace(b"</Types>", override + b"</Types>")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return made.getvalue()


@cache
def workbooks() -> dict[str, bytes]:
    """The small workbooks, by name."""
    found = {f"by hand, {lang}": by_hand(small(), lang) for lang in LANGUAGES}
    for language in LANGUAGES:
        made = io.BytesIO()
        write_case(small(), made, language)
        found[f"written, {language}"] = made.getvalue()
    return found


@cache
def large_workbooks() -> dict[str, bytes]:
    """Real ones: they take ten times as long."""
    found = {}
    for language in LANGUAGES:
        made = io.BytesIO()
        write_template(made, example("tiny"), language)
        found[f"tiny, {language}"] = made.getvalue()
        made = io.BytesIO()
        write_case(example("kz-assembly"), made, language)
        found[f"kz-assembly, {language}"] = made.getvalue()
    made = io.BytesIO()
    write_template(made)
    return found | {"template": made.getvalue()}


@cache
def cases() -> dict[str, dict]:
    """Cases as JSON objects, by name."""
    return {
        "small": json.loads(small().to_json()),
        "transport": json.loads(example("transport").to_json()),
        "tiny": json.loads(example("tiny").to_json()),
    }
