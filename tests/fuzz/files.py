"""Mutations of the file itself: its XML as text, its zip as bytes."""

from __future__ import annotations

import io
import random
import re
import struct
import warnings
import zipfile

from tests.excel.support import zipped
from tests.fuzz.books import Parts


def a_part(rng: random.Random, parts: Parts) -> str:
    """Mostly a sheet or what it hangs on."""
    main = [n for n in parts if re.search(r"sheet|workbook|styles|shared|\.rels|Types", n, re.I)]
    return rng.choice(main if main and rng.random() < 0.9 else list(parts))


def xml_bytes(rng, parts):
    name = a_part(rng, parts)
    part = bytearray(parts[name])
    for _ in range(rng.choice([1, 1, 2, 8])):
        if part:
            part[rng.randrange(len(part))] = rng.choice([0, 60, 62, 38, 34, 32, 65, 255, 0xC3])
    parts[name] = bytes(part)


def xml_cut(rng, parts):
    name = a_part(rng, parts)
    a, b = sorted(rng.randrange(len(parts[name]) + 1) for _ in range(2))
    kept = parts[name]
    parts[name] = rng.choice([kept[:a], kept[a:], kept[:a] + kept[b:], kept[:b] + kept[a:], b""])


def xml_encoded(rng, parts):
    """Other encodings, declared or not."""
    name = a_part(rng, parts)
    try:
        text = parts[name].decode()
    except UnicodeDecodeError:
        return
    bare = re.sub(r"^<\?xml.*?\?>", "", text)
    parts[name] = rng.choice([
        lambda: b"\xef\xbb\xbf" + text.encode(),
        lambda: ('<?xml version="1.0" encoding="UTF-16"?>' + bare).encode("utf-16"),
        lambda: bare.encode("utf-16"),
        lambda: ('<?xml version="1.0" encoding="windows-1251"?>' + bare).encode("cp1251",
        "replace"),
        lambda: ('<?xml version="1.0" encoding="latin-1"?>' + bare).encode("latin-1", "replace"),
        lambda: ('<?xml version="1.1"?>' + bare).encode(),
        lambda: ('<?xml version="1.0" encoding="nothing"?>' + bare).encode(),
        lambda: b"  " + text.encode(),
        lambda: bare.encode("utf-32"),
        lambda: ('<?xml version="1.0" encoding="utf-7"?>' + bare).encode("utf-7"),
    ])()  # fmt: skip


