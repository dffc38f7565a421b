"""Whether a case says what its file says, cell by cell; what is not read must be reported."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
import unicodedata
from collections.abc import Iterator

from jvopt.core.case import Case
from jvopt.core.issues import Issue
from jvopt.core.phrases import choice_word
from jvopt.core.schema import Column
from jvopt.core.tables import TABLES
from jvopt.excel import Reading
from jvopt.excel.case_book import heading
from tests.fuzz.seen import Seen, Unclear, number_of, plain_format

LANGUAGES = ("en", "ru", "kk")
FACTORS = {"kg": 1e-3, "кг": 1e-3, "%": 0.01, "m": 1e-3, "h": 1 / 24, "thousand": 1000.0,
           "months": 1 / 12}  # fmt: skip
"""What the units that mutations put into headings make of a figure."""
BLANK_ROW = "\u00a0"


def plain(text: object) -> str:
    """A name without what does not count."""
    words = unicodedata.normalize("NFKC", str(text)).casefold().replace("\u00ad", "")
    return re.sub(r"[\s_]+", " ", words.strip().strip("*:")).strip()


def differences(reading: Reading, sheets: dict[str, Seen]) -> Iterator[str]:
    """Say what the case of a workbook without errors has otherwise than its sheets show it."""
    case = reading.case
    assert case is not None
    placed = {(i.sheet, i.cell) for i in reading.issues}
    told = {(i.sheet, i.code) for i in reading.issues}
    taken = set()
    for name, read in reading.tables.items():
        seen = sheets.get(read.sheet)
        taken.add(read.sheet)
        if seen is None:
            yield f"the table {name} is of a sheet that nobody sees"
            continue
        if seen.unclear:
            raise Unclear(seen.unclear)
        yield from _sheet(case, name, read, seen, placed, told)
    for name, frame in case._tables.items():
        if name not in reading.tables and len(frame):
            yield f"rows of {name} come from nowhere"
    for name, seen in sheets.items():
        own = re.match(r"plan |result |план|итог|жоспар|нәтиже", plain(name))
        if name in taken or own or not seen.cells:
            continue
        if not any(i.sheet == name for i in reading.issues) and plain(name) not in _READ_ME:
            yield f"the sheet {name} is not read, and nobody is told"


_READ_ME = {"read me", "problems", "о книге", "кітап туралы"}


def _sheet(case, name, read, seen, placed, told) -> Iterator[str]:
    table = TABLES[name]
    factors = {}
    for column, number in read.columns.items():
        words = seen.cells.get((read.header, number))
        factor = _factor(table, table[column], str(words))
        if factor is None:
            yield f"{name}: the heading {words!r} is taken for {column}"
        factors[column] = factor or 1.0
    rows = {int(row): place for place, row in enumerate(read.rows)}
    by_number = {number: column for column, number in read.columns.items()}
    for (row, number), value in seen.cells.items():
        if not str(value).strip():
            continue
        if row < read.header:
            if (read.sheet, "rows_above") not in told and _like_a_row(seen, row, by_number):
                yield f"{name}: row {row} stands above the headings and is not read"
        elif row > read.header and number in by_number:
            if row not in rows and str(value) != BLANK_ROW:
                yield f"{name}: row {row} is not read"
        elif row > read.header and not any(
            sheet == read.sheet and cell and number_of(re.match("[A-Z]+", cell)[0]) == number
            for sheet, cell in placed
        ):
            yield f"{name}: column {number} is not read, and nobody is told"
        elif row in rows and not str(seen.cells.get((read.header, number), "")).strip():
            lost = _heading_lost(table, by_number, number)
            if lost:
                yield f"{name}: column {number}, perhaps {lost}, is left out for want of a heading"
    frame = case[name]
    if len(frame) != len(rows):
        yield f"{name}: {len(frame)} rows of {len(rows)}"
        return
    for column in table.columns:
        number = read.columns.get(column.name)
        values = frame[column.name].tolist()
        for row, place in rows.items():
            shown = seen.cells.get((row, number)) if number else None
            code = seen.formats.get((row, number), "") if number else ""
            setting = frame["setting"].iloc[place] if name == "settings" else ""
            factor = factors.get(column.name, 1.0)
            if column.unit == "share" and factor == 0.01 and "%" in plain_format(code):
                factor = 1.0
            if not same(column, shown, values[place], factor, code, str(setting)):
                yield f"{name}.{column.name} row {row}: {shown!r} is read as {values[place]!r}"


_SHOWN_ONLY = {"name", "name_ru", "name_kk", "status", "source", "note"}
_SHOWN_ONLY |= {"owner", "region", "latitude", "longitude", "description"}


def _heading_lost(table, by_number, number: int) -> list[str]:
    """Which columns that count should stand where none is read, between two that are."""
    left = [by_number[n] for n in sorted(by_number) if n < number]
    right = [by_number[n] for n in sorted(by_number) if n > number]
    if not left or not right:
        return []
    names = table.names
    between = names[names.index(left[-1]) + 1 : names.index(right[0])]
    return [n for n in between if n not in by_number.values() and n not in _SHOWN_ONLY]


def _like_a_row(seen: Seen, row: int, by_number) -> bool:
    return sum((row, number) in seen.cells for number in by_number) > 1


def _factor(table, column: Column, words: str) -> float | None:
    """What a heading makes of a figure; None where it does not name the column."""
    known = {plain(t) for t in (column.name, *column.titles.all())}
    if plain(words) in known:
        return 1.0
    if plain(words) in {plain(heading(table, column, language)) for language in LANGUAGES}:
        return 1.0
    text = unicodedata.normalize("NFKC", words).strip().strip("*:").strip()
    for pattern in (r"(.+?)\s*[(\[](.*)[)\]]", r"(.+?)\s*,\s*(.+)"):
        found = re.fullmatch(pattern, text, re.DOTALL)
        if found and plain(found[1]) in known:
            if not column.numeric:
                return 1.0
            return FACTORS.get(found[2].strip())
    return None


def same(column: Column, shown: object, value: object, factor=1.0, code="", setting="") -> bool:
    """Whether a cell of a case is what is shown."""
    if isinstance(shown, str):
        shown = shown.strip()
    if shown is None or shown == "":
        if column.numeric:
            return math.isnan(value)
        return str(value) in ("", "NaT")
    if column.numeric:
        if isinstance(shown, bool) or not isinstance(shown, (int, float)):
            return False
        return value == shown if factor == 1 else math.isclose(value, shown * factor, rel_tol=1e-9)
    if column.kind == "date":
        if isinstance(shown, str):
            if dots := re.fullmatch(r"(\d\d?)\.(\d\d?)\.(\d{4})", shown):
                return (value.day, value.month, value.year) == tuple(map(int, dots.groups()))
            day = value.date().isoformat()  # `%Y` writes the year 1 as 1
            return bool(re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d.*)?|\d{8}", shown)) and (
                day == shown[:10] or day.replace("-", "") == shown
            )
        return isinstance(shown, dt.datetime) and value.date() == shown.date()
    return _same_text(column, shown, str(value), code, setting)


def _same_text(column: Column, shown: object, value: str, code: str, setting: str) -> bool:
    if isinstance(shown, bool):
        return False
    if isinstance(shown, (int, float)):
        padded = plain_format(code).split(";")[0]
        if re.fullmatch("0{2,}", padded):
            return value == f"{int(shown):0{len(padded)}d}"
        if isinstance(shown, int):
            return value == str(shown)
        try:
            return float(value) == shown and not (
                shown.is_integer() and abs(shown) < 2**53 and "." in value
            )
        except ValueError:
            return False
    if isinstance(shown, (dt.date, dt.time)):
        return value[:10] == shown.isoformat()[:10] if isinstance(shown, dt.date) else ":" in value
    if column.kind == "choice" or (column.name == "value" and setting == "objective"):
        words = {plain(choice_word(language, value)) for language in LANGUAGES} | {plain(value)}
        return plain(shown) in words
    if column.kind == "tags":
        given = [t.strip() for t in str(shown).split(",") if t.strip()]
        return len(given) == len(t := value.split(", ") if value else []) and all(
            plain(a) in {plain(b), *(plain(choice_word(x, b)) for x in LANGUAGES)}
            for a, b in zip(given, t, strict=True)
        )
    return value == shown or (column.name in ("table", "column") and value in _names())


def _names() -> set[str]:
    return set(TABLES) | {c for t in TABLES.values() for c in t.by_name}


def _writable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


class _Pairs(dict):
    """A JSON object that knows whether a key was repeated."""

    def __init__(self, pairs):
        super().__init__(pairs)
        self.repeats = len(self) < len(pairs)


def json_differences(content: bytes, case: Case, issues: list[Issue]) -> Iterator[str]:
    """Say what a case without errors has otherwise than its JSON says it."""
    raw = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_Pairs)
    # Deeper down lies only what is not read, and a warning says that it is not.
    if raw.repeats or any(row.repeats for rows in raw.values() for row in rows or []):
        yield "a key is repeated"
    told = {(i.table, i.column or i.value) for i in issues} | {(None, i.value) for i in issues}
    for name, rows in raw.items():
        if name == "$schema":
            continue
        if name not in TABLES:
            if (None, _writable(name)) not in told and len(name) < 100:
                yield f"the table {name!r} is not read, and nobody is told"
            continue
        frame = case[name]
        if len(frame) != len(rows or []):
            yield f"{name}: {len(frame)} rows of {len(rows or [])}"
            continue
        for key in {key for row in rows or [] for key in row}:
            if key not in TABLES[name].by_name and not any(
                table == name and str(value)[:100] == _writable(key)[:100] for table, value in told
            ):
                yield f"{name}.{key!r} is not read, and nobody is told"
        for column in TABLES[name].columns:
            for place, row in enumerate(rows or []):
                given, value = row.get(column.name), frame[column.name].iloc[place]
                if isinstance(given, list):
                    given = ",".join(given)
                if not same(column, given, value):
                    yield f"{name}.{column.name} row {place + 1}: {given!r} is read as {value!r}"
    for name, frame in case._tables.items():
        if name not in raw and len(frame):
            yield f"rows of {name} come from nowhere"
