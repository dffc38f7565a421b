"""Tables of results as people read them: names in place of ids, words in their language."""

from __future__ import annotations

from typing import Any

import pandas as pd

from jvopt.core.called import names_by_id
from jvopt.core.case import Case
from jvopt.core.language import Language, word
from jvopt.core.phrases import Voice
from jvopt.core.plan import Plan
from jvopt.core.plan_tables import COST_KINDS, NETWORKS, PLAN_TABLES
from jvopt.core.schema import Column, Table
from jvopt.excel.book import printable
from jvopt.excel.explained import told
from jvopt.excel.read import Reading

_DIGITS = 6
"""As many as can matter: the sheet of the summary shows what its cells hold."""


class ResultWords:
    """The words of tables of results, of plans and of reports alike.

    Parameters
    ----------
    case
        The case that was asked about: it knows names.
    language
        The language.
    """

    def __init__(self, case: Case, language: Language) -> None:
        self.base = printable(str(case.setting("base_currency")))
        self.language = language
        self.voice = Voice(language, titles=True)
        self._names = {
            f"{table}.{case[table].columns[0]}": names_by_id(case, table, language)
            for table in ("sites", "lines", "products")
        }

    def of(self, table: Table, frame: pd.DataFrame) -> pd.DataFrame:
        """Give a table."""
        known = {c.name: (c, self.known(c)) for c in table.columns if c.refers or c.choices}
        if "item" in known:
            # What a row is about begins like a title, as the kinds of cost beside it do.
            column, words = known["item"]
            words |= {w: words[w][:1].upper() + words[w][1:] for w in column.choices}
        return frame.assign(**{n: _said(c, frame[n], words) for n, (c, words) in known.items()})

    def known(self, column: Column) -> dict[str, str]:
        """Give what stands for the ids and words that the cells of a column may hold."""
        names = {i: n for refers in column.refers for i, n in self._names.get(refers, {}).items()}
        for choice in column.choices:
            context, text = text_of(column, choice)
            names[choice] = word(self.language, text, context)
        return names

    def of_plan(self, plan: Plan, name: str, reading: Reading) -> pd.DataFrame:
        """Give a table of a plan; `reading` knows where the cells of its case stand."""
        frame = plan[name]
        if name == "conflicts":
            frame = told(frame, plan.case, reading)
        said = self.of(PLAN_TABLES[name], frame)
        if name == "summary":
            # What the user wrote is no word of ours.
            own = said["value"].where(frame["item"] != "case", frame["value"])
            said["value"] = [round(v, _DIGITS) if isinstance(v, float) else v for v in own]
        return said


def text_of(column: Column, choice: str) -> tuple[str, str]:
    """Give context and text, in English, of a word of ours in a table of results."""
    if column.name == "network":
        return "", NETWORKS[choice]
    if choice in COST_KINDS:
        return "cost", COST_KINDS[choice]
    return "result", choice.replace("_", " ")


def _said(column: Column, cells: pd.Series[Any], known: dict[str, str]) -> pd.Series[Any]:
    if column.kind == "tags":
        return cells.map(lambda cell: "; ".join(known.get(part, part) for part in cell.split(", ")))
    # `replace` would look at every cell for every name.
    found = cells.map(known)
    return found.where(found.notna(), cells).astype(cells.dtype)
