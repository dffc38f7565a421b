# %% [markdown]
# # What if rail rates go up?
#
# Kits come 3,000 km by rail, and finished machines go on by rail or road. How far may the rate for
# each tonne and kilometre by rail rise before another set of plants is best?

# %%
import matplotlib.pyplot as plt

import jvopt
from jvopt.analysis import breakeven

case = jvopt.example("kz-assembly")
report = breakeven(
    case, change="lanes[mode = rail].cost_per_tonne_km", low=1, high=2, action="multiply"
)
print(report)

# %% [markdown]
# The slope of the curve is what one more time today's rate would cost: the rail freight of the
# plan. It falls where tonnes leave the rails.

# %%
intervals = report.intervals.assign(rail=report.intervals["slope"] / 1e6)
print(
    intervals[["low", "high", "rail", "sites_open", "lines_open"]].round(3).to_string(index=False)
)

# %%
curve = report.curve.set_index("value")["objective"] / 1e6
curve.plot(title="Best cost, million USD, by multiple of today's rail rate", xlabel="", marker=".")
for at in report.breaks[(report.breaks["what"] == "plant set").to_numpy()]["low"]:
    plt.axvline(at, color="grey", linewidth=0.8)
