"""Too few groups (Section 5.8.6): is the posterior of tau dominated by its prior?

The section draws a line at five groups.

Rests on lessons 12 and 15.
"""
# %%
from pathlib import Path

import pandas as pd

from gibbspool import plots
from gibbspool.guide import experiments
from gibbspool.plots import practice as plots_practice

print("What two to eight schools, and simulated groups, say of tau. Takes about 4 seconds.")

# %% Eight Schools, J of them at a time: every way to choose them
few = pd.DataFrame(experiments.few_groups()).set_index("J")
print("\ntau given J of the eight schools, against its prior HalfNormal(10), averaged over all "
      "choices:")
print(few.round(3).to_string())

# %% The first 2, 3, 4 and 8 schools
Path("figures").mkdir(exist_ok=True)
plots.save(plots_practice.few_groups(experiments.first_schools()),
           Path("figures/practice_few_groups.png"))

# %% Simulated groups, tau = 8: measured well (standard error 2) and badly (20)
SETS = 15
more = pd.DataFrame(experiments.more_groups(sets=SETS))
print(f"\nsimulated groups, true tau = 8, averaged over {SETS} data sets:")
print(more.pivot(index="J", columns="sigma", values=["overlap", "sd_ratio"]).round(2).to_string())

# %% What should have been seen
overlap = more.set_index(["sigma", "J"])["overlap"]
steps = few["overlap"].diff().dropna()
print("\nSeen: with 4 of the schools the posterior of tau shares "
      f"{few.loc[4, 'overlap']:.0%} of its area with the prior, and with all 8 still "
      f"{few.loc[8, 'overlap']:.0%}.\nFrom one J to the next it changes by {steps.min():+.1%} to "
      f"{steps.max():+.1%}, at five groups by {steps[5]:+.1%}.")
print(f"How well the groups are measured matters as much as their number: {overlap[2.0, 4]:.0%} "
      f"for 4 groups with standard error 2, {overlap[20.0, 64]:.0%} for 64 groups with standard "
      "error 20 (tau is 8).")
print("The picture is figures/practice_few_groups.png.")
