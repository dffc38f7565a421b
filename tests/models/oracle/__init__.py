"""A second model of docs/rules.md, written for tests alone: slow, naive and easy to check.

It shares no code with jvopt.models: dictionaries and loops, every variable for every goods, no
merging, no trimming, scipy in place of Pyomo. `optimum` gives the least cost (or most profit)
by scipy's MILP, `brute_force` by a linear program for each choice of open sites and lines.
"""

from tests.models.oracle.network import brute_force, optimum, programme

__all__ = ["brute_force", "optimum", "programme"]
