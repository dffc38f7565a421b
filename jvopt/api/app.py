"""The app: settings, routes and problem documents put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

import jvopt
from jvopt.api import analyses, openapi, problems, routes
from jvopt.api.settings import Settings
from jvopt.service.pool import Pool


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the app of the service.

    Parameters
    ----------
    settings
        From the environment where None.
    """
    chosen = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.pool = Pool(chosen.solves, chosen.grace)
        yield
        app.state.pool.close()

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
    app.include_router(routes.router)
    app.include_router(analyses.router)
    problems.install(app)
    openapi.install(app, chosen)
    return app
