"""The XML of sheets and texts in the plain form that spreadsheets write.

What reads it then (expressions in `jvopt.excel.grid`, calamine) may rely on that form. Nearly every
file has it already, which one expression tells at once. Any other XML that says the same, with
prefixes, comments, white space and the like, is written anew; what a spreadsheet would have to
repair is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from openpyxl.utils import column_index_from_string, get_column_letter

from jvopt.excel.package import Package, Sheet, broken, local_name

NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?)?", re.ASCII)
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_SPACE = ' xml:space="preserve"'

_FORMULA = rb"(?:<f(?: [^<>]*+)?(?:/>|>[^<]*+</f>))?+"
_CELL = (
    rb'<c r="(?:[A-Z]{1,2}|[A-W][A-Z]{2})[1-9]\d{0,5}"(?: s="\d{1,5}")?+(?:'
    rb"/>|></c>"
    rb'|(?: t="n")?+>%b<v>-?\d++(?:\.\d++)?+(?:[eE][-+]?\d++)?+</v></c>'
    rb'| t="s">%b<v>\d{1,9}+</v></c>'
    rb'| t="inlineStr"><is><t(?: xml:space="preserve")?+>[^<]*+</t></is></c>'
    rb'| t="(?:str|e)">%b(?:<v>[^<]*+</v>|<v ?/>)?+</c>'
    rb'| t="b">%b<v>[01]</v></c>'
    rb"|>%b(?:<v></v>|<v ?/>)?+</c>"
    rb")"
) % ((_FORMULA,) * 5)
_ROWS = re.compile(
    rb'(?:\s*+<row r="[1-9]\d{0,5}"(?: [\w:]+="[^"<>]*+")*+(?:/>|>(?:%b)*+</row>))*+\s*+' % _CELL
)
_TEXTS = re.compile(rb'(?:\s*+<si><t(?: xml:space="preserve")?+>[^<]*+</t></si>)*+\s*+', re.DOTALL)
_UNUSUAL = re.compile(
    rb"<!|[\x00-\x08\x0b\x0c\x0e-\x1f]|&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)"
)


def plain_sheet(package: Package, sheet: Sheet) -> bytes:
    """Give the XML of a sheet in plain form.

    Raises
    ------
    CaseError
        A spreadsheet would refuse or repair it.
    """
    xml = package.read(sheet.part)
    package.check_text(sheet.part, xml)
    start, end = xml.find(b"<sheetData>"), xml.rfind(b"</sheetData>")
    if 0 < start < end:
        around = xml[: start + 11] + xml[end:]
        plain = _is_plain(xml, around, _ROWS, start + 11, end)
        if plain and local_name(package.parsed(sheet.part, around)) == "worksheet":
            return xml
    return _rewritten(package.parsed(sheet.part, xml), sheet)


def plain_texts(package: Package, part: str) -> bytes:
    """Give the shared texts of a workbook in plain form; see `plain_sheet`."""
    xml = package.read(part)
    package.check_text(part, xml)
    start, end = xml.find(b"<si>"), xml.rfind(b"</sst>")
    if 0 < start < end and _is_plain(xml, xml[:start] + xml[end:], _TEXTS, start, end):
        package.parsed(part, xml[:start] + xml[end:])
        return xml
    texts = [_text(e) for e in package.parsed(part, xml) if local_name(e) == "si"]
    items = "".join(f"<si><t{_SPACE}>{escape(text)}</t></si>" for text in texts)
    head = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    return f"{head}{items}</sst>".encode()


def _is_plain(xml: bytes, around: bytes, form: re.Pattern[bytes], start: int, end: int) -> bool:
    """Tell whether the middle of some XML has a form, and nothing in it needs a closer look."""
    return (
        b"<sheetData" not in around.replace(b"<sheetData>", b"", 1)
        and _UNUSUAL.search(xml) is None
        and form.fullmatch(xml, start, end) is not None
    )


def _rewritten(root: Element, sheet: Sheet) -> bytes:
    """Write a sheet anew: its cells and merged ranges, which is all that is read of it."""
    groups = [element for element in root if local_name(element) == "sheetData"]
    if local_name(root) != "worksheet" or len(groups) != 1:
        raise broken("the sheet {sheet} cannot be read", sheet=sheet.name)
    rows = "".join(_rows(groups[0], sheet))
    merged = [e.get("ref", "") for e in root.iter() if local_name(e) == "mergeCell"]
    ranges = "".join(f"<mergeCell ref={quoteattr(ref)}/>" for ref in merged)
    head = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    tail = f"<mergeCells>{ranges}</mergeCells>" if merged else ""
    return f"{head}<sheetData>{rows}</sheetData>{tail}</worksheet>".encode()


def _rows(group: Element, sheet: Sheet) -> Iterator[str]:
    at = 0
    for row in group:
        given = row.get("r", str(at + 1))
        known = re.fullmatch(r"\d{1,7}", given, re.ASCII) and 1 <= int(given) <= _LAST_ROW
        if local_name(row) != "row" or not known:
            raise broken("the rows of the sheet {sheet} cannot be read", sheet=sheet.name)
        at = int(given)
        hidden = ' hidden="1"' if row.get("hidden") in ("1", "true") else ""
        yield f'<row r="{at}"{hidden}>'
        column = 0
        for cell in row:
            place = cell.get("r", f"{get_column_letter(column + 1)}{at}")
            found = re.fullmatch(r"([A-Z]{1,3})([1-9]\d{0,6})", place, re.ASCII)
            if found is None or local_name(cell) != "c":
                where = f"{get_column_letter(column + 1)}{at}"
                raise broken("the cell {cell} of the sheet {sheet} cannot be read",
                             sheet=sheet.name, cell=where)  # fmt: skip
            column = column_index_from_string(found[1])
            if column > _LAST_COLUMN or int(found[2]) > _LAST_ROW:
                raise broken("the cell {cell} of the sheet {sheet} cannot be read",
                             sheet=sheet.name, cell=place)  # fmt: skip
            try:
                yield _cell(cell, place)
            except ValueError:
                raise broken("the cell {cell} of the sheet {sheet} cannot be read",
                             sheet=sheet.name, cell=place) from None  # fmt: skip
        yield "</row>"


def _cell(cell: Element, place: str) -> str:
    """Write a cell anew; ValueError where nobody can say what it shows."""
    parts = {local_name(child): child for child in cell}
    if len(parts) != len(cell) or not set(parts) <= {"f", "v", "is", "extLst"}:
        raise ValueError(place)
    kind, style = cell.get("t", "n"), cell.get("s", "0")
    value = parts.get("v")
    if any(len(parts[name]) for name in ("f", "v") if name in parts):
        raise ValueError(place)
    if ("is" in parts) != (kind == "inlineStr") and ("is" in parts or value is not None):
        raise ValueError(place)
    if not re.fullmatch(r"\d{1,5}", style, re.ASCII):
        raise ValueError(place)
    start = f'<c r="{place}" s="{style}"'
    formula = "<f>0</f>" if "f" in parts else ""
    if kind == "inlineStr":
        text = _text(parts["is"]) if "is" in parts else ""
        return f'{start} t="inlineStr"><is><t{_SPACE}>{escape(text)}</t></is></c>'
    text = "" if value is None else value.text or ""
    if kind != "str":
        text = text.strip()
        if not text:
            return f"{start}>{formula}</c>"
    if not _fits(kind, text):
        raise ValueError(place)
    if kind == "b":
        text = "1" if text in ("1", "true") else "0"
    return f'{start} t="{kind}">{formula}<v{_SPACE}>{escape(text)}</v></c>'


def _fits(kind: str, text: str) -> bool:
    if kind == "n":
        return NUMBER.fullmatch(text) is not None
    if kind == "s":
        return re.fullmatch(r"\d{1,9}", text, re.ASCII) is not None
    if kind == "d":
        return _DAY.fullmatch(text) is not None
    return kind in ("str", "e") or (kind == "b" and text in ("0", "1", "true", "false"))


def _text(element: Element) -> str:
    """Give the text of a string: its runs, without how they are pronounced."""
    words = []
    for child in element:
        if local_name(child) == "t":
            words.append(child.text or "")
        elif local_name(child) == "r":
            words += [t.text or "" for t in child if local_name(t) == "t"]
    return "".join(words)
