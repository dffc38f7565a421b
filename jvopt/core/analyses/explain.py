"""Why a case is impossible, and what would make it possible."""

from __future__ import annotations

from jvopt.core.analyses.schema import Analysis, Option
from jvopt.core.plan_tables import PLAN_TABLES

SECONDS = 50.0
"""Most seconds for an explanation where no other time limit is given."""

EXPLAIN = Analysis(
    "explain",
    "Why impossible?",
    "Which cells of an impossible case cannot all hold, and which change would give it a plan.",
    (
        Option(
            "scenario",
            "text",
            "The scenario of the case that has no plan; the case as it is if not given.",
        ),
        Option(
            "change",
            "texts",
            "Changes that leave no plan, after the scenario, as in 'demand.quantity * 2'.",
        ),
    ),
    (PLAN_TABLES["conflicts"],),
    ("part", "text"),
    seconds=SECONDS,
)
