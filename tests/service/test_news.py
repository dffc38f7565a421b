"""Of the steps of a run those are told that people wait for, and else one now and then."""

from jvopt.service import news
from jvopt.service.news import News
from jvopt.service.task import Step


def test_new_stages_pass_at_once_and_the_rest_now_and_then(monkeypatch):
    now = 0.0
    monkeypatch.setattr(news.time, "monotonic", lambda: now)
    told = News()
    steps = [
        (0.0, Step("solving", 1.0), True),
        (0.1, Step("solving", 1.1), False),
        (0.2, Step("solving", 1.2, best=10.0, gap=0.5), True),  # a first plan
        (0.3, Step("solving", 1.3, best=9.0, gap=0.4), False),
        (0.4, Step("solving", 1.4, best=9.0, gap=0.0), True),  # it is proven
        (0.5, Step("comparing", 1.5), True),
        (0.9, Step("comparing", 1.9), False),
        (1.0, Step("comparing", 2.0), True),  # half a second later
    ]
    for now, step, passes in steps:  # noqa: B007
        assert told.passes(step) is passes, step
