"""Settings of the HTTP service, from the environment."""

from __future__ import annotations

import os

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


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
    grace: float = Field(
        default=60.0,
        gt=0,
        description="Seconds for reading a case, and for comparing and writing a plan once the "
        "time limit is over; after that the solve is killed.",
    )

    @property
    def body_bytes(self) -> int:
        """The largest request body in bytes."""
        return int(self.body_mb * 2**20)
