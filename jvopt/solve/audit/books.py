"""What the rules look at: the case, the plan, and the figures that follow."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from jvopt.core.case import Case
from jvopt.core.plan import Plan
from jvopt.solve.audit.due import due
from jvopt.solve.audit.figures import Figures
from jvopt.solve.audit.given import Given
from jvopt.solve.audit.ledger import all_costs
from jvopt.solve.audit.stated import Stated


class Books:
    """The auditor's books.

    Parameters
    ----------
    case, plan
        What was asked, and the answer.

    Attributes
    ----------
    given
        The facts of the case.
    stated
        The plan's tables.
    figures
        What follows from both for each shipment, delivery and purchase.
    """

    def __init__(self, case: Case, plan: Plan) -> None:
        self.given = Given(case)
        self.stated = Stated(plan)
        self.figures = Figures(self.given, self.stated)

    @cached_property
    def due(self) -> dict[str, pd.DataFrame]:
        """What is due for goods by table of the plan: a column for each kind of cost."""
        return due(self.figures)

    @cached_property
    def costs(self) -> pd.DataFrame:
        """Every cost by kind and cause, with ``cost`` (discounted) and ``undiscounted``."""
        return all_costs(self.given, self.stated, self.figures, self.due)
