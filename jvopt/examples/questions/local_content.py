# %% [markdown]
# # What if support asks for more local content?
#
# Incentives are paid for machines whose content from Kazakhstan reaches 30% of their value. What if
# the threshold goes up, and from where on is it not worth reaching?

# %%
import matplotlib.pyplot as plt

import jvopt
from jvopt.analysis import breakeven, whatif

case = jvopt.example("kz-assembly")
print(whatif(case, scenario=["threshold_up"]))

# %% [markdown]
# The threshold enters the rows of the model, not its costs alone: what is found here is bracketed,
# between values at which the case was solved.

# %%
report = breakeven(
    case, change="claims[claim = KZ_LC].least_share", low=0.2, high=0.6, tolerance=0.05
)
print(report)

# %%
curve = report.curve.set_index("value")["objective"] / 1e6
print(curve.round(2).to_string())

# %%
curve.plot(title="Best cost, million USD, by threshold of local content", xlabel="", marker=".")
for _, found in report.breaks.iterrows():
    plt.axvspan(found["low"], found["high"], color="lightgrey")
