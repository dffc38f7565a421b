"""A plan as somebody looks at it: its figures in their language, and the rows behind each."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import pandas as pd
from nicegui import background_tasks

from jvopt.core.language import word
from jvopt.core.plan import Plan
from jvopt.core.plan_tables import COST_KINDS, NETWORKS, PLAN_TABLES
from jvopt.core.schema import Titles
from jvopt.excel import Reading
from jvopt.excel.figures import Figures
from jvopt.excel.messages import Message, messages_of
from jvopt.excel.plan_book import SUMMED
from jvopt.excel.result_words import ResultWords
from jvopt.page.aside import aside
from jvopt.page.desk import Shown
from jvopt.page.downloads import offer_workbook
from jvopt.page.frame import Visit
from jvopt.page.rows import Drawer, Where, figure_first, within
from jvopt.page.speaker import Speaker
from jvopt.page.states import job_name

_COUNTRIES = {
    "costs": ("country",),
    "purchases": ("country",),
    "shipments": ("made_in",),
    "deliveries": ("made_in",),
    "goods": ("made_in",),
    "regions": ("origin", "destination"),
}
"""Columns of the plan that hold codes of countries."""


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
        self.figures: Figures = shown.figures
        self.base = self.figures.base
        self.drawer = Drawer(visit.speaker, self.base)

    @cached_property
    def words(self) -> ResultWords:
        """What its tables say, in words."""
        return ResultWords(self.plan.case, self.speaker.language)

    @property
    def name(self) -> str:
        """What the plan is called."""
        return job_name(self.speaker, self.shown.job, self.figures.name)

    @property
    def start(self) -> str:
        """What the plan is called where others begin at it."""
        return self.name if self.shown.changed else self.say("Case as it is")

    def frame(self, table: str, where: Where | None = None) -> pd.DataFrame:
        """Give rows of a table of the plan, in words."""
        language = self.speaker.language
        if table == "messages":
            messages = messages_of(self.plan, self.shown.reading.issues, language)
            frame = pd.DataFrame(messages, columns=Message._fields)
        else:
            reading = Reading(self.plan.case, [], language=language)
            frame = self.words.of_plan(self.plan, table, reading)
        for column in _COUNTRIES.get(table, ()):
            frame[column] = frame[column].map(self._countries)
        return frame[within(self.plan[table], where)] if where else frame

    def _countries(self, codes: str) -> str:
        """Name countries; several of them are parted by ', '."""
        return ", ".join(map(self.speaker.place, str(codes).split(", ")))

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
        frame, columns, figure = figure_first(table, frame, declared.columns)
        # Cost less revenue is no figure that anybody asked for.
        mixed = table == "costs" and where is None and self.figures.profit
        self.drawer.open(
            title, self.say(declared.meaning), frame, columns, self.take_workbook,
            figure=figure, adds_up=table in SUMMED and not mixed,
        )  # fmt: skip

    def open_beside(self, network: str, title: str) -> None:
        """Show the plan beside another network, kind by kind, and what it is better by."""
        frame = beside(self.plan["as_is"], network)
        if frame.empty:
            self.open("as_is", title, {"network": {"plan", network}})
            return
        item, value = (PLAN_TABLES["as_is"][name] for name in ("item", "value"))
        words = self.words.known(item)
        frame["item"] = [words[i][:1].upper() + words[i][1:] for i in frame["item"]]
        headings = {"better": title} | {n: self.say(NETWORKS[n]) for n in ("plan", network)}
        amounts = [
            replace(value, name=name, titles=Titles(words, words, words))
            for name, words in headings.items()
        ]
        remark = self.say(PLAN_TABLES["as_is"].meaning)
        self.drawer.open(title, remark, frame, [item, *amounts], self.take_workbook,
                         figure=amounts[0])  # fmt: skip

    def title_of(self, table: str) -> str:
        """Give what people call a table of the plan."""
        return word(self.speaker.language, PLAN_TABLES[table].titles.en, "sheet")

    async def take_workbook(self) -> None:
        """Give the workbook of the plan."""
        await offer_workbook(self.visit, self.shown.job.id, self.name)


def beside(as_is: pd.DataFrame, network: str) -> pd.DataFrame:
    """Put the plan beside another network.

    Returns
    -------
    DataFrame
        ``item`` (the total or the profit first), ``plan``, the network, and ``better``: what the
        plan saves or gains; empty where the network has no plan.
    """
    found = as_is[as_is["network"].isin(["plan", network])]
    wide = found.pivot_table(index="item", columns="network", values="value", min_count=1,
                             aggfunc="sum")  # fmt: skip
    if network not in wide or "plan" not in wide:
        return pd.DataFrame()
    items = ["profit", "revenue", "total", *COST_KINDS]
    wide = wide.reindex([i for i in items if i in wide.index])[["plan", network]]
    wide = wide.fillna(0.0)[(wide.fillna(0.0).abs() > 0).any(axis=1)]
    earned = wide.index.isin(["profit", "revenue"])
    less = (wide[network] - wide["plan"]).where(~earned, wide["plan"] - wide[network])
    return wide.assign(better=less).reset_index()
