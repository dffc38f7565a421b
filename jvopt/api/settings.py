"""Settings of the HTTP service, from the environment."""

from __future__ import annotations

import ipaddress
import os

from platformdirs import user_data_path
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from jvopt.core.issues import Issue
from jvopt.service.messages import mistake


def only_here(host: str) -> bool:
    """Tell whether an address can be reached from its own machine alone."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


class Settings(BaseSettings):
    """Settings of the service; each is read from an environment variable ``JVOPT_<NAME>``."""

    model_config = SettingsConfigDict(env_prefix="JVOPT_")

    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on.")
    body_mb: float = Field(default=50.0, gt=0, description="Largest request body, in MB (2^20).")
    solves: int = Field(
        default_factory=lambda: os.cpu_count() or 1,
        ge=1,
        description="Most solves at a time; others wait in line.",
    )
    time_limit: float = Field(default=300.0, gt=0, description="Longest search, in seconds.")
    memory_mb: int = Field(
        default=0,
        ge=0,
        description="Most memory of each solving process, in MB (2^20), on Linux; 0 for no limit.",
    )
    database: str = Field(
        default_factory=lambda: f"sqlite:///{user_data_path('jvopt') / 'jobs.db'}",
        description="Where jobs and keys are kept: a file of SQLite, or a PostgreSQL as in "
        "postgresql+psycopg://user:password@host/name, which several services may share.",
    )
    cluster: str = Field(
        default="", description="Scheduler of a Dask cluster that solves, as in tcp://host:8786."
    )
    keep_days: float = Field(
        default=30.0, ge=0, description="Days for which jobs that ended are kept; 0 for ever."
    )
    drain: float = Field(
        default=10.0,
        ge=0,
        description="Seconds that jobs at work have once the service is told to end; then they go "
        "back in line, for when it starts again.",
    )
    page: bool = Field(default=True, description="Whether the planners' page is served, at /.")
    require_keys: bool | None = Field(
        default=None,
        description="Whether access keys are wanted; where not set, on any address that other "
        "machines can reach.",
    )
    grace: float = Field(
        default=60.0,
        gt=0,
        description="Seconds for reading a case, and for comparing and writing a plan once the "
        "time limit is over; after that the solve is killed. To read a case and write its workbook "
        "when that is asked for, there are twice as many.",
    )

    @classmethod
    def strays(cls) -> list[Issue]:
        """Give what is set in the environment as if for the service, but is no setting of it."""
        prefix = cls.model_config["env_prefix"]
        known = [f"{prefix}{name.upper()}" for name in cls.model_fields]
        given = sorted(name for name in os.environ if name.upper().startswith(prefix))
        return [mistake("unknown_setting", n, known) for n in given if n.upper() not in known]

    @property
    def keys_required(self) -> bool:
        """Whether requests must bring an access key."""
        return not only_here(self.host) if self.require_keys is None else self.require_keys

    @property
    def body_bytes(self) -> int:
        """The largest request body in bytes."""
        return int(self.body_mb * 2**20)
