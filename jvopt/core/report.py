"""A report: what an analysis of a case found, as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from jvopt.core.analyses import ANALYSES
from jvopt.core.called import lines_at_plants, names_by_id
from jvopt.core.case import Case, rows_of
from jvopt.core.language import Language
from jvopt.core.phrases import Phrase, Voice
from jvopt.core.plan import shaped


class Report:
    """What an analysis found.

    Tables are read as ``report["costs"]`` or ``report.costs``.

    Parameters
    ----------
    case
        What was asked about.
    analysis
        Name of the analysis.
    tables
        Some or all of its tables; others are empty.
    findings
        What matters most, a sentence each.
    complete
        Whether the analysis was finished; otherwise the tables hold what was done until then.
    """

    def __init__(
        self,
        case: Case,
        analysis: str,
        tables: Mapping[str, pd.DataFrame],
        findings: Sequence[Phrase],
        *,
        complete: bool = True,
    ) -> None:
        self.analysis = ANALYSES[analysis]
        unknown = set(tables) - {table.name for table in self.analysis.tables}
        if unknown:
            raise ValueError(f"not tables of {analysis}: {sorted(unknown)}")
        self.case = case
        self.findings = list(findings)
        self.complete = complete
        self._tables = {t.name: shaped(t, tables.get(t.name)) for t in self.analysis.tables}

    def __getitem__(self, table: str) -> pd.DataFrame:
        return self._tables[table].copy(deep=False)

    def __getattr__(self, table: str) -> pd.DataFrame:
        # The first look goes to __dict__, so that a report that is being unpickled has no tables.
        if table in self.__dict__.get("_tables", {}):
            return self[table]
        raise AttributeError(f"there is no table {table!r}", name=table, obj=self)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._tables]

    def __repr__(self) -> str:
        filled = ", ".join(f"{name} {len(t)}" for name, t in self._tables.items() if len(t))
        return f"Report({self.analysis.name!r}: {filled or 'nothing found'})"

    def __str__(self) -> str:
        return "\n".join(self.said())

    @property
    def answered(self) -> bool:
        """Whether there is an answer, be it in part."""
        return any(len(frame) for frame in self._tables.values())

    def said(self, language: Language = "en", *, titles: bool = False) -> list[str]:
        """Give the findings as sentences, sites and lines by their names.

        Parameters
        ----------
        language
            ``en``, ``ru`` or ``kk``.
        titles
            Whether tables and columns go by their titles in a workbook.
        """
        names = lines_at_plants(self.case, language) | names_by_id(self.case, "sites", language)
        voice = Voice(language, titles=titles, names=names)
        return [finding.said(voice) for finding in self.findings]

    def to_dict(self, language: Language = "en") -> dict[str, Any]:
        """Give findings, in a language, and tables as plain JSON values."""
        return {
            "analysis": self.analysis.name,
            "case": self.case.setting("case_name"),
            "complete": self.complete,
            "findings": self.said(language, titles=language != "en"),
            "tables": {name: rows_of(frame) for name, frame in self._tables.items()},
        }
