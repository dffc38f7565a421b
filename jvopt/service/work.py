"""What a solving process does: read a case, solve it, write the plan."""

from __future__ import annotations

import io
import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from jvopt.core.case import Case
from jvopt.core.issues import CaseError, errors
from jvopt.core.language import Language
from jvopt.core.plan import Plan
from jvopt.core.reading import examine_json
from jvopt.core.report import Report
from jvopt.excel import (
    Reading,
    read_workbook,
    write_answer,
    write_plan,
    write_problems,
    write_report,
    write_report_answer,
)
from jvopt.service.digest import digest_of
from jvopt.service.findings import findings_of, report_on
from jvopt.service.last import Last
from jvopt.service.task import Answer, Form, Searching, Step, Task

_READY = 20.0
"""Seconds of the search that makes a case ready for others."""


def read_case(content: bytes, kind: Form, language: Language | None = None) -> Reading:
    """Turn the bytes of a case into a case, or into what is wrong with it.

    Returns
    -------
    Reading
        Its ``case`` is None where there are errors; ``issues`` has errors and warnings.
    """
    if kind == "xlsx":
        return read_workbook(content, language)
    case, issues = examine_json(content)
    # With errors there is a case only where it is well put and plainly has no plan.
    sound, impossible = (None, case) if errors(issues) else (case, None)
    reading = Reading(sound, [], language=language or "en", impossible=impossible)
    return replace(reading, issues=[reading.locate(i) for i in issues])


def as_asked(task: Task, last: Last) -> Reading:
    """Give the case of a task, with its scenario and its changes applied."""
    reading = last.reading(task, read_case)
    case = reading.case
    if case is None:
        return reading
    try:
        return replace(reading, case=applied(case, task.scenario, task.changes))
    except CaseError as error:
        return replace(reading, case=None, issues=[reading.locate(i) for i in error.issues])


def applied(
    case: Case, scenario: str | None = None, changes: Sequence[Mapping[str, Any]] = ()
) -> Case:
    """Give a case in one of its scenarios, then with changes, where these are given.

    Raises
    ------
    CaseError
        The scenario or a change does not fit.
    """
    if scenario is not None:
        case = case.scenario(scenario)
    return case.changed_by(changes) if changes else case


def perform(
    task: Task, tell: Callable[[Step | Searching], None], stop: Callable[[], bool], last: Last
) -> Answer:
    """Do a task.

    Parameters
    ----------
    task
        What to do.
    tell
        Called with each step, and before the search with its time limit.
    stop
        Asked now and then; True ends the search and keeps the best plan.
    last
        The case of the task before this one.
    """
    began = time.monotonic()
    tell(Step("checking", 0.0))
    reading = as_asked(task, last)
    return replace(_answer(task, reading, tell, stop, last, began), language=reading.language)


def _answer(
    task: Task,
    reading: Reading,
    tell: Callable[[Step | Searching], None],
    stop: Callable[[], bool],
    last: Last,
    began: float,
) -> Answer:
    """Do what a task asks for of the case that was read."""
    if task.analysis == "explain" and reading.impossible is not None:
        reading = replace(reading, case=reading.impossible)
    if reading.case is None or not task.solve:
        return _with_problems(task, reading)
    if task.ready:
        return _made_ready(task, reading, reading.case, stop, last)
    if task.analysis:
        return _analysed(task, reading, tell, stop, began)
    if task.plan is not None:
        return _rewritten(task, reading, reading.case, task.plan)
    return _solved(task, reading, reading.case, tell, stop, last, began)


def _made_ready(
    task: Task, reading: Reading, case: Case, stop: Callable[[], bool], last: Last
) -> Answer:
    """Have the last case keep a model of this one."""
    base = last.prepared(task)
    if base is not None:
        base.what_if(case, time_limit=_READY, stop=stop)
    return Answer(reading.issues)


