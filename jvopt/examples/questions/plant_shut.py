# %% [markdown]
# # What if the cheapest plant shuts?
#
# Which plant adds least to the price of a machine, and what would the plan be without it?

# %%
import matplotlib.pyplot as plt

import jvopt
from jvopt.analysis import whatif

case = jvopt.example("kz-assembly")
plan = jvopt.optimize(case, gap=0)

# %% [markdown]
# What a plant itself adds is assembly, its fixed cost and its investment, over the units it makes.

# %%
own = plan.costs[plan.costs["kind"].isin(["assembly", "fixed", "investment"]).to_numpy()]
made = plan.production.groupby("site")["quantity"].sum()
per_unit = (own.groupby("site")["cost"].sum() / made).dropna().sort_values()
print(per_unit.round(0).astype(int).to_string())
cheapest = per_unit.index[0]

# %% [markdown]
# It is shut for the whole horizon, and everything else may answer to that.

# %%
report = whatif(case, change=[f"sites[site = {cheapest}].decision = closed"])
print(report)

# %%
print(
    report.production[["product", "assembly_mode", "before", "after"]]
    .round(0)
    .to_string(index=False)
)

# %%
costs = report.costs.set_index("kind")["difference"] / 1e3
costs[costs.abs() >= 10].plot.barh(title=f"Cost without {cheapest}, thousand USD against the plan")
plt.gca().invert_yaxis()
