"""What is wrong with a case, where, and how to mend it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from difflib import get_close_matches
from typing import Any, Literal

from jvopt.core.alike import look, look_alike
from jvopt.core.messages import ALIKE, MESSAGES, NEAREST
from jvopt.core.phrases import PLAIN, Name, Voice

Severity = Literal["error", "warning"]


IMPOSSIBLE = {
    "demand_at_closed_site",
    "demand_by_capacity",
    "demand_by_lanes",
    "demand_by_lines",
    "demand_out_of_reach",
    "demand_without_inputs",
    "demand_without_source",
    "least_above_most",
    "least_of_too_few",
    "limits_contradict",
    "open_line_at_closed_site",
}
"""Errors of cases that are well put and plainly have no plan."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong, or worth knowing.

    Parameters
    ----------
    code
        Stable name of the kind of issue, a key of `jvopt.core.messages.MESSAGES`.
    severity
        ``error`` stops the run, ``warning`` does not.
    table, row, column
        Where it is; rows count from 1 within the table, None where the issue is wider.
    value
        What stands there, as text; None where it does not matter.
    message, hint
        What is wrong, and what would be right.
    sheet, cell
        The same place in a workbook, where the case came from one.
    params
        What the further {fields} of message and hint stand for; see `jvopt.core.phrases`.
    """

    code: str
    severity: Severity
    table: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    message: str = ""
    hint: str = ""
    sheet: str | None = None
    cell: str | None = None
    params: dict[str, object] = field(default_factory=dict, repr=False, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """Give the issue as plain JSON values."""
        found = asdict(self)
        del found["params"]
        return found

    def said(self, voice: Voice) -> str:
        """Give the message in a voice, as a part of another."""
        return self.worded(voice).message

    def worded(self, voice: Voice) -> Issue:
        """Give the issue with message and hint in a voice."""
        entry = MESSAGES.get(self.code)
        if entry is None:  # a mistake in what is asked, which is no part of a case
            return self
        table = Name(self.table) if self.table else None
        column = Name(self.table, self.column) if self.table and self.column else self.column
        fields = {"table": table, "column": column, "value": self.value, **self.params}
        hint = voice.say(entry.hint, **fields)
        near = self.params.get("nearest")
        if near:
            same = isinstance(near, str) and self.value is not None and look_alike(self.value, near)
            hint = voice.say(ALIKE, **fields) if same else f"{voice.say(NEAREST, **fields)} {hint}"
        return replace(self, message=voice.say(entry.message, **fields), hint=hint.strip())

    @property
    def place(self) -> str:
        """Where it is, in the words of whoever filled the table in."""
        if self.cell:
            return f"{self.sheet}!{self.cell}"
        if self.sheet:
            return f"{self.sheet}"
        parts = [self.table] if self.table else []
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column:
            parts.append(self.column)
        return ", ".join(parts) or "case"

    @property
    def in_option(self) -> bool:
        """Whether it is in what was asked of a case, and not in the case."""
        return bool(self.column) and not (self.table or self.sheet)

    @property
    def text(self) -> str:
        """Message and hint."""
        return f"{self.message} {self.hint}".strip()

    def __str__(self) -> str:
        return f"{self.severity}: {self.place}: {self.text}"


def issue(
    code: str,
    table: str | None = None,
    row: int | None = None,
    column: str | None = None,
    value: object = None,
    **params: object,
) -> Issue:
    """Make an issue from the catalogue of messages.

    Parameters
    ----------
    code
        Key of `MESSAGES`, which gives severity, message and hint.
    table, row, column, value
        Where, and what stands there.
    **params
        What the message's and the hint's further {fields} stand for: text, numbers, dates, or
        parts of messages (`jvopt.core.phrases`).
    """
    shown = None if value is None else as_shown(value)
    severity = MESSAGES[code].severity
    return Issue(code, severity, table, row, column, shown, params=params).worded(PLAIN)


def as_shown(value: object) -> str:
    """Give a value as text that fits into a message and can be written anywhere."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    plain = not isinstance(value, (bool, dict, list))
    try:
        text = str(value) if plain else json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):  # whole numbers of thousands of digits, deep nesting
        text = "a value too long to show"
    text = text.encode("utf-8", "replace").decode()
    return text if len(text) <= 200 else f"{text[:197]}..."


def nearest(word: str, known: Iterable[str]) -> str:
    """Give the known word that `word` nearly spells, or an empty string."""
    known = list(known)
    if not word.isascii() or not all(map(str.isascii, known)):
        same = [other for other in known if look_alike(word, other)]
        if same:
            return same[0]
    slip = str.maketrans("OL", "01")  # what is most easily taken for each other at the keyboard
    # Small letters of other alphabets look less like Latin ones than capitals do.
    word = look(word.upper()).strip()
    by_look = {look(k.upper()): k for k in known}
    if word in by_look:
        return by_look[word]
    for other, meant in by_look.items():
        if other.translate(slip) == word.translate(slip):
            return meant
    found = get_close_matches(word, list(by_look), n=1, cutoff=0.75)
    return by_look[found[0]] if found else ""


def errors(issues: Iterable[Issue]) -> list[Issue]:
    """Keep what stops the run."""
    return [i for i in issues if i.severity == "error"]


def warnings(issues: Iterable[Issue]) -> list[Issue]:
    """Keep what is only worth knowing."""
    return [i for i in issues if i.severity == "warning"]


def plainly_impossible(bad: Iterable[Issue]) -> bool:
    """Say whether the errors of a case are all that it is well put but plainly has no plan."""
    return all(found.code in IMPOSSIBLE for found in bad)


class CaseError(ValueError):
    """A case that cannot be used, with everything that is wrong with it.

    Attributes
    ----------
    issues : list of Issue
        All errors and warnings, in the order of tables and rows.
    """

    def __init__(self, issues: Sequence[Issue]) -> None:
        self.issues = list(issues)
        bad = errors(self.issues)
        shown = "\n".join(f"  {i}" for i in bad[:20])
        more = f"\n  and {len(bad) - 20} more" if len(bad) > 20 else ""
        noun = "error" if len(bad) == 1 else "errors"
        super().__init__(f"the case has {len(bad)} {noun}:\n{shown}{more}")

    def __reduce__(self) -> tuple[type[CaseError], tuple[list[Issue]]]:
        return CaseError, (self.issues,)
