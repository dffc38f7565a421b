"""Checks across the tables of a case: everything that is wrong or worth knowing, at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from jvopt.core.case import Case
from jvopt.core.checks import (
    capacity,
    duty,
    money,
    network,
    policy,
    quantities,
    scenarios,
    ties,
    time,
)
from jvopt.core.checks.alike import look_alikes
from jvopt.core.checks.references import cargo_classes, places, presence, references
from jvopt.core.checks.subject import Subject, in_order
from jvopt.core.issues import Issue
from jvopt.core.rates import RATE_PLACES

__all__ = ["check", "in_order"]


Topic = Callable[[Subject], Iterator[Issue]]

# Each stage knows the errors of the stages before it, and says nothing that follows from them.
_STAGES: tuple[tuple[Topic, ...], ...] = (
    (presence,),
    (references, time.periods),
    (
        places,
        cargo_classes,
        look_alikes,
        time.from_dates,
        money.base,
        money.rates,
        money.upside_down,
        money.above_goods,
        quantities.positive,
        quantities.least_and_most,
        quantities.expansion,
        quantities.without_effect,
        quantities.freight,
        quantities.lines_at_sites,
        policy.customs_codes,
        policy.duty_rates,
        policy.limits,
    ),
    (
        policy.selections,
        policy.contradictions,
        network.lanes,
        network.recipes,
        ties.rate_ties,
        ties.claim_ties,
    ),
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

_ABOUT: dict[Topic, tuple[str, ...]] = {
    time.periods: ("periods",),
    time.from_dates: tuple(RATE_PLACES),
    money.rates: ("currencies",),
    money.upside_down: ("currencies",),
    money.above_goods: ("fees", "incentives"),
    quantities.expansion: ("lines", "line_periods", "throughput"),
    quantities.freight: ("lanes",),
    quantities.lines_at_sites: ("lines",),
    policy.duty_rates: ("tariffs",),
    policy.limits: ("limits",),
    policy.selections: ("limits",),
    policy.contradictions: ("limits",),
    network.lines: ("assembly",),
    ties.rate_ties: tuple(RATE_PLACES),
    ties.claim_ties: ("claims",),
    duty.claims: ("claims",),
    duty.incentives: ("incentives",),
    scenarios.scenarios: ("scenarios", "changes"),
}
"""Tables that some topics are about: where all of them are empty there is nothing to say."""


def _in_full(topic: Topic) -> Callable[[Subject], list[Issue]]:
    return lambda subject: list(topic(subject))


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
    if not isinstance(case, Case):
        raise TypeError("check takes a case: jvopt.check(jvopt.read_excel(path))")
    found = list(found)
    if not found and case.known_issues is not None:
        return list(case.known_issues)
    subject = Subject(case, found)
    issues: list[Issue] = []
    for stage in _STAGES:
        new = [
            i
            for topic in stage
            if topic not in _ABOUT or any(len(case[table]) for table in _ABOUT[topic])
            for i in subject.once(topic, _in_full(topic))
            if not subject.explains(i)
        ]
        subject.learn(new)
        issues += new
    issues = in_order(issues)
    case.learnt = subject.learnt()
    if not found:
        case.known_issues = list(issues)
    return issues
