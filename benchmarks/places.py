"""Where the sites of made-up networks lie, and the lanes between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.published import numbered

# Corners of each country on the map, near enough: south, north, west, east.
PLACES = {
    "KZ": (43.0, 54.0, 52.0, 82.0),
    "RU": (51.0, 58.0, 38.0, 80.0),
    "UZ": (38.0, 43.0, 58.0, 71.0),
    "BY": (52.0, 55.0, 24.0, 31.0),
    "CN": (30.0, 43.0, 87.0, 120.0),
}
DETOUR, EARTH = 1.25, 6371.0


@dataclass(frozen=True)
class Sites:
    """Sites by name, each in its country at its place on the map."""

    names: np.ndarray
    country: np.ndarray
    latitude: np.ndarray
    longitude: np.ndarray

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, which: slice | np.ndarray) -> Sites:
        return Sites(*(v[which] for v in vars(self).values()))

    def frame(self, **columns: object) -> pd.DataFrame:
        """Give rows of `sites`, with the same further columns in each."""
        table = pd.DataFrame(
            {
                "site": self.names,
                "country": self.country,
                "latitude": self.latitude.round(3),
                "longitude": self.longitude.round(3),
            }
        )
        return table.assign(**columns)


def scatter(random: np.random.Generator, letter: str, country: np.ndarray) -> Sites:
    """Put a site somewhere in each of the countries, numbered after a letter."""
    south, north, west, east = np.array([PLACES[c] for c in country]).T
    names = np.array(
        [f"{c}-{n}" for c, n in zip(country, numbered(letter, len(country)), strict=True)], object
    )
    return Sites(names, country, random.uniform(south, north), random.uniform(west, east))


def kilometres(start: Sites, end: Sites) -> np.ndarray:
    """Give the way between all sites of the one and of the other, shape (from, to)."""
    a, b = np.radians(start.latitude)[:, None], np.radians(end.latitude)[None, :]
    apart = np.radians(start.longitude)[:, None] - np.radians(end.longitude)[None, :]
    half = np.sin((a - b) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(apart / 2) ** 2
    return np.ceil(2 * DETOUR * EARTH * np.arcsin(np.sqrt(half)))


def lanes_between(
    start: Sites,
    end: Sites,
    mode: str,
    cargo: str,
    price: float,
    which: np.ndarray | None = None,
) -> pd.DataFrame:
    """Give rows of `lanes` for all pairs of sites, or for `which` of them, shape (from, to)."""
    distance = kilometres(start, end)
    a, b = np.nonzero(np.ones(distance.shape, bool) if which is None else which)
    return pd.DataFrame(
        {
            "origin": start.names[a],
            "destination": end.names[b],
            "mode": mode,
            "cargo_class": cargo,
            "cost_per_tonne": 20.0,
            "cost_per_tonne_km": price,
            "distance": distance[a, b],
            "co2": 0.02 if mode == "rail" else 0.09,
        }
    )
