import pytest

from tests.api.support import serving


@pytest.fixture(scope="module")
def client():
    with serving(solves=2, body_mb=1, time_limit=100, grace=60) as found:
        yield found
