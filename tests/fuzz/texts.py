"""Mutations of cases as JSON: of values, rows and tables, and of the text itself."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

Tables = dict[str, Any]


class Raw(str):
    """Stands for a text that is put into the JSON as it is."""


VALUES: list[Any] = [
    None, True, False, 0, -1, 1, 0.5, 1e12, 1.1e12, 1e308, -1e308, 5e-324, 10**400, -(10**30),
    2**53 + 1,
    "", " ", "0", "1", "5", "1e5", "nan", "NaN", "P", "p", "P ", "\u0420", "P\u200b", "\u202eP",
    "NEAR",
    "N\u0415AR", "near", "e\u0301", "\ud800", "\udc00x", "a\0b", "\n", "=1+1", "@x", "{value}",
    "%s", "\ufeff",
    "a" * 5000, "2026-01-01", "2026-13-45", "20260101", "2026-W01-1", "0001-01-01", "9999-12-31",
    "2026-01-01T00:00:00Z", "2026-01-01Tx", "1900-02-29", "31.01.2026", "open", "OPEN", "free ",
    "cost", "profit",
    [], {}, [1], ["P", "Q"], [["x"]], {"a": 1}, [None], ["a,b"], Raw("NaN"), Raw("Infinity"),
    Raw("-Infinity"), Raw("1e999"), Raw("9" * 5000), Raw("0." + "3" * 400), Raw("-0"), Raw("-0.0"),
    Raw("1E+2"), Raw("[" * 500 + "]" * 500), Raw('{"a":' * 300 + "1" + "}" * 300), Raw('"\\u0050"'),
    Raw('{"a":1,"a":2}'), Raw("01"), Raw("+1"), Raw(".5"), Raw("0x10"), Raw("'P'"),
    Raw("undefined"),
    "site = FAR", "site = ", "site in (", "unit_cost > 1e400", "multiply", "set", "2,5",
]  # fmt: skip
NAMES = ["quantity", "Quantity", "qty", "quanttity", "", "note", "product", "\ud800",
         "__class__", "site ",
         "s\u0456te", "sites", "settings", "periods", "demand", "Demand", "demnad", "$schema",
         "tables", "where",
         "a" * 3000, "0", "unit_cost\u200b", "name"]  # fmt: skip


def _table(rng: random.Random, tables: Tables) -> str | None:
    full = [n for n, rows in tables.items() if isinstance(rows, list) and rows]
    return rng.choice(full) if full else None


def _row(rng: random.Random, tables: Tables) -> dict[str, Any] | None:
    name = _table(rng, tables)
    rows = [r for r in tables[name] if isinstance(r, dict) and r] if name else []
    return rng.choice(rows) if rows else None


def value(rng, tables):
    row = _row(rng, tables)
    if row:
        row[rng.choice(list(row))] = copy.deepcopy(rng.choice(VALUES))


def number(rng, tables):
    """Another figure where one stands."""
    row = _row(rng, tables)
    known = [k for k, v in row.items() if isinstance(v, (int, float))] if row else []
    if known:
        row[rng.choice(known)] = rng.choice([
            rng.uniform(-1, 100), rng.randrange(10**6), 0.1 + 0.2, 1e-9, 1e11, True, "7", None,
            float(rng.randrange(100)), 10**13, Raw("1e5"), Raw("12345678901234567890"),
            Raw("1.0e0"),
        ])  # fmt: skip


def key(rng, tables):
    row = _row(rng, tables)
    if row:
        old = rng.choice(list(row))
        row[rng.choice(NAMES)] = row.pop(old)


def column_added(rng, tables):
    row = _row(rng, tables)
    if row:
        row[rng.choice(NAMES)] = copy.deepcopy(rng.choice(VALUES))


def cell_gone(rng, tables):
    row = _row(rng, tables)
    if row:
        row.pop(rng.choice(list(row)))


def key_twice(rng, tables):
    """A key that is repeated, in a row or among the tables."""
    row = _row(rng, tables)
    if row:
        old = rng.choice(list(row))
        row[Raw(old)] = copy.deepcopy(rng.choice([row[old], *VALUES]))


def row_changed(rng, tables):
    name = _table(rng, tables)
    if name is None:
        return
    rows, at = tables[name], rng.randrange(len(tables[name]))
    kind = rng.randrange(6)
    if kind == 0:
        rows.pop(at)
    elif kind == 1:
        rows.append(copy.deepcopy(rows[at]))
    elif kind == 2:
        rows[at] = copy.deepcopy(rng.choice(VALUES))
    elif kind == 3:
        rows.insert(at, {})
    elif kind == 4:
        rng.shuffle(rows)
    else:
        rows[at] = [rows[at]]


def table_changed(rng, tables):
    if not tables:
        return
    name = rng.choice(list(tables))
    kind = rng.randrange(6)
    if kind == 0:
        tables.pop(name)
    elif kind == 1:
        tables[rng.choice(NAMES)] = tables.pop(name)
    elif kind == 2:
        tables[name] = copy.deepcopy(rng.choice(VALUES))
    elif kind == 3:
        tables[name] = {"rows": tables[name]}
    elif kind == 4 and isinstance(tables[name], list):
        tables[name] = tables[name] * rng.choice([0, 2, 50])
    else:
        tables[Raw(name)] = tables[name]


def ids_look_alike(rng, tables):
    """A letter of a name exchanged for one that looks like it."""
    row = _row(rng, tables)
    words = [k for k, v in row.items() if isinstance(v, str) and v] if row else []
    if words:
        name = rng.choice(words)
        alike = str.maketrans("AEOPCXKMHTBaeopcx", "АЕОРСХКМНТВаеорсх")
        row[name] = row[name].translate(alike) if rng.random() < 0.7 else row[name] + "\u200d"


STRUCTURE = [value, value, value, number, number, key, column_added, cell_gone, key_twice,
             row_changed, row_changed, table_changed, ids_look_alike]  # fmt: skip


def dumped(thing: Any) -> str:
    """JSON text, with what is raw as it is."""
    if type(thing) is Raw:
        return str.__str__(thing)
    if isinstance(thing, dict):
        return (
            "{"
            + ",".join(f"{json.dumps(str.__str__(k))}:{dumped(v)}" for k, v in thing.items())
            + "}"
        )
    if isinstance(thing, list):
        return "[" + ",".join(map(dumped, thing)) + "]"
    if isinstance(thing, int) and not isinstance(thing, bool):
        return str(thing)
    return json.dumps(thing)


def as_bytes(rng: random.Random, text: str) -> bytes:
    """The text as a file, at times in an odd way."""
    if rng.random() < 0.8:
        return text.encode()
    a, b = sorted(rng.randrange(len(text) + 1) for _ in range(2))
    return rng.choice([
        lambda: b"\xef\xbb\xbf" + text.encode(), lambda: text.encode("utf-16"), lambda: b"",
        lambda: text[:a].encode(), lambda: (text[:a] + text[b:]).encode(),
        lambda: b"  \n" + text.encode(),
        lambda: text.encode() + b"\0", lambda: (text + text).encode(),
        lambda: text.encode() + b"//x",
        lambda: b"[" * 100_000 + text.encode(), lambda: f"[{text}]".encode(),
        lambda: f'{{"tables":{text}}}'.encode(), lambda: b"null",
        lambda: b"\xff\xfe" + text.encode(),
        lambda: text.replace(",", ",,", 1).encode(), lambda: text.replace("}", ",}", 1).encode(),
        lambda: (text[:a] + rng.choice('{}[]",:\\0\x01e') + text[a:]).encode(),
        lambda: bytes(c if rng.random() > 0.001 else rng.randrange(256) for c in text.encode()),
    ])()  # fmt: skip
