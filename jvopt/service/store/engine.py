"""The database: SQLite by default, PostgreSQL by URL, brought to the newest layout at the start."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

import structlog
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError

_LOCK = 0x6A766F70
"""Number of the lock under which one service process at a time changes the layout."""

_BUSY_MS = 20_000


log = structlog.get_logger("jvopt")


class BadDatabase(ValueError):
    """The URL names no database that the service can use."""


def open_engine(url: str, patience: float = 0) -> Engine:
    """Connect to a database, and bring its tables to the layout of this version.

    Parameters
    ----------
    url
        As ``sqlite:///path/to/jobs.db`` or ``postgresql+psycopg://user@host/name``.
    patience
        Seconds to wait for a PostgreSQL that cannot be reached yet.

    Raises
    ------
    BadDatabase
        The URL does not fit, or its driver is not installed.
    sqlalchemy.exc.OperationalError
        The database cannot be reached, or lets nobody in under this name and password.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise BadDatabase(f"{parsed.get_backend_name()} is neither sqlite nor postgresql.")
        if parsed.get_backend_name() == "sqlite":
            if parsed.database in (None, "", ":memory:"):
                raise BadDatabase("name a file, as in sqlite:////var/lib/jvopt/jobs.db.")
            Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
        # Connections that the database dropped, as when it restarts, are replaced on use.
        engine = create_engine(parsed, pool_pre_ping=True, pool_size=10, max_overflow=40)
    except (ArgumentError, NoSuchModuleError) as error:
        raise BadDatabase(str(error)) from None
    except ModuleNotFoundError as error:
        raise BadDatabase(
            f"its driver is not installed ({error.name}): pip install 'jvopt[postgres]'"
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        patience = 0  # a file is there or it is not
    until = time.monotonic() + patience
    while True:
        try:
            _migrate(engine)
            return engine
        except OperationalError as error:
            if time.monotonic() >= until or _kept_out(error):
                raise
            log.warning("the database is away", what=str(error.orig).strip())
            time.sleep(0.5)


def _kept_out(error: OperationalError) -> bool:
    """Whether a PostgreSQL is there, and asked for a password that opened nothing.

    One that is still starting says so before it asks.
    """
    attempt = getattr(error.orig, "pgconn", None)
    return attempt is not None and bool(attempt.used_password or attempt.needs_password)


def writing(engine: Engine) -> Engine:
    """Give the engine for transactions that write: on SQLite they take their turn at the start."""
    return engine.execution_options(writes=True)


def _set_up_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    connection.isolation_level = None  # transactions begin where we say
    for pragma in (
        "journal_mode=WAL",  # readers and the writer do not wait for each other
        "synchronous=FULL",  # what was acknowledged survives a power cut
        "foreign_keys=ON",
        f"busy_timeout={_BUSY_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and then writes could not wait for another writer.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrate(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with writing(engine).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
