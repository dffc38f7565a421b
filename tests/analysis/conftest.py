"""What tests of analyses share."""

from __future__ import annotations

import pytest

from jvopt.solve import blocks
from jvopt.solve.benders import Benders


@pytest.fixture
def small_blocks(monkeypatch):
    """Cases of a dozen columns fall into blocks as well; gives the searches that used them."""
    decomposed = []
    plain = Benders.search

    def search(benders, *args, **options):
        found = plain(benders, *args, **options)
        if found is not None:
            decomposed.append(found)
        return found

    monkeypatch.setattr(blocks, "SMALLEST", 2)
    monkeypatch.setattr(Benders, "search", search)
    return decomposed
