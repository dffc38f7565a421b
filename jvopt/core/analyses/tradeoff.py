"""What less CO2, more local content, less investment or fewer plants cost."""

from __future__ import annotations

from jvopt.core.analyses.schema import Analysis, Chart, Option
from jvopt.core.declare_results import SITE, col, number, result

TRADEOFF = Analysis(
    "tradeoff",
    "Trade-offs",
    "The efficient frontier of cost against CO2, local content, investment or plants.",
    (
        Option(
            "measure",
            "choice",
            "What cost is traded against: tonnes of CO2; local content, the customs value of what "
            "is delivered under a claim as a share of that of all demand; investment, in full and "
            "undiscounted; or the number of plants open at one time.",
            "co2",
            choices=("co2", "local_content", "investment", "plants"),
        ),
        Option("claim", "text", "The claim of local content; the first one of the case if blank."),
        Option(
            "tolerance",
            "share",
            "How far below or beside the frontier a plan may lie, as a share of its range in cost "
            "and in the measure; 0 finds it exactly.",
            0.01,
            least=0.0,
            most=1.0,
        ),
    ),
    (
        result(
            "frontier",
            "The efficient plans from the cheapest to the best by the measure: isolated ones, and "
            "segments along which one plant set gives every mix of its two ends.",
            number("step", "Number of the point or segment."),
            col("kind", "An isolated point or a segment.", choices=("point", "segment")),
            number("objective_from", "Objective at its cheaper end.", "money"),
            number("objective_to", "Objective at its other end.", "money"),
            number("measure_from", "Measure at its cheaper end."),
            number("measure_to", "Measure at its other end."),
            number(
                "price", "What one unit of the measure costs along the segment.", "money"
            ),
            col(
                "end_from",
                "Whether its cheaper end is itself efficient, or a cheaper plan is as good there.",
                choices=("efficient", "excluded"),
            ),
            col(
                "end_to",
                "Whether its other end is itself efficient, or a better plan costs the same.",
                choices=("efficient", "excluded"),
            ),
            col(
                "proven",
                "Whether nothing better exists, but for the tolerance.",
                choices=("proven", "open"),
            ),
            number("plant_set", "Number of its plant set."),
        ),
        result(
            "plant_sets",
            "The plant sets of the frontier.",
            number("plant_set", "Number of the plant set."),
            col("open", "Plants that are open in some period.", kind="tags", refers=SITE),
            number("lines_open", "Lines that are open in some period.", title="Lines"),
            number("objective_from", "Its lowest objective on the frontier.", "money"),
            number("objective_to", "Its highest objective on the frontier.", "money"),
        ),
        result(
            "curve",
            "Corners of the frontier, for drawing.",
            number("measure", "The measure."),
            number("objective", "The objective.", "money"),
        ),
    ),
    ("step", "kind", "objective_from", "measure_from", "plant_set", "proven"),
    (Chart("curve", "lines", "The efficient frontier", "measure", ("objective",)),),
    spread=True,
)  # fmt: skip
