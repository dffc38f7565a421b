"""What it would cost to have, or to do without, each plant, line and mode."""

from __future__ import annotations

from jvopt.core.analyses.schema import Analysis, Chart, Option
from jvopt.core.analyses.whatif import KIND
from jvopt.core.declare_results import LINE, SITE, col, number, result
from jvopt.core.plan_tables import ENDS

ELEMENTS = ("plant", "site", "line", "mode")
"""What a plan may have or do without."""
ELEMENT = col("element", "Plant, another site, line or assembly mode.", choices=ELEMENTS)
NAME = col("name", "Which one.", refers=SITE + LINE)
ONLY = Option(
    "only",
    "texts",
    "What to look at: a kind (plant, site, line, mode) or an id; everything where none is given.",
)
_FORCED = col("forced", "Held in the plan or out of it.", choices=("in", "out"))

WHYNOT = Analysis(
    "whynot",
    "Why not?",
    "What it would cost to force each plant, line and assembly mode into the plan, or out of it.",
    (ONLY,),
    (
        result(
            "choices",
            "What forcing each plant, line and mode in or out adds to the best plan's cost, or "
            "takes from its profit.",
            ELEMENT,
            NAME,
            col(
                "in_plan",
                "Whether the best plan has it: in every period in which it could (yes), in some of "
                "them (part), or not (no).",
                choices=("yes", "part", "no"),
            ),
            number("cost_in", "Of having it in every period in which that is possible.", "money"),
            number("cost_out", "Of doing without it throughout.", "money"),
            col("end_in", "How the search with it ended.", choices=ENDS),
            col("end_out", "How the search without it ended.", choices=ENDS),
        ),
        result(
            "costs",
            "That cost by kind.",
            ELEMENT,
            NAME,
            _FORCED,
            KIND,
            number("before", "In the best plan; discounted.", "money"),
            number("after", "Once it is forced; discounted.", "money"),
            number("difference", "After less before.", "money"),
        ),
        result(
            "in_return",
            "What else opens and closes in return.",
            ELEMENT,
            NAME,
            _FORCED,
            col("other", "A site or line that changes.", choices=("site", "line")),
            col("other_name", "Which one.", refers=SITE + LINE, title="Which"),
            col("opens", "The periods in which it opens in return.", kind="tags"),
            col("closes", "The periods in which it closes in return.", kind="tags"),
        ),
    ),
    ("element", "name", "in_plan", "cost_in", "cost_out"),
    (
        Chart(
            "choices",
            "bars",
            "Cost of forcing in and out",
            "name",
            ("cost_in", "cost_out"),
            "element",
            most=12,
        ),
    ),
)
