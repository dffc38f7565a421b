"""The search for large networks: prices raise the bound while moves better the plan."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator

import numpy as np

from jvopt.core.gaps import PROVEN, relative_gap
from jvopt.core.plan import Termination
from jvopt.models.sparse import Floats
from jvopt.solve.handover import Matrix
from jvopt.solve.large.branch import Branches
from jvopt.solve.large.covers import Choice, covers
from jvopt.solve.large.flows import Flows
from jvopt.solve.large.moves import Moves
from jvopt.solve.large.program import Program
from jvopt.solve.large.relaxation import Chooser, Relaxation
from jvopt.solve.large.volume import Volume
from jvopt.solve.search import Found, Stop, Watch, search

LEAST_COLUMNS = 50_000
"""Columns from which the search may pay; below, HiGHS alone is quick."""
LEAST_PRESOLVED = 20_000
"""The same once HiGHS has presolved the program."""
LEAST_HELD = 0.5
"""Share of the columns that must hang on a switch, for the relaxation to say much."""
FEW_UNDECIDED = 40
"""Whole columns left open by the proofs from which on branching begins."""
SOME_UNDECIDED = 100
"""The same where a while of moves has found nothing better."""
PAUSE = 10.0
"""Seconds of moves between two looks at what is still undecided."""
BLENDS = (0.0, 0.1, 0.2, 0.35, 0.5, 0.7, 0.85, 1.0)
"""Shares of the full prices, the rest of flow prices alone, at which the covers are tried."""
SHARES = (0.3, 0.7, 1.0)
"""The same for the choices that the moves may start from."""
LEVELS = (0.3, 0.5)
"""How open a switch must be in the mean of the relaxation's points to be open in such a choice; the
lower first, as flows are found soonest where much is open."""
SUGGESTIONS = 10
"""Choices of the relaxation that wait for the moves, the latest first."""
STALL = 100
"""Steps of the prices in which the bound must rise by `STALLED`, relatively; twice as many at
first, as prices from elsewhere take their time."""
STALLED = 1e-5
MOST_STEPS = 2000
"""Steps of the prices at most: where there is no plan, the bound rises for ever."""
CLOSE = 2e-5
"""How close to the best a choice of whole columns must be, relatively."""
CHOICE_SECONDS = 5.0
"""Most seconds for such a choice; its bound holds whenever it ends."""
FIRST_STEPS = 100
"""Steps of the prices after which the moves begin."""


def race(
    matrix: Matrix,
    *,
    gap: float,
    time_limit: float,
    seed: int,
    watch: Watch | None = None,
    stop: Stop | None = None,
) -> Found | None:
    """Search a large program, if that pays.

    Two threads share what they find: one raises the bound, proves what must be open or closed and
    lets HiGHS finish what is left, if little is left; the other looks for plans.

    Parameters
    ----------
    matrix, gap, time_limit, watch, stop
        As for `jvopt.solve.search.search`.
    seed
        Of the moves' random shakes.

    Returns
    -------
    Found or None
        None where the program is small or hangs on few switches: HiGHS alone then does better.
    """
    end = time.monotonic() + time_limit
    if matrix.columns < LEAST_COLUMNS or not matrix.whole.any():
        return None
    program = Program(matrix, time_limit)
    pays = (
        not program.decided
        and len(program) >= LEAST_PRESOLVED
        and bool(np.isfinite(program.most).all())
        and float((program.switches.row >= 0).mean()) >= LEAST_HELD
    )
    if not pays:
        return None
    return _Race(matrix, program, gap, end, seed, stop).run(watch)


class _Race:
    """What the threads share; its bound and best are in the program's own, scaled money."""

    def __init__(
        self, matrix: Matrix, p: Program, gap: float, end: float, seed: int, stop: Stop | None
    ) -> None:
        self._matrix, self._p, self._gap, self._seed = matrix, p, gap, seed
        self._end, self._stop = end, stop
        self._relaxation = Relaxation(p)
        self._covers = covers(p, self._relaxation)
        self._flow_price = self._relaxation.start(paying=False)
        self._price, self._mean = self._flow_price, np.zeros(len(p))
        self._ready = threading.Event()
        self._lock = threading.Lock()
        self._seen: set[bytes] = set()
        self._suggestions: deque[Floats] = deque(maxlen=SUGGESTIONS)
        self._quit = False
        self._verdict: Termination | None = None
        self._fault: BaseException | None = None
        self.best, self.bound = np.inf, -np.inf
        self.x: Floats | None = None

    # What both threads call -----------------------------------------------------------------

    def _go_on(self) -> bool:
        return not (self._quit or time.monotonic() > self._end or self._closed())

    def _choice_seconds(self) -> float:
        return min(CHOICE_SECONDS, max(self._end - time.monotonic(), 0.01))

    def _closed(self) -> bool:
        apart = self.best - self.bound
        return bool(np.isfinite(apart)) and apart <= max(self._gap, PROVEN) * abs(self.best)

    def _found(self, value: float, x: Floats) -> None:
        with self._lock:
            if value < self.best:
                self.best, self.x = value, x

    def _noted(self, choice: Choice) -> Chooser:
        """Let the moves know of what the relaxation chooses: near the best prices it is good."""

        def choose(worth: Floats) -> tuple[float, Floats]:
            bound, y = choice(worth)
            mark = y.tobytes()
            if mark not in self._seen:
                self._seen.add(mark)
                self._suggestions.append(np.where(self._p.whole, y, 0.0))
            return bound, y

        return choose

    def _proved(self, bound: float) -> None:
        with self._lock:
            self.bound = max(self.bound, bound)

    # The main thread ------------------------------------------------------------------------

    def run(self, watch: Watch | None) -> Found:
        threads = [
            threading.Thread(target=self._guarded, args=(job,), name=job.__name__, daemon=True)
            for job in (self._raise_bound, self._find_plans)
        ]
        for thread in threads:
            thread.start()
        said = None
        stopped = False
        while any(thread.is_alive() for thread in threads):
            for thread in threads:
                thread.join(0.05)
            stopped = stopped or bool(self._stop and self._stop())
            self._quit = self._quit or stopped or self._fault is not None
            state = (self.best, self.bound)
            if watch and state != said:
                best, bound = (v / self._p.scale if np.isfinite(v) else None for v in state)
                watch(best, bound)
                said = state
        if self._fault:
            raise self._fault
        return self._result(stopped)

    def _guarded(self, job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as fault:
            self._fault = fault
            self._ready.set()

    def _result(self, stopped: bool) -> Found:
        termination: Termination = "interrupted" if stopped else "time_limit"
        if self._verdict is not None and self.x is None:
            return Found(self._verdict, None, np.nan, np.nan)
        bound = self.bound / self._p.scale
        x = None if self.x is None else self._p.restored(self.x)
        if x is None:
            return Found(termination, None, np.nan, bound if np.isfinite(bound) else np.nan)
        objective = self._matrix.constant + float(self._matrix.cost @ x)
        bound = min(bound, objective)
        apart = relative_gap(objective, bound)
        if apart <= PROVEN:
            termination = "optimal"
        elif apart <= self._gap:
            termination = "gap_limit"
        return Found(termination, x, objective, bound)

    # The thread of the bound ----------------------------------------------------------------

    def _raise_bound(self) -> None:
        r = self._relaxation
        first = r.start(paying=True)
        size = abs(r.at(first).bound)
        choice = Choice(self._p, self._covers, CLOSE * size, self._choice_seconds)
        if np.isinf(choice(np.zeros(len(self._p)))[0]):
            # Not enough can be open for what is wanted: HiGHS has the last word on that.
            self._by_highs()
            return
        volume = Volume(r, first)
        self._climb(volume, FIRST_STEPS)
        self._price, self._mean = volume.price, volume.mean
        self._ready.set()
        self._climb(volume)
        self._price = volume.price
        if not self._go_on():
            return
        best_bound, start = -np.inf, volume.price
        for share in BLENDS:
            if not self._go_on():
                return
            price = share * volume.price + (1.0 - share) * self._flow_price
            bound = r.at(price, choice).bound
            self._proved(bound)
            if bound > best_bound:
                best_bound, start = bound, price
        chosen = Volume(r, start, choose=self._noted(choice))
        self._climb(chosen)
        if self._go_on():
            self._finish(chosen, choice)

    def _climb(self, volume: Volume, steps: int = MOST_STEPS) -> None:
        """Raise the bound until it stalls, or for some steps."""
        done, mark = 0, -np.inf
        while self._go_on() and not volume.tired and done < steps:
            if done % STALL == 0 and done != STALL:
                if volume.best.bound - mark < STALLED * abs(volume.best.bound):
                    return
                mark = volume.best.bound
            known = volume.best.bound + 0.05 * abs(volume.best.bound)
            volume.climb(min(self.best, known), 25, self._go_on)
            self._proved(volume.best.bound)
            done += 25

    def _finish(self, volume: Volume, choice: Choice) -> None:
        """Branch once little is undecided; until then look for plans, which decide more."""
        p, r = self._p, self._relaxation
        pause = np.inf
        known = -np.inf

        def go_on() -> bool:
            return self._go_on() and time.monotonic() < pause and self.best >= known

        flows = Flows(p, r, self._price, go_on)
        start = np.where(p.whole, volume.best.x, 0.0)
        moves = Moves(p, flows, start, self._seed + 1, go_on, self._suggestions)
        few = FEW_UNDECIDED
        while self._go_on():
            moves.weigh(self._found)
            if np.isinf(self.best):
                self._by_highs()
                return
            if self._undecided(volume, choice, few) <= few:
                Branches(
                    r, choice, self._noted(choice), volume.price, self._cutoff, self._proved,
                    self._go_on,
                ).run()  # fmt: skip
                return
            known, pause = self.best, time.monotonic() + PAUSE
            moves.run(self._found)
            few = FEW_UNDECIDED if self.best < known else SOME_UNDECIDED
            known, pause = -np.inf, np.inf

    def _cutoff(self) -> float:
        """Give the cost from which on a plan is no news."""
        return self.best - max(self._gap, PROVEN) * abs(self.best)

    def _undecided(self, volume: Volume, choice: Choice, few: int) -> int:
        """Count the columns of which a better plan might have either value, to more than `few`."""
        p, point = self._p, volume.best
        count = int((p.whole & (p.upper - p.lower > 1)).sum())
        base = point.bound - point.least
        for column in np.flatnonzero(p.whole & (p.lower == 0) & (p.upper == 1)):
            if not self._go_on() or count > few:
                break
            value = float(np.round(point.x[column]))
            count += base + choice.without(point.worth, int(column), value) < self._cutoff()
        return count

    def _by_highs(self) -> None:
        """Let HiGHS look for a plan of its own, where nothing else found one."""
        p = self._p

        def watch(best: float | None, bound: float | None) -> None:
            if bound is not None:
                self._proved(min(bound, self.best))

        found = search(
            p.matrix(p.lower, p.upper),
            gap=self._gap,
            time_limit=self._end - time.monotonic(),
            watch=watch,
            stop=lambda: not self._go_on(),
        )
        if found.x is not None:
            self._found(found.objective, found.x)
        if np.isfinite(found.bound):
            self._proved(found.bound)
        if found.termination in ("infeasible", "unbounded"):
            self._verdict = found.termination
            self._quit = True

    # The thread of the plans ----------------------------------------------------------------

    def _find_plans(self) -> None:
        while not self._ready.wait(0.1):
            if not self._go_on():
                return
        r, p = self._relaxation, self._p
        choice = Choice(p, self._covers, CLOSE * abs(self.bound), self._choice_seconds)
        flows = Flows(p, r, self._price, self._go_on)
        starts = []
        for worth in self._worths():
            if not self._go_on():
                break
            y = np.where(p.whole, choice(worth)[1], 0.0)
            starts.append((flows.solve(y), y))
            if flows.missing <= 1e-9:
                self._found(starts[-1][0], flows.point(y))
        if starts:
            _, y = min(starts, key=lambda s: s[0])
            moves = Moves(p, flows, y, self._seed, self._go_on, self._suggestions)
            moves.run(self._found)

    def _worths(self) -> Iterator[Floats]:
        """Give what whole columns may be worth: by the mean point, and by prices."""
        cost = np.abs(self._p.cost)
        weight = np.maximum(cost, 1e-3 * cost[self._p.whole].max(initial=1.0))
        for level in LEVELS:
            yield weight * (level - self._mean)
        for share in SHARES:
            price = share * self._price + (1.0 - share) * self._flow_price
            yield self._relaxation.at(price).worth
