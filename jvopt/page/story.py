"""What was told of a run so far: for its figures and its chart, and as a story in words."""

from __future__ import annotations

from dataclasses import dataclass, field

from jvopt.core.gaps import PROVEN
from jvopt.page.speaker import Speaker
from jvopt.page.states import STATES
from jvopt.service.job import JobEvent

_SHOWN = 400
"""Most points of a line; of more every other is left out."""
_SAME = 1e-9
_ENDLESS = 1e300
_KEPT = 40


@dataclass(frozen=True, slots=True)
class Told:
    """Something worth telling.

    Attributes
    ----------
    seconds
        When, of the run.
    what
        A phase, or ``best`` or ``bound``.
    value, change
        The new value, and by how much it is nearer; no change at the first.
    gap
        Of best plan and bound then, where both are known.
    """

    seconds: float
    what: str
    value: float = 0.0
    change: float | None = None
    gap: float | None = None


@dataclass
class Progress:
    """What was told of a run so far.

    Attributes
    ----------
    phase, since
        Where it is, and at which second of the run each phase began.
    best, bound
        Seconds and values.
    story
        What is worth telling, the newest last.
    gap
        The last that was told.
    done, total
        Parts of an analysis.
    limit
        Seconds that the search may take, once they are known.
    last
        Number of the last event.
    """

    phase: str = "queued"
    since: dict[str, float] = field(default_factory=dict)
    best: list[tuple[float, float]] = field(default_factory=list)
    bound: list[tuple[float, float]] = field(default_factory=list)
    story: list[Told] = field(default_factory=list)
    gap: float | None = None
    seconds: float = 0.0
    done: int | None = None
    total: int | None = None
    limit: float | None = None
    last: int = 0

    def hear(self, event: JobEvent) -> None:
        """Take in what was told."""
        self.last = event.number
        data = event.data
        phase = str(data.get("state") or data.get("phase") or self.phase)
        self.seconds = float(data.get("seconds", self.seconds))
        if phase in STATES and phase != self.phase:
            self.phase = phase
        if self.phase not in self.since:
            self.since[self.phase] = self.seconds
            if self.phase in ("solving", "writing"):
                self.story.append(Told(self.seconds, self.phase))
        self.gap = data.get("gap", self.gap)
        self._value("bound", self.bound, data.get("bound"))
        self._value("best", self.best, data.get("best"))
        self.done, self.total = data.get("done", self.done), data.get("total", self.total)
        self.limit = data.get("limit", self.limit)

    def _value(self, what: str, line: list[tuple[float, float]], value: float | None) -> None:
        """Take in the value of a line."""
        if value is None or abs(value) >= _ENDLESS:
            return
        before = line[-1][1] if line else None
        line.append((self.seconds, float(value)))
        if len(line) > _SHOWN:
            del line[1:-1:2]
        if before is not None and abs(value - before) <= _SAME * max(abs(before), 1.0):
            return
        if what == "bound" and self.story and self.story[-1].what == "bound":
            self.story.pop()  # of a bound that rises and rises the last is enough
        change = None if before is None else abs(value - before)
        self.story.append(Told(self.seconds, what, float(value), change, self.gap))
        del self.story[:-_KEPT]


def told(speaker: Speaker, one: Told) -> str:
    """Say one thing of a story."""
    say = speaker.say
    if one.what == "solving":
        return say("The search begins.")
    if one.what == "writing":
        return say("The search is over; the plan is checked and written.")
    value = speaker.money(one.value)
    if one.what == "best":
        if one.change is None:
            return say("First plan: {value}.", value=value)
        return say("Better plan: {value}, by {change}.", value=value,
                   change=speaker.money(one.change))  # fmt: skip
    if one.gap is None:
        return say("No plan can be better than {value}.", value=value)
    if one.gap <= PROVEN:
        return say("Proven: {value} is the best.", value=value)
    gap = speaker.gap(one.gap)
    return say("No plan can be better than {value}: gap {gap}.", value=value, gap=gap)