def _rewritten(task: Task, reading: Reading, case: Case, found: bytes) -> Answer:
    """Write a plan that was found before in another form."""
    plan = Plan.from_dict(case, json.loads(found))
    return Answer(reading.issues, _written(plan, task, reading, task.answer), task.answer)


def _solved(
    task: Task,
    reading: Reading,
    case: Case,
    tell: Callable[[Step | Searching], None],
    stop: Callable[[], bool],
    last: Last,
    began: float,
) -> Answer:
    """Find the best plan."""
    limit = _seconds(task, case.setting("time_limit"))
    tell(Searching(limit, reading.language))
    from jvopt.solve import Progress, optimize  # a check needs no Pyomo

    def forward(progress: Progress) -> None:
        seconds = time.monotonic() - began
        tell(Step(progress.phase, seconds, progress.best, progress.bound, progress.gap))

    try:
        base = last.prepared(task) if task.changes else None
        if base is None:
            plan = optimize(case, time_limit=limit, gap=task.gap, progress=forward, stop=stop)
        else:
            found = base.what_if(case, time_limit=limit, gap=task.gap, progress=forward, stop=stop)
            if task.fleeting and stop():
                return Answer(reading.issues)
            plan = found.plan(compare=True, progress=forward, stop=stop)
    except CaseError as error:  # a scenario can spoil what was good
        issues = [reading.locate(i) for i in error.issues]
        return _with_problems(task, replace(reading, issues=issues))
    if task.fleeting and stop():
        return Answer(reading.issues)
    plan = plan.with_messages(reading.issues)
    tell(Step("writing", time.monotonic() - began))
    output = _written(plan, task, reading, task.answer)
    digest = digest_of(plan, reading, time.monotonic() - began)
    return Answer(reading.issues, output, task.answer, digest)


def _analysed(
    task: Task,
    reading: Reading,
    tell: Callable[[Step | Searching], None],
    stop: Callable[[], bool],
    began: float,
) -> Answer:
    """Answer a question beyond the best plan."""
    limit = _seconds(task)
    tell(Searching(limit, reading.language))
    try:
        report = report_on(task, reading, limit, tell, stop)
    except CaseError as error:
        issues = [reading.locate(i) for i in error.issues]
        return _with_problems(task, replace(reading, issues=issues))
    tell(Step("writing", time.monotonic() - began))
    output = _written(report, task, reading, task.answer)
    book = _written(report, task, reading, "xlsx") if task.book else None
    findings = findings_of(report, reading, time.monotonic() - began)
    return Answer(reading.issues, output, task.answer, findings=findings, book=book)


def _seconds(task: Task, own: float = math.inf) -> float:
    """Give the seconds of a search: as asked, else the case's own, and never beyond the longest."""
    limit = own if task.time_limit is None else task.time_limit
    return limit if task.longest is None else min(limit, task.longest)


def _written(
    result: Plan | Report, task: Task, reading: Reading, form: Form | None
) -> bytes | None:
    """Write a plan or a report in one form, into the user's own workbook where one was sent."""
    if form is None:
        return None
    if form == "json":
        spoken = (task.language or "en",) if isinstance(result, Report) else ()
        told = result.to_dict(*spoken)
        return json.dumps(told, ensure_ascii=False, allow_nan=False).encode()
    book = io.BytesIO()
    match task.kind, result:
        case "xlsx", Plan():
            write_answer(task.content, result, reading, book)
        case "xlsx", Report():
            write_report_answer(task.content, result, reading, book)
        case _, Plan():
            write_plan(result, book, reading.language, reading.issues)
        case _, Report():
            write_report(result, book, reading.language, reading.issues)
    return book.getvalue()


def _with_problems(task: Task, reading: Reading) -> Answer:
    """Give the issues, in a copy of the user's workbook where one was sent and is wanted."""
    if not (task.kind == task.answer == "xlsx"):
        return Answer(reading.issues)
    book = io.BytesIO()
    write_problems(task.content, reading.issues, book, reading.language)
    return Answer(reading.issues, book.getvalue(), "xlsx")
