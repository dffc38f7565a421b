"""What is asked of a case: an order, as it is sent, kept and done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, cast

from jvopt.core.language import Language
from jvopt.service.task import Form, Task


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of a case.

    Parameters
    ----------
    analysis, options
        Name and keywords of an analysis; empty for the best plan.
    scenario, changes
        One of the case's own scenarios, then rows for the table ``changes`` (their scenario and
        order do not matter), applied before anything else.
    time_limit, gap
        Seconds and share; None takes the case's own setting.
    language
        Language of issues and workbooks; None takes that of the workbook, and for JSON English.
    fleeting
        Whether a plan is dropped where its search is stopped: nobody looks at it any more.
    name, tags
        To find the job again.
    """

    analysis: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    scenario: str | None = None
    changes: Sequence[Mapping[str, Any]] = ()
    time_limit: float | None = None
    gap: float | None = None
    language: Language | None = None
    fleeting: bool = False
    name: str = ""
    tags: Sequence[str] = ()

    @property
    def kind(self) -> str:
        """``plan``, or the analysis."""
        return self.analysis or "plan"

    def kept(self) -> dict[str, Any]:
        """Give what has to be kept to do it later, as plain values; name and tags have columns."""
        nothing: tuple[object, ...] = (None, "", {}, [], ())
        return {
            name: value
            for name, value in asdict(self).items()
            if name not in ("name", "tags") and value is not False and value not in nothing
        }

    def fingerprint(self, digest: str) -> str:
        """Tell this order about a case from any other."""
        told = json.dumps([self.kept(), self.name, list(self.tags), digest], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()


def digest_of_input(content: bytes, kind: Form) -> str:
    """Tell a case from any other."""
    return hashlib.sha256(kind.encode() + b"\0" + content).hexdigest()


def task_of(kept: Mapping[str, Any], content: bytes, kind: str) -> Task:
    """Make the task of an order.

    Parameters
    ----------
    kept
        What `Order.kept` gave, and the ``longest`` that is allowed.
    content, kind
        The case.
    """
    book = bool(kept.get("analysis"))
    return Task(content, cast("Form", kind), "json", **kept, book=book)
