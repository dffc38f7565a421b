"""Scenarios beside each other, and why one costs more than another."""

from __future__ import annotations

from jvopt.core.analyses.schema import Analysis, Chart, Option
from jvopt.core.declare_results import LINE, PERIOD, SITE, col, number, product, result, site
from jvopt.core.plan_tables import COST_KINDS, ENDS

AS_IT_IS = "the case as it is"
"""Stands for the name of a scenario where there is none."""
ORDER = "the order of the changes"
"""Stands for a change where the same ones are made, one after the other in another order."""
SCENARIO = col("scenario", "The scenario.", choices=(AS_IT_IS,))
KIND = col("kind", "Kind of cost; revenue counts against it.", choices=(*COST_KINDS, "revenue"))
ELEMENTS = ("site", "line")
"""What may be open or closed."""

WHATIF = Analysis(
    "whatif",
    "What if?",
    "What each scenario costs, what it changes in the plan, and why.",
    (
        Option(
            "scenario", "texts", "One of the case's scenarios; all that are on where none is given."
        ),
        Option(
            "change",
            "texts",
            "Changes that make one more scenario, as in "
            "'fees[made_in = RU_BY].amount * 2' or 'sites[site = P-KOK].decision = closed'.",
        ),
        Option("against", "text", "The scenario to compare with; the case as it is if not given."),
    ),
    (
        result(
            "comparison",
            "Each scenario beside the one that it is compared with, which comes first.",
            SCENARIO,
            col("description", "What it stands for."),
            col("termination", "How the search for its plan ended.", choices=ENDS),
            number("objective", "Discounted cost, or profit, of its best plan.", "money"),
            number("difference", "Against the scenario that is compared with.", "money"),
            number("share", "Difference as a share.", "share", title="Difference, share"),
            number("gap", "Proven relative distance from the best.", "share"),
            number("sites_open", "Sites with lines that are open in some period.", title="Plants"),
            number("lines_open", "Lines that are open in some period.", title="Lines"),
            number("made", "Units made over the horizon.", "units"),
            number("short", "Demand not met over the horizon.", "units"),
            col("audit", "Verdict of the audit of its plan.", choices=("passed", "failed")),
        ),
        result(
            "why",
            "Steps that lead from one total to the other and add up exactly.",
            SCENARIO,
            number("step", "Number of the step; the first and the last are totals."),
            col("what", "What changes.", choices=(AS_IT_IS, ORDER)),
            number("amount", "What it adds to the objective; of a total the whole.", "money"),
        ),
        result(
            "costs",
            "Cost by kind.",
            SCENARIO,
            KIND,
            number("before", "In the plan that is compared with; discounted.", "money"),
            number("after", "In the scenario's plan; discounted.", "money"),
            number("difference", "After less before.", "money"),
        ),
        result(
            "openings",
            "What opens and what closes against the plan that is compared with.",
            SCENARIO,
            col("element", "Site or line.", choices=ELEMENTS),
            col("name", "Which one.", refers=SITE + LINE),
            PERIOD,
            col("before", "Open or closed in the plan compared with.", choices=("open", "closed")),
            col("after", "Open or closed in the scenario's plan.", choices=("open", "closed")),
        ),
        result(
            "production",
            "What is made in which mode where that has changed.",
            SCENARIO,
            product("The product."),
            col("assembly_mode", "The assembly mode."),
            number("before", "Units made in the plan compared with.", "units"),
            number("after", "Units made in the scenario's plan.", "units"),
            number("difference", "After less before.", "units"),
        ),
        result(
            "flows",
            "Flows that have moved.",
            SCENARIO,
            site("origin", "Where from."),
            site("destination", "Where to."),
            col("mode", "Transport mode."),
            product("The product."),
            number("before", "Units shipped in the plan compared with.", "units"),
            number("after", "Units shipped in the scenario's plan.", "units"),
            number("difference", "After less before.", "units"),
        ),
    ),
    ("scenario", "objective", "difference", "share", "sites_open"),
    (
        Chart("comparison", "bars", "Difference by scenario", "scenario", ("difference",)),
        Chart("why", "waterfall", "Why it costs more or less", "what", ("amount",), "scenario"),
    ),
)
