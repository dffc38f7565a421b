"""Names come from files: whatever they hold is shown as it was typed, and does nothing."""

from __future__ import annotations

import json

import httpx
import pytest
from nicegui import Client
from nicegui.page import page

from jvopt.examples import example
from jvopt.page.costs import difference
from jvopt.page.goods import margin
from jvopt.page.parts import choose, panel, segments, table
from jvopt.page.speaker import Speaker
from tests.api.support import submit
from tests.page.support import tab

SCRIPT = "<img src=x onerror=window.hurt=1>"
STRANGE = ["a\nb", "C:\\users\\new", "ends with \\", 'a "b" & c', "x :foo=location=name \\", SCRIPT]


@pytest.fixture
def screen():
    with Client(page("/of-a-test")) as client:
        yield client
    client.delete()


def test_a_table_shows_names_as_typed_and_only_our_own_markup_as_such(screen) -> None:
    speaker = Speaker("en")
    rows = [[SCRIPT, difference(speaker, 5.0), margin(speaker, 0.1)]]
    made = table(["a", "b", "c"], rows, numeric=[False] * 3, act=print).content
    assert "&lt;img src=x" in made
    assert "<img" not in made
    assert '<span class="up">+5</span>' in made
    assert '<span class="jv-meter"' in made


@pytest.mark.parametrize("name", STRANGE)
def test_whatever_a_name_holds_it_names_parts_of_the_page(screen, name) -> None:
    made = [
        choose(name, {1: "a"}, 1, print),
        segments({1: "a"}, 1, print, name),
        panel(name),
    ]
    for part in made:
        assert part.props["aria-label"] == name
        assert not any(key.startswith((":", "foo", "location")) for key in part.props)


def test_strange_names_are_shown_on_every_screen_and_no_script_runs(chromium, address) -> None:
    case = example("tiny").to_dict()
    for site, name in zip(case["sites"], STRANGE[1:], strict=True):
        site["name"] = name
    case["products"][0]["name"] = SCRIPT
    with httpx.Client(base_url=address, timeout=60) as client:
        id = submit(client, json.dumps(case).encode(), path="/v1/jobs", name="a\nb")
    with tab(chromium, address) as shown:
        shown.goto(f"{address}/jobs/{id}")
        shown.wait_for_selector(".jv-tiles")
        assert shown.locator(f"td:has-text('{SCRIPT}')").count() >= 1
        shown.locator(".jv-plant").first.click()
        shown.locator(".jv-drawer .ag-row").first.wait_for()
        shown.goto(f"{address}/jobs/{id}/whatif")
        shown.locator(".jv-seg").first.wait_for()
        shown.goto(f"{address}/jobs")
        named = "[...document.querySelectorAll('[aria-label]')].map(e => e.ariaLabel)"
        shown.wait_for_function(f"{named}.includes('Rename: a\\nb')")
        assert shown.evaluate("window.hurt") is None
