"""The colours of the page: told apart by the colour-blind, with contrast enough to be read."""

from __future__ import annotations

INK = "#1b2733"
QUIET = "#566472"
LINE = "#dfe4ea"
THREAD = "#b4bfca"
"""Of the line that leads from step to step."""
NAVY = "#1d3d63"
AMBER = "#b8690f"

SERIES = (
    "#1d3d63", "#d0802b", "#4a97ac", "#8a5f8f", "#7c8a2c", "#b3503f", "#6f7f8f", "#c3a24c",
)  # fmt: skip
"""Of things drawn beside each other."""

RISE, FALL, TOTAL = "#c0592f", "#2f7f86", "#1d3d63"
"""Of the steps of a waterfall: what makes it dearer, what makes it cheaper, and the totals."""

SHADES = ("#e6eee9", "#d3e3da", "#bbd5c7", "#a0c4b1", "#84b199", "#689d82")
"""From little to much, for regions of a map."""

LAND = "#e9ecef"
WAYS = {"in": "#1d3d63", "out": "#d0802b", "direct": "#7d8b99"}
"""Of flows: to a plant, from a plant, past all plants."""
SITES = {"plant": "#c8741f", "market": "#2d3b48", "supplier": "#1d3d63", "depot": "#8a5f8f"}
"""Of sites by what they do."""
