"""Checks across the tables of a case: everything that is wrong or worth knowing, at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from jvopt.core.case import Case
from jvopt.core.checks import capacity, duty, network, policy, quantities, scenarios, ties, time
from jvopt.core.checks.references import places, presence, references
from jvopt.core.checks.subject import Subject, in_order
from jvopt.core.issues import Issue

__all__ = ["check", "in_order"]

Topic = Callable[[Subject], Iterator[Issue]]

# Each stage knows the errors of the stages before it, and says nothing that follows from them.
_STAGES: tuple[tuple[Topic, ...], ...] = (
    (presence,),
    (references, time.periods),
    (
        places,
        time.from_dates,
        time.currencies,
        quantities.positive,
        quantities.least_and_most,
        quantities.expansion,
        quantities.without_effect,
        quantities.lines_at_sites,
        policy.customs_codes,
        policy.limits,
    ),
    (policy.selections, network.lanes, network.recipes, ties.rate_ties, ties.claim_ties),
    (duty.claims,),
    (
        network.demand,
        network.lines,
        capacity.demand_and_capacity,
        duty.values_and_tariffs,
        duty.incentives,
        scenarios.scenarios,
    ),
)


def check(case: Case, found: Iterable[Issue] = ()) -> list[Issue]:
    """Find everything that is wrong with a case across its tables.

    Parameters
    ----------
    case
        The case.
    found
        What parsing already reported about it; not given again, and nor is what merely follows.

    Returns
    -------
    list of Issue
        Errors and warnings, in the order of tables and rows.
    """
    subject = Subject(case, found)
    issues: list[Issue] = []
    for stage in _STAGES:
        new = [i for topic in stage for i in topic(subject) if not subject.explains(i)]
        subject.learn(new)
        issues += new
    return in_order(issues)
