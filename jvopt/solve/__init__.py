"""From a case to its plan: build, hand over to HiGHS, read off, audit."""

from jvopt.solve.optimize import optimize
from jvopt.solve.search import Progress

__all__ = ["Progress", "optimize"]
