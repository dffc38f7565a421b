"""The mathematics: Pyomo components, one named function for each constraint family and cost."""

from jvopt.models.build import FAMILIES, Built, build

__all__ = ["FAMILIES", "Built", "build"]
