"""The search for large networks: bounds by prices, plans by moves, HiGHS for the rest."""

from jvopt.solve.large.race import race

__all__ = ["race"]
