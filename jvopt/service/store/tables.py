"""The tables in which the service keeps jobs, cases, results and access keys.

Times are seconds since 1970, in UTC: every database keeps them alike.
"""

from __future__ import annotations

from typing import Literal

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

JobState = Literal[
    "queued", "checking", "building", "solving", "analysing", "writing",
    "succeeded", "failed", "cancelled",
]  # fmt: skip
"""Where a job stands."""

ENDED = ("succeeded", "failed", "cancelled")
RUNNING = ("checking", "building", "solving", "analysing", "writing")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Cases as they were sent; jobs with the same case share it.
inputs = Table(
    "inputs",
    metadata,
    Column("digest", String(64), primary_key=True, doc="SHA-256 of kind and content."),
    Column("kind", String(8), nullable=False, doc="json or xlsx."),
    Column("content", LargeBinary, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("owner", String(32), nullable=False, doc="The key that it was sent with."),
    Column("parent", String(32), doc="The job whose case it asks more about."),
    Column("name", Text, nullable=False),
    Column("tags", JSON, nullable=False),
    Column("kind", String(32), nullable=False, doc="plan, or the analysis."),
    Column("order", JSON, nullable=False, doc="What is asked, apart from the case."),
    Column("input", ForeignKey(inputs.c.digest), nullable=False),
    Column("state", String(16), nullable=False),
    Column("termination", String(16)),
    Column("found", Boolean, doc="Whether there is a plan, or an answer."),
    Column("objective", Float),
    Column("currency", Text, doc="Of the objective."),
    Column("gap", Float),
    Column("issues", JSON, nullable=False),
    Column("failure", JSON, doc="Code and words of why there is no result."),
    Column("created", Float, nullable=False),
    Column("started", Float),
    Column("finished", Float),
    Column("attempts", Integer, nullable=False, doc="How often it was begun."),
    Column("claim", String(32), doc="Held by whoever runs it; else NULL."),
    Column("lease", Float, doc="Until when the claim holds unless renewed."),
    Column("cancel", Boolean, nullable=False, doc="Whether its end was asked for."),
    Column("idempotency_key", String(255)),
    Column("fingerprint", String(64), nullable=False, doc="SHA-256 of all that was asked."),
    UniqueConstraint("owner", "idempotency_key"),
    Index(None, "state", "owner", "created"),
    Index(None, "owner", "created"),
    Index(None, "parent"),
    Index(None, "input"),
)

results = Table(
    "results",
    metadata,
    Column("job", ForeignKey(jobs.c.id, ondelete="CASCADE"), primary_key=True),
    Column("form", String(8), primary_key=True, doc="json or xlsx."),
    Column("content", LargeBinary, nullable=False, doc="Compressed with zlib."),
)

events = Table(
    "events",
    metadata,
    Column("job", ForeignKey(jobs.c.id, ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, doc="Counts from 1 within the job."),
    Column("at", Float, nullable=False),
    Column("data", JSON, nullable=False),
)

keys = Table(
    "keys",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("secret", String(64), nullable=False, doc="SHA-256 of the secret part."),
    Column("scopes", JSON, nullable=False),
    Column("limits", JSON, nullable=False),
    Column("created", Float, nullable=False),
    Column("revoked", Float),
)
