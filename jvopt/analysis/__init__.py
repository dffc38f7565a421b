"""Questions about a case beyond its best plan: how sure it is, and when it flips.

Each analysis is one function: a case and options in, a `jvopt.core.report.Report` out.
"""

from jvopt.analysis.alternatives import alternatives
from jvopt.analysis.breakeven import breakeven
from jvopt.analysis.explain import explain
from jvopt.analysis.robust import robust
from jvopt.analysis.tradeoff import tradeoff
from jvopt.analysis.whatif import whatif
from jvopt.analysis.whynot import whynot
from jvopt.analysis.worth import worth

__all__ = [
    "alternatives",
    "breakeven",
    "explain",
    "robust",
    "tradeoff",
    "whatif",
    "whynot",
    "worth",
]
