"""A workbook as a file: told apart from all that is none, its parts and sizes checked."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree

from jvopt.core.issues import CaseError, Issue, issue
from jvopt.core.phrases import Phrase

Source = str | Path | bytes | BinaryIO

MOST_BYTES = 200 * 2**20
MOST_UNPACKED = 2**30
_SURELY_FINE = 100 * 2**20
_MOST_SQUEEZED = 200
"""How many times larger than the file its parts may be: sheets seldom pass 30, zip bombs do."""
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_WORKBOOK = "/officeDocument"
_DECLARED = re.compile(rb"""\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']""")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet of the file.

    Attributes
    ----------
    name
        What its tab says.
    part
        Where its XML lies in the package.
    state
        visible, hidden or veryHidden.
    """

    name: str
    part: str
    state: str = "visible"


@dataclass(slots=True)
class Package:
    """An opened workbook file.

    Attributes
    ----------
    content
        The whole file.
    zip
        Its parts, packed.
    sheets
        Its worksheets in the order of the tabs.
    texts, styles
        The parts of its shared texts and of its cell styles; None where it has none.
    from_1904
        Whether its dates count from 1904.
    """

    content: bytes
    zip: zipfile.ZipFile
    sheets: list[Sheet] = field(default_factory=list)
    texts: str | None = None
    styles: str | None = None
    from_1904: bool = False

    @property
    def names(self) -> list[str]:
        """The names of the parts."""
        return self.zip.namelist()

    def read(self, part: str) -> bytes:
        """Give a part, unpacked; raise CaseError where it is damaged."""
        try:
            return self.zip.read(part)
        except KeyError:
            raise broken("its part {part} is missing", part=part) from None
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            RuntimeError,
            ValueError,
        ) as error:
            raise broken("its part {part} cannot be unpacked", part=part) from error

    def xml(self, part: str) -> ElementTree.Element:
        """Give a part as parsed XML; raise CaseError where it is damaged."""
        content = self.read(part)
        self.check_text(part, content)
        return self.parsed(part, content)

    def check_text(self, part: str, content: bytes) -> None:
        """Raise CaseError where the text of a part is none that may be parsed.

        All that follows looks for signs in UTF-8, as spreadsheets write it; no workbook has a
        document type: it is there to swell, or to fetch something, when it is read.
        """
        declared = _DECLARED.match(content.removeprefix(b"\xef\xbb\xbf"))
        try:
            content.decode()
        except UnicodeDecodeError:
            raise broken("its part {part} is not in UTF-8", part=part) from None
        if b"\0" in content or (declared and declared[1].lower() not in (b"utf-8", b"us-ascii")):
            raise broken("its part {part} is not in UTF-8", part=part)
        if b"<!DOCTYPE" in content:
            raise broken("its part {part} declares a document type", part=part)

    def parsed(self, part: str, content: bytes) -> ElementTree.Element:
        """Parse XML of a part; raise CaseError where it is damaged."""
        try:
            return ElementTree.fromstring(content)
        except (ElementTree.ParseError, ValueError, LookupError) as error:
            raise broken("its part {part} is not valid XML", part=part) from error

    def relations(self, part: str) -> list[tuple[str, str, str]]:
        """Give id, type and target part of everything that a part refers to."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        found: dict[str, tuple[str, str, str]] = {}
        for relation in self.xml(rels) if rels in self.zip.NameToInfo else ():
            if relation.get("TargetMode") != "External":
                own = relation.get("Id", "")
                if own in found:  # nobody can tell which of the two is meant
                    raise broken("its part {part} is not valid XML", part=rels)
                target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", "")))
                found[own] = (own, relation.get("Type", ""), target.lstrip("/"))
        return list(found.values())


def content_of(source: Source) -> bytes:
    """Give the bytes of a file.

    Raises
    ------
    CaseError
        It is not there, cannot be opened, or is too large.
    """
    if isinstance(source, bytes):
        content = source
    elif isinstance(source, (str, Path)):
        path = Path(source)
        try:
            with path.open("rb") as file:
                content = file.read(MOST_BYTES + 1)
        except FileNotFoundError:
            raise CaseError([issue("file_missing", value=path)]) from None
        except OSError as error:
            why = (error.strerror or "it is not a file").lower()
            raise CaseError([issue("file_unreadable", value=path, why=why)]) from error
    else:
        if source.seekable():
            source.seek(0)  # it may have been read before
        content = source.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise CaseError([issue("file_too_large", most=_size(MOST_BYTES))])
    return content


