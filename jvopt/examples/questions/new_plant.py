# %% [markdown]
# # What if a plant is built in West Kazakhstan?
#
# Oral, on the western border, is nearer to Minsk than any other town of the country. Would a plant
# there that assembles light tractors from SKD kits pay?
#
# Everything about it is put into the ordinary tables: a site, a line, what it can assemble, and the
# lanes that lead there and away. It is as large and as dear as the plant in Kokshetau.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import jvopt
from jvopt.analysis import breakeven

case = jvopt.example("kz-assembly")
NEW, LIKE, LINE = "P-ORL", "P-KOK", "P-KOK TRACTOR_L SKD"

site = (
    case["sites"]
    .query("site == @LIKE")
    .assign(
        site=NEW,
        name="New plant, Oral",
        name_ru="",
        name_kk="",
        region="KZ-27",
        latitude=51.23,
        longitude=51.37,
        now="closed",
        decision="free",
        tags="candidate plant",
    )
)
line = (
    case["lines"]
    .query("line == @LINE")
    .assign(
        line=f"{NEW} TRACTOR_L SKD",
        name="New plant, Oral: light tractors, SKD",
        name_ru="",
        name_kk="",
        site=NEW,
        now="closed",
        decision="free",
        investment=1_500_000,
        build_time=1,
    )
)
assembly = case["assembly"].query("line == @LINE").assign(line=f"{NEW} TRACTOR_L SKD")

# %% [markdown]
# Lanes: those of Kokshetau, with distances as the crow flies and a detour of 30%.


# %%
def distance(a, b):
    """Kilometres between two places, by the haversine formula."""
    (lat_a, lon_a), (lat_b, lon_b) = np.radians(a), np.radians(b)
    root = np.sin((lat_b - lat_a) / 2) ** 2 + (
        np.cos(lat_a) * np.cos(lat_b) * np.sin((lon_b - lon_a) / 2) ** 2
    )
    return 2 * 6371 * np.arcsin(np.sqrt(root))


places = pd.concat([case["sites"], site]).set_index("site")[["latitude", "longitude"]]
lanes = case["lanes"]
mine = lanes[(lanes["origin"] == LIKE) | (lanes["destination"] == LIKE)].replace(
    {"origin": {LIKE: NEW}, "destination": {LIKE: NEW}}
)
mine["distance"] = [
    round(max(15.0, 1.3 * distance(places.loc[a], places.loc[b])))
    for a, b in zip(mine["origin"], mine["destination"], strict=True)
]
wider = case.replace(
    sites=pd.concat([case["sites"], site]),
    lines=pd.concat([case["lines"], line]),
    assembly=pd.concat([case["assembly"], assembly]),
    lanes=pd.concat([lanes, mine]),
)

# %%
before, after = (jvopt.optimize(c, gap=0, compare=False) for c in (case, wider))
print(f"without it {before.objective / 1e6:,.2f}, with it {after.objective / 1e6:,.2f} million USD")
lines = after.lines[["line", "period", "open"]].query("line.str.startswith(@NEW)")
print("it opens" if lines["open"].any() else "it stays closed")

# %% [markdown]
# How cheap would it have to be? Vary its yearly fixed costs, site and line together.

# %%
report = breakeven(
    wider.change("lines", "fixed_cost", 0, where=f"site = {NEW}"),
    change=f"sites[site = {NEW}].fixed_cost",
    low=0,
    high=1_000_000,
)
for _, flip in report.breaks.query("what == 'plant set'").iterrows():
    changes = [f"{word} {flip[word]}" for word in ("opens", "closes") if flip[word]]
    print(f"at {flip['low']:,.0f} USD a year: {'; '.join(changes)}")

# %%
curve = report.curve.set_index("value")["objective"] / 1e6
curve.plot(
    title="Best cost, million USD, by the new plant's fixed cost a year", xlabel="", marker="."
)
plt.axhline(before.objective / 1e6, color="grey", linewidth=0.8)
