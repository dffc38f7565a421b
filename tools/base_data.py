"""Draw docs/data.md: what is sourced and what is assumed in the base data, from its tables."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "jvopt" / "examples" / "kz"
LINK = "../jvopt/examples/kz"
Row = dict[str, str]

HEAD = """\
```{include} ../jvopt/examples/kz/README.md
```

## How much is sourced

Drawn from the tables by `tools/generate.py`. A row is *sourced* where its figures stand in a
source; of an assumed row the source, if one is named, is what it was derived from.

| table | rows | sourced | assumed |
|---|---|---|---|
"""
POLICY = """\
## The policy as it was read

Every row of [`policy.csv`]({link}/policy.csv), with how sure it is.

| parameter | value | status | sure | source | note |
|---|---|---|---|---|---|
"""
SOURCES = """\
## Sources

Every row of [`sources.csv`]({link}/sources.csv).

| | title | published | used for |
|---|---|---|---|
"""


def page() -> str:
    """Give the page as Markdown."""
    tables = {path.stem: _rows(path) for path in sorted(FOLDER.glob("*.csv"))}
    lines = [*HEAD.splitlines(), *_counts(tables), ""]
    lines += [*POLICY.format(link=LINK).splitlines(), *_policy(tables["policy"]), ""]
    lines += [*SOURCES.format(link=LINK).splitlines(), *_sources(tables["sources"])]
    return "\n".join(lines) + "\n"


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _counts(tables: dict[str, list[Row]]) -> Iterator[str]:
    for name, rows in tables.items():
        if "status" in rows[0]:
            count = Counter(row["status"] for row in rows)
            assert set(count) <= {"sourced", "assumed"}, name
            linked = f"[`{name}`]({LINK}/{name}.csv)"
            yield f"| {linked} | {len(rows)} | {count['sourced']} | {count['assumed']} |"


def _policy(rows: list[Row]) -> Iterator[str]:
    for row in rows:
        value = f"{row['value']} {row['unit']}".strip()
        named = row["source"].replace(";", ", ")
        told = (value, row["status"], row["confidence"], named, row["note"])
        yield f"| `{row['parameter']}` | {' | '.join(map(_cell, told))} |"


def _sources(rows: list[Row]) -> Iterator[str]:
    for row in rows:
        title = f"[{_cell(row['title'])}](<{row['address']}>)" if row["address"] else row["title"]
        told = (row["source"], title, _cell(row["published"]), _cell(row["used_for"]))
        yield f"| {' | '.join(told)} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