def open_package(source: Source) -> Package:
    """Open a workbook file.

    Raises
    ------
    CaseError
        With one issue that says what the file is, where it is no workbook.
    """
    content = content_of(source)
    if not content:
        raise CaseError([issue("file_empty")])
    if content.startswith(_OLE):
        raise CaseError([issue(_kind_of_ole(content), why=Phrase("it is an old binary document"))])
    if not content.startswith(b"PK"):
        raise CaseError([_not_a_zip(content)])
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise broken("it ends too early, or its index is missing") from error
    most = min(MOST_UNPACKED, max(_SURELY_FINE, _MOST_SQUEEZED * len(content)))
    if sum(part.file_size for part in archive.infolist()) > most:
        raise CaseError([issue("file_unpacks_too_large", most=_size(most))])
    seen: set[str] = set()
    for name in archive.namelist():
        if name.lower() in seen:  # one reader takes the first, another the last
            raise broken("its part {part} is there twice", part=name)
        seen.add(name.lower())
    package = Package(content, archive)
    _read_book(package)
    return package


def _read_book(package: Package) -> None:
    """Find the sheets, and what their cells need."""
    names = set(package.names)
    main = next((part for _, kind, part in package.relations("") if kind.endswith(_WORKBOOK)), "")
    if not main or main not in names or not main.startswith("xl/"):
        raise CaseError([_not_excel(package, names)])
    if main.endswith(".bin"):
        raise CaseError([issue("file_xlsb")])
    parts = {name: (kind, part) for name, kind, part in package.relations(main)}
    for kind, part in parts.values():
        if kind.endswith("/sharedStrings"):
            package.texts = part
        elif kind.endswith("/styles"):
            package.styles = part
    for element in package.xml(main).iter():
        if local_name(element) == "workbookPr":
            counted = element.get("date1904", "0").strip()
            if counted not in ("0", "1", "false", "true"):  # readers differ in what it means
                raise broken("it does not say whether its dates count from 1900 or from 1904")
            package.from_1904 = counted in ("1", "true")
        if local_name(element) != "sheet":
            continue
        key = next((v for k, v in element.attrib.items() if k.rpartition("}")[2] == "id"), "")
        if key not in parts:
            raise broken("the sheet {sheet} is missing from it", sheet=element.get("name"))
        kind, part = parts[key]
        if kind.endswith("/worksheet"):
            if part not in names:
                raise broken("the sheet {sheet} is missing from it", sheet=element.get("name"))
            name = element.get("name", "")
            if any(name.lower() == sheet.name.lower() for sheet in package.sheets):
                raise broken("two of its sheets are called {sheet}", sheet=name)
            package.sheets.append(Sheet(name, part, element.get("state", "visible")))
    if not package.sheets:
        raise CaseError([issue("file_not_workbook", why=Phrase("it has no sheets"))])


def local_name(element: ElementTree.Element) -> str:
    """Give the name of an element without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _not_excel(package: Package, names: set[str]) -> Issue:
    kind = package.read("mimetype") if "mimetype" in names else b""
    if b"opendocument.spreadsheet" in kind:
        return issue("file_ods")
    if b"opendocument" in kind:
        return issue("file_not_workbook", why=Phrase("it is another kind of OpenDocument file"))
    for folder, words in (
        ("word/", "it is a Word document"),
        ("ppt/", "it is a PowerPoint presentation"),
    ):
        if any(name.startswith(folder) for name in names):
            return issue("file_not_workbook", why=Phrase(words))
    return issue("file_not_workbook", why=Phrase("it is a zip archive of other files"))


def _kind_of_ole(content: bytes) -> str:
    # Names of streams stand in the directory of the container as UTF-16.
    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in content

    if holds("EncryptedPackage"):
        return "file_password"
    return "file_xls" if holds("Workbook") or holds("Book") else "file_not_workbook"


def _not_a_zip(content: bytes) -> Issue:
    start = content[:4096]
    if start.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower().startswith((b"<!doctype html", b"<html")):
        return issue("file_web_page")
    if start.startswith(b"%PDF"):
        return issue("file_not_workbook", why=Phrase("it is a PDF document"))
    text = start.decode("utf-16", "replace") if start[:2] in (b"\xff\xfe", b"\xfe\xff") else None
    if text is not None or (b"\0" not in start and _few_controls(start)):
        return issue("file_text")
    return issue("file_not_workbook", why=Phrase("it is of an unknown kind"))


def _few_controls(start: bytes) -> bool:
    return not any(byte < 32 and byte not in b"\t\r\n\f\x1a" for byte in start)


def broken(why: str, **fields: object) -> CaseError:
    """Make the error of a damaged file, with what is wrong with it."""
    return CaseError([issue("file_broken", why=Phrase(why, **fields))])


def _size(number: int) -> str:
    return f"{number // 2**20} MB" if number < 2**30 else f"{number // 2**30} GB"
