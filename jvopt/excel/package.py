"""A workbook as a file: told apart from all that is none, its parts and sizes checked."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree

from jvopt.core.issues import CaseError, Issue, issue
from jvopt.core.phrases import Phrase

Source = str | Path | bytes | BinaryIO

MOST_BYTES = 200 * 2**20
MOST_UNPACKED = 2**30
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_WORKBOOK = "/officeDocument"


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
    names
        The names of its parts.
    sheets
        Its worksheets in the order of the tabs.
    """

    content: bytes
    zip: zipfile.ZipFile
    sheets: list[Sheet] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """The names of the parts."""
        return self.zip.namelist()

    def read(self, part: str) -> bytes:
        """Give a part, unpacked; raise CaseError where it is damaged."""
        try:
            return self.zip.read(part)
        except KeyError:
            raise _broken("its part {part} is missing", part=part) from None
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
            raise _broken("its part {part} cannot be unpacked", part=part) from error

    def xml(self, part: str) -> ElementTree.Element:
        """Give a part as parsed XML; raise CaseError where it is damaged."""
        content = self.read(part)
        if b"<!DOCTYPE" in content:  # no workbook has one: it is there to swell when it is read
            raise _broken("its part {part} declares a document type", part=part)
        try:
            return ElementTree.fromstring(content)
        except (ElementTree.ParseError, ValueError, LookupError) as error:
            raise _broken("its part {part} is not valid XML", part=part) from error

    def relations(self, part: str) -> Iterator[tuple[str, str, str]]:
        """Give id, type and target part of everything that a part refers to."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        if rels not in self.zip.NameToInfo:
            return
        for relation in self.xml(rels):
            if relation.get("TargetMode") != "External":
                target = posixpath.join("/", folder, relation.get("Target", ""))
                found = posixpath.normpath(target).lstrip("/")
                yield relation.get("Id", ""), relation.get("Type", ""), found


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
        raise _broken("it ends too early, or its index is missing") from error
    if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
        raise CaseError([issue("file_unpacks_too_large", most=_size(MOST_UNPACKED))])
    package = Package(content, archive)
    package.sheets = _sheets(package)
    return package


def _sheets(package: Package) -> list[Sheet]:
    names = set(package.names)
    main = next((part for _, kind, part in package.relations("") if kind.endswith(_WORKBOOK)), "")
    if not main or main not in names or not main.startswith("xl/"):
        raise CaseError([_not_excel(package, names)])
    if main.endswith(".bin"):
        raise CaseError([issue("file_xlsb")])
    parts = {name: (kind, part) for name, kind, part in package.relations(main)}
    found = []
    for element in package.xml(main).iter():
        if element.tag.rpartition("}")[2] != "sheet":
            continue
        key = next((v for k, v in element.attrib.items() if k.rpartition("}")[2] == "id"), "")
        kind, part = parts.get(key, ("", ""))
        if kind.endswith("/worksheet"):
            if part not in names:
                raise _broken("the sheet {sheet} is missing from it", sheet=element.get("name"))
            found.append(Sheet(element.get("name", ""), part, element.get("state", "visible")))
    if not found:
        raise CaseError([issue("file_not_workbook", why=Phrase("it has no sheets"))])
    return found


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


def _broken(why: str, **fields: object) -> CaseError:
    return CaseError([issue("file_broken", why=Phrase(why, **fields))])


def _size(number: int) -> str:
    return f"{number // 2**20} MB" if number < 2**30 else f"{number // 2**30} GB"
