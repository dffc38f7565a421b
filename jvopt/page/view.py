"""A plan as somebody looks at it: its figures in their language, and the rows behind each."""

from __future__ import annotations

from functools import cached_property

import pandas as pd
from nicegui import background_tasks

from jvopt.core.language import word
from jvopt.core.plan import Plan
from jvopt.core.plan_tables import PLAN_TABLES
from jvopt.excel import Reading
from jvopt.excel.figures import Figures
from jvopt.excel.messages import messages_of
from jvopt.excel.plan_book import PlanWords
from jvopt.page.aside import aside
from jvopt.page.desk import Shown
from jvopt.page.downloads import offer_workbook
from jvopt.page.frame import Visit
from jvopt.page.rows import Drawer, Where, within
from jvopt.page.speaker import Speaker
from jvopt.page.tried import setting_of


class View:
    """A plan being looked at.

    Parameters
    ----------
    visit, shown
        Who looks, and at which plan.
    """

    def __init__(self, visit: Visit, shown: Shown) -> None:
        self.visit, self.shown = visit, shown
        self.speaker: Speaker = visit.speaker
        self.say = visit.speaker.say
        self.plan: Plan = shown.plan
        self.figures: Figures = shown.figures(visit.speaker.language)
        self.base = self.figures.base
        self.drawer = Drawer(visit.speaker, self.base)

    @cached_property
    def words(self) -> PlanWords:
        """Tables of the plan in words."""
        reading = Reading(self.plan.case, [], language=self.speaker.language)
        messages = messages_of(self.plan, self.shown.reading.issues, self.speaker.language)
        return PlanWords(self.figures, reading, messages)

    @property
    def name(self) -> str:
        """What the plan is called."""
        return self.shown.job.name or setting_of(self.shown.job) or self.figures.name

    @property
    def start(self) -> str:
        """What the plan is called where others begin at it."""
        return self.name if self.shown.changed else self.say("Case as it is")

    def frame(self, table: str, where: Where | None = None) -> pd.DataFrame:
        """Give rows of a table of the plan, in words."""
        frame = self.words.of(table)
        return frame[within(self.plan[table], where)] if where else frame

    def open(self, table: str, title: str = "", where: Where | None = None) -> None:
        """Show the rows behind a figure.

        Parameters
        ----------
        table
            Of the plan.
        title
            What they are; the name of the table where empty.
        where
            Which of them, by the ids in the plan; all where None.
        """
        background_tasks.create(self._open(table, title or self.title_of(table), where))

    async def _open(self, table: str, title: str, where: Where | None) -> None:
        declared = PLAN_TABLES[table]
        frame = await aside(self.frame, table, where)
        remark = self.say(declared.meaning)
        self.drawer.open(title, remark, frame, declared.columns, self.take_workbook)

    def title_of(self, table: str) -> str:
        """Give what people call a table of the plan."""
        return word(self.speaker.language, PLAN_TABLES[table].titles.en, "sheet")

    async def take_workbook(self) -> None:
        """Give the workbook of the plan."""
        await offer_workbook(self.visit, self.shown.job.id, self.name)
