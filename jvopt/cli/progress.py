"""The line of progress below what the command line shows."""

from __future__ import annotations

import math
import os
import time

from rich.live import Live
from rich.text import Text

from jvopt.cli.terminal import err, money
from jvopt.core.language import Language, marked, word
from jvopt.core.phrases import Voice
from jvopt.service.task import Step

PHASE_WORDS = {
    "checking": "reading and checking the case",
    "building": "building the model",
    "solving": "searching",
    "comparing": "comparing with today's network",
    "analysing": "working on it",
    "writing": "writing the answer",
}
SPARSE = 10.0
"""Seconds between lines of progress where standard error is no terminal."""


class Progress:
    """A line of progress on standard error: rewritten on a terminal, else now and then a new one.

    Attributes
    ----------
    language
        That of the lines to come.

    Examples
    --------
    >>> with Progress() as progress:
    ...     progress(Step("solving", 1.5, best=100.0, bound=99.0, gap=0.01))
    """

    def __init__(self) -> None:
        self.language: Language = "en"
        self._live = Live(console=err, auto_refresh=False, transient=True)
        self._best: float | None = None
        self._shown = ("", -math.inf)

    def __enter__(self) -> Progress:
        if err.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def __call__(self, step: Step) -> None:
        """Show where the run stands."""
        if step.best is None and self._best is not None:
            # The search is over: what it found stays in view while it is compared and written.
            phase = "comparing" if step.phase == "solving" else step.phase
            step = step._replace(phase=phase, best=self._best)
        self._best = step.best
        if err.is_terminal:
            self._live.update(
                Text(progress_line(step, self.language), no_wrap=True, overflow="ellipsis")
            )
            self._live.refresh()
            return
        phase, when = self._shown
        if step.phase != phase or time.monotonic() - when >= SPARSE:
            self._shown = (step.phase, time.monotonic())
            err.print(Text(progress_line(step, self.language)), soft_wrap=True)


def say_at_once(words: str) -> None:
    """Print a line above the progress from a signal handler, which may interrupt any print."""
    clear = "\r\x1b[2K" if err.is_terminal else ""
    os.write(2, f"{clear}{words}\n".encode(err.encoding, "replace"))


def progress_line(step: Step, language: Language = "en") -> str:
    """Give a step in words, as in ``searching, 3.2 s: best 1,000, bound 990, gap 1.00%``."""
    say = Voice(language).say
    parts = []
    if step.done is not None:
        left = (step.total or 0) - step.done  # answers may raise further questions
        parts.append(say("{done} solved, {left} to go", done=step.done, left=left))
    if step.best is not None:
        parts.append(say("best {money}", money=money(step.best, language)))
    if step.bound is not None:
        parts.append(say("bound {money}", money=money(step.bound, language)))
    if step.gap is not None and step.gap < 10:
        parts.append(say("gap {share}", share=marked(language, f"{step.gap:.2%}")))
    found = f": {', '.join(parts)}" if parts else ""
    phase = word(language, PHASE_WORDS.get(step.phase, step.phase))
    seconds = marked(language, f"{step.seconds:.1f}")
    return say("{phase}, {seconds} s", phase=phase, seconds=seconds) + found
