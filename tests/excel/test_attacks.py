"""Files that mean harm, or were made by a clumsy hand: a case or plain problems, soon and small."""

from __future__ import annotations

import datetime as dt
import io
import re
import resource
import zipfile
from dataclasses import replace

import openpyxl
import pytest

from jvopt.core.case import Case
from jvopt.core.issues import errors
from jvopt.excel import Reading, read_excel, read_workbook, write_answer, write_problems
from tests.excel import made_by_hand as hand
from tests.excel.support import parts_of, saved, workbook, zipped
from tests.fuzz.bases import with_shared_texts


def of(table: str) -> tuple[dict[str, bytes], str]:
    """The parts of a good workbook, and the name of a table's sheet among them."""
    parts = parts_of(workbook())
    number = openpyxl.load_workbook(io.BytesIO(workbook())).sheetnames.index(table) + 1
    return parts, f"xl/worksheets/sheet{number}.xml"


def read(parts: dict[str, bytes]) -> Reading:
    return read_workbook(zipped(parts))


def only(reading: Reading) -> str:
    """The code of the only error."""
    (found,) = errors(reading.issues)
    assert reading.case is None
    return found.code


def test_a_bomb_is_refused_by_what_it_unpacks_to_beside_what_it_is() -> None:
    """120 MB of spaces in 120 kB; the sheets of real files shrink to a thirtieth at most."""
    parts, sheet = of("tariffs")
    parts[sheet] = parts[sheet].replace(b"<sheetData>", b"<sheetData>" + b" " * 120_000_000)
    content = zipped(parts)
    del parts
    assert len(content) < 600_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert only(read_workbook(content)) == "file_unpacks_too_large"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # kB


def test_formatted_empty_rows_and_columns_are_no_reason_to_refuse() -> None:
    """A million formatted rows, and 16,384 formatted columns: neither holds a value."""
    parts, sheet = of("tariffs")
    rows = b"".join(b'<row r="%d" s="1" customFormat="1"/>' % n for n in range(30, 1_000_030))
    parts[sheet] = parts[sheet].replace(b"</sheetData>", rows + b"</sheetData>")
    wide = b"".join(
        b'<c r="%b20" s="0"/>' % openpyxl.utils.get_column_letter(n).encode()
        for n in range(1, 16_385)
    )
    other = of("recipes")[1]
    parts[other] = parts[other].replace(b"</sheetData>", b'<row r="20">%b</row></sheetData>' % wide)
    assert read(parts).case == hand.case()


BOMB = b"".join(
    b'<!ENTITY a%d "%b">' % (n, b"&a%d;" % (n - 1) * 10 if n else b"ha") for n in range(10)
)
EXTERNAL = b'<!ENTITY a9 SYSTEM "file:///etc/passwd">'


@pytest.mark.parametrize("entities", [BOMB, EXTERNAL], ids=["billion laughs", "external"])
@pytest.mark.parametrize("part", ["sheet", "xl/workbook.xml", "xl/styles.xml", "_rels/.rels"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_never_read(part: str, entities: bytes, encoding: str) -> None:
    parts, sheet = of("tariffs")
    part = sheet if part == "sheet" else part
    text = re.sub(r"^<\?xml.*?\?>\s*", "", parts[part].decode())
    root = re.match(r"<([\w:]+)", text)[1]
    text = f"<!DOCTYPE {root} [{entities.decode()}]>{text}"
    text = text.replace("<v>", "<v>&a9;", 1).replace('name="', 'name="&a9;', 1)
    parts[part] = f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding)
    assert only(read(parts)) == "file_broken"


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.1:9/x.xml", "file:///etc/passwd", "../../../etc/passwd", "/etc/passwd"],
)
def test_links_out_of_the_file_are_never_followed(target: str) -> None:
    parts, _ = of("tariffs")
    rels = "xl/_rels/workbook.xml.rels"
    first = re.search(rb'Target="([^"]*sheet1\.xml)"', parts[rels])[1]
    parts[rels] = parts[rels].replace(b'"%b"' % first, b'"%b"' % target.encode())
    assert only(read(parts)) == "file_broken"
    outside = b' TargetMode="External"'
    parts[rels] = parts[rels].replace(b'"%b"' % target.encode(), b'"%b"%b' % (first, outside))
    assert only(read(parts)) == "file_broken"


