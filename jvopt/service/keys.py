"""Who may use the service: access keys, what they allow, and the owner that each stands for."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import Engine, RowMapping, insert, select, update

from jvopt.core.issues import issue
from jvopt.service.job import Refused
from jvopt.service.store.engine import writing
from jvopt.service.store.tables import keys

Scope = Literal["read", "run", "admin"]
"""``read``: look at jobs and results; ``run``: also check, solve, cancel, delete; ``admin``: also
the metrics of the service."""

SCOPES: tuple[Scope, ...] = get_args(Scope)
_MARK = "jvopt"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whoever asks; everyone sees their own jobs only.

    Attributes
    ----------
    id, name
        Of the key; of all who use an open service it is ``local``.
    scopes
        What they may do.
    body_mb, time_limit, jobs
        Largest case in MB, longest search in seconds and most unfinished jobs at a time, where the
        key has limits of its own.
    """

    id: str
    name: str
    scopes: frozenset[Scope] = frozenset(SCOPES)
    body_mb: float | None = None
    time_limit: float | None = None
    jobs: int | None = None

    def largest(self, allowed: int) -> int:
        """Give their largest case, in bytes, where the service allows so many."""
        return allowed if self.body_mb is None else min(allowed, int(self.body_mb * 2**20))

    def longest(self, allowed: float, asked: float | None) -> float:
        """Give their longest search, in seconds, where the service allows so many.

        Raises
        ------
        Refused
            422 more is asked for.
        """
        most = min(allowed, self.time_limit or allowed)
        if asked is not None and asked > most:
            beyond = issue("too_large", None, None, "time_limit", f"{asked:g}", most=most)
            raise Refused(422, beyond)
        return most


LOCAL = Owner("local", "this machine")
"""Whoever uses a service that only this machine can reach."""


@dataclass(frozen=True, slots=True)
class Key:
    """An access key, without its secret.

    Attributes
    ----------
    owner
        Whom it stands for.
    created, revoked
        Seconds since 1970; `revoked` is None while it is good.
    """

    owner: Owner
    created: float
    revoked: float | None


class Keys:
    """The access keys of a service.

    A key reads ``jvopt_<id>_<secret>``. Its secret has 256 random bits, so that a plain SHA-256 is
    all that has to be kept: there is nothing to guess it from.

    Parameters
    ----------
    engine
        Of the service's database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = writing(engine)

    def add(
        self,
        name: str,
        scopes: Iterable[Scope] = ("read", "run"),
        *,
        body_mb: float | None = None,
        time_limit: float | None = None,
        jobs: int | None = None,
    ) -> str:
        """Make a key, and give it: it cannot be read again later.

        Parameters
        ----------
        name
            Who uses it.
        scopes
            What it allows; each scope holds those before it in `SCOPES`.
        body_mb, time_limit, jobs
            As for `Owner`.
        """
        id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        most = max(SCOPES.index(scope) for scope in scopes)
        limits = {"body_mb": body_mb, "time_limit": time_limit, "jobs": jobs}
        row = {
            "id": id,
            "name": name,
            "secret": _hashed(secret),
            "scopes": list(SCOPES[: most + 1]),
            "limits": {limit: value for limit, value in limits.items() if value is not None},
            "created": time.time(),
        }
        with self._writing.begin() as connection:
            connection.execute(insert(keys).values(row))
        return f"{_MARK}_{id}_{secret}"

    def list(self) -> list[Key]:
        """Give all keys, the oldest first."""
        with self._engine.begin() as connection:
            found = connection.execute(select(keys).order_by(keys.c.created)).mappings().all()
        return [Key(_owner(row), row["created"], row["revoked"]) for row in found]

    def revoke(self, id: str) -> bool:
        """End a key at once; False where there is no such key that is still good."""
        good = (keys.c.id == id) & keys.c.revoked.is_(None)
        with self._writing.begin() as connection:
            changed = update(keys).where(good).values(revoked=time.time())
            return bool(connection.execute(changed).rowcount)

    def owner(self, key: str) -> Owner | None:
        """Give whom a key stands for; None for one that is not good."""
        mark, _, rest = key.partition("_")
        id, _, secret = rest.partition("_")
        if mark != _MARK or not secret:
            return None
        good = (keys.c.id == id) & keys.c.revoked.is_(None)
        with self._engine.begin() as connection:
            row = connection.execute(select(keys).where(good)).mappings().first()
        if row is None or not hmac.compare_digest(row["secret"], _hashed(secret)):
            return None
        return _owner(row)


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _owner(row: RowMapping) -> Owner:
    limits: dict[str, Any] = row["limits"]
    return Owner(row["id"], row["name"], frozenset(row["scopes"]), **limits)
