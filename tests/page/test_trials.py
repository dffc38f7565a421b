"""Trials of settings, comparisons, and what is asked of a job while the screen goes on."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace

import pytest
from nicegui import ui

from jvopt.core.plan import Plan
from jvopt.core.plan_tables import PLAN_TABLES
from jvopt.excel.figures import Figures
from jvopt.page import compare, history, trial
from jvopt.page.compare import exact_order, tag_of
from jvopt.page.desk import Desk
from jvopt.page.frame import Visit
from jvopt.page.scenarios import Line, Scenarios
from jvopt.page.sure import _Answers
from jvopt.page.view import View
from jvopt.service.job import Job
from jvopt.service.keys import LOCAL
from jvopt.service.orders import Order
from tests.api.support import as_json, long_search
from tests.page.support import ended, gone, on_a_screen

DEARER = [{"table": "fees", "column": "amount", "action": "multiply", "value": "2"}]


def test_questions_that_begin_alike_are_told_apart(desk, solved) -> None:
    rows = [f"fees[made_in = RU_{n}].amount * 2" for n in range(20)]
    one, two = ({"change": [*rows, f"fees.amount * {n}"]} for n in (2, 3))
    tags = {tag_of(Order(options=options), "en") for options in (one, two)}
    assert len(tags) == 2
    before = desk.shown(solved.id)
    after = replace(before, order={"changes": DEARER})
    assert exact_order(before, after) is not None
    assert exact_order(before, replace(after, sent="another case")) is None


def test_what_is_asked_of_a_job_outlives_the_rows_of_the_list(jobs, desk, visit, solved) -> None:
    other = ended(jobs, desk.ask(solved.id, Order(name="Other", changes=DEARER))[0])

    async def ask() -> None:
        shown = history._List(visit)
        await shown.lay_out()
        for job in (other, solved):
            shown._choose(job, on=True)
        shown.kind, shown.jobs = "whynot", []
        await shown.look()
        shown._compare()
        row = next(iter(shown.place.default_slot.children))
        with row:
            asked = asyncio.ensure_future(shown._rename(other, other.name))
            await asyncio.sleep(0)
        shown.kind, shown._seen = "", None
        await shown.look()  # clears the row that it was asked from
        dialog = next(e for e in ui.context.client.elements.values() if isinstance(e, ui.dialog))
        dialog.submit("Renamed")
        await asked

    on_a_screen(ask)
    assert jobs.get(LOCAL, other.id).name == "Renamed"


class Slow(Desk):
    """A desk whose first question takes longer than its second."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.service, desk.owner, desk.language)
        self.asked: list[str] = []
        self.second = threading.Event()

    def ask(self, id: str, *orders: Order) -> list[Job]:
        first = not self.asked
        found = super().ask(id, *orders)
        self.asked.append(found[0].id)
        if first:
            self.second.wait(30)
        else:
            self.second.set()
        return found


def trial_of(visit: Visit, desk: Desk, id: str) -> trial.Trial:
    async def kept(job: Job) -> None:
        pass

    made = trial.Trial(View(replace(visit, desk=desk), desk.shown(id)), kept)
    made.lay_out()
    return made


async def settle(tried: trial.Trial) -> None:
    """Look as its timer does, until all is over."""
    tried.timer.active = True
    for _ in range(400):
        await tried._look()
        if not tried.timer.active:
            return
        await asyncio.sleep(0.1)
    pytest.fail("the timer goes on")


def dearer(factor: int) -> list[dict[str, str]]:
    return [{**DEARER[0], "where": "", "value": str(factor)}]


def test_of_two_settings_the_last_is_shown_whichever_is_answered_first(
    jobs, desk, visit, solved
) -> None:
    async def turn() -> None:
        slow = Slow(desk)
        tried = trial_of(visit, slow, solved.id)
        first = asyncio.ensure_future(tried.attempt(dearer(2), "twice"))
        while not slow.asked:
            await asyncio.sleep(0.01)
        await tried.attempt(dearer(3), "three times")
        await first
        await settle(tried)
        assert tried.job.id == slow.asked[1]
        assert gone(jobs, slow.asked[0])
        lines = Scenarios(tried.view)._found()
        assert tried.job.id not in [line.job.id for line in lines if line.job]
        await tried._leave()
        assert gone(jobs, slow.asked[1])

    on_a_screen(turn)


def test_a_scenario_that_came_to_nothing_can_be_solved_again(desk, visit, solved) -> None:
    asked: list[str] = []

    class Asked(Desk):
        def ask(self, id: str, *orders: Order) -> list[Job]:
            asked.extend(order.scenario or "" for order in orders)
            return []

    done = replace(solved, name="Kept")
    failed, stopped = (
        replace(solved, state=state, found=None) for state in ("failed", "cancelled")
    )
    jobs = [None, failed, stopped, replace(solved, state="solving"), done]
    lines = [Line(f"s{n}", "", job, f"s{n}") for n, job in enumerate(jobs)]
    lines += [Line("As it is", "", stopped), Line("Kept", "", failed)]

    async def solve() -> None:
        view = View(replace(visit, desk=Asked(desk.service, LOCAL, "en")), desk.shown(solved.id))
        shown = Scenarios(view)
        await shown.lay_out()
        shown.lines = lines
        shown._draw()
        links = [e.text for e in shown.place.descendants() if isinstance(e, ui.button)]
        assert links.count("Solve") == 3
        await shown._all()

    on_a_screen(solve)
    assert asked == ["s0", "s1", "s2"]


