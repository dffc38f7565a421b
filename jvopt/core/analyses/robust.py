"""One plant set for several futures."""

from __future__ import annotations

from jvopt.core.analyses.schema import Analysis, Chart, Option
from jvopt.core.analyses.whatif import AS_IT_IS
from jvopt.core.declare_results import LINE, SITE, col, number, result

FUTURE = col("future", "The future: a scenario, or the case as it is.", choices=(AS_IT_IS,))
CHOICES = ("robust", "least expected", "mean case", "best for one")
"""Plant sets that are compared."""
CHOICE = col(
    "choice",
    "The plant set: the robust one, the one of least expected cost, the one that is best if all "
    "figures were at their mean, or the one that is best for one future.",
    choices=CHOICES,
)
BEST_FOR = col("best_for", "The future that it is best for.", choices=(AS_IT_IS,))

ROBUST = Analysis(
    "robust",
    "Robust choice",
    "The one plant set to choose for several futures at once, and what knowing more would be "
    "worth.",
    (
        Option(
            "scenario", "texts", "One of the case's scenarios; all that are on where none is given."
        ),
        Option(
            "measure",
            "choice",
            "What is made least: expected cost, the worst regret, or CVaR, the expected cost of "
            "the worst futures.",
            "expected",
            choices=("expected", "regret", "cvar"),
        ),
        Option(
            "alpha",
            "share",
            "CVaR looks at the worst futures, which together have a probability of 1 - alpha.",
            0.8,
            least=0.0,
            most=0.999,
        ),
        Option(
            "base",
            "choice",
            "Whether the case as it is is one of the futures.",
            "with",
            choices=("with", "without"),
        ),
    ),
    (
        result(
            "futures",
            "The futures, each with the best that could be done if it were certain.",
            FUTURE,
            number("probability", "Its probability.", "share"),
            number("best", "Objective of the plan that is best for it alone.", "money"),
            number("objective", "Objective with the robust plant set.", "money"),
            number("regret", "What the robust plant set costs it beyond its best.", "money"),
            col("open", "Plants of the plan that is best for it alone.", kind="tags", refers=SITE),
        ),
        result(
            "choices",
            "Plant sets, each over all futures; blank where a future has no plan with it.",
            CHOICE,
            BEST_FOR,
            number("expected", "Expected objective.", "money"),
            number("worst_regret", "Largest regret in any future.", "money"),
            number("cvar", "Expected objective of the worst futures.", "money", title="CVaR"),
            col("no_plan", "Futures that have no plan with it.", kind="tags"),
            col("open", "Plants that are open in some period.", kind="tags", refers=SITE),
        ),
        result(
            "regrets",
            "Each plant set in each future.",
            CHOICE,
            BEST_FOR,
            FUTURE,
            number("objective", "Objective with that plant set.", "money"),
            number("regret", "What it costs beyond the best for that future.", "money"),
            col("plan", "Whether there is a plan.", choices=("feasible", "infeasible")),
        ),
        result(
            "plant_set",
            "The robust plant set.",
            col("element", "Site or line.", choices=("site", "line")),
            col("name", "Which one.", refers=SITE + LINE),
            col("decision", "Open, built or expanded.", choices=("open", "built", "steps")),
            number("amount", "1, or the number of steps."),
            col("periods", "In which periods.", kind="tags", refers=("periods.period",)),
        ),
        result(
            "worth",
            "What planning for all futures, and knowing which one comes, is worth.",
            col(
                "item",
                "What it is.",
                choices=(
                    "least expected", "worst regret", "cvar", "perfect information",
                    "mean case", "value of the stochastic solution",
                    "expected value of perfect information",
                ),
            ),
            number("amount", "How much.", "money"),
            col("note", "How it was reckoned."),
        ),
    ),
    ("future", "probability", "best", "objective", "regret"),
    (
        Chart("futures", "bars", "Regret of the robust plant set", "future", ("regret",)),
        Chart("regrets", "bars", "Regret by future", "future", ("regret",), "best_for"),
    ),
)  # fmt: skip