def test_a_value_from_another_workbook_is_the_value_that_is_shown() -> None:
    parts, sheet = of("demand")
    assert b"<v>1900</v>" in parts[sheet]
    formula = b"<f>[1]Prices!$B$2</f><v>1900</v>"
    parts[sheet] = parts[sheet].replace(b"<v>1900</v>", formula)
    parts["xl/externalLinks/externalLink1.xml"] = b"<externalLink/>"
    assert read(parts).case == hand.case()


@pytest.mark.parametrize("name", ["../../evil.xml", "/etc/evil", "xl/../../evil", "C:\\evil"])
def test_path_names_in_the_archive_write_nothing(name: str, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    parts, _ = of("tariffs")
    parts[name] = b"evil"
    assert read(parts).case == hand.case()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_part_that_is_there_twice_is_refused() -> None:
    """One program would show the first, another the last."""
    parts, sheet = of("demand")
    made = io.BytesIO(zipped(parts))
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr(sheet, parts[sheet].replace(b"<v>1900</v>", b"<v>1</v>"))
    assert only(read_workbook(made.getvalue())) == "file_broken"


HARMFUL = ["=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")']


def dangerous() -> Case:
    sites = hand.case()["sites"].assign(name=HARMFUL, note=HARMFUL[::-1])
    return hand.case().replace(sites=sites, notes=[{"topic": t, "text": t} for t in HARMFUL])


def formulas(content: bytes) -> list[str]:
    """Formulas with something of what was sent in them."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row]
    return [
        c.value
        for c in cells
        if c.data_type == "f" and re.search("cmd|HYPER|@SUM|1\\+1", str(c.value))
    ]


def test_text_like_a_formula_comes_back_as_text() -> None:
    from jvopt.excel import write_case

    sent = io.BytesIO()
    write_case(dangerous(), sent)
    reading = read_workbook(sent.getvalue())
    assert reading.case == dangerous()
    answered, marked = io.BytesIO(), io.BytesIO()
    write_answer(sent.getvalue(), hand.plan(), reading, answered)
    # In the list of problems it stands as what was written.
    parts, sheet = of("demand")
    parts[sheet] = (
        parts[sheet]
        .replace(b"<v>1900</v>", b"<v>=cmd|' /C calc'!A0</v>")
        .replace(b't="n"><v>=cmd', b't="str"><v>=cmd')
    )
    wrong = zipped(parts)
    bad = read_workbook(wrong)
    write_problems(wrong, bad.issues, marked)
    for content in (sent.getvalue(), answered.getvalue(), marked.getvalue()):
        assert formulas(content) == []
    assert read_excel(answered.getvalue()) == dangerous()


@pytest.mark.parametrize(
    ("digits", "code"),
    [(b"1e308", "too_large"), (b"1e309", "not_finite"), (b"9" * 400, "not_finite"),
     (b"-1e308", "too_large"), (b"1000000000001", "too_large"), (b"NaN", "file_broken"),
     (b"1,5", "file_broken"), (b"inf", "file_broken"), (b"0x10", "file_broken")],
)  # fmt: skip
def test_numbers_that_none_can_be(digits: bytes, code: str) -> None:
    parts, sheet = of("demand")
    parts[sheet] = parts[sheet].replace(b"<v>1900</v>", b"<v>%b</v>" % digits)
    assert only(read(parts)) == code


def small(**changed: list[dict[str, object]]) -> bytes:
    """A workbook by openpyxl, of a sheet for each table."""
    tables = {
        "products": [{"product": "P"}],
        "sites": [{"site": s, "country": "KZ"} for s in ("A", "M")],
        "supply": [{"site": "A", "product": "P", "unit_cost": 1}],
        "lanes": [{"origin": "A", "destination": "M", "mode": "road"}],
        "demand": [{"site": "M", "product": "P", "quantity": 5}],
    } | changed
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        sheet.append(list(rows[0]))
        for row in rows:
            sheet.append(list(row.values()))
    return saved(book)


def test_names_that_look_alike_are_told() -> None:
    """A Cyrillic letter, or a sign that nobody sees, makes another name of it."""
    assert read_workbook(small()).issues == []
    for other in ("\u0410", "A\u200b", "\u202eA", "A\u00ad"):
        wrong = read_workbook(small(supply=[{"site": other, "product": "P", "unit_cost": 1}]))
        (found,) = wrong.issues
        assert (found.place, found.code) == ("supply!A2", "unknown_reference")
        assert "It looks like A, but" in found.hint
        two = read_workbook(small(sites=[{"site": s, "country": "KZ"} for s in ("A", "M", other)]))
        (found,) = [i for i in two.issues if i.code == "looks_alike"]
        assert (found.place, found.severity) == ("sites!A4", "warning")


def test_text_from_right_to_left_stays_as_it_is() -> None:
    names = ["مصنع", "\u202eabc\u202c", "\u200fשלום", "a\u200db"]
    sites = [{"site": s, "country": "KZ", "name": n} for s, n in zip("AMXY", names, strict=True)]
    assert read_excel(small(sites=sites))["sites"]["name"].tolist() == names


@pytest.mark.parametrize(
    ("start", "epoch"),
    [("1900-01-01", 1900), ("1900-03-01", 1900), ("2026-02-28", 1900), ("9999-12-31", 1900),
     ("1904-01-02", 1904), ("2026-02-28", 1904), ("9999-12-31", 1904)],
)  # fmt: skip
def test_dates_from_end_to_end(start: str, epoch: int) -> None:
    book = openpyxl.load_workbook(io.BytesIO(small()))
    if epoch == 1904:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    sheet = book.create_sheet("periods")
    sheet.append(["period", "start", "years"])
    sheet.append(["one", dt.date.fromisoformat(start), 1])
    assert str(read_excel(saved(book))["periods"]["start"].iloc[0])[:10] == start


@pytest.mark.parametrize("serial", [b"-1", b"0", b"60", b"2958466", b"1e300"])
def test_days_that_never_were_are_no_dates(serial: bytes) -> None:
    parts, sheet = of("periods")
    day = re.search(rb'(<c r="B2"[^>]*>)<v>[^<]*</v>', parts[sheet])
    parts[sheet] = parts[sheet].replace(day[0], day[1] + b"<v>%b</v>" % serial)
    reading = read(parts)
    assert reading.case is None
    assert all(found.message for found in errors(reading.issues))


def test_rows_above_the_headings_are_told() -> None:
    """A title may stand there; what looks like data is not passed over in silence."""
    book = openpyxl.load_workbook(io.BytesIO(small()))
    book["demand"].insert_rows(1)
    book["demand"]["A1"] = "What is wanted"
    assert read_workbook(saved(book)).issues == []
    for column, value in enumerate(("M", "P", 7), 1):
        book["demand"].cell(1, column, value)
    (found,) = read_workbook(saved(book)).issues
    assert (found.place, found.code, found.severity) == ("demand!A1", "rows_above", "warning")


ODD = {
    "comment": lambda c: b"<!-- %b -->" % c + c,
    "white space": lambda c: c.replace(b'r="', b'r = "').replace(b"</c>", b"</c\n>"),
    "other quotes": lambda c: c.replace(b'"', b"'"),
    "character data": lambda c: c.replace(b"<v>1900</v>", b"<v><![CDATA[1900]]></v>"),
    "references": lambda c: c.replace(b"<v>1900</v>", b"<v>&#49;9&#x30;0</v>"),
    "other order": lambda c: re.sub(rb'<c (r="\w+")(.*?)>', rb"<c\2 \1>", c, count=1),
}


@pytest.mark.parametrize("how", ODD)
def test_xml_that_no_spreadsheet_writes_is_read_alike(how: str) -> None:
    """Errors in cells too, which are looked for in the XML."""
    parts, sheet = of("demand")
    cell = re.search(rb'<c r="D2"[^>]*><v>1900</v></c>', parts[sheet])[0]
    parts[sheet] = parts[sheet].replace(cell, ODD[how](cell))
    assert read(parts).case == hand.case()
    bad = re.sub(rb'<c r="D2"[^>]*>', b'<c r="D2" t="e">', cell).replace(b"1900", b"#N/A")
    parts[sheet] = parts[sheet].replace(ODD[how](cell), ODD[how](bad))
    assert only(read(parts)) == "error_cell"


@pytest.mark.parametrize(
    "cell",
    [b'<c r="D2" t="s"><v>99999</v></c>', b'<c r="D2" t="s"><v>-1</v></c>',
     b'<c r="D2" t="x"><v>1</v></c>', b'<c r="D2" t="b"><v>7</v></c>', b'<x r="D2"><v>1</v></x>',
     b'<c r="D2"><v>1</v><v>2</v></c>', b'<c r="D2"><is><t>1</t></is></c>',
     b'<c r="AAAA2"><v>1</v></c>', b'<c r="d2"><v>1</v></c>', b'<c r="D1048577"><v>1</v></c>',
     b'<c r="D2"><v>1</v>', b'<c r="D2" r="D3"><v>1</v></c>', b'<c r="D2"><v>&e;</v></c>'],
)  # fmt: skip
def test_what_a_spreadsheet_would_repair_is_refused(cell: bytes) -> None:
    parts, sheet = of("demand")
    parts[sheet] = re.sub(rb'<c r="D2"[^>]*><v>1900</v></c>', lambda _: cell, parts[sheet])
    assert only(read(parts)) == "file_broken"


def test_texts_and_styles_are_found_by_what_the_workbook_says() -> None:
    """Not by their names: others of like names may lie beside them."""
    parts = parts_of(with_shared_texts(small()))
    rels = "xl/_rels/workbook.xml.rels"
    parts["xl/words.xml"] = parts["xl/sharedStrings.xml"]
    parts["xl/sharedStrings.xml"] = parts["xl/words.xml"].replace(b">M<", b">A<")
    assert parts["xl/words.xml"] != parts["xl/sharedStrings.xml"]
    parts[rels] = parts[rels].replace(b"sharedStrings.xml", b"words.xml")
    parts = {"a/styles.xml": b"<x/>"} | parts
    assert read(parts).case == read_excel(small())


def test_a_workbook_that_cannot_be_written_again_gets_its_answer_in_another() -> None:
    """openpyxl reads such a date, and then fails on it."""
    parts, sheet = of("demand")
    parts[sheet] = re.sub(rb'<c r="D2"[^>]*><v>1900</v></c>', b'<c r="D2" t="d"/>', parts[sheet])
    content = zipped(parts)
    reading = read_workbook(content)
    assert [i.code for i in errors(reading.issues)] == ["missing_value"]
    marked, answered = io.BytesIO(), io.BytesIO()
    write_problems(content, reading.issues, marked)
    write_answer(content, hand.plan(), replace(reading, case=hand.case()), answered)
    assert openpyxl.load_workbook(marked).sheetnames == ["problems"]
    book = openpyxl.load_workbook(answered)
    assert book.sheetnames[0] == "plan overview"
    assert book["demand"]["D2"].value is None
