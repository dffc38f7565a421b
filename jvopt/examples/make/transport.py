"""A textbook transportation problem: suppliers and markets alone, in five small tables."""

from __future__ import annotations

import pandas as pd

from jvopt.core.case import Case

_MILES = pd.DataFrame(
    {"New York": [2.5, 2.5], "Chicago": [1.7, 1.8], "Topeka": [1.8, 1.4]},
    index=["Seattle", "San Diego"],
)
"""Distances in thousands of miles."""
_FREIGHT = 90
"""Dollars a case for a thousand miles."""

_SOURCE = "Dantzig (1963), section 3.3"
_NOTES = (
    (
        "source",
        "G. B. Dantzig, Linear Programming and Extensions, Princeton University Press, 1963, "
        "section 3.3; figures as in the GAMS model library, model TRNSPORT (R. E. Rosenthal).",
    ),
    (
        "problem",
        "Two canneries ship cases of goods to three markets at 90 dollars a case for a thousand "
        "miles. Demand must be met at the least cost.",
    ),
    (
        "optimum",
        "153,675 dollars: New York 50 from Seattle and 275 from San Diego, Chicago 300 from "
        "Seattle, Topeka 275 from San Diego: 50 x 225 + 275 x 225 + 300 x 153 + 275 x 126. New "
        "York costs 225 a case from either, so other plans cost the same.",
    ),
)


def case() -> Case:
    """Make the case."""
    lanes: list[dict[str, object]] = [
        {
            "origin": origin,
            "destination": market,
            "cost_per_unit": round(_FREIGHT * float(_MILES.loc[origin, market]), 2),
            "note": f"{_MILES.loc[origin, market]} thousand miles x {_FREIGHT} dollars",
        }
        for origin in _MILES.index
        for market in _MILES.columns
    ]
    capacity = {"Seattle": 350, "San Diego": 600}
    demand = {"New York": 325, "Chicago": 300, "Topeka": 275}
    tables: dict[str, list[dict[str, object]]] = {
        "products": [{"product": "case", "name": "Case of canned goods"}],
        "sites": [{"site": site} for site in [*capacity, *demand]],
        "supply": [{"site": s, "product": "case", "capacity": q} for s, q in capacity.items()],
        "lanes": lanes,
        "demand": [{"site": s, "product": "case", "quantity": q} for s, q in demand.items()],
    }
    for rows in tables.values():
        for row in rows:
            row.update(status="sourced", source=_SOURCE)
    notes = [{"topic": topic, "text": text} for topic, text in _NOTES]
    return Case({**tables, "notes": notes})
