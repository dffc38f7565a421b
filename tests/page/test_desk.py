"""What the page asks of the service: whose it is, what was asked before, and what is kept of it."""

from __future__ import annotations

import json
import re
import threading
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest
from nicegui import ui

from jvopt.core.language import LANGUAGES
from jvopt.core.messages import MESSAGES
from jvopt.examples import example, path
from jvopt.page import mending
from jvopt.page.aside import refusals_told
from jvopt.page.desk import Desk, Kept
from jvopt.page.drafts import Place
from jvopt.page.frame import Visit, missing
from jvopt.page.speaker import Speaker
from jvopt.service.job import Refused
from jvopt.service.keys import LOCAL, Owner
from jvopt.service.messages import mistake
from jvopt.service.orders import Order
from jvopt.service.task import Fault, Killed
from tests.page.support import ended, on_a_screen

DEARER = [{"table": "fees", "column": "amount", "action": "multiply", "value": "2"}]


def test_a_mended_case_is_asked_what_was_asked_of_it_before(jobs, desk, visit) -> None:
    case = example("tiny").to_dict()
    case["demand"][0]["quantity"] = "about 100"
    order = Order(
        name="Bad", tags=("mine",), changes=DEARER, time_limit=7, gap=0.02, language="ru"
    )  # fmt: skip
    bad = ended(jobs, jobs.submit(LOCAL, json.dumps(case).encode(), "json", order))
    assert desk.order(bad.id) == replace(order, changes=DEARER)
    draft = desk.draft(bad.id)
    draft.edits[Place("demand", 1, "quantity")] = "100"

    async def mend() -> None:
        bench = mending._Bench(visit, bad, draft, desk.order(bad.id))
        bench.lay_out()
        assert await bench.check()
        await bench.hand_in()

    on_a_screen(mend)
    made = next(job for job in jobs.list(LOCAL) if job.name == "Bad" and job.id != bad.id)
    assert desk.order(made.id) == desk.order(bad.id)
    assert desk.draft(bad.id).edits == {}  # what was typed is handed in


def test_a_check_knows_the_changes_of_an_order(desk) -> None:
    content = path("tiny").read_bytes()
    good, bad = Order(changes=DEARER), Order(changes=[{**DEARER[0], "column": "nonsense"}])
    assert [i for i in desk.check(content, "xlsx", good) if i.severity == "error"] == []
    assert [i for i in desk.check(content, "xlsx", bad) if i.severity == "error"]


def test_a_key_that_may_only_look_makes_nothing_work(desk) -> None:
    looks = Desk(desk.service, replace(LOCAL, scopes=frozenset(["read"])), "en")
    with pytest.raises(Refused) as refused:
        looks.check(b"{}", "json", Order())
    assert refused.value.status == 403


def test_a_case_may_be_as_large_as_its_key_allows(desk) -> None:
    small = Desk(desk.service, replace(LOCAL, body_mb=0.001), "en")
    small.measure(1000)
    for act in (small.submit, small.check):
        with pytest.raises(Refused) as refused:
            act(b"x" * 2000, "json", Order())
        assert refused.value.status == 413


def test_a_key_that_was_revoked_opens_no_desk_any_more(desk, monkeypatch, solved) -> None:
    good: list[Owner] = [LOCAL]
    service = replace(desk.service, open_owner=None, sign_in=lambda key: good[0] if good else None)
    mine = Desk(service, LOCAL, "en", "a key")
    good[:] = [replace(LOCAL, scopes=frozenset(["read"]))]
    later(monkeypatch, 6)
    assert mine.job(solved.id) == solved
    with pytest.raises(Refused, match="does not allow"):
        mine.rename(solved.id, "Another")
    good.clear()
    later(monkeypatch, 12)
    for act in (mine.job, mine.shown, mine.reading, mine.draft, mine.delete, mine.report):
        with pytest.raises(Refused) as refused, refusals_told(Speaker("en")):
            act(solved.id)
        assert refused.value.status == 401


