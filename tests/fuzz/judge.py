"""Whether what became of an input is a finding."""

from __future__ import annotations

import io
import re
import time
import traceback
from dataclasses import dataclass
from typing import Literal

from jvopt.core.case import Case
from jvopt.core.issues import Issue, errors
from jvopt.core.reading import examine_json
from jvopt.excel import read_workbook
from jvopt.service.task import Answer, Task
from jvopt.service.work import perform
from tests.fuzz.compare import differences, json_differences
from tests.fuzz.seen import Unclear, see

Kind = Literal["xlsx", "json"]
MOST_SECONDS = 20.0
"""Of processor time: what is normal is well below one."""


@dataclass(frozen=True)
class Finding:
    """Something that must not happen.

    Attributes
    ----------
    what
        The kind of finding.
    mark
        By which two findings are known to be the same.
    details
        For whoever mends it.
    """

    what: str
    mark: str
    details: str


def judge(content: bytes, kind: Kind, *, thoroughly: bool = False) -> Finding | None:
    """Read and check an input as the product does; give what is wrong with what came of it.

    Parameters
    ----------
    content, kind
        The input.
    thoroughly
        Whether to solve it too, or to mark its problems, and to write the answer.
    """
    began = time.process_time()
    try:
        found = _workbook(content) if kind == "xlsx" else _json(content)
        if found is None and thoroughly:
            found = _answered(content, kind)
    except BaseException as error:
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        return _raised(error)
    seconds = time.process_time() - began
    if found is None and seconds > MOST_SECONDS:
        return Finding("slow", "slow", f"{seconds:.1f} s")
    return found


def _raised(error: BaseException) -> Finding:
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "/jvopt/" in f.filename]
    last = frames[-1] if frames else None
    where = f"{last.filename.rpartition('/jvopt/')[2]}:{last.name}" if last else "?"
    return Finding(
        "exception", f"{type(error).__name__} {where}",
        "".join(traceback.format_exception(error))[-3000:],
    )  # fmt: skip


def _workbook(content: bytes) -> Finding | None:
    reading = read_workbook(content)
    bad = _said(reading.issues, reading.case)
    if bad or reading.case is None:
        return bad
    try:
        sheets = see(content)
    except Unclear as why:
        # A file that a spreadsheet would repair: warnings would not do, it must not be read.
        return Finding("unclear", f"unclear: {why}"[:60], str(why))
    return next((_changed(text) for text in differences(reading, sheets)), None)


def _json(content: bytes) -> Finding | None:
    case, issues = examine_json(content)
    usable = None if errors(issues) else case
    bad = _said(issues, usable)
    if bad or usable is None:
        return bad
    return next((_changed(text) for text in json_differences(content, usable, issues)), None)


def _changed(text: str) -> Finding:
    return Finding("changed", re.sub(r"'.*|\d+", "", text)[:60], text)


def _said(issues: list[Issue], case: Case | None) -> Finding | None:
    """Whether there is a plain answer: a case, or errors in words, each at a cell that may be."""
    if case is None and not errors(issues):
        return Finding("silent", "neither a case nor errors", "")
    for found in issues:
        text = f"{found.message} {found.hint}"  # a mutation writes {value} into cells itself
        if not found.message or re.search(r"\{(?!value\})\w+\}", text):
            return Finding("words", f"words of {found.code}", repr(found))
        if found.cell is not None and not re.fullmatch(r"[A-Z]{1,3}[1-9]\d*", found.cell):
            return Finding("place", f"place of {found.code}", repr(found))
        text.encode()
    return None


def _answered(content: bytes, kind: Kind) -> Finding | None:
    """Solve and write as the service does; a workbook that comes back must hold the same case."""
    asked = Task(content, kind, "xlsx", time_limit=5.0, longest=5.0)
    answer: Answer = perform(asked, lambda step: None, lambda: False)
    if answer.output is None:
        return None
    again = read_workbook(io.BytesIO(answer.output))
    if kind == "xlsx" and answer.digest is not None:
        before = read_workbook(content).case
        if again.tables and (again.case is None or before is None or again.case != before):
            shown = "; ".join(map(str, again.issues[:3]))
            return Finding("changed", "the answer holds another case", shown)
    return None
