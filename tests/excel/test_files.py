"""Files that are no workbook: each is told apart, in one issue, without a traceback."""

from __future__ import annotations

import io
import struct
import zipfile

import openpyxl
import pytest

from jvopt.core.issues import CaseError
from jvopt.excel import package as package_module
from jvopt.excel import read_excel, read_workbook
from tests.excel import made_by_hand as hand
from tests.excel.support import parts_of, saved, workbook, zipped


def ole(*streams: str) -> bytes:
    """The start of a compound file whose directory names some streams."""
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
    return head + b"".join(
        s.encode("utf-16-le").ljust(128, b"\0") for s in ("Root Entry", *streams)
    )


def overlapped() -> bytes:
    """A deflated part whose header claims to be small: it must not unpack to what it really is."""
    good = workbook()
    parts = parts_of(good)
    name = next(n for n in parts if n.endswith("sheet3.xml"))
    parts[name] = parts[name].replace(b"</sheetData>", b"</sheetData>" + b" " * 50_000_000)
    made = bytearray(zipped(parts))
    with zipfile.ZipFile(io.BytesIO(bytes(made))) as archive:
        info = archive.getinfo(name)
    size = struct.pack("<I", info.file_size)
    at = made.find(size)
    while at >= 0:
        made[at : at + 4] = struct.pack("<I", 1000)
        at = made.find(size, at + 4)
    return bytes(made)


def without(name_end: str) -> bytes:
    return zipped({n: c for n, c in parts_of(workbook()).items() if not n.endswith(name_end)})


def spoiled(name_end: str, content: bytes) -> bytes:
    parts = parts_of(workbook())
    return zipped({n: content if n.endswith(name_end) else c for n, c in parts.items()})


ODS = {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}
XLSB = {
    "_rels/.rels": b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    b'relationships"><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/'
    b'2006/relationships/officeDocument" Target="xl/workbook.bin"/></Relationships>',
    "xl/workbook.bin": b"\x83\x01",
}

BAD = {
    "empty": (b"", "file_empty", "0 bytes"),
    "csv": (b"site,product,quantity\nA,B,3\n", "file_text", "CSV"),
    "csv in UTF-16": ("site;quantity\r\n".encode("utf-16"), "file_text", "CSV"),
    "csv in cp1251": ("площадка;количество\r\n".encode("cp1251"), "file_text", "CSV"),
    "old Excel": (ole("Workbook"), "file_xls", "save it as"),
    "password": (ole("EncryptionInfo", "EncryptedPackage"), "file_password", "password"),
    "old Word": (ole("WordDocument"), "file_not_workbook", "not an Excel workbook"),
    "ods": (zipped(ODS), "file_ods", "OpenDocument"),
    "xlsb": (zipped(XLSB), "file_xlsb", "binary"),
    "docx": (zipped({"word/document.xml": b"<x/>"}), "file_not_workbook", "Word"),
    "zip": (zipped({"readme.txt": b"hello"}), "file_not_workbook", "zip archive"),
    "pdf": (b"%PDF-1.7\n\x00\x01", "file_not_workbook", "PDF"),
    "web page": (b"\xef\xbb\xbf <!DOCTYPE html><html>Sign in", "file_web_page", "web page"),
    "noise": (bytes(range(256)) * 20, "file_not_workbook", "unknown kind"),
    "cut off": (workbook()[:20_000], "file_broken", "damaged"),
    "only its head": (b"PK\x03\x04", "file_broken", "damaged"),
    "sheet missing": (without("sheet3.xml"), "file_broken", "missing"),
    "sheet is no XML": (spoiled("sheet3.xml", b"<worksheet><sheetData><row"), "file_broken", ""),
    "workbook is no XML": (spoiled("xl/workbook.xml", b"\x00\x01"), "file_broken", "XML"),
    "styles are no XML": (spoiled("styles.xml", b"<<"), "file_broken", "not valid XML"),
    "entities that swell": (
        spoiled(
            "xl/workbook.xml",
            b'<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><w>&b;</w>',
        ),
        "file_broken", "document type"),
    "size lied about": (overlapped(), "file_broken", "unpacked"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_bad_file_is_told_apart(kind: str) -> None:
    content, code, words = BAD[kind]
    reading = read_workbook(content)
    assert reading.case is None
    (found,) = reading.issues
    assert (found.code, found.severity) == (code, "error")
    assert words.lower() in f"{found.message} {found.hint}".lower()


def test_flipped_bits_give_issues_and_never_a_traceback() -> None:
    good = workbook()
    for at in range(0, len(good), 2999):
        spoilt = bytearray(good)
        spoilt[at : at + 3] = b"\xff\x00\xff"
        reading = read_workbook(bytes(spoilt))
        assert reading.case == hand.case() or reading.issues


def test_missing_file_and_folder(tmp_path) -> None:
    with pytest.raises(CaseError, match=r"no file .*nothing\.xlsx") as caught:
        read_excel(tmp_path / "nothing.xlsx")
    assert caught.value.issues[0].code == "file_missing"
    (found,) = read_workbook(tmp_path).issues
    assert found.code == "file_unreadable"


def test_path_bytes_and_file_read_alike(tmp_path) -> None:
    content = workbook()
    path = tmp_path / "case.xlsx"
    path.write_bytes(content)
    with path.open("rb") as file:
        cases = [read_excel(path), read_excel(str(path)), read_excel(content), read_excel(file)]
    assert all(case == hand.case() for case in cases)


def test_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch) -> None:
    parts = parts_of(workbook())
    parts["xl/media/big.bin"] = bytes(30_000_000)
    content = zipped(parts)
    assert len(content) < 200_000
    monkeypatch.setattr(package_module, "MOST_UNPACKED", 20_000_000)
    (found,) = read_workbook(content).issues
    assert found.code == "file_unpacks_too_large"
    monkeypatch.setattr(package_module, "MOST_BYTES", 10_000)
    (found,) = read_workbook(content).issues
    assert found.code == "file_too_large"


def test_cell_far_out_is_named_not_loaded() -> None:
    parts = parts_of(workbook())
    name = next(n for n in parts if n.endswith("sheet3.xml"))
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    parts[name] = parts[name].replace(b"</sheetData>", far)
    found = next(i for i in read_workbook(zipped(parts)).issues if i.code == "sheet_too_large")
    assert found.place.endswith("!XFD1048576")
    # Blank cells that only have a format, however far out, are no reason to refuse a sheet.
    parts[name] = parts[name].replace(b"<v>1</v></c></row></sheetData>", b"</c></row></sheetData>")
    assert read_workbook(zipped(parts)).case == hand.case()


def test_workbook_of_something_else() -> None:
    other = openpyxl.Workbook()
    other.active.title = "Budget"
    other.active["A1"] = 1
    found = read_workbook(saved(other)).issues[0]
    assert found.code == "file_no_tables"
    assert "Budget" in found.message
