"""What a spreadsheet user sees in a workbook: a reading of its own, slow and by the standard.

It shares no code with `jvopt.excel`: zipfile and ElementTree, ECMA-376 by heart. Where the standard
leaves open what is seen, or a spreadsheet would first repair the file, it raises `Unclear`.
"""

from __future__ import annotations

import datetime as dt
import io
import posixpath
import re
import warnings
import zipfile
import zlib
from dataclasses import dataclass, field
from xml.etree import ElementTree

NUMBER = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*", re.ASCII)
PLACE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})", re.ASCII)
DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384


_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ElementTree.ParseError,
    ValueError,
    KeyError,
    LookupError,
    OverflowError,
)


class Unclear(Exception):
    """A spreadsheet would refuse or repair the file."""


@dataclass(frozen=True)
class Error:
    """A cell that shows an error, or a formula whose value was never computed."""

    text: str


@dataclass
class Seen:
    """The filled cells of a sheet by row and column from 1, and the format of each."""

    cells: dict[tuple[int, int], object] = field(default_factory=dict)
    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    unclear: str = ""
    """Why a spreadsheet would refuse or repair the sheet."""


def see(content: bytes) -> dict[str, Seen]:
    """Give the sheets of a workbook by name, in order."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _book(_Parts(content))
    except _DAMAGED as why:
        raise Unclear(f"{type(why).__name__}: {why}") from why


class _Parts:
    """The parts of an archive, each unpacked when it is asked for."""

    def __init__(self, content: bytes) -> None:
        if not content.startswith(b"PK"):
            raise Unclear("no zip")
        self.archive = zipfile.ZipFile(io.BytesIO(content))
        self.names = {name.lower(): name for name in self.archive.namelist()}
        if len(self.names) != len(self.archive.namelist()):
            raise Unclear("a part is there twice")

    def get(self, name: str) -> bytes | None:
        return self[name] if name in self.names else None

    def __getitem__(self, name: str) -> bytes:
        return self.archive.read(self.names[name])


def parsed(content: bytes) -> ElementTree.Element:
    if b"<!DOCTYPE" in content:
        raise Unclear("a document type")
    return ElementTree.fromstring(content)


def local(name: str) -> str:
    return name.rpartition("}")[2]


def attribute(element: ElementTree.Element, name: str, default: str = "") -> str:
    return next((v for k, v in element.attrib.items() if local(k) == name), default)


def _relations(parts: _Parts, part: str) -> dict[str, tuple[str, str]]:
    folder, name = posixpath.split(part)
    content = parts.get(posixpath.join(folder, "_rels", f"{name}.rels"))
    found: dict[str, tuple[str, str]] = {}
    for relation in parsed(content) if content is not None else ():
        if relation.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", "")))
            if relation.get("Id", "") in found:
                raise Unclear("two relations of one id")
            found[relation.get("Id", "")] = (relation.get("Type", ""), target.lstrip("/").lower())
    return found


def _book(parts: _Parts) -> dict[str, Seen]:
    [main] = [t for k, t in _relations(parts, "").values() if k.endswith("/officeDocument")]
    book = parsed(parts[main])
    related = _relations(parts, main)
    by_kind: dict[str, list[str]] = {}
    for kind, target in related.values():
        by_kind.setdefault(kind.rpartition("/")[2], []).append(target)
    strings = [s for t in by_kind.get("sharedStrings", [])[:1] for s in _strings(parts[t])]
    styles = [s for t in by_kind.get("styles", [])[:1] for s in _styles(parts[t])]
    mac = any(
        attribute(e, "date1904") in ("1", "true") for e in book if local(e.tag) == "workbookPr"
    )
    sheets: dict[str, Seen] = {}
    for element in book.iter():
        if local(element.tag) == "sheet":
            kind, target = related[attribute(element, "id")]
            name = element.get("name", "")
            if name.lower() in map(str.lower, sheets):
                raise Unclear("two sheets of one name")
            if kind.endswith("/worksheet"):
                try:
                    sheets[name] = _Sheet(strings, styles, mac).read(parts[target])
                except (*_DAMAGED, Unclear) as why:
                    sheets[name] = Seen(unclear=f"{type(why).__name__}: {why}")
    return sheets


def _text(element: ElementTree.Element) -> str:
    """The text of a shared or inline string: its runs, without how they are pronounced."""
    words = []
    for child in element:
        if local(child.tag) == "t":
            words.append(child.text or "")
        elif local(child.tag) == "r":
            words += [t.text or "" for t in child if local(t.tag) == "t"]
    return unescaped("".join(words))


def unescaped(text: str) -> str:
    """Characters that XML cannot hold stand as their numbers; half a character stays a number."""
    return re.sub("_x(?![Dd][89A-Fa-f])([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), text)


def _strings(content: bytes) -> list[str]:
    return [_text(e) for e in parsed(content) if local(e.tag) == "si"]


def _styles(content: bytes) -> list[str]:
    """For each cell style its number format."""
    root = parsed(content)
    codes = {9: "0%", 10: "0.00%"} | dict.fromkeys(DATE_FORMATS, "yyyy-mm-dd")
    for element in root.iter():
        if local(element.tag) == "numFmt":
            codes[_id(element)] = element.get("formatCode", "")
    groups = [e for e in root if local(e.tag) == "cellXfs"]
    return [codes.get(_id(x), "") for g in groups for x in g]


def _id(element: ElementTree.Element) -> int:
    given = element.get("numFmtId", "0")
    return int(given) if given.isdecimal() else 0


def plain_format(code: str) -> str:
    """A number format without literal text, escapes and colours."""
    return re.sub(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', "", code, flags=re.I)


def is_date_format(code: str) -> bool:
    first = plain_format(code).split(";")[0]
    return "general" not in first.lower() and bool(re.search("[dmyhs]", first, re.I))


def number_of(letters: str) -> int:
    found = 0
    for letter in letters:
        found = found * 26 + ord(letter) - 64
    return found


class _Sheet:
    def __init__(self, strings: list[str], styles: list[str], mac: bool) -> None:
        self.strings, self.styles, self.mac = strings, styles, mac
        self.seen = Seen()

    def read(self, content: bytes) -> Seen:
        root = parsed(content)
        if local(root.tag) != "worksheet":
            raise Unclear("no worksheet")
        groups = [e for e in root if local(e.tag) == "sheetData"]
        if len(groups) != 1:
            raise Unclear("not one sheetData")
        at = 0
        for row in groups[0]:
            if local(row.tag) != "row":
                raise Unclear("something else among the rows")
            given = int(row.get("r", at + 1))
            if not 0 < given <= MOST_ROWS:
                raise Unclear("no such row")
            at = given
            self._row(row, at)
        for element in root.iter():
            if local(element.tag) == "mergeCell":
                self.seen.merged.append(element.get("ref", ""))
        return self.seen

    def _row(self, row: ElementTree.Element, at: int) -> None:
        column = 0
        for cell in row:
            if local(cell.tag) != "c":
                raise Unclear("something else among the cells")
            given = cell.get("r")
            if given is None:
                number, line = column + 1, at
            else:
                place = PLACE.fullmatch(given)
                if place is None or int(place[2]) > MOST_ROWS:
                    raise Unclear("no such address")
                number, line = number_of(place[1]), int(place[2])
            if number > MOST_COLUMNS:
                raise Unclear("no such column")
            column = number
            code = self._format(cell.get("s", "0"))
            value = self._value(cell, code)
            if value is not None and value != "":
                self.seen.cells[line, number] = value  # of two the last counts
                self.seen.formats[line, number] = code

    def _format(self, style: str) -> str:
        known = re.fullmatch(r"\d+", style, re.ASCII) and int(style) < len(self.styles)
        return self.styles[int(style)] if known else ""

    def _value(self, cell: ElementTree.Element, code: str) -> object:
        parts: dict[str, ElementTree.Element] = {}
        for child in cell:
            if local(child.tag) in parts or local(child.tag) not in ("f", "v", "is", "extLst"):
                raise Unclear("a cell of strange parts")
            parts[local(child.tag)] = child
        kind = cell.get("t", "n")
        if kind not in ("n", "s", "str", "inlineStr", "b", "e", "d"):
            raise Unclear("no such type")
        if any(len(part) for name, part in parts.items() if name in ("v", "f")):
            raise Unclear("a value with parts")
        if kind == "inlineStr":
            if "v" in parts:
                raise Unclear("an inline text with a value")
            return _text(parts["is"]) if "is" in parts else None
        if "is" in parts:
            raise Unclear("an inline text of another type")
        text = (parts["v"].text or "") if "v" in parts else ""
        if not text.strip():
            if "f" in parts and kind != "str":
                return Error("formula")
            return text if kind == "str" else None
        return self._read(kind, text, code)

    def _read(self, kind: str, text: str, code: str) -> object:
        if kind == "s":
            if not re.fullmatch(r"\s*\d+\s*", text, re.ASCII) or int(text) >= len(self.strings):
                raise Unclear("no such text")
            return self.strings[int(text)]
        if kind == "str":
            return unescaped(text)
        if kind == "b":
            if text.strip() not in ("0", "1", "true", "false"):
                raise Unclear("no truth")
            return text.strip() in ("1", "true")
        if kind == "e":
            return Error(text)
        if kind == "d":
            return dt.datetime.fromisoformat(text.strip()).replace(tzinfo=None)
        if not NUMBER.fullmatch(text):
            raise Unclear("no number")
        value = float(text)
        if value in (float("inf"), float("-inf")):
            raise Unclear("a number too large for a cell")
        if is_date_format(code):
            return self._day(value)
        return value

    def _day(self, value: float) -> object:
        if not 0 <= value < 2958466:
            return Error("########")
        if self.mac:
            return dt.datetime(1904, 1, 1) + dt.timedelta(days=value)
        if int(value) == 60:
            return Error("29 February 1900, a day that never was")
        if value < 1:
            return dt.time()  # a time of day
        return dt.datetime(1899, 12, 31 if value < 60 else 30) + dt.timedelta(days=value)
