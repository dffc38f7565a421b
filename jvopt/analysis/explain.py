"""Why a case is impossible: the cells in conflict, and the least change that gives it a plan."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from jvopt.analysis.options import asked_in, options_checked
from jvopt.analysis.study import Advance
from jvopt.core.addresses import read_change
from jvopt.core.analyses.explain import SECONDS
from jvopt.core.case import Case
from jvopt.core.checks import check
from jvopt.core.issues import CaseError, errors, plainly_impossible
from jvopt.core.phrases import Phrase
from jvopt.core.report import Report
from jvopt.solve.explain import UNFINISHED, find_reasons
from jvopt.solve.search import Stop


class Explanation(Report):
    """Why a case is impossible.

    Attributes
    ----------
    mended : Case or None
        The case with the change that gives it a plan, which has been tried; None where none was
        found, or none is needed.
    possible
        Whether the case has a plan; then there is nothing to explain.
    """

    mended: Case | None = None
    possible: bool = False

    @property
    def answered(self) -> bool:
        """Whether there is an answer: an explanation, or that there can be none."""
        return self.possible or self.complete or super().answered


@options_checked
def explain(
    case: Case,
    *,
    scenario: str | None = None,
    change: Sequence[str] = (),
    time_limit: float | None = None,
    progress: Callable[[Advance], None] | None = None,
    stop: Stop | None = None,
) -> Explanation:
    """Say why a case is impossible, and what would make it possible.

    Parameters
    ----------
    case
        The case; whether it is impossible is found out.
    scenario
        One of its scenarios, which is explained in its place.
    change
        Changes that are made after the scenario: see `jvopt.core.addresses`.
    time_limit
        Seconds for all of it; 50 where None.
    progress
        Called as parts get done.
    stop
        Asked now and then; True ends it, with what has been found so far.

    Returns
    -------
    Explanation
        Table ``conflicts``.

    Raises
    ------
    CaseError
        The case has mistakes other than that it is impossible, a scenario is unknown or spoils
        it, or a change cannot be read.

    Examples
    --------
    >>> import jvopt
    >>> case = jvopt.example("tiny").change("demand", "penalty", None)
    >>> why = jvopt.explain(case.change("lines", "decision", "closed"))
    >>> why.possible
    False
    >>> jvopt.optimize(why.mended).found
    True
    """
    began = time.monotonic()
    case = _as_asked(case, scenario, change)
    issues = check(case)
    if not plainly_impossible(errors(issues)):
        raise CaseError(issues)
    parts = 2  # the change, and the conflict

    def told(done: int) -> None:
        if progress is not None:
            progress(Advance(done, parts, time.monotonic() - began))

    told(0)
    seconds = SECONDS if time_limit is None else time_limit
    reasons = find_reasons(case, time_limit=seconds, stop=stop, told=told)
    told(parts)
    findings = [Phrase(text) for text in reasons.remarks]
    complete = not set(reasons.remarks) & UNFINISHED
    if not complete and time_limit is None and not (stop is not None and stop()):
        words = (
            "It ended after {seconds} seconds, as it does where no time limit is given: "
            "a longer one lets it go on."
        )
        findings.append(Phrase(words, seconds=seconds))
    if reasons.possible:
        findings.append(Phrase("The case has a plan: there is nothing to explain."))
    count = reasons.conflicts["part"].value_counts()
    if count.get("conflict"):
        words = (
            "Cells that contradict each other: {count}. Easing any one of them removes this "
            "contradiction; there may be others beside it."
        )
        findings.append(Phrase(words, count=int(count["conflict"])))
    if count.get("change"):
        words = "Cells of the smallest change found that gives a plan (tried): {count}."
        findings.append(Phrase(words, count=int(count["change"])))
    found = Explanation(
        case, "explain", {"conflicts": reasons.conflicts}, findings, complete=complete
    )
    found.mended, found.possible = reasons.mended, reasons.possible
    return found


def _as_asked(case: Case, scenario: str | None, change: Sequence[str]) -> Case:
    """Give the case in a scenario, and then with changes."""
    asked = case if scenario is None else case.scenario(scenario)
    with asked_in("change", beyond=0):
        return asked.changed_by([read_change(text) for text in change]) if change else asked
