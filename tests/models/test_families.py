"""Families that others imply: they tighten the bound and change no optimum.

That every other family decides some case solved by hand is for `test_guards`.
"""

from __future__ import annotations

import numpy as np
import pytest

from jvopt.models import build
from jvopt.solve.handover import stack
from tests.models.test_guards import IMPLIED, hand_tests, optimum, proved_by, without


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_links_only_tighten(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = dict.fromkeys(IMPLIED, 0)
    for test, _ in hand_tests():
        for case in proved_by(test, monkeypatch):
            built = build(case)
            matrix = stack(built.model)
            for family in IMPLIED:
                if len(built.rows[family]):
                    seen[family] += 1
                    freed = optimum(without(family, built, matrix))
                    assert np.isclose(freed, optimum(matrix), rtol=1e-6, atol=1e-6), test.__name__
    assert all(seen.values())
