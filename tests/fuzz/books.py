"""Mutations of workbooks: of cells, rows, sheets, texts, styles, XML. Each is one small function.

A workbook is its parts by name; a mutation changes one of them in place, or does nothing where it
finds nothing to change.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

Parts = dict[str, bytes]

CELL = re.compile(rb"<c\b[^>]*?(?:/>|>.*?</c>)", re.DOTALL)
ROW = re.compile(rb"<row\b[^>]*?(?:/>|>.*?</row>)", re.DOTALL)

VALUES = [
    b"0", b"-1", b"1e308", b"1e309", b"-1e308", b"1e-320", b"9" * 400, b"0." + b"1" * 400, b"NaN",
    b"nan", b"inf", b"INF", b"-Infinity", b"1,5", b"1 000", b" 5 ", b"+5", b"5.", b".5", b"1_000",
    b"0x10", b"1e", b"--1", b"12abc", b"", b" ", b"\n7\n", b"TRUE", b"1", b"99999999", b"60",
    b"2958465", b"2958466", b"-0.5", b"46023.75", b"0.1", b"1.0000000000000002",
    "\u0661\u0662".encode(), "\uff11".encode(), b"&#49;", b"1&#x20;", b"<![CDATA[7]]>",
    b"7<!-- note -->", b"<!-- note -->7", b"1e12", b"1000000000001", b"0.30000000000000004",
    b"1E+5", b"1d5",
]  # fmt: skip
TEXTS = [
    b"", b" ", b"=1+1", b"=cmd|' /C calc'!A0", b"+1", b"-1", b"@SUM(A1)", b"\t=1", b"a" * 40_000,
    b"&amp;lt;", b"_x0041_", b"_x005F_x0041_", b"_x000D_", b"_x0000_", b"_xD800_", b"&#xD;",
    b"&#10;",
    "\u202eKZ".encode(), "P\u200b".encode(), "\u0420".encode(), "N\u0415AR".encode(),
    "\ue0e0#N/A".encode(), "\ue0e1".encode(), "\u00a0".encode(), "\ufeffP".encode(), b"#N/A",
    b"#REF!", b"001", b"1e5", b"TRUE", b"nan", b"None", b"2026-01-31", b"2026-W01-1", b"20260131",
    b"31.01.2026", b"2026-01-31Tx", b"1,5", b"12 %", b"{value}", b"%s", b"\xf0\x9f\x9a\x9c",
    "e\u0301".encode(), "\u00e9".encode(), b"NEAR", b"near", b"NEAR ", b"FAR", b"001 ", b"1",
]  # fmt: skip
TYPES = [b"s", b"str", b"inlineStr", b"b", b"e", b"d", b"n", b"", b"x", b"S", b"z"]
FORMATS = [
    b"General", b"0", b"00000", b"0%", b"dd.mm.yyyy", b"yyyy", b"[h]:mm", b"0.00E+00", b"@",
    b'"day" 0', b"[Red]0", b"0;0;0;@", b"\\d0", b"", b"mmm", b";;;", b"#,##0", b"0.0\"%\"", b"s",
]  # fmt: skip
SHEETS = ["demand", "Спрос", "Demand", " demand ", "DEMAND", "notes", "claims", "plan x",
          "Plan - overview", "demmand", "Budget", "", "a" * 40, "d\u0435mand", "problems",
          "demand 2", "read me", "limits"]  # fmt: skip
HEADINGS = ["Mass (kg)", "Масса, кг", "Least share served (%)", "Distance (m)", "Mass (stone)",
            "Unit cost (EUR)", "unit_cost", "UNIT  COST", "Unit cost", "Quantity", "Price", "Prise",
            "Product", "Site", "", "Note", "My remark", "Distance [m]", "Capacity (thousand units)",
            "Quantity (units / year)", "Quantity (units per month)", "mass, t", "Years (months)",
            "product", "name", "Name", "Т\u043eвар", "Country",
            "Fixed cost (thousand USD)"]  # fmt: skip


def one(rng: random.Random, pattern: re.Pattern[bytes], xml: bytes) -> re.Match[bytes] | None:
    found = list(pattern.finditer(xml))
    return rng.choice(found) if found else None


def sheet_of(rng: random.Random, parts: Parts) -> str:
    return rng.choice([n for n in parts if n.startswith("xl/worksheets/sheet")] or list(parts))


def change(parts: Parts, name: str, found: re.Match[bytes] | None, new: bytes) -> None:
    if found is not None:
        parts[name] = parts[name][: found.start()] + new + parts[name][found.end() :]


def _in_cell(rng, parts, edit: Callable[[bytes], bytes]) -> None:
    name = sheet_of(rng, parts)
    cell = one(rng, CELL, parts[name])
    if cell is not None:
        change(parts, name, cell, edit(cell[0]))


def _attribute(tag: bytes, name: bytes, value: bytes | None) -> bytes:
    """Set an attribute of the first tag, or take it away."""
    head, end, rest = re.fullmatch(rb"(<[^>]*?)(/?>)(.*)", tag, re.DOTALL).groups()
    head = re.sub(rb"\s%b=([\"']).*?\1" % name, b"", head)
    return head + (b"" if value is None else b' %b="%b"' % (name, value)) + end + rest


def cell_value(rng, parts):
    new = rng.choice(VALUES)
    _in_cell(rng, parts, lambda c: re.sub(rb"<v>.*?</v>", lambda _: b"<v>%b</v>" % new, c))


def cell_number(rng, parts):
    """Another number, in a cell that holds one."""
    name = sheet_of(rng, parts)
    found = one(rng, re.compile(rb"<c [^>]*t=\"n\"[^>]*><v>[^<]*</v></c>"), parts[name])
    new = rng.choice([*VALUES, repr(rng.uniform(0, 100)).encode()])
    if found is not None:
        change(parts, name, found, re.sub(rb"<v>.*?</v>", lambda _: b"<v>%b</v>" % new, found[0]))


def cell_text(rng, parts):
    new = rng.choice(TEXTS)

    def edit(cell):
        tag = _attribute(re.match(rb"<[^>]*>", cell)[0].replace(b"/>", b">"), b"t", b"inlineStr")
        return tag + b"<is><t>%b</t></is></c>" % new

    _in_cell(rng, parts, edit)


def cell_type(rng, parts):
    _in_cell(rng, parts, lambda c: _attribute(c, b"t", rng.choice([None, *TYPES])))


def cell_style(rng, parts):
    style = rng.choice([None, b"0", b"1", b"2", b"3", b"5", b"9", b"999", b"-1", b"x"])
    _in_cell(rng, parts, lambda c: _attribute(c, b"s", style))


def cell_place(rng, parts):
    place = rng.choice(
        [
            None,
            b"A1",
            b"B2",
            b"b2",
            b"A0",
            b"XFD1048576",
            b"XFE1",
            b"A1048577",
            b"$A$2",
            b"A",
            b"2",
            b"",
            b"ZZ3",
            b"AAAA1",
            b"C3",
            b" B2",
            b"A02",
        ]
    )
    _in_cell(rng, parts, lambda c: _attribute(c, b"r", place))


def cell_formula(rng, parts):
    formula = rng.choice([
        b"<f>1+1</f>", b"<f/>", b'<f t="shared" si="0"/>', b'<f t="array" ref="A1:A2">A1</f>',
        b"<f>IF(A1&gt;2,&quot;x&quot;,3)</f>", b"<f><![CDATA[A1>2]]></f>", b"<f>A1<!-- c --></f>",
        b"<f >1</f >", b"<f xml:space='preserve'> 1 </f>",
    ])  # fmt: skip
    value = rng.choice([None, b"", b"<v/>", b"<v></v>", b"<v> </v>", b"<v ></v >"])

    def edit(cell):
        cell = re.sub(rb"<v>", lambda _: formula + b"<v>", cell, count=1)
        return cell if value is None else re.sub(rb"<v>.*?</v>", value, cell)

    _in_cell(rng, parts, edit)


def cell_error(rng, parts):
    text = rng.choice([b"#N/A", b"#REF!", b"", b"#VALUE!", b"oops", b"&lt;"])
    sign = rng.choice([b't="e"', b"t='e'", b't = "e"', b't ="e"', b'\n t="e"'])

    def edit(cell):
        tag = _attribute(re.match(rb"<[^>]*>", cell)[0].replace(b"/>", b">"), b"t", None)
        return tag[:-1] + b" " + sign + b"><v>%b</v></c>" % text

    _in_cell(rng, parts, edit)


def cell_rich(rng, parts):
    new = rng.choice([
        b"<r><t>N</t></r><r><t>EAR</t></r>", b"<t>NEAR</t><rPh sb='0' eb='1'><t>X</t></rPh>",
        b"<t xml:space='preserve'> NEAR </t>", b"<r><rPr><b/></rPr><t>P</t></r>", b"", b"<t/>",
        b"<r/>", b"<t>P</t><t>Q</t>", b"<t><![CDATA[P]]></t>", b"<t>P<!-- x --></t>",
        b"<r><t>N</t><t>EAR</t></r>", b"<phoneticPr fontId='0'/><t>P</t>",
    ])  # fmt: skip

    def edit(cell):
        tag = _attribute(re.match(rb"<[^>]*>", cell)[0].replace(b"/>", b">"), b"t", b"inlineStr")
        return tag + b"<is>%b</is></c>" % new

    _in_cell(rng, parts, edit)


def cell_gone(rng, parts):
    _in_cell(rng, parts, lambda c: b"")


def cell_twice(rng, parts):
    _in_cell(rng, parts, lambda c: c + c)


def cell_wrapped(rng, parts):
    before, after = rng.choice([
        (b"<!-- ", b" -->"), (b"<!-- x -->", b""), (b"<extLst>", b"</extLst>"), (b"<?x ", b"?>"),
        (b"<![CDATA[", b"]]>"), (b"<x:c xmlns:x='y'>", b"</x:c>"), (b"<row>", b"</row>"),
        (b"text", b"text"), (b"<c><v>1</v></c>", b""), (b"", b"<c><v>1</v></c>"),
        (b"<mc:AlternateContent xmlns:mc='m'><mc:Choice>", b"</mc:Choice></mc:AlternateContent>"),
    ])  # fmt: skip
    _in_cell(rng, parts, lambda c: before + c + after)


def cells_swapped(rng, parts):
    name = sheet_of(rng, parts)
    found = list(CELL.finditer(parts[name]))
    if len(found) > 1:
        a, b = sorted(rng.sample(range(len(found)), 2))
        change(parts, name, found[b], found[a][0])
        change(parts, name, found[a], found[b][0])


def cell_spaced(rng, parts):
    """White space where XML allows it."""
    _in_cell(rng, parts, lambda c: re.sub(
        rb"=", lambda m: rng.choice([b"=", b" = ", b"\n=", b"= "]), c.replace(b"<v>", b"<v >")
        .replace(b"</v>", b"</v >").replace(b"</c>", b"</c\n>"), count=2))  # fmt: skip


def row_changed(rng, parts):
    name = sheet_of(rng, parts)
    row = one(rng, ROW, parts[name])
    if row is None:
        return
    new = rng.choice([
        b"", row[0] + row[0], _attribute(row[0], b"r", None), _attribute(row[0], b"r", b"1"),
        _attribute(row[0], b"r", b"9"), _attribute(row[0], b"r", b"1048577"),
        _attribute(row[0], b"r", b"x"), _attribute(row[0], b"hidden", b"1"),
        _attribute(row[0], b"hidden", b"true"), b"<row r='7'/>" + row[0], b"<row/>" + row[0],
        re.sub(rb'\sr="[A-Z]+\d+"', b"", row[0]), b"<!-- %b -->" % row[0],
        _attribute(row[0], b"r", b"0"), _attribute(row[0], b"spans", b"1:99999"),
    ])  # fmt: skip
    change(parts, name, row, new)


def rows_swapped(rng, parts):
    """Rows in another order, each with cells that say where they now are."""
    name = sheet_of(rng, parts)
    found = list(ROW.finditer(parts[name]))
    if len(found) < 2:
        return
    a, b = sorted(rng.sample(range(len(found)), 2))

    def renumbered(row, as_in):
        old, new = (re.search(rb'r="(\d+)"', r)[1] for r in (row, as_in))
        row = re.sub(rb'(<row[^>]*?r=")%b"' % old, rb'\g<1>%b"' % new, row)
        return re.sub(rb'(\sr="[A-Z]+)%b"' % old, rb'\g<1>%b"' % new, row)

    try:
        first, second = renumbered(found[b][0], found[a][0]), renumbered(found[a][0], found[b][0])
    except TypeError:
        return
    change(parts, name, found[b], second)
    change(parts, name, found[a], first)


def header_changed(rng, parts):
    new = rng.choice(HEADINGS).encode()
    name = sheet_of(rng, parts)
    row = one(rng, re.compile(rb'<row r="1".*?</row>', re.DOTALL), parts[name])
    cell = one(rng, CELL, row[0]) if row else None
    if cell is not None:
        place = re.search(rb'r="[^"]*"', cell[0])
        made = b'<c %b t="inlineStr"><is><t>%b</t></is></c>' % (place[0] if place else b"", new)
        change(parts, name, row, row[0][: cell.start()] + made + row[0][cell.end() :])


def stray_cell(rng, parts):
    """A cell far off, or a value under no heading."""
    name = sheet_of(rng, parts)
    number = rng.choice([3, 40, 5000])
    column = rng.choice([b"A", b"Z", b"AB", b"XFD"])
    cell = b'<row r="%d"><c r="%b%d"><v>5</v></c></row></sheetData>' % (number, column, number)
    parts[name] = parts[name].replace(b"</sheetData>", cell)


def merged(rng, parts):
    name = sheet_of(rng, parts)
    area = rng.choice([b"A1:B1", b"A2:A3", b"B2:C3", b"A2", b"A1:XFD1048576", b"Z9:Z8", b"", b"x"])
    parts[name] = parts[name].replace(
        b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="%b"/></mergeCells>' % area
    )


def sheet_head(rng, parts):
    name = sheet_of(rng, parts)
    new = rng.choice(
        [
            b'<dimension ref="A1"/>',
            b'<dimension ref="A1:XFD1048576"/>',
            b"",
            b'<dimension ref="B2:C3"/>',
            b"<dimension/>",
            b'<dimension ref="x"/>',
        ]
    )
    parts[name] = re.sub(rb"<dimension[^>]*/>", new, parts[name])


def sheet_renamed(rng, parts):
    new = rng.choice(SHEETS).encode()
    found = one(
        rng, re.compile(rb'(<sheet\b[^>]*?\bname=")[^"]*'), parts.get("xl/workbook.xml", b"")
    )
    if found:
        change(parts, "xl/workbook.xml", found, found[1] + new)


def sheet_listed(rng, parts):
    found = one(rng, re.compile(rb"<sheet\b[^>]*/>"), parts.get("xl/workbook.xml", b""))
    if found:
        new = rng.choice([
            b"", found[0] + found[0], _attribute(found[0], b"state", b"hidden"),
            _attribute(found[0], b"state", b"veryHidden"), _attribute(found[0], b"state", b"x"),
            _attribute(found[0], b"r:id", b"rId1"), _attribute(found[0], b"r:id", None),
            _attribute(found[0], b"name", None), _attribute(found[0], b"sheetId", b"1"),
            _attribute(found[0], b"r:id", b"rId99"),
        ])  # fmt: skip
        change(parts, "xl/workbook.xml", found, new)


def sheets_swapped(rng, parts):
    names = [n for n in parts if n.startswith("xl/worksheets/sheet")]
    if len(names) > 1:
        a, b = rng.sample(names, 2)
        parts[a], parts[b] = parts[b], parts[a]


def day_count(rng, parts):
    """The dates of a Macintosh, now and then said in odd ways."""
    new = rng.choice([b"1", b"true", b"0", b"TRUE", b"yes", b""])
    book = parts.get("xl/workbook.xml", b"")
    if b"<workbookPr" in book:
        parts["xl/workbook.xml"] = re.sub(
            rb"<workbookPr", b'<workbookPr date1904="%b"' % new, book, count=1
        )


def shared_text(rng, parts):
    name = next((n for n in parts if n.lower().endswith("sharedstrings.xml")), None)
    if name is None:
        return
    found = one(rng, re.compile(rb"<si>.*?</si>", re.DOTALL), parts[name])
    new = rng.choice([
        b"", b"<si/>", b"<si><t/></si>", (found[0] if found else b"") * 2,
        b"<si><t>%b</t></si>" % rng.choice(TEXTS),
        b"<si><r><t>NE</t></r><r><t>AR</t></r></si>", b"<si><t>P</t><rPh><t>x</t></rPh></si>",
        b"<!-- <si><t>x</t></si> -->" + (found[0] if found else b""), b"<si>P</si>",
    ])  # fmt: skip
    change(parts, name, found, new)


def styles_changed(rng, parts):
    name = next((n for n in parts if n.lower().endswith("styles.xml")), None)
    if name is None:
        return
    code = rng.choice(FORMATS).replace(b'"', b"&quot;")
    kind = rng.randrange(4)
    if kind == 0:
        found = one(rng, re.compile(rb"<xf\b[^>]*?(?:/>|>.*?</xf>)", re.DOTALL), parts[name])
        new = rng.choice([b"", b"9", b"14", b"164", b"165", b"22", b"49", b"999", b"x", b"-1"])
        if found:
            tag = _attribute(found[0], b"numFmtId", new)
            change(parts, name, found, rng.choice([tag, tag, tag, b"", found[0] * 2]))
    elif kind == 1:
        found = one(rng, re.compile(rb"<numFmt\b[^>]*/>"), parts[name])
        if found:
            change(parts, name, found, _attribute(found[0], b"formatCode", code))
    elif kind == 2:
        parts[name] = re.sub(rb"<cellXfs.*?</cellXfs>", b"", parts[name], flags=re.DOTALL)
    else:
        extra = b'<numFmts count="1"><numFmt numFmtId="14" formatCode="%b"/></numFmts>' % code
        parts[name] = re.sub(rb"(<styleSheet[^>]*>)", rb"\g<1>" + extra.replace(b"\\", b"\\\\"),
                             parts[name])  # fmt: skip


CELLS = [cell_value, cell_number, cell_number, cell_text, cell_text, cell_type, cell_style,
         cell_place, cell_formula, cell_error, cell_rich, cell_gone, cell_twice, cell_wrapped,
         cells_swapped, cell_spaced]  # fmt: skip
SHEETS_OF = [row_changed, rows_swapped, header_changed, header_changed, stray_cell, merged,
             sheet_head, sheet_renamed, sheet_listed, sheets_swapped, day_count, shared_text,
             styles_changed, styles_changed]  # fmt: skip
