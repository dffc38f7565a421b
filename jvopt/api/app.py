"""The app: settings, routes and problem documents put together."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from fastapi.concurrency import run_in_threadpool

import jvopt
from jvopt import page
from jvopt.api import analyses, jobs, openapi, problems, routes
from jvopt.api.guard import Guard
from jvopt.api.settings import Settings
from jvopt.api.tasks import once
from jvopt.service.bell import Bell
from jvopt.service.dispatch import Dispatcher
from jvopt.service.executors import Executor
from jvopt.service.executors.local import LocalExecutor
from jvopt.service.jobs import Jobs
from jvopt.service.keys import LOCAL, Keys
from jvopt.service.meters import Meters
from jvopt.service.pool import Pool
from jvopt.service.store import Store

_PATIENCE = 60.0
"""Seconds that the database may be away when the service starts."""

_THREADS = 40
"""Threads of the event loop; by default there are four more than cores."""


def open_store(settings: Settings) -> Store:
    """Open the store of the service; a database that starts beside it is waited for."""
    return Store(settings.database, _PATIENCE)


def create_app(settings: Settings | None = None, store: Store | None = None) -> FastAPI:
    """Make the app of the service.

    Parameters
    ----------
    settings
        From the environment where None.
    store
        Where jobs are kept; opened as the settings say where None.
    """
    chosen = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        # Those of the page; some wait for a process, and must leave others to all else.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_THREADS))
        await run_in_threadpool(_start, app, store)
        app.openapi()  # made once, before requests look into it
        yield
        app.state.closing.set()
        await run_in_threadpool(_end, app)

    app = FastAPI(
        title="jvopt",
        version=jvopt.__version__,
        description="Joint-venture supply chain optimizer: demand, logistics and tariffs in, the "
        "best plan out.",
        lifespan=lifespan,
        # Their pages would load scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
    )
    app.state.settings = chosen
    app.state.meters = Meters()
    app.state.closing = threading.Event()
    for part in (routes, analyses, jobs):
        app.include_router(part.router, dependencies=[Depends(once)])
    app.add_middleware(Guard, meters=app.state.meters, only_here=not chosen.keys_required)
    problems.install(app)
    openapi.install(app, chosen)
    if chosen.page:
        page.install(
            app,
            jobs=lambda: app.state.jobs,
            in_line=lambda what, *args: app.state.pool.run(what, *args),
            sign_in=lambda key: app.state.keys.owner(key),
            open_owner=None if chosen.keys_required else LOCAL,
            largest=chosen.body_bytes,
        )
    return app


def _start(app: FastAPI, store: Store | None) -> None:
    state = app.state
    settings: Settings = state.settings
    state.store = store or open_store(settings)
    state.keys = Keys(state.store.engine)
    state.executor = _executor(settings)
    bell = Bell()
    state.dispatcher = Dispatcher(
        state.store,
        state.executor,
        state.meters,
        bell,
        grace=settings.grace,
        keep=settings.keep_days * 86_400,
    )
    state.pool = Pool(state.executor, settings.grace)
    state.jobs = Jobs(
        state.store,
        state.pool,
        state.meters,
        bell,
        time_limit=settings.time_limit,
        came=state.dispatcher.wake,
        ending=state.dispatcher.look,
    )
    state.dispatcher.start()


def _executor(settings: Settings) -> Executor:
    if settings.cluster:
        from jvopt.service.executors.dask import DaskExecutor

        return DaskExecutor(settings.cluster, settings.memory_mb)
    return LocalExecutor(settings.solves, settings.memory_mb)


def _end(app: FastAPI) -> None:
    state = app.state
    state.pool.stop()
    state.dispatcher.close(state.settings.drain)
    state.executor.close()
    state.pool.close()  # its threads may wait for what the others held
    state.store.close()
