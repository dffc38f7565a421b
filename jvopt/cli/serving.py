"""The commands of the HTTP service: `serve` and `keys`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from errno import EADDRINUSE
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.table import Table

from jvopt.cli.commands import app
from jvopt.cli.common import MISTAKE, App
from jvopt.cli.terminal import note, out

if TYPE_CHECKING:
    from jvopt.service.keys import Keys

keys_app = App(no_args_is_help=True, help="Access keys of the HTTP service.")
app.add_typer(keys_app, name="keys")


@app.command()
def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; this machine alone if not given.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port to listen on (8000).")
    ] = None,
) -> None:
    """Start the HTTP service and the planners' page."""
    with _settings_named():
        from jvopt.api.server import NoKeys, run
        from jvopt.api.settings import Settings

        for stray in Settings.strays():
            note(stray.text)
        try:
            run(host, port)
        except NoKeys as error:
            _end(f"The service does not start: {error}")
        except OSError as error:
            hint = " Try another: jvopt serve --port 8001" if error.errno == EADDRINUSE else ""
            why = (error.strerror or str(error)).lower()
            _end(f"The service cannot start: {why}.{hint}")


@keys_app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="Who uses the key.")],
    scope: Annotated[
        str,
        typer.Option(help="What it allows: read, run (and read), or admin (everything)."),
    ] = "run",
    jobs: Annotated[int | None, typer.Option(min=1, help="Most unfinished jobs at a time.")] = None,
    time_limit: Annotated[
        float | None, typer.Option(min=0.001, help="Longest search, in seconds.")
    ] = None,
    body_mb: Annotated[float | None, typer.Option(min=0.001, help="Largest case, in MB.")] = None,
) -> None:
    """Make an access key, and show it once."""
    with _settings_named():
        from jvopt.service.keys import SCOPES

        chosen = [known for known in SCOPES if known == scope]
        if not chosen:
            _end(f"There is no scope {scope}. There are: {', '.join(SCOPES)}.")
        with _keys() as keys:
            key = keys.add(name, chosen, jobs=jobs, time_limit=time_limit, body_mb=body_mb)
    note("Keep it well: it cannot be shown again.")
    out.print(key, highlight=False, soft_wrap=True)


@keys_app.command("list")
def list_keys() -> None:
    """List the access keys, without their secrets."""
    with _settings_named(), _keys() as keys:
        found = keys.list()
    if not found:
        out.print("There are no keys yet. Make one: jvopt keys add NAME")
        return
    table = Table("id", "name", "scopes", "limits", "made", "revoked", box=None)
    for key in found:
        owner = key.owner
        limits = {"jobs": owner.jobs, "s": owner.time_limit, "MB": owner.body_mb}
        shown = [f"{value:g} {unit}" for unit, value in limits.items() if value is not None]
        scopes = ", ".join(sorted(owner.scopes))
        table.add_row(
            owner.id, owner.name, scopes, ", ".join(shown), _day(key.created), _day(key.revoked)
        )
    out.print(table)


@keys_app.command("revoke")
def revoke(key: Annotated[str, typer.Argument(metavar="ID", help="Its id, as listed.")]) -> None:
    """End an access key at once. The jobs that were sent with it stay."""
    with _settings_named(), _keys() as keys:
        if not keys.revoke(key):
            _end(f"There is no key {key} that is still good. See: jvopt keys list")
    out.print(f"The key {key} is no longer good.")


@contextmanager
def _keys() -> Iterator[Keys]:
    """Open the keys in the service's database."""
    from jvopt.api.settings import Settings
    from jvopt.service.keys import Keys
    from jvopt.service.store import open_engine

    engine = open_engine(Settings().database)
    try:
        yield Keys(engine)
    finally:
        engine.dispose()


@contextmanager
def _settings_named() -> Iterator[None]:
    """Say in plain words what keeps the service from being used."""
    try:
        from pydantic import ValidationError
        from sqlalchemy.exc import OperationalError

        from jvopt.service.store import BadDatabase
    except ModuleNotFoundError as error:
        _end(
            f"The HTTP service needs packages that are not installed ({error.name}): "
            "pip install 'jvopt[service]'"
        )
    try:
        yield
    except ModuleNotFoundError as error:
        _end(
            f"This needs a package that is not installed ({error.name}): "
            "pip install 'jvopt[service,cluster]'"
        )
    except BadDatabase as error:
        _end(f"JVOPT_DATABASE does not fit: {error}")
    except OperationalError as error:
        _end(f"The database cannot be used: {str(error.orig).strip()}")
    except ValidationError as error:
        for wrong in error.errors():
            name = f"JVOPT_{wrong['loc'][0]}".upper()
            note(f"{name} is {wrong['input']!r}: {wrong['msg'].lower()}.")
        raise typer.Exit(MISTAKE) from None


def _end(what: str) -> NoReturn:
    note(what)
    raise typer.Exit(MISTAKE) from None


def _day(seconds: float | None) -> str:
    return "" if seconds is None else f"{datetime.fromtimestamp(seconds):%Y-%m-%d}"