@pytest.mark.parametrize("owner", [None, LOCAL])
def test_who_has_signed_in_can_sign_out_of_every_screen(desk, owner) -> None:
    service = replace(desk.service, open_owner=owner)

    async def look() -> None:
        missing(Visit(Speaker("en"), Desk(service, LOCAL, "en"), "/jobs/none"))
        elements = ui.context.client.elements.values()
        assert ("/sign-out" in [e.props.get("href") for e in elements]) == (owner is None)

    on_a_screen(look)


def later(monkeypatch, seconds: float) -> None:
    now = time.monotonic()
    monkeypatch.setattr("jvopt.page.desk.time", SimpleNamespace(monotonic=lambda: now + seconds))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_is_told_in_the_words_of_the_page(desk, monkeypatch, language) -> None:
    told: list[str] = []
    monkeypatch.setattr(ui, "notify", lambda words, **_: told.append(words))
    speaker = Speaker(language)
    looks = Desk(desk.service, replace(LOCAL, scopes=frozenset(["read"])), "en")
    small = Desk(desk.service, replace(LOCAL, body_mb=0.5), "en")
    few = Refused(429, mistake("too_many_jobs", 4, hint="3"))
    acts = [
        lambda: desk.rename("0" * 32, "x"), lambda: looks.cancel("x"), lambda: small.measure(10**6),
        lambda: raised(few), lambda: raised(Fault("KeyError: 'x'")), lambda: raised(Killed("Over")),
    ]  # fmt: skip
    for act in acts:
        with refusals_told(speaker):
            act()
    assert len(told) == len(acts)
    for words in told:
        assert (language == "en") != bool(re.search("[а-яә]", words))
        assert not re.search("/v1|000|scope|KeyError", words)
    assert told[2].endswith(speaker.say(MESSAGES["file_too_large"].hint))
    assert "4" in told[3]


def raised(error: Exception) -> None:
    raise error


def test_a_new_name_is_shown_and_what_is_deleted_is_forgotten(jobs, desk, solved) -> None:
    job = ended(jobs, jobs.submit(LOCAL, path("tiny").read_bytes(), "xlsx", Order(name="Old")))
    assert desk.shown(job.id).job.name == "Old"
    desk.rename(job.id, "New")
    assert desk.shown(job.id).job.name == "New"
    assert desk.reading(job.id) is desk.reading(solved.id)  # the same case is read once
    desk.draft(job.id)
    desk.delete(job.id)
    kept = [*desk.service.plans._things, *desk.service.edits._things]
    assert not [key for key in kept if job.id in key]


def test_of_a_case_that_is_mended_only_what_was_typed_is_kept(desk, solved) -> None:
    place = Place("demand", 1, "D")
    first = desk.draft(solved.id)
    first.edits[place] = "5"
    for n in range(300):  # others that are mended meanwhile
        desk.service.edits.get((LOCAL.id, str(n)), dict)
    assert desk.draft(solved.id).edits == {place: "5"}
    assert [thing.value for thing in desk.service.edits._things.values() if thing.value] == [
        {place: "5"}
    ]
    assert first.content() == path("tiny").read_bytes()


def test_two_who_want_the_same_at_once_get_one_thing() -> None:
    kept, made, found = Kept(5), [], []
    wait = threading.Event()

    def make() -> object:
        made.append(1)
        wait.wait(1)
        return object()

    both = [threading.Thread(target=lambda: found.append(kept.get(("a",), make))) for _ in range(2)]
    for one in both:
        one.start()
    wait.set()
    for one in both:
        one.join()
    assert len(made) == 1
    assert found[0] is found[1]


def test_a_mended_workbook_is_offered_once_something_was_typed(jobs, desk, visit) -> None:
    case = example("tiny").to_dict()
    case["demand"][0]["quantity"] = "about 100"
    bad = ended(jobs, jobs.submit(LOCAL, json.dumps(case).encode(), "json", Order(name="Typed")))

    async def mend() -> None:
        bench = mending._Bench(visit, bad, desk.draft(bad.id), desk.order(bad.id))
        bench.lay_out()
        assert not bench.mended.enabled
        bench._typed()
        assert bench.mended.enabled

    on_a_screen(mend)
