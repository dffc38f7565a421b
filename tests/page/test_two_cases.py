"""Two plans side by side say first what their cases have not in common."""

from __future__ import annotations

import json

from nicegui import ui

from jvopt.core.plan_tables import COST_KINDS
from jvopt.examples import example
from jvopt.page.compare import cost_kinds, side_by_side
from jvopt.service.keys import LOCAL
from jvopt.service.orders import Order
from tests.page.support import ended, on_a_screen


def beside(jobs, desk, visit, solved, case) -> str:
    """Give what is said of the small plan beside that of another case."""
    content = json.dumps(case.to_dict()).encode()
    other = ended(jobs, jobs.submit(LOCAL, content, "json", Order(name="Other")))
    said = []

    async def draw() -> None:
        with ui.element() as place:
            side_by_side(visit, desk.shown(solved.id), desk.shown(other.id))
        said.extend(e.content for e in place.descendants() if isinstance(e, ui.html))

    on_a_screen(draw)
    return " ".join(said)


def test_what_was_edited_is_said_cell_by_cell(jobs, desk, visit, solved) -> None:
    row = example("tiny").to_dict()["demand"][0]
    case = example("tiny").change("demand", "quantity", 9, where=f"site = {row['site']}")
    said = beside(jobs, desk, visit, solved, case)
    assert "What differs in the cases" in said
    assert f'<td class="">{row["site"]} / {row["product"]}' in said
    assert f'<td class="n">{row["quantity"]}</td><td class="n">9</td>' in said
    assert "different networks" not in said


def test_what_a_plan_depends_on_comes_before_what_is_merely_shown(
    jobs, desk, visit, solved
) -> None:
    case = example("tiny").change("sites", "owner", "Nobody").change("products", "note", "seen")
    case = case.change("demand", "quantity", 9, where="product != none")
    said = beside(jobs, desk, visit, solved, case)
    assert 0 < said.index(">9</td>") < said.index("seen")
    assert said.rindex(">9</td>") < said.index("Nobody")


def test_plans_of_different_networks_are_told_apart(jobs, desk, visit, solved) -> None:
    tiny = example("tiny").to_dict()
    text = json.dumps(tiny)
    for site in tiny["sites"]:
        text = text.replace(f'"{site["site"]}"', f'"{site["site"]} 2"')
    tables = json.loads(text)
    case = example("tiny").replace(**tables).with_settings(base_currency="USD")
    said = beside(jobs, desk, visit, solved, case)
    assert "These are plans of different networks, which have no site in common." in said
    assert "\u2013 not in this case" in said
    assert "closed" not in said
    assert "What differs in the cases" not in said


def test_kinds_of_cost_stand_in_one_order_whatever_the_cases(jobs, desk, solved) -> None:
    case = example("transport").to_dict()
    content = json.dumps(case).encode()
    other = ended(jobs, jobs.submit(LOCAL, content, "json", Order()))
    both = cost_kinds(desk.shown(other.id), desk.shown(solved.id))
    assert list(both.index) == [kind for kind in COST_KINDS if kind in both.index]
