r"""Why one scenario costs more than another: what each change adds, in steps that add up.

Let N be the changes that lead from scenario A to scenario B, and v(S) the best objective when just
those in S are made. Change i then adds its Shapley value, its average over all orders in which
the changes could be made:

.. math:: \phi_i = \sum_{S \subseteq N \setminus \{i\}}
    \frac{|S|!\,(|N| - |S| - 1)!}{|N|!}\,\bigl(v(S \cup \{i\}) - v(S)\bigr),
    \qquad \sum_{i \in N} \phi_i = v(N) - v(\emptyset)

L. S. Shapley, A value for n-person games, Contributions to the Theory of Games II (1953), 307-317.
It takes a solve for every subset; beyond six changes, and where a subset has no plan, the
changes are made in their given order instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from math import factorial

import numpy as np

from jvopt.analysis.outcomes import Outcome, Variant, solved
from jvopt.analysis.study import Study
from jvopt.core.addresses import written
from jvopt.core.analyses.whatif import ORDER
from jvopt.core.case import Case, expect_scenario, rows_of
from jvopt.core.issues import CaseError

ANY_ORDER = 6
"""Most changes that are valued over all their orders."""

State = tuple[int, ...]
"""Rows of the table changes, from 0, in the order in which they are applied."""
Step = tuple[str, float]
"""What changes, and what it adds to the objective."""


class Steps:
    """The scenarios of a case as sets of changes.

    Parameters
    ----------
    case
        With its tables ``scenarios`` and ``changes``.

    Attributes
    ----------
    proven
        Whether all plans between the states were, so that time bent no step.
    """

    def __init__(self, case: Case) -> None:
        self._case = case
        rows = case.filled("changes").sort_values("order")
        self._rows = {
            name: tuple(rows.index[(rows["scenario"] == name).to_numpy()])
            for name in case["scenarios"]["scenario"]
        }
        self._words = [written(row) for row in rows_of(case.filled("changes"))]
        self._cases: dict[State, Case] = {}
        self._known: dict[State, float] = {}
        self.proven = True

    def state(self, scenario: str | None, option: str = "scenario") -> State:
        """Give the changes of a scenario that an option names; none for the case as it is.

        Raises
        ------
        CaseError
            The case has no such scenario.
        """
        if scenario is None:
            return ()
        expect_scenario(self._case, scenario, option)
        return self._rows[scenario]

    def case(self, state: State) -> Case:
        """Give the case in a state; its changes may spoil it (`CaseError`)."""
        if state not in self._cases:
            self._cases[state] = self._case.applied(state)
        return self._cases[state]

    def explain(
        self, study: Study, state: State, outcome: Outcome, before: State, first: Outcome
    ) -> list[Step]:
        """Give the steps that lead from one state to another; none where either has no plan.

        Parameters
        ----------
        study
            Solves what lies between.
        state, outcome
            The state to explain and its best plan.
        before, first
            The state that is compared with, and its best plan.

        Returns
        -------
        list of (str, float)
            In the order of the changes; their sum is the difference of the objectives.
        """
        self._known[state], self._known[before] = outcome.objective, first.objective
        if not (outcome.found and first.found):
            return []
        moves = _Moves(before, state, self._words)
        count = len(moves.words)
        if count <= ANY_ORDER:
            self._solve(study, [moves.made(chosen) for chosen in _subsets(count)])
            value = {chosen: self._value(moves.made(chosen)) for chosen in _subsets(count)}
            if all(np.isfinite(v) for v in value.values()):
                amounts = [_shapley(value, i, count) for i in range(count)]
                return list(zip(moves.words, amounts, strict=True))
        chain = [frozenset(range(made)) for made in range(count + 1)]
        self._solve(study, [moves.made(chosen) for chosen in chain])
        return self._in_order(moves, [self._value(moves.made(chosen)) for chosen in chain])

    def _in_order(self, moves: _Moves, value: list[float]) -> list[Step]:
        """Make the changes one after the other; those that leave no plan go with the next."""
        steps, words, last = [], [], value[0]
        for word, now in zip(moves.words, value[1:], strict=True):
            words.append(word)
            if np.isfinite(now):
                steps.append((", ".join(words), now - last))
                words, last = [], now
        return steps

    def _value(self, state: State) -> float:
        return self._known.get(state, np.nan)

    def _solve(self, study: Study, states: Sequence[State]) -> None:
        new = [s for s in dict.fromkeys(states) if s not in self._known]
        kept = []
        for state in new:
            try:
                kept.append(Variant(self.case(state)))
            except CaseError:  # some changes fit only together
                self._known[state] = np.nan
        new = [s for s in new if s not in self._known]
        for number, outcome in study.each(solved, kept):
            self._known[new[number]] = outcome.objective if outcome.proven else np.nan
            self.proven = self.proven and outcome.proven


class _Moves:
    """What leads from one state to another: changes that are undone, and changes that are made."""

    def __init__(self, before: State, after: State, words: Sequence[str]) -> None:
        self._before, self._after = before, after
        self._undone = _beyond(before, after, words)
        self._made = _beyond(after, before, words)
        self.words = [f"without {words[i]}" for i in self._undone]
        self.words += [words[i] for i in self._made]
        if not self.words and [words[i] for i in before] != [words[i] for i in after]:
            self.words = [ORDER]

    def made(self, chosen: frozenset[int]) -> State:
        """Give the state when some of the moves are made."""
        if not chosen:
            return self._before
        if len(chosen) == len(self.words):
            return self._after
        left = len(self._undone)
        kept = [i for n, i in enumerate(self._undone) if n not in chosen]
        held_back = {i for n, i in enumerate(self._made, left) if n not in chosen}
        return (*kept, *(i for i in self._after if i not in held_back))


def _beyond(rows: State, others: State, words: Sequence[str]) -> list[int]:
    """Give the rows that say what others do not, or say it once more than those."""
    left = Counter(words[i] for i in others)
    found = []
    for i in rows:
        if left[words[i]]:
            left[words[i]] -= 1
        else:
            found.append(i)
    return found


def _subsets(count: int) -> Iterator[frozenset[int]]:
    for size in range(count + 1):
        yield from map(frozenset, combinations(range(count), size))


def _shapley(value: dict[frozenset[int], float], change: int, count: int) -> float:
    total = 0.0
    for chosen in value:
        if change not in chosen:
            weight = factorial(len(chosen)) * factorial(count - len(chosen) - 1) / factorial(count)
            total += weight * (value[chosen | {change}] - value[chosen])
    return total


def in_cents(steps: Sequence[Step], first: float, last: float) -> list[float]:
    """Round amounts to hundredths so that they still lead from one total to the other.

    The largest remainders are rounded up, as seats are shared out by Hamilton's method.

    Parameters
    ----------
    steps
        What is added on the way.
    first, last
        The totals.
    """
    if not steps:
        return []
    cents = np.array([100.0 * amount for _, amount in steps])
    down = np.floor(cents)
    missing = int(round(100 * last) - round(100 * first) - down.sum())
    up = np.argsort(down - cents, kind="stable")
    extra = np.zeros(len(cents))
    for n in range(abs(missing)):
        extra[up[n % len(cents)]] += np.sign(missing)
    return list((down + extra) / 100.0)
