# %% [markdown]
# # What if kits come from another country, with a duty?
#
# A maker in Weifang offers SKD kits of light tractors 15% below Minsk. They travel further, pay a
# duty at the border, and are of Chinese origin. Up to which duty are they worth buying?

# %%
import matplotlib.pyplot as plt
import pandas as pd

import jvopt
from jvopt.analysis import breakeven

case = jvopt.example("kz-assembly")
kits = ["KIT MTZ-82 SKD", "KIT MTZ-1221 SKD"]
supply = case["supply"]
offer = supply[(supply["site"] == "BY-MTZ") & supply["product"].isin(kits)].assign(site="CN-WEI")
offer["unit_cost"] *= 0.85
duty = pd.DataFrame({"product": kits, "origin": "CN", "destination": "KZ", "ad_valorem": 0.05})
offered = case.replace(
    supply=pd.concat([supply, offer]),
    tariffs=pd.concat([case["tariffs"], duty]),
)

# %% [markdown]
# The lanes from Weifang to the plants are there already: engines come that way.

# %%
plan = jvopt.optimize(offered, gap=0, compare=False)
bought = plan.purchases[plan.purchases["product"].isin(kits).to_numpy()]
print(bought.groupby(["site", "product"])["quantity"].sum().round(0).to_string())

# %%
report = breakeven(
    offered,
    change='tariffs[product in ("KIT MTZ-82 SKD", "KIT MTZ-1221 SKD")].ad_valorem',
    low=0.0,
    high=0.3,
)
print(report)

# %%
curve = report.curve.set_index("value")["objective"] / 1e6
curve.plot(title="Best cost, million USD, by duty on the kits", xlabel="", marker=".")
plt.axhline(jvopt.optimize(case, gap=0, compare=False).objective / 1e6, color="grey", linewidth=0.8)

# %% [markdown]
# The grey line is the best cost without the offer: at a duty of 30% the kits still pay,
# though another plant is the right one from about 7% on.
