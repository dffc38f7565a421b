"""What is worth knowing of a plan, in the language of its workbook."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from jvopt.core.issues import Issue
from jvopt.core.language import Language, word
from jvopt.core.plan import Plan


class Message(NamedTuple):
    """A warning of the checks or a remark of the run."""

    severity: str
    place: str
    text: str


def messages_of(plan: Plan, issues: Iterable[Issue], language: Language) -> list[Message]:
    """Give the messages of a plan.

    Parameters
    ----------
    plan
        The plan; its own remarks are translated.
    issues
        The warnings about its case, with the cells of the workbook, in its language.
    language
        The language.
    """
    warned = [Message(word(language, i.severity), i.place, i.text) for i in issues]
    return [
        *warned,
        *(Message(word(language, "note"), "", word(language, str(t))) for t in plan.notes["text"]),
    ]
