"""Groups of countries: what is in an area, and which countries have one customs territory."""

from __future__ import annotations

from collections.abc import Iterable

from jvopt.core.case import Case


def groups_of(case: Case) -> dict[str, list[str]]:
    """Give the groups that each country is in."""
    members = case["country_groups"]
    groups: dict[str, list[str]] = {}
    for country, group in zip(members["country"], members["group"], strict=True):
        groups.setdefault(country, []).append(group)
    return groups


def countries_of(case: Case, areas: Iterable[str]) -> set[str]:
    """Give the countries of some areas, each a group or a country."""
    members = case["country_groups"].groupby("group")["country"].agg(set).to_dict()
    return set().union(*(members.get(area, {area}) for area in areas))


def territories(case: Case, countries: Iterable[str]) -> list[str]:
    """Give the customs territory of each country: its union, or itself; "" for none."""
    groups = case.filled("country_groups")
    unions = groups[(groups["kind"] == "customs_union").to_numpy()].drop_duplicates("country")
    # A union may have the name of a country, so it is not called by its name alone.
    union_of = dict(zip(unions["country"], "union " + unions["group"], strict=True))
    return [union_of.get(country, country) for country in countries]
