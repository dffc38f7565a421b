"""What is asked of a solving process and what comes back; light, so that asking needs no pandas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from jvopt.core.issues import Issue
from jvopt.core.language import Language

Form = Literal["json", "xlsx"]
"""The two forms of a case and of a plan."""

MEDIA_TYPES: dict[Form, str] = {
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Task:
    """One case to check, to solve or to ask more about.

    Parameters
    ----------
    content, kind
        The case as it was sent.
    answer
        The form of the answer; None for a check that wants no annotated workbook.
    solve
        Whether to solve the case; otherwise it is only checked.
    analysis, options
        Name and keywords of the analysis to make; empty for the best plan alone.
    scenario
        One of the case's own scenarios, to be applied first.
    time_limit, gap
        Seconds and share; None takes the case's own setting.
    longest
        Seconds that cap the case's own time limit, and an analysis; None for no cap.
    language
        Language of issues and workbooks; None takes that of the workbook, and for JSON English.
    changes
        Rows for the table ``changes``, without their scenario, applied after `scenario`.
    plan
        A plan of the case as JSON that was found before: it is written in the form of `answer`.
    book
        Whether the report of an analysis is wanted as a workbook too.
    fleeting
        Whether a plan is dropped where its search is stopped; otherwise the best one is kept.
    ready
        Whether the case is only to be made ready, so that what-ifs about it are answered quickly.
    """

    content: bytes
    kind: Form
    answer: Form | None = None
    solve: bool = True
    scenario: str | None = None
    time_limit: float | None = None
    gap: float | None = None
    longest: float | None = None
    language: Language | None = None
    analysis: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    changes: Sequence[Mapping[str, Any]] = ()
    plan: bytes | None = None
    book: bool = False
    fleeting: bool = False
    ready: bool = False


class Step(NamedTuple):
    """Where a run stands.

    Best, bound and gap of a search are None while there is none; an analysis tells how many parts
    of how many are done. The limit, in seconds, is told once the search may begin.
    """

    phase: str
    seconds: float
    best: float | None = None
    bound: float | None = None
    gap: float | None = None
    done: int | None = None
    total: int | None = None
    limit: float | None = None


class Searching(NamedTuple):
    """The case was read, in some language, and will be solved within so many seconds."""

    time_limit: float
    language: Language


@dataclass(frozen=True, slots=True)
class Network:
    """Today's network, or no plant at all: its objective, or why it has none.

    Attributes
    ----------
    heading
        Its name in words.
    objective
        NaN where it has no plan.
    termination
        How the search for its plan ended.
    """

    heading: str
    objective: float
    termination: str


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A line that runs in some period.

    Attributes
    ----------
    name, plant, modes, when
        Its name without that of its plant, where it stands, what it assembles in, and the periods
        in which it is open; empty for all of them.
    made, utilisation
        Units over the horizon, and the share of its capacity used; NaN where that is unlimited.
    """

    name: str
    plant: str
    modes: str
    when: str
    made: float
    utilisation: float


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cell of an impossible case.

    Attributes
    ----------
    part
        ``conflict`` where it cannot hold beside others, ``change`` where its change helps.
    text
        Where it is, what it says and what it would have to say.
    """

    part: str
    text: str


@dataclass(frozen=True, slots=True)
class Digest:
    """What a reader wants to know of a plan first.

    Attributes
    ----------
    case_name, currency, profit
        What was asked; `profit` tells whether the most profit was sought, not the least cost.
    termination, found, status, basis
        How the search ended, whether there is a plan, and in words how it ended and over which
        time and in which money its figures are.
    objective, bound, gap, seconds
        NaN where there is none.
    networks
        What the plan is compared with.
    costs
        For each kind of cost that is not nil its heading and its discounted sum by heading of the
        network.
    lines
        The lines that run, and of how many.
    trade, audit
        In words; empty where there is nothing to say.
    conflicts, remarks
        For a case without a plan: why, and what else there is to say of that.
    """

    case_name: str
    currency: str
    profit: bool
    termination: str
    found: bool
    status: str
    basis: str
    objective: float
    bound: float
    gap: float
    seconds: float
    networks: list[Network]
    costs: list[tuple[str, dict[str, float]]]
    lines: list[OpenLine]
    plants_open: int
    plants: int
    lines_in_all: int
    trade: str
    audit: str
    conflicts: list[Conflict]
    remarks: list[str]


@dataclass(frozen=True, slots=True)
class Findings:
    """What a reader wants to know of an analysis first.

    Attributes
    ----------
    case_name, title, sentences
        What was asked, and the answer in words.
    complete, empty
        Whether it was finished, and whether nothing was found.
    seconds
        How long it took.
    headings, numeric, rows, more
        Its main table: headings, which columns are numbers, cells, and how many rows are left out.
    spread
        Whether the rows are spread over the table, rather than its first.
    """

    case_name: str
    title: str
    sentences: list[str]
    complete: bool
    empty: bool
    seconds: float
    headings: list[str]
    numeric: list[bool]
    rows: list[list[str]]
    more: int
    spread: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a task.

    Attributes
    ----------
    issues
        Errors (then nothing was solved) and warnings.
    output, kind
        The plan, or the user's workbook with the issues marked in it, and its form.
    digest, findings
        Of the plan, or of the report; None where nothing was solved.
    book
        The report as a workbook, where that was wanted too.
    language
        What all of it is said in.
    """

    issues: list[Issue]
    output: bytes | None = None
    kind: Form | None = None
    digest: Digest | None = None
    findings: Findings | None = None
    book: bytes | None = None
    language: Language = "en"


class Failure(Exception):
    """There is no answer to a task.

    Attributes
    ----------
    code
        Stable name of the kind of failure.
    what, trace
        What happened in a sentence, and for whoever mends it the details.
    """

    code = "failure"

    def __init__(self, what: str, trace: str = "") -> None:
        super().__init__(what, trace)
        self.what = what
        self.trace = trace

    def __str__(self) -> str:
        return self.what


class Fault(Failure):
    """A fault of jvopt itself."""

    code = "fault"


class Ended(Failure):
    """The process ended before it answered, as when memory runs out."""

    code = "solver_ended"


class OutOfMemory(Failure):
    """It needed more memory than it may take."""

    code = "out_of_memory"

    @classmethod
    def beyond(cls, memory_mb: int, trace: str) -> OutOfMemory:
        """Say that a limit in MB, or where it is 0 the machine's memory, was not enough."""
        limit = f"It needed more than the {memory_mb:,} MB of memory that a solve may take."
        return cls(limit if memory_mb else "Memory ran out.", trace)


class NoAnswer(Failure):
    """The process did not answer in time and was killed."""

    code = "no_answer"


class Killed(Failure):
    """Whoever started the run ended it."""

    code = "killed"
