# %% [markdown]
# # What if demand is down by 20% for two years?
#
# Two bad harvests: every market takes 20% less in 2026 and 2027, then demand is back. Should other
# plants be opened, or is the plan for good years good enough for bad ones?

# %%
import matplotlib.pyplot as plt
import pandas as pd

import jvopt

case = jvopt.example("kz-assembly")

# %% [markdown]
# Demand stands in one row for all years. Here it is written year by year, so that years may differ.

# %%
demand, years = case["demand"], case["periods"]["period"]
good = case.replace(demand=pd.concat([demand.assign(period=year) for year in years]))
bad = good.change("demand", "quantity", 0.8, action="multiply", where="period in (2026, 2027)")

base = jvopt.prepare(good)
good_plan, bad_plan = base.base, base.what_if(bad, gap=0)
print(f"plan for good years: {good_plan.objective / 1e6:,.2f} million USD")
print(f"plan for bad years:  {bad_plan.objective / 1e6:,.2f} million USD")

# %% [markdown]
# Which lines differ?

# %%
differ = (good_plan.lines != bad_plan.lines).any(axis=1)
both = pd.concat(
    [f.lines[differ].sum(axis=1) for f in (good_plan, bad_plan)],
    axis=1,
    keys=["years open, good", "years open, bad"],
)
print(both.to_string() if len(both) else "none")

# %% [markdown]
# What does it cost not to have known? Hold what the plan for good years keeps open and closed, and
# let demand fall.

# %%
ever = good_plan.lines.any(axis=1)
lines = case["lines"]
lines["decision"] = [
    decision if ever[line] else "closed"
    for line, decision in zip(lines["line"], lines["decision"], strict=True)
]
held = base.what_if(bad.replace(lines=lines), gap=0)
regret = held.objective - bad_plan.objective
print(f"the lines of the good years, in bad years: {held.objective / 1e6:,.2f} million USD")
print(f"regret: {regret:,.0f} USD ({regret / bad_plan.objective:.3%})")

# %%
pd.Series(
    {
        "good years": good_plan.objective,
        "bad years": bad_plan.objective,
        "bad years, lines of the good": held.objective,
    }
).div(1e6).plot.barh(title="Best cost, million USD")
plt.gca().invert_yaxis()

# %% [markdown]
# The lines of the plan for good years are the best ones for the bad years too: volumes fall.
# Two bad harvests are no reason to open other plants.
