"""The colours of the page: told apart by the colour-blind, with contrast enough to be read."""

from __future__ import annotations

from jvopt.excel import look

INK = "#1b2733"
QUIET = "#566472"
LINE = "#dfe4ea"
THREAD = "#b4bfca"
"""Of the line that leads from step to step."""
NAVY = "#1d3d63"
AMBER = "#b8690f"

SERIES = tuple(f"#{color}" for color in look.SERIES)
"""Of things drawn beside each other, as in the charts of workbooks."""

RISE, FALL, TOTAL = f"#{look.RISE}", f"#{look.FALL}", NAVY
"""Of the steps of a waterfall: what makes it dearer, what makes it cheaper, and the totals."""

SHADES = ("#e6eee9", "#d3e3da", "#bbd5c7", "#a0c4b1", "#84b199", "#689d82")
"""From little to much, for regions of a map."""

LAND = "#e9ecef"
WAYS = {"in": "#1d3d63", "out": "#d0802b", "direct": "#7d8b99"}
"""Of flows: to a plant, from a plant, past all plants."""
SITES = {"plant": "#c8741f", "market": "#2d3b48", "supplier": "#1d3d63", "depot": "#8a5f8f"}
"""Of sites by what they do."""
