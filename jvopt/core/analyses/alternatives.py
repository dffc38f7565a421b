"""What every good plan has, what some have, what none has; and how different good plans can be."""

from __future__ import annotations

from jvopt.core.analyses.schema import Analysis, Chart, Option
from jvopt.core.analyses.whynot import ELEMENT, NAME
from jvopt.core.declare_results import SITE, col, number, result
from jvopt.core.plan_tables import ENDS

VERDICTS = ("must", "may", "never", "unknown")
"""Whether plans within the tolerance have an element."""
WHAT = ("best", "different", "least change")
"""What a plan near the best was looked for."""
_PLAN = number("plan", "Number of the plan; 1 is the best.")

ALTERNATIVES = Analysis(
    "alternatives",
    "Must, may, never",
    "Which plants, lines and assembly modes are in every plan that costs little more than the "
    "best, in some of them, in none; and how different such plans can be.",
    (
        Option(
            "within",
            "share",
            "How much worse than the best a plan may be, as a share of it.",
            0.01,
            least=0.0,
            most=1.0,
        ),
        Option(
            "plans",
            "integer",
            "How many plans to give that differ as much as can be.",
            3,
            least=0,
            most=20,
        ),
    ),
    (
        result(
            "verdicts",
            "What is in every plan within the tolerance, in some, in none.",
            ELEMENT,
            NAME,
            col(
                "verdict",
                "Whether it is in every plan (must), in some (may), in none (never).",
                choices=VERDICTS,
            ),
            col(
                "in_plan",
                "Whether the best plan has it: in every period in which it could (yes), in some of "
                "them (part), or not (no).",
                choices=("yes", "part", "no"),
            ),
            number(
                "flips_at",
                "By how much the cheapest plan is worse that does without it, where the best plan "
                "has it, or has it in some period, where the best does not.",
                "money",
            ),
            number(
                "flips_at_share",
                "The same as a share: the tolerance at which it is a may.",
                "share",
                title="Flips at, share",
            ),
            col("termination", "How the search for that plan ended.", choices=ENDS),
        ),
        result(
            "plans",
            "The best plan, those that differ most from it and from each other, and the one that "
            "changes least against today.",
            _PLAN,
            col("what", "What it was looked for.", choices=WHAT),
            number("objective", "Its discounted cost, or profit.", "money"),
            number("difference", "What it is worse than the best.", "money"),
            number("share", "The same as a share.", "share", title="Difference, share"),
            number(
                "distance",
                "Plants, other sites and lines that it has and the closest of the plans before "
                "it has not, or the other way round.",
            ),
            number("most_distance", "The most that this could be, as far as is proven."),
            number("changes", "Openings and closings over the horizon, from today's network on."),
            col("termination", "How the search for it ended.", choices=ENDS),
            col("open", "Plants that are open in some period.", kind="tags", refers=SITE),
        ),
        result(
            "open",
            "What is open in those plans.",
            _PLAN,
            ELEMENT,
            NAME,
            col("periods", "The periods in which it is open.", kind="tags"),
        ),
    ),
    ("element", "name", "verdict", "in_plan", "flips_at_share"),
    (
        Chart(
            "verdicts",
            "bars",
            "Tolerance at which it flips",
            "name",
            ("flips_at_share",),
            "element",
        ),
        Chart("plans", "bars", "Plants and lines that differ", "plan", ("distance", "changes")),
    ),
)
