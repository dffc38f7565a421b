"""From raw tables or JSON to a checked case, with all problems at once."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from jvopt.core.case import Case
from jvopt.core.checks import check, in_order
from jvopt.core.checks.subject import Subject
from jvopt.core.issues import CaseError, Issue, errors, issue, plainly_impossible
from jvopt.core.parse import RawTable, parse_tables

JSON_LIMIT = 256 * 2**20
"""Most bytes of JSON that are read."""

Source = str | os.PathLike[str] | bytes


def examine(raw: Mapping[str, RawTable], found: Iterable[Issue] = ()) -> tuple[Case, list[Issue]]:
    """Parse and check raw tables.

    Parameters
    ----------
    raw
        For each table its rows: a DataFrame, or dicts by column name.
    found
        What a reader already reported about cells that it left blank in `raw`. It is not given
        again, and what merely follows from it is left out.

    Returns
    -------
    case : Case
        Usable only where there are no errors: bad cells are blank in it.
    issues : list of Issue
        Everything that is wrong or worth knowing, in the order of tables and rows.
    """
    known = list(found)
    tables, parsed = parse_tables(raw)
    case = Case.from_parsed(tables)
    reader = Subject(case, known)
    issues = [i for i in parsed if not reader.explains(i)]
    checked = check(case, [*known, *issues])
    named = [
        _as_missing(i) if i.code == "empty_table" and i.table not in raw else i for i in checked
    ]
    return case, in_order([*issues, *named])


def _as_missing(empty: Issue) -> Issue:
    """Say of a table that is not there at all that it is missing, not empty."""
    return issue("missing_table", empty.table, what=empty.params["what"], perhaps="")


def read_json(source: Source) -> Case:
    """Read a case from JSON.

    Parameters
    ----------
    source
        A path, or the JSON itself as bytes. An object whose keys are names of tables, each a list
        of rows, each an object of columns. A key ``$schema`` is allowed.

    Returns
    -------
    Case
        The case; its warnings are given by `jvopt.check`.

    Raises
    ------
    CaseError
        With everything that is wrong.
    """
    case, issues = examine_json(source)
    if case is None or errors(issues):
        raise CaseError(issues)
    return case


def examine_json(source: Source) -> tuple[Case | None, list[Issue]]:
    """Read a case from JSON with all its issues; see `read_json`.

    Returns
    -------
    case : Case or None
        None where there are errors other than that it plainly has no plan.
    issues : list of Issue
        Errors and warnings.
    """
    try:
        raw = _load(source)
    except CaseError as problem:
        return None, problem.issues
    case, issues = examine(raw)
    return (case if plainly_impossible(errors(issues)) else None), issues


class _Object(dict[str, Any]):
    """A JSON object that remembers which of its keys were repeated."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.repeated: list[str] = []
        if len(self) < len(pairs):
            times = Counter(key for key, _ in pairs)
            self.repeated = [key for key in self if times[key] > 1]


def _load(source: Source) -> dict[str, Any]:
    """Read JSON down to raw tables; NaN and Infinity stay, for the cell they stand in to refuse."""
    text = _text(source if isinstance(source, bytes) else _bytes(Path(source)))
    try:
        top = json.loads(text, object_pairs_hook=_Object)
    except json.JSONDecodeError as bad:
        raise CaseError([issue("bad_json", line=bad.lineno, at=bad.colno)]) from None
    except RecursionError:
        raise CaseError([issue("json_too_deep")]) from None
    except ValueError:  # a whole number of more digits than Python reads
        raise CaseError([issue("json_long_number")]) from None
    if not isinstance(top, _Object):
        raise CaseError([issue("json_not_tables")])
    if isinstance(top.get("tables"), dict):
        answer = "termination" in top or "analysis" in top
        raise CaseError([issue("json_is_answer" if answer else "json_nested_tables")])
    repeated = list(_repeated(top))
    if repeated:
        raise CaseError(in_order(repeated))
    return {name: rows for name, rows in top.items() if name != "$schema"}


def _repeated(top: _Object) -> Iterator[Issue]:
    for name in top.repeated:
        yield issue("json_repeated_key", name, value=name)
    for name, rows in top.items():
        for number, row in enumerate(rows if isinstance(rows, list) else [], 1):
            for key in row.repeated if isinstance(row, _Object) else []:
                yield issue("json_repeated_key", name, number, key, key)


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > JSON_LIMIT:
            raise CaseError([issue("file_too_large", most=f"{JSON_LIMIT >> 20} MB")])
        return path.read_bytes()
    except FileNotFoundError:
        raise CaseError([issue("file_missing", value=path)]) from None
    except (OSError, ValueError) as problem:  # ValueError: a null character in the name
        why = getattr(problem, "strerror", None) or problem
        raise CaseError([issue("file_unreadable", value=path, why=why)]) from None


def _text(content: bytes) -> str:
    if not content.strip():
        raise CaseError([issue("json_empty")])
    if content.startswith(b"PK\x03\x04"):
        raise CaseError([issue("json_is_workbook")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        raise CaseError([issue("json_not_utf8", at=bad.start + 1)]) from None
