# %% [markdown]
# # What if the recycling fee doubles?
#
# A draft order of January 2026 doubles the recycling fee on machines made in Russia or Belarus;
# machines assembled in Kazakhstan keep theirs. What would it cost the joint venture, and would
# other plants be the right ones?

# %%
import matplotlib.pyplot as plt

import jvopt
from jvopt.analysis import breakeven, whatif

case = jvopt.example("kz-assembly")
report = whatif(case, scenario=["fee_doubled"])
print(report)

# %% [markdown]
# The fee itself is little of it: most of the answer is that more machines are assembled, and in
# deeper modes. That is what the cost by kind shows.

# %%
costs = report.costs.set_index("kind")["difference"] / 1e3
moved = costs[costs.abs() >= 50].round(0).astype(int)
print(moved.to_string())

# %%
moved.plot.barh(title="Cost with the fee doubled, thousand USD against today's fee")
plt.gca().invert_yaxis()

# %% [markdown]
# Would it take a doubling? The break-even of the fee says at which level, as a multiple of
# today's, the best plants change. All break points are exact: the fee enters nothing but the cost.

# %%
flips = breakeven(case, change="fees[made_in = RU_BY].amount", low=1, high=2, action="multiply")
plants = flips.breaks[(flips.breaks["what"] == "plant set").to_numpy()]
for _, flip in plants.iterrows():
    changes = [f"{word} {flip[word]}" for word in ("opens", "closes") if flip[word]]
    print(f"at {flip['low']:.3f} times today's fee: {'; '.join(changes)}")
print(f"and at {len(flips.breaks) - len(plants)} more levels volumes shift")

# %%
curve = flips.curve.set_index("value")["objective"] / 1e6
curve.plot(title="Best cost, million USD, by multiple of today's fee", xlabel="", marker=".")
for at in plants["low"]:
    plt.axvline(at, color="grey", linewidth=0.8)
