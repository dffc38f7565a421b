"""Whatever is killed, every acknowledged job ends once, and none is lost."""

import pytest

from tests.service.chaos import survive


def test_jobs_survive_a_few_kills(database):
    ends = survive(database, kills=4, clients=2, seed=1)
    assert ends["succeeded"] > 0


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_jobs_survive_two_hundred_kills(database):
    ends = survive(database, kills=200, clients=6, seed=2)
    print(dict(ends))
    assert ends["succeeded"] > 50