def xml_declared(rng, parts):
    """Document types and entities."""
    name = a_part(rng, parts)
    bomb = b"".join(b'<!ENTITY a%d "%b">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 9))
    head = rng.choice([
        b"<!DOCTYPE x>", b'<!DOCTYPE x [<!ENTITY a0 "ha">%b]>' % bomb,
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', b"<!doctype x>", b"<!-- x -->",
        b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">', b" " * 2000 + b"<!DOCTYPE x>",
        b"<!--" + b"x" * 2000 + b"--><!DOCTYPE x>",
    ])  # fmt: skip
    part = re.sub(rb"(<\?xml.*?\?>)?", lambda m: (m[0] or b"") + head, parts[name], count=1)
    parts[name] = part.replace(b"<v>", rng.choice([b"<v>", b"<v>&e;", b"<v>&a8;"]), 1)


def xml_prefixed(rng, parts):
    name = a_part(rng, parts)
    part = re.sub(rb"<(/?)(?=[a-zA-Z])(?!\w+:)", rb"<\1x:", parts[name])
    parts[name] = re.sub(rb' xmlns=(["\'])', rb" xmlns:x=\1", part, count=1)


def xml_nested(rng, parts):
    name = a_part(rng, parts)
    deep = rng.choice([50, 2000, 200_000])
    where = rng.choice(
        [b"</sheetData>", b"</worksheet>", b"</workbook>", b"</sst>", b"</styleSheet>"]
    )
    parts[name] = parts[name].replace(where, b"<a>" * deep + b"</a>" * deep + where)


def relation(rng, parts):
    name = rng.choice([n for n in parts if n.endswith(".rels")] or list(parts))
    found = list(re.finditer(rb'(Target|Type|Id|TargetMode)="([^"]*)"', parts[name]))
    if not found:
        return
    hit = rng.choice(found)
    new = rng.choice([
        b"", b"/" + hit[2], b"../" + hit[2], b"../../../etc/passwd", b"/etc/passwd", b"External",
        b"http://127.0.0.1:9/x", b"file:///etc/passwd", hit[2].upper(), hit[2].replace(b"/", b"\\"),
        b"./" + hit[2], b"worksheets/sheet1.xml", b"rId1", b"C:\\x", hit[2] + b"#x",
        hit[2].replace(b"e", b"%65"),
    ])  # fmt: skip
    start, end = hit.span(2)
    parts[name] = parts[name][:start] + new + parts[name][end:]


def part_gone(rng, parts):
    parts.pop(a_part(rng, parts))


def part_renamed(rng, parts):
    name = a_part(rng, parts)
    new = rng.choice([name.upper(), name.replace("/", "\\"), "/" + name, "./" + name,
                      "../../" + name, name + " ", "x" + name])  # fmt: skip
    renamed = {new if n == name else n: part for n, part in parts.items()}
    parts.clear()
    parts.update(renamed)


def part_added(rng, parts):
    name = rng.choice(["../../evil", "/abs", "xl/vbaProject.bin", "xl/connections.xml", "con",
            "a" * 300,
                       "xl/externalLinks/externalLink1.xml", "XL/WORKBOOK.XML",
                       "xl/sharedStrings.xml",
                       "xl/SHAREDSTRINGS.XML", "other/styles.xml", "mimetype"])  # fmt: skip
    parts.setdefault(name, rng.choice([b"", b"x", b"<x/>", b"<sst><si><t>other</t></si></sst>"]))


XML = [xml_bytes, xml_cut, xml_encoded, xml_declared, xml_prefixed, xml_nested]
PACKAGE = [relation, relation, part_gone, part_renamed, part_added]


def packed_oddly(rng: random.Random, parts: Parts) -> bytes:
    """Pack the parts in an odd way."""
    kind = rng.randrange(9)
    if kind == 0:
        return zipped(parts, rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]))
    if kind == 1:
        made = io.BytesIO()
        with warnings.catch_warnings(), zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            warnings.simplefilter("ignore")
            twice = a_part(rng, parts)
            for name, part in [*parts.items(), (twice, rng.choice([b"", parts[twice], b"<x/>"]))]:
                archive.writestr(name, part)
        return made.getvalue()
    content = bytearray(zipped(parts))
    if kind == 2:
        for _ in range(rng.choice([1, 3, 30])):
            content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    elif kind == 3:
        del content[rng.randrange(len(content)) :]
    elif kind == 4:
        content = bytearray(rng.choice([b"x" * 100, b"\0" * 3, b"MZ"])) + content
    elif kind == 5:
        content += rng.choice([b"x" * 70_000, b"\0", b"PK\5\6" + bytes(18)])
    elif kind == 6:  # a lie about a size, a flag, a method, in the directory at the end
        starts = [m.start() for m in re.finditer(b"PK\1\2", bytes(content))]
        at = rng.choice(starts) + rng.choice([8, 10, 16, 20, 24, 28, 30, 38, 42])
        struct.pack_into("<H", content, at, rng.choice([0, 1, 8, 0xFFFF, rng.randrange(65536)]))
    elif kind == 7:  # the same in a part's own header
        starts = [m.start() for m in re.finditer(b"PK\3\4", bytes(content))]
        at = rng.choice(starts) + rng.choice([4, 6, 8, 14, 18, 22, 26, 28])
        struct.pack_into("<H", content, at, rng.choice([0, 1, 8, 0xFFFF, rng.randrange(65536)]))
    else:
        a, b = sorted(rng.randrange(len(content)) for _ in range(2))
        content = content[:a] + content[b:]
    return bytes(content)
