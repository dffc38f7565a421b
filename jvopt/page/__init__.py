"""The planners' page: a case in, its plan to look at, in the browser and in their language."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi import FastAPI

    from jvopt.service.jobs import Jobs
    from jvopt.service.keys import Owner


def install(
    app: FastAPI,
    *,
    jobs: Callable[[], Jobs],
    in_line: Callable[..., Awaitable[Any]],
    sign_in: Callable[[str], Owner | None],
    open_owner: Owner | None,
    largest: int = 50 * 2**20,
) -> None:
    """Put the page beside the routes of the app, at ``/``.

    Parameters
    ----------
    app
        The app, with all of its routes.
    jobs
        Gives the jobs of the service, once it has started.
    in_line
        Has a function done that waits for a solving process, while the page goes on.
    sign_in
        Gives whom an access key stands for, None where it is not known.
    open_owner
        Whom everybody counts as where the service asks for no key.
    largest
        Most bytes of a case that is sent.
    """
    from jvopt.page.desk import Service
    from jvopt.page.mount import mount  # NiceGUI takes seconds to load

    mount(app, Service(jobs, in_line, sign_in, open_owner, largest))
