"""What tests of analyses share."""

from __future__ import annotations

import pytest

from jvopt.solve import blocks


@pytest.fixture
def small_blocks(monkeypatch):
    """Cases of a dozen columns fall into blocks as well, so that they are decomposed."""
    monkeypatch.setattr(blocks, "SMALLEST", 2)
