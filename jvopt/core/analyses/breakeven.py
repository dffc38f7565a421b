"""The values of one figure at which the best plan flips."""

from __future__ import annotations

from jvopt.core.analyses.schema import Analysis, Chart, Option
from jvopt.core.declare_results import LINE, SITE, col, number, result

WHAT = ("plant set", "volumes", "no plan")
"""What changes from one best plan to the next."""

BREAKEVEN = Analysis(
    "breakeven",
    "Break-even",
    "At which values of a figure the best plan changes, and to what.",
    (
        Option(
            "change",
            "text",
            "The figure that varies, as in 'tariffs[hs = 870193].ad_valorem': a table, a condition "
            "on its rows, a column.",
            required=True,
        ),
        Option("low", "number", "Lowest value.", required=True),
        Option("high", "number", "Highest value.", required=True),
        Option(
            "action",
            "choice",
            "Whether the cells are set to the value, multiplied by it, or raised by it.",
            "set",
            choices=("set", "multiply", "add"),
        ),
        Option(
            "tolerance",
            "share",
            "How finely values are bracketed where they cannot be found exactly, as a share of "
            "the range.",
            0.01,
            least=1e-6,
            most=1.0,
        ),
    ),
    (
        result(
            "intervals",
            "The plans that are best one after the other as the figure rises.",
            number("interval", "Number of the interval."),
            number("low", "From this value.", title="From"),
            number("high", "To this value.", title="To"),
            number(
                "objective_low", "Objective at its lower end.", "money", title="Objective at start"
            ),
            number(
                "objective_high",
                "Objective at its upper end.",
                "money",
                title="Objective at end",
            ),
            number(
                "slope",
                "What one more unit of the figure adds to the objective.",
                "money",
                title="One more adds",
            ),
            col("what", "What changes at its lower end, as in the breaks.", choices=WHAT),
            col("opens", "Plants, or lines, that open there.", kind="tags", refers=SITE + LINE),
            col("closes", "Plants, or lines, that close there.", kind="tags", refers=SITE + LINE),
            number("sites_open", "Plants that are open in some period.", title="Plants"),
            number("lines_open", "Lines that are open in some period.", title="Lines"),
            col("open", "The plants that are open in some period.", kind="tags", refers=SITE),
        ),
        result(
            "breaks",
            "The values at which the best plan changes.",
            number("low", "The value, or the lower end of its bracket.", title="From"),
            number("high", "The value, or the upper end of the bracket.", title="To"),
            col("exact", "Whether it is exact or bracketed.", choices=("exact", "bracketed")),
            col(
                "what",
                "Whether the set of open plants and lines changes, volumes shift, or plans end.",
                choices=WHAT,
            ),
            col(
                "opens",
                "Plants that open as the figure rises; where none open or close, lines.",
                kind="tags",
                refers=SITE + LINE,
            ),
            col(
                "closes",
                "Plants that close as the figure rises, or lines.",
                kind="tags",
                refers=SITE + LINE,
            ),
        ),
        result(
            "curve",
            "The objective over the range.",
            number("value", "Value of the figure."),
            number("objective", "Objective of the best plan.", "money"),
        ),
    ),
    ("low", "high", "objective_low", "what", "opens", "closes"),
    (Chart("curve", "lines", "The best objective over the range", "value", ("objective",)),),
    spread=True,
)
