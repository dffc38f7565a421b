"""The worked questions: every script runs, and its page holds what it prints."""

import pytest

from tools import worked

QUICK = ("demand_down", "plant_shut")
"""Scripts of one or two plans; the others search for the values at which plans flip."""


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=() if n in QUICK else pytest.mark.slow) for n in worked.names()],
)
def test_the_page_holds_what_the_script_prints(name):
    page = (worked.PAGES / f"{name}.md").read_text("utf-8")
    assert worked.run(name, pictures=None) == page
    for line in page.splitlines():
        if line.startswith("!["):
            assert (worked.PAGES / line.partition("](")[2].rstrip(")")).exists()
