"""Every analysis, declared once: its question, options, tables and charts."""

from __future__ import annotations

from jvopt.core.analyses.alternatives import ALTERNATIVES
from jvopt.core.analyses.breakeven import BREAKEVEN
from jvopt.core.analyses.explain import EXPLAIN
from jvopt.core.analyses.robust import ROBUST
from jvopt.core.analyses.schema import Analysis, Chart, Option
from jvopt.core.analyses.tradeoff import TRADEOFF
from jvopt.core.analyses.whatif import WHATIF
from jvopt.core.analyses.whynot import WHYNOT
from jvopt.core.analyses.worth import WORTH

ANALYSES: dict[str, Analysis] = {
    a.name: a for a in (WHATIF, BREAKEVEN, WHYNOT, ALTERNATIVES, ROBUST, TRADEOFF, EXPLAIN, WORTH)
}
"""The analyses, in the order in which people meet them."""

__all__ = ["ANALYSES", "Analysis", "Chart", "Option"]
