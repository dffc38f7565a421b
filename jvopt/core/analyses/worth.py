"""What one more and one less of demand, capacity or budget is worth."""

from __future__ import annotations

from jvopt.core.analyses.schema import Analysis, Chart, Option
from jvopt.core.declare_results import col, number, result

KINDS = ("demand", "supply", "line", "throughput", "lane", "limit", "other")
"""What a figure is about."""
ENDS = ("solved", "infeasible", "not possible", "unknown")
"""What became of one more or one less."""

WORTH = Analysis(
    "worth",
    "Prices both ways",
    "What one more and one less unit of demand, capacity or budget costs, worked out anew.",
    (
        Option(
            "figure",
            "texts",
            "A figure to move, as in 'lines[line = A].capacity'; where none is given, what is "
            "scarce and the demand that costs most.",
        ),
        Option("step", "text", "By how much it moves: units, or a share as in 5%.", "1"),
        Option("most", "integer", "Most figures that are chosen.", 12, least=1),
    ),
    (
        result(
            "worth",
            "What each figure is worth, those worth most first.",
            col("kind", "What the figure is about.", choices=KINDS),
            col("figure", "The figure."),
            number("now", "Its value."),
            number("step", "By how much it was moved."),
            number("more", "What one more adds to the objective, for each unit.", "money"),
            number("less", "What one less adds to the objective, for each unit.", "money"),
            number(
                "dual",
                "Price of one more with the set of open plants held fixed; discounted.",
                "money",
                title="Plants held fixed",
            ),
            col("more_ended", "What became of one more.", choices=ENDS),
            col("less_ended", "What became of one less.", choices=ENDS),
            col("plants_more", "Whether one more changes the plant set.", choices=("yes", "no")),
            col("plants_less", "Whether one less changes the plant set.", choices=("yes", "no")),
        ),
    ),
    ("figure", "now", "step", "more", "less", "dual"),
    (Chart("worth", "bars", "One more, one less, and the dual price", "figure",
           ("more", "less", "dual"), most=15),),
)  # fmt: skip