def test_many_plans_hide_no_other_answer(jobs, desk, visit, solved, monkeypatch) -> None:
    for module in ("desk", "scenarios"):
        monkeypatch.setattr(f"jvopt.page.{module}.MOST", 3)
    options = {"change": ["fees.amount * 2"]}
    why = desk.ask(solved.id, Order(analysis="whatif", options=options, tags=["why:1"]))[0]
    sure = desk.ask(solved.id, Order(analysis="alternatives", options={"within": 0.01}))[0]
    plans = [desk.ask(solved.id, Order(changes=DEARER, name=str(n)))[0] for n in range(4)]

    async def look() -> None:
        view = View(visit, desk.shown(solved.id))
        shown = Scenarios(view)
        await shown.lay_out()
        told = " ".join(e.content for e in shown.place.descendants() if isinstance(e, ui.html))
        assert "newest 3 plans" in told
        assert [line.name for line in shown.lines[-3:]] == ["1", "2", "3"]
        assert sure.id in [job.id for job in _Answers(view)._asked()]

    on_a_screen(look)
    assert [job.id for job in desk.children(solved.id, kind="whatif", tag="why:1")] == [why.id]
    for job in (why, sure, *plans):
        ended(jobs, job)


def test_a_tag_of_a_user_makes_no_trial_of_their_plan(jobs, desk, visit, solved) -> None:
    made = ended(jobs, desk.ask(solved.id, Order(tags=("trial",), changes=DEARER))[0])
    root = ended(jobs, jobs.submit(LOCAL, *jobs.content(LOCAL, solved.id), Order(tags=("trial",))))

    async def look() -> None:
        lines = Scenarios(View(visit, desk.shown(solved.id)))._found()
        assert made.id in [line.job.id for line in lines if line.job]
        shown = history._List(visit)
        await shown.lay_out()
        links = [e.props.get("href") for e in shown.place.descendants()]
        assert {f"/jobs/{made.id}", f"/jobs/{root.id}"} <= set(links)

    on_a_screen(look)


def test_a_refused_setting_leaves_the_one_before_it(jobs, desk, visit, solved) -> None:
    async def turn() -> None:
        few = Desk(desk.service, replace(LOCAL, jobs=1), "en")
        tried = trial_of(visit, few, solved.id)
        await tried.attempt(dearer(2), "twice")
        await settle(tried)
        kept = tried.job.id
        blocker = jobs.submit(LOCAL, as_json(long_search()), "json", Order())
        await tried.attempt(dearer(3), "three times")
        jobs.cancel(LOCAL, blocker.id)
        await settle(tried)
        assert tried.job.id == kept
        assert not gone(jobs, kept)

    on_a_screen(turn)


def test_a_trial_that_runs_is_ended_once_its_screen_is_left(jobs, desk, visit) -> None:
    root = jobs.submit(LOCAL, as_json(long_search()), "json", Order(time_limit=2))
    root = ended(jobs, root)

    async def leave() -> None:
        tried = trial_of(visit, desk, root.id)
        row = {"table": "demand", "column": "quantity", "action": "multiply", "value": "1.1"}
        await tried.attempt([{**row, "where": ""}], "more")
        running = tried.job.id
        await tried._leave()
        assert gone(jobs, running)

    on_a_screen(leave)


def test_an_end_without_a_plan_is_told_as_what_it_is(jobs, desk, visit, solved) -> None:
    async def turn() -> None:
        tried = trial_of(visit, desk, solved.id)
        job = desk.job(solved.id)
        assert tried._why(replace(job, termination="infeasible")).startswith("No plan keeps")
        stopped = replace(job, state="cancelled", termination="interrupted")
        assert tried._why(stopped) == "Stopped"
        lost = replace(job, state="failed", failure={"code": "lost", "what": "x"})
        assert tried._why(lost).startswith("It was begun several times")

    on_a_screen(turn)


@pytest.mark.parametrize(("profit", "css"), [(True, "up"), (False, "down")])
def test_more_is_worse_of_cost_and_better_of_profit(desk, visit, solved, profit, css) -> None:
    shown = desk.shown(solved.id)

    def worth(value: float) -> View:
        tables = {name: shown.plan[name] for name in PLAN_TABLES}
        rows = tables["summary"]
        of = rows["item"] == "objective"
        tables["summary"] = rows.assign(value=rows["value"].mask(of, value))
        plan = Plan(shown.plan.case, tables, state="succeeded", termination="optimal", found=True)
        figures = Figures(plan, "en")
        figures.profit = profit
        return View(visit, replace(shown, plan=plan, figures=figures))

    async def draw() -> None:
        with ui.element() as place:
            compare._headlines(visit, worth(110.0), worth(100.0))
        made = " ".join(e.content for e in place.descendants() if isinstance(e, ui.html))
        assert f'<span class="{css}">\u221210</span>' in made

    on_a_screen(draw)


def test_a_plan_that_costs_nothing_can_be_started_from(desk, visit, solved) -> None:
    shown = desk.shown(solved.id)
    nil = lambda rows: rows["value"].mask(rows["item"] == "objective", 0.0)  # noqa: E731
    tables = {name: shown.plan[name] for name in PLAN_TABLES}
    tables["summary"] = tables["summary"].assign(value=nil)
    plan = Plan(shown.plan.case, tables, state="succeeded", termination="optimal", found=True)

    async def draw() -> None:
        free = replace(shown, plan=plan, figures=Figures(plan, "en"))
        tried = trial.Trial(View(visit, free), None)
        tried.lay_out()
        tried._tiles(5.0, 0.0, 1)

    on_a_screen(draw)
