"""Work of many parts, shared with other processes."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from jvopt.analysis import study as module
from jvopt.analysis.study import Study
from tests.analysis.test_worth import TWO_LINES
from tests.models.support import case

PATIENCE = 120.0


def dies_elsewhere(prepared, item, stop):
    """End any other process than the one that asks; there, wait until that is about to happen."""
    asking, sign, number = item
    if os.getpid() != asking:
        Path(sign).touch()
        time.sleep(0.5)  # by now the other one has nothing left to do but wait
        os.kill(os.getpid(), signal.SIGKILL)
    until = time.monotonic() + PATIENCE
    while number == 1 and not Path(sign).exists() and time.monotonic() < until:
        time.sleep(0.05)
    return number


def test_a_process_that_dies_leaves_its_part_to_the_others(monkeypatch, tmp_path):
    monkeypatch.setattr(module, "PAYS", 0.0)
    monkeypatch.setattr(module, "cores", lambda: 2)
    sign = tmp_path / "sign"
    items = [(os.getpid(), str(sign), n) for n in range(3)]
    with Study(case(**TWO_LINES)) as study:
        assert sorted(study.each(dies_elsewhere, items)) == [(n, n) for n in range(3)]
        assert sign.exists()
        # Nor does it matter that it is dead when there is more to do.
        more = [(os.getpid(), str(sign), n) for n in range(3)]
        assert sorted(study.each(dies_elsewhere, more)) == [(n, n) for n in range(3)]
